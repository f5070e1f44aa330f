"""Tables in stretches of articles, as arrays of whole numbers: what a step holds in memory at a time."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import duckdb
import numpy as np
import numpy.typing as npt
import pyarrow as pa

from comention.cooccur.assembly import Integers, columns_of

#: Rows that DuckDB puts into one row group of a table.
_BATCH = 122_880

Columns = dict[str, npt.NDArray[Any]]

_BOUNDS = """
SELECT min(article) AS first, max(article) AS last
FROM (SELECT article, sum({size}) OVER (ORDER BY article) // {most} AS stretch
      FROM (SELECT article, count(*) AS n FROM {rows} GROUP BY article))
GROUP BY stretch ORDER BY first
"""

_APPEND = "INSERT INTO {table} ({columns}) SELECT {columns} FROM appended"


def bounds(connection: duckdb.DuckDBPyConnection, rows: str, size: str, most: int) -> Iterator[str]:
    """Cut the articles of a table into stretches that each sum up to about `most`.

    `size` is what an article of `n` rows adds, in SQL. One with more than `most` is not cut. Yields a
    condition on `article` for each stretch, from the first to the last.
    """
    found = columns_of(connection, _BOUNDS.format(rows=rows, size=size, most=most))
    for first, last in zip(found["first"].tolist(), found["last"].tolist(), strict=True):
        yield f"article BETWEEN {first} AND {last}"


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
