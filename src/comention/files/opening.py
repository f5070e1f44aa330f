"""Opening files that others wrote: inputs, compressed or not, and Parquet in DuckDB."""

from __future__ import annotations

import contextlib
import errno
import gzip
import io
import sys
import zlib
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, Literal, cast

from comention.errors import MalformedError, StorageError, UsageError

if TYPE_CHECKING:
    import duckdb


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


def open_database(**settings: Any) -> duckdb.DuckDBPyConnection:
    """Return an empty DuckDB database in memory, with DuckDB's settings: the one way in which one is made.

    It draws no progress on standard output. DuckDB 2.0.0 does so by itself, into a pipe as well, where the
    program has no file (`python -c`, a script on standard input) and a query takes two seconds.
    """
    import duckdb  # a tenth of a second, which most commands are spared

    connection = duckdb.connect(config=settings)
    connection.execute("SET enable_progress_bar = false")
    return connection


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
