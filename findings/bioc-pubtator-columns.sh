#!/usr/bin/env bash
# Guess:  bioc, made for these formats, reads each PubTator line with offsets as an annotation, and a file that it reads and writes holds the same
#         columns, so that any other reader of PubTator still finds the mentions.
# Seen:   bioc 2.1 strips the line before it splits it: an annotation whose last column, the id, is empty has five columns then and becomes a
#         relation of type "9" (where it starts). Of a mention with parts ("D001943|D010051", "breast cancer|ovarian cancer") it forgets the parts.
#         It writes a tab behind each annotation, a seventh column, and "None" behind each relation. netmedex 0.3.0 skips lines of seven columns:
#         of a file that bioc has written it reads no mention at all, and says nothing. bconv refuses the same file.
# Means:  unlinked mentions go missing, and a co-mention network of a file that passed through bioc has no edge. comention writes `-` where there
#         is no id, which bioc keeps, and reads the seventh column.
# Exit:   0 it still behaves so, 1 it does not any more, 2 it could not be tried.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv" || exit 2
pip=("$folder/venv/bin/pip" install --quiet --disable-pip-version-check)
"${pip[@]}" "bioc==2.1" 2>/dev/null || exit 2
# Its reader needs nothing of what else netmedex asks for.
"${pip[@]}" --no-deps "netmedex==0.3.0" 2>/dev/null || exit 2
"$folder/venv/bin/python" -W ignore -c "import netmedex.pubtator_parser" 2>/dev/null || exit 2
"$folder/venv/bin/python" -W ignore - "$folder" <<'PY'
import sys
from pathlib import Path

from bioc import pubtator
from netmedex.pubtator_parser import PubTatorIterator

folder = Path(sys.argv[1])
lines = [
    "1|t|IL-6 and CLMF rose.",
    "1|a|They rose in breast and ovarian cancer.",
    "1\t0\t4\tIL-6\tGene\t3569",
    "1\t9\t13\tCLMF\tGene\t",
    "1\t33\t58\tbreast and ovarian cancer\tDisease\tD001943|D010051\tbreast cancer|ovarian cancer",
    "1\tCID\tD000001\tD001943",
]
original, rewritten = folder / "original.pubtator", folder / "rewritten.pubtator"
original.write_text("\n".join(lines) + "\n\n", encoding="utf-8")
[document] = pubtator.loads(original.read_text(encoding="utf-8"))
annotations = [(a.text, a.id, a.others) for a in document.annotations]
relations = [(r.type, r.id1, r.id2, r.neg) for r in document.relations]
print("bioc 2.1, annotations:", annotations)
print("bioc 2.1, relations:", relations)
rewritten.write_text(pubtator.dumps([document]), encoding="utf-8")
written = rewritten.read_text(encoding="utf-8").splitlines()
print("bioc 2.1 writes:", written[2:])


def mentions(path):
    with path.open(encoding="utf-8") as file:
        names = [a.name for article in PubTatorIterator(file) for a in article.annotations]
    print(f"netmedex 0.3.0, {path.name}:", names)
    return names


as_seen = [
    annotations == [("IL-6", "3569", []), ("breast and ovarian cancer", "D001943|D010051", [])],
    relations == [("9", "13", "CLMF", "Gene"), ("CID", "D000001", "D001943", None)],
    written[2] == lines[2] + "\t",
    written[-1] == lines[-1] + "\tNone",
    mentions(original) == ["IL-6", "CLMF"],
    mentions(rewritten) == [],
]
sys.exit(0 if all(as_seen) else 1)
PY
