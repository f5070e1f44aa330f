"""The contract of a snapshot: keys refer to rows, numbers add up, files are what the manifest says."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from comention import evidence_for, load
from comention.config import load_settings
from comention.errors import ContractError, MalformedError, UsageError
from comention.files.atomic import write_json
from comention.report.page import write_page
from comention.schemas import DATASETS, PUBLISHED, SCHEMA_VERSION, Dataset, Reference
from comention.snapshots import query
from comention.snapshots.snapshot import latest
from comention.stages import walk
from comention.stages.job import Job
from tests.support.medline import article, write_set
from tests.support.sample import Sample

REFERENCES = [(dataset, reference) for dataset in PUBLISHED for reference in dataset.references]


@pytest.fixture(scope="module")
def workdir(sample_run: Sample) -> Path:
    return sample_run.workdir


@pytest.fixture
def copy(sample_copy: Path) -> Path:
    return sample_copy


@pytest.fixture(scope="module")
def manifest(workdir: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((workdir / "latest" / "manifest.json").read_text("utf-8"))
    return found


@pytest.mark.parametrize(("dataset", "reference"), REFERENCES, ids=lambda part: getattr(part, "name", ""))
def test_a_foreign_key_is_the_key_of_a_row(workdir: Path, dataset: Dataset, reference: Reference) -> None:
    rows, other = load(dataset.name, workdir), DATASETS[reference.dataset]
    if reference.unless:
        column, value = reference.unless
        rows = rows[rows[column] != value]
    wanted = set(rows[list(reference.columns)].itertuples(index=False, name=None))
    held = set(load(other.name, workdir)[list(other.key)].itertuples(index=False, name=None))
    assert wanted
    assert wanted <= held


def test_references_name_columns_and_whole_keys() -> None:
    assert {dataset.name for dataset, _ in REFERENCES} >= {
        "sentences",
        "mentions",
        "pairs",
        "evidence",
        "trends",
    }
    for dataset, reference in REFERENCES:
        assert set(reference.columns) <= set(dataset.schema.names)
        assert len(reference.columns) == len(DATASETS[reference.dataset].key)


@pytest.mark.slow
def test_pairs_are_their_evidence(workdir: Path) -> None:
    evidence = load("evidence", workdir)
    pairs = load("pairs", workdir).set_index(["a_id", "b_id"]).sort_index()
    grouped = evidence.groupby(["a_id", "b_id"])
    assert (grouped.pmid.nunique() == pairs.articles).all()
    assert (grouped.sentence.agg(lambda s: (s >= 0).sum()) == pairs.sentences).all()
    assert (grouped["level"].agg(lambda s: (s == "title").sum()) == pairs.titles).all()
    whole = evidence[~evidence.retracted].groupby(["a_id", "b_id"]).pmid.nunique()
    assert (whole.reindex(pairs.index, fill_value=0) == pairs.articles_not_retracted).all()
    assert len(grouped) == len(pairs) > 100


def test_trends_are_their_evidence(workdir: Path) -> None:
    evidence = load("evidence", workdir)
    keys = ["a_id", "b_id", "year"]
    counted = evidence.drop_duplicates(["a_id", "b_id", "pmid"]).groupby(keys).size()
    trends = load("trends", workdir).set_index(keys).sort_index()
    pd.testing.assert_series_equal(trends.articles, counted, check_names=False, check_dtype=False)


def test_entities_are_their_mentions(workdir: Path) -> None:
    mentions = load("mentions", workdir)
    linked = mentions[~mentions.concept_id.str.startswith("text:")]
    entities = load("entities", workdir).set_index("concept_id").sort_index()
    grouped = linked.groupby("concept_id")
    assert (grouped.size() == entities.mentions).all()
    assert (grouped.pmid.nunique() == entities.articles).all()
    in_title = linked[linked.sentence == 0].groupby("concept_id").pmid.nunique()
    assert (in_title.reindex(entities.index, fill_value=0) == entities.titles).all()


def test_totals_are_the_ledgers(workdir: Path) -> None:
    articles, ledger = load("articles", workdir), load("ledger", workdir)
    assert [len(articles)] == ledger.articles.tolist()
    assert int(articles.retracted.sum()) == ledger.retracted.iloc[0]
    assert set(load("pairs", workdir).articles_total) == {len(articles)}


def test_rolled_up_pairs_are_the_pairs_below_and_more(workdir: Path) -> None:
    rolled, pairs = load("pairs_rolled_up", workdir), load("pairs", workdir)
    direct = pairs.set_index(["a_id", "b_id"]).articles
    keys = pd.MultiIndex.from_frame(rolled[["a_id", "b_id"]])
    assert (direct.reindex(keys, fill_value=0).to_numpy() == rolled.articles_direct).all()
    assert (rolled.articles > rolled.articles_direct).all()
    assert (rolled.a_type != rolled.b_type).all()
    skin = rolled[(rolled.b_name == "skin diseases") & (rolled.a_name == "interleukin-12")].iloc[0]
    hierarchy = load("hierarchy", workdir)
    below = {*hierarchy[hierarchy.ancestor_id == skin.b_id].concept_id, skin.b_id}
    evidence = load("evidence", workdir)
    met = evidence[(evidence.a_id == skin.a_id) & evidence.b_id.isin(below)]
    assert met.pmid.nunique() == skin.articles


def test_unlinked_mentions_keep_their_surface_and_their_share_is_published(
    workdir: Path, manifest: dict[str, Any]
) -> None:
    mentions = load("mentions", workdir)
    without = mentions.concept_id.str.startswith("text:")
    for kind, rows in mentions.groupby(mentions.entity_type):
        unlinked = int(without[rows.index].sum())
        assert manifest["mentions"][kind] == {"linked": len(rows) - unlinked, "unlinked": unlinked}
    assert not load("pairs", workdir).a_id.str.startswith("text:").any()
    assert not load("entities", workdir).concept_id.str.startswith("text:").any()


def test_the_manifest_says_what_was_tested(workdir: Path, manifest: dict[str, Any]) -> None:
    assert manifest["families"] == json.loads(load("families", workdir).to_json(orient="records"))
    assert [family["family"] for family in manifest["families"]] == [
        "cells",
        "emerging",
        "enrichment",
        "pairs",
        "triples",
    ]


_READERS: dict[str, Callable[[Path], object]] = {
    "load": lambda workdir: load("pairs", workdir),
    "show": lambda workdir: (
        query.show(latest(workdir), "pairs", with_name=None, entity_type=None, limit=1).rows
    ),
    "evidence": lambda workdir: evidence_for("IL-12", "psoriasis", workdir),
    "report": lambda workdir: write_page(latest(workdir), workdir / "report.html"),
}


@pytest.mark.parametrize("reader", _READERS)
def test_a_reader_refuses_what_is_not_as_published(copy: Path, reader: str) -> None:
    name = "evidence" if reader == "evidence" else "pairs"
    path = copy / "latest" / f"{name}.parquet"
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)
    with pytest.raises(MalformedError, match=rf"{name}\.parquet is damaged.*run again"):
        _READERS[reader](copy)
    path.unlink()
    with pytest.raises(MalformedError, match=rf"{name}\.parquet is gone: run again"):
        _READERS[reader](copy)


@pytest.mark.parametrize(
    ("version", "way"),
    [
        (SCHEMA_VERSION - 1, "`comention run --workdir .*copy` publishes anew what the store holds"),
        (SCHEMA_VERSION + 1, "install the newer comention that wrote it"),
        ("x", "`comention run"),
    ],
)
def test_another_schema_version_is_named_with_the_way_on(copy: Path, version: object, way: str) -> None:
    path = copy / "latest" / "manifest.json"
    write_json(path, json.loads(path.read_text("utf-8")) | {"schema_version": version})
    message = f"has schema version {version}, .* reads {SCHEMA_VERSION}: {way}"
    with pytest.raises(ContractError, match=message):
        load("pairs", copy)


@pytest.mark.slow
def test_what_the_way_says_leads_there(copy: Path) -> None:
    path = copy / "latest" / "manifest.json"
    write_json(path, json.loads(path.read_text("utf-8")) | {"schema_version": SCHEMA_VERSION - 1})
    settings = load_settings(None, {"workdir": copy})
    receipts = walk.walk(Job(settings, "20260103T030405Z-0000", datetime(2026, 1, 3, tzinfo=UTC)))
    assert {r.stage: r.counts for r in receipts}["annotate"]["shards_made"] == 0
    assert latest(copy).manifest.schema_version == SCHEMA_VERSION
    assert len(load("pairs", copy)) > 100


def test_a_snapshot_without_a_newer_dataset_says_so(copy: Path) -> None:
    path = copy / "latest" / "manifest.json"
    manifest = json.loads(path.read_text("utf-8"))
    del manifest["datasets"]["hierarchy"]
    write_json(path, manifest)
    with pytest.raises(MalformedError, match="earlier comention, without hierarchy: run again"):
        load("hierarchy", copy)


_SMALL = {
    "no article on the topic": ("concepts", ["Of nothing that has a name."]),
    "no concept": ("all", ["Of nothing that has a name."]),
    "one concept": ("all", ["Psoriasis.", "Psoriasis again."]),
}


@pytest.mark.slow
@pytest.mark.parametrize("what", _SMALL)
def test_a_corpus_without_pairs_is_published_and_read(tmp_path: Path, what: str) -> None:
    match, titles = _SMALL[what]
    path = tmp_path / "small.xml"
    write_set(path, *(article(pmid, title) for pmid, title in enumerate(titles, 1)))
    given = {"workdir": tmp_path, "annotate.annotator": "fast", "topic.match": match}
    settings = load_settings(None, given | {"source.kind": "files", "source.input": (str(path),)})
    walk.walk(Job(settings, "20260102T030405Z-0000", datetime(2026, 1, 2, tzinfo=UTC)))
    sizes = {dataset.name: len(load(dataset.name, tmp_path)) for dataset in PUBLISHED}
    assert sizes["articles"] == (len(titles) if match == "all" else 0)
    assert sizes["entities"] == (what == "one concept")
    assert [sizes[name] for name in ("pairs", "pairs_rolled_up", "triples", "evidence", "trends")] == [0] * 5
    families = load("families", tmp_path)
    assert families[["size", "seen"]].to_numpy().tolist() == [[0, 0]] * 3
    assert query.show(latest(tmp_path), "pairs", with_name=None, entity_type=None, limit=5).rows == []
    write_page(latest(tmp_path), tmp_path / "report.html")
    assert "comention" in (tmp_path / "report.html").read_text("utf-8")


def test_broader_concepts_are_shown_by_name(workdir: Path) -> None:
    rows = query.show(
        latest(workdir), "pairs_rolled_up", with_name="Skin diseases", entity_type="drug", limit=50
    ).rows
    assert rows
    assert {"skin diseases"} == {
        row["a_name"] if row["a_type"] == "disease" else row["b_name"] for row in rows
    }
    assert [row["log_odds_low"] for row in rows] == sorted((r["log_odds_low"] for r in rows), reverse=True)
    assert all(row["articles"] > row["articles_direct"] for row in rows)
    with pytest.raises(UsageError, match=r"nothing named 'skin diseas'; nearest: .*skin diseases"):
        query.show(latest(workdir), "pairs_rolled_up", with_name="skin diseas", entity_type=None, limit=5)
