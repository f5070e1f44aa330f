"""A page of a listing: its rows, how many there are of how many, and what they can be narrowed by."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import duckdb

from comention.errors import UsageError
from comention.explorer.asked import Asked
from comention.explorer.concept_filter import ConceptFilter
from comention.explorer.firsts import First
from comention.explorer.kinds import Facet, Kind
from comention.explorer.library import Library
from comention.snapshots.query import PAIR_LEAST
from comention.snapshots.tables import Row, row, rows

#: Rows of a page, and of what may be asked for at once.
PAGE, MOST = 25, (10, 25, 50, 100)
#: Rows of a download; a whole dataset is `comention export`.
DOWNLOADED = 100_000
# What narrows pairs alone, in words; other listings have nothing to narrow by it.
_OF_PAIRS = (("least", "{} independent articles or more"), ("related", "with broader concepts"))
# Words of a facet that are shown, those with most rows.
_SHOWN = 14


@dataclass(frozen=True, slots=True)
class Choice:
    """A word of a facet: how many rows it would leave, and where that is."""

    word: str
    count: int
    chosen: bool
    url: str


@dataclass(frozen=True, slots=True)
class Choices:
    """A facet and its words that some row has, or that are chosen; `more` are not shown."""

    facet: Facet
    words: tuple[Choice, ...]
    more: int


@dataclass(frozen=True, slots=True)
class Listed:
    """A page of a listing.

    `found` rows of `searched` fit; `rarer` would too, were it not for their few articles, and `related`
    because they are of a concept and one above it.
    """

    kind: Kind
    asked: Asked
    rows: list[Row]
    found: int
    searched: int
    rarer: int
    related: int
    facets: tuple[Choices, ...]
    order: str
    concepts: ConceptFilter

    @classmethod
    def of_first(cls, kind: Kind, asked: Asked, first: First, searched: int) -> Listed:
        """Return the first rows of a search as a listing, without what it can be narrowed by."""
        order, nothing = next(iter(kind.orders)), ConceptFilter()
        return cls(
            kind, asked, first.rows, first.found, searched, first.rarer, first.related, (), order, nothing
        )

    @property
    def size(self) -> int:
        """Rows of a page."""
        return size_of(self.asked)

    @property
    def pages(self) -> int:
        """How many pages there are."""
        return max(-(-self.found // self.size), 1)

    @property
    def first(self) -> int:
        """The number of the first row of the page, from 1."""
        return (self.asked.page - 1) * self.size + 1

    @property
    def narrowed(self) -> list[tuple[str, str]]:
        """What the listing is narrowed to, in words, and the address without it."""
        words = [
            (f"{one.facet.title}: {choice.word.replace('_', ' ')}", choice.url)
            for one in self.facets
            for choice in one.words
            if choice.chosen
        ]
        given = (
            ("q", "“{}”"),
            *((name, f"{words} {{}}") for name, words in self.kind.years_said.items()),
            *(_OF_PAIRS if self.kind.rarely else ()),
        )
        for name, said in given:
            if value := self.asked.text(name):
                words.append((said.format(value), self.asked.url(**{name: None})))
        for name, of in (("with", self.concepts.has), ("not", self.concepts.lacks)):
            said = "with" if name == "with" else "not with"
            words += [(f"{said} {one['name']}", self.asked.toggled(name, text)) for text, one in of]
        return words


def size_of(asked: Asked) -> int:
    """Return how many rows a page has; raises UsageError for a number that is none of MOST."""
    return int(asked.words("size", tuple(map(str, MOST)))[0]) if asked.text("size") else PAGE


def listed(
    library: Library,
    connection: duckdb.DuckDBPyConnection,
    kind: Kind,
    asked: Asked,
    fixed: Mapping[str, str] | None = None,
) -> Listed:
    """Return the page of a listing that an address asks for.

    `fixed` are columns that have one value (the two concepts of evidence). Raises UsageError for what there
    is not: a word, a concept, an order, a page.
    """
    size, place = size_of(asked), asked.page
    chosen, concepts, rarer, related = _collected(library, connection, kind, asked, fixed or {})
    found = _found(connection, kind, chosen)
    if place > 1 and (place - 1) * size >= found:
        raise UsageError(f"page {place} is beyond the last, {max(-(-found // size), 1)}: go back")
    page, values = _page(library, kind, asked, chosen, ((place - 1) * size, place * size), kind.shown)
    return Listed(
        kind,
        asked,
        rows(connection, page, values),
        found,
        _searched(connection, kind, fixed) if fixed else library.sizes[kind.dataset],
        rarer,
        related,
        tuple(_choices(connection, kind, facet, chosen, asked) for facet in kind.facets),
        asked.one("sort", tuple(kind.orders)),
        concepts,
    )


def every(
    library: Library,
    connection: duckdb.DuckDBPyConnection,
    kind: Kind,
    asked: Asked,
    fixed: Mapping[str, str] | None = None,
) -> Iterator[Row]:
    """Yield all rows of a listing, in its order; raises UsageError where there are more than DOWNLOADED."""
    chosen, *_ = _collected(library, connection, kind, asked, fixed or {})
    if _found(connection, kind, chosen) > DOWNLOADED:
        raise UsageError(
            f"more than {DOWNLOADED:,} {kind.many} are too many for one download: narrow them, "
            f"or take all with `comention export {kind.dataset}`"
        )
    asking = connection.execute(*_page(library, kind, asked, chosen, (0, DOWNLOADED), kind.every))
    names = [column[0] for column in asking.description or ()]
    while part := asking.fetchmany(1_000):
        yield from (dict(zip(names, one, strict=True)) for one in part)


_Chosen = dict[str, tuple[str, ...]]


def _collected(
    library: Library,
    connection: duckdb.DuckDBPyConnection,
    kind: Kind,
    asked: Asked,
    fixed: Mapping[str, str],
) -> tuple[_Chosen, ConceptFilter, int, int]:
    """Collect the rows that fit but for facets in `hit`; return what facets and concepts are chosen."""
    chosen = {facet.name: asked.words(facet.name, facet.words) for facet in kind.facets}
    concepts = ConceptFilter.of(library, connection, asked) if kind.concept else ConceptFilter()
    where, values = _fixed(fixed)
    where += [f"({one})" for one in concepts.conditions(kind)]
    values |= concepts.values()
    for name, condition in kind.years.items():
        if (year := asked.year(name)) is not None:
            where.append(condition)
            values[name] = year
    where += [kind.searched.format(word=number) for number in range(len(asked.search))]
    source = kind.folded if asked.search and kind.folded else kind.source
    statement = kind.hits.format(source=source, where=" AND ".join(where))
    connection.execute(f"CREATE OR REPLACE TEMP TABLE hit AS {statement}", values)
    return chosen, concepts, *_apart(connection, kind, asked, chosen)


def _fixed(fixed: Mapping[str, str]) -> tuple[list[str], dict[str, Any]]:
    """Return the conditions of columns that have one value, and these values."""
    where = ["true", *(f"{name} = $fixed{number}" for number, name in enumerate(fixed))]
    return where, {f"fixed{number}": value for number, value in enumerate(fixed.values())}


def _searched(connection: duckdb.DuckDBPyConnection, kind: Kind, fixed: Mapping[str, str]) -> int:
    """Return how many rows have the fixed columns, whatever else they are narrowed by."""
    where, values = _fixed(fixed)
    statement = kind.hits.format(source=kind.source, where=" AND ".join(where))
    return int(row(connection, f"SELECT count(*) AS n FROM ({statement})", values)["n"])  # noqa: S608 - our own words


def _found(connection: duckdb.DuckDBPyConnection, kind: Kind, chosen: _Chosen) -> int:
    """Return how many hits have the chosen words of facets."""
    statement = f"SELECT count(*) AS n FROM hit WHERE {_kept(kind, chosen)}"  # noqa: S608 - our own words
    return int(row(connection, statement, _values(chosen))["n"])


def _page(
    library: Library,
    kind: Kind,
    asked: Asked,
    chosen: _Chosen,
    places: tuple[int, int],
    columns: str,
) -> tuple[str, dict[str, Any]]:
    """Return the statement, with its values, of the rows at these places of the order."""
    order, values = kind.orders[asked.one("sort", tuple(kind.orders))], _values(chosen)
    if kind.nearest and not asked.text("sort") and (exact := library.exact(asked.text("q"))):
        order, values = f"{kind.nearest}, {order}", values | {"exact": list(exact)}
    page = (
        f"SELECT *, row_number() OVER (ORDER BY {order}) AS place FROM ("  # noqa: S608 - our own words
        f"SELECT * FROM hit WHERE {_kept(kind, chosen)} ORDER BY {order} "
        f"LIMIT {places[1] - places[0]:d} OFFSET {places[0]:d})"
    )
    if kind.at_hand and columns == kind.shown:
        return f"SELECT {kind.at_hand} FROM ({page}) ORDER BY place", values  # noqa: S608 - our own words
    return f"WITH page AS ({page}) {kind.rows.format(columns=columns)}", values


def _values(chosen: _Chosen, but: str = "") -> dict[str, Any]:
    return {name: list(words) for name, words in chosen.items() if words and name != but}


def _kept(kind: Kind, chosen: _Chosen, but: str = "") -> str:
    """Return the condition of the chosen words of all facets but one."""
    return " AND ".join(
        ["true", *(one.condition for one in kind.facets if chosen[one.name] and one.name != but)]
    )


def _apart(
    connection: duckdb.DuckDBPyConnection, kind: Kind, asked: Asked, chosen: _Chosen
) -> tuple[int, int]:
    """Take from the hits what is listed only when asked for; return how many of both sorts facets leave."""
    if not kind.rarely:
        return 0, 0
    least = least_of(asked)
    related = bool(asked.text("related"))
    apart = "true" if related else kind.apart
    found = row(
        connection,
        f"SELECT count(*) FILTER (NOT {kind.rarely}) AS rarer, "  # noqa: S608 - our own words
        f"count(*) FILTER ({kind.rarely} AND NOT ({apart})) AS related "
        f"FROM hit WHERE {_kept(kind, chosen)}",
        {"least": least} | _values(chosen),
    )
    connection.execute(f"DELETE FROM hit WHERE NOT ({kind.rarely} AND {apart})", {"least": least})  # noqa: S608 - our own words
    return found["rarer"], found["related"]


def least_of(asked: Asked) -> int:
    """Return how many independent articles a pair has at least."""
    return asked.number("least", 1, 1_000_000) or PAIR_LEAST


def _choices(
    connection: duckdb.DuckDBPyConnection,
    kind: Kind,
    facet: Facet,
    chosen: _Chosen,
    asked: Asked,
) -> Choices:
    value = f"unnest({facet.name})" if facet.listed else facet.name
    kept = _kept(kind, chosen, facet.name)
    counted = rows(
        connection,
        f"SELECT word, count(*) AS n FROM (SELECT {value} AS word FROM hit WHERE {kept}) "  # noqa: S608 - our own words
        "WHERE word IS NOT NULL GROUP BY word",
        _values(chosen, facet.name),
    )
    counts = {one["word"]: one["n"] for one in counted}
    known = [word for word in facet.words if facet.whole or word in counts or word in chosen[facet.name]]
    known.sort(key=lambda word: (word not in chosen[facet.name], -counts.get(word, 0)))
    shown = known[:_SHOWN]
    words = tuple(
        Choice(word, counts.get(word, 0), word in chosen[facet.name], asked.toggled(facet.name, word))
        for word in shown
    )
    return Choices(facet, words, len(known) - len(shown))
