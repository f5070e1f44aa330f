"""A topic of one's own on the command line: `init`, `run --topic`, `--query`, what a run says it keeps."""

from __future__ import annotations

import json
import logging
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import pytest
import typer

import comention
from comention import cli
from comention.config import load_settings
from comention.report.page import write_page
from comention.snapshots.snapshot import latest
from tests.support.corpus import Corpus, document
from tests.support.eutils import StandIn
from tests.support.medline import article, write_set
from tests.support.runs import quick, text

pytestmark = pytest.mark.slow


class Result(NamedTuple):
    code: int
    out: str
    err: str


Call = Callable[..., Result]


@pytest.fixture
def call(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Call:
    """Call the command line in this process, in a folder of the test's own."""
    monkeypatch.chdir(tmp_path)

    def run(*arguments: object) -> Result:
        logging.getLogger().handlers.clear()  # a handler holds on to the stream of the call before
        monkeypatch.setattr(sys, "argv", ["comention", *map(str, arguments)])
        with pytest.raises(SystemExit) as ended:
            cli.main()
        captured = capsys.readouterr()
        return Result(int(ended.value.code or 0), captured.out, captured.err)

    return run


@pytest.fixture
def citations(tmp_path: Path) -> Path:
    return write_set(
        tmp_path / "x.xml",
        article(1, abstract="Dupilumab in atopic dermatitis."),
        article(2, abstract="Asthma and dupilumab."),
        article(3, abstract="IL-12 in psoriasis."),
    )


def topic_of(folder: Path) -> dict[str, Any]:
    """The topic that the manifest of the latest snapshot names."""
    topic: dict[str, Any] = json.loads((latest(folder).path / "manifest.json").read_text("utf-8"))["topic"]
    return topic


def test_init_writes_a_file_and_shows_why(call: Call, tmp_path: Path) -> None:
    result = call("init", "Crohns")
    assert result.code == 0
    assert "concept\tCrohn's disease (MESH:D003424)\tdisease" in result.out
    assert "MeSH\tCrohn Disease (D003424)\tdescriptor" in result.out
    assert "left out\t" in result.out
    assert "topic Crohn's disease: crohns-disease.toml" in result.err
    assert load_settings(tmp_path / "crohns-disease.toml").topic.concepts[0] == "MESH:D003424"
    again = call("init", "Crohn's disease")
    assert (again.code, again.out) == (2, "")
    assert "crohns-disease.toml exists and stays as it is" in again.err
    (tmp_path / "config").mkdir()
    told = json.loads(call("init", "CXCL10", "--json").out)
    assert told["file"] == "config/cxcl10.toml"
    assert told["topic"]["mesh"] == ["D054357"]
    assert call("init", "CXCL10", "--force", "--csv").out.startswith("what,name,why")


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("init", "MS"), "ambiguous"),
        (("init", "psoriassis"), "nearest: psoriasis"),
        (("run", "--topic", "psoriasis"), "add --input FILE or --source pubmed"),
        (
            ("run", "--topic", "psoriasis", "--query", "x", "--source", "pubmed"),
            "leave out --topic, or --query",
        ),
        (("run", "--topic", "RA", "--input", "x.xml"), "rheumatoid arthritis"),
        (("run", "--input", "x.xml", "--set", 'topic.concepts=["asthma"]'), "did you mean MESH:D001249"),
        (("run", "--input", "x.xml", "--set", "topic.query=x"), "no citation of a file is on it"),
    ],
)
def test_what_cannot_be_a_topic_is_one_line(call: Call, words: tuple[str, ...], message: str) -> None:
    result = call(*words)
    assert (result.code, result.out, result.err.count("\n")) == (2, "", 1)
    assert message in result.err


def test_a_topic_and_all_articles_are_not_asked_for_together(call: Call, citations: Path) -> None:
    result = call("run", "--topic", "asthma", "--set", "topic.match=all", "--input", citations)
    assert (result.code, result.err.count("\n")) == (2, 1)
    assert "leave one of them out" in result.err


def test_a_run_has_the_topic_that_it_was_asked_for(call: Call, citations: Path, tmp_path: Path) -> None:
    result = call("run", "--topic", "atopic dermatitis", "--input", citations, "--annotator", "fast")
    assert result.code == 0, result.err
    assert "articles\t1\ton the topic atopic dermatitis" in result.out
    folder = tmp_path / "work" / "atopic-dermatitis"
    topic = topic_of(folder)
    assert (topic["name"], topic["concepts"][0]) == ("atopic dermatitis", "MESH:D003876")
    assert comention.load("pairs", folder).topic.tolist() == [True]
    write_page(latest(folder), folder / "r.html")
    assert "What is mentioned with <bdi>atopic dermatitis</bdi>" in (folder / "r.html").read_text("utf-8")
    other = call("run", "--topic", "asthma", "--input", citations, "--workdir", "mine", "--json")
    assert json.loads(other.out)["articles"] == 1
    assert topic_of(tmp_path / "mine")["name"] == "asthma"


def test_a_run_without_a_topic_says_what_it_keeps(call: Call, citations: Path, tmp_path: Path) -> None:
    result = call("run", "--input", citations, "--annotator", "fast")
    assert "only articles on interleukin-12 are kept" in result.err
    assert "--topic NAME" in result.err
    assert "topic.match=all" in result.err
    assert topic_of(tmp_path / "work" / "interleukin-12")["name"] == "interleukin-12"
    everything = call("run", "--input", citations, "--annotator", "fast", "--set", "topic.match=all")
    assert "are kept" not in everything.err
    assert "articles\t3\tall that were read" in everything.out
    folder = tmp_path / "work" / "all-articles"
    topic = topic_of(folder)
    assert (topic["name"], topic["concepts"], topic["mesh"]) == ("all articles", [], [])
    assert not comention.load("pairs", folder).topic.any()
    write_page(latest(folder), folder / "r.html")
    page = (folder / "r.html").read_text("utf-8")
    assert "What is mentioned together: <bdi>all articles</bdi>" in page
    assert "interleukin-12" not in page.partition("</header>")[0]


def test_a_run_that_keeps_nothing_warns_and_is_done(call: Call, citations: Path) -> None:
    result = call("run", "--topic", "sarcoidosis", "--input", citations, "--annotator", "fast")
    assert result.code == 0
    assert "WARNING" in result.err
    assert "3 of 3 citations are not on the topic sarcoidosis" in result.err
    shown = call("ledger", "last", "--outcome", "off_topic", "--workdir", "work/sarcoidosis")
    assert shown.out.count("off_topic") == 3


@pytest.fixture
def pubmed(monkeypatch: pytest.MonkeyPatch) -> Any:
    quick(monkeypatch)
    texts = [text(n, words) for n, words in enumerate(("psoriasis and IL-23", "asthma and IL-4"), 1)]
    with StandIn(Corpus(document(*texts))) as server:
        yield (
            "--source",
            "pubmed",
            "--set",
            "pubmed.email=you@example.org",
            "--set",
            f"pubmed.base_url={server.url}",
        )


def test_a_query_alone_is_a_topic_that_it_names(call: Call, pubmed: tuple[str, ...], tmp_path: Path) -> None:
    result = call("run", *pubmed, "--query", "psoriasis", "--annotator", "fast")
    assert result.code == 0, result.err
    assert "articles\t1\tthat PubMed lists for psoriasis" in result.out
    folder = tmp_path / "work" / "psoriasis"
    topic = topic_of(folder)
    assert (topic["name"], topic["query"], topic["concepts"]) == ("psoriasis", "psoriasis", [])
    pairs = comention.load("pairs", folder)
    assert len(pairs) > 0
    assert not pairs.topic.any()
    write_page(latest(folder), folder / "r.html")
    page = (folder / "r.html").read_text("utf-8")
    assert "in what PubMed lists for <bdi>psoriasis</bdi>" in page
    assert "interleukin-12" not in page.partition("</header>")[0]


def test_a_named_topic_is_asked_of_pubmed(call: Call, pubmed: tuple[str, ...], tmp_path: Path) -> None:
    result = call("run", *pubmed, "--topic", "asthma", "--annotator", "fast")
    assert result.code == 0, result.err
    assert "topic asthma: " in result.err
    assert "1 records in PubMed" in result.err
    assert comention.load("articles", tmp_path / "work" / "asthma").pmid.tolist() == [2]


def test_names_are_completed_from_the_snapshot(call: Call, citations: Path, tmp_path: Path) -> None:
    from comention.cli.options import complete_concept

    context = typer.Context(typer.main.get_command(cli.app))
    context.params = {"workdir": "mine", "config": None}
    assert complete_concept(context, "") == []  # nothing is there yet, and no error
    call("run", "--input", citations, "--annotator", "fast", "--set", "topic.match=all", "--workdir", "mine")
    found = complete_concept(context, "AST")
    assert found == [("ASThma", "asthma, 1 articles")]
    assert call("show", "entities", "--with", "ASThma", "--type", "Disease", "--workdir", "mine").code == 0
