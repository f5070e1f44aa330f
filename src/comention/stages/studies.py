"""The columns that say what kind of study an article reports, and in whom a sentence says what it says."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pyarrow as pa

from comention.records import Section
from comention.schemas import ARTICLES, SENTENCES
from comention.study.judgement import Study, judge
from comention.study.reading import contexts, hits, told

_READ = ("pmid", "title", "abstract", "sections", "publication_types", "mesh", "species")
# Articles that are Python objects at a time.
_BATCH = 2000
_NAMES = ("study", "study_main", "study_method", "study_certainty", "species", "species_method")


def with_studies(articles: pa.Table, sentences: pa.Table) -> tuple[pa.Table, pa.Table]:
    """Return the articles with the columns of their studies, and their sentences with `context`.

    `sentences` are those of the articles, those of one article together and in order.
    """
    first = _first_rows(sentences)
    starts = sentences["start"].to_numpy()
    context = np.full(sentences.num_rows, None, dtype=object)
    columns: dict[str, list[Any]] = {name: [] for name in _NAMES}
    for row in _rows(articles):
        abstract = row["abstract"]
        text = row["title"] if abstract is None else f"{row['title']} {abstract}"
        found = hits(text)
        sections = [Section(**section) for section in row["sections"]]
        said = told(found, len(row["title"]), len(text), sections)
        headings = {heading["name"] for heading in row["mesh"]}
        _append(columns, judge(row["publication_types"], headings, tuple(row["species"]), said))
        begin, end = first.get(row["pmid"], (0, 0))
        if found and end > begin:
            context[begin:end] = contexts(found, starts[begin:end].tolist())
    for name, values in columns.items():
        articles = _with(articles, ARTICLES.schema.field(name), values)
    return articles, _with(sentences, SENTENCES.schema.field("context"), context.tolist())


def _first_rows(sentences: pa.Table) -> dict[int, tuple[int, int]]:
    """Return the first row of each article's sentences and the row after its last."""
    pmids = sentences["pmid"].to_numpy()
    begins = np.flatnonzero(np.diff(pmids, prepend=-1))
    ends = np.append(begins[1:], pmids.size)[: begins.size]  # without rows there is no article
    pairs = zip(pmids[begins].tolist(), zip(begins.tolist(), ends.tolist(), strict=True), strict=True)
    return dict(pairs)


def _rows(articles: pa.Table) -> Iterator[dict[str, Any]]:
    for batch in articles.select(_READ).to_batches(max_chunksize=_BATCH):
        yield from batch.to_pylist()


def _append(columns: dict[str, list[Any]], study: Study) -> None:
    columns["study"].append(list(study.words))
    columns["study_main"].append(study.words[0] if study.words else None)
    columns["study_method"].append(list(study.methods))
    columns["study_certainty"].append(list(study.certainties))
    columns["species"].append(list(study.species))
    columns["species_method"].append(study.species_method)


def _with(table: pa.Table, field: pa.Field, values: list[Any]) -> pa.Table:
    column = pa.array(values, field.type)
    at = table.schema.get_field_index(field.name)
    return table.append_column(field, column) if at < 0 else table.set_column(at, field, column)
