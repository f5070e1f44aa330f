"""What kind of study each article of a shard reports, and in whom its sentences say what they say."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from comention.records import Section
from comention.schemas import ARTICLES, SENTENCES
from comention.study.judgement import Study, judge
from comention.study.reading import contexts, hits, told

#: What is read of articles.
READ = ("title", "abstract", "sections", "publication_types", "mesh", "species")
# Articles that are Python objects at a time.
_BATCH = 200
_NAMES = ("study", "study_main", "study_method", "study_certainty", "species", "species_method")
_CONTEXT = SENTENCES.schema.field("context")
#: `contexts` has a word, or null, for each sentence.
SCHEMA = pa.schema(
    [*(ARTICLES.schema.field(name) for name in _NAMES), pa.field("contexts", pa.list_(_CONTEXT.type))]
)


def studies(articles: pa.Table, sentences: pa.Table) -> pa.Table:
    """Return the study of each article, row by row, with the columns of `SCHEMA`.

    `sentences` are those of the articles in order, each under the `row` of its article.
    """
    bounds = np.searchsorted(sentences["row"].to_numpy(), np.arange(articles.num_rows + 1)).tolist()
    starts = sentences["start"].to_numpy()
    columns: dict[str, list[Any]] = {name: [] for name in SCHEMA.names}
    for row, (begin, end) in zip(_rows(articles), itertools.pairwise(bounds), strict=True):
        title, abstract = row["title"], row["abstract"]
        text = title if abstract is None else f"{title} {abstract}"
        found = hits(text)
        sections = [Section(**section) for section in row["sections"]]
        said = told(found, len(title), len(text), sections)
        headings = {heading["name"] for heading in row["mesh"]}
        _append(columns, judge(row["publication_types"], headings, tuple(row["species"]), said))
        within = found if end > begin else ()
        columns["contexts"].append(contexts(within, starts[begin:end].tolist()))
    return pa.table(columns, SCHEMA)


def with_studies(articles: pa.Table, sentences: pa.Table, found: pa.Table) -> tuple[pa.Table, pa.Table]:
    """Return the articles with the columns of their studies, and their sentences with `context`.

    `found` is what :func:`studies` returned of them.
    """
    for name in _NAMES:
        articles = _with(articles, ARTICLES.schema.field(name), found[name])
    return articles, _with(sentences, _CONTEXT, pc.list_flatten(found["contexts"]))


def _rows(articles: pa.Table) -> Iterator[dict[str, Any]]:
    for batch in articles.select(READ).to_batches(max_chunksize=_BATCH):
        yield from batch.to_pylist()


def _append(columns: dict[str, list[Any]], study: Study) -> None:
    columns["study"].append(list(study.words))
    columns["study_main"].append(study.words[0] if study.words else None)
    columns["study_method"].append(list(study.methods))
    columns["study_certainty"].append(list(study.certainties))
    columns["species"].append(list(study.species))
    columns["species_method"].append(study.species_method)


def _with(table: pa.Table, field: pa.Field, column: pa.ChunkedArray[Any]) -> pa.Table:
    at = table.schema.get_field_index(field.name)
    return table.append_column(field, column) if at < 0 else table.set_column(at, field, column)
