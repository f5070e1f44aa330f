#!/usr/bin/env bash
# Guess:  obonet, the reader of OBO files for networkx, takes " ! " for a comment where OBO does, that is outside of quoted text, and gives names
#         without the backslashes by which OBO escapes brackets and commas.
# Seen:   obonet 1.3.0 cuts a quoted definition or synonym at " ! ": the closing quote, the rest of the words, the scope (EXACT, RELATED) and the
#         sources are gone. Names keep their backslashes: "2-\{[...]amino\}ethanol". Nothing is said. pronto 2.7.4 reads the same file whole.
# Means:  a dictionary of names made with obonet holds "2-\{...\}ethanol", which matches no text, and a synonym without its scope, which a rule
#         "exact synonyms only" drops. comention compiles ontologies from OBO graphs (JSON), which escape as JSON does.
# Exit:   0 it still behaves so, 1 it does not any more, 2 it could not be tried.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv" || exit 2
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check "obonet==1.3.0" "pronto==2.7.4" 2>/dev/null || exit 2
"$folder/venv/bin/python" -W ignore - "$folder/toy.obo" <<'PY'
import sys
from pathlib import Path

import obonet
import pronto

path = Path(sys.argv[1])
path.write_text(
    r"""format-version: 1.2
ontology: toy

[Term]
id: TOY:1
name: 2-\{[(4-chlorophenyl)methyl]amino\}ethanol
def: "A made-up compound ! of no use." [PMID:1]
synonym: "compound ! one" EXACT [PMID:1]
""",
    encoding="utf-8",
)
term = obonet.read_obo(path).nodes["TOY:1"]
print("obonet 1.3.0:", term)
other = pronto.Ontology(path)["TOY:1"]
synonyms = [(s.description, s.scope) for s in other.synonyms]
print("pronto 2.7.4:", (other.name, str(other.definition), synonyms))
as_seen = [
    term["name"] == r"2-\{[(4-chlorophenyl)methyl]amino\}ethanol",
    term["def"] == '"A made-up compound',
    term["synonym"] == ['"compound'],
    other.name == "2-{[(4-chlorophenyl)methyl]amino}ethanol",
    str(other.definition) == "A made-up compound ! of no use.",
    synonyms == [("compound ! one", "EXACT")],
]
sys.exit(0 if all(as_seen) else 1)
PY
