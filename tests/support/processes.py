"""The stand-in and the command line as processes, and what they leave when they are killed."""

from __future__ import annotations

import contextlib
import gzip
import json
import os
import signal
import subprocess
import sys
import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.support.corpus import document
from tests.support.runs import text

ROOT = Path(__file__).parents[2]


def scattered(count: int) -> list[int]:
    """PMIDs in clusters and far apart, as those of a topic are."""
    dense = range(8_000_000, 8_000_000 + count // 3)
    sparse = range(1_001, 1_001 + 97 * (count // 3), 97)
    new = range(39_000_000, 39_000_000 + 7 * (count - 2 * (count // 3)), 7)
    return [*sparse, *dense, *new]


@dataclass
class Service:
    """A stand-in in a process of its own; what it was asked is in its log."""

    url: str
    log_file: Path

    def requests(self, endpoint: str = "") -> list[dict[str, Any]]:
        lines = self.log_file.read_text("utf-8").splitlines() if self.log_file.exists() else []
        return [entry for entry in map(json.loads, lines) if entry["endpoint"].startswith(endpoint)]

    def asked(self) -> list[int]:
        return [int(i) for entry in self.requests("efetch") for i in entry["ids"]]

    def forget(self) -> None:
        self.log_file.write_text("", "utf-8")


@contextlib.contextmanager
def service(folder: Path, pmids: Sequence[int], *options: str) -> Iterator[Service]:
    """Serve synthetic citations on the loopback interface."""
    folder.mkdir(parents=True, exist_ok=True)
    corpus, log = folder / "corpus.xml", folder / "log.jsonl"
    corpus.write_bytes(document(*map(text, pmids)))
    command = [sys.executable, "-m", "tests.support.eutils", "--corpus", str(corpus), "--log", str(log)]
    with subprocess.Popen([*command, *options], cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            yield Service(process.stdout.readline().strip(), log)
        finally:
            process.terminate()


def command(url: str, workdir: Path, key: str | None = None, *options: str) -> dict[str, Any]:
    """The arguments, with more `options`, and the environment of a run on the stand-in."""
    words = [sys.executable, "-m", "comention.cli", "run", "--source", "pubmed", "--json"]
    words += ["--workdir", str(workdir), "--set", "pubmed.email=someone@example.org", "--query", "IL-12"]
    words += options
    keys = {"COMENTION_PUBMED__API_KEY": key} if key else {}
    return {"args": words, "env": os.environ | {"COMENTION_PUBMED__BASE_URL": url} | keys}


def kept(workdir: Path) -> set[int]:
    """The PMIDs that a killed run has on disk: in the store, or on their way there."""
    found: set[int] = set()
    for path in (workdir / "store" / "incoming").glob("[0-9]*.gz"):
        found.update(json.loads(gzip.decompress(path.read_bytes()).partition(b"\n")[0])["found"])
    if (workdir / "store" / "state.json").exists():
        from comention.pubmed.store import Store

        found.update(Store.open(workdir / "store").index)
    return found


_MARK = "TEST_FAMILY"


@dataclass
class Family:
    """A process, leader of its session, with all that it starts: they are known by their environment."""

    process: subprocess.Popen[bytes]
    mark: bytes

    def alive(self) -> dict[int, str]:
        """The command lines of those that run, by process id."""
        found = {}
        for folder in Path("/proc").glob("[0-9]*"):
            with contextlib.suppress(OSError):  # ended meanwhile
                # A process that has ended and is not waited for has no environment.
                if self.mark in (folder / "environ").read_bytes().split(b"\0"):
                    found[int(folder.name)] = (folder / "cmdline").read_bytes().replace(b"\0", b" ").decode()
        return found

    def workers(self) -> list[int]:
        """The processes of a pool."""
        return [pid for pid, words in self.alive().items() if "multiprocessing.spawn" in words]

    def end(self) -> None:
        for pid in self.alive():
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        self.process.communicate()


@contextlib.contextmanager
def family(words: Sequence[str], **options: Any) -> Iterator[Family]:
    """Start a command in a session of its own; what is left of it is killed in the end."""
    mark = f"{_MARK}={uuid.uuid4().hex}"
    name, _, value = mark.partition("=")
    options.setdefault("stdout", subprocess.PIPE)
    options.setdefault("stderr", subprocess.PIPE)
    environment = options.pop("env", os.environ) | {name: value}
    process = subprocess.Popen(list(words), env=environment, start_new_session=True, **options)
    found = Family(process, mark.encode())
    try:
        yield found
    finally:
        found.end()
