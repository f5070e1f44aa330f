"""The measure of claims: rates by hand, and gold read from its file."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from comention.annotation.annotators import make_annotator
from comention.annotation.fast import FastAnnotator
from comention.claims.rules import ruled
from comention.cli import app
from comention.gold.claim_scores import Rate, Told, scores
from comention.gold.claims import read_claims
from comention.gold.relations import read_relations
from comention.lexicon.matcher import Additions

_DD = ("disease", "drug")


def fast_annotator() -> FastAnnotator:
    annotator = make_annotator("fast", Additions(), {})
    assert isinstance(annotator, FastAnnotator)
    return annotator


def test_rates_by_hand() -> None:
    told = [
        *[Told(_DD, "treats", "treats")] * 20,  # type: ignore[arg-type]
        *[Told(_DD, "treats", "causes")] * 5,  # type: ignore[arg-type]
        *[Told(_DD, "none", "treats")] * 10,  # type: ignore[arg-type]
        *[Told(_DD, "none", "none")] * 15,  # type: ignore[arg-type]
    ]
    result = scores(told)
    summary = result.summary()
    assert summary["treats_f1"] == pytest.approx(2 * 20 / (25 + 30))
    assert summary["sign_errors"] == pytest.approx(5 / 25)
    assert summary["none_precision"] == 1.0
    assert summary["macro_f1"] == pytest.approx((40 / 55 + 30 / 40) / 2)


def test_an_interval_after_wilson() -> None:
    low, high = Rate(91, 100).interval or (0, 0)
    assert (round(low, 3), round(high, 3)) == (0.838, 0.952)
    assert Rate(0, 0).interval is None


def test_evaluate_measures_claims(tmp_path: Path) -> None:
    text = "Rats developed zorimab-induced colitis."
    row = {
        "pmid": 1,
        "title": "A title",
        "text": text,
        "a": {"type": "drug", "surface": "zorimab", "start": 15, "id": "MESH:D1"},
        "b": {"type": "disease", "surface": "colitis", "start": 31, "id": "MESH:D2"},
        "claim": "causes",
        "certain": "stated",
        "ner_ok": True,
    }
    (tmp_path / "gold.jsonl").write_text(json.dumps(row) + "\n", "utf-8")
    done = CliRunner().invoke(app, ["evaluate", str(tmp_path / "gold.jsonl"), "--json"])
    assert done.exit_code == 0, done.output
    said = json.loads(done.stdout)
    assert (said["pairs"], said["right"], said["causes_f1"]) == (1, 1.0, 1.0)


@pytest.mark.parametrize(("stands", "read_in_record"), [(1, True), (2, False), (0, False)])
def test_a_sentence_is_read_in_its_record_where_that_holds_it_once(
    tmp_path: Path, stands: int, read_in_record: bool
) -> None:
    text = "Rats got zorimab for colitis."
    row = {
        "pmid": 7,
        "title": "A title",
        "text": text,
        "a": {"type": "drug", "surface": "zorimab", "start": 9, "id": "MESH:D1"},
        "b": {"type": "disease", "surface": "colitis", "start": 21, "id": "MESH:D2"},
        "claim": "studied",
        "certain": "stated",
        "ner_ok": True,
    }
    gold, record = tmp_path / "gold.jsonl", tmp_path / "record.pubtator"
    gold.write_text(json.dumps(row) + "\n", "utf-8")
    record.write_text(f"7|t|Another title.\n7|a|Before. {f'{text} ' * stands}After.\n\n", "utf-8")
    annotator = fast_annotator()
    [one], problems = read_claims(gold, [record], annotator)
    assert not problems
    assert (one.a.text, one.b.text) == ("colitis", "zorimab")
    assert one.layout.text.startswith("Another title") is read_in_record
    [alone], _ = read_claims(gold, [], annotator)
    assert alone.layout.text == f"A title {text}"


def test_the_nearest_names_of_the_two_concepts_are_read_as_in_a_run(tmp_path: Path) -> None:
    row = {
        "pmid": 7,
        "title": "A title",
        "text": "Serum phenformin in patients with phenformin-associated lactic acidosis.",
        "a": {"type": "drug", "surface": "phenformin", "start": 6, "id": "MESH:D010629"},
        "b": {"type": "disease", "surface": "lactic acidosis", "start": 56, "id": "MESH:D000140"},
        "claim": "causes",
        "certain": "stated",
        "direction": "ab",
        "ner_ok": True,
    }
    gold = tmp_path / "gold.jsonl"
    gold.write_text(json.dumps(row) + "\n", "utf-8")
    annotator = fast_annotator()
    [one], _ = read_claims(gold, [], annotator)
    begin = len("A title ")
    assert (one.a.start - begin, one.b.start - begin, one.direction) == (56, 34, "ba")
    assert ruled(one.layout.around(one.a, one.b), one.a, one.b) == "causes"


def test_relations_are_read_beside_annotations(tmp_path: Path) -> None:
    path = tmp_path / "gold.pubtator"
    path.write_text(
        "7|t|Zorimab and colitis.\n7|a|None.\n7\t0\t7\tZorimab\tChemical\tD1\n7\tCID\tD1\tD2\n\n", "utf-8"
    )
    assert read_relations(path) == {"7": {frozenset({"D1", "D2"}): "CID"}}
