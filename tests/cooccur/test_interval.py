"""The interval of the odds ratio against the distribution written out, and what it promises."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import hypergeom

from comention.cooccur import interval
from comention.cooccur.association import Counts
from comention.cooccur.interval import odds_interval
from tests.cooccur import naive
from tests.cooccur.noncentral import above, up_to
from tests.cooccur.test_association import tables


def ends(both: int, a: int, b: int, total: int) -> list[float | None]:
    found = odds_interval(np.array([both]), np.array([a]), np.array([b]), total)
    return [float(values[0]) if math.isfinite(values[0]) else None for values in found]


@pytest.mark.slow
@given(tables(largest=300))
def test_ends_are_those_of_the_distribution_written_out(table: tuple[int, int, int, int]) -> None:
    assert ends(*table) == pytest.approx(naive.interval(*table), abs=1e-7)


@pytest.mark.parametrize(
    ("table", "low", "high"),
    [
        ((1, 50, 50, 20783), -1.5626757, 3.9614630),  # by scipy.stats.contingency.odds_ratio
        ((2, 50, 50, 20783), 0.7202225, 4.2763242),
        ((30, 100, 200, 2000), 0.9791886, 1.9449082),
        ((100, 100, 200, 2000), 6.1435474, None),  # one never without the other
        ((1, 1, 1, 100), 0.9315582, None),
        ((0, 5, 5, 20), None, 1.1866028),
        ((7, 7, 10, 10), None, None),  # one in every article
        ((5, 10, 5, 10), None, None),
        ((1, 2, 2, 2), None, None),
        ((1, 9, 9, 12), None, None),  # no table of articles: some name both on one span only
    ],
)
def test_ends_at_the_edges(table: tuple[int, int, int, int], low: float | None, high: float | None) -> None:
    assert ends(*table) == pytest.approx([low, high], abs=1e-6)


def many(size: int, total: int) -> tuple[Counts, Counts, Counts]:
    random = np.random.default_rng(21)
    a, b = (np.ceil(total ** random.random(size) * 0.6).astype(np.int64) for _ in "ab")
    both = np.minimum(np.minimum(a, b), random.poisson(a * b / total) + random.integers(0, 9, size))
    return both.astype(np.int64), a, b


def test_ends_of_many_leave_two_and_a_half_per_cent() -> None:
    total = 40_000
    both, a, b = many(400, total)
    low, high = odds_interval(both, a, b, total)
    has_low, has_high = np.isfinite(low), np.isfinite(high)
    assert has_low.sum() > 300
    assert has_high.sum() > 250
    for k, m, n, at in zip(*(v[has_low] for v in (both, a, b, low)), strict=True):
        assert above(k - 1, total, m, n, math.exp(at)) == pytest.approx(0.025, rel=1e-5)
    for k, m, n, at in zip(*(v[has_high] for v in (both, a, b, high)), strict=True):
        assert up_to(k, total, m, n, math.exp(at)) == pytest.approx(0.025, rel=1e-5)


def test_a_small_window_is_widened(monkeypatch: pytest.MonkeyPatch) -> None:
    both, a, b = many(50, 3000)
    wanted = odds_interval(both, a, b, 3000)
    monkeypatch.setattr(interval, "_WIDE", 0.1)
    monkeypatch.setattr(interval, "_MORE", 1)
    np.testing.assert_allclose(odds_interval(both, a, b, 3000), wanted, rtol=0, atol=1e-6)


def test_stretches_change_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    both, a, b = many(200, 5000)
    wanted = odds_interval(both, a, b, 5000)
    monkeypatch.setattr(interval, "_STRETCH", 1)
    np.testing.assert_allclose(odds_interval(both, a, b, 5000), wanted, rtol=0, atol=1e-9)


@pytest.mark.parametrize("mean", [0.12, 1.0, 4.0, 30.0])
def test_the_lower_end_is_above_zero_in_a_fortieth_of_independent_pairs_at_most(mean: float) -> None:
    total, a = 20_000, 400
    b = round(mean * total / a)
    k = np.arange(min(a, b) + 1)
    low, _ = odds_interval(k, np.full_like(k, a), np.full_like(k, b), total)
    assert hypergeom.pmf(k[low > 0], total, a, b).sum() <= 0.025


@given(st.integers(5, 2000), st.integers(30, 100_000))
def test_two_of_two_never_ranks_above_five_of_six(b: int, total: int) -> None:
    # b is the margin of the other concept, the same in both, up to two thirds of all articles
    b = min(b, 2 * total // 3)
    many, few = ends(5, 6, b, total)[0], ends(2, 2, b, total)[0]
    assert many is not None
    assert few is not None
    assert many > few


@pytest.mark.slow
@given(st.integers(6, 300), st.integers(20, 20_000))
def test_more_articles_together_rank_higher_at_equal_margins(a: int, total: int) -> None:
    a = min(a, total // 2)
    lows = odds_interval(np.arange(a + 1), np.full(a + 1, a), np.full(a + 1, a), total)[0]
    assert np.all(np.diff(lows[1:]) > 0)
