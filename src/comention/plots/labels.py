"""Where labels go so that none lies on another: rectangles in, rectangles out."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from typing import NamedTuple


class Box(NamedTuple):
    """A rectangle, in any unit."""

    left: float
    bottom: float
    right: float
    top: float

    def meets(self, other: Box) -> bool:
        """Return whether the two share more than an edge."""
        return (
            self.left < other.right
            and other.left < self.right
            and self.bottom < other.top
            and other.bottom < self.top
        )

    def within(self, other: Box) -> bool:
        """Return whether this one lies inside the other."""
        return (
            other.left <= self.left
            and self.right <= other.right
            and other.bottom <= self.bottom
            and self.top <= other.top
        )


class Placed(NamedTuple):
    """A mark at a point, with its radius and the size of its label."""

    x: float
    y: float
    radius: float
    width: float
    height: float

    @property
    def box(self) -> Box:
        """What the mark covers."""
        return Box(self.x - self.radius, self.y - self.radius, self.x + self.radius, self.y + self.radius)


# Directions from a mark, the most readable first; further out, all are tried again.
_ANGLES = (0, 180, 90, 270, 45, 135, 315, 225, 22, 158, 338, 202, 68, 112, 292, 248)
_STEPS = 14


def placed(marks: Sequence[Placed], frame: Box) -> list[Box | None]:
    """Return a rectangle for the label of each mark; None where there is no room, which is rare.

    No rectangle meets another or a mark, and all lie within the frame. Earlier marks choose first, places
    near their mark before far ones, and of these the one that leads away from the middle of the frame.
    """
    middle = (frame.left + frame.right) / 2
    taken = [mark.box for mark in marks]
    found: list[Box | None] = []
    for mark in marks:
        box = next(
            (b for b in _candidates(mark, middle) if b.within(frame) and not any(map(b.meets, taken))), None
        )
        if box is not None:
            taken.append(box)
        found.append(box)
    return found


def _candidates(mark: Placed, middle: float) -> Iterator[Box]:
    mirrored = mark.x < middle - mark.width / 4
    for step in range(_STEPS):
        reach = mark.radius + mark.height * (0.15 + 0.6 * step)
        for degrees in _ANGLES:
            across, up = (
                math.cos(math.radians(degrees)) * (-1 if mirrored else 1),
                math.sin(math.radians(degrees)),
            )
            # The label's nearest edge or corner lies at `reach`.
            x = mark.x + across * reach + (across - 1) / 2 * mark.width
            y = mark.y + up * reach + (up - 1) / 2 * mark.height
            yield Box(x, y, x + mark.width, y + mark.height)
