"""The first rows of each kind that a search finds, and how many there are, without making whole listings.

A search in everything shows a few rows of each kind in the order that its listing begins with. That order is
worked out once: each row of the copies has its rank, and the numbers of the rows that name its concepts. A
search then marks the rows that have its words and reads the few that come first.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import duckdb
import numpy as np
from numpy.typing import NDArray

from comention.explorer import words
from comention.explorer.kinds import KINDS, Kind
from comention.schemas import DATASETS
from comention.snapshots.query import PAIR_LEAST
from comention.snapshots.tables import Row, rows

_Marks = NDArray[np.bool_]

#: What has one word of a search: marks of rows, by the name of what :mod:`words` looks up.
Found = Mapping[str, _Marks]


#: What has to be looked up for each kind.
NEEDED: Mapping[str, tuple[str, ...]] = {
    "pairs": ("named",),
    "concepts": ("named",),
    "claims": ("named", "in_sentences"),
    "sentences": ("in_sentences",),
    "articles": ("in_articles",),
    "triples": ("named",),
}


@dataclass(frozen=True, slots=True)
class _Copy:
    """The table whose rows are ranked, the columns of their concepts, and what their order is made of."""

    table: str
    sides: tuple[str, ...] = ()
    ordered: str = ""


_COPIES = {
    "pairs": _Copy("kept.pairs", ("a_id", "b_id")),
    "concepts": _Copy("kept.entities", ("concept_id",)),
    "claims": _Copy("claim_rows", ("a_id", "b_id")),
    "sentences": _Copy(
        "kept.sentences",
        ordered="(SELECT s.rowid, s.pmid, s.sentence, s.retracted, r.year "
        "FROM kept.sentences s JOIN kept.articles r ON r.pmid = s.pmid)",
    ),
    "articles": _Copy("kept.articles"),
    "triples": _Copy("kept.triples", ("disease_id", "drug_id", "cytokine_id")),
}


@dataclass(frozen=True, slots=True)
class Ranks:
    """The rows of a kind by number.

    `rank` is their place in the order, from 1; `concepts` are, for each side, rows of `concept_words`;
    `sentence` is a row of `kept.sentences`. `often` and `apart` say what is listed unless more is asked for.
    """

    rank: NDArray[np.int32]
    concepts: tuple[NDArray[np.int32], ...]
    sentence: NDArray[np.int32] | None
    often: _Marks | None
    apart: _Marks | None


@dataclass(frozen=True, slots=True)
class First:
    """The first rows of a kind, how many were found, and how many are left out as rare or related."""

    rows: list[Row]
    found: int
    rarer: int = 0
    related: int = 0


class Firsts:
    """The ranks of all kinds of a snapshot."""

    def __init__(self, connection: duckdb.DuckDBPyConnection) -> None:
        """Rank the rows of the copies; :func:`words.index` comes before."""
        names = connection.execute("SELECT concept_id FROM concept_words ORDER BY rowid").fetchall()
        self._names = {name: number for number, (name,) in enumerate(names)}
        self._ranks = {kind.name: _ranked(connection, kind) for kind in KINDS.values()}

    def look_up(
        self, connection: duckdb.DuckDBPyConnection, searched: Sequence[str], tables: Collection[str]
    ) -> list[Found]:
        """Return what has each word of a search, for the tables that are needed."""
        sizes = {
            "named": len(self._names),
            "in_sentences": len(self._ranks["sentences"].rank),
            "in_articles": len(self._ranks["articles"].rank),
        }
        return [
            {name: _marks(words.numbers(connection, name, word), sizes[name]) for name in tables}
            for word in searched
        ]

    def of(
        self,
        connection: duckdb.DuckDBPyConnection,
        kind: Kind,
        found: Sequence[Found],
        exact: Sequence[str],
        most: int,
        *,
        any_spelling: bool = False,
    ) -> First:
        """Return the first rows of a kind: those of the concepts `exact` before others, where it has them.

        With `any_spelling` these are found even where no name of theirs has the words (`il12` for IL-12).
        """
        ranks = self._ranks[kind.name]
        marked = ranks.rank > 0
        for one in found:
            marked &= _has(kind, ranks, one)
        if any_spelling:
            marked |= (ranks.rank > 0) & (self._near(ranks, exact) > 0)
        rarer = related = 0
        if ranks.often is not None and ranks.apart is not None:
            rarer = int(np.count_nonzero(marked & ~ranks.often))
            related = int(np.count_nonzero(marked & ranks.often & ~ranks.apart))
            marked &= ranks.often & ranks.apart
        numbers = np.flatnonzero(marked)
        shown = self._order(kind, ranks, numbers, exact)[:most]
        if not len(shown):
            return First([], len(numbers), rarer, related)
        statement = _rows(kind, [int(one) for one in shown])
        return First(rows(connection, statement), len(numbers), rarer, related)

    def _order(
        self, kind: Kind, ranks: Ranks, numbers: NDArray[np.intp], exact: Sequence[str]
    ) -> NDArray[np.intp]:
        """Return numbers of rows in the order of the listing."""
        near = self._near(ranks, exact if kind.nearest else ())[numbers]
        ordered: NDArray[np.intp] = numbers[np.lexsort((ranks.rank[numbers], -near))]
        return ordered

    def _near(self, ranks: Ranks, exact: Sequence[str]) -> NDArray[np.int32]:
        """Return of how many of these concepts each row is."""
        near = np.zeros(len(ranks.rank), np.int32)
        named = np.array([self._names[one] for one in exact if one in self._names], np.int32)
        for side in ranks.concepts if len(named) else ():
            near += np.isin(side, named)
        return near


def _marks(numbers: NDArray[np.int64], size: int) -> _Marks:
    marked = np.zeros(size, np.bool_)
    marked[numbers] = True
    return marked


def _has(kind: Kind, ranks: Ranks, found: Found) -> _Marks:
    """Return which rows have a word: in a name of one of their concepts, or in their text."""
    if kind.name in {"sentences", "articles"}:
        return found[f"in_{kind.name}"]
    marked = np.zeros(len(ranks.rank), np.bool_)
    for side in ranks.concepts:
        marked |= found["named"][side]
    if ranks.sentence is not None:
        marked |= found["in_sentences"][ranks.sentence]
    return marked


def _ranked(connection: duckdb.DuckDBPyConnection, kind: Kind) -> Ranks:
    copy, order = _COPIES[kind.name], next(iter(kind.orders.values()))
    sides = [f"side{n}" for n in range(len(copy.sides))]
    columns = [f"row_number() OVER (ORDER BY {order}) AS rank", *sides]
    if kind.rarely:
        columns += [
            f"{kind.rarely.replace('$least', str(PAIR_LEAST))} AS often",
            f"coalesce({kind.apart}, true) AS apart",
        ]
    if kind.name == "claims":
        columns.append("number AS sentence_row")
    joins = " ".join(
        f"JOIN (SELECT concept_id AS {side}_id, rowid AS {side} FROM concept_words) ON {side}_id = h.{name}"  # noqa: S608
        for side, name in zip(sides, copy.sides, strict=True)
    )
    made = connection.execute(
        f"SELECT h.rowid AS row, {', '.join(columns)} FROM {copy.ordered or copy.table} h {joins}"  # noqa: S608 - our own words
    ).fetchnumpy()
    size: int = connection.execute(f"SELECT count(*) FROM {copy.table}").fetchall()[0][0]  # noqa: S608

    def by_number(name: str, dtype: type[Any]) -> NDArray[Any]:
        placed = np.zeros(size, dtype)
        placed[np.asarray(made["row"])] = np.asarray(made[name]).astype(dtype)
        return placed

    return Ranks(
        by_number("rank", np.int32),
        tuple(by_number(side, np.int32) for side in sides),
        by_number("sentence_row", np.int32) if "sentence_row" in made else None,
        by_number("often", np.bool_) if kind.rarely else None,
        by_number("apart", np.bool_) if kind.rarely else None,
    )


def _rows(kind: Kind, numbers: Sequence[int]) -> str:
    """Return the statement of the rows of these numbers, in that order."""
    listed = ", ".join(map(str, numbers))
    keys = ", ".join(DATASETS[kind.dataset].key)
    page = (
        f"SELECT {keys}, list_position([{listed}], rowid) AS place FROM {_COPIES[kind.name].table} "  # noqa: S608
        f"WHERE rowid IN ({listed})"
    )
    return f"WITH page AS ({page}) {kind.rows.format(columns=kind.shown)}"
