"""What the tests of flows share: one server for all of them, and the sample's configuration."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from comention.resources import bundled_config


@pytest.fixture(scope="session")
def prefect_server() -> Iterator[None]:
    """A real server that the test harness starts and ends."""
    from prefect.testing.utilities import prefect_test_harness

    with prefect_test_harness(server_startup_timeout=120):
        yield


@pytest.fixture
def sample() -> str:
    """The configuration of the embedded sample."""
    return str(bundled_config("sample"))
