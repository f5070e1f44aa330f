"""What claims and kinds of studies cost in a run by `fast`: `python -m benchmarks.saying [--records N]`.

One process does the whole run, from PubMed XML to a snapshot, every citation kept. Counted are its CPU
seconds, those in reading claims, and those in telling studies and contexts; then the same run with a reader
of claims that finds none, which spares their columns and counts as well. Runs take turns; told are medians
and all values.
"""

from __future__ import annotations

import argparse
import json
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from benchmarks import articles, measures

_SETTINGS = {"topic.match": "all", "annotate.annotator": "fast", "run.processes": 1}


def measure(path: Path, rounds: int) -> dict[str, Any]:
    """Return CPU seconds of runs on a file, and shares of them."""
    runs: dict[str, list[dict[str, float]]] = {"with": [], "without": []}
    for _ in range(rounds):
        for kind, found in runs.items():
            done = measures.alone(["-m", "benchmarks.saying", "--one", kind, "--file", str(path)])
            found.append(json.loads(done.out.strip().splitlines()[-1]))
    return {
        "share of claims": _median([one["claims"] / one["total"] for one in runs["with"]]),
        "share of claims and studies": _median(
            [(one["claims"] + one["studies"]) / one["total"] for one in runs["with"]]
        ),
        "with against without claims": statistics.median(one["total"] for one in runs["with"])
        / statistics.median(one["total"] for one in runs["without"]),
        "runs": runs,
    }


def _median(values: Sequence[float]) -> float:
    return statistics.median(values)


def run(path: Path, *, claims: bool) -> dict[str, float]:
    """Run the job in this process; return its CPU seconds, and those of the two readers."""
    from comention.annotation import shards
    from comention.cli import app
    from comention.stages import corpus

    spent = {"claims": 0.0, "studies": 0.0}
    reads: Any = shards._said if claims else lambda *_: []
    shards._said = _timed(reads, spent, "claims")
    corpus.with_studies = _timed(corpus.with_studies, spent, "studies")  # type: ignore[attr-defined]
    began = time.process_time()
    with tempfile.TemporaryDirectory() as workdir:
        words = ["run", "--input", str(path), "--json", "--workdir", workdir]
        for key, value in _SETTINGS.items():
            words += ["--set", f"{key}={value}"]
        app(words, standalone_mode=False)
    return {"total": time.process_time() - began, **spent}


def _timed(work: Callable[..., Any], spent: dict[str, float], name: str) -> Callable[..., Any]:
    def timed(*given: Any, **named: Any) -> Any:
        began = time.process_time()
        try:
            return work(*given, **named)
        finally:
            spent[name] += time.process_time() - began

    return timed


def main() -> None:
    """Measure, or be one of the runs that are measured."""
    options = argparse.ArgumentParser(prog="python -m benchmarks.saying", description=__doc__)
    options.add_argument("--records", type=int, help="citations of the file; all of it")
    options.add_argument("--rounds", type=int, default=3, help="runs of each kind (3)")
    options.add_argument("--one", choices=("with", "without"), help=argparse.SUPPRESS)
    options.add_argument("--file", type=Path, help=argparse.SUPPRESS)
    given = options.parse_args()
    if given.one:
        sys.stdout.write(f"\n{json.dumps(run(given.file, claims=given.one == 'with'))}\n")
        return
    with tempfile.TemporaryDirectory() as name:
        path = articles.corpora() / articles.FILE
        if given.records is not None:
            path = Path(name) / "some.xml.gz"
            articles.write(path, articles.records(given.records))
        sys.stdout.write(f"{json.dumps(measure(path, given.rounds), indent=1)}\n")


if __name__ == "__main__":
    main()
