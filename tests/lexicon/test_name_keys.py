"""Runs of words that are names, by key."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from comention.lexicon.name_keys import _FEW, BEGINNINGS, REACH, NameKeys, word_keys

_NAMES = st.lists(st.sampled_from("ab|"), min_size=1, max_size=BEGINNINGS[-1] + 2).map(" ".join)


def runs(keys: NameKeys, text: list[str]) -> set[tuple[int, int]]:
    """Place and size of each name of two words and more."""
    words = word_keys(text)
    begins = np.arange(len(text))
    found = [
        one
        for places, sizes in keys.found(words, begins)
        for one in zip(places.tolist(), sizes.tolist(), strict=True)
    ]
    assert len(found) == len({*found})
    return {*found}


@given(
    st.lists(_NAMES, max_size=5), st.lists(_NAMES, max_size=3), st.lists(st.sampled_from("ab|c"), max_size=30)
)
def test_names_are_found_where_they_stand(names: list[str], own: list[str], text: list[str]) -> None:
    keys = NameKeys(names) | NameKeys(own)
    naive = {
        (i, j - i)
        for i in range(len(text))
        for j in range(i + 2, len(text) + 1)
        if " ".join(text[i:j]) in {*names, *own}
    }
    assert runs(keys, text) == naive
    single = np.flatnonzero(keys.held("whole", word_keys(text))).tolist()
    assert single == [i for i, word in enumerate(text) if word in {*names, *own}]


def test_the_words_of_beginnings() -> None:
    keys = NameKeys(["lung cancer", "asthma", "a b c d e f g h i"])
    words = word_keys(["lung", "cancer", "asthma", "a", "b", "c"])
    assert keys.held("first", words).tolist() == [True, False, False, True, False, False]
    assert keys.held("second", words).tolist() == [False, True, False, False, True, False]
    assert len(keys) == 3


def test_no_name_is_longer_than_the_reach() -> None:
    longest, longer = ["x"] * REACH, ["x"] * (REACH + 1)
    keys = NameKeys([" ".join(longest), " ".join(longer)])
    assert runs(keys, longer) == {(0, REACH), (1, REACH)}
    assert runs(NameKeys([" ".join(longer)]), longer) == set()
    assert runs(NameKeys([]), longer) == set()


def test_no_name_reaches_over_what_stands_between_texts() -> None:
    keys = NameKeys(["a b", "a b c"])
    for text, found in (("a \0 b c", set()), ("a b \0 c", {(0, 2)}), ("a b c \0", {(0, 2), (0, 3)})):
        assert runs(keys, text.split(" ")) == found


@given(st.lists(st.integers(0, 40), max_size=3 * _FEW))
def test_many_keys_are_looked_up_as_few_are(numbers: list[int]) -> None:
    keys = NameKeys([f"w{number}" for number in range(0, 40, 2)])
    held = keys.held("whole", word_keys([f"w{number}" for number in numbers])).tolist()
    assert held == [number % 2 == 0 and number < 40 for number in numbers]


def test_many_names_are_worked_out_in_parts() -> None:
    names = [f"w{i} v{i % 7} u{i % 11}" for i in range(45_000)]
    keys = NameKeys(iter(names))
    assert len(keys) == len(names)
    assert runs(keys, "w44999 v3 u9 w1 v1 u1".split()) == {(0, 3), (3, 3)}
