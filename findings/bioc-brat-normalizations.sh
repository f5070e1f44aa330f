#!/usr/bin/env bash
# Guess:  bioc, which reads and writes brat's standoff format, keeps its N lines (normalizations: which concept of which source a mention is) as
#         it keeps entities, relations, events, attributes and notes.
# Seen:   bioc 2.1 reads a file with N lines without a word and keeps none of them; what it writes has the mentions without their ids. All
#         other kinds of lines come back.
# Means:  a corpus that passes through bioc is a corpus for recognition alone; the linking is gone. pybrat 0.1.7 reads the same N lines.
# Exit:   0 it still behaves so, 1 it does not any more, 2 it could not be tried.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv" || exit 2
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check "bioc==2.1" "pybrat==0.1.7" 2>/dev/null || exit 2
mkdir "$folder/corpus"
"$folder/venv/bin/python" -W ignore - "$folder/corpus" <<'PY'
import io
import sys
from pathlib import Path

from bioc import brat
from pybrat.parser import BratParser

corpus = Path(sys.argv[1])
text = "IL-6 rose in sepsis.\n"
lines = [
    "T1\tGene 0 4\tIL-6",
    "T2\tDisease 13 19\tsepsis",
    "R1\tRises_in Arg1:T1 Arg2:T2",
    "N1\tReference T1 NCBIGene:3569\tinterleukin 6",
    "N2\tReference T2 MESH:D018805\tSepsis",
    "#1\tAnnotatorNotes T1\tsure",
]
(corpus / "a.txt").write_text(text, encoding="utf-8")
(corpus / "a.ann").write_text("\n".join(lines) + "\n", encoding="utf-8")
document = brat.load(io.StringIO(text), io.StringIO("\n".join(lines) + "\n"))
out = io.StringIO()
brat.dump(document, io.StringIO(), out)
written = out.getvalue().split("\n")
print("bioc 2.1 writes:", written)
[example] = BratParser(error="ignore").parse(str(corpus))
references = sorted((entity.mention, r.rid, r.eid) for entity in example.entities for r in entity.references)
print("pybrat 0.1.7:", references)
kept = {line for line in lines if line in written}
as_seen = [
    kept == {line for line in lines if not line.startswith("N")},
    not any("3569" in line or "D018805" in line for line in written),
    references == [("IL-6", "NCBIGene", "3569"), ("sepsis", "MESH", "D018805")],
]
sys.exit(0 if all(as_seen) else 1)
PY
