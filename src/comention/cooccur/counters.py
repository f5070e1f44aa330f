"""From pairs in articles to pairs: in how many articles, titles and sentences each stands, and in which.

They are added up in arrays, sorted, a stretch of pairs at a time: a sum for each counter costs DuckDB as
much as the grouping itself. Two counters share a number while they are added up.
"""

from __future__ import annotations

import functools

import duckdb
import numpy as np

from comention.cooccur.assembly import Integers, columns_of
from comention.cooccur.stretches import Columns, append, bounds, each, ordered, starts

#: Bits of `flags` of a pair in an article: that it counts; that a title names both; that the two, or the two
#: in a title, stand under no negation or speculation, or under a negation; what the article is.
COUNTS, TITLE, ASSERTED, TITLE_ASSERTED, NEGATED, RETRACTED, REVIEW = (1 << bit for bit in range(7))

#: Pairs in articles that are added up at a time: about 200 bytes each.
_STRETCH = 1 << 19
# Pairs that have their first concept in common.
_FIRST = 1 << 32
_LOW_HALF = _FIRST - 1

_UNDER = ("", "_asserted", "_not_retracted", "_not_review")
_COUNTERS = tuple(f"{name}{under}" for name in ("articles", "sentences", "titles") for under in _UNDER)

_TABLE = """
CREATE TABLE {{of}}pair (pair BIGINT, together INTEGER, {counters})
""".format(counters=", ".join(f"{name} INTEGER" for name in _COUNTERS))

_SUMMED = ("sentences", "sentences_asserted", "flags")
_ROWS = f"SELECT pair, {', '.join(_SUMMED)} FROM {{of}}pair_in_article WHERE {{only}}"  # noqa: S608 - our own names

# What one article adds by its lowest flags, articles above titles: all that count, and those asserted.
_LOW_FLAGS = COUNTS | TITLE | ASSERTED | TITLE_ASSERTED
_BY_FLAGS = np.arange(_LOW_FLAGS + 1)
_OF_ARTICLES = np.where(_BY_FLAGS & COUNTS, (1 << 32) + (_BY_FLAGS & TITLE > 0), 0)
_ASSERTED = np.where(
    (_BY_FLAGS & COUNTS > 0) & (_BY_FLAGS & ASSERTED > 0), (1 << 32) + (_BY_FLAGS & TITLE_ASSERTED > 0), 0
)


def has(flag: int) -> str:
    """Return the condition that a pair in an article has a flag."""
    return f"(flags & {flag}) > 0"


def count(connection: duckdb.DuckDBPyConnection, of: str = "") -> None:
    """Create the table pair from pair_in_article, both with the prefix `of`.

    `together` counts all articles of pair_in_article, the other counters those that count.
    """
    connection.execute(_TABLE.format(of=of))
    parts = bounds(connection, f"{of}pair_in_article", "n", _STRETCH, "pair", _FIRST)
    each(connection, functools.partial(_add, of=of), parts)


def _add(connection: duckdb.DuckDBPyConnection, only: str, of: str) -> None:
    rows = columns_of(connection, _ROWS.format(of=of, only=only))
    append(connection, f"{of}pair", _counted(rows))


def _counted(rows: Columns) -> Columns:
    """Return the columns of the table pair."""
    a, b, all_sentences, sentences_asserted, flags = ordered(
        rows["pair"] >> 32, rows["pair"] & _LOW_HALF, *(rows[name] for name in _SUMMED)
    )
    pair = a << 32 | b
    begin = starts(pair)
    of_articles, asserted = _OF_ARTICLES[flags & _LOW_FLAGS], _ASSERTED[flags & _LOW_FLAGS]
    of_sentences = all_sentences << 32 | sentences_asserted
    articles, of_asserted, sentences = (
        np.add.reduceat(values, begin) for values in (of_articles, asserted, of_sentences)
    )
    columns = {"pair": pair[begin], "together": np.diff(begin, append=pair.size).astype(np.int32)}
    columns |= _named("_asserted", of_asserted, sentences & _LOW_HALF)
    columns |= _named("", articles, sentences >> 32)
    for under, flag in (("_not_retracted", RETRACTED), ("_not_review", REVIEW)):
        few = np.flatnonzero(flags & flag)
        group = np.searchsorted(begin, few, side="right") - 1
        less_articles, less_sentences = articles.copy(), sentences >> 32
        np.subtract.at(less_articles, group, of_articles[few])
        np.subtract.at(less_sentences, group, of_sentences[few] >> 32)
        columns |= _named(under, less_articles, less_sentences)
    return columns


def _named(under: str, articles: Integers, sentences: Integers) -> Columns:
    return {
        f"articles{under}": (articles >> 32).astype(np.int32),
        f"titles{under}": (articles & _LOW_HALF).astype(np.int32),
        f"sentences{under}": sentences.astype(np.int32),
    }
