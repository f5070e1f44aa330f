"""What stands behind a listed pair: its counts, its years and its best sentences.

Everything is counted from `evidence`, which has a row for every article of every pair. Where one side
is the topic with several concepts (a complex and its subunits), sums over `pairs` or `trends` would count
an article once for each of them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import combinations, groupby

import duckdb
import pyarrow as pa

from comention.records import PEOPLE
from comention.report.said import FOUND_CLAIMS, NOTHING, Said, may_claim, said_of, setting
from comention.report.sentences import MarkedSpan, Piece, cut
from comention.snapshots.tables import Row, rows

#: Sentences shown for a pair; for one that only a drawing shows; for what narrower concepts add.
BEST, BEST_OF_DRAWN, BEST_OF_NARROWER = 5, 3, 2

#: PMIDs from here on are the sample's, written for this project; PubMed does not know them.
SYNTHETIC = 99_000_000


@dataclass(frozen=True, slots=True)
class Side:
    """One side of a pair: a concept, or the concepts of the topic taken together."""

    ids: tuple[str, ...]
    name: str
    entity_type: str
    articles: int


def sides_of(found: Row) -> tuple[Side, Side]:
    """Return the two sides of a row of `pairs`."""
    a, b = (
        Side((found[f"{s}_id"],), found[f"{s}_name"], found[f"{s}_type"], found[f"articles_{s}"])
        for s in "ab"
    )
    return a, b


@dataclass(frozen=True, slots=True)
class Quote:
    """A place where a pair was read; two sentences where the two share only the article.

    `claim` is what the sentence says of the two, empty where it only mentions them; `setting` is what kind
    of study the article reports and in whom, empty where nothing says so.
    """

    pmid: int
    year: int | None
    section: str
    same_sentence: bool
    negated: bool
    retracted: bool
    sentences: tuple[tuple[Piece, ...], ...]
    claim: str = ""
    setting: str = ""

    @property
    def synthetic(self) -> bool:
        """Return whether the article was written for the sample."""
        return self.pmid >= SYNTHETIC


@dataclass(frozen=True, slots=True)
class EvidenceTally:
    """Articles that mention both sides of a pair, and how many of them are what.

    `people`, `animals` and `cells` are those that report a study in them.
    """

    articles: int = 0
    independent: int = 0
    sentences: int = 0
    places: int = 0
    titles: int = 0
    negated: int = 0
    reviews: int = 0
    retracted: int = 0
    people: int = 0
    animals: int = 0
    cells: int = 0

    @property
    def limited(self) -> str | None:
        """Return a word where no article is of a study in people and some are of others, else None."""
        if self.people or not self.animals + self.cells:
            return None
        return "animal only" if self.animals else "in vitro only"


@dataclass(frozen=True, slots=True)
class Narrower:
    """What only narrower concepts than a pair's bring: further articles that name one with the other side."""

    articles: int
    quotes: tuple[Quote, ...]


@dataclass(frozen=True, slots=True)
class Proof:
    """All that a drawer shows of a pair. `years` holds the articles of each year, `said` what they claim.

    `narrower` is None where no article names a narrower concept with the other side.
    """

    first: Side
    second: Side
    total: int
    tally: EvidenceTally
    years: dict[int, int]
    quotes: tuple[Quote, ...]
    narrower: Narrower | None = None
    said: Said = NOTHING

    @property
    def places(self) -> int:
        """Places where the two were read: shared sentences, and articles that share none."""
        return self.tally.places

    @property
    def undated(self) -> int:
        """Articles with both whose year is unknown."""
        return self.tally.articles - sum(self.years.values())

    @property
    def cells(self) -> tuple[int, int, int, int]:
        """Articles with both, the first only, the second only, neither.

        Articles that name both on one span only count for each and not for both, so that the last can
        come out below 0; it is 0 then, as in the association statistics.
        """
        both, a, b = self.tally.articles, self.first.articles, self.second.articles
        return both, a - both, b - both, max(self.total - a - b + both, 0)


# `asked` holds both orders of the two ids: evidence has one of them.
# The concepts of a topic can share a sentence with the other, or the article only: then the sentence stands.
FOUND = f"""
CREATE OR REPLACE TEMP TABLE found AS
SELECT pair, pmid, sentence, level, year, retracted, coalesce(bool_or(negated), false) AS negated,
       min(a_start) AS a_start, min(b_start) AS b_start, {FOUND_CLAIMS}
FROM evidence JOIN asked USING (a_id, b_id)
GROUP BY pair, pmid, sentence, level, year, retracted
QUALIFY sentence >= 0 OR count(*) OVER (PARTITION BY pair, pmid) = 1
"""  # noqa: S608 - what is put in is our own

_IN = {"people": PEOPLE, "animals": ("animal",), "cells": ("in vitro",)}
_TALLY = """
SELECT pair, count(DISTINCT pmid) AS articles, count(DISTINCT story) AS independent,
       count(*) FILTER (found.sentence >= 0) AS sentences, count(*) AS places,
       count(DISTINCT pmid) FILTER (level = 'title') AS titles,
       count(DISTINCT pmid) FILTER (found.negated) AS negated,
       count(DISTINCT pmid) FILTER (articles.review) AS reviews,
       count(DISTINCT pmid) FILTER (found.retracted) AS retracted, {studies}
FROM found JOIN articles USING (pmid) GROUP BY pair
""".format(
    studies=", ".join(
        f"count(DISTINCT pmid) FILTER (list_has_any(study, {list(words)})) AS {name}"
        for name, words in _IN.items()
    )
)

_YEARS = """
SELECT pair, year, count(DISTINCT pmid) AS articles FROM found WHERE year IS NOT NULL
GROUP BY pair, year ORDER BY pair, year
"""

# Shared sentences before shared articles, one of each article before its next, titles first, newest first.
BEST_FIRST = """
CREATE OR REPLACE TEMP TABLE best AS
SELECT *, row_number() OVER (
    PARTITION BY pair
    ORDER BY retracted, sentence < 0, nth, level <> 'title', negated,
             year DESC NULLS LAST, pmid DESC, sentence) AS place
FROM (SELECT *, row_number() OVER (
          PARTITION BY pair, pmid ORDER BY level <> 'title', negated, sentence) AS nth
      FROM found)
QUALIFY place <= $best
"""

# A place at article level has two sentences: that of each mention.
SHOWN = """
CREATE OR REPLACE TEMP TABLE shown AS
SELECT pair, place, pmid, sentence, true AS shared, negated, claim, context FROM best WHERE sentence >= 0
UNION
SELECT pair, place, pmid, m.sentence, false, best.negated, claim, context
FROM best JOIN asked_concept USING (pair) JOIN mentions m USING (pmid, concept_id)
WHERE best.sentence < 0 AND m."start" IN (a_start, b_start)
"""

_SHOWN_OF_GROUPS = """
CREATE OR REPLACE TEMP TABLE shown AS
SELECT pair, place, pmid, sentence, count(DISTINCT concept_id) = any_value(size) AS shared,
       coalesce(bool_or(negated), false) AS negated, '' AS claim, NULL AS context
FROM listed JOIN mentions USING (pmid) JOIN asked_concept USING (pair, concept_id)
     JOIN (SELECT pair, count(*) AS size FROM asked_concept GROUP BY pair) USING (pair)
GROUP BY pair, place, pmid, sentence
QUALIFY row_number() OVER (
    PARTITION BY pair, place ORDER BY count(DISTINCT concept_id) DESC, sentence) = 1
"""

_TEXTS = """
SELECT pair, place, pmid, year, articles.retracted, shared, shown.negated, s.section, s.in_title, s.text,
       s."start", shown.claim, shown.context, articles.study, articles.species,
       list({'start': m."start", 'end': m."end", 'entity_type': m.entity_type}
            ORDER BY m."start", m."end", m.entity_type) AS spans
FROM shown JOIN articles USING (pmid) JOIN sentences s USING (pmid, sentence)
     JOIN (SELECT pair, mentions.* FROM mentions JOIN asked_concept USING (concept_id)) m
         USING (pair, pmid, sentence)
GROUP BY ALL ORDER BY pair, place, s."start"
"""


def proofs(
    connection: duckdb.DuckDBPyConnection, pairs: Sequence[tuple[Side, Side]], total: int, best: int = BEST
) -> list[Proof]:
    """Return what stands behind each pair, in their order; `total` is the articles of the corpus."""
    asked_for(connection, pairs)
    tallies = {r.pop("pair"): EvidenceTally(**r) for r in rows(connection, _TALLY)}
    years: dict[int, dict[int, int]] = {}
    for r in rows(connection, _YEARS):
        years.setdefault(r["pair"], {})[r["year"]] = r["articles"]
    said = said_of(connection)
    connection.execute(BEST_FIRST, {"best": best})
    connection.execute(SHOWN)
    quotes = _quotes(connection)
    return [
        Proof(
            *pair,
            total,
            tallies.get(i, EvidenceTally()),
            years.get(i, {}),
            tuple(quotes.get(i, ())),
            said=said.get(i, NOTHING) if may_claim(*(side.entity_type for side in pair)) else NOTHING,
        )
        for i, pair in enumerate(pairs)
    ]


def asked_for(connection: duckdb.DuckDBPyConnection, pairs: Sequence[tuple[Side, Side]]) -> None:
    """Put the places of pairs into the table `found`, `pair` being the number of each."""
    asked = [
        (i, *ids)
        for i, (one, other) in enumerate(pairs)
        for x in one.ids
        for y in other.ids
        for ids in ((x, y), (y, x))
    ]
    _hold(connection, "asked", ("pair", "a_id", "b_id"), asked)
    _hold_concepts(connection, [(*one.ids, *other.ids) for one, other in pairs])
    connection.execute(FOUND)


_BELOW = """
SELECT ancestor_id, list(concept_id ORDER BY concept_id) AS below
FROM hierarchy JOIN entities USING (concept_id)
WHERE list_contains($ids::VARCHAR[], ancestor_id) AND ancestor_type = entity_type
GROUP BY ancestor_id
"""


def with_narrower(connection: duckdb.DuckDBPyConnection, found: Sequence[Proof]) -> list[Proof]:
    """Return the proofs, told what narrower concepts of one side have with the other.

    Sides of one type are left as they are, as in `pairs_rolled_up`: they meet in whatever has both above it.
    """
    ids = sorted({i for proof in found for side in (proof.first, proof.second) for i in side.ids})
    below = {r["ancestor_id"]: tuple(r["below"]) for r in rows(connection, _BELOW, {"ids": ids})}
    asked: list[tuple[int, tuple[Side, Side]]] = []
    for number, proof in enumerate(found):
        if proof.first.entity_type == proof.second.entity_type:
            continue
        for one, other in ((proof.first, proof.second), (proof.second, proof.first)):
            narrower = {i for own in one.ids for i in below.get(own, ())} - set(one.ids)
            if narrower:
                asked.append((number, (replace(one, ids=tuple(sorted(narrower))), other)))
    more = _articles_more(connection, found, asked)
    quotes: dict[int, list[Quote]] = {}
    for (number, _), proof in zip(asked, proofs(connection, [pair for _, pair in asked], 0), strict=True):
        new = [quote for quote in proof.quotes if quote.pmid in more.get(number, ())]
        quotes.setdefault(number, []).extend(new)
    return [
        replace(proof, narrower=Narrower(len(more[number]), tuple(quotes[number][:BEST_OF_NARROWER])))
        if number in more
        else proof
        for number, proof in enumerate(found)
    ]


_MORE = """
SELECT pair, list(DISTINCT pmid) AS pmids
FROM evidence JOIN narrower USING (a_id, b_id)
     ANTI JOIN (SELECT pair, pmid FROM evidence JOIN direct USING (a_id, b_id)) USING (pair, pmid)
GROUP BY pair
"""


def _articles_more(
    connection: duckdb.DuckDBPyConnection,
    found: Sequence[Proof],
    asked: Sequence[tuple[int, tuple[Side, Side]]],
) -> dict[int, set[int]]:
    """Return the articles, each once, that only narrower concepts bring to a proof, by its number."""
    whole = [(number, (proof.first, proof.second)) for number, proof in enumerate(found)]
    for name, groups in (("narrower", asked), ("direct", whole)):
        both = [
            (number, *ids)
            for number, (one, other) in groups
            for x in one.ids
            for y in other.ids
            for ids in ((x, y), (y, x))
        ]
        _hold(connection, name, ("pair", "a_id", "b_id"), both)
    return {r["pair"]: set(r["pmids"]) for r in rows(connection, _MORE)}


def quotes_of(
    connection: duckdb.DuckDBPyConnection, groups: Sequence[tuple[tuple[str, ...], Sequence[int]]]
) -> list[tuple[Quote, ...]]:
    """Return a sentence of each article for groups of concepts: the first that mentions most of them."""
    listed = [(i, place, pmid) for i, (_, pmids) in enumerate(groups) for place, pmid in enumerate(pmids)]
    _hold(connection, "listed", ("pair", "place", "pmid"), listed)
    _hold_concepts(connection, [ids for ids, _ in groups])
    connection.execute(_SHOWN_OF_GROUPS)
    quotes = _quotes(connection)
    return [tuple(quotes.get(i, ())) for i in range(len(groups))]


_YEARS_OF_GROUPS = """
SELECT pair, year, count(*) AS articles
FROM (SELECT pair, pmid, year FROM evidence JOIN asked USING (a_id, b_id) WHERE year IS NOT NULL
      GROUP BY pair, pmid, year HAVING count(DISTINCT part) = any_value(parts))
GROUP BY pair, year ORDER BY pair, year
"""


def years_of(
    connection: duckdb.DuckDBPyConnection, groups: Sequence[tuple[str, ...]]
) -> list[dict[int, int]]:
    """Return for groups of concepts the articles by year in which every two of them are a pair."""
    asked = [
        (i, part, len(ids) * (len(ids) - 1) // 2, *order)
        for i, ids in enumerate(groups)
        for part, (x, y) in enumerate(combinations(ids, 2))
        for order in ((x, y), (y, x))
    ]
    _hold(connection, "asked", ("pair", "part", "parts", "a_id", "b_id"), asked)
    years: list[dict[int, int]] = [{} for _ in groups]
    for r in rows(connection, _YEARS_OF_GROUPS):
        years[r["pair"]][r["year"]] = r["articles"]
    return years


def _quotes(connection: duckdb.DuckDBPyConnection) -> dict[int, list[Quote]]:
    """Return the quotes of the places in `shown` by pair, in the order of the places."""
    quotes: dict[int, list[Quote]] = {}
    for (pair, _), group in groupby(rows(connection, _TEXTS), lambda r: (r["pair"], r["place"])):
        texts = list(group)
        quotes.setdefault(pair, []).append(
            Quote(
                pmid=texts[0]["pmid"],
                year=texts[0]["year"],
                section=" / ".join(dict.fromkeys(map(section, texts))),
                same_sentence=texts[0]["shared"],
                negated=texts[0]["negated"],
                retracted=texts[0]["retracted"],
                sentences=tuple(
                    cut(t["text"], t["start"], [MarkedSpan(**s) for s in t["spans"]]) for t in texts
                ),
                claim=texts[0]["claim"],
                setting=setting(texts[0]["study"], texts[0]["species"], texts[0]["context"]),
            )
        )
    return quotes


def section(text: Row) -> str:
    """Return where in the abstract a sentence stands: title, a heading in lower case, or abstract."""
    return "title" if text["in_title"] else (text["section"] or "abstract").casefold()


_KINDS = {"a_id": pa.string(), "b_id": pa.string(), "concept_id": pa.string()}


def _hold(
    connection: duckdb.DuckDBPyConnection,
    name: str,
    columns: tuple[str, ...],
    values: Sequence[tuple[object, ...]],
) -> None:
    """Put tuples into a table that queries join with; columns that are not ids are integers."""
    schema = pa.schema([(column, _KINDS.get(column, pa.int64())) for column in columns])
    table = pa.Table.from_pylist([dict(zip(columns, value, strict=True)) for value in values], schema=schema)
    connection.register(name, table)


def _hold_concepts(connection: duckdb.DuckDBPyConnection, groups: Sequence[tuple[str, ...]]) -> None:
    members = [(i, concept_id) for i, ids in enumerate(groups) for concept_id in dict.fromkeys(ids)]
    _hold(connection, "asked_concept", ("pair", "concept_id"), members)
