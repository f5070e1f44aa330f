"""The features of two names: what other sentences tell of them."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from comention.claims import features
from comention.records import Sentence


@given(st.lists(st.lists(st.lists(st.sampled_from("abcde"), max_size=3), max_size=4), min_size=1, max_size=6))
def test_words_in_other_sentences_are_those_of_all_its_mentions_there(
    text: list[list[list[str]]],
) -> None:
    sentences = [Sentence(i, 100 * i, 100 * i + 99, None, i == 0) for i in range(len(text))]
    held = features.Beside([], {})
    for sentence, mentions in zip(sentences, text, strict=True):
        for place, words in enumerate(mentions):
            held.add(sentence.start + place, sentence, words)
    for sentence in sentences:
        others = [words for i, inside in enumerate(text) if i != sentence.number for words in inside]
        count, found = held.elsewhere(sentence)
        assert count == len(others)
        assert sorted(found) == sorted({word for words in others for word in words})
    assert all(len(places) < 3 for places in held.first.values())
