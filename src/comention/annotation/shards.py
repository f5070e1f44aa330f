"""Shards of articles to shards of sentences, mentions and claims: the unit of parallel, resumable annotation.

An annotated shard is named by the shard and by the annotator's fingerprint: it is never made twice, and
never taken for another annotator's. Its claims, and the studies of its articles, are named by the fingerprint
of what reads them as well: where that changed, they are read again from what is there.
"""

from __future__ import annotations

import bisect
import contextlib
import hashlib
import itertools
import os
import re
import socket
import threading
from collections.abc import Callable, Collection, Generator, Iterable, Sequence
from concurrent.futures import Executor, as_completed
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

import pyarrow as pa

from comention.annotation.annotator import Annotator
from comention.annotation.document import Document, from_article
from comention.annotation.studies import READ, SCHEMA, studies
from comention.claims import reading
from comention.errors import ContractError, StorageError
from comention.files.atomic import is_parquet
from comention.files.checksums import is_checked, read_checked, write_checked
from comention.processes import give_back, peak_mib, process_pool, trim
from comention.records import Article, Claim, Mention, Section, Sentence
from comention.schemas import CLAIMS, MENTIONS, REJECTED, SPLIT
from comention.study import reading as study_reading

# Below this many articles, starting processes costs more than it saves.
_WORTH_A_POOL = 2000

#: The files of an annotator's folder; no other file is ever removed.
WRITTEN = r"[0-9a-f]{24}\.(?:sentences|rejected|mentions|(?:studies|claims)-[0-9a-f]{8})\.parquet"
_PARTS = (("sentences", SPLIT), ("rejected", REJECTED), ("mentions", MENTIONS))

#: What a user can do about a damaged annotation.
REMADE = "run again, which annotates its shard anew"
_LOST = "`comention doctor` tells how to mend the store"
_OTHERWISE = "{} has another lexicon or model than this run: install the same comention there"


@dataclass(frozen=True, slots=True)
class ShardPaths:
    """A shard of articles and what annotation made of it."""

    articles: Path
    sentences: Path
    rejected: Path
    mentions: Path
    studies: Path
    claims: Path

    @property
    def annotated(self) -> bool:
        """Whether sentences and mentions are there and as they were written, with the columns of today."""
        return all(is_checked(getattr(self, kind), _stored(dataset.schema)) for kind, dataset in _PARTS)

    @property
    def claimed(self) -> bool:
        """Whether the claims are there likewise."""
        return is_checked(self.claims, _stored(CLAIMS.schema))

    @property
    def studied(self) -> bool:
        """Whether the studies are there likewise."""
        return is_checked(self.studies, _stored(SCHEMA))

    @property
    def done(self) -> bool:
        """Whether nothing is left to do."""
        return self.annotated and self.studied and self.claimed

    @property
    def seen(self) -> bool:
        """Whether this process sees the file that is written last; it is not read."""
        return is_parquet(self.claims, _stored(CLAIMS.schema))

    def absolute(self) -> ShardPaths:
        """Return the same, for processes in any folder."""
        paths = (self.articles, self.sentences, self.rejected, self.mentions, self.studies, self.claims)
        return ShardPaths(*(path.resolve() for path in paths))


def paths_for(
    shards: Iterable[tuple[str, Path]], folder: Path, fingerprint: str, claims: str
) -> list[ShardPaths]:
    """Return where each shard's annotation lies, by the fingerprints of annotator and reader of claims."""
    home, kinds = folder / fingerprint, _kinds(claims)
    return [ShardPaths(path, *(home / f"{name}.{kind}.parquet" for kind in kinds)) for name, path in shards]


def _kinds(claims: str) -> list[str]:
    """Return the kinds of files that are made of a shard, in the order of their paths."""
    read = (("studies", study_reading.fingerprint()), ("claims", claims))
    named = (f"{kind}-{hashlib.blake2b(by.encode(), digest_size=4).hexdigest()}" for kind, by in read)
    return [*(kind for kind, _ in _PARTS), *named]


def remove_others(folder: Path, shards: Iterable[str], fingerprints: Collection[str], claims: str) -> int:
    """Remove annotations by annotators, and of shards, that are not among these; return how many files.

    Claims that another fingerprint than `claims` has read go, too, and such studies. Nothing is lost that
    cannot be made again.
    """
    kept, removed = set(shards), 0
    kinds = _kinds(claims)
    for path in folder.glob("*/*.parquet"):
        if not re.fullmatch(WRITTEN, path.name):
            continue
        shard, kind, _ = path.name.split(".")
        if path.parent.name not in fingerprints or shard not in kept or kind not in kinds:
            path.unlink(missing_ok=True)
            removed += 1
            with contextlib.suppress(OSError):  # not empty
                path.parent.rmdir()
    return removed


class Made(NamedTuple):
    """What is told of a shard that was annotated: where, how many articles, and the peak of that process."""

    worker: str
    articles: int
    peak_mib: int


@dataclass(frozen=True, slots=True)
class Task:
    """Annotates shards, here or in another process: it travels as the maker of an annotator, and its name.

    `make` must give an annotator with the fingerprint that the shards are named by; `claims` and `studies`
    are those of what reads these.
    """

    make: Callable[[], Annotator]
    fingerprint: str
    claims: str
    studies: str = field(default_factory=study_reading.fingerprint)

    def __call__(self, shard: ShardPaths) -> Made:
        """Annotate one shard, with the annotator that this process has made once.

        Raises ContractError where this process makes another annotator than the one that is asked for, and
        StorageError where it does not see the shard.
        """
        # One at a time: an annotator need not be safe among threads, which share one interpreter lock anyway.
        with _lock:
            if (reading.fingerprint(), study_reading.fingerprint()) != (self.claims, self.studies):
                raise ContractError(_OTHERWISE.format(_here()))
            articles = read_again(shard) if shard.annotated else self._annotated(shard)
            trim()  # or what a shard took lies in pieces among what is kept, and a worker grows
        return Made(_here(), articles, peak_mib())

    def _annotated(self, shard: ShardPaths) -> int:
        annotator = _annotators.get(self.fingerprint) or self._made()
        if not shard.articles.exists():
            raise StorageError(
                f"{_here()} does not see {shard.articles}: put the work directory where all see it"
            )
        return annotate_shard(shard, annotator)

    def _made(self) -> Annotator:
        annotator = self.make()
        if annotator.fingerprint != self.fingerprint:
            raise ContractError(_OTHERWISE.format(_here()))
        _annotators.clear()
        _annotators[self.fingerprint] = annotator
        give_back()  # making one takes as much again as it holds
        return annotator


Rows = list[tuple[Any, ...]]

#: Rows of a file that are tuples at a time.
_PACKED = 2000

_lock = threading.Lock()
# The annotator of this process, by its fingerprint: loading one takes a second or more.
_annotators: dict[str, Annotator] = {}


def _here() -> str:
    return f"{socket.gethostname()}:{os.getpid()}"


def annotate_shards(
    shards: list[ShardPaths],
    task: Task,
    *,
    processes: int,
    rows: int,
    cluster: Callable[[], AbstractContextManager[Executor]] | None = None,
    progress: Callable[[int, int], Any] = lambda _done, _all: None,
) -> list[Made]:
    """Annotate the shards that are not done; return what is told of each. `rows`: articles in all of them.

    `cluster` opens workers that are used instead of this process and a pool of `processes`. `progress` is
    called with the shards that are done, those from before included, and with all of them.
    """
    todo = [shard for shard in shards if not shard.done]
    held = len(shards) - len(todo)
    progress(held, len(shards))
    if not todo:
        return []
    if cluster is not None:
        todo = [shard.absolute() for shard in todo]  # workers are in folders of their own
        results = _results(cluster(), task, todo)
    elif processes == 1 or len(todo) == 1 or rows < _WORTH_A_POOL:
        results = (task(shard) for shard in todo)
    else:
        results = _results(process_pool(min(processes, len(todo))), task, todo)
    made = []
    with contextlib.closing(results):
        for one in results:
            made.append(one)
            progress(held + len(made), len(shards))
    if unseen := [shard for shard in todo if not shard.seen]:
        raise StorageError(
            f"a worker wrote {unseen[0].claims} where this process does not see it: put the work directory "
            "where all workers see it"
        )
    return made


def _results(
    opened: AbstractContextManager[Executor], task: Task, shards: list[ShardPaths]
) -> Generator[Made, None, None]:
    """Yield what each shard gave, as they come; where one fails, the executor drops those not begun."""
    with opened as executor:
        for future in as_completed([executor.submit(task, shard) for shard in shards]):
            yield future.result()


def annotate_shard(shard: ShardPaths, annotator: Annotator) -> int:
    """Write what annotation made of one shard, and return its articles.

    The claims, written last, tell other processes that it is done.

    The first column of each file, `row`, is the article's row in the shard, which may hold two versions of
    a PMID.
    """
    articles = _articles(shard)
    sentences, rejected, mentions, claims = (
        _Packed(one.schema) for one in (SPLIT, REJECTED, MENTIONS, CLAIMS)
    )
    pmids = articles["pmid"].to_pylist()
    documents = (from_article(_article(article)) for article in articles.select(_DOCUMENT).to_pylist())
    read, kept = itertools.tee(documents)  # a batch apart
    for row, (pmid, document, found) in enumerate(zip(pmids, kept, annotator.read_all(read), strict=True)):
        sentences.add(row, sentence_rows(pmid, document))
        mentions.add(row, mention_rows(pmid, document, found.mentions))
        rejected.add(row, ((pmid, *candidate) for candidate in found.rejected))
        said = _said(document.text, document.sentences, found.mentions)
        claims.add(row, claim_rows(pmid, said))
    write_checked(shard.sentences, sentences.table())
    write_checked(shard.rejected, rejected.table())
    write_checked(shard.mentions, mentions.table())
    write_checked(shard.studies, _studied(articles, sentences.table()))
    write_checked(shard.claims, claims.table())
    return len(articles)


def read_again(shard: ShardPaths) -> int:
    """Write the studies and claims of an annotated shard that are not there; return its articles."""
    articles = _articles(shard)
    if not shard.studied:
        write_checked(shard.studies, _studied(articles, read_checked(shard.sentences, mend=REMADE)))
    if not shard.claimed:
        _read_claims(shard, articles)
    return len(articles)


def _studied(articles: pa.Table, sentences: pa.Table) -> pa.Table:
    row = pa.array(range(articles.num_rows), pa.int32())
    return studies(articles, sentences).add_column(0, pa.field("row", row.type), row)


def _read_claims(shard: ShardPaths, articles: pa.Table) -> None:
    """Write what the sentences of an annotated shard say, by the mentions there."""
    sentences = _by_row(shard.sentences, _SENTENCE_COLUMNS)
    mentions = _by_row(shard.mentions, Mention._fields)
    claims = _Packed(CLAIMS.schema)
    for row, article in enumerate(articles.select(_DOCUMENT).to_pylist()):
        named = [Mention(*values) for values in mentions.get(row, ())]
        within = [Sentence(*values) for values in sentences.get(row, ())]
        said = _said(_article(article).text, within, named)
        claims.add(row, claim_rows(article["pmid"], said))
    write_checked(shard.claims, claims.table())


def _said(text: str, sentences: Sequence[Sentence], mentions: Iterable[Mention]) -> list[Claim]:
    """Return the claims of a text: without the scores of mentions, which are rounded when they are stored."""
    unscored = [m if m.score is None else m._replace(score=None) for m in mentions]
    return reading.read(text, sentences, unscored)


def _articles(shard: ShardPaths) -> pa.Table:
    return read_checked(shard.articles, ["pmid", *READ], mend=_LOST)


def _by_row(path: Path, columns: Sequence[str]) -> dict[int, Rows]:
    """Return the values of these columns by the row of the article, in their order."""
    table = read_checked(path, ["row", *columns], mend=REMADE)
    found: dict[int, Rows] = {}
    for row, *values in zip(*(table[name].to_pylist() for name in ("row", *columns)), strict=True):
        found.setdefault(row, []).append(tuple(values))
    return found


def _article(row: dict[str, Any]) -> Article:
    sections = tuple(Section(**section) for section in row["sections"])
    return Article(row["pmid"], 1, row["title"], row["abstract"], sections)


def sentence_rows(pmid: int, document: Document) -> list[tuple[Any, ...]]:
    """Return a document's sentences as rows of the `split` dataset."""
    text = document.text
    return [
        (pmid, s.number, s.start, s.end, s.section, s.in_title, text[s.start : s.end], None)
        for s in document.sentences
    ]


def mention_rows(pmid: int, document: Document, mentions: Iterable[Mention]) -> list[tuple[Any, ...]]:
    """Return a document's mentions as rows of the `mentions` dataset."""
    starts = [sentence.start for sentence in document.sentences]
    rows = []
    for mention in mentions:
        sentence = document.sentences[max(bisect.bisect_right(starts, mention.start) - 1, 0)]
        values = {"pmid": pmid, "sentence": sentence.number, "retracted": None}
        rows.append(tuple(values[n] if n in values else getattr(mention, n) for n in _MENTION_COLUMNS))
    return rows


def claim_rows(pmid: int, claims: Iterable[Claim]) -> list[tuple[Any, ...]]:
    """Return a document's claims as rows of the `claims` dataset."""
    values = {"pmid": pmid, "year": None, "retracted": None}
    return [
        tuple(values[n] if n in values else getattr(claim, n) for n in _CLAIM_COLUMNS) for claim in claims
    ]


_MENTION_COLUMNS = tuple(column.name for column in MENTIONS.columns)
_DOCUMENT = ["pmid", "title", "abstract", "sections"]
_CLAIM_COLUMNS = tuple(column.name for column in CLAIMS.columns)
# as `Sentence` has them
_SENTENCE_COLUMNS = ("sentence", "start", "end", "section", "in_title")


def _stored(schema: pa.Schema) -> pa.Schema:
    return pa.schema([pa.field("row", pa.int32()), *schema])


class _Packed:
    """The rows of a file, put into columns some thousands at a time: tuples take many times as much."""

    def __init__(self, schema: pa.Schema) -> None:
        self._schema = _stored(schema)
        self._rows: Rows = []
        self._tables: list[pa.Table] = [self._schema.empty_table()]

    def add(self, row: int, rows: Iterable[tuple[Any, ...]]) -> None:
        """Add what was made of the article in a row of the shard."""
        self._rows += ((row, *values) for values in rows)
        if len(self._rows) >= _PACKED:
            self._pack()

    def table(self) -> pa.Table:
        """Return all rows, in one piece."""
        self._pack()
        return pa.concat_tables(self._tables).combine_chunks()

    def _pack(self) -> None:
        if self._rows:
            columns = zip(zip(*self._rows, strict=True), self._schema, strict=True)
            arrays = [pa.array(values, field.type) for values, field in columns]
            self._tables.append(pa.Table.from_arrays(arrays, schema=self._schema))
            self._rows = []
