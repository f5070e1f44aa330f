"""A Dask cluster of processes of their own on the loopback interface."""

from __future__ import annotations

import contextlib
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from tests.support.clients import HANG


def free_port() -> int:
    """A port of the loopback interface that nobody has now."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


def listens(port: int) -> bool:
    """Tell whether somebody answers at a port of the loopback interface."""
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex(("127.0.0.1", port)) == 0


@dataclass
class Cluster:
    """A scheduler and its workers, started apart as `dask scheduler` and `dask worker` are."""

    folder: Path
    address: str
    scheduler: subprocess.Popen[bytes]
    workers: list[subprocess.Popen[bytes]] = field(default_factory=list)

    def add_worker(self, **environment: str) -> subprocess.Popen[bytes]:
        """Start one more worker; a worker without a nanny, which ends when it is killed."""
        options = ["--nthreads", "1", "--no-nanny", "--no-dashboard", "--host", "127.0.0.1"]
        options += ["--local-directory", str(self.folder), "--death-timeout", "60"]
        started = _start(self.folder, "worker", self.address, *options, **environment)
        self.workers.append(started)
        return started


def _start(folder: Path, *words: str, **environment: str) -> subprocess.Popen[bytes]:
    with (folder / f"{words[0]}.log").open("ab") as log:
        return subprocess.Popen(
            [sys.executable, "-m", "dask", *words],
            cwd=folder,
            stderr=log,
            stdout=log,
            env=os.environ | environment,
        )


@contextlib.contextmanager
def cluster(folder: Path, workers: int = 2) -> Iterator[Cluster]:
    """Give a cluster; its processes work in `folder`, and are ended in the end."""
    folder.mkdir(parents=True, exist_ok=True)
    port = free_port()
    options = ["--host", "127.0.0.1", "--port", str(port), "--no-dashboard"]
    found = Cluster(folder, f"tcp://127.0.0.1:{port}", _start(folder, "scheduler", *options))
    try:
        end = time.monotonic() + HANG
        while not listens(port):
            assert time.monotonic() < end, (folder / "scheduler.log").read_text("utf-8")
            time.sleep(0.1)
        for _ in range(workers):
            found.add_worker()
        yield found
    finally:
        for process in (*found.workers, found.scheduler):
            process.kill()
            process.wait()
