"""Clients of the stand-in, on clocks that spare the tests real waiting."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from pydantic import SecretStr

from comention.config import PubMed
from comention.pubmed.client import EutilsClient
from comention.pubmed.pacing import Backoff, Clock
from tests.support.eutils import StandIn

#: Seconds after which what is waited for does not come. On a busy machine a process takes long to begin.
HANG = 120
#: Requests before a client of these tests gives up.
TRIES = 4
#: Has characters that a form spells otherwise.
KEY = "f00dKEY+0123456789/abcdef"


def fast(scale: float) -> Clock:
    """A clock on which so many seconds pass in one."""
    return Clock(lambda: time.monotonic() * scale, lambda seconds: time.sleep(seconds / scale))


class Virtual:
    """A clock that only moves when somebody sleeps."""

    def __init__(self) -> None:
        self.time = 1000.0
        self.clock = Clock(lambda: self.time, self.sleep)

    def sleep(self, seconds: float) -> None:
        self.time += seconds


def client_of(server: StandIn, **options: Any) -> EutilsClient:
    return client_at(server.url, **options)


def client_at(url: str, *, key: str | None = None, **options: Any) -> EutilsClient:
    options.setdefault("clock", fast(1000))
    options.setdefault("backoff", Backoff(tries=TRIES, random=lambda: 0.5))
    options.setdefault("timeout", 5)
    settings = PubMed(
        base_url=url, email="someone@example.org", api_key=SecretStr(key) if key is not None else None
    )
    return EutilsClient(settings, **options)


def wait_until(true: Callable[[], bool], seconds: float = HANG) -> None:
    """Return as soon as `true` is, fail after so many seconds."""
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end
        time.sleep(0.005)
