"""Ranges of PMIDs: all rows come back in order, and files are those that a whole table makes."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from comention.files.atomic import write_parquet
from comention.stages.ranges import Ranges, RowGroups
from tests.support.properties import examples

_SCHEMA = pa.schema([("pmid", pa.int64()), ("text", pa.string()), ("list", pa.list_(pa.string()))])


def table(pmids: list[int]) -> pa.Table:
    rows = [{"pmid": p, "text": f"{p}/{n}", "list": [str(p)] * (p % 3)} for n, p in enumerate(pmids)]
    return pa.Table.from_pylist(rows, _SCHEMA)


@given(st.lists(st.lists(st.integers(1, 30))), st.integers(1, 9))
@examples(50)
def test_rows_come_back_in_ranges(
    tmp_path_factory: pytest.TempPathFactory, shards: list[list[int]], size: int
) -> None:
    pmids = sorted({pmid for shard in shards for pmid in shard})
    path = tmp_path_factory.mktemp("ranges") / "rows"
    with Ranges(path, _SCHEMA, np.array(pmids, np.int64), size) as found:
        for shard in shards:
            found.add(table(shard))
        parts = list(found.read())
        columns = pa.concat_tables([_SCHEMA.empty_table().select(["text"]), *found.read(["text"])])
    assert [sorted(set(part["pmid"].to_pylist())) for part in parts if part.num_rows] == [
        pmids[at : at + size] for at in range(0, len(pmids), size)
    ]
    every = pa.concat_tables([_SCHEMA.empty_table(), *map(table, shards)])
    assert sorted(columns["text"].to_pylist()) == sorted(every["text"].to_pylist())
    for pmid in pmids:
        texts = [row["text"] for part in parts for row in part.to_pylist() if row["pmid"] == pmid]
        assert texts == [row["text"] for row in every.to_pylist() if row["pmid"] == pmid]


class Crowded:
    """A writer that lets other threads go first in the midst of a batch, and counts who is in it."""

    def __init__(self, writer: Any) -> None:
        self._writer, self._inside, self.most = writer, 0, 0

    def write_batch(self, batch: pa.RecordBatch) -> None:
        self._inside += 1
        self.most = max(self.most, self._inside)
        time.sleep(0.001)
        self._writer.write_batch(batch)
        self._inside -= 1

    def close(self) -> None:
        self._writer.close()


def test_threads_may_add_rows_side_by_side(tmp_path: Path) -> None:
    shards = [[*range(first, 400, 20)] for first in range(20)]
    every = np.arange(400)
    with Ranges(tmp_path / "rows", _SCHEMA, every, 30) as found, ThreadPoolExecutor(8) as pool:
        found._writer = crowded = Crowded(found._writer)
        assert len([*pool.map(found.add, map(table, shards))]) == 20
        parts = list(found.read())
    assert crowded.most == 1
    assert [sorted(part["pmid"].to_pylist()) for part in parts] == [
        every[at : at + 30].tolist() for at in range(0, 400, 30)
    ]


@pytest.mark.parametrize("sizes", [[], [0], [7], [10], [3, 3, 3, 3], [25, 1], [20], [9, 1, 10]])
def test_files_are_those_of_the_whole_table(
    tmp_path: Path, sizes: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("comention.files.atomic.ROW_GROUP", 10)
    begins = np.cumsum([0, *sizes]).tolist()
    parts = [table([*range(begin, begin + size)]) for begin, size in zip(begins, sizes, strict=False)]
    with RowGroups(tmp_path / "parts", _SCHEMA, 10) as file:
        for part in parts:
            file.write(part)
    write_parquet(tmp_path / "whole", pa.concat_tables([_SCHEMA.empty_table(), *parts]).combine_chunks())
    assert file.rows == sum(sizes)
    assert (tmp_path / "parts").read_bytes() == (tmp_path / "whole").read_bytes()
