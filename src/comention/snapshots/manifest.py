"""What the manifest of a snapshot holds, as far as anything here reads it: the one place that reads one."""

from __future__ import annotations

import itertools
import json
import shlex
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from comention.errors import ContractError, MalformedError, StorageError
from comention.files.atomic import sha256
from comention.files.checksums import block_sums, has_checksum, is_as_written
from comention.files.opening import is_there
from comention.records import BackgroundKind
from comention.schemas import PUBLISHED, SCHEMA_VERSION

#: The file's name in the folder of a snapshot.
MANIFEST = "manifest.json"


class _Part(BaseModel):
    """An object of the manifest: of JSON's own types, unchangeable; keys that nothing here reads are left."""

    model_config = ConfigDict(frozen=True, strict=True, extra="ignore")


class PublishedFile(_Part):
    """A dataset's file, as it was published.

    `blocks` are the CRC-32 of each MiB, for readers of some of its rows; an earlier comention gave none.
    """

    file: str
    rows: int = Field(ge=0)
    bytes: int = Field(ge=0)
    sha256: str
    blocks: tuple[int, ...] = ()

    @classmethod
    def at(cls, path: Path, rows: int) -> PublishedFile:
        """Return what is published of a file with so many rows."""
        size = path.stat().st_size
        return cls(file=path.name, rows=rows, bytes=size, sha256=sha256(path), blocks=block_sums(path))


class Topic(_Part):
    """What the articles are on, as the settings have it."""

    name: str = ""
    match: str = ""
    concepts: tuple[str, ...] = ()
    mesh: tuple[str, ...] = ()
    query: str = ""


class OwnNames(_Part):
    """A user's own names, added and taken out."""

    add: dict[str, str] = Field(default_factory=dict)
    stop: tuple[str, ...] = ()


class Reader(_Part):
    """The annotator that read the texts."""

    name: str | None = None
    fingerprint: str | None = None
    names: OwnNames | None = None


class ModelFigure(_Part):
    """A figure of the trained model on a gold corpus."""

    gold: str
    type: str
    measure: str
    f1: float


class TrainedModel(_Part):
    """The trained recogniser."""

    fingerprint: str | None = None
    figures: tuple[ModelFigure, ...] = ()


class Vocabulary(_Part):
    """A source of the lexicon's names."""

    title: str
    version: str
    licence: str


class Vocabularies(_Part):
    """The sources of the lexicon's names."""

    sources: tuple[Vocabulary, ...] = ()


class NamesRead(_Part):
    """The lexicon that the texts were read with."""

    fingerprint: str | None = None
    names: int = 0
    sources: Vocabularies = Vocabularies()


class Compared(_Part):
    """What the topic was compared with: `years` are the articles of a table or sample by year."""

    kind: BackgroundKind
    source: str
    annotator: str
    articles: int
    years: dict[str, int] = Field(default_factory=dict)

    @property
    def words(self) -> str:
        """It in a line: where from, how much, by whom and of which years."""
        dated = sorted(int(year) for year in self.years if year.isdecimal())
        middle = dated and f", {_median(self.years)} in the middle"
        span = f", {dated[0]}–{dated[-1]}{middle}" if dated else ""
        matched = "drawn by the topic's years" if self.kind == "sample" else "not matched by year"
        return f"{self.source} ({self.articles:,} articles{span}), read by {self.annotator}, {matched}"


class Narrowed(_Part):
    """The window of a snapshot: what it is, its articles, and those of the whole snapshot."""

    words: str
    articles: int
    of: int

    @property
    def told(self) -> str:
        """It in a line, with how many articles of how many."""
        return f"{self.words}: {self.articles:,} of {self.of:,} articles"


def _median(years: Mapping[str, int]) -> int:
    """Return the year of the middle article of those whose year is known."""
    dated = sorted((int(year), n) for year, n in years.items() if year.isdecimal())
    half = sum(n for _, n in dated) / 2
    up_to = itertools.accumulate(n for _, n in dated)
    return next(year for (year, _), n in zip(dated, up_to, strict=True) if n >= half)


class Manifest(_Part):
    """The manifest of a snapshot; what an earlier comention did not write is empty.

    `previous` is the run id of the snapshot that was the latest when this one was published, None where there
    was none; `number` counts the snapshots of the work directory from 1. Both say what came before, whatever
    the clock said; where an earlier comention wrote the manifest, they are None and 0. `collective` tells
    whether collective names of cytokines form pairs, `claims` is the fingerprint of what read claims,
    `window` what a snapshot of some articles is narrowed to.
    """

    run_id: str
    schema_version: int
    datasets: dict[str, PublishedFile]
    previous: str | None = None
    number: int = Field(0, ge=0)
    attribution: str = ""
    created_at: str = ""
    comention: str | None = None
    topic: Topic = Topic()
    annotator: Reader | None = None
    background: Compared | None = None
    model: TrainedModel | None = None
    claims: str | None = None
    lexicon: NamesRead | None = None
    pair_types: tuple[str, ...] | None = None
    collective: bool = False
    window: Narrowed | None = None
    versions: dict[str, str] = Field(default_factory=dict)


class _Version(BaseModel):
    """The one key that every version of a manifest has."""

    model_config = ConfigDict(extra="ignore")

    schema_version: int | str


def read_manifest(folder: Path) -> Manifest:
    """Return the manifest of a snapshot's folder.

    Raises ContractError for one of another schema version, MalformedError for one that is damaged, however it
    is, and StorageError where the folder is not there any more.
    """
    path = folder / MANIFEST
    try:
        text = path.read_bytes()
        version = _Version.model_validate_json(text).schema_version
        if version != SCHEMA_VERSION:
            raise ContractError(_migration(folder, version))
        manifest = Manifest.model_validate_json(text)
        if _is_as_published(manifest, json.loads(text)):
            return manifest
        reason = "its checksum is another"
    except ValidationError as error:
        reason = _first(error)
    except ValueError as error:
        reason = str(error)
    except OSError as error:
        if not is_there(folder):
            raise removed(folder) from None
        reason = error.strerror or type(error).__name__
    raise MalformedError(f"{folder} has no readable manifest ({reason}): {way_on(folder)}")


def version_of(folder: Path) -> int | str | None:
    """Return the schema version of a snapshot's folder; None where it cannot be read."""
    try:
        return _Version.model_validate_json((folder / MANIFEST).read_bytes()).schema_version
    except (OSError, ValidationError):
        return None


def way_on(folder: Path) -> str:
    """Return what a user can do about a damaged snapshot: a run makes the latest anew, and no other."""
    if (folder.parent.parent / "latest").resolve() == folder.resolve():
        return "run again to publish anew"
    return "it cannot be read any more, and no run makes it anew: name another snapshot"


def _is_as_published(manifest: Manifest, written: Any) -> bool:
    """Return whether the checksum holds; one that lacks a dataset is of an earlier comention and has none."""
    if any(dataset.name not in manifest.datasets for dataset in PUBLISHED) or not has_checksum(written):
        return True
    return is_as_written(written)


def removed(folder: Path) -> StorageError:
    """Return the error that a snapshot is not there any more."""
    return StorageError(
        f"{folder} was removed while it was read, since later runs keep only so many snapshots "
        "(run.keep_snapshots): do it again, with the latest one"
    )


def _first(error: ValidationError) -> str:
    """Return the first thing that is wrong, in one line."""
    found = error.errors(include_url=False, include_context=False, include_input=False)[0]
    place = ".".join(map(str, found["loc"]))
    return " ".join(f"{place}: {found['msg']}".removeprefix(": ").split())


def _migration(folder: Path, version: object) -> str:
    """Return how to come from a snapshot of another schema version to one of this."""
    words = f"{folder} has schema version {version}, and this comention reads {SCHEMA_VERSION}"
    if isinstance(version, int) and version > SCHEMA_VERSION:
        return f"{words}: install the newer comention that wrote it"
    workdir = shlex.quote(str(folder.parent.parent))
    return (
        f"{words}: `comention run --workdir {workdir}` publishes anew what the store holds, without "
        "fetching; give it the options of the runs before"
    )
