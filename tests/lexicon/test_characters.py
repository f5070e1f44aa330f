"""Tokens of many texts at once: those that the patterns find in each, and keys that tell them apart."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from comention.lexicon import characters
from comention.lexicon.characters import Characters, Ints, Numbers, Sums
from comention.lexicon.folding import TOKEN, scan
from comention.ner import tokens

_PIECES = st.one_of(
    st.characters(),
    st.sampled_from(
        ["'s", "’s ", "s", ". ", ",", "\x00", "a", "A1", "γ", "\u0301", "ʼ", "_", "µ", "é", "𝛾", "\u2028"]
    ),
)
_TEXTS = st.lists(st.lists(_PIECES, max_size=12).map("".join), max_size=4)


def spans(texts: list[str], pattern_of: str) -> list[tuple[str, int, int]]:
    """What the patterns find, text by text; possessives are left out."""
    pattern = TOKEN if pattern_of == "names" else tokens.TOKEN
    found = [(m[0], m.start(), m.end()) for text in texts for m in pattern.finditer(text)]
    return [f for f in found if not (pattern_of == "names" and len(f[0]) == 2 and f[0][0] in "'’ʼ`´")]


@given(_TEXTS)
@example(["Crohn's", "s", "'s x", "x's", "x'sé", "x's\u0301"])
@example(["a.", " b", ". ", "x._y"])
@example(["St. L", "t. a St. b", "ESt. c", "St.", "_St. x", "²St. x", "S", "t. x"])
def test_names_are_read_as_the_pattern_of_tokens_does(texts: list[str]) -> None:
    characters = Characters([(text, 0, len(text)) for text in texts])
    starts, ends = scan(characters)
    separators = set(characters.separators.tolist())
    inside = np.array([start not in separators for start in starts.tolist()], bool)
    piece = characters.pieces_of(starts)
    found = zip(characters.moved(starts, piece)[inside], characters.moved(ends, piece)[inside], strict=True)
    surfaces = [characters.text[s:e] for s, e in zip(starts[inside], ends[inside], strict=True)]
    assert [(t, int(s), int(e)) for t, (s, e) in zip(surfaces, found, strict=True)] == spans(texts, "names")
    assert (~inside).sum() == len(texts)


@given(_TEXTS)
def test_words_are_read_as_the_recognisers_pattern_does(texts: list[str]) -> None:
    characters = Characters([(text, 0, len(text)) for text in texts])
    starts, ends = tokens.scan(characters)
    piece = characters.pieces_of(starts)
    moved = zip(characters.moved(starts, piece).tolist(), characters.moved(ends, piece).tolist(), strict=True)
    assert [(texts[p][s:e], s, e) for p, (s, e) in zip(piece.tolist(), moved, strict=True)] == spans(
        texts, "words"
    )


def test_a_piece_is_read_alone() -> None:
    text = "x's y."
    characters = Characters([(text, 1, 3), (text, 4, 6), (text, 6, 6), (text, 0, 99)])
    assert characters.text == "'s\x00y.\x00\x00x's y.\x00"
    starts, ends = scan(characters)
    tokens_of = [characters.text[s:e] for s, e in zip(starts, ends, strict=True)]
    assert tokens_of == ["s", "\x00", "y", "\x00", "\x00", "x", "y", "\x00"]
    piece = characters.pieces_of(starts)
    assert characters.moved(starts, piece)[[0, 2, 5, 6]].tolist() == [2, 4, 0, 4]


@given(st.lists(st.text(max_size=6), min_size=1, max_size=8))
@example(["", "\x00", "\x00\x00", "a\x00", "a"])
def test_keys_are_equal_where_characters_are(texts: list[str]) -> None:
    characters = Characters([(text, 0, len(text)) for text in texts])
    ends = characters.separators
    keys = characters.keys(ends - np.array(list(map(len, texts))), ends).tolist()
    for (one, key), (other, another) in itertools.combinations(zip(texts, keys, strict=True), 2):
        assert (one == other) == (key == another)
    alone = Characters([(texts[-1], 0, len(texts[-1]))])
    assert alone.keys(np.array([0]), alone.separators).tolist() == keys[-1:]


def test_long_stretches_have_keys_that_no_text_can_make_equal() -> None:
    """The words of Thue and Morse: their polynomials are equal modulo 2**64, whatever the base."""
    word = "a"
    for _ in range(12):
        word += word.translate({97: 98, 98: 97})
    other = word.translate({97: 98, 98: 97})
    points = np.frombuffer((word + other).encode("utf-32-le"), "<u4")
    starts, ends = np.array([0, len(word)]), np.array([len(word), 2 * len(word)])
    assert len(set(Sums(points)(starts, ends).tolist())) == 1
    laid = Characters([(word, 0, len(word)), (other, 0, len(other))])
    first, second = laid.keys(laid.separators - len(word), laid.separators)
    assert first != second


def test_a_huge_text_leaves_little_behind() -> None:
    size = 3 << 20
    laid = Characters([("ab" * (size // 2), 0, size)])
    starts = np.array([0, size - 2, size - 1])
    first, last, other = laid.keys(starts, starts + np.array([2, 2, 1]))
    assert first == last != other
    assert len(characters._powers._known) <= characters._Powers._KEPT
    assert len(characters._inverses._known) <= characters._Powers._KEPT


def test_numbers_are_learnt_once_in_the_order_of_the_keys() -> None:
    known = Numbers()
    known.learn(np.array([7], np.uint64), np.array([70]))
    learnt: list[int] = []

    def learn(places: Ints) -> list[int]:
        learnt.extend(places.tolist())
        return learnt[-len(places) :]

    keys = np.array([9, 7, 9, 1 << 63, 7], np.uint64)
    assert known.of(keys).tolist() == [-1, 70, -1, -1, 70]
    assert known.numbered(keys, learn).tolist() == [0, 70, 0, 3, 70]
    assert known.numbered(keys, learn).tolist() == [0, 70, 0, 3, 70]
    assert learnt == [0, 3]
    assert len(known) == 3
    assert known.numbered(np.zeros(0, np.uint64), learn).tolist() == []


@pytest.mark.slow
@given(
    st.lists(st.lists(st.integers(0, 2**64 - 1) | st.integers(0, 40), max_size=30), max_size=6),
    st.sampled_from([2, 8, 1024]),
)
def test_numbers_are_those_of_a_dictionary(parts: list[list[int]], slots: int) -> None:
    known = Numbers()
    known._allot(slots)  # few: keys stand in each other's places
    expected: dict[int, int] = {}
    for part in parts:
        keys = np.array(part, np.uint64)
        assert known.of(keys).tolist() == [expected.get(key, -1) for key in part]

        def learn(places: Ints, part: list[int] = part) -> list[int]:
            new = [part[place] for place in places.tolist()]
            assert not {*new} & expected.keys()
            expected.update((key, len(expected) + n) for n, key in enumerate(new))
            return [expected[key] for key in new]

        assert known.numbered(keys, learn).tolist() == [expected[key] for key in part]
        assert len(known) == len(expected)
