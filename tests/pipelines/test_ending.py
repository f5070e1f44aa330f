"""A flow that is run by hand leaves no process when a signal ends it, and no complaint when it is done."""

from __future__ import annotations

import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from comention.resources import bundled_config
from tests.support.clients import HANG, wait_until
from tests.support.prefect import ROOT, shipped
from tests.support.processes import Family, family

pytestmark = pytest.mark.slow


def served(run: Family) -> bool:
    return any("uvicorn" in words for words in run.alive().values())


def flow(folder: Path) -> tuple[list[str], dict[str, str]]:
    """The words that run the sample's flow, and their environment."""
    words = [
        sys.executable,
        str(ROOT / "pipelines" / "refresh.py"),
        "--config",
        str(bundled_config("sample")),
    ]
    return words, shipped(
        PREFECT_HOME=str(folder / "home"),
        PREFECT_SERVER_EPHEMERAL_STARTUP_TIMEOUT_SECONDS=str(HANG),
        COMENTION_WORKDIR=str(folder / "w"),
    )


@pytest.fixture(scope="module")
def done(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, subprocess.CompletedProcess[str]]:
    """A folder in which the flow has run, with the database that Prefect makes first; and what it said."""
    folder = tmp_path_factory.mktemp("done")
    words, environment = flow(folder)
    ran = subprocess.run(words, env=environment, cwd=folder, capture_output=True, text=True, check=True)
    return folder, ran


def test_what_it_says_last_is_its_own(done: tuple[Path, subprocess.CompletedProcess[str]]) -> None:
    _, ran = done
    assert "next: comention show" in ran.stdout + ran.stderr
    assert "leaked" not in ran.stderr  # what DuckDB says where its classes outlive it


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT])
def test_the_temporary_server_ends_with_its_flow(
    done: tuple[Path, subprocess.CompletedProcess[str]], tmp_path: Path, number: signal.Signals
) -> None:
    shutil.copytree(done[0] / "home", tmp_path / "home")
    words, environment = flow(tmp_path)
    with family(words, env=environment, cwd=tmp_path) as run:
        # Killed as it starts; ended in the midst of the run.
        begun = served if number == signal.SIGKILL else lambda _: (tmp_path / "w" / ".lock").exists()
        wait_until(lambda: begun(run) or run.process.poll() is not None, HANG)
        assert run.process.poll() is None
        run.process.send_signal(number)
        wait_until(lambda: not run.alive(), HANG)
        _, err = run.process.communicate(timeout=HANG)
    if number == signal.SIGKILL:
        assert run.process.returncode == -number
    else:
        assert run.process.returncode == 128 + number, err.decode()
        assert err.decode().splitlines()[-1].endswith("; run the same command again to go on")
