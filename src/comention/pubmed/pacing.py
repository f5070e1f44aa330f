"""How often to ask NCBI: one pace for all threads and processes of a run, and waits after a failure."""

from __future__ import annotations

import fcntl
import random
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from comention.errors import StorageError, TransientError
from comention.files.atomic import open_own

#: Requests a second that NCBI grants without and with an API key, all processes of an address together
#: (NBK25497, "Usage Guidelines and Requirements").
QUOTA = 3.0
QUOTA_WITH_KEY = 10.0

_MARGIN = 0.15  # seconds by which requests of one second may bunch up on their way and still be counted apart
_PATIENCE = 1.0  # seconds between two looks at whether the work was called off


@dataclass(frozen=True, slots=True)
class Clock:
    """Time in seconds. Processes that share a pace must share `now`, hence the wall clock."""

    now: Callable[[], float] = time.time
    sleep: Callable[[float], None] = time.sleep

    def wait(self, seconds: float, stop: threading.Event | None = None) -> None:
        """Sleep; raises TransientError within a second of `stop` being set."""
        end = self.now() + seconds
        while True:
            if stop is not None and stop.is_set():
                raise TransientError("called off before PubMed answered")
            left = end - self.now()
            if left <= 0:
                return
            self.sleep(min(left, _PATIENCE))


class Pace:
    """Keeps requests apart so that no rolling second holds more than `per_second` of them.

    Requests are spaced evenly rather than sent in bursts, somewhat slower than the quota, because the server
    counts arrivals and not departures. With `path`, a lock file of one number (the time from which the next
    request may go), the processes of a run keep one pace; without it, the threads that share this object.
    """

    #: Seconds for which any pause may hold; a longer one in the file comes from a clock set back since.
    LONGEST_HOLD = 3600.0

    def __init__(self, per_second: float, *, path: Path | None = None, clock: Clock | None = None) -> None:
        self._interval = (1 + _MARGIN) / per_second
        self._path = path
        self._clock = clock or Clock()
        self._lock = threading.Lock()
        self._free = 0.0

    def wait(self, stop: threading.Event | None = None) -> None:
        """Return when one request may be sent.

        Raises StorageError where the lock file cannot be used, TransientError where `stop` was set.
        """
        while (left := self._reserve()) > 0:
            self._clock.wait(left, stop)

    def hold(self, seconds: float) -> None:
        """Let nobody send for so many seconds: the service asked for a pause."""
        until = self._clock.now() + min(seconds, self.LONGEST_HOLD)
        self._exchange(lambda free: max(free, until))

    def _reserve(self) -> float:
        """The seconds to wait before asking again, or 0 and the turn is the caller's."""
        now = self._clock.now()
        free = self._exchange(lambda free: free if now < free else now + self._interval)
        return max(0.0, free - now)

    def _exchange(self, change: Callable[[float], float]) -> float:
        """Apply `change` to the time from which a request may go, and return what it was before."""
        with self._lock:
            if self._path is None:
                before, self._free = self._free, change(self._free)
                return before
            try:
                return self._exchange_in_file(self._path, change)
            except OSError as error:
                raise StorageError(
                    f"{self._path} cannot be used ({error.strerror}): check its folder, or remove it"
                ) from None

    def _exchange_in_file(self, path: Path, change: Callable[[float], float]) -> float:
        with open_own(path, "ab+") as file:
            fcntl.flock(file, fcntl.LOCK_EX)  # released when the file is closed, by a crash too
            file.seek(0)
            before = _seconds(file.read(64).decode("ascii", errors="replace"))
            if before > self._clock.now() + self.LONGEST_HOLD:
                before = 0.0
            file.truncate(0)
            file.write(repr(change(before)).encode())
        return before


def _seconds(text: str) -> float:
    try:
        value = float(text)
    except ValueError:  # new, or cut off by a crash
        return 0.0
    return value if value >= 0 else 0.0


@dataclass(frozen=True, slots=True)
class Backoff:
    """How long to wait after a failure and when to give up: `tries` requests or `total` seconds."""

    tries: int = 8
    total: float = 600.0
    first: float = 1.0
    longest: float = 60.0
    random: Callable[[], float] = random.random

    def delay(self, failures: int, retry_after: float | None = None) -> float:
        """Return the seconds to wait after so many failures in a row.

        What the service asks for in Retry-After, or else `first` doubled with each failure up to `longest`;
        either lengthened at random, so that clients that failed together do not come back together.
        """
        if retry_after is not None:
            return retry_after + self.first * self.random()
        return min(self.first * 2.0 ** (failures - 1), self.longest) * (1 + self.random())
