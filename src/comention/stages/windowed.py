"""A window of a snapshot as a snapshot of its own: its articles alone, and everything counted anew from them.

What the same articles would give a run is what it holds; a test compares them byte for byte.
"""

from __future__ import annotations

import json
import os
import shutil
import uuid
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from comention.config import Pairs, Settings
from comention.cooccur.count import count
from comention.cooccur.enrichment import Background
from comention.errors import ComentionError, UsageError
from comention.files.atomic import json_text, read_parquet, remove_tree, write_parquet, writing
from comention.files.checksums import write_checked_json
from comention.files.opening import is_there
from comention.lexicon.store import open_lexicon
from comention.schemas import (
    ARTICLES,
    CLAIMS,
    CONCEPTS,
    HIERARCHY,
    MENTIONS,
    PUBLISHED,
    SENTENCES,
    conform,
)
from comention.snapshots.manifest import MANIFEST, PublishedFile, read_manifest
from comention.snapshots.snapshot import Snapshot
from comention.stages.background import tabled
from comention.stages.corpus import concepts_of
from comention.stages.job import Job
from comention.stages.manifest import linked
from comention.stages.window import Window
from comention.stages.windows import PART, articles_of, cache, collective, key, prune, put, whole


def windowed(
    snapshot: Snapshot,
    window: Window,
    *,
    threads: int | None = None,
    memory_limit: str | None = None,
    background: Background | None = None,
) -> Snapshot:
    """Return the snapshot of a window: the same one where the window leaves nothing out.

    Articles, sentences and mentions are those of the window, and all that is counted is counted anew from
    them, with the settings of the run: by the topic, types of pairs and collective names of its manifest.
    `articles.story` and the ledger stay the run's. `background` is what the topic is compared with, of all
    years and kinds; without one there is no enrichment. `threads` and `memory_limit` bound counting.

    Raises UsageError where the window holds no article and for a window of a window, StorageError where the
    disk refuses it, and what reading a snapshot raises.
    """
    if not window:
        return snapshot
    if (held := snapshot.manifest.window) is not None:
        raise UsageError(
            f"the snapshot is a window already ({held.words}): ask the whole one for both, {window.words} too"
        )
    room = cache(snapshot.workdir)
    folder = room / key(snapshot, window, background is not None) / snapshot.run_id
    found = whole(folder)
    if found is None:
        part = room / f"{PART}{uuid.uuid4().hex}" / snapshot.run_id
        try:
            with writing(part):
                part.mkdir(parents=True)
                _fill(part, snapshot, window, background, (threads, memory_limit))
                if whole(folder) is None:  # else another command has counted it meanwhile, and may read it
                    remove_tree(folder.parent)
                    put(part.parent, folder.parent)
        finally:
            remove_tree(part.parent)
        found = Snapshot(folder, read_manifest(folder))
    os.utime(folder.parent)
    prune(room, folder.parent)
    return found


def background_of(snapshot: Snapshot, settings: Settings) -> Background | None:
    """Return what a snapshot was compared with, for a window of it; None where that cannot be known.

    It is of all years and kinds of articles, whatever the window. It is not published, so that it must still
    be what settings and store of the run give; one of bulk files counts the whole topic with another
    annotator, and serves no window.
    """
    told = json.loads((snapshot.path / MANIFEST).read_bytes()).get("background")
    job = Job(settings, snapshot.run_id, datetime.now(UTC))
    if told is None or told["kind"] == "bulk" or not is_there(job.store):
        return None
    try:
        # of the snapshot's articles: the store may hold those of a later run, or of one that counts
        found = tabled(job, lambda: _pmids(snapshot))
        if json.loads(json_text(found.about)) != told or found.background is None:
            return None
    except ComentionError:
        return None
    return replace(found.background, years_matched=False)


def _pmids(snapshot: Snapshot) -> pa.Array:
    return read_parquet(snapshot.file(ARTICLES.name), ["pmid"])["pmid"].combine_chunks()


def _fill(
    out: Path,
    snapshot: Snapshot,
    window: Window,
    background: Background | None,
    bounds: tuple[int | None, str | None],
) -> None:
    """Write all datasets of a window and its manifest into a folder."""
    every, kept = _corpus(out, snapshot, window)
    held = snapshot.manifest
    above = out / f"{HIERARCHY.name}.parquet"
    count(
        mentions=[out / f"{MENTIONS.name}.parquet"],
        articles=[out / f"{ARTICLES.name}.parquet"],
        sentences=[out / f"{SENTENCES.name}.parquet"],
        said=[out / f"{CLAIMS.name}.parquet"],
        hierarchy=above,
        collective=collective(snapshot),
        out=out,
        topic_ids=topic_ids(snapshot),
        pair_types=held.pair_types or Pairs().types,
        threads=bounds[0],
        memory_limit=bounds[1],
        background=background,
    )
    for dataset in PUBLISHED:
        if not is_there(out / f"{dataset.name}.parquet"):
            shutil.copyfile(snapshot.file(dataset.name), out / f"{dataset.name}.parquet")
    _write_manifest(out, snapshot, background, {"words": window.words, "articles": kept, "of": every})


def topic_ids(snapshot: Snapshot) -> frozenset[str]:
    """Return the ids of the topic of a snapshot's run, as they are now and as the settings had them."""
    ids = snapshot.manifest.topic.concepts
    return frozenset(ids) | frozenset(map(open_lexicon().current, ids)) if ids else frozenset()


def _corpus(out: Path, snapshot: Snapshot, window: Window) -> tuple[int, int]:
    """Write the articles of a window and what goes with them; return all articles and those kept."""
    pmids = pa.array(articles_of(snapshot, window), pa.int64())
    for dataset in (ARTICLES, SENTENCES, MENTIONS, CLAIMS):
        rows = read_parquet(snapshot.file(dataset.name))
        kept = rows.filter(pc.is_in(rows["pmid"], value_set=pmids))
        write_parquet(out / f"{dataset.name}.parquet", conform(kept, dataset))
    mentions = read_parquet(out / f"{MENTIONS.name}.parquet", ["concept_id", "concept_name", "entity_type"])
    known = read_parquet(snapshot.file(CONCEPTS.name))

    def describe(ids: Iterable[str]) -> list[dict[str, Any]]:
        of_ids = known.filter(pc.is_in(known["concept_id"], value_set=pa.array(sorted(ids), pa.string())))
        found: list[dict[str, Any]] = of_ids.to_pylist()
        return found

    concepts = conform(concepts_of(mentions, describe), CONCEPTS)
    write_parquet(out / f"{CONCEPTS.name}.parquet", concepts)
    above = read_parquet(snapshot.file(HIERARCHY.name))
    mentioned = above.filter(pc.is_in(above["concept_id"], value_set=concepts["concept_id"].combine_chunks()))
    write_parquet(out / f"{HIERARCHY.name}.parquet", conform(mentioned, HIERARCHY))
    return snapshot.manifest.datasets[ARTICLES.name].rows, len(pmids)


def _write_manifest(
    out: Path, snapshot: Snapshot, background: Background | None, told: Mapping[str, Any]
) -> None:
    """Write the run's manifest with the datasets of the window, and with what the window is."""
    written = json.loads((snapshot.path / MANIFEST).read_bytes())
    datasets = {}
    for dataset in PUBLISHED:
        path = out / f"{dataset.name}.parquet"
        rows = read_parquet(path, []).num_rows
        datasets[dataset.name] = PublishedFile.at(path, rows).model_dump()
    written |= {
        "datasets": datasets,
        "families": read_parquet(out / "families.parquet").to_pylist(),
        "mentions": linked(out / "mentions.parquet"),
        "background": written.get("background") if background else None,
        "stages": [],
        "window": dict(told),
    }
    write_checked_json(out / MANIFEST, written)
