#!/usr/bin/env bash
# Guess:  asymcat's read_pa_matrix and CatScorer, which its guide names for tables of what is present where, give the odds ratio (fisher) and the
#         PMI of two names over the rows of the table, whatever the names are.
# Seen:   asymcat 0.6.0, like its forerunner catcoocc 0.2.3, makes each row into pairs, sorted by name, and counts the pairs: of two names the
#         earlier of the alphabet is only ever the first, rows with one name or none count for nothing, and rows with many names count often. IL6
#         and sepsis, together in 30 of 294 rows (odds ratio 18.5, PMI 1.25), have 0.4 and -0.08, "they avoid each other", under these names, and
#         6.0 and 0.15 as NCBIGene:3569 and MESH:D018805. A thousand rows more with neither change nothing. With collect_cooccs between the two,
#         as its guide has it, pairs of letters are scored. Nothing is said.
# Means:  the association of two concepts changes its sign with what they are called. comention's tests count articles, those with neither too.
# Exit:   0 it still behaves so, 1 it does not any more, 2 it could not be tried.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv" || exit 2
pip=("$folder/venv/bin/pip" install --quiet --no-compile --disable-pip-version-check)
"${pip[@]}" "scipy==1.17.1" 2>/dev/null || exit 2
# The measures need nothing of what else they ask for, which is for plots.
"${pip[@]}" --no-deps "asymcat==0.6.0" "freqprob==0.7.0" "catcoocc==0.2.3" 2>/dev/null || exit 2
"$folder/venv/bin/python" -W ignore -c "import asymcat, catcoocc.scorer" 2>/dev/null || exit 2
"$folder/venv/bin/python" -W ignore - "$folder" <<'PY'
import csv
import math
import sys
from pathlib import Path

import asymcat
import catcoocc
import catcoocc.scorer

path = Path(sys.argv[1]) / "table.tsv"
names = {"CRP": "CRP", "IL6": "IL6", "TNF": "TNF", "sepsis": "sepsis"}
ids = {"CRP": "NCBIGene:1401", "IL6": "NCBIGene:3569", "TNF": "NCBIGene:7124", "sepsis": "MESH:D018805"}
# How many articles hold which names.
rows = {("IL6", "sepsis"): 30, ("IL6", "TNF"): 10, ("TNF", "sepsis"): 10, ("CRP", "sepsis"): 20, ("CRP", "TNF"): 2, ("CRP", "IL6"): 2}
rows |= {("TNF",): 20, ("CRP",): 20, (): 180}


def scores(title, called, more=0, package=asymcat, scorer=asymcat.CatScorer):
    articles = [row for row, times in rows.items() for _ in range(times)] + [()] * more
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, delimiter="\t")
        writer.writerow(["ID", *called.values()])
        writer.writerows([number, *(int(name in row) for name in called)] for number, row in enumerate(articles))
    pairs = package.read_pa_matrix(str(path))
    pair = tuple(sorted((called["IL6"], called["sepsis"])))
    scored = scorer(pairs)
    found = (round(float(scored.fisher()[pair][0]), 2), round(float(scored.pmi()[pair][0]), 2), len(pairs))
    print(f"{title}, IL6 and sepsis (odds ratio, PMI, pairs):", found)
    return found


def articles(*wanted):
    return sum(times for row, times in rows.items() if set(wanted) <= set(row))


both, gene, disease, all_rows = articles("IL6", "sepsis"), articles("IL6"), articles("sepsis"), articles()
ratio = both * (all_rows - gene - disease + both) / ((gene - both) * (disease - both))
by_rows = (round(ratio, 2), round(math.log(both * all_rows / (gene * disease)), 2), all_rows)
print("by the rows of the table, IL6 and sepsis (odds ratio, PMI, rows):", by_rows)
by_name = scores("asymcat 0.6.0, names", names)
by_id = scores("asymcat 0.6.0, ids", ids)
more = scores("asymcat 0.6.0, names, a thousand rows more with neither", names, more=1000)
old = scores("catcoocc 0.2.3, names", names, package=catcoocc, scorer=catcoocc.scorer.CatScorer)
letters = asymcat.collect_cooccs(asymcat.read_pa_matrix(str(path)))
print("asymcat 0.6.0, collect_cooccs between:", letters[:3])
as_seen = [
    by_rows == (18.5, 1.25, 294),
    by_name == (0.4, -0.08, 74),
    by_id == (6.0, 0.15, 74),
    more == by_name,
    old == by_name,
    letters[:3] == [("I", "s"), ("I", "e"), ("I", "p")],
]
sys.exit(0 if all(as_seen) else 1)
PY
