from __future__ import annotations

import itertools
import math
import re

from lxml import etree

from comention.report import wording
from comention.report.graphics import sparkline, ticks, whisker


def _paths(svg: str) -> list[str]:
    return [str(path.get("d")) for path in etree.fromstring(svg).iter("path")]


def test_a_bar_for_each_year_the_highest_being_full() -> None:
    bars = _paths(sparkline({2000: 1, 2003: 4}, 2000, 2003, "by year"))[1]
    assert re.findall(r"M([\d.]+) 40v-([\d.]+)h([\d.]+)v", bars) == [
        ("6.0", "10.0", "48.0"),
        ("186.0", "40.0", "48.0"),
    ]


def test_a_year_outside_the_span_has_no_bar() -> None:
    assert _paths(sparkline({1990: 3}, 2000, 2003, "by year"))[1] == ""


def test_labels_are_escaped() -> None:
    label = '"><script>alert(1)</script>'
    for svg in (sparkline({2000: 1}, 2000, 2000, label), whisker(0, 1, 2, (0, 2), label)):
        assert etree.fromstring(svg).get("aria-label") == label
        assert "<script" not in svg


def test_a_whisker_lies_on_the_shared_axis() -> None:
    svg = whisker(1.0, 2.0, 3.0, (-1.0, 3.0), "interval")
    assert _paths(svg) == ["M39.5 0v16", "M75.0 4v8M75.0 8H146.0M146.0 4v8"]
    assert etree.fromstring(svg)[-1].get("cx") == "110.5"


def test_what_is_no_interval_is_not_drawn() -> None:
    assert whisker(float("nan"), 1, 2, (0, 2), "") == ""
    assert whisker(0, 1, float("inf"), (0, 2), "") == ""
    assert whisker(0, 0, 0, (0, 0), "") == ""


def test_an_axis_has_ticks_at_round_odds_that_do_not_meet() -> None:
    def told(low: float, high: float) -> list[str | None]:
        svg = etree.fromstring(ticks((math.log(low), math.log(high)), wording.on_axis))
        places = [float(str(text.get("x"))) for text in svg.iter("text")]
        assert all(b - a >= 0.23 * 142 for a, b in itertools.pairwise(places))
        assert all(4 <= place <= 146 for place in places)
        return [text.text for text in svg.iter("text")]

    assert told(0.2, 3000) == ["1", "100"]
    assert told(0.1, 300_000) == ["1", "100", "10⁴"]
    assert told(0.05, 50) == ["0.1", "1", "10"]
    assert told(0.7, 5) == ["1", "2", "4"]
    assert told(1, 300) == ["1", "4", "16", "64", "256"]
    assert told(1 / 300, 1) == ["0.0039", "0.016", "0.063", "0.25", "1"]
    assert told(1, 1e200) == ["1", "10⁵⁰", "10¹⁰⁰", "10¹⁵⁰", "10²⁰⁰"]
    assert ticks((0, 0), wording.on_axis) == ""
