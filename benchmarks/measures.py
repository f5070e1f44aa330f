"""How things are measured: turns, processes of their own, the memory of a process tree, exponents."""

from __future__ import annotations

import gc
import math
import resource
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import psutil

from benchmarks.results import BenchFigure, Curve, Rate, Spread

#: What a contestant does in a round that is given by its number; it returns how many items it did.
Work = Callable[[int], int]
#: Makes a contestant ready; raises ImportError where its package is not installed.
Maker = Callable[[], Work]

#: What the names of our own contestants begin with.
OURS = "comention"
ROOT = Path(__file__).resolve().parents[1]
_PERIOD = 0.1  # seconds between two looks at memory
_PATIENCE = 6 * 3600  # seconds for one process: the largest scale on a busy machine
_PSS = "Pss:"


@dataclass(frozen=True, slots=True)
class Ready:
    """Contestants that are ready, what making them ready took, and those that are not there."""

    work: dict[str, Work]
    made: tuple[BenchFigure, ...]
    absent: tuple[Rate, ...]


def ready(makers: Mapping[str, Maker]) -> Ready:
    """Make contestants ready; CPU seconds and growth of resident memory of each are told.

    Memory that one of them frees again may serve those after it, whose growth then shows less.
    """
    work: dict[str, Work] = {}
    made: list[BenchFigure] = []
    absent: list[Rate] = []
    process = psutil.Process()
    for who, make in makers.items():
        gc.collect()
        held, began = process.memory_info().rss, time.process_time()
        try:
            work[who] = make()
        except ImportError as error:
            package = (error.name or str(error)).partition(".")[0]
            absent.append(Rate(who=who, skipped=f"{package} is not installed"))
            continue
        made.append(figure(f"{who}: ready in", [time.process_time() - began], "CPU s"))
        grown = max(process.memory_info().rss - held, 0) / 2**20
        made.append(figure(f"{who}: memory to be ready", [grown], "MiB"))
    return Ready(work, tuple(made), tuple(absent))


def turns(contestants: Mapping[str, Work], rounds: int) -> dict[str, list[float]]:
    """Return items per CPU-second of each in every round; the first of a round is another each time."""
    measured: dict[str, list[float]] = {name: [] for name in contestants}
    names = list(contestants)
    gc.collect()
    gc.freeze()  # the records held for the benchmark shall burden no contestant's garbage collection
    try:
        for number in range(rounds):
            first = number % len(names)
            for name in names[first:] + names[:first]:
                began = time.process_time()
                done = contestants[name](number)
                measured[name].append(done / (time.process_time() - began))
    finally:
        gc.unfreeze()
    return measured


def rates(measured: Mapping[str, Sequence[float]], absent: Sequence[Rate] = ()) -> tuple[Rate, ...]:
    """Return the rates of contestants; peers have the ratio of the first, which is ours, to them by round."""
    ours = next(iter(measured))
    found = [Rate(who=ours, rate=Spread.of(measured[ours]))]
    for who, values in list(measured.items())[1:]:
        ratios = [our / their for our, their in zip(measured[ours], values, strict=True)]
        ratio = None if who.startswith(OURS) else Spread.of(ratios)
        found.append(Rate(who=who, rate=Spread.of(values), ratio=ratio))
    return (*found, *absent)


def free_port() -> int:
    """Return a port of this machine that nobody listens at."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def figure(what: str, values: Sequence[float], unit: str) -> BenchFigure:
    """Return a quantity of one round or more."""
    return BenchFigure(what=what, value=Spread.of(values), unit=unit)


def curve(what: str, unit: str, points: Mapping[int, float]) -> Curve:
    """Return a quantity by size with its exponents; points that are not above zero have no logarithm."""
    sizes = sorted(size for size, value in points.items() if value > 0)
    return Curve(
        what=what,
        unit=unit,
        points=dict(sorted(points.items())),
        exponent=exponent({size: points[size] for size in sizes}),
        last=exponent({size: points[size] for size in sizes[-2:]}),
    )


def exponent(points: Mapping[int, float]) -> float | None:
    """Return the slope of log value on log size by least squares, None for less than two points."""
    if len(points) < 2:
        return None
    return float(np.polyfit(np.log(list(points)), np.log(list(points.values())), 1)[0])


@dataclass(frozen=True, slots=True)
class Alone:
    """What a command took in processes of its own: wall and CPU seconds, peak bytes, and its output."""

    seconds: float
    cpu: float
    peak_bytes: int
    out: str


def alone(words: Sequence[str], *, watched: bool = False) -> Alone:
    """Run a Python command line (`-m`, `-c`, …) in a process of its own from the root of the repository.

    Where it is `watched`, memory is sampled every tenth of a second (about a millisecond for each process);
    otherwise the peak is 0. Raises CalledProcessError, and shows what the command said, where it fails.
    """
    began, busy = time.monotonic(), _waited_for()
    with subprocess.Popen(
        [sys.executable, *words], cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        try:
            with Watch(process.pid if watched else None) as watch:
                out, said = process.communicate(timeout=_PATIENCE)
        except BaseException:
            process.kill()
            raise
    wall = time.monotonic() - began
    if process.returncode:
        sys.stderr.write(said)
        raise subprocess.CalledProcessError(process.returncode, [*words])
    return Alone(wall, _waited_for() - busy, watch.peak_bytes, out)


def _waited_for() -> float:
    """Return the CPU seconds of processes that this one, or they, started and waited for."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


class Watch:
    """Looks at the memory of a process and all that descend from it until it is left.

    Memory is the proportional set size (PSS), in which what processes share counts once, as the lexicon that
    all of them map; where the system does not tell it, the resident size, in which it counts each time.
    """

    def __init__(self, pid: int | None) -> None:
        self.peak_bytes = 0
        self._pid = pid
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._look, daemon=True)

    def __enter__(self) -> Watch:
        if self._pid is not None:
            self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        if self._pid is not None:
            self._thread.join()

    def _look(self) -> None:
        while not self._over.wait(_PERIOD):
            self.peak_bytes = max(self.peak_bytes, tree_bytes(self._pid or 0))


def tree_bytes(pid: int) -> int:
    """Return the memory of a process and its descendants in bytes, 0 where it is gone."""
    try:
        process = psutil.Process(pid)
        return sum(_bytes(one) for one in (process, *process.children(recursive=True)))
    except psutil.NoSuchProcess:
        return 0


def _bytes(process: psutil.Process) -> int:
    try:
        for line in Path(f"/proc/{process.pid}/smaps_rollup").read_text("ascii").splitlines():
            if line.startswith(_PSS):
                return int(line.split()[1]) << 10
    except (FileNotFoundError, ProcessLookupError, PermissionError):
        pass
    try:
        return int(process.memory_info().rss)
    except psutil.Error:  # it ended between the two looks
        return 0


def parts(items: Sequence[object], rounds: int) -> int:
    """Return how many items each round gets, none of them twice; raises ValueError where there is none."""
    size = math.floor(len(items) / rounds)
    if size == 0:
        raise ValueError(f"{len(items)} items are too few for {rounds} rounds: raise --records")
    return size
