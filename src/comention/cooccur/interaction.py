"""Statistics of three concepts: what their three pairs do not explain.

Every function takes arrays of one shape, one element per triple of concepts, and returns float64 arrays of
that shape. The counts are articles: `ab` mention the first two, `a` the first, `total` are in the corpus.
The 2×2×2 table of the articles has eight cells. With its seven margins given one is free, the all-three
cell x, and each of the others is a whole number plus or minus x.
"""

from __future__ import annotations

import numpy as np

from comention.cooccur.association import Counts, Floats

#: Where a root or a sum is as good as double precision makes it.
_ROOT_TOLERANCE = 1e-14
_ROOT_ROUNDS = 200
_SUM_TOLERANCE = 1e-16


def triple_expected(
    ab: Counts, ac: Counts, bc: Counts, a: Counts, b: Counts, c: Counts, total: int
) -> Floats:
    """Articles expected to mention all three if there were no three-way interaction.

    The fitted all-three cell of the 2×2×2 table in the log-linear model with all pairwise margins
    (Bishop, Fienberg & Holland 1975, *Discrete Multivariate Analysis*, ch. 3): the value to which
    iterative proportional fitting converges. With the seven margins given, one cell x is free, and
    the model says that the odds ratio of two concepts is the same with and without the third:

        x · n_a · n_b · n_c = n_ab · n_ac · n_bc · n_0

    (n_ab: those with a and b only, and so on), each cell a whole number plus or minus x. The log of left over
    right rises from −∞ to ∞ on the range of x in which no cell is negative, so its one root is found
    by Newton's method inside a bracket; fitting takes hundreds of rounds where a cell is nearly empty.
    Where the margins leave x one value only (empty cells), this is it.

    Raises ValueError where no 2×2×2 table has these margins.
    """
    rising, falling, least, most = _cells(ab, ac, bc, a, b, c, total)
    result: Floats = least.astype(np.float64)
    open_ = np.flatnonzero(most > least)
    # the start is exact where the three are independent in pairs (Kirkwood's superposition)
    pairs = ab[open_].astype(np.float64) * ac[open_] * bc[open_]
    start = pairs / (a[open_].astype(np.float64) * b[open_] * c[open_]) * total - least[open_]
    result[open_] += _root(
        (rising + least)[:, open_].astype(np.float64), (falling - least)[:, open_].astype(np.float64), start
    )
    return result


def _root(rising: Floats, falling: Floats, start: Floats) -> Floats:
    """Solve ∏(rising + y) = ∏(falling − y) for 0 < y < min(falling), per column of the 4 × n arrays."""
    result = np.empty_like(start)
    low, high = np.zeros_like(start), falling.min(axis=0)
    y = np.where((start > low) & (start < high), start, high / 2)
    left = np.arange(start.size)
    for _ in range(_ROOT_ROUNDS):
        if not left.size:
            break
        more, less = rising + y, falling - y
        with np.errstate(divide="ignore", invalid="ignore"):
            value = np.log(more.prod(axis=0) / less.prod(axis=0))
            following = y - value / ((1 / more).sum(axis=0) + (1 / less).sum(axis=0))
        low, high = np.where(value < 0, y, low), np.where(value > 0, y, high)
        following = np.where((following > low) & (following < high), following, (low + high) / 2)
        following = np.where(value == 0, y, following)
        result[left] = following
        moving = np.abs(following - y) > _ROOT_TOLERANCE * following
        left, y, low, high = left[moving], following[moving], low[moving], high[moving]
        rising, falling = rising[:, moving], falling[:, moving]
    return result


def triple_tail(
    both: Counts, ab: Counts, ac: Counts, bc: Counts, a: Counts, b: Counts, c: Counts, total: int
) -> Floats:
    """P(X ≥ both) for the all-three cell X, its seven margins given and no three-way interaction.

    The exact conditional test of Zelen 1971 ("The Analysis of Several 2×2 Contingency Tables", Biometrika
    58:129), which for three concepts asks whether two of them meet more often where the third is: P(x)
    is proportional to one over the product of the factorials of the eight cells. Terms are summed by the
    ratio of neighbours, from `both` up and down, until the rest is below 1e-16 of the sum. Below
    about 1e-300 it is 0.

    Raises ValueError where no 2×2×2 table has these margins.
    """
    rising, falling, least, most = _cells(ab, ac, bc, a, b, c, total)
    result = np.where(both <= least, 1.0, 0.0)
    open_ = np.flatnonzero((both > least) & (both <= most))
    x = both[open_].astype(np.float64)
    rising, falling = rising[:, open_].astype(np.float64), falling[:, open_].astype(np.float64)
    # the sum from x up, x itself being 1, and the sum below x: to go down is to go up in the other cells
    up, down = _sum_of_ratios(falling - x, rising + x), _sum_of_ratios(rising + x, falling - x) - 1.0
    with np.errstate(invalid="ignore"):
        share = up / (up + down)
    result[open_] = np.where(np.isinf(up), 1.0, share)
    return result


def _cells(
    ab: Counts, ac: Counts, bc: Counts, a: Counts, b: Counts, c: Counts, total: int
) -> tuple[Counts, Counts, Counts, Counts]:
    """Return what x is added to in four cells, taken from in the others, and the least and the most x."""
    rising = np.stack([np.zeros_like(ab), a - ab - ac, b - ab - bc, c - ac - bc])
    falling = np.stack([ab, ac, bc, total - a - b - c + ab + ac + bc])
    least, most = (-rising).max(axis=0), falling.min(axis=0)
    if np.any(least > most):
        raise ValueError("no table of articles has these margins: count each of them over the same articles")
    return rising, falling, least, most


def _sum_of_ratios(shrinking: Floats, growing: Floats) -> Floats:
    """Sum of P(x + j) / P(x) over j ≥ 0, per column of the 4 × n cells; may be infinite."""
    result = np.ones(shrinking.shape[1])
    left, term, step = np.arange(result.size), np.ones_like(result), 0
    while left.size:
        ratio = (shrinking - step).prod(axis=0) / (growing + step + 1).prod(axis=0)
        with np.errstate(over="ignore"):
            term = term * ratio
            result[left] += term
            rest = term * ratio
        step += 1
        # the ratios fall, so what is left is below the geometric series rest / (1 − ratio)
        going = (ratio >= 1) | (rest > _SUM_TOLERANCE * (1 - ratio) * result[left])
        going &= np.isfinite(term)
        left, term, shrinking, growing = left[going], term[going], shrinking[:, going], growing[:, going]
    return result
