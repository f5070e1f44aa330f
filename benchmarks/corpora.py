"""Synthetic corpora for benchmarks of counting: as many mentions as asked for, as sparse as real ones.

Concepts are drawn anew for every article. Real text repeated would repeat its pairs, and their number would
stop growing. Popularity falls as in Zipf's law, articles differ in richness (log-normal), and a concept
stands about twice in an article that mentions it, as in real abstracts.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

from comention.files.atomic import write_parquet
from comention.schemas import ARTICLES, MENTIONS

#: Concepts of each type, and their share of the mentions: about those of the shipped lexicon in PubMed.
TYPES = {"chemical": (3000, 0.22), "cytokine": (300, 0.18), "disease": (5000, 0.38), "drug": (3500, 0.22)}
# Kinds of studies, about as often as PubMed's newest articles tell them.
_STUDIES: tuple[list[str], ...] = (
    [],
    [],
    ["human observational"],
    ["animal"],
    ["in vitro"],
    ["review"],
    ["animal", "in vitro"],
)
_SENTENCES = 11
_LENGTH = 140


@dataclass(frozen=True, slots=True)
class Files:
    """Where a corpus was written, and how many mentions it has."""

    mentions: Path
    articles: Path
    rows: int


def write(folder: Path, articles: int, mentions: int, seed: int = 12) -> Files:
    """Write Parquet files of `mentions` and `articles` with about as many mentions as asked for."""
    draw = np.random.default_rng(seed)
    concepts = mentions / articles / 2
    rich = np.maximum(draw.lognormal(np.log(concepts) - 0.125, 0.5, articles).round().astype(np.int64), 1)
    article = np.repeat(np.arange(articles), rich)
    kinds = draw.choice(len(TYPES), article.size, p=[share for _, share in TYPES.values()])
    sizes = np.array([size for size, _ in TYPES.values()])[kinds]
    # inverse of the cumulative popularity ~ ln(rank) of Zipf's law with exponent 1
    rank = np.minimum(np.exp(draw.random(article.size) * np.log(sizes + 1)).astype(np.int64) - 1, sizes - 1)
    times = draw.geometric(0.5, article.size)
    article, kinds, rank = (np.repeat(values, times) for values in (article, kinds, rank))
    sentence = draw.integers(0, _SENTENCES, article.size)
    place = sentence * _LENGTH + draw.integers(0, _LENGTH, article.size)
    # one mention of a concept at a place, no more
    bounds = (articles, _SENTENCES * _LENGTH, len(TYPES), max(size for size, _ in TYPES.values()))
    key = np.unique(np.ravel_multi_index((article, place, kinds, rank), bounds))
    article, place, kinds, rank = np.unravel_index(key, bounds)
    pmid = 10_000_000 + 7 * article
    names = [f"{kind} {number}" for kind, (size, _) in TYPES.items() for number in range(size)]
    first = np.concatenate([[0], np.cumsum([size for size, _ in TYPES.values()])])[kinds]
    dictionary = pa.DictionaryArray.from_arrays(pa.array(first + rank, pa.int32()), pa.array(names))
    name = dictionary.cast(pa.string())
    rows = article.size
    columns = {
        "pmid": pmid,
        "start": place,
        "end": place + 6,
        "entity_type": pa.array(list(TYPES)).take(pa.array(kinds)),
        "concept_id": name,
        "sentence": place // _LENGTH,
        "concept_name": name,
        "negated": draw.random(rows) < 0.03,
        "speculative": draw.random(rows) < 0.05,
        "denied": pa.nulls(rows, pa.string()),
        "role": pa.nulls(rows, pa.string()),
    }
    schema = pa.schema([MENTIONS.schema.field(column) for column in columns])
    table = pa.table({k: pa.array(v) for k, v in columns.items()}).cast(schema)
    write_parquet(folder / "mentions.parquet", table)
    about: dict[str, Any] = {
        "pmid": 10_000_000 + 7 * np.arange(articles),
        "year": 1990 + np.sort(draw.integers(0, 36, articles)),
        "retracted": draw.random(articles) < 0.001,
        "review": draw.random(articles) < 0.15,
        # of 3,000 journals, some large, as in a file of PubMed
        "journal": [f"journal {number}" for number in (3000 * draw.random(articles) ** 2).astype(int)],
    }
    # as in PubMed's files, one citation in thirty is about another, or another is about it
    about["story"] = np.where(draw.random(articles) < 0.015, np.roll(about["pmid"], 1), about["pmid"])
    about["study"] = [_STUDIES[number] for number in draw.integers(0, len(_STUDIES), articles)]
    schema = pa.schema([ARTICLES.schema.field(column) for column in about])
    table = pa.table({k: pa.array(v) for k, v in about.items()}).cast(schema)
    write_parquet(folder / "articles.parquet", table)
    return Files(folder / "mentions.parquet", folder / "articles.parquet", rows)
