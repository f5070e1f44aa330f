"""The live corpus, put together from shards: articles, sentences, mentions, claims, concepts, hierarchy."""

from __future__ import annotations

import contextlib
import functools
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, Protocol

import pyarrow as pa

from comention.annotation.studies import with_studies
from comention.files.atomic import ROW_GROUP, write_parquet, writing
from comention.files.checksums import read_checked
from comention.pubmed.index import Index
from comention.schemas import (
    ARTICLES,
    CLAIMS,
    CONCEPTS,
    HIERARCHY,
    MENTIONS,
    SENTENCES,
    UNLINKED,
    Dataset,
    conform,
)
from comention.stages.ranges import Ranges, RowGroups
from comention.stages.stories import READ as STORIES_READ
from comention.stages.stories import stories

_MEND = "`comention doctor --repair` goes back to the last whole commit; or run with --full to fetch anew"
_REMADE = "run again, which annotates its shard anew"

# What is read of shards, all but the stories, and written.
_WRITTEN = (ARTICLES, MENTIONS, SENTENCES, CLAIMS)  # the longest first, then what concepts wait for
# Rows of a row group, which is read for a single sentence.
_MOST = {SENTENCES.name: ROW_GROUP // 4}
_STORY = ARTICLES.schema.get_field_index("story")
_SCHEMAS = {dataset.name: dataset.schema.remove_metadata() for dataset in _WRITTEN}
_SCHEMAS[ARTICLES.name] = _SCHEMAS[ARTICLES.name].remove(_STORY)
_DISTINCT = ["concept_id", "concept_name", "entity_type"]

#: Gives name, type, parents, cross-references, synonyms and source of the concepts with these ids.
Describe = Callable[[Iterable[str]], list[dict[str, Any]]]


class Shard(Protocol):
    """A shard of articles and its annotation."""

    @property
    def articles(self) -> Path:
        """Rows of `citations`, live and dead."""

    @property
    def sentences(self) -> Path:
        """Their sentences."""

    @property
    def mentions(self) -> Path:
        """Their mentions."""

    @property
    def studies(self) -> Path:
        """What kind of study each is."""

    @property
    def claims(self) -> Path:
        """What their sentences say."""


def collect(
    shards: Sequence[Shard],
    live: Index,
    describe: Describe,
    out: Path,
    progress: Callable[[int, int], Any] = lambda _done, _all: None,
    threads: int = 1,
) -> dict[str, int]:
    """Write articles, sentences, mentions, claims, concepts and hierarchy of what is live; return their rows.

    They are put into order a range of PMIDs at a time (:mod:`comention.stages.ranges`). Claims lie in the
    order of PMIDs as well, not yet in their own: counting keeps some of them and sorts these. `progress` is
    called with the shards that are read and with all of them. Shards are read, and datasets written, in so
    many `threads`, which the result does not depend on.
    """
    with (
        writing(out),
        tempfile.TemporaryDirectory(dir=_made(out), prefix=".collect-") as folder,
        contextlib.ExitStack() as open_files,
    ):
        ranges = {
            name: open_files.enter_context(Ranges(Path(folder) / name, schema, live.pmids))
            for name, schema in _SCHEMAS.items()
        }
        pool = ThreadPoolExecutor(min(threads, len(_WRITTEN)))
        open_files.callback(pool.shutdown, cancel_futures=True)
        progress(0, len(shards))
        read = functools.partial(_read, live=live, ranges=ranges)
        for done, _ in enumerate(pool.map(read, shards), 1):
            progress(done, len(shards))
        return _write(ranges, out, pool, describe)


def _made(folder: Path) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def _read(shard: Shard, live: Index, ranges: Mapping[str, Ranges]) -> None:
    """Put what is live of a shard into its ranges."""
    articles = read_checked(shard.articles, mend=_MEND)
    rows = live.lives(shard.articles.stem, articles["pmid"], articles["content_hash"])
    sentences, mentions, claims, studies = (
        read_checked(path, mend=_REMADE)
        for path in (shard.sentences, shard.mentions, shard.claims, shard.studies)
    )
    articles, sentences = with_studies(articles, sentences, studies)
    ranges[ARTICLES.name].add(articles.filter(rows).select(_SCHEMAS[ARTICLES.name].names))
    for table, dataset in ((sentences, SENTENCES), (mentions, MENTIONS), (claims, CLAIMS)):
        ranges[dataset.name].add(_of_rows(table, rows, articles))


def _write(
    ranges: Mapping[str, Ranges], out: Path, pool: ThreadPoolExecutor, describe: Describe
) -> dict[str, int]:
    """Write the datasets, those of `_WRITTEN` a range after the other; return their rows."""
    # a row for each concept, name and type mentioned
    mentioned = [MENTIONS.schema.empty_table().select(_DISTINCT)]
    parts = {dataset: ranges[dataset.name].read() for dataset in _WRITTEN}
    parts[ARTICLES] = _with_stories(ranges[ARTICLES.name])
    parts[MENTIONS] = _noting(parts[MENTIONS], mentioned)
    written = {dataset: pool.submit(_write_one, dataset, parts[dataset], out) for dataset in _WRITTEN}
    written[MENTIONS].result()  # others are still written while concepts are
    concepts = concepts_of(mentioned[0], describe)
    rows = {}
    for table, dataset in ((concepts, CONCEPTS), (_hierarchy(concepts, describe), HIERARCHY)):
        conforming = conform(table, dataset)
        write_parquet(out / f"{dataset.name}.parquet", conforming)
        rows[dataset.name] = conforming.num_rows
    return {dataset.name: one.result() for dataset, one in written.items()} | rows


def _write_one(dataset: Dataset, parts: Iterable[pa.Table], out: Path) -> int:
    most = _MOST.get(dataset.name, ROW_GROUP)
    with RowGroups(out / f"{dataset.name}.parquet", dataset.schema, most) as file:
        for table in parts:
            file.write(conform(table, dataset))
    return file.rows


def _with_stories(articles: Ranges) -> Iterator[pa.Table]:
    """Yield the articles of each range with their stories."""
    story = stories(lambda: articles.read(STORIES_READ))
    for part in articles.read():
        of_story = [story.get(pmid, pmid) for pmid in part["pmid"].to_pylist()]
        yield part.add_column(_STORY, "story", pa.array(of_story, pa.int64()))


def _noting(parts: Iterable[pa.Table], mentioned: list[pa.Table]) -> Iterator[pa.Table]:
    """Yield mentions; the one table of `mentioned` gets a row for each concept, name and type among them."""
    for part in parts:
        both = pa.concat_tables([mentioned[0], part.select(_DISTINCT)])
        mentioned[0] = both.group_by(_DISTINCT, use_threads=False).aggregate([])
        yield part


def _of_rows(annotation: pa.Table, live: pa.Array, articles: pa.Table) -> pa.Table:
    """Return the rows of an annotation that belong to live rows of its shard, with what is told of those."""
    row = annotation["row"].combine_chunks()
    for name in ("retracted", "year"):
        at = annotation.schema.get_field_index(name)
        if at >= 0:
            annotation = annotation.set_column(at, name, articles[name].take(row))
    return annotation.filter(live.take(row)).drop_columns(["row"])


def concepts_of(mentions: pa.Table, describe: Describe) -> pa.Table:
    """Return a row for each concept mentioned; what is unlinked is what the first of its surfaces says."""
    distinct = mentions.select(_DISTINCT).group_by(_DISTINCT, use_threads=False).aggregate([]).to_pylist()
    by_id = {
        row["concept_id"]: row for row in sorted(distinct, key=lambda r: tuple(r.values()), reverse=True)
    }
    rows = describe(concept_id for concept_id in by_id if not concept_id.startswith(UNLINKED))
    for concept_id, row in by_id.items():
        if concept_id.startswith(UNLINKED):
            known = {"concept_id": concept_id, "name": row["concept_name"], "source": "text"}
            rows.append(
                known
                | {
                    "entity_type": row["entity_type"],
                    "synonyms": [],
                    "parents": [],
                    "xrefs": [],
                    "level": None,
                }
            )
    return pa.Table.from_pylist(rows, schema=CONCEPTS.schema)


def _hierarchy(concepts: pa.Table, describe: Describe) -> pa.Table:
    """Return each concept with all that is above it; what has itself above it has no such row."""
    names = ("concept_id", "name", "entity_type", "parents")
    known = {row["concept_id"]: row for row in concepts.select(names).to_pylist()}
    mentioned = sorted(known)
    while missing := {parent for row in known.values() for parent in row["parents"]} - known.keys():
        found = {row["concept_id"]: row for row in describe(missing)}
        # a parent that the lexicon does not hold ends the way up
        known |= {i: found.get(i, {"concept_id": i, "name": None, "parents": []}) for i in missing}
    columns = HIERARCHY.schema.names
    rows: list[dict[str, Any]] = []
    for concept_id in mentioned:
        for ancestor_id, steps in _above(concept_id, known).items():
            above = known[ancestor_id]
            if above["name"] is not None and ancestor_id != concept_id:
                values = (concept_id, ancestor_id, above["name"], above["entity_type"], steps)
                rows.append(dict(zip(columns, values, strict=True)))
    return pa.Table.from_pylist(rows, schema=HIERARCHY.schema)


def _above(concept_id: str, known: dict[str, dict[str, Any]]) -> dict[str, int]:
    """Return what is above a concept and how many links away, the nearest first."""
    found: dict[str, int] = {}
    level, steps = [concept_id], 0
    while level:
        steps += 1
        level = [p for i in level for p in known[i]["parents"] if p not in found]
        found |= dict.fromkeys(level, steps)
    return found
