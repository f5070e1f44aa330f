"""From mentions to the concepts of each article and sentence: how often they stand there, and where first.

It is done in arrays, of a stretch of articles at a time: rows in the order of article, concept and place
have each concept's first two places in front, and mentions that stand twice side by side.
"""

from __future__ import annotations

import duckdb
import numpy as np

from comention.cooccur.assembly import Integers, columns_of
from comention.cooccur.stretches import Columns, append, bounds, each, in_order, starts
from comention.errors import ContractError

#: Mentions of a stretch of articles: about 200 bytes each.
_STRETCH = 1 << 18

_LOW_HALF = (1 << 32) - 1

_TABLES = """
CREATE TABLE concept_in_article (
    article INTEGER, concept INTEGER, n BIGINT, first BIGINT, second BIGINT);
CREATE TABLE concept_in_sentence (
    article INTEGER, sentence INTEGER, concept INTEGER, n BIGINT, first BIGINT, second BIGINT)
"""

_MENTIONS = "SELECT article, sentence, concept, place FROM mention WHERE {only}"

_REPEATED = """
SELECT pmid, concept_id, place >> 32, count(*) FROM mention JOIN article USING (article)
JOIN concept USING (concept) GROUP BY pmid, concept_id, place >> 4, place >> 32
HAVING count(*) > 1 ORDER BY ALL LIMIT 1
"""


def concepts_in(connection: duckdb.DuckDBPyConnection) -> None:
    """Create concept_in_article and concept_in_sentence from mention.

    `second` is `first` again where a concept stands once. Raises ContractError where a mention stands twice.
    """
    connection.execute(_TABLES)
    each(connection, _place, bounds(connection, "mention", "n", _STRETCH))


def _place(connection: duckdb.DuckDBPyConnection, only: str) -> None:
    """Add the concepts of a stretch to concept_in_article and concept_in_sentence."""
    rows = columns_of(connection, _MENTIONS.format(only=only))
    order = in_order(rows["article"], rows["concept"], rows["place"] >> 32, rows["place"] & _LOW_HALF)
    rows = {name: values[order] for name, values in rows.items()}
    begin = starts(rows["article"], rows["concept"])
    _check_repeats(connection, rows["place"], begin)
    append(connection, "concept_in_article", _first_two(rows, begin, ("article", "concept")))
    # stable, so that the places of a concept in a sentence stay in order
    concept = np.repeat(np.arange(begin.size), np.diff(begin, append=rows["place"].size))
    order = np.argsort((concept << 32) + rows["sentence"], kind="stable")
    rows = {name: values[order] for name, values in rows.items()}
    begin = starts(concept, rows["sentence"])
    append(connection, "concept_in_sentence", _first_two(rows, begin, ("article", "sentence", "concept")))


def _first_two(rows: Columns, begin: Integers, keys: tuple[str, ...]) -> Columns:
    """Return keys, number and first two places of the groups of rows that begin there."""
    place = rows["place"]
    n = np.diff(begin, append=place.size)
    counted = {"n": n, "first": place[begin], "second": place[np.where(n > 1, begin + 1, begin)]}
    return {name: rows[name][begin] for name in keys} | counted


def _check_repeats(connection: duckdb.DuckDBPyConnection, place: Integers, begin: Integers) -> None:
    """Refuse two mentions of one span among the places of a concept in an article, that begin there."""
    repeats = place[1:] >> 4 == place[:-1] >> 4
    repeats[begin[1:] - 1] = False
    if repeats.any():
        first = connection.execute(_REPEATED).fetchall()[0]
        raise ContractError(
            "cannot count: PMID {} has {} at {} {} times: pass each article's mentions once".format(*first)
        )
