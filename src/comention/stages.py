"""The stages in order: settings and paths in, a receipt out. The only place where stages meet.

The command line walks :data:`STAGES` in one process; a Prefect flow wraps each in a task. The order of
the work is written here and nowhere else.
"""

from __future__ import annotations

import contextlib
import functools
import hashlib
import json
import os
import platform
import re
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any, NamedTuple

import pyarrow.compute as pc

from comention import __version__, corpus, publish
from comention.annotation.shards import Annotator, ShardPaths, annotate_shards, paths_for
from comention.config import Settings
from comention.cooccur.count import count
from comention.errors import ContractError, UsageError
from comention.files import locked, read_parquet, write_parquet
from comention.lexicon.store import open_lexicon
from comention.ner.model import open_model
from comention.pubmed.fetch import Order
from comention.pubmed.fetch import fetch as fetch_into_store
from comention.pubmed.store import Store
from comention.resources import sample_files
from comention.schemas import UNLINKED
from comention.topic import Listed, annotator_of, topic_judge

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
    return Receipt("fetch", time.monotonic() - began, counts, _fingerprint(state.index, state.shards))


def _annotated(job: Job, store: Store, annotator: Annotator) -> list[ShardPaths]:
    return paths_for(store.live_shards(), job.store / "annotations", annotator.fingerprint)


def annotate(job: Job, progress: Progress) -> Receipt:
    """Annotate the shards that this annotator has not seen."""
    began = time.monotonic()
    store = Store.open(job.store)
    annotator = annotator_of(job.settings)
    shards = _annotated(job, store, annotator)
    made = annotate_shards(
        shards,
        functools.partial(annotator_of, job.settings),
        processes=job.settings.run.processes,
        rows=len(store.index),
        progress=lambda done, total: progress("annotate", done, total),
    )
    counts = {"shards": len(shards), "shards_made": made}
    return Receipt("annotate", time.monotonic() - began, counts, annotator.fingerprint)


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
        _annotated(job, store, annotator),
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
    return Receipt("collect", time.monotonic() - began, counts, annotator.fingerprint)


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
    return Receipt("cooccur", time.monotonic() - began, counts, _fingerprint(job.settings.pairs.types))


def release(job: Job, progress: Progress) -> Receipt:
    """Publish the staged datasets as the latest snapshot."""
    began = time.monotonic()
    del progress
    settings = job.settings
    snapshot = publish.publish(settings.workdir, job.run_id, _about(job), settings.run.keep_snapshots)
    detail = {"snapshot": str(snapshot.path), "changed": snapshot.changed}
    return Receipt("publish", time.monotonic() - began, {}, snapshot.path.name, detail)


def _about(job: Job) -> dict[str, Any]:
    """Return what the manifest says beside the datasets."""
    settings = job.settings
    staged = publish.staging(settings.workdir, job.run_id)
    libraries = (
        "biopython",
        "duckdb",
        "lxml",
        "marisa-trie",
        "pandas",
        "pyarrow",
        "scipy",
        "scispacy",
        "spacy",
    )
    return {
        "created_at": job.now.isoformat(),
        "comention": __version__,
        "topic": settings.topic.model_dump(mode="json"),
        "query_translation": Store.open(job.store).state.translation,
        "source": settings.source.model_dump(mode="json"),
        "pair_types": list(settings.pairs.types),
        "families": read_parquet(staged / "families.parquet").to_pylist(),
        "mentions": _linked(staged / "mentions.parquet"),
        "annotator": {
            "name": settings.annotate.annotator,
            "fingerprint": annotator_of(settings).fingerprint,
            "names": settings.names.model_dump(mode="json"),
        },
        "model": _model(settings),
        "lexicon": {"fingerprint": open_lexicon().fingerprint, **open_lexicon().summary},
        "versions": {"python": platform.python_version(), **{name: version(name) for name in libraries}},
    }


def _linked(mentions: Path) -> dict[str, dict[str, int]]:
    """Return for each entity type how many mentions are linked to a concept, and how many are not."""
    table = read_parquet(mentions, ["entity_type", "concept_id"])
    unlinked = pc.starts_with(table["concept_id"], UNLINKED)
    found: dict[str, dict[str, int]] = {}
    for kind in sorted(table["entity_type"].unique().to_pylist()):
        of_kind = unlinked.filter(pc.equal(table["entity_type"], kind))
        without = pc.sum(of_kind).as_py()
        found[kind] = {"linked": len(of_kind) - without, "unlinked": without}
    return found


def _model(settings: Settings) -> dict[str, Any] | None:
    """Return which trained model the annotator reads, and how it fared; None where it reads none of ours."""
    if settings.annotate.annotator != "standard":
        return None
    model = open_model()
    names = ("made_by", "gold", "documents", "figures", "sha256")
    return {"fingerprint": model.fingerprint, **{name: model.about[name] for name in names}}


STAGES: tuple[Stage, ...] = (
    Stage("fetch", fetch, network=True),
    Stage("annotate", annotate),
    Stage("collect", collect),
    Stage("cooccur", cooccur),
    Stage("publish", release),
)


@contextlib.contextmanager
def session(job: Job) -> Iterator[None]:
    """Hold the work directory for one run. Whoever walks :data:`STAGES` does so inside it.

    An annotator that cannot work is refused before the first stage. In the end, however that comes, the
    staged datasets are removed; `latest` is what it was until the last stage has switched it.
    """
    with locked(job.settings.workdir):
        annotator_of(job.settings)
        publish.check_latest(job.settings.workdir)
        publish.sweep(job.settings.workdir)
        try:
            yield
        finally:
            publish.sweep(job.settings.workdir)


def walk(job: Job, progress: Progress = lambda _stage, _done, _all: None) -> list[Receipt]:
    """Run all stages, one after the other in this process, and return their receipts."""
    with session(job):
        return [stage.run(job, progress) for stage in STAGES]


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
