"""A published snapshot in hand, and how one is found.

Everything that answers from published data takes a :class:`Snapshot`, never a work directory: `latest` is
resolved once, and a run that publishes in the meantime changes no answer.
"""

from __future__ import annotations

import contextlib
import io
import re
import shlex
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

import pyarrow.parquet as pq

from comention.errors import ComentionError, MalformedError, UsageError
from comention.files.atomic import sha256
from comention.files.checksums import CheckedReader
from comention.files.opening import is_there
from comention.schemas import PUBLISHED, SCHEMA_VERSION
from comention.snapshots.manifest import Manifest, PublishedFile, read_manifest, removed, version_of, way_on

if TYPE_CHECKING:
    import pandas as pd


#: What a run is called.
RUN_ID = re.compile(r"\d{8}T\d{6}Z-[0-9a-f]{4}")
_LATEST = "latest"
_NAMED = 5  # work directories in a message


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A published snapshot: one run's datasets, whatever is published while it is read.

    `path` is its folder with links resolved; `changed` is False where the run that returns it found nothing
    new and it is an earlier run's.
    """

    path: Path
    manifest: Manifest
    changed: bool = False
    _checked: dict[str, Path] = field(default_factory=dict, init=False, repr=False, compare=False)

    @property
    def run_id(self) -> str:
        """The run that made it, which its folder is named for."""
        return self.path.name

    @property
    def workdir(self) -> Path:
        """The work directory that it lies in."""
        return self.path.parent.parent

    def file(self, name: str) -> Path:
        """Return the Parquet file of a dataset; its checksum is compared once, when it is first asked for.

        Raises UsageError for a name that is no dataset, MalformedError for a file that is not as published,
        and StorageError where the whole snapshot has been removed.
        """
        if name not in self._checked:
            self._checked[name] = self._verified(name)
        return self._checked[name]

    def load(self, name: str) -> pd.DataFrame:
        """Return a dataset (`"pairs"`, `"evidence"` …) as pandas, with nullable types; lists stay lists.

        Raises what :meth:`file` raises.
        """
        import pandas as pd
        from pyarrow.fs import LocalFileSystem

        path = self.file(name)
        try:
            # Arrow opens the file itself: of a file that pandas opens, a thread of Arrow's may still let go
            # while Python ends, which aborts it (pyarrow 25.0.1, apache/arrow issues 34314 and 50482)
            return pd.read_parquet(path, dtype_backend="numpy_nullable", filesystem=LocalFileSystem())
        except FileNotFoundError:
            raise self.gone(path) from None

    def gone(self, path: Path) -> ComentionError:
        """Return the error that a file of the snapshot is not there (any more)."""
        if not is_there(self.path):
            return removed(self.path)
        return self._damaged(f"{path} is gone")

    @contextlib.contextmanager
    def part(self, name: str) -> Iterator[pq.ParquetFile]:
        """Open a dataset of which some rows are read: what is read of its file is compared, and no more.

        Raises what :meth:`file` raises, while it is read too.
        """
        path, published = self._published(name)
        with self._as_published(path):
            whole = name in self._checked or not published.blocks
            source: BinaryIO | io.RawIOBase = (
                self.file(name).open("rb")
                if whole
                else CheckedReader(path, published.bytes, published.blocks)
            )
            with source, pq.ParquetFile(source, pre_buffer=False) as file:
                yield file

    def _verified(self, name: str) -> Path:
        path, published = self._published(name)
        with self._as_published(path):
            if sha256(path) != published.sha256:
                raise ValueError("its checksum is another")
        return path

    def _published(self, name: str) -> tuple[Path, PublishedFile]:
        names = [dataset.name for dataset in PUBLISHED]
        if name not in names:
            raise UsageError(f"no dataset {name!r}: there are {', '.join(names)}")
        path = self.path / f"{name}.parquet"
        published = self.manifest.datasets.get(name)
        if published is None:
            raise self._damaged(f"{self.path} is of an earlier comention, without {name}")
        return path, published

    @contextlib.contextmanager
    def _as_published(self, path: Path) -> Iterator[None]:
        """Raise what is wrong with a file as an error of the snapshot."""
        try:
            yield
        except OSError as error:
            if is_there(path):
                raise self._damaged(f"{path} cannot be read ({error.strerror})") from None
            raise self.gone(path) from None
        except ValueError as error:  # Arrow's errors are of this kind too
            why = " ".join(str(error).split())
            raise self._damaged(f"{path} is damaged, {why}") from None

    def _damaged(self, what: str) -> MalformedError:
        return MalformedError(f"{what}: {way_on(self.path)}")


def _elsewhere(workdir: Path) -> str:
    """Return what to do where a work directory holds no snapshot: name one beside it that does, or run."""
    try:
        beside = sorted(path.parent for path in workdir.parent.glob(f"*/{_LATEST}") if path.is_symlink())
    except OSError:
        beside = []
    if not beside:
        return f"make one with `comention run --workdir {shlex.quote(str(workdir))}`"
    more = f" and {len(beside) - _NAMED} more" if len(beside) > _NAMED else ""
    named = ", ".join(map(str, beside[:_NAMED]))
    return f"name one that does with --workdir ({named}{more}), or make one with `comention run`"


def latest(workdir: Path) -> Snapshot:
    """Return the latest snapshot, its link resolved: once for all that is asked of it.

    Raises UsageError where there is none, MalformedError where its manifest is damaged, and ContractError
    where it has another schema version.
    """
    link = workdir / _LATEST
    if not is_there(link):
        raise UsageError(f"{workdir} holds no snapshot: {_elsewhere(workdir)}")
    path = link.resolve()
    return Snapshot(path, read_manifest(path))


def opened(workdir: Path, name: str) -> Snapshot:
    """Return a snapshot by its name; raises what :func:`latest` raises."""
    path = workdir.resolve() / "snapshots" / name
    return Snapshot(path, read_manifest(path))


def snapshots(workdir: Path) -> list[str]:
    """Return the names of the snapshots of a work directory, the oldest first.

    The numbers in the manifests say which is older, not the clock, which may have gone back. Those without a
    number (an earlier comention gave none; the manifest is damaged) are the oldest, in the order of their
    names, which are times.
    """
    folder = workdir / "snapshots"
    if not folder.is_dir():
        return []
    names = (path.name for path in folder.iterdir() if RUN_ID.fullmatch(path.name))
    return sorted(names, key=lambda name: (_number(workdir, name), name))


def latest_name(workdir: Path) -> str | None:
    """Return the name that `latest` points to, whether or not a snapshot is there; None without a link."""
    link = workdir / _LATEST
    return link.resolve().name if link.is_symlink() else None


def before(snapshot: Snapshot) -> str | None:
    """Return the name of the snapshot that came before one; None where there is none, or none any more."""
    names = snapshots(snapshot.workdir)
    if snapshot.manifest.previous in names:
        return snapshot.manifest.previous
    earlier = names[: names.index(snapshot.run_id)] if snapshot.run_id in names else []
    return earlier[-1] if earlier else None


def next_number(workdir: Path) -> int:
    """Return the number of the snapshot that is published next."""
    return 1 + max((_number(workdir, name) for name in snapshots(workdir)), default=0)


def is_outdated(workdir: Path) -> bool:
    """Return whether the latest snapshot is of an earlier schema version, so that a run publishes it anew."""
    version = version_of((workdir / _LATEST).resolve())
    return isinstance(version, int) and version < SCHEMA_VERSION


def annotators(workdir: Path) -> set[str]:
    """Return the fingerprints of the annotators that made the snapshots which are there."""
    found = set()
    for name in snapshots(workdir):
        with contextlib.suppress(ComentionError):  # one that cannot be read keeps nothing
            annotator = opened(workdir, name).manifest.annotator
            found.add(str(annotator and annotator.fingerprint))
    return found


def _number(workdir: Path, name: str) -> int:
    try:
        return opened(workdir, name).manifest.number
    except ComentionError:
        return 0
