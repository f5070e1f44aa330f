"""A server of the sample, and a client of it."""

from __future__ import annotations

from collections.abc import Iterator

import httpx
import pytest

from comention.explorer.serving import serving
from comention.snapshots.snapshot import Snapshot, latest
from tests.support.sample import Sample


@pytest.fixture(scope="package")
def snapshot(sample_run: Sample) -> Snapshot:
    return latest(sample_run.workdir)


@pytest.fixture(scope="package")
def client(snapshot: Snapshot) -> Iterator[httpx.Client]:
    with serving(snapshot) as server, httpx.Client(base_url=server.url, timeout=60) as client:
        yield client
