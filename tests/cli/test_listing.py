"""What a terminal shows: tables within its width, mentions marked, nothing that commands it."""

from __future__ import annotations

import csv
import io
import json
import re
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len
from rich.console import Console

from comention.cli.listing import ListColumn, cell, fitted, harmless, print_evidence, print_table
from comention.export import delimited
from tests.report.snapshots import NAMES, Text, make
from tests.support.terminals import on_terminal

pytestmark = pytest.mark.slow

ESCAPE = re.compile(r"\x1b\[[0-9;]*m")
TEXTS = (
    *(Text(n, "IFN-γ in psoriasis.", year=2000 + n) for n in range(1, 7)),
    Text(7, "IFN-γ alone.", "psoriasis [vulgaris] here."),
    *(Text(n, "asthma and ustekinumab.") for n in (8, 9)),
    *(Text(n, "No name of ours.") for n in range(11, 60)),
)
LONG = {"IFN-γ": ("HGNC:5438", "interferon-γ " * 6, "cytokine")}


@pytest.fixture(scope="module")
def workdir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("listing")
    make(folder, TEXTS, {**NAMES, **LONG})
    return folder


def printed(rows: Sequence[Any], columns: Sequence[str], width: int, **options: Any) -> tuple[str, list[str]]:
    out = io.StringIO()
    left_out = print_table(Console(file=out, width=width, highlight=False), rows, columns, **options)
    return out.getvalue(), left_out


NAME = st.text(st.characters(codec="utf-8"), max_size=60)
ROWS = st.lists(
    st.fixed_dictionaries(
        {
            "a_name": NAME,
            "a_type": st.sampled_from(["disease", "drug"]),
            "b_name": NAME,
            "articles": st.integers(0, 10**9),
            "log_odds_low": st.floats(-9, 9) | st.none(),
        }
    ),
    min_size=1,
    max_size=4,
)


@given(ROWS, st.integers(52, 200))
def test_no_line_is_wider_than_the_terminal_and_no_number_is_cut(
    rows: list[dict[str, Any]], width: int
) -> None:
    columns = ("a_name", "a_type", "b_name", "articles", "log_odds_low")
    text, left_out = printed(rows, columns, width, yields=("a_type",))
    lines = text.split("\n")
    assert all(cell_len(line) <= width for line in lines)
    assert left_out in ([], ["a_type"])
    body = lines[-1 - len(rows) : -1]
    for row, line in zip(rows, body, strict=True):
        numbers = [str(row["articles"]), cell(row["log_odds_low"])]
        assert line.split()[-len([n for n in numbers if n]) :] == [n for n in numbers if n]


def test_columns_are_given_up_in_the_order_that_is_asked_for() -> None:
    columns = [ListColumn(name, 20, 10) for name in "abcde"]
    assert fitted(columns, 200) == dict.fromkeys("abcde", 20)
    assert fitted(columns, 58, "dc") == dict.fromkeys("abcde", 10)
    assert fitted(columns, 57, "dc") == {"a": 12, "b": 13, "c": 13, "e": 13}
    assert list(fitted(columns, 34, "dc")) == ["a", "b", "e"]
    assert list(fitted(columns, 33, "dc")) == ["a", "b"]
    assert fitted(columns, 1, "dc") == {"a": 10, "b": 10}


def test_a_long_name_ends_with_an_ellipsis_and_a_long_text_goes_on_below() -> None:
    rows = [{"name": "x" * 30, "value": "one two three four five six"}]
    text, _ = printed(rows, ("name", "value"), 30, wrap=("value",))
    lines = [line.rstrip() for line in text.splitlines()[2:]]
    assert lines == ["x" * 13 + "…  one two three", " " * 16 + "four five six"]


def test_brackets_are_text_and_no_markup() -> None:
    text, _ = printed([{"title": "[Psoriasis in [red]children[/red].]"}], ("title",), 80)
    assert "[Psoriasis in [red]children[/red].]" in text


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_a_harmless_text_is_as_long_and_commands_nothing(text: str) -> None:
    found = harmless(text)
    assert len(found) == len(text)
    assert found.splitlines() in ([found], [])
    assert not set(found) & set("\x1b\x07\x00\t\u202e\x9b")
    assert harmless(found) == found


def evidence(width: int = 60, **given: Any) -> str:
    row = {"pmid": 7, "year": 2020, "level": "sentence", "section": "RESULTS", "title": "A title."}
    row |= {"context": None, "claim": None, "certainty": None}
    row |= {"a_start": 10, "a_end": 15, "b_start": 19, "b_end": 28, "text_start": 10}
    row |= {
        "text": "IL-12 in psoriasis.",
        "negated": False,
        "denied": None,
        "speculative": None,
        "retracted": False,
    }
    out = io.StringIO()
    print_evidence(
        Console(file=out, width=width, force_terminal=True, color_system="standard"), [row | given]
    )
    return out.getvalue()


def test_both_mentions_are_marked_where_they_are() -> None:
    assert "  \x1b[1;36mIL-12\x1b[0m in \x1b[1;35mpsoriasis\x1b[0m." in evidence()
    assert ESCAPE.sub("", evidence()).split("\n")[0] == "7 · 2020 · sentence · results"
    flagged = ESCAPE.sub("", evidence(negated=True, denied="thing", retracted=True, year=None, section=None))
    assert flagged.split("\n")[0] == "7 · year unknown · sentence · negated · retracted"
    effect = ESCAPE.sub("", evidence(negated=True, denied="effect"))
    assert effect.split("\n")[0] == "7 · 2020 · sentence · results · effect denied"
    hostile = evidence(text="IL-12\t\x1b]0;\x07psoriasis", b_start=21, b_end=30)
    assert "\x1b]" not in hostile
    assert "\x1b[1;35mpsoriasis\x1b[0m" in hostile


def test_without_a_shared_sentence_the_article_is_named() -> None:
    found = ESCAPE.sub("", evidence(text=None, text_start=None, section=None, level="article"))
    assert "no sentence names both; the article: A title." in found


def test_a_terminal_shows_a_table_of_its_width(workdir: Path) -> None:
    for width in (60, 80, 200):
        shown = on_terminal("show", "pairs", "--workdir", workdir, width=width)
        lines = ESCAPE.sub("", shown).split("\n")
        assert all(cell_len(line) <= width for line in lines)
        assert ("…" in shown) == (width < 200)
        assert shown.count("type") == (2 if width == 200 else 0)
        assert "none" in shown


def test_a_terminal_shows_colours_unless_they_are_not_wanted(workdir: Path) -> None:
    words = ("evidence", "psoriasis", "HGNC:5438", "--limit", 7, "--workdir", workdir)
    assert "\x1b[1;36mIFN-γ" in on_terminal(*words)
    plain = on_terminal(*words, env={"NO_COLOR": "1"})
    assert not re.search(r"\x1b\[[0-9;]*3[0-7]", plain)
    assert "IFN-γ\x1b[0m in" in plain  # bold still tells the mentions
    assert "\x1b" not in on_terminal(*words, env={"TERM": "dumb"})


@pytest.mark.parametrize(
    ("words", "columns", "rows"),
    [
        (("show", "pairs"), ("a_id", "top_pmids"), 2),
        (("show", "triples"), ("disease_id", "q_richness"), 0),
        (("show", "entities"), ("concept_id", "background"), 4),
        (("evidence", "psoriasis", "HGNC:5438"), ("pmid", "text", "text_start", "title"), 7),
        (("evidence", "psoriasis", "asthma"), ("pmid", "text", "text_start", "title"), 0),
        (("lookup", "IL-12"), ("name", "concept_id"), 1),
        (("doctor", "--offline"), ("check", "level", "detail", "fix"), 17),
    ],
)
def test_csv_has_what_json_has_and_stdout_has_nothing_else(
    workdir: Path, words: tuple[str, ...], columns: tuple[str, ...], rows: int
) -> None:
    outs = {}
    for form in ("--json", "--csv"):
        command = [sys.executable, "-m", "comention.cli", *words, form]
        command += ["--workdir", str(workdir)] if words[0] != "lookup" else []
        done = subprocess.run(command, capture_output=True, check=False)
        assert (done.returncode, done.stderr) == (0, b"")
        outs[form] = done.stdout.decode("utf-8")
    reader = csv.DictReader(io.StringIO(outs["--csv"], newline=""))
    found = list(reader)
    assert set(columns) <= set(reader.fieldnames or ())
    assert len(found) == len(json.loads(outs["--json"])) == rows
    for row, other in zip(found, json.loads(outs["--json"]), strict=True):
        if row.get("check") in {"clock", "disk"}:  # may change between the two
            row["detail"] = other["detail"]
        assert row == {name: delimited.cell(value) for name, value in other.items()}


def test_json_and_csv_at_once_are_refused(workdir: Path) -> None:
    command = [sys.executable, "-m", "comention.cli", "show", "pairs", "--json", "--csv"]
    done = subprocess.run([*command, "--workdir", str(workdir)], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == "comention: --json and --csv: choose one of them\n"
