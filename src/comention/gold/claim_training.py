"""From labelled pairs to the model of claims: measured on folds by document, then fitted on all of them.

A fold's model sees no document of the fold, in any file. What turns sums into chances and how readily "none"
is told are chosen for a fold from the four others alone, each told by a model that saw neither of the two.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from scipy import optimize

from comention.annotation.fast import FastAnnotator
from comention.claims import features
from comention.claims.fitting import Example, Settings, Solution, fit, solve
from comention.claims.model import Floats, Model, Pair, Weights, read_weights, worth, write_weights
from comention.claims.rules import ruled
from comention.claims.vocabulary import CLAIMS
from comention.files.atomic import remove_tree, sha256, write_json, write_text
from comention.gold.claim_card import card
from comention.gold.claim_scores import ClaimScores, Told, scores
from comention.gold.claims import Labelled, hashed, read_claims
from comention.gold.relations import Related, read_related
from comention.records import ClaimWord
from comention.version import __version__

FOLDS = 5
#: What a sentence of a document's relation counts, where one that somebody labelled counts 1.
LIGHT = 0.15

#: How many of those told as "none" shall be so, of all types together.
PRECISE = 0.85
_DOUBTS = tuple(x / 20 for x in range(9))


class Measured(NamedTuple):
    """A labelled pair with its features and what a construction says for sure of it."""

    one: Labelled
    features: Sequence[str]
    sure: ClaimWord | None

    @classmethod
    def of(cls, one: Labelled) -> Measured:
        """Return a labelled pair, read."""
        around = one.layout.around(one.a, one.b)
        return cls(one, features.features(one.layout, around, one.a, one.b), ruled(around, one.a, one.b))

    @property
    def pair(self) -> Pair:
        """Its types."""
        return self.one.a.entity_type, self.one.b.entity_type


@dataclass(slots=True)
class Trainer:
    """Fits models on labelled pairs (`labelled`, measured on; `more`, not) and on relations of documents."""

    labelled: Sequence[Labelled]
    more: Sequence[Labelled] = ()
    related: Sequence[Related] = ()
    settings: Settings = field(default_factory=Settings)
    say: Callable[[str], Any] = lambda _: None
    _held: list[Measured] = field(init=False)
    _examples: list[tuple[str, Example]] = field(init=False)
    _of_documents: list[tuple[str, Example]] = field(init=False)
    _near: Solution | None = field(init=False, default=None)
    _by: dict[tuple[int, ...], Weights] = field(init=False, default_factory=dict)

    def __post_init__(self) -> None:
        """Read the features of all pairs once."""
        self._held = [Measured.of(one) for one in self.labelled]
        self._examples = [
            (str(m.one.pmid), Example(m.pair, m.features, (m.one.claim,)))
            for m in [*self._held, *map(Measured.of, self.more)]
        ]
        self._of_documents = [(str(r.pmid), _of_relation(r)) for r in self.related]

    def fitted(self, without: Iterable[Any] = ()) -> Weights:
        """Return the weights fitted on the documents that are not left out.

        Weights are near those that relations of documents ask for, of none that is measured on.
        """
        if self._near is None:
            self._near = self._related_to(m.one.pmid for m in self._held)
        return fit(_without(self._examples, without), self.settings, self._near)

    def _related_to(self, without: Iterable[Any]) -> Solution | None:
        examples = _without(self._of_documents, without)
        return solve(examples, self.settings) if examples else None

    def told(self, others: Sequence[Labelled]) -> ClaimScores:
        """Return what a model tells of other labelled pairs that saw none of their documents."""
        pmids = [one.pmid for one in others]
        near = self._related_to([*pmids, *(m.one.pmid for m in self._held)])
        weights = fit(_without(self._examples, pmids), self.settings, near)
        return scores(_tell(Model(self.tuned(weights)), map(Measured.of, others)))

    def tuned(self, weights: Weights) -> Weights:
        """Return weights with the scales and margins that the folds choose."""
        chances = self._by_fold()
        return _tuned(weights, [(m, c) for fold in chances.values() for m, c in fold])

    def folds(self) -> tuple[ClaimScores, list[tuple[bool, float]]]:
        """Return the scores of the folds, and for every pair whether it is right and its chance."""
        told: list[Told] = []
        sure: list[tuple[bool, float]] = []
        apart = self._by_two_folds()
        for fold in range(FOLDS):
            weights = self._without_folds(fold)
            tuned = Model(
                _tuned(weights, [x for other in range(FOLDS) if other != fold for x in apart[fold, other]])
            )
            mine = [m for m in self._held if m.one.fold == fold]
            told += _tell(tuned, mine)
            for m in mine:
                judged = tuned.judge(m.pair, m.features)
                sure.append((judged.claim == m.one.claim, judged.score))
            self.say(f"fold {fold + 1} of {FOLDS} is measured")
        return scores(told), sure

    def _without_folds(self, *folds: int) -> Weights:
        """Return the weights fitted without the documents of folds, the same ones once."""
        if folds not in self._by:
            self._by[folds] = self.fitted(m.one.pmid for m in self._held if m.one.fold in folds)
        return self._by[folds]

    def _by_fold(self) -> dict[int, list[tuple[Measured, Floats]]]:
        found = {}
        for fold in range(FOLDS):
            model = Model(self._without_folds(fold))
            found[fold] = _chances(model, [m for m in self._held if m.one.fold == fold])
        return found

    def _by_two_folds(self) -> dict[tuple[int, int], list[tuple[Measured, Floats]]]:
        """Return the chances of each second fold, by a model that saw neither it nor the first."""
        found = {}
        for one, other in itertools.combinations(range(FOLDS), 2):
            model = Model(self._without_folds(one, other))
            for first, second in ((one, other), (other, one)):
                found[first, second] = _chances(model, [m for m in self._held if m.one.fold == second])
        return found


def _without(examples: Iterable[tuple[str, Example]], pmids: Iterable[Any]) -> list[Example]:
    left_out = set(map(str, pmids))
    return [example for pmid, example in examples if pmid not in left_out]


def _of_relation(one: Related) -> Example:
    around = one.layout.around(one.a, one.b)
    names = features.features(one.layout, around, one.a, one.b)
    return Example((one.a.entity_type, one.b.entity_type), names, one.claims, LIGHT)


def _chances(model: Model, pairs: Iterable[Measured]) -> list[tuple[Measured, Floats]]:
    return [(m, model.chances(m.pair, m.features)) for m in pairs]


def _tell(model: Model, pairs: Iterable[Measured]) -> list[Told]:
    return [Told(m.pair, m.one.claim, m.sure or model.judge(m.pair, m.features).claim) for m in pairs]


def _tuned(weights: Weights, held: Sequence[tuple[Measured, Floats]]) -> Weights:
    scales = dict(weights.scales)
    chances: list[tuple[Measured, Floats]] = []
    for pair, claims in CLAIMS.items():
        own = [(m, np.log(c)) for m, c in held if m.pair == pair]
        if not own:
            continue
        labels = np.array([claims.index(m.one.claim) for m, _ in own])
        sums = np.array([logs for _, logs in own])
        scales[pair] = _scale(labels, sums)
        chances += zip((m for m, _ in own), _powers(sums / scales[pair]), strict=True)
    held_back = doubt(chances)
    margins = {pair: (*(0.0,) * (len(claims) - 1), -held_back) for pair, claims in CLAIMS.items()}
    return weights._replace(scales=scales, margins=margins)


def _powers(sums: Floats) -> Floats:
    powers = np.exp(sums - sums.max(axis=1, keepdims=True))
    return np.asarray(powers / powers.sum(axis=1, keepdims=True))


def _scale(labels: Any, sums: Floats) -> float:
    """Return what the sums are divided by for the likeliest labels (temperature, arXiv:1706.04599)."""

    def cost(logarithm: float) -> float:
        chances = _powers(sums / np.exp(logarithm))
        return float(-np.log(chances[np.arange(len(labels)), labels]).sum())

    found = optimize.minimize_scalar(cost, bounds=(-2.0, 2.0), method="bounded")
    return round(float(np.exp(found.x)), 2)


def doubt(held: Sequence[tuple[Measured, Floats]]) -> float:
    """Return the least that the chance of "none" is lowered by, so that what is told as "none" is PRECISE."""
    known = [(m, worth(m.pair, chances)) for m, chances in held]

    def precision(lowered: float) -> float:
        silent = [
            m.one.claim == "none"
            for m, worths in known
            if not m.sure and worths[-1] - lowered > worths[:-1].max()
        ]
        return sum(silent) / max(1, len(silent))

    return next((lowered for lowered in _DOUBTS if precision(lowered) >= PRECISE), _DOUBTS[-1])


def write_model(folder: Path, weights: Weights, about: dict[str, Any]) -> None:
    """Write a model into a folder, with its card; what is there is replaced when the new one is whole."""
    folder.mkdir(parents=True, exist_ok=True)
    staged = folder / ".new"
    remove_tree(staged)
    staged.mkdir()
    try:
        write_weights(staged, weights)
        whole = {
            "features": features.VERSION,
            "sha256": sha256(staged / "weights.npz"),
            "comention": __version__,
        }
        whole |= about
        write_json(staged / "model.json", whole)
        read_weights(staged)
        write_text(staged / "MODEL_CARD.md", card(whole))
        for name in ("weights.npz", "MODEL_CARD.md", "model.json"):
            (staged / name).replace(folder / name)
    finally:
        remove_tree(staged)


def train_files(
    labels: Path,
    more: Sequence[Path],
    related: Sequence[Path],
    texts: Sequence[Path],
    annotator: FastAnnotator,
    folder: Path,
    say: Callable[[str], Any],
) -> ClaimScores:
    """Measure on folds, write the model fitted on everything into a folder, and return what was measured.

    Labels whose text is not at hand are told and left out. Raises what reading the files raises.
    """
    gold: dict[str, Any] = {}

    def labelled(path: Path, use: str) -> list[Labelled]:
        found, problems = read_claims(path, texts, annotator)
        for problem in problems:
            say(f"{path.name}: {problem} (left out)")
        gold[path.name] = {"use": use, "pairs": len(found), "sha256": sha256(path)}
        return found

    measured = labelled(labels, "trained and measured on")
    further = [one for path in more for one in labelled(path, "trained on")]
    relations: list[Related] = []
    for path in related:
        relations += (found := read_related(path))
        gold[path.name] = {
            "use": f"what the weights lie near, each pair with weight {LIGHT}",
            "pairs": len(found),
            "sha256": sha256(path),
        }
    trainer = Trainer(measured, further, relations, say=say)
    result, chances = trainer.folds()
    figures = {"rows": result.rows(), "summary": result.summary(), "calibration": calibration(chances)}
    documents = sorted(
        {
            hashed(pmid)
            for pmid in (
                *(x.pmid for x in measured),
                *(x.pmid for x in further),
                *(x.pmid for x in relations),
            )
        }
    )
    write_model(
        folder, trainer.tuned(trainer.fitted()), {"gold": gold, "figures": figures, "documents": documents}
    )
    return result


def calibration(judged: Sequence[tuple[bool, float]]) -> list[tuple[float, float, int, float, float]]:
    """Return for each fifth of the chances how many fall in it, their mean, and the share right."""
    found = []
    for low in (0.0, 0.2, 0.4, 0.6, 0.8):
        inside = [
            (right, score) for right, score in judged if low <= score < low + 0.2 or score == low + 0.2 == 1
        ]
        if inside:
            means = np.mean(np.array(inside, float), axis=0).tolist()
            found.append((low, round(low + 0.2, 1), len(inside), means[1], means[0]))
    return found
