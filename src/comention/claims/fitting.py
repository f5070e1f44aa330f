"""From labelled pairs to a model: a multinomial logistic regression whose claims share what they can.

The weight of a feature for a claim is a sum of four: for the claim, for its kind (good for the disease or
lowering, bad or raising, no effect, vague, none), and both again for the pair of types alone. All are held
small by one L2 penalty, so that a pair of types with few labels leans on the others. A label may be a set of
claims, one of which holds: then the chance of the set is what is made large. What the annotator says of the
two names is held less strongly, the title and the words before and behind them more. Nothing is drawn at
random.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy import optimize, sparse

from comention.claims.model import Floats, Pair, Weights
from comention.claims.vocabulary import CLAIMS
from comention.records import ClaimWord

#: Claims of one kind, whatever the pair of types.
KINDS: tuple[tuple[ClaimWord, ...], ...] = (
    ("treats", "protects", "lowers", "lowered_in"),
    ("causes", "promotes", "raises", "raised_in"),
    ("no_effect", "no_difference"),
    ("studied", "associated"),
    ("none",),
)

_WORDS: tuple[ClaimWord, ...] = tuple(sorted({claim for claims in CLAIMS.values() for claim in claims}))
_PAIRS: tuple[Pair, ...] = tuple(CLAIMS)
_NEVER = -1e9

# What the annotator says of the two names; the title, and single words before and behind them.
_OF_NAMES = re.compile(r"(?:[ab]|[ab]?(?:disease|drug|cytokine)) (?!under)")
_ASIDE = re.compile(r"title |[bf](?!ias|irst|not)\S*$")


class Example(NamedTuple):
    """A pair with its features; one of `claims` is what the sentence says. `weight` is how much it counts."""

    pair: Pair
    features: Sequence[str]
    claims: Sequence[ClaimWord]
    weight: float = 1.0


class Settings(NamedTuple):
    """How a model is fitted. `strength` divides the penalty; rarer features than `least` are left out.

    `own` and `kin` are how freely a pair of types has weights of its own, and a kind of claims.
    """

    strength: float = 0.04
    least: int = 3
    own: float = 0.7
    kin: float = 0.7
    iterations: int = 60


class Solution(NamedTuple):
    """What a fit found: (features, for all pairs and then for each, claims and kinds), by its features."""

    features: tuple[str, ...]
    values: Floats


def fit(examples: Sequence[Example], settings: Settings, near: Solution | None = None) -> Weights:
    """Return the weights that explain the examples best; see :func:`solve`."""
    return weights_of(solve(examples, settings, near), settings)


def solve(examples: Sequence[Example], settings: Settings, near: Solution | None = None) -> Solution:
    """Return what explains the examples best and is small, or near what another fit found of other examples.

    The other's features keep what it found where the examples do not have them.
    """
    counted = Counter(name for example in examples for name in example.features)
    kept = {name for name, count in counted.items() if count >= settings.least}
    names = tuple(sorted(kept.union(near.features if near else ())))
    design, used = _design(examples, {name: i for i, name in enumerate(names)}, settings.own)
    shared = _sharing(settings.kin)
    values = np.zeros((1 + len(_PAIRS), len(names), len(shared)))
    if near is not None:
        _copy(near, names, values)
    flat = values.reshape(-1, len(shared))
    before = flat[used].ravel()
    found = optimize.minimize(
        _loss(design, shared, examples, settings.strength, before),
        before,
        jac=True,
        method="L-BFGS-B",
        options={"maxiter": settings.iterations, "maxcor": 10},
    )
    flat[used] = found.x.reshape(-1, len(shared))
    return Solution(names, values)


def _copy(other: Solution, names: Sequence[str], values: Floats) -> None:
    """Put what another fit found of the same features into values."""
    number_of = {name: i for i, name in enumerate(other.features)}
    both = [(i, number_of[name]) for i, name in enumerate(names) if name in number_of]
    here, there = np.array(both, np.intp).reshape(-1, 2).T
    values[:, here] = other.values[:, there]


def weights_of(solution: Solution, settings: Settings) -> Weights:
    """Return the weights of the claims that a fit found."""
    every = solution.values.reshape(-1, solution.values.shape[2]) @ _sharing(settings.kin)
    return _weights(solution.features, every, settings.own)


def _design(
    examples: Sequence[Example], number_of: dict[str, int], own: float
) -> tuple[sparse.csr_array, NDArray[np.intp]]:
    """Return a row for each example, its features and again those of its pair; and the columns used."""
    rows: list[int] = []
    columns: list[int] = []
    for row, example in enumerate(examples):
        offset = len(number_of) * (1 + _PAIRS.index(example.pair))
        held = [number_of[name] for name in example.features if name in number_of]
        rows += [row] * (2 * len(held))
        columns += held + [offset + i for i in held]
    freedom = np.array([_freedom(name) for name in number_of])
    values = np.where(np.array(columns) < len(number_of), 1.0, own)
    values *= freedom[np.array(columns) % len(number_of)]
    used, packed = np.unique(np.array(columns), return_inverse=True)
    return sparse.csr_array((values, (rows, packed)), shape=(len(examples), len(used))), used


def _freedom(name: str) -> float:
    """Return how freely the weight of a feature may grow."""
    if _OF_NAMES.match(name):
        return 2.0
    return 0.7 if _ASIDE.match(name) else 1.0


def _sharing(kin: float) -> Floats:
    """Return how the weights that are fitted make up those of the claims: (claims and kinds, claims)."""
    found = np.zeros((len(_WORDS) + len(KINDS), len(_WORDS)))
    found[: len(_WORDS)] = np.eye(len(_WORDS))
    for row, kind in enumerate(KINDS, len(_WORDS)):
        found[row, [_WORDS.index(claim) for claim in kind]] = kin
    return found


def _loss(
    design: sparse.csr_array, shared: Floats, examples: Sequence[Example], strength: float, near: Floats
) -> Callable[[Floats], tuple[float, Floats]]:
    possible = _allowed(CLAIMS[example.pair] for example in examples)
    right = _allowed(example.claims for example in examples)
    weights = np.array([example.weight for example in examples])
    turned = design.T.tocsr()

    def loss(values: Floats) -> tuple[float, Floats]:
        sums = (design @ values.reshape(design.shape[1], len(shared))) @ shared
        all_of, expected = _softmax(sums + possible)
        right_of, wanted = _softmax(sums + right)
        pull = (expected - wanted) * weights[:, None]
        away = values - near
        cost = float((weights * (all_of - right_of)).sum() + away @ away / (2 * strength))
        slope = np.asarray(turned @ (pull @ shared.T)).ravel() + away / strength
        return cost, slope

    return loss


def _allowed(claims: Iterable[Sequence[ClaimWord]]) -> Floats:
    return np.array([[0.0 if word in some else _NEVER for word in _WORDS] for some in claims])


def _softmax(sums: Floats) -> tuple[Floats, Floats]:
    """Return the logarithm of the sum of powers of each row, and each power's share."""
    top = sums.max(axis=1, keepdims=True)
    powers = np.exp(sums - top)
    total = powers.sum(axis=1, keepdims=True)
    return (top + np.log(total)).ravel(), powers / total


def _weights(names: tuple[str, ...], every: Floats, own: float) -> Weights:
    """Return one array for each pair of types, rounded so that a last digit of the fit does not show."""
    size = len(names)
    freedom = np.array([[_freedom(name)] for name in names])
    arrays: dict[Pair, Any] = {}
    for i, pair in enumerate(_PAIRS, 1):
        columns = [_WORDS.index(claim) for claim in CLAIMS[pair]]
        summed = every[:size, columns] + own * every[i * size : (i + 1) * size, columns]
        arrays[pair] = np.round(freedom * summed, 3) + 0.0
    return Weights(
        names, arrays, dict.fromkeys(_PAIRS, 1.0), {pair: (0.0,) * len(CLAIMS[pair]) for pair in _PAIRS}
    )
