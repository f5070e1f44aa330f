"""Real abstracts on one process, a pool of two and a Dask cluster of two workers; and what Prefect adds.

    .venv/bin/python -m benchmarks.executors [--annotator standard]

All citations of the file are kept. Each run is a process of its own with an empty work directory; the cluster
is started apart, before its run. The datasets must be the same, byte by byte. Seconds are this machine's.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from benchmarks.articles import FILE, corpora
from benchmarks.measures import ROOT
from comention.snapshots.snapshot import latest
from comention.stages import runs

_WORKERS = 2
# Seconds for one run.
_PATIENCE = 1200


@contextlib.contextmanager
def cluster(folder: Path) -> Iterator[str]:
    """Start a scheduler and two workers of one thread each, and give the address."""
    scheduler = folder / "scheduler.json"
    common = ["--no-dashboard", "--scheduler-file", str(scheduler)]
    worker = ["--nthreads", "1", "--no-nanny", "--host", "127.0.0.1"]
    commands = [["scheduler", "--host", "127.0.0.1", "--port", "0"], *([["worker", *worker]] * _WORKERS)]
    started = []
    with (folder / "dask.log").open("wb") as log:
        try:
            for command in commands:
                words = [sys.executable, "-m", "dask", command[0], *common, *command[1:]]
                started.append(subprocess.Popen(words, cwd=folder, stdout=log, stderr=log))
                limit = time.monotonic() + 60
                while not scheduler.exists() and time.monotonic() < limit:
                    time.sleep(0.1)
            time.sleep(5)  # workers are up when the clock starts
            yield str(json.loads(scheduler.read_text("utf-8"))["address"])
        finally:
            for process in reversed(started):
                process.terminate()
            for process in started:
                process.wait()


def measured(words: list[str], workdir: Path, environment: Mapping[str, str]) -> dict[str, Any]:
    """Run a command on an empty work directory; return wall seconds, those of each stage, and checksums."""
    began = time.monotonic()
    log = workdir.with_suffix(".log")
    # to a file: what a run leaves behind for a moment, as Prefect's temporary server, may hold a pipe open
    with log.open("wb") as out:
        done = subprocess.run(
            words, env=os.environ | environment, stdout=out, stderr=out, check=False, timeout=_PATIENCE
        )
    wall = time.monotonic() - began
    if done.returncode:
        sys.exit(log.read_text("utf-8"))
    datasets = latest(workdir).manifest.datasets
    rows = {row["stage"]: row for row in runs.listed(workdir)}
    return {
        "wall": wall,
        "stages": {name: row["seconds"] for name, row in rows.items()},
        "articles": rows["annotate"]["records"],
        "rate": rows["annotate"]["records_per_second"],
        "peak_mib": max(row["peak_mib"] for row in rows.values()),
        "sums": {name: entry.sha256 for name, entry in datasets.items() if name != "ledger"},
    }


def main() -> None:
    """Measure, print a Markdown table; fail where datasets differ."""
    options = argparse.ArgumentParser(description="Executors against each other.")
    options.add_argument("--annotator", default="fast")
    options.add_argument("--out", type=Path, default=Path("build/executors.json"))
    given = options.parse_args()
    path = corpora() / FILE
    result: dict[str, dict[str, Any]] = {}
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        keep = {"topic.match": "all", "annotate.annotator": given.annotator}
        source = {"source.kind": "files", "source.input": [str(path)]}

        def run(who: str, settings: Mapping[str, Any], *, flow: bool = False) -> None:
            workdir = folder / who.replace(" ", "-")
            overrides = keep | source | dict(settings) | {"workdir": str(workdir)}
            environment = {"PREFECT_SERVER_ANALYTICS_ENABLED": "false", "DO_NOT_TRACK": "1"}
            environment |= {"PREFECT_SERVER_EPHEMERAL_STARTUP_TIMEOUT_SECONDS": "120"}
            environment |= {"PREFECT_HOME": str(folder / "prefect")}
            if flow:
                code = (
                    "import json, sys; import refresh; refresh.refresh(sys.argv[1], json.loads(sys.argv[2]))"
                )
                words = [sys.executable, "-c", code, str(ROOT / "config/sample.toml"), json.dumps(overrides)]
                environment["PYTHONPATH"] = f"{ROOT / 'pipelines'}:{os.environ.get('PYTHONPATH', '')}"
            else:
                words = [sys.executable, "-m", "comention.cli", "run"]
                for key, value in overrides.items():
                    words += ["--set", f"{key}={value}"]
            result[who] = measured(words, workdir, environment)
            print(f"{who}: {result[who]['wall']:.1f} s", file=sys.stderr)

        run("one process", {"run.processes": 1})
        run("pool of 2", {"run.processes": 2})
        with cluster(folder) as address:
            run("Dask 2 workers", {"run.executor": "dask", "dask.address": address, "run.processes": 2})
        run("pool of 2 in Prefect", {"run.processes": 2}, flow=True)
    table(result)
    given.out.parent.mkdir(parents=True, exist_ok=True)
    given.out.write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")
    if len({json.dumps(entry["sums"], sort_keys=True) for entry in result.values()}) != 1:
        sys.exit("the datasets differ")
    print(f"\n{len(result['one process']['sums'])} datasets, identical in all")


def table(result: Mapping[str, Mapping[str, Any]]) -> None:
    """Print the figures as Markdown."""
    names = ("fetch", "annotate", "collect", "cooccur", "publish")
    print(f"| Who | {' | '.join(names)} | stages | whole process | annotated a second | peak MiB |")
    print("|---" * (len(names) + 5) + "|")
    for who, entry in result.items():
        cells = [f"{entry['stages'][name]:.1f}" for name in names]
        cells += [f"{sum(entry['stages'].values()):.1f}", f"{entry['wall']:.1f}", f"{entry['rate']:,.0f}"]
        print(f"| {who} | {' | '.join(cells)} | {entry['peak_mib']} |")
    print(f"\n{result['one process']['articles']} articles in shards of 2,000")


if __name__ == "__main__":
    main()
