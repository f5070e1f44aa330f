"""Questions to a snapshot: where two concepts were read together, and what stands first."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import pandas as pd
import pytest

import comention
from comention.cli import main
from comention.config import load_settings
from comention.errors import UsageError
from comention.snapshots.frames import evidence
from comention.snapshots.query import EVIDENCE_COLUMNS
from comention.snapshots.snapshot import latest
from comention.stages import walk
from comention.stages.job import Job
from tests.support.medline import article, write_set

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def workdir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("query")
    file = write_set(
        folder / "1.xml",
        article(1, abstract="IL-12 was measured. All had psoriasis.", year=2009),
        article(2, abstract="IL-12 was not found in psoriasis.", year=2020),
        article(3, abstract="IL-12 in psoriasis, and IL-12 in psoriasis.", year=2005),
        article(4, title="IL-12 in psoriasis.", abstract="Nothing more.", year=1999),
        article(5, abstract="IL-12 in psoriasis once more.", year=2021, retracted=True),
        article(6, abstract="IL-12 in psoriasis anew.", year=2010),
        article(7, abstract="IL-12 in asthma.", year=2010),
    )
    given = {"workdir": folder / "w", "source.kind": "files", "source.input": (str(file),)}
    settings = load_settings(None, given | {"annotate.annotator": "fast"})
    walk.walk(Job(settings, "20260102T030405Z-0000", datetime(2026, 1, 2, tzinfo=UTC)))
    return folder / "w"


def test_titles_come_first_then_sentences_then_articles_and_the_plain_before_the_doubtful(
    workdir: Path,
) -> None:
    found = evidence(latest(workdir), "IL-12", "psoriasis")
    assert [(row["pmid"], row["level"]) for row in found] == [
        (4, "title"),
        (6, "sentence"),
        (3, "sentence"),
        (5, "sentence"),  # retracted
        (2, "sentence"),  # denied
        (1, "article"),
    ]
    assert [row["text"] for row in found][1] == "IL-12 in psoriasis anew."
    assert found[-1]["text"] is None
    assert {row["title"] for row in found} == {"A title.", "IL-12 in psoriasis."}
    assert evidence(latest(workdir), "psoriasis", "COMENTION:IL-12") == found
    assert evidence(latest(workdir), "IL-12", "psoriasis", limit=2) == found[:2]
    assert set(EVIDENCE_COLUMNS) <= set(found[0])


def test_two_concepts_that_never_meet_have_no_evidence(workdir: Path) -> None:
    assert evidence(latest(workdir), "asthma", "psoriasis") == []


def test_claims_of_two_that_never_meet_are_told_to_be_none(
    workdir: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.argv", ["comention", "claims", "asthma", "psoriasis", "--workdir", str(workdir)])
    with pytest.raises(SystemExit) as ended:
        main()
    assert ended.value.code == 0
    assert capsys.readouterr() == ("", f"no article of {workdir} mentions both\n")


def test_a_name_that_the_snapshot_lacks_offers_the_nearest(workdir: Path) -> None:
    with pytest.raises(UsageError, match="'psoriassis'; nearest: psoriasis"):
        evidence(latest(workdir), "IL-12", "psoriassis")


def test_in_python_they_are_frames(workdir: Path) -> None:
    found = comention.evidence_for("IL-12", "psoriasis", workdir)
    assert isinstance(found, pd.DataFrame)
    assert found.pmid.tolist() == [4, 6, 3, 5, 2, 1]
    first = comention.top(with_name="psoriasis", workdir=workdir, limit=1)
    assert first[["a_id", "b_id", "articles"]].values.tolist() == [["COMENTION:IL-12", "MESH:D011565", 6]]
    assert comention.top("entities", entity_type="disease", workdir=workdir).name.tolist() == [
        "psoriasis",
        "asthma",
    ]
    with pytest.raises(UsageError, match="there are enrichment, pairs, pairs_rolled_up, triples, entities"):
        comention.top("trends", workdir=workdir)


@pytest.mark.parametrize(
    ("words", "out", "err"),
    [
        (("IL-12", "asthma"), "IL-12 in asthma.", ""),
        (("asthma", "psoriasis"), "", "mentions both"),
        (("IL-12", "asthma", "--json"), '"pmid": 7', ""),
    ],
)
def test_the_command_shows_them(
    workdir: Path,
    words: Sequence[str],
    out: str,
    err: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr("sys.argv", ["comention", "evidence", *words, "--workdir", str(workdir)])
    with pytest.raises(SystemExit) as ended:
        main()
    assert ended.value.code in {0, None}
    printed, told = capsys.readouterr()
    assert out in printed
    assert err in told
    if "--json" in words:
        assert json.loads(printed)[0]["level"] == "sentence"
