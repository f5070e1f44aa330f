"""Sentences labelled by what they claim of cells and cytokines: well-formed, and told as often as stated."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from comention.annotation.fast import FastAnnotator
from comention.claims.vocabulary import OF_CELLS
from comention.gold.claims import read_claims, tell
from comention.lexicon.store import open_lexicon
from tests.support.medline import excerpts

pytestmark = pytest.mark.slow

GOLD = Path(__file__).parents[2] / "data" / "gold" / "cell_claims.jsonl"
CLAIMED = {"made_by": "ab", "acts_on": "ba"}


@pytest.fixture(scope="module")
def rows() -> list[dict[str, Any]]:
    return [json.loads(line) for line in GOLD.read_text("utf-8").splitlines()]


def test_labels_are_in_order_and_of_their_types(rows: list[dict[str, Any]]) -> None:
    keys = [(r["pmid"], r["start"], r["a"]["start"], r["b"]["start"]) for r in rows]
    assert len(keys) == 74
    assert keys == sorted(set(keys))
    assert Counter(word for row in rows for word in row["drawn"]) == {"told": 50, "any": 30}
    for row in rows:
        assert row["claim"] in OF_CELLS[row["a"]["type"], row["b"]["type"]]
        assert row["direction"] == CLAIMED.get(row["claim"])
        for side in "ab":
            assert row["start"] <= row[side]["start"] < row[side]["end"] <= row["end"]


@pytest.mark.corpora
def test_what_is_told_of_the_labelled_is_mostly_right(
    rows: list[dict[str, Any]], corpora: Path, tmp_path: Path
) -> None:
    texts = excerpts(rows, corpora / "pubmed", tmp_path)
    labelled, problems = read_claims(GOLD, [texts], FastAnnotator(open_lexicon()))
    assert not problems
    told = list(tell(labelled))
    claimed = [t for t in told if t.claim in CLAIMED]
    assert len(claimed) >= 50
    assert sum(t.claim == t.label for t in claimed) / len(claimed) >= 0.85
    assert sum({t.claim, t.label} == {*CLAIMED} for t in told) <= 1  # hardly any takes one for the other
