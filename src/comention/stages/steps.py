"""The stages in order: settings and paths in, a receipt out. The order of the work is written here alone."""

from __future__ import annotations

import functools
import logging
import time
from collections.abc import Callable, Iterable
from concurrent.futures import Executor
from contextlib import AbstractContextManager
from pathlib import Path

from comention.annotation.annotator import Annotator
from comention.annotation.annotators import annotator_maker, annotator_of
from comention.annotation.executors import dask_cluster
from comention.annotation.shards import ShardPaths, Task, annotate_shards, paths_for, remove_others
from comention.claims import reading
from comention.config import Settings
from comention.cooccur.count import count
from comention.errors import ContractError
from comention.files.atomic import write_parquet
from comention.files.lock import check_held
from comention.lexicon.store import open_lexicon
from comention.pubmed.fetch import Order, hold
from comention.pubmed.fetch import fetch as fetch_into_store
from comention.pubmed.pmids import read_pmids
from comention.pubmed.store import Store, glimpse, live_rows, read_state
from comention.resources import sample_files
from comention.snapshots import publish
from comention.snapshots.snapshot import annotators, is_outdated
from comention.stages import background, corpus, manifest
from comention.stages.compaction import compact, is_worn
from comention.stages.job import Job, Progress, Receipt, Stage, fingerprint_of
from comention.stages.renewed import renewed
from comention.stages.topic import Listed, name_before, nothing_kept, topic_judge, topic_name

_log = logging.getLogger(__name__)

# The snapshot is published, worn shards are merged, annotations that nothing needs are removed.
_PUBLISH_STEPS = 3


def _chosen(job: Job) -> frozenset[int] | None:
    """Return the PMIDs that a run is narrowed to, None where it is not."""
    names = [str(job.pmids)] if job.pmids is not None else []
    files = [*names, *job.lists]
    if not files:
        return None
    return frozenset[int]().union(*(read_pmids("-" if name == "-" else Path(name)) for name in files))


def fetch(job: Job, progress: Progress) -> Receipt:
    """Read the source into the store and write the ledger; nothing is kept where it does not add up.

    Where the latest snapshot is of an earlier schema version, nothing is fetched: the run publishes anew what
    the store holds. A full or narrowed run fetches what it was asked for.
    """
    began = time.monotonic()
    progress("fetch", 0, None)
    pmids, client = _chosen(job), background.client_of(job)
    counted = job.settings.source.kind == "bulk"
    order = Order(
        renewed(job.settings),
        job.store,
        job.run_id,
        job.now,
        topic_name(job.settings),
        local=functools.partial(topic_judge, job.settings, pmids, background=counted),
        listed=lambda listed: functools.partial(Listed, listed),
        sample=sample_files(),
        full=job.full,
        pmids=pmids,
        since=job.since,
        formerly=name_before(job.settings),
    )
    if not (job.full or order.narrowed) and _is_to_republish(job):
        _log.warning("the schema version was raised: what the store holds is published anew, nothing fetched")
        counts = hold(order)
    else:
        counts = fetch_into_store(order, lambda done, total: progress("fetch", done, total))
    total = counts["expected"]
    if client is not None:
        size = job.settings.background.size
        background.refresh(job, client, lambda done: progress("fetch", total + done, total + size))
        total += size
    progress("fetch", total, total)
    if why := nothing_kept(job.settings, counts, chosen=pmids is not None):
        _log.warning("%s", why)
    state = read_state(job.store)
    return Receipt(
        "fetch",
        time.monotonic() - began,
        counts,
        fingerprint_of(state.index, state.shards),
        records=counts["fetched"],
        cache_hits=counts["resumed"],
    )


def _is_to_republish(job: Job) -> bool:
    if not is_outdated(job.settings.workdir):
        return False
    state = read_state(job.store)
    return state.index is not None and not state.unfinished


def _annotated(job: Job, shards: Iterable[tuple[str, Path]], annotator: Annotator) -> list[ShardPaths]:
    return paths_for(shards, job.store / "annotations", annotator.fingerprint, reading.fingerprint())


def annotate(job: Job, progress: Progress) -> Receipt:
    """Annotate the shards that this annotator has not seen; read claims where they were not read so."""
    began = time.monotonic()
    held, rows = glimpse(job.store)
    annotator = annotator_of(job.settings)
    shards = _annotated(job, held, annotator)
    made = annotate_shards(
        shards,
        Task(annotator_maker(job.settings), annotator.fingerprint, reading.fingerprint()),
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
    store = Store.open(job.store)
    annotator = annotator_of(job.settings)
    out = publish.staging(job.settings.workdir, job.run_id)
    counts = corpus.collect(
        _annotated(job, store.live_shards(), annotator),
        store.index,
        open_lexicon().details,
        out,
        lambda done, total: progress("collect", done, total),
        job.settings.run.processes,
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
    out = publish.staging(job.settings.workdir, job.run_id)
    compared = background.compared(job)
    if compared.lacking:
        _log.warning("%s", compared.lacking)
    receipt = count(
        mentions=[out / "mentions.parquet"],
        articles=[out / "articles.parquet"],
        sentences=[out / "sentences.parquet"],
        said=[out / "claims.parquet"],
        hierarchy=out / "hierarchy.parquet",
        out=out,
        topic_ids=frozenset(renewed(job.settings).topic.concepts),
        collective=_collective(job.settings),
        pair_types=job.settings.pairs.types,
        threads=job.settings.run.processes,
        memory_limit=job.settings.run.memory_limit,
        background=compared.background,
        progress=lambda done, total: progress("cooccur", done, total),
    )
    names = ("entities", "enrichment", "pairs", "pairs_rolled_up", "triples", "evidence", "claims")
    counts = {name: getattr(receipt, name) for name in names}
    fingerprint = fingerprint_of(job.settings.pairs.types, job.settings.pairs.collective)
    return Receipt("cooccur", time.monotonic() - began, counts, fingerprint, records=counts["evidence"])


def _collective(settings: Settings) -> frozenset[str]:
    """Return the ids of the concepts that settings leave out of pairs.

    These are cell lines, and collective names of cytokines.
    """
    lexicon = open_lexicon()
    if settings.pairs.collective:
        return lexicon.lines
    rows = {i: lexicon.row_of[i] for i in lexicon.classes}
    return lexicon.lines | {i for i, row in rows.items() if lexicon.concepts[row].entity_type == "cytokine"}


def release(job: Job, progress: Progress) -> Receipt:
    """Publish the staged datasets as the latest snapshot."""
    began = time.monotonic()
    progress("publish", 0, _PUBLISH_STEPS)
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
            translation=read_state(job.store).translation,
            background=background.compared(job).about,
        ),
        rule,
    )
    progress("publish", 1, _PUBLISH_STEPS)
    merged = _compacted(job)
    progress("publish", 2, _PUBLISH_STEPS)
    removed = remove_others(
        job.store / "annotations",
        read_state(job.store).shards,
        {annotator_of(settings).fingerprint, *annotators(settings.workdir)},
        reading.fingerprint(),
    )
    progress("publish", 3, _PUBLISH_STEPS)
    detail = {"snapshot": str(snapshot.path), "changed": snapshot.changed}
    rows = sum(dataset.rows for dataset in snapshot.manifest.datasets.values())
    counts = {"annotations_removed": removed, "shards_merged": merged}
    return Receipt("publish", time.monotonic() - began, counts, snapshot.path.name, detail, records=rows)


def _compacted(job: Job) -> int:
    """Merge worn shards, where the store is whole; return how many."""
    if read_state(job.store).unfinished:
        return 0
    run = job.settings.run
    live = live_rows(job.store)
    if sum(is_worn(rows, run.shard_size) for rows in live.values()) < run.merge_shards:
        return 0  # without opening the store, which takes memory for each row
    return compact(Store.open(job.store), job.run_id, size=run.shard_size, at=run.merge_shards)


STAGES: tuple[Stage, ...] = (
    Stage("fetch", fetch, network=True),
    Stage("annotate", annotate, network=True),  # a Dask cluster may come back, and shards that are done stay
    Stage("collect", collect),
    Stage("cooccur", cooccur),
    Stage("publish", release),
)
