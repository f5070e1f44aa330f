"""Windows of a snapshot that were counted before: what each is called, where they lie, and which stay.

They lie in the folder `windows` of the work directory, each named for all that it depends on. One that is
damaged is none, and is counted again.
"""

from __future__ import annotations

import atexit
import hashlib
import json
import os
import tempfile
import time
from pathlib import Path

from comention.errors import ComentionError, UsageError
from comention.files.atomic import remove_tree
from comention.files.opening import is_there
from comention.schemas import ARTICLES, PUBLISHED, SCHEMA_VERSION
from comention.snapshots.manifest import read_manifest
from comention.snapshots.snapshot import Snapshot
from comention.snapshots.tables import select
from comention.stages.window import Window
from comention.version import __version__

#: Windows that stay; each is as large as its articles' share of the snapshot.
KEPT = 8
_FOLDER = "windows"
PART = ".part-"
_STALE = 24 * 3600  # seconds after which a part is taken for one of a command that died


def cache(workdir: Path) -> Path:
    """Return where windows of a work directory lie; a folder of this process where it cannot be written."""
    folder = workdir / _FOLDER
    try:
        folder.mkdir(exist_ok=True)
        if os.access(folder, os.W_OK):
            return folder
    except OSError:
        pass
    own = Path(tempfile.mkdtemp(prefix="comention-"))
    atexit.register(remove_tree, own)
    return own


def is_held(snapshot: Snapshot, window: Window) -> bool:
    """Return whether a window was counted before, and lies in the work directory."""
    names = (key(snapshot, window, compared) for compared in (True, False))
    return any(is_there(snapshot.workdir / _FOLDER / name) for name in names)


def key(snapshot: Snapshot, window: Window, compared: bool) -> str:
    """Return a name of all that a window holds depends on; `compared` with the run's background or not."""
    held = snapshot.manifest
    counted = [held.datasets[dataset.name].sha256 for dataset in PUBLISHED if dataset.name in held.datasets]
    against = held.background.model_dump() if compared and held.background else None
    parts = [__version__, SCHEMA_VERSION, held.run_id, counted, held.pair_types, window.key, against]
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()[:24]


def whole(folder: Path) -> Snapshot | None:
    """Return the snapshot of a folder, None where it is not there or not as it was written."""
    if not is_there(folder):
        return None
    try:
        found = Snapshot(folder, read_manifest(folder))
        for dataset in PUBLISHED:
            found.file(dataset.name)
    except ComentionError:
        return None
    return found


def put(part: Path, folder: Path) -> None:
    """Put a window in its place, unless another command has put the same one there first."""
    try:
        part.rename(folder)
    except OSError:
        if not is_there(folder):
            raise


def prune(folder: Path, used: Path) -> None:
    """Remove the windows that were not used for longest, and what commands that died have left."""
    now = time.time()
    ages: list[tuple[float, Path]] = []
    for path in folder.iterdir():
        try:
            age = now - path.stat().st_mtime
        except OSError:
            continue  # another command has removed it
        if path.name.startswith(PART) and age > _STALE:
            remove_tree(path)
        elif not path.name.startswith(PART) and path != used:
            ages.append((age, path))
    for _, path in sorted(ages)[KEPT - 1 :]:
        remove_tree(path)


def articles_of(snapshot: Snapshot, window: Window) -> list[int]:
    """Return the PMIDs of a window in order; raises UsageError where there are none."""
    query = f"SELECT pmid FROM articles WHERE {window.condition} ORDER BY pmid"  # noqa: S608 - our own words
    pmids = [row["pmid"] for row in select(snapshot, ("articles",), query)]
    if not pmids:
        every = snapshot.manifest.datasets[ARTICLES.name].rows
        raise UsageError(
            f"none of {every:,} articles is of the window {window.words}: widen it "
            "(years, organisms and kinds of studies are what the record or its text says)"
        )
    return pmids


def collective(snapshot: Snapshot) -> frozenset[str]:
    """Return the ids of the concepts that the run left out of pairs.

    These are cell lines, and collective names of cytokines.
    """
    query = "SELECT concept_id FROM concepts WHERE level = 'line'"
    if not snapshot.manifest.collective:
        query += " OR level = 'class' AND entity_type = 'cytokine'"
    return frozenset(row["concept_id"] for row in select(snapshot, ("concepts",), query))
