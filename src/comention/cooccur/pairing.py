"""From concepts in articles and sentences to pairs of them: the one place that says what a pair is.

Two concepts make a pair in a sentence or an article that mentions them at different spans. Pairs are made of
any tables of the shape that :mod:`comention.cooccur.tables` gives to concept, concept_in_article and
concept_in_sentence: of the concepts mentioned, or with the broader ones in their place.

They are made in arrays, of a stretch of articles at a time. There the number of a pair among those of its
article follows from those of its two concepts, so that sentences are added up without a search.
"""

from __future__ import annotations

import functools
import itertools
from collections.abc import Sequence
from typing import NamedTuple

import duckdb
import numpy as np
import numpy.typing as npt

from comention.cooccur.assembly import Integers, columns_of
from comention.cooccur.counters import (
    ASSERTED,
    COUNTS,
    NEGATED,
    RETRACTED,
    REVIEW,
    TITLE,
    TITLE_ASSERTED,
    count,
    has,
)
from comention.cooccur.nearness import nearness, shares, weight
from comention.cooccur.stretches import Columns, append, bounds, each, in_order, starts
from comention.errors import ContractError

#: Pairs of a stretch of articles: about 200 bytes each.
_STRETCH = 1 << 18

#: Sentences are counted by 31 bits.
_MOST = (1 << 31) - 1

#: Stands for a place where there is none.
NONE = -1

Flags = npt.NDArray[np.bool_]

# `rank` is 0 of what forms no pairs
_MEMBER = """
CREATE TABLE {of}member AS
SELECT concept, CASE WHEN list_contains($types, entity_type) AND NOT collective THEN rank ELSE 0 END AS rank,
       pairs::INTEGER AS pairs, coalesce(list_position($types, entity_type), 0) AS type,
       {broad}::INTEGER AS broad
FROM {of}concept
"""
_MEMBERS = "SELECT rank, pairs, type, broad FROM {of}member ORDER BY concept"

_ARTICLES = f"""
SELECT CASE WHEN retracted THEN {RETRACTED} ELSE 0 END | CASE WHEN review THEN {REVIEW} ELSE 0 END AS flags
FROM article ORDER BY article
"""  # noqa: S608 - made of constants

_TABLES = """
CREATE TABLE {of}pair_in_sentence (
    pair BIGINT, article INTEGER, sentence INTEGER, place_a BIGINT, place_b BIGINT, asserted BOOLEAN,
    weight INTEGER);
CREATE TABLE {of}pair_in_article (
    pair BIGINT, article INTEGER, place_a BIGINT, place_b BIGINT, sentences INTEGER,
    sentences_asserted INTEGER, flags INTEGER, weight INTEGER)
"""

_IN_ARTICLE = "SELECT article, concept, {n} AS n, first, second FROM {of}concept_in_article WHERE {only}"
_IN_SENTENCE = "SELECT article, sentence, concept, first, second FROM {of}concept_in_sentence WHERE {only}"

# `top`: the five articles that show a pair best, as keys: the level (2 title, 1 sentence, 0 article), then
# the weight in 29 bits, then `recency` in the low 32. A title with both holds a relation more often than as
# many of the nearest other sentences do (45 and 41 % in BC5CDR's training part, 71 and 57 % in BioRED's).
_DETAIL = """
INSERT INTO {of}pair_detail
SELECT pair, sum(weight)::BIGINT AS weight, min(year) AS first_year, max(year) AS last_year,
       max(((CASE WHEN {title} THEN 2 WHEN sentences > 0 THEN 1 ELSE 0 END)::BIGINT << 61)
           | (weight::BIGINT << 32) | recency, 5) AS top
FROM {of}pair_in_article JOIN article USING (article)
WHERE {counts} AND {only} GROUP BY pair
"""
_DETAILS = """
CREATE TABLE {of}pair_detail (
    pair BIGINT, weight BIGINT, first_year SMALLINT, last_year SMALLINT, top BIGINT[])
"""
# The best five of each are in memory until all are found: so many pairs at a time.
_DETAILED = 1 << 20
_LASTS = """
SELECT pair FROM (SELECT pair, row_number() OVER (ORDER BY pair) AS n FROM {of}pair WHERE articles > 0)
WHERE n % {size} = 0 ORDER BY pair
"""

# What few pairs have: places that are negated, and articles beyond the first of a story: of all its articles,
# and of those that are not retracted.
_SELDOM = """
CREATE TABLE {of}pair_seldom AS
SELECT pair, sum(negated)::BIGINT AS negated, sum(repeated)::BIGINT AS repeated,
       sum(repeated_not_retracted)::BIGINT AS repeated_not_retracted
FROM (SELECT pair, count(*) AS negated, 0 AS repeated, 0 AS repeated_not_retracted
      FROM {of}pair_in_article WHERE {counts} AND {negated} GROUP BY pair
      UNION ALL
      SELECT pair, 0, count(*) - count(DISTINCT shared),
             count(*) FILTER (NOT retracted) - count(DISTINCT shared) FILTER (NOT retracted)
      FROM {of}pair_in_article JOIN article USING (article)
      WHERE {counts} AND shared IS NOT NULL GROUP BY pair)
GROUP BY pair
"""


_FLAGS = {"counts": has(COUNTS), "title": has(TITLE), "negated": has(NEGATED)}


class _Known(NamedTuple):
    """What is known of concepts, by their number, and the flags of articles by theirs."""

    concepts: Columns
    articles: Integers


def pair(
    connection: duckdb.DuckDBPyConnection,
    types: Sequence[str],
    *,
    also: Sequence[str] = (),
    of: str = "",
    broader: bool = False,
    across: bool = False,
) -> None:
    """Create pair_in_sentence, pair_in_article and pair from concept_in_*, all with the prefix `of`.

    Pairs of `types` count; those of the types `also` are in pair_in_article too, without counting, as are
    those that share one span only. With `across`, pairs are of two types; with `broader` too, and one of the
    two is `broad`.
    """
    of_sentences = columns_of(connection, f"SELECT count(*) AS n FROM {of}concept_in_sentence")  # noqa: S608 - a constant
    if of_sentences["n"][0] > _MOST:
        raise ContractError(
            f"cannot count: sentences mention more than {_MOST:,} concepts: count fewer articles"
        )
    member = _MEMBER.format(of=of, broad="broad" if broader else str(across).lower())
    connection.execute(member, {"types": sorted({*types, *also})})
    connection.execute(_TABLES.format(of=of))
    known = _Known(columns_of(connection, _MEMBERS.format(of=of)), columns_of(connection, _ARTICLES)["flags"])
    conditions = bounds(connection, f"{of}concept_in_article", "n * (n - 1) // 2", _STRETCH)
    work = functools.partial(_make, of=of, known=known, broader=broader, across=across)
    each(connection, work, conditions)
    count(connection, of)


def detail(connection: duckdb.DuckDBPyConnection, of: str = "") -> None:
    """Create what else is known of the pairs that :func:`pair` has counted.

    pair_detail holds weight, years and best articles of each, pair_seldom of some how many articles deny
    them and how many, retracted or not, tell again what others of their story tell.
    """
    connection.execute(_DETAILS.format(of=of))
    lasts = columns_of(connection, _LASTS.format(of=of, size=_DETAILED))["pair"].tolist()
    for first, last in itertools.pairwise([-1, *lasts, (1 << 63) - 1]):
        connection.execute(_DETAIL.format(of=of, only=f"pair > {first} AND pair <= {last}", **_FLAGS))
    connection.execute(_SELDOM.format(of=of, **_FLAGS))


def _make(
    connection: duckdb.DuckDBPyConnection, only: str, of: str, known: _Known, broader: bool, across: bool
) -> None:
    """Add the pairs of a stretch to pair_in_article and pair_in_sentence."""
    # rolled-up concepts weigh by nearness alone: a mention counts for many of them at once
    n = "1::BIGINT" if broader else "n"
    articles = columns_of(connection, _IN_ARTICLE.format(of=of, only=only, n=n))
    sentences = columns_of(connection, _IN_SENTENCE.format(of=of, only=only))
    ranks = known.concepts["rank"]
    # pairs that do not count need no sentences
    ranks_counted = np.where(known.concepts["pairs"] == 1, ranks, 0)
    articles = _ranked(articles, known.concepts, ranks, ("article",))
    sentences = _ranked(sentences, known.concepts, ranks_counted, ("article", "sentence"))
    articles["flags"] = known.articles[articles["article"]]
    in_article, in_sentence = _pairs(articles, sentences, broader, across)
    append(connection, f"{of}pair_in_article", in_article)
    append(connection, f"{of}pair_in_sentence", in_sentence)


def _ranked(rows: Columns, concepts: Columns, ranks: Integers, keys: tuple[str, ...]) -> Columns:
    """Return the rows of concepts with a rank, in the order of keys and rank, with what is known of them."""
    rank = ranks[rows["concept"]]
    kept = np.flatnonzero(rank)
    order = kept[in_order(*(rows[key][kept] for key in keys), rank[kept])]
    ranked = {name: values[order] for name, values in rows.items()}
    return ranked | {name: values[ranked["concept"]] for name, values in concepts.items()}


def _pairs(articles: Columns, sentences: Columns, broader: bool, across: bool) -> tuple[Columns, Columns]:
    """Return the columns of pair_in_article and pair_in_sentence of a stretch."""
    a, b, before = _two_of_each(articles["article"])
    in_sentence, number = _in_sentence(articles, sentences, before, broader or across)
    if broader or across:
        kept = _of_two_types(articles, a, b)
        a, b, number = a[kept], b[kept], (np.cumsum(kept) - 1)[number]
    pair = (articles["concept"] << 32)[a] | articles["concept"][b]
    article = articles["article"].astype(np.int32)[a]
    place_a, place_b = _first_places(articles, a, b)
    in_article = {"pair": pair, "article": article, "place_a": place_a, "place_b": place_b}
    in_article |= _counters(in_article, in_sentence, number)
    in_article["flags"] |= _flags(articles, a, b, place_a)
    in_sentence["asserted"] = in_sentence.pop("flags") & ASSERTED > 0
    near = in_sentence.pop("near")
    above, below = (np.ones_like(pair), np.ones_like(pair)) if broader else shares(articles, a, b)
    near_in_all = np.bincount(number, near, minlength=pair.size).astype(np.int64)
    in_article["weight"] = weight(near_in_all, (above, below))
    in_sentence |= {"pair": pair[number], "weight": weight(near, (above[number], below[number]))}
    return in_article, in_sentence


def _flags(articles: Columns, a: Integers, b: Integers, place_a: Integers) -> npt.NDArray[np.int32]:
    """Return the flags of pairs in articles that their sentences have no part in."""
    counts = np.where(articles["pairs"] == 1, COUNTS, 0).astype(np.int32)
    flags: npt.NDArray[np.int32] = (
        counts[a] & counts[b] & (place_a != NONE) | articles["flags"].astype(np.int32)[a]
    )
    return flags


def _counters(in_article: Columns, in_sentence: Columns, number: Integers) -> Columns:
    """Return what the sentences of each pair in an article add up to; `number` leads from them to it."""
    size = in_article["pair"].size
    asserted, title = in_sentence["flags"] & ASSERTED > 0, in_sentence["sentence"] == 0
    sentences = np.bincount(number, minlength=size)
    flags = np.where(sentences == 0, _said(in_article["place_a"], in_article["place_b"]), 0)
    for rows, flag in (
        (asserted, ASSERTED),
        (in_sentence["flags"] & NEGATED > 0, NEGATED),
        (title, TITLE),
        (title & asserted, TITLE_ASSERTED),
    ):
        flags[number[rows]] |= flag
    sentences_asserted = np.bincount(number[asserted], minlength=size)
    columns = {"sentences": sentences, "sentences_asserted": sentences_asserted, "flags": flags}
    return {name: values.astype(np.int32) for name, values in columns.items()}


def _two_of_each(*keys: Integers) -> tuple[Integers, Integers, Integers]:
    """Return the rows of all two that agree in the keys, and how many two there are before each row.

    Rows that agree stand together. The two rows i < j are those of number `before[i] + j - i - 1`.
    """
    row = np.arange(keys[0].size)
    begin = starts(*keys)
    sizes = np.diff(begin, append=row.size)
    partners = np.repeat(begin + sizes, sizes) - row - 1
    before = np.cumsum(partners) - partners
    a = np.repeat(row, partners)
    return a, np.arange(a.size) - np.repeat(before - row - 1, partners), before


def _of_two_types(rows: Columns, a: Integers, b: Integers) -> Flags:
    two: Flags = (rows["type"][a] != rows["type"][b]) & (rows["broad"][a] | rows["broad"][b] == 1)
    return two


def _first_places(rows: Columns, a: Integers, b: Integers) -> tuple[Integers, Integers]:
    """Return the first places of two concepts that differ in span; `NONE` first where none do."""
    place_a, place_b = rows["first"][a], rows["first"][b]
    same = np.flatnonzero(place_a >> 4 == place_b >> 4)
    first_a, second_a = place_a[same], rows["second"][a[same]]
    first_b, second_b = place_b[same], rows["second"][b[same]]
    further_a = np.where(second_a == first_a, NONE, second_a)
    place_a[same], place_b[same] = np.where(second_b == first_b, further_a, first_a), second_b
    return place_a, place_b


def _said_of_both() -> Integers:
    """Return the flags of two places by their lowest four bits, those of the first above the other's.

    A pair is asserted where neither is known to stand under a negation or a speculation, and negated where
    one of the two stands under a negation.
    """
    places = np.arange(1 << 8) >> 4, np.arange(1 << 8) & 15
    denied = np.maximum(*(place >> 2 for place in places)) > 1
    doubted = np.logical_or(*(place & 3 == 2 for place in places))
    flags: Integers = np.where(denied, NEGATED, 0) | np.where(denied | doubted, 0, ASSERTED)
    return flags


_SAID_OF_BOTH = _said_of_both()


def _said(place_a: Integers, place_b: Integers) -> Integers:
    """Return the flags of two places: whether they are asserted, and whether negated."""
    flags: Integers = _SAID_OF_BOTH[(place_a & 15) << 4 | place_b & 15]
    return flags


def _in_sentence(
    articles: Columns, sentences: Columns, before: Integers, of_two_types: bool
) -> tuple[Columns, Integers]:
    """Return pairs in sentences, and the number of each among all of the articles."""
    a, b, _ = _two_of_each(sentences["article"], sentences["sentence"])
    if of_two_types:
        kept = _of_two_types(sentences, a, b)
        a, b = a[kept], b[kept]
    place_a, place_b = _first_places(sentences, a, b)
    met = place_a != NONE
    a, b, place_a, place_b = a[met], b[met], place_a[met], place_b[met]
    known, sought = (rows["article"] << 32 | rows["rank"] for rows in (articles, sentences))
    row = np.searchsorted(known, sought)
    columns = {"article": sentences["article"][a], "sentence": sentences["sentence"][a]}
    columns |= {"place_a": place_a, "place_b": place_b, "flags": _said(place_a, place_b)}
    columns["near"] = nearness(sentences, a, b)
    return columns, before[row[a]] + row[b] - row[a] - 1
