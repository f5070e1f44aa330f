"""What moves: the corpus over the years, pairs that emerge, and what the last run changed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import duckdb

from comention.report.evidence import Side, sides_of
from comention.snapshots.tables import UNRELATED, rows

#: Emerging pairs and changes listed at most.
EMERGING, CHANGES = 10, 10
#: Years before the corpus's last in which a pair may have emerged to be listed.
_RECENT = 2


@dataclass(frozen=True, slots=True)
class Emerging:
    """A pair that has grown more than the corpus: its articles in `year`, and what they share."""

    first: Side
    second: Side
    year: int
    articles: int
    share_smoothed: float
    q_emerging: float


@dataclass(frozen=True, slots=True)
class Change:
    """A pair that the last run changed, and why."""

    change: str
    first: str
    second: str
    before: int
    after: int
    cause: str


@dataclass(frozen=True, slots=True)
class News:
    """What changed since another snapshot; `counts` of pairs by kind of change, `articles` likewise.

    `unreadable` says why there is nothing to compare with although an earlier snapshot is there.
    """

    since: str
    counts: Mapping[str, int]
    articles: Mapping[str, int]
    changes: tuple[Change, ...]
    unreadable: str = ""


def timeline(connection: duckdb.DuckDBPyConnection) -> dict[int, int]:
    """Return the articles of the corpus by year; those without a year are left out."""
    query = (
        "SELECT year, count(*) AS articles FROM articles WHERE year IS NOT NULL GROUP BY year ORDER BY year"
    )
    return {r["year"]: r["articles"] for r in rows(connection, query)}


_EMERGING = f"""
SELECT t.year, t.articles, t.share_smoothed, t.q_emerging,
       p.a_id, p.a_name, p.a_type, p.articles_a, p.b_id, p.b_name, p.b_type, p.articles_b
FROM trends t JOIN pairs p USING (a_id, b_id)
WHERE t.emerging AND p.{UNRELATED} AND t.year >= (SELECT max(year) FROM articles) - $recent
QUALIFY row_number() OVER (PARTITION BY a_id, b_id ORDER BY t.year DESC) = 1
ORDER BY t.q_emerging, t.articles DESC, p.a_name, p.b_name, a_id, b_id LIMIT $limit
"""  # noqa: S608 - what is put in is our own


def emerging(connection: duckdb.DuckDBPyConnection) -> tuple[Emerging, ...]:
    """Return the pairs that emerge in the corpus's last years, the surest first."""
    return tuple(
        Emerging(
            *sides_of(r),
            **{name: r[name] for name in ("year", "articles", "share_smoothed", "q_emerging")},
        )
        for r in rows(connection, _EMERGING, {"recent": _RECENT, "limit": EMERGING})
    )


def news(
    since: str, counts: Mapping[str, int], articles: Mapping[str, int], changes: Sequence[Mapping[str, Any]]
) -> News:
    """Return a comparison of two snapshots as the page shows it: the pairs that changed most."""
    names = ("change", "a_name", "b_name", "articles_before", "articles", "cause")
    first = tuple(Change(*(row[name] for name in names)) for row in changes[:CHANGES])
    return News(since, counts, articles, first)
