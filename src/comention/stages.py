"""The stages in order: settings and paths in, a receipt out. The only place where stages meet.

The command line walks :data:`STAGES` in one process; a Prefect flow wraps each in a task. The order of
the work is written here and nowhere else.
"""

from __future__ import annotations

import contextlib
import functools
import hashlib
import json
import logging
import os
import re
import time
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Executor
from contextlib import AbstractContextManager
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, NamedTuple

from comention import corpus, manifest, runs
from comention.annotation.annotator import Annotator
from comention.annotation.annotators import annotator_maker, annotator_of
from comention.annotation.executors import dask_cluster
from comention.annotation.shards import ShardPaths, Task, annotate_shards, paths_for, remove_others
from comention.compaction import compact
from comention.config import Settings
from comention.cooccur.count import count
from comention.errors import ContractError, UsageError
from comention.files import check_held, locked, write_parquet
from comention.lexicon.store import open_lexicon
from comention.logs import of_run
from comention.processes import children_peak_mib, forget_peak, give_back, peak_mib
from comention.pubmed.fetch import Order
from comention.pubmed.fetch import fetch as fetch_into_store
from comention.pubmed.store import Store, glimpse
from comention.resources import sample_files
from comention.snapshots import publish
from comention.snapshots.snapshot import annotators
from comention.topic import Listed, topic_judge
from comention.version import __version__

_log = logging.getLogger(__name__)

_PMID = re.compile("[1-9][0-9]{0,8}")

#: Is told the stage, how much of it is done, and how much there is where that is known.
Progress = Callable[[str, int, int | None], None]


@dataclass(frozen=True, slots=True)
class Job:
    """One run: what to do, under which name, and when.

    `pmids` narrows a run to a file of PMIDs, `since` one from PubMed to citations new or revised since a day.
    """

    settings: Settings
    run_id: str
    now: datetime
    full: bool = False
    pmids: Path | None = None
    since: date | None = None

    @property
    def store(self) -> Path:
        """Where citations and annotations are held."""
        return self.settings.workdir / "store"


@dataclass(frozen=True, slots=True)
class Receipt:
    """What a stage did: its counts, its seconds, and what its result depends on."""

    stage: str
    seconds: float
    counts: dict[str, int]
    fingerprint: str
    detail: dict[str, Any] = field(default_factory=dict)
    #: Citations, articles or rows that it went through, and what it needed and found there from before.
    records: int = 0
    cache_hits: int | None = None
    #: Largest resident size of one process of the stage, in MiB.
    peak_mib: int = 0

    @property
    def records_per_second(self) -> float:
        """Records by the seconds of the whole stage."""
        return round(self.records / self.seconds, 3) if self.seconds else 0.0


class Stage(NamedTuple):
    """A stage by its name; `network` where it may be worth trying again."""

    name: str
    run: Callable[[Job, Progress], Receipt]
    network: bool = False


def new_run_id(now: datetime) -> str:
    """Return a name for a run that sorts by time: `20260131T235959Z-1a2b`."""
    return f"{now:%Y%m%dT%H%M%SZ}-{os.urandom(2).hex()}"


def _fingerprint(*parts: Any) -> str:
    return hashlib.sha256(json.dumps(parts, sort_keys=True, default=str).encode()).hexdigest()[:16]


def _topic_name(job: Job) -> str:
    """Return a name of everything that decides which articles are held."""
    topic, kind = job.settings.topic, job.settings.source.kind
    parts: list[Any] = [
        topic.match,
        sorted(topic.concepts),
        sorted(topic.mesh),
        topic.query.split(),
        kind if kind in {"sample", "bulk"} else "",
    ]
    if kind != "pubmed" and topic.match == "concepts":
        parts.append(topic_judge(job.settings, None).annotator.fingerprint)
    return _fingerprint(*parts)


def _read_pmids(path: Path | None) -> frozenset[int] | None:
    if path is None:
        return None
    try:
        words = path.read_text(encoding="utf-8-sig").split()
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"--pmids {path} cannot be read: {error}") from None
    wrong = [word for word in words if not _PMID.fullmatch(word)]
    if wrong or not words:
        raise UsageError(f"--pmids {path}: {wrong[0]!r} is no PMID" if wrong else f"--pmids {path} is empty")
    return frozenset(map(int, words))


def fetch(job: Job, progress: Progress) -> Receipt:
    """Read the source into the store and write the ledger; nothing is kept where it does not add up."""
    began = time.monotonic()
    pmids = _read_pmids(job.pmids)
    background = job.settings.source.kind == "bulk"
    order = Order(
        job.settings,
        job.store,
        job.run_id,
        job.now,
        _topic_name(job),
        local=functools.partial(topic_judge, job.settings, pmids, background=background),
        listed=lambda listed: functools.partial(Listed, listed),
        sample=sample_files(),
        full=job.full,
        pmids=pmids,
        since=job.since,
    )
    counts = fetch_into_store(order, lambda done, total: progress("fetch", done, total))
    state = Store.open(job.store).state
    return Receipt(
        "fetch",
        time.monotonic() - began,
        counts,
        _fingerprint(state.index, state.shards),
        records=counts["fetched"],
        cache_hits=counts["resumed"],
    )


def _annotated(job: Job, shards: Iterable[tuple[str, Path]], annotator: Annotator) -> list[ShardPaths]:
    return paths_for(shards, job.store / "annotations", annotator.fingerprint)


def annotate(job: Job, progress: Progress) -> Receipt:
    """Annotate the shards that this annotator has not seen."""
    began = time.monotonic()
    held, rows = glimpse(job.store)
    annotator = annotator_of(job.settings)
    shards = _annotated(job, held, annotator)
    made = annotate_shards(
        shards,
        Task(annotator_maker(job.settings), annotator.fingerprint),
        processes=job.settings.run.processes,
        rows=rows,
        cluster=_cluster(job.settings),
        progress=lambda done, total: progress("annotate", done, total),
    )
    return Receipt(
        "annotate",
        time.monotonic() - began,
        {"shards": len(shards), "shards_made": len(made)},
        annotator.fingerprint,
        {"executor": job.settings.run.executor, "workers": sorted({one.worker for one in made})},
        records=sum(one.articles for one in made),
        cache_hits=len(shards) - len(made),
        peak_mib=max((one.peak_mib for one in made), default=0),
    )


def _cluster(settings: Settings) -> Callable[[], AbstractContextManager[Executor]] | None:
    if settings.run.executor == "local":
        return None
    return functools.partial(dask_cluster, settings.dask.address, settings.dask.timeout)


def collect(job: Job, progress: Progress) -> Receipt:
    """Put the live corpus together in the run's staging folder."""
    began = time.monotonic()
    del progress
    store = Store.open(job.store)
    annotator = annotator_of(job.settings)
    out = publish.staging(job.settings.workdir, job.run_id)
    live: dict[str, dict[int, str]] = {}
    for pmid, held in store.index.items():
        live.setdefault(held.shard, {})[pmid] = held.content_hash
    counts = corpus.collect(
        _annotated(job, store.live_shards(), annotator),
        lambda shard: live.get(shard.articles.stem, {}),
        open_lexicon().details,
        out,
    )
    if counts["articles"] != len(store.index):
        raise ContractError(
            f"the store holds {len(store.index)} articles and {counts['articles']} were found in its shards: "
            "run with --full to fetch anew"
        )
    write_parquet(out / "ledger.parquet", store.ledger())
    return Receipt(
        "collect", time.monotonic() - began, counts, annotator.fingerprint, records=counts["articles"]
    )


def cooccur(job: Job, progress: Progress) -> Receipt:
    """Count pairs and triples."""
    began = time.monotonic()
    del progress
    out = publish.staging(job.settings.workdir, job.run_id)
    receipt = count(
        mentions=[out / "mentions.parquet"],
        articles=[out / "articles.parquet"],
        sentences=[out / "sentences.parquet"],
        hierarchy=out / "hierarchy.parquet",
        out=out,
        topic_ids=frozenset(job.settings.topic.concepts),
        pair_types=job.settings.pairs.types,
        threads=job.settings.run.processes,
        background=Store.open(job.store).frequencies,
    )
    names = ("entities", "pairs", "pairs_rolled_up", "triples", "evidence")
    counts = {name: getattr(receipt, name) for name in names}
    fingerprint = _fingerprint(job.settings.pairs.types)
    return Receipt("cooccur", time.monotonic() - began, counts, fingerprint, records=counts["evidence"])


def release(job: Job, progress: Progress) -> Receipt:
    """Publish the staged datasets as the latest snapshot."""
    began = time.monotonic()
    del progress
    settings = job.settings
    rule = publish.Keep(settings.run.keep_snapshots, settings.run.keep_days, job.now)
    check_held(settings.workdir)
    snapshot = publish.publish(
        settings.workdir,
        job.run_id,
        manifest.about(
            job.settings,
            staged=publish.staging(job.settings.workdir, job.run_id),
            run_id=job.run_id,
            created_at=job.now,
            translation=Store.open(job.store).state.translation,
        ),
        rule,
    )
    merged = _compacted(job)
    removed = remove_others(
        job.store / "annotations",
        Store.open(job.store).state.shards,
        {annotator_of(settings).fingerprint, *annotators(settings.workdir)},
    )
    detail = {"snapshot": str(snapshot.path), "changed": snapshot.changed}
    rows = sum(dataset["rows"] for dataset in snapshot.manifest["datasets"].values())
    counts = {"annotations_removed": removed, "shards_merged": merged}
    return Receipt("publish", time.monotonic() - began, counts, snapshot.path.name, detail, records=rows)


def _compacted(job: Job) -> int:
    """Merge worn shards, where the store is whole; return how many."""
    store = Store.open(job.store)
    if store.state.unfinished:
        return 0
    run = job.settings.run
    return compact(store, job.run_id, size=run.shard_size, at=run.merge_shards)


STAGES: tuple[Stage, ...] = (
    Stage("fetch", fetch, network=True),
    Stage("annotate", annotate, network=True),  # a Dask cluster may come back, and shards that are done stay
    Stage("collect", collect),
    Stage("cooccur", cooccur),
    Stage("publish", release),
)


@contextlib.contextmanager
def session(job: Job, wait: float = 0) -> Iterator[None]:
    """Hold the work directory for one run. Whoever walks :data:`STAGES` does so inside it.

    Another run that holds it is waited for so many seconds; then LockedError. An annotator that cannot work
    is refused before the first stage. In the end, however that comes, the staged datasets are removed;
    `latest` is what it was until the last stage has switched it.
    """
    workdir = job.settings.workdir
    with of_run(job.run_id), locked(workdir, wait):
        annotator_of(job.settings)
        publish.check_latest(workdir)
        publish.sweep(workdir)
        runs.bury(workdir)
        try:
            yield
        finally:
            publish.sweep(workdir)


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
