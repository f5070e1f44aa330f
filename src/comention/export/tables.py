"""A published dataset as CSV, TSV, JSON Lines or Parquet, row by row: a dataset of any size."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from comention.errors import MalformedError
from comention.export import delimited
from comention.files import write_atomic
from comention.schemas import DATASETS
from comention.snapshots.snapshot import dataset_path

_BATCH = 4096  # rows in memory at once


def lines(workdir: Path, name: str, form: str) -> Iterator[str]:
    """Yield the lines of a dataset of the latest snapshot, with their ends; `form` is csv, tsv or jsonl.

    Raises UsageError for a dataset that is not there, MalformedError for one that is damaged.
    """
    path = dataset_path(workdir, name)
    found = rows(path)
    if form == "jsonl":
        return (delimited.json_text(row) + "\n" for row in found)
    return delimited.lines(found, DATASETS[name].schema.names, "\t" if form == "tsv" else ",")


def rows(path: Path, columns: list[str] | None = None) -> Iterator[dict[str, Any]]:
    """Yield the rows of a Parquet file; raises MalformedError where it is damaged."""
    try:
        with pq.ParquetFile(path) as file:
            for batch in file.iter_batches(_BATCH, columns=columns):
                yield from batch.to_pylist()
    except (OSError, pa.ArrowInvalid) as error:
        raise MalformedError(f"{path} cannot be read ({error}): run again to publish anew") from None


def copy(workdir: Path, name: str, out: Path) -> None:
    """Copy a dataset's Parquet file, byte by byte."""
    path = dataset_path(workdir, name)
    write_atomic(out, lambda temporary: _copied(path, temporary))


def _copied(path: Path, temporary: Path) -> None:
    shutil.copyfile(path, temporary)
