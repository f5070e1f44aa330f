"""What the recogniser looks at: the things of a sentence, and the features that they spread."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from comention.ner import features
from comention.ner.features import KINDS, REACH, at, chunks, columns, makers, normal, shape, spelled
from comention.ner.tokens import words
from tests.support.recogniser import sentence

_STATISTICS = {"fever": "aD4C0Y03 lD4C0Y02", "aspirin": "aD0C4Y01"}


@pytest.mark.parametrize(
    ("word", "kinds"),
    [
        ("IFNγ", "AAa"),
        ("a", "a"),
        ("Abc", "Aaa"),
        ("Ab", "Aa"),
        ("Abcdef", "Aaa"),
        ("TNF", "AA"),
        ("1234", "00"),
        ("-", "-"),
        ("\x00", "\x00"),
    ],
)
def test_shapes(word: str, kinds: str) -> None:
    assert shape(word) == kinds


@pytest.mark.parametrize(("word", "plain"), [("Fever", "fever"), ("123", "000"), ("7", "0"), ("½", "½")])
def test_of_a_number_only_its_length_is_seen(word: str, plain: str) -> None:
    assert normal(word) == plain


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", []),
        ("a b", ["0a", "0b"]),
        ("IL-12 rose.", ["0IL-12", "1IL-12", "2IL-12", "0rose.", "1rose."]),
        ("a-b-c", ["0a-b-c", "1a-b-c", "2a-b-c", "3a-b-c", "3a-b-c"]),
    ],
)
def test_chunks(text: str, expected: list[str]) -> None:
    assert chunks(words(text, 0, len(text)), text) == expected


def test_a_chunk_counts_from_where_the_sentence_begins() -> None:
    assert chunks(words("end.IL-12", 4, 9), "end.IL-12") == ["0IL-12", "1IL-12", "2IL-12"]


def test_chunks_of_a_long_unbroken_stretch_take_little_memory() -> None:
    text = "x1" * 2_000
    found = chunks(words(text, 0, len(text)), text)
    assert len(found) == 4_000
    assert sum(map(len, found)) < 400_000


def test_the_features_of_a_token_by_name() -> None:
    rows = spelled(
        sentence(
            "Acute fevers rose",
            named=["O", "BED"],
            matched=["O", "BD?"],
            defined=["", "D fever"],
            in_title=True,
        ),
        _STATISTICS,
    )
    expected = [
        # the word: itself, its shape, its beginnings and ends, what the lexicon's names say of it
        *"w=fevers s=aa p=fe x=rs p=fev x=ers p=feve x=vers p=fever x=evers l=aD4C0Y03 l=lD4C0Y02".split(),
        # its chunk, the lexicon's mention, the name seen, what the text defines it as
        *["c=fevers", "cs=0aa", "n=BED", "m=BD?", "ns=BEDaa", "nw=BEDfevers", "nn=O BED O"],
        *["d=D", "dw=fever", "dl=aD4C0Y03", "dl=lD4C0Y02"],
        # the words before and behind it, and both pairs
        *["-1 w=acute", "-1 s=Aaa", "-1 x=ute", "-1 n=O", "-1 m=O", "b=acute|fevers"],
        *["1 w=rose", "1 s=aa", "1 x=ose", "1 n=O", "1 m=O", "1 a=fevers|rose"],
        # the edges, two tokens away
        *["-2 w=<edge>", "2 w=<edge>"],
        *["bias", "title"],
    ]
    assert sorted(rows[1]) == sorted(expected)
    assert {"first", "title", "-1 w=<edge>", "b=<edge>|acute", "1 n=BED", "2 w=rose"} <= set(rows[0])
    assert {"-1 l=aD4C0Y03", "1 a=rose|<edge>", "-2 w=acute"} <= set(rows[2])
    assert "first" not in rows[1] + rows[2]
    assert "body" in spelled(sentence("x"), {})[0]


def test_two_numbers_of_a_length_differ_by_their_stretch_only() -> None:
    [one], [other] = (spelled(sentence(text), {}) for text in ("12", "13"))
    assert set(one) ^ set(other) == {"c=12", "c=13"}


_TAGS = st.sampled_from(["O", "BD", "ID", "IED", "BED", "BEC", "BY", "BB?"])
_SENTENCES = st.builds(
    lambda text, named, matched, defined, in_title: sentence(
        text,
        named=named[: len(words(text, 0, len(text)).surfaces)],
        matched=matched[: len(words(text, 0, len(text)).surfaces)],
        defined=defined[: len(words(text, 0, len(text)).surfaces)],
        in_title=in_title,
    ),
    st.one_of(st.text(max_size=40), st.sampled_from(["fever", "Fevers of aspirin-like 12 µg", "IL-12p40"])),
    st.lists(_TAGS, max_size=8),
    st.lists(_TAGS, max_size=8),
    st.lists(st.sampled_from(["", "D fever", "- ", "CD aspirin"]), max_size=8),
    st.booleans(),
)


@given(_SENTENCES)
@example(sentence("x"))
def test_columns_are_laid_out_alike(one: features.TokenSentence) -> None:
    size = len(one.words.surfaces)
    if size:
        laid = columns(one)
        assert list(laid) == [kind for kind, _ in KINDS]
        assert {len(column) for column in laid.values()} == {size + 2 * REACH}
        assert laid["words"][REACH : REACH + size] == one.words.surfaces


@given(_SENTENCES)
def test_no_thing_spreads_further_than_its_kind_does(one: features.TokenSentence) -> None:
    make = makers(_STATISTICS)
    reaches = dict(KINDS)
    if one.words.surfaces:
        for kind, things in columns(one).items():
            for thing in filter(None, things):
                assert {offset for offset, _ in make[kind](thing)} <= set(reaches[kind]), (kind, thing)


@given(_SENTENCES)
def test_features_are_one_line_each_and_every_token_has_some(one: features.TokenSentence) -> None:
    if one.words.surfaces:
        rows = spelled(one, _STATISTICS)
        assert len(rows) == len(one.words.surfaces)
        for row in rows:
            assert "bias" in row
            assert not any(len(name.splitlines()) > 1 for name in row)


def test_a_neighbours_feature_is_no_feature_of_the_token() -> None:
    assert at(0, "w=fever") == "w=fever"
    assert len({at(offset, "w=fever") for offset in range(-REACH, REACH + 1)}) == 2 * REACH + 1
