"""SQL of a visitor's own, in a process of its own that can read the datasets and nothing else."""

from __future__ import annotations

import itertools
import json
import os
import subprocess
import sys
import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from comention.errors import ComentionError, UsageError
from comention.schemas import PUBLISHED, SURE
from comention.snapshots.snapshot import Snapshot
from comention.snapshots.tables import TooLongError

#: Characters of a query; rows of a page and of a download; seconds; memory; bytes of an answer.
LONGEST, ROWS, DOWNLOADED, SECONDS, MEMORY, BYTES = 4_000, 200, 20_000, 10, "1GB", 16 << 20
#: Queries at once, and seconds for which a further one waits.
_AT_ONCE, _PATIENCE = threading.BoundedSemaphore(2), 5.0
# What a process needs of the environment; no setting and no secret.
_ENVIRONMENT = ("PATH", "PYTHONPATH", "LANG", "LC_ALL", "LD_LIBRARY_PATH", "TZ")
_STARTING = 20.0  # seconds in which a process begins on a loaded machine

#: What there is to begin with.
EXAMPLES = (
    "SELECT a_name, b_name, articles, grade, claim FROM pairs WHERE grade = 'strong' AND b_type = 'drug' "
    "ORDER BY articles DESC LIMIT 50",
    "SELECT year, count(*) AS articles, count(*) FILTER (list_contains(study, 'randomised trial')) AS trials "
    "FROM articles GROUP BY year ORDER BY year",
    "SELECT claim, certainty, count(*) AS sentences FROM claims WHERE claim <> 'none' "  # noqa: S608 - a number of ours
    f"AND score >= {SURE}::FLOAT GROUP BY ALL ORDER BY sentences DESC",
    "DESCRIBE pairs",
)


@dataclass(frozen=True, slots=True)
class Answer:
    """The first rows of a query; `more` where there are further ones."""

    columns: tuple[str, ...]
    rows: tuple[tuple[Any, ...], ...]
    more: bool

    def dicts(self) -> Iterator[dict[str, Any]]:
        """Yield the rows by column name."""
        for one in self.rows:
            yield dict(zip(self.columns, one, strict=True))


def ask(snapshot: Snapshot, statement: str, most: int, *, seconds: float = SECONDS) -> Answer:
    """Return at most so many rows of one query to the datasets.

    Raises UsageError for what is no single query, or one that DuckDB refuses, TooLongError where its time,
    its memory or the size of its answer is over.
    """
    if len(statement) > LONGEST:
        raise UsageError(f"the query is {len(statement):,} characters long: {LONGEST:,} at most")
    order = {
        "statement": statement,
        "rows": most,
        "seconds": seconds,
        "memory": MEMORY,
        "bytes": BYTES,
        "files": {one.name: str(snapshot.file(one.name)) for one in PUBLISHED},
    }
    if not _AT_ONCE.acquire(timeout=_PATIENCE):
        raise TooLongError("two queries are running already: ask again when they are done")
    try:
        found = _asked(json.dumps(order), seconds)
    finally:
        _AT_ONCE.release()
    if "refused" in found:
        raise UsageError(str(found["refused"]))
    if "over" in found:
        raise TooLongError(str(found["over"]))
    return Answer(unique(found["columns"]), tuple(map(tuple, found["rows"])), bool(found["more"]))


def unique(names: Sequence[str]) -> tuple[str, ...]:
    """Return names of columns, each once: of equal ones the second has `_2` behind it, the third `_3`."""
    taken, found = set(names), dict[str, None]()
    numbers = {name: itertools.count(2) for name in names}
    for name in names:
        own = name
        while own in found or (own != name and own in taken):
            own = f"{name}_{next(numbers[name])}"
        found[own] = None
    return tuple(found)


def _asked(order: str, seconds: float) -> dict[str, Any]:
    """Let a process of its own answer; it is ended when its time is over."""
    command = [sys.executable, "-P", "-m", "comention.explorer.fence"]
    environment = {name: os.environ[name] for name in _ENVIRONMENT if name in os.environ}
    try:
        done = subprocess.run(  # noqa: S603 - our own module
            command,
            input=order.encode(),
            capture_output=True,
            timeout=seconds + _STARTING,
            env=environment,
            cwd="/",
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise TooLongError(f"the query took longer than {seconds:g} seconds") from None
    try:
        found = json.loads(done.stdout)
    except ValueError:
        found = None
    if done.returncode or not isinstance(found, dict):
        raise ComentionError(f"the query ended its process ({done.returncode}): ask something else")
    return found
