"""Fitting a tagger: tagged sentences to the weights of their features, by crfsuite (Okazaki 2007).

Corpora disagree on what a chemical is. A sentence of another guideline has its features twice, once under
that guideline's name (Daumé 2007, arXiv:0907.1815, with copies for all corpora but the main ones): what it
says against the others goes into its copies, which are thrown away, and what they agree on into the weights.

crfsuite's L-BFGS draws no random number, so the same sentences in the same order give the same weights.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from comention.errors import UsageError
from comention.ner.crf import LABELS, Floats

# The weight of a label that cannot be.
_NEVER = -100.0

# Features that a guideline has copies of: those of the token itself that tell most.
_COPIED = ("w=", "s=", "x=", "l=", "c=", "cs=", "n=", "m=", "d=", "dl=", "ns=", "nw=", "nn=", "bias")
# No name of a feature begins so.
_COPY = "@"


class Example(NamedTuple):
    """A sentence: names of each token's features, each token's label, the guideline where it is another's."""

    rows: list[list[str]]
    labels: list[str]
    guideline: str = ""


@dataclass(frozen=True, slots=True)
class FittingSettings:
    """What crfsuite is asked for: L1 and L2 penalties, and the most iterations."""

    c1: float = 0.05
    c2: float = 0.05
    iterations: int = 150


@dataclass(frozen=True, slots=True)
class Fitted:
    """A tagger: for each feature its weights for O, B and I, and those from label to label (3 × 3)."""

    weights: Mapping[str, tuple[float, float, float]]
    transitions: Floats


def fit(examples: Iterable[Example], settings: FittingSettings) -> Fitted:
    """Return the tagger that fits the examples; raises UsageError where crfsuite is not installed."""
    crfsuite = crf_library()
    trainer = crfsuite.Trainer(verbose=False)
    for example in examples:
        trainer.append(crfsuite.ItemSequence(_with_copies(example)), example.labels)
    trainer.set_params(
        {
            "c1": settings.c1,
            "c2": settings.c2,
            "max_iterations": settings.iterations,
            "feature.possible_transitions": True,
        }
    )
    with tempfile.TemporaryDirectory() as folder:
        path = str(Path(folder) / "tagger")
        trainer.train(path)
        tagger = crfsuite.Tagger()
        tagger.open(path)
        learnt = tagger.info()
        tagger.close()
    weights: dict[str, list[float]] = {}
    for (name, label), weight in learnt.state_features.items():
        if not name.startswith(_COPY):
            weights.setdefault(name, [0.0, 0.0, 0.0])[LABELS.index(label)] = weight
    transitions = np.zeros((3, 3))
    for absent in {*range(3)} - {LABELS.index(label) for label in learnt.labels}:
        # crfsuite knows no label that no example has, and so it shall never be given.
        transitions[absent, :] = transitions[:, absent] = _NEVER
        weights.setdefault("bias", [0.0, 0.0, 0.0])[absent] = _NEVER
    for (before, after), weight in learnt.transitions.items():
        transitions[LABELS.index(before), LABELS.index(after)] = weight
    return Fitted({name: (o, b, i) for name, (o, b, i) in weights.items()}, transitions)


def _with_copies(example: Example) -> list[list[str]]:
    """Return the features of a sentence, with the copies that another guideline has."""
    rows, _, guideline = example
    if not guideline:
        return rows
    return [row + [f"{_COPY}{guideline} {name}" for name in row if name.startswith(_COPIED)] for row in rows]


def crf_library() -> Any:
    """Return the module of crfsuite; raises UsageError where it is not installed."""
    try:
        import pycrfsuite
    except ImportError:
        raise UsageError(
            "training needs python-crfsuite, which is not installed: pip install 'comention[train]'"
        ) from None
    return pycrfsuite
