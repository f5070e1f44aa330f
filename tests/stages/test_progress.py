"""Every stage reports how far it is: from nothing done to everything done, and a terminal shows it."""

from __future__ import annotations

import io
import re
import sys
from pathlib import Path

import pytest

from comention.cli import terminal
from comention.stages import walk
from comention.stages.steps import STAGES
from tests.stages.test_stages import job
from tests.support.medline import article, write_set

pytestmark = pytest.mark.slow

_ARTICLES, _SHARDS = 7, 4
_LABELS = ("reading citations", "annotating shards", "collecting shards", "counting", "publishing")


@pytest.fixture
def source(tmp_path: Path) -> str:
    citations = (article(i, abstract="IL-12 in psoriasis.") for i in range(1, _ARTICLES + 1))
    return str(write_set(tmp_path / "1.xml", *citations))


def reported(workdir: Path, source: str, run: str) -> dict[str, list[tuple[int, int | None]]]:
    found: dict[str, list[tuple[int, int | None]]] = {}
    work = job(workdir, run, source__kind="files", source__input=(source,), run__shard_size=2)
    walk.walk(work, lambda stage, done, total: found.setdefault(stage, []).append((done, total)))
    return found


def test_every_stage_reports_from_its_beginning_to_its_end(tmp_path: Path, source: str) -> None:
    first = reported(tmp_path / "w", source, "20260102T030405Z-0000")
    again = reported(tmp_path / "w", source, "20260103T030405Z-0000")
    for found in (first, again):
        assert list(found) == [stage.name for stage in STAGES]
        for stage, calls in found.items():
            done = [number for number, _ in calls]
            assert done == sorted(done), stage
            assert calls[-1][0] == calls[-1][1], stage
            assert len({total for _, total in calls} - {None}) == 1, stage
    assert {stage: calls[0][0] for stage, calls in first.items()} == dict.fromkeys(first, 0)
    assert first["fetch"][-1] == (_ARTICLES, _ARTICLES)
    shards = [(done, _SHARDS) for done in range(_SHARDS + 1)]
    assert first["annotate"] == first["collect"] == again["collect"] == shards
    # What an earlier run has annotated counts as done.
    assert again["annotate"] == [(_SHARDS, _SHARDS)]


@pytest.mark.parametrize("stage", ["cooccur", "publish"])
def test_every_step_is_reported_once(tmp_path: Path, source: str, stage: str) -> None:
    steps = reported(tmp_path / "w", source, "20260102T030405Z-0000")[stage]
    total = steps[-1][1]
    assert total is not None
    assert total >= 3
    assert steps == [(done, total) for done in range(total + 1)]


class _Screen(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_the_bar_of_a_terminal_shows_every_stage(
    tmp_path: Path, source: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    screen = _Screen()
    monkeypatch.setattr(sys, "stderr", screen)
    monkeypatch.setenv("COLUMNS", "120")
    monkeypatch.setenv("TERM", "xterm")
    work = job(tmp_path / "w", source__kind="files", source__input=(source,), run__shard_size=2)
    with terminal.progress_bar() as progress:
        walk.walk(work, progress)
    drawn = re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", screen.getvalue())  # without colours and movements
    for label in _LABELS:
        done, total = re.findall(rf"{label} .* +([0-9]+)/([0-9]+) ", drawn)[-1]
        assert done == total != "0", label
