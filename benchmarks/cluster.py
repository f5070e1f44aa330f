"""What travels to a Dask cluster, and what the process that asks it holds, by the number of articles.

    .venv/bin/python -m benchmarks.cluster [--articles 60000 --articles 600000]

Real articles are repeated under new PMIDs and put into a store; two workers of one thread each annotate them
with `fast`. Memory is the resident size of the asking process: before it asks, and at most while the workers
work. Bytes that travel are those of the pickled tasks and receipts; bytes read and written are those of the
shards. Seconds are this machine's.
"""

from __future__ import annotations

import argparse
import json
import pickle
import sys
import tempfile
from concurrent.futures import ProcessPoolExecutor
from datetime import UTC, datetime
from multiprocessing import get_context
from pathlib import Path
from typing import Any

from benchmarks import articles
from benchmarks.executors import cluster
from comention.annotation.annotators import annotator_maker, annotator_of
from comention.annotation.shards import Made, Task, paths_for
from comention.claims import reading
from comention.config import load_settings
from comention.processes import forget_peak, peak_mib
from comention.pubmed.store import glimpse
from comention.stages import steps, walk
from comention.stages.job import Job, new_run_id

_SIZES = (60_000, 600_000)


def measured(size: int) -> dict[str, Any]:
    """Fetch and annotate so many articles in a work directory of their own; return what it took."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        source = folder / "repeated.xml.gz"
        articles.write(source, articles.repeated(articles.records(), size))
        with cluster(folder) as address:
            job = _job(folder / "work", source, address)
            with walk.session(job):
                steps.fetch(job, _quiet)
                source.unlink()
                annotator_of(job.settings)  # which the first stage of a run makes in any case
                forget_peak()
                before = peak_mib()
                receipt = steps.annotate(job, _quiet)
                peak = peak_mib()
        return {
            "articles": receipt.records,
            "shards": receipt.counts["shards_made"],
            "workers": len(receipt.detail["workers"]),
            "seconds": receipt.seconds,
            "articles a second": receipt.records_per_second,
            "asking process, MiB before": before,
            "asking process, MiB at most": peak,
            "worker, MiB at most": receipt.peak_mib,
            **_bytes(job),
        }


def _quiet(*_: object) -> None:
    pass


def _job(workdir: Path, source: Path, address: str) -> Job:
    overrides = {
        "workdir": str(workdir),
        "source.kind": "files",
        "source.input": [str(source)],
        "topic.match": "all",
        "annotate.annotator": "fast",
        "run.executor": "dask",
        "dask.address": address,
    }
    now = datetime.now(UTC)
    return Job(load_settings(None, overrides), new_run_id(now), now)


def _bytes(job: Job) -> dict[str, int]:
    """Return the bytes of a task and a receipt, and those that workers read and write for an article."""
    held, rows = glimpse(job.store)
    annotator = annotator_of(job.settings)
    fingerprint = annotator.fingerprint
    shards = paths_for(held, job.store / "annotations", fingerprint, reading.fingerprint())
    task = Task(annotator_maker(job.settings), fingerprint, reading.fingerprint())
    written = sum(
        getattr(shard, kind).stat().st_size
        for shard in shards
        for kind in ("sentences", "rejected", "mentions", "claims")
    )
    return {
        "bytes of a task": len(pickle.dumps((task, shards[0].absolute()))),
        "bytes of a receipt": len(pickle.dumps(Made("machine.example.org:12345", 2000, 500))),
        "bytes read for an article": sum(shard.articles.stat().st_size for shard in shards) // rows,
        "bytes written for an article": written // rows,
    }


def main() -> None:
    """Measure each size in a process of its own; print Markdown and JSON lines."""
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    options.add_argument("--articles", type=int, action="append")
    rows = []
    for size in options.parse_args().articles or _SIZES:
        with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
            rows.append(pool.submit(measured, size).result())
        print(json.dumps(rows[-1]), file=sys.stderr, flush=True)
    print("| What |" + "".join(f" {row['articles']:,} articles |" for row in rows))
    print("|---|" + "---|" * len(rows))
    for what in list(rows[0])[1:]:
        print(f"| {what} |" + "".join(f" {row[what]:,.0f} |" for row in rows))


if __name__ == "__main__":
    main()
