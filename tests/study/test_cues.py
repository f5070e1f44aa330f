"""The table of cues, and the pattern that finds them."""

from __future__ import annotations

from comention.study.cues import BEFORE, cues, expanded, pattern
from comention.study.reading import KINDS


def test_braces_stand_for_each_of_their_words() -> None:
    assert expanded("a {b,c} d{s,}") == ["a b ds", "a b d", "a c ds", "a c d"]
    assert expanded("plain, with a comma") == ["plain, with a comma"]


def test_every_cue_is_found_whole_and_says_something_known() -> None:
    found = pattern()
    for cue, said in cues().items():
        assert cue == cue.lower().strip(), cue
        match = found.search(f" {cue} ")
        assert match is not None, cue
        assert match[1] == cue, cue
        assert said.kind in {*KINDS, "none"}, cue
        assert (said.weight > 0) == (said.kind != "none"), cue


def test_a_cue_is_a_whole_word_behind_what_may_stand_before_it() -> None:
    assert pattern().search(" ratspecific") is None
    assert all(pattern().search(f"{sign}rats.") for sign in BEFORE)
