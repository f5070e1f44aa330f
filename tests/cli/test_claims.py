"""`comention claims`: for and against, newest first, each with its sentence and the words that decide."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

import comention
from comention.cli import listing
from comention.schemas import SAID
from comention.snapshots.claims import STANCES, chain_words, told, words
from tests.report.snapshots import Text, make, table
from tests.support.claims import by_chance
from tests.support.commands import assert_one_line

pytestmark = pytest.mark.slow

#: What each article says: of drug and disease, and how surely.
_SAID = {
    1: ("treats", "stated"),
    2: ("treats", "stated"),
    3: ("causes", "stated"),
    4: ("no_effect", "stated"),
    5: ("studied", "stated"),
    6: ("treats", "hedged"),
    7: ("none", "stated"),
    8: ("treats", "stated"),
}


def _claims(mentions: list[dict[str, Any]]) -> list[dict[str, Any]]:
    rows = []
    for row in by_chance(mentions):
        if row["b_id"].endswith("69549") and row["a_id"].startswith("MESH"):
            word, certainty = _SAID[row["pmid"]]
            start = row["b_end"] + 1
            cue = {"cue_start": start, "cue_end": start + 3}
            rows.append(row | cue | {"claim": word, "certainty": certainty, "direction": "ba", "score": 0.5})
    return rows


@pytest.fixture(scope="module")
def workdir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("claims") / "w"
    texts = [
        Text(n, f"Study {n}.", "ustekinumab did so in psoriasis.", 2010 + n, retracted=n == 8) for n in _SAID
    ]
    found = table(make(folder, texts, said=_claims), "claims")
    assert len(found) == len(texts), "chance leaves out none of these"
    return folder


def test_claims_come_by_stance_newest_first(call: Any, workdir: Path) -> None:
    found = call("claims", "ustekinumab", "psoriasis", "--workdir", workdir)
    assert found.code == 0
    assert found.err == (
        "psoriasis and ustekinumab: "
        "treats 2 · causes 1 · no effect 1 · studied 1 · hedged 1 · mentioned 1 of 7 articles\n"
    )
    header, *lines = (line.split("\t") for line in found.out.splitlines())
    assert header == ["stance", "claim", "pmid", "year", "section", "retracted", "cue", "text"]
    assert [(line[0], line[1], line[2]) for line in lines] == [
        ("for", "treats", "2"),
        ("for", "treats", "1"),
        ("for", "treats", "8"),
        ("against", "causes", "3"),
        ("null", "no_effect", "4"),
        ("other", "studied", "5"),
        ("hedged", "treats", "6"),
    ], "what is retracted comes last, what is only mentioned not at all"
    assert {line[6] for line in lines} == {"did"}


def test_claims_as_json_as_csv_and_as_a_file(call: Any, workdir: Path, tmp_path: Path) -> None:
    asked = ("claims", "psoriasis", "ustekinumab", "--workdir", workdir, "--limit", 1)
    rows = json.loads(call(*asked, "--json").out)
    assert [row["stance"] for row in rows] == list(STANCES)
    for row in rows:
        at = row["text_start"]
        assert row["text"][row["cue_start"] - at : row["cue_end"] - at] == row["cue"] == "did"
        assert row["direction"] == "ba"
    assert call(*asked, "-o", tmp_path / "c.csv").out == ""
    assert call(*asked, "--json", "-o", tmp_path / "c.json").out == ""
    assert (tmp_path / "c.csv").read_text("utf-8").replace("\r", "") == call(*asked, "--csv").out.replace(
        "\r", ""
    )
    assert json.loads((tmp_path / "c.json").read_text("utf-8")) == rows


@pytest.mark.parametrize(
    ("name", "asked", "is_json"),
    [("said.json", (), True), ("said.csv", (), False), ("said.JSON", ("--csv",), False), ("said", (), False)],
)
def test_a_file_named_json_holds_json(
    call: Any, workdir: Path, tmp_path: Path, name: str, asked: tuple[str, ...], is_json: bool
) -> None:
    pair = ("claims", "ustekinumab", "psoriasis", "--workdir", workdir)
    assert call(*pair, *asked, "-o", tmp_path / name).code == 0
    expected = call(*pair, "--json" if is_json else "--csv").out
    assert (tmp_path / name).read_text("utf-8") == expected


def test_claims_of_a_window(call: Any, workdir: Path) -> None:
    asked = ("claims", "psoriasis", "ustekinumab", "--workdir", workdir, "--from", 2013)
    rows = json.loads(call(*asked, "--without", "retracted", "--json").out)
    assert [(row["stance"], row["pmid"]) for row in rows] == [
        ("for", 3),
        ("null", 4),
        ("other", 5),
        ("hedged", 6),
    ], "of equals the first leads"


def test_names_that_are_no_pair_are_refused(call: Any, workdir: Path) -> None:
    once = call("claims", "psoriasis", "Psoriasis", "--workdir", workdir)
    assert_one_line(once, 2, "'psoriasis' and 'Psoriasis' are one concept")
    assert_one_line(call("claims", "psorasis", "ustekinumab", "--workdir", workdir), 2, "psoriasis")


def test_show_and_evidence_say_the_claim(call: Any, workdir: Path) -> None:
    header, line = (line.split("\t") for line in call("show", "pairs", "--workdir", workdir).out.splitlines())
    shown = dict(zip(header, line, strict=True))
    assert shown["claim"].startswith("treats 2 · causes 1 · no effect 1")
    rows = json.loads(call("evidence", "ustekinumab", "psoriasis", "--workdir", workdir, "--json").out)
    assert {row["pmid"]: (row["claim"], row["certainty"]) for row in rows} == _SAID


def test_a_terminal_marks_the_words_that_decide(workdir: Path) -> None:
    frame = comention.claims_for("ustekinumab", "psoriasis", workdir)
    rows: list[dict[str, Any]] = [dict(row) for _, row in frame.iterrows()]
    console = Console(width=80, record=True, file=io.StringIO(), force_terminal=True, highlight=False)
    listing.print_claims(console, rows)
    html = console.export_html(inline_styles=True, clear=False)
    assert html.count("underline") == len(rows) == 7
    text = console.export_text()
    assert "2 · 2012 · treats" in text
    assert "6 · 2016 · treats (hedged)" in text
    assert "8 · 2018 · treats · results · retracted" in text


def test_words_of_a_pair_and_of_a_triple() -> None:
    assert words({"articles_claimed": None}) == ""
    leads = {"claim_cytokine_drug": "lowers", "claim_cytokine_disease": "raised_in"}
    leads |= {"claim_disease_drug": "treats"}
    assert chain_words(leads | {"chain": True}) == "lowers · raised in · treats"
    assert chain_words(leads | {"chain": False}) == chain_words(leads | {"chain": None}) == ""


@pytest.mark.parametrize(("support", "said"), [("animal only", "; animal only"), ("human", "")])
def test_a_pair_that_was_studied_in_animals_alone_says_so(support: str, said: str) -> None:
    row = {"a_name": "NK cell", "b_name": "interleukin-12", "articles_claimed": 2, "articles_hedged": 0}
    row |= {f"articles_{word}": None for word in SAID} | {"articles_made_by": 2}
    row |= {"articles_not_retracted": 3, "contradicted": False, "support": support}
    assert told(row) == f"NK cell and interleukin-12: made by 2 · mentioned 1 of 3 articles{said}"
