"""Tidy views of a snapshot: every row says by name and type what it is about, seen from either concept."""

from __future__ import annotations

from typing import Any

from comention.errors import UsageError
from comention.records import ENTITY_TYPES
from comention.schemas import EVIDENCE, PAIRS, TRENDS, TRIPLES, UNLINKED
from comention.snapshots.query import PAIR_LEAST, resolve, resolve_two
from comention.snapshots.snapshot import Snapshot
from comention.snapshots.tables import SUREST, UNRELATED, first_of, opened, rows, select
from comention.snapshots.texts import texts_of

#: What stands first in a row of :func:`pairs`: the concept asked for, and the one that it is mentioned with.
SIDES = ("concept_id", "name", "entity_type", "partner_id", "partner_name", "partner_type")
#: Columns of `pairs` that are about both concepts at once, in their order.
_OF_BOTH = tuple(
    name
    for name in PAIRS.schema.names
    if not name.startswith(("a_", "b_")) and name not in ("articles_a", "articles_b")
)
PAIR_COLUMNS = (*SIDES, "articles_concept", "articles_partner", *_OF_BOTH)
_NAMES = ("a_name", "a_type", "b_name", "b_type")
TREND_COLUMNS = (
    "a_id",
    "a_name",
    "a_type",
    "b_id",
    "b_name",
    "b_type",
    "year",
    "articles",
    "articles_year",
    *(name for name in TRENDS.schema.names if name not in ("a_id", "b_id", "year", "articles")),
)
EVIDENCE_COLUMNS = (*_NAMES, *EVIDENCE.schema.names, "text", "text_start", "title")
TRIPLE_COLUMNS = (*TRIPLES.schema.names, "pmid", "text", "title")


def pairs(
    snapshot: Snapshot,
    with_name: str | None = None,
    *,
    entity_type: str | None = None,
    min_articles: int = PAIR_LEAST,
    related: bool = False,
    limit: int | None = None,
) -> list[dict[str, Any]]:
    """Return pairs seen from a concept, by grade and lower bound: PAIR_COLUMNS.

    `name` is the concept asked for, `partner_name` the other one; without `with_name` each pair stands twice,
    once from either side. `entity_type` is that of the partner. Pairs in fewer independent articles than
    `min_articles` are left out, and those of a concept and a broader one unless `related`. Raises UsageError
    for a name or type that is not there.
    """
    kind = _type_of(entity_type)
    concept = None if with_name is None else resolve(snapshot, with_name)
    sides = " UNION ALL ".join(_from_side(one, other) for one, other in (("a", "b"), ("b", "a")))
    statement = f"""
        WITH side AS (SELECT * FROM pairs WHERE articles_independent >= $least AND ($related OR {UNRELATED}))
        SELECT {", ".join(PAIR_COLUMNS)} FROM ({sides})
        WHERE ($concept IS NULL OR concept_id = $concept) AND ($kind IS NULL OR partner_type = $kind)
        ORDER BY {SUREST}, concept_id {first_of(limit)}
    """  # noqa: S608 - the module's own words; what a user gives is a parameter
    values = {"least": min_articles, "related": related, "concept": concept, "kind": kind}
    return select(snapshot, ("pairs",), statement, values)


def trends(snapshot: Snapshot, one: str, other: str | None = None) -> list[dict[str, Any]]:
    """Return the articles of each year that mention a concept with another, or with each other one.

    TREND_COLUMNS; every year between the corpus' first and last has a row, one without such an article has 0.
    `articles_year` are all articles of the year; where there are none, the share is null. `p_emerging` and
    `q_emerging` are of years with an article alone. Raises UsageError for a name that is not there.
    """
    ids = (resolve(snapshot, one), None) if other is None else resolve_two(snapshot, one, other)
    values = dict(zip(("one", "other"), ids, strict=True))
    statement = """
        WITH counted AS (
            SELECT year, count(*) AS articles FROM articles WHERE year IS NOT NULL GROUP BY year
        ),
        span AS (
            SELECT y AS year, coalesce(articles, 0) AS articles_year
            FROM (SELECT unnest(range(min(year), max(year) + 1)) AS y FROM counted)
            LEFT JOIN counted ON counted.year = y
        ),
        pair AS (
            SELECT a_id, a_name, a_type, b_id, b_name, b_type FROM pairs
            WHERE $one IN (a_id, b_id) AND ($other IS NULL OR $other IN (a_id, b_id))
        )
        SELECT pair.*, span.year, coalesce(t.articles, 0) AS articles, articles_year,
            CASE WHEN articles_year > 0 THEN coalesce(t.share, 0) END AS share,
            CASE WHEN sum(articles_year) OVER near > 0
                THEN sum(coalesce(t.articles, 0)) OVER near / sum(articles_year) OVER near
            END AS share_smoothed,
            coalesce(t.articles_not_retracted, 0) AS articles_not_retracted, t.p_emerging, t.q_emerging,
            coalesce(t.emerging, false) AS emerging
        FROM pair CROSS JOIN span
        LEFT JOIN trends t ON t.a_id = pair.a_id AND t.b_id = pair.b_id AND t.year = span.year
        WINDOW near AS (
            PARTITION BY pair.a_id, pair.b_id ORDER BY span.year ROWS BETWEEN 1 PRECEDING AND 1 FOLLOWING
        )
        ORDER BY pair.a_id, pair.b_id, span.year
    """
    return select(snapshot, ("articles", "pairs", "trends"), statement, values)


def evidence(
    snapshot: Snapshot,
    one: str,
    other: str | None = None,
    *,
    entity_type: str | None = None,
    limit: int | None = None,
) -> list[dict[str, Any]]:
    """Return where a concept was read with another, or with any: EVIDENCE_COLUMNS, pairs in their order.

    Of each pair the best places come first: titles, then sentences, then articles that name both in different
    sentences; in each what is neither denied nor supposed, articles that are not retracted, where the two
    stand nearest in an article that is most about them, and the newest. `entity_type` narrows to pairs with
    one more concept of that type. `text` is the sentence and `text_start` its first code point in the
    article, null where the two share only the article. Raises UsageError for a name or type that is not
    there.
    """
    ids = (resolve(snapshot, one), None) if other is None else resolve_two(snapshot, one, other)
    values = dict(zip(("one", "other"), ids, strict=True)) | {"kind": _type_of(entity_type)}
    statement = f"""
        SELECT {", ".join(f"p.{name}" for name in _NAMES)}, e.*
        FROM (
            SELECT *, row_number() OVER (ORDER BY {SUREST}) AS place FROM pairs
            WHERE $one IN (a_id, b_id)
              AND ($other IS NULL OR $other IN (a_id, b_id))
              AND ($kind IS NULL OR CASE WHEN a_id = $one THEN b_type ELSE a_type END = $kind)
        ) p
        JOIN evidence e USING (a_id, b_id)
        ORDER BY p.place, e.rank {first_of(limit)}
    """  # noqa: S608 - the module's own words
    places = select(snapshot, ("pairs", "evidence"), statement, values)
    said = zip(places, texts_of(snapshot, places), strict=True)
    return [place | {name: text[name] for name in ("text", "text_start", "title")} for place, text in said]


def triples(
    snapshot: Snapshot, with_name: str | None = None, *, limit: int | None = None
) -> list[dict[str, Any]]:
    """Return triples of disease, drug and cytokine with the article that shows each best: TRIPLE_COLUMNS.

    `pmid` is that article, `text` its sentence that names all three, null where none does. In the order of
    the dataset. Raises UsageError for a name that is not there.
    """
    concept = None if with_name is None else resolve(snapshot, with_name)
    statement = f"""
        SELECT t.*, t.top_pmids[1] AS pmid, s.text, a.title FROM triples t
        LEFT JOIN articles a ON a.pmid = t.top_pmids[1]
        LEFT JOIN sentences s ON s.pmid = t.top_pmids[1] AND s.sentence = t.top_sentence
        WHERE $concept IS NULL OR $concept IN (disease_id, drug_id, cytokine_id)
        ORDER BY t.articles DESC, disease_id, drug_id, cytokine_id {first_of(limit)}
    """  # noqa: S608 - the module's own words
    return select(snapshot, ("triples", "articles", "sentences"), statement, {"concept": concept})


def article(snapshot: Snapshot, pmid: int) -> dict[str, Any] | None:
    """Return title, abstract, journal, year, study and concepts of an article; None where it is not held.

    `mentions` is a list of concept_id, name, entity_type and the spellings of each, most frequent first.
    """
    with opened(snapshot, "articles", "mentions") as connection:
        found = rows(connection, _ARTICLE, {"pmid": pmid})
        if not found:
            return None
        return found[0] | {
            "mentions": rows(connection, _MENTIONS, {"pmid": pmid, "unlinked": f"{UNLINKED}%"})
        }


_ARTICLE = """
SELECT pmid, title, abstract, journal, year, publication_types, study, species, retracted, review, doi
FROM articles WHERE pmid = $pmid
"""
_MENTIONS = """
SELECT concept_id, any_value(concept_name) AS name, entity_type, list_sort(list(DISTINCT text)) AS spellings
FROM mentions WHERE pmid = $pmid AND concept_id NOT LIKE $unlinked
GROUP BY concept_id, entity_type ORDER BY count(*) DESC, concept_id
"""


def _from_side(one: str, other: str) -> str:
    return (
        f"SELECT {one}_id AS concept_id, {one}_name AS name, {one}_type AS entity_type, "  # noqa: S608
        f"{other}_id AS partner_id, {other}_name AS partner_name, {other}_type AS partner_type, "
        f"articles_{one} AS articles_concept, articles_{other} AS articles_partner, * FROM side"
    )


def _type_of(entity_type: str | None) -> str | None:
    kind = entity_type and entity_type.lower()
    if kind is not None and kind not in ENTITY_TYPES:
        raise UsageError(f"type {entity_type}: there are {', '.join(ENTITY_TYPES)}")
    return kind
