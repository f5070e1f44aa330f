"""The flow on a real Prefect server that the test harness starts and ends."""

from __future__ import annotations

import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
import yaml

from comention.config import load_settings
from comention.errors import ConfigError, LockedError
from comention.files.lock import locked
from comention.resources import bundled_config
from tests.support.corpus import Corpus, document
from tests.support.eutils import StandIn
from tests.support.medline import article, write_set
from tests.support.runs import quick, sums, text

pytestmark = [
    pytest.mark.slow,
    pytest.mark.filterwarnings("default"),  # the libraries of a server warn
    pytest.mark.xdist_group("flows in this process"),  # one server for all of them
]

ROOT = Path(__file__).parents[2]
SAMPLE = str(bundled_config("sample"))


@pytest.fixture
def refresh(prefect_server: None) -> Any:
    import refresh as module

    return module.refresh


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
    assert sums(tmp_path / "flow") == sums(tmp_path / "cli")
    assert result["articles"] == 77
    assert result["changed"]


def test_a_second_flow_run_finds_nothing_new(refresh: Any, tmp_path: Path) -> None:
    first = refresh(SAMPLE, {"workdir": str(tmp_path)})
    second = refresh(SAMPLE, {"workdir": str(tmp_path)})
    assert (second["changed"], second["snapshot"]) == (False, first["snapshot"])


def test_a_folder_in_use_fails_the_flow_run(refresh: Any, tmp_path: Path) -> None:
    with locked(tmp_path), pytest.raises(LockedError):
        refresh(SAMPLE, {"workdir": str(tmp_path)}, lock_wait=0)
    state = None
    with locked(tmp_path):
        state = refresh(SAMPLE, {"workdir": str(tmp_path)}, lock_wait=0, return_state=True)
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


def test_a_secret_block_gives_the_key_and_overrides_may_not(prefect_server: None, tmp_path: Path) -> None:
    import tasks
    from prefect.blocks.system import Secret

    Secret(value="0123456789abcdef").save("ncbi-api-key")
    Secret(value="you@example.org").save("ncbi-email")
    blocks = {"pubmed.api_key": "ncbi-api-key", "pubmed.email": "ncbi-email"}
    settings = tasks.settings_of(SAMPLE, {"workdir": str(tmp_path)}, blocks)
    assert settings.pubmed.api_key is not None
    assert settings.pubmed.api_key.get_secret_value() == "0123456789abcdef"
    assert settings.pubmed.email == "you@example.org"
    assert "0123456789abcdef" not in repr(settings)
    with pytest.raises(ConfigError, match="no Prefect Secret block 'nothing'"):
        tasks.settings_of(SAMPLE, {}, {"pubmed.api_key": "nothing"})
    for overrides in ({"pubmed.api_key": "x"}, {"pubmed": {"api_key": "x"}}):
        with pytest.raises(ConfigError, match="plain text"):
            tasks.settings_of(SAMPLE, overrides, None)


def test_the_bulk_flow_reads_what_is_new(prefect_server: None, tmp_path: Path) -> None:
    import bulk

    write_set(tmp_path / "pubmed26n0001.xml", article(1, abstract="IL-12 in psoriasis."))
    config = tmp_path / "topic.toml"
    config.write_text(f'workdir = "{tmp_path / "w"}"\n[topic]\nconcepts = ["COMENTION:IL-12"]\n', "utf-8")
    first = bulk.bulk(str(config), [str(tmp_path)])
    assert (first["articles"], first["changed"]) == (1, True)
    assert not bulk.bulk(str(config), [str(tmp_path)])["changed"]
    assert (tmp_path / "w-bulk" / "latest").exists()


def test_a_flow_that_lost_the_service_is_tried_again_and_goes_on(
    prefect_server: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import refresh
    import tasks

    quick(monkeypatch)
    monkeypatch.setattr(tasks, "_RETRY_DELAYS", [0.1])
    with StandIn(Corpus(document(*map(text, range(1, 601)))), quota=None) as server:
        # the first run of the task gives up after four tries, the second finds the service well
        server.faults.append({"kind": "status", "match": {"id": 500}, "times": 4})
        overrides = {"source.kind": "pubmed", "workdir": str(tmp_path), "topic.query": "IL-12"}
        overrides |= {"pubmed.base_url": server.url, "pubmed.email": "you@example.org"}
        result = refresh.refresh(SAMPLE, overrides)
        times = Counter(
            i for entry in server.requests("efetch") if entry["status"] == 200 for i in entry["ids"]
        )
    assert result["articles"] == 600
    assert result["resumed"] >= 400
    assert set(times.values()) == {1}


def test_both_flows_run_as_scripts(tmp_path: Path) -> None:
    for name in ("refresh", "reconcile", "bulk"):
        done = subprocess.run(
            [sys.executable, str(ROOT / "pipelines" / f"{name}.py"), "--help"],
            cwd=tmp_path,
            capture_output=True,
            text=True,
            check=True,
        )
        assert "--serve" in done.stdout
