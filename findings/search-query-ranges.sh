#!/usr/bin/env bash
# Guess:  search-query, which translates search strategies between PubMed, Web of Science and EBSCOhost, keeps years and distances, or refuses as it
#         does for fields that the other side has no word for; and a query that it reads and writes for one platform stays what it was.
# Seen:   search-query 0.15.0 makes "2020:2022[dp]" to PY=2020: of a range of years the first is left. "septic shock"[ti:~3] is NEAR without
#         a number in Web of Science, which there means 15 words, as the package itself reads it; it drops the number of "NEAR/2" even from Web
#         of Science to Web of Science. [majr] and [mesh:noexp] become MH like [mh], and EBSCOhost's W3 (in this order) is "WITHIN", no operator
#         of PubMed. None of it is said. That PubMed goes from left to right it says, and translates right.
# Means:  the translated search of a review finds other articles than the one that is reported: two of three years are missing, and words far apart
#         count as neighbours. Look at each PY, NEAR and MH by hand.
# Exit:   0 it still behaves so, 1 it does not any more, 2 it could not be tried.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv" || exit 2
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check "search-query==0.15.0" 2>/dev/null || exit 2
"$folder/venv/bin/python" -W ignore - <<'PY'
import contextlib
import io
import sys

from search_query.parser import parse

queries = [
    ("pubmed", "wos", "sepsis[ti] AND 2020:2022[dp]", "TI=sepsis AND PY=2020"),
    ("pubmed", "wos", '"septic shock"[ti:~3]', "TI=((septic NEAR shock) OR (shock NEAR septic))"),
    ("pubmed", "ebscohost", '"septic shock"[ti:~3]', "ti ((septic N3 shock) OR (shock N3 septic))"),
    ("wos", "wos", "TS=(tumor NEAR/2 necrosis)", "TS=(tumor NEAR necrosis)"),
    ("pubmed", "ebscohost", "sepsis[majr] OR shock[mesh:noexp] OR fever[mh]", "MH (sepsis OR shock OR fever)"),
    ("ebscohost", "pubmed", "TI sepsis W3 shock", "sepsis[ti] WITHIN shock"),
    ("pubmed", "ebscohost", "IL6[ti] OR TNF[ti] AND sepsis[ti]", "TI ((IL6 OR TNF) AND sepsis)"),
]
as_seen = []
for source, target, query, expected in queries:
    # What it has to say goes to the standard output.
    with contextlib.redirect_stdout(io.StringIO()) as said:
        parsed = parse(query, platform=source)
        written = (parsed if source == target else parsed.translate(target_syntax=target)).to_string()
    print(f"search-query 0.15.0, {source} to {target}: {query}  ->  {written}", "(with a warning)" if said.getvalue().strip() else "")
    as_seen.append(written == expected and bool(said.getvalue().strip()) == query.startswith("IL6"))
with contextlib.redirect_stdout(io.StringIO()):
    read = [(near.distance, near.to_string()) for near in (parse(f"TS=(tumor {word} necrosis)", platform="wos") for word in ("NEAR/2", "NEAR"))]
print("search-query 0.15.0, NEAR/2 and NEAR as read (distance) and as written:", read)
as_seen.append(read == [(2, "TS=(tumor NEAR necrosis)"), (15, "TS=(tumor NEAR necrosis)")])
sys.exit(0 if all(as_seen) else 1)
PY
