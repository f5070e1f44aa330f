"""The stand-in and the command line as processes, and what they leave when they are killed."""

from __future__ import annotations

import contextlib
import gzip
import json
import os
import subprocess
import sys
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
