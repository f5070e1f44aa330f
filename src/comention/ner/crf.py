"""Linear-chain conditional random fields (Lafferty et al. 2001): how sure each label of each token is.

Several taggers over the same sentences are worked out at once.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

#: The labels of a tagger, in the order of the arrays.
LABELS = ("O", "B", "I")
OUTSIDE, BEGIN, INSIDE = range(3)

Floats = NDArray[np.float64]

# Steps after which probabilities are scaled to sum to 1, and the least that a weight counts between two.
_SCALED = 4
_LEAST = -80.0
# From every label to itself.
_STAYING = np.arange(3, dtype=np.int8)[:, None, None]


def marginals(scores: Floats, transitions: Floats, lengths: NDArray[np.int64]) -> Floats:
    """Return the probability of every label at every token, by the forward-backward algorithm.

    `scores` (sentences, tokens, taggers, 3) are the sums of the weights of each token's features, padded
    with anything behind the end of a sentence; `transitions` (taggers, 3, 3) are the weights from a label to
    the next; `lengths` ascend. What is returned has the shape of `scores`, and means nothing behind the end
    of a sentence.
    """
    tokens = scores.shape[1]
    # Tokens first, then labels, then taggers: each step takes a few sums and products of whole arrays.
    here = np.exp(np.maximum(scores - scores.max(-1, keepdims=True), _LEAST)).transpose(1, 3, 2, 0).copy()
    step = np.exp(np.maximum(transitions - transitions.max((-1, -2), keepdims=True), _LEAST))
    ahead = step.transpose(1, 2, 0)[..., None].copy()  # [from, to, tagger, –]
    back = step.transpose(2, 1, 0)[..., None].copy()
    parts = np.empty((3, *here.shape[1:]))
    forward = np.empty_like(here)
    forward[0] = here[0]
    for t in range(1, tokens):
        now = forward[t]
        _product(forward[t - 1], ahead, parts, now)
        now *= here[t]
        if t % _SCALED == 0:
            now /= _sum(now)
    backward = np.ones_like(here)
    going_on = _going_on(lengths, tokens)
    for t in range(tokens - 2, -1, -1):
        now = backward[t]
        _product(backward[t + 1] * here[t + 1], back, parts, now)
        if t % _SCALED == 0:
            now /= _sum(now)
        if ended := going_on[t + 1]:
            now[..., :ended] = 1.0
    forward *= backward
    forward /= forward[:, 0:1] + forward[:, 1:2] + forward[:, 2:3]
    chances: Floats = forward.transpose(3, 0, 2, 1)
    return chances


def _going_on(lengths: NDArray[np.int64], tokens: int) -> list[int]:
    """Return for each token the first sentence that holds it; lengths ascend."""
    if (lengths[1:] < lengths[:-1]).any():
        raise ValueError("lengths do not ascend")
    firsts: list[int] = np.searchsorted(lengths, np.arange(tokens), "right").tolist()
    return firsts


def _product(labels: Floats, step: Floats, parts: Floats, out: Floats) -> None:
    """Write what each label gets from the three before it: their values times their steps to it, summed.

    `parts` is room for the products.
    """
    np.multiply(labels[:, None], step, out=parts)
    np.add(parts[0], parts[1], out=out)
    out += parts[2]


def _sum(labels: Floats) -> Floats:
    total: Floats = labels[0] + labels[1] + labels[2]
    return total


def viterbi(scores: Floats, transitions: Floats, lengths: NDArray[np.int64]) -> NDArray[np.int8]:
    """Return the best sequence of labels of each sentence and tagger, by the algorithm of that name.

    Arguments as of :func:`marginals`; the labels are of shape (sentences, tokens, taggers). Of equally good
    labels the first is taken.
    """
    sentences, tokens, taggers, _ = scores.shape
    best = scores.transpose(1, 3, 2, 0).copy()
    steps = transitions.transpose(1, 2, 0)[..., None].copy()  # [from, to, tagger, –]
    ways = np.zeros((tokens, 3, taggers, sentences), np.int8)
    parts = np.empty((3, *best.shape[1:]))
    for t, ended in enumerate(_going_on(lengths, tokens)[1:], 1):
        np.add(best[t - 1][:, None], steps, out=parts)
        of_o, of_b, of_i = parts
        first_two = np.maximum(of_o, of_b)
        np.greater(of_b, of_o, out=ways[t], casting="unsafe")
        np.copyto(ways[t], INSIDE, where=of_i > first_two)
        best[t] += np.maximum(first_two, of_i, out=first_two)
        if ended:  # what was best at the end of a sentence stands to the last token
            best[t][..., :ended] = best[t - 1][..., :ended]
            ways[t][..., :ended] = _STAYING
    # Each way as the place of a label in the token before, of all labels in a row.
    size = taggers * sentences
    places = ways.reshape(tokens, 3, size).astype(np.int32)
    places *= size
    places += np.arange(size, dtype=np.int32)
    found = np.empty((tokens, size), np.int32)
    found[-1] = best[-1].argmax(0).ravel() * size + np.arange(size)
    for t in range(tokens - 1, 0, -1):
        places[t].ravel().take(found[t], out=found[t - 1], mode="clip")
    labels: NDArray[np.int8] = (found // size).astype(np.int8)
    return labels.reshape(tokens, taggers, sentences).transpose(2, 0, 1)
