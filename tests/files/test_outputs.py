"""Output goes through what is there: links stay, devices and FIFOs are written to, the rest is refused."""

from __future__ import annotations

import errno
import logging
import os
import socket
import stat
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO

import pytest

from comention.errors import ComentionError, StorageError, UsageError
from comention.files.outputs import Output, is_stream, output_of, put

TEXT = "β, whole\n".encode()


def write(stream: BinaryIO) -> None:
    stream.write(TEXT)


def device(path: Path, minor: int) -> Path:
    """A device node like /dev/null (3), /dev/zero (5) or /dev/full (7), in a folder of the test."""
    try:
        os.mknod(path, stat.S_IFCHR | 0o666, os.makedev(1, minor))
        path.open("rb").close()
    except OSError:
        pytest.skip("no right to make or open a device here")
    return path


def names(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()}


def test_a_file_is_replaced_and_keeps_its_permissions(tmp_path: Path) -> None:
    path = tmp_path / "x"
    put(path, write)
    assert path.read_bytes() == TEXT
    path.chmod(0o640)
    before = path.stat()
    put(path, lambda stream: stream.write(b"again"))
    assert (path.read_bytes(), stat.S_IMODE(path.stat().st_mode)) == (b"again", 0o640)
    assert path.stat().st_ino != before.st_ino  # in one step
    assert names(tmp_path) == {"x"}


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give a file away")
def test_a_file_keeps_its_owner(tmp_path: Path) -> None:
    path = tmp_path / "x"
    path.write_bytes(b"")
    os.chown(path, 12345, 54321)
    put(path, write)
    assert (path.stat().st_uid, path.stat().st_gid) == (12345, 54321)


def test_what_fails_midway_leaves_the_file_as_it_was(tmp_path: Path) -> None:
    path, link = tmp_path / "x", tmp_path / "link"
    path.write_bytes(b"before")
    link.symlink_to(path)

    def fail(stream: BinaryIO) -> None:
        stream.write(b"half")
        raise OSError(errno.ENOSPC, "No space left on device")

    with pytest.raises(StorageError, match=r"no space left for .*x: free some or name another file"):
        put(link, fail)
    assert path.read_bytes() == b"before"
    assert names(tmp_path) == {"x", "link"}


@pytest.mark.parametrize("exists", [True, False])
def test_a_link_stays_and_its_target_is_replaced(tmp_path: Path, exists: bool) -> None:
    (tmp_path / "far").mkdir()
    target = tmp_path / "far" / "target"
    if exists:
        target.write_bytes(b"before")
    (tmp_path / "second").symlink_to("far/target")
    (tmp_path / "first").symlink_to(tmp_path / "second")
    put(tmp_path / "first", write)
    assert target.read_bytes() == TEXT
    assert (tmp_path / "first").is_symlink()
    assert (tmp_path / "second").is_symlink()
    assert names(tmp_path / "far") == {"target"}
    assert names(tmp_path) == {"far", "first", "second"}


def test_folders_that_a_file_lacks_are_made(tmp_path: Path) -> None:
    put(tmp_path / "a" / "b" / "x", write)
    assert (tmp_path / "a" / "b" / "x").read_bytes() == TEXT


def loop(folder: Path) -> Path:
    (folder / "one").symlink_to("two")
    (folder / "two").symlink_to("one")
    return folder / "one"


def nowhere(folder: Path) -> Path:
    (folder / "link").symlink_to("absent/target")
    return folder / "link"


def bound(folder: Path) -> Path:
    with socket.socket(socket.AF_UNIX) as server:
        where = Path.cwd()
        os.chdir(folder)  # the name of a socket is short
        try:
            server.bind("s")
        finally:
            os.chdir(where)
    return folder / "s"


def below_a_file(folder: Path) -> Path:
    (folder / "file").write_text("")
    return folder / "file" / "x"


def linked_folder(folder: Path) -> Path:
    (folder / "d").mkdir()
    (folder / "link").symlink_to("d")
    return folder / "link"


REFUSED: dict[str, tuple[Callable[[Path], Path], str]] = {
    "a folder": (lambda folder: folder, "is a directory: name a file in it"),
    "a link to a folder": (linked_folder, "is a directory: name a file in it"),
    "a loop of links": (loop, "Too many levels of symbolic links.*name another file"),
    "a link into no folder": (nowhere, "link leads to .*absent/target, and there is no such folder: make it"),
    "a socket": (bound, "is a socket: name another file"),
    "below a file": (below_a_file, "Not a directory.*name another file"),
    "a name that is too long": (lambda folder: folder / ("x" * 300), "File name too long.*name another file"),
    "a null character": (lambda folder: folder / "a\0b", "null.*name another file"),
    "a closed descriptor": (lambda _: Path("/dev/fd/987654"), "no file is open there"),
}


def _unread(entry: Path) -> tuple[int, ...]:
    """What is known of a file, but for when it was last read: to look at a link may move that."""
    found = entry.lstat()
    return found.st_mode, found.st_ino, found.st_size, found.st_mtime_ns, found.st_ctime_ns


@pytest.mark.parametrize("what", REFUSED)
def test_what_takes_no_bytes_is_refused_and_left_alone(tmp_path: Path, what: str) -> None:
    made, words = REFUSED[what]
    path = made(tmp_path)
    before = {entry.name: _unread(entry) for entry in tmp_path.iterdir()}
    with pytest.raises(UsageError, match=words) as error:
        put(path, lambda _: pytest.fail("it was not refused"))
    assert "\n" not in str(error.value)
    assert {entry.name: _unread(entry) for entry in tmp_path.iterdir()} == before


def test_a_file_that_may_not_be_written_is_left(tmp_path: Path) -> None:
    path = tmp_path / "x"
    path.write_bytes(b"before")
    path.chmod(0o444)
    if os.access(path, os.W_OK):
        pytest.skip("root may write everything")
    with pytest.raises(StorageError, match="Permission denied"):
        put(path, write)
    assert path.read_bytes() == b"before"


def test_a_device_is_written_to_and_stays(tmp_path: Path) -> None:
    path = device(tmp_path / "null", 3)
    link = tmp_path / "link"
    link.symlink_to("null")
    for out in (path, link):
        assert is_stream(out)
        put(out, write)
    assert stat.S_ISCHR(path.lstat().st_mode)
    assert link.is_symlink()
    assert names(tmp_path) == {"null", "link"}


def test_a_full_device_is_a_full_disk(tmp_path: Path) -> None:
    path = device(tmp_path / "full", 7)
    with pytest.raises(StorageError, match=r"no space left for .*full: free some or name another file"):
        put(path, write)
    assert stat.S_ISCHR(path.lstat().st_mode)


def test_a_fifo_waits_for_its_reader_and_says_so(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    path = tmp_path / "fifo"
    os.mkfifo(path)
    read: list[bytes] = []
    waits = threading.Event()
    logger, seen = logging.getLogger("comention.files.outputs"), logging.Handler()

    def noted(_: logging.LogRecord) -> bool:
        waits.set()
        return False

    seen.addFilter(noted)
    logger.addHandler(seen)

    def reader() -> None:
        assert waits.wait(60)
        read.append(path.read_bytes())

    thread = threading.Thread(target=reader, daemon=True)
    thread.start()
    try:
        put(path, lambda stream: stream.write(TEXT * 50_000))
    finally:
        logger.removeHandler(seen)
    thread.join(60)
    assert read == [TEXT * 50_000]
    assert f"{path} waits for a reader" in caplog.text
    assert stat.S_ISFIFO(path.lstat().st_mode)


def test_a_reader_that_has_gone_is_a_broken_pipe(tmp_path: Path) -> None:
    path = tmp_path / "fifo"
    os.mkfifo(path)
    reader = os.open(path, os.O_RDONLY | os.O_NONBLOCK)

    def leave(stream: BinaryIO) -> None:
        os.close(reader)
        stream.write(TEXT)

    with pytest.raises(BrokenPipeError):
        put(path, leave)


@pytest.mark.parametrize("form", ["/dev/fd/{}", "/proc/self/fd/{}", "/proc/{pid}/fd/{}", "link"])
def test_an_open_file_is_written_to_where_it_is_at(tmp_path: Path, form: str) -> None:
    """Also one that nothing names any more; opened by its path it would begin anew."""
    path = tmp_path / "x"
    with path.open("wb") as file:
        file.write(b"before\n")
        file.flush()
        name = (form if "{" in form else "/dev/fd/{}").format(file.fileno(), pid=os.getpid())
        out = Path(name)
        if form == "link":
            out = tmp_path / "link"
            out.symlink_to(name)
        assert is_stream(out)
        put(out, write)
        assert path.read_bytes() == b"before\n" + TEXT
        file.write(b"after\n")
    assert path.read_bytes() == b"before\n" + TEXT + b"after\n"


@pytest.mark.parametrize("out", ["-", "/dev/stdout", "/dev/fd/1", "/proc/self/fd/1"])
@pytest.mark.parametrize("how", ["append", "pipe"])
def test_standard_output_by_any_name(tmp_path: Path, out: str, how: str) -> None:
    code = (
        "import sys; from pathlib import Path; from comention.files.outputs import output_of, put\n"
        "print('first'); put(output_of(Path(sys.argv[1])), lambda s: s.write(b'second\\n')); print('third')"
    )
    path = tmp_path / "x"
    path.write_bytes(b"zeroth\n")
    words = [sys.executable, "-c", code, out]
    if how == "pipe":
        found = subprocess.run(words, stdout=subprocess.PIPE, check=True).stdout
        assert found == b"first\nsecond\nthird\n"
    else:
        with path.open("ab") as file:
            subprocess.run(words, stdout=file, check=True)
        assert path.read_bytes() == b"zeroth\nfirst\nsecond\nthird\n"


@pytest.mark.parametrize(("name", "expected"), [(None, "-"), (Path("-"), "-"), (Path("x"), Path("x"))])
def test_a_dash_is_standard_output(name: Path | None, expected: Output) -> None:
    assert output_of(name) == expected


def test_every_refusal_is_an_error_of_ours() -> None:
    assert issubclass(StorageError, ComentionError)
    assert (StorageError.exit_code, UsageError.exit_code) == (4, 2)
