"""Lists of PMIDs among the inputs of a run: fetched from PubMed, or what narrows files."""

from __future__ import annotations

import gzip
import io
import json
import os
import sys
import threading
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from comention.api import load
from comention.cli import main
from comention.config import load_settings
from comention.documents.reading import read_documents
from comention.errors import UsageError
from comention.stages import background, walk
from comention.stages.inputs import with_lists
from comention.stages.job import Job
from tests.support.clients import KEY
from tests.support.corpus import Corpus, document
from tests.support.eutils import StandIn
from tests.support.exports import Citation, abstract_layout, csv_export, medline_file, xml_set
from tests.support.runs import quick, text

pytestmark = pytest.mark.slow


def job(workdir: Path, *inputs: object, kind: str = "files", **options: Any) -> Job:
    given = {
        "source.kind": kind,
        "source.input": tuple(map(str, inputs)),
        "workdir": workdir,
        "topic.match": "all",
    }
    settings = load_settings(None, given | {"run.processes": 1} | options.pop("settings", {}))
    return Job(settings, "20260102T030405Z-0000", datetime(2026, 1, 2, tzinfo=UTC), **options)


def held(workdir: Path) -> list[int]:
    return list(load("articles", workdir)["pmid"])


def test_a_list_narrows_the_files_beside_it(tmp_path: Path) -> None:
    citations = [Citation(pmid, title=f"IL-12 in psoriasis, {pmid}.") for pmid in range(1, 7)]
    (tmp_path / "a.nbib").write_bytes(medline_file(citations[:3]))
    (tmp_path / "b.xml").write_text(xml_set(*citations[3:]), "utf-8")
    (tmp_path / "ids.csv").write_bytes(csv_export(citations[1], citations[4]))
    (tmp_path / "more.txt").write_text("6\n")
    files = [tmp_path / name for name in ("a.nbib", "b.xml", "ids.csv")]
    narrowed = with_lists(job(tmp_path / "w", *files, pmids=tmp_path / "more.txt"))
    assert narrowed.settings.source.input == tuple(map(str, files[:2]))
    walk.walk(narrowed)
    assert held(tmp_path / "w") == [2, 5, 6]


def test_a_list_that_names_none_of_the_citations_is_said_to_be_why_nothing_is_kept(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "a.nbib").write_bytes(medline_file([Citation(1), Citation(2)]))
    (tmp_path / "ids").write_text("77\n")
    walk.walk(job(tmp_path / "w", tmp_path / "a.nbib", pmids=tmp_path / "ids"))
    assert "2 of 2 citations are not in the list of PMIDs, or not on the topic all articles" in caplog.text
    assert "topic.match=all" not in caplog.text


@pytest.mark.parametrize("kind", ["files", "pubmed"])
def test_a_list_alone_is_fetched(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: str) -> None:
    quick(monkeypatch)
    (tmp_path / "ids").write_text("PMID\n3\n5\n")
    with StandIn(Corpus(document(*map(text, range(1, 9)))), keys=[KEY], quota=None) as server:
        ours = {"pubmed.base_url": server.url, "pubmed.email": "you@example.org", "pubmed.api_key": KEY}
        made = with_lists(job(tmp_path / "w", tmp_path / "ids", kind=kind, settings=ours))
        walk.walk(made)
        assert sorted(int(i) for entry in server.requests("efetch") for i in entry["ids"]) == [3, 5]
    assert held(tmp_path / "w") == [3, 5]


def test_inputs_without_the_kind_of_source_are_not_passed_over_for_the_sample(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"source\.input names a\.xml, and source\.kind is sample"):
        with_lists(job(tmp_path, "a.xml", kind="sample"))


def test_the_sample_that_is_asked_for_takes_the_place_of_a_configurations_files(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    config = tmp_path / "mine.toml"
    config.write_text('[source]\nkind = "files"\ninput = ["gone.xml"]\n[topic]\nmatch = "all"\n')
    words = ["run", "--config", str(config), "--source", "sample", "--workdir", str(tmp_path / "w"), "--json"]
    monkeypatch.setattr(sys, "argv", ["comention", *words, "--limit", "2", "--annotator", "fast"])
    with pytest.raises(SystemExit) as ended:
        main()
    assert (ended.value.code, json.loads(capsys.readouterr().out)["expected"]) == (0, 2)


def test_what_comes_through_a_pipe_is_a_list_where_pubmed_is_asked(tmp_path: Path) -> None:
    assert with_lists(job(tmp_path, "-", kind="pubmed")).lists == ("-",)
    assert with_lists(job(tmp_path, "-")).lists == ()


def test_a_list_through_a_pipe_among_files_is_refused_with_the_way_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b"12\n13\n")))
    with pytest.raises(
        UsageError, match="standard input is a list of PMIDs, without citations: give it to --pmids"
    ):
        walk.walk(with_lists(job(tmp_path / "w", "-")))


def test_pmids_come_through_a_pipe_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b"2\n")))
    (tmp_path / "a.nbib").write_bytes(medline_file([Citation(1), Citation(2)]))
    walk.walk(with_lists(job(tmp_path / "w", tmp_path / "a.nbib", pmids=Path("-"))))
    assert held(tmp_path / "w") == [2]


@pytest.mark.parametrize(
    ("kind", "data", "message"),
    [
        ("pubmed", medline_file([Citation(1)]), "no list of PMIDs: read it with --source files"),
        ("pubmed", b"%PDF-1.4", "is a PDF"),
        ("files", abstract_layout(Citation(1)).encode(), 'is PubMed\'s "Abstract" or "Summary" text'),
        ("files", b"IL-12 rose.\n", "is plain text, which has no citations: give PubMed XML"),
        ("files", b"7|t|IL-12 rose.\n", "is PubTator, which has no citations"),
    ],
)
def test_inputs_that_do_not_fit(tmp_path: Path, kind: str, data: bytes, message: str) -> None:
    (tmp_path / "input").write_bytes(data)
    with pytest.raises(UsageError, match=message):
        walk.walk(with_lists(job(tmp_path / "w", tmp_path / "input", kind=kind)))


def piped(path: Path, data: bytes) -> Path:
    """A pipe into which another process writes, as `<(zcat …)` is."""
    os.mkfifo(path)
    threading.Thread(target=lambda: path.write_bytes(data), daemon=True).start()
    return path


def test_a_pipe_with_a_name_is_read_whole(tmp_path: Path) -> None:
    """It holds more than is looked at to learn what a file is."""
    citations = [Citation(n, title=f"IL-12 in psoriasis, {n}. {'x' * 900}") for n in range(1, 201)]
    data = gzip.compress(xml_set(*citations).encode(), 0)
    walk.walk(with_lists(job(tmp_path / "w", piped(tmp_path / "p", data))))
    assert held(tmp_path / "w") == list(range(1, 201))
    settings = load_settings(None, {"annotate.annotator": "fast", "run.processes": 1})
    found, _ = background.build([str(piped(tmp_path / "b", data))], settings, "a pipe", lambda _: None)
    assert found.num_rows == 200
    assert len(list(read_documents([str(piped(tmp_path / "d", data))]))) == 200


def test_a_pipe_without_citations_is_refused_where_it_is_read(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="is plain text, which has no citations"):
        walk.walk(with_lists(job(tmp_path / "w", piped(tmp_path / "p", b"IL-12 rose.\n"))))
    with pytest.raises(UsageError, match="is a list of PMIDs, without texts"):
        list(read_documents([str(piped(tmp_path / "d", b"12\n"))]))


@pytest.mark.parametrize("name", ["-", "/dev/stdin"])
def test_standard_input_is_named_once(tmp_path: Path, name: str) -> None:
    words = "standard input is named twice: name - once"
    for made in (
        job(tmp_path, name, pmids=Path("-")),
        job(tmp_path, "-", name),
        job(tmp_path, "-", name, kind="pubmed"),
    ):
        with pytest.raises(UsageError, match=words):
            with_lists(made)
    with pytest.raises(UsageError, match=words):
        background.build(["-", name], load_settings(None), "twice", lambda _: None)
    with pytest.raises(UsageError, match=words):
        read_documents(["-", name])
