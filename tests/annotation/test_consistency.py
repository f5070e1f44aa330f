"""One text, one reading: what is marked once is marked everywhere."""

from __future__ import annotations

import itertools
import re
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comention.annotation.abbreviations import Definition
from comention.annotation.consistency import apart, spread, trimmed
from comention.annotation.tagging import definitions
from comention.ner.model import Span


def spans(text: str, *marked: tuple[str, str, float] | tuple[str, str, float, int]) -> list[Span]:
    """Spans by what they say: (surface, label, score, number of the place, 0 where absent)."""
    found = []
    for surface, label, score, *places in marked:
        start = [m.start() for m in re.finditer(re.escape(surface), text)][places[0] if places else 0]
        found.append(Span(start, start + len(surface), label, score))
    return sorted(found)


def told(text: str, found: list[Span]) -> list[tuple[str, int, str, float]]:
    return [(text[s.start : s.end], s.start, s.label, s.score) for s in found]


# Rule 1: short forms.


@pytest.mark.parametrize(
    "text",
    [
        "The Eastern Committee on Zornosis (ECZ) met. ECZ said so.",
        "Model Index for Zornosis (MIZ); MIZ fell.",
        "Non-zornosis (NZ) and NZ.",
    ],
)
def test_a_long_form_that_means_more_marks_no_short_form(text: str) -> None:
    name = "Zornosis" if "Zornosis" in text else "zornosis"
    found = spread(text, spans(text, (name, "disease", 0.7)), definitions(text))
    assert [text[s.start : s.end] for s in found] == [name]


@pytest.mark.parametrize(
    ("before", "is_lack"),
    [
        ("deficiency of ", True),
        ("Deficiencies of hepatic ", True),
        ("defect in ", True),
        ("autosomal ", False),
        ("complication of ", False),
    ],
)
def test_a_short_form_is_not_the_lack_of_what_it_stands_for(before: str, is_lack: bool) -> None:
    text = f"A {before}zornal fluorase (ZF). ZF fell."
    found = spread(text, spans(text, (f"{before}zornal fluorase", "disease", 0.9)), definitions(text))
    assert [text[s.start : s.end] for s in found[1:]] == ([] if is_lack else ["ZF", "ZF"])


def test_a_lack_within_a_long_form_is_what_its_short_form_stands_for() -> None:
    text = "A deficiency of zornal fluorase (DZF). DZF is rare."
    found = spread(text, spans(text, ("deficiency of zornal fluorase", "disease", 0.9)), definitions(text))
    assert [text[s.start : s.end] for s in found[1:]] == ["DZF", "DZF"]


def test_a_short_form_is_marked_wherever_it_stands_as_its_long_form_is() -> None:
    text = "Waldhorn fever (WF) is rare. WF, WFs and WF-like; SWF, WFX, WF_1, WF1."
    found = spread(text, spans(text, ("Waldhorn fever", "disease", 0.7)), definitions(text))
    assert told(text, found) == [
        ("Waldhorn fever", 0, "disease", 0.7),
        ("WF", 16, "disease", 0.7),
        ("WF", 29, "disease", 0.7),
        ("WFs", 33, "disease", 0.7),
        ("WF", 41, "disease", 0.7),
    ]


def test_a_short_form_takes_the_label_of_its_long_form_and_keeps_its_score() -> None:
    text = "Waldhorn fever (WF). WF and WFs."
    marked = spans(
        text, ("Waldhorn fever", "disease", 0.7), ("WF", "chemical", 0.9), ("WFs", "chemical", 0.95)
    )
    assert told(text, spread(text, marked, definitions(text))) == [
        ("Waldhorn fever", 0, "disease", 0.7),
        ("WF", 16, "disease", 0.9),
        ("WF", 21, "disease", 0.7),
        ("WFs", 28, "disease", 0.95),
    ]


def test_a_long_form_that_is_not_marked_to_its_end_gives_nothing() -> None:
    text = "Waldhorn fever signs (WFS). WFS."
    marked = spans(text, ("Waldhorn fever", "disease", 0.9))
    assert spread(text, marked, definitions(text)) == marked
    longer = spans(text, ("fever signs (WFS", "disease", 0.9))
    assert spread(text, longer, definitions(text)) == longer
    part = spans(text, ("fever signs", "disease", 0.9))
    assert [text[s.start : s.end] for s in spread(text, part, definitions(text))] == [
        "fever signs",
        "WFS",
        "WFS",
    ]


def test_a_short_form_within_a_longer_span_leaves_that_as_it_is() -> None:
    text = "Waldhorn fever (WF). Late WF of dogs."
    marked = spans(text, ("Waldhorn fever", "disease", 0.7), ("Late WF of dogs", "chemical", 0.9))
    found = spread(text, marked, definitions(text))
    assert ("Late WF of dogs", 21, "chemical", 0.9) in told(text, found)
    assert [text[s.start : s.end] for s in found] == ["Waldhorn fever", "WF", "Late WF of dogs"]


# Rule 2: names.


def test_a_name_that_is_marked_in_half_of_its_places_is_marked_in_all() -> None:
    text = "Zornia, Zornia; Zornia and Zornia."
    half = spans(text, ("Zornia", "disease", 0.6), ("Zornia", "disease", 0.8, 2))
    assert told(text, spread(text, half, {})) == [
        ("Zornia", 0, "disease", 0.6),
        ("Zornia", 8, "disease", 0.6),
        ("Zornia", 16, "disease", 0.8),
        ("Zornia", 27, "disease", 0.6),
    ]
    less = spans(text, ("Zornia", "disease", 0.99))
    assert spread(text, less, {}) == less


def test_only_whole_words_and_plurals_are_places() -> None:
    text = "zornin, zornins, dizornin, zornine, zornin2, zornin_b, Zornin"
    found = spread(text, spans(text, ("zornin", "chemical", 0.9)), {})
    assert told(text, found) == [("zornin", 0, "chemical", 0.9), ("zornins", 8, "chemical", 0.9)]


def test_plural_places_count_among_all() -> None:
    text = "zornin, zornins, zornins"
    marked = spans(text, ("zornin", "chemical", 0.9))
    assert spread(text, marked, {}) == marked  # one of three


def test_a_name_of_two_letters_is_marked_no_further() -> None:
    text = "Zo and Zo, Zor and Zor"
    marked = spans(text, ("Zo", "chemical", 0.9), ("Zor", "chemical", 0.9))
    assert [text[s.start : s.end] for s in spread(text, marked, {})] == ["Zo", "Zor", "Zor"]


@pytest.mark.parametrize(("rare", "frequent"), [("disease", "chemical"), ("chemical", "disease")])
def test_of_two_labels_the_more_frequent_one_decides(rare: str, frequent: str) -> None:
    text = "zornin zornin zornin zornin"
    marked = spans(text, ("zornin", rare, 0.9), ("zornin", frequent, 0.8, 1), ("zornin", frequent, 0.7, 2))
    assert [s.label for s in spread(text, marked, {})] == [rare, frequent, frequent, frequent]


def test_the_longer_name_is_marked_before_the_shorter_one_within_it() -> None:
    text = "late zornia. zornia; late zornia, zornia"
    marked = spans(text, ("late zornia", "disease", 0.9), ("zornia", "disease", 0.8, 1))
    found = spread(text, marked, {})
    assert [text[s.start : s.end] for s in found] == ["late zornia", "zornia", "late zornia"]
    marked += spans(text, ("zornia", "disease", 0.8, 3))
    assert [text[s.start : s.end] for s in spread(text, marked, {})] == [
        *("late zornia", "zornia", "late zornia", "zornia")
    ]


def test_a_place_that_another_span_touches_stays_the_others() -> None:
    text = "zornin, zornin acid"
    marked = spans(text, ("zornin", "chemical", 0.9), ("zornin acid", "disease", 0.2))
    assert spread(text, marked, {}) == marked


def test_places_that_share_letters_are_found_one_behind_the_other() -> None:
    text = "zo-zo, xzo-zo-zo"
    found = spread(text, spans(text, ("zo-zo", "chemical", 0.9)), {})
    assert [(span.start, span.end) for span in found] == [(0, 5), (11, 16)]
    text = "zo-zo-zo zo-zo"  # two places, not three
    found = spread(text, spans(text, ("zo-zo", "chemical", 0.9)), {})
    assert [(span.start, span.end) for span in found] == [(0, 5), (9, 14)]


def test_what_a_name_means_to_a_pattern_counts_for_nothing() -> None:
    text = "poly(I:C)+ and poly(I:C)+; zor.in, zorXin"
    marked = spans(text, ("poly(I:C)+", "chemical", 0.9), ("zor.in", "chemical", 0.9))
    assert [text[s.start : s.end] for s in spread(text, marked, {})] == ["poly(I:C)+", "poly(I:C)+", "zor.in"]


@pytest.mark.parametrize(("places", "reached"), [(2_000, 2_000), (2_001, 1_001)])
def test_a_name_of_very_many_places_stays_as_it_is(places: int, reached: int) -> None:
    text = "zornin " * places
    marked = [Span(i * 7, i * 7 + 6, "chemical", 0.9) for i in range((places + 1) // 2)]
    assert len(spread(text, marked, {})) == reached


def test_ten_thousand_places_take_no_square_of_time() -> None:
    text = "zornin fever " * 10_000
    marked = [Span(i * 13, i * 13 + 6, "chemical", 0.9) for i in range(9_999)]
    began = time.process_time()
    assert spread(text, marked, {}) == marked
    short = spread(text, marked, {"zornin": Definition("zornin", 0, 0, 6)})
    assert len(short) == 10_000
    assert time.process_time() - began < 1.5


@pytest.mark.slow
def test_many_definitions_take_little_time() -> None:
    long_form, number = "multiple sclerosis", 2_000
    text = "".join(f"{long_form} ({i:05}S). " for i in range(number)) + "x" * 100_000
    each = (len(text) - 100_000) // number
    marked, defined = [], {}
    for i in range(number):
        start, end = i * each, i * each + len(long_form)
        marked.append(Span(start, end, "disease", 0.9))
        defined[text[end + 2 : end + 8]] = Definition(text[end + 2 : end + 8], end + 2, start, end)
    began = time.process_time()
    assert len(spread(text, marked, defined)) == 2 * number
    assert time.process_time() - began < 1.5


# Overlaps.


def test_of_two_that_overlap_the_surer_stays_then_the_longer_then_the_first() -> None:
    for given_, kept in (
        ([Span(0, 9, "disease", 0.5), Span(5, 7, "chemical", 0.6)], [1]),
        ([Span(0, 9, "disease", 0.5), Span(5, 20, "chemical", 0.5)], [1]),
        ([Span(0, 9, "disease", 0.5), Span(5, 14, "chemical", 0.5)], [0]),
        ([Span(0, 9, "disease", 0.5), Span(0, 9, "chemical", 0.5)], [1]),
        ([Span(0, 9, "disease", 0.5), Span(9, 12, "chemical", 0.1)], [0, 1]),
        ([Span(0, 4, "a", 0.5), Span(3, 9, "b", 0.6), Span(8, 12, "c", 0.55)], [1]),
        ([Span(0, 4, "a", 0.7), Span(3, 9, "b", 0.6), Span(8, 12, "c", 0.5)], [0, 2]),
        ([], []),
    ):
        assert apart(given_) == [given_[i] for i in kept]


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("aspirin", ["aspirin"]),
        ("-aspirin–", ["aspirin"]),
        ("-aspirin-like;,", ["aspirin-like"]),
        ("(aspirin)", ["(aspirin)"]),
        ("aspirin -", ["aspirin"]),
        (", aspirin", ["aspirin"]),
        ("-;", []),
        ("- -", []),
    ],
)
def test_no_span_begins_or_ends_with_a_hyphen_or_punctuation(text: str, kept: list[str]) -> None:
    found = trimmed(f"a {text} b", [Span(2, 2 + len(text), "chemical", 0.5)])
    assert [f"a {text} b"[span.start : span.end] for span in found] == kept
    assert all(span[2:] == ("chemical", 0.5) for span in found)


_SPANS = st.lists(
    st.builds(
        lambda start, size, label, score: Span(start, start + size, label, score),
        st.integers(0, 30),
        st.integers(1, 8),
        st.sampled_from(["disease", "chemical"]),
        st.sampled_from([0.2, 0.5, 0.9]),
    ),
    max_size=15,
)


def overlapping(found: list[Span]) -> bool:
    return any(one.end > other.start for one, other in itertools.pairwise(found))


@given(_SPANS, st.randoms(use_true_random=False))
def test_spans_are_apart_whatever_their_order(found: list[Span], random: object) -> None:
    kept = apart(found)
    assert kept == sorted(kept)
    assert not overlapping(kept)
    assert set(kept) <= set(found)
    for span in set(found) - set(kept):  # each that is gone gave way to one at least as sure
        assert any(k.start < span.end and span.start < k.end and k.score >= span.score for k in kept)
    mixed = [*found]
    random.shuffle(mixed)  # type: ignore[attr-defined]  # hypothesis gives a random.Random
    assert apart(mixed) == kept


_TEXTS = st.lists(
    st.sampled_from(["fever ", "fevers ", "late fever (LF) ", "LF ", "acid", ". ", "x", "LFs "]), max_size=14
).map("".join)


@given(_TEXTS, _SPANS)
def test_nothing_overlaps_afterwards_and_nothing_is_lost(text: str, found: list[Span]) -> None:
    within = apart([span for span in found if span.end <= len(text)])
    after = spread(text, within, definitions(text))
    assert after == sorted(after)
    assert not overlapping(after)
    assert {span[:2] for span in within} <= {span[:2] for span in after}
    assert all(0 <= span.start < span.end <= len(text) for span in after)
    assert {span.score for span in after} <= {span.score for span in within}
    names = {text[span.start : span.end] for span in within} | set(definitions(text))
    added = {text[span.start : span.end] for span in after if span[:2] not in {s[:2] for s in within}}
    assert added <= names | {f"{name}s" for name in names}


@given(_TEXTS, _SPANS)
def test_overlapping_spans_too_come_out_apart(text: str, found: list[Span]) -> None:
    within = [span for span in found if span.end <= len(text)]
    assert not overlapping(spread(text, within, definitions(text)))
