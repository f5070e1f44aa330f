"""Files that are whole or not there: atomic writes, the lock, checksums, opening an input."""

from __future__ import annotations

import contextlib
import errno
import hashlib
import json
import math
import os
import re
import shutil
import stat
import threading
from collections.abc import Callable, Iterator, Mapping
from datetime import date
from datetime import time as time_of_day
from decimal import Decimal
from numbers import Integral, Real
from pathlib import Path, PurePath
from types import NoneType
from typing import IO, Any, BinaryIO

import pyarrow as pa
import pyarrow.parquet as pq

from comention.errors import MalformedError, StorageError

_BLOCK = 1 << 20


#: Ending of a file that is not whole yet.
PART = ".part"


#: What a disk answers that is full, read-only, closed to this user, or failing.
DISK_ERRORS = frozenset(
    {
        errno.EACCES,
        errno.EBADF,
        errno.EDQUOT,
        errno.EFBIG,
        errno.EIO,
        errno.ENOSPC,
        errno.EPERM,
        errno.EROFS,
        errno.ESTALE,
    }
)


def storage_error(
    path: Path | str, error: OSError, instead: str = "choose another --workdir"
) -> StorageError:
    """Return what a user can do about a failed write; `instead` is where else it could go."""
    if error.errno in {errno.ENOSPC, errno.EDQUOT}:
        return StorageError(f"no space left for {path}: free some or {instead}; nothing was lost")
    if error.errno == errno.ELOOP:
        return StorageError(f"{path} is a link, which is not written through: remove it and run again")
    return StorageError(
        f"cannot write {path} ({error.strerror or error}): check the folder and its permissions"
    )


@contextlib.contextmanager
def writing(where: Path | str, instead: str = "choose another --workdir") -> Iterator[None]:
    """Raise StorageError where the disk refuses what the block writes to `where`."""
    try:
        yield
    except BrokenPipeError:  # no disk: the reader has gone
        raise
    except OSError as error:
        raise storage_error(where, error, instead) from error


def write_atomic(
    path: Path, write: Callable[[Path], None], instead: str = "choose another --workdir"
) -> None:
    """Let `write` make a file beside `path` and put it in place in one step, or leave all as it was.

    `instead` is where else it could go, as an error names it.

    Raises StorageError where the disk is full or refuses.
    """
    temporary = path.with_name(f".{path.name}.{os.getpid()}-{threading.get_ident()}{PART}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        temporary.unlink(missing_ok=True)  # a link of that name is not written through
        write(temporary)
        with temporary.open("rb") as file:
            os.fsync(file.fileno())
        temporary.replace(path)
    except OSError as error:
        raise storage_error(path, error, instead) from error
    finally:
        with contextlib.suppress(OSError):
            temporary.unlink(missing_ok=True)


def open_own(path: Path, mode: str) -> IO[bytes]:
    """Open a file that this package alone writes, and writes in place; `mode` is binary.

    Raises OSError with ELOOP for a link, whose target may be anyone's, and StorageError for a folder, a pipe
    or a device.
    """

    def opened(name: str, flags: int) -> int:
        # Without O_NONBLOCK, opening a pipe waits for its other end.
        descriptor = os.open(name, flags | os.O_NOFOLLOW | os.O_NONBLOCK, 0o666)
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            os.close(descriptor)
            raise StorageError(f"{path} is no file: remove it and run again")
        return descriptor

    return open(path, mode, opener=opened)


def sweep_parts(folder: Path, names: str) -> None:
    """Remove what :func:`write_atomic` left in a folder when it was killed: parts of files so named.

    `names` is a regular expression of the whole name of a file; everything else in the folder stays.
    """
    wanted = re.compile(rf"\.(?:{names})\.\d+-\d+{re.escape(PART)}")
    if folder.is_dir():
        for path in folder.glob(f".*{PART}"):
            if wanted.fullmatch(path.name) and not path.is_dir():
                path.unlink(missing_ok=True)


def write_text(path: Path, text: str) -> None:
    """Write a UTF-8 text file atomically."""
    write_atomic(path, lambda temporary: _put(temporary, text))


def _put(path: Path, text: str) -> None:
    path.write_text(text, encoding="utf-8")


def json_text(value: Any, *, indent: int | None = None, sort_keys: bool = False) -> str:
    """Return a value as JSON, on one line where `indent` is None; :func:`plain` says how it is written.

    Raises TypeError for what is no value: a function, an open file.
    """
    return json.dumps(plain(value), ensure_ascii=False, allow_nan=False, indent=indent, sort_keys=sort_keys)


def plain(value: Any) -> Any:
    """Return a value as JSON holds it.

    A date or a time is text as ISO 8601 has it, a number that is none is None, a sequence a list, a set a
    sorted list, a path its text.
    """
    if type(value) in _PLAIN:
        return value
    if isinstance(value, Mapping):
        return {_scalar(name): plain(part) for name, part in value.items()}
    if isinstance(value, list | tuple):
        return [plain(part) for part in value]
    if isinstance(value, set | frozenset):
        return sorted(map(plain, value))
    return _scalar(value)


#: What JSON holds as it is, which most values are: looked at first, since the abstract types below are slow.
_PLAIN = frozenset({str, int, bool, NoneType})


def _scalar(value: Any) -> Any:
    if type(value) in _PLAIN:
        return value
    if isinstance(value, Integral):
        return int(value)
    if isinstance(value, Real | Decimal):
        return float(value) if math.isfinite(value) else None
    if isinstance(value, date | time_of_day):
        return value.isoformat()
    if isinstance(value, str | PurePath):
        return str(value)
    raise TypeError(f"{type(value).__name__} is no value that JSON holds")


def write_json(path: Path, value: Any) -> None:
    """Write indented JSON with sorted keys atomically."""
    write_text(path, json_text(value, indent=1, sort_keys=True) + "\n")


#: Under which key `checksums` puts the checksum into the footer of a Parquet file.
CHECKSUM = b"comention.sha256"

#: Rows of a row group: as many as DuckDB gives to one thread, so that several read one file.
ROW_GROUP = 122_880


def write_parquet(path: Path, table: pa.Table) -> None:
    """Write one zstd Parquet file atomically; the same table gives the same bytes."""
    write_atomic(path, lambda temporary: write_table(table, temporary))


def write_table(table: pa.Table, where: Path | BinaryIO) -> None:
    """Write a table as zstd Parquet; the same table gives the same bytes."""
    pq.write_table(table, where, compression="zstd", row_group_size=ROW_GROUP)


def is_parquet(path: Path, schema: pa.Schema) -> bool:
    """Return whether a file is there, ends as a Parquet file does, and has these columns."""
    try:
        found = pq.read_schema(path)
    except (OSError, pa.ArrowInvalid):
        return False
    return bool(found.names == schema.names and found.types == schema.types)


def read_parquet(
    path: Path, columns: list[str] | None = None, mend: str = "run again with --full to make it anew"
) -> pa.Table:
    """Read one Parquet file; raises MalformedError naming it, and what mends it, where it is damaged."""
    try:
        with pq.ParquetFile(path) as file:
            return without_checksum(file.read(columns=columns))
    except (OSError, pa.ArrowInvalid) as error:
        raise MalformedError(f"{path} cannot be read ({error}): {mend}") from None


def without_checksum(table: pa.Table) -> pa.Table:
    """Return a table without the checksum of its file, which Arrow takes for metadata of its schema."""
    metadata = table.schema.metadata or {}
    if CHECKSUM not in metadata:
        return table
    return table.replace_schema_metadata({k: v for k, v in metadata.items() if k != CHECKSUM} or None)


def sha256(path: Path) -> str:
    """Return the SHA-256 of a file's bytes, hexadecimal."""
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while block := file.read(_BLOCK):
            digest.update(block)
    return digest.hexdigest()


def remove_tree(path: Path) -> None:
    """Remove a folder with all that is in it; what cannot be removed stays."""
    shutil.rmtree(path, ignore_errors=True)
