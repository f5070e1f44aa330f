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
from comention.cooccur.grades import grade

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


@pytest.mark.slow
@given(tables())
@settings(max_examples=300, deadline=None)
def test_tail_is_exact(table: tuple[int, int, int, int]) -> None:
    *both_a_b, total = table
    p = STATISTICS.hypergeometric_tail(*counts(*both_a_b), total)[0]
    exact = exact_tail(*table)
    if exact > Decimal("1e-300"):
        assert abs(Decimal(float(p)) / exact - 1) < Decimal("1e-11")


@pytest.mark.slow
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
    estimate = STATISTICS.log_odds(*arrays, total)[0]
    if total in {a, b}:
        assert math.isnan(estimate)
    else:
        assert estimate == pytest.approx(math.log(cells[0] * cells[3] / (cells[1] * cells[2])), abs=1e-12)


def test_npmi_of_pairs_that_occur_only_together_is_one() -> None:
    both = np.arange(1, 1000)
    np.testing.assert_allclose(association.npmi(both, both, both, 999), 1.0, rtol=0, atol=1e-12)


def test_log_odds_without_room_for_neither() -> None:
    # three articles of three name both, one of them on one span, and one names neither
    estimate = STATISTICS.log_odds(*counts(1, 2, 2), 3)[0]
    assert estimate == pytest.approx(math.log(1.5 * 0.5 / 1.5**2))


@given(st.lists(st.tuples(st.integers(0, 9), st.integers(0, 9), st.integers(0, 50)), min_size=1, max_size=15))
def test_score_is_that_of_the_formula(rows: list[tuple[int, int, int]]) -> None:
    # weights of pairs, in the units in which they are counted
    weights = {frozenset((a, b)): w for a, b, w in rows if a != b}
    of = {c: sum(w for pair, w in weights.items() if c in pair) for c in range(10)}
    total = sum(weights.values())
    for (a, b), weight in ((sorted(pair), w) for pair, w in weights.items()):
        units = [n * association.WEIGHT_UNIT for n in (weight, of[a], of[b])]
        value = STATISTICS.score(*counts(*units), total * association.WEIGHT_UNIT)[0]
        if weight == 0:
            assert value == 0
        else:
            ratio = weight * total / (of[a] * of[b])
            assert value == pytest.approx(weight**0.9 * ratio**0.1, rel=1e-12)


@given(
    st.integers(1, 40),
    st.sampled_from([-math.inf, math.nan]) | st.floats(-3, 3),
    st.floats(0, 0.1),
    st.floats(0, 0.1),
    st.floats(0, 0.01),
    st.sampled_from([0.0, 0.01, 0.05]),
)
def test_grades_follow_their_rule(
    articles: int, low: float, q: float, richness: float, p: float, edge: float
) -> None:
    for worst in ({q, richness}, {edge}):
        word = grade(*(np.array([v]) for v in (articles, low, min(worst), max(worst), p)))[0]
        expected = "none"
        if articles >= 2 and low >= 0 and p <= 0.003:
            expected = "weak"
        if articles >= 3 and low >= 0 and max(worst) <= 0.05:
            expected = "moderate"
        if articles >= 5 and low >= math.log(2) and max(worst) <= 0.01:
            expected = "strong"
        assert word == expected


def test_one_article_has_no_grade() -> None:
    assert list(grade(np.array([1, 1]), np.array([9.0, 9.0]), *np.zeros((3, 2)))) == ["none", "none"]
