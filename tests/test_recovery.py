"""A work directory that something happened to: what a run mends, and what it says where it cannot."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from comention.api import load
from comention.errors import ContractError, MalformedError, StorageError, UsageError
from comention.files.atomic import read_parquet, write_parquet
from comention.schemas import TRENDS
from comention.snapshots import publish
from comention.snapshots.snapshot import latest
from tests.stages.test_stages import run
from tests.support.medline import article, write_set
from tests.support.runs import sums

pytestmark = pytest.mark.slow


@pytest.fixture
def workdir(tmp_path: Path) -> Path:
    """A finished work directory of three articles."""
    file = write_set(
        tmp_path / "1.xml", *(article(i, abstract=f"IL-12 and TNF in psoriasis {i}.") for i in (1, 2, 3))
    )
    again(tmp_path / "w", file)
    return tmp_path / "w"


def again(workdir: Path, file: Path, number: int = 1, **options: Any) -> dict[str, Any]:
    given = {"source__kind": "files", "source__input": (str(file),)}
    return run(workdir, run=f"2026010{number}T030405Z-0000", **given, **options)


def _truncate(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:100])


_DAMAGE: dict[str, Callable[[Path], object]] = {
    "an annotation": lambda w: _truncate(next(w.glob("store/annotations/*/*.mentions.parquet"))),
    "an empty annotation": lambda w: next(w.glob("store/annotations/*/*.sentences.parquet")).write_bytes(b""),
    "the manifest": lambda w: (w / "latest" / "manifest.json").write_text("{"),
    "a manifest of nothing": lambda w: (w / "latest" / "manifest.json").write_text("[]"),
    "a manifest of another version": lambda w: (w / "latest" / "manifest.json").write_text(
        json.dumps({"schema_version": 99, "datasets": {}})
    ),
    "a published dataset": lambda w: _truncate(w / "latest" / "pairs.parquet"),
    "a link to nowhere": lambda w: (latest(w).path).rename(w / "snapshots" / "elsewhere"),
    "what a dead run left": lambda w: (w / "store" / ".state.json.1-2.part").write_text("half"),
}


@pytest.mark.parametrize("what", _DAMAGE)
def test_a_run_mends(workdir: Path, what: str) -> None:
    before = sums(workdir)
    _DAMAGE[what](workdir)
    again(workdir, workdir.parent / "1.xml", 2)
    assert sums(workdir) == before
    assert len(load("pairs", workdir)) == 3
    assert not list(workdir.rglob("*.part"))


@pytest.mark.parametrize("what", ["ledger-*", "index-*", "state.json", "shards/*"])
def test_a_damaged_store_is_named_and_full_mends_it(workdir: Path, what: str) -> None:
    before = sums(workdir)
    for path in (workdir / "store").glob(what):
        _truncate(path) if path.suffix == ".parquet" else path.write_text('{"shards": [], "index": 5}')
    with pytest.raises(MalformedError, match="--full"):
        again(workdir, workdir.parent / "1.xml", 2)
    again(workdir, workdir.parent / "1.xml", 3, full=True)
    assert sums(workdir) == before


def test_annotations_of_an_earlier_version_are_made_anew(workdir: Path) -> None:
    before = sums(workdir)
    for path in workdir.glob("store/annotations/*/*.parquet"):
        held = read_parquet(path)
        write_parquet(path, held.drop_columns(held.column_names[-1:]))
    again(workdir, workdir.parent / "1.xml", 2, full=True)
    assert sums(workdir) == before


def test_a_ledger_of_an_earlier_version_is_refused_and_full_begins_another(
    workdir: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (path,) = (workdir / "store").glob("ledger-*")
    write_parquet(path, read_parquet(path).drop_columns(["slices"]))
    with pytest.raises(ContractError, match="another version of comention: run with --full"):
        again(workdir, workdir.parent / "1.xml", 2)
    again(workdir, workdir.parent / "1.xml", 3, full=True)
    assert "is made anew; the ledger of earlier runs is lost" in caplog.text
    assert len(load("ledger", workdir)) == 1


def test_a_folder_in_the_place_of_the_link_is_refused_at_once(workdir: Path) -> None:
    (workdir / "latest").unlink()
    (workdir / "latest").mkdir()
    listing = sorted(workdir.rglob("*"))
    with pytest.raises(StorageError, match="latest is no link"):
        again(workdir, workdir.parent / "1.xml", 2)
    assert sorted(workdir.rglob("*")) == listing


def test_a_switch_that_fails_leaves_nothing(workdir: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = sums(workdir)
    monkeypatch.setattr(Path, "symlink_to", _full)
    with pytest.raises(StorageError, match="no space left"):
        again(workdir, write_set(workdir.parent / "2.xml", article(4, abstract="IL-12.")), 2)
    assert sums(workdir) == before
    assert [p.name for p in (workdir / "snapshots").iterdir()] == ["20260101T030405Z-0000"]
    assert not list(workdir.glob(".latest-*"))


def test_a_snapshot_of_the_same_name_stays(workdir: Path) -> None:
    before = sums(workdir)
    snapshot = latest(workdir).path
    staged = publish.staging(workdir, snapshot.name)
    shutil.copytree(snapshot, staged)
    write_parquet(staged / "trends.parquet", TRENDS.schema.empty_table())
    with pytest.raises(StorageError):
        publish.publish(workdir, snapshot.name, {}, publish.Keep(5))
    assert sums(workdir) == before
    assert len(load("trends", workdir)) == 3


def _full(*_: object) -> None:
    raise OSError(28, "No space left on device")


def test_a_narrowed_run_takes_nothing_out(workdir: Path, tmp_path: Path) -> None:
    (tmp_path / "pmids").write_text("\ufeff2\r\n", "utf-8")
    result = again(workdir, workdir.parent / "1.xml", 2, pmids=tmp_path / "pmids")
    assert (result["kept"], result["off_topic"], result["articles"]) == (1, 2, 3)


def test_the_sample_and_real_citations_do_not_mix(workdir: Path) -> None:
    with pytest.raises(UsageError, match="or the sample"):
        run(workdir, run="20260102T030405Z-0000")


def test_other_names_ask_for_the_sources_anew(workdir: Path) -> None:
    with pytest.raises(UsageError, match="other names"):
        again(workdir, workdir.parent / "1.xml", 2, names__stop=("TNF",))
    again(workdir, workdir.parent / "1.xml", 3, names__stop=("TNF",), full=True)
    assert "TNF" not in set(load("mentions", workdir).text)
