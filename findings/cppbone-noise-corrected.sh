#!/usr/bin/env bash
# Guess:  cppbone, the C++ port of netbone, gives in noise_corrected the p-value of an edge's weight against what the strengths of its two ends let
#         expect, near that of its marginal_likelihood, which asks the same; of a network without any structure, about 5% are below 0.05, and the
#         score (approximation=False) of an edge that weighs what is expected is 0.
# Seen:   cppbone 0.2.3, like netbone 0.2.3, expects twice the weight: a network with no direction gives each edge to two ends, so that strengths add
#         up to twice the weights, and the formula for directed ones takes them as they are. In a complete network of 20 names with 100 articles
#         for each pair all p-values are 1, and the score of each is -0.31. With 190 for one pair its p-value is 0.88, by marginal_likelihood below
#         1e-13. Nothing is said.
# Means:  a co-mention network pruned by it keeps only pairs far above twice what chance gives, and those well above chance look as if they were
#         below. Take marginal_likelihood. comention tests counts of articles with all four cells of the table.
# Exit:   0 it still behaves so, 1 it does not any more, 2 it could not be tried.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv" || exit 2
"$folder/venv/bin/pip" install --quiet --no-compile --disable-pip-version-check "cppbone==0.2.3" "networkx==3.6.1" "pandas==3.1.1" 2>/dev/null || exit 2
"$folder/venv/bin/python" -c "import netbone_cpp" 2>/dev/null || exit 2
"$folder/venv/bin/python" -W ignore - <<'PY'
import itertools
import sys

import netbone_cpp
import networkx


def network(special):
    graph = networkx.Graph()
    for one, other in itertools.combinations(range(20), 2):
        graph.add_edge(f"n{one}", f"n{other}", weight=100.0)
    graph["n0"]["n1"]["weight"] = special
    return graph


def column(backbone, name):
    table = backbone.to_dataframe()
    return {(one, other): value for one, other, value in zip(table["source"], table["target"], table[name])}


def expected(graph, one, other):
    """Of a network of this many articles, those of this pair if only the strengths of its ends counted."""
    strength = dict(graph.degree(weight="weight"))
    return strength[one] * strength[other] / (2 * sum(weight for *_, weight in graph.edges(data="weight")))


PAIR = ("n0", "n1")
even, raised = network(100.0), network(190.0)
print(f"expected for the pair: {expected(even, *PAIR):.0f} where all weigh 100, {expected(raised, *PAIR):.0f} where it weighs 190")
p_even = column(netbone_cpp.noise_corrected(even), "p_value")
score_even = column(netbone_cpp.noise_corrected(even, approximation=False), "score")
p_raised = column(netbone_cpp.noise_corrected(raised), "p_value")
other_even = column(netbone_cpp.marginal_likelihood(even), "p_value")
other_raised = column(netbone_cpp.marginal_likelihood(raised), "p_value")
print(f"cppbone 0.2.3, all weigh 100: noise_corrected p {p_even[PAIR]:.6f}, score {score_even[PAIR]:.3f}; marginal_likelihood p {other_even[PAIR]:.3f}")
print(f"the pair weighs 190: noise_corrected p {p_raised[PAIR]:.3f}; marginal_likelihood p {other_raised[PAIR]:.3g}")
as_seen = [
    min(p_even.values()) > 0.9999,
    abs(score_even[PAIR] + 0.31) < 0.01,
    p_raised[PAIR] > 0.8,
    0.1 < other_even[PAIR] < 0.9,
    other_raised[PAIR] < 1e-13,
]
sys.exit(0 if all(as_seen) else 1)
PY
