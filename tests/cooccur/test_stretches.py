"""Rows in order: however wide the keys are, they are sorted alike."""

from __future__ import annotations

import numpy as np
import pytest

from comention.cooccur.stretches import in_order


@pytest.mark.parametrize("bits", [3, 20, 27, 40, 62])
def test_rows_are_in_the_order_of_their_keys(bits: int) -> None:
    draw = np.random.default_rng(bits)
    first, second = draw.integers(5, 9, 2_000), draw.integers(0, 1 << bits, 2_000)
    third = draw.permutation(2_000) << 20
    order = in_order(first, second, third)
    rows = list(zip(first.tolist(), second.tolist(), third.tolist(), strict=True))
    assert [rows[number] for number in order] == sorted(rows)


def test_no_rows_have_an_order() -> None:
    assert in_order(np.arange(0), np.arange(0)).tolist() == []
