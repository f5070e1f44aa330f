"""The datasets of a snapshot in DuckDB: the one place that opens published files there."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Mapping
from typing import Any

import duckdb

from comention.errors import ComentionError, MalformedError
from comention.files.opening import is_there, view_parquet
from comention.schemas import DATASETS, PAIRS, PUBLISHED
from comention.snapshots.manifest import way_on
from comention.snapshots.snapshot import Snapshot

Row = dict[str, Any]

_GRADES = ", ".join(f"'{grade}'" for grade in PAIRS.column("grade").values)
#: The default order of pairs: by grade, then by how high the odds ratio surely is. Neither alone will do: the
#: highest bounds rest on two articles each and do not come again in another sample of articles.
SUREST = f"list_position([{_GRADES}], grade), log_odds_low DESC NULLS LAST, articles DESC, a_id, b_id"
#: Pairs that listings leave out where nothing else is asked for: of a concept and one above it.
UNRELATED = "relatedness <> 'ancestor'"


@contextlib.contextmanager
def opened(snapshot: Snapshot, *names: str) -> Iterator[duckdb.DuckDBPyConnection]:
    """Open datasets of a snapshot, all where none is named: each is a view of its name.

    Raises MalformedError where one is absent, damaged or without a column, and StorageError where the whole
    snapshot is removed in the meantime.
    """
    with duckdb.connect() as connection:
        for name in names or [dataset.name for dataset in PUBLISHED]:
            _open(connection, snapshot, name, view=name)
        try:
            yield connection
        except duckdb.Error as error:
            raise _damaged(snapshot, "a dataset of", error) from error


@contextlib.contextmanager
def opened_both(old: Snapshot, new: Snapshot, *names: str) -> Iterator[duckdb.DuckDBPyConnection]:
    """Open datasets of two snapshots as views `old_NAME` and `new_NAME`; raises what :func:`opened` does."""
    with duckdb.connect() as connection:
        for side, snapshot in (("old", old), ("new", new)):
            for name in names:
                _open(connection, snapshot, name, view=f"{side}_{name}")
        try:
            yield connection
        except duckdb.Error as error:
            gone = next((one for one in (old, new) if not is_there(one.path)), new)
            raise _damaged(gone, f"a dataset of {old.path}, or", error) from error


def _open(connection: duckdb.DuckDBPyConnection, snapshot: Snapshot, name: str, *, view: str) -> None:
    path = snapshot.file(name)
    try:
        found = view_parquet(connection, [path])
        missing = sorted({column.name for column in DATASETS[name].columns} - set(found.columns))
        if missing:
            raise MalformedError(f"{path} has no column {', '.join(missing)}: {way_on(snapshot.path)}")
        found.create_view(view)
    except duckdb.Error as error:
        raise _damaged(snapshot, f"{path.name} of", error) from error


def _damaged(snapshot: Snapshot, what: str, error: duckdb.Error) -> ComentionError:
    if not is_there(snapshot.path):
        return snapshot.gone(snapshot.path)
    reason = str(error).strip().split("\n", maxsplit=1)[0]
    return MalformedError(f"{what} {snapshot.path} cannot be read ({reason}): {way_on(snapshot.path)}")


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


def select(
    snapshot: Snapshot, names: tuple[str, ...], query: str, values: Mapping[str, Any] | None = None
) -> list[Row]:
    """Return the rows of one query to the named datasets; raises what :func:`opened` does."""
    with opened(snapshot, *names) as connection:
        return rows(connection, query, values)
