"""Files that are whole or not there: atomic writes, the lock, checksums, opening an input."""

from __future__ import annotations

import contextlib
import errno
import fcntl
import gzip
import hashlib
import io
import json
import math
import os
import re
import shutil
import stat
import sys
import threading
import time
import zlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date
from datetime import time as time_of_day
from decimal import Decimal
from numbers import Integral, Real
from pathlib import Path, PurePath
from typing import IO, TYPE_CHECKING, Any, BinaryIO, Literal, cast

import pyarrow as pa
import pyarrow.parquet as pq

from comention.errors import LockedError, MalformedError, StorageError, UsageError

if TYPE_CHECKING:
    import duckdb

_BLOCK = 1 << 20

# Seconds between two looks at a lock that another run holds.
_LOOK_AGAIN = 0.5
_LOCK = ".lock"
_LONGEST = 64  # bytes that are read of a lock file

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


def is_there(path: Path) -> bool:
    """Return whether there is a file or folder of that name, links followed.

    Raise OSError where this cannot be seen, as without leave or on a disk that fails. Path.exists answers
    False there from Python 3.14 on: a store that cannot be seen would be taken for an empty one.
    """
    try:
        path.stat()
    except ValueError:  # a null character: no name of a file
        return False
    except OSError as error:
        if error.errno in {errno.ENOENT, errno.ENOTDIR, errno.ELOOP}:
            return False
        raise
    return True


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
    if isinstance(value, Mapping):
        return {_scalar(name): plain(part) for name, part in value.items()}
    if isinstance(value, list | tuple):
        return [plain(part) for part in value]
    if isinstance(value, set | frozenset):
        return sorted(map(plain, value))
    return _scalar(value)


def _scalar(value: Any) -> Any:
    if value is None or isinstance(value, bool):
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


@contextlib.contextmanager
def reading(source: str) -> Iterator[None]:
    """Raise errors of reading a stream, gzip's included, as errors of this package."""
    try:
        yield
    except EOFError:
        raise MalformedError(f"{source} is truncated: download it again") from None
    except (gzip.BadGzipFile, zlib.error):
        raise MalformedError(f"{source} is truncated or damaged gzip: download it again") from None
    except OSError as error:
        raise StorageError(f"{source} cannot be read ({error.strerror}): check the disk") from None


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


@contextlib.contextmanager
def locked(workdir: Path, wait: float = 0) -> Iterator[None]:
    """Hold a work directory; raises LockedError where another run holds it, at once or after `wait` seconds.

    The lock is the kernel's (flock): it ends with the process, however that ends.
    """
    path = workdir / _LOCK
    try:
        workdir.mkdir(parents=True, exist_ok=True)
        file = open_own(path, "ab+")
    except FileExistsError:
        raise StorageError(f"{workdir} is a file: choose another --workdir") from None
    except OSError as error:
        raise storage_error(path, error) from None
    with file:
        until = time.monotonic() + wait
        while not _taken(file):
            if time.monotonic() < until:
                time.sleep(min(_LOOK_AGAIN, max(until - time.monotonic(), 0)))
                continue
            waited = f" after {wait:g} s of waiting" if wait else ""
            raise LockedError(
                f"{workdir} is in use by another run (process {_holder(file) or 'unknown'}){waited}: "
                "wait, or name another --workdir"
            ) from None
        if not re.fullmatch(r"\d*", _holder(file)):
            raise StorageError(
                f"{path} was not written by comention: move it away, or name another --workdir"
            )
        with writing(path):  # unbuffered, so that a full disk is met here and not where the file is closed
            os.ftruncate(file.fileno(), 0)
            os.pwrite(file.fileno(), str(os.getpid()).encode(), 0)
        yield


def _holder(file: IO[bytes]) -> str:
    """Return what a lock file says: the number of the process that holds it, or held it last."""
    file.seek(0)
    return file.read(_LONGEST).decode(errors="replace").strip()


def _taken(file: IO[bytes]) -> bool:
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def check_held(workdir: Path) -> None:
    """Raise StorageError where the work directory that this process has locked is not there any more.

    What would be made anew in its place is another, empty one.
    """
    path = workdir / _LOCK
    try:
        holder = path.read_text(encoding="ascii")
    except (OSError, UnicodeDecodeError):
        holder = ""
    if holder != str(os.getpid()):
        raise StorageError(
            f"{workdir} was removed, moved or unmounted while the run used it: "
            "put it back and run again; nothing was published"
        )


@contextlib.contextmanager
def open_source(path: Path | Literal["-"]) -> Iterator[BinaryIO]:
    """Open a file, or standard input for `-`, and decompress it where its first bytes say gzip.

    Raises UsageError for what is not there or cannot be opened and MalformedError for an empty file.
    """
    if path == "-":
        yield _decompressed(sys.stdin.buffer, "standard input")
        return
    path = Path(path)
    try:
        stream = path.open("rb")
    except FileNotFoundError:
        raise UsageError(f"{path} does not exist: check the name, or download it first") from None
    except IsADirectoryError:
        raise UsageError(f"{path} is a directory: name the files in it") from None
    except (OSError, ValueError) as error:  # ValueError: a null character in the name
        why = getattr(error, "strerror", None) or str(error)
        raise UsageError(f"{path} cannot be opened ({why}): check its permissions") from None
    with stream:
        yield _decompressed(stream, str(path))


def _decompressed(stream: BinaryIO, source: str) -> BinaryIO:
    if not isinstance(stream, io.BufferedReader):
        stream = io.BufferedReader(cast(io.RawIOBase, stream))
    start = stream.peek(2)[:2]
    if not start:
        raise MalformedError(f"{source} is empty: download it again")
    return cast(BinaryIO, gzip.GzipFile(fileobj=stream)) if start == b"\x1f\x8b" else stream


def pattern(path: Path) -> str:
    """Return a path as DuckDB takes it: an absolute pattern that fits it alone.

    DuckDB reads a path as a pattern even where a file of that very name is there (`w[1]` is read as `w1`),
    and a relative one that begins like `file:` as an address.
    """
    wild = {"*": "[*]", "?": "[?]", "[": "[[]"}
    return "".join(wild.get(character, character) for character in str(path.absolute()))


def view_parquet(
    connection: duckdb.DuckDBPyConnection, paths: Sequence[Path], *, filename: bool = False
) -> duckdb.DuckDBPyRelation:
    """Return the rows of Parquet files in DuckDB: the one way in which files are opened there.

    No name of a folder is read as a column (`year=2020`). With `filename` a column has the absolute path of
    each row's file.
    """
    return connection.read_parquet(
        [pattern(path) for path in paths], hive_partitioning=False, filename=filename
    )
