"""The walk through the stages under the lock of a work directory, each on file with what it took.

The command line walks :data:`comention.stages.steps.STAGES` in one process; a Prefect flow wraps each in a
task.
"""

from __future__ import annotations

import contextlib
import logging
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from comention.annotation.annotators import annotator_of
from comention.annotation.shards import WRITTEN as ANNOTATION_FILES
from comention.files.atomic import sweep_parts
from comention.files.lock import check_held, locked
from comention.logs import of_run
from comention.processes import children_peak_mib, forget_peak, give_back, peak_mib
from comention.pubmed.state import WRITTEN as STORE_FILES
from comention.snapshots import publish
from comention.stages import background, manifest, runs
from comention.stages.job import Job, Progress, Receipt, Stage
from comention.stages.steps import STAGES
from comention.stages.topic import check_topic
from comention.version import __version__

_log = logging.getLogger(__name__)


@contextlib.contextmanager
def session(job: Job, wait: float = 0) -> Iterator[None]:
    """Hold the work directory for one run. Whoever walks :data:`STAGES` does so inside it.

    Another run that holds it is waited for so many seconds; then LockedError. An annotator that cannot work
    is refused before the first stage. In the end, however that comes, the staged datasets and files that were
    being written are removed;
    `latest` is what it was until the last stage has switched it.
    """
    workdir = job.settings.workdir
    with of_run(job.run_id), locked(workdir, wait):
        check_topic(job.settings)
        annotator_of(job.settings)
        publish.check_latest(workdir)
        publish.sweep(workdir)
        _sweep_parts(workdir)
        runs.bury(workdir)
        try:
            yield
        finally:
            publish.sweep(workdir)
            _sweep_parts(workdir)  # of workers that were killed with the run


def _sweep_parts(workdir: Path) -> None:
    """Remove files that were being written when a run was killed, where runs write and so named alone."""
    sweep_parts(workdir / "runs", runs.WRITTEN)
    sweep_parts(workdir / "background", background.WRITTEN)
    store = workdir / "store"
    for folder, names in STORE_FILES.items():
        sweep_parts(store / folder, names)
    for home in (store / "annotations").glob("*/"):
        sweep_parts(home, ANNOTATION_FILES)


def perform(stage: Stage, job: Job, progress: Progress) -> Receipt:
    """Run one stage inside a :func:`session` and return its receipt with what it took; both go on file.

    Raises what the stage raises, and StorageError where the work directory is not there any more.
    """
    workdir = job.settings.workdir
    check_held(workdir)
    _log.info("run %s: %s begins", job.run_id, stage.name)
    began, children = time.monotonic(), children_peak_mib()
    give_back()
    forget_peak()
    runs.began(workdir, job.run_id, stage.name, datetime.now(UTC), __version__)
    try:
        receipt = stage.run(job, progress)
        check_held(workdir)
    except BaseException as error:
        message = " ".join(str(error).split()) or type(error).__name__
        _log.info("run %s: %s failed: %s", job.run_id, stage.name, message)  # who catches it tells it
        check_held(workdir)  # a folder that is gone is the cause of all else, and is not made anew
        told = {"outcome": "failed", "error": message, "seconds": time.monotonic() - began}
        runs.ended(workdir, job.run_id, stage.name, told)
        raise
    grown = [peak for peak in (children_peak_mib(),) if peak > children]
    receipt = replace(receipt, peak_mib=max(receipt.peak_mib, peak_mib(), *grown))
    told = {name: getattr(receipt, name) for name in manifest.TOLD} | {"outcome": "ok", "error": None}
    runs.ended(workdir, job.run_id, stage.name, told | {"snapshot": _snapshot_name(receipt)})
    _log.info(
        "run %s: %s took %.1f s, %d records, %.0f a second, at most %d MiB, %s",
        *(job.run_id, stage.name, receipt.seconds, receipt.records, receipt.records_per_second),
        *(receipt.peak_mib, receipt.counts),
    )
    return receipt


def _snapshot_name(receipt: Receipt) -> str | None:
    snapshot = receipt.detail.get("snapshot")
    return None if snapshot is None else Path(snapshot).name


def walk(job: Job, progress: Progress = lambda _stage, _done, _all: None, wait: float = 0) -> list[Receipt]:
    """Run all stages, one after the other in this process, and return their receipts."""
    with session(job, wait):
        return [perform(stage, job, progress) for stage in STAGES]


def summary(job: Job, receipts: list[Receipt]) -> dict[str, Any]:
    """Return a run in one flat object: what `comention run --json` prints."""
    by_stage = {receipt.stage: receipt for receipt in receipts}
    fetched, made, counted = (by_stage[name].counts for name in ("fetch", "collect", "cooccur"))
    names = ("expected", "fetched", "parsed", "rejected", "superseded", "off_topic", "books", "withdrawn")
    return {
        "run_id": job.run_id,
        "snapshot": by_stage["publish"].detail["snapshot"],
        "changed": by_stage["publish"].detail["changed"],
        **{name: fetched[name] for name in (*names, "kept", "missing", "deleted", "retracted", "resumed")},
        **{name: fetched[name] for name in ("added", "revised", "removed")},
        **{name: made[name] for name in ("articles", "sentences", "mentions", "concepts")},
        **{name: counted[name] for name in ("pairs", "triples", "evidence")},
        "seconds": {receipt.stage: round(receipt.seconds, 3) for receipt in receipts},
    }
