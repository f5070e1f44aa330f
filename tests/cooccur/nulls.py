"""Corpora in which nothing is associated: drawn with a fixed seed, mentions and articles as Parquet files."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.parquet as pq

from comention.cooccur.count import count
from comention.schemas import ARTICLES, MENTIONS

#: Row i says which articles mention concept i.
Matrix = npt.NDArray[np.bool_]

TYPES = ("cytokine", "disease", "drug")


def listing(random: np.random.Generator, concepts: int = 90, articles: int = 400) -> Matrix:
    """A corpus with few concepts in most articles, and every twentieth a list of a third of them."""
    frequent = 1.2 / np.arange(1, concepts + 1) ** 0.7
    richness = np.where(np.arange(articles) % 20 == 0, 30.0, random.lognormal(0.3, 0.5, articles))
    odds = np.outer(frequent, richness) * 0.25
    drawn: Matrix = random.random(odds.shape) < odds / (1 + odds)
    drawn[drawn.sum(axis=1) == 0, 1] = True
    return drawn


def permuted(random: np.random.Generator, matrix: Matrix) -> Matrix:
    """Each concept in as many articles as before, drawn anew: articles do not keep their richness."""
    return np.array([random.permutation(row) for row in matrix])


def curveball(random: np.random.Generator, matrix: Matrix, trades: int) -> Matrix:
    """Both margins kept: two articles at a time trade the concepts that only one of them has.

    Strona et al. 2014 ("A fast and unbiased procedure to randomize ecological binary matrices with fixed
    row and column totals", Nature Communications 5:4114).
    """
    articles = [set(np.flatnonzero(column)) for column in matrix.T]
    for _ in range(trades):
        i, j = random.choice(len(articles), 2, replace=False)
        one, other = sorted(articles[i] - articles[j]), sorted(articles[j] - articles[i])
        pool = random.permutation([*one, *other])
        shared = articles[i] & articles[j]
        articles[i], articles[j] = shared | set(pool[: len(one)]), shared | set(pool[len(one) :])
    result = np.zeros_like(matrix)
    for k, found in enumerate(articles):
        result[[int(i) for i in found], k] = True
    return result


def save(matrix: Matrix, directory: Path, journals: list[str | None] | None = None) -> tuple[Path, Path]:
    """Write a corpus as files of mentions and articles; every mention stands at its own span."""
    concept, article = np.nonzero(matrix)
    start = 10 * concept.astype(np.int32)
    ids, types = [f"X:{i:04}" for i in concept], [TYPES[i % 3] for i in concept]
    columns: dict[str, Any] = {
        "pmid": article + 1,
        "start": start,
        "end": start + 5,
        "entity_type": types,
        "concept_id": ids,
        "sentence": np.ones_like(start),
        "concept_name": ids,
        "negated": np.zeros(start.size, dtype=bool),
        "denied": pa.nulls(start.size, pa.string()),
        "speculative": np.zeros(start.size, dtype=bool),
        "role": [None] * start.size,
    }
    size = matrix.shape[1]
    about: dict[str, Any] = {
        "pmid": np.arange(1, size + 1),
        "year": np.full(size, 2000, dtype=np.int16),
        "retracted": np.zeros(size, dtype=bool),
        "review": np.zeros(size, dtype=bool),
        "journal": journals or [None] * size,
        "study": [[]] * size,
        "story": np.arange(1, size + 1),
    }
    paths = directory / "mentions.parquet", directory / "articles.parquet"
    for path, dataset, values in zip(paths, (MENTIONS, ARTICLES), (columns, about), strict=True):
        schema = pa.schema([dataset.schema.field(name) for name in values])
        pq.write_table(pa.table(values, schema=schema), path)
    return paths


def counted(
    matrix: Matrix, directory: Path, journals: list[str | None] | None = None
) -> dict[str, npt.NDArray[Any]]:
    """Count a corpus and return the columns of `pairs` that are numbers."""
    mentions, articles = save(matrix, directory, journals)
    count(
        mentions=[mentions],
        articles=[articles],
        out=directory / "out",
        topic_ids=frozenset(),
        pair_types=TYPES,
        threads=1,
    )
    table = pq.read_table(directory / "out" / "pairs.parquet")
    names = ["a_id", "b_id", "articles", "articles_a", "articles_b", "p_value", "q_value", "p_richness"]
    return {name: table.column(name).to_numpy() for name in [*names, "q_richness", "p_field", "q_field"]}
