#!/usr/bin/env bash
# Guess:  affinis, made for associations in binary co-occurrence data, gives the same probabilities and odds ratios for a matrix of articles and
#         names whether it holds booleans, as its type for it says (FeatMat: "Boolean feature matrix"), zeros and ones, or is a sparse one.
# Seen:   affinis 0.7.6 multiplies the matrix as it stands, and a product of booleans is "any", not a count: each pair that stands together once
#         or more has the same probability, one in all articles. Of a sparse matrix of zeros and ones it makes the complement as booleans, so that
#         the articles with neither name count as one: two names that stand together in 12 of 40 articles, each without the other in 4, have an
#         odds ratio of 0.75, not 15. Only a dense matrix of numbers is counted. Nothing is said.
# Means:  a co-mention network of a one-hot table (pandas.get_dummies gives booleans) or of a sparse matrix, which is what a corpus needs, has
#         edges that say nothing, and strong pairs look as if they avoided each other. comention counts in SQL; hand affinis a dense matrix of ints.
# Exit:   0 it still behaves so, 1 it does not any more, 2 it could not be tried.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv" || exit 2
pip=("$folder/venv/bin/pip" install --quiet --no-compile --disable-pip-version-check)
"${pip[@]}" "scipy==1.17.1" "sparse==0.19.3" "jaxtyping==0.3.11" "plum-dispatch==2.10.1" 2>/dev/null || exit 2
# Its associations need nothing of what else affinis asks for.
"${pip[@]}" --no-deps "affinis==0.7.6" 2>/dev/null || exit 2
"$folder/venv/bin/python" -W ignore -c "import affinis.associations" 2>/dev/null || exit 2
"$folder/venv/bin/python" -W ignore - <<'PY'
import sys

import numpy as np
import scipy.sparse
from affinis.associations import coocur_prob, odds_ratio

# How many articles hold which of the names IL6, sepsis and aspirin.
rows = {(1, 1, 0): 11, (1, 1, 1): 1, (1, 0, 0): 3, (1, 0, 1): 1, (0, 1, 0): 3, (0, 1, 1): 1, (0, 0, 1): 2, (0, 0, 0): 18}
numbers = np.array([row for row, times in rows.items() for _ in range(times)])
forms = {
    "numbers": numbers,
    "booleans": numbers.astype(bool),
    "sparse numbers": scipy.sparse.csr_array(numbers),
    "sparse booleans": scipy.sparse.csr_array(numbers.astype(bool)),
}
found = {}
for name, matrix in forms.items():
    together = coocur_prob(matrix, pseudocts=0)
    ratio = odds_ratio(matrix, pseudocts=0)
    found[name] = [round(float(value), 4) for value in (together[0, 1], together[0, 2], ratio[0, 1])]
    print(f"affinis 0.7.6, {name} (IL6 with sepsis, 12 of 40; IL6 with aspirin, 2 of 40; odds ratio of the first):", found[name])
as_seen = {
    "numbers": [0.3, 0.05, 15.0],
    "booleans": [0.025, 0.025, 1.25],
    "sparse numbers": [0.3, 0.05, 0.75],
    "sparse booleans": [0.025, 0.025, 1.0],
}
sys.exit(0 if found == as_seen else 1)
PY
