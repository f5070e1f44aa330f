"""Triples of a cytokine, a disease and a drug: what articles make of them, a stretch of triples at a time.

DuckDB finds the articles of each triple and sorts them, on disk where they are many; they are added up in
arrays. A triple has about as many articles as it has columns, so that no case stands for many of them.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import duckdb
import numpy as np
import pyarrow as pa

from comention.cooccur.assembly import Integers, columns_of
from comention.cooccur.stretches import Columns, starts
from comention.schemas import ARTICLE_LEVEL

#: Articles of triples that are added up at a time: about 200 bytes each.
_STRETCH = 1 << 18
_SHOWN = 5  # articles that show a triple
_LOW_HALF = (1 << 32) - 1

# One span each, pairwise different: by Hall's theorem, where any two have two spans between them and the
# three have three. Concepts with at most two spans have them all in first and second.
_IN = """
SELECT x.concept AS x, y.concept AS y, z.concept AS z, {keys}
FROM (SELECT *, first >> 4 AS s, second >> 4 AS t
      FROM concept_in_{unit} JOIN concept USING (concept) WHERE entity_type = 'cytokine' AND NOT collective) x
JOIN (SELECT *, first >> 4 AS s, second >> 4 AS t
      FROM concept_in_{unit} JOIN concept USING (concept) WHERE entity_type = 'disease') y USING ({keys})
JOIN (SELECT *, first >> 4 AS s, second >> 4 AS t
      FROM concept_in_{unit} JOIN concept USING (concept) WHERE entity_type = 'drug') z USING ({keys})
WHERE (x.s <> y.s AND x.s <> z.s AND y.s <> z.s)
   OR ((x.s <> y.s OR x.n > 1 OR y.n > 1) AND (x.s <> z.s OR x.n > 1 OR z.n > 1)
       AND (y.s <> z.s OR y.n > 1 OR z.n > 1)
       AND (x.n > 2 OR y.n > 2 OR z.n > 2
            OR len(list_distinct([x.s, x.t, y.s, y.t, z.s, z.t])) > 2))
"""

# `key`: which article shows a triple better: with a shared sentence first, then newest
_FOUND = """
SELECT x, y, z, ((sentences IS NOT NULL)::BIGINT << 32) | recency AS key,
       coalesce(sentences, 0)::INTEGER AS sentences,
       coalesce(first_sentence, {none})::INTEGER AS first_sentence
FROM ({in_article})
LEFT JOIN (SELECT x, y, z, article, count(*) AS sentences, min(sentence) AS first_sentence
           FROM ({in_sentence}) GROUP BY ALL)
    USING (x, y, z, article)
JOIN article USING (article)
ORDER BY y, z, x, key DESC
""".format(  # noqa: S608 - made of constants
    none=ARTICLE_LEVEL,
    in_article=_IN.format(unit="article", keys="article"),
    in_sentence=_IN.format(unit="sentence", keys="article, sentence"),
)

TABLE = """
CREATE TABLE triple (
    x INTEGER, y INTEGER, z INTEGER, articles BIGINT, articles_independent BIGINT,
    articles_not_retracted BIGINT, sentences BIGINT, first_year SMALLINT, last_year SMALLINT, top BIGINT[],
    top_sentence INTEGER, expected DOUBLE, p_value DOUBLE, p_richness DOUBLE)
"""

#: Stands for a year that is not known, and for a story that no other article tells.
_UNKNOWN = -(1 << 31)


@dataclass(frozen=True, slots=True)
class Margins:
    """Of a stretch of triples: articles of all three, of each two at any spans, and of each."""

    all: Integers
    pairs: tuple[Integers, Integers, Integers]
    single: tuple[Integers, Integers, Integers]


def triples(connection: duckdb.DuckDBPyConnection) -> Iterator[tuple[Columns, Margins]]:
    """Yield the triples in stretches, in the order of y, z and x: columns of `TABLE`, and their margins.

    Use another connection to the same database while they come.
    """
    articles = columns_of(
        connection,
        f"SELECT coalesce(year, {_UNKNOWN}) AS year, retracted::TINYINT AS retracted, "  # noqa: S608 - a number
        f"coalesce(shared, {_UNKNOWN}) AS shared FROM article ORDER BY recency",
    )
    pairs = columns_of(connection, "SELECT pair, together FROM pair ORDER BY pair")
    margins = columns_of(connection, "SELECT concept, articles FROM margin ORDER BY concept")
    of_concept = np.zeros(int(margins["concept"].max(initial=-1)) + 1, np.int64)
    of_concept[margins["concept"]] = margins["articles"]
    for rows in _whole(connection.sql(_FOUND).to_arrow_reader(_STRETCH)):
        found = _added(rows, articles)
        sides = (found["x"], found["y"], found["z"])
        together = [
            pairs["together"][np.searchsorted(pairs["pair"], sides[a] << 32 | sides[b])]
            for a, b in ((0, 1), (0, 2), (1, 2))
        ]
        single = [of_concept[side] for side in sides]
        yield found, Margins(found["articles"], tuple(together), tuple(single))  # type: ignore[arg-type] # three


def _whole(reader: pa.RecordBatchReader) -> Iterator[Columns]:
    """Yield the rows in stretches that end where a triple does."""
    held = reader.schema.empty_table()
    for batch in reader:
        held = pa.concat_tables([held, pa.Table.from_batches([batch])])
        if held.num_rows < _STRETCH:
            continue
        rows = _columns(held)
        end = int(starts(rows["x"], rows["y"], rows["z"])[-1])
        if end:  # one triple may be longer than a stretch
            yield {name: values[:end] for name, values in rows.items()}
            held = held.slice(end)
    if held.num_rows:
        yield _columns(held)


def _columns(rows: pa.Table) -> Columns:
    return {name: rows[name].to_numpy().astype(np.int64, copy=False) for name in rows.column_names}


def _added(rows: Columns, articles: Columns) -> Columns:
    """Add up the articles of each triple."""
    begin = starts(rows["x"], rows["y"], rows["z"])
    size = np.diff(begin, append=rows["x"].size)
    recency = rows["key"] & _LOW_HALF
    year = articles["year"][recency]
    last = np.maximum.reduceat(year, begin)
    first = np.minimum.reduceat(np.where(year == _UNKNOWN, -_UNKNOWN, year), begin)
    unknown = last == _UNKNOWN
    triple = np.repeat(np.arange(begin.size), size)
    shown = np.arange(triple.size) - begin[triple] < _SHOWN
    ends = np.concatenate([[0], np.cumsum(np.minimum(size, _SHOWN))])
    return {name: rows[name][begin] for name in ("x", "y", "z")} | {
        "articles": size,
        "articles_independent": size - _repeated(triple, articles["shared"][recency], begin.size),
        "articles_not_retracted": size - np.add.reduceat(articles["retracted"][recency], begin),
        "sentences": np.add.reduceat(rows["sentences"], begin),
        "first_year": _some(first, unknown),
        "last_year": _some(last, unknown),
        "top": pa.ListArray.from_arrays(pa.array(ends, pa.int32()), pa.array(rows["key"][shown])),
        "top_sentence": rows["first_sentence"][begin],
    }


def _some(values: Integers, unknown: np.ndarray[tuple[int], np.dtype[np.bool_]]) -> pa.Array:
    return pa.array(np.where(unknown, 0, values), mask=unknown)


def _repeated(triple: Integers, shared: Integers, size: int) -> Integers:
    """Return how many articles of each triple are beyond the first of their story."""
    told = np.flatnonzero(shared != _UNKNOWN)
    of_triple = np.bincount(triple[told], minlength=size)
    each = np.unique(np.stack([triple[told], shared[told]]), axis=1)
    return of_triple - np.bincount(each[0], minlength=size)
