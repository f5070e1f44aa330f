"""What a server holds of one snapshot: its datasets in DuckDB, names and words to search, the report."""

from __future__ import annotations

import functools
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

import duckdb

from comention.errors import ComentionError
from comention.explorer import words
from comention.explorer.asked import MOST_WORDS
from comention.explorer.firsts import Firsts
from comention.lexicon.naming import spoken
from comention.report.page import write_report
from comention.schemas import PUBLISHED, UNLINKED
from comention.snapshots import names, query
from comention.snapshots.snapshot import Snapshot, latest_name
from comention.snapshots.tables import COUNTED, Bounds, Held, TooLongError, row, rows

#: The page of the report.
INDEX = "index.html"

#: Seconds in which what is made once is made.
_ONCE = 600.0
# Seconds that a search waits for it.
_WAIT = 120.0
# Answers of which a part is worked out meanwhile.
_THREADS = 4

_CORPUS = """
SELECT count(*) AS articles, min(year) AS first_year, max(year) AS last_year,
    count(*) FILTER (pmid >= 99000000) AS synthetic
FROM articles
"""
_CLAIMS = f"SELECT count(*) AS n FROM claims c WHERE {COUNTED}"  # noqa: S608 - what is put in is our own

Answer = TypeVar("Answer")


class Library:
    """One snapshot, held for as long as a server answers from it; asked by many threads."""

    def __init__(self, snapshot: Snapshot, folder: Path, focus: str | None, bounds: Bounds) -> None:
        """Open the snapshot; the report and what does not fit in memory lie in `folder`.

        `focus` is the id of the concept that the report begins from, the topic where None. Raises
        MalformedError where a dataset is damaged.
        """
        self.snapshot = snapshot
        self._focus, self._folder = focus, folder
        self._held = Held(snapshot, bounds, folder / "spill")
        self._indexing, self._naming, self._reporting = threading.Lock(), threading.Lock(), threading.Lock()
        self._threads = ThreadPoolExecutor(_THREADS, "meanwhile")
        self._firsts: Firsts | None = None
        self._known: list[names.Known] | None = None
        try:
            # what every page tells, that of a failure too
            with self._held.asking(_ONCE) as connection:
                #: Articles, and their first and last year.
                self.corpus = row(connection, _CORPUS)
                #: How many rows each dataset has; of claims those that count and say something of a pair.
                self.sizes = _sizes(connection, snapshot)
        except BaseException:
            self.close()
            raise

    def stop(self) -> None:
        """Let what is being answered end at once."""
        self._held.end()

    def close(self) -> None:
        """Let everything go."""
        self._threads.shutdown()
        self._held.close()

    @contextmanager
    def asking(self) -> Iterator[duckdb.DuckDBPyConnection]:
        """Give a connection for one answer, within the bounds; raises TooLongError where they are over."""
        with self._held.asking() as connection:
            yield connection

    @contextmanager
    def searching(
        self, searched: Sequence[str], tables: Sequence[str]
    ) -> Iterator[duckdb.DuckDBPyConnection]:
        """Give a connection with the rows that have each of these words, see :func:`words.look_up`."""
        self.make_searchable()
        with self._held.asking() as connection:
            words.look_up(connection, searched, tables)
            yield connection

    def make_searchable(self) -> Firsts:
        """Copy what listings read and index its words, once; return what finds the first rows of a search.

        Raises TooLongError where another call has been at it for longer than anybody waits.
        """
        if not self._indexing.acquire(timeout=_WAIT):
            raise TooLongError("the words of the texts are still being indexed: search again in a minute")
        try:
            if self._firsts is None:
                self._held.keep(words.COPIED, _ONCE)
                with self._held.asking(_ONCE) as connection:
                    words.index(connection)
                    self._firsts = Firsts(connection)
            return self._firsts
        finally:
            self._indexing.release()

    def meanwhile(self, answer: Callable[[], Answer]) -> Future[Answer]:
        """Work something out in another thread, which asks by itself."""
        return self._threads.submit(answer)

    @property
    def firsts(self) -> Firsts | None:
        """What finds the first rows of a search, None while it is not ready."""
        return self._firsts

    @property
    def known(self) -> list[names.Known]:
        """The concepts of the snapshot with their names folded, once."""
        with self._naming:
            if self._known is None:
                with self._held.asking(_ONCE):
                    self._known = names.known(query.named(self.snapshot))
            return self._known

    def prepare(self) -> None:
        """Make what the first search would wait for; an error of it comes again with that search."""
        try:
            self.make_searchable()
            self.exact("a name")
        except ComentionError:
            return

    def resolve(self, name: str) -> str:
        """Return the id of the concept that a name, synonym or id means; raises what `names` does."""
        return names.resolve(name, self.known, lambda: self._written(name))

    def exact(self, text: str) -> tuple[str, ...]:
        """Return the ids of the concepts that a search names in full: one, or two after one another."""
        words = text.split()
        if not words or len(words) > MOST_WORDS:
            return ()
        if whole := self._named(text):
            return whole
        for at in range(1, len(words)):
            one, other = self._named(" ".join(words[:at])), self._named(" ".join(words[at:]))
            if one and other:
                return (*one, *other)
        return ()

    def _named(self, name: str) -> tuple[str, ...]:
        return next((self._index[form] for form in spoken(name) if form in self._index), ())

    @functools.cached_property
    def _index(self) -> dict[str, tuple[str, ...]]:
        """The ids of the concepts of each name: those that it is preferred for, where there are any."""
        found: dict[str, tuple[str, ...]] = {}
        for one in self.known:
            for name in one.names[:1]:
                found[name] = (*found.get(name, ()), one.row["concept_id"])
        preferred = frozenset(found)
        for one in self.known:
            for name in dict.fromkeys(one.names[1:]):
                if name not in preferred:
                    found[name] = (*found.get(name, ()), one.row["concept_id"])
        return found

    def _written(self, name: str) -> dict[str, int]:
        with self._held.asking() as connection:
            found = rows(connection, query.WRITTEN, {"name": name.strip(), "unlinked": UNLINKED})
        return {one["concept_id"]: one["articles"] for one in found}

    @property
    def newer(self) -> str | None:
        """The name of the snapshot that was published since, if one was."""
        try:
            name = latest_name(self.snapshot.workdir)
        except OSError:
            return None
        return name if name not in {None, self.snapshot.run_id} else None

    @property
    def report(self) -> Path:
        """The folder of the report, which is written when it is first asked for."""
        with self._reporting:
            folder = self._folder / "report"
            if not (folder / INDEX).exists():
                folder.mkdir(exist_ok=True)
                with self._held.asking(_ONCE):
                    write_report(self.snapshot, folder / INDEX, self._focus)
            return folder

    def about(self) -> dict[str, Any]:
        """Return what every page says of the snapshot."""
        topic = self.snapshot.manifest.topic
        return {
            "run_id": self.snapshot.run_id,
            "topic": topic.name,
            "concepts": topic.concepts,
            "newer": self.newer,
            "window": self.snapshot.manifest.window,
            "corpus": self.corpus,
            "sizes": self.sizes,
        }


def _sizes(connection: duckdb.DuckDBPyConnection, snapshot: Snapshot) -> dict[str, int]:
    found = {one.name: snapshot.manifest.datasets[one.name].rows for one in PUBLISHED}
    return found | {"claims": row(connection, _CLAIMS)["n"]}
