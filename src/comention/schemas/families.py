"""The dataset of how many hypotheses each q is corrected for."""

from __future__ import annotations

import pyarrow as pa

from comention.schemas.counts import ENRICHMENT, TRIPLES
from comention.schemas.model import Column, Dataset
from comention.schemas.pairs import PAIRS

FAMILIES = Dataset(
    "families",
    "How many hypotheses q is corrected for, and how many come out.",
    ("family",),
    (
        Column(
            "family",
            pa.string(),
            "pairs, pairs of a cell with a cytokine (cells), triples of disease × drug × cytokine, emerging "
            "pairs, or, with a background, enrichment of a concept",
            values=(PAIRS.name, "cells", TRIPLES.name, "emerging", ENRICHMENT.name),
        ),
        Column("rule", pa.string(), "which hypotheses are tested"),
        Column(
            "size",
            pa.int64(),
            "how many these are, those that no article mentions together included; of emerging pairs, of all "
            "years together; of enrichment, concepts of topic and background",
        ),
        Column("seen", pa.int64(), "rows of the dataset (`trends` for emerging), tested or not"),
        Column(
            "significant",
            pa.int64(),
            "those with q_value ≤ 0.05, or q_emerging for emerging pairs; null for triples",
            True,
        ),
        Column(
            "significant_richness", pa.int64(), "those with q_richness ≤ 0.05; null for emerging pairs", True
        ),
        Column(
            "significant_field",
            pa.int64(),
            "those with q_field ≤ 0.05; null but for pairs, and those of cells, with journals",
            True,
        ),
    ),
)
