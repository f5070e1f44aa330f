"""How often a corpus in which nothing is associated makes a discovery, through the whole of counting."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from tests.cooccur import nulls

pytestmark = pytest.mark.slow

#: Share of corpora with a discovery at a false discovery rate of 5 %, and what 200 draws may add to it.
ALLOWED = 0.08

SIZES = [
    pytest.param(15, marks=pytest.mark.slow),
    pytest.param(200, marks=[pytest.mark.soak, pytest.mark.timeout(3600)]),
]


def shares(tmp_path: Path, corpora: list[nulls.Matrix]) -> dict[str, float]:
    """Share of corpora in which a q is at most 0.05."""
    found = []
    for i, matrix in enumerate(corpora):
        directory = tmp_path / str(i)
        directory.mkdir()
        pairs = nulls.counted(matrix, directory)
        found.append([bool(np.any(pairs[q] <= 0.05)) for q in ("q_value", "q_richness")])
    return dict(zip(("q_value", "q_richness"), np.mean(found, axis=0).tolist(), strict=True))


@pytest.mark.parametrize("size", SIZES)
def test_independent_concepts_make_no_discoveries(tmp_path: Path, size: int) -> None:
    random = np.random.default_rng(11)
    start = nulls.listing(random)
    found = shares(tmp_path, [nulls.permuted(random, start) for _ in range(size)])
    print(f"{size} corpora, concepts permuted: {found}")  # noqa: T201 - the figures are the result
    assert found["q_value"] <= ALLOWED
    assert found["q_richness"] <= ALLOWED


@pytest.mark.parametrize("size", SIZES)
def test_lists_make_discoveries_for_q_value_and_none_for_q_richness(tmp_path: Path, size: int) -> None:
    random = np.random.default_rng(12)
    matrix = nulls.listing(random)
    corpora = []
    for _ in range(size):
        matrix = nulls.curveball(random, matrix, trades=2000)
        corpora.append(matrix)
    found = shares(tmp_path, corpora)
    print(f"{size} corpora, both margins kept: {found}")  # noqa: T201 - the figures are the result
    assert found["q_richness"] <= ALLOWED
    assert found["q_value"] > 0.5  # what the second p is there for


def test_curveball_keeps_both_margins() -> None:
    random = np.random.default_rng(13)
    matrix = nulls.listing(random)
    shuffled = nulls.curveball(random, matrix, trades=2000)
    assert (matrix != shuffled).any()
    assert list(matrix.sum(axis=0)) == list(shuffled.sum(axis=0))
    assert list(matrix.sum(axis=1)) == list(shuffled.sum(axis=1))


def test_a_true_pair_among_lists_is_found(tmp_path: Path) -> None:
    random = np.random.default_rng(14)
    matrix = nulls.curveball(random, nulls.listing(random), trades=2000)
    poor = np.flatnonzero(matrix.sum(axis=0) <= 2)[:9]
    matrix[70:72] = False
    matrix[70:72, poor] = True
    pairs = nulls.counted(matrix, tmp_path)
    q = dict(zip(zip(pairs["a_id"], pairs["b_id"], strict=True), pairs["q_richness"], strict=True))
    assert [set(pair) for pair in q if q[pair] <= 0.05] == [{"X:0070", "X:0071"}]
