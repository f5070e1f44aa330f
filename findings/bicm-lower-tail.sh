#!/usr/bin/env bash
# Guess:  bicm, which says of which pairs of a bipartite network (articles and names) the shared neighbours are more than chance, gives about the
#         same p-values by each of its four ways to compute them: poisson (its default), poibin, normal and rna.
# Seen:   bicm 3.4.0 gives the upper tail by poisson and poibin, and the lower one by normal and rna: of two names that share 80 of their 100
#         articles each the p-value is below 1e-13 by the former and 1 by the latter, and of two that share 2 it is 1 and below 1e-6. The validated
#         projection by normal or rna leaves out the pair that stands together and has the one that stands apart. Nothing is said, and its docs
#         name the four as approximations of the same p-value.
# Means:  whoever takes normal or rna, since poibin is slow on many articles and poisson conservative where names are frequent, has a co-mention
#         network of the names that avoid each other. Take poisson or poibin. comention tests pairs for more articles than chance gives.
# Exit:   0 it still behaves so, 1 it does not any more, 2 it could not be tried.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv" || exit 2
"$folder/venv/bin/pip" install --quiet --no-compile --disable-pip-version-check "bicm==3.4.0" "numpy==2.4.6" "scipy==1.17.1" "numba==0.68.1" \
    "tqdm==4.70.1" 2>/dev/null || exit 2
"$folder/venv/bin/python" -W ignore -c "import bicm" 2>/dev/null || exit 2
"$folder/venv/bin/python" -W ignore - <<'PY'
import contextlib
import io
import sys

import numpy as np
from bicm import BipartiteGraph

ARTICLES = 400
NAMES = ["IL6", "sepsis", "aspirin", "asthma", "statin", "stroke", "insulin", "obesity"]
START = [0, 20, 100, 198, 40, 300, 150, 260]  # each name stands in 100 articles, from this one on (in rings of 400)
STEP = [1, 1, 1, 1, 3, 3, 7, 7]
table = np.zeros((len(NAMES), ARTICLES), dtype=int)
for row, (start, step) in enumerate(zip(START, STEP)):
    table[row, [(start + step * place) % ARTICLES for place in range(100)]] = 1
assert (table.sum(axis=1) == 100).all()
shared = table @ table.T
print("IL6 and sepsis:", shared[0, 1], "of 100 articles shared; aspirin and asthma:", shared[2, 3], "; 25 by chance")
found = {}
for method in ("poisson", "poibin", "normal", "rna"):
    graph = BipartiteGraph(table)
    with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
        graph.compute_projection(rows=True, alpha=0.05, approx_method=method, threads_num=1, progress_bar=True)
    edges = {(int(one), int(other)) for one, others in graph.projected_rows_adj_list.items() for other in others}
    together, apart = float(graph.rows_pvals[0][1]), float(graph.rows_pvals[2][3])
    found[method] = (together < 1e-6, apart < 1e-6, together > 0.999, apart > 0.999, (0, 1) in edges, (2, 3) in edges)
    print(f"bicm 3.4.0, {method}: p of IL6 and sepsis {together:.3g}, of aspirin and asthma {apart:.3g};", end=" ")
    print("edges:", sorted(f"{NAMES[one]}-{NAMES[other]} ({shared[one, other]})" for one, other in edges))
upper = (True, False, False, True, True, False)
lower = (False, True, True, False, False, True)
sys.exit(0 if found == {"poisson": upper, "poibin": upper, "normal": lower, "rna": lower} else 1)
PY
