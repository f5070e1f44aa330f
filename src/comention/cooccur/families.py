"""p and q of every pair and triple: each case once, corrected over all that could have been seen."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import duckdb
import numpy as np
import pyarrow as pa

from comention.cooccur import association, interaction, richness
from comention.cooccur.assembly import columns_of
from comention.cooccur.association import Counts, Floats
from comention.cooccur.multiplicity import benjamini_hochberg
from comention.schemas import FAMILIES, SIGNIFICANT

#: Cases of triples that are computed at a time.
_STRETCH = 1 << 18


@dataclass(frozen=True, slots=True)
class Tested:
    """Statistics of the cases of pairs and of triples, by name, in the order of their numbers.

    `families` has the rows of the dataset of that name.
    """

    pairs: dict[str, Floats]
    triples: dict[str, Floats]
    families: pa.Table


def tested(connection: duckdb.DuckDBPyConnection, total: int) -> Tested:
    """Test the cases of the counted tables; `total` is the articles of the corpus."""
    sizes = _sizes(connection)
    pairs, of_pairs = _pairs(connection, total, sizes["pairs"])
    triples, of_triples = _triples(connection, total, sizes["triples"])
    rows = [
        {"family": name, "size": sizes[name], **found}
        for name, found in (("pairs", of_pairs), ("triples", of_triples))
    ]
    return Tested(pairs, triples, pa.Table.from_pylist(rows, schema=FAMILIES.schema.remove_metadata()))


def _sizes(connection: duckdb.DuckDBPyConnection) -> dict[str, int]:
    """Return how many pairs and triples the concepts of the corpus could form."""
    found = columns_of(
        connection,
        "SELECT count(*) FILTER (pairs) AS concepts, count(*) FILTER (entity_type = 'disease') AS diseases, "
        "count(*) FILTER (entity_type = 'drug') AS drugs, "
        "count(*) FILTER (entity_type = 'cytokine' AND NOT collective) AS cytokines FROM margin",
    )
    concepts, *sides = (int(values[0]) for values in found.values())
    return {"pairs": concepts * (concepts - 1) // 2, "triples": sides[0] * sides[1] * sides[2]}


def _pairs(
    connection: duckdb.DuckDBPyConnection, total: int, family: int
) -> tuple[dict[str, Floats], dict[str, Any]]:
    case = columns_of(connection, "SELECT articles, small, large, times FROM pair_case ORDER BY number")
    both, a, b, times = case.values()
    p_value = association.hypergeometric_tail(both, a, b, total)
    p_richness = _model(connection).tail(both, a, b)
    statistics = {
        "p_value": p_value,
        "q_value": benjamini_hochberg(p_value, times, family),
        "p_richness": p_richness,
        "q_richness": benjamini_hochberg(p_richness, times, family),
    }
    return statistics, {
        "seen": int(times.sum()),
        "significant": _discoveries(statistics["q_value"], times),
        "significant_richness": _discoveries(statistics["q_richness"], times),
    }


def _model(connection: duckdb.DuckDBPyConnection) -> richness.RichnessModel:
    """Fit the null that keeps both margins to the concepts and articles that pairs are made of."""
    margins = columns_of(
        connection,
        "SELECT articles, count(*) AS n FROM margin WHERE pairs GROUP BY articles ORDER BY articles",
    )
    classes = columns_of(
        connection, "SELECT concepts, count(*) AS n FROM richness GROUP BY concepts ORDER BY concepts"
    )
    return richness.fit(margins["articles"], margins["n"], classes["concepts"], classes["n"])


def _triples(
    connection: duckdb.DuckDBPyConnection, total: int, family: int
) -> tuple[dict[str, Floats], dict[str, Any]]:
    case = columns_of(connection, "SELECT * EXCLUDE number FROM triple_case ORDER BY number")
    times = case.pop("times")
    p_value, expected = np.empty(times.size), np.empty(times.size)
    # the cases of triples can be many, and the eight cells of each need room
    for start in range(0, times.size, _STRETCH):
        part = slice(start, start + _STRETCH)
        both, ab, ac, bc, a, b, c = (values[part] for values in case.values())
        p_value[part] = interaction.triple_tail(both, ab, ac, bc, a, b, c, total)
        expected[part] = interaction.triple_expected(ab, ac, bc, a, b, c, total)
    statistics = {
        "expected": expected,
        "p_value": p_value,
        "q_value": benjamini_hochberg(p_value, times, family),
    }
    return statistics, {
        "seen": int(times.sum()),
        "significant": _discoveries(statistics["q_value"], times),
        "significant_richness": None,
    }


def _discoveries(q: Floats, times: Counts) -> int:
    return int(times[q <= SIGNIFICANT].sum())
