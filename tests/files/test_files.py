import errno
import json
import os
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from comention.errors import LockedError, MalformedError, StorageError
from comention.files.atomic import (
    read_parquet,
    sha256,
    storage_error,
    write_atomic,
    write_json,
    write_parquet,
    write_text,
)
from comention.files.lock import locked
from comention.files.opening import is_there
from comention.pubmed.sources import local_files
from comention.pubmed.store import Store
from comention.snapshots import publish
from comention.snapshots.snapshot import latest
from comention.stages import runs


def test_a_file_is_whole_or_not_there(tmp_path: Path) -> None:
    path = tmp_path / "a" / "b.txt"
    write_text(path, "one")

    def fail(temporary: Path) -> None:
        temporary.write_text("half")
        raise OSError(errno.ENOSPC, "No space left on device")

    with pytest.raises(StorageError, match="no space left"):
        write_atomic(path, fail)
    assert path.read_text() == "one"
    assert [p.name for p in path.parent.iterdir()] == ["b.txt"]


def test_the_same_table_gives_the_same_bytes(tmp_path: Path) -> None:
    table = pa.table({"a": ["x", None], "b": [1, 2]})
    write_parquet(tmp_path / "1", table)
    write_parquet(tmp_path / "2", table)
    assert sha256(tmp_path / "1") == sha256(tmp_path / "2")
    assert read_parquet(tmp_path / "1").equals(table)


@pytest.mark.parametrize("content", [b"", b"PAR1 no", None])
def test_a_damaged_parquet_file_is_named(tmp_path: Path, content: bytes | None) -> None:
    if content is not None:
        (tmp_path / "x.parquet").write_bytes(content)
    with pytest.raises(MalformedError, match=r"x\.parquet cannot be read"):
        read_parquet(tmp_path / "x.parquet")


def test_a_lock_ends_with_its_process(tmp_path: Path) -> None:
    code = (
        "import sys, pathlib\nfrom comention.files.lock import locked\n"
        "with locked(pathlib.Path(sys.argv[1])):\n print('held', flush=True)\n sys.stdin.read()"
    )
    with subprocess.Popen(
        [sys.executable, "-c", code, str(tmp_path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == b"held\n"
        with pytest.raises(LockedError, match=f"process {holder.pid}"), locked(tmp_path):
            pass
        holder.kill()
    with locked(tmp_path):
        assert (tmp_path / ".lock").read_text() == str(os.getpid())


def test_a_folder_that_is_a_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(StorageError), locked(tmp_path / "file"):
        pass


def test_a_refusal_names_the_way_out() -> None:
    error = storage_error(Path("x"), PermissionError(errno.EACCES, "Permission denied"))
    assert "permissions" in str(error)


def test_threads_may_write_one_file_at_once(tmp_path: Path) -> None:
    path = tmp_path / "x.json"
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda n: write_json(path, {"n": n % 2}), range(200)))
    assert json.loads(path.read_text("utf-8"))["n"] in {0, 1}
    assert [p.name for p in tmp_path.iterdir()] == ["x.json"]


def test_what_is_there_and_what_is_not(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    (tmp_path / "loop").symlink_to(tmp_path / "loop")
    (tmp_path / "dangling").symlink_to(tmp_path / "nothing")
    assert is_there(tmp_path)
    assert is_there(tmp_path / "file")
    for name in ("nothing", "file/below", "loop", "dangling", "null\0"):
        assert not is_there(tmp_path / name), name


@pytest.mark.parametrize(
    "look",
    [
        is_there,
        latest,
        publish.check_latest,
        lambda path: runs.of_run(path, "20260102T030405Z-0000"),
        lambda path: local_files([str(path)]),
        Store.open,
    ],
)
def test_what_cannot_be_seen_is_not_taken_for_absent(look: Callable[[Path], Any], tmp_path: Path) -> None:
    """A name that is too long stands for every way in which the system refuses to look."""
    with pytest.raises(OSError, match="name too long"):
        look(tmp_path / ("x" * 300))
