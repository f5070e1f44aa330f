"""The exact conditional tail against the sum of all its terms."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from comention.cooccur.association import Counts, hypergeometric_tail
from comention.cooccur.conditional import tail
from comention.cooccur.interval import odds_interval
from tests.cooccur.noncentral import above
from tests.support.properties import examples


def counts(*values: int) -> Counts:
    return np.array(values, dtype=np.int64)


@st.composite
def tables(draw: st.DrawFn) -> tuple[int, int, int, int]:
    """Articles with both, with one, with the other, and all: every cell may be empty, none of all."""
    cells = [draw(st.integers(0, 12)) for _ in range(3)] + [draw(st.integers(0, 300))]
    both, first, second, _ = cells
    return both, both + first, both + second, sum(cells)


@examples(100)
@given(tables(), st.floats(-3, 3))
def test_the_tail_is_the_sum_of_its_terms(table: tuple[int, int, int, int], log_ratio: float) -> None:
    both, a, b, total = table
    if not total:
        return
    found = tail(counts(both), counts(a), counts(b), total, log_ratio)
    expected = above(both - 1, total, a, b, math.exp(log_ratio)) if both else 1.0
    assert found[0] == pytest.approx(expected, rel=1e-6, abs=1e-12)


def test_without_a_ratio_the_tail_is_fishers_test() -> None:
    both, a, b = counts(0, 1, 3, 41), counts(5, 1, 9, 60), counts(41, 41, 41, 41)
    found = tail(both, a, b, 20_783, 0.0)
    np.testing.assert_allclose(found, hypergeometric_tail(both, a, b, 20_783), rtol=1e-8)


def test_the_ends_have_the_probability_that_they_stand_for_in_a_large_corpus() -> None:
    """Tens of thousands of articles of a topic against all of PubMed, where no term may overflow."""
    total, drawn = 38_000_000, 30_000
    a = counts(1, 40, 5_000, 900_000, 900_000, 20_000_000)
    both = counts(1, 40, 4, 2_000, 30, 29_000)
    b = np.full_like(a, drawn)
    low, high = odds_interval(both, a, b, total)
    for n in range(a.size):
        one = (counts(a[n]), counts(drawn), total)
        assert tail(counts(both[n]), *one, float(low[n]))[0] == pytest.approx(0.025, rel=1e-6)
        if both[n] < min(a[n], drawn):
            assert 1 - tail(counts(both[n] + 1), *one, float(high[n]))[0] == pytest.approx(0.025, rel=1e-6)


def test_a_case_does_not_depend_on_the_others() -> None:
    both, a, b = counts(3, 1, 0, 6), counts(9, 2, 4, 13), counts(41, 41, 41, 41)
    together = odds_interval(both, a, b, 20_783)
    for n in range(both.size):
        alone = odds_interval(both[n : n + 1], a[n : n + 1], b[n : n + 1], 20_783)
        assert (alone[0][0], alone[1][0]) == pytest.approx((together[0][n], together[1][n]), abs=1e-8)


def test_no_cases_have_no_intervals() -> None:
    low, high = odds_interval(counts(), counts(), counts(), 10)
    assert (low.size, high.size) == (0, 0)


def test_what_hardly_can_be_has_a_chance_of_nothing_and_no_overflow() -> None:
    """All of 400 articles of a topic mention what 400 of 40,000 do: 1 in 10^900."""
    found = tail(counts(400, 60), counts(400, 60), counts(400, 60), 40_000, 0.0)
    assert found[0] == 0
    np.testing.assert_allclose(
        found[1], hypergeometric_tail(counts(60), counts(60), counts(60), 40_000)[0], rtol=1e-8
    )
