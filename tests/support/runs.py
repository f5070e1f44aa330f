"""Whole runs against the stand-in, on a clock on which waiting costs nothing."""

from __future__ import annotations

import functools
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from comention.api import load
from comention.config import load_settings
from comention.pubmed.client import EutilsClient
from comention.pubmed.pacing import Backoff
from comention.pubmed.store import Store
from comention.snapshots.snapshot import latest
from comention.stages import walk
from comention.stages.job import Job
from tests.support.clients import KEY, TRIES, fast
from tests.support.corpus import article
from tests.support.eutils import StandIn


def quick(monkeypatch: pytest.MonkeyPatch, timeout: float = 5) -> None:
    """Let runs of this process wait a thousandth of the time."""
    options: dict[str, Any] = {"clock": fast(1000), "timeout": timeout}
    options["backoff"] = Backoff(tries=TRIES, random=lambda: 0.5)
    for module in ("comention.pubmed.fetch", "comention.stages.background"):
        monkeypatch.setattr(f"{module}.EutilsClient", functools.partial(EutilsClient, **options))


def text(pmid: int, words: str = "IL-12 in psoriasis", **options: Any) -> bytes:
    """A citation on the topic."""
    return article(pmid, f"{words}, study {pmid}.", **options)


def run(server: StandIn, workdir: Path, day: int = 2, **options: Any) -> dict[str, Any]:
    """Run everything on a day of January 2026; options are settings, or `full`, `pmids` and `since`."""
    work = job(server, workdir, day, **options)
    return walk.summary(work, walk.walk(work))


def job(server: StandIn, workdir: Path, day: int = 2, **options: Any) -> Job:
    """Return such a run.

    Names are found by the fast annotator where no other is given: these runs are about what is fetched.
    """
    given = {"source.kind": "pubmed", "workdir": workdir, "pubmed.base_url": server.url}
    given |= {"annotate.annotator": "fast"}
    given |= {"pubmed.email": "someone@example.org", "pubmed.api_key": KEY, "topic.query": "IL-12"}
    narrowed = {name: options.pop(name) for name in ("full", "pmids", "since") if name in options}
    settings = load_settings(None, given | {k.replace("__", "."): v for k, v in options.items()})
    now = datetime(2026, 1, day, 3, 4, 5, tzinfo=UTC)
    return Job(settings, f"202601{day:02}T030405Z-0000", now, **narrowed)


def asked(server: StandIn) -> list[int]:
    """The PMIDs that EFetch was asked for so far; the log begins anew."""
    ids = [int(i) for entry in server.requests("efetch") for i in entry["ids"]]
    server.log.clear()
    return ids


def held(workdir: Path) -> dict[int, str]:
    """The titles of the published articles."""
    return dict(load("articles", workdir)[["pmid", "title"]].itertuples(index=False))


def sums(workdir: Path) -> dict[str, str]:
    """The checksums of the published datasets but the ledger."""
    datasets = latest(workdir).manifest.datasets
    return {name: entry.sha256 for name, entry in datasets.items() if name != "ledger"}


def content(workdir: Path) -> dict[int, tuple[int, str]]:
    """What a store holds: version and content of each PMID."""
    index = Store.open(workdir / "store").index
    return {pmid: (entry.version, entry.content_hash) for pmid, entry in index.items()}
