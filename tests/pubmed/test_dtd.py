"""A document type that is newer than this package is read all the same, and said once."""

from __future__ import annotations

import io
import logging

import pytest

from comention.pubmed import dtd
from comention.pubmed.dtd import newer_dtd
from comention.pubmed.sets import contents
from comention.pubmed.split import split
from tests.support.clients import client_of
from tests.support.corpus import Corpus, article, document
from tests.support.eutils import StandIn

KNOWN = [
    '<!DOCTYPE PubmedArticleSet PUBLIC "-//NLM//DTD X//EN" "https://dtd.nlm.nih.gov/out/pubmed_250101.dtd">',
    '<!DOCTYPE PubmedArticleSet PUBLIC "-//NLM//DTD X//EN" "http://dtd.nlm.nih.gov/out/pubmed_180601.dtd">',
    '<!DOCTYPE MedlineCitationSet PUBLIC "-//NLM//DTD X//EN"\n'
    '       "https://www.nlm.nih.gov/databases/dtd/nlmmedlinecitationset_160101.dtd">',
    '<!DOCTYPE PubmedArticleSet SYSTEM "pubmed_210101.dtd">',
    "<!DOCTYPE PubmedArticleSet>",
    "<PubmedArticleSet>",
    '<!DOCTYPE eSearchResult PUBLIC "-//NLM//DTD esearch" "https://example.org/esearch.dtd">',
]


@pytest.fixture(autouse=True)
def nothing_told() -> None:
    """Names that other tests were warned of count for nothing here."""
    dtd._told.clear()


def doctype(name: str) -> bytes:
    return f'<!DOCTYPE PubmedArticleSet PUBLIC "-//NLM//DTD X" "https://127.0.0.1:9/{name}">'.encode()


def warned(caplog: pytest.LogCaptureFixture) -> list[tuple[str, str]]:
    found = [record for record in caplog.records if record.name == "comention.pubmed.dtd"]
    assert {record.levelno for record in found} <= {logging.WARNING}
    return [(str(args[0]), str(args[1])) for record in found if isinstance(args := record.args, tuple)]


@pytest.mark.parametrize("text", KNOWN)
def test_a_known_document_type_is_no_news(text: str) -> None:
    assert newer_dtd(b'<?xml version="1.0"?>\n' + text.encode()) is None


@pytest.mark.parametrize("name", ["pubmed_250102.dtd", "pubmed_260101.dtd", "pubmed_990101.dtd", "other.dtd"])
def test_a_newer_document_type_is_named(name: str) -> None:
    assert newer_dtd(b'<?xml version="1.0"?>\n' + doctype(name)) == name


def test_a_file_of_tomorrow_is_read_and_said_once(caplog: pytest.LogCaptureFixture) -> None:
    for name in ("pubmed_250101.dtd", "pubmed_260101.dtd", "pubmed_260101.dtd", "pubmed_270101.dtd"):
        (chunk,) = split(io.BytesIO(doctype(name) + document(article(3))), f"file of {name}", block=7)
        assert chunk.data == article(3)
    assert warned(caplog) == [
        ("file of pubmed_260101.dtd", "pubmed_260101.dtd"),
        ("file of pubmed_270101.dtd", "pubmed_270101.dtd"),
    ]


def test_an_answer_of_tomorrow_is_read_and_said_once_by_each_client(caplog: pytest.LogCaptureFixture) -> None:
    change = {"kind": "doctype", "dtd": "pubmed_260101.dtd", "after": 1, "times": 0}
    with StandIn(Corpus(document(article(3))), quota=None, faults=[change]) as server:
        first, second = client_of(server), client_of(server)
        first.fetch([3])
        assert warned(caplog) == []
        for client in (first, first, second):
            data = client.fetch([3])
            assert b"pubmed_260101.dtd" in data
            assert contents(data).found == {3}
            assert [chunk.data for chunk in split(io.BytesIO(data), "PubMed")] == [article(3)]
    assert warned(caplog) == [("EFetch's answer", "pubmed_260101.dtd")] * 2
