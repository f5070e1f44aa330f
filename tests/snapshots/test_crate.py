"""A snapshot is an RO-Crate that its own library opens, with every file of the folder."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from rocrate.rocrate import ROCrate

from comention.files.atomic import sha256
from comention.snapshots.crate import CRATE
from comention.snapshots.snapshot import Snapshot
from tests.report.snapshots import TEXTS, make

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def snapshot(tmp_path_factory: pytest.TempPathFactory) -> Snapshot:
    return make(tmp_path_factory.mktemp("crate") / "w", TEXTS)


def test_the_library_reads_what_the_folder_holds(snapshot: Snapshot) -> None:
    crate = ROCrate(snapshot.path)
    assert crate.metadata.id == CRATE
    assert crate.name == "comention: interleukin-12"
    assert crate.root_dataset["identifier"] == snapshot.run_id
    files = {entity.id: entity for entity in crate.data_entities if entity.type == "File"}
    assert set(files) == {path.name for path in snapshot.path.iterdir()} - {CRATE}
    for name, file in files.items():
        assert file["description"]
        if name.endswith(".parquet"):
            assert file["sha256"] == sha256(snapshot.path / name)
            assert int(file["contentSize"]) == (snapshot.path / name).stat().st_size
    [run] = crate.get_by_type("CreateAction")
    assert run["instrument"]["softwareVersion"] == "9.8.7"
    assert run["endTime"] == crate.root_dataset["datePublished"] == "2026-01-02T03:04:05+00:00"
    assert run["description"] == "Query: il12[tiab]"


def test_the_library_writes_a_copy_with_every_file(snapshot: Snapshot, tmp_path: Path) -> None:
    ROCrate(snapshot.path).write(tmp_path / "copy")
    copied = {path.name for path in (tmp_path / "copy").iterdir()}
    assert copied == {path.name for path in snapshot.path.iterdir()}


def test_whatever_is_named_is_described(snapshot: Snapshot) -> None:
    graph = json.loads((snapshot.path / CRATE).read_text("utf-8"))["@graph"]
    described = {entity["@id"] for entity in graph}
    named = {
        part["@id"]
        for entity in graph
        for value in entity.values()
        for part in (value if isinstance(value, list) else [value])
        if isinstance(part, dict)
    }
    assert named - described == {"https://w3id.org/ro/crate/1.2"}
