"""The lock on a work directory: one run at a time, and none on a folder that is not there any more."""

from __future__ import annotations

import contextlib
import fcntl
import os
import re
import time
from collections.abc import Iterator
from pathlib import Path
from typing import IO

from comention.errors import LockedError, StorageError
from comention.files.atomic import open_own, storage_error, writing

# Seconds between two looks at a lock that another run holds.
_LOOK_AGAIN = 0.5

_LOCK = ".lock"

_LONGEST = 64  # bytes that are read of a lock file


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
