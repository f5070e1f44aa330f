"""What EFetch has sent and the store does not hold yet: a run that is interrupted goes on with it.

Every answer is a file of its own, written when it comes, whole or not at all: a line of JSON that says what
was asked for and what came, then the answer, as gzip. `about.json` says since when answers are kept. They are
dropped after some days, because what PubMed says of a record changes.
"""

from __future__ import annotations

import contextlib
import gzip
import hashlib
import io
import json
import re
import threading
import zlib
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from comention.files.atomic import sweep_parts, write_atomic
from comention.files.checksums import has_checksum, is_as_written, write_checked_json
from comention.files.opening import reading
from comention.pubmed.sets import pmid_of
from comention.pubmed.slices import Fetched
from comention.pubmed.split import Chunk, split
from comention.pubmed.state import WRITTEN

_NAME = re.compile(r"\d{10,}-[0-9a-f]{16}\.gz")
_FRESH = timedelta(days=7)
_LEVEL = 1  # of gzip: answers are read once


@dataclass
class Incoming:
    """The answers kept in a folder. Build it with :meth:`open`; several threads may `put`.

    `began`: when the first of them was asked for; `held`: the PMIDs that they have, each with its file.
    """

    folder: Path
    began: datetime
    full: bool
    base: str | None = None
    held: dict[int, Path] = field(default_factory=dict)
    _mine: dict[Path, int] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    @classmethod
    def open(cls, folder: Path, now: datetime, *, full: bool, base: str | None) -> Incoming:
        """Open what an interrupted run left; nothing where it is old, or less than a `full` run asks for.

        `base` names what the store holds: a full run goes on only with one that began with the same.
        """
        try:
            about: Any = json.loads((folder / "about.json").read_text(encoding="utf-8"))
            if has_checksum(about) and not is_as_written(about):
                raise ValueError("its checksum is another")
            began, was_full = datetime.fromisoformat(about["began"]), bool(about["full"])
            fresh = timedelta(0) <= now - began <= _FRESH
            usable = fresh and (not full or (was_full and about["base"] == base))
        except (OSError, ValueError, TypeError, KeyError):
            usable = False
        if not usable:
            _clear(folder)
            return cls(folder, now, full, base)
        kept = cls(folder, began, was_full, base)
        for path in _answers(folder):
            found = _found(path)
            if found is None:
                path.unlink(missing_ok=True)
            else:
                kept.held |= dict.fromkeys(found, path)
        if not kept.held:
            _clear(folder)
            return cls(folder, now, full, base)
        return kept

    def put(self, fetched: Fetched) -> None:
        """Keep an answer; raises StorageError where it cannot be written."""
        if not fetched.found:
            return
        with self._lock:
            if not (self.folder / "about.json").exists():
                write_checked_json(
                    self.folder / "about.json",
                    {"began": self.began.isoformat(), "full": self.full, "base": self.base},
                )
        head = json.dumps({"requested": fetched.requested, "found": fetched.found}).encode()
        name = hashlib.blake2b(head, digest_size=8).hexdigest()
        path = self.folder / f"{fetched.found[0]:010}-{name}.gz"
        packed = gzip.compress(head + b"\n" + fetched.data, _LEVEL, mtime=0)
        write_atomic(path, lambda temporary: _write(temporary, packed))
        self._mine[path] = len(fetched.found)

    def __len__(self) -> int:
        """Return how many citations are kept, those of this run included."""
        return len(self.held) + sum(self._mine.values())

    def chunks(self, pmids: Collection[int]) -> Iterator[tuple[int, list[Chunk]]]:
        """Yield the records of these PMIDs, file by file, each with the first PMID of its file."""
        by_file: dict[Path, set[int]] = {}
        for pmid in pmids:
            by_file.setdefault(self.held[pmid], set()).add(pmid)
        for path in sorted(by_file):
            wanted = by_file[path]
            with reading(str(path)):
                data = gzip.decompress(path.read_bytes()).partition(b"\n")[2]
            yield (
                min(wanted),
                [c for c in split(io.BytesIO(data), path.name) if pmid_of(c.data) in wanted],
            )

    def clear(self, *, all_of_it: bool) -> None:
        """Remove what the store holds now: all answers, or those that this run added."""
        if all_of_it:
            _clear(self.folder)
            return
        for path in self._mine:
            path.unlink(missing_ok=True)


def _write(path: Path, data: bytes) -> None:
    path.write_bytes(data)


def _answers(folder: Path) -> list[Path]:
    return [path for path in sorted(folder.glob("*.gz")) if _NAME.fullmatch(path.name)]


def _clear(folder: Path) -> None:
    """Remove what is kept, and the folder where nothing else is in it."""
    for path in (*_answers(folder), folder / "about.json"):
        path.unlink(missing_ok=True)
    sweep_parts(folder, WRITTEN["incoming"])
    with contextlib.suppress(OSError):  # not there, or not empty
        folder.rmdir()


def _found(path: Path) -> list[int] | None:
    """The PMIDs of a file, None for one that is damaged."""
    try:
        head, _, data = gzip.decompress(path.read_bytes()).partition(b"\n")
        found = [int(pmid) for pmid in json.loads(head)["found"]]
    except (OSError, EOFError, zlib.error, ValueError, KeyError, TypeError):
        return None
    return found if data else None
