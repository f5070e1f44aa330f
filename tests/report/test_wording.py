from __future__ import annotations

import math

import pytest

from comention.report import wording


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (1.0, "1"),
        (0.996, "1"),
        (0.5, "0.50"),
        (0.0123, "0.012"),
        (0.001, "0.0010"),
        (0.000999, "1.0 × 10⁻³"),
        (3.14e-6, "3.1 × 10⁻⁶"),
        (1.5e-120, "1.5 × 10⁻¹²⁰"),
        (0.0, "< 10⁻³⁰⁰"),
    ],
)
def test_probabilities(value: float, text: str) -> None:
    assert wording.p_value(value) == text


@pytest.mark.parametrize(
    ("value", "text"),
    [(3463.83, "3,464"), (12.345, "12.3"), (1.0, "1.00"), (0.1, "0.10"), (0.0014, "0.0014"), (0.0, "0.00")],
)
def test_ratios(value: float, text: str) -> None:
    assert wording.ratio(value) == text


def test_a_minus_sign_is_one_and_nothing_is_not_negative() -> None:
    assert wording.decimal(-1.25, 1) == "−1.2"
    assert wording.decimal(-0.001) == "0.00"


def test_years() -> None:
    assert wording.years(1999, 2003) == "1999–2003"
    assert wording.years(2003, 2003) == "2003"
    assert wording.years(None, None) == "–"


def test_counts_and_their_nouns() -> None:
    assert wording.counted(1, "article") == "1 article"
    assert wording.counted(12345, "article") == "12,345 articles"
    assert wording.counted(0, "entry", "entries") == "0 entries"


def test_enumerations() -> None:
    assert [wording.listing(list(words)) for words in ("", "a", "ab", "abc")] == [
        "",
        "a",
        "a and b",
        "a, b and c",
    ]


def test_claims_are_told_without_mere_mentions() -> None:
    assert wording.brief("treats 33 · no effect 1 · mentioned 7") == "treats 33 · no effect 1"
    assert wording.brief("hedged 2") == "hedged 2"
    assert wording.brief("mentioned 7") == "only mentioned"
    assert wording.brief("") == ""


def test_powers_of_ten_of_an_axis() -> None:
    told = {-4: "10⁻⁴", -2: "0.01", -1: "0.1", 0: "1", 1: "10", 2: "100", 3: "10³", 5: "10⁵"}
    assert {power: wording.on_axis(power * math.log(10)) for power in told} == told
    for odds in (2, 4, 8, 16, 32, 64, 128, 256):
        assert wording.on_axis(math.log(odds)) == str(odds)
    assert [wording.on_axis(-math.log(odds)) for odds in (2, 4, 16, 64, 256)] == [
        "0.5",
        "0.25",
        "0.063",
        "0.016",
        "0.0039",
    ]
    assert wording.on_axis(math.log(1024)) == "1,024"
    assert wording.on_axis(300.5 * math.log(10)) == "10³⁰⁰"
