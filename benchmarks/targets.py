"""What speed this project wants to reach, and whether it does."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

_SIGNS = {"least": "≥", "below": "<", "most": "≤"}


@dataclass(frozen=True, slots=True)
class Target:
    """A bound: at `least` it, `below` it, or at `most` it."""

    sense: Literal["least", "below", "most"]
    bound: float

    def met(self, value: float) -> bool:
        """Whether a value keeps within the bound."""
        if self.sense == "least":
            return value >= self.bound
        return value < self.bound if self.sense == "below" else value <= self.bound

    def __str__(self) -> str:
        return f"{_SIGNS[self.sense]} {self.bound:g}"


#: Of ratios of rates, by stage and contestant.
RATIOS: Mapping[tuple[str, str], Target] = {
    ("parsing", "lxml.iterparse, bare"): Target("least", 0.6),
    ("parsing", "Bio.Entrez.read"): Target("least", 4),
    ("annotating", "spaCy PhraseMatcher and tokeniser"): Target("least", 7),
    ("recognising", "spaCy's recogniser, 96 × 4"): Target("least", 14),
}
#: Of figures, by stage and what they are, in the figure's unit.
FIGURES: Mapping[tuple[str, str], Target] = {
    ("counting", "pandas over comention to the table of pairs, wall clock"): Target("least", 10),
    ("counting", "comention, with all statistics, triples, evidence, trends: wall clock"): Target(
        "below", 20
    ),
    ("recognising", "fast, one document at a time"): Target("most", 0.6),
    ("recognising", "standard, one document at a time"): Target("most", 4),
    ("recognising", "claims and study context, share of reading by standard"): Target("most", 0.25),
    ("running", "whole run, from XML to snapshot"): Target("below", 45),
    ("running", "whole run, memory of all processes"): Target("below", 2),
    ("running", "comention --help"): Target("below", 0.4),
    ("running", "comention show pairs"): Target("below", 1),
    ("refreshing", "refresh, whole"): Target("most", 20),
    ("refreshing", "refresh, statistics"): Target("below", 5),
    ("refreshing", "refresh, memory of all processes"): Target("most", 1),
    # four fifths of what it took, and no more than it took, when these targets were set
    ("scale", "whole run, 200,000 articles: wall clock"): Target("most", 93),
    ("scale", "counting, concepts afresh, 200,000 articles: wall clock"): Target("most", 61),
    ("scale", "whole run, 200,000 articles: memory"): Target("most", 1),
    ("scale", "whole run, 1,000,000 articles: memory"): Target("most", 2),
    ("scale", "whole run: exponent of memory, last two sizes"): Target("most", 0.25),
    ("scale", "counting, concepts afresh, 200,000 articles: memory"): Target("most", 1.5),
    ("scale", "counting, concepts afresh, 1,000,000 articles: memory"): Target("most", 3),
    ("scale", "counting, concepts afresh: exponent of memory, last two sizes"): Target("most", 0.25),
    ("scale", "comention show, most articles"): Target("most", 1.5),
    ("scale", "comention lookup, most articles"): Target("most", 1.5),
    ("scale", "comention evidence, most articles"): Target("most", 1.5),
    ("exploring", "explorer: search in everything"): Target("most", 300),
    ("exploring", "Datasette over explorer: first answer from its start"): Target("least", 1),
    ("exploring", "Datasette over explorer: search in everything"): Target("least", 1),
    ("exploring", "Datasette over explorer: pairs with facets"): Target("least", 1),
    ("exploring", "Datasette over explorer: pairs of a grade"): Target("least", 1),
    # flat: a tenth more is what the measure itself varies by
    ("scale", "annotation, memory at the largest size over a tenth of it"): Target("most", 1.1),
}
#: Of the exponents of time by size, over all sizes and over the last two.
EXPONENT = Target("most", 1.05)
