"""The datasets of a snapshot in DuckDB: the one place that opens published files there."""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Collection, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextvars import ContextVar
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pyarrow.parquet as pq
from numpy.typing import NDArray

from comention.errors import ComentionError, MalformedError, TransientError, UsageError
from comention.files.arrays import numbers, taken
from comention.files.opening import is_there, open_database, view_parquet
from comention.schemas import DATASETS, NO_CLAIM, PAIRS, PUBLISHED, SURE
from comention.snapshots.manifest import way_on
from comention.snapshots.snapshot import Snapshot

Row = dict[str, Any]

_GRADES = ", ".join(f"'{grade}'" for grade in PAIRS.column("grade").values)
#: The default order of pairs: by grade, then by how high the odds ratio surely is. Neither alone will do: the
#: highest bounds rest on two articles each and do not come again in another sample of articles.
SUREST = f"list_position([{_GRADES}], grade), log_odds_low DESC NULLS LAST, articles DESC, a_id, b_id"
#: The same of `enrichment`.
ENRICHED = f"list_position([{_GRADES}], grade), odds_low DESC, concept_id"
#: Pairs that listings leave out where nothing else is asked for: of a concept and one above it.
UNRELATED = "relatedness <> 'ancestor'"
# The largest number of rows that DuckDB takes.
_MOST = 2**63 - 1
#: Rows of `claims c` that say something of two concepts, and count.
COUNTED = f"c.claim <> '{NO_CLAIM}' AND c.score >= {SURE}::FLOAT"


@contextlib.contextmanager
def opened(snapshot: Snapshot, *names: str) -> Iterator[duckdb.DuckDBPyConnection]:
    """Open datasets of a snapshot, all where none is named: each is a view of its name.

    Raises MalformedError where one is absent, damaged or without a column, and StorageError where the whole
    snapshot is removed in the meantime.
    """
    held = _ASKED.get()
    if held is not None and held[0] is snapshot:
        yield held[1]
        return
    wanted = names or [dataset.name for dataset in PUBLISHED]
    with ThreadPoolExecutor() as pool:  # checksums of large files, side by side
        for _ in pool.map(snapshot.file, wanted):
            pass
    with open_database() as connection:
        for name in wanted:
            _open(connection, snapshot, name, view=name)
        with _told(snapshot):
            yield connection


@contextlib.contextmanager
def _told(snapshot: Snapshot) -> Iterator[None]:
    """Raise what DuckDB says as an error of the snapshot."""
    try:
        yield
    except duckdb.Error as error:
        raise _damaged(snapshot, "a dataset of", error) from error


#: The snapshot that a server answers from, and the connection of the question that is being answered.
_ASKED: ContextVar[tuple[Snapshot, duckdb.DuckDBPyConnection] | None] = ContextVar("asked", default=None)
# Seconds between two looks at the time of a question; one that is over is told so each time.
_AGAIN = 0.05


class TooLongError(TransientError):
    """A question that was ended because its time was over, or that asked for too much memory."""


@dataclass(frozen=True, slots=True)
class Bounds:
    """What questions may take: seconds each, memory (as DuckDB writes it) and threads of all together."""

    seconds: float = 10.0
    memory: str = "2GB"
    threads: int = 2


class Held:
    """All datasets of a snapshot, opened once and asked by many threads: for a server.

    Questions of one thread come to the same connection, whichever function of this package asks them.
    """

    def __init__(self, snapshot: Snapshot, bounds: Bounds, spill: Path) -> None:
        """Open the datasets; what does not fit in memory goes to the folder `spill`.

        Raises what :func:`opened` does.
        """
        self.snapshot, self.bounds = snapshot, bounds
        self._clock = _Clock()
        self._connection = open_database(
            memory_limit=bounds.memory,
            threads=bounds.threads,
            temp_directory=str(spill),
            autoinstall_known_extensions=False,
            autoload_known_extensions=False,
        )
        for dataset in PUBLISHED:
            _open(self._connection, snapshot, dataset.name, view=dataset.name)

    @contextlib.contextmanager
    def asking(self, seconds: float | None = None) -> Iterator[duckdb.DuckDBPyConnection]:
        """Give a connection of one's own for one question, for so many seconds; those of the bounds.

        Raises TooLongError where its time or memory is over, and what :func:`opened` does.
        """
        limit = self.bounds.seconds if seconds is None else seconds
        with self._connection.cursor() as connection, self._clock.watching(connection, limit) as over:
            token = _ASKED.set((self.snapshot, connection))
            try:
                with _told(self.snapshot):
                    yield connection
            except ComentionError as error:
                if over.is_set() or isinstance(error.__cause__, duckdb.OutOfMemoryException):
                    raise TooLongError("the answer takes too long or too much memory") from error
                raise
            finally:
                _ASKED.reset(token)

    def keep(self, names: Sequence[str], seconds: float) -> None:
        """Copy datasets, in that time: from then on they are read from the tables `kept.NAME`.

        A row is then found in a millisecond by its number (`rowid`) or key, which takes a hundred in Parquet.
        Copies that do not fit in memory go to the folder `spill`. Raises what :meth:`asking` does.
        """
        with self.asking(seconds) as connection:
            connection.execute("CREATE SCHEMA IF NOT EXISTS kept")
            for name in names:
                connection.execute(f"CREATE TABLE IF NOT EXISTS kept.{name} AS FROM {name}")
                connection.execute(f"CREATE OR REPLACE VIEW {name} AS FROM kept.{name}")

    def end(self) -> None:
        """Let every question that is being answered end at once, with TooLongError."""
        self._clock.end()

    def close(self) -> None:
        """Let everything go."""
        self._clock.close()
        self._connection.close()


@dataclass(slots=True)
class _Watched:
    """A question that is being answered, and whether it was ended."""

    connection: duckdb.DuckDBPyConnection
    until: float
    over: threading.Event


class _Clock:
    """Interrupts questions whose time is over, or all of them; one thread for all questions.

    A thread for each would have to be begun and awaited for every answer, which takes longer than many an
    answer where the machine is busy.
    """

    def __init__(self) -> None:
        self._asked = list[_Watched]()
        self._change = threading.Condition()
        self._ended = self._closed = False
        self._thread = threading.Thread(target=self._run, daemon=True, name="clock")
        self._thread.start()

    @contextlib.contextmanager
    def watching(self, connection: duckdb.DuckDBPyConnection, seconds: float) -> Iterator[threading.Event]:
        """Interrupt a connection when these seconds are over; the event is set where that was done."""
        one = _Watched(connection, time.monotonic() + seconds, threading.Event())
        with self._change:
            self._asked.append(one)
            self._change.notify()
        try:
            yield one.over
        finally:
            with self._change:
                self._asked = [other for other in self._asked if other is not one]

    def end(self) -> None:
        """Interrupt what is being asked, and what will be."""
        with self._change:
            self._ended = True
            self._change.notify()

    def close(self) -> None:
        """End the thread."""
        with self._change:
            self._closed = True
            self._change.notify()
        self._thread.join()

    def _run(self) -> None:
        with self._change:
            while not self._closed:
                self._change.wait(_AGAIN if self._asked else None)
                now = time.monotonic()
                for one in self._asked:
                    if self._ended or now >= one.until:
                        one.over.set()
                        one.connection.interrupt()


def fenced(files: Mapping[str, Path], memory: str, threads: int) -> duckdb.DuckDBPyConnection:
    """Return a connection for SQL that somebody else has written: a view of each name, and nothing else.

    It reads the files of the views and no other, loads no extension, takes no variable of Python for a table,
    spills nowhere, and its settings stay as they are. Whoever executes something in it takes queries alone
    (`COPY` could write to a file that may be read). Raises duckdb.Error for a file that cannot be read.
    """
    connection = open_database(
        memory_limit=memory,
        threads=threads,
        max_temp_directory_size="0B",
        autoinstall_known_extensions=False,
        autoload_known_extensions=False,
        python_enable_replacements=False,
    )
    for name, path in files.items():
        view_parquet(connection, [path]).create_view(name)
    allowed = ", ".join("'" + str(path.absolute()).replace("'", "''") + "'" for path in files.values())
    connection.execute(f"SET allowed_paths = [{allowed}]")
    connection.execute("SET enable_external_access = false")
    connection.execute("SET lock_configuration = true")
    return connection


@contextlib.contextmanager
def opened_both(old: Snapshot, new: Snapshot, *names: str) -> Iterator[duckdb.DuckDBPyConnection]:
    """Open datasets of two snapshots as views `old_NAME` and `new_NAME`; raises what :func:`opened` does."""
    with open_database() as connection:
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


def first_of(limit: int | None) -> str:
    """Return the clause that ends a query after so many rows; nothing for None, which is all.

    Raises UsageError for a number below 0.
    """
    if limit is None:
        return ""
    if limit < 0:
        raise UsageError(f"limit {limit}: 0 is the least; None is all")
    return f"LIMIT {min(int(limit), _MOST)}"


def of_articles(
    snapshot: Snapshot, name: str, columns: Sequence[str], pmids: Collection[int]
) -> Iterator[tuple[Any, ...]]:
    """Yield these columns, `pmid` among them, of the rows with these PMIDs; the dataset is in their order.

    Of its file only what holds them is read, and compared with its checksums. Raises as :func:`opened`.
    """
    if _ASKED.get() is not None:
        listed = ", ".join(f'"{column}"' for column in columns)
        query = f"SELECT {listed} FROM {name} WHERE pmid IN (SELECT unnest($pmids::BIGINT[]))"  # noqa: S608
        with opened(snapshot, name) as connection:
            yield from connection.execute(query, {"pmids": sorted(pmids)}).fetchall()
        return
    wanted = np.array(sorted(pmids), np.int64)
    with snapshot.part(name) as file:
        for group in _groups_of(file, wanted):
            # by this thread alone: one of Arrow's that lets go of a Python file as Python ends aborts it
            read = file.read_row_group(group, list(columns), use_threads=False)
            rows = taken(read, np.isin(numbers(read["pmid"]), wanted).nonzero()[0])
            yield from zip(*(rows[column].to_pylist() for column in columns), strict=True)


def _groups_of(file: pq.ParquetFile, pmids: NDArray[np.int64]) -> Iterator[int]:
    """Yield the row groups that may hold these PMIDs, which are sorted."""
    at = file.schema_arrow.get_field_index("pmid")
    for group in range(file.num_row_groups):
        found = file.metadata.row_group(group).column(at).statistics
        between = np.searchsorted(pmids, [found.min, found.max + 1]) if found else (0, len(pmids))
        if between[0] < between[1]:
            yield group
