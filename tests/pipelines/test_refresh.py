"""The flow on a real Prefect server that the test harness starts and ends."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from comention import publish
from comention.config import load_settings
from comention.errors import LockedError
from comention.files import locked
from comention.resources import bundled_config

pytestmark = [pytest.mark.slow, pytest.mark.filterwarnings("default")]  # the libraries of a server warn

ROOT = Path(__file__).parents[2]
SAMPLE = str(bundled_config("sample"))


@pytest.fixture(scope="session")
def prefect_server() -> Iterator[None]:
    from prefect.testing.utilities import prefect_test_harness

    with prefect_test_harness(server_startup_timeout=120):
        yield


@pytest.fixture
def refresh(prefect_server: None) -> Any:
    from pipelines import refresh as module

    return module.refresh


def sums(workdir: Path) -> dict[str, str]:
    datasets = publish.latest(workdir).manifest["datasets"]
    return {name: entry["sha256"] for name, entry in datasets.items() if name != "ledger"}


def test_the_flow_makes_what_the_command_line_makes(refresh: Any, tmp_path: Path) -> None:
    result = refresh(SAMPLE, {"workdir": str(tmp_path / "flow")})
    command = [
        sys.executable,
        "-m",
        "comention.cli",
        "run",
        "--config",
        SAMPLE,
        "--workdir",
        str(tmp_path / "cli"),
    ]
    subprocess.run([*command, "--json"], check=True, capture_output=True)
    sums = [
        {
            n: d["sha256"]
            for n, d in publish.latest(tmp_path / side).manifest["datasets"].items()
            if n != "ledger"
        }
        for side in ("flow", "cli")
    ]
    assert sums[0] == sums[1]
    assert result["articles"] == 77
    assert result["changed"]


def test_a_second_flow_run_finds_nothing_new(refresh: Any, tmp_path: Path) -> None:
    first = refresh(SAMPLE, {"workdir": str(tmp_path)})
    second = refresh(SAMPLE, {"workdir": str(tmp_path)})
    assert (second["changed"], second["snapshot"]) == (False, first["snapshot"])


def test_a_folder_in_use_fails_the_flow_run(refresh: Any, tmp_path: Path) -> None:
    with locked(tmp_path), pytest.raises(LockedError):
        refresh(SAMPLE, {"workdir": str(tmp_path)})
    state = None
    with locked(tmp_path):
        state = refresh(SAMPLE, {"workdir": str(tmp_path)}, return_state=True)
    assert state.is_failed()
    assert "in use by another run" in (state.message or "")


def test_every_deployment_names_a_flow_and_a_configuration_that_exist() -> None:
    deployments = yaml.safe_load((ROOT / "prefect.yaml").read_text("utf-8"))["deployments"]
    assert deployments
    for deployment in deployments:
        path, _, name = deployment["entrypoint"].partition(":")
        assert f"def {name}(" in (ROOT / path).read_text("utf-8")
        assert load_settings(ROOT / deployment["parameters"]["config"])
        assert deployment["concurrency_limit"]["collision_strategy"] == "ENQUEUE"
