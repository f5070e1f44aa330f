"""Snapshots: written whole beside the others, then made `latest` in one rename.

A reader that resolves `latest` once never sees two runs mixed. A run that changes no dataset, and neither
what was asked for nor what read it, makes no snapshot.
"""

from __future__ import annotations

import itertools
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq

from comention.errors import ComentionError, ContractError, StorageError
from comention.files.atomic import json_text, remove_tree, sha256, storage_error, write_json, write_text
from comention.files.checksums import write_checked_json
from comention.files.opening import is_there
from comention.schemas import LEDGER, PUBLISHED, SCHEMA_VERSION
from comention.snapshots.crate import CRATE, crate
from comention.snapshots.croissant import croissant
from comention.snapshots.dictionary import DICTIONARY, dictionary
from comention.snapshots.manifest import MANIFEST, PublishedFile, read_manifest
from comention.snapshots.snapshot import RUN_ID, Snapshot, latest, latest_name, next_number, snapshots

#: NLM asks for this wherever its data are shown.
ATTRIBUTION = (
    "Courtesy of the U.S. National Library of Medicine. NLM represents that its data were formulated with a "
    "reasonable standard of care, and makes no other warranties; it does not endorse this product. "
    "Abstracts may be under copyright."
)

# What makes another snapshot where datasets are equal. PubMed's translation of a query does not: it follows
# MeSH, and another query of the user's is another topic.
_ASKED = ("topic", "pair_types", "collective", "background", "annotator", "claims")

_STAGING = ".staging-"
_LINK = ".latest-"


def staging(workdir: Path, run_id: str) -> Path:
    """Return the folder in which a run puts its datasets together."""
    return workdir / "snapshots" / f"{_STAGING}{run_id}"


def sweep(workdir: Path) -> None:
    """Remove what runs that died left of snapshots, and nothing that no run made. Call it under the lock."""
    for path in (workdir / "snapshots").glob(f"{_STAGING}*"):
        if RUN_ID.fullmatch(path.name.removeprefix(_STAGING)):
            remove_tree(path)
    for path in workdir.glob(f"{_LINK}*"):
        if RUN_ID.fullmatch(path.name.removeprefix(_LINK)) and path.is_symlink():
            path.unlink(missing_ok=True)


def check_latest(workdir: Path) -> None:
    """Raise StorageError where `latest` is something else than the link that a run switches."""
    link = workdir / "latest"
    if is_there(link) and not link.is_symlink():
        raise StorageError(f"{link} is no link: move it away, it is where the latest snapshot is linked")


@dataclass(frozen=True, slots=True)
class Keep:
    """Which snapshots stay: the latest, and so many of the newest beside it that are younger than `days`.

    The one before the latest stays at any age, so that the two can be compared. Without `days` age does not
    matter; `now` is the day on which it is asked.
    """

    snapshots: int
    days: int | None = None
    now: datetime | None = None

    def old(self, names: Iterable[str]) -> list[str]:
        """Return those of the names of snapshots beside the latest that go; the names come oldest first.

        A snapshot is as young as any before it, whatever the clock said when it was made.
        """
        ordered = list(names)
        youth = dict(zip(ordered, itertools.accumulate(ordered, max), strict=True))
        newest = ordered[::-1]
        gone = newest[self.snapshots :]
        if self.days is not None and self.now is not None:
            since = f"{self.now - timedelta(days=self.days):%Y%m%dT%H%M%SZ}"
            gone += [name for name in newest[1 : self.snapshots] if youth[name] < since]
        return gone


def publish(workdir: Path, run_id: str, about: Mapping[str, Any], keep: Keep) -> Snapshot:
    """Make the staged datasets the latest snapshot, or keep the latest where nothing differs from it.

    `about` goes into the manifest; where it says another topic, background or reader, the snapshot is another
    one with equal datasets. Raises ContractError where a dataset is absent or is not what its
    schema says.
    """
    staged = staging(workdir, run_id)
    datasets = {}
    for dataset in PUBLISHED:
        path = staged / f"{dataset.name}.parquet"
        if not path.exists():
            raise ContractError(f"dataset {dataset.name} was not made: nothing is published")
        with pq.ParquetFile(path) as file:
            if not file.schema_arrow.equals(dataset.schema, check_metadata=True):
                raise ContractError(f"dataset {dataset.name} differs from its schema: nothing is published")
            rows = file.metadata.num_rows
        datasets[dataset.name] = PublishedFile.at(path, rows)
    before = _latest(workdir)
    if before is not None and _same(before, datasets) and _asked(_written(before)) == _asked(about):
        remove_tree(staged)
        _prune(workdir, before.path.name, keep)
        return before
    written = {
        "run_id": run_id,
        "previous": _previous(workdir),
        "number": next_number(workdir),
        "schema_version": SCHEMA_VERSION,
        "datasets": {name: file.model_dump() for name, file in datasets.items()},
        "attribution": ATTRIBUTION,
        **about,
    }
    write_checked_json(staged / MANIFEST, written)
    manifest = read_manifest(staged)
    write_text(staged / DICTIONARY, dictionary())
    write_json(staged / "croissant.json", croissant(manifest))
    write_json(staged / CRATE, crate(manifest))
    final = workdir.resolve() / "snapshots" / run_id
    link = workdir / f"{_LINK}{run_id}"
    try:
        staged.rename(final)  # refused where another run's snapshot has that name, which must stay
    except OSError as error:
        raise storage_error(final, error) from error
    try:
        link.symlink_to(Path("snapshots") / run_id)
        link.replace(workdir / "latest")
    except OSError as error:
        link.unlink(missing_ok=True)
        remove_tree(final)
        raise storage_error(workdir / "latest", error) from error
    _prune(workdir, run_id, keep)
    return Snapshot(final, manifest, changed=True)


def _same(before: Snapshot, now: Mapping[str, PublishedFile]) -> bool:
    """Return whether the datasets are those of an earlier snapshot, and that one is still whole."""
    known = before.manifest.datasets
    return all(
        name in known and known[name].sha256 == dataset.sha256 == _sum(before.path / dataset.file)
        for name, dataset in now.items()
        if name != LEDGER.name
    )


def _written(snapshot: Snapshot) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((snapshot.path / MANIFEST).read_bytes())
    return found


def _asked(about: Mapping[str, Any]) -> dict[str, Any]:
    """Return what of a manifest tells what was asked for, what it was compared with, and what read it."""
    plain = json.loads(json_text(about))
    found = {name: plain.get(name) for name in _ASKED}
    return found | {"lexicon": (plain.get("lexicon") or {}).get("fingerprint")}


def _sum(path: Path) -> str | None:
    return sha256(path) if path.is_file() else None


def _latest(workdir: Path) -> Snapshot | None:
    """Return the latest snapshot, or None where there is none that can be read."""
    try:
        return latest(workdir)
    except ComentionError:
        return None


def _previous(workdir: Path) -> str | None:
    """Return the name of the snapshot that the next one comes after, be it damaged; None for the first."""
    names = snapshots(workdir)
    linked = latest_name(workdir)
    return linked if linked in names else (names[-1] if names else None)


def _prune(workdir: Path, run_id: str, keep: Keep) -> None:
    """Remove the snapshots that the rule does not keep; never the latest, whatever its name."""
    kept = {run_id, latest_name(workdir)}
    for name in keep.old(name for name in snapshots(workdir) if name not in kept):
        remove_tree(workdir / "snapshots" / name)
