"""A snapshot as views of an in-memory DuckDB, one for each dataset, under the dataset's name."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import duckdb

from comention.errors import MalformedError
from comention.schemas import PUBLISHED, Dataset

Row = dict[str, Any]


@contextlib.contextmanager
def opened(folder: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """Open the datasets of a snapshot folder; raises MalformedError where one is absent or damaged."""
    with duckdb.connect() as connection:
        for dataset in PUBLISHED:
            _open(connection, dataset, folder / f"{dataset.name}.parquet")
        try:
            yield connection
        except duckdb.Error as error:
            raise _damaged(folder, error) from error


def _open(connection: duckdb.DuckDBPyConnection, dataset: Dataset, path: Path) -> None:
    try:
        view = connection.read_parquet(_literal(path), hive_partitioning=False)
        missing = sorted({column.name for column in dataset.columns} - set(view.columns))
        if missing:
            raise MalformedError(f"{path} has no column {', '.join(missing)}: run again to make it anew")
        view.create_view(dataset.name)
    except duckdb.Error as error:
        raise _damaged(path, error) from error


def _damaged(path: Path, error: duckdb.Error) -> MalformedError:
    reason = str(error).strip().split("\n", maxsplit=1)[0]
    return MalformedError(f"{path} cannot be read ({reason}): run again to make it anew")


def rows(
    connection: duckdb.DuckDBPyConnection, query: str, values: Mapping[str, Any] | None = None
) -> list[Row]:
    """Return the rows of a query by column name."""
    found = connection.execute(query, dict(values)) if values else connection.execute(query)
    names = [column[0] for column in found.description or ()]
    return [dict(zip(names, row, strict=True)) for row in found.fetchall()]


def row(connection: duckdb.DuckDBPyConnection, query: str, values: Mapping[str, Any] | None = None) -> Row:
    """Return the one row of an aggregate."""
    return rows(connection, query, values)[0]


def _literal(path: Path) -> str:
    """Return the path as a pattern that fits it alone: its own characters are no wildcards."""
    wild = {"*": "[*]", "?": "[?]", "[": "[[]"}
    return "".join(wild.get(character, character) for character in str(path))
