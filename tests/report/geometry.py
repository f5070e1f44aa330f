"""Whether two drawn things meet."""

from __future__ import annotations

from collections.abc import Sequence

Point = tuple[float, float]


def apart(one: Sequence[Point], other: Sequence[Point]) -> bool:
    """Tell whether two convex shapes have nothing in common: a side of one has the other beyond it."""
    for shape in (one, other):
        for (x1, y1), (x2, y2) in zip(shape, [*shape[1:], shape[0]], strict=True):
            normal = (y2 - y1, x1 - x2)
            ours, theirs = ([x * normal[0] + y * normal[1] for x, y in s] for s in (one, other))
            if max(ours) < min(theirs) or max(theirs) < min(ours):
                return True
    return False
