"""How time and memory grow: 2,000, 20,000 and 200,000 articles, with `--most 400000` as many more, by stage.

Real text is repeated under new PMIDs and goes through the whole run, with `fast`. Repeated text repeats its
pairs, so that counting is measured apart, on synthetic corpora whose concepts are drawn afresh for every
article (`benchmarks.corpora`, 25 mentions an article, all statistics, two threads). The memory of a stage is
the peak of its largest process, that of the whole run the peak of all processes together. Commands are then
asked of the snapshot of that run. Each size is kept when it is done: where the benchmark is ended, the same
command goes on from there, as long as no commit or change has come in between.
"""

from __future__ import annotations

import functools
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

import pyarrow.parquet as pq

from benchmarks import articles, corpora, counting, machine, measures, running
from benchmarks.results import BenchFigure, BenchOrder, Curve, Findings, Point, Points
from comention.snapshots.snapshot import latest
from comention.stages import runs

_LEAST = 2_000
_MOST = 500  # times the least
_WHOLE = "whole run"
_COUNTING = "counting, concepts afresh"


def sizes(order: BenchOrder) -> tuple[int, ...]:
    """Return the sizes in articles: from 2,000 or the records asked for, tenfold, tenfold and fivefold.

    The most that are asked for is a size as well, where it lies between.
    """
    least = min(order.records or _LEAST, _LEAST)
    found = [size for size in (least, least * 10, least * 100, least * _MOST) if size <= order.most]
    if not found:
        raise ValueError(f"--most {order.most} is below the least size, {least}")
    if found[-1] < order.most < least * _MOST:
        found.append(order.most)
    return tuple(found)


def measure(order: BenchOrder) -> Findings:
    """Run and count at each size, but for what was done before."""
    seconds: dict[str, dict[int, float]] = {}
    memory: dict[str, dict[int, float]] = {}
    cpu: dict[str, dict[int, float]] = {}
    commands: dict[str, dict[int, float]] = {}
    for size in sizes(order):
        for name, work in (("run", _run), ("count", _count)):
            point = kept(f"{name} {size}", functools.partial(work, size, order), order)
            for what, (took, peak) in point.costs.items():
                seconds.setdefault(what, {})[size] = took
                memory.setdefault(what, {})[size] = peak
            for what, took in point.cpu.items():
                cpu.setdefault(what, {})[size] = took
            for command, took in point.commands.items():
                commands.setdefault(command, {})[size] = took
    if order.kept is not None:
        order.kept.unlink(missing_ok=True)
    curves = (*_curves(seconds, "s"), *_curves(cpu, "CPU s"), *_curves(memory, "MiB"))
    figures = (*_flat(memory), *_timed(seconds), *_bounded(memory), *_asked(commands))
    return Findings(curves=curves, figures=figures)


def kept(name: str, work: Callable[[], Point], order: BenchOrder) -> Point:
    """Return what this commit was measured to take before, else measure and keep it.

    Nothing is taken over from a tree with changes, which may have been others.
    """
    commit = f"{machine.commit()} {order.records}"
    held = Points.read(order.kept) if order.kept is not None else Points()
    if held.commit != commit or machine.CHANGED in commit:
        held = Points(commit=commit)
    if name in held.points:
        print(f"  {name} articles: measured before", file=sys.stderr, flush=True)
        return held.points[name]
    print(f"  {name} articles", file=sys.stderr, flush=True)
    point = work()
    if order.kept is not None:
        Points(commit=commit, points=held.points | {name: point}).write(order.kept)
    return point


def _run(size: int, order: BenchOrder) -> Point:
    """Measure each stage of a run and the whole, and commands."""
    with tempfile.TemporaryDirectory() as name:
        path, workdir = Path(name) / "repeated.xml.gz", Path(name) / "work"
        articles.write(path, articles.repeated(articles.records(order.records), size))
        done = running.run(path, workdir)
        costs = {row["stage"]: (row["seconds"], float(row["peak_mib"])) for row in runs.listed(workdir)}
        asked = {words[0]: _seconds(words, workdir) for words in _commands(workdir)}
    whole = (done.seconds, done.peak_bytes / 2**20)
    return Point(costs=costs | {_WHOLE: whole}, cpu={_WHOLE: done.cpu}, commands=asked)


def _commands(workdir: Path) -> Sequence[Sequence[str]]:
    """Return commands that ask a snapshot, about its first pair."""
    path = latest(workdir).file("pairs")
    pair = pq.read_table(path, columns=["a_id", "b_id", "a_name"]).slice(0, 1).to_pylist()[0]
    return (["show", "pairs"], ["lookup", pair["a_name"]], ["evidence", pair["a_id"], pair["b_id"]])


def _seconds(words: Sequence[str], workdir: Path) -> float:
    where = [] if words[0] == "lookup" else ["--workdir", str(workdir)]
    return measures.alone(["-m", "comention.cli", *words, *where]).seconds


def _count(size: int, _: BenchOrder) -> Point:
    with tempfile.TemporaryDirectory() as name:
        files = corpora.write(Path(name), size, size * counting.MENTIONS)
        found = counting.alone("whole", Path(name), files)
    return Point(costs={_COUNTING: (found["wall"], found["mib"])}, cpu={_COUNTING: found["cpu"]})


def _curves(points: Mapping[str, Mapping[int, float]], unit: str) -> Sequence[Curve]:
    return [measures.curve(what, unit, found) for what, found in points.items()]


def _timed(seconds: Mapping[str, Mapping[int, float]]) -> Iterator[BenchFigure]:
    """Yield the wall clock of the whole run and of counting by size."""
    for what in (_WHOLE, _COUNTING):
        for size, took in seconds[what].items():
            yield measures.figure(f"{what}, {size:,} articles: wall clock", [took], "s")


def _bounded(memory: Mapping[str, Mapping[int, float]]) -> Iterator[BenchFigure]:
    """Yield the memory of the whole run and of counting by size, and how it grows over the last two."""
    for what in (_WHOLE, _COUNTING):
        for size, peak in memory[what].items():
            yield measures.figure(f"{what}, {size:,} articles: memory", [peak / 1024], "GiB")
        last = measures.curve(what, "MiB", memory[what]).last
        if last is not None:
            yield measures.figure(f"{what}: exponent of memory, last two sizes", [last], "")


def _asked(commands: Mapping[str, Mapping[int, float]]) -> Iterator[BenchFigure]:
    """Yield what commands took on the largest snapshot."""
    for command, taken in commands.items():
        yield measures.figure(f"comention {command}, most articles", [taken[max(taken)]], "s")


def _flat(memory: Mapping[str, Mapping[int, float]]) -> tuple[BenchFigure, ...]:
    """Return how the memory of annotation grows over the last two sizes."""
    points = [memory["annotate"][size] for size in sorted(memory["annotate"])]
    if len(points) < 3:
        return ()
    return (
        measures.figure(
            "annotation, memory at the largest size over a tenth of it", [points[-1] / points[-2]], "times"
        ),
    )
