"""p and q of every pair and triple, corrected over all that could have been found.

A family of hypotheses holds the pairs (or triples) whose concepts each stand in `LEAST` articles or more,
those no article mentions together included. A rarer concept cannot be in a pair of three articles, which is
the least that a discovery rests on here, so that testing it could only make the correction harsher (Tarone
1990, Biometrics 46:515; Gilbert 2005, Appl. Statist. 54:143). The rule looks at margins alone, which every
null here keeps, so that it takes nothing from the control of false discoveries; it found more than Gilbert's
family did.
"""

from __future__ import annotations

import functools
from dataclasses import dataclass
from typing import Any

import duckdb
import numpy as np
import numpy.typing as npt

from comention.cooccur import association, field, interaction, richness, triples
from comention.cooccur.assembly import columns_of
from comention.cooccur.association import Counts, Floats
from comention.cooccur.interval import odds_interval
from comention.cooccur.multiplicity import Steps, benjamini_hochberg, steps
from comention.cooccur.stretches import Columns, append, beside, in_turn
from comention.cooccur.tables import TRIPLE_TYPES
from comention.schemas import PAIRS, SIGNIFICANT, TRIPLES

#: Articles that each concept of a tested pair or triple is in at least.
LEAST = 3


@dataclass(frozen=True, slots=True)
class Tested:
    """Statistics of the cases of pairs, by name, in the order of their numbers; q of triples by their p.

    `families` has rows of the dataset of that name.
    """

    pairs: dict[str, Floats]
    triples: Steps
    families: list[dict[str, Any]]


def tested(connection: duckdb.DuckDBPyConnection, total: int, *, across: bool) -> Tested:
    """Test the cases of the counted tables and create triple; `total` is the articles of the corpus.

    `across`: all pairs are of two types, so that the family is.
    """
    sizes = _sizes(connection, across)
    fitted = _models(connection)
    pairs_of = functools.partial(_pairs, total=total, family=sizes[PAIRS.name], model=fitted[PAIRS.name])
    with beside(connection, pairs_of) as result:
        steps_of_triples, of_triples = _triples(connection, total, sizes[TRIPLES.name], fitted[TRIPLES.name])
        pairs, of_pairs = result()
    rule = f"each concept in {LEAST} articles or more"
    rows = [
        {"family": name, "rule": rule, "size": sizes[name], **found}
        for name, found in ((PAIRS.name, of_pairs), (TRIPLES.name, of_triples))
    ]
    return Tested(pairs, steps_of_triples, rows)


def _sizes(connection: duckdb.DuckDBPyConnection, across: bool) -> dict[str, int]:
    """Return how many pairs and triples the concepts of the corpus could form that are tested."""
    counted = ", ".join(
        f"count(*) FILTER ({condition}) AS {name}"
        for name, condition in (
            ("concepts", "pairs"),
            *((t, f"entity_type = '{t}' AND NOT collective") for t in TRIPLE_TYPES),
        )
    )
    query = f"SELECT {counted} FROM margin WHERE articles >= {LEAST}"  # noqa: S608 - made of constants
    concepts, *sides = (int(values[0]) for values in columns_of(connection, query).values())
    pairs = concepts * (concepts - 1) // 2
    if across:
        of_type = "SELECT count(*) AS n FROM margin WHERE pairs AND articles >= {} GROUP BY entity_type"
        same = columns_of(connection, of_type.format(LEAST))["n"]
        pairs -= int((same * (same - 1) // 2).sum())
    return {PAIRS.name: pairs, TRIPLES.name: sides[0] * sides[1] * sides[2]}


def _pairs(
    connection: duckdb.DuckDBPyConnection, total: int, family: int, model: richness.RichnessModel
) -> tuple[dict[str, Floats], dict[str, Any]]:
    case = columns_of(connection, "SELECT articles, small, large, times FROM pair_case ORDER BY number")
    both, a, b, times = case.values()
    low, high = odds_interval(both, a, b, total)
    p_value, p_richness = association.hypergeometric_tail(both, a, b, total), model.tail(both, a, b)
    among = in_family(a)  # the smaller of the two
    statistics = {
        "log_odds_low": low,
        "log_odds_high": high,
        "p_value": p_value,
        "q_value": corrected(p_value, times, among, family),
        "p_richness": p_richness,
        "q_richness": corrected(p_richness, times, among, family),
    }
    return statistics, {
        "seen": int(times.sum()),
        "significant": discoveries(statistics["q_value"], times),
        "significant_richness": discoveries(statistics["q_richness"], times),
        "significant_field": field.tested(connection, p_richness, statistics["q_richness"], family),
    }


def _models(connection: duckdb.DuckDBPyConnection) -> dict[str, richness.RichnessModel]:
    """Fit the null that keeps both margins to what pairs are made of, and to what triples are made of."""
    of_triples = f"list_contains({list(TRIPLE_TYPES)}, entity_type) AND NOT collective"
    pairs = _model(connection, "pairs")
    differ = columns_of(connection, f"SELECT count(*) AS n FROM margin WHERE pairs <> ({of_triples})")  # noqa: S608
    same = int(differ["n"][0]) == 0
    return {PAIRS.name: pairs, TRIPLES.name: pairs if same else _model(connection, of_triples)}


def _model(connection: duckdb.DuckDBPyConnection, condition: str) -> richness.RichnessModel:
    """Fit the null to the concepts that meet a condition, and to the articles that mention any of them."""
    margins = columns_of(
        connection,
        f"SELECT articles, count(*) AS n FROM margin WHERE {condition} "  # noqa: S608 - made of constants
        "GROUP BY articles ORDER BY articles",
    )
    classes = columns_of(
        connection,
        "SELECT concepts, count(*) AS n FROM ("  # noqa: S608 - made of constants
        "SELECT article, count(*) AS concepts FROM concept_in_article JOIN concept USING (concept) "
        f"WHERE {condition} GROUP BY article) GROUP BY concepts ORDER BY concepts",
    )
    return richness.fit(margins["articles"], margins["n"], classes["concepts"], classes["n"])


def _triples(
    connection: duckdb.DuckDBPyConnection, total: int, family: int, model: richness.RichnessModel
) -> tuple[Steps, dict[str, Any]]:
    """Create the table `triple` and return q of those in the family."""
    p: list[Floats] = []
    size = 0
    connection.execute(triples.TABLE)

    def test(stretch: tuple[Columns, triples.Margins]) -> tuple[Columns, Floats]:
        found, margins = stretch
        seven = (*margins.pairs, *margins.single)
        by_richness = model.tail(margins.all, *margins.single)
        found["expected"] = interaction.triple_expected(*seven, total=total)
        found["p_value"] = interaction.triple_tail(margins.all, *seven, total=total)
        found["p_richness"] = by_richness
        return found, by_richness[in_family(*margins.single)]

    with connection.cursor() as own:
        for found, of_stretch in in_turn(connection, test, triples.triples(connection)):
            p.append(of_stretch)
            size += found["x"].size
            append(own, "triple", found)
    found_by_p = steps(_joined(p), family)
    return found_by_p, {
        "seen": size,
        "significant": None,
        "significant_richness": found_by_p.discoveries(SIGNIFICANT),
        "significant_field": None,
    }


def _joined(parts: list[Floats]) -> Floats:
    """Return arrays as one, and empty the list on the way: they are never in memory twice."""
    whole = np.empty(sum(part.size for part in parts))
    end = whole.size
    while parts:
        part = parts.pop()
        whole[end - part.size : end] = part
        end -= part.size
    return whole


def in_family(*margins: Counts) -> npt.NDArray[np.bool_]:
    """Return which pairs or triples are tested, by the articles of each of their concepts."""
    tested: npt.NDArray[np.bool_] = np.minimum.reduce(margins) >= LEAST
    return tested


def corrected(p: Floats, times: Counts, among: npt.NDArray[np.bool_], family: int) -> Floats:
    """Return q of the cases that are `among` a family of so many hypotheses, and 1 for the others."""
    q = np.ones(p.size)
    q[among] = benjamini_hochberg(p[among], times[among], family)
    return q


def discoveries(q: Floats, times: Counts) -> int:
    """Return how many hypotheses have q up to `SIGNIFICANT`; element i stands for `times[i]`."""
    return int(times[q <= SIGNIFICANT].sum())
