"""The words of texts: how they are folded, an index of which text has which, and what has those of a search.

A text is words in lower case with a blank between two of them, whatever separated them. A word of a search
is one of these or several (`IL-12`: "il 12"), found where they stand after one another, the last as the
beginning of a word. The index leads from each word to the rows of the texts that have it, so that a search
reads no text but where a word has several parts.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any

import duckdb
import numpy as np
from numpy.typing import NDArray

from comention.explorer.asked import BLANKS, SEPARATORS
from comention.explorer.kinds import CLAIM_ROWS, NUMBERED

#: Datasets that are copied, so that their rows are found by number: what listings read.
COPIED = (
    *("concepts", "entities", "pairs", "articles", "sentences"),
    *("claims", "triples", "mentions", "evidence"),
)
_APART = "".join(f"\\x{{{ord(one):x}}}" for one in (*SEPARATORS, *BLANKS))
_NAMES = "concat_ws(' | ', name, array_to_string(synonyms, ' | '), concept_id)"
_CITATION = (
    "concat_ws(' ', title, abstract, vernacular_title, journal, array_to_string(authors, ' '), "
    "array_to_string(keywords, ' '), array_to_string(list_transform(mesh, lambda m: m.name), ' '), "
    "doi, pmcid, pmid)"
)
#: What an index is made of: its dataset and the text of a row of it.
_TEXTS = {"sentences": "text", "articles": _CITATION}
# Each pair once, be the word in one name or both.
_PAIRS_OF = " UNION ".join(
    f"SELECT {{number}} AS n, p.rowid AS id FROM kept.pairs p JOIN concept_words w "  # noqa: S608 - our own words
    f"ON p.{side} = w.concept_id WHERE contains(w.words, $w{{number}})"
    for side in ("a_id", "b_id")
)
# Rows of texts that are taken in at once: what bounds the memory that this takes.
_AT_ONCE = 200_000
_BEFORE = (
    f"CREATE OR REPLACE MACRO folded(said) AS ' ' || regexp_replace(lower(said), '[{_APART}]+', ' ', 'g')",
    f"CREATE OR REPLACE TABLE concept_words AS SELECT concept_id, folded({_NAMES}) AS words FROM concepts",  # noqa: S608 - our own words
    f"CREATE OR REPLACE TABLE claim_rows AS {CLAIM_ROWS.format(**NUMBERED)}",
)


def index(connection: duckdb.DuckDBPyConnection) -> None:
    """Make what :func:`look_up` looks in, of the copies `kept` of the datasets.

    A row stands with a word as often as it has it: to tell that apart here takes longer than all the rest.
    """
    for statement in _BEFORE:
        connection.execute(statement)
    for name, text in _TEXTS.items():
        connection.execute(f"CREATE OR REPLACE TABLE {name}_index (word VARCHAR, ids UINTEGER[])")
        for low, high in _parts(connection, name):
            connection.execute(
                f"INSERT INTO {name}_index SELECT word, list(id) FROM ("  # noqa: S608 - our own words
                f"SELECT rowid::UINTEGER AS id, unnest(string_split(folded({text}), ' ')) AS word "
                f"FROM kept.{name} WHERE rowid >= {low} AND rowid < {high}"
                ") WHERE word <> '' GROUP BY word ORDER BY word"
            )


def _parts(connection: duckdb.DuckDBPyConnection, name: str) -> Iterator[tuple[int, int]]:
    """Yield the first row of each part and that after its last; an article is about ten sentences long."""
    step = _AT_ONCE if name == "sentences" else _AT_ONCE // 10
    number: int = connection.execute(f"SELECT count(*) FROM kept.{name}").fetchall()[0][0]  # noqa: S608
    yield from ((low, low + step) for low in range(0, number, step))


def look_up(connection: duckdb.DuckDBPyConnection, words: Sequence[str], tables: Sequence[str]) -> None:
    """Put the rows that have each word into temporary tables of this connection, by the number of the word.

    They are `named` (`n`, `concept_id`), `in_pairs`, `in_sentences` and `in_articles` (`n`, `id`: a row of
    `kept`); `tables` are those that are needed.
    """
    for table in tables:
        values = dict[str, Any]()
        parts = [_rows_of(table, number, word, values) for number, word in enumerate(words)]
        connection.execute(
            f"CREATE OR REPLACE TEMP TABLE {table} AS {' UNION ALL '.join(f'({one})' for one in parts)}",
            values,
        )


def numbers(connection: duckdb.DuckDBPyConnection, table: str, word: str) -> NDArray[np.int64]:
    """Return the rows that :func:`look_up` would put into a table; of `named`, rows of `concept_words`."""
    values = dict[str, Any]()
    statement = _rows_of(table, 0, word, values)
    return np.asarray(connection.execute(statement, values).fetchnumpy()["id"], np.int64)


def _rows_of(table: str, number: int, word: str, values: dict[str, Any]) -> str:
    """Return SQL of the rows that have a word, and add what it asks for to the values."""
    if table in {"named", "in_pairs"}:
        values[f"w{number}"] = f" {word}"
        if table == "in_pairs":
            return _PAIRS_OF.format(number=number)
        return (
            f"SELECT {number} AS n, concept_id, rowid AS id FROM concept_words "  # noqa: S608 - our own words
            f"WHERE contains(words, $w{number})"
        )
    name = table.removeprefix("in_")
    *before, last = word.split()
    values[f"last{number}"] = last
    found = f"SELECT DISTINCT unnest(ids) AS id FROM {name}_index WHERE starts_with(word, $last{number})"  # noqa: S608
    if not before:
        return f"SELECT {number} AS n, id::BIGINT AS id FROM ({found})"  # noqa: S608
    # To look for the parts in a text as it is takes a fifth of the time that folding it does.
    values[f"w{number}"] = f"(?:^|[{_APART}])" + f"[{_APART}]+".join(map(re.escape, word.split()))
    for at, one in enumerate(before):
        values[f"before{number}_{at}"] = one
        found += f" INTERSECT SELECT unnest(ids) FROM {name}_index WHERE word = $before{number}_{at}"  # noqa: S608
    return (
        f"SELECT {number} AS n, rowid AS id FROM kept.{name} "  # noqa: S608
        f"WHERE rowid IN ({found}) AND regexp_matches(lower({_TEXTS[name]}), $w{number})"
    )
