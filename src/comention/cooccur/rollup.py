"""Pairs with broader concepts in the place of all below them: psoriasis counts for skin diseases.

A mention counts for its concept and for each concept of its type above that. Only pairs of two types are
made, a broader disease with a drug, say. Two broader concepts of one type meet wherever a mention has both
above it, which says how the vocabulary is built and nothing of what is studied together.
"""

from __future__ import annotations

import duckdb
import pyarrow as pa

from comention.cooccur import association
from comention.cooccur.assembly import (
    Concepts,
    Seldom,
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
from comention.cooccur.stretches import bounds

#: Concepts in articles, or in sentences, that are rolled up at a time.
_STRETCH = 1 << 19

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

# The first two spans of a concept and all below it are among the first two of each of them.
_TABLE = "CREATE TABLE rolled_concept_in_{unit} ({columns}, concept INTEGER, first BIGINT, second BIGINT)"
_CONCEPT_IN = """
INSERT INTO rolled_concept_in_{unit}
SELECT {keys}, rolled AS concept, places[1] AS first, coalesce(places[2], places[1]) AS second
FROM (SELECT {keys}, rolled, min(place, 2) AS places
      FROM (SELECT {keys}, rolled, min(place) AS place
            FROM (SELECT {keys}, rolled, unnest([first, second]) AS place
                  FROM concept_in_{unit} JOIN (
                      SELECT fold.concept, rolled_concept.concept AS rolled
                      FROM fold JOIN rolled_concept USING (concept_id)) USING (concept) WHERE {only})
            GROUP BY {keys}, rolled, place >> 4)
      GROUP BY {keys}, rolled)
ORDER BY article
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
    for unit, keys in (("article", ("article",)), ("sentence", ("article", "sentence"))):
        columns = ", ".join(f"{key} INTEGER" for key in keys)
        connection.execute(_TABLE.format(unit=unit, columns=columns))
        if not above:
            continue
        # the first places of each are in memory until all are found
        for only in bounds(connection, f"concept_in_{unit}", "n", _STRETCH):
            connection.execute(_CONCEPT_IN.format(unit=unit, keys=", ".join(keys), only=only))
    pair(connection, pair_types, of="rolled_", broader=True)
    detail(connection, of="rolled_")
    connection.execute(_OWN)
    connection.execute(_DIRECT)
    return concepts_of(table(connection, _CONCEPTS))


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
