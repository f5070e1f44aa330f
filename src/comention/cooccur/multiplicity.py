"""Correction for the number of hypotheses."""

from __future__ import annotations

import numpy as np

from comention.cooccur.association import Counts, Floats


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
