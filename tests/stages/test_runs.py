"""What is told of runs, whatever became of them; and what is kept."""

from __future__ import annotations

import json
import logging
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from comention.errors import StorageError
from comention.files.lock import locked
from comention.logs import JsonFormatter, RunFilter, of_run
from comention.snapshots import publish
from comention.snapshots.publish import Keep
from comention.snapshots.snapshot import latest
from comention.stages import runs, walk
from comention.stages.job import Job, Progress, Receipt, Stage
from comention.stages.steps import STAGES
from tests.stages.test_stages import job, run
from tests.support.medline import article, write_set

pytestmark = pytest.mark.slow

_NAMES = ["fetch", "annotate", "collect", "cooccur", "publish"]


def test_every_stage_is_told_in_receipt_manifest_and_dataset(tmp_path: Path) -> None:
    work = job(tmp_path, annotate__annotator="fast")
    receipts = walk.walk(work)
    rows = runs.listed(tmp_path)
    assert [row["stage"] for row in rows] == [receipt.stage for receipt in receipts] == _NAMES
    for row, receipt in zip(rows, receipts, strict=True):
        assert (row["outcome"], row["attempts"], row["error"]) == ("ok", 1, None)
        assert (row["records"], row["counts"]) == (receipt.records, receipt.counts)
        assert row["records_per_second"] == receipt.records_per_second > 0
        assert 20 < row["peak_mib"] == receipt.peak_mib < 20_000
    assert [row["records"] for row in rows[:3]] == [105, 83, 77]
    assert [row["snapshot"] for row in rows] == [None] * 4 + [work.run_id]
    told = json.loads((latest(tmp_path).path / "manifest.json").read_text("utf-8"))["stages"]
    assert [(row["stage"], row["records"]) for row in told] == [
        (row["stage"], row["records"]) for row in rows[:4]
    ]


def test_the_folder_of_runs_reads_as_one_dataset(tmp_path: Path) -> None:
    for day in (2, 3):
        run(tmp_path, run=f"2026010{day}T030405Z-0000", annotate__annotator="fast")
    frame = pd.read_parquet(tmp_path / "runs")
    assert list(frame.stage) == _NAMES * 2
    annotated = frame[frame.stage == "annotate"]
    assert list(annotated.cache_hits) == [0, 1]


def _fail(_job: Job, _progress: Progress) -> Receipt:
    raise StorageError("two\nlines")


def test_a_stage_that_fails_and_one_that_is_tried_again_are_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    work = job(tmp_path, annotate__annotator="fast")
    fetch, broken = STAGES[0], Stage("fetch", _fail)
    with walk.session(work):
        for _ in range(2):
            with pytest.raises(StorageError):
                walk.perform(broken, work, lambda *_: None)
        [row] = runs.listed(tmp_path)
        assert (row["outcome"], row["error"], row["attempts"]) == ("failed", "two lines", 2)
        assert row["seconds"] >= 0
        walk.perform(fetch, work, lambda *_: None)
    [row] = runs.listed(tmp_path)
    assert (row["outcome"], row["error"], row["attempts"], row["records"]) == ("ok", None, 3, 105)


def test_a_run_that_was_killed_is_called_dead_by_the_next(tmp_path: Path) -> None:
    runs.began(tmp_path, "20260101T030405Z-0000", "annotate", datetime(2026, 1, 1, tzinfo=UTC), "0")
    assert runs.listed(tmp_path)[0]["outcome"] == "running"
    run(tmp_path, annotate__annotator="fast")
    first = runs.listed(tmp_path)[0]
    assert (first["outcome"], first["error"]) == ("died", "the process ended before the stage did")


def test_runs_are_listed_by_the_command_line(tmp_path: Path) -> None:
    run(tmp_path, annotate__annotator="fast")
    words = [sys.executable, "-m", "comention.cli", "runs", "--workdir", str(tmp_path)]
    done = subprocess.run([*words, "--json"], capture_output=True, text=True, check=True)
    assert [row["stage"] for row in json.loads(done.stdout)] == _NAMES
    plain = subprocess.run(words, capture_output=True, text=True, check=True).stdout.splitlines()
    assert plain[0].split("\t") == list(runs.COLUMNS)
    assert len(plain) == 6
    words[-1] = str(tmp_path / "nothing")
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    assert (done.returncode, "holds no run" in done.stderr) == (2, True)


def test_a_disk_that_is_full_does_not_hide_why_a_stage_failed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def full(*_: Any) -> None:
        raise StorageError("no space left")

    monkeypatch.setattr(runs, "write_checked", full)
    work = job(tmp_path, annotate__annotator="fast")
    with walk.session(work), pytest.raises(StorageError, match="two"):
        walk.perform(Stage("fetch", _fail), work, lambda *_: None)
    assert "what the run took is not on file: no space left" in caplog.text


def test_a_work_directory_that_another_process_has_taken_ends_the_run(tmp_path: Path) -> None:
    work = job(tmp_path, annotate__annotator="fast")
    with walk.session(work):
        (tmp_path / ".lock").write_text("1")
        with pytest.raises(StorageError, match="was removed, moved or unmounted"):
            walk.perform(STAGES[0], work, lambda *_: None)
    assert not (tmp_path / "store").exists()


def test_a_work_directory_that_goes_while_a_stage_works_ends_the_run(tmp_path: Path) -> None:
    work = job(tmp_path / "w", annotate__annotator="fast")

    def move(*_: Any) -> Receipt:
        work.settings.workdir.rename(tmp_path / "elsewhere")
        return Receipt("fetch", 0.0, {}, "")

    with walk.session(work), pytest.raises(StorageError, match="was removed, moved or unmounted"):
        walk.perform(Stage("fetch", move), work, lambda *_: None)
    assert not (tmp_path / "w").exists()


def test_log_lines_know_their_run() -> None:
    record = logging.LogRecord("comention.x", logging.INFO, "f", 1, "%d shards", (3,), None)
    with of_run("r1"):
        RunFilter().filter(record)
    told = json.loads(JsonFormatter().format(record))
    assert (told["run_id"], told["message"], told["level"]) == ("r1", "3 shards", "INFO")
    RunFilter().filter(record)
    assert json.loads(JsonFormatter().format(record))["run_id"] == "-"


def test_the_log_of_a_run_names_it(tmp_path: Path) -> None:
    words = [sys.executable, "-m", "comention.cli", "-v", "--log-format", "json", "run", "--json"]
    words += ["--workdir", str(tmp_path), "--annotator", "fast"]
    done = subprocess.run(words, capture_output=True, text=True, check=True)
    lines = [json.loads(line) for line in done.stderr.splitlines()]
    assert {line["run_id"] for line in lines} == {json.loads(done.stdout)["run_id"]}
    assert sum(line["message"].endswith(" begins") for line in lines) == 5


def test_a_run_waits_for_the_lock_as_long_as_it_is_told(tmp_path: Path) -> None:
    from comention.errors import LockedError

    with locked(tmp_path), pytest.raises(LockedError, match=r"after 0\.2 s of waiting"):
        walk.walk(job(tmp_path), wait=0.2)


_DAYS = [f"202601{day:02}T030405Z-0000" for day in range(1, 11)]


@pytest.mark.parametrize(
    ("keep", "days", "gone"),
    [(5, None, 5), (1, None, 9), (20, None, 0), (20, 3, 7), (20, 0, 9), (2, 3, 8), (1, 0, 9)],
)
def test_snapshots_go_by_number_and_age(keep: int, days: int | None, gone: int) -> None:
    rule = Keep(keep, days, datetime(2026, 1, 11, 3, 4, 5, tzinfo=UTC))
    assert sorted(rule.old(_DAYS)) == _DAYS[:gone]


def test_the_snapshot_that_latest_names_stays_whatever_its_name(tmp_path: Path) -> None:
    for day in (5, 6):
        file = write_set(tmp_path / f"{day}.xml", article(day, abstract="IL-12."))
        given = {"source__kind": "files", "source__input": (str(file),), "run__keep_snapshots": 1}
        run(tmp_path / "w", run=f"2026010{day}T030405Z-0000", **given)
    link = tmp_path / "w" / "latest"
    link.unlink()
    link.symlink_to(Path("snapshots") / "20260105T030405Z-0000")
    publish._prune(tmp_path / "w", "20260107T030405Z-0000", Keep(0, 0, datetime(2027, 1, 1, tzinfo=UTC)))
    assert [p.name for p in (tmp_path / "w" / "snapshots").iterdir()] == ["20260105T030405Z-0000"]


def test_annotations_that_nobody_needs_go(tmp_path: Path) -> None:
    file = write_set(tmp_path / "1.xml", article(1, abstract="IL-12 in psoriasis."))
    given: dict[str, Any] = {"source__kind": "files", "source__input": (str(file),), "run__keep_snapshots": 1}
    folder = tmp_path / "w" / "store" / "annotations"
    for day, annotator in ((1, "standard"), (2, "fast")):
        run(tmp_path / "w", run=f"2026010{day}T030405Z-0000", annotate__annotator=annotator, **given)
    assert len(list(folder.iterdir())) == 2  # a snapshot of each is there
    (folder / "another").mkdir()
    (folder / "another" / f"{0:024x}.mentions.parquet").write_text("")
    foreign = folder.with_name("mine") / "x.mentions.parquet"
    foreign.parent.mkdir()
    foreign.write_text("")
    write_set(file, article(1, abstract="IL-12 in asthma."))
    run(tmp_path / "w", run="20260103T030405Z-0000", annotate__annotator="fast", **given)
    write_set(file, article(1, abstract="IL-12 in sepsis."))
    run(tmp_path / "w", run="20260104T030405Z-0000", annotate__annotator="fast", **given)
    [home] = folder.iterdir()
    assert len(list(home.iterdir())) == 5  # of the one shard that lives
    assert foreign.exists()
