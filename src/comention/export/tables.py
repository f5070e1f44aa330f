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
from comention.files.atomic import json_text
from comention.files.outputs import Output, put
from comention.schemas import DATASETS
from comention.snapshots.snapshot import Snapshot

_BATCH = 4096  # rows in memory at once


def lines(snapshot: Snapshot, name: str, form: str, *, spreadsheet_safe: bool = False) -> Iterator[str]:
    """Yield the lines of a dataset of a snapshot, with their ends; `form` is csv, tsv or jsonl.

    `spreadsheet_safe` keeps a spreadsheet from taking a text for a formula. Raises UsageError for a dataset
    that is not there, MalformedError for one that is damaged.
    """
    found = rows(snapshot, name)
    if form == "jsonl":
        return (json_text(row) + "\n" for row in found)
    separator = "\t" if form == "tsv" else ","
    columns = DATASETS[name].schema.names
    return delimited.lines(found, columns, separator, spreadsheet_safe=spreadsheet_safe)


def rows(snapshot: Snapshot, name: str, columns: list[str] | None = None) -> Iterator[dict[str, Any]]:
    """Return the rows of a dataset, read as they are asked for; raises MalformedError where it is damaged."""
    return _rows(snapshot, snapshot.file(name), columns)


def _rows(snapshot: Snapshot, path: Path, columns: list[str] | None) -> Iterator[dict[str, Any]]:
    try:
        with pq.ParquetFile(path) as file:
            for batch in file.iter_batches(_BATCH, columns=columns):
                yield from batch.to_pylist()
    except FileNotFoundError:
        raise snapshot.gone(path) from None
    except (OSError, pa.ArrowInvalid) as error:
        raise MalformedError(f"{path} cannot be read ({error}): run again to publish anew") from None


def copy(snapshot: Snapshot, name: str, out: Output) -> None:
    """Copy a dataset's Parquet file, byte by byte."""
    path = snapshot.file(name)
    try:
        file = path.open("rb")
    except FileNotFoundError:
        raise snapshot.gone(path) from None
    with file:
        put(out, lambda stream: shutil.copyfileobj(file, stream))
