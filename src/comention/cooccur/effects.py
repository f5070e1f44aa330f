"""What is read from the counts of a pair without a test: columns that pairs and rolled-up pairs share."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa

from comention.cooccur import association
from comention.cooccur.association import Counts, Floats


def effects(
    both: Counts, a: Counts, b: Counts, total: int, interval: tuple[Floats, Floats]
) -> dict[str, Any]:
    """Return the margins and what is read from them, by the names of their columns.

    `interval` are the ends of the log odds (:func:`comention.cooccur.interval.odds_interval`); an end that
    is not finite is null.
    """
    low, high = interval
    return {
        "articles_a": a,
        "articles_b": b,
        "articles_total": np.full_like(both, total),
        "expected": association.expected(a, b, total),
        "lift": association.lift(both, a, b, total),
        "npmi": association.npmi(both, a, b, total),
        "log_odds": finite(association.log_odds(both, a, b, total)),
        "log_odds_low": finite(low),
        "log_odds_high": finite(high),
    }


def finite(values: Floats) -> pa.Array:
    """Return numbers with null for what is infinite or none."""
    return pa.array(values, mask=~np.isfinite(values))
