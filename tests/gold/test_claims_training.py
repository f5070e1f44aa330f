"""Labelled pairs for training: well-formed, none twice, none of a record that something is measured on."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from comention.claims.vocabulary import ALLOWED

GOLD = Path(__file__).parents[2] / "data" / "gold"


def read(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()]


@pytest.fixture(scope="module")
def rows() -> list[dict[str, Any]]:
    return read(GOLD / "claims_training.jsonl")


def place(row: dict[str, Any]) -> tuple[Any, ...]:
    spans = sorted((row[side]["start"], row[side]["end"], row[side]["concept"]) for side in "ab")
    return row["pmid"], row["sha256"], *spans


def test_no_pair_is_labelled_twice(rows: list[dict[str, Any]]) -> None:
    places = [place(row) for row in [*read(GOLD / "claims.jsonl"), *rows]]
    assert len(places) == len(set(places)) == 780 + 21001


def test_labels_are_those_of_their_types_in_the_sentence(rows: list[dict[str, Any]]) -> None:
    for row in rows:
        one, other = sorted((row["a"]["type"], row["b"]["type"]), key=("cytokine", "disease", "drug").index)
        assert row["claim"] in ALLOWED[one, other]
        assert row["ner_ok"] or row["claim"] == "none"
        assert {"pmid", "source", "sha256", "sentence", "certain", "direction", "cue"} <= row.keys()
        for side in "ab":
            assert row["start"] <= row[side]["start"] < row[side]["end"] <= row["end"]


def test_none_is_of_a_record_of_other_gold(rows: list[dict[str, Any]], corpora: Path) -> None:
    pmids = {row["pmid"] for row in rows}
    assert not pmids & {int(row["pmid"]) for row in read(corpora / "gold" / "claims_dev.jsonl")}
    for name in ("bc5cdr_dev", "biored_dev"):
        text = (corpora / "gold" / f"{name}.pubtator").read_text("utf-8")
        shared = pmids & {int(pmid) for pmid in re.findall(r"^(\d+)\|t\|", text, re.M)}
        assert not shared, name
