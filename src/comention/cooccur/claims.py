"""What articles say of pairs: claims of sentences to counts of articles, the leading claim, contradictions.

Counts are of articles that are not retracted, and of what they state; what is only held for possible counts
in `articles_hedged`. Contradictions are counted in works (stories): a trial and the letters about it are one.
"""

from __future__ import annotations

import duckdb
import pyarrow as pa

from comention.claims.leading import foremost, listed, rank
from comention.claims.vocabulary import ALLOWED, CONTRASTS, LAST, SIGNS
from comention.cooccur.assembly import Corpus, sides, with_columns
from comention.errors import ContractError
from comention.schemas import NO_CLAIM, SAID, SURE

#: Independent articles of each side that make a contradiction.
ENOUGH = 2

#: The condition that a claim counts; that nothing is claimed always does.
COUNTS = f"(claim = '{NO_CLAIM}' OR score >= {SURE}::FLOAT)"

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
_OF_LEADING = (
    "claim",
    "claim_share",
    "claim_direction",
    "claim_since",
    "claim_before",
    "contradicted_since",
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
    columns += [f"CASE {nulls} END AS articles_null", *_OF_LEADING]
    return ", ".join(columns)


#: Columns of rows with those of :func:`told`, if any, and the types of the two as a_type and b_type.
GIVEN = _given()


def told(source: str, key: str) -> str:
    """Return a query: of each pair that has claims its: counts, leading claim, contradiction, since when.

    `source` is a relation with the columns `key`, article, story, year, claim, direction, certainty, score,
    a_type and b_type; rows of retracted articles are not in it. Claims that do not count are left out.
    """
    counts = ", ".join(
        f"count(*) FILTER (stated AND claim = '{word}')::BIGINT AS articles_{word}" for word in SAID
    )
    return f"""
WITH said AS (
    SELECT {key}, article, story, year, claim, direction, a_type = b_type AS turns,
           certainty = 'stated' AS stated
    FROM {source} WHERE claim <> '{NO_CLAIM}' AND {COUNTS}
), of_article AS (
    SELECT {key}, article, year, claim, bool_or(stated) AS stated FROM said GROUP BY ALL
), counted AS (
    SELECT {key}, {counts} FROM of_article GROUP BY ALL
), whole AS (
    SELECT {key}, article, year, bool_or(stated) AS stated,
           bool_or(stated AND claim NOT IN ({listed(sorted(LAST))})) AS tells
    FROM of_article GROUP BY ALL
), articles AS (
    SELECT {key}, count(*) FILTER (stated) AS articles_claimed,
           count(*) FILTER (NOT stated) AS articles_hedged, count(*) FILTER (tells) AS telling
    FROM whole GROUP BY ALL
), foremost AS (
    SELECT {key}, {foremost("n", "telling")} AS claim,
           arg_max(n, {rank("n", "telling")}) AS most
    FROM (SELECT {key}, claim, count(*) AS n FROM of_article WHERE stated GROUP BY ALL)
    JOIN articles USING ({key}) GROUP BY ALL
), directed AS (
    SELECT {key}, claim, arg_max(direction, n * 2 + (direction = 'ab')::INTEGER) AS claim_direction
    FROM (SELECT {key}, claim, direction, count(DISTINCT article) AS n
          FROM said WHERE stated AND direction IS NOT NULL GROUP BY ALL)
    GROUP BY ALL
), opposed AS (
    SELECT {key}, bool_or({_contradicted()}) AS contradicted,
           min({_contradicted_since()}) AS contradicted_since
    FROM (SELECT {key}, direction, {_sides()}
          FROM (SELECT {key}, story, claim, CASE WHEN turns THEN direction END AS direction,
                       min(year) AS year
                FROM said WHERE stated GROUP BY ALL)
          GROUP BY ALL)
    GROUP BY ALL
), {_by_year(key)}
SELECT counted.*, articles_claimed, articles_hedged, claim, most / articles_claimed AS claim_share,
       claim_direction, since.year AS claim_since, since.claim_before,
       coalesce(contradicted, false) AS contradicted, contradicted_since
FROM counted JOIN articles USING ({key}) LEFT JOIN foremost USING ({key})
LEFT JOIN directed USING ({key}, claim) LEFT JOIN opposed USING ({key}) LEFT JOIN since USING ({key}, claim)
"""  # noqa: S608 - made of words of ours


def _by_year(key: str) -> str:
    """Return the relation `since`: since when the claim of the last year leads, and what led before.

    What leads in a year is told by the articles up to that year.
    """
    upto = f"OVER (PARTITION BY {key}{{}} ORDER BY year)"
    return f"""years AS (
    SELECT {key}, year, sum(count(*) FILTER (tells)) {upto.format("")} AS telling
    FROM whole WHERE stated AND year IS NOT NULL GROUP BY {key}, year
), claims AS (
    SELECT {key}, claim, year, count(*) AS n FROM of_article WHERE stated AND year IS NOT NULL GROUP BY ALL
), led AS (
    SELECT {key}, year, {foremost("so_far", "telling")} AS claim
    FROM (SELECT {key}, years.year, telling, claim,
                 sum(coalesce(n, 0)) {upto.format(", claim")} AS so_far
          FROM years JOIN (SELECT DISTINCT {key}, claim FROM claims) USING ({key})
          LEFT JOIN claims USING ({key}, claim, year))
    WHERE so_far > 0 GROUP BY ALL
), since AS (
    SELECT {key}, arg_max(year, year) AS year, arg_max(claim, year) AS claim,
           arg_max(claim_before, year) AS claim_before
    FROM (SELECT *, lag(claim) OVER (PARTITION BY {key} ORDER BY year) AS claim_before FROM led)
    WHERE claim IS DISTINCT FROM claim_before GROUP BY ALL
)"""  # noqa: S608 - made of words of ours


def _contrasts() -> set[tuple[str, str, str | None]]:
    return {contrast for contrasts in CONTRASTS.values() for contrast in contrasts}


def _sides() -> str:
    """Return how many works state each claim that another may contradict."""
    words = sorted({word for contrast in _contrasts() for word in contrast if word is not None})
    return ", ".join(
        f"count(*) FILTER (claim = '{word}') AS {word}, "
        f"min(year, {ENOUGH}) FILTER (claim = '{word}' AND year IS NOT NULL) AS {word}_years"
        for word in words
    )


def _opposed() -> list[tuple[str, str]]:
    """Return the claims that contradict each other, two by two."""
    found = []
    for up, down, null in sorted(_contrasts(), key=str):
        found.append((up, down))
        found += [(up, null), (down, null)] if null is not None else []
    return found


def _contradicted() -> str:
    return " OR ".join(f"({one} >= {ENOUGH} AND {other} >= {ENOUGH})" for one, other in _opposed())


def _contradicted_since() -> str:
    """Return the first year up to which two opposites have enough works, each dated by its first article."""
    years = (
        f"CASE WHEN {both} THEN greatest({one}_years[{ENOUGH}], {other}_years[{ENOUGH}]) END"
        for one, other in _opposed()
        for both in (f"len({one}_years) >= {ENOUGH} AND len({other}_years) >= {ENOUGH}",)
    )
    return f"least({', '.join(years)})"


_OF_PAIRS = """
CREATE VIEW said AS
SELECT claim.*, year, coalesce(shared, -1 - article) AS story
FROM claim JOIN article USING (article) WHERE NOT retracted;
CREATE TABLE pair_claim AS {told}
""".format(told=told("said", "pair"))


def _sign(column: str) -> str:
    """Return the sign of a claim, null where it has none."""
    return f"CASE {column} {' '.join(f'WHEN {word!r} THEN {sign}' for word, sign in SIGNS.items())} END"


# x, y, z: cytokine, disease, drug
_CLAIMED = """
{how} JOIN pair_claim xy ON xy.pair = (x::BIGINT << 32) | y
{how} JOIN pair_claim xz ON xz.pair = (x::BIGINT << 32) | z
{how} JOIN pair_claim yz ON yz.pair = (y::BIGINT << 32) | z
"""
_CHAIN = f"{_sign('xy.claim')} * {_sign('xz.claim')} = {_sign('yz.claim')}"
_CHAINED = f"""
CREATE TABLE leads AS
SELECT DISTINCT pair, article FROM said JOIN pair_claim USING (pair, claim)
WHERE certainty = 'stated' AND {COUNTS};
CREATE TABLE chained AS
SELECT x, y, z, count(*) AS in_one
FROM (SELECT x, y, z FROM triple {_CLAIMED.format(how="")} WHERE {_CHAIN} IS NOT NULL)
JOIN leads xy ON xy.pair = (x::BIGINT << 32) | y
JOIN leads xz ON xz.pair = (x::BIGINT << 32) | z AND xz.article = xy.article
JOIN leads yz ON yz.pair = (y::BIGINT << 32) | z AND yz.article = xy.article
GROUP BY x, y, z
"""  # noqa: S608 - made of words of ours

#: What is said of the three of a triple, beside the columns of `triple`, and where that stands.
OF_TRIPLE = f"""xy.claim AS claim_cytokine_disease, xz.claim AS claim_cytokine_drug,
       yz.claim AS claim_disease_drug, {_CHAIN} AS chain,
       CASE WHEN {_CHAIN} IS NOT NULL THEN coalesce(in_one, 0) END AS articles_chain"""
BESIDE_TRIPLE = f"{_CLAIMED.format(how='LEFT')} LEFT JOIN chained USING (x, y, z)"


def build(connection: duckdb.DuckDBPyConnection) -> None:
    """Create claim and pair_claim from `claim_file` and what is counted.

    Raises ContractError for a claim that two concepts cannot have, or that has them in the wrong order.
    """
    allowed = [f"{a} {b} {word}" for (a, b), words in ALLOWED.items() for word in words]
    unknown = connection.execute(_UNKNOWN, {"allowed": allowed}).fetchone()
    if unknown is not None:
        pmid, word, one, other = unknown
        raise ContractError(f"cannot count: PMID {pmid} says {word!r} of {one} and {other}: read claims anew")
    for statement in (_CLAIM, _OF_PAIRS):
        connection.execute(statement)


def chain(connection: duckdb.DuckDBPyConnection) -> None:
    """Create chained: of triples, the articles that say all three claims of their pairs."""
    connection.execute(_CHAINED)


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
