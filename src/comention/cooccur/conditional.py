"""The 2×2 table given its margins: Fisher's noncentral hypergeometric distribution, exact.

X of the `a` marked articles are among `b` drawn of `total`; with the odds ratio ω, P(X = x) is proportional
to C(a, x) · C(total − a, b − x) · ω^x (Fisher 1935, "The Logic of Inductive Inference"). Everything follows
from the ratio of neighbouring terms, summed outward from one of them until the rest is below 1e-16 of the
sum, so that the cost is some standard deviations of X and not its range. Arrays of one shape, an element per
table.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from scipy.special import expit

from comention.cooccur.association import Counts, Floats

_TOLERANCE = 1e-16
#: Sums are divided by this where a term passes it.
_LARGE = 1e150


def tail(both: Counts, a: Counts, b: Counts, total: int, log_ratio: float) -> Floats:
    """P(X ≥ both) where the natural log of the odds ratio is `log_ratio`.

    1 where both is the least that the margins allow; with `log_ratio` 0 it is the one-sided Fisher test.
    """
    cases = _Cases(both, a, b, total)
    result = np.ones(both.shape)
    open_ = cases.least < both
    result[open_] = expit(cases.of(open_).logit(np.full(int(open_.sum()), log_ratio)))
    return result


class _Cases:
    """Tables by their counts as floats; where sums are taken, `x` is above the least of its range."""

    def __init__(self, x: Counts | Floats, a: Counts | Floats, b: Counts | Floats, total: float) -> None:
        self.x, self.a, self.b = (np.asarray(values, dtype=np.float64) for values in (x, a, b))
        self.rest = total - self.a - self.b
        self.total = total
        self.least, self.most = np.maximum(-self.rest, 0.0), np.minimum(self.a, self.b)

    def of(self, which: npt.NDArray[np.bool_]) -> _Cases:
        return _Cases(self.x[which], self.a[which], self.b[which], self.total)

    def logit(self, theta: Floats) -> Floats:
        """Return ln(P(X ≥ x) / P(X < x)) for the log odds ratios `theta`."""
        result: Floats = self._log_sum(theta, 1) - self._log_sum(theta, -1)
        return result

    def _log_sum(self, theta: Floats, way: int) -> Floats:
        """Log of the sum of P(X = j) / P(X = x) over j ≥ x (way 1) or j < x (way −1)."""
        x, a, b, rest, odds = self.x, self.a, self.b, self.rest, np.exp(theta)
        term, at = np.ones_like(x), x.copy()
        if way < 0:
            term, at = x * (rest + x) / ((a - x + 1) * (b - x + 1) * odds), x - 1
        total, left, shift = term.copy(), np.arange(x.size), np.zeros(x.size)
        while left.size:
            if way > 0:
                ratio = odds * (a - at) * (b - at) / ((at + 1) * (rest + at + 1))
            else:
                ratio = at * (rest + at) / ((a - at + 1) * (b - at + 1) * odds)
            term, at = term * ratio, at + way
            total[left] += term
            if (large := term > _LARGE).any():  # what x is far out for is more than a float holds
                term[large] /= _LARGE
                total[left[large]] /= _LARGE
                shift[left[large]] += np.log(_LARGE)
            # the ratios fall: once they are below 1, what is left is below a geometric series
            going = term * ratio > _TOLERANCE * (1 - ratio) * total[left]
            left, term, at = left[going], term[going], at[going]
            a, b, rest, odds = a[going], b[going], rest[going], odds[going]
        result: Floats = np.log(total) + shift
        return result
