"""What changed between two snapshots, and why."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from comention.cli import main
from comention.config import load_settings
from comention.errors import MalformedError, UsageError
from comention.snapshots import changes
from comention.snapshots.changes import chosen, compare, shown
from comention.snapshots.publish import Keep
from comention.snapshots.snapshot import Snapshot
from comention.snapshots.tables import opened_both
from comention.stages import walk
from comention.stages.job import Job
from tests.report.snapshots import NAMES, Text, make
from tests.support.claims import by_chance
from tests.support.medline import article, deletion, write_set

pytestmark = pytest.mark.slow

_RUNS = ("20260102T030405Z-0000", "20260103T030405Z-0000", "20260104T030405Z-0000")
_FIRST = (
    article(1, abstract="IL-12 in psoriasis."),
    article(2, abstract="IL-12 in psoriasis."),
    article(3, abstract="IL-12 in asthma."),
    article(4, abstract="IL-12 in colitis."),
    article(5, abstract="IL-12 and nothing else."),
)


def run(workdir: Path, number: int, *elements: str, annotator: str = "fast") -> str:
    file = write_set(workdir.parent / f"{number}.xml", *elements)
    given = {"workdir": workdir, "source.kind": "files", "source.input": (str(file),)}
    settings = load_settings(None, given | {"annotate.annotator": annotator})
    walk.walk(Job(settings, _RUNS[number], datetime(2026, 1, 2 + number, tzinfo=UTC)))
    return _RUNS[number]


@pytest.fixture
def workdir(tmp_path: Path) -> Path:
    folder = tmp_path / "work"
    run(folder, 0, *_FIRST)
    return folder


def told(workdir: Path) -> dict[str, tuple[str, int, int, str, list[int]]]:
    return {
        (row["b_name"] if row["a_name"] == "interleukin-12" else row["a_name"]).casefold(): (
            row["change"],
            row["articles_before"],
            row["articles"],
            row["cause"],
            row["pmids"],
        )
        for row in compare(*chosen(workdir)).rows
    }


def test_articles_that_come_change_and_go_are_the_cause(workdir: Path) -> None:
    run(
        workdir,
        1,
        article(5, version=2, abstract="IL-12 in psoriasis after all."),
        article(6, abstract="IL-12 in psoriasis."),
        article(7, abstract="IL-12 in melanoma."),
        article(2, version=2, abstract="IL-12 and another thing."),
        deletion(3),
    )
    assert told(workdir) == {
        "psoriasis": ("more", 2, 3, "new article, revised article", [2, 5, 6]),
        "asthma": ("lost", 1, 0, "removed article", [3]),
        "melanoma": ("gained", 0, 1, "new article", [7]),
    }
    found = compare(*chosen(workdir))
    assert (found.old, found.new) == _RUNS[:2]
    assert found.counts == {"gained": 1, "lost": 1, "more": 1}
    assert found.articles == {"new": 2, "removed": 1, "revised": 2, "retracted": 0}
    assert found.readers == {}


def test_a_retraction_changes_no_count_and_is_told(workdir: Path) -> None:
    run(workdir, 1, article(4, version=2, abstract="IL-12 in colitis.", retracted=True))
    assert told(workdir) == {"colitis": ("retracted", 1, 1, "retraction", [4])}
    assert compare(*chosen(workdir)).articles["retracted"] == 1


def test_as_many_articles_and_other_ones_is_a_move(workdir: Path) -> None:
    run(workdir, 1, deletion(4), article(8, abstract="IL-12 in colitis."))
    assert told(workdir) == {"colitis": ("moved", 1, 1, "new article, removed article", [4, 8])}


def _said(*words: str) -> Callable[[list[dict[str, Any]]], list[dict[str, Any]]]:
    """Claims of IL-12 and psoriasis, one for each article in turn."""

    def made(mentions: list[dict[str, Any]]) -> list[dict[str, Any]]:
        found = [row for row in by_chance(mentions) if row["b_id"] == "MESH:D011565"]
        told = zip(found, words, strict=False)
        stated = {"certainty": "stated", "direction": None, "score": 0.9}
        return [row | stated | {"claim": word} for row, word in told]

    return made


def test_another_leading_claim_and_a_first_contradiction_are_told(tmp_path: Path) -> None:
    texts = [Text(n, "IL-12 in psoriasis.") for n in range(1, 6)]
    ids = ("20260102T030405Z-0001", "20260102T030405Z-0002", "20260102T030405Z-0003")
    words = (
        ("raised_in", "raised_in"),
        ("raised_in", "raised_in", "promotes", "promotes", "promotes"),
        ("raised_in", "raised_in", "lowered_in", "lowered_in", "lowered_in"),
    )
    one, two, three = (
        make(tmp_path / "w", texts, run_id=run_id, keep=Keep(9), said=_said(*of_run))
        for run_id, of_run in zip(ids, words, strict=True)
    )
    assert compare(one, one).claims == []
    [other] = compare(one, two).claims
    assert (other["change"], other["claim_before"], other["claim"]) == ("claim", "raised_in", "promotes")
    [opposed] = compare(two, three).claims
    assert (opposed["change"], opposed["claim"], opposed["articles_claimed"]) == (
        "contradicted",
        "lowered_in",
        5,
    )
    assert compare(two, three).as_dict()["claims"] == [opposed]
    assert compare(two, three).rows == [], "no pair has other articles"


def test_another_reader_of_the_same_articles_is_the_cause(workdir: Path) -> None:
    settings = load_settings(
        None,
        {
            "workdir": workdir,
            "source.kind": "files",
            "source.input": (str(workdir.parent / "0.xml"),),
            "annotate.annotator": "fast",
            "names.stop": ("asthma",),
        },
    )
    walk.walk(Job(settings, _RUNS[1], datetime(2026, 1, 3, tzinfo=UTC), full=True))
    assert told(workdir) == {"asthma": ("lost", 1, 0, "another names", [3])}
    assert set(compare(*chosen(workdir)).readers) == {"names"}


@pytest.mark.parametrize("turned", [False, True])
def test_a_replaced_id_is_no_loss_and_no_addition(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, turned: bool
) -> None:
    # The older snapshot is made of a newer one, so that its checksums are not its own.
    monkeypatch.setattr(Snapshot, "_verified", lambda self, name: self.path / f"{name}.parquet")
    folder = tmp_path / "work"
    texts = ("IL-12 and semaglutide in asthma.", "IL-12 and semaglutide.")
    run(folder, 0, *(article(i, abstract=text) for i, text in enumerate(texts, 1)))
    run(folder, 1, article(3, abstract="IL-12 and semaglutide."))
    snapshot = folder / "snapshots" / _RUNS[0]
    for name, columns in (("evidence", ("a_id", "b_id")), ("concepts", ("concept_id",))):
        rows = pq.read_table(snapshot / f"{name}.parquet")
        changed = rows.to_pylist()
        for row in changed:
            for column in columns:
                row[column] = row[column].replace("MESH:D000099194", "MESH:C000591245")
            if turned and name == "evidence":
                row["a_id"], row["b_id"] = row["b_id"], row["a_id"]
        assert "MESH:C000591245" in str(changed)
        pq.write_table(pa.Table.from_pylist(changed, schema=rows.schema), snapshot / f"{name}.parquet")
    found = [row for row in compare(*chosen(folder)).rows if "semaglutide" in (row["a_name"], row["b_name"])]
    ids = ("MESH:D000099194", "COMENTION:IL-12")
    pair = next(row for row in found if {row["a_id"], row["b_id"]} == set(ids))
    assert (pair["change"], pair["articles_before"], pair["articles"]) == ("more", 2, 3)
    assert (pair["cause"], pair["pmids"]) == ("new article", [3])
    if not turned:
        assert found == [pair]


def test_two_ids_that_became_one_are_no_pair_that_is_lost(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    texts = [Text(1, "IL-12 and ustekinumab in psoriasis."), Text(2, "IL-12 in psoriasis.")]
    one = make(tmp_path / "w", texts, run_id=_RUNS[0], keep=Keep(9))
    # Let psoriasis be an id that ustekinumab's has taken in since.
    merged = {**NAMES, "psoriasis": NAMES["ustekinumab"]}
    two = make(tmp_path / "w", texts, merged, run_id=_RUNS[1], keep=Keep(9))
    ids = {"old": [NAMES["psoriasis"][0]], "new": [NAMES["ustekinumab"][0]]}
    monkeypatch.setattr(changes, "_replaced", lambda: pa.table(ids))
    assert compare(one, two).rows == []


def test_claims_are_compared_whichever_of_the_two_comes_first(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Snapshot, "_verified", lambda self, name: self.path / f"{name}.parquet")
    texts = [Text(n, "IL-12 in psoriasis.") for n in range(1, 4)]
    said = {_RUNS[0]: "raised_in", _RUNS[1]: "promotes"}
    one, two = (
        make(tmp_path / "w", texts, run_id=run_id, keep=Keep(9), said=_said(word, word, word))
        for run_id, word in said.items()
    )
    straight = compare(one, two).claims
    assert [(row["claim_before"], row["claim"]) for row in straight] == [("raised_in", "promotes")]
    turned = pq.read_table(one.path / "pairs.parquet")
    names = [{"a_id": "b_id", "b_id": "a_id"}.get(name, name) for name in turned.column_names]
    pq.write_table(turned.rename_columns(names), one.path / "pairs.parquet")
    assert compare(one, two).claims == straight


def test_pairs_of_two_snapshots_are_not_compared_each_with_each(tmp_path: Path) -> None:
    one = make(tmp_path / "w", [Text(1, "IL-12 in psoriasis.")])
    with opened_both(one, one, "pairs") as database:
        database.register("replaced", changes._replaced())
        [(_, plan)] = database.execute(f"EXPLAIN (FORMAT json) {changes._CLAIMS}").fetchall()
    assert "HASH_JOIN" in plan
    assert "NL_JOIN" not in plan
    assert "NESTED_LOOP" not in plan


def test_any_two_snapshots_can_be_compared_and_backwards(workdir: Path) -> None:
    run(workdir, 1, article(7, abstract="IL-12 in melanoma."))
    run(workdir, 2, article(8, abstract="IL-12 in melanoma."))
    assert compare(*chosen(workdir, _RUNS[0])).counts == {"gained": 1}
    assert compare(*chosen(workdir, _RUNS[0], _RUNS[1])).rows[0]["articles"] == 1
    assert compare(*chosen(workdir, new=_RUNS[1])).old == _RUNS[0]
    [back] = compare(*chosen(workdir, _RUNS[2], _RUNS[0])).rows
    assert (back["change"], back["cause"]) == ("lost", "removed article")
    assert compare(*chosen(workdir, _RUNS[1], _RUNS[1])).rows == []


def test_people_see_some_pmids_and_how_many_more() -> None:
    assert shown({"pmids": [1, 2]})["pmids"] == "1, 2"
    assert shown({"pmids": list(range(1, 9))})["pmids"] == "1, 2, 3, 4, 5 and 3 more"


def test_what_cannot_be_compared_is_named(workdir: Path) -> None:
    with pytest.raises(UsageError, match="holds 1 snapshots, and none before"):
        compare(*chosen(workdir))
    with pytest.raises(UsageError, match=f"has no snapshot x: there are {_RUNS[0]}"):
        compare(*chosen(workdir, "x"))
    with pytest.raises(UsageError, match="holds 0 snapshots"):
        compare(*chosen(workdir / "none"))
    run(workdir, 1, article(7, abstract="IL-12 in melanoma."))
    (workdir / "snapshots" / _RUNS[0] / "evidence.parquet").write_text("no table")
    with pytest.raises(MalformedError, match=r"evidence\.parquet is damaged"):
        compare(*chosen(workdir))


def test_the_command_gives_programs_as_many_pairs_as_are_asked_for(
    workdir: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    run(workdir, 1, article(7, abstract="IL-12 and IL-10 in melanoma, asthma and psoriasis."))

    def told(*options: str) -> str:
        monkeypatch.setattr("sys.argv", ["comention", "diff", "--workdir", str(workdir), *options])
        with pytest.raises(SystemExit):
            main()
        return capsys.readouterr().out

    every = json.loads(told("--json"))
    assert len(every["changes"]) == sum(every["pairs"].values()) > 2
    assert json.loads(told("--json", "--limit", "2")) == every | {"changes": every["changes"][:2]}
    lines = told("--csv").splitlines()
    assert len(lines) == 1 + len(every["changes"])
    assert told("--csv", "--limit", "2").splitlines() == lines[:3]


def test_the_command_tells_people_and_programs(
    workdir: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    run(workdir, 1, article(7, abstract="IL-12 in melanoma."))
    for options in ((), ("--json",)):
        monkeypatch.setattr("sys.argv", ["comention", "diff", "--workdir", str(workdir), *options])
        with pytest.raises(SystemExit) as ended:
            main()
        assert ended.value.code in {0, None}
        out, err = capsys.readouterr()
        if options:
            assert json.loads(out)["pairs"] == {"gained": 1}
        else:
            assert "melanoma" in out
            assert "pairs: 1 gained" in err
            assert "articles: 1 new" in err
