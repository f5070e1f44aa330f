"""The process in which a visitor's SQL runs: `python -m comention.explorer.fence`, an order on its input.

DuckDB itself is told to read nothing but the datasets (:func:`comention.snapshots.tables.fenced`), one
statement is taken that is a query, and the system forbids the process to write to any file.
"""

from __future__ import annotations

import json
import math
import resource
import sys
import threading
from datetime import date, time
from pathlib import Path
from typing import Any

import duckdb

from comention.files.atomic import json_text
from comention.snapshots.tables import fenced

_AGAIN = 0.05


def limited(seconds: float) -> None:
    """Forbid this process to write to a file, to leave a core, and to compute for much longer than asked."""
    processor = int(seconds) * 4 + 30
    for what, most in (
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_CPU, processor),
    ):
        _, hard = resource.getrlimit(what)
        least = most if hard == resource.RLIM_INFINITY else min(most, hard)
        resource.setrlimit(what, (least, least))


def answered(order: dict[str, Any]) -> dict[str, Any]:
    """Return the columns and rows of a query; else why it is `refused`, or what is `over` (time, memory)."""
    files = {name: Path(path) for name, path in order["files"].items()}
    over, done = threading.Event(), threading.Event()
    with fenced(files, order["memory"], 2) as connection:
        watcher = threading.Thread(
            target=_watch, args=(connection, order["seconds"], over, done), daemon=True, name="watch"
        )
        watcher.start()
        try:
            found = _rows(connection, order["statement"], order["rows"])
            if over.is_set():
                return {"over": f"the query took longer than {order['seconds']:g} seconds"}
        except duckdb.OutOfMemoryException:
            return {"over": f"the query needs more than {order['memory']} of memory"}
        except (duckdb.Error, RuntimeError, ValueError, OverflowError) as error:
            if over.is_set():
                return {"over": f"the query took longer than {order['seconds']:g} seconds"}
            return {"refused": _first_lines(str(error))}
        finally:
            done.set()
            watcher.join()
    return found


def _watch(
    connection: duckdb.DuckDBPyConnection, seconds: float, over: threading.Event, done: threading.Event
) -> None:
    if done.wait(seconds):
        return
    over.set()
    while not done.wait(_AGAIN):
        connection.interrupt()


def _rows(connection: duckdb.DuckDBPyConnection, statement: str, most: int) -> dict[str, Any]:
    statements = connection.extract_statements(statement)
    if len(statements) != 1:
        return {"refused": f"{len(statements)} statements: give one query"}
    if statements[0].type != duckdb.StatementType.SELECT:
        kind = statements[0].type.name
        return {"refused": f"{kind} is no query: SELECT, WITH, DESCRIBE or SHOW alone are answered"}
    asked = connection.execute(statements[0])
    columns = [str(column[0]) for column in asked.description or ()]
    rows = asked.fetchmany(most + 1)
    kept = [[_plain(value) for value in one] for one in rows[:most]]
    return {"columns": columns, "rows": kept, "more": len(rows) > most}


def _plain(value: Any) -> Any:
    """Return a value as JSON holds it; what JSON has no kind for as text."""
    if isinstance(value, dict):
        return {str(key): _plain(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(one) for one in value]
    if value is None or isinstance(value, str | bool | int):
        return value
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    return value.isoformat() if isinstance(value, date | time) else str(value)


def _first_lines(text: str) -> str:
    return " ".join(text.strip().split("\n\n", maxsplit=1)[0].split())[:600]


def main() -> None:
    """Read the order, answer as one JSON value on standard output."""
    order = json.loads(sys.stdin.buffer.read())
    limited(order["seconds"])
    found = answered(order)
    text = json_text(found).encode("utf-8", "replace")
    if len(text) > order["bytes"]:
        text = json_text({"over": f"the answer is larger than {order['bytes'] >> 20} MiB"}).encode()
    sys.stdout.buffer.write(text)
    sys.stdout.buffer.flush()


if __name__ == "__main__":
    main()
