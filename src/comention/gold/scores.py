"""What an annotator reached on gold: counts with their rates, differences by cause, and both as rows."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Literal

from comention.documents.pubtator import Problem

#: The class of drugs and chemicals together, where the gold does not tell them apart.
MERGED = "chemical+drug"

TOTAL = "total"

Measure = Literal[
    "linked mention",
    "strict span",
    "relaxed span",
    "concept",
    "concept, no id mapped",
    "strict span, no drug classes",
    "concept, no drug classes",
]

#: Those of gold that marks places, and those of gold that marks names.
SPANS: tuple[Measure, ...] = ("strict span", "relaxed span", "concept", "concept, no id mapped")
CONCEPTS: tuple[Measure, ...] = ("concept", "concept, no id mapped")
LINKED: tuple[Measure, ...] = ("linked mention", "concept")
#: Of drugs and chemicals alone.
SPANS_NO_CLASSES: Measure = "strict span, no drug classes"
NO_CLASSES: Measure = "concept, no drug classes"
MEASURES: tuple[Measure, ...] = (LINKED[0], *SPANS, SPANS_NO_CLASSES, NO_CLASSES)

Cause = Literal["missed", "spurious", "trap", "wrong boundary", "wrong type", "wrong concept"]

CAUSES: tuple[Cause, ...] = ("missed", "spurious", "trap", "wrong boundary", "wrong type", "wrong concept")


@dataclass(frozen=True, slots=True)
class Counts:
    """True positives, false positives and false negatives; a rate is None where nothing can be divided."""

    tp: int = 0
    fp: int = 0
    fn: int = 0

    def __add__(self, other: Counts) -> Counts:
        return Counts(self.tp + other.tp, self.fp + other.fp, self.fn + other.fn)

    @property
    def precision(self) -> float | None:
        """The share of ours that is right, 0–1."""
        return self.tp / (self.tp + self.fp) if self.tp + self.fp else None

    @property
    def recall(self) -> float | None:
        """The share of the gold that is found, 0–1."""
        return self.tp / (self.tp + self.fn) if self.tp + self.fn else None

    @property
    def f1(self) -> float | None:
        """The harmonic mean of precision and recall, 0–1."""
        all_three = 2 * self.tp + self.fp + self.fn
        return 2 * self.tp / all_three if all_three else None

    def as_dict(self) -> dict[str, int | float | None]:
        """Return counts and rates by name."""
        rates = {"precision": self.precision, "recall": self.recall, "f1": self.f1}
        return {"tp": self.tp, "fp": self.fp, "fn": self.fn, **rates}


@dataclass(frozen=True, slots=True)
class Difference:
    """One place where ours and the gold differ; the span is the gold's where it has one.

    `type`, `text` and `gold_id` are the gold's, the others ours; each is "" where that side has nothing.
    Several ids of one span are joined by `|`.
    """

    cause: Cause
    type: str
    our_type: str
    pmid: int | str
    start: int
    end: int
    text: str
    our_text: str
    gold_id: str
    our_id: str


@dataclass(frozen=True, slots=True)
class Evaluation:
    """What an annotator reached on a gold corpus.

    `scores` holds the counts by class and measure; the concept measure is absent where the gold gives a
    class no ids. `annotations` counts all of the gold's, `ignored` those of a type that is not evaluated,
    by type as written; `excluded` the gold's OMIM ids that are none of our concepts (one per document and
    id), which the concept measure leaves out; `retired` those that MeSH does not hold today (likewise),
    "mapped" to today's concepts or "left out" in "concept", and wanted as they stand in "concept, no id
    mapped"; "concept, no drug classes" is "concept" of drugs and chemicals without the ids of classes of
    drugs, the gold's and ours, where such ids are known, "strict span, no drug classes" likewise "strict
    span" without the spans that mean nothing but classes; `unscored` our mentions that the gold cannot
    judge, by type: of a type that it does not mark, and cytokines where it marks a gene or family and cannot
    say which (:mod:`comention.gold.genes`). `problems` are the lines of the gold that could not be read.

    `seen` counts the documents that the annotator's model was trained on, None where this is not known or
    it has no model; `unseen` is the evaluation of the others, where there are seen ones and others.
    """

    documents: int
    annotations: int
    scores: Mapping[str, Mapping[Measure, Counts]]
    differences: tuple[Difference, ...]
    ignored: Mapping[str, int]
    excluded: int
    retired: Mapping[str, int]
    unscored: Mapping[str, int]
    problems: tuple[Problem, ...] = ()
    seen: int | None = None
    unseen: Evaluation | None = None

    def total(self) -> dict[Measure, Counts]:
        """Return the counts of all classes together (micro average), by measure.

        What is measured together as well as each, as "chemical+drug", counts once. "strict span, no drug
        classes" takes "strict span" of the other classes; "concept, no drug classes" has no total.
        """
        twice = {part for name in self.scores if "+" in name for part in name.split("+")}
        parts = [by_measure for name, by_measure in self.scores.items() if name not in twice]
        kinds = [m for m in MEASURES if m != NO_CLASSES and any(m in by_measure for by_measure in parts)]
        instead = {SPANS_NO_CLASSES: SPANS[0]}
        return {
            m: sum((part.get(m) or part.get(instead.get(m, m)) or Counts() for part in parts), Counts())
            for m in kinds
        }

    def rows(self) -> list[dict[str, Any]]:
        """Return a row per class and measure, then the total, for a table."""
        every = {**self.scores, TOTAL: self.total()}
        return [
            {"type": name, "measure": measure, **by_measure[measure].as_dict()}
            for name, by_measure in every.items()
            for measure in MEASURES
            if measure in by_measure
        ]

    def rows_by_texts(self) -> list[dict[str, Any]]:
        """Return the rows of all documents, then of those not seen in training, where that differs."""
        parts = {"all": self} | ({} if self.unseen is None else {"unseen": self.unseen})
        return [{"texts": texts, **row} for texts, part in parts.items() for row in part.rows()]

    def errors(self) -> list[dict[str, Any]]:
        """Return every difference as a row, grouped by cause, then in the order of the texts."""
        ordered = sorted(
            self.differences, key=lambda d: (CAUSES.index(d.cause), str(d.pmid).rjust(20), d.start)
        )
        return [asdict(difference) for difference in ordered]

    def as_dict(self) -> dict[str, Any]:
        """Return all but the listing of differences, which are counted by cause, for JSON."""
        causes = Counter(difference.cause for difference in self.differences)
        return {
            "documents": self.documents,
            "annotations": self.annotations,
            "scores": self._scores(),
            "errors": {cause: causes[cause] for cause in CAUSES},
            "ignored": dict(self.ignored),
            "excluded": self.excluded,
            "retired": dict(self.retired),
            "unscored": dict(self.unscored),
            "problems": [str(problem) for problem in self.problems],
            "seen": self.seen,
            "unseen": self.unseen and {"documents": self.unseen.documents, "scores": self.unseen._scores()},
        }

    def _scores(self) -> dict[str, Any]:
        every = {**self.scores, TOTAL: self.total()}
        return {name: {m: c.as_dict() for m, c in part.items()} for name, part in every.items()}
