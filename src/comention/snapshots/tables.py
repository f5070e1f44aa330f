"""Published files as DuckDB reads them: the one place that opens them."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import duckdb

from comention.errors import MalformedError
from comention.files import pattern
from comention.schemas import PUBLISHED, Dataset

Row = dict[str, Any]


def select(path: Path, statement: str, values: Sequence[Any] = ()) -> list[dict[str, Any]]:
    """Return the rows of a query whose first parameter is a dataset's file, `values` being the others.

    Raises MalformedError where the file is absent or damaged.
    """
    return _answer(path, statement, [pattern(path), *values])


def _answer(path: Path, statement: str, values: Any) -> list[dict[str, Any]]:
    try:
        with duckdb.connect() as database:
            found = database.execute(statement, values)
            names = [column[0] for column in found.description or ()]
            return [dict(zip(names, row, strict=True)) for row in found.fetchall()]
    except duckdb.Error as error:
        message = str(error).split("\n", maxsplit=1)[0]
        raise MalformedError(f"{path} cannot be read ({message}): run again to publish anew") from None


def select_named(path: Path, statement: str, values: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return the rows of a query with named parameters, `$path` being the dataset's file.

    Raises MalformedError where the file is absent or damaged.
    """
    return _answer(path, statement, {"path": pattern(path), **values})


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
        view = connection.read_parquet(pattern(path), hive_partitioning=False)
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
