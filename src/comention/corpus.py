"""The live corpus, put together from shards: the datasets `articles`, `sentences`, `mentions`, `concepts`."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any, Protocol

import pyarrow as pa

from comention.files import read_parquet, write_parquet
from comention.schemas import ARTICLES, CONCEPTS, MENTIONS, SENTENCES, UNLINKED, conform

#: Gives name, type, parents, cross-references, synonyms and source of the concepts with these ids.
Describe = Callable[[Iterable[str]], list[dict[str, Any]]]


class Shard(Protocol):
    """A shard of articles and its annotation."""

    @property
    def articles(self) -> Path:
        """Rows of `articles`, live and dead."""

    @property
    def sentences(self) -> Path:
        """Their sentences."""

    @property
    def mentions(self) -> Path:
        """Their mentions."""


def collect(
    shards: Sequence[Shard], live: Callable[[Shard], dict[int, str]], describe: Describe, out: Path
) -> dict[str, int]:
    """Write the four datasets of the live articles into a folder; return the rows of each.

    `live` tells, for a shard, the content hash of each PMID whose live row lies in it.
    """
    articles: list[pa.Table] = [ARTICLES.schema.empty_table()]
    sentences: list[pa.Table] = [SENTENCES.schema.empty_table()]
    mentions: list[pa.Table] = [MENTIONS.schema.empty_table()]
    for shard in shards:
        table = read_parquet(shard.articles)
        wanted = live(shard)
        keys = zip(table["pmid"].to_pylist(), table["content_hash"].to_pylist(), strict=True)
        rows = pa.array([wanted.get(pmid) == digest for pmid, digest in keys], pa.bool_())
        articles.append(table.filter(rows))
        sentences.append(_of_rows(read_parquet(shard.sentences), rows, table["retracted"]))
        mentions.append(_of_rows(read_parquet(shard.mentions), rows, table["retracted"]))
    found = conform(pa.concat_tables(mentions), MENTIONS)
    written = {
        "articles": conform(pa.concat_tables(articles), ARTICLES),
        "sentences": conform(pa.concat_tables(sentences), SENTENCES),
        "mentions": found,
        "concepts": conform(_concepts(found, describe), CONCEPTS),
    }
    for name, rows_of in written.items():
        write_parquet(out / f"{name}.parquet", rows_of)
    return {name: rows_of.num_rows for name, rows_of in written.items()}


def _of_rows(annotation: pa.Table, live: pa.Array, retracted: pa.ChunkedArray[Any]) -> pa.Table:
    """Return the rows of an annotation that belong to live rows of its shard, flagged as those are."""
    row = annotation["row"].combine_chunks()
    at = annotation.schema.get_field_index("retracted")
    flagged = annotation.set_column(at, "retracted", retracted.take(row))
    return flagged.filter(live.take(row)).drop_columns(["row"])


def _concepts(mentions: pa.Table, describe: Describe) -> pa.Table:
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
                known | {"entity_type": row["entity_type"], "synonyms": [], "parents": [], "xrefs": []}
            )
    return pa.Table.from_pylist(rows, schema=CONCEPTS.schema)
