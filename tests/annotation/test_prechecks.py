"""What is asked before a pattern, to save a search, never rules out what the pattern finds."""

from __future__ import annotations

import functools
import re
import sys

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from comention.annotation import (
    abbreviations,
    analytes,
    assertion,
    coordination,
    fast,
    molecules,
    namesakes,
    narrowing,
    proteins,
    titles,
    wording,
)
from comention.lexicon import legible

_BEHIND = [
    *(
        (name, namesakes._BEGIN_BEHIND_DISEASE)
        for name in (
            "_VIRUS",
            "_SYNDROME",
            "_GENE",
            "_PERSONS_PROTEIN",
            "_DIET",
            "_ANTIGEN",
            "_NECROSIS_FACTOR",
        )
    ),
    *(
        (name, namesakes._BEGIN_BEHIND_SUBSTANCE)
        for name in ("_MOIETY", "_RECEPTOR", "_EQUIVALENT", "_ON_RECEPTOR")
    ),
]


@functools.cache
def _from_its_begin(pattern: re.Pattern[str]) -> st.SearchStrategy[str]:
    """What a pattern matches at the beginning; of what it finds anywhere, little begins with it."""
    return st.from_regex(re.compile(rf"\A(?:{pattern.pattern})", pattern.flags)).filter(pattern.match)


@pytest.mark.parametrize(("name", "beginnings"), _BEHIND)
@given(data=st.data())
def test_what_stands_behind_a_name(data: st.DataObject, name: str, beginnings: frozenset[str]) -> None:
    behind = data.draw(_from_its_begin(getattr(namesakes, name)))
    assert namesakes._goes_on(f"X{behind}", 1, beginnings)


@pytest.mark.parametrize("name", ["_OF_BODY", "_OF_INSTRUMENT", "_JOURNAL"])
@given(data=st.data())
def test_what_stands_before_a_name(data: st.DataObject, name: str) -> None:
    before = data.draw(st.from_regex(getattr(titles, name)))
    assert titles._ends_name(f"{before}X", len(before))


@given(st.from_regex(r"[ –-]\w{0,9}?(?:le|er|ph|transfer|nucle)?ases?.?", fullmatch=True))
def test_an_enzyme(behind: str) -> None:
    alone = re.compile(proteins._ENZYME.pattern.replace(r"(?=\w+ases?(?!\w))", ""), re.I)
    assert alone.pattern != proteins._ENZYME.pattern
    assert bool(proteins._ENZYME.match(behind)) == bool(alone.match(behind))


@given(st.text("nNoxé -–\t\n", max_size=12))
@example("non-")
@example("non \n")
@example("x non-\n")
def test_an_opposite(before: str) -> None:
    found = namesakes._NON.search(before, max(0, len(before) - namesakes._NON_REACH))
    assert namesakes.is_opposite(f"{before}cancer", len(before)) == bool(found)


_WORDS = st.lists(
    st.sampled_from([*"The the THE of ab abc a-b don't Crohn’s (chronic severe x-ray".split(), "\n", ""]),
    max_size=6,
).map(" ".join)


@given(_WORDS, st.sampled_from(["", " ", "-", " \n", "\n"]))
@example("severe", " \n")
def test_words_that_tell_of_a_name(words: str, joint: str) -> None:
    text = f"{words}{joint}"
    if not narrowing._may_tell(f"{text}pain", len(text)):
        found = narrowing._BEFORE.search(text)
        assert found is None or found[0].split()[-1].lower() in narrowing._APART


@given(st.from_regex(r"(?:[ (-])?[A-Z]?[a-z]{0,5}o?[-‐‑–]?\n?", fullmatch=True))
@example("cardio-\n")
@example("Sneddon–")
def test_a_hyphen_before_a_name(before: str) -> None:
    if not fast._is_hyphened(f"{before}x", len(before)):
        assert not fast._COMBINING.search(before)
        assert not fast._PERSON.search(before)


@given(st.from_regex(coordination._TWO, fullmatch=True))
def test_what_joins_two(joint: str) -> None:
    assert len(joint) <= coordination._LONGEST_TWO


@given(st.from_regex(coordination._COMBINED))
def test_a_combination(name: str) -> None:
    assert not name.isalnum()


@given(st.from_regex(abbreviations._STATISTIC))
def test_a_statistic(short: str) -> None:
    assert not short.isalnum()


@given(st.from_regex(abbreviations._TWO, fullmatch=True))
def test_two_short_forms(short: str) -> None:
    assert "/" in short or "+" in short


@given(st.from_regex(wording._OF, fullmatch=True))
def test_what_is_of_something(name: str) -> None:
    assert " of " in name.lower()


@given(st.from_regex(wording._SPECIES, fullmatch=True))
def test_an_infection(name: str) -> None:
    assert "infection" in name


def test_white_space_is_spelled_out() -> None:
    everything = "".join(map(chr, range(sys.maxunicode + 1)))
    assert re.findall(f"[{assertion._SPACES}]", everything) == re.findall(r"\s", everything)


_PIECES = [*"IL-1&#9;lb TNFαßΑВа²⁺.,xé", "ᵀ", "ᵀᴹ", "\u200b", "amp;", "IFN-", "lL-6"]


@given(st.lists(st.sampled_from(_PIECES)).map("".join))
@example("IL-2⁶,⁷ and lL-6")
def test_what_is_repaired(text: str) -> None:
    found = re.finditer(legible._ALTERNATIVES, text)
    assert [m.span() for m in legible._REPAIRS.finditer(text)] == [m.span() for m in found]


@pytest.mark.parametrize(
    ("pattern", "words"), [(analytes._HEADED, analytes._HEADS), (analytes._OF, analytes._OF_WORDS)]
)
@given(data=st.data())
def test_what_stands_before_a_list(
    data: st.DataObject, pattern: re.Pattern[str], words: tuple[str, ...]
) -> None:
    before = data.draw(st.from_regex(pattern, alphabet=st.characters(codec="ascii")))
    assert any(word in before.lower() for word in words)


@given(st.from_regex(rf"x(?:{assertion._DENYING.pattern})"))
def test_what_denies_a_name(text: str) -> None:
    end = text.index("x") + 1
    assert assertion._denies(text, end) == bool(assertion._DENYING.match(text, end))


@given(st.from_regex(molecules._RADICAL_BEFORE))
def test_a_radical_before_a_name(before: str) -> None:
    assert molecules._ends_in_radical(before.rstrip("\n"))
