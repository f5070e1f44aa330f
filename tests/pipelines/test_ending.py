"""A flow that is run by hand and ended by a signal leaves no process, nor Prefect's temporary server."""

from __future__ import annotations

import signal
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


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT])
def test_the_temporary_server_ends_with_its_flow(tmp_path: Path, number: signal.Signals) -> None:
    words = [
        sys.executable,
        str(ROOT / "pipelines" / "refresh.py"),
        "--config",
        str(bundled_config("sample")),
    ]
    environment = shipped(
        PREFECT_HOME=str(tmp_path / "home"),
        PREFECT_SERVER_EPHEMERAL_STARTUP_TIMEOUT_SECONDS=str(HANG),
        COMENTION_WORKDIR=str(tmp_path / "w"),
    )
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
