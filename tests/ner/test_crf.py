"""The field itself, against all sequences of labels one by one."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from comention.ner import crf
from comention.ner.crf import LABELS, Floats, possible


def marginals(scores: Floats, transitions: Floats, lengths: NDArray[np.int64]) -> Floats:
    """The probabilities of sentences by several taggers, of the shape of `scores`."""
    found: Floats = by_taggers(crf.marginals, scores, transitions, lengths)
    return found


def viterbi(scores: Floats, transitions: Floats, lengths: NDArray[np.int64]) -> NDArray[np.int8]:
    """The best labels of sentences by several taggers, of the shape (sentences, tokens, taggers)."""
    found: NDArray[np.int8] = by_taggers(crf.viterbi, scores, transitions, lengths)
    return found


def by_taggers(
    algorithm: Callable[..., Any], scores: Floats, transitions: Floats, lengths: NDArray[np.int64]
) -> Any:
    """What an algorithm finds where each sentence stands once for each tagger."""
    sentences, tokens, taggers, _ = scores.shape
    rows = scores.transpose(0, 2, 1, 3).reshape(-1, tokens, 3)
    found = algorithm(rows, np.tile(transitions, (sentences, 1, 1)), np.repeat(lengths, taggers))
    return np.moveaxis(found.reshape(sentences, taggers, tokens, *found.shape[2:]), 1, 2)


def weight(labels: tuple[int, ...], scores: Floats, transitions: Floats) -> float:
    """The weight of one sequence of labels: of its tokens, and from each to the next."""
    own = sum(float(scores[t, label]) for t, label in enumerate(labels))
    return own + sum(float(transitions[a, b]) for a, b in itertools.pairwise(labels))


def enumerated(scores: Floats, transitions: Floats) -> tuple[Floats, tuple[int, ...]]:
    """The probability of every label at every token, and the best sequence, of one sentence and tagger."""
    size = len(scores)
    sequences = list(itertools.product(range(len(LABELS)), repeat=size))
    weights = np.array([weight(labels, scores, transitions) for labels in sequences])
    chances = np.exp(weights - weights.max())
    chances /= chances.sum()
    found = np.zeros((size, len(LABELS)))
    for labels, chance in zip(sequences, chances, strict=True):
        found[range(size), labels] += chance
    return found, sequences[int(weights.argmax())]


def batch(
    seed: int, lengths: list[int], taggers: int, scale: float
) -> tuple[Floats, Floats, NDArray[np.int64]]:
    """Random scores, padded with junk, and transitions."""
    lengths.sort()
    draw = np.random.default_rng(seed)
    scores = draw.normal(0, scale, (len(lengths), max(lengths), taggers, 3))
    for row, length in enumerate(lengths):
        scores[row, length:] = draw.normal(0, 1e6, scores[row, length:].shape)
    return scores, draw.normal(0, scale, (taggers, 3, 3)), np.array(lengths)


_BATCHES = {
    "seed": st.integers(0, 2**32 - 1),
    "lengths": st.lists(st.integers(1, 5), min_size=1, max_size=5),
    "taggers": st.integers(1, 3),
    "scale": st.sampled_from([0.1, 1.0, 5.0]),  # weights of trained taggers add up to 25 at most
}


@pytest.mark.slow
@given(**_BATCHES)
def test_both_algorithms_agree_with_all_sequences(
    seed: int, lengths: list[int], taggers: int, scale: float
) -> None:
    scores, transitions, sizes = batch(seed, lengths, taggers, scale)
    chances = marginals(scores, transitions, sizes)
    labels = viterbi(scores, transitions, sizes)
    assert chances.shape == scores.shape
    assert labels.shape == scores.shape[:-1]
    for row, length in enumerate(lengths):
        for tagger in range(taggers):
            expected, best = enumerated(scores[row, :length, tagger], transitions[tagger])
            np.testing.assert_allclose(chances[row, :length, tagger], expected, rtol=1e-9, atol=1e-12)
            assert tuple(labels[row, :length, tagger].tolist()) == best


@given(**_BATCHES)
def test_sentences_and_taggers_at_once_equal_each_alone(
    seed: int, lengths: list[int], taggers: int, scale: float
) -> None:
    scores, transitions, sizes = batch(seed, lengths, taggers, scale)
    chances, labels = marginals(scores, transitions, sizes), viterbi(scores, transitions, sizes)
    for row, length in enumerate(lengths):
        for tagger in range(taggers):
            alone = (
                scores[row : row + 1, :length, tagger : tagger + 1],
                transitions[tagger : tagger + 1],
                np.array([length]),
            )
            mine = (row, slice(length), tagger)
            np.testing.assert_allclose(chances[mine], marginals(*alone)[0, :, 0], rtol=1e-12, atol=1e-15)
            assert (labels[mine] == viterbi(*alone)[0, :, 0]).all()


@given(**_BATCHES, outside=st.sampled_from([0.0, 2.0, 10.0, 1e9]))
def test_what_is_not_possible_is_outside(
    seed: int, lengths: list[int], taggers: int, scale: float, outside: float
) -> None:
    scores, transitions, sizes = batch(seed, lengths, taggers, scale)
    scores[..., 0] += outside
    labels = viterbi(scores, transitions, sizes)
    rows = np.concatenate([scores[row, :length] for row, length in enumerate(lengths)])
    numbers = np.repeat(np.arange(len(lengths)), lengths)
    may_be = possible(rows.transpose(1, 0, 2), transitions, numbers)
    assert may_be.shape == (taggers, len(rows))
    best = np.concatenate([labels[row, :length] for row, length in enumerate(lengths)])
    assert not best.T[~may_be].any()
    if outside > 1e6:
        assert not may_be.any()


def test_the_arguments_stay_as_they_are() -> None:
    scores, transitions, sizes = batch(3, [2, 4, 5], 2, 1.0)
    kept = scores.copy(), transitions.copy(), sizes.copy()
    marginals(scores, transitions, sizes)
    viterbi(scores, transitions, sizes)
    for before, now in zip(kept, (scores, transitions, sizes), strict=True):
        assert (before == now).all()


@pytest.mark.parametrize("scale", [0.0, 1.0, 30.0, 500.0])
def test_a_long_sentence_keeps_probabilities_that_sum_to_one(scale: float) -> None:
    scores, transitions, sizes = batch(4, [7, 4_999, 5_000], 3, scale)
    chances = marginals(scores, transitions, sizes)
    for row, length in enumerate(sizes.tolist()):
        mine = chances[row, :length]
        assert np.isfinite(mine).all()
        assert (mine >= 0).all()
        np.testing.assert_allclose(mine.sum(-1), 1.0, rtol=1e-12)


def test_a_long_sentence_is_the_shorter_one_at_its_beginning() -> None:
    scores, transitions, _ = batch(5, [2_000], 2, 1.0)
    whole = marginals(scores, transitions, np.array([2_000]))
    part = marginals(scores[:, :200], transitions, np.array([200]))
    # What stands 100 tokens on weighs nothing any more.
    np.testing.assert_allclose(whole[0, :100], part[0, :100], rtol=1e-9)


@pytest.mark.parametrize("against", [60.0, 1_000.0])
def test_labels_and_steps_that_contradict_each_other_give_finite_probabilities(against: float) -> None:
    # Every token wants B, and only O may follow anything: either way each step costs as much as it can.
    scores = np.zeros((1, 50, 1, 3))
    scores[..., 1] = against
    transitions = np.zeros((1, 3, 3))
    transitions[0, :, 0] = against
    transitions[0, 0, 0] = 2 * against
    chances = marginals(scores, transitions, np.array([50]))
    assert np.isfinite(chances).all()
    np.testing.assert_allclose(chances.sum(-1), 1.0, rtol=1e-12)


def test_of_equally_good_labels_the_first_is_taken() -> None:
    labels = viterbi(np.zeros((2, 4, 1, 3)), np.zeros((1, 3, 3)), np.array([2, 4]))
    assert not labels[0, :2].any()
    assert not labels[1].any()
    tied = np.array([[[[0.0, 1.0, 1.0]], [[1.0, 1.0, 0.0]]]])
    assert viterbi(tied, np.zeros((1, 3, 3)), np.array([2]))[0, :, 0].tolist() == [1, 0]


@pytest.mark.parametrize("algorithm", [marginals, viterbi])
def test_lengths_that_do_not_ascend_are_refused(algorithm: Callable[..., object]) -> None:
    with pytest.raises(ValueError, match="ascend"):
        algorithm(np.zeros((2, 4, 1, 3)), np.zeros((1, 3, 3)), np.array([4, 2]))
