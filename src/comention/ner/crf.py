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
    # Tokens first, then taggers: each step is one product of matrices for each tagger.
    here = np.exp(np.maximum(scores - scores.max(-1, keepdims=True), _LEAST)).transpose(1, 2, 0, 3).copy()
    step = np.exp(np.maximum(transitions - transitions.max((-1, -2), keepdims=True), _LEAST))
    back = step.transpose(0, 2, 1).copy()
    forward = np.empty_like(here)
    forward[0] = here[0]
    for t in range(1, tokens):
        np.matmul(forward[t - 1], step, out=forward[t])
        forward[t] *= here[t]
        if t % _SCALED == 0:
            forward[t] /= forward[t].sum(-1, keepdims=True)
    backward = np.ones_like(here)
    shortest = int(lengths.min())
    for t in range(tokens - 2, -1, -1):
        np.matmul(backward[t + 1] * here[t + 1], back, out=backward[t])
        if t % _SCALED == 0:
            backward[t] /= backward[t].sum(-1, keepdims=True)
        if t + 1 >= shortest:
            backward[t][:, lengths <= t + 1] = 1.0
    forward *= backward
    forward /= forward.sum(-1, keepdims=True)
    chances: Floats = forward.transpose(2, 0, 1, 3)
    return chances


def viterbi(scores: Floats, transitions: Floats, lengths: NDArray[np.int64]) -> NDArray[np.int8]:
    """Return the best sequence of labels of each sentence and tagger, by the algorithm of that name.

    Arguments as of :func:`marginals`; the labels are of shape (sentences, tokens, taggers). Of equally good
    labels the first is taken.
    """
    sentences, tokens, taggers, _ = scores.shape
    here = scores.transpose(1, 2, 0, 3).copy()
    ways_in = transitions[:, None].transpose(0, 1, 3, 2).copy()  # [tagger, –, to, from]
    back = np.zeros((tokens, taggers, sentences, 3), np.int8)
    best = here[0]
    ends = best.copy()
    shortest = int(lengths.min())
    for t in range(1, tokens):
        ways = best[:, :, None, :] + ways_in
        back[t] = ways.argmax(-1)
        best = ways.max(-1) + here[t]
        if t >= shortest:
            ends[:, lengths > t] = best[:, lengths > t]
        else:
            ends = best
    labels = np.zeros((tokens, taggers, sentences), np.int8)
    label = ends.argmax(-1)
    taggers_of, sentences_of = np.ogrid[:taggers, :sentences]
    for t in range(tokens - 1, -1, -1):
        labels[t] = label
        if t:
            earlier = back[t][taggers_of, sentences_of, label]
            label = np.where(lengths > t, earlier, label)
    return labels.transpose(2, 0, 1)
