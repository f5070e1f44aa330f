"""The live corpus, put together from shards: articles, sentences, mentions, claims, concepts, hierarchy."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any, Protocol

import pyarrow as pa

from comention.files.atomic import write_parquet
from comention.files.checksums import read_checked
from comention.schemas import (
    ARTICLES,
    CITATIONS,
    CLAIMS,
    CONCEPTS,
    HIERARCHY,
    MENTIONS,
    SENTENCES,
    SPLIT,
    UNLINKED,
    conform,
)
from comention.stages.stories import stories
from comention.stages.studies import with_studies

_MEND = "`comention doctor --repair` goes back to the last whole commit; or run with --full to fetch anew"
_REMADE = "run again, which annotates its shard anew"

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
    def claims(self) -> Path:
        """What their sentences say."""


def collect(
    shards: Sequence[Shard],
    live: Callable[[Shard], dict[int, str]],
    describe: Describe,
    out: Path,
    progress: Callable[[int, int], Any] = lambda _done, _all: None,
) -> dict[str, int]:
    """Write articles, sentences, mentions, claims, concepts and hierarchy of what is live; return their rows.

    `live` tells, for a shard, the content hash of each PMID whose live row lies in it. `progress` is called
    with the shards that are read and with all of them.
    """
    progress(0, len(shards))
    articles: list[pa.Table] = [CITATIONS.schema.empty_table()]
    sentences: list[pa.Table] = [SPLIT.schema.empty_table()]
    mentions: list[pa.Table] = [MENTIONS.schema.empty_table()]
    claims: list[pa.Table] = [CLAIMS.schema.empty_table()]
    for done, shard in enumerate(shards, 1):
        table = read_checked(shard.articles, mend=_MEND)
        wanted = live(shard)
        keys = zip(table["pmid"].to_pylist(), table["content_hash"].to_pylist(), strict=True)
        rows = pa.array([wanted.get(pmid) == digest for pmid, digest in keys], pa.bool_())
        articles.append(table.filter(rows))
        for path, found in ((shard.sentences, sentences), (shard.mentions, mentions), (shard.claims, claims)):
            found.append(_of_rows(read_checked(path, mend=_REMADE), rows, table))
        progress(done, len(shards))
    citations, split = with_studies(pa.concat_tables(articles), pa.concat_tables(sentences))
    mentioned = conform(pa.concat_tables(mentions), MENTIONS)
    concepts = concepts_of(mentioned, describe)
    written = {
        "articles": conform(citations.append_column("story", stories(citations)), ARTICLES),
        "sentences": conform(split, SENTENCES),
        "mentions": mentioned,
        "claims": conform(pa.concat_tables(claims), CLAIMS),
        "concepts": conform(concepts, CONCEPTS),
        "hierarchy": conform(_hierarchy(concepts, describe), HIERARCHY),
    }
    for name, rows_of in written.items():
        write_parquet(out / f"{name}.parquet", rows_of)
    return {name: rows_of.num_rows for name, rows_of in written.items()}


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
    columns = ["concept_id", "concept_name", "entity_type"]
    distinct = mentions.select(columns).group_by(columns, use_threads=False).aggregate([]).to_pylist()
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
    rows: list[dict[str, Any]] = []
    for concept_id in mentioned:
        for ancestor_id, steps in _above(concept_id, known).items():
            above = known[ancestor_id]
            if above["name"] is not None and ancestor_id != concept_id:
                values = (concept_id, ancestor_id, above["name"], above["entity_type"], steps)
                rows.append(dict(zip(HIERARCHY.schema.names, values, strict=True)))
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
