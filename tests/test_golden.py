"""The sample's golden figures: what changes them must be meant. `make golden` shows and accepts a change."""

import json
from pathlib import Path

import pytest

from comention.documents.pubtator import read
from tests.golden.sample import GOLD, GOLDEN, measured, pages

pytestmark = pytest.mark.slow


def test_the_sample_comes_to_what_it_did(tmp_path: Path) -> None:
    assert json.loads(measured(tmp_path)) == json.loads(GOLDEN.read_text("utf-8")), "see `make golden`"


def test_the_gold_of_the_sample_is_whole() -> None:
    documents, problems = read(GOLD)
    assert problems == []
    assert len(documents) == 98
    assert sum(len(document.annotations) for document in documents) == 1844


def test_the_generated_parts_of_the_docs_are_current() -> None:
    for path, made in pages().items():
        assert path.read_text("utf-8") == made, f"{path.name}: see `make golden`"
