"""Fisher's noncentral hypergeometric distribution, by adding up all of its terms.

`scipy.stats.nchypergeom_fisher` is no reference for random tables: on rare ones it ends the process.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray
from scipy.special import gammaln


def above(least: int, total: int, marked: int, drawn: int, ratio: float) -> float:
    """Return the probability of more than `least` marked ones among those drawn, at an odds ratio."""
    values, weights = _terms(total, marked, drawn, ratio)
    return float(weights[values > least].sum() / weights.sum())


def up_to(most: int, total: int, marked: int, drawn: int, ratio: float) -> float:
    """Return the probability of at most `most` marked ones among those drawn, at an odds ratio."""
    values, weights = _terms(total, marked, drawn, ratio)
    return float(weights[values <= most].sum() / weights.sum())


def _terms(
    total: int, marked: int, drawn: int, ratio: float
) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """Return the numbers that can be, and what each weighs; the heaviest weighs 1."""
    values = np.arange(max(0, marked + drawn - total), min(marked, drawn) + 1, dtype=np.int64)
    logs = _ways(marked, values) + _ways(total - marked, drawn - values) + values * math.log(ratio)
    return values, np.exp(logs - logs.max())


def _ways(size: int, chosen: NDArray[np.int64]) -> NDArray[np.float64]:
    """Return the logarithm of the number of ways to choose so many."""
    found: NDArray[np.float64] = gammaln(size + 1.0) - gammaln(chosen + 1.0) - gammaln(size - chosen + 1.0)
    return found
