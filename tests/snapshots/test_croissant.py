"""The Croissant description of a snapshot says what its files are."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from comention.config import load_settings
from comention.files.atomic import sha256
from comention.schemas import PUBLISHED
from comention.stages import walk
from comention.stages.job import Job

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def snapshot(tmp_path_factory: pytest.TempPathFactory) -> Path:
    workdir = tmp_path_factory.mktemp("croissant")
    settings = load_settings(None, {"workdir": workdir, "annotate.annotator": "fast"})
    walk.walk(Job(settings, "20260102T030405Z-0000", datetime(2026, 1, 2, tzinfo=UTC)))
    return (workdir / "latest").resolve()


@pytest.fixture(scope="module")
def described(snapshot: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((snapshot / "croissant.json").read_text("utf-8"))
    return found


def test_every_file_is_there_with_its_checksum(snapshot: Path, described: dict[str, Any]) -> None:
    files = described["distribution"]
    assert [file["name"] for file in files] == [f"{dataset.name}.parquet" for dataset in PUBLISHED]
    for file in files:
        path = snapshot / file["contentUrl"]
        assert sha256(path) == file["sha256"]
        assert f"{path.stat().st_size} B" == file["contentSize"]


def test_every_column_is_a_field_of_its_file(snapshot: Path, described: dict[str, Any]) -> None:
    ids = {file["@id"] for file in described["distribution"]}
    for dataset, records in zip(PUBLISHED, described["recordSet"], strict=True):
        schema = pq.read_schema(snapshot / f"{dataset.name}.parquet")
        assert [field["source"]["extract"]["column"] for field in records["field"]] == schema.names
        assert {field["source"]["fileObject"]["@id"] for field in records["field"]} <= ids
        known = {field["@id"] for field in records["field"]}
        assert [key["@id"] for key in records["key"]] == [f"{dataset.name}/{name}" for name in dataset.key]
        assert {key["@id"] for key in records["key"]} <= known
        assert all(field["description"] for field in records["field"])


def test_types_lists_and_structures_are_told(described: dict[str, Any]) -> None:
    fields = {field["@id"]: field for records in described["recordSet"] for field in records["field"]}
    assert fields["articles/pmid"]["dataType"] == "sc:Integer"
    assert fields["articles/retracted"]["dataType"] == "sc:Boolean"
    assert fields["pairs/lift"]["dataType"] == "sc:Float"
    assert fields["articles/title"]["dataType"] == "sc:Text"
    assert "repeated" not in fields["articles/title"]
    assert fields["articles/keywords"]["repeated"] is True
    sections = fields["articles/sections"]
    assert sections["repeated"] is True
    assert "dataType" not in sections
    assert [(part["@id"], part["dataType"]) for part in sections["subField"]] == [
        ("articles/sections/label", "sc:Text"),
        ("articles/sections/nlm_category", "sc:Text"),
        ("articles/sections/start", "sc:Integer"),
        ("articles/sections/end", "sc:Integer"),
    ]


def test_it_names_its_version_source_and_run(described: dict[str, Any]) -> None:
    assert described["conformsTo"] == "http://mlcommons.org/croissant/1.0"
    assert "interleukin-12" in described["description"]
    assert "National Library of Medicine" in described["description"]
    assert "20260102T030405Z-0000" in described["citeAs"]
    assert described["datePublished"].startswith("2026-01-02")


def test_a_column_that_refers_to_another_says_to_which(described: dict[str, Any]) -> None:
    fields = {field["@id"]: field for records in described["recordSet"] for field in records["field"]}
    assert fields["mentions/concept_id"]["references"] == {"field": {"@id": "concepts/concept_id"}}
    assert fields["pairs/a_id"]["references"]["field"]["@id"] == "entities/concept_id"
    assert "references" not in fields["evidence/sentence"]
    for field in fields.values():
        assert field.get("references", {"field": {"@id": "pairs/a_id"}})["field"]["@id"] in fields
