"""What articles say of pairs: claims of sentences to counts of articles, the leading claim, contradictions.

Counts are of articles that are not retracted, and of what they state; what is only held for possible counts
in `articles_hedged`. Contradictions are counted in works (stories): a trial and the letters about it are one.
"""

from __future__ import annotations

from collections.abc import Sequence

import duckdb
import pyarrow as pa

from comention.claims.vocabulary import ALLOWED, CONTRASTS, SIGNS
from comention.cooccur.assembly import Corpus, sides, with_columns
from comention.errors import ContractError
from comention.schemas import NO_CLAIM, SAID

#: Independent articles of each side that make a contradiction.
ENOUGH = 2

CLAIM_COLUMNS = (
    "a_id",
    "b_id",
    "pmid",
    "sentence",
    "a_start",
    "a_end",
    "b_start",
    "b_end",
    "claim",
    "direction",
    "certainty",
    "cue_start",
    "cue_end",
    "method",
    "score",
)
_NULLS = {contrast[2] for contrasts in CONTRASTS.values() for contrast in contrasts} - {None}

# Places that evidence does not have are left out: of concepts and types that form no pairs.
_CLAIM = """
CREATE TABLE claim AS
SELECT (a.concept::BIGINT << 32) | b.concept AS pair, article, claim_file.* EXCLUDE (a_id, b_id, pmid),
       a.entity_type AS a_type, b.entity_type AS b_type
FROM claim_file JOIN concept a ON a.concept_id = a_id JOIN concept b ON b.concept_id = b_id
JOIN article USING (pmid)
SEMI JOIN pair_in_sentence s ON s.pair = (a.concept::BIGINT << 32) | b.concept
     AND s.article = article.article AND s.sentence = claim_file.sentence
"""

_UNKNOWN = """
SELECT pmid, claim, a_id, b_id FROM claim_file
JOIN (SELECT concept_id AS a_id, entity_type AS a_type FROM concept) USING (a_id)
JOIN (SELECT concept_id AS b_id, entity_type AS b_type FROM concept) USING (b_id)
WHERE (a_type = b_type AND a_id >= b_id)
   OR NOT list_contains($allowed, a_type || ' ' || b_type || ' ' || claim)
ORDER BY ALL LIMIT 1
"""


def _types(word: str) -> str:
    """Return the condition that the types a_type and b_type may have a claim."""
    both = [f"'{a} {b}'" for (a, b), words in ALLOWED.items() if word in words]
    return f"a_type || ' ' || b_type IN ({', '.join(both)})"


def _given() -> str:
    """Return the columns of what a pair is said to be: 0 where none says so, null where its types cannot."""
    columns = [
        f"CASE WHEN {_types(word)} THEN coalesce(articles_{word}, 0) END AS articles_{word}" for word in SAID
    ]
    columns += [
        f"CASE WHEN {_types(NO_CLAIM)} THEN coalesce({name}, {otherwise}) END AS {name}"
        for name, otherwise in (("articles_claimed", 0), ("articles_hedged", 0), ("contradicted", "false"))
    ]
    nulls = " ".join(
        f"WHEN {_types(word)} THEN coalesce(articles_{word}, 0)" for word in SAID if word in _NULLS
    )
    columns += [f"CASE {nulls} END AS articles_null", "claim", "claim_share", "claim_direction"]
    return ", ".join(columns)


#: Columns of rows with those of :func:`told`, if any, and the types of the two as a_type and b_type.
GIVEN = _given()


def told(source: str, key: str) -> str:
    """Return a query: of each pair that has claims its: counts, leading claim, contradiction.

    `source` is a relation with the columns `key`, article, story, claim, direction, certainty, a_type and
    b_type; rows of retracted articles are not in it.
    """
    counts = ", ".join(
        f"count(*) FILTER (stated AND claim = '{word}')::BIGINT AS articles_{word}" for word in SAID
    )
    return f"""
WITH said AS (
    SELECT {key}, article, story, claim, direction, a_type = b_type AS turns, certainty = 'stated' AS stated
    FROM {source} WHERE claim <> '{NO_CLAIM}'
), of_article AS (
    SELECT {key}, article, claim, bool_or(stated) AS stated FROM said GROUP BY ALL
), counted AS (
    SELECT {key}, {counts} FROM of_article GROUP BY ALL
), articles AS (
    SELECT {key}, count(*) FILTER (stated) AS articles_claimed,
           count(*) FILTER (NOT stated) AS articles_hedged
    FROM (SELECT {key}, article, bool_or(stated) AS stated FROM of_article GROUP BY ALL) GROUP BY ALL
), foremost AS (
    SELECT {key}, arg_max(claim, n * 32 - list_position([{_listed(SAID)}], claim)) AS claim, max(n) AS most
    FROM (SELECT {key}, claim, count(*) AS n FROM of_article WHERE stated GROUP BY ALL) GROUP BY ALL
), directed AS (
    SELECT {key}, claim, arg_max(direction, n * 2 + (direction = 'ab')::INTEGER) AS claim_direction
    FROM (SELECT {key}, claim, direction, count(DISTINCT article) AS n
          FROM said WHERE stated AND direction IS NOT NULL GROUP BY ALL)
    GROUP BY ALL
), opposed AS (
    SELECT {key}, bool_or({_contradicted()}) AS contradicted
    FROM (SELECT {key}, direction, {_sides()}
          FROM (SELECT DISTINCT {key}, story, claim, CASE WHEN turns THEN direction END AS direction
                FROM said WHERE stated)
          GROUP BY ALL)
    GROUP BY ALL
)
SELECT counted.*, articles_claimed, articles_hedged, claim, most / articles_claimed AS claim_share,
       claim_direction, coalesce(contradicted, false) AS contradicted
FROM counted JOIN articles USING ({key}) LEFT JOIN foremost USING ({key})
LEFT JOIN directed USING ({key}, claim) LEFT JOIN opposed USING ({key})
"""  # noqa: S608 - made of words of ours


def _listed(words: Sequence[str]) -> str:
    return ", ".join(f"'{word}'" for word in words)


def _contrasts() -> set[tuple[str, str, str | None]]:
    return {contrast for contrasts in CONTRASTS.values() for contrast in contrasts}


def _sides() -> str:
    """Return how many works state each claim that another may contradict."""
    words = sorted({word for contrast in _contrasts() for word in contrast if word is not None})
    return ", ".join(f"count(*) FILTER (claim = '{word}') AS {word}" for word in words)


def _contradicted() -> str:
    found = []
    for up, down, null in sorted(_contrasts(), key=str):
        found.append(f"({up} >= {ENOUGH} AND {down} >= {ENOUGH})")
        if null is not None:
            found.append(f"({null} >= {ENOUGH} AND greatest({up}, {down}) >= {ENOUGH})")
    return " OR ".join(found)


_OF_PAIRS = """
CREATE VIEW said AS
SELECT claim.*, coalesce(shared, -1 - article) AS story
FROM claim JOIN article USING (article) WHERE NOT retracted;
CREATE TABLE pair_claim AS {told}
""".format(told=told("said", "pair"))


def _sign(column: str) -> str:
    """Return the sign of a claim, null where it has none."""
    return f"CASE {column} {' '.join(f'WHEN {word!r} THEN {sign}' for word, sign in SIGNS.items())} END"


# x, y, z: cytokine, disease, drug
_OF_TRIPLES = f"""
CREATE TABLE triple_claim AS
SELECT x, y, z, xy.claim AS claim_cytokine_disease, xz.claim AS claim_cytokine_drug,
       yz.claim AS claim_disease_drug,
       {_sign("xy.claim")} * {_sign("xz.claim")} = {_sign("yz.claim")} AS chain
FROM triple
LEFT JOIN pair_claim xy ON xy.pair = (x::BIGINT << 32) | y
LEFT JOIN pair_claim xz ON xz.pair = (x::BIGINT << 32) | z
LEFT JOIN pair_claim yz ON yz.pair = (y::BIGINT << 32) | z;
CREATE TABLE leads AS
SELECT DISTINCT pair, article FROM said JOIN pair_claim USING (pair, claim) WHERE certainty = 'stated';
CREATE TABLE chained AS
SELECT x, y, z, count(*) AS in_one
FROM triple_claim
JOIN leads xy ON xy.pair = (x::BIGINT << 32) | y
JOIN leads xz ON xz.pair = (x::BIGINT << 32) | z AND xz.article = xy.article
JOIN leads yz ON yz.pair = (y::BIGINT << 32) | z AND yz.article = xy.article
WHERE chain IS NOT NULL GROUP BY x, y, z
"""  # noqa: S608 - made of words of ours

#: What is said of the three of a triple, beside the columns of `triple`.
OF_TRIPLE = """triple_claim.* EXCLUDE (x, y, z),
       CASE WHEN chain IS NOT NULL THEN coalesce(in_one, 0) END AS articles_chain"""


def build(connection: duckdb.DuckDBPyConnection) -> None:
    """Create claim, pair_claim, triple_claim and chained from `claim_file` and what is counted.

    Raises ContractError for a claim that two concepts cannot have, or that has them in the wrong order.
    """
    allowed = [f"{a} {b} {word}" for (a, b), words in ALLOWED.items() for word in words]
    unknown = connection.execute(_UNKNOWN, {"allowed": allowed}).fetchone()
    if unknown is not None:
        pmid, word, one, other = unknown
        raise ContractError(f"cannot count: PMID {pmid} says {word!r} of {one} and {other}: read claims anew")
    for statement in (_CLAIM, _OF_PAIRS, _OF_TRIPLES):
        connection.execute(statement)


QUERY = """
SELECT pair, article, claim.* EXCLUDE (pair, article, a_type, b_type)
FROM claim ORDER BY pair, article, sentence
"""


def claims(rows: pa.Table, of: Corpus) -> pa.Table:
    """Name the pairs of `QUERY` and look up its articles."""
    article = rows.column("article")
    looked_up = {"pmid": of.pmid, "year": of.year, "retracted": of.retracted}
    return with_columns(
        rows.drop_columns(["pair", "article"]),
        of.concepts.pair_ids(*sides(rows))
        | {name: of_all.take(article) for name, of_all in looked_up.items()},
    )
