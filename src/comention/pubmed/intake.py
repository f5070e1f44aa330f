"""From sources to the store: split, parse, keep what is on the topic, and account for every citation.

Chunks are parsed by a pool of processes and taken in again in order, so that the result is the same for any
number of processes: of two citations with one PMID the higher version wins, of equal versions the later.
"""

from __future__ import annotations

import itertools
import multiprocessing
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

import pyarrow as pa

from comention.errors import MalformedError
from comention.files import worker_deaths
from comention.pubmed.sources import STDIN
from comention.pubmed.split import Chunk, open_source, split
from comention.pubmed.store import Held, Store, to_table
from comention.pubmed.xml import Book, Deletions, content_hash, parse_chunk
from comention.records import Article, Reject
from comention.schemas import REJECTS

#: Tells whether an article belongs to the topic.
Predicate = Callable[[Article], bool]

_BATCH_BYTES = 2 << 20
# With fewer batches than this, starting processes costs more than it saves.
_WORTH_A_POOL = 4


class Batch(NamedTuple):
    """Some chunks of one source, in order."""

    source: str
    chunks: list[Chunk]


class Event(NamedTuple):
    """What one chunk came to: `row` is its row in the batch's table where it is on the topic."""

    kind: str  # article, book, reject or delete
    pmid: int
    version: int = 0
    row: int | None = None


@dataclass(frozen=True, slots=True)
class Parsed:
    """A batch, read."""

    events: list[Event]
    articles: pa.Table
    rejects: list[Reject]


@dataclass
class Tally:
    """The ledger's numbers, as they grow."""

    expected: int = 0
    parsed: int = 0
    rejected: int = 0
    superseded: int = 0
    off_topic: int = 0
    books: int = 0
    withdrawn: int = 0
    kept: int = 0
    missing: int = 0
    deleted: int = 0
    retracted: int = 0
    articles: int = 0

    @property
    def fetched(self) -> int:
        """Citations received."""
        return self.expected - self.missing

    def adds_up(self) -> bool:
        """Tell whether every citation is accounted for."""
        known = self.books + self.superseded + self.off_topic + self.withdrawn + self.kept
        return self.fetched == self.parsed + self.rejected and self.parsed == known


_predicate: Predicate | None = None


def _prepare(make_predicate: Callable[[], Predicate]) -> None:
    global _predicate  # noqa: PLW0603 - a worker's predicate is made once, when the worker starts
    _predicate = make_predicate()


def _work(batch: Batch) -> Parsed:
    assert _predicate is not None, "the worker was started without its predicate"  # noqa: S101
    return parse_batch(batch, _predicate)


def parse_batch(batch: Batch, on_topic: Predicate) -> Parsed:
    """Parse the chunks of a batch and keep the articles that are on the topic."""
    events: list[Event] = []
    kept: list[Article] = []
    rejects: list[Reject] = []
    for chunk in batch.chunks:
        item = parse_chunk(chunk, batch.source)
        if isinstance(item, Article):
            row = len(kept) if on_topic(item) else None
            if row is not None:
                kept.append(item)
            events.append(Event("article", item.pmid, item.version, row))
        elif isinstance(item, Reject):
            rejects.append(item)
            events.append(Event("reject", item.pmid or 0))
        elif isinstance(item, Book):
            events.append(Event("book", item.pmid or 0))
        else:
            assert isinstance(item, Deletions)  # noqa: S101 - the last of the four kinds
            events += [Event("delete", pmid) for pmid in item.pmids]
    return Parsed(events, to_table(kept, map(content_hash, kept), batch.source), rejects)


def read_batches(files: Iterable[Path], limit: int | None = None) -> Iterator[Batch]:
    """Yield the chunks of files in order, some megabytes at a time, at most `limit` citations."""
    left = limit
    for path in files:
        is_stdin = str(path) == STDIN
        name = "standard input" if is_stdin else path.name
        with open_source("-" if is_stdin else path) as stream:
            # Errors name the whole path, datasets the file alone: they are the same on every machine.
            chunks: list[Chunk] = []
            size = 0
            for chunk in split(stream, str(path) if not is_stdin else name):
                if left == 0:
                    break
                if chunk.kind != "delete" and left is not None:
                    left -= 1
                chunks.append(chunk)
                size += len(chunk.data)
                if size >= _BATCH_BYTES:
                    yield Batch(name, chunks)
                    chunks, size = [], 0
            yield Batch(name, chunks)
        if left == 0:
            return


def parse_all(
    batches: Iterable[Batch], make_predicate: Callable[[], Predicate], processes: int
) -> Iterator[Parsed]:
    """Yield the batches read, in order; in this process where there are few, or `processes` is 1."""
    batches = iter(batches)
    head = list(itertools.islice(batches, _WORTH_A_POOL))
    if processes == 1 or len(head) < _WORTH_A_POOL:
        predicate = make_predicate()
        yield from (parse_batch(batch, predicate) for batch in itertools.chain(head, batches))
        return
    context = multiprocessing.get_context("spawn")
    with worker_deaths(), ProcessPoolExecutor(processes, context, _prepare, (make_predicate,)) as pool:
        waiting: deque[Future[Parsed]] = deque()
        try:
            for batch in itertools.chain(head, batches):
                waiting.append(pool.submit(_work, batch))
                if len(waiting) > 2 * processes:
                    yield waiting.popleft().result()
            while waiting:
                yield waiting.popleft().result()
        finally:
            for future in waiting:
                future.cancel()


@dataclass(slots=True)
class _Seen:
    """A PMID in this run: its version, and the hash of its row where it is on the topic."""

    version: int
    content_hash: str | None


@dataclass
class Intake:
    """Takes batches in, in order, and knows in the end what the store holds and what became of the rest.

    A `narrowed` run asks for some articles only: what it leaves out stays held.
    """

    store: Store
    shard_size: int
    narrowed: bool = False
    tally: Tally = field(default_factory=Tally)
    rejects: list[Reject] = field(default_factory=list)
    _seen: dict[int, _Seen] = field(default_factory=dict)
    _deleted: set[int] = field(default_factory=set)
    _shard_of: dict[tuple[int, str], str | None] = field(default_factory=dict)
    _buffer: list[pa.Table] = field(default_factory=list)
    _buffered: list[tuple[int, str]] = field(default_factory=list)
    _retracted: set[tuple[int, str]] = field(default_factory=set)

    def take(self, parsed: Parsed) -> None:
        """Take one batch in."""
        hashes = parsed.articles["content_hash"].to_pylist()
        retracted = parsed.articles["retracted"].to_pylist()
        rows: list[int] = []
        self.rejects += parsed.rejects
        for event in parsed.events:
            if event.kind == "delete":
                self._delete(event.pmid)
                continue
            self.tally.expected += 1
            if event.kind == "reject":
                self.tally.rejected += 1
                continue
            self.tally.parsed += 1
            if event.kind == "book":
                self.tally.books += 1
            elif self._is_newest(event):
                digest = None if event.row is None else hashes[event.row]
                self._seen[event.pmid] = _Seen(event.version, digest)
                self._deleted.discard(event.pmid)
                if digest is not None and event.row is not None:
                    if retracted[event.row]:
                        self._retracted.add((event.pmid, digest))
                    if self._is_new_row(event.pmid, digest):
                        rows.append(event.row)
        if rows:
            self._buffer.append(parsed.articles.take(pa.array(rows)))
        while len(self._buffered) >= self.shard_size:
            self._write_shard(self.shard_size)

    def _is_newest(self, event: Event) -> bool:
        """Tell whether an article replaces what is known of its PMID; count what is superseded."""
        before = self._seen.get(event.pmid)
        held = self.store.index.get(event.pmid) if event.pmid not in self._deleted else None
        version = before.version if before else held.version if held else 0
        if before is not None or event.version < version:
            self.tally.superseded += 1
        return event.version >= version

    def _is_new_row(self, pmid: int, digest: str) -> bool:
        held = self.store.index.get(pmid)
        if (held is not None and held.content_hash == digest) or (pmid, digest) in self._shard_of:
            return False
        self._shard_of[pmid, digest] = None
        self._buffered.append((pmid, digest))
        return True

    def _delete(self, pmid: int) -> None:
        self.tally.deleted += 1
        if self._seen.pop(pmid, None) is not None:
            self.tally.withdrawn += 1
        self._deleted.add(pmid)

    def _write_shard(self, rows: int) -> None:
        table = pa.concat_tables(self._buffer)
        name = self.store.add_shard(table.slice(0, rows))
        for key in self._buffered[:rows]:
            self._shard_of[key] = name
        self._buffered = self._buffered[rows:]
        self._buffer = [table.slice(rows)]

    def note_absent(self, missing: Iterable[int], deleted: Iterable[int]) -> None:
        """Count citations that were announced and not received, and take out those that are deleted."""
        absent = len(list(missing))
        self.tally.expected += absent
        self.tally.missing += absent
        for pmid in deleted:
            self._delete(pmid)

    def finish(self, *, may_be_empty: bool = False) -> dict[int, Held]:
        """Write what is left and return the new index.

        Raises MalformedError where nothing was recognised, unless the source may have nothing new.
        """
        if not self.tally.expected and not self.tally.deleted and not may_be_empty:
            raise MalformedError("0 PubMed records in the input: is it PubMed XML?")
        if self._buffered:
            self._write_shard(len(self._buffered))
        index = {p: h for p, h in self.store.index.items() if p not in self._deleted}
        for pmid, seen in self._seen.items():
            if seen.content_hash is None:
                self.tally.off_topic += 1
                if not self.narrowed:
                    index.pop(pmid, None)
                continue
            self.tally.kept += 1
            self.tally.retracted += (pmid, seen.content_hash) in self._retracted
            shard = self._shard_of.get((pmid, seen.content_hash))
            if shard is not None:
                index[pmid] = Held(seen.version, seen.content_hash, shard)
        self.tally.articles = len(index)
        return index

    def reject_table(self) -> pa.Table:
        """Return the rejects as rows of the `rejects` dataset."""
        rows = [{c.name: getattr(r, c.name) for c in REJECTS.columns} for r in self.rejects]
        return pa.Table.from_pylist(rows, schema=REJECTS.schema)


def take_in(
    batches: Iterable[Batch],
    intake: Intake,
    *,
    make_predicate: Callable[[], Predicate],
    processes: int,
    progress: Callable[[int], Any] = lambda _: None,
) -> None:
    """Read batches into an intake; nothing is committed. `progress` is told the citations so far."""
    for parsed in parse_all(batches, make_predicate, processes):
        intake.take(parsed)
        progress(intake.tally.expected)
