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
from comention.files import json_text
from comention.outputs import Output, put
from comention.schemas import DATASETS
from comention.snapshots.snapshot import dataset_path

_BATCH = 4096  # rows in memory at once


def lines(workdir: Path, name: str, form: str, *, spreadsheet_safe: bool = False) -> Iterator[str]:
    """Yield the lines of a dataset of the latest snapshot, with their ends; `form` is csv, tsv or jsonl.

    `spreadsheet_safe` keeps a spreadsheet from taking a text for a formula. Raises UsageError for a dataset
    that is not there, MalformedError for one that is damaged.
    """
    path = dataset_path(workdir, name)
    found = rows(path)
    if form == "jsonl":
        return (json_text(row) + "\n" for row in found)
    separator = "\t" if form == "tsv" else ","
    columns = DATASETS[name].schema.names
    return delimited.lines(found, columns, separator, spreadsheet_safe=spreadsheet_safe)


def rows(path: Path, columns: list[str] | None = None) -> Iterator[dict[str, Any]]:
    """Yield the rows of a Parquet file; raises MalformedError where it is damaged."""
    try:
        with pq.ParquetFile(path) as file:
            for batch in file.iter_batches(_BATCH, columns=columns):
                yield from batch.to_pylist()
    except (OSError, pa.ArrowInvalid) as error:
        raise MalformedError(f"{path} cannot be read ({error}): run again to publish anew") from None


def copy(workdir: Path, name: str, out: Output) -> None:
    """Copy a dataset's Parquet file, byte by byte."""
    with dataset_path(workdir, name).open("rb") as file:
        put(out, lambda stream: shutil.copyfileobj(file, stream))
