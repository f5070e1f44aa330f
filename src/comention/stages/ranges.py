"""Rows of many shards put into the order of PMIDs, in the memory of one range of them.

Each shard's rows are cut at the same PMIDs and written aside; read back, a range has the rows of all shards
between two of these.
"""

from __future__ import annotations

import itertools
import os
import threading
from collections.abc import Iterator, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.parquet as pq

from comention.files.atomic import ROW_GROUP

#: Articles of a range: about 10 KB each with their sentences and mentions, some of it twice.
ARTICLES = 5000

Numbers = npt.NDArray[np.int64]


class Ranges:
    """Rows that are written in any order of PMIDs and read in ranges of them.

    `pmids` are all that may come, in order. Use it as a context; the file at `path` is the caller's to
    remove. Several threads may add rows.
    """

    def __init__(self, path: Path, schema: pa.Schema, pmids: Numbers, size: int = ARTICLES) -> None:
        self._path, self._schema = path, schema
        self._begins = pmids[size::size]
        self._batches: list[list[int]] = [[] for _ in range(self._begins.size + 1)]
        self._written = 0
        self._lock = threading.Lock()
        self._writer = pa.ipc.new_file(path, schema)

    def __enter__(self) -> Ranges:
        return self

    def __exit__(self, *_: type[BaseException] | BaseException | TracebackType | None) -> None:
        self._writer.close()

    def add(self, rows: pa.Table) -> None:
        """Write rows, which have a column `pmid`; those of one PMID stay in their order."""
        pmids = rows["pmid"].to_numpy()
        if not (np.diff(pmids) >= 0).all():
            order = np.argsort(pmids, kind="stable")
            rows, pmids = rows.take(pa.array(order)), pmids[order]
        cuts = [0, *np.searchsorted(pmids, self._begins).tolist(), pmids.size]
        with self._lock:
            for number, (begin, end) in enumerate(itertools.pairwise(cuts)):
                if begin == end:
                    continue
                for batch in rows.slice(begin, end - begin).combine_chunks().to_batches():
                    self._writer.write_batch(batch)
                    self._batches[number].append(self._written)
                    self._written += 1

    def read(self, columns: Sequence[str] | None = None) -> Iterator[pa.Table]:
        """Yield the rows of each range, those of each shard together; nothing more can be added then."""
        self._writer.close()
        schema = self._schema
        options = pa.ipc.IpcReadOptions()
        if columns is not None:
            wanted = sorted(schema.get_field_index(name) for name in columns)
            options = pa.ipc.IpcReadOptions(included_fields=wanted)
            schema = pa.schema([schema.field(at) for at in wanted])
        with pa.OSFile(str(self._path)) as file:
            reader = pa.ipc.open_file(file, options=options)
            for numbers in self._batches:
                yield pa.Table.from_batches((reader.get_batch(n) for n in numbers), schema)


class RowGroups:
    """Writes tables one by one, as :func:`comention.files.atomic.write_parquet` would write them in one.

    A row group has as many rows as there, or `most`.
    """

    def __init__(self, path: Path, schema: pa.Schema, most: int = ROW_GROUP) -> None:
        self._path, self._most = path, most
        self._writer = pq.ParquetWriter(path, schema, compression="zstd")
        self._held: list[pa.Table] = [schema.empty_table()]
        self._size = 0
        self.rows = 0

    def __enter__(self) -> RowGroups:
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: Any) -> None:
        if kind is None and (self._size or not self.rows):
            self._write(self._size)
        self._writer.close()
        with self._path.open("rb") as file:
            os.fsync(file.fileno())

    def write(self, table: pa.Table) -> None:
        """Take the next rows; they are written when there are enough for a row group."""
        self._held.append(table)
        self._size += table.num_rows
        self.rows += table.num_rows
        while self._size >= self._most:
            self._write(self._most)

    def _write(self, size: int) -> None:
        table = pa.concat_tables(self._held)
        rest = table.slice(size)
        self._held, self._size = [rest], rest.num_rows
        # a column at a time, so that only one is in memory twice
        columns = table.slice(0, size).columns
        schema = table.schema
        del table
        for at in range(len(columns)):
            columns[at] = _in_one(columns[at])
        self._writer.write_table(pa.Table.from_arrays(columns, schema=schema), row_group_size=self._most)


def _in_one(column: pa.ChunkedArray[Any]) -> pa.ChunkedArray[Any]:
    return pa.chunked_array([column.combine_chunks()], column.type)
