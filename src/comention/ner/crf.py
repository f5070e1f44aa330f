"""Linear-chain conditional random fields (Lafferty et al. 2001): how sure each label of each token is.

Many sequences, of several taggers, are worked out at once. Most tokens of most sentences are outside of every
name whatever stands beside them (:func:`possible`), which leaves few and short sequences to decode.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from comention.lexicon.characters import Ints, Mask

#: The labels of a tagger, in the order of the arrays.
LABELS = ("O", "B", "I")
OUTSIDE, BEGIN, INSIDE = range(3)

Floats = NDArray[np.float64]

# Steps after which probabilities are scaled to sum to 1, and the least that a weight counts between two.
_SCALED = 4
_LEAST = -80.0
# From every label to itself.
_STAYING = np.arange(3, dtype=np.int32)[:, None]
# How far sums of scores may be wrong by rounding, of the largest and for each token of a sentence.
_ROUNDING = 1e-14


def marginals(scores: Floats, transitions: Floats, lengths: Ints) -> Floats:
    """Return the probability of every label at every token, by the forward-backward algorithm.

    `scores` (sequences, tokens, 3) are the sums of the weights of each token's features, padded with anything
    behind the end of a sequence; `transitions` (sequences, 3, 3) are the weights from a label to the next;
    `lengths` ascend. What is returned has the shape of `scores`, and means nothing behind the end of a
    sequence.
    """
    _going_on(lengths, 0)
    count, tokens, _ = scores.shape
    # Tokens first, then labels, then sequences: each step takes a few sums and products of whole arrays. The
    # way back is a way forth over the reversed sequence, and goes beside it in the same arrays.
    here = np.exp(np.maximum(scores - scores.max(-1, keepdims=True), _LEAST)).transpose(1, 2, 0)
    step = np.exp(np.maximum(transitions - transitions.max((-1, -2), keepdims=True), _LEAST))
    turned = np.maximum(lengths - 1 - np.arange(tokens)[:, None], 0)
    columns = np.arange(count)
    # Made before they are filled, since what `concatenate` returns lies in memory as its parts do.
    both, steps = np.empty((tokens, 3, 2 * count)), np.empty((3, 3, 2 * count))  # steps: [from, to, –]
    both[..., :count], both[..., count:] = here, here[turned, :, columns].transpose(0, 2, 1)
    steps[..., :count], steps[..., count:] = step.transpose(1, 2, 0), step.transpose(2, 1, 0)
    told = np.ones(both.shape)  # what the tokens before say of each label
    parts = np.empty((3, *both.shape[1:]))
    of_o, of_b, of_i = parts
    of_all = np.empty_like(both[0])
    of_each = of_all[:, None]
    rows = list(told)
    for t, (before, at, now) in enumerate(zip(rows, both, rows[1:], strict=False), 1):
        np.multiply(before, at, of_all)
        np.multiply(of_each, steps, parts)
        np.add(of_o, of_b, now)
        np.add(now, of_i, now)
        if t % _SCALED == 0:
            np.divide(now, now[0] + now[1] + now[2], now)
    chances = told[..., :count] * here
    chances *= told[turned, :, count + columns].transpose(0, 2, 1)
    chances /= chances[:, 0:1] + chances[:, 1:2] + chances[:, 2:3]
    found: Floats = chances.transpose(2, 0, 1)
    return found


def _going_on(lengths: Ints, tokens: int) -> list[int]:
    """Return for each token the first sequence that holds it; lengths ascend."""
    if (lengths[1:] < lengths[:-1]).any():
        raise ValueError("lengths do not ascend")
    firsts: list[int] = np.searchsorted(lengths, np.arange(tokens), "right").tolist()
    return firsts


def viterbi(scores: Floats, transitions: Floats, lengths: Ints) -> NDArray[np.int8]:
    """Return the best labels of each sequence, by the algorithm of that name, of shape (sequences, tokens).

    Arguments as of :func:`marginals`. Of equally good labels the first is taken.
    """
    sequences, tokens, _ = scores.shape
    best = scores.transpose(1, 2, 0).copy()
    steps = transitions.transpose(1, 2, 0).copy()  # [from, to, –]
    ways, insides = np.zeros((2, tokens, 3, sequences), bool)
    parts = np.empty((3, *best.shape[1:]))
    of_o, of_b, of_i = parts
    first_two = np.empty_like(of_o)
    rows = list(best)
    firsts = _going_on(lengths, tokens)[1:]
    for before, here, way, inside, ended in zip(rows, rows[1:], ways[1:], insides[1:], firsts, strict=False):
        np.add(before[:, None], steps, parts)
        np.maximum(of_o, of_b, first_two)
        np.greater(of_b, of_o, way)
        np.greater(of_i, first_two, inside)
        np.maximum(first_two, of_i, first_two)
        np.add(here, first_two, here)
        if ended:  # what was best at the end of a sequence stands to the last token
            here[:, :ended] = before[:, :ended]
    # Each way as the place of a label in the token before, of all labels in a row.
    places = np.where(insides, np.int32(INSIDE * sequences), ways * np.int32(sequences))
    np.copyto(places, _STAYING * sequences, where=np.arange(tokens)[:, None, None] >= lengths)
    places = places.reshape(tokens, 3 * sequences)
    places += np.tile(np.arange(sequences, dtype=np.int32), 3)
    found = np.empty((tokens, sequences), np.int32)
    found[-1] = best[-1].argmax(0) * sequences + np.arange(sequences)
    for t in range(tokens - 1, 0, -1):
        places[t].take(found[t], out=found[t - 1], mode="clip")
    labels: NDArray[np.int8] = (found // sequences).astype(np.int8)
    return labels.T


def possible(scores: Floats, transitions: Floats, sentences: Ints) -> Mask:
    """Return for each token whether the best labels of its sentence can hold any but O there.

    `scores` (taggers, tokens, 3) are those of sentences one behind the other, `sentences` (tokens) their
    numbers, in order; `transitions` are of shape (taggers, 3, 3). What is returned is of shape (taggers,
    tokens).

    The labels from one O to the next are worth no more than the sum of what each token gains over O, the
    largest weights of steps between labels included. Where no such stretch that holds a token is worth
    anything, O is the better label, whatever else the sentence holds.
    """
    staying = transitions[:, OUTSIDE, OUTSIDE]
    going_on = transitions[:, 1:, 1:].max((1, 2)) - staying
    begin = transitions[:, OUTSIDE, 1:].max(1) - staying
    end = transitions[:, 1:, OUTSIDE].max(1) - staying
    edges = np.maximum(begin, 0.0) + np.maximum(end, 0.0) - going_on
    gains = np.maximum(scores[..., BEGIN], scores[..., INSIDE])
    gains -= scores[..., OUTSIDE]
    gains += going_on[:, None]
    # Sums of stretches are differences of running sums. Each sentence's lie below all those before it, so
    # that no stretch counts that reaches over an end.
    longest = int(np.bincount(sentences).max(initial=1))
    room = 2.0 * longest * float(np.abs(gains).max(initial=0.0)) + 1.0
    behind = np.cumsum(gains, axis=1) - room * sentences
    before = behind - gains
    best = np.maximum.accumulate(behind[:, ::-1], axis=1)[:, ::-1]
    best -= np.minimum.accumulate(before, axis=1)
    error = (
        _ROUNDING * longest * (room * (float(sentences[-1]) + 1.0) + float(np.abs(behind).max(initial=0.0)))
    )
    found: Mask = best + edges[:, None] >= -error
    return found
