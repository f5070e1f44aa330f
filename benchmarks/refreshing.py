"""A refresh: 200 new citations come to a corpus of 200,000, or of the most articles asked for.

The corpus is the real file repeated under new PMIDs, in the store, annotated and published; then `comention
run` reads a file of 200 more. The repeated text has the pairs of about 20,000 articles.
"""

from __future__ import annotations

import tempfile
from pathlib import Path

from benchmarks import articles, measures, running
from benchmarks.results import BenchOrder, Findings
from comention.snapshots.snapshot import latest
from comention.stages import runs

_NEW = 200  # of 200,000 held, and in that proportion
_HELD = 200_000
_STATISTICS = "cooccur"


def measure(order: BenchOrder) -> Findings:
    """Fill a work directory once, then add other citations to it in each round."""
    held = min(_HELD, order.most, order.records or _HELD)
    new = max(_NEW * held // _HELD, 1)
    data = articles.records(order.records)
    done, stages = [], []
    with tempfile.TemporaryDirectory() as name:
        folder, workdir = Path(name), Path(name) / "work"
        articles.write(folder / "held.xml.gz", articles.repeated(data, held))
        running.run(folder / "held.xml.gz", workdir)
        for number in range(order.rounds):
            path = folder / f"new-{number}.xml.gz"
            first = articles.FIRST_NEW + held + number * new
            articles.write(path, articles.repeated(data, new, first))
            done.append(running.run(path, workdir))
            stages.append(last(workdir))
        total = latest(workdir).manifest.datasets["articles"].rows
    figures = [
        measures.figure("refresh: articles held before", [total - order.rounds * new], ""),
        measures.figure("refresh: new articles", [new], ""),
        measures.figure("refresh, whole", [one.seconds for one in done], "s"),
        measures.figure("refresh, CPU time", [one.cpu for one in done], "CPU s"),
        measures.figure("refresh, memory of all processes", [one.peak_bytes / 2**30 for one in done], "GiB"),
        measures.figure("refresh, statistics", [row[_STATISTICS] for row in stages], "s"),
    ]
    for stage in stages[0]:
        if stage != _STATISTICS:
            figures.append(measures.figure(f"refresh, {stage}", [row[stage] for row in stages], "s"))
    return Findings(figures=tuple(figures))


def last(workdir: Path) -> dict[str, float]:
    """Return the seconds of each stage of the latest run."""
    rows = runs.listed(workdir)
    return {row["stage"]: row["seconds"] for row in rows if row["run_id"] == rows[-1]["run_id"]}
