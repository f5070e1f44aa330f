"""What the page lists: concepts mentioned with the topic, pairs of the others, triples."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields, replace

import duckdb

from comention.records import EntityType
from comention.report.evidence import (
    BEST,
    Proof,
    Quote,
    Side,
    proofs,
    quotes_of,
    sides_of,
    with_narrower,
    years_of,
)
from comention.snapshots import claims
from comention.snapshots.tables import SUREST, UNRELATED, Row, row, rows
from comention.snapshots.topic import in_nearly_all

#: Rows of each table.
RANKED_ROWS, PAIR_ROWS, TRIPLE_ROWS = 15, 25, 20
#: Articles that a row needs: a concept with the topic (fewer in a small corpus), a pair, a triple.
RANKED_LEAST, LISTED_LEAST, TRIPLE_LEAST = 3, 3, 2
#: A ranked table that would be shorter than this asks for fewer articles.
_ENOUGH_ROWS = 5

#: Entity types of the ranked tables, in their order; cells have a table where there are any.
TYPES: tuple[EntityType, ...] = ("disease", "drug", "cytokine")
CELLS: EntityType = "cell"


@dataclass(frozen=True, slots=True)
class CorpusSize:
    """The corpus in numbers; `linked` of its `mentions` have a concept. Years are None where unknown.

    `family` is how many pairs q is corrected for, the two `significant` how many of them have q ≤ 0.05.
    """

    articles: int
    retracted: int
    reviews: int
    synthetic: int
    mentions: int
    linked: int
    pairs: int
    family: int
    significant: int
    significant_richness: int
    first_year: int | None
    last_year: int | None


@dataclass(frozen=True, slots=True)
class Companion:
    """What a concept goes with, with the statistics of `pairs`.

    The concept outside the topic that it goes with most surely; where the topic is not in nearly every
    article, the topic itself.
    """

    name: str
    articles: int
    lift: float
    log_odds: float | None
    log_odds_low: float | None
    log_odds_high: float | None
    q_value: float
    q_richness: float
    grade: str
    other_id: str


@dataclass(frozen=True, slots=True)
class Mentioned:
    """A concept mentioned with the topic; `share` is its articles over those of the first row, 0–1.

    `related` says "broader" or "narrower" of a name above or below the topic's, which is no finding.
    """

    name: str
    articles: int
    sentences: int
    first_year: int | None
    last_year: int | None
    share: float
    companion: Companion | None
    proof: Proof
    related: str = ""


@dataclass(frozen=True, slots=True)
class Ranked:
    """The concepts of one type mentioned with the topic: `rows` are the first, with `least` articles.

    `more` are the others, with counts but without sentences.
    """

    entity_type: EntityType
    least: int
    found: int
    rows: tuple[Mentioned, ...]
    more: tuple[Mentioned, ...] = ()

    @property
    def first(self) -> Mentioned | None:
        """The first row that tells something: of a name that is neither broader nor narrower."""
        return next((one for one in (*self.rows, *self.more) if not one.related), None)


@dataclass(frozen=True, slots=True)
class Pair:
    """Two concepts outside the topic, with the statistics of `pairs`; `claim` is what articles say of it.

    `support` says in what it was studied: "animal only" where no article is of people.
    """

    expected: float
    lift: float
    log_odds: float | None
    log_odds_low: float | None
    log_odds_high: float | None
    q_value: float
    q_richness: float
    grade: str
    claim: str
    contradicted: bool | None
    support: str
    first_year: int | None
    last_year: int | None
    proof: Proof


@dataclass(frozen=True, slots=True)
class Triple:
    """A disease, a drug and a cytokine; `topic` where the cytokine or another is a concept of the topic.

    `chain` are the leading claims of the three where they fit: "lowers · promotes · treats".
    """

    disease: str
    drug: str
    cytokine: str
    articles: int
    sentences: int
    expected: float
    lift: float
    first_year: int | None
    last_year: int | None
    topic: bool
    chain: str
    years: dict[int, int]
    quotes: tuple[Quote, ...]

    @property
    def undated(self) -> int:
        """Articles whose year is unknown."""
        return max(self.articles - sum(self.years.values()), 0)


def corpus(connection: duckdb.DuckDBPyConnection, synthetic_from: int) -> CorpusSize:
    """Return the corpus in numbers."""
    found = row(
        connection,
        "SELECT count(*) AS articles, count(*) FILTER (retracted) AS retracted, "
        "count(*) FILTER (review) AS reviews, count(*) FILTER (pmid >= $synthetic) AS synthetic, "
        "min(year) AS first_year, max(year) AS last_year FROM articles",
        {"synthetic": synthetic_from},
    )
    mentions = row(
        connection,
        "SELECT count(*) AS mentions, "
        "count(*) FILTER (NOT starts_with(concept_id, 'text:')) AS linked FROM mentions",
    )
    pairs = row(
        connection,
        "SELECT seen AS pairs, size AS family, significant, significant_richness "
        "FROM families WHERE family = 'pairs'",
    )
    return CorpusSize(**found, **mentions, **pairs)


def topic_side(connection: duckdb.DuckDBPyConnection, ids: Sequence[str], name: str) -> Side:
    """Return the concepts of the topic as one side of pairs."""
    found = row(
        connection,
        "SELECT count(DISTINCT pmid) AS articles, coalesce(min(entity_type), '') AS entity_type "
        "FROM mentions WHERE list_contains($ids::VARCHAR[], concept_id)",
        {"ids": list(ids)},
    )
    return Side(tuple(ids), name, found["entity_type"], found["articles"])


def in_pairs(connection: duckdb.DuckDBPyConnection, topic: Side) -> Side:
    """Return the topic with the articles that pairs count: of a drug, not those that only measure it."""
    found = row(
        connection,
        "SELECT count(DISTINCT pmid) AS articles FROM mentions "
        "WHERE list_contains($ids::VARCHAR[], concept_id) "
        "AND NOT (entity_type = 'drug' AND role IS NOT DISTINCT FROM 'measured')",
        {"ids": list(topic.ids)},
    )
    return replace(topic, articles=found["articles"])


def name_of(connection: duckdb.DuckDBPyConnection, ids: Sequence[str]) -> str:
    """Return the preferred names of concepts, as one name."""
    found = rows(
        connection,
        "SELECT name FROM concepts WHERE list_contains($ids::VARCHAR[], concept_id) ORDER BY name",
        {"ids": list(ids)},
    )
    return " or ".join(r["name"] for r in found)


def foremost_of(connection: duckdb.DuckDBPyConnection, ids: Sequence[str]) -> str:
    """Return the name of the one of some concepts that most articles mention, nothing where none is there."""
    found = rows(
        connection,
        "SELECT name FROM entities WHERE list_contains($ids::VARCHAR[], concept_id) "
        "ORDER BY articles DESC, concept_id LIMIT 1",
        {"ids": list(ids)},
    )
    return "".join(r["name"] for r in found)


_WITH_TOPIC = """
WITH seen AS (
    SELECT CASE WHEN list_contains($ids::VARCHAR[], a_id) THEN b_id ELSE a_id END AS concept_id,
           pmid, sentence, year
    FROM evidence
    WHERE list_contains($ids::VARCHAR[], a_id) <> list_contains($ids::VARCHAR[], b_id))
SELECT concept_id, e.name, e.entity_type, e.articles_not_measured AS margin,
       count(DISTINCT pmid) AS articles,
       count(DISTINCT (pmid, sentence)) FILTER (sentence >= 0) AS sentences,
       min(year) AS first_year, max(year) AS last_year
FROM seen JOIN entities e USING (concept_id)
GROUP BY ALL
ORDER BY articles DESC, sentences DESC, e.name, concept_id
"""

_COMPANIONS = """
WITH side AS (
    SELECT a_id AS concept_id, b_id AS other_id, b_name AS name, * FROM pairs
    UNION ALL
    SELECT b_id, a_id, a_name, * FROM pairs)
SELECT concept_id, other_id, name, articles, lift, log_odds, log_odds_low, log_odds_high, q_value, q_richness,
       grade
FROM side
WHERE list_contains($ids::VARCHAR[], concept_id) AND {which}
QUALIFY row_number() OVER (PARTITION BY concept_id ORDER BY {order}, name, other_id) = 1
"""


_OTHERS = (
    "NOT topic AND NOT list_contains($topic::VARCHAR[], other_id) AND articles_independent >= $least "
    f"AND log_odds_low > 0 AND {UNRELATED}"
)
_TOPIC = "list_contains($topic::VARCHAR[], other_id)"


def by_construction(topic: Side, total: int) -> bool:
    """Return whether nearly every article mentions the topic, so that its pairs show no association."""
    return in_nearly_all(topic.articles, total)


def ranked(connection: duckdb.DuckDBPyConnection, topic: Side, total: int) -> tuple[Ranked, ...]:
    """Return a table of the concepts mentioned with the topic for each of TYPES, most articles first.

    Cells have one where any is mentioned with it.
    """
    found = rows(connection, _WITH_TOPIC, {"ids": list(topic.ids)})
    by_type = {t: [r for r in found if r["entity_type"] == t] for t in (*TYPES, CELLS)}
    if not by_type[CELLS]:
        del by_type[CELLS]
    least = {t: _least([r["articles"] for r in of_type]) for t, of_type in by_type.items()}
    first = {
        t: [r for r in of_type if r["articles"] >= least[t]][:RANKED_ROWS] for t, of_type in by_type.items()
    }
    listed = [r for of_type in first.values() for r in of_type]
    others = [r for t, of_type in by_type.items() for r in of_type[len(first[t]) :]]
    ids = [r["concept_id"] for r in (*listed, *others)]
    companions = _companions(connection, ids, topic, others=by_construction(topic, total))
    counted = in_pairs(connection, topic)
    proof = _proofs(connection, listed, counted, total, BEST)
    proof |= _proofs(connection, others, counted, total, 0)
    near = related(connection, topic.ids)

    def mentioned(r: Row, highest: int) -> Mentioned:
        of = r["concept_id"]
        return _mentioned(r, highest, companions.get(of), proof[of], near.get(of, ""))

    return tuple(
        Ranked(
            t,
            least[t],
            len(of_type),
            tuple(mentioned(r, of_type[0]["articles"]) for r in first[t]),
            tuple(mentioned(r, of_type[0]["articles"]) for r in of_type[len(first[t]) :]),
        )
        for t, of_type in by_type.items()
    )


def _proofs(
    connection: duckdb.DuckDBPyConnection, found: Sequence[Row], topic: Side, total: int, best: int
) -> dict[str, Proof]:
    """Return what stands behind concepts with the topic, by the id of the concept."""
    sides = [(Side((r["concept_id"],), r["name"], r["entity_type"], r["margin"]), topic) for r in found]
    known = with_narrower(connection, proofs(connection, sides, total, best))
    return {r["concept_id"]: proof for r, proof in zip(found, known, strict=True)}


def _companions(
    connection: duckdb.DuckDBPyConnection, ids: Sequence[str], topic: Side, *, others: bool
) -> dict[str, Companion]:
    """Return what each concept goes with: most surely among the others, or the topic."""
    values = {"ids": list(ids), "topic": list(topic.ids)} | ({"least": LISTED_LEAST} if others else {})
    which, order = (_OTHERS, SUREST) if others else (_TOPIC, "articles DESC")
    found = rows(connection, _COMPANIONS.format(which=which, order=order), values)
    return {r.pop("concept_id"): Companion(**r) for r in found}


def _least(articles: list[int]) -> int:
    """Return RANKED_LEAST, or fewer where a small corpus would leave a table of few rows."""
    return next(
        (n for n in range(RANKED_LEAST, 1, -1) if sum(count >= n for count in articles) >= _ENOUGH_ROWS), 1
    )


def related(connection: duckdb.DuckDBPyConnection, ids: Sequence[str]) -> dict[str, str]:
    """Return the concepts above and below others in the vocabularies, by id: "broader" or "narrower".

    What stands above a part of the topic alone is neither: IL-23 shares p40 with IL-12, and tells something.
    """
    found = rows(
        connection,
        "WITH top AS (SELECT unnest($ids::VARCHAR[]) AS id EXCEPT SELECT concept_id FROM hierarchy "
        "WHERE list_contains($ids::VARCHAR[], ancestor_id)) "
        "SELECT concept_id AS id, 'narrower' AS way FROM hierarchy JOIN top ON ancestor_id = id "
        "UNION SELECT ancestor_id, 'broader' FROM hierarchy JOIN top ON concept_id = id ORDER BY id, way",
        {"ids": list(ids)},
    )
    return {r["id"]: r["way"] for r in found}


def _mentioned(
    found: Row, highest: int, companion: Companion | None, proof: Proof, related: str
) -> Mentioned:
    return Mentioned(
        name=found["name"],
        articles=found["articles"],
        sentences=found["sentences"],
        first_year=found["first_year"],
        last_year=found["last_year"],
        share=found["articles"] / highest,
        companion=companion,
        proof=proof,
        related=related,
    )


_STRONGEST = f"""
SELECT * FROM pairs
WHERE NOT topic AND {UNRELATED} AND NOT list_contains($topic::VARCHAR[], a_id)
      AND NOT list_contains($topic::VARCHAR[], b_id)
      AND articles_independent >= $least
ORDER BY {SUREST} LIMIT $limit
"""  # noqa: S608 - what is put in is our own


def strongest(connection: duckdb.DuckDBPyConnection, topic: Side, total: int) -> tuple[Pair, ...]:
    """Return the surest pairs outside the topic, by grade and lower bound; broader concepts make none."""
    values = {"least": LISTED_LEAST, "limit": PAIR_ROWS, "topic": list(topic.ids)}
    found = rows(connection, _STRONGEST, values)
    sides = [sides_of(r) for r in found]
    names = [field.name for field in fields(Pair) if field.name != "proof"]
    return tuple(
        Pair(**{name: r[name] for name in names} | {"claim": claims.words(r)}, proof=proof)
        for r, proof in zip(found, with_narrower(connection, proofs(connection, sides, total)), strict=True)
    )


_TRIPLES = """
SELECT * FROM triples WHERE articles >= $least
ORDER BY articles DESC, sentences DESC, lift DESC, disease_name, drug_name, cytokine_name,
         disease_id, drug_id, cytokine_id
LIMIT $limit
"""


def triples(connection: duckdb.DuckDBPyConnection, topic_ids: Sequence[str]) -> tuple[Triple, ...]:
    """Return the triples with most articles, each with a sentence of its best articles."""
    found = rows(connection, _TRIPLES, {"least": TRIPLE_LEAST, "limit": TRIPLE_ROWS})
    ids = [(r["disease_id"], r["drug_id"], r["cytokine_id"]) for r in found]
    quotes = quotes_of(connection, [(i, r["top_pmids"]) for i, r in zip(ids, found, strict=True)])
    by_year = years_of(connection, ids)
    names = ("articles", "sentences", "expected", "lift", "first_year", "last_year")
    return tuple(
        Triple(
            disease=r["disease_name"],
            drug=r["drug_name"],
            cytokine=r["cytokine_name"],
            **{name: r[name] for name in names},
            chain=claims.chain_words(r),
            topic=not set(i).isdisjoint(topic_ids),
            years=years,
            quotes=q,
        )
        for i, r, q, years in zip(ids, found, quotes, by_year, strict=True)
    )
