"""The statistics against exact rational arithmetic, scipy and slow scalar code."""

from __future__ import annotations

import math
from decimal import Decimal, localcontext
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import hypergeom

from comention.cooccur import association
from tests.cooccur import naive

# Any: a list unpacked into arguments has no length that a type checker knows
STATISTICS: Any = association


def counts(*values: int) -> list[association.Counts]:
    return [np.array([v], dtype=np.int64) for v in values]


@st.composite
def tables(draw: st.DrawFn, largest: int = 3000) -> tuple[int, int, int, int]:
    """(both, a, b, total) of a possible 2×2 table, a and b at least 1."""
    total = draw(st.integers(1, largest))
    a, b = draw(st.integers(1, total)), draw(st.integers(1, total))
    return draw(st.integers(max(0, a + b - total), min(a, b))), a, b, total


def exact_tail(both: int, a: int, b: int, total: int) -> Decimal:
    ways = sum(math.comb(a, j) * math.comb(total - a, b - j) for j in range(both, min(a, b) + 1))
    with localcontext() as context:
        context.prec = 30
        return Decimal(ways) / Decimal(math.comb(total, b))


@given(tables())
@settings(max_examples=300, deadline=None)
def test_tail_is_exact(table: tuple[int, int, int, int]) -> None:
    *both_a_b, total = table
    p = STATISTICS.hypergeometric_tail(*counts(*both_a_b), total)[0]
    exact = exact_tail(*table)
    if exact > Decimal("1e-300"):
        assert abs(Decimal(float(p)) / exact - 1) < Decimal("1e-11")


def test_tail_of_many_agrees_with_scipy() -> None:
    random = np.random.default_rng(20)
    total = 40_000
    a, b = (np.ceil(total ** random.random(3000)).astype(np.int64) for _ in "ab")
    mean = a * b / total
    both = np.minimum(np.minimum(a, b), random.poisson(mean) + random.integers(0, 30, 3000)).astype(np.int64)
    p = association.hypergeometric_tail(both, a, b, total)
    reference = hypergeom.sf(both - 1, total, a, b)
    kept = reference > 1e-300
    assert kept.sum() > 2900
    np.testing.assert_allclose(p[kept], reference[kept], rtol=1e-9)


@pytest.mark.parametrize(
    ("table", "tail"),
    [
        ((0, 3, 4, 10), 1.0),
        ((5, 5, 10, 10), 1.0),  # a concept in every article
        ((1, 1, 1, 1), 1.0),
        ((4, 3, 4, 10), 0.0),
        ((1, 2, 2, 2), 1.0),  # one article names both on one span: fewer than a table of articles allows
        ((3, 3, 3, 10), 1 / 120),
        ((60, 60, 60, 40_000), 1 / math.comb(40_000, 60)),
        ((110, 110, 110, 40_000), 1 / math.comb(40_000, 110)),
    ],
)
def test_tail_at_the_edges(table: tuple[int, int, int, int], tail: float) -> None:
    *both_a_b, total = table
    assert STATISTICS.hypergeometric_tail(*counts(*both_a_b), total)[0] == pytest.approx(tail, rel=1e-11)


def test_tail_holds_its_digits_in_all_of_pubmed() -> None:
    # P(X ≥ 5) of 5 marked among 37 million, 1,000 drawn: a product of five fractions
    tail = math.prod((1000 - i) / (37_000_000 - i) for i in range(5))
    p = STATISTICS.hypergeometric_tail(*counts(5, 5, 1000), 37_000_000)[0]
    assert p == pytest.approx(tail, rel=1e-11)


@given(tables())
@settings(deadline=None)
def test_expected_lift_npmi_and_log_odds(table: tuple[int, int, int, int]) -> None:
    both, a, b, total = table
    arrays = counts(both, a, b)
    assert association.expected(arrays[1], arrays[2], total)[0] == pytest.approx(a * b / total)
    assert STATISTICS.lift(*arrays, total)[0] == pytest.approx(both * total / (a * b))
    npmi = STATISTICS.npmi(*arrays, total)[0]
    if 0 < both < total:
        information = math.log(both * total / (a * b))
        assert npmi == pytest.approx(information / -math.log(both / total), abs=1e-12)
    else:
        assert npmi == (1 if both else -1)
    assert -1 <= npmi <= 1
    cells = [both + 0.5, a - both + 0.5, b - both + 0.5, total - a - b + both + 0.5]
    estimate, low, high = (values[0] for values in STATISTICS.log_odds(*arrays, total))
    assert estimate == pytest.approx(math.log(cells[0] * cells[3] / (cells[1] * cells[2])), abs=1e-12)
    assert high - estimate == pytest.approx(naive.wald(*cells), rel=1e-9)
    assert estimate - low == pytest.approx(naive.wald(*cells), rel=1e-9)


def test_npmi_of_pairs_that_occur_only_together_is_one() -> None:
    both = np.arange(1, 1000)
    np.testing.assert_allclose(association.npmi(both, both, both, 999), 1.0, rtol=0, atol=1e-12)


def test_log_odds_without_room_for_neither() -> None:
    # two articles name both, one of them on one span: both = 1, a = b = 2, total = 2
    estimate, low, high = STATISTICS.log_odds(*counts(1, 2, 2), 2)
    assert estimate[0] == pytest.approx(math.log(1.5 * 0.5 / 1.5**2))
    assert low[0] < estimate[0] < high[0]


CELLS = st.lists(st.integers(0, 30), min_size=8, max_size=8).filter(any)


def margins(cells: list[int]) -> tuple[list[int], int]:
    """(ab, ac, bc, a, b, c) and the total of a table whose cell number is 4·a + 2·b + c."""

    def size(mask: int) -> int:
        return sum(n for cell, n in enumerate(cells) if cell & mask == mask)

    return [size(mask) for mask in (6, 5, 3, 4, 2, 1)], sum(cells)


@pytest.mark.slow
@given(CELLS)
@settings(max_examples=300, deadline=None)
def test_triple_expected_is_what_fitting_converges_to(cells: list[int]) -> None:
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
def test_triple_expected_is_the_root_in_long_arithmetic(cells: list[int]) -> None:
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


def test_triple_expected_of_independent_concepts() -> None:
    # 1000 articles, each concept in 1 of 10, independently
    value = STATISTICS.triple_expected(*counts(10, 10, 10, 100, 100, 100), 1000)
    assert value[0] == pytest.approx(1.0, rel=1e-12)


def test_triple_expected_does_not_depend_on_its_neighbours() -> None:
    random = np.random.default_rng(3)
    tables_ = [margins([int(n) for n in random.integers(1, 50, 8)])[0] for _ in range(200)]
    columns: list[Any] = [np.array(column, dtype=np.int64) for column in zip(*tables_, strict=True)]
    together = STATISTICS.triple_expected(*columns, 400)
    alone = [STATISTICS.triple_expected(*counts(*row), 400)[0] for row in tables_]
    np.testing.assert_allclose(together, alone, rtol=1e-13)


def test_triple_expected_refuses_margins_of_no_table() -> None:
    with pytest.raises(ValueError, match="no table"):
        STATISTICS.triple_expected(*counts(5, 5, 0, 5, 5, 5), 10)
