#!/usr/bin/env bash
# Guess:  nervaluate's strict count is the number of predictions that equal a gold mention, in whichever order they are listed.
# Seen:   nervaluate 1.2.1 goes through the predictions as they are listed, and each takes the first free gold mention that it overlaps, where it
#         equals none. Of the gold "tumor necrosis factor" and the predictions "tumor necrosis factor receptor" and "tumor necrosis factor",
#         the longer takes the gold away from the equal one: strict F1 0. Listed the other way round it is 0.67. The same set of spans, two scores.
# Means:  lists sorted by start and then by length, longest first, as nested mentions mostly are, score lower than they are, and a tool's score
#         depends on how it sorts. comention's own `evaluate` compares sets.
# Exit:   0 it still behaves so, 1 it does not any more, 2 it could not be tried.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv" || exit 2
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check "nervaluate==1.2.1" 2>/dev/null || exit 2
"$folder/venv/bin/python" -W ignore - <<'PY'
import sys

from nervaluate import Evaluator

text = "tumor necrosis factor receptor"


def span(name):
    return {"label": "Gene", "start": text.index(name), "end": text.index(name) + len(name)}


factor, receptor = span("tumor necrosis factor"), span(text)


def strict(gold, predicted):
    result = Evaluator([gold], [predicted], tags=["Gene"], loader="dict").evaluate()["overall"]["strict"]
    return result.correct, result.incorrect, result.spurious, round(result.f1, 2)


longest_first = strict([factor], [receptor, factor])
shortest_first = strict([factor], [factor, receptor])
print("nervaluate 1.2.1, longest first (correct, incorrect, spurious, F1):", longest_first)
print("nervaluate 1.2.1, shortest first:", shortest_first)
sys.exit(0 if longest_first == (0, 1, 1, 0) and shortest_first == (1, 0, 1, 0.67) else 1)
PY
