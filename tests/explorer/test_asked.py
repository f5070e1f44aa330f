"""Addresses: what they say is checked, and one that is made says the same when it is read."""

from __future__ import annotations

from urllib.parse import parse_qsl, unquote, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comention.errors import UsageError
from comention.explorer.asked import Asked, concept_path, folded, pair_path

_TEXT = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), min_size=1).filter(
    str.strip
)


def read(url: str) -> Asked:
    parts = urlsplit(url)
    return Asked.of(parts.path, parse_qsl(parts.query))


@given(st.lists(st.tuples(st.sampled_from("qabxyz"), _TEXT), max_size=6), _TEXT)
def test_an_address_says_what_it_was_made_of(pairs: list[tuple[str, str]], value: str) -> None:
    asked = Asked.of("/pairs", pairs)
    assert read(asked.url()) == asked
    changed = read(asked.url(z=value))
    assert (changed.text("z"), changed.every("q")) == (value.strip(), asked.every("q"))


@given(_TEXT, _TEXT)
def test_an_id_of_any_characters_has_an_address(one: str, other: str) -> None:
    path = concept_path(one)
    assert urlsplit(path).query == urlsplit(path).fragment == ""
    assert unquote(path) == f"/concept/{one}"
    assert read(pair_path(one, other)).given == (("a", one.strip()), ("b", other.strip()))


def test_a_choice_is_taken_out_again_and_begins_at_its_first_page() -> None:
    asked = Asked.of("/pairs", [("grade", "strong"), ("page", "3"), ("q", "x")])
    both = read(asked.toggled("grade", "weak"))
    assert (both.every("grade"), both.page, both.text("q")) == (("strong", "weak"), 1, "x")
    assert read(both.toggled("grade", "strong")).every("grade") == ("weak",)
    assert asked.without("q") == (("grade", "strong"),)


def test_words_are_folded_as_texts_are() -> None:
    assert folded("IL-12  (p40), TNF-α IL-12") == ("il 12", "p40", "tnf α")
    assert folded("-- ·") == ()


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ([("page", "0")], "whole number from 1"),
        ([("page", "٣")], "whole number"),
        ([("page", "1e3")], "whole number"),
        ([("page", "9" * 400)], "whole number"),
        ([("q", "x" * 301)], "301 characters"),
        ([("q", "x" * 7000)], "longer than 6,000"),
        ([("q", " ".join(map(str, range(13))))], "13 words"),
        ([("q", "%%--")], "neither letter nor digit"),
        ([("q", "a\0b")], "U\\+0000"),
    ],
)
def test_what_cannot_be_meant_is_told(given: list[tuple[str, str]], told: str) -> None:
    with pytest.raises(UsageError, match=told):
        _ = [(asked.page, asked.search) for asked in [Asked.of("/", given)]]
