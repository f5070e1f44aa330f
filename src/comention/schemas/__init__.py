"""Every published and stored dataset: columns, types, units, descriptions, keys.

This is the only place that names a column. Writers, the data dictionary, the table of docs/datasets.md, the
tests and the pandas types derive from it, and nothing is written without :func:`conform`.
"""

from __future__ import annotations

from collections.abc import Mapping

from comention.schemas.accounts import (
    ACCOUNTS,
    ANY_CONCEPT,
    BACKGROUND,
    DRAWN,
    FREQUENCIES,
    LEDGER,
    REJECTED,
    REJECTS,
    RUNS,
)
from comention.schemas.claims import CLAIMS, NO_CLAIM, SAID, SURE
from comention.schemas.corpus import (
    ARTICLES,
    CITATIONS,
    CONCEPTS,
    HIERARCHY,
    MENTIONS,
    SENTENCES,
    SPLIT,
    UNLINKED,
)
from comention.schemas.counts import ENRICHMENT, ENTITIES, SIGNIFICANT, TRIPLES
from comention.schemas.families import FAMILIES
from comention.schemas.model import SCHEMA_VERSION, Column, Dataset, Reference, conform
from comention.schemas.pairs import ARTICLE_LEVEL, EVIDENCE, PAIRS, PAIRS_ROLLED_UP, TRENDS

__all__ = [
    "ACCOUNTS",
    "ANY_CONCEPT",
    "ARTICLES",
    "ARTICLE_LEVEL",
    "BACKGROUND",
    "CITATIONS",
    "CLAIMS",
    "CONCEPTS",
    "DATASETS",
    "DRAWN",
    "ENRICHMENT",
    "ENTITIES",
    "EVIDENCE",
    "FAMILIES",
    "FREQUENCIES",
    "HIERARCHY",
    "LEDGER",
    "MENTIONS",
    "NO_CLAIM",
    "PAIRS",
    "PAIRS_ROLLED_UP",
    "PUBLISHED",
    "REJECTED",
    "REJECTS",
    "RUNS",
    "SAID",
    "SCHEMA_VERSION",
    "SENTENCES",
    "SIGNIFICANT",
    "SPLIT",
    "SURE",
    "TRENDS",
    "TRIPLES",
    "UNLINKED",
    "Column",
    "Dataset",
    "Reference",
    "conform",
]

DATASETS: Mapping[str, Dataset] = {
    d.name: d
    for d in (
        ARTICLES,
        SENTENCES,
        MENTIONS,
        CONCEPTS,
        HIERARCHY,
        ENTITIES,
        ENRICHMENT,
        PAIRS,
        PAIRS_ROLLED_UP,
        TRIPLES,
        FAMILIES,
        EVIDENCE,
        CLAIMS,
        TRENDS,
        LEDGER,
        REJECTS,
        REJECTED,
        ACCOUNTS,
        BACKGROUND,
        DRAWN,
        FREQUENCIES,
        CITATIONS,
        SPLIT,
        RUNS,
    )
}
PUBLISHED: tuple[Dataset, ...] = tuple(d for d in DATASETS.values() if d.published)
