"""The small charts at the top of the page: the surest of each type, and what is claimed of them."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import duckdb

from comention.report.enrichment import Enriched
from comention.report.evidence import Proof, Side, sides_of
from comention.report.said import NOTHING, Said
from comention.report.tables import LISTED_LEAST, TYPES, Ranked
from comention.snapshots.tables import SUREST, UNRELATED, rows

#: Bars of each chart.
BARS = 5
#: Types of the charts of a corpus without a topic.
CHARTED = (("disease", "drug"), ("cytokine", "disease"), ("cytokine", "drug"))

_SUREST_OF_TYPES = f"""
SELECT * FROM pairs
WHERE {UNRELATED} AND articles_independent >= $least AND list_sort([a_type, b_type]) = $types::VARCHAR[]
ORDER BY {SUREST} LIMIT $limit
"""  # noqa: S608 - what is put in is our own


def surest_pairs(connection: duckdb.DuckDBPyConnection) -> tuple[tuple[Side, Side], ...]:
    """Return the surest pairs of each of CHARTED, the first type's concept first."""
    values = {"least": LISTED_LEAST, "limit": BARS}
    found = [
        sides_of(r)
        for types in CHARTED
        for r in rows(connection, _SUREST_OF_TYPES, values | {"types": list(types)})
    ]
    return tuple((a, b) if a.entity_type < b.entity_type else (b, a) for a, b in found)


@dataclass(frozen=True, slots=True)
class Bar:
    """A concept in a chart: `times` as often as outside the topic (None where never there), `share` 0–1.

    `said` are what articles claim of it with the topic, NOTHING where that is not known. A chart without a
    topic has pairs: two `ids`, two `names`.
    """

    ids: tuple[str, ...]
    names: tuple[str, ...]
    articles: int
    times: float | None
    share: float
    sure: bool
    said: Said = NOTHING


@dataclass(frozen=True, slots=True)
class Chart:
    """The first concepts of a type, or pairs of two; `compared` with the background, else by articles."""

    types: tuple[str, ...]
    compared: bool
    bars: tuple[Bar, ...]


def charts(
    found: Sequence[Enriched], ranked: Sequence[Ranked], pairs: Sequence[Proof] = ()
) -> tuple[Chart, ...]:
    """Return a chart of each type that has rows: of what goes with the topic, else of what is with it most.

    Where there is no topic they are of `pairs`. Bars of a comparison are as long as the logarithm of how many
    times as often. Names above or below the topic's are left out, and what no article names apart from it.
    """
    said = {
        item.proof.first.ids[0]: item.proof.said for table in ranked for item in (*table.rows, *table.more)
    }
    if found:
        telling = [one for one in found if not one.related and one.concept_id in said]
        groups = ((kind, [one for one in telling if one.entity_type == kind][:BARS]) for kind in TYPES)
        return tuple(Chart((kind,), True, _compared(group, said)) for kind, group in groups if group)
    with_topic = (
        ((table.entity_type,), [one.proof for one in (*table.rows, *table.more) if not one.related][:BARS])
        for table in ranked
        if table.entity_type in TYPES
    )
    without = (
        (types, [p for p in pairs if (p.first.entity_type, p.second.entity_type) == types])
        for types in CHARTED
    )
    groups_of = (*with_topic, *without)
    return tuple(Chart(types, False, _counted(group, types)) for types, group in groups_of if group)


def _counted(group: Sequence[Proof], types: Sequence[str]) -> tuple[Bar, ...]:
    most = max(proof.tally.articles for proof in group)
    return tuple(
        Bar(
            tuple(i for side in sides for i in side.ids),
            tuple(side.name for side in sides),
            proof.tally.articles,
            None,
            proof.tally.articles / most,
            True,
            proof.said,
        )
        for proof in group
        for sides in [(proof.first, proof.second)[: len(types)]]
    )


def _compared(group: Sequence[Enriched], said: Mapping[str, Said]) -> tuple[Bar, ...]:
    most = max((math.log(one.enrichment) for one in group if one.enrichment), default=0.0)

    def share(times: float | None) -> float:
        if times is None:
            return 1.0
        return max(math.log(times), 0.0) / most if most > 0 and times > 0 else 0.0

    return tuple(
        Bar(
            (one.concept_id,),
            (one.name,),
            one.articles,
            one.enrichment,
            share(one.enrichment),
            one.grade != "none",
            said.get(one.concept_id, NOTHING),
        )
        for one in group
    )
