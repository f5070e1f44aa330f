"""Pools of processes, what is said when a worker dies, and the memory that processes take."""

from __future__ import annotations

import contextlib
import ctypes
import gc
import os
import re
import resource
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Executor, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from multiprocessing.connection import Connection
from multiprocessing.context import SpawnContext, SpawnProcess
from pathlib import Path
from subprocess import PIPE
from types import FrameType
from typing import Any

from comention.errors import (
    StorageError,
)

_STATUS = Path("/proc/self/status")
_PEAK = re.compile(r"^VmHWM:\s+(\d+) kB", re.MULTILINE)


def give_back() -> None:
    """Give back to the system all memory that nothing needs; see :func:`trim`."""
    gc.collect()
    trim()


def trim() -> None:
    """Give back to the system the memory that was freed and that the allocators keep for later.

    Python's own goes by itself; Arrow's and the C library's (glibc has `malloc_trim`) stay otherwise.
    """
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
def process_pool(
    processes: int, initializer: Callable[..., object] | None = None, initargs: tuple[Any, ...] = ()
) -> Iterator[Executor]:
    """Give a pool of processes, which end with the block, and with this process however that ends.

    Where an error ends the block, what has begun is finished, and what has not is dropped; an interrupt ends
    the processes at once. Cancel no future of it: a future that is cancelled while a worker dies makes the
    executor's thread fail. Raises StorageError where a worker is killed.
    """
    context = _Context()
    # Its other end is open in this process alone, so that the kernel closes it with this process.
    alive, held = context.Pipe(duplex=False)
    with worker_deaths(), alive, held:
        with _without_interrupts():  # the resource tracker inherits that
            pool = ProcessPoolExecutor(processes, context, _begin, (alive, initializer, initargs))
        try:
            yield pool
            pool.shutdown()
        except BaseException as error:
            if not isinstance(error, Exception):
                context.kill()
            raise
        finally:
            pool.shutdown(cancel_futures=True)


# Starts a watch that waits for the end of the standard input, and becomes the words that follow, which the
# watch then kills. A shell gives what runs beside it another standard input: hence a number of our own.
_WATCH = '(trap "" HUP INT TERM; read _ <&3; kill -KILL $$) >/dev/null 2>&1 &'
_WATCHED = f'exec 3<&0; {_WATCH} exec "$@" 3<&- </dev/null'


def ending_with_this(words: Sequence[str], env: Mapping[str, str]) -> subprocess.Popen[Any]:
    """Start a process that ends with this one, however and whenever this one ends; it has no input.

    For one that a library would start and end where it can: where this process is killed it cannot.
    """
    # The other end of its standard input is open in this process alone.
    return subprocess.Popen(["/bin/sh", "-c", _WATCHED, "watched", *words], stdin=PIPE, env=env)  # noqa: S603 - ours


def _begin(alive: Connection, initializer: Callable[..., object] | None, initargs: tuple[Any, ...]) -> None:
    """Begin a worker: it ends when the process that started it does."""
    threading.Thread(target=_end_with, args=(alive,), daemon=True, name="parent").start()
    if initializer is not None:
        initializer(*initargs)


def _end_with(alive: Connection) -> None:
    with contextlib.suppress(EOFError, OSError):
        alive.recv_bytes()  # nothing is ever sent
    os._exit(1)


@contextlib.contextmanager
def _without_interrupts() -> Iterator[None]:
    """Keep SIGINT and SIGHUP, which a terminal sends to all its processes, from those that are started here.

    The process that starts them gets the signal too, and ends them: without a traceback each.
    """
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT, signal.SIGHUP})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


@contextlib.contextmanager
def _later() -> Iterator[None]:
    """Handle signals that come in the block after it, where Python handles them: in the main thread."""
    came: list[tuple[int, FrameType | None]] = []
    before: dict[int, Callable[[int, FrameType | None], Any]] = {}
    try:
        if threading.current_thread() is threading.main_thread():
            for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
                if callable(handler := signal.getsignal(number)):
                    before[number] = handler
                    signal.signal(number, lambda n, frame: came.append((n, frame)))
        yield
    finally:
        for n, handler in before.items():
            signal.signal(n, handler)
    for n, frame in came:
        before[n](n, frame)


class _Worker(SpawnProcess):
    def start(self) -> None:
        # One that is started in part says so in a traceback, and nobody knows its id.
        with _later(), _without_interrupts():
            super().start()


class _Context(SpawnContext):
    """Starts processes anew, with nothing inherited, and knows them."""

    def __init__(self) -> None:
        super().__init__()
        self._started: list[_Worker] = []

    def Process(self, *args: Any, **options: Any) -> _Worker:  # type: ignore[override]  # noqa: N802 - a class there
        worker = _Worker(*args, **options)
        self._started.append(worker)
        return worker

    def kill(self) -> None:
        """Kill those that run."""
        for worker in self._started:
            if worker.pid is not None:  # an interrupt may come before it is started
                worker.kill()
