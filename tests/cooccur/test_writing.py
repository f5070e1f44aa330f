"""Rows put among others: the file is that of all of them, however they are cut."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from comention.cooccur import writing
from comention.schemas import HIERARCHY

_ROWS = pa.table(
    {
        "concept_id": [f"d{number // 3:02}" for number in range(60)],
        "ancestor_id": [f"a{number % 3}" for number in range(60)],
        "ancestor_name": ["name"] * 60,
        "ancestor_type": ["disease"] * 60,
        "steps": pa.array(range(60), pa.int32()),
    }
).cast(HIERARCHY.schema)


@pytest.mark.parametrize("others", [[], range(60), [0, 1, 2], [57, 58, 59], [0, 7, 8, 30, 59]])
@pytest.mark.parametrize("cut", [1, 7, 60])
def test_merged_rows_are_those_of_both_in_order(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, others: list[int], cut: int
) -> None:
    monkeypatch.setattr(writing, "ROWS", 16)
    mine = _cut([number for number in range(60) if number not in others], cut)
    further = _cut([*others], cut)
    path = tmp_path / "hierarchy.parquet"
    assert writing.merge(mine, further, HIERARCHY, path) == 60
    assert pq.read_table(path).equals(_ROWS)
    found = pq.read_metadata(path)
    assert [found.row_group(n).num_rows for n in range(found.num_row_groups)] == [16, 16, 16, 12]


def _cut(rows: list[int], size: int) -> list[pa.Table]:
    return [_ROWS.take(rows[begin : begin + size]) for begin in range(0, len(rows), size)]
