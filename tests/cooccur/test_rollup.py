"""Broader concepts in the place of all below them, on corpora small enough to count by hand."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cooccur.corpora import article, mention, read, run
from tests.cooccur.naive import Row

pytestmark = pytest.mark.slow

# b:2 and C:3 are below W:1; A:5 and É:4 are drugs below V:1
BOTH = ("b:2", "C:3")


def rolled(directory: Path) -> dict[tuple[str, str], Row]:
    return {(row["a_id"], row["b_id"]): row for row in read(directory, "pairs_rolled_up")}


def test_articles_on_different_diseases_count_for_what_is_above_both(tmp_path: Path) -> None:
    mentions = [
        *(mention(pmid, 0, disease) for pmid, disease in enumerate(BOTH, 1)),
        *(mention(pmid, 1, "A:5") for pmid in (1, 2)),
        mention(3, 0, "A:5"),
    ]
    run(tmp_path, mentions, [article(pmid) for pmid in (1, 2, 3, 4)])
    found = rolled(tmp_path)
    row = found["W:1", "A:5"]
    counts = ("articles", "articles_a", "articles_b", "articles_total", "articles_direct", "lift")
    assert [row[name] for name in counts] == [2, 2, 3, 4, 0, 4 / 3]
    assert row["a_name"] == "name of W:1"
    assert row["top_pmids"] == [2, 1]
    assert found["W:1", "V:1"]["articles"] == 2
    assert ("b:2", "A:5") not in found, "nothing below b:2 is mentioned: it stands in pairs"
    # C:3 is above b:2, and stands for itself and for that
    assert [found["C:3", "A:5"][name] for name in ("articles", "articles_direct")] == [2, 1]


def test_two_concepts_of_one_type_are_not_rolled_up(tmp_path: Path) -> None:
    run(tmp_path, [mention(1, 0, "b:2"), mention(1, 1, "C:3")], [article(1)])
    assert rolled(tmp_path) == {}


def test_a_drug_below_a_disease_counts_for_no_disease(tmp_path: Path) -> None:
    run(tmp_path, [mention(1, 0, "É:4"), mention(1, 1, "Z:1")], [article(1)])
    assert rolled(tmp_path).keys() == {("Z:1", "V:1")}


def test_one_span_makes_no_pair_though_two_concepts_on_it_are_flagged_otherwise(tmp_path: Path) -> None:
    mentions = [mention(1, 0, "b:2", negated=True), mention(1, 0, "C:3"), mention(1, 0, "A:5")]
    run(tmp_path, mentions, [article(1)])
    assert rolled(tmp_path) == {}
