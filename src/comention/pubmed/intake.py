"""From sources to the store: split, parse, keep what is on the topic, and account for every citation.

Chunks are parsed by a pool of processes and taken in again in order, so that the result is the same for any
number of processes: of two citations with one PMID the higher version wins, of equal versions the later.
"""

from __future__ import annotations

import itertools
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa

from comention.errors import ContractError, MalformedError
from comention.processes import process_pool
from comention.pubmed.formats import STDIN, citations, open_citations, parse_record
from comention.pubmed.index import SCHEMA as INDEX
from comention.pubmed.index import Index
from comention.pubmed.seen import Columns, One, Seen
from comention.pubmed.split import Chunk
from comention.pubmed.store import Part, Store, held_back, to_table
from comention.pubmed.xml import Book, Deletions, content_hash
from comention.pubmed.xml import Parsed as Record
from comention.records import Article, Judged, Reject
from comention.schemas import ACCOUNTS, BACKGROUND, REJECTS

#: Whether an article belongs to the topic, and what it mentions where a background is counted.
Judge = Callable[[Sequence[Article]], list[Judged]]

#: What becomes of a citation, and of a PMID that is taken out, as `accounts` names it.
OUTCOMES = ACCOUNTS.column("outcome").values

_BATCH_BYTES = 2 << 20
_CONCEPTS = BACKGROUND.schema.field("concepts").type
# With fewer batches than this, starting processes costs more than it saves.
_WORTH_A_POOL = 4


class Batch(NamedTuple):
    """Some chunks of one source, in order; `last` where the source ends with them."""

    source: str
    chunks: list[Chunk]
    last: bool = False


class Event(NamedTuple):
    """What one chunk came to: `row` is its row in the batch's table where it is on the topic."""

    kind: str  # article, book, reject or delete
    pmid: int
    version: int = 0
    row: int | None = None


@dataclass(frozen=True, slots=True)
class Parsed:
    """A batch, read; `concepts` has a list for each article among the events, in their order."""

    source: str
    last: bool
    events: list[Event]
    articles: pa.Table
    rejects: list[Reject]
    concepts: pa.Array


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
    added: int = 0
    revised: int = 0
    removed: int = 0
    articles: int = 0

    def __add__(self, other: Tally) -> Tally:
        """Add the numbers of a later part; what the run has changed so far, that one knows by itself."""
        mine, more = asdict(self), asdict(other)
        so_far = {name: more[name] for name in ("added", "revised", "removed", "articles")}
        return Tally(**{name: mine[name] + more[name] for name in mine} | so_far)

    @property
    def fetched(self) -> int:
        """Citations received."""
        return self.expected - self.missing

    def adds_up(self) -> bool:
        """Return whether every citation is accounted for."""
        known = self.books + self.superseded + self.off_topic + self.withdrawn + self.kept
        return self.fetched == self.parsed + self.rejected and self.parsed == known


_judge: Judge | None = None


def _prepare(make_judge: Callable[[], Judge]) -> None:
    global _judge  # noqa: PLW0603 - a worker's judge is made once, when the worker starts
    _judge = make_judge()


def _work(batch: Batch) -> Parsed:
    assert _judge is not None, "the worker was started without its judge"  # noqa: S101
    return parse_batch(batch, _judge)


def parse_batch(batch: Batch, judge: Judge) -> Parsed:
    """Parse the chunks of a batch and keep the articles that are on the topic.

    An article that the dataset cannot hold is a Reject like one that cannot be read.
    """
    items = [parse_record(chunk, batch.source) for chunk in batch.chunks]
    try:
        return _parsed(batch, items, judge)
    except (pa.ArrowException, OverflowError, UnicodeError) as error:
        pairs = zip(items, batch.chunks, strict=True)
        checked = [_holdable(item, chunk, batch.source) for item, chunk in pairs]
        if checked == items:
            raise ContractError(f"{batch.source}: {error}") from None
        return _parsed(batch, checked, judge)


def _holdable(item: Record, chunk: Chunk, source: str) -> Record:
    reason = held_back(item, source) if isinstance(item, Article) else None
    pmid = item.pmid if isinstance(item, Article) else None
    return item if reason is None else Reject(source, chunk.start, chunk.end, pmid, reason)


def _parsed(batch: Batch, items: Sequence[Record], judge: Judge) -> Parsed:
    events: list[Event] = []
    kept: list[Article] = []
    rejects: list[Reject] = []
    concepts: list[tuple[str, ...]] = []
    judgements = iter(judge([item for item in items if isinstance(item, Article)]))
    for item in items:
        if isinstance(item, Article):
            judged = next(judgements)
            row = len(kept) if judged.on_topic else None
            if row is not None:
                kept.append(item)
            concepts.append(judged.concepts)
            events.append(Event("article", item.pmid, item.version, row))
        elif isinstance(item, Reject):
            rejects.append(item)
            events.append(Event("reject", item.pmid or 0))
        elif isinstance(item, Book):
            events.append(Event("book", item.pmid or 0))
        else:
            assert isinstance(item, Deletions)  # noqa: S101 - the last of the four kinds
            events += [Event("delete", pmid, version) for pmid, version in item.newest.items()]
    articles = to_table(kept, map(content_hash, kept), batch.source)
    return Parsed(batch.source, batch.last, events, articles, rejects, pa.array(concepts, _CONCEPTS))


def read_batches(files: Iterable[Path], limit: int | None = None) -> Iterator[Batch]:
    """Yield the chunks of files in order, some megabytes at a time, at most `limit` citations."""
    left = limit
    for path in files:
        is_stdin = str(path) == STDIN
        name = "standard input" if is_stdin else path.name
        with open_citations("-" if is_stdin else path) as (kind, stream):
            # Errors name the whole path, datasets the file alone: they are the same on every machine.
            chunks: list[Chunk] = []
            size = 0
            for chunk in citations(kind, stream, str(path) if not is_stdin else name):
                if left == 0:
                    break
                if chunk.kind != "delete" and left is not None:
                    left -= 1
                chunks.append(chunk)
                size += len(chunk.data)
                if size >= _BATCH_BYTES:
                    yield Batch(name, chunks)
                    chunks, size = [], 0
            yield Batch(name, chunks, last=True)
        if left == 0:
            return


def parse_all(batches: Iterable[Batch], make_judge: Callable[[], Judge], processes: int) -> Iterator[Parsed]:
    """Yield the batches read, in order; in this process where there are few, or `processes` is 1."""
    batches = iter(batches)
    head = list(itertools.islice(batches, _WORTH_A_POOL))
    if processes == 1 or len(head) < _WORTH_A_POOL:
        judge = make_judge()
        yield from (parse_batch(batch, judge) for batch in itertools.chain(head, batches))
        return
    with process_pool(processes, _prepare, (make_judge,)) as pool:
        waiting: deque[Future[Parsed]] = deque()
        for batch in itertools.chain(head, batches):
            waiting.append(pool.submit(_work, batch))
            if len(waiting) > 2 * processes:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()


@dataclass
class Intake:
    """Takes batches in, in order, and knows in the end what the store holds and what became of the rest.

    A run that has `chosen` some PMIDs leaves all others as they are held. One that begins `anew` takes
    nothing over from what is held. With `background`, what each citation mentions is kept.
    """

    store: Store
    shard_size: int
    chosen: frozenset[int] | None = None
    anew: bool = False
    background: bool = False
    tally: Tally = field(default_factory=Tally)
    rejects: list[Reject] = field(default_factory=list)
    _before: Index = field(init=False)
    _seen: Seen = field(default_factory=Seen)
    _deleted: set[int] = field(default_factory=set)
    #: New rows by number: how many there are, those that count no more, the shards of the first of them.
    _rows: int = 0
    _replaced: dict[tuple[int, str], int] = field(default_factory=dict)
    _shards: list[str] = field(default_factory=list)
    _buffer: list[pa.Table] = field(default_factory=list)
    _buffered: int = 0
    _accounts: list[tuple[str, int | None, int, str, bool]] = field(default_factory=list)
    _concepts: list[pa.Array] = field(default_factory=list)
    _concept_rows: int = 0

    def __post_init__(self) -> None:
        """Take over what is held."""
        self._before = Index() if self.anew else self.store.index

    def take(self, parsed: Parsed) -> None:
        """Take one batch in."""
        hashes = parsed.articles["content_hash"].to_pylist()
        retracted = parsed.articles["retracted"].to_pylist()
        rows: list[int] = []
        self.rejects += parsed.rejects
        concepts = itertools.count(self._concept_rows)
        for event in parsed.events:
            if event.kind == "delete":
                self.delete(event.pmid, parsed.source, event.version)
                continue
            self.tally.expected += 1
            if event.kind == "reject":
                self.tally.rejected += 1
                self._account(parsed.source, event, "rejected")
                continue
            self.tally.parsed += 1
            if event.kind == "book":
                self.tally.books += 1
                self._account(parsed.source, event, "books")
                continue
            at = next(concepts)
            if not self._is_newest(event, parsed.source):
                continue
            self._deleted.discard(event.pmid)
            if event.row is None:
                self._seen.put(event.pmid, One(event.version, parsed.source, None, None, False, at))
                continue
            digest, flag = hashes[event.row], retracted[event.row]
            row = self._row_of(event.pmid, digest)
            if row == self._rows:
                self._rows += 1
                self._buffered += 1
                rows.append(event.row)
            self._seen.put(event.pmid, One(event.version, parsed.source, digest, row, flag, at))
        if self.background:
            self._concepts.append(parsed.concepts)
            self._concept_rows += len(parsed.concepts)
        if rows:
            self._buffer.append(parsed.articles.take(pa.array(rows)))
        while self._buffered >= self.shard_size:
            self._write_shard(self.shard_size)

    def _account(self, source: str, event: Event, outcome: str) -> None:
        self._accounts.append((source, event.pmid or None, event.version, outcome, False))

    def _is_newest(self, event: Event, source: str) -> bool:
        """Return whether an article replaces what is known of its PMID; account for what is superseded."""
        before = self._seen.get(event.pmid)
        newest = event.version >= self._version(event.pmid)
        if before is not None and newest:
            self._accounts.append((before.source, event.pmid, before.version, "superseded", False))
            self._replace(event.pmid, before)
        elif not newest:
            self._account(source, event, "superseded")
        self.tally.superseded += before is not None or not newest
        return newest

    def _version(self, pmid: int) -> int:
        """Return the version of a PMID that counts so far, 0 for none."""
        if seen := self._seen.get(pmid):
            return seen.version
        held = self._before.get(pmid) if pmid not in self._deleted else None
        return held.version if held else 0

    def _row_of(self, pmid: int, digest: str) -> int | None:
        """Return the number of a row among the new ones, the next where it is not there; None where held."""
        held = self._before.get(pmid)
        if held is not None and held.content_hash == digest:
            return None
        return self._replaced.get((pmid, digest), self._rows)

    def _replace(self, pmid: int, seen: One) -> None:
        if seen.row is not None and seen.content_hash is not None:
            self._replaced[pmid, seen.content_hash] = seen.row

    def delete(self, pmid: int, source: str, version: int | None = None) -> None:
        """Take a PMID out; what came of it before is withdrawn.

        A `version` of it is a record of its own: where a newer has replaced it, that stays.
        """
        if self.chosen is not None and pmid not in self.chosen:
            return
        self.tally.deleted += 1
        self._accounts.append((source, pmid, 0, "deleted", False))
        if version is not None and version < self._version(pmid):
            return
        seen = self._seen.pop(pmid)
        if seen is not None:
            self._replace(pmid, seen)
            self.tally.withdrawn += 1
            self._accounts.append((seen.source, pmid, seen.version, "withdrawn", False))
        self._deleted.add(pmid)

    def miss(self, pmid: int, source: str) -> None:
        """Account for a citation that was announced and not received."""
        self.tally.expected += 1
        self.tally.missing += 1
        self._accounts.append((source, pmid, 0, "missing", False))

    def _write_shard(self, rows: int) -> None:
        table = pa.concat_tables(self._buffer)
        self._shards.append(self.store.add_shard(table.slice(0, rows)))
        self._buffered -= rows
        self._buffer = [table.slice(rows)]

    def finish(self, *, may_be_empty: bool = False) -> Part:
        """Write what is left and return what is to be committed.

        Raises MalformedError where nothing was recognised, unless the source may have nothing new, and
        ContractError where the numbers do not add up.
        """
        if not self.tally.expected and not self.tally.deleted and not may_be_empty:
            raise MalformedError("0 PubMed records in the input: is it PubMed XML or PubMed format?")
        if self._buffered:
            self._write_shard(self._buffered)
        seen = self._seen.columns()
        self.tally.kept += int(seen.on_topic.sum())
        self.tally.off_topic += int((~seen.on_topic).sum())
        self.tally.retracted += int((seen.on_topic & seen.retracted).sum())
        index = self._index(seen)
        self._compare(index)
        accounts = self._account_table(seen)
        self._check(accounts)
        background = self._background_table(seen) if self.background else None
        return Part(index, accounts, self._reject_table(), background, self.anew)

    def _index(self, seen: Columns) -> Index:
        """Return what is held with what came: the new rows that count, without what was taken out."""
        left = seen.pmid[~seen.on_topic]
        if self.chosen is not None:
            left = np.array([pmid for pmid in left.tolist() if pmid in self.chosen], np.int64)
        new = np.flatnonzero(seen.row >= 0)
        # each shard but the last was written when it was full
        shard = pa.array(self._shards, pa.string()).take(pa.array(seen.row[new] // self.shard_size))
        columns = (seen.pmid[new], seen.version[new], seen.content_hash.take(pa.array(new)), shard)
        rows = pa.table([pa.array(c, f.type) for c, f in zip(columns, INDEX, strict=True)], schema=INDEX)
        gone = np.concatenate([np.fromiter(self._deleted, np.int64), left, seen.pmid[new]])
        return self._before.changed(gone, rows)

    def _compare(self, index: Index) -> None:
        self.tally.added, self.tally.removed, self.tally.revised = index.compared(self.store.before)
        self.tally.articles = len(index)

    def _check(self, accounts: pa.Table) -> None:
        """Raise ContractError where the numbers do not add up, or PMIDs and numbers differ."""
        counted = {row["values"]: row["counts"] for row in accounts["outcome"].value_counts().to_pylist()}
        wrong = [name for name in OUTCOMES if counted.get(name, 0) != getattr(self.tally, name)]
        articles = len(self.store.before) + self.tally.added - self.tally.removed
        if wrong or not self.tally.adds_up() or articles != self.tally.articles:
            raise ContractError(
                f"the ledger does not add up, nothing was kept: {asdict(self.tally)}, PMIDs {counted}, "
                f"{articles} articles expected"
            )

    def accounted(self) -> set[int]:
        """Return the PMIDs of which it is known what became of them."""
        return {pmid for _, pmid, *_ in self._accounts if pmid is not None}.union(self._seen)

    @property
    def nameless(self) -> int:
        """How many citations came that do not name their PMID."""
        return sum(pmid is None for _, pmid, *_ in self._accounts)

    def _account_table(self, seen: Columns) -> pa.Table:
        """Return a row for each citation and each PMID taken out: what counts in the end comes last."""
        names = ACCOUNTS.schema.names[1:]
        first: list[Any] = [*zip(*self._accounts, strict=True)] or [[] for _ in names]
        outcome = pa.array(np.where(seen.on_topic, "kept", "off_topic"), pa.string())
        last = [seen.source, seen.pmid, seen.version, outcome, seen.on_topic & seen.retracted]
        schema = pa.schema([ACCOUNTS.schema.field(name) for name in names])
        parts = [
            pa.table([pa.array(c, f.type) for c, f in zip(columns, schema, strict=True)], schema=schema)
            for columns in (first, last)
        ]
        table = pa.concat_tables(parts)
        rows = pa.array(range(table.num_rows), ACCOUNTS.schema.field(0).type)
        return table.add_column(0, ACCOUNTS.schema.field(0), rows)

    def _background_table(self, seen: Columns) -> pa.Table | None:
        """What each PMID of this part mentions, null for those deleted; None where there is none."""
        gone = np.array(sorted(self._deleted.difference(self._seen)), np.int64)
        pmids = np.concatenate([seen.pmid, gone])
        if not pmids.size:
            return None
        order = np.argsort(pmids)
        absent = np.arange(pmids.size) >= seen.pmid.size
        rows = np.concatenate([seen.concepts, np.zeros_like(gone)])
        taken = pa.array(rows[order], mask=absent[order])
        concepts = pa.chunked_array(self._concepts, _CONCEPTS).take(taken)
        return pa.Table.from_arrays([pa.array(pmids[order]), concepts], schema=BACKGROUND.schema)

    def _reject_table(self) -> pa.Table:
        rows = [{c.name: getattr(r, c.name) for c in REJECTS.columns} for r in self.rejects]
        return pa.Table.from_pylist(rows, schema=REJECTS.schema)
