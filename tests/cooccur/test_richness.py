"""The null that keeps both margins: what defines it, and its tail against exact convolution."""

from __future__ import annotations

import math
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from scipy.stats import false_discovery_control, poisson

from comention.cooccur import richness
from comention.cooccur.richness import RichnessModel
from tests.cooccur import nulls

pytestmark = pytest.mark.slow

Floats = npt.NDArray[np.float64]


def fitted(matrix: nulls.Matrix) -> RichnessModel:
    margins, concepts = np.unique(matrix.sum(axis=1), return_counts=True)
    rich, articles = np.unique(matrix.sum(axis=0), return_counts=True)
    kept = margins > 0, rich > 0
    return richness.fit(margins[kept[0]], concepts[kept[0]], rich[kept[1]], articles[kept[1]])


def convolved(chances: Sequence[float]) -> Floats:
    """P(X = 0), P(X = 1) … for the sum of trials with these chances, one trial after the other."""
    result = np.ones(1)
    for chance in chances:
        result = np.concatenate([result * (1 - chance), [0.0]]) + np.concatenate([[0.0], result * chance])
    return result


def small(rows: int = 6, columns: int = 9) -> st.SearchStrategy[nulls.Matrix]:
    cells = st.lists(st.booleans(), min_size=rows * columns, max_size=rows * columns)
    return cells.map(lambda values: np.array(values).reshape(rows, columns))


def observed(matrix: nulls.Matrix) -> tuple[Floats, Floats]:
    """The margins of the distinct concepts, and how many concepts have each richness of an article."""
    margins, rich = matrix.sum(axis=1), matrix.sum(axis=0)
    return np.unique(margins[margins > 0]).astype(float), np.unique(rich[rich > 0]).astype(float)


@given(small())
@settings(deadline=None)
def test_expected_margins_are_those_observed(matrix: nulls.Matrix) -> None:
    model, (margins, rich) = fitted(matrix), observed(matrix)
    of_concepts = matrix.sum(axis=1)
    concepts = np.array([(of_concepts == margin).sum() for margin in margins])
    # a few articles can leave single cells no choice, where the fit only comes near
    np.testing.assert_allclose((model.chance * model.articles).sum(axis=1), margins, rtol=3e-3)
    np.testing.assert_allclose((model.chance * concepts[:, None]).sum(axis=0), rich, rtol=3e-3)
    assert np.all((model.chance >= 0) & (model.chance <= 1))


def test_the_log_odds_of_a_mention_are_a_sum_of_concept_and_article() -> None:
    # with the margins, this is what makes it the model of maximum entropy, and there is only one
    matrix = nulls.listing(np.random.default_rng(5))
    model, (margins, _) = fitted(matrix), observed(matrix)
    np.testing.assert_allclose((model.chance * model.articles).sum(axis=1), margins, rtol=1e-9)
    odds = np.log(model.chance / (1 - model.chance))
    np.testing.assert_allclose(
        odds - odds[:1], np.broadcast_to((odds - odds[:1])[:, :1], odds.shape), atol=1e-9
    )


def test_what_is_certain_is_certain() -> None:
    matrix = nulls.listing(np.random.default_rng(6), concepts=8, articles=30)
    matrix[2], matrix[:, 4] = True, True  # a concept in every article, an article with every concept
    model = fitted(matrix)
    assert np.all(model.chance[model.margins == 30] == 1)
    assert np.all(model.chance[:, -1] == 1)
    margin = np.array([30, 30]), np.array([30, int(model.margins[0])])
    assert list(model.expected(*margin)) == [30, pytest.approx(model.margins[0])]
    assert list(model.tail(np.array([30, 1]), *margin)) == [1, 1]


def test_a_corpus_without_concepts_has_a_model_without_rows() -> None:
    none = np.zeros(0, dtype=np.int64)
    model = richness.fit(none, none, none, none)
    assert model.tail(none, none, none).size == 0


def test_margins_of_other_articles_are_refused() -> None:
    with pytest.raises(ValueError, match="count both over the same articles"):
        richness.fit(*(np.array([n]) for n in (3, 1, 1, 2)))
    model = richness.fit(*(np.array([n]) for n in (1, 2, 2, 1)))
    with pytest.raises(ValueError, match="no concept of the model has this margin"):
        model.tail(np.array([1]), np.array([1]), np.array([7]))


@given(small(), st.integers(0, 5), st.integers(0, 5))
@settings(deadline=None)
def test_tail_is_exact_for_one_article_and_never_below_the_exact_one(
    matrix: nulls.Matrix, i: int, j: int
) -> None:
    of = matrix.sum(axis=1)
    assume(of[i] > 0 and of[j] > 0)
    model = fitted(matrix)
    one, other = (int(np.searchsorted(model.margins, of[c])) for c in (i, j))
    chances = np.repeat(model.chance[one] * model.chance[other], model.articles)
    points = convolved(list(chances))
    mean = float(chances.sum())
    a, b = np.array([of[i]]), np.array([of[j]])
    assert model.expected(a, b)[0] == pytest.approx(mean, rel=1e-12)
    for both in range(int(min(of[i], of[j])) + 2):
        exact, p = float(points[both:].sum()), model.tail(np.array([both]), a, b)[0]
        if both <= 1:
            assert p == pytest.approx(exact, rel=1e-9, abs=1e-15)
        elif both >= mean + 1:
            assert p >= exact * (1 - 1e-9) - 1e-15
            assert p <= poisson.sf(both - 1, mean) * (1 + 1e-9)
        else:
            assert p > 0.2


def test_three_concepts_meet_as_often_as_their_chances_let_them() -> None:
    matrix = nulls.listing(np.random.default_rng(15), 30, 60)
    model = fitted(matrix)
    margins = [np.array([row.sum()]) for row in matrix[[0, 3, 9]]]
    chances = [model.chance[np.searchsorted(model.margins, m[0])] for m in margins]
    together = np.repeat(np.prod(chances, axis=0), model.articles)
    points = convolved(together.tolist())
    assert model.expected(*margins)[0] == pytest.approx(together.sum(), rel=1e-12)
    assert model.tail(np.array([1]), *margins)[0] == pytest.approx(points[1:].sum(), rel=1e-9)
    for both in range(math.ceil(together.sum()) + 2, 9):
        exact, p = points[both:].sum(), model.tail(np.array([both]), *margins)[0]
        assert exact * (1 - 1e-9) <= p
        assert model.tail(np.array([both]), *margins[::-1])[0] == p


def test_tail_is_nearly_exact_where_concepts_are_rare() -> None:
    model = fitted(nulls.listing(np.random.default_rng(7)))
    rare = model.margins[model.margins <= 20]
    ratios = []
    for a in rare:
        for b in rare[rare <= a]:
            one, other = np.searchsorted(model.margins, [a, b])
            points = convolved(list(np.repeat(model.chance[one] * model.chance[other], model.articles)))
            mean = model.expected(np.array([a]), np.array([b]))[0]
            for both in (n for n in (2, 3, 5) if n >= mean + 1):
                p = model.tail(np.array([both]), np.array([a]), np.array([b]))[0]
                ratios.append(p / points[both:].sum())
    assert min(ratios) > 1 - 1e-6
    assert np.median(ratios) < 1.3


def test_pairs_have_the_p_and_q_of_a_model_fitted_cell_by_cell(tmp_path: Path) -> None:
    """An independent fit, one unknown for each concept and each article, and q over all pairs written out."""
    matrix = nulls.listing(np.random.default_rng(8), concepts=30, articles=120)
    pairs = nulls.counted(matrix, tmp_path)
    chance = cell_by_cell(matrix)
    values = []
    for a, b, both in zip(pairs["a_id"], pairs["b_id"], pairs["articles"], strict=True):
        points = convolved(list(chance[int(a[2:])] * chance[int(b[2:])]))
        values.append(points[both:].sum())
    exact = np.array(values)
    once = pairs["articles"] == 1
    np.testing.assert_allclose(pairs["p_richness"][once], exact[once], rtol=1e-6)
    assert np.all(pairs["p_richness"] >= np.minimum(exact, 0.2) * (1 - 1e-6))
    unseen = np.ones(30 * 29 // 2 - exact.size)
    for p, q in (("p_value", "q_value"), ("p_richness", "q_richness")):
        written = false_discovery_control(np.concatenate([pairs[p], unseen]), method="bh")
        np.testing.assert_allclose(pairs[q], written[: exact.size], rtol=1e-9)


def step(
    concept: Floats, article: Floats, kept: nulls.Matrix, wanted: npt.NDArray[np.int64], axis: int
) -> Floats:
    """Newton's step of the log odds of one side."""
    chance = 1 / (1 + np.exp(-(concept[:, None] + article[None, :]))) * kept
    slope = np.maximum((chance * (1 - chance)).sum(axis=axis), 1e-12)
    result: Floats = np.clip((wanted - chance.sum(axis=axis)) / slope, -1, 1)
    return result


def cell_by_cell(matrix: nulls.Matrix) -> Floats:
    """Chances of each concept in each article: each log odds in turn moved until the margins fit."""
    margins, rich = matrix.sum(axis=1), matrix.sum(axis=0)
    kept = rich > 0
    concept, article = np.zeros(margins.size), np.zeros(rich.size)
    for _ in range(3000):
        concept = concept + step(concept, article, kept, margins, axis=1)
        article = article + step(concept, article, kept, rich, axis=0)
    result: Floats = 1 / (1 + np.exp(-(concept[:, None] + article[None, :]))) * kept
    np.testing.assert_allclose(result.sum(axis=1), margins, rtol=1e-8)
    return result
