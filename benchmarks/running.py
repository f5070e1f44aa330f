"""The whole run, from PubMed XML to a snapshot by the command line, and how quickly commands start.

`comention run` with `fast`, every citation of the file kept, in two processes and an empty work directory,
each time anew. Memory is that of all its processes together, what they share counted once, looked at every
tenth of a second. Commands are then started on its snapshot by turns.
"""

from __future__ import annotations

import tempfile
from pathlib import Path

from benchmarks import articles, measures
from benchmarks.measures import Alone
from benchmarks.results import BenchFigure, BenchOrder, Findings
from comention.snapshots.snapshot import latest
from comention.stages import runs

#: Of the default settings only these are changed.
_SETTINGS = {"topic.match": "all", "annotate.annotator": "fast", "run.processes": 2}
_RUNS = 3  # whole runs at most, whatever the rounds
_STARTS = 5  # starts of each command at least


def measure(order: BenchOrder) -> Findings:
    """Run the job on the file, then start commands on what it published."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        path = articles.corpora() / articles.FILE
        if order.records is not None:
            path = folder / "some.xml.gz"
            articles.write(path, articles.records(order.records))
        done, workdirs = [], []
        for number in range(min(order.rounds, _RUNS)):
            workdirs.append(folder / f"run-{number}")
            done.append(run(path, workdirs[-1]))
        figures = (*_figures(done, workdirs), *_starts(workdirs[-1], max(order.rounds, _STARTS)))
    return Findings(figures=figures)


def run(path: Path, workdir: Path) -> Alone:
    """Run the job on a file."""
    words = ["-m", "comention.cli", "run", "--input", str(path), "--json", "--workdir", str(workdir)]
    for key, value in _SETTINGS.items():
        words += ["--set", f"{key}={value}"]
    return measures.alone(words, watched=True)


def _figures(done: list[Alone], workdirs: list[Path]) -> tuple[BenchFigure, ...]:
    rows = [{row["stage"]: row for row in runs.listed(workdir)} for workdir in workdirs]
    datasets = latest(workdirs[-1]).manifest.datasets
    figures = [
        measures.figure("whole run: articles", [datasets["articles"].rows], ""),
        measures.figure("whole run: mentions", [datasets["mentions"].rows], ""),
        measures.figure("whole run, from XML to snapshot", [one.seconds for one in done], "s"),
        measures.figure("whole run, memory of all processes", [one.peak_bytes / 1e9 for one in done], "GB"),
    ]
    for stage in rows[0]:
        figures.append(measures.figure(f"of it, {stage}", [row[stage]["seconds"] for row in rows], "s"))
    return tuple(figures)


def _starts(workdir: Path, rounds: int) -> tuple[BenchFigure, ...]:
    commands = {
        "comention --help": ["--help"],
        "comention show pairs": ["show", "pairs", "--workdir", str(workdir)],
    }
    taken: dict[str, list[float]] = {name: [] for name in commands}
    for _ in range(rounds):
        for name, words in commands.items():
            taken[name].append(measures.alone(["-m", "comention.cli", *words]).seconds)
    return tuple(measures.figure(name, seconds, "s") for name, seconds in taken.items())
