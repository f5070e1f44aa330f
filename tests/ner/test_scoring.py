"""Features by number and key, as the model reads them: the same as spelled out, as training does."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from comention.ner import scoring
from comention.ner.features import Clues, TokenSentence, sentences
from comention.ner.layout import Layout
from comention.ner.rows import Weights
from comention.ner.scoring import Scorer
from tests.support.recogniser import clues, random_weights, spelled_sums

pytestmark = pytest.mark.slow

_STATISTICS = {"fever": "aD4C0Y03 lD4C0Y02", "aspirin": "aD0C4Y01"}
_PIECES = st.sampled_from(
    [
        *"fever Fevers IL-12p40, (P<0.001). aspirin/IL-12 ΑΣΑΣ İstanbul Ǆ <edge> | a|b || AAAA".split(),
        *("½²", "_", "e\u0301", "𝛾𝛾", "\x00", "\x00\x00\x00a", "a" * 40, "x1" * 20, "\n", "\u2028"),
    ]
)
_TEXTS = st.lists(
    st.lists(st.one_of(_PIECES, st.text(max_size=8)), max_size=6).map(" ".join), min_size=1, max_size=4
)
_TAGS = st.lists(st.sampled_from(["BD", "BC", "BEY", "O", "BB?"]), max_size=5)


def filled(documents: list[Clues]) -> list[TokenSentence]:
    """The sentences that have tokens."""
    return [one for document in documents for one in sentences(document) if one.words.surfaces]


def weighed(documents: list[Clues]) -> Scorer:
    """A scorer in which every feature of the documents has weights of its own."""
    weights = random_weights(filled(documents), _STATISTICS, 3, seed=3)
    numbers = {name: number for number, name in enumerate(weights)}
    return Scorer(Weights(numbers, np.array([*weights.values()]).reshape(-1, 3)), _STATISTICS)


@given(_TEXTS, _TEXTS, _TAGS, _TAGS, st.lists(st.sampled_from(["", "D fever", "- "]), max_size=5))
@example([""], [" "], [], [], [])
def test_sums_are_those_of_the_features_that_training_spells(
    texts: list[str], others: list[str], named: list[str], matched: list[str], defined: list[str]
) -> None:
    documents = [
        clues(*texts, named=named, matched=matched, defined=defined),
        clues(*others, named=matched, matched=named),
        clues(*texts),
    ]
    scorer = weighed(documents)
    weights = random_weights(filled(documents), _STATISTICS, 3, seed=3)
    expected = [spelled_sums(s, _STATISTICS, weights, 3) for s in filled(documents)]
    for _ in range(2):  # learning, and having learnt
        sums = scorer.scores(Layout(documents))
        np.testing.assert_allclose(sums, np.concatenate([np.zeros((0, 3)), *expected]), atol=1e-12)


@given(_TEXTS)
def test_tokens_are_those_of_each_sentence(texts: list[str]) -> None:
    documents = [clues(*texts), clues(*texts[::-1])]
    layout = Layout(documents)
    words = [(d, s.words) for d, document in enumerate(documents) for s in sentences(document)]
    assert layout.starts.tolist() == [start for _, found in words for start in found.starts]
    assert layout.ends.tolist() == [end for _, found in words for end in found.ends]
    assert layout.documents.tolist() == [d for d, found in words for _ in found.starts]
    assert layout.sizes.tolist() == [len(found.starts) for _, found in words if found.starts]


def test_a_span_over_two_sentences_is_seen_in_the_first() -> None:
    one = Clues("acute fever. Acute", [(0, 12, False), (13, 18, False)], [(6, 18, "D")], [(7, 11, "C")], {})
    layout = Layout([one])
    for (numbers, tags), column in ((layout.named(), "named"), (layout.matched(), "matched")):
        spelled = [tag for sentence in sentences(one) for tag in getattr(sentence, column)]
        assert [tags[number] for number in numbers.tolist()] == spelled
    assert sentences(one)[0].named == ["O", "BD", "ID"]


def test_what_is_learnt_is_forgotten_when_it_is_much(monkeypatch: pytest.MonkeyPatch) -> None:
    document = clues("acute fever after aspirin")
    scorer = weighed([document])
    before = scorer.scores(Layout([document]))
    monkeypatch.setattr(scoring, "_KEPT", 1)
    assert scorer.scores(Layout([document])).tobytes() == before.tobytes()
