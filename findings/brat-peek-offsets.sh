#!/usr/bin/env bash
# Guess:  brat-peek's show_iaa, told to compare 'filename', 'label' and 'offset', does as its documentation says: two annotations agree where they
#         are of the same file and label and "in the same position in text".
# Seen:   brat-peek 0.1.2.1 puts the text of a mention into the column "offset", and its position into "span": two annotators who each marked
#         another "IL-6" agree in full (1.0, by 'span' 0.0), and so do one who marked the first and one who marked all three, since each text of a
#         document counts once. show_fscore compares in the same way; it runs with pandas before 2 alone. Nothing is said.
# Means:  agreement and scores are of lists of distinct texts, not of mentions, and higher than they are: of a name that an article repeats, one
#         mention is as good as all. Give show_iaa 'span' in place of 'offset'. comention's `evaluate` compares positions.
# Exit:   0 it still behaves so, 1 it does not any more, 2 it could not be tried.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv" || exit 2
# It names none of the packages that it needs.
"$folder/venv/bin/pip" install --quiet --no-compile --disable-pip-version-check "brat-peek==0.1.2.1" "pandas==3.1.1" "seaborn==0.13.2" \
  "unidecode==1.4.0" 2>/dev/null || exit 2
cd "$folder"
MPLCONFIGDIR=$folder "$folder/venv/bin/python" -W ignore - <<'PY'
import contextlib
import io
import sys
from pathlib import Path

from peek import AnnCorpus, metrics

text = "IL-6 rose in sepsis. IL-6 fell. IL-6 rose.\n"
places = [place for place in range(len(text)) if text.startswith("IL-6", place)]


def corpus(name, *starts):
    Path(name).mkdir()
    Path(name, "a.txt").write_text(text, encoding="utf-8")
    lines = [f"T{number}\tGene {start} {start + 4}\tIL-6\n" for number, start in enumerate(starts, 1)]
    Path(name, "a.ann").write_text("".join(lines), encoding="utf-8")
    return AnnCorpus(name)


def agreement(one, other, column):
    with contextlib.redirect_stdout(io.StringIO()) as said:
        metrics.show_iaa([one, other], ["filename", "label", column], ["Gene"])
    lines = [line for line in said.getvalue().split("\n") if line]
    found = float(lines[lines.index("1. IAA all vs all") + 2])
    print(f"brat-peek 0.1.2.1, {one.name} and {other.name} by filename, label, {column}:", found)
    return found


first, second, all_three = corpus("first", places[0]), corpus("second", places[1]), corpus("all_three", *places)
as_seen = [
    agreement(first, second, "offset") == 1.0,
    agreement(first, second, "span") == 0.0,
    agreement(first, all_three, "offset") == 1.0,
    agreement(first, all_three, "span") == 0.333,
]
sys.exit(0 if all(as_seen) else 1)
PY
