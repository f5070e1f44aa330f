"""Sentences and titles of places: of their files only what holds them is read, and what is read is whole."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from comention.errors import MalformedError
from comention.files import checksums
from comention.files.checksums import with_checksum
from comention.snapshots import claims, frames
from comention.snapshots.manifest import PublishedFile
from comention.snapshots.snapshot import Snapshot, latest

pytestmark = pytest.mark.slow

_BLOCK = 4096
_PAIR = ("interleukin-12", "psoriasis")
_READ_IN_PART = ("articles", "sentences")


@pytest.fixture(autouse=True)
def small_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checksums, "BLOCK", _BLOCK)


def _publish(folder: Path, change: dict[str, Any]) -> None:
    """Write the manifest of a snapshot anew, with its files as they are."""
    path = folder / "manifest.json"
    manifest = json.loads(path.read_text("utf-8"))
    for name in _READ_IN_PART:
        file = folder / f"{name}.parquet"
        rows = pq.ParquetFile(file).metadata.num_rows
        manifest["datasets"][name] = PublishedFile.at(file, rows).model_dump() | change
    del manifest["sha256"]
    path.write_text(json.dumps(with_checksum(manifest)), "utf-8")


@pytest.fixture
def folder(sample_copy: Path) -> Path:
    """A snapshot of many row groups and blocks."""
    folder = (sample_copy / "latest").resolve()
    for name in _READ_IN_PART:
        path = folder / f"{name}.parquet"
        pq.write_table(pq.ParquetFile(path).read(), path, compression="zstd", row_group_size=20)
    _publish(folder, {})
    return folder


def _said(held: Snapshot) -> object:
    return frames.evidence(held, *_PAIR, limit=3), claims.claims_for(held, *_PAIR)


def _answer(workdir: Path) -> object:
    try:
        return _said(latest(workdir))
    except MalformedError as error:
        return str(error)


def test_what_is_read_in_part_is_what_stands_in_the_whole(sample_copy: Path, folder: Path) -> None:
    held = latest(sample_copy)
    places = frames.evidence(held, *_PAIR)
    texts = held.load("sentences").set_index(["pmid", "sentence"])[["text", "start"]]
    titles = held.load("articles").set_index("pmid").title
    assert len(places) > 3
    assert any(row["text"] is None for row in places)
    for row in places:
        assert row["title"] == titles[row["pmid"]]
        at = (row["pmid"], row["sentence"])
        wanted = tuple(texts.loc[at]) if at in texts.index else (None, None)
        assert (row["text"], row["text_start"]) == wanted


def test_a_damaged_block_is_named_where_it_is_read_and_nowhere_else(sample_copy: Path, folder: Path) -> None:
    right = _said(latest(sample_copy))
    for name in _READ_IN_PART:
        path = folder / f"{name}.parquet"
        whole = path.read_bytes()
        said = set()
        for at in range(_BLOCK // 2, len(whole), _BLOCK):
            path.write_bytes(whole[:at] + bytes([whole[at] ^ 1]) + whole[at + 1 :])
            answer = _answer(sample_copy)
            assert answer == right or isinstance(answer, str)
            said.add(answer if isinstance(answer, str) else "right")
        refused = f"{path} is damaged, its checksum is another: run again to publish anew"
        assert said == {"right", refused}
        path.write_bytes(whole[:-1])
        with pytest.raises(MalformedError, match=rf"{name}\.parquet is damaged, its length is another"):
            _said(latest(sample_copy))
        path.unlink()
        with pytest.raises(MalformedError, match=rf"{name}\.parquet is gone: run again"):
            _said(latest(sample_copy))
        path.write_bytes(whole)


def test_a_snapshot_without_sums_of_blocks_is_compared_whole(sample_copy: Path, folder: Path) -> None:
    right = _said(latest(sample_copy))
    _publish(folder, {"blocks": []})
    assert _said(latest(sample_copy)) == right
    path = folder / "sentences.parquet"
    whole = path.read_bytes()
    for at in range(_BLOCK // 2, len(whole), _BLOCK):
        path.write_bytes(whole[:at] + bytes([whole[at] ^ 1]) + whole[at + 1 :])
        with pytest.raises(MalformedError, match=r"sentences\.parquet is damaged"):
            _said(latest(sample_copy))


@pytest.mark.usefixtures("folder")
def test_no_thread_of_arrows_holds_a_python_file(sample_copy: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """One that lets go of it while Python ends aborts the process, whose answer is out: pyarrow 25.0.1."""
    asked: list[bool] = []

    class Spy(pq.ParquetFile):  # type: ignore[misc] # pyarrow tells no types
        def read_row_group(self, *args: Any, use_threads: bool = True, **options: Any) -> Any:
            asked.append(use_threads)
            return super().read_row_group(*args, use_threads=use_threads, **options)

    monkeypatch.setattr("comention.snapshots.snapshot.pq.ParquetFile", Spy)
    _said(latest(sample_copy))
    assert asked
    assert not any(asked)
