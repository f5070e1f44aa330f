"""Correction for the number of hypotheses."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from comention.cooccur.association import Counts, Floats


@dataclass(frozen=True, slots=True)
class Steps:
    """q of every p that has one below 1: `p` rises, each once; `rank` hypotheses have that p or less."""

    p: Floats
    q: Floats
    rank: Counts

    def of(self, p: Floats) -> Floats:
        """Return q of hypotheses that were among those corrected."""
        result: Floats = np.append(self.q, 1.0)[np.searchsorted(self.p, p)]
        return result

    def discoveries(self, most: float) -> int:
        """Return how many hypotheses have q up to `most`, which is below 1."""
        found = int(np.searchsorted(self.q, most, "right"))
        return int(self.rank[found - 1]) if found else 0


def benjamini_hochberg(p: Floats, times: Counts, family: int) -> Floats:
    """Return q: the least false discovery rate at which a hypothesis with this p is a discovery.

    Element i stands for `times[i]` hypotheses that have `p[i]`. `family` is how many hypotheses there are,
    those included that are not among the elements: they have p = 1. That is where the step-up procedure of
    Benjamini & Hochberg 1995 ("Controlling the False Discovery Rate", J. R. Statist. Soc. B 57:289) has to
    begin: among pairs that do occur together p is small by selection, and a correction over those alone
    makes thousands of discoveries of pairs that were seen once.

    Raises ValueError where the family is smaller than what is in it.
    """
    if int(times.sum()) > family:
        raise ValueError(f"{int(times.sum())} hypotheses in a family of {family}: count the family anew")
    order = np.argsort(p, kind="stable")
    rank = np.cumsum(times[order])
    steps = np.minimum(p[order] * (family / rank), 1.0)
    result = np.empty_like(p)
    result[order] = np.minimum.accumulate(steps[::-1])[::-1]
    return result


def steps(p: Floats, family: int) -> Steps:
    """Return what :func:`benjamini_hochberg` gives hypotheses that stand for one each; sorts `p` in place.

    It takes the memory of `p` twice, where that takes it five times. Raises ValueError where the family is
    smaller than what is in it.
    """
    if p.size > family:
        raise ValueError(f"{p.size} hypotheses in a family of {family}: count the family anew")
    p.sort()
    # of equal p the last has the least step, which is that of all
    rank = np.flatnonzero(np.append(p[1:] != p[:-1], p.size > 0)) + 1
    p = p[rank - 1]
    q = family / rank
    q *= p
    np.minimum(q, 1.0, out=q)
    np.minimum.accumulate(q[::-1], out=q[::-1])
    below = int(np.searchsorted(q, 1.0))
    return Steps(p[:below].copy(), q[:below].copy(), rank[:below].copy())
