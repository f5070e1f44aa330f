"""From the counted integers to the datasets: queries, and names and statistics for their rows."""

from __future__ import annotations

from collections.abc import Iterator

import duckdb
import numpy as np
import pyarrow as pa

from comention.cooccur import association, claims, kinship, studies
from comention.cooccur.assembly import Corpus, Integers, columns_of, integers, sides, top_pmids, with_columns
from comention.cooccur.counters import ASSERTED, COUNTS, has
from comention.cooccur.effects import effects
from comention.cooccur.enrichment import Enriched
from comention.cooccur.families import Tested, in_family
from comention.cooccur.grades import grade
from comention.cooccur.stretches import bounds, falling
from comention.cooccur.tables import LENGTH_MASK, SPAN_SHIFT, START_SHIFT
from comention.schemas import ARTICLE_LEVEL, EVIDENCE

_DENIED = pa.array(["effect", "thing"])
# The worst place first, as the queries number them.
_LEVELS = pa.array(EVIDENCE.column("level").values[::-1])

ENTITIES_QUERY = """
SELECT *
FROM
    (SELECT concept, count(*) AS articles,
            count(*) FILTER (NOT measured) AS articles_not_measured,
            count(*) FILTER (NOT retracted) AS articles_not_retracted,
            count(*) - count(shared) + count(DISTINCT shared) AS articles_independent,
            min(year) AS first_year, max(year) AS last_year
     FROM (SELECT concept, article, false AS measured FROM concept_in_article
           UNION ALL
           SELECT DISTINCT concept, article, true FROM measured
           ANTI JOIN concept_in_article USING (concept, article))
     JOIN article USING (article) GROUP BY concept) counted
JOIN (SELECT concept, sum(n)::BIGINT AS mentions
      FROM (SELECT concept, n FROM concept_in_article
            UNION ALL SELECT concept, count(*) FROM measured GROUP BY concept)
      GROUP BY concept) USING (concept)
JOIN (SELECT concept, count(*) AS sentences, count(*) FILTER (sentence = 0) AS titles
      FROM (SELECT concept, article, sentence FROM concept_in_sentence
            UNION ALL
            SELECT DISTINCT concept, article, sentence FROM measured
            ANTI JOIN concept_in_sentence USING (concept, article, sentence))
      GROUP BY concept) USING (concept)
ORDER BY articles DESC, concept
"""


def entities(rows: pa.Table, of: Corpus, enriched: Enriched) -> pa.Table:
    """Name the concepts of `ENTITIES_QUERY`, each with its articles of the background."""
    concept = rows.column("concept")
    columns = {"concept_id": of.concepts.ids, "name": of.concepts.names, "entity_type": of.concepts.types}
    named = {name: values.take(concept) for name, values in columns.items()}
    return with_columns(rows.drop_columns("concept"), named | {"background": enriched.mentioned(concept)})


# Bytes of memory for each row that a query joins and sorts (pairs) or only sorts (triples), and rows at most;
# rows of narrow tables.
_JOINED, _SORTED_ALONE, _WIDE, _NARROW = 3_000, 500, 1 << 20, 1 << 22
# Pairs that have their first concept in common.
_FIRST = 1 << 32

_PAIRS = f"""
SELECT pair.* EXCLUDE together, {studies.COLUMNS}, weight, first_year, last_year, top, number,
       coalesce(kind, {kinship.NONE}) AS kind, p_field, q_field, {claims.GIVEN}
FROM (SELECT * FROM pair WHERE {{articles}} AND {{part}}) pair
JOIN (SELECT * FROM pair_detail WHERE {{part}}) USING (pair)
LEFT JOIN (SELECT * FROM kin WHERE {{part}}) USING (pair)
LEFT JOIN (SELECT * FROM field WHERE {{part}}) USING (pair)
LEFT JOIN (SELECT * FROM pair_claim WHERE {{part}}) USING (pair)
LEFT JOIN (SELECT * FROM pair_by_study WHERE {{part}}) USING (pair)
JOIN (SELECT *, entity_type AS a_type FROM margin) a ON a.concept = pair >> 32
JOIN (SELECT *, entity_type AS b_type FROM margin) b ON b.concept = pair & 4294967295
JOIN pair_case ON pair_case.articles = pair.articles AND small = least(a.articles, b.articles)
     AND large = greatest(a.articles, b.articles)
ORDER BY pair.articles DESC, pair
"""  # noqa: S608 - what is put in is ours


# in one transaction, since what is rolled up is read from these tables at the same time
_SORTED = """
BEGIN;
CREATE TABLE sorted AS SELECT * FROM {table} ORDER BY pair;
DROP TABLE {table};
ALTER TABLE sorted RENAME TO {table};
COMMIT
"""
# Queries that are worth that.
_MANY = 3
_COUNTED_PAIRS = "(SELECT pair, articles FROM pair WHERE articles > 0)"


def _wide(connection: duckdb.DuckDBPyConnection, size: int) -> int:
    """Return how many wide rows are read at a time, each of which takes so many bytes."""
    memory = columns_of(connection, "SELECT parse_formatted_bytes(current_setting('memory_limit')) AS n")["n"]
    return min(int(memory[0]) // size, _WIDE)


def pairs_queries(connection: duckdb.DuckDBPyConnection) -> Iterator[str]:
    """Yield the queries that find all pairs.

    Where they are many, the largest tables are sorted before: each query then reads its part of them alone.
    """
    stretches = [*falling(connection, _COUNTED_PAIRS, _wide(connection, _JOINED), "pair", _FIRST)]
    if len(stretches) > _MANY:
        for table in ("pair", "pair_by_study"):
            connection.execute(_SORTED.format(table=table))
    for articles, part in stretches:
        yield _PAIRS.format(articles=articles, part=part)


def pairs(rows: pa.Table, of: Corpus, tested: Tested, enriched: Enriched) -> pa.Table:
    """Name the pairs of :func:`pairs_queries` and add their margins and statistics.

    Of a pair with one concept of the topic the grade is that of the other against the background.
    """
    a, b = sides(rows)
    other = np.where(of.topic[a], b, a)
    compared = (of.topic[a] ^ of.topic[b]) & enriched.known[other]
    both, of_a, of_b = integers(rows, "articles"), of.concepts.margins[a], of.concepts.margins[b]
    tests = {name: values[integers(rows, "number")] for name, values in tested.pairs.items()}
    low, high = tests.pop("log_odds_low"), tests.pop("log_odds_high")
    further = of.seldom.counts(rows)
    sure = of.seldom.sure(rows)
    return with_columns(
        rows.drop_columns(["pair", "top", "number", "weight", "kind"]),
        of.concepts.pair_sides(a, b)
        | effects(both, of_a, of_b, of.total, (low, high))
        | tests
        | further
        | {
            "score": association.score(integers(rows, "weight"), of.weights[a], of.weights[b], of.weight),
            "grade": np.where(
                compared,
                enriched.grade(other, sure),
                grade(sure, low, tests["q_value"], tests["q_richness"], tests["p_richness"]),
            ),
            "relatedness": kinship.WORDS.take(rows.column("kind")),
            "enrichment": enriched.ratio(other, compared),
            "topic": of.topic[a] | of.topic[b],
            "top_pmids": top_pmids(rows, of.pmid_by_recency),
        },
    )


_TRIPLES = f"""
SELECT triple.*, {claims.OF_TRIPLE}
FROM (SELECT * FROM triple WHERE {{articles}} AND {{part}}) triple {claims.BESIDE_TRIPLE}
ORDER BY articles DESC, y, z, x
"""  # noqa: S608 - what is put in is ours


def triples_queries(connection: duckdb.DuckDBPyConnection) -> Iterator[str]:
    """Yield the queries that find all triples, which lie in their table in the order of y."""
    for articles, part in falling(connection, "triple", _wide(connection, _SORTED_ALONE), "y"):
        yield _TRIPLES.format(articles=articles, part=part)


def triples(rows: pa.Table, of: Corpus, tested: Tested) -> pa.Table:
    """Name the triples of :func:`triples_queries` and add what the pairwise counts let expect.

    The pairwise counts are articles that mention the two at any spans, one or two, like the counts of
    one concept: only then do the seven margins belong to one table of articles. What is expected is above 0:
    an article with the three is in the all-three cell of that table, so 0 is at or below the range
    of that cell, and the fit lies inside the range or is its one value.
    """
    concepts = {"cytokine": "x", "disease": "y", "drug": "z"}
    numbers = {name: integers(rows, side) for name, side in concepts.items()}
    ids = {f"{name}_id": of.concepts.ids.take(pa.array(number)) for name, number in numbers.items()}
    names = {f"{name}_name": of.concepts.names.take(pa.array(number)) for name, number in numbers.items()}
    tested_here = in_family(*(of.concepts.margins[number] for number in numbers.values()))
    return with_columns(
        rows.drop_columns([*concepts.values(), "top"]),
        ids
        | names
        | {
            "q_richness": np.where(tested_here, tested.triples.of(rows["p_richness"].to_numpy()), 1.0),
            "lift": integers(rows, "articles") / rows.column("expected").to_numpy(),
            "top_pmids": top_pmids(rows, of.pmid_by_recency),
        },
    )


# The best place of a pair is its first: the level weighs most, then that nothing denies or doubts the two,
# then how near it names them and how much the article is about them.
_EVIDENCE = f"""
SELECT pair, article, sentence, place_a, place_b, level, section, context, claim, certainty,
       row_number() OVER (
           PARTITION BY pair
           ORDER BY level DESC, asserted DESC, retracted, weight DESC, recency DESC, sentence
       ) AS rank
FROM (SELECT pair, article, {ARTICLE_LEVEL}::INTEGER AS sentence, place_a, place_b,
             {has(ASSERTED)} AS asserted, weight, 0 AS level
      FROM pair_in_article WHERE {has(COUNTS)} AND sentences = 0 AND {{part}}
      UNION ALL
      SELECT pair, article, sentence, place_a, place_b, asserted, weight,
             CASE sentence WHEN 0 THEN 2 ELSE 1 END
      FROM pair_in_sentence WHERE {{part}})
JOIN article USING (article) LEFT JOIN section USING (article, sentence)
LEFT JOIN (SELECT pair, article, sentence, claim, certainty FROM claim WHERE {claims.COUNTS} AND {{part}})
    USING (pair, article, sentence)
ORDER BY pair, article, sentence
"""  # noqa: S608 - what is put in is ours
_PLACES = f"""(SELECT pair FROM pair_in_article WHERE {has(COUNTS)} AND sentences = 0
UNION ALL SELECT pair FROM pair_in_sentence)"""  # noqa: S608 - what is put in is ours


def evidence_queries(connection: duckdb.DuckDBPyConnection) -> Iterator[str]:
    """Yield the queries that find all places of pairs."""
    for part in bounds(connection, _PLACES, "n", _NARROW, "pair", _FIRST):
        yield _EVIDENCE.format(part=part)


def evidence(rows: pa.Table, of: Corpus) -> pa.Table:
    """Unpack the places of :func:`evidence_queries` and look up its articles."""
    a, b = sides(rows)
    article = rows.column("article")
    place_a, place_b = integers(rows, "place_a"), integers(rows, "place_b")
    columns = of.concepts.pair_ids(a, b)
    for side, place in (("a", place_a), ("b", place_b)):
        start = place >> START_SHIFT
        columns |= {f"{side}_start": start, f"{side}_end": start + (place >> SPAN_SHIFT & LENGTH_MASK)}
    return with_columns(
        rows.select(["sentence", "section", "context", "rank", "claim", "certainty"]),
        columns
        | {
            "pmid": of.pmid.take(article),
            "level": _LEVELS.take(rows.column("level")),
            "year": of.year.take(article),
            "negated": _either(place_a >> 2, place_b >> 2),
            "denied": _denied(place_a >> 2 & 3, place_b >> 2 & 3),
            "speculative": _either(place_a, place_b),
            "retracted": of.retracted.take(article),
        },
    )


def _either(a: Integers, b: Integers) -> pa.Array:
    """Or of two flags of two bits (0 unknown, 1 no, more yes): yes if one is, else unknown if one is."""
    a, b = a & 3, b & 3
    yes = (a >= 2) | (b >= 2)
    return pa.array(yes, mask=~yes & ((a == 0) | (b == 0)))


def _denied(a: Integers, b: Integers) -> pa.Array:
    """Return what is denied of one of two (2 an effect, 3 the thing): the thing if one is."""
    most = np.maximum(a, b)
    return _DENIED.take(pa.array(np.maximum(most - 2, 0), mask=most < 2))
