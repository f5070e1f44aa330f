"""Shards of articles to shards of sentences and mentions: the unit of parallel, resumable annotation.

An annotated shard is named by the shard and by the annotator's fingerprint: it is never made twice, and
never taken for another annotator's.
"""

from __future__ import annotations

import bisect
import multiprocessing
from collections.abc import Callable, Iterable
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import pyarrow as pa

from comention.annotation.document import Document, from_article
from comention.files import is_parquet, read_parquet, worker_deaths, write_parquet
from comention.records import Article, Mention, Reading, Section
from comention.schemas import MENTIONS, REJECTED, SENTENCES

# Below this many articles, starting processes costs more than it saves.
_WORTH_A_POOL = 2000


class Annotator(Protocol):
    """Anything that finds mentions; equal fingerprints mean equal mentions on every text."""

    @property
    def name(self) -> str:
        """What the command line calls it."""

    @property
    def fingerprint(self) -> str:
        """A short name of everything that its mentions depend on."""

    def mentions(self, document: Document) -> list[Mention]:
        """Return the mentions of a document, ordered by position."""

    def read(self, document: Document) -> Reading:
        """Return the mentions of a document, and the names in it that do not count."""


@dataclass(frozen=True, slots=True)
class ShardPaths:
    """A shard of articles and what annotation made of it."""

    articles: Path
    sentences: Path
    rejected: Path
    mentions: Path

    @property
    def done(self) -> bool:
        """Whether the annotation is there and whole, and has the columns of today."""
        wanted = ((self.sentences, SENTENCES), (self.rejected, REJECTED), (self.mentions, MENTIONS))
        return all(is_parquet(path, _stored(dataset.schema)) for path, dataset in wanted)


def paths_for(shards: Iterable[tuple[str, Path]], folder: Path, fingerprint: str) -> list[ShardPaths]:
    """Return where each shard's annotation by the annotator with this fingerprint lies."""
    home = folder / fingerprint
    return [
        ShardPaths(path, *(home / f"{name}.{kind}.parquet" for kind in ("sentences", "rejected", "mentions")))
        for name, path in shards
    ]


def annotate_shards(
    shards: list[ShardPaths],
    make_annotator: Callable[[], Annotator],
    *,
    processes: int,
    rows: int,
    progress: Callable[[int, int], Any] = lambda _done, _all: None,
) -> int:
    """Annotate the shards that are not done; return how many were. `rows`: articles in all of them."""
    todo = [shard for shard in shards if not shard.done]
    if not todo:
        return 0
    if processes == 1 or len(todo) == 1 or rows < _WORTH_A_POOL:
        annotator = make_annotator()
        for done, shard in enumerate(todo, 1):
            annotate_shard(shard, annotator)
            progress(done, len(todo))
        return len(todo)
    context = multiprocessing.get_context("spawn")
    workers = min(processes, len(todo))
    with worker_deaths(), ProcessPoolExecutor(workers, context, _prepare, (make_annotator,)) as pool:
        futures = [pool.submit(_work, shard) for shard in todo]
        try:
            for done, future in enumerate(as_completed(futures), 1):
                future.result()
                progress(done, len(todo))
        finally:
            for future in futures:
                future.cancel()
    return len(todo)


_annotator: Annotator | None = None


def _prepare(make_annotator: Callable[[], Annotator]) -> None:
    global _annotator  # noqa: PLW0603 - a worker's annotator is made once, when the worker starts
    _annotator = make_annotator()


def _work(shard: ShardPaths) -> None:
    assert _annotator is not None, "the worker was started without its annotator"  # noqa: S101
    annotate_shard(shard, _annotator)


def annotate_shard(shard: ShardPaths, annotator: Annotator) -> None:
    """Write what annotation made of one shard; the mentions, written last, say that it is done.

    The first column of each file, `row`, is the article's row in the shard, which may hold two versions of
    a PMID.
    """
    articles = read_parquet(shard.articles, ["pmid", "title", "abstract", "sections"])
    sentences: list[tuple[Any, ...]] = []
    mentions: list[tuple[Any, ...]] = []
    rejected: list[tuple[Any, ...]] = []
    for row, article in enumerate(articles.to_pylist()):
        document = from_article(_article(article))
        sentences += ((row, *values) for values in sentence_rows(article["pmid"], document))
        reading = annotator.read(document)
        mentions += ((row, *values) for values in mention_rows(article["pmid"], document, reading.mentions))
        rejected += ((row, article["pmid"], *candidate) for candidate in reading.rejected)
    write_parquet(shard.sentences, _table(sentences, SENTENCES.schema))
    write_parquet(shard.rejected, _table(rejected, REJECTED.schema))
    write_parquet(shard.mentions, _table(mentions, MENTIONS.schema))


def _article(row: dict[str, Any]) -> Article:
    sections = tuple(Section(**section) for section in row["sections"])
    return Article(row["pmid"], 1, row["title"], row["abstract"], sections)


def sentence_rows(pmid: int, document: Document) -> list[tuple[Any, ...]]:
    """Return a document's sentences as rows of the `sentences` dataset."""
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


_MENTION_COLUMNS = tuple(column.name for column in MENTIONS.columns)


def _stored(schema: pa.Schema) -> pa.Schema:
    return pa.schema([pa.field("row", pa.int32()), *schema])


def _table(rows: list[tuple[Any, ...]], schema: pa.Schema) -> pa.Table:
    stored = _stored(schema)
    columns: list[Any] = list(zip(*rows, strict=True)) or [[] for _ in stored]
    return pa.Table.from_arrays(
        [pa.array(c, f.type) for c, f in zip(columns, stored, strict=True)], schema=stored
    )
