"""Association statistics: pure functions of integer counts.

Every function takes arrays of one shape, one element per pair of concepts, and returns
float64 arrays of that shape. The counts are articles: `both` mention the two, `a` and `b` mention one
of them each, `total` are in the corpus.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from scipy.special import gammaln

Counts = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]

#: Exponent of the score: 1 counts alone, 0 observed over expected alone. Chosen with the weights of
#: :mod:`comention.cooccur.nearness`, on training documents alone.
ALPHA = 0.9
#: Weights are whole numbers of this part of one, so that their sums do not depend on the order.
WEIGHT_UNIT = 1_000_000

_HALF_LOG_2PI = 0.5 * np.log(2.0 * np.pi)
#: Where a tail sum is as good as double precision makes it.
_TAIL_TOLERANCE = 1e-16


def expected(a: Counts, b: Counts, total: int) -> Floats:
    """Articles expected to mention both if the two were independent: a·b / total."""
    product: Floats = a.astype(np.float64) * b
    return product / total


def lift(both: Counts, a: Counts, b: Counts, total: int) -> Floats:
    """Observed over expected articles; 1 under independence, 0 where the two never meet."""
    return np.asarray(both / expected(a, b, total), dtype=np.float64)


def npmi(both: Counts, a: Counts, b: Counts, total: int) -> Floats:
    """Normalised pointwise mutual information, −1 (never together) to 1 (only together).

    ln(p_ab / (p_a·p_b)) / −ln p_ab (Bouma 2009, "Normalized (Pointwise) Mutual Information in
    Collocation Extraction"). Two limits are set: −1 where the two never meet, and 1 where every
    article mentions both, which reads 0/0: they occur only together. A corpus in which a concept
    stands everywhere therefore jumps from 0 (the other is in all but one article) to 1 (in all).
    """
    together = both.astype(np.float64)
    with np.errstate(divide="ignore", invalid="ignore"):
        information = np.log(together * total / (a.astype(np.float64) * b))
        value = information / np.log(total / together)
    value = np.where(both == 0, -1.0, np.where(both == total, 1.0, value))
    # two roundings can carry a pair that occurs only together one unit past the limit
    return np.clip(value, -1.0, 1.0)


def log_odds(both: Counts, a: Counts, b: Counts, total: int) -> Floats:
    """Natural log of the odds ratio, 0.5 added to each cell of the table; NaN where a margin is the whole.

    The addition (Haldane 1956, Anscombe 1956) keeps it finite for empty cells and takes off most of its bias;
    it is a point estimate and not what the interval is made of (:mod:`comention.cooccur.interval`). A concept
    in every article has no odds. The articles with neither are total − a − b + both, or 0 where this is
    negative: that happens where articles name both on one span only, which counts for a and for b and not
    for both.
    """
    cells = [both, a - both, b - both, np.maximum(total - a - b + both, 0)]
    n11, n10, n01, n00 = (cell + 0.5 for cell in cells)
    return np.where(np.maximum(a, b) >= total, np.nan, np.log(n11 * n00 / (n10 * n01)))


def hypergeometric_tail(both: Counts, a: Counts, b: Counts, total: int) -> Floats:
    """P(X ≥ both) for the hypergeometric X: `b` articles drawn from `total`, of which `a` are marked.

    The one-sided Fisher test, without a normal approximation. The point probability is Loader's saddle-point
    form (2000, "Fast and Accurate Computation of Binomial Probabilities", as in R's `dhyper`), whose
    error does not grow with the logarithm of the factorials; the tail is summed from it by the ratio of
    neighbouring terms, on the side where the terms fall, until the rest is below 1e-16 of the sum.
    Values from 1e-300 to 1 have a relative error below 1e-9.
    """
    least, most = np.maximum(a + b - total, 0), np.minimum(a, b)
    result = np.where(both <= least, 1.0, 0.0)
    open_ = (both > least) & (both <= most)
    # a and b can be exchanged; most pairs of a corpus share few triples of counts
    small, large = most[open_], np.maximum(a, b)[open_]
    margins, which = np.unique(small * np.int64(total + 1) + large, return_inverse=True)
    cases, back = np.unique(which * np.int64(total + 1) + both[open_], return_inverse=True)
    k = (cases % (total + 1)).astype(np.float64)
    margin = margins[cases // (total + 1)]
    marked = (margin // (total + 1)).astype(np.float64)
    drawn = (margin % (total + 1)).astype(np.float64)
    result[open_] = _tail(k, marked, drawn, float(total))[back]
    return result


def score(weight: Counts, of_a: Counts, of_b: Counts, total: int) -> Floats:
    """Weighted co-occurrence score, 0 or more: c_ij^α · (c_ij·c / (c_i·c_j))^(1 − α), α = 0.9.

    It ranks and is no probability: the same score means other chances in other corpora.

    `weight` is what the articles with both weigh together (:mod:`comention.cooccur.tables`), `of_a` and
    `of_b` what all pairs of one of the two weigh, `total` what all pairs do, each pair once; in parts of
    WEIGHT_UNIT. Franceschini et al. 2013 (STRING 9.1, Nucleic Acids Res. 41:D808).
    """
    c = weight / WEIGHT_UNIT
    with np.errstate(divide="ignore", invalid="ignore"):
        relative = c * (total / WEIGHT_UNIT) / ((of_a / WEIGHT_UNIT) * (of_b / WEIGHT_UNIT))
        value = c**ALPHA * relative ** (1 - ALPHA)
    return np.where(weight == 0, 0.0, value)


def _tail(k: Floats, a: Floats, b: Floats, total: float) -> Floats:
    """P(X ≥ k) for k inside the range of X; sums whichever side of the mean k is on."""
    above = k * total > a * b
    # X ≤ k − 1 is a − X ≥ a − k + 1, and a − X is hypergeometric for the articles that are not drawn
    start, drawn = np.where(above, k, a - k + 1), np.where(above, b, total - b)
    probability = np.exp(_log_point(start, a, drawn, total)) * _sum_of_ratios(start, a, drawn, total)
    return np.where(above, probability, 1.0 - probability)


def _sum_of_ratios(k: Floats, a: Floats, b: Floats, total: float) -> Floats:
    """Sum of P(X = j) / P(X = k) over j ≥ k, for k above the mean, where the terms fall."""
    result = np.ones_like(k)
    left, term, rest = np.arange(k.size), np.ones_like(k), total - a - b
    while left.size:
        ratio = (a - k) * (b - k) / ((k + 1) * (rest + k + 1))
        term = term * ratio
        result[left] += term
        # the ratios fall, so what is left is below the geometric series term · ratio / (1 − ratio)
        going = term * ratio > _TAIL_TOLERANCE * (1 - ratio) * result[left]
        left, term, k = left[going], term[going], k[going] + 1
        a, b, rest = a[going], b[going], rest[going]
    return result


def _log_point(k: Floats, a: Floats, b: Floats, total: float) -> Floats:
    """Natural log of P(X = k) as a quotient of binomials with success probability b / total."""
    share, unshare = b / total, (total - b) / total
    marked = _log_binomial(k, a, share, unshare)
    unmarked = _log_binomial(b - k, total - a, share, unshare)
    return marked + unmarked - _log_binomial(b, np.full_like(b, total), share, unshare)


def _log_binomial(x: Floats, n: Floats, p: Floats, q: Floats) -> Floats:
    """Natural log of the binomial probability of x in n, 0 < p = 1 − q < 1 (Loader 2000, eq. 4)."""
    y = n - x
    with np.errstate(divide="ignore", invalid="ignore"):
        inner = (
            _stirling_error(n)
            - _stirling_error(x)
            - _stirling_error(y)
            - _deviance(x, n * p)
            - _deviance(y, n * q)
            - _HALF_LOG_2PI
            - 0.5 * np.log(x * (y / n))
        )
    return np.where(x == 0, n * _log_share(q, p), np.where(y == 0, n * _log_share(p, q), inner))


def _log_share(share: Floats, rest: Floats) -> Floats:
    """ln(share), from whichever of share and 1 − share = rest holds more digits."""
    return np.where(share < 0.5, np.log(share), np.log1p(-rest))


def _deviance(x: Floats, mean: Floats) -> Floats:
    """x·ln(x / mean) + mean − x without the loss of digits near x = mean."""
    distance: Floats = (mean - x) / x
    result: Floats = x * (distance - np.log1p(distance))
    return result


def _stirling_error(n: Floats) -> Floats:
    """Natural log of n! minus Stirling's approximation of it; whole n (0: never used)."""
    at = np.maximum(n, 16.0)
    square = at * at
    series = 1 / 1680 - 1 / 1188 / square
    series = (1 / 12 - (1 / 360 - (1 / 1260 - series / square) / square) / square) / at
    return np.where(n < 16, _SMALL_ERRORS[np.minimum(n, 15).astype(np.int64)], series)


def _small_errors() -> Floats:
    n = np.arange(1, 16, dtype=np.float64)
    errors = gammaln(n + 1) - (n + 0.5) * np.log(n) + n - _HALF_LOG_2PI
    return np.concatenate([[0.0], errors])


_SMALL_ERRORS = _small_errors()
