"""Pairs by year: how their share moves, and which of them are new or growing.

A pair emerges in a year when more of its articles than chance explains fall into the three years that end
with it. Of the corpus's articles up to that year, `recent` are of those three years; were the pair's articles
spread over all of them at random, how many are recent would be hypergeometric. Growth of the whole corpus is
thereby taken out, and a pair needs no history to be tested.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import duckdb
import numpy as np
import pyarrow as pa

from comention.cooccur.assembly import Corpus, Integers, columns_of, integers, sides, with_columns
from comention.cooccur.association import Counts, Floats, hypergeometric_tail
from comention.cooccur.counters import COUNTS, has
from comention.cooccur.families import corrected, discoveries
from comention.schemas import SIGNIFICANT

#: Years that count as recent, and articles in them that a pair needs to be called emerging. A pair that has
#: fewer so far is not tested: over every pair seen, a burst of five articles was never found, and over those
#: with three it always is.
RECENT, LEAST = 3, 3

_TREND = f"""
CREATE TABLE trend AS
SELECT *, sum(articles) OVER (PARTITION BY pair ORDER BY year RANGE {RECENT - 1} PRECEDING)::BIGINT AS recent,
       sum(articles) OVER (PARTITION BY pair ORDER BY year)::BIGINT AS so_far,
       sum(articles) OVER (
           PARTITION BY pair ORDER BY year RANGE BETWEEN 1 PRECEDING AND 1 FOLLOWING)::BIGINT AS around
FROM (SELECT pair, year::INTEGER AS year, count(*) AS articles,
             count(*) FILTER (NOT article.retracted) AS articles_not_retracted
      FROM pair_in_article JOIN article USING (article)
      WHERE {has(COUNTS)} AND year IS NOT NULL GROUP BY pair, year)
"""  # noqa: S608 - what is put in is ours

# As with pairs: most rows have the counts of many others
_CASE = """
CREATE TABLE trend_case AS
SELECT row_number() OVER (ORDER BY year, recent, so_far) - 1 AS number, *
FROM (SELECT year, recent, so_far, count(*) AS times FROM trend GROUP BY ALL)
"""

QUERY = """
SELECT trend.* EXCLUDE so_far, number
FROM trend JOIN trend_case USING (year, recent, so_far) ORDER BY pair, year
"""

# years are int16 and may be negative: counted from the smallest
_FIRST = int(np.iinfo(np.int16).min)


@dataclass(frozen=True, slots=True)
class Years:
    """Articles of the corpus by year, and p and q of the cases of trends in the order of their numbers.

    `family` is the row of `families`.
    """

    totals: Integers
    p: Floats
    q: Floats
    family: dict[str, Any]

    def of(self, year: Integers, before: int, after: int) -> Integers:
        """Return the articles of the corpus from `before` years before each year to `after` after it."""
        return _within(np.cumsum(self.totals), year, before, after)


def years(connection: duckdb.DuckDBPyConnection, of: Corpus) -> Years:
    """Create the table of trends and test its cases."""
    connection.execute(_TREND)
    connection.execute(_CASE)
    known = of.year.drop_null().to_numpy().astype(np.int64)
    totals = np.bincount(known - _FIRST, minlength=1 << 16)
    case = columns_of(connection, "SELECT year, recent, so_far, times FROM trend_case ORDER BY number")
    begun = columns_of(
        connection,
        "SELECT year, count(*) AS pairs FROM ("  # noqa: S608 - the one value put in is a number of ours
        f"SELECT pair, min(year) AS year FROM trend WHERE so_far >= {LEAST} GROUP BY pair) "
        "GROUP BY year ORDER BY year",
    )
    p, q, size = _tested(case, begun, np.cumsum(totals))
    family = {
        "family": "emerging",
        "rule": f"pairs in {LEAST} articles or more by then, each year apart",
        "size": size,
        "seen": int(case["times"].sum()),
        "significant": discoveries(q, case["times"]),
        "significant_richness": None,
        "significant_field": None,
    }
    return Years(totals, p, q, family)


def _tested(
    case: dict[str, Counts], begun: dict[str, Counts], so_far: Integers
) -> tuple[Floats, Floats, int]:
    """Return p and q of each case, and the size of all families together.

    Each year is a family of its own: the pairs that have `LEAST` articles by then.
    """
    p, q, size = np.ones(case["year"].size), np.ones(case["year"].size), 0
    for year in np.unique(case["year"]):
        rows = case["year"] == year
        both, a = case["recent"][rows], case["so_far"][rows]
        recent = np.full_like(both, _within(so_far, np.array([year]), RECENT - 1, 0)[0])
        p[rows] = hypergeometric_tail(both, a, recent, int(so_far[year - _FIRST]))
        family = int(begun["pairs"][begun["year"] <= year].sum())
        q[rows] = corrected(p[rows], case["times"][rows], a >= LEAST, family)
        size += family
    return p, q, size


def _within(so_far: Integers, year: Integers, before: int, after: int) -> Integers:
    last = np.minimum(year - _FIRST + after, so_far.size - 1)
    earlier = year - _FIRST - before - 1
    found: Integers = so_far[last] - np.where(earlier >= 0, so_far[np.maximum(earlier, 0)], 0)
    return found


def trends(rows: pa.Table, of: Corpus, years: Years) -> pa.Table:
    """Name the pairs of `QUERY`, divide by the corpus's articles, and look their tests up."""
    year, number = integers(rows, "year"), integers(rows, "number")
    q = years.q[number]
    return with_columns(
        rows.drop_columns(["pair", "number", "recent", "around"]),
        of.concepts.pair_ids(*sides(rows))
        | {
            "share": integers(rows, "articles") / years.of(year, 0, 0),
            "share_smoothed": integers(rows, "around") / years.of(year, 1, 1),
            "p_emerging": years.p[number],
            "q_emerging": q,
            "emerging": (q <= SIGNIFICANT) & (integers(rows, "recent") >= LEAST),
        },
    )
