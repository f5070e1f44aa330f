"""How time and memory grow: 2,000, 20,000 and 200,000 articles, stage by stage.

Real text is repeated under new PMIDs and goes through the whole run, with `fast`. Repeated text repeats its
pairs, so that counting is measured apart, on synthetic corpora whose concepts are drawn afresh for every
article (`benchmarks.corpora`, 25 mentions an article, all statistics, two threads). The memory of a stage is
the peak of its largest process, that of the whole run the peak of all processes together.
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

from benchmarks import articles, corpora, counting, measures, running
from benchmarks.results import BenchFigure, BenchOrder, Curve, Findings
from comention.stages import runs

_LEAST = 2_000
_WHOLE = "whole run"


def sizes(order: BenchOrder) -> tuple[int, ...]:
    """Return the sizes in articles: tenfold each, from 2,000 or the records asked for to the most."""
    least = min(order.records or _LEAST, _LEAST)
    found = tuple(size for size in (least, least * 10, least * 100) if size <= order.most)
    if not found:
        raise ValueError(f"--most {order.most} is below the least size, {least}")
    return found


def measure(order: BenchOrder) -> Findings:
    """Run and count at each size."""
    seconds: dict[str, dict[int, float]] = {}
    memory: dict[str, dict[int, float]] = {}
    for size in sizes(order):
        print(f"  {size:,} articles", file=sys.stderr, flush=True)
        for what, (took, peak) in (_run(size, order) | {"counting, concepts afresh": _count(size)}).items():
            seconds.setdefault(what, {})[size] = took
            memory.setdefault(what, {})[size] = peak
    curves = (*_curves(seconds, "s"), *_curves(memory, "MiB"))
    return Findings(curves=curves, figures=_flat(memory))


def _run(size: int, order: BenchOrder) -> dict[str, tuple[float, float]]:
    """Return wall seconds and peak MiB of each stage of a run, and of the whole."""
    with tempfile.TemporaryDirectory() as name:
        path, workdir = Path(name) / "repeated.xml.gz", Path(name) / "work"
        articles.write(path, articles.repeated(articles.records(order.records), size))
        done = running.run(path, workdir)
        found = {row["stage"]: (row["seconds"], float(row["peak_mib"])) for row in runs.listed(workdir)}
    return found | {_WHOLE: (done.seconds, done.peak_bytes / 2**20)}


def _count(size: int) -> tuple[float, float]:
    with tempfile.TemporaryDirectory() as name:
        files = corpora.write(Path(name), size, size * counting.MENTIONS)
        found = counting.alone("whole", Path(name), files)
    return found["wall"], found["mib"]


def _curves(points: Mapping[str, Mapping[int, float]], unit: str) -> Sequence[Curve]:
    return [measures.curve(what, unit, found) for what, found in points.items()]


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
