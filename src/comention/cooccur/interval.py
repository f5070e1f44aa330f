"""The exact interval of an odds ratio: the noncentral hypergeometric distribution, inverted.

With the margins of a 2×2 table given, the articles X that mention both follow Fisher's noncentral
hypergeometric distribution: P(X = j) is proportional to C(a, j)·C(total − a, b − j)·ψ^j, with ψ the odds
ratio (Fisher 1935; Cornfield 1956, "A statistical problem arising from retrospective studies", eq. 4.2). The
interval holds every ψ at which neither P(X ≥ both) nor P(X ≤ both) is below 2.5 %, so that it misses the
truth in 5 % of cases at most. Wald's interval does not: where a table is sparse its lower end is too high,
and that is what pairs are graded by.

Every function takes arrays of one shape, one element per pair of concepts, and returns float64 arrays of it.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt
from scipy.special import gammaincinv

from comention.cooccur.association import Counts, Floats

Flags = npt.NDArray[np.bool_]

#: What is outside the interval on either side.
_SIDE = 0.025
#: Newton's method ends at a step that is smaller: what is left is about its square.
_TOLERANCE = 1e-5
_ROUNDS = 60
#: A window of values of X reaches so many standard deviations to either side, and so many values beyond. It
#: is doubled where an end weighs more than so much of the highest.
_WIDE, _MORE, _NOTHING = 6.0, 10, 1e-10
#: Weights that are held in memory at a time.
_STRETCH = 1 << 17


def odds_interval(both: Counts, a: Counts, b: Counts, total: int) -> tuple[Floats, Floats]:
    """Return the lower and upper end of the exact 95 % interval of the log odds ratio, natural logs.

    `both` articles mention the two, `a` and `b` one of them each, `total` are in the corpus. The lower end
    is −∞ where `both` is the least that the margins allow, the upper one ∞ where it is the most. Both are NaN
    where the margins leave nothing to learn (a concept is in every article), and where no table has these
    counts. Ends are right to 1e-8.
    """
    base = np.int64(total + 1)
    # most pairs of a corpus share few triples of counts
    margins, which = np.unique(np.minimum(a, b) * base + np.maximum(a, b), return_inverse=True)
    cases, back = np.unique(which * base + both, return_inverse=True)
    both, (a, b) = cases % base, np.divmod(margins[cases // base], base)
    least, most = np.maximum(a + b - total, 0), np.minimum(a, b)
    known = (least < most) & (both >= least) & (both <= most)
    low, high = np.where(known, -np.inf, np.nan), np.where(known, np.inf, np.nan)
    lower, upper = np.flatnonzero(known & (both > least)), np.flatnonzero(known & (both < most))
    low[lower] = _solved(both[lower], a[lower], b[lower], total, _SIDE)
    # P(X ≤ both) = 2.5 % is P(X ≥ both + 1) = 97.5 %
    high[upper] = _solved(both[upper] + 1, a[upper], b[upper], total, 1 - _SIDE)
    return low[back], high[back]


def _solved(k: Counts, a: Counts, b: Counts, total: int, share: float) -> Floats:
    """Return the log odds ratio at which P(X ≥ k) is `share`, for k above the least X."""
    result, start = np.empty(k.size), _start(k, a, b, total, share)
    left, reach = np.arange(k.size), _reach(k, a, b, total)
    while left.size:
        least, most = np.maximum(a[left] + b[left] - total, 0), np.minimum(a[left], b[left])
        first, last = np.maximum(least, k[left] - reach), np.minimum(most, k[left] + reach)
        tight = np.zeros(left.size, dtype=np.bool_)
        # windows of like width share an array
        for rows in _groups(last - first + 1):
            of = left[rows]
            logs = _weights(a[of], b[of], total, first[rows], last[rows])
            result[of] = _root(logs, k[of] - first[rows], share, start[of])
            cut = first[rows] > least[rows], last[rows] < most[rows]
            tight[rows] = _beyond(logs, result[of], last[rows] - first[rows], cut)
        left, reach = left[tight], 2 * reach[tight]
    return result


def _start(k: Counts, a: Counts, b: Counts, total: int, share: float) -> Floats:
    """Return about where the root is: the odds of the mean at which a Poisson count reaches k so often."""
    known, back = np.unique(k, return_inverse=True)
    mean = gammaincinv(known.astype(np.float64), share)[back]
    # beside the ends of the range Poisson is no guide, and Newton finds the way
    mean = np.clip(mean, np.maximum(a + b - total, 0) + 0.02, np.minimum(a, b) - 0.02)
    odds: Floats = np.log(mean * (total - a - b + mean) / ((a - mean) * (b - mean)))
    return odds


def _reach(k: Counts, a: Counts, b: Counts, total: int) -> Counts:
    """Return how far from k the values of X are looked at: the variance of X is below each of its cells."""
    cell = np.minimum(k - np.maximum(a + b - total, 0), np.minimum(a, b) - k)
    reach: Counts = np.ceil(_WIDE * np.sqrt(cell + 1)).astype(np.int64) + _MORE
    return reach


def _groups(width: Counts) -> Iterator[Counts]:
    order = np.argsort(width, kind="stable")
    limit = 1 << np.ceil(np.log2(width[order])).astype(np.int64)
    begin = 0
    while begin < order.size:
        end = min(
            int(np.searchsorted(limit, limit[begin], "right")), begin + max(_STRETCH // int(limit[begin]), 1)
        )
        yield order[begin:end]
        begin = end


def _weights(a: Counts, b: Counts, total: int, first: Counts, last: Counts) -> Floats:
    """Return ln P(X = j) at odds ratio 1, but for a constant, for j from `first`; −∞ beyond `last`."""
    j = first[:, None] + np.arange(int((last - first).max()) + 1)
    inside = j[:, 1:] <= last[:, None]
    before = np.where(inside, j[:, :-1], first[:, None]).astype(np.float64)
    ratio = (a[:, None] - before) * (b[:, None] - before)
    ratio /= (before + 1) * ((total - a - b)[:, None] + before + 1)
    logs = np.zeros(j.shape)
    with np.errstate(divide="ignore"):
        np.cumsum(np.log(ratio), axis=1, out=logs[:, 1:])
    logs[:, 1:][~inside] = -np.inf
    return logs


def _root(logs: Floats, k: Counts, share: float, start: Floats) -> Floats:
    """Solve for the log odds ratio by Newton's method, in a bracket, on the logit of P(X ≥ k).

    The logit is nearly a line: its slope is the mean of X above k, minus that below.
    """
    step = np.arange(logs.shape[1]) - k[:, None]
    above, target = step >= 0, np.log(share / (1 - share))
    low, high = np.full(start.size, -np.inf), np.full(start.size, np.inf)
    at, left = start.copy(), np.arange(start.size)
    for _ in range(_ROUNDS):
        weight = logs[left] + step[left] * at[left, None]
        weight = np.exp(weight - weight.max(axis=1, keepdims=True))
        upper = np.where(above[left], weight, 0.0)
        lower = weight - upper
        up, down = upper.sum(axis=1), lower.sum(axis=1)
        with np.errstate(divide="ignore", invalid="ignore"):
            off = np.log(up / down) - target
            slope = (upper * step[left]).sum(axis=1) / up - (lower * step[left]).sum(axis=1) / down
            following = at[left] - off / slope
        low[left] = np.where(off < 0, at[left], low[left])
        high[left] = np.where(off > 0, at[left], high[left])
        following = _bracketed(following, off, at[left], low[left], high[left])
        moving = np.abs(following - at[left]) > _TOLERANCE
        at[left] = following
        left = left[moving]
        if not left.size:
            break
    return at


def _bracketed(following: Floats, off: Floats, at: Floats, low: Floats, high: Floats) -> Floats:
    """Return the next place: Newton's, where it is a number between the two ends known, else one between."""
    good = np.isfinite(following) & (following >= low) & (following <= high)
    between = (low + high) / 2
    between = np.where(np.isfinite(between), between, at - np.sign(off) * 2.0)
    return np.where(off == 0, at, np.where(good, following, between))


def _beyond(logs: Floats, at: Floats, last: Counts, cut: tuple[Flags, Flags]) -> Flags:
    """Return where an end of a window that is not the end of the range weighs more than next to nothing."""
    weight = logs + np.arange(logs.shape[1]) * at[:, None]
    most = weight.max(axis=1) + np.log(_NOTHING)
    beyond: Flags = (cut[0] & (weight[:, 0] > most)) | (cut[1] & (weight[np.arange(at.size), last] > most))
    return beyond
