#!/usr/bin/env bash
# Guess:  litgenemap, which counts genes and their co-occurrence in tables of articles, counts a mention for one gene (of "insulin receptor" for the
#         receptor, since it sorts its names by length), its blacklist of "highly ambiguous terms" takes out those words and leaves the other
#         names of the genes, and betweenness is high for a gene by which others hang together.
# Seen:   litgenemap 0.3.0 looks for each name alone: "insulin receptor" is a mention of insulin too, and "p40", a name of two genes, one of both, so
#         that the two co-occur in each article that says it. The words of its own blacklist (cat, map, set, was, ...) take out genes of that
#         symbol: "catalase" finds no CAT. Its weights are strengths, and betweenness takes them for distances: the gene through which two
#         others have nearly all their articles has 0, by 1 / weight it has 1. Nothing is said.
# Means:  the strongest pairs are names that contain each other or that two genes share, some genes are nowhere, and what "evidence_score" ranks
#         by are weak bridges. comention counts the longest name, and an ambiguous short form only where the article says what it is.
# Exit:   0 it still behaves so, 1 it does not any more, 2 it could not be tried.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv" || exit 2
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check "litgenemap==0.3.0" 2>/dev/null || exit 2
cd "$folder"
"$folder/venv/bin/python" -W ignore - <<'PY'
import csv
import sys

import networkx
from litgenemap.pipeline import run_pipeline


def table(path, head, rows):
    with open(path, "w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([head, *rows])
    return path


NAMES = [("insulin", "INS"), ("insulin receptor", "INSR"), ("p40", "IL12B"), ("p40", "IL9"), ("catalase", "CAT"), ("CAT", "CAT")]
NAMES += [(gene, gene) for gene in ("IL12B", "IL9", "IL6", "TNF", "CRP")]
names = table("names.csv", ["raw_term", "standard_symbol"], NAMES)


def run(title, *abstracts):
    rows = [[f"Article {number}", abstract] for number, abstract in enumerate(abstracts)]
    return run_pipeline(table(f"{title}.csv", ["title", "abstract"], rows), names, title, gene_input="dictionary")


def pairs(result):
    found = result["cooccurrence"]
    return [tuple(row) for row in found.itertuples(index=False, name=None)]


contained = pairs(run("contained", *["The insulin receptor was low."] * 3))
shared = pairs(run("shared", *["The subunit p40 was low."] * 5))
print("litgenemap 0.3.0, three times 'insulin receptor':", contained)
print("five times 'p40':", shared)
blocked = run("blocked", "The catalase and IL6 were low.")
kept = sorted(blocked["frequency"]["gene_symbol"])
print("'catalase and IL6':", kept)
bridge = run("bridge", *["IL6 and TNF."] * 9, *["TNF and CRP."] * 9, *["IL6 and CRP."] * 2)
by_gene = {gene: float(value) for gene, value in bridge["gene_table"][["gene_symbol", "betweenness"]].itertuples(index=False, name=None)}
print("betweenness, where TNF is in 18 of 20 pairs:", by_gene)
for _, _, edge in bridge["graph"].edges(data=True):
    edge["distance"] = 1 / edge["weight"]
by_distance = networkx.betweenness_centrality(bridge["graph"], weight="distance")
print("by 1 / weight:", by_distance)
as_seen = [
    contained == [("INS", "INSR", 3)],
    shared == [("IL12B", "IL9", 5)],
    kept == ["IL6"],
    by_gene == {"IL6": 0, "TNF": 0, "CRP": 0},
    by_distance == {"IL6": 0, "TNF": 1, "CRP": 0},
]
sys.exit(0 if all(as_seen) else 1)
PY
