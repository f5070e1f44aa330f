#!/usr/bin/env bash
# Guess:  obo-parser, a reader of OBO files, gives all synonyms, parents and other identifiers of a term, and all terms of the file.
# Seen:   obo-parser 1.0.3 keeps of each tag the last line: of two synonyms, parents, alt_ids and xrefs the second is left, as a text, the same as
#         where there is one. A file that ends with its terms, without a [Typedef] behind them, loses its last term. A comment behind a value
#         is part of it ("TOY:0 ! root"), and the words stay quoted and escaped. Nothing is said. pronto 2.7.4 reads the same file whole.
# Means:  a dictionary made with it knows each concept by its name and one synonym, records of merged terms find no term, and the ontology is a
#         tree with one parent each. comention compiles ontologies from OBO graphs (JSON).
# Exit:   0 it still behaves so, 1 it does not any more, 2 it could not be tried.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv" || exit 2
"$folder/venv/bin/pip" install --quiet --no-compile --disable-pip-version-check "obo-parser==1.0.3" "pronto==2.7.4" 2>/dev/null || exit 2
"$folder/venv/bin/python" -W ignore - "$folder/toy.obo" <<'PY'
import sys
from pathlib import Path

import pronto
from obo_parser.parser import OBO_Parser

path = Path(sys.argv[1])
terms = """format-version: 1.2
ontology: toy

[Term]
id: TOY:0
name: root

[Term]
id: TOY:1
name: made-up factor
alt_id: TOY:8
alt_id: TOY:9
synonym: "MUF" EXACT [PMID:1]
synonym: "factor of tales" RELATED []
xref: MESH:D1
xref: UMLS:C1
is_a: TOY:0 ! root

[Term]
id: TOY:2
name: second
is_a: TOY:0 ! root
is_a: TOY:1 ! made-up factor
"""
properties = "\n[Typedef]\nid: part_of\nname: part of\n"
found = {}
for title, text in (("with a [Typedef]", terms + properties), ("without", terms)):
    path.write_text(text, encoding="utf-8")
    found[title] = {term.get("id"): dict(term) for term in OBO_Parser(str(path)).terms}
    print(f"obo-parser 1.0.3, {title}:", sorted(found[title]))
factor, second = (found["with a [Typedef]"][name] for name in ("TOY:1", "TOY:2"))
print("obo-parser 1.0.3:", factor)
print("obo-parser 1.0.3:", second)
other = pronto.Ontology(str(path))
whole = (
    sorted(synonym.description for synonym in other["TOY:1"].synonyms),
    sorted(other["TOY:1"].alternate_ids),
    sorted(term.id for term in other["TOY:2"].superclasses(distance=1, with_self=False)),
)
print("pronto 2.7.4, without a [Typedef]:", whole)
as_seen = [
    sorted(found["with a [Typedef]"]) == ["TOY:0", "TOY:1", "TOY:2"],
    sorted(found["without"]) == ["TOY:0", "TOY:1"],
    (factor["synonym"], factor["alt_id"], factor["xref"]) == ('"factor of tales" RELATED []', "TOY:9", "UMLS:C1"),
    (factor["is_a"], second["is_a"]) == ("TOY:0 ! root", "TOY:1 ! made-up factor"),
    whole == (["MUF", "factor of tales"], ["TOY:8", "TOY:9"], ["TOY:0", "TOY:1"]),
]
sys.exit(0 if all(as_seen) else 1)
PY
