"""What goes with the topic, against articles outside it: the first table of the page."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import get_args

import duckdb

from comention.records import EntityType, Grade
from comention.report.evidence import Side
from comention.snapshots.tables import rows

#: Rows of each table, and articles of the topic that a row needs.
ROWS, LEAST = 15, 2


@dataclass(frozen=True, slots=True)
class Enriched:
    """A concept with the statistics of `enrichment`; `enrichment` and `odds_high` are None where endless."""

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

    @property
    def side(self) -> Side:
        """The concept as one side of a pair."""
        return Side((self.concept_id,), self.name, self.entity_type, self.articles)


_FIRST = f"""
SELECT * FROM enrichment
WHERE articles_independent >= $least AND entity_type <> 'chemical'
QUALIFY row_number() OVER (
    PARTITION BY entity_type ORDER BY list_position({list(get_args(Grade))}, grade), odds_low DESC, concept_id
) <= {ROWS}
ORDER BY list_position(['disease', 'drug', 'cytokine'], entity_type),
         list_position({list(get_args(Grade))}, grade), odds_low DESC, concept_id
"""  # noqa: S608 - made of words of ours


def enriched(connection: duckdb.DuckDBPyConnection) -> tuple[Enriched, ...]:
    """Return the first diseases, drugs and cytokines by grade, then by the lower bound of the odds ratio.

    None where the topic has no background.
    """
    names = [field.name for field in fields(Enriched)]
    found = rows(connection, _FIRST, {"least": LEAST})
    return tuple(Enriched(**{name: row[name] for name in names}) for row in found)
