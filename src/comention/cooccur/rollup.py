"""Pairs with broader concepts in the place of all below them: psoriasis counts for skin diseases.

A mention counts for its concept and for each concept of its type above that. Only pairs of two types are
made, a broader disease with a drug, say. Two broader concepts of one type meet wherever a mention has both
above it, which says how the vocabulary is built and nothing of what is studied together.
"""

from __future__ import annotations

import functools
from typing import NamedTuple

import duckdb
import numpy as np
import pyarrow as pa

from comention.cooccur import association
from comention.cooccur.assembly import (
    Concepts,
    Integers,
    Seldom,
    columns_of,
    concepts_of,
    integers,
    sides,
    table,
    top_pmids,
    with_columns,
)
from comention.cooccur.effects import effects
from comention.cooccur.interval import odds_interval
from comention.cooccur.pairing import detail, pair
from comention.cooccur.stretches import Columns, append, bounds, each, starts

#: Concepts in articles, or in sentences, that are rolled up at a time, each with what is above it.
_STRETCH = 1 << 17

# Behind every place.
_NO_PLACE = np.iinfo(np.int64).max

_FOLD = """
CREATE TABLE fold AS
SELECT concept, concept_id AS own_id, concept_id, name, entity_type FROM concept WHERE pairs
UNION ALL
SELECT concept, concept_id, ancestor_id, ancestor_name, ancestor_type
FROM hierarchy_file JOIN concept USING (concept_id) WHERE pairs AND ancestor_type = entity_type
"""

# `broad`: something else counts for it than its own mentions
_CONCEPT = """
CREATE TABLE rolled_concept AS
SELECT (row_number() OVER (ORDER BY concept_id) - 1)::INTEGER AS concept,
       row_number() OVER (ORDER BY entity_type, concept_id)::INTEGER AS rank,
       true AS pairs, false AS collective, *
FROM (SELECT concept_id, min(name) AS name, min(entity_type) AS entity_type,
             bool_or(own_id <> concept_id) AS broad
      FROM fold GROUP BY concept_id)
"""

_IS_BROAD = "SELECT 1 FROM rolled_concept WHERE broad LIMIT 1"

_TABLE = "CREATE TABLE rolled_concept_in_{unit} ({columns}, concept INTEGER, first BIGINT, second BIGINT)"
_ROWS = """
SELECT {keys}, concept, first, second FROM concept_in_{unit} WHERE {only} ORDER BY {keys}
"""

_ABOVE = """
SELECT fold.concept, rolled_concept.concept AS rolled,
       dense_rank() OVER (ORDER BY rolled_concept.entity_type) AS type
FROM fold JOIN rolled_concept USING (concept_id) ORDER BY ALL
"""

_CONCEPTS = """
SELECT concept_id, name, entity_type, coalesce(articles, 0)::BIGINT AS articles
FROM rolled_concept
LEFT JOIN (SELECT concept, count(*) AS articles FROM rolled_concept_in_article GROUP BY concept)
    USING (concept)
ORDER BY concept
"""

# what the concepts themselves have together, under the numbers that they have here
_DIRECT = """
CREATE VIEW direct AS
SELECT (a.rolled::BIGINT << 32) | b.rolled AS pair, articles AS articles_direct
FROM pair JOIN own a ON a.concept = pair >> 32 JOIN own b ON b.concept = pair & 4294967295;
"""
_OWN = """
CREATE TABLE own AS
SELECT fold.concept, rolled_concept.concept AS rolled
FROM fold JOIN rolled_concept USING (concept_id) WHERE own_id = concept_id
"""

QUERY = """
SELECT rolled_pair.* EXCLUDE together, first_year, last_year, top,
       coalesce(articles_direct, 0) AS articles_direct
FROM rolled_pair JOIN rolled_pair_detail USING (pair) LEFT JOIN direct USING (pair)
WHERE articles > coalesce(articles_direct, 0)
ORDER BY articles DESC, pair
"""


def build(connection: duckdb.DuckDBPyConnection, pair_types: tuple[str, ...]) -> Concepts:
    """Create the tables that `QUERY` reads from those of direct counting; return what its numbers stand for.

    Where `hierarchy_file` has no rows there is nothing to roll up.
    """
    for statement in (_FOLD, _CONCEPT):
        connection.execute(statement)
    above = connection.execute(_IS_BROAD).fetchall()
    fold = _fold(connection)
    for unit, keys in (("article", ("article",)), ("sentence", ("article", "sentence"))):
        columns = ", ".join(f"{key} INTEGER" for key in keys)
        connection.execute(_TABLE.format(unit=unit, columns=columns))
        if above:
            work = functools.partial(_roll, unit=unit, keys=keys, fold=fold)
            each(connection, work, bounds(connection, f"concept_in_{unit}", "n", _STRETCH))
    pair(connection, pair_types, of="rolled_", broader=True)
    detail(connection, of="rolled_")
    connection.execute(_OWN)
    connection.execute(_DIRECT)
    return concepts_of(table(connection, _CONCEPTS))


class _Fold(NamedTuple):
    """What each concept counts for: `rolled[begin[c] : begin[c] + size[c]]`, all of the type `types[c]`."""

    begin: Integers
    size: Integers
    rolled: Integers
    types: Integers


def _fold(connection: duckdb.DuckDBPyConnection) -> _Fold:
    rows = columns_of(connection, _ABOVE)
    concepts = int(columns_of(connection, "SELECT count(*) AS n FROM concept")["n"][0])
    size = np.bincount(rows["concept"], minlength=concepts)
    types = np.zeros(concepts, np.int64)
    types[rows["concept"]] = rows["type"]
    return _Fold(np.cumsum(size) - size, size, rows["rolled"], types)


def _roll(
    connection: duckdb.DuckDBPyConnection, only: str, unit: str, keys: tuple[str, ...], fold: _Fold
) -> None:
    """Add what the concepts of a stretch count for to rolled_concept_in_article, or _in_sentence."""
    rows = columns_of(connection, _ROWS.format(unit=unit, keys=", ".join(keys), only=only))
    rows = {name: values[fold.size[rows["concept"]] > 0] for name, values in rows.items()}
    if unit == "sentence":
        rows = _of_two_types(rows, keys, fold)
    append(connection, f"rolled_concept_in_{unit}", _rolled(rows, keys, fold))


def _of_two_types(rows: Columns, keys: tuple[str, ...], fold: _Fold) -> Columns:
    """Return the rows of units with concepts of two types, the only ones with pairs."""
    types = fold.types[rows["concept"]]
    begin = starts(*(rows[key] for key in keys))
    if not begin.size:
        return rows
    mixed = np.minimum.reduceat(types, begin) < np.maximum.reduceat(types, begin)
    kept = np.repeat(mixed, np.diff(begin, append=types.size))
    return {name: values[kept] for name, values in rows.items()}


def _rolled(rows: Columns, keys: tuple[str, ...], fold: _Fold) -> Columns:
    """Return what concepts count for in each unit, with the first two places of all that count for it.

    These are among the first two of each, and differ in span; the second is the first again where none does.
    """
    size = fold.size[rows["concept"]]
    row = np.repeat(np.arange(size.size), size)
    nth = np.arange(row.size) - np.repeat(np.cumsum(size) - size, size)
    rolled = fold.rolled[fold.begin[rows["concept"]][row] + nth]
    unit = np.zeros(size.size, np.int64)
    unit[starts(*(rows[key] for key in keys))] = 1
    group = np.cumsum(unit)[row] << 32 | rolled
    order = np.argsort(group, kind="stable")
    row, rolled = row[order], rolled[order]
    begin = starts(group[order])
    if not begin.size:
        return {name: rows[name] for name in (*keys, "concept", "first", "second")}
    one, other = rows["first"][row], rows["second"][row]
    first = np.minimum.reduceat(one, begin)
    span = np.repeat(first >> 4, np.diff(begin, append=row.size))
    further = np.where(other >> 4 == span, _NO_PLACE, other)
    second = np.minimum.reduceat(np.where(one >> 4 == span, further, one), begin)
    return {key: rows[key][row[begin]] for key in keys} | {
        "concept": rolled[begin],
        "first": first,
        "second": np.where(second == _NO_PLACE, first, second),
    }


def pairs(rows: pa.Table, of: Concepts, seldom: Seldom, total: int, pmid_by_recency: pa.Array) -> pa.Table:
    """Name the pairs of `QUERY` and add their margins, effects and p."""
    a, b = sides(rows)
    counts = (integers(rows, "articles"), of.margins[a], of.margins[b], total)
    return with_columns(
        rows.drop_columns(["pair", "top"]),
        of.pair_sides(a, b)
        | effects(*counts, interval=odds_interval(*counts))
        | seldom.counts(rows)
        | {
            "p_value": association.hypergeometric_tail(*counts),
            "top_pmids": top_pmids(rows, pmid_by_recency),
        },
    )
