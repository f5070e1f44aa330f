"""How well claims are told: precision, recall and F1 of each, errors of sign, what "none" is worth."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from comention.claims.model import Pair, name_of
from comention.claims.vocabulary import ALLOWED, OPPOSITE
from comention.records import ClaimWord

#: Claims with fewer labels are pooled: a rate of theirs says little.
MANY = 25

_Z = 1.959963984540054


class Told(NamedTuple):
    """A pair's label, and what was told of it."""

    pair: Pair
    label: ClaimWord
    claim: ClaimWord


class Rate(NamedTuple):
    """Right ones of all; with a 95 % interval after Wilson (1927, doi:10.1080/01621459.1927.10502953)."""

    right: int
    total: int

    @property
    def value(self) -> float | None:
        """The share, None of nothing."""
        return self.right / self.total if self.total else None

    @property
    def interval(self) -> tuple[float, float] | None:
        """The ends of the interval, None of nothing."""
        if not self.total:
            return None
        share, n = self.right / self.total, self.total
        middle = (share + _Z**2 / (2 * n)) / (1 + _Z**2 / n)
        half = _Z / (1 + _Z**2 / n) * math.sqrt(share * (1 - share) / n + _Z**2 / (4 * n**2))
        return middle - half, middle + half


@dataclass(frozen=True, slots=True)
class ClaimScores:
    """What is measured on labelled pairs."""

    told: Sequence[Told]

    def rates(self, pair: Pair, claims: Sequence[ClaimWord]) -> tuple[Rate, Rate]:
        """Return precision and recall of some claims of a pair of types together."""
        own = [t for t in self.told if t.pair == pair]
        right = sum(t.claim == t.label and t.label in claims for t in own)
        return Rate(right, sum(t.claim in claims for t in own)), Rate(
            right, sum(t.label in claims for t in own)
        )

    def f1(self, pair: Pair, claims: Sequence[ClaimWord]) -> float | None:
        """Return F1 of some claims of a pair of types together, None where there are none."""
        precision, recall = self.rates(pair, claims)
        total = precision.total + recall.total
        return 2 * precision.right / total if total else None

    def frequent(self, pair: Pair) -> list[ClaimWord]:
        """Return the claims of a pair of types with enough labels for a figure of their own."""
        return [claim for claim in ALLOWED[pair] if self.rates(pair, [claim])[1].total >= MANY]

    @property
    def macro_f1(self) -> float | None:
        """The mean F1 of the claims with enough labels, over all pairs of types."""
        found = [self.f1(pair, [claim]) or 0.0 for pair in ALLOWED for claim in self.frequent(pair)]
        return sum(found) / len(found) if found else None

    @property
    def sign_errors(self) -> Rate:
        """How many labelled claims (without "none") are told as their opposite."""
        claimed = [t for t in self.told if t.label != "none"]
        return Rate(sum(OPPOSITE.get(t.label) == t.claim for t in claimed), len(claimed))

    @property
    def none_precision(self) -> Rate:
        """How many of those told as "none" have that label."""
        silent = [t for t in self.told if t.claim == "none"]
        return Rate(sum(t.label == "none" for t in silent), len(silent))

    def rows(self) -> list[dict[str, Any]]:
        """Return a row for each claim that was labelled or told, then the rare ones of each pair together."""
        found = []
        for pair in ALLOWED:
            frequent = self.frequent(pair)
            rare = [claim for claim in ALLOWED[pair] if claim not in frequent]
            found += [self._row(pair, claim, [claim]) for claim in ALLOWED[pair]]
            found += [self._row(pair, f"fewer than {MANY} labels", rare)] if len(rare) > 1 else []
        return [row for row in found if row["labels"] or row["predicted"]]

    def _row(self, pair: Pair, name: str, claims: Sequence[ClaimWord]) -> dict[str, Any]:
        precision, recall = self.rates(pair, claims)
        return {
            "types": name_of(pair),
            "claim": name,
            "labels": recall.total,
            "predicted": precision.total,
            "precision": precision.value,
            "precision_interval": precision.interval,
            "recall": recall.value,
            "recall_interval": recall.interval,
            "f1": self.f1(pair, claims),
        }

    def summary(self) -> dict[str, Any]:
        """Return the figures over all."""
        return {
            "pairs": len(self.told),
            "macro_f1": self.macro_f1,
            "treats_f1": self.f1(("disease", "drug"), ["treats"]),
            "causes_f1": self.f1(("disease", "drug"), ["causes"]),
            "sign_errors": self.sign_errors.value,
            "none_precision": self.none_precision.value,
            "right": sum(t.label == t.claim for t in self.told) / len(self.told) if self.told else None,
        }


def scores(told: Iterable[Told]) -> ClaimScores:
    """Return the scores of what was told."""
    return ClaimScores(tuple(told))
