"""A Prefect server, deployments and a worker as processes of their own on the loopback interface."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import yaml

from tests.support.clients import HANG
from tests.support.dask import free_port

ROOT = Path(__file__).parents[2]


def shipped(**more: str) -> dict[str, str]:
    """An environment with the settings that Makefile and prefect.yaml ship, and none of this machine's."""
    kept = {
        name: value for name, value in os.environ.items() if not name.startswith(("PREFECT_", "COMENTION_"))
    }
    return kept | {"PREFECT_SERVER_ANALYTICS_ENABLED": "false", "DO_NOT_TRACK": "1"} | more


@dataclass
class Server:
    """A server with what was started beside it; `folder` is like a checkout, with pipelines and config."""

    folder: Path
    url: str
    environment: dict[str, str]
    started: list[subprocess.Popen[bytes]] = field(default_factory=list)

    def start(self, name: str, *words: str, **more: str) -> subprocess.Popen[bytes]:
        """Start a process of its own group; its output goes to a log in the folder."""
        with (self.folder / f"{name}.log").open("ab") as log:
            process = subprocess.Popen(
                [sys.executable, *words],
                cwd=self.folder,
                env=self.environment | more,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        self.started.append(process)
        return process

    def prefect(self, *words: str) -> str:
        """Run a command of Prefect's and return what it prints."""
        done = subprocess.run(
            [sys.executable, "-m", "prefect", "--no-prompt", *words],
            cwd=self.folder,
            env=self.environment,
            capture_output=True,
            text=True,
            check=False,
            timeout=HANG,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def worker(self) -> subprocess.Popen[bytes]:
        """Start a worker of the pool."""
        words = ("-m", "prefect", "worker", "start", "--pool", "comention", "--name", "w", "--limit", "2")
        return self.start("worker", *words, PREFECT_WORKER_QUERY_SECONDS="1")

    def ask(self, path: str, **body: Any) -> Any:
        """Ask the server's interface."""
        return self._answer("POST", path, json=body).json()

    def _answer(self, method: str, path: str, **options: Any) -> httpx.Response:
        """Send a request; again while the server's database is locked, as Prefect's client does."""
        end = time.monotonic() + 60
        while (
            answer := httpx.request(method, f"{self.url}{path}", timeout=HANG, **options)
        ).status_code == 503:
            assert time.monotonic() < end, self.logs()
            time.sleep(0.3)
        answer.raise_for_status()
        return answer

    def runs(self, deployment: str) -> list[dict[str, Any]]:
        """The runs of a deployment, the oldest first."""
        found: list[dict[str, Any]] = self.ask(
            "/flow_runs/filter", deployments={"name": {"any_": [deployment]}}, sort="EXPECTED_START_TIME_ASC"
        )
        return found

    def run(self, deployment: str, **parameters: Any) -> str:
        """Let a deployment run now and return the run's id."""
        found = self.ask("/deployments/filter", deployments={"name": {"any_": [deployment]}})
        state = {"type": "SCHEDULED"}
        made = self.ask(f"/deployments/{found[0]['id']}/create_flow_run", state=state, parameters=parameters)
        return str(made["id"])

    def pause(self, deployment: str, schedule: str) -> None:
        """Let a schedule make no more runs."""
        self._answer("PATCH", f"/deployments/{deployment}/schedules/{schedule}", json={"active": False})

    def crash(self, run: str) -> None:
        """Tell the server that a run is dead, as a worker does that outlives it."""
        self.ask(f"/flow_runs/{run}/set_state", state={"type": "CRASHED"}, force=True)

    def state(self, run: str) -> dict[str, Any]:
        """The state of a run."""
        state: dict[str, Any] = self._answer("GET", f"/flow_runs/{run}").json()["state"]
        return state

    def ended(self, run: str, seconds: float = HANG) -> dict[str, Any]:
        """Wait until a run has ended and return its state."""
        end = time.monotonic() + seconds
        while (state := self.state(run))["type"] not in {"COMPLETED", "FAILED", "CRASHED", "CANCELLED"}:
            assert time.monotonic() < end, (state, self.logs())
            time.sleep(0.3)
        return state

    def artifacts(self, run: str) -> dict[str, dict[str, Any]]:
        """The artifacts of a flow run by key."""
        found = self.ask("/artifacts/filter", artifacts={"flow_run_id": {"any_": [run]}})
        return {artifact["key"]: artifact for artifact in found}

    def logs(self) -> str:
        """The end of what the processes wrote."""
        return "\n".join(path.read_text("utf-8")[-3000:] for path in sorted(self.folder.glob("*.log")))


def end(process: subprocess.Popen[bytes]) -> None:
    """End a process that was started here, with what it started, at once."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


@contextlib.contextmanager
def server(folder: Path, deployments: dict[str, dict[str, Any]], **settings: str) -> Iterator[Server]:
    """Give a server with these changes of the shipped deployments, deployed by `prefect deploy --all`.

    `deployments` are changes of those of prefect.yaml, by name.
    """
    shutil.copytree(ROOT / "pipelines", folder / "pipelines", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copytree(ROOT / "config", folder / "config")
    plan = yaml.safe_load((ROOT / "prefect.yaml").read_text("utf-8"))
    assert deployments.keys() <= {known["name"] for known in plan["deployments"]}
    plan["deployments"] = [old | deployments.get(old["name"], {}) for old in plan["deployments"]]
    (folder / "prefect.yaml").write_text(yaml.safe_dump(plan), "utf-8")
    port = free_port()
    environment = shipped(
        PREFECT_HOME=str(folder / "home"), PREFECT_API_URL=f"http://127.0.0.1:{port}/api", **settings
    )
    found = Server(folder, environment["PREFECT_API_URL"], environment)
    try:
        serve(found)
        found.prefect("work-pool", "create", "comention", "--type", "process")
        found.prefect("deploy", "--all")
        yield found
    finally:
        for process in reversed(found.started):
            end(process)


def serve(found: Server) -> subprocess.Popen[bytes]:
    """Start the server itself and wait until it answers."""
    port = found.url.split(":")[2].removesuffix("/api")
    words = ("-m", "prefect", "server", "start", "--host", "127.0.0.1", "--port", port)
    process = found.start("server", *words)
    limit = time.monotonic() + HANG
    while True:
        with contextlib.suppress(httpx.HTTPError):
            if httpx.get(f"{found.url}/health", timeout=2).status_code == 200:
                return process
        assert time.monotonic() < limit, found.logs()
        assert process.poll() is None, found.logs()
        time.sleep(0.3)
