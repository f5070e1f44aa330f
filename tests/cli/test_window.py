"""Windows on the command line: what is printed where, and what is refused."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from comention.stages import focused
from tests.report.snapshots import TEXTS, make

pytestmark = pytest.mark.slow


@pytest.fixture
def workdir(tmp_path: Path) -> Path:
    make(tmp_path / "w", TEXTS)
    return tmp_path / "w"


def _articles(printed: str) -> dict[tuple[str, str], int]:
    return {(row["a_name"], row["b_name"]): row["articles"] for row in json.loads(printed)}


def test_a_listing_says_which_window_it_is_of(call: Any, workdir: Path) -> None:
    words = ("show", "pairs", "--with", "psoriasis", "--min-articles", 1, "--workdir", workdir, "--json")
    whole, late = call(*words), call(*words, "--to", 2012, "--without", "retracted")
    pair = ("interleukin-12", "psoriasis")
    assert _articles(whole.out)[pair] == 2
    assert _articles(late.out)[pair] == 1
    assert "window" not in whole.err
    assert late.err == "window to 2012, without retracted: 2 of 6 articles, counted anew\n"


def test_pairs_of_one_concept_come_at_once_in_a_large_window(
    call: Any, workdir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(focused, "FEW", 1)
    words = ("show", "pairs", "--with", "psoriasis", "--min-articles", 1, "--to", 2012, "--workdir", workdir)
    quick, whole = call(*words, "--json"), call(*words, "--json", "--with-q")
    assert _articles(quick.out) == _articles(whole.out)
    assert {row["q_value"] for row in json.loads(quick.out)} == {None}
    assert None not in {row["q_value"] for row in json.loads(whole.out)}
    assert "--with-q" in quick.err
    assert "counted anew" in whole.err
    # now that it is counted, nothing is spared
    assert call(*words, "--json").out == whole.out


def test_evidence_and_exports_are_of_the_window(call: Any, workdir: Path) -> None:
    words = ("evidence", "IL-12", "psoriasis", "--workdir", workdir, "--json")
    assert {row["pmid"] for row in json.loads(call(*words).out)} == {1, 4}
    assert {row["pmid"] for row in json.loads(call(*words, "--from", 2000).out)} == {1}
    lines = call("export", "articles", "--from", 2012, "--format", "jsonl", "--workdir", workdir).out
    assert [json.loads(line)["pmid"] for line in lines.splitlines()] == [2, 3, 5, 99_000_006]
    gone = call("evidence", "ustekinumab", "IL-12", "--from", 2000, "--workdir", workdir)
    assert "no article of the window mentions both" in gone.err


def test_a_report_of_a_window_says_so_and_leaves_the_other_one(call: Any, workdir: Path) -> None:
    call("report", "--workdir", workdir)
    before = (workdir / "report.html").read_bytes()
    assert call("report", "--from", 2012, "--workdir", workdir).code == 0
    assert (workdir / "report.html").read_bytes() == before
    page = (workdir / "report_window.html").read_text("utf-8")
    assert "A window of it: from 2012: 4 of 6 articles." in page
    assert b"A window of it" not in before


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (("--without", "letters"), "--without letters: there are reviews, retracted"),
        (("--study", "trials"), "--study trials: there are trial, protocol, letter"),
        (("--from", "2020", "--to", "2010"), "--from 2020 is after --to 2010"),
        (("--from", "2030"), "none of 6 articles is of the window from 2030"),
    ],
)
def test_a_window_that_cannot_be_is_one_line(
    call: Any, workdir: Path, options: tuple[str, ...], message: str
) -> None:
    for command in (("show", "pairs"), ("evidence", "IL-12", "asthma"), ("export", "pairs"), ("report",)):
        refused = call(*command, *options, "--workdir", workdir)
        assert refused.code == 2
        assert refused.err.startswith(f"comention: {message}")
        assert refused.err.count("\n") == 1
