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

import duckdb
import numpy as np
import numpy.typing as npt

from comention.cooccur.assembly import Integers, columns_of
from comention.cooccur.nearness import nearness, shares, weight
from comention.cooccur.stretches import Columns, append, bounds, each, starts
from comention.errors import ContractError

#: Pairs of a stretch of articles: about 200 bytes each.
_STRETCH = 1 << 19

# Bits of the counters that share a number: sentences lowest, then titles, then articles. Fewer sentences are
# counted than the first hold; articles are numbered by 31 bits. Sums have 128 bits.
_SENTENCE_BITS, _TITLE_BITS = 31, 31
_ARTICLE = 1 << _SENTENCE_BITS + _TITLE_BITS
_ARTICLE_BY_TITLE = _ARTICLE + (1 << _SENTENCE_BITS)

#: Stands for a place where there is none.
NONE = -1

Flags = npt.NDArray[np.bool_]

_MEMBER = """
CREATE TABLE {of}member AS
SELECT concept, rank, pairs::TINYINT AS pairs, list_position($types, entity_type) AS type,
       {broad}::TINYINT AS broad
FROM {of}concept WHERE list_contains($types, entity_type) AND NOT collective
"""

_TABLES = """
CREATE TABLE {of}pair_in_sentence (
    pair BIGINT, article INTEGER, sentence INTEGER, place_a BIGINT, place_b BIGINT, asserted BOOLEAN,
    weight INTEGER);
CREATE TABLE {of}pair_in_article (
    pair BIGINT, article INTEGER, counts BOOLEAN, place_a BIGINT, place_b BIGINT, retracted BOOLEAN,
    review BOOLEAN, asserted BOOLEAN, negated BOOLEAN, sentences INTEGER, sentences_asserted INTEGER,
    title BOOLEAN, title_asserted BOOLEAN, weight INTEGER)
"""

_MEMBERS = """
SELECT {keys}, concept, rank, first, second, pairs, type, broad {more}
FROM {of}concept_in_{unit} JOIN {of}member USING (concept) {joined} WHERE {only} {counted}
ORDER BY {keys}, rank
"""

_UNITS: tuple[dict[str, str], ...] = (
    {
        "unit": "article",
        "keys": "article",
        "more": ", {n} AS n, retracted::TINYINT AS retracted, review::TINYINT AS review",
        "joined": "JOIN article USING (article)",
        "counted": "",
    },
    # pairs that do not count need no sentences
    {"unit": "sentence", "keys": "article, sentence", "more": "", "joined": "", "counted": "AND pairs = 1"},
)

# Every sum costs as much again as the grouping itself, so that one number takes three counters.
_PAIR = """
CREATE TABLE {of}pair AS
SELECT pair, together, {counters}
FROM (SELECT pair, count(*) AS together, sum(packed) AS packed, sum(packed_asserted) AS packed_asserted,
             sum(CASE WHEN retracted THEN 0 ELSE packed END) AS packed_not_retracted,
             sum(CASE WHEN review THEN 0 ELSE packed END) AS packed_not_review
      FROM (SELECT pair, retracted, review,
                   sentences + CASE WHEN NOT counts THEN 0 WHEN title THEN {title} ELSE {article} END
                       AS packed,
                   sentences_asserted + CASE WHEN NOT (counts AND asserted) THEN 0
                                             WHEN title_asserted THEN {title} ELSE {article} END
                       AS packed_asserted
            FROM {of}pair_in_article)
      GROUP BY pair)
"""
_COUNTERS = {
    "articles": f">> {_SENTENCE_BITS + _TITLE_BITS}",
    "sentences": f"& {(1 << _SENTENCE_BITS) - 1}",
    "titles": f">> {_SENTENCE_BITS} & {(1 << _TITLE_BITS) - 1}",
}
_COUNTED = ", ".join(
    f"(packed{under} {counter})::BIGINT AS {name}{under}"
    for name, counter in _COUNTERS.items()
    for under in ("", "_asserted", "_not_retracted", "_not_review")
)
_MOST = (1 << _SENTENCE_BITS) - 1

# `top`: the five articles that show a pair best, as keys: the level (2 title, 1 sentence, 0 article), then
# the weight in 29 bits, then `recency` in the low 32. A title with both holds a relation more often than as
# many of the nearest other sentences do (45 and 41 % in BC5CDR's training part, 71 and 57 % in BioRED's).
_DETAIL = """
INSERT INTO {of}pair_detail
SELECT pair, sum(weight)::BIGINT AS weight, min(year) AS first_year, max(year) AS last_year,
       max(((CASE WHEN title THEN 2 WHEN sentences > 0 THEN 1 ELSE 0 END)::BIGINT << 61)
           | (weight::BIGINT << 32) | recency, 5) AS top
FROM {of}pair_in_article JOIN article USING (article)
WHERE counts AND {only} GROUP BY pair
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

# What few pairs have: places that are negated, and articles beyond the first of a story. Counted apart, these
# cost a look at each pair in an article; as counters of `_PAIR` they would cost a sum of each.
_SELDOM = """
CREATE TABLE {of}pair_seldom AS
SELECT pair, sum(negated)::BIGINT AS negated, sum(repeated)::BIGINT AS repeated
FROM (SELECT pair, count(*) AS negated, 0 AS repeated
      FROM {of}pair_in_article WHERE counts AND negated GROUP BY pair
      UNION ALL
      SELECT pair, 0, count(*) - count(DISTINCT shared)
      FROM {of}pair_in_article JOIN article USING (article)
      WHERE counts AND shared IS NOT NULL GROUP BY pair)
GROUP BY pair
"""


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
    rows = f"{of}concept_in_article JOIN {of}member USING (concept)"
    conditions = bounds(connection, rows, "n * (n - 1) // 2", _STRETCH)
    each(connection, functools.partial(_make, of=of, broader=broader, across=across), conditions)
    connection.execute(_PAIR.format(of=of, counters=_COUNTED, article=_ARTICLE, title=_ARTICLE_BY_TITLE))


def detail(connection: duckdb.DuckDBPyConnection, of: str = "") -> None:
    """Create what else is known of the pairs that :func:`pair` has counted.

    pair_detail holds weight, years and best articles of each, pair_seldom of some how many articles deny
    them and how many tell again what others of their story tell.
    """
    connection.execute(_DETAILS.format(of=of))
    lasts = columns_of(connection, _LASTS.format(of=of, size=_DETAILED))["pair"].tolist()
    for first, last in itertools.pairwise([-1, *lasts, (1 << 63) - 1]):
        connection.execute(_DETAIL.format(of=of, only=f"pair > {first} AND pair <= {last}"))
    connection.execute(_SELDOM.format(of=of))


def _make(connection: duckdb.DuckDBPyConnection, only: str, of: str, broader: bool, across: bool) -> None:
    """Add the pairs of a stretch to pair_in_article and pair_in_sentence."""
    # rolled-up concepts weigh by nearness alone: a mention counts for many of them at once
    n = "1::BIGINT" if broader else "n"
    articles, sentences = (
        columns_of(connection, _MEMBERS.format(of=of, only=only, **unit).replace("{n}", n)) for unit in _UNITS
    )
    in_article, in_sentence = _pairs(articles, sentences, broader, across)
    append(connection, f"{of}pair_in_article", in_article)
    append(connection, f"{of}pair_in_sentence", in_sentence)


def _pairs(articles: Columns, sentences: Columns, broader: bool, across: bool) -> tuple[Columns, Columns]:
    """Return the columns of pair_in_article and pair_in_sentence of a stretch."""
    a, b, before = _two_of_each(articles["article"])
    in_sentence, number = _in_sentence(articles, sentences, before, broader or across)
    if broader or across:
        kept = _of_two_types(articles, a, b)
        a, b, number = a[kept], b[kept], (np.cumsum(kept) - 1)[number]
    in_article = _in_article(articles, a, b)
    pair, near = in_article["pair"], in_sentence.pop("near")
    above, below = (np.ones_like(pair), np.ones_like(pair)) if broader else shares(articles, a, b)
    in_article |= _counters(in_article, in_sentence, number)
    near_in_all = np.bincount(number, near, minlength=pair.size).astype(np.int64)
    in_article["weight"] = weight(near_in_all, (above, below))
    in_sentence |= {"pair": pair[number], "weight": weight(near, (above[number], below[number]))}
    return in_article, in_sentence


def _in_article(articles: Columns, a: Integers, b: Integers) -> Columns:
    """Return what is known of pairs in articles without their sentences."""
    place_a, place_b = _first_places(articles, a, b)
    # flags are made of the few rows of concepts, and small numbers stay small
    counts, retracted, review = (articles[name] == 1 for name in ("pairs", "retracted", "review"))
    return {
        "pair": articles["concept"][a] << 32 | articles["concept"][b],
        "article": articles["article"].astype(np.int32)[a],
        "counts": (place_a != NONE) & counts[a] & counts[b],
        "place_a": place_a,
        "place_b": place_b,
        "retracted": retracted[a],
        "review": review[a],
    }


def _counters(in_article: Columns, in_sentence: Columns, number: Integers) -> Columns:
    """Return what the sentences of each pair in an article add up to; `number` leads from them to it."""
    size = in_article["pair"].size
    in_title, in_asserted = in_sentence["sentence"] == 0, in_sentence["asserted"]
    title, title_asserted = np.zeros(size, dtype=np.bool_), np.zeros(size, dtype=np.bool_)
    title[number[in_title]] = True
    title_asserted[number[in_title & in_asserted]] = True
    sentences = np.bincount(number, minlength=size)
    sentences_asserted = np.bincount(number[in_asserted], minlength=size)
    alone = (sentences == 0) & _asserted(in_article["place_a"], in_article["place_b"])
    asserted = alone | (sentences_asserted > 0)
    negated = (sentences == 0) & _negated(in_article["place_a"], in_article["place_b"])
    negated[number[_negated(in_sentence["place_a"], in_sentence["place_b"])]] = True
    return {
        "asserted": asserted,
        "negated": negated,
        "sentences": sentences,
        "sentences_asserted": sentences_asserted,
        "title": title,
        "title_asserted": title_asserted,
    }


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
    first_a, second_a = rows["first"][a], rows["second"][a]
    first_b, second_b = rows["first"][b], rows["second"][b]
    same, one_b = first_a >> 4 == first_b >> 4, second_b == first_b
    further_a = np.where(second_a == first_a, NONE, second_a)
    return np.where(same & one_b, further_a, first_a), np.where(same, second_b, first_b)


def _asserted(place_a: Integers, place_b: Integers) -> Flags:
    """Return where neither stands under a negation or a speculation; what is not known to is asserted."""
    flags: Flags = np.ones(place_a.size, dtype=np.bool_)
    for place in (place_a, place_b):
        flags &= (place & 3 != 2) & (place >> 2 & 3 < 2)
    return flags


def _negated(place_a: Integers, place_b: Integers) -> Flags:
    """Return where one of the two stands under a negation."""
    flags: Flags = (place_a >> 2 & 3 > 1) | (place_b >> 2 & 3 > 1)
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
    columns |= {"place_a": place_a, "place_b": place_b, "asserted": _asserted(place_a, place_b)}
    columns["near"] = nearness(sentences, a, b)
    return columns, before[row[a]] + row[b] - row[a] - 1
