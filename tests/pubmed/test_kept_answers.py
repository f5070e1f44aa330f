"""Kept answers that something happened to: what is whole is used, what is not is asked for again."""

from __future__ import annotations

import itertools
import random
import secrets
from datetime import UTC, datetime
from pathlib import Path

import pytest

from comention.pubmed.kept_answers import Incoming
from comention.pubmed.slices import Fetched
from tests.support.corpus import document
from tests.support.corruption import DAMAGES
from tests.support.runs import text

_NOW = datetime(2026, 1, 2, tzinfo=UTC)


def fetched(*pmids: int) -> Fetched:
    return Fetched(requested=pmids, found=pmids, missing=(), data=document(*map(text, pmids)))


def opened(folder: Path) -> Incoming:
    return Incoming.open(folder, _NOW, full=False, base=None)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    kept = opened(tmp_path / "incoming")
    kept.put(fetched(1, 2, 3))
    kept.put(fetched(4, 5))
    return kept.folder


def chunks(kept: Incoming) -> dict[int, list[bytes]]:
    return {first: [chunk.data for chunk in found] for first, found in kept.chunks(kept.held)}


def test_a_damaged_answer_is_dropped_and_the_others_stay(folder: Path) -> None:
    whole = chunks(opened(folder))
    assert whole.keys() == {1, 4}
    seed = secrets.randbelow(1 << 32)
    chance = random.Random(seed)
    files = {path: path.read_bytes() for path in folder.iterdir()}
    assert len(files) == 3
    for path, damage, _ in itertools.product(files, DAMAGES, range(20)):
        damaged = DAMAGES[damage](files[path], chance)
        path.unlink() if damaged is None else path.write_bytes(damaged)
        found = chunks(opened(folder))
        assert found.items() <= whole.items(), f"seed {seed}: {path.name}, {damage}"
        folder.mkdir(exist_ok=True)
        for other, data in files.items():
            other.write_bytes(data)


def test_what_is_not_a_kept_answer_stays(folder: Path) -> None:
    foreign = [folder / name for name in ("letter.gz", "about.txt", ".x.part")]
    for path in foreign:
        path.write_text("mine")
    (folder / "about.json").write_text("{")
    opened(folder)
    assert sorted(folder.iterdir()) == sorted(foreign)
