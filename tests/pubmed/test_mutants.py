"""PubMed XML with mistakes anywhere is read, with every citation accounted for, or refused in one line."""

from __future__ import annotations

import os
import random
from pathlib import Path

import pytest

from comention.errors import ComentionError
from comention.files.atomic import remove_tree
from comention.pubmed.sets import contents
from tests.pubmed.test_limits import taken_document
from tests.support.hostile import mutant, record
from tests.support.medline import article, deletion

pytestmark = pytest.mark.slow

_OPEN, _CLOSE = b"<PubmedArticleSet>", b"</PubmedArticleSet>"
_DOCUMENT = b"".join(
    (
        *(record(pmid, {}) for pmid in range(101, 105)),
        article(105, year=1999, mesh=("D006801",)).encode(),
        b"<PubmedBookArticle><BookDocument><PMID>106</PMID></BookDocument></PubmedBookArticle>",
        deletion(102, 107).encode(),
    )
)


def try_mutants(folder: Path, seed: int, count: int) -> tuple[int, int]:
    """Read so many damaged files; return how many were read, and how many refused."""
    dice = random.Random(seed)
    read = refused = 0
    for number in range(count):
        if number % 2:
            data = mutant(dice, _OPEN + _DOCUMENT + _CLOSE)
        else:  # the set itself is whole
            data = _OPEN + mutant(dice, _DOCUMENT) + _CLOSE
        said = f"seed {seed}, mutant {number}"
        contents(data)
        error = fate(folder / "mutant", data, said)
        if error is None:
            read += 1
        else:
            refused += 1
            assert "\n" not in str(error), said
            assert error.exit_code == 3, said
        remove_tree(folder / "mutant")
    return read, refused


def fate(folder: Path, data: bytes, said: str) -> ComentionError | None:
    """Why a file was refused, None where it was read and all that it holds is accounted for."""
    try:
        tally, _, rejects = taken_document(folder, data)
    except ComentionError as error:
        return error
    assert tally["expected"] == tally["parsed"] + tally["rejected"], said
    assert tally["rejected"] == len(rejects), said
    assert tally["expected"] > 0, said
    return None


def test_mistakes_anywhere_are_read_past_or_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "fsync", lambda descriptor: None)
    read, refused = try_mutants(tmp_path, 18, 200)
    assert read > 150
    assert refused > 0
