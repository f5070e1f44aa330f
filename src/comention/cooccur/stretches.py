"""Tables in stretches of articles, as arrays of whole numbers: what a step holds in memory at a time."""

from __future__ import annotations

import contextlib
import functools
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any, TypeVar

import duckdb
import numpy as np
import numpy.typing as npt
import pyarrow as pa

from comention.cooccur.assembly import Integers, columns_of

#: Rows that DuckDB puts into one row group of a table.
_BATCH = 122_880

#: Stretches in memory at a time.
_MOST_THREADS = 4

#: Bits of a number beside its sign, and the highest number.
_BITS = 63
_HIGHEST = (1 << _BITS) - 1

Columns = dict[str, npt.NDArray[Any]]
Given = TypeVar("Given")
Found = TypeVar("Found")

_BOUNDS = """
SELECT min(key) AS first, max(key) AS last
FROM (SELECT key, sum({size}) OVER (ORDER BY key) // {most} AS stretch
      FROM (SELECT {key} AS key, count(*) AS n FROM {rows} GROUP BY ALL))
GROUP BY stretch ORDER BY first
"""

_FALLING = "SELECT articles, count(*) AS n FROM {table} GROUP BY articles ORDER BY articles DESC"

_APPEND = "INSERT INTO {table} ({columns}) SELECT {columns} FROM appended"


def bounds(
    connection: duckdb.DuckDBPyConnection,
    rows: str,
    size: str,
    most: int,
    key: str = "article",
    step: int = 1,
) -> Iterator[str]:
    """Cut the articles of a table, or what else `key` tells apart, into stretches of about `most`.

    `size` is what an article of `n` rows adds, in SQL. One with more than `most` is not cut, nor are keys
    between two multiples of `step`. Yields a condition on `key` for each stretch, from the first to the last.
    """
    query = _BOUNDS.format(rows=rows, size=size, most=most, key=f"{key} // {step}")
    found = columns_of(connection, query)
    for first, last in zip(found["first"].tolist(), found["last"].tolist(), strict=True):
        yield f"{key} BETWEEN {first * step} AND {last * step + step - 1}"


def falling(
    connection: duckdb.DuckDBPyConnection, table: str, most: int, key: str, step: int = 1
) -> Iterator[tuple[str, str]]:
    """Cut the rows of a table, those of most articles first, into stretches of about `most`.

    Yields two conditions for each, on `articles` and on `key`, by which rows of as many articles are cut
    where they are more.
    """
    counted = columns_of(connection, _FALLING.format(table=table))
    held: list[int] = []
    size = 0
    for articles, n in zip(counted["articles"].tolist(), counted["n"].tolist(), strict=True):
        if held and size + n > most:
            yield f"articles BETWEEN {held[-1]} AND {held[0]}", "true"
            held, size = [], 0
        if n > most:
            only = f"articles = {articles}"
            for part in bounds(connection, f"{table} WHERE {only}", "n", most, key, step):
                yield only, part
        else:
            held.append(articles)
            size += n
    if held:
        yield f"articles BETWEEN {held[-1]} AND {held[0]}", "true"


def each(
    connection: duckdb.DuckDBPyConnection,
    work: Callable[[duckdb.DuckDBPyConnection, str], None],
    conditions: Iterable[str],
) -> None:
    """Do the work for each stretch, on as many threads as DuckDB may use but four at most, in any order.

    Each has a connection of its own to the same database. The first error ends it and is raised.
    """
    most = min(threads(connection), _MOST_THREADS)

    def do(condition: str) -> None:
        with connection.cursor() as own:
            work(own, condition)

    with ThreadPoolExecutor(most) as pool:
        for _ in pool.map(do, conditions):
            pass


def in_turn(
    connection: duckdb.DuckDBPyConnection, work: Callable[[Given], Found], rows: Iterable[Given]
) -> Iterator[Found]:
    """Yield what the work makes of each item, in their order, on as many threads as DuckDB may use.

    No more items are taken than are worked on. The work does not ask the database.
    """
    most = threads(connection)
    with ThreadPoolExecutor(min(most, _MOST_THREADS)) as pool:
        begun = deque[Future[Found]]()
        for item in rows:
            begun.append(pool.submit(work, item))
            if len(begun) >= most:
                yield begun.popleft().result()
        while begun:
            yield begun.popleft().result()


@contextlib.contextmanager
def beside(
    connection: duckdb.DuckDBPyConnection, work: Callable[[duckdb.DuckDBPyConnection], Found]
) -> Iterator[Callable[[], Found]]:
    """Do work on the same database beside what the block does, where there are two threads.

    Gives what waits for its result; with one thread, what does the work.
    """
    with connection.cursor() as own, ThreadPoolExecutor(1) as pool:
        yield pool.submit(work, own).result if threads(connection) > 1 else functools.partial(work, own)


def threads(connection: duckdb.DuckDBPyConnection) -> int:
    """Return how many threads DuckDB may use."""
    return int(columns_of(connection, "SELECT current_setting('threads')::INTEGER AS n")["n"][0])


def append(connection: duckdb.DuckDBPyConnection, table: str, columns: Columns) -> None:
    """Add rows to a table that has these columns; none of a stretch are no error."""
    # in batches, which DuckDB takes in by several threads
    rows = pa.table(columns)
    batches = rows.to_batches(max_chunksize=_BATCH)
    connection.register("appended", pa.Table.from_batches(batches, rows.schema))
    connection.execute(_APPEND.format(table=table, columns=", ".join(columns)))
    connection.unregister("appended")


def starts(*keys: Integers) -> Integers:
    """Return where rows begin that differ from the one before in any key."""
    new = np.ones(keys[0].size, dtype=np.bool_)
    new[1:] = np.logical_or.reduce([key[1:] != key[:-1] for key in keys])
    return np.flatnonzero(new)


def in_order(*keys: Integers) -> Integers:
    """Return the rows in the order of keys, of which the first weighs most; each is from 0 to 2^63 - 1.

    Keys are put into one number where they fit, and the row itself too: numbers alone are sorted soonest.
    """
    row = np.arange(keys[0].size)
    lows, widths = _ranges(*keys, row)
    if sum(widths[:-1]) > _BITS:
        rows: Integers = np.lexsort(keys[::-1])
        return rows
    if sum(widths) > _BITS:
        return np.argsort(_packed(keys, lows[:-1], widths[:-1]))
    packed = _packed((*keys, row), lows, widths)
    packed.sort()
    packed &= (1 << widths[-1]) - 1
    return packed


def ordered(*keys: Integers) -> list[Integers]:
    """Return the keys of rows, each from 0 to 2^63 - 1, in the order of the rows that :func:`in_order` finds.

    Where they fit into one number together, no row needs to be looked up.
    """
    lows, widths = _ranges(*keys)
    if sum(widths) > _BITS:
        order = in_order(*keys)
        return [key[order] for key in keys]
    packed = _packed(keys, lows, widths)
    packed.sort()
    found = []
    for low, width in zip(reversed(lows), reversed(widths), strict=True):
        key = packed & (1 << width) - 1
        key += low
        found.append(key)
        packed >>= width
    return found[::-1]


def _ranges(*keys: Integers) -> tuple[list[int], list[int]]:
    """Return the lowest value of each key, and the bits that its values need above it."""
    lows = [int(key.min(initial=_HIGHEST)) for key in keys]
    highs = [int(key.max(initial=low)) for key, low in zip(keys, lows, strict=True)]
    return lows, [(high - low).bit_length() for high, low in zip(highs, lows, strict=True)]


def _packed(keys: Sequence[Integers], lows: Sequence[int], widths: Sequence[int]) -> Integers:
    """Return one number for each row: what each key has above its lowest value, side by side."""
    packed: Integers = keys[0] - lows[0]
    for key, low, width in zip(keys[1:], lows[1:], widths[1:], strict=True):
        packed <<= width
        packed += key
        packed -= low
    return packed
