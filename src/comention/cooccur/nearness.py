"""What an article weighs as evidence of a pair: how near it names the two, and how much it is about them.

An article weighs (0.3 + 2·nearness)·dominance / concepts. Nearness is the sum, over the sentences that name
both, of exp(−characters between / 100); characters stand for words (100 are about 16), since counting words
would mean reading the texts again. Dominance is the product, over both sides, of the concept's mentions over
those of the most mentioned concept of its type there. An article shares its weight out over its concepts.
The form is that of Pletscher-Frankild et al. 2015 (DISEASES) with nearness in the place of "a sentence". All
numbers were chosen by how the score ranks relations in the training parts of BC5CDR and BioRED
(benchmarks/relations.py). It is a rank: as a probability it is not calibrated.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from comention.cooccur.assembly import Integers
from comention.cooccur.association import WEIGHT_UNIT
from comention.cooccur.stretches import Columns, starts

#: What an article weighs that names both, and how often nearness counts.
ARTICLE_WEIGHT, SENTENCE_WEIGHT = 3 * WEIGHT_UNIT // 10, 2
#: Characters between two names at which nearness is 1/e.
_SCALE = 100
#: The highest weight: it shares a number with recency (`comention.cooccur.pairing`).
MOST_WEIGHT = (1 << 29) - 1

# nearness in parts of WEIGHT_UNIT by characters between; beyond the last it is 0
_NEARNESS = np.rint(WEIGHT_UNIT * np.exp(-np.arange(16 * _SCALE) / _SCALE)).astype(np.int64)
_NEARNESS[-1] = 0

# of a place without its lowest four bits
_LENGTH_MASK = (1 << 28) - 1

Flags = npt.NDArray[np.bool_]


def nearness(rows: Columns, a: Integers, b: Integers) -> Integers:
    """Return how near the two concepts of each pair of rows come in a sentence, in parts of WEIGHT_UNIT.

    Of each concept the first two places there count (`first`, `second`), of which at least two differ.
    """
    least = _between(rows["first"][a], rows["first"][b])
    twice = rows["first"] != rows["second"]
    more = np.flatnonzero(twice[a] | twice[b])
    a, b = a[more], b[more]
    for one, other in (("first", "second"), ("second", "first"), ("second", "second")):
        least[more] = np.minimum(least[more], _between(rows[one][a], rows[other][b]))
    found: Integers = _NEARNESS[least]
    return found


def _between(a: Integers, b: Integers) -> Integers:
    """Return the characters between places, none where they overlap; as many as count of the same span."""
    a, b = a >> 4, b >> 4
    start_a, start_b = a >> 28, b >> 28
    end = np.minimum(start_a + (a & _LENGTH_MASK), start_b + (b & _LENGTH_MASK))
    between: Integers = np.clip(np.maximum(start_a, start_b) - end, 0, _NEARNESS.size - 1)
    between[a == b] = _NEARNESS.size - 1
    return between


def weight(near: Integers, share: tuple[Integers, Integers]) -> Integers:
    """Return what places of this nearness weigh; `share` is that of their pairs (:func:`shares`)."""
    above, below = share
    found: Integers = np.minimum((ARTICLE_WEIGHT + SENTENCE_WEIGHT * near) * above // below, MOST_WEIGHT)
    return found


def shares(rows: Columns, a: Integers, b: Integers) -> tuple[Integers, Integers]:
    """Return dominance over concepts of the pairs of these rows of articles, as numerators and denominators.

    Rows stand by article, then type.
    """
    begin = starts(rows["article"], rows["type"])
    highest = np.repeat(np.maximum.reduceat(rows["n"], begin), np.diff(begin, append=rows["n"].size))
    begin = starts(rows["article"])
    rich = np.repeat(np.add.reduceat(rows["pairs"], begin), np.diff(begin, append=rows["n"].size))
    # pairs that do not count can stand in articles without any that does
    among = highest * np.maximum(rich, 1)
    return rows["n"][a] * rows["n"][b], among[a] * highest[b]
