"""What came of each PMID in a run, in columns: a fifth of what objects would take."""

from __future__ import annotations

from array import array
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np
import pyarrow as pa

from comention.pubmed.index import Flags, Numbers

_DIGITS = np.frombuffer(b"0123456789abcdef", np.uint8)
_BYTES = 16  # of a content hash
_NONE = -1


class One(NamedTuple):
    """The citation that counts of a PMID: its version, its source, whether it is retracted.

    `content_hash` is that of its row where it is on the topic, and `row` the number of that row among those
    that are new; `concepts` numbers the articles.
    """

    version: int
    source: str
    content_hash: str | None
    row: int | None
    retracted: bool
    concepts: int


@dataclass(frozen=True, slots=True)
class Columns:
    """All that was seen, side by side, in the order in which the PMIDs came first. `row` is -1 for none."""

    pmid: Numbers
    version: Numbers
    source: pa.Array
    content_hash: pa.Array
    on_topic: Flags
    row: Numbers
    retracted: Flags
    concepts: Numbers


@dataclass
class Seen:
    """PMIDs with what counts of them; like a dictionary, but compact."""

    _place: dict[int, int] = field(default_factory=dict)
    _sources: dict[str, int] = field(default_factory=dict)
    _version: array[int] = field(default_factory=lambda: array("q"))
    _source: array[int] = field(default_factory=lambda: array("i"))
    _hash: bytearray = field(default_factory=bytearray)
    _row: array[int] = field(default_factory=lambda: array("q"))
    _retracted: bytearray = field(default_factory=bytearray)
    _on_topic: bytearray = field(default_factory=bytearray)
    _concepts: array[int] = field(default_factory=lambda: array("q"))

    def __len__(self) -> int:
        return len(self._place)

    def __iter__(self) -> Iterator[int]:
        return iter(self._place)

    def get(self, pmid: int) -> One | None:
        """Return what counts of a PMID, None where it was not seen."""
        at = self._place.get(pmid)
        if at is None:
            return None
        on_topic, row = self._on_topic[at], self._row[at]
        return One(
            self._version[at],
            [*self._sources][self._source[at]],
            self._hash[at * _BYTES : (at + 1) * _BYTES].hex() if on_topic else None,
            None if row == _NONE else row,
            bool(self._retracted[at]),
            self._concepts[at],
        )

    def put(self, pmid: int, one: One) -> None:
        """Let this count of a PMID, which keeps its place in the order if it has one."""
        at = self._place.setdefault(pmid, len(self._version))
        if at == len(self._version):
            for column in (self._version, self._source, self._row, self._concepts):
                column.append(0)
            for flags in (self._retracted, self._on_topic):
                flags.append(0)
            self._hash += bytes(_BYTES)
        self._version[at] = one.version
        self._source[at] = self._sources.setdefault(one.source, len(self._sources))
        self._row[at] = _NONE if one.row is None else one.row
        self._concepts[at] = one.concepts
        self._retracted[at] = one.retracted
        self._on_topic[at] = one.content_hash is not None
        if one.content_hash is not None:
            self._hash[at * _BYTES : (at + 1) * _BYTES] = bytes.fromhex(one.content_hash)

    def pop(self, pmid: int) -> One | None:
        """Forget a PMID; return what counted of it, None where it was not seen."""
        found = self.get(pmid)
        if found is not None:
            del self._place[pmid]
        return found

    def columns(self) -> Columns:
        """Return all that was seen."""
        at = np.fromiter(self._place.values(), np.int64, len(self._place))
        hashes = np.frombuffer(self._hash, np.uint8).reshape(-1, _BYTES)[at]
        sources = pa.array([*self._sources], pa.string())
        return Columns(
            pmid=np.fromiter(self._place, np.int64, at.size),
            version=_of(self._version, at),
            source=sources.take(pa.array(np.frombuffer(self._source, np.int32)[at])),
            content_hash=_hexadecimal(hashes),
            on_topic=np.frombuffer(self._on_topic, np.bool_)[at],
            row=_of(self._row, at),
            retracted=np.frombuffer(self._retracted, np.bool_)[at],
            concepts=_of(self._concepts, at),
        )


def _of(column: array[int], at: Numbers) -> Numbers:
    values: Numbers = np.frombuffer(column, np.int64)[at]
    return values


def _hexadecimal(values: np.ndarray[tuple[int, int], np.dtype[np.uint8]]) -> pa.Array:
    """Return rows of bytes as texts of hexadecimal digits."""
    digits = _DIGITS[np.stack([values >> 4, values & 15], axis=-1)]
    ends = np.arange(len(values) + 1, dtype=np.int32) * 2 * _BYTES
    return pa.Array.from_buffers(
        pa.string(), len(values), [None, pa.py_buffer(ends), pa.py_buffer(digits.tobytes())]
    )
