"""What moves: the corpus over the years, pairs that emerge, and what the last run changed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import duckdb

from comention.report.evidence import Side, sides_of
from comention.snapshots.claims import history
from comention.snapshots.tables import UNRELATED, rows

#: Emerging pairs, changes, and pairs of which something else is said, listed at most.
EMERGING, CHANGES, TURNED = 10, 10, 10
#: Years before the corpus's last in which a pair may have emerged to be listed.
_RECENT = 2


@dataclass(frozen=True, slots=True)
class Emerging:
    """A pair that has grown more than the corpus: its articles in `year`, and what they share.

    `history` says what articles claim of it since when, and since when that is contradicted.
    """

    first: Side
    second: Side
    year: int
    articles: int
    share_smoothed: float
    q_emerging: float
    claim: str | None
    claim_since: int | None
    claim_before: str | None
    contradicted_since: int | None
    history: str


@dataclass(frozen=True, slots=True)
class Turned:
    """A pair of which articles of late say something else than before, or contradict each other at last."""

    first: Side
    second: Side
    articles_claimed: int
    history: str


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
       p.claim, p.claim_since, p.claim_before, p.contradicted, p.contradicted_since,
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
            claim=r["claim"],
            claim_since=r["claim_since"],
            claim_before=r["claim_before"],
            contradicted_since=r["contradicted_since"],
            history=history(r),
        )
        for r in rows(connection, _EMERGING, {"recent": _RECENT, "limit": EMERGING})
    )


_TURNED = f"""
SELECT a_id, a_name, a_type, articles_a, b_id, b_name, b_type, articles_b, articles_claimed,
       claim, claim_since, claim_before, contradicted, contradicted_since
FROM pairs, (SELECT max(year) - $recent AS late FROM articles)
WHERE {UNRELATED} AND (contradicted_since >= late OR (claim_before IS NOT NULL AND claim_since >= late))
ORDER BY articles_claimed DESC, a_name, b_name, a_id, b_id LIMIT $limit
"""  # noqa: S608 - what is put in is our own


def turned(connection: duckdb.DuckDBPyConnection) -> tuple[Turned, ...]:
    """Return the pairs of which the articles of the corpus's last years say something else than before.

    Their leading claim changed, or they were contradicted for the first time. Those of which most articles
    state something come first.
    """
    found = rows(connection, _TURNED, {"recent": _RECENT, "limit": TURNED})
    return tuple(Turned(*sides_of(r), r["articles_claimed"], history(r)) for r in found)


def news(
    since: str, counts: Mapping[str, int], articles: Mapping[str, int], changes: Sequence[Mapping[str, Any]]
) -> News:
    """Return a comparison of two snapshots as the page shows it: the pairs that changed most."""
    names = ("change", "a_name", "b_name", "articles_before", "articles", "cause")
    first = tuple(Change(*(row[name] for name in names)) for row in changes[:CHANGES])
    return News(since, counts, articles, first)
