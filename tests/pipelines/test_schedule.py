"""End to end: a real server, `prefect deploy --all`, a worker; runs on schedule, together, killed."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from comention.config import load_settings
from comention.resources import bundled_config
from comention.snapshots.snapshot import latest
from comention.stages import runs
from comention.stages.steps import STAGES
from tests.support.clients import HANG, wait_until
from tests.support.corpus import document
from tests.support.prefect import ROOT, Server, end, server, shipped
from tests.support.runs import sums, text

pytestmark = pytest.mark.slow

SAMPLE = str(bundled_config("sample"))
#: Articles of the runs that are disturbed, two in a shard: enough to be met in the midst of them.
ARTICLES, SHARDS = 120, 60


@pytest.fixture(scope="module")
def prefect(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    folder = tmp_path_factory.mktemp("schedule")
    sample = {"config": SAMPLE, "overrides": {"workdir": str(folder / "scheduled")}}
    minute = [{"slug": "nightly", "cron": "* * * * *", "timezone": "UTC", "active": True}]
    changes: dict[str, dict[str, Any]] = {
        "interleukin-12": {"parameters": sample, "schedules": minute},
        "interleukin-12-weekly": {"parameters": sample, "schedules": []},
    }
    with server(folder, changes, PREFECT_SERVER_SERVICES_SCHEDULER_LOOP_SECONDS="2") as found:
        found.worker()
        yield found


@pytest.fixture(scope="module")
def articles(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """Settings of a run over many shards."""
    file = tmp_path_factory.mktemp("articles") / "articles.xml"
    file.write_bytes(
        document(*(text(i, "IL-12 in psoriasis and TNF in asthma") for i in range(1, ARTICLES + 1)))
    )
    given = {"source.kind": "files", "source.input": [str(file)], "run.shard_size": 2, "run.processes": 1}
    return given | {"annotate.annotator": "fast"}


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory, articles: dict[str, Any]) -> dict[str, str]:
    workdir = tmp_path_factory.mktemp("undisturbed")
    assert by_hand(workdir, articles).returncode == 0
    return sums(workdir)


def by_hand(workdir: Path, given: dict[str, Any]) -> subprocess.CompletedProcess[str]:
    words = [sys.executable, "-m", "comention.cli", "run", "--workdir", str(workdir)]
    for name, value in given.items():
        words += ["--set", f"{name}={value}"]
    return subprocess.run(words, env=shipped(), capture_output=True, text=True, check=False)


@contextlib.contextmanager
def stopped(process: int) -> Iterator[None]:
    """Stop a process for as long as something takes."""
    os.kill(process, signal.SIGSTOP)
    try:
        yield
    finally:
        os.kill(process, signal.SIGCONT)


def shards_done(workdir: Path) -> int:
    return len(list(workdir.glob("store/annotations/*/[!.]*.claims-*.parquet")))


def holder(workdir: Path) -> int:
    return int((workdir / ".lock").read_text("ascii"))


def key(what: str, workdir: Path) -> str:
    import artifacts

    return artifacts.key(what, load_settings(Path(SAMPLE), {"workdir": str(workdir)}))


def rows_of(workdir: Path, stage: str) -> list[dict[str, Any]]:
    return [row for row in runs.listed(workdir) if row["stage"] == stage]


def test_the_deployment_of_the_sample_runs_as_it_is_shipped(prefect: Server) -> None:
    """Offline and without an e-mail address; a run that asks PubMed is refused before it begins."""
    run = prefect.run("sample")
    assert prefect.ended(run)["type"] == "COMPLETED", prefect.logs()
    workdir = prefect.folder / "work" / "sample"
    assert latest(workdir).manifest.datasets["articles"].rows == 77
    assert {key("run", workdir), key("progress-cooccur", workdir)} <= prefect.artifacts(run).keys()
    found = prefect.ask("/deployments/filter", deployments={"name": {"any_": ["sample"]}})[0]
    assert found["schedules"] == []

    elsewhere = prefect.folder / "elsewhere"
    given = {"source.kind": "pubmed", "workdir": str(elsewhere)}
    refused = prefect.run("sample", config=SAMPLE, overrides=given)
    state = prefect.ended(refused)
    assert state["type"] == "FAILED"
    assert "COMENTION_PUBMED__EMAIL" in state["message"]
    assert not elsewhere.exists()
    assert key("failure-refresh", elsewhere) in prefect.artifacts(refused)


def test_a_run_on_schedule_completes_and_tells(prefect: Server, tmp_path: Path) -> None:
    """It is due within a minute; another run is looked at meanwhile."""
    wait_until(lambda: any(r["state"]["type"] == "COMPLETED" for r in prefect.runs("interleukin-12")))
    run = next(r for r in prefect.runs("interleukin-12") if r["state"]["type"] == "COMPLETED")
    found = prefect.ask("/deployments/filter", deployments={"name": {"any_": ["interleukin-12"]}})[0]
    schedule = found["schedules"][0]["id"]
    prefect.pause(found["id"], schedule)
    assert run["auto_scheduled"]
    assert run["name"] == f"refresh {SAMPLE}"
    assert {"comention", "interleukin-12"} <= set(run["tags"])
    workdir = prefect.folder / "scheduled"
    assert by_hand(tmp_path / "cli", {}).returncode == 0
    assert sums(workdir) == sums(tmp_path / "cli")

    told = prefect.artifacts(run["id"])
    progress = {key(f"progress-{stage.name}", workdir) for stage in STAGES}
    ledger, page = key("ledger", workdir), key("run", workdir)
    kinds = {name: artifact["type"] for name, artifact in told.items()}
    assert kinds == {ledger: "table", page: "markdown"} | dict.fromkeys(progress, "progress")
    assert str(latest(workdir).path) in told[page]["data"]
    assert f"comention explore --workdir {workdir}" in told[page]["data"]
    assert (workdir / "report.html").exists()
    assert '"kept": 77' in str(told[ledger]["data"])
    assert {told[name]["data"] for name in progress} == {100.0}


def test_a_worker_that_is_killed_leaves_only_what_is_unfinished_to_be_done(
    prefect: Server, articles: dict[str, Any], undisturbed: dict[str, str], tmp_path: Path
) -> None:
    workdir = tmp_path / "killed"
    given = articles | {"workdir": str(workdir)}
    first = prefect.run("interleukin-12", config=SAMPLE, overrides=given)
    wait_until(lambda: shards_done(workdir) >= 10)
    worker = next(process for process in reversed(prefect.started) if "worker" in process.args)  # type: ignore[operator]  # a list
    os.kill(worker.pid, signal.SIGKILL)
    os.kill(holder(workdir), signal.SIGKILL)
    end(worker)
    done = shards_done(workdir)
    assert 10 <= done < SHARDS
    assert not (workdir / "latest").exists()

    # Nobody is left to tell the server, which would keep the dead run's place for five minutes.
    prefect.crash(first)
    prefect.worker()
    second = prefect.run("interleukin-12", config=SAMPLE, overrides=given)
    assert prefect.ended(second)["type"] == "COMPLETED", prefect.logs()
    assert sums(workdir) == undisturbed
    killed, resumed = rows_of(workdir, "annotate")
    assert killed["outcome"] == "died"
    assert (resumed["outcome"], resumed["cache_hits"]) == ("ok", done)
    assert resumed["counts"] == {"shards": SHARDS, "shards_made": SHARDS - done}


def test_runs_that_meet_do_not_mix(
    prefect: Server, articles: dict[str, Any], undisturbed: dict[str, str], tmp_path: Path
) -> None:
    """Two of one deployment queue, another deployment waits for the lock, a run by hand is refused."""
    workdir = tmp_path / "shared"
    given = articles | {"workdir": str(workdir)}
    ids = [prefect.run("interleukin-12", config=SAMPLE, overrides=given) for _ in range(2)]
    wait_until(lambda: shards_done(workdir) >= 5)
    with stopped(holder(workdir)):
        ids.append(prefect.run("interleukin-12-weekly", config=SAMPLE, overrides=given))
        refused = by_hand(workdir, articles)
    assert refused.returncode == 4
    assert "in use by another run" in refused.stderr
    assert [prefect.ended(run)["type"] for run in ids] == ["COMPLETED"] * 3, prefect.logs()
    assert sums(workdir) == undisturbed
    ended = [row["outcome"] for row in rows_of(workdir, "publish")]
    assert ended == ["ok"] * 3
    made = [row["counts"]["shards_made"] for row in rows_of(workdir, "annotate")]
    assert made == [SHARDS, 0, 0]


def test_a_deployment_waits_for_a_run_by_hand_and_is_refused_when_it_has_waited(
    prefect: Server, articles: dict[str, Any], undisturbed: dict[str, str], tmp_path: Path
) -> None:
    workdir = tmp_path / "byhand"
    given = articles | {"workdir": str(workdir)}
    words = [sys.executable, "-m", "comention.cli", "run", "--workdir", str(workdir)]
    for name, value in articles.items():
        words += ["--set", f"{name}={value}"]
    with subprocess.Popen(words, env=shipped(), stderr=subprocess.DEVNULL, stdout=subprocess.DEVNULL) as hand:
        wait_until(lambda: shards_done(workdir) >= 5)
        with stopped(hand.pid):
            refused = prefect.run("interleukin-12", config=SAMPLE, overrides=given, lock_wait=1)
            waiting = prefect.run("interleukin-12-weekly", config=SAMPLE, overrides=given, lock_wait=120)
            state = prefect.ended(refused)
            assert state["type"] == "FAILED"
            assert f"in use by another run (process {hand.pid}) after 1 s of waiting" in state["message"]
            wait_until(lambda: prefect.state(waiting)["type"] == "RUNNING")
        assert hand.wait(HANG) == 0
    assert prefect.ended(waiting)["type"] == "COMPLETED", prefect.logs()
    assert sums(workdir) == undisturbed
    told = prefect.artifacts(refused)[key("failure-refresh", workdir)]["data"]
    assert "To resume" in told
    assert "in use by another run" in told


def test_a_server_that_goes_away_ends_the_run_and_the_snapshot_stays(
    prefect: Server, articles: dict[str, Any], undisturbed: dict[str, str], tmp_path: Path
) -> None:
    """The last test of the module: it ends the server. A server that is gone cannot be told of a state."""
    workdir = tmp_path / "alone"
    given = articles | {"workdir": str(workdir)}
    assert by_hand(workdir, articles | {"source.limit": 10}).returncode == 0
    before = sums(workdir)
    code = "import json, sys, refresh; refresh.refresh(sys.argv[1], json.loads(sys.argv[2]))"
    path = os.pathsep.join((str(ROOT / "pipelines"), os.environ.get("PYTHONPATH", "")))
    settings = {"PYTHONPATH": path, "PREFECT_CLIENT_MAX_RETRIES": "1"}
    flow = prefect.start("flow", "-c", code, SAMPLE, json.dumps(given), **settings)
    wait_until(lambda: shards_done(workdir) >= 10)
    end(next(process for process in prefect.started if "server" in process.args))  # type: ignore[operator]  # a list
    assert flow.wait(HANG) != 0
    log = (prefect.folder / "flow.log").read_text("utf-8")
    assert "Unable to acquire concurrency slots" in log
    assert "All connection attempts failed" in log
    assert sums(workdir) == before
    stages = {row["stage"]: row["outcome"] for row in runs.listed(workdir)[5:]}
    assert stages == {"fetch": "ok", "annotate": "ok"}
    assert by_hand(workdir, articles).returncode == 0
    assert sums(workdir) == undisturbed
    assert rows_of(workdir, "annotate")[-1]["counts"]["shards_made"] == 0
