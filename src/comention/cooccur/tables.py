"""The counting itself: SQL from Parquet files of mentions and articles to tables of integers.

Concepts are numbered in the order of their ids, so that sorting numbers sorts ids; `rank` is their
canonical order (entity type, then id), which decides who is first in a pair. Articles are numbered by
PMID; `recency` numbers them from oldest to newest, `stratum` their journals. A `place` packs a span and what
stands over it into one integer that sorts by position: start (31 bits), length (28), what is denied (2 bits:
0 unknown, 1 nothing, 2 an effect, 3 the thing) and speculative (2 bits: 0 unknown, 1 no, 2 yes).

Of a concept in a sentence or an article only its number of spans and its first two places matter: two
concepts share a unit at different spans unless each has one span and it is the same, and the first
differing spans are among the first two of each. Pairs are therefore made of concepts, not of mentions
(:mod:`comention.cooccur.places`, :mod:`comention.cooccur.pairing`).

A drug that is only measured (role `measured`) is not what an article treats with: such mentions stand apart
in `measured`, which entities count and pairs, triples and their margins do not. A `collective` name of
cytokines ("chemokines") is counted, and is in no pair or triple.

All sums are of integers, and no aggregate picks an arbitrary row: results depend on neither the number
of threads nor the order or the number of files.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from pathlib import Path

import duckdb

from comention.cooccur import claims, kinship, studies
from comention.cooccur.pairing import detail, pair
from comention.cooccur.places import concepts_in
from comention.errors import ContractError, UsageError
from comention.files.opening import open_database, view_parquet
from comention.schemas import ARTICLES, CLAIMS, HIERARCHY, MENTIONS, SENTENCES, Dataset

#: Bits of a place to the right of its start, and of its span.
START_SHIFT, SPAN_SHIFT = 32, 4
LENGTH_MASK = (1 << (START_SHIFT - SPAN_SHIFT)) - 1

#: Three concepts of these types, x, y and z, make a triple; alphabetical, as in the canonical order.
TRIPLE_TYPES = ("cytokine", "disease", "drug")

MENTION_COLUMNS = (
    "pmid",
    "start",
    "end",
    "entity_type",
    "concept_id",
    "sentence",
    "concept_name",
    "negated",
    "denied",
    "speculative",
    "role",
)
ARTICLE_COLUMNS = ("pmid", "year", "retracted", "review", "journal", "story", "study")
SENTENCE_COLUMNS = ("pmid", "sentence", "section", "context")
HIERARCHY_COLUMNS = ("concept_id", "ancestor_id", "ancestor_name", "ancestor_type", "steps")

#: Steps that :func:`build` reports: concepts, pairs, what is known of each pair, triples.
STEPS = 4

# `shared` is the story of an article that is not the only one of it, so that few need a distinct count
_ARTICLE = """
CREATE TABLE article AS
SELECT (row_number() OVER (ORDER BY pmid) - 1)::INTEGER AS article,
       (row_number() OVER (ORDER BY year NULLS FIRST, pmid) - 1)::INTEGER AS recency,
       (dense_rank() OVER (ORDER BY journal NULLS FIRST))::INTEGER AS stratum,
       pmid, year, retracted, review,
       CASE WHEN count(*) OVER (PARTITION BY story) > 1 THEN story END AS shared
FROM article_file
"""

# `other_type` is another one than `entity_type` where mentions disagree, which is refused
_CONCEPT = """
CREATE TABLE concept AS
SELECT (row_number() OVER (ORDER BY concept_id) - 1)::INTEGER AS concept,
       row_number() OVER (ORDER BY entity_type, concept_id)::INTEGER AS rank,
       list_contains($collective, concept_id) AS collective,
       list_contains($pair_types, entity_type) AND NOT list_contains($collective, concept_id) AS pairs,
       concept_id, name, entity_type, other_type
FROM (SELECT concept_id, min(concept_name) AS name, min(entity_type) AS entity_type,
             max(entity_type) AS other_type
      FROM (SELECT DISTINCT concept_id, concept_name, entity_type FROM mention_file)
      WHERE NOT starts_with(concept_id, 'text:') GROUP BY concept_id)
"""

_MENTION = """
CREATE TABLE {name} AS
SELECT article, sentence, concept,
       ("start"::BIGINT << 32) | (("end" - "start")::BIGINT << 4)
       | (CASE WHEN negated AND denied = 'thing' THEN 3 ELSE coalesce(negated::INTEGER + 1, 0) END << 2)
       | coalesce(speculative::INTEGER + 1, 0) AS place
FROM mention_file JOIN concept USING (concept_id) JOIN article USING (pmid)
WHERE {negation} (concept.entity_type = 'drug' AND role IS NOT DISTINCT FROM 'measured')
"""

_SECTION = """
CREATE TABLE section AS
SELECT article, sentence, section, context FROM sentence_file JOIN article USING (pmid)
WHERE section IS NOT NULL OR context IS NOT NULL
"""

# How many concepts of the types of pairs an article mentions, and how many articles mention a concept.
_MARGINS = """
CREATE TABLE richness AS
SELECT article, count(*) AS concepts
FROM concept_in_article JOIN concept USING (concept) WHERE pairs GROUP BY article;
CREATE TABLE margin AS
SELECT concept, pairs, collective, entity_type, articles
FROM (SELECT concept, count(*) AS articles FROM concept_in_article GROUP BY concept)
JOIN concept USING (concept)
"""

# Statistics depend on counts alone, and most pairs have the counts of many others: each
# different set of counts is a case, with the number of those that have it.
_PAIR_CASE = """
CREATE TABLE pair_case AS
SELECT (row_number() OVER (ORDER BY articles, small, large) - 1) AS number, *
FROM (SELECT pair.articles, least(a.articles, b.articles) AS small, greatest(a.articles, b.articles) AS large,
             count(*) AS times
      FROM pair JOIN margin a ON a.concept = pair >> 32 JOIN margin b ON b.concept = pair & 4294967295
      WHERE pair.articles > 0 GROUP BY ALL)
"""


def connect(temporary: Path, threads: int | None, memory_limit: str | None) -> duckdb.DuckDBPyConnection:
    """Return an empty database in memory that spills to the directory `temporary`.

    Raises UsageError where `threads` or `memory_limit` is nothing that DuckDB understands.
    """
    connection = open_database()
    connection.execute("SET temp_directory = $path", {"path": str(temporary)})
    # nothing is kept: a checkpoint would rewrite tables in memory
    connection.execute("SET checkpoint_threshold = '1000TB'")
    for name, value in (("threads", threads), ("memory_limit", memory_limit)):
        try:
            if value is not None:
                connection.execute(f"SET {name} = $value", {"value": value})
        except duckdb.Error as error:
            raise UsageError(f"{name} = {value!r}: use a number of threads, or a size as 4GB") from error
    return connection


def concepts(
    connection: duckdb.DuckDBPyConnection,
    mentions: Sequence[Path],
    articles: Sequence[Path],
    pair_types: tuple[str, ...],
    collective: Collection[str] = (),
    only: str = "true",
) -> None:
    """Create article, concept, measured, concept_in_*, margin, richness; raises what :func:`build` does.

    `only` is a condition on mentions: which of them are counted.
    """
    # tables need no order, and keeping one costs memory
    connection.execute("SET preserve_insertion_order = false")
    view(connection, "article_file", articles, ARTICLES, ARTICLE_COLUMNS)
    view(connection, "mention_file", mentions, MENTIONS, MENTION_COLUMNS, only)
    connection.execute(_CONCEPT, {"pair_types": list(pair_types), "collective": sorted(collective)})
    _check(connection)
    connection.execute(_ARTICLE)
    connection.execute(_MENTION.format(name="mention", negation="NOT"))
    connection.execute(_MENTION.format(name="measured", negation=""))
    concepts_in(connection)
    connection.execute("DROP TABLE mention")
    connection.execute(_MARGINS)


def build(
    connection: duckdb.DuckDBPyConnection,
    mentions: Sequence[Path],
    articles: Sequence[Path],
    sentences: Sequence[Path],
    hierarchy: Sequence[Path],
    pair_types: tuple[str, ...],
    step: Callable[[], None] = lambda: None,
    collective: Collection[str] = (),
    said: Sequence[Path] = (),
    only: str = "true",
    across: bool = False,
) -> None:
    """Create the tables that are counted from, and those of what is counted.

    These are article, section, concept, measured, concept_in_*, margin, richness and kin, and
    pair_in_*, pair, pair_detail, triple and the cases of the last two, and what `said`, files of claims,
    say of pairs and triples. `collective` are ids of concepts that form neither pairs nor triples. `only` is
    a condition on mentions, and with `across` pairs are of two types. `step` is called `STEPS` times, as the
    work proceeds.

    Raises ContractError where an article stands twice, a mention stands twice, has no article or no
    length, an id has two entity types, or a claim is none of its types.
    """
    concepts(connection, mentions, articles, pair_types, collective, only)
    view(connection, "hierarchy_file", hierarchy, HIERARCHY, HIERARCHY_COLUMNS)
    kinship.build(connection)
    step()
    # triples need to know of pairs of their types that `pair_types` leaves out
    pair(connection, pair_types, also=TRIPLE_TYPES, across=across)
    step()
    detail(connection)
    studies.build(connection)
    step()
    connection.execute(_PAIR_CASE)
    view(connection, "claim_file", said, CLAIMS, claims.CLAIM_COLUMNS)
    claims.build(connection)
    step()
    view(connection, "sentence_file", sentences, SENTENCES, SENTENCE_COLUMNS)
    connection.execute(_SECTION)
    # without it DuckDB 2.0 was seen to hand over the batches of an ORDER BY out of order
    connection.execute("SET preserve_insertion_order = true")


def view(
    connection: duckdb.DuckDBPyConnection,
    name: str,
    paths: Sequence[Path],
    dataset: Dataset,
    columns: tuple[str, ...],
    only: str = "true",
) -> None:
    """Create a view of some columns and `only` some rows of a dataset's files; no rows without a file."""
    empty = dataset.schema.empty_table()
    files = view_parquet(connection, paths) if paths else connection.from_arrow(empty)
    files.filter(only).project(", ".join(f'"{column}"' for column in columns)).create_view(name)


_CHECKS = {
    "articles.pmid {} stands {} times: pass one version of each citation": """
        SELECT pmid, count(*) FROM article_file GROUP BY pmid HAVING count(*) > 1 ORDER BY pmid LIMIT 1""",
    "PMID {} has {} mentions and no row in articles: pass the articles that were annotated": """
        SELECT pmid, count(*) FROM mention_file ANTI JOIN article_file USING (pmid)
        GROUP BY pmid ORDER BY pmid LIMIT 1""",
    "concept {} is a {} in one mention and a {} in another: annotate all articles with one lexicon": """
        SELECT concept_id, entity_type, other_type FROM concept WHERE entity_type <> other_type
        ORDER BY concept_id LIMIT 1""",
    "PMID {} has a mention at {}:{}, which is no span: annotate it again": """
        SELECT pmid, "start", "end" FROM mention_file
        WHERE "start" < 0 OR "end" <= "start" OR "end" - "start" >= 1 << 28
        ORDER BY ALL LIMIT 1""",
    "PMID {} has {} at {} {} times: pass each article's mentions once": """
        SELECT pmid, concept_id, "start", count(*) FROM mention_file
        SEMI JOIN (SELECT pmid, concept_id, "start", "end" FROM mention_file WHERE role = 'measured')
            USING (pmid, concept_id, "start", "end")
        GROUP BY pmid, concept_id, "start", "end" HAVING count(*) > 1 ORDER BY ALL LIMIT 1""",
}


def _check(connection: duckdb.DuckDBPyConnection) -> None:
    problems = []
    for message, query in _CHECKS.items():
        row = connection.execute(query).fetchone()
        if row is not None:
            problems.append(message.format(*row))
    if problems:
        raise ContractError("cannot count: " + "; ".join(problems))
