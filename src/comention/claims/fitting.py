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
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import numpy as np
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
_COLUMNS = tuple((pair, claim) for pair, claims in CLAIMS.items() for claim in claims)
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
    """What a fit found: (features, claims of every pair of types in order), before each feature's freedom."""

    features: tuple[str, ...]
    values: Floats


def fit(examples: Sequence[Example], settings: Settings, near: Solution | None = None) -> Weights:
    """Return the weights that explain the examples best; see :func:`solve`."""
    return weights_of(solve(examples, settings, near))


def solve(examples: Sequence[Example], settings: Settings, near: Solution | None = None) -> Solution:
    """Return what explains the examples best and is small, or near what another fit found of other examples.

    The other's features keep what it found where the examples do not have them.
    """
    counted = Counter(name for example in examples for name in example.features)
    kept = {name for name, count in counted.items() if count >= settings.least}
    names = tuple(sorted(kept.union(near.features if near else ())))
    values = np.zeros((len(names), len(_COLUMNS)))
    if near is not None:
        _copy(near, names, values)
    used = np.array([i for i, name in enumerate(names) if name in counted], np.intp)
    root = _root(settings)
    found = optimize.minimize(
        _loss([names[i] for i in used], examples, settings.strength, values[used], root),
        np.zeros(len(used) * len(_COLUMNS)),
        jac=True,
        method="L-BFGS-B",
        options={"maxiter": settings.iterations, "maxcor": 10},
    )
    values[used] += found.x.reshape(-1, len(_COLUMNS)) @ root.T
    return Solution(names, values)


def _copy(other: Solution, names: Sequence[str], values: Floats) -> None:
    """Put what another fit found of the same features into values."""
    number_of = {name: i for i, name in enumerate(other.features)}
    both = [(i, number_of[name]) for i, name in enumerate(names) if name in number_of]
    here, there = np.array(both, np.intp).reshape(-1, 2).T
    values[here] = other.values[there]


def _root(settings: Settings) -> Floats:
    """Return a root of how the weights of claims vary together, where each of the four in a sum varies by 1.

    It makes the sums of numbers that vary apart: 21 of a feature, where those in the sums would be 105.
    """
    words = np.array([[claim == word for word in _WORDS] for _, claim in _COLUMNS], float)
    kinds = np.array([[claim in kind for kind in KINDS] for _, claim in _COLUMNS], float)
    pairs = np.array([[pair == other for other in _PAIRS] for pair, _ in _COLUMNS], float)
    alike = words @ words.T + settings.kin**2 * kinds @ kinds.T
    return np.asarray(np.linalg.cholesky(alike * (1 + settings.own**2 * pairs @ pairs.T)))


def _freedom(name: str) -> float:
    """Return how freely the weight of a feature may grow."""
    if _OF_NAMES.match(name):
        return 2.0
    return 0.7 if _ASIDE.match(name) else 1.0


def _loss(
    names: Sequence[str], examples: Sequence[Example], strength: float, near: Floats, root: Floats
) -> Callable[[Floats], tuple[float, Floats]]:
    freedom = np.array([[_freedom(name)] for name in names])
    number_of = {name: i for i, name in enumerate(names)}
    parts = [
        _part(pair, own, number_of) for pair in _PAIRS if (own := [e for e in examples if e.pair == pair])
    ]

    def loss(values: Floats) -> tuple[float, Floats]:
        away = values.reshape(near.shape)
        weights = freedom * (near + away @ root.T)
        pull = np.zeros_like(weights)
        cost = float(values @ values) / (2 * strength)
        for part in parts:
            sums = part.design @ np.ascontiguousarray(weights[:, part.columns])
            all_of, expected = _softmax(sums)
            right_of, wanted = _softmax(sums + part.right)
            cost += float((part.counts * (all_of - right_of)).sum())
            pull[:, part.columns] = part.turned @ ((expected - wanted) * part.counts[:, None])
        return cost, ((freedom * pull) @ root).ravel() + values / strength

    return loss


class _Part(NamedTuple):
    """The examples of a pair of types: a row for each, with its right claims and what it counts."""

    columns: slice
    design: sparse.csr_array
    turned: sparse.csr_array
    right: Floats
    counts: Floats


def _part(pair: Pair, examples: Sequence[Example], number_of: dict[str, int]) -> _Part:
    held = [[number_of[name] for name in e.features if name in number_of] for e in examples]
    starts = np.cumsum([0, *map(len, held)])
    columns = np.array([column for row in held for column in row], np.intp)
    shape = len(examples), len(number_of)
    design = sparse.csr_array((np.ones(len(columns)), columns, starts), shape=shape)
    right = [[0.0 if claim in e.claims else _NEVER for claim in CLAIMS[pair]] for e in examples]
    counts = np.array([e.weight for e in examples])
    return _Part(_columns(pair), design, design.T.tocsr(), np.array(right), counts)


def _columns(pair: Pair) -> slice:
    """Return where the claims of a pair of types stand among all."""
    first = [p for p, _ in _COLUMNS].index(pair)
    return slice(first, first + len(CLAIMS[pair]))


def _softmax(sums: Floats) -> tuple[Floats, Floats]:
    """Return the logarithm of the sum of powers of each row, and each power's share."""
    top = sums.max(axis=1, keepdims=True)
    powers = np.exp(sums - top)
    total = powers.sum(axis=1, keepdims=True)
    return (top + np.log(total)).ravel(), powers / total


def weights_of(solution: Solution) -> Weights:
    """Return one array for each pair of types, rounded so that a last digit of the fit does not show."""
    freedom = np.array([[_freedom(name)] for name in solution.features])
    arrays: dict[Pair, Any] = {
        pair: np.round(freedom * solution.values[:, _columns(pair)], 3) + 0.0 for pair in _PAIRS
    }
    return Weights(
        solution.features,
        arrays,
        dict.fromkeys(_PAIRS, 1.0),
        {pair: (0.0,) * len(CLAIMS[pair]) for pair in _PAIRS},
    )
