"""Rows of a query to a Parquet file: each stretch of them is assembled, conformed and written.

Memory does not grow with the number of rows: a stretch is one row group. Where there are two threads one is
written while the next is made and the one after it read; of wide rows two stretches at a time are enough.
"""

from __future__ import annotations

import functools
from bisect import bisect
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from comention.cooccur.stretches import threads
from comention.errors import ContractError
from comention.schemas import Dataset, conform
from comention.schemas.model import Order

#: Rows of one row group: what is held in memory at a time.
ROWS = 1 << 18

#: Bytes of a stretch beside which no other is made.
_WIDE = 1 << 26

Assemble = Callable[[pa.Table], pa.Table]


def write(
    connection: duckdb.DuckDBPyConnection,
    queries: Iterable[str],
    dataset: Dataset,
    assemble: Assemble,
    path: Path,
) -> int:
    """Write the rows of the queries, assembled and conformed, as zstd Parquet; return how many there are.

    Rows come one query after the other, each of which sorts as the dataset does: of many, each needs the
    memory of its rows alone. Raises ContractError where rows are not sorted, or where a stretch of them does
    not conform.
    """
    with pq.ParquetWriter(path, dataset.schema, compression="zstd") as writer:
        file = _Rows(writer, dataset, assemble)
        if threads(connection) > 1:
            _write_beside(file, stretches(_batches(connection, queries)))
        else:
            for stretch in stretches(_batches(connection, queries)):
                file.put(file.made(stretch))
    return file.rows


def _write_beside(file: _Rows, found: Iterable[pa.Table]) -> None:
    """Write the stretches: while one is put into the file the next is made, and the one after it read."""
    with ThreadPoolExecutor(1) as making, ThreadPoolExecutor(1) as putting:
        made: Future[pa.Table] | None = None
        put: Future[None] | None = None
        for stretch in found:
            if made is not None:
                ready = made.result()
                if put is not None:
                    put.result()
                put = putting.submit(file.put, ready)
                if ready.nbytes > _WIDE:
                    put.result()
                del ready
            made = making.submit(file.made, stretch)
            del stretch  # what is made of it need not keep it while the next is read
        if put is not None:
            put.result()
        if made is not None:
            file.put(made.result())


class _Rows:
    """The rows of a file, of which `rows` are written."""

    def __init__(self, writer: pq.ParquetWriter, dataset: Dataset, assemble: Assemble) -> None:
        self.rows = 0
        self._writer, self._dataset, self._assemble = writer, dataset, assemble
        self._last: pa.Table | None = None

    def made(self, stretch: pa.Table) -> pa.Table:
        """Return rows assembled and conformed."""
        return conform(self._assemble(stretch), self._dataset)

    def put(self, table: pa.Table) -> None:
        """Write rows that follow those before."""
        if self._last is not None:
            _check_follows(self._last, table.slice(0, 1), self._dataset)
        self._writer.write_table(table, row_group_size=ROWS)
        self.rows += table.num_rows
        self._last = table.take([table.num_rows - 1])  # a copy: a slice would keep the whole


def _batches(connection: duckdb.DuckDBPyConnection, queries: Iterable[str]) -> Iterator[pa.RecordBatch]:
    for query in queries:
        yield from connection.sql(query).to_arrow_reader(ROWS)


def stretches(reader: Iterable[pa.RecordBatch]) -> Iterator[pa.Table]:
    """Cut into tables of ROWS rows and a rest: DuckDB's own batches would show in the files."""
    return _row_groups(pa.Table.from_batches([batch]) for batch in reader)


def _row_groups(tables: Iterable[pa.Table]) -> Iterator[pa.Table]:
    """Cut into tables of ROWS rows, each in one piece, and a rest."""
    held: list[pa.Table] = []
    size = 0
    for table in tables:
        held.append(table)
        size += table.num_rows
        del table
        while size >= ROWS:
            size -= ROWS
            last = held.pop()
            kept = last.num_rows - size
            held.append(last.slice(0, kept))
            rest = [last.slice(kept)] if size else []
            del last
            yield _in_one(held)
            held = rest
    if size:
        yield _in_one(held)


def _in_one(tables: list[pa.Table]) -> pa.Table:
    """Return the rows of tables in one piece, and empty the list: nobody then holds them twice."""
    whole = pa.concat_tables(tables)
    tables.clear()
    return whole.combine_chunks()


def merge(tables: Iterable[pa.Table], others: Iterable[pa.Table], dataset: Dataset, path: Path) -> int:
    """Write rows and others, each sorted and conforming, as :func:`write` does; return how many there are.

    No key may be in both: it is not looked for. Tables should be small, since some are held in memory.
    """
    among = _Among(others, dataset.order)
    rows = 0
    with pq.ParquetWriter(path, dataset.schema, compression="zstd") as writer:
        for table in _row_groups(among.merged(tables)):
            writer.write_table(table, row_group_size=ROWS)
            rows += table.num_rows
    return rows


class _Among:
    """Rows in tables, sorted by `order`, that are given out as far as others have come."""

    def __init__(self, tables: Iterable[pa.Table], order: list[tuple[str, Order]]) -> None:
        self._tables, self._order = iter(tables), order
        self._next = next(self._tables, None)

    def merged(self, tables: Iterable[pa.Table]) -> Iterator[pa.Table]:
        """Yield tables with the rows that belong before the last of each, then the rows that are left."""
        for table in tables:
            yield self._upto_last(table)
        while self._next is not None:
            yield self._next
            self._next = next(self._tables, None)

    def _upto_last(self, table: pa.Table) -> pa.Table:
        last, found = self._key(table, table.num_rows - 1), [table]
        while self._next is not None:
            rows = self._next
            before = bisect(range(rows.num_rows), last, key=functools.partial(self._key, rows))
            found.append(rows.slice(0, before))
            if before < rows.num_rows:
                self._next = rows.slice(before)
                break
            self._next = next(self._tables, None)
        return pa.concat_tables(found).sort_by(self._order) if len(found) > 1 else table

    def _key(self, rows: pa.Table, row: int) -> tuple[Any, ...]:
        values = [(rows.column(name)[row].as_py(), way) for name, way in self._order]
        return tuple(-value if way == "descending" else value for value, way in values)


def _check_follows(last: pa.Table, first: pa.Table, dataset: Dataset) -> None:
    """Conforming sees one stretch at a time; the order has to hold across them too."""
    both = pa.concat_tables([last, first])
    keys = both.select(list(dataset.key)).to_pylist()
    if keys[0] == keys[1] or both.sort_by(dataset.order).slice(0, 1) != last:
        raise ContractError(f"dataset {dataset.name} is not sorted: {keys[1]} comes after {keys[0]}")
