"""Runs that fail: Failed with the cause, the previous snapshot as it was, and the way to resume."""

from __future__ import annotations

import errno
import os
import shutil
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from comention.config import load_settings
from comention.errors import StorageError
from comention.snapshots.snapshot import latest
from comention.stages import runs, walk
from comention.stages.job import Job, Progress, Receipt
from comention.stages.steps import STAGES
from tests.support.corpus import document
from tests.support.runs import sums, text
from tests.support.sample import NOW, RUN_ID

pytestmark = [
    pytest.mark.slow,
    pytest.mark.filterwarnings("default"),  # the libraries of a server warn
    pytest.mark.xdist_group("flows in this process"),  # one server for all of them
]


@pytest.fixture
def refresh(prefect_server: None) -> Any:
    import refresh as module

    return module.refresh


@pytest.fixture
def given(tmp_path: Path) -> dict[str, Any]:
    """Settings of a run that reads one article; `published` has run so."""
    file = tmp_path / "articles.xml"
    file.write_bytes(document(text(1)))
    return {
        "workdir": str(tmp_path / "w"),
        "source.kind": "files",
        "source.input": [str(file)],
        "annotate.annotator": "fast",
        "run.processes": 1,
    }


def run(given: dict[str, Any], sample: str) -> dict[str, str]:
    """Run without a flow, and return the checksums of what is published."""
    job = Job(load_settings(Path(sample), given), RUN_ID, NOW)
    walk.walk(job)
    return sums(job.settings.workdir)


@pytest.fixture
def published(given: dict[str, Any], sample: str) -> dict[str, str]:
    """The checksums of a snapshot of one article, in the work directory of `given`."""
    return run(given, sample)


def more(given: dict[str, Any], count: int = 20, words: str = "IL-12 in psoriasis") -> None:
    Path(given["source.input"][0]).write_bytes(document(*(text(i, words) for i in range(1, count + 1))))


def failed(refresh: Any, given: dict[str, Any], sample: str) -> Any:
    state = refresh(sample, given, lock_wait=0, return_state=True)
    assert state.is_failed(), state
    return state


def told(given: dict[str, Any], sample: str) -> str:
    """The last explanation of a failure of the topic on the server's pages."""
    from failures import key_of_failure
    from prefect import get_client
    from prefect.client.schemas.filters import ArtifactFilter, ArtifactFilterKey
    from prefect.client.schemas.sorting import ArtifactSort

    key = key_of_failure("refresh", {"config": sample, "overrides": given})
    with get_client(sync_client=True) as client:
        found = client.read_artifacts(
            artifact_filter=ArtifactFilter(key=ArtifactFilterKey(any_=[key])),
            sort=ArtifactSort.CREATED_DESC,
        )
    return str(found[0].data)


@pytest.mark.parametrize("stage", ["fetch", "annotate", "publish"])
def test_a_stage_that_raises_fails_the_run(
    refresh: Any,
    given: dict[str, Any],
    published: dict[str, str],
    sample: str,
    stage: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    workdir = Path(given["workdir"])
    snapshot = latest(workdir).path

    def fail(job: Job, progress: Progress) -> Receipt:
        raise ZeroDivisionError("a fault of ours")

    broken = tuple(s._replace(run=fail) if s.name == stage else s for s in STAGES)
    monkeypatch.setattr("tasks.STAGES", broken)
    more(given)
    state = failed(refresh, given, sample)
    assert "a fault of ours" in state.message
    assert sums(workdir) == published
    text_of = told(given, sample)
    assert "Cause:" in text_of
    assert "a fault of ours" in text_of
    assert f"The previous snapshot stays the latest: `{snapshot}`" in text_of
    assert "To resume" in text_of
    row = runs.listed(workdir)[-1]
    assert (row["stage"], row["outcome"], row["error"]) == (stage, "failed", "a fault of ours")
    monkeypatch.undo()
    assert refresh(sample, given)["articles"] == 20


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of 4 MiB."""
    folder = tmp_path / "disk"
    folder.mkdir()
    words = ["mount", "-t", "tmpfs", "-o", "size=4m", "tmpfs", str(folder)]
    if shutil.which("mount") is None or subprocess.run(words, capture_output=True, check=False).returncode:
        pytest.skip("no right to mount a file system")
    try:
        yield folder
    finally:
        # lazily: what failed in the midst may still have a file open
        subprocess.run(["umount", "--lazy", str(folder)], check=True)


@pytest.mark.parametrize("left", [8, 96])
def test_a_full_disk_fails_the_run(
    refresh: Any, given: dict[str, Any], sample: str, small_disk: Path, left: int
) -> None:
    """With so many KiB left, whichever stage it is that meets the end of the disk."""
    workdir = small_disk / "w"
    given["workdir"] = str(workdir)
    before = run(given, sample)
    more(given, 3000, "IL-12, TNF and IL-17 in psoriasis, asthma and sepsis treated with ustekinumab")
    free = os.statvfs(small_disk)
    (small_disk / "filler").write_bytes(b"x" * max(free.f_bavail * free.f_frsize - left * 1024, 0))
    state = failed(refresh, given, sample)
    assert "no space left" in state.message, state.message
    assert sums(workdir) == before
    (small_disk / "filler").unlink()
    refresh(sample, {**given, "source.limit": 30})
    assert sums(workdir) != before


def test_no_space_is_told_wherever_there_is_no_right_to_mount(
    refresh: Any,
    given: dict[str, Any],
    published: dict[str, str],
    sample: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    more(given)
    real = Path.replace

    def full(self: Path, target: Any) -> Path:
        if str(target).endswith("mentions.parquet"):
            raise OSError(errno.ENOSPC, "No space left on device")
        return real(self, target)

    monkeypatch.setattr(Path, "replace", full)
    state = failed(refresh, given, sample)
    assert "no space left" in state.message
    assert sums(Path(given["workdir"])) == published


@pytest.mark.parametrize("stage", ["fetch", "annotate", "collect", "cooccur"])
def test_a_work_directory_that_vanishes_fails_the_run_and_none_takes_its_place(
    refresh: Any,
    given: dict[str, Any],
    published: dict[str, str],
    sample: str,
    stage: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    workdir = Path(given["workdir"])
    real = {s.name: s.run for s in STAGES}

    def vanish(job: Job, progress: Progress) -> Receipt:
        receipt = real[stage](job, progress)
        workdir.rename(workdir.with_name("elsewhere"))
        return receipt

    changed = tuple(s._replace(run=vanish) if s.name == stage else s for s in STAGES)
    monkeypatch.setattr("tasks.STAGES", changed)
    more(given)
    state = failed(refresh, given, sample)
    assert "was removed, moved or unmounted while the run used it" in state.message
    assert not (workdir / "latest").exists()
    assert sums(workdir.with_name("elsewhere")) == published


def test_a_stage_that_takes_too_long_is_given_up(
    refresh: Any, given: dict[str, Any], sample: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    import tasks

    turns: list[int] = []

    def slow(job: Job, progress: Progress) -> Receipt:
        for turn in range(200):
            turns.append(turn)
            time.sleep(0.05)
        raise StorageError("it was not given up")

    monkeypatch.setitem(tasks.TIMEOUTS, "collect", 0.5 / 3600)
    changed = tuple(s._replace(run=slow) if s.name == "collect" else s for s in STAGES)
    monkeypatch.setattr("tasks.STAGES", changed)
    state = failed(refresh, given, sample)
    assert 0 < len(turns) < 200
    assert "timed out after 0.5 second" in state.message
    [row] = [row for row in runs.listed(Path(given["workdir"])) if row["stage"] == "collect"]
    assert row["outcome"] == "failed"


@pytest.mark.parametrize("wait", [-1, 86_401, "soon"])
def test_parameters_are_validated(refresh: Any, sample: str, wait: Any) -> None:
    from prefect.exceptions import ParameterTypeError

    with pytest.raises(ParameterTypeError, match="lock_wait"):
        refresh(sample, lock_wait=wait)


@pytest.mark.usefixtures("published")
def test_the_page_of_changes_names_them(refresh: Any, given: dict[str, Any], sample: str) -> None:
    import artifacts

    from comention.snapshots import changes

    more(given, 3)
    refresh(sample, given)
    page = artifacts.changes_text(changes.compare(*changes.chosen(Path(given["workdir"]))))
    assert "- Pairs: 1 more" in page
    assert "- Articles: 2 new" in page
    assert "| more | interleukin-12 | psoriasis | 1 | 3 | new article | 2, 3 |" in page, page
