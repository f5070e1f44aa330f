#!/usr/bin/env bash
# Guess:  pronto's dump(format="json") writes an ontology as OBO graph with its names, and reading that gives back what was read: synonyms with
#         their scope, and which terms are obsolete.
# Seen:   pronto 2.7.4, and fastobo 0.14.2 under it, write "synonyms": [] for every term and "deprecated": false for obsolete ones; comments are
#         gone too, and identifiers in xrefs are addresses ("MESH:D1" is http://purl.obolibrary.org/obo/MESH_D1), which pronto turns back. Nothing
#         is said. The same ontology dumped as OBO is whole, and pronto reads an OBO graph of others whole: only the writing loses.
# Means:  a dictionary compiled from such a file knows each concept by one name only, and offers obsolete terms as live ones. comention compiles
#         from the OBO graphs that the ontologies themselves publish.
# Exit:   0 it still behaves so, 1 it does not any more, 2 it could not be tried.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv" || exit 2
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check "pronto==2.7.4" "fastobo==0.14.2" 2>/dev/null || exit 2
"$folder/venv/bin/python" -W ignore - "$folder" <<'PY'
import json
import sys
from pathlib import Path

import fastobo
import pronto

folder = Path(sys.argv[1])
(folder / "toy.obo").write_text(
    """format-version: 1.2
ontology: toy

[Term]
id: TOY:1
name: made-up factor
comment: A made-up comment.
synonym: "MUF" EXACT [PMID:1]
synonym: "factor of tales" RELATED []
xref: MESH:D1

[Term]
id: TOY:2
name: old factor
is_obsolete: true
replaced_by: TOY:1
""",
    encoding="utf-8",
)


def content(path):
    ontology = pronto.Ontology(path)
    one, two = ontology["TOY:1"], ontology["TOY:2"]
    return sorted((s.description, s.scope) for s in one.synonyms), one.comment, [x.id for x in one.xrefs], two.obsolete


whole = ([("MUF", "EXACT"), ("factor of tales", "RELATED")], "A made-up comment.", ["MESH:D1"], True)
ontology = pronto.Ontology(folder / "toy.obo")
for form in ("obo", "json"):
    with open(folder / f"pronto.{form}", "wb") as file:
        ontology.dump(file, format=form)
as_obo, as_json = content(folder / "pronto.obo"), content(folder / "pronto.json")
print("pronto 2.7.4, through OBO:", as_obo)
print("pronto 2.7.4, through OBO graph:", as_json)

fastobo.dump_graph(fastobo.load(str(folder / "toy.obo")), str(folder / "fastobo.json"))
seen = {}
for name in ("pronto", "fastobo"):
    nodes = json.loads((folder / f"{name}.json").read_text(encoding="utf-8"))["graphs"][0]["nodes"]
    one, two = (next(node["meta"] for node in nodes if node["id"].endswith(f"TOY_{n}")) for n in (1, 2))
    seen[name] = (one["synonyms"], one["xrefs"][0]["val"], one["comments"], two["deprecated"])
    print(f"{name}'s file (synonyms, xref, comments, deprecated):", seen[name])

# What others write, as ROBOT does.
graph = {
    "graphs": [
        {
            "id": "http://purl.obolibrary.org/obo/toy.owl",
            "nodes": [
                {
                    "id": "http://purl.obolibrary.org/obo/TOY_1",
                    "lbl": "made-up factor",
                    "type": "CLASS",
                    "meta": {
                        "comments": ["A made-up comment."],
                        "synonyms": [
                            {"pred": "hasExactSynonym", "val": "MUF", "xrefs": ["PMID:1"]},
                            {"pred": "hasRelatedSynonym", "val": "factor of tales"},
                        ],
                        "xrefs": [{"val": "MESH:D1"}],
                    },
                },
                {"id": "http://purl.obolibrary.org/obo/TOY_2", "lbl": "old factor", "type": "CLASS", "meta": {"deprecated": True}},
            ],
            "edges": [],
        }
    ]
}
(folder / "others.json").write_text(json.dumps(graph), encoding="utf-8")
as_others = content(folder / "others.json")
print("pronto 2.7.4, OBO graph of others:", as_others)
written = ([], "http://purl.obolibrary.org/obo/MESH_D1", [], False)
as_seen = [
    as_obo == whole,
    as_others == whole,
    as_json[0] == [] and as_json[1] is None and as_json[3] is False,
    seen == {"pronto": written, "fastobo": written},
]
sys.exit(0 if all(as_seen) else 1)
PY
