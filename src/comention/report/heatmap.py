"""Two types against each other as a table of cells: how many articles mention both, how surely."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import duckdb

from comention.records import EntityType
from comention.report.evidence import Side, sides_of
from comention.snapshots.tables import Row, rows

#: Rows and columns of a map at most; articles that a cell needs, and that it needs for a colour.
ROWS, COLUMNS, LEAST, COLOURED = 14, 10, 2, 3

#: Lower ends of the odds ratio at which the next shade begins; below the first the association is not sure.
SHADES = (1.0, 2.0, 4.0, 8.0)
#: Upper end of the odds ratio at or below which the two are surely mentioned together less often.
RARE = 0.5


@dataclass(frozen=True, slots=True)
class Cell:
    """Two concepts with their articles; `shade` counts the SHADES that the odds ratio surely passes.

    `rare` says that it is surely RARE or less. A cell of fewer than COLOURED articles has neither.
    """

    first: Side
    second: Side
    articles: int
    log_odds_low: float | None
    q_value: float
    q_richness: float
    grade: str
    shade: int
    rare: bool


@dataclass(frozen=True, slots=True)
class HeatMap:
    """A map: its rows and columns in order, and the cells that have articles, by both ids."""

    across: EntityType
    down: EntityType
    columns: tuple[Side, ...]
    rows: tuple[Side, ...]
    cells: dict[tuple[str, str], Cell]

    def cell(self, row: Side, column: Side) -> Cell | None:
        """Return the cell of a row and a column, None where no two articles mention both."""
        return self.cells.get((row.ids[0], column.ids[0]))


_PAIRS = """
SELECT a_id, a_name, a_type, articles_a, b_id, b_name, b_type, articles_b, articles, log_odds_low,
       log_odds_high, q_value, q_richness, grade
FROM pairs
WHERE articles >= $least AND NOT list_contains($left_out::VARCHAR[], a_id)
      AND NOT list_contains($left_out::VARCHAR[], b_id)
      AND ((a_type = $one AND b_type = $other) OR (a_type = $other AND b_type = $one))
ORDER BY articles DESC, log_odds_low DESC NULLS LAST, a_name, b_name, a_id, b_id
"""


def heat_map(
    connection: duckdb.DuckDBPyConnection,
    across: EntityType,
    down: EntityType,
    left_out: Sequence[str],
) -> HeatMap:
    """Return the map of two types: the concepts with most articles together, those `left_out` left out.

    A row or a column stands where the articles of its cells are most; the ids of the topic, which nearly
    every article mentions, would take up a column of their own and say nothing.
    """
    values = {"least": LEAST, "left_out": list(left_out), "one": across, "other": down}
    cells = [_cell(r, down) for r in rows(connection, _PAIRS, values)]
    columns = _most(cells, "second", COLUMNS)
    kept = [c for c in cells if c.second in columns]
    lines = _most(kept, "first", ROWS)
    shown = {(c.first.ids[0], c.second.ids[0]): c for c in kept if c.first in lines}
    filled = {c.second for c in shown.values()}
    return HeatMap(across, down, tuple(c for c in columns if c in filled), tuple(lines), shown)


def _cell(r: Row, down: EntityType) -> Cell:
    a, b = sides_of(r)
    first, second = (a, b) if a.entity_type == down else (b, a)
    low = r["log_odds_low"]
    enough = r["articles"] >= COLOURED
    shade = sum(low >= math.log(limit) for limit in SHADES) if enough and low is not None else 0
    names = ("articles", "log_odds_low", "q_value", "q_richness", "grade")
    rare = enough and r["log_odds_high"] is not None and r["log_odds_high"] <= math.log(RARE)
    return Cell(first, second, **{name: r[name] for name in names}, shade=shade, rare=rare)


def _most(cells: Sequence[Cell], side: str, limit: int) -> list[Side]:
    """Return the sides with most articles in the cells, ties by name."""
    total: dict[Side, int] = {}
    for cell in cells:
        which = getattr(cell, side)
        total[which] = total.get(which, 0) + cell.articles
    return sorted(total, key=lambda s: (-total[s], s.name, s.ids))[:limit]
