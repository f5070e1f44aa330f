"""What goes with the topic, against articles outside it: the first table of the page."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, fields

import duckdb

from comention.records import EntityType
from comention.report.evidence import Side
from comention.report.tables import TYPES, related
from comention.snapshots.tables import ENRICHED, rows

#: Rows that each table lists without the script, and articles of the topic that a row needs.
ROWS, LEAST = 15, 2


@dataclass(frozen=True, slots=True)
class Enriched:
    """A concept with the statistics of `enrichment`; `enrichment` and `odds_high` are None where endless.

    `related` says "broader" or "narrower" of a name above or below the topic's.
    """

    concept_id: str
    name: str
    entity_type: EntityType
    articles: int
    articles_total: int
    background: int
    background_total: int
    enrichment: float | None
    odds_low: float
    odds_high: float | None
    q_value: float
    q_richness: float
    grade: str
    related: str = ""

    @property
    def log_odds_low(self) -> float | None:
        """The lower end of the interval, in log odds; None where it is endless."""
        return math.log(self.odds_low) if self.odds_low > 0 else None

    @property
    def log_odds_high(self) -> float | None:
        """The upper end likewise."""
        return math.log(self.odds_high) if self.odds_high else None

    @property
    def log_odds(self) -> float:
        """The log odds ratio with 0.5 added to each count (Haldane 1956), which lies in its interval."""
        inside, outside = self.articles + 0.5, self.background + 0.5
        others = self.articles_total - self.articles + 0.5, self.background_total - self.background + 0.5
        found = math.log(inside * others[1] / (others[0] * outside))
        low, high = self.log_odds_low, self.log_odds_high
        return min(max(found, found if low is None else low), found if high is None else high)

    @property
    def side(self) -> Side:
        """The concept by its id; how many articles pairs count of it, :func:`sides` says."""
        return Side((self.concept_id,), self.name, self.entity_type, self.articles)


_FIRST = f"""
SELECT * FROM enrichment
WHERE articles_independent >= $least AND entity_type IN {TYPES}
ORDER BY list_position(['disease', 'drug', 'cytokine'], entity_type),
         {ENRICHED}
"""  # noqa: S608 - made of words of ours


def enriched(connection: duckdb.DuckDBPyConnection, topic: Sequence[str]) -> tuple[Enriched, ...]:
    """Return the diseases, drugs and cytokines by grade, then by the lower bound of the odds ratio.

    None where the topic has no background.
    """
    names = [field.name for field in fields(Enriched) if field.name != "related"]
    near = related(connection, topic)
    found = rows(connection, _FIRST, {"least": LEAST})
    return tuple(
        Enriched(**{name: row[name] for name in names}, related=near.get(row["concept_id"], ""))
        for row in found
    )


_IN_PAIRS = """
SELECT concept_id, articles_not_measured AS articles FROM entities
WHERE list_contains($ids::VARCHAR[], concept_id)
"""


def sides(connection: duckdb.DuckDBPyConnection, found: Sequence[Enriched]) -> list[Side]:
    """Return concepts as sides of pairs: with the articles that pairs count.

    Those of `enrichment` may be read by another annotator, of another number.
    """
    values = {"ids": [one.concept_id for one in found]}
    counted = {r["concept_id"]: r["articles"] for r in rows(connection, _IN_PAIRS, values)}
    return [
        Side((one.concept_id,), one.name, one.entity_type, counted.get(one.concept_id, 0)) for one in found
    ]


def first_of(found: Sequence[Enriched]) -> list[Enriched]:
    """Return the first ROWS of each type, which the page lists without its script."""
    groups = ([one for one in found if one.entity_type == kind][:ROWS] for kind in TYPES)
    return [one for group in groups for one in group]
