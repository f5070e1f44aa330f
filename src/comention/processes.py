"""Pools of processes, what is said when a worker dies, and the memory that processes take."""

from __future__ import annotations

import contextlib
import ctypes
import gc
import multiprocessing
import re
import resource
import sys
from collections.abc import Iterator
from concurrent.futures import Executor, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from pathlib import Path

from comention.errors import (
    StorageError,
)

_STATUS = Path("/proc/self/status")
_PEAK = re.compile(r"^VmHWM:\s+(\d+) kB", re.MULTILINE)


def give_back() -> None:
    """Give back to the system the memory that was freed and that the allocators keep for later.

    Python's own goes by itself; Arrow's and the C library's (glibc has `malloc_trim`) stay otherwise.
    """
    gc.collect()
    if "pyarrow" in sys.modules:
        sys.modules["pyarrow"].default_memory_pool().release_unused()
    with contextlib.suppress(AttributeError, OSError):
        ctypes.CDLL(None).malloc_trim(0)


def forget_peak() -> None:
    """Let the peak begin anew, where the system can (Linux); elsewhere it is that of the process's life."""
    with contextlib.suppress(OSError):
        Path("/proc/self/clear_refs").write_text("5", encoding="ascii")


def peak_mib() -> int:
    """Return the largest resident size of this process since the peak was last forgotten, in MiB."""
    with contextlib.suppress(OSError):
        if found := _PEAK.search(_STATUS.read_text(encoding="ascii")):
            return int(found[1]) >> 10
    return _mib(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)


def children_peak_mib() -> int:
    """Return the largest resident size that a process which this one started and waited for had, in MiB."""
    return _mib(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)


def _mib(maximum: int) -> int:
    # kilobytes on Linux, bytes on macOS
    return maximum >> (20 if sys.platform == "darwin" else 10)


@contextlib.contextmanager
def worker_deaths() -> Iterator[None]:
    """Raise StorageError with what to do where a worker process of a pool was killed."""
    try:
        yield
    except BrokenProcessPool:
        raise StorageError(
            "a worker process was killed, probably for want of memory: run again with --set run.processes=1"
        ) from None


@contextlib.contextmanager
def process_pool(processes: int) -> Iterator[Executor]:
    """Give a pool of processes; raises StorageError where one of them is killed."""
    context = multiprocessing.get_context("spawn")
    with worker_deaths(), ProcessPoolExecutor(processes, context) as pool:
        yield pool
