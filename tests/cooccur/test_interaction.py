"""The statistics of triples against fitting, long arithmetic and enumeration."""

from __future__ import annotations

import math
from decimal import Decimal, localcontext
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from comention.cooccur import interaction
from tests.cooccur import naive
from tests.cooccur.test_association import counts

# Any: a list unpacked into arguments has no length that a type checker knows
STATISTICS: Any = interaction


CELLS = st.lists(st.integers(0, 30), min_size=8, max_size=8).filter(any)


def margins(cells: list[int]) -> tuple[list[int], int]:
    """(ab, ac, bc, a, b, c) and the total of a table whose cell number is 4·a + 2·b + c."""

    def size(mask: int) -> int:
        return sum(n for cell, n in enumerate(cells) if cell & mask == mask)

    return [size(mask) for mask in (6, 5, 3, 4, 2, 1)], sum(cells)


@pytest.mark.slow
@given(CELLS)
@settings(max_examples=300, deadline=None)
def test_expected_is_what_fitting_converges_to(cells: list[int]) -> None:
    marginal, total = margins(cells)
    fitted, off = naive.fit(marginal, total, rounds=500)
    if min(marginal) == 0:
        return  # such a triple has no article
    value = STATISTICS.triple_expected(*counts(*marginal), total)[0]
    if off < 1e-8:
        assert value == pytest.approx(fitted, rel=1e-6, abs=1e-6)
    if cells[7]:
        assert value > 0


@given(st.lists(st.integers(0, 10**6) | st.integers(0, 2), min_size=8, max_size=8).filter(lambda c: c[7] > 0))
@settings(deadline=None)
def test_expected_is_the_root_in_long_arithmetic(cells: list[int]) -> None:
    marginal, total = margins(cells)
    root = exact_root(marginal, total)
    value = STATISTICS.triple_expected(*counts(*marginal), total)[0]
    assert abs(Decimal(float(value)) / root - 1) < Decimal("1e-12")


def exact_root(marginal: list[int], total: int) -> Decimal:
    """The all-three cell at which both odds ratios are equal, by bisection in 60 digits."""
    ab, ac, bc, a, b, c = marginal
    rising = [0, a - ab - ac, b - ab - bc, c - ac - bc]
    falling = [ab, ac, bc, total - a - b - c + ab + ac + bc]
    with localcontext() as context:
        context.prec = 60
        low, high = Decimal(max(-n for n in rising)), Decimal(min(falling))
        for _ in range(150):
            x = (low + high) / 2
            more, less = math.prod(x + n for n in rising), math.prod(n - x for n in falling)
            low, high = (x, high) if more < less else (low, x)
        return (low + high) / 2


def test_expected_of_independent_concepts() -> None:
    # 1000 articles, each concept in 1 of 10, independently
    value = STATISTICS.triple_expected(*counts(10, 10, 10, 100, 100, 100), 1000)
    assert value[0] == pytest.approx(1.0, rel=1e-12)


def test_expected_does_not_depend_on_its_neighbours() -> None:
    random = np.random.default_rng(3)
    tables_ = [margins([int(n) for n in random.integers(1, 50, 8)])[0] for _ in range(200)]
    columns: list[Any] = [np.array(column, dtype=np.int64) for column in zip(*tables_, strict=True)]
    together = STATISTICS.triple_expected(*columns, 400)
    alone = [STATISTICS.triple_expected(*counts(*row), 400)[0] for row in tables_]
    np.testing.assert_allclose(together, alone, rtol=1e-13)


def test_expected_refuses_margins_of_no_table() -> None:
    with pytest.raises(ValueError, match="no table"):
        STATISTICS.triple_expected(*counts(5, 5, 0, 5, 5, 5), 10)


def enumerated(both: int, marginal: list[int], total: int) -> Fraction:
    """P(X ≥ both) over all 2×2×2 tables of these margins: 1 over the product of their factorials."""
    ab, ac, bc, a, b, c = marginal
    weights: dict[int, Fraction] = {}
    for x in range(min(ab, ac, bc) + 1):
        cells = [x, ab - x, ac - x, bc - x, a - ab - ac + x, b - ab - bc + x, c - ac - bc + x]
        cells.append(total - sum(cells))
        if min(cells) >= 0:
            weights[x] = Fraction(1, math.prod(math.factorial(n) for n in cells))
    return sum((w for x, w in weights.items() if x >= both), Fraction()) / sum(weights.values(), Fraction())


@pytest.mark.slow
@given(CELLS, st.integers(-2, 40))
@settings(max_examples=300, deadline=None)
def test_tail_is_that_of_all_tables(cells: list[int], offset: int) -> None:
    marginal, total = margins(cells)
    for both in (cells[7], max(cells[7] + offset, 0)):
        p = STATISTICS.triple_tail(*counts(both, *marginal), total)[0]
        exact = enumerated(both, marginal, total)
        assert p == pytest.approx(float(exact), rel=1e-11, abs=1e-300)


def test_tail_of_a_large_corpus() -> None:
    # the mean of the exact distribution is near the fitted cell, and its middle has a tail of about one half
    cells = [30_000_000, 40_000, 50_000, 3000, 60_000, 2000, 4000, 500]
    marginal, total = margins(cells)
    fitted = STATISTICS.triple_expected(*counts(*marginal), total)[0]
    middle, above, far = (
        STATISTICS.triple_tail(*counts(int(fitted) + more, *marginal), total)[0] for more in (0, 60, 100_000)
    )
    assert middle == pytest.approx(0.5, abs=0.05)
    assert 0 < above < 0.02
    assert far == 0


def test_tail_does_not_depend_on_its_neighbours() -> None:
    random = np.random.default_rng(4)
    cells = [[int(n) for n in random.integers(1, 50, 8)] for _ in range(200)]
    rows = [[c[7], *margins(c)[0]] for c in cells]
    columns: list[Any] = [np.array(column, dtype=np.int64) for column in zip(*rows, strict=True)]
    together = STATISTICS.triple_tail(*columns, 400)
    assert list(together) == [STATISTICS.triple_tail(*counts(*row), 400)[0] for row in rows]


def test_tail_refuses_margins_of_no_table() -> None:
    with pytest.raises(ValueError, match="no table"):
        STATISTICS.triple_tail(*counts(1, 5, 5, 0, 5, 5, 5), 10)
