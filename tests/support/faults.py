"""The ways in which the E-utilities were seen to fail: texts of real answers, and what spoils a true one."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator, Mapping
from typing import Any

from tests.support.corpus import Corpus

PAST_WINDOW = (
    "Search Backend failed: Exception:\n'retstart' cannot be larger than 9998. For PubMed, ESearch can only "
    "retrieve the first 9,999 records matching the query. To obtain more than 9,999 PubMed records, consider "
    "using EDirect that contains additional logic to batch PubMed search results automatically so that an "
    "arbitrary number can be retrieved. For details see https://www.ncbi.nlm.nih.gov/books/NBK25499/"
)
FETCH = '<?xml version="1.0" encoding="UTF-8" ?>\n<eFetchResult>\n\t<ERROR>{}</ERROR>\n</eFetchResult>\n'
SEARCH = '<?xml version="1.0" encoding="UTF-8" ?>\n<eSearchResult>{}</eSearchResult>\n'
_RATE = '{"error":"API rate limit exceeded","api-key":"192.0.2.1","count":"4","limit":"3"}\n'

PAGE = "<!DOCTYPE html>\n<html><head><title>{}</title></head><body><h1>{}</h1></body></html>"

Reply = tuple[int, str, str | bytes]
#: Faults that are a fixed answer: status, content type, body. A fault may replace `status`, `body` and
#: `headers`.
FAULTS: dict[str, Reply] = {
    "busy": (429, "application/json", _RATE),
    "status": (500, "text/html", PAGE.format("NCBI/eutils202 - WWW Error 500 Diagnostic", "Server Error")),
    "proxy_stream": (400, "text/plain", "Error: proxy_stream(): failed to read the answer of the backend"),
    "bad_request": (400, "application/json", '{"error":"Bad request: term too long"}'),
    "ids_empty": (400, "text/xml", FETCH.format("ID list is empty! Possibly it has no correct IDs.")),
    "query_lost": (200, "text/xml", FETCH.format("Unable to obtain query #1")),
    "backend": (200, "text/xml", SEARCH.format("<ERROR>Search Backend failed: read timed out</ERROR>")),
    "database": (200, "text/xml", FETCH.format("Search Backend failed: Database is not supported: pubmed")),
    "window": (200, "text/xml", SEARCH.format(f"<ERROR>{PAST_WINDOW}</ERROR>")),
    "page": (200, "text/html", PAGE.format("Maintenance", "PubMed is temporarily unavailable")),
    "rate_json": (200, "application/json", _RATE),
    "empty": (200, "text/xml", ""),
    "prolog": (200, "text/xml", '<?xml version="1.0" ?>\n'),
    "broken_json": (200, "application/json", '{"header":{"type":"esearch"},"esearchresult":{"count":"'),
    "raw_newline": (
        200,
        "application/json",
        '{"header":{"type":"esearch"},"esearchresult":{"ERROR":'
        '"Search Backend failed: Exception:\nread timed out"}}',
    ),
}
_CHUNKED = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
_MOVED = b"HTTP/1.1 302 Found\r\nLocation: /\r\n"
#: Answers that never end: what is sent at once, and what is sent again and again, every `seconds`.
UNENDING: dict[str, tuple[bytes, bytes]] = {
    "slow_status": (b"", b"H"),
    "slow_headers": (b"HTTP/1.1 200 OK\r\nX-A: ", b"a"),
    "slow_continue": (b"", b"HTTP/1.1 100 Continue\r\n\r\n"),
    "slow_extension": (_CHUNKED + b"1;a=", b"a"),
    "slow_chunks": (_CHUNKED, b"1\r\n \r\n"),
    "slow_body": (b"HTTP/1.0 200 OK\r\n\r\n", b" "),
    "slow_trailer": (_CHUNKED + b"1\r\n \r\n0\r\nX-A: ", b"a"),
    "slow_redirect": (_MOVED + b"X-A: ", b"a"),
    "endless": (b"HTTP/1.0 200 OK\r\n\r\n", b" " * 65536),
    "endless_chunks": (_CHUNKED, b"10000\r\n" + b" " * 65536 + b"\r\n"),
    "endless_continue": (b"", b"HTTP/1.1 100 Continue\r\n\r\n" * 1000),
    "endless_trailers": (_CHUNKED + b"0\r\n", b"X-A: b\r\n" * 1000),
    "endless_headers": (b"HTTP/1.1 200 OK\r\n", b"X-A: b\r\n" * 1000),
    "endless_redirect": (_MOVED + b"\r\n", b" " * 65536),
}
SLOW = tuple(kind for kind in UNENDING if kind.startswith("slow"))
ENDLESS = tuple(kind for kind in UNENDING if kind.startswith("endless"))
_MOST_SENT = 1 << 30  # bytes, after which even what never ends does

#: Faults of the connection.
CONNECTION_FAULTS = frozenset({"reset", "close", "incomplete", "stall", "trickle", *UNENDING})
#: Faults that change the true answer: cut it `at` a fraction, spoil the record `id` (or its PMID,
#: `nameless`), repeat or add the record `id`, leave it out, report `phrase` as dropped from the query,
#: name another document type (`dtd`), and turn the bytes around.
CHANGED_ANSWERS = frozenset({"truncate", "spoil", "repeat", "drop", "dropped_phrase", "doctype", "reverse"})


def drip(fault: Mapping[str, Any], stopped: threading.Event) -> Iterator[bytes]:
    """Yield the bytes of one of the answers of UNENDING, until the service is stopped."""
    first, again = UNENDING[fault["kind"]]
    pause = fault.get("seconds", 0.02 if fault["kind"] in SLOW else 0)
    yield first
    sent = 0
    while sent < _MOST_SENT and not stopped.wait(pause):
        yield again
        sent += len(again)


def changed(reply: Reply, fault: Mapping[str, Any], corpus: Corpus) -> Reply:
    """Return an answer with one of the faults of CHANGED_ANSWERS."""
    kind, (status, content_type, content) = fault["kind"], reply
    body = content.encode() if isinstance(content, str) else content
    record = corpus.records[fault["id"]].xml if "id" in fault else b""
    if kind == "truncate":
        body = body[: int(len(body) * fault.get("at", 0.5))]
    elif kind == "drop":
        body = body.replace(record, b"")
    elif kind == "repeat":
        body = body.replace(b"</PubmedArticleSet>", record + b"</PubmedArticleSet>")
    elif kind == "spoil":
        mark = b"<PMID" if fault.get("nameless") else b"<ArticleTitle>"
        body = body.replace(record, record.replace(mark, b"\x01" + mark, 1))
    elif kind == "reverse":
        body = body[::-1]
    elif kind == "doctype":
        body = body.replace(b"pubmed_250101.dtd", fault["dtd"].encode())
    elif kind == "dropped_phrase":
        answer = json.loads(body)
        lists = answer["esearchresult"].setdefault("warninglist", {})
        lists.setdefault("quotedphrasesnotfound", []).append(fault["phrase"])
        body = json.dumps(answer).encode()
    return status, content_type, body
