"""A published snapshot in hand, and how one is found."""

from __future__ import annotations

import contextlib
import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from comention.checksums import has_checksum, is_as_written
from comention.errors import ComentionError, ContractError, MalformedError, UsageError
from comention.files import is_there, sha256
from comention.schemas import PUBLISHED, SCHEMA_VERSION

if TYPE_CHECKING:
    import pandas as pd


#: What a run is called.
RUN_ID = re.compile(r"\d{8}T\d{6}Z-[0-9a-f]{4}")


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A published snapshot; `changed` is False where the run found nothing new and it is an earlier run's."""

    path: Path
    changed: bool
    manifest: dict[str, Any]


def latest(workdir: Path) -> Snapshot:
    """Return the latest snapshot, its link resolved.

    Raises UsageError where there is none and MalformedError where its manifest is damaged.
    """
    link = workdir / "latest"
    if not is_there(link):
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
    return sorted(path.name for path in folder.iterdir() if RUN_ID.fullmatch(path.name))


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
