"""Labels that lie on nothing, wherever the marks are."""

from __future__ import annotations

import itertools

from hypothesis import given
from hypothesis import strategies as st

from comention.plots.labels import Box, Placed, placed

FRAME = Box(0, 0, 1000, 800)
COORDINATE = st.floats(20, 780)
MARKS = st.lists(
    st.builds(Placed, COORDINATE, COORDINATE, st.floats(1, 12), st.floats(5, 150), st.just(12.0)), max_size=30
)


@given(MARKS)
def test_no_label_meets_another_or_a_mark_and_none_leaves_the_frame(marks: list[Placed]) -> None:
    boxes = placed(marks, FRAME)
    there = [box for box in boxes if box is not None]
    assert len(boxes) == len(marks)
    assert not any(one.meets(other) for one, other in itertools.combinations(there, 2))
    assert not any(box.meets(mark.box) for box in there for mark in marks)
    assert all(box.within(FRAME) for box in there)
    for mark, box in zip(marks, boxes, strict=True):
        if box is not None:
            assert (round(box.right - box.left, 6), round(box.top - box.bottom, 6)) == (
                round(mark.width, 6),
                12,
            )


def test_a_lone_label_stands_beside_its_mark_away_from_the_middle() -> None:
    [right] = placed([Placed(700, 400, 5, 100, 12)], FRAME)
    [left] = placed([Placed(300, 400, 5, 100, 12)], FRAME)
    assert right is not None
    assert left is not None
    assert 705 < right.left < 710
    assert 290 < left.right < 295


def test_what_has_no_room_is_none() -> None:
    assert placed([Placed(500, 400, 5, 2000, 12)], FRAME) == [None]


def test_boxes_that_share_an_edge_do_not_meet() -> None:
    assert not Box(0, 0, 1, 1).meets(Box(1, 0, 2, 1))
    assert Box(0, 0, 1, 1).meets(Box(0.9, 0.9, 2, 2))
