"""Snapshots: written whole beside the others, then made `latest` in one rename.

A reader that resolves `latest` once never sees two runs mixed. A run that changes no dataset makes no
snapshot.
"""

from __future__ import annotations

import contextlib
import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyarrow.parquet as pq

from comention.checksums import has_checksum, is_as_written, with_checksum
from comention.croissant import croissant
from comention.dictionary import dictionary
from comention.errors import ComentionError, ContractError, MalformedError, StorageError, UsageError
from comention.files import remove_tree, sha256, storage_error, write_json, write_text
from comention.schemas import LEDGER, PUBLISHED, SCHEMA_VERSION

if TYPE_CHECKING:
    import pandas as pd

#: NLM asks for this wherever its data are shown.
ATTRIBUTION = (
    "Courtesy of the U.S. National Library of Medicine. NLM represents that its data were formulated with a "
    "reasonable standard of care, and makes no other warranties; it does not endorse this product. "
    "Abstracts may be under copyright."
)

_STAGING = ".staging-"
_LINK = ".latest-"
_RUN_ID = re.compile(r"\d{8}T\d{6}Z-[0-9a-f]{4}")


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A published snapshot; `changed` is False where the run found nothing new and it is an earlier run's."""

    path: Path
    changed: bool
    manifest: dict[str, Any]


def staging(workdir: Path, run_id: str) -> Path:
    """Return the folder in which a run puts its datasets together."""
    return workdir / "snapshots" / f"{_STAGING}{run_id}"


def sweep(workdir: Path) -> None:
    """Remove what runs that died left of snapshots, and nothing that no run made. Call it under the lock."""
    for path in (workdir / "snapshots").glob(f"{_STAGING}*"):
        if _RUN_ID.fullmatch(path.name.removeprefix(_STAGING)):
            remove_tree(path)
    for path in workdir.glob(f"{_LINK}*"):
        if _RUN_ID.fullmatch(path.name.removeprefix(_LINK)) and path.is_symlink():
            path.unlink(missing_ok=True)


def check_latest(workdir: Path) -> None:
    """Raise StorageError where `latest` is something else than the link that a run switches."""
    link = workdir / "latest"
    if link.exists() and not link.is_symlink():
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
        """Return those of the names of snapshots beside the latest that go."""
        newest = sorted(names, reverse=True)
        gone = newest[self.snapshots :]
        if self.days is not None and self.now is not None:
            since = f"{self.now - timedelta(days=self.days):%Y%m%dT%H%M%SZ}"
            gone += [name for name in newest[1 : self.snapshots] if name < since]
        return gone


def publish(workdir: Path, run_id: str, about: Mapping[str, Any], keep: Keep) -> Snapshot:
    """Make the staged datasets the latest snapshot, or keep the latest where they are equal to it.

    `about` goes into the manifest. Raises ContractError where a dataset is absent or is not what its
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
        size = path.stat().st_size
        datasets[dataset.name] = {"file": path.name, "rows": rows, "bytes": size, "sha256": sha256(path)}
    before = _latest(workdir)
    if before is not None and _same(before, datasets):
        remove_tree(staged)
        _prune(workdir, before.path.name, keep)
        return before
    manifest = {
        "run_id": run_id,
        "schema_version": SCHEMA_VERSION,
        "datasets": datasets,
        "attribution": ATTRIBUTION,
        **about,
    }
    manifest = with_checksum(manifest)
    write_json(staged / "manifest.json", manifest)
    write_text(staged / "DATA_DICTIONARY.md", dictionary())
    write_json(staged / "croissant.json", croissant(manifest))
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
    return Snapshot(final, changed=True, manifest=manifest)


def _same(before: Snapshot, now: Mapping[str, Any]) -> bool:
    """Tell whether the datasets are those of an earlier snapshot, and that one is still whole."""
    known = before.manifest["datasets"]
    return all(
        known.get(name, {}).get("sha256") == dataset["sha256"] == _sum(before.path / dataset["file"])
        for name, dataset in now.items()
        if name != LEDGER.name
    )


def _sum(path: Path) -> str | None:
    return sha256(path) if path.is_file() else None


def _latest(workdir: Path) -> Snapshot | None:
    """Return the latest snapshot, or None where there is none that can be read."""
    try:
        return latest(workdir)
    except ComentionError:
        return None


def _prune(workdir: Path, run_id: str, keep: Keep) -> None:
    """Remove the snapshots that the rule does not keep; never the latest, whatever its name."""
    kept = {run_id, (workdir / "latest").resolve().name}
    for name in keep.old(name for name in snapshots(workdir) if name not in kept):
        remove_tree(workdir / "snapshots" / name)


def latest(workdir: Path) -> Snapshot:
    """Return the latest snapshot, its link resolved.

    Raises UsageError where there is none and MalformedError where its manifest is damaged.
    """
    link = workdir / "latest"
    if not link.exists():
        raise UsageError(f"{workdir} holds no snapshot: make one with `comention run --workdir {workdir}`")
    return _opened(link.resolve())


def _opened(path: Path) -> Snapshot:
    try:
        manifest = json.loads((path / "manifest.json").read_text(encoding="utf-8"))
        version, _ = manifest["schema_version"], manifest["datasets"]
    except (OSError, ValueError, KeyError, TypeError) as error:
        message = f"{path} has no readable manifest ({type(error).__name__}: {error}): {_again(path)}"
        raise MalformedError(message) from None
    if version != SCHEMA_VERSION:
        raise ContractError(_migration(path, version))
    # One that lacks a dataset is of an earlier comention: :func:`verified` says so.
    whole = all(dataset.name in manifest["datasets"] for dataset in PUBLISHED)
    if whole and has_checksum(manifest) and not is_as_written(manifest):
        raise MalformedError(f"{path} has a damaged manifest: {_again(path)}")
    return Snapshot(path, changed=False, manifest=manifest)


def _again(path: Path) -> str:
    """Return what a user can do about a damaged snapshot: a run makes the latest anew, and no other."""
    if (path.parent.parent / "latest").resolve() == path.resolve():
        return "run again to publish anew"
    return "it cannot be read any more, and no run makes it anew: name another snapshot"


def _migration(path: Path, version: object) -> str:
    """Return how to come from a snapshot of another schema version to one of this."""
    told = f"{path} has schema version {version}, and this comention reads {SCHEMA_VERSION}"
    if isinstance(version, int) and version > SCHEMA_VERSION:
        return f"{told}: install the newer comention that wrote it"
    workdir = path.parent.parent
    return (
        f"{told}: `comention run --workdir {workdir}` publishes anew what the store holds, without fetching; "
        "give it the options of the runs before"
    )


def is_outdated(workdir: Path) -> bool:
    """Return whether the latest snapshot is of an earlier schema version, so that a run publishes it anew."""
    try:
        raw = json.loads((workdir / "latest" / "manifest.json").read_text(encoding="utf-8"))
        version = raw["schema_version"]
    except (OSError, ValueError, KeyError, TypeError):
        return False
    return isinstance(version, int) and version < SCHEMA_VERSION


def annotators(workdir: Path) -> set[str]:
    """Return the fingerprints of the annotators that made the snapshots which are there."""
    found = set()
    for name in snapshots(workdir):
        with contextlib.suppress(ComentionError):  # one that cannot be read keeps nothing
            found.add(str((opened(workdir, name).manifest.get("annotator") or {}).get("fingerprint")))
    return found


def snapshots(workdir: Path) -> list[str]:
    """Return the names of the snapshots of a work directory, the oldest first."""
    folder = workdir / "snapshots"
    if not folder.is_dir():
        return []
    return sorted(path.name for path in folder.iterdir() if _RUN_ID.fullmatch(path.name))


def opened(workdir: Path, name: str) -> Snapshot:
    """Return a snapshot by its name; raises what :func:`latest` raises."""
    return _opened(workdir / "snapshots" / name)


def dataset_path(workdir: Path, name: str) -> Path:
    """Return the file of a published dataset in the latest snapshot, its checksum compared.

    Raises UsageError for another name and MalformedError for a file that is not what was published.
    """
    names = [dataset.name for dataset in PUBLISHED]
    if name not in names:
        raise UsageError(f"no dataset {name!r}: there are {', '.join(names)}")
    return verified(latest(workdir), name)


def verified(snapshot: Snapshot, name: str) -> Path:
    """Return the file of a dataset of a snapshot; raises MalformedError where it is not as published."""
    path = snapshot.path / f"{name}.parquet"
    published = snapshot.manifest["datasets"].get(name)
    again = _again(snapshot.path)
    if published is None:
        raise MalformedError(f"{snapshot.path} is of an earlier comention, without {name}: {again}")
    if not path.is_file():
        raise MalformedError(f"{path} is gone: {again}")
    if sha256(path) != published["sha256"]:
        raise MalformedError(f"{path} is damaged, its checksum is not the manifest's: {again}")
    return path


def load(name: str, workdir: Path) -> pd.DataFrame:
    """Return a published dataset as pandas, with nullable types; lists stay lists."""
    import pandas as pd

    return pd.read_parquet(dataset_path(workdir, name), dtype_backend="numpy_nullable")
