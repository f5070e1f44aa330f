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


def marginals(scores: Floats, transitions: Floats, lengths: NDArray[np.int64]) -> Floats:
    """Return the probability of every label at every token, by the forward-backward algorithm.

    `scores` (sentences, tokens, taggers, 3) are the sums of the weights of each token's features, padded
    with anything behind the end of a sentence; `transitions` (taggers, 3, 3) are the weights from a label to
    the next. What is returned has the shape of `scores`, and means nothing behind the end of a sentence.
    """
    tokens = scores.shape[1]
    # Tokens first, then labels, then taggers: each step takes a few sums and products of whole arrays.
    here = np.exp(np.maximum(scores - scores.max(-1, keepdims=True), _LEAST)).transpose(1, 3, 2, 0).copy()
    step = np.exp(np.maximum(transitions - transitions.max((-1, -2), keepdims=True), _LEAST))
    ahead = step.transpose(1, 2, 0)[..., None].copy()  # [from, to, tagger, –]
    back = step.transpose(2, 1, 0)[..., None].copy()
    forward = np.empty_like(here)
    forward[0] = here[0]
    for t in range(1, tokens):
        _product(forward[t - 1], ahead, forward[t])
        forward[t] *= here[t]
        if t % _SCALED == 0:
            forward[t] /= _sum(forward[t])
    backward = np.ones_like(here)
    shortest = int(lengths.min())
    for t in range(tokens - 2, -1, -1):
        _product(backward[t + 1] * here[t + 1], back, backward[t])
        if t % _SCALED == 0:
            backward[t] /= _sum(backward[t])
        if t + 1 >= shortest:
            backward[t][..., lengths <= t + 1] = 1.0
    forward *= backward
    forward /= forward[:, 0:1] + forward[:, 1:2] + forward[:, 2:3]
    chances: Floats = forward.transpose(3, 0, 2, 1)
    return chances


def _product(labels: Floats, step: Floats, out: Floats) -> None:
    """Write what each label gets from the three before it: their values times their steps to it, summed."""
    np.multiply(labels[0], step[0], out=out)
    out += labels[1] * step[1]
    out += labels[2] * step[2]


def _sum(labels: Floats) -> Floats:
    total: Floats = labels[0] + labels[1] + labels[2]
    return total


def viterbi(scores: Floats, transitions: Floats, lengths: NDArray[np.int64]) -> NDArray[np.int8]:
    """Return the best sequence of labels of each sentence and tagger, by the algorithm of that name.

    Arguments as of :func:`marginals`; the labels are of shape (sentences, tokens, taggers). Of equally good
    labels the first is taken.
    """
    sentences, tokens, taggers, _ = scores.shape
    here = scores.transpose(1, 3, 2, 0).copy()
    steps = transitions.transpose(1, 2, 0)[..., None].copy()  # [from, to, tagger, –]
    back = np.zeros((tokens, 3, taggers, sentences), np.int8)
    best = here[0]
    ends = best.copy()
    shortest = int(lengths.min())
    for t in range(1, tokens):
        of_o, of_b, of_i = best[0] + steps[0], best[1] + steps[1], best[2] + steps[2]
        first_two = np.maximum(of_o, of_b)
        np.copyto(back[t], of_b > of_o)
        back[t][of_i > first_two] = INSIDE
        best = np.maximum(first_two, of_i)
        best += here[t]
        if t >= shortest:
            ends[..., lengths > t] = best[..., lengths > t]
        else:
            ends = best
    labels = np.zeros((tokens, taggers, sentences), np.int8)
    label = ends.argmax(0)
    taggers_of, sentences_of = np.ogrid[:taggers, :sentences]
    for t in range(tokens - 1, -1, -1):
        labels[t] = label
        if t:
            earlier = back[t][label, taggers_of, sentences_of]
            label = np.where(lengths > t, earlier, label)
    return labels.transpose(2, 0, 1)
