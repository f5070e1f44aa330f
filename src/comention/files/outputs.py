"""Output where a user asked for it: a file, standard output, or what is already there and takes bytes."""

from __future__ import annotations

import contextlib
import errno
import logging
import os
import re
import stat
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import BinaryIO, Literal

from comention.errors import StorageError, UsageError
from comention.files.atomic import storage_error, write_atomic, writing

#: A file, or `-` for standard output.
Output = Path | Literal["-"]

_log = logging.getLogger(__name__)

_ELSEWHERE = "name another file"
_STANDARD = "standard output"
# Links that are followed before they count as a loop: as many as Linux follows.
_LINKS = 40
# A file that a process has open, as a path; /dev/stdout is a link to one.
_OPEN_FILE = re.compile(r"(?:/dev|/proc/([0-9]+)(?:/task/[0-9]+)?)/fd/([0-9]{1,9})")


def output_of(name: Path | None) -> Output:
    """Return where `--out` leads: standard output for `-` and where nothing is named."""
    return "-" if name is None or str(name) == "-" else name


def put(out: Output, write: Callable[[BinaryIO], object]) -> None:
    """Let `write` write bytes to where a user asked for them.

    A file is whole or as it was before, and keeps its permissions and, where the system allows it, its owner;
    folders that a new one lacks are made. A link stays, and the file that it leads to is replaced. Standard
    output, a device, a FIFO and an open file of this process (/dev/stdout, /dev/fd/3) take the bytes as they
    come; a FIFO waits for its reader, as it does with a shell's `>`.

    Raises UsageError for a directory, a socket and a link that leads nowhere, StorageError where the disk is
    full or refuses, BrokenPipeError where the reader has gone.
    """
    if is_stream(out):
        with writing(_STANDARD if out == "-" else out, _ELSEWHERE), _stream(out) as stream:
            write(stream)
        return
    assert out != "-"  # noqa: S101 - which is a stream
    target, before = _target(out)
    if before is not None and not os.access(target, os.W_OK):
        raise storage_error(out, PermissionError(errno.EACCES, os.strerror(errno.EACCES)), _ELSEWHERE)
    write_atomic(target, lambda temporary: _fill(temporary, before, write), _ELSEWHERE)


def is_stream(out: Output) -> bool:
    """Return whether bytes go there as they come, so that nothing can be put beside it or taken back.

    Raises UsageError for what is neither a stream nor a file, StorageError where that cannot be found out.
    """
    if out == "-" or _open_file(out) is not None:
        return True
    _, found = _target(out)
    return found is not None and not stat.S_ISREG(found.st_mode)


def _open_file(path: Path) -> int | None:
    """Return the number by which this process has a file open that a path such as /dev/stdout names."""
    for _ in range(_LINKS):
        try:
            place = f"{os.path.realpath(path.parent)}/{path.name}"
            if (found := _OPEN_FILE.fullmatch(place)) and found[1] in {None, str(os.getpid())}:
                return int(found[2])
            path = path.parent / path.readlink()
        except (OSError, ValueError):  # no link, or nothing there
            return None
    return None


def _target(out: Path) -> tuple[Path, os.stat_result | None]:
    """Return the path behind all links and what is there, None for nothing."""
    try:
        try:
            found = out.stat()
        except FileNotFoundError:
            found = None
        target = Path(os.path.realpath(out)) if out.is_symlink() else out
        if found is None and target != out and not target.parent.is_dir():
            raise UsageError(
                f"{out} leads to {target}, and there is no such folder: make it, or {_ELSEWHERE}"
            )
    except PermissionError as error:
        raise storage_error(out, error, _ELSEWHERE) from None
    except (OSError, ValueError) as error:  # ValueError: a null character in the name
        why = getattr(error, "strerror", None) or str(error)
        raise UsageError(f"cannot write {out} ({why}): {_ELSEWHERE}") from None
    if found is not None and stat.S_ISDIR(found.st_mode):
        raise UsageError(f"{out} is a directory: name a file in it")
    if found is not None and stat.S_ISSOCK(found.st_mode):
        raise UsageError(f"{out} is a socket: {_ELSEWHERE}")
    return target, found


@contextlib.contextmanager
def _stream(out: Output) -> Iterator[BinaryIO]:
    number = None if out == "-" else _open_file(out)
    if out == "-":
        if sys.stdout is None:
            raise StorageError(f"{_STANDARD} is closed: redirect it, or name a file with --out")
        # Bytes, since the terminal's encoding may be unable to say "β".
        sys.stdout.flush()
        yield sys.stdout.buffer
        sys.stdout.buffer.flush()
        return
    if number is None:
        descriptor = _opened(out)
    else:
        for standard in filter(None, (sys.stdout, sys.stderr)):
            standard.flush()
        try:
            descriptor = os.dup(number)  # where the file is at now; opened by its path it would begin anew
        except OSError:
            raise UsageError(f"{out}: no file is open there; {_ELSEWHERE}") from None
    with os.fdopen(descriptor, "wb") as stream:
        yield stream


def _opened(path: Path) -> int:
    """Open a device or a FIFO; say so where the reader of a FIFO is waited for."""
    flags = os.O_WRONLY | os.O_NOCTTY
    try:
        descriptor = os.open(path, flags | os.O_NONBLOCK)
    except OSError as error:
        if error.errno != errno.ENXIO or not path.is_fifo():
            raise
        _log.warning("%s waits for a reader (Ctrl-C ends it)", path)
        return os.open(path, flags)
    os.set_blocking(descriptor, True)
    return descriptor


def _fill(temporary: Path, before: os.stat_result | None, write: Callable[[BinaryIO], object]) -> None:
    """Write the file that takes the place of one with the status `before`, as open to others as that was."""
    temporary.unlink(missing_ok=True)
    with temporary.open("xb") as stream:
        if before is not None:
            for owner, group in ((before.st_uid, before.st_gid), (-1, before.st_gid)):
                with contextlib.suppress(PermissionError):
                    os.fchown(stream.fileno(), owner, group)
                    break
            os.fchmod(stream.fileno(), stat.S_IMODE(before.st_mode))
        write(stream)
