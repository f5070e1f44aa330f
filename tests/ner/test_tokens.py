"""How the recogniser splits a text."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from comention.ner.tokens import words


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", []),
        (" \t\n\u2009\u3000", []),
        ("fever", ["fever"]),
        ("naloxone-induced", ["naloxone", "-", "induced"]),
        ("IL-12p70", ["IL", "-", "12", "p", "70"]),
        ("IFNγ/α", ["IFNγ", "/", "α"]),
        ("(5%, n=3)", ["(", "5", "%", ",", "n", "=", "3", ")"]),
        ("Crohn's", ["Crohn", "'", "s"]),
        ("a_b", ["a", "_", "b"]),
        ("m²", ["m²"]),
        ("…µg±½", ["…", "µg", "±", "½"]),
        ("\x00\ufeff", ["\x00", "\ufeff"]),
        ("\U0001d6fe\U0001f600", ["\U0001d6fe", "\U0001f600"]),
        ("e\u0301", ["e", "\u0301"]),
    ],
)
def test_words_numbers_and_marks(text: str, expected: list[str]) -> None:
    assert words(text, 0, len(text)).surfaces == expected


@given(st.text(), st.integers(0, 10), st.integers(0, 10))
@example("a1", 0, 1)
@example("fever", 2, 1)
def test_every_character_but_white_space_is_in_one_token(text: str, before: int, behind: int) -> None:
    start, end = min(before, len(text)), max(len(text) - behind, 0)
    surfaces, starts, ends = words(text, start, end)
    assert surfaces == [text[i:j] for i, j in zip(starts, ends, strict=True)]
    covered = [i for first, last in zip(starts, ends, strict=True) for i in range(first, last)]
    assert covered == [i for i in range(start, end) if not text[i].isspace()]


@given(st.text())
def test_a_token_is_of_one_kind(text: str) -> None:
    for surface in words(text, 0, len(text)).surfaces:
        assert len(surface) == 1 or surface.isdecimal() or not any(c.isdecimal() or c == "_" for c in surface)


@given(st.text(max_size=20), st.text(max_size=20))
def test_what_stands_behind_a_space_changes_no_token_before_it(text: str, more: str) -> None:
    alone = words(text, 0, len(text))
    assert words(f"{text} {more}", 0, len(text)) == alone
