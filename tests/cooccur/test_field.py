"""The null that keeps the field: its tail by listing every outcome, and one journal's vocabulary."""

from __future__ import annotations

import itertools
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import false_discovery_control

from comention.cooccur import field
from tests.cooccur import naive, nulls

pytestmark = pytest.mark.slow

TRIALS = st.lists(st.tuples(st.integers(1, 3), st.floats(0, 1)), max_size=4)


@given(st.lists(st.tuples(st.integers(1, 5), TRIALS), min_size=1, max_size=5))
def test_tail_is_that_of_every_outcome_listed(pairs: list[tuple[int, list[tuple[int, float]]]]) -> None:
    both = np.array([k for k, _ in pairs])
    rows = [(number, *trial) for number, (_, trials) in enumerate(pairs) for trial in trials]
    number, times = (np.array([row[i] for row in rows], int) for i in (0, 1))
    chance = np.array([row[2] for row in rows], float)
    found = field.tail(both, number, chance, times)
    for p, (k, trials) in zip(found, pairs, strict=True):
        each = [chance for times, chance in trials for _ in range(times)]
        outcomes = itertools.product((0, 1), repeat=len(each))
        exact = sum(
            np.prod([c if hit else 1 - c for hit, c in zip(outcome, each, strict=True)])
            for outcome in outcomes
            if sum(outcome) >= k
        )
        assert p == pytest.approx(float(exact), abs=1e-12)


def test_stretches_change_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    random = np.random.default_rng(31)
    both = random.integers(1, 30, 50)
    number = np.repeat(np.arange(50), 7)
    chance, times = random.random(350), random.integers(1, 9, 350)
    wanted = field.tail(both, number, chance, times)
    monkeypatch.setattr(field, "_STRETCH", 1)
    assert list(field.tail(both, number, chance, times)) == list(wanted)


def test_a_pair_of_many_articles_does_not_widen_the_table_of_others(monkeypatch: pytest.MonkeyPatch) -> None:
    both = np.array([2] * 2000 + [3] * 2000 + [5000])
    cells: list[int] = []
    zeros = np.zeros

    def counted(shape: tuple[int, ...] | int) -> np.ndarray[tuple[int, ...], np.dtype[np.float64]]:
        cells.append(int(np.prod(shape)))
        return zeros(shape)

    monkeypatch.setattr(field, "_STRETCH", 10_000)
    monkeypatch.setattr(np, "zeros", counted)
    field.tail(both, np.arange(both.size), np.full(both.size, 0.5), both)
    assert max(cells) <= 10_000


def test_chances_where_they_are_known() -> None:
    def chance(fewer: int, more: int, richness: list[int]) -> float:
        values = (fewer, more, sum(richness), sum(r * (r - 1) for r in richness))
        return float(field.chances(*(np.array([v]) for v in values))[0])

    assert chance(1, 1, [5]) == 1  # one article that names both
    assert chance(1, 1, [2, 2]) == pytest.approx(1 / 3)  # of the three others one is beside it
    assert chance(1, 4, [2, 2, 2, 2]) == pytest.approx(1)  # one of the two is in every article
    # the other is in two of four articles, beside two of the six mentions that are not its own
    assert chance(1, 2, [2, 2, 2, 2]) == pytest.approx(2 / 6)


def corpus() -> tuple[nulls.Matrix, list[str | None]]:
    """Ten journals; concepts 70 and 71 meet in all, 72 and 73 in every second article of one alone."""
    random = np.random.default_rng(32)
    matrix = nulls.curveball(random, nulls.listing(random), trades=2000)
    journals: list[str | None] = [f"J{k % 10}" if k % 10 else None for k in range(matrix.shape[1])]
    matrix[70:74] = False
    poor = np.flatnonzero(matrix.sum(axis=0) <= 2)
    matrix[70:72, poor[:18]] = True
    matrix[72:74, [k for k in range(7, 400, 10) if k % 20 == 7]] = True
    return matrix, journals


def test_one_journal_full_of_two_concepts_is_no_discovery_of_the_field(tmp_path: Path) -> None:
    matrix, journals = corpus()
    pairs = nulls.counted(matrix, tmp_path, journals)
    q = {
        (a, b): values
        for a, b, *values in zip(*(pairs[n] for n in ("a_id", "b_id", "q_richness", "q_field")), strict=True)
    }
    (spread,) = (v for ids, v in q.items() if set(ids) == {"X:0070", "X:0071"})
    (full,) = (v for ids, v in q.items() if set(ids) == {"X:0072", "X:0073"})
    assert max(spread) <= 0.05
    assert full[0] <= 0.05 < full[1]


def test_p_and_q_are_those_of_the_naive_one(tmp_path: Path) -> None:
    matrix, journals = corpus()
    pairs = nulls.counted(matrix, tmp_path, journals)
    asked = pairs["q_richness"] <= 0.05
    assert asked.sum() >= 2
    assert np.all(np.isnan(pairs["p_field"][~asked]))
    for i in np.flatnonzero(asked):
        a, b = (int(pairs[side][i].removeprefix("X:")) for side in ("a_id", "b_id"))
        wanted = naive.field(matrix.tolist(), journals, a, b, int(pairs["articles"][i]))
        assert pairs["p_field"][i] == pytest.approx(max(wanted, pairs["p_richness"][i]), rel=1e-9)
    (family,) = (
        row
        for row in pq.read_table(tmp_path / "out" / "families.parquet").to_pylist()
        if row["family"] == "pairs"
    )
    values = [*pairs["p_field"][asked], *[1.0] * (family["size"] - int(asked.sum()))]
    written = false_discovery_control(values, method="bh")[: int(asked.sum())]
    np.testing.assert_allclose(pairs["q_field"][asked], written, rtol=1e-9)
    assert family["significant_field"] == (pairs["q_field"][asked] <= 0.05).sum()


def test_without_journals_nothing_is_said(tmp_path: Path) -> None:
    matrix, _ = corpus()
    pairs = nulls.counted(matrix, tmp_path)
    assert (pairs["q_richness"] <= 0.05).any()
    assert np.all(np.isnan(pairs["q_field"]))
