"""The sentences labelled by what they claim: the file is well-formed and holds no text."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

GOLD = Path(__file__).parents[2] / "data" / "gold" / "claims.jsonl"
_ORDER = {"drug": 0, "cytokine": 1, "disease": 2}
_CLAIMS = {
    ("drug", "disease"): {"treats", "causes", "no_effect", "studied", "none"},
    ("cytokine", "disease"): {
        "raised_in",
        "lowered_in",
        "promotes",
        "protects",
        "no_difference",
        "associated",
        "none",
    },
    ("drug", "cytokine"): {"raises", "lowers", "no_effect", "associated", "none"},
    ("cytokine", "cytokine"): {"raises", "lowers", "associated", "none"},
}


@pytest.fixture(scope="module")
def rows() -> list[dict[str, Any]]:
    return [json.loads(line) for line in GOLD.read_text("utf-8").splitlines()]


def test_there_are_780_labels_in_order_and_none_twice(rows: list[dict[str, Any]]) -> None:
    keys = [(r["pmid"], r["start"], r["a"]["start"], r["b"]["start"]) for r in rows]
    assert len(keys) == 780
    assert keys == sorted(set(keys))


def test_claims_are_those_of_their_types(rows: list[dict[str, Any]]) -> None:
    for row in rows:
        types = (row["a"]["type"], row["b"]["type"])
        assert row["claim"] in _CLAIMS[types]
        assert _ORDER[types[0]] <= _ORDER[types[1]]
        assert row["certain"] in {"stated", "hedged"}
        assert row["direction"] in {"ab", "ba", None}
        if not row["ner_ok"]:
            assert row["claim"] == "none"


def test_marks_and_cues_lie_in_the_sentence(rows: list[dict[str, Any]]) -> None:
    for row in rows:
        assert row.keys() == {
            *("pmid", "source", "sha256", "sentence", "start", "end", "a", "b"),
            *("claim", "certain", "direction", "ner_ok", "cue"),
        }
        spans = [(row[side]["start"], row[side]["end"]) for side in "ab"]
        for start, end in [*spans, *([row["cue"]] if row["cue"] else [])]:
            assert row["start"] <= start < end <= row["end"]
        assert (row["cue"] is None) or row["claim"] != "none"
