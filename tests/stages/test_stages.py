"""The whole walk on the sample: same input, same bytes; receipts, resumption, and what a failure leaves."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from comention.annotation import shards
from comention.api import load
from comention.config import load_settings
from comention.errors import ContractError, LockedError, StorageError, UsageError
from comention.files.atomic import read_parquet
from comention.files.lock import locked
from comention.ner.model import open_model
from comention.pubmed import intake
from comention.resources import bundled_config, sample_files
from comention.schemas import PUBLISHED
from comention.snapshots import snapshot
from comention.stages import walk
from comention.stages.job import Job, Progress, Receipt
from comention.stages.steps import STAGES
from tests.support.medline import article, write_set
from tests.support.runs import sums
from tests.support.sample import Sample

pytestmark = pytest.mark.slow

_NOW = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)


def job(workdir: Path, run: str = "20260102T030405Z-0000", **overrides: Any) -> Job:
    full = overrides.pop("full", False)
    pmids = overrides.pop("pmids", None)
    settings = load_settings(
        None, {"workdir": workdir} | {k.replace("__", "."): v for k, v in overrides.items()}
    )
    return Job(settings, run, _NOW, full=full, pmids=pmids)


def run(workdir: Path, **overrides: Any) -> dict[str, Any]:
    work = job(workdir, **overrides)
    return walk.summary(work, walk.walk(work))


@pytest.fixture(scope="module")
def sample_sums(sample_run: Sample) -> dict[str, str]:
    return sums(sample_run.workdir)


@pytest.mark.parametrize(("shard_size", "processes"), [(1, 1), (7, 4), (2000, 1)])
def test_neither_the_shard_size_nor_threads_change_a_byte(
    tmp_path: Path, sample_sums: dict[str, str], shard_size: int, processes: int
) -> None:
    run(tmp_path, run__shard_size=shard_size, run__processes=processes)
    assert sums(tmp_path) == sample_sums


@pytest.mark.slow
def test_two_processes_change_no_byte(
    tmp_path: Path, sample_sums: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(intake, "_WORTH_A_POOL", 1)
    monkeypatch.setattr(intake, "_BATCH_BYTES", 20_000)
    monkeypatch.setattr(shards, "_WORTH_A_POOL", 0)
    run(tmp_path, run__shard_size=20, run__processes=2)
    assert sums(tmp_path) == sample_sums


def test_the_sample_adds_up(sample_run: Sample) -> None:
    result = sample_run.summary
    assert {name: result[name] for name in ("expected", "parsed", "books", "superseded", "withdrawn")} == {
        "expected": 105,
        "parsed": 105,
        "books": 1,
        "superseded": 4,
        "withdrawn": 2,
    }
    assert (result["off_topic"], result["kept"], result["articles"], result["deleted"]) == (21, 77, 77, 2)
    [row] = load("ledger", sample_run.workdir).to_dict("records")
    assert row["fetched"] == row["parsed"] + row["rejected"] == row["expected"] - row["missing"]
    assert row["parsed"] == sum(row[n] for n in ("books", "superseded", "off_topic", "withdrawn", "kept"))


def test_every_dataset_is_there_and_keys_lead_somewhere(sample_run: Sample) -> None:
    data = {d.name: load(d.name, sample_run.workdir) for d in PUBLISHED}
    assert all(len(frame) for frame in data.values())
    pmids, concepts = set(data["articles"].pmid), set(data["concepts"].concept_id)
    assert set(data["mentions"].pmid) <= pmids
    assert set(data["mentions"].concept_id) == concepts
    assert {i for i in concepts if not i.startswith("text:")} == set(data["entities"].concept_id)
    assert set(data["pairs"].a_id) | set(data["pairs"].b_id) <= concepts
    by_pair = data["evidence"].groupby(["a_id", "b_id"]).pmid.nunique()
    assert by_pair.to_dict() == data["pairs"].set_index(["a_id", "b_id"]).articles.to_dict()
    assert (data["pairs"].articles_total == len(data["articles"])).all()


def test_every_mention_is_its_text(sample_run: Sample) -> None:
    latest = snapshot.latest(sample_run.workdir).path
    texts = {
        row["pmid"]: row["title"] if row["abstract"] is None else f"{row['title']} {row['abstract']}"
        for row in read_parquet(latest / "articles.parquet").to_pylist()
    }
    sentences = {
        (r["pmid"], r["sentence"]): r for r in read_parquet(latest / "sentences.parquet").to_pylist()
    }
    for row in read_parquet(latest / "mentions.parquet").to_pylist():
        assert texts[row["pmid"]][row["start"] : row["end"]] == row["text"]
        sentence = sentences[row["pmid"], row["sentence"]]
        assert sentence["start"] <= row["start"] < row["end"] <= sentence["end"]
    for row in read_parquet(latest / "evidence.parquet").to_pylist():
        assert (row["a_start"], row["a_end"]) != (row["b_start"], row["b_end"]) or row["sentence"] < 0


def test_what_does_not_count_is_kept_in_the_store(sample_run: Sample) -> None:
    workdir = sample_run.workdir
    texts = {
        row["pmid"]: row["title"] if row["abstract"] is None else f"{row['title']} {row['abstract']}"
        for row in read_parquet(snapshot.latest(workdir).path / "articles.parquet").to_pylist()
    }
    files = sorted(workdir.glob("store/annotations/*/*.rejected.parquet"))
    rows = [row for file in files for row in read_parquet(file).to_pylist()]
    # Shards hold superseded versions too, whose texts are not published.
    there = [row for row in rows if texts.get(row["pmid"], "")[row["start"] : row["end"]] == row["text"]]
    assert len(there) > 50
    assert all(row["end"] - row["start"] == len(row["text"]) for row in rows)
    reasons = {row["reason"] for row in rows}
    assert "ambiguous; the text neither defines it nor names it in full" in reasons
    assert "holds a name and means something else" in reasons


def test_a_run_that_changes_nothing_makes_no_snapshot(tmp_path: Path) -> None:
    first = run(tmp_path)
    second = run(tmp_path, run="20260103T030405Z-0000")
    assert (first["changed"], second["changed"]) == (True, False)
    assert first["snapshot"] == second["snapshot"]
    assert [p.name for p in (tmp_path / "snapshots").iterdir()] == ["20260102T030405Z-0000"]


@pytest.mark.parametrize(
    "change",
    [
        {"topic__name": "mine"},
        {"topic__query": "IL-12"},
        {"names__stop": ("zzzyyy",)},
        {"annotate__annotator": "fast"},
        {"annotate__annotator": "fast", "background__kind": "none"},
        {"pairs__types": ("disease", "drug")},
    ],
    ids=lambda change: next(iter(change)),
)
def test_what_was_asked_for_otherwise_makes_a_snapshot_of_equal_datasets(
    tmp_path: Path, change: dict[str, Any]
) -> None:
    """Every text says nothing, so that no dataset tells one run from another."""
    file = write_set(tmp_path / "1.xml", article(1, title="Nothing.", abstract="Nothing."))
    given: dict[str, Any] = {"source__kind": "files", "source__input": (str(file),), "full": True}
    given |= {"topic__mesh": ("D011565",), "topic__concepts": (), "run__processes": 1}
    work = tmp_path / "w"
    names = [f"2026010{day}T030405Z-0000" for day in (1, 2, 3, 4)]
    changed = [run(work, run=name, **given)["changed"] for name in names[:2]]
    before = sums(work)
    changed += [run(work, run=name, **given | change)["changed"] for name in names[2:]]
    assert changed == [True, False, True, False]
    assert sums(work) == before
    assert snapshot.latest(work).manifest.previous == names[0]


def test_a_change_makes_a_snapshot_and_annotates_only_what_is_new(tmp_path: Path) -> None:
    file = write_set(tmp_path / "1.xml", article(1, abstract="IL-12 and TNF."))
    run(tmp_path / "w", source__kind="files", source__input=(str(file),))
    more = write_set(tmp_path / "2.xml", article(2, abstract="IL-12 in psoriasis."))
    work = job(tmp_path / "w", "20260103T030405Z-0000", source__kind="files", source__input=(str(more),))
    receipts = {receipt.stage: receipt for receipt in walk.walk(work)}
    assert receipts["annotate"].counts == {"shards": 2, "shards_made": 1}
    assert snapshot.latest(tmp_path / "w").path.name == "20260103T030405Z-0000"
    assert sorted(load("articles", tmp_path / "w").pmid) == [1, 2]


def test_full_forgets_what_was_held(tmp_path: Path) -> None:
    one = write_set(tmp_path / "1.xml", article(1, abstract="IL-12."))
    two = write_set(tmp_path / "2.xml", article(2, abstract="IL-12."))
    run(tmp_path / "w", source__kind="files", source__input=(str(one),))
    run(
        tmp_path / "w",
        run="20260103T030405Z-0000",
        full=True,
        source__kind="files",
        source__input=(str(two),),
    )
    assert list(load("articles", tmp_path / "w").pmid) == [2]
    assert len(load("ledger", tmp_path / "w")) == 2


def test_another_topic_in_the_same_folder_is_refused(sample_copy: Path) -> None:
    with pytest.raises(UsageError, match="holds another topic"):
        run(sample_copy, run="20260103T030405Z-0000", topic__match="all")


def test_a_topic_is_only_a_file(tmp_path: Path) -> None:
    config = bundled_config("interleukin-23")
    settings = load_settings(config, {"workdir": tmp_path, "source.kind": "sample"})
    work = Job(settings, "20260102T030405Z-0000", _NOW)
    result = walk.summary(work, walk.walk(work))
    mentions = load("mentions", tmp_path)
    named = mentions[mentions.concept_id.isin(["COMENTION:IL-23", "HGNC:15488"])].pmid.nunique()
    assert 0 < named <= result["articles"] < 77


def test_pmids_narrow_a_run(tmp_path: Path) -> None:
    (tmp_path / "pmids").write_text("99000001\n99000002 99000003")
    result = run(tmp_path / "w", pmids=tmp_path / "pmids")
    assert set(load("articles", tmp_path / "w").pmid) == {99000001, 99000002, 99000003}
    assert result["expected"] == 105


def test_a_user_adds_and_refuses_names_in_the_configuration(tmp_path: Path) -> None:
    file = write_set(tmp_path / "1.xml", article(1, abstract="Our own dimer and TNF in psoriasis."))
    own = {"names.add": {"our own dimer": "COMENTION:IL-12"}, "names.stop": ("TNF",)}
    given = {"workdir": tmp_path / "w", "source.kind": "files", "source.input": (str(file),)}
    work = Job(load_settings(None, given | own), "20260102T030405Z-0000", _NOW)
    walk.walk(work)
    mentions = load("mentions", tmp_path / "w")
    assert list(mentions.text) == ["Our own dimer", "psoriasis"]
    assert list(mentions.concept_id) == ["COMENTION:IL-12", "MESH:D011565"]


@pytest.mark.parametrize(("text", "message"), [("12 x", "'x' in line 1 is no PMID"), (" ", "is empty")])
def test_a_wrong_list_of_pmids_is_refused(tmp_path: Path, text: str, message: str) -> None:
    (tmp_path / "pmids").write_text(text)
    with pytest.raises(UsageError, match=message):
        run(tmp_path / "w", pmids=tmp_path / "pmids")


def test_letters_about_one_work_are_one_independent_article(tmp_path: Path) -> None:
    """The work is not in the corpus; one more letter shares a name with them and is about another work."""
    about = '<CommentsCorrectionsList><CommentsCorrections RefType="CommentOn"><PMID>{}</PMID>'
    records = []
    for pmid, work in ((21, 7), (22, 7), (23, 7), (24, 9)):
        letter = article(pmid, "IL-12 in psoriasis.", "No effect of IL-12 on asthma.", mesh=["D018664"])
        links = about.format(work) + "</CommentsCorrections></CommentsCorrectionsList>"
        records.append(letter.replace("</MedlineCitation>", f"{links}</MedlineCitation>"))
    file = write_set(tmp_path / "1.xml", *records)
    run(tmp_path / "w", source__kind="files", source__input=(str(file),))
    articles, pairs = (load(name, tmp_path / "w") for name in ("articles", "pairs"))
    assert dict(zip(articles.pmid, articles.story, strict=True)) == {21: 7, 22: 7, 23: 7, 24: 9}
    [pair] = pairs[(pairs.a_name == "interleukin-12") & (pairs.b_name == "psoriasis")].to_dict("records")
    assert (pair["articles"], pair["articles_independent"]) == (4, 2)
    [pair] = pairs[(pairs.a_name == "interleukin-12") & (pairs.b_name == "asthma")].to_dict("records")
    denied = load("evidence", tmp_path / "w").query("b_id == @pair['b_id'] and negated").pmid.nunique()
    assert pair["articles_negated"] == denied == 4


def test_articles_without_a_name_make_empty_datasets(tmp_path: Path) -> None:
    file = write_set(tmp_path / "1.xml", article(1, abstract="Nothing here.", mesh=["D018664"]))
    result = run(tmp_path / "w", source__kind="files", source__input=(str(file),))
    assert (result["articles"], result["mentions"], result["pairs"]) == (1, 0, 0)
    assert all(load(name, tmp_path / "w").empty for name in ("mentions", "pairs", "triples", "evidence"))


def test_nothing_on_the_topic_makes_empty_datasets(tmp_path: Path) -> None:
    file = write_set(tmp_path / "1.xml", article(1, abstract="Psoriasis and TNF."))
    result = run(tmp_path / "w", source__kind="files", source__input=(str(file),))
    assert (result["articles"], result["off_topic"]) == (0, 1)
    assert load("articles", tmp_path / "w").empty


def test_a_second_run_is_refused_while_one_holds_the_folder(sample_copy: Path) -> None:
    before = sums(sample_copy)
    with locked(sample_copy), pytest.raises(LockedError, match="in use by another run"):
        run(sample_copy, run="20260103T030405Z-0000")
    assert sums(sample_copy) == before


@pytest.mark.parametrize("stage", [stage.name for stage in STAGES])
def test_a_stage_that_fails_leaves_the_latest_snapshot(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, stage: str
) -> None:
    one = write_set(tmp_path / "1.xml", article(1, abstract="IL-12."))
    run(tmp_path / "w", source__kind="files", source__input=(str(one),))
    before = sums(tmp_path / "w")

    def fail(work: Job, progress: Progress) -> Receipt:
        raise StorageError("no space left")

    broken = tuple(s._replace(run=fail) if s.name == stage else s for s in STAGES)
    monkeypatch.setattr(walk, "STAGES", broken)
    two = write_set(tmp_path / "2.xml", article(2, abstract="IL-12."))
    with pytest.raises(StorageError):
        run(tmp_path / "w", run="20260103T030405Z-0000", source__kind="files", source__input=(str(two),))
    assert sums(tmp_path / "w") == before
    assert [p.name for p in (tmp_path / "w" / "snapshots").iterdir()] == ["20260102T030405Z-0000"]
    monkeypatch.undo()
    run(tmp_path / "w", run="20260104T030405Z-0000", source__kind="files", source__input=(str(two),))
    assert sorted(load("articles", tmp_path / "w").pmid) == [1, 2]


def test_a_ledger_that_does_not_add_up_stops_the_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(intake.Tally, "adds_up", lambda _: False)
    with pytest.raises(ContractError, match="does not add up"):
        run(tmp_path)
    assert not (tmp_path / "store" / "state.json").exists()


def test_old_snapshots_go_by_rule(tmp_path: Path) -> None:
    for number in range(1, 5):
        file = write_set(tmp_path / f"{number}.xml", article(number, abstract="IL-12."))
        run(
            tmp_path / "w",
            run=f"2026010{number}T030405Z-0000",
            source__kind="files",
            source__input=(str(file),),
            run__keep_snapshots=1,
        )
    kept = sorted(p.name for p in (tmp_path / "w" / "snapshots").iterdir())
    assert kept == ["20260103T030405Z-0000", "20260104T030405Z-0000"]


def test_the_manifest_says_where_the_data_come_from(sample_run: Sample) -> None:
    latest = sample_run.workdir / "latest"
    manifest = json.loads((latest / "manifest.json").read_text())
    assert manifest["run_id"] == "20260102T030405Z-0000"
    assert manifest["created_at"] == "2026-01-02T03:04:05+00:00"
    assert "National Library of Medicine" in manifest["attribution"]
    assert manifest["topic"]["concepts"] == ["COMENTION:IL-12", "HGNC:5969", "HGNC:5970"]
    assert manifest["annotator"]["name"] == "standard"
    assert manifest["model"]["fingerprint"] == open_model().fingerprint
    assert manifest["model"]["figures"] == open_model().about["figures"]
    assert {d.name for d in PUBLISHED} == manifest["datasets"].keys()
    assert "# Data dictionary" in (latest / "DATA_DICTIONARY.md").read_text()


def test_the_sample_is_two_files_and_their_updates() -> None:
    assert [path.name[-14:] for path in sample_files()] == [
        "_sample_01.xml",
        "_sample_02.xml",
        "03_updates.xml",
    ]


def test_the_sample_is_read_through_the_public_interface(tmp_path: Path) -> None:
    import comention

    result = comention.run(workdir=tmp_path, run__processes=1)
    pairs = comention.load("pairs", tmp_path)
    assert len(pairs) == result["pairs"]
    assert str(pairs.articles.dtype) == "Int64"
    mentions = comention.annotate("Ustekinumab binds p40 of IL-12 in psoriasis.")
    assert [(m.text, m.entity_type) for m in mentions] == [
        ("Ustekinumab", "drug"),
        ("IL-12", "cytokine"),
        ("psoriasis", "disease"),
    ]
