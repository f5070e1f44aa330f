"""One word for how sure an association is, from the numbers that the dataset holds."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from comention.cooccur.association import Counts, Floats

#: grade: (articles at least, lower end of the log odds at least, both q at most, p_richness at most), the
#: first that fits counts. The last of them is what keeps `weak` from being noise: docs/method.md has how
#: many pairs have each grade by chance.
RULES: dict[str, tuple[int, float, float, float]] = {
    "strong": (5, float(np.log(2.0)), 0.01, 1.0),
    "moderate": (3, 0.0, 0.05, 1.0),
    "weak": (2, 0.0, 1.0, 0.003),
}
#: The grade of a pair that fits no rule.
NONE = "none"


def grade(
    articles: Counts, log_odds_low: Floats, q_value: Floats, q_richness: Floats, p_richness: Floats
) -> npt.NDArray[np.str_]:
    """Return strong, moderate, weak or none for each pair.

    `articles` are independent ones that are not retracted. The lower end of the interval counts, not the
    estimate: a pair seen twice has a high estimate and a wide interval. Where there is none (NaN, −∞), there
    is no grade.
    """
    fits = [
        (articles >= least)
        & (log_odds_low >= low)
        & (np.maximum(q_value, q_richness) <= q)
        & (p_richness <= p)
        for least, low, q, p in RULES.values()
    ]
    return np.select(fits, list(RULES), NONE)
