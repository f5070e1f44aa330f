#!/usr/bin/env bash
# Guess:  ndex2 writes the attributes of a networkx graph's edges and nodes into CX2 as they are, and where an attribute is a whole number here and a
#         decimal there, it declares the type that holds both (double), or refuses, as it does for text where a number was declared.
# Seen:   ndex2 3.12.0 declares the type of the first value that it meets and casts those that follow: behind an edge with the whole number 1 a
#         q-value of 0.001 is 0, a PMI of -1.7 is -1 and 2.9 is 2, in lists too, and "yes" behind a True is False. With the edges in another
#         order nothing is lost. Nodes whose identifiers are digits, as NCBI's of genes, become nodes without a name, which stand under their
#         numbers. The older CX of the same package has a type for each value and keeps them. Nothing is said.
# Means:  a co-mention network on NDEx or in Cytoscape has q-values of 0, "significant", for all edges but a few, by which edge was first. Make
#         the numbers of an attribute all float before. comention's exports name the type of each attribute themselves.
# Exit:   0 it still behaves so, 1 it does not any more, 2 it could not be tried.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv" || exit 2
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check "ndex2==3.12.0" "networkx==3.6.1" 2>/dev/null || exit 2
"$folder/venv/bin/python" -W ignore - <<'PY'
import contextlib
import io
import sys

import ndex2
import networkx
from ndex2.cx2 import NetworkXToCX2NetworkFactory

EDGES = [
    ("IL6", "TNF", {"q": 1, "pmi": 0, "known": True, "counts": [1, 2]}),
    ("IL6", "CRP", {"q": 0.001, "pmi": -1.7, "known": "yes", "counts": [0.5]}),
    ("CRP", "TNF", {"q": 0.04, "pmi": 2.9, "known": True, "counts": [3]}),
]


def as_cx2(edges):
    aspects = NetworkXToCX2NetworkFactory().get_cx2network(networkx.Graph(edges)).to_cx2()
    found = {key: value for aspect in aspects for key, value in aspect.items()}
    types = {name: declared["d"] for name, declared in found["attributeDeclarations"][0].get("edges", {}).items()}
    return types, found["nodes"], [edge["v"] for edge in found["edges"]]


types, _, edges = as_cx2(EDGES)
column = {name: [edge[name] for edge in edges] for name in ("q", "pmi", "known", "counts")}
print("ndex2 3.12.0, CX2, types:", types)
print("values:", column)
_, _, reordered = as_cx2(EDGES[1:] + EDGES[:1])
print("q with the whole number last:", [edge["q"] for edge in reordered])
_, nodes, _ = as_cx2([("3569", "7124", {"q": 0.001})])
print("nodes 3569 and 7124:", nodes)
with contextlib.redirect_stdout(io.StringIO()):
    older = ndex2.create_nice_cx_from_networkx(networkx.Graph([(a, b, {"q": of["q"]}) for a, b, of in EDGES])).to_cx()
kept = [float(value["v"]) for aspect in older for value in aspect.get("edgeAttributes", [])]
print("CX, q:", kept)
as_seen = [
    (types["q"], types["pmi"]) == ("integer", "integer"),
    column == {"q": [1, 0, 0], "pmi": [0, -1, 2], "known": [True, False, True], "counts": [[1, 2], [0], [3]]},
    sorted(edge["q"] for edge in reordered) == [0.001, 0.04, 1.0],
    nodes == [{"id": 3569}, {"id": 7124}],
    kept == [1, 0.001, 0.04],
]
sys.exit(0 if all(as_seen) else 1)
PY
