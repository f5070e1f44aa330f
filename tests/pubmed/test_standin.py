from __future__ import annotations

import json
import subprocess
import sys
import urllib.parse
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from comention.config import PubMed
from comention.pubmed.client import EutilsClient
from comention.pubmed.sets import contents
from tests.support.clients import fast
from tests.support.corpus import Corpus, article, book, document
from tests.support.eutils import StandIn


@pytest.fixture
def server() -> Iterator[StandIn]:
    records = [article(pmid, f"Interleukin {pmid}", created=f"2020/01/{pmid:02}") for pmid in range(1, 31)]
    with StandIn(Corpus(document(*records, book(40, "Interleukin 40"))), quota=None) as running:
        yield running


def ask(server: StandIn, endpoint: str, **params: object) -> bytes:
    query = urllib.parse.urlencode({"db": "pubmed", **params})
    with urllib.request.urlopen(f"{server.url}{endpoint}.fcgi?{query}", timeout=5) as answer:  # noqa: S310
        data = answer.read()
    assert isinstance(data, bytes)
    return data


@pytest.mark.slow
def test_the_stand_in_has_pubmeds_window() -> None:
    with StandIn(Corpus(document(*(article(pmid) for pmid in range(1, 10_051)))), quota=None) as server:
        found = json.loads(ask(server, "esearch", term="title", retmax=10_000, retmode="json"))[
            "esearchresult"
        ]
        assert (found["count"], len(found["idlist"]), found["idlist"][0]) == ("10050", 9999, "10050")
        last = json.loads(ask(server, "esearch", term="title", retstart=9990, retmax=10, retmode="json"))
        assert len(last["esearchresult"]["idlist"]) == 9
        assert last["esearchresult"]["warninglist"]["outputmessages"] == [
            "Restrictions achieved. start and count adjusted to 9990, 9"
        ]
        broken = ask(server, "esearch", term="title", retstart=9999, retmode="json")
        with pytest.raises(json.JSONDecodeError):
            json.loads(broken)
        assert b"<ERROR>Search Backend failed" in ask(server, "esearch", term="title", retstart=9999)


def test_the_stand_in_knows_history_books_and_repeated_ids(server: StandIn) -> None:
    assert contents(ask(server, "efetch", id="40,3,3,999")) == (frozenset({40, 3}), frozenset(), 0)
    assert ask(server, "efetch", id="3,3").count(b"<PubmedArticle>") == 1
    posted = ask(server, "epost", id="5,6").decode()
    session = posted.partition("<WebEnv>")[2].partition("<")[0]
    assert contents(ask(server, "efetch", WebEnv=session, query_key=1)).found == {5, 6}
    assert b"Unable to obtain query" in ask(server, "efetch", WebEnv="expired", query_key=1)
    assert b"<Count>31</Count>" in ask(server, "esearch", term="interleukin", usehistory="y")


def test_the_stand_in_runs_as_a_process(tmp_path: Path) -> None:
    corpus, log, faults, files = (tmp_path / n for n in ("c.xml", "log.jsonl", "faults.json", "bulk"))
    corpus.write_bytes(document(article(1), article(2)))
    faults.write_text(json.dumps([{"kind": "status", "match": {"endpoint": "esearch"}}]))
    files.mkdir()
    (files / "pubmed26n0001.xml.gz").write_bytes(b"x")
    options = ["--corpus", str(corpus), "--log", str(log), "--faults", str(faults), "--files", str(files)]
    command = [sys.executable, "-m", "tests.support.eutils", *options, "--quota", "0"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            url = process.stdout.readline().strip()
            settings = PubMed(base_url=url, email="a@example.org")
            client = EutilsClient(settings, clock=fast(1000))
            assert client.search("title").ids == (2, 1)
            order = json.dumps({"add": [document(article(3)).decode()], "delete": [1]}).encode()
            root = url.replace("/entrez/eutils/", "")
            for path, data in (("/_control", order), ("/pubmed26n0001.xml.gz.md5", None)):
                with urllib.request.urlopen(root + path, data, timeout=5) as answer:  # noqa: S310
                    last = answer.read()
            assert last == b"MD5(pubmed26n0001.xml.gz)= 9dd4e461268c8034f5c8564e155c67a6\n"
            assert client.search("title").ids == (3, 2)
        finally:
            process.terminate()
    entries = [json.loads(line) for line in log.read_text().splitlines()]
    assert [entry["status"] for entry in entries] == [500, 200, 200, 200]
