"""Kinds of studies against 150 abstracts that were read, where the files of PubMed are at hand."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from comention.records import PEOPLE, TRIALS
from comention.study.reading import hits, told
from tests.support.medline import chosen

_GOLD = Path(__file__).parents[2] / "data" / "gold" / "study.jsonl"
_UNSEEN = _GOLD.with_name("study_unseen.jsonl")
_CLASSES: dict[str, set[str]] = {
    "trial": {*TRIALS},
    "human": {*PEOPLE},
    "human observational": {"human observational"},
    "animal": {"animal"},
    "in vitro": {"in vitro"},
    "review": {"review"},
}


@pytest.mark.corpora
@pytest.mark.slow
def test_texts_alone_tell_what_was_read(corpora: Path) -> None:
    gold, found = _read(_GOLD, corpora)
    for name in _CLASSES:
        assert (f1 := _f1(gold, found, name)) >= 0.85, (name, f1)


@pytest.mark.corpora
@pytest.mark.slow
def test_people_are_told_from_texts_that_no_rule_was_written_on(corpora: Path) -> None:
    gold, found = _read(_UNSEEN, corpora)
    assert not gold.keys() & _read_rows(_GOLD).keys()
    assert _f1(gold, found, "human") >= 0.85


def _read_rows(gold: Path) -> dict[int, dict[str, Any]]:
    rows = (json.loads(line) for line in gold.read_text("utf-8").splitlines())
    return {row["pmid"]: row for row in rows}


def _read(labels: Path, corpora: Path) -> tuple[dict[int, set[str]], dict[int, set[str]]]:
    """Return what each record was read as, and what its text tells."""
    rows = list(_read_rows(labels).values())
    gold = {row["pmid"]: set(row["study"]) for row in rows}
    found: dict[int, set[str]] = {}
    for source in sorted({row["source"] for row in rows}):
        for article in chosen(corpora / "pubmed" / source, gold.keys()):
            said = told(hits(article.text), len(article.title), len(article.text), article.sections)
            found[article.pmid] = {str(word) for word in said.words}
    assert found.keys() == gold.keys()
    return gold, found


def _f1(gold: dict[int, set[str]], found: dict[int, set[str]], name: str) -> float:
    words = _CLASSES[name]
    told_so = {pmid for pmid, said in found.items() if said & words}
    is_so = {pmid for pmid, said in gold.items() if said & words}
    return 2 * len(told_so & is_so) / (len(told_so) + len(is_so))
