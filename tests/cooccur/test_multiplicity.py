"""The correction for many hypotheses against scipy's, all hypotheses written out."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import false_discovery_control

from comention.cooccur.multiplicity import benjamini_hochberg, steps

P = st.sampled_from([0.0, 1e-300, 1e-9, 0.01, 0.05, 0.5, 1.0]) | st.floats(0, 1)


@given(st.lists(st.tuples(P, st.integers(1, 5)), max_size=30), st.integers(0, 200))
def test_agrees_with_all_hypotheses_written_out(cases: list[tuple[float, int]], unseen: int) -> None:
    p = np.array([value for value, _ in cases], dtype=np.float64)
    times = np.array([n for _, n in cases], dtype=np.int64)
    family = int(times.sum()) + unseen
    q = benjamini_hochberg(p, times, family)
    assert q.shape == p.shape
    if family:
        written = false_discovery_control(np.concatenate([np.repeat(p, times), np.ones(unseen)]), method="bh")
        np.testing.assert_allclose(np.repeat(q, times), written[: family - unseen], rtol=1e-12)


@given(st.lists(P, max_size=40), st.integers(0, 200))
def test_steps_have_the_same_q_for_the_same_p(values: list[float], unseen: int) -> None:
    p = np.array(values, dtype=np.float64)
    family = p.size + unseen
    wanted = benjamini_hochberg(p, np.ones(p.size, np.int64), family)
    found = steps(p.copy(), family)
    assert found.of(p).tolist() == wanted.tolist()
    assert found.discoveries(0.05) == (wanted <= 0.05).sum()
    assert np.all(found.q < 1)


def test_the_unseen_belong_to_the_family() -> None:
    # a thousand pairs that were seen once, each as chance would have it among a million
    p, times = np.full(1, 1e-3), np.full(1, 1000)
    assert benjamini_hochberg(p, times, 1000)[0] == 1e-3  # over the seen ones alone all are discoveries
    assert benjamini_hochberg(p, times, 1_000_000)[0] == 1.0


def test_a_family_smaller_than_what_is_in_it_is_refused() -> None:
    with pytest.raises(ValueError, match="3 hypotheses in a family of 2"):
        benjamini_hochberg(np.ones(2), np.array([1, 2]), 2)
    with pytest.raises(ValueError, match="3 hypotheses in a family of 2"):
        steps(np.ones(3), 2)
