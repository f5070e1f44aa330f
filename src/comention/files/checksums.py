"""Files that carry their own checksum: what a run or a reader reads back is what was written, or is refused.

A Parquet file has the SHA-256 in its footer, beside the schema; a JSON object has it under `sha256`. The
checksum covers every byte of a Parquet file (its own place counted as zeros) and every value of an object, so
it travels with the file, and no second file can be lost or belong to another version.
"""

from __future__ import annotations

import hashlib
import io
import json
import os
import re
import zlib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from comention.errors import MalformedError
from comention.files.atomic import CHECKSUM, ROW_GROUP, without_checksum, write_atomic, write_json

#: Bytes of a block, of which each has a checksum of its own where a file is not always read whole.
BLOCK = 1 << 20

_ZEROS = b"0" * 64
# The footer holds the key, two bytes of Thrift (a string of 64 bytes follows), and the checksum.
_PLACE = re.compile(re.escape(CHECKSUM) + rb"\x18\x40([0-9a-f]{64})")
_TAIL = 8  # bytes after the footer: its length, then PAR1
_NAME = "sha256"


def write_checked(path: Path, table: pa.Table) -> None:
    """Write one zstd Parquet file with its checksum, atomically; the same table gives the same bytes."""
    parts = checked_parts(table)

    def write(temporary: Path) -> None:
        with temporary.open("wb") as file:
            file.writelines(parts)

    write_atomic(path, write)


def checked_parts(table: pa.Table, *, small: bool = False) -> tuple[bytes | memoryview, ...]:
    """Return the bytes of one zstd Parquet file with its checksum, in parts; a `small` one takes longer."""
    table = without_checksum(table)
    sink = pa.BufferOutputStream()
    options = _small(table.schema) if small else {}
    with pq.ParquetWriter(sink, table.schema, compression="zstd", **options) as writer:
        writer.write_table(table, row_group_size=ROW_GROUP)
        writer.add_key_value_metadata({CHECKSUM.decode(): _ZEROS.decode()})
    data = memoryview(sink.getvalue())
    at = _place(data)
    assert at is not None, "the footer was written with its key"  # noqa: S101
    digest = hashlib.sha256(data).hexdigest().encode()
    return data[:at], digest, data[at + len(_ZEROS) :]


def _small(schema: pa.Schema) -> dict[str, Any]:
    """Return how the smallest file is written: numbers that ascend by their steps, texts by a dictionary."""
    numbers = [field.name for field in schema if pa.types.is_integer(field.type)]
    return {
        "compression_level": 19,
        "use_dictionary": [
            f"{field.name}.list.element" if pa.types.is_list(field.type) else field.name
            for field in schema
            if field.name not in numbers
        ],
        "column_encoding": dict.fromkeys(numbers, "DELTA_BINARY_PACKED"),
    }


def read_checked(
    path: Path, columns: list[str] | None = None, mend: str = "run again with --full to make it anew"
) -> pa.Table:
    """Read one Parquet file and compare its checksum.

    A file without one, as earlier versions wrote it, is read unchecked. Raises MalformedError naming it,
    and what mends it, where it is absent or damaged.
    """
    try:
        with pq.ParquetFile(pa.BufferReader(_checked(path))) as file:
            return without_checksum(file.read(columns=columns))
    except (OSError, ValueError, KeyError, pa.ArrowException) as error:
        raise MalformedError(f"{path} cannot be read ({_line(error)}): {mend}") from None


def check(path: Path, mend: str) -> Path:
    """Return the path of a file that is as it was written; raises what :func:`read_checked` does."""
    try:
        _checked(path)
    except (OSError, ValueError) as error:
        raise MalformedError(f"{path} cannot be read ({_line(error)}): {mend}") from None
    return path


def is_checked(path: Path, schema: pa.Schema | None = None) -> bool:
    """Return whether a file is there with its checksum, as it was written, and has these columns if any."""
    try:
        data = _checked(path)
        if _place(memoryview(data)) is None:
            return False
        found = pq.read_schema(pa.BufferReader(data)) if schema else None
    except (OSError, ValueError, pa.ArrowException):
        return False
    return schema is None or (
        found is not None and (found.names, found.types) == (schema.names, schema.types)
    )


def add_checksum(path: Path) -> None:
    """Write a Parquet file of an earlier version anew, with its checksum; leave one that has it.

    Raises MalformedError where it cannot be read.
    """
    if not is_checked(path):
        write_checked(path, read_checked(path))


def _checked(path: Path) -> pa.Buffer:
    """Return the bytes of a file; raises ValueError where they are not those that were written.

    They are Arrow's, not Python's, which a thread of Arrow's may let go of while Python ends: that aborts it.
    """
    with pa.OSFile(str(path)) as file:
        data = file.read_buffer()
    at = _place(memoryview(data))
    if at is None:
        return data
    view, end = memoryview(data), at + len(_ZEROS)
    digest = hashlib.sha256(view[:at])
    digest.update(_ZEROS)
    digest.update(view[end:])
    if digest.hexdigest().encode() != view[at:end]:
        raise ValueError("its checksum is another")
    return data


def _place(data: memoryview) -> int | None:
    """Return where in a Parquet file the checksum stands, None where there is none.

    The last place counts: statistics of the columns, which come earlier, may hold any text.
    """
    length = int.from_bytes(data[-_TAIL:-4], "little") + _TAIL
    begin = max(len(data) - length, 0)
    found = list(_PLACE.finditer(data[begin:]))
    return begin + found[-1].start(1) if found else None


def _line(error: Exception) -> str:
    return " ".join(str(getattr(error, "strerror", None) or error).split())


def block_sums(path: Path) -> tuple[int, ...]:
    """Return the CRC-32 of each block of a file."""
    with path.open("rb") as file:
        return tuple(iter(lambda: zlib.crc32(block) if (block := file.read(BLOCK)) else None, None))


class CheckedReader(io.RawIOBase):
    """A file of which every block that is read is compared with its checksum.

    Opening and reading raise OSError where the disk does, and ValueError for what is not as it was written.
    """

    def __init__(self, path: Path, size: int, sums: Sequence[int]) -> None:
        """Open a file that was written with so many bytes and these :func:`block_sums`."""
        self._file = path.open("rb", buffering=0)
        self._size, self._sums, self._at = size, sums, 0
        self._whole: set[int] = set()
        if os.fstat(self._file.fileno()).st_size != size:
            self.close()
            raise ValueError("its length is another")

    def readable(self) -> bool:
        """Return that it is."""
        return True

    def seekable(self) -> bool:
        """Return that it is."""
        return True

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        """Go to a place and return it."""
        self._at = offset + {os.SEEK_SET: 0, os.SEEK_CUR: self._at, os.SEEK_END: self._size}[whence]
        return self._at

    def tell(self) -> int:
        """Return the place."""
        return self._at

    def read(self, size: int = -1, /) -> bytes:
        """Return the next bytes, up to the end where no number is given."""
        end = self._size if size < 0 else min(self._at + size, self._size)
        for block in range(self._at // BLOCK, -(-end // BLOCK)):
            self._compare(block)
        self._file.seek(self._at)
        data = self._file.read(max(end - self._at, 0))
        self._at += len(data)
        return data

    def _compare(self, block: int) -> None:
        if block not in self._whole:
            self._file.seek(block * BLOCK)
            if zlib.crc32(self._file.read(BLOCK)) != self._sums[block]:
                raise ValueError("its checksum is another")
            self._whole.add(block)

    def close(self) -> None:
        """Let the file go."""
        self._file.close()
        super().close()


def write_checked_json(path: Path, value: Mapping[str, Any]) -> None:
    """Write an object as indented JSON with its checksum, atomically."""
    write_json(path, with_checksum(value))


def with_checksum(value: Mapping[str, Any]) -> dict[str, Any]:
    """Return the object with the checksum of all else that it says."""
    plain: dict[str, Any] = json.loads(json.dumps({k: v for k, v in value.items() if k != _NAME}))
    return {**value, _NAME: _sum(plain)}


def has_checksum(value: Any) -> bool:
    """Return whether an object that was read says a checksum, right or wrong."""
    return isinstance(value, dict) and _NAME in value


def is_as_written(value: Mapping[str, Any]) -> bool:
    """Return whether an object that was read is the one whose checksum it says."""
    return bool(value[_NAME] == _sum({k: v for k, v in value.items() if k != _NAME}))


def _sum(value: Mapping[str, Any]) -> str:
    return hashlib.sha256(json.dumps(value, sort_keys=True).encode()).hexdigest()
