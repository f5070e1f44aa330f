"""Published files as DuckDB reads them: the one place that opens them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import duckdb

from comention.errors import MalformedError


def select(path: Path, statement: str, values: Sequence[Any] = ()) -> list[dict[str, Any]]:
    """Return the rows of a query whose first parameter is a dataset's file, `values` being the others.

    Raises MalformedError where the file is absent or damaged.
    """
    return _answer(path, statement, [pattern(path), *values])


def pattern(path: Path) -> str:
    """Return a path as DuckDB takes it: a pattern that fits it alone, without wildcards."""
    wild = {"*": "[*]", "?": "[?]", "[": "[[]"}
    return "".join(wild.get(character, character) for character in str(path))


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
