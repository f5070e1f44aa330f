from __future__ import annotations

import json
import logging
import threading
import time
import traceback
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from comention.config import PubMed
from comention.errors import (
    ComentionError,
    ConfigError,
    ContractError,
    QueryError,
    TransientError,
    UsageError,
)
from comention.pubmed.answers import InvalidIdsError, WindowError
from comention.pubmed.client import EutilsClient
from comention.pubmed.pacing import Backoff, Clock
from comention.pubmed.sets import contents
from tests.support.clients import KEY, TRIES, Virtual, client_of, fast
from tests.support.corpus import Corpus, article, book, document
from tests.support.eutils import StandIn
from tests.support.faults import ENDLESS, SLOW


@pytest.fixture
def server() -> Iterator[StandIn]:
    records = [article(pmid, f"Interleukin {pmid}", created=f"2020/01/{pmid:02}") for pmid in range(1, 31)]
    with StandIn(Corpus(document(*records, book(40, "Interleukin 40"))), quota=None) as running:
        yield running


# ------------------------------------------------------------------------------------------ what is asked


def test_search_returns_count_page_and_translation(server: StandIn) -> None:
    found = client_of(server).search("interleukin", retstart=2, retmax=3)
    assert (found.count, found.ids, found.querytranslation) == (31, (29, 28, 27), '"interleukin"[All Fields]')
    assert client_of(server).count("interleukin") == 31


def test_dates_reach_the_service(server: StandIn) -> None:
    client = client_of(server)
    assert client.search("interleukin AND 2020/01/05:2020/01/06[crdt]").ids == (6, 5)
    with pytest.raises(QueryError, match="ends before it begins"):
        client.search("interleukin AND 2020/01/06:2020/01/05[crdt]")
    assert len(server.requests()) == 1


def test_fetch_posts_ids_and_returns_one_set(server: StandIn) -> None:
    data = client_of(server).fetch([7, 40, 9])
    assert contents(data) == (frozenset({7, 9, 40}), frozenset(), 0)
    (request,) = server.requests("efetch")
    assert (request["method"], request["ids"], request["in_url"]) == ("POST", ["7", "40", "9"], "")


@pytest.mark.parametrize(("key", "sent"), [(None, False), ("", False), ("  ", False), (KEY, True)])
def test_every_request_names_tool_and_email_and_a_key_that_is_there(
    server: StandIn, key: str | None, sent: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    from Bio import Entrez

    monkeypatch.setattr(Entrez, "api_key", "another program's")
    client = client_of(server, key=key)
    client.count("interleukin")
    client.fetch([1])
    for request in server.requests():
        assert (request["tool"], request["email"]) == ("comention", "someone@example.org")
        assert (request["key"], request["in_url"], request["status"]) == (sent, "", 200)


def test_requests_are_counted_with_those_sent_again(server: StandIn) -> None:
    client = client_of(server)
    assert client.requests == 0
    server.faults.append({"kind": "status", "times": 2})
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda pmid: client.fetch([pmid]), range(1, 13)))
    assert client.requests == len(server.requests()) == 14


@pytest.mark.parametrize("email", [None, "", "  "])
def test_without_an_email_the_error_names_the_setting(email: str | None) -> None:
    with pytest.raises(ConfigError, match=r"pubmed\.email, .*COMENTION_PUBMED__EMAIL"):
        EutilsClient(PubMed(email=email))


@pytest.mark.parametrize(
    "url",
    [
        *("eutils", "ftp://h/", "http://", "http://h:x/", "http://a:b@h/", "http://h/?a=b"),
        *("http://a..b/", "http://h/a b/", "http://h/ä/"),
    ],
)
def test_an_address_that_is_none_is_refused(url: str) -> None:
    with pytest.raises(ConfigError, match="COMENTION_PUBMED__BASE_URL"):
        EutilsClient(PubMed(base_url=url, email="a@example.org"))


@pytest.mark.parametrize("tool", ["µ", "a\x00b"])
def test_a_tool_that_no_header_can_carry_is_refused(tool: str) -> None:
    with pytest.raises(ConfigError, match="COMENTION_PUBMED__TOOL"):
        EutilsClient(PubMed(email="a@example.org", tool=tool))


def test_nothing_stands_between_the_client_and_its_own_machine(
    server: StandIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
    monkeypatch.delenv("no_proxy", raising=False)
    assert client_of(server).count("interleukin") == 31


@pytest.mark.parametrize("ids", [[], [0], [-1], list(range(1, 202))])
def test_ids_that_cannot_be_asked_for(server: StandIn, ids: list[int]) -> None:
    with pytest.raises(ValueError, match="1 to 200 positive PMIDs"):
        client_of(server).fetch(ids)
    assert not server.requests()


# ---------------------------------------------------------------------------------- queries (faults 17, 18)


@pytest.mark.parametrize("term", ["", "asthma[foo]", "(asthma", "2026/02/01:2026/01/01[crdt]"])
def test_a_query_that_pubmed_would_not_read_is_not_sent(server: StandIn, term: str) -> None:
    with pytest.raises(QueryError, match=r"topic\.query \(environment: COMENTION_TOPIC__QUERY\)"):
        client_of(server).search(term)
    assert not server.requests()


def test_a_field_tag_that_pubmed_ignores_fails_though_records_were_found(server: StandIn) -> None:
    client = client_of(server)
    assert client.search("interleukin[tiab] AND (1:5[UID])").count == 5
    with pytest.raises(QueryError, match=r"ignored \[OWN\] and searched all fields.*topic\.query") as caught:
        client.search("(interleukin[OWN]) AND 1:5[UID]")
    assert str(caught.value).endswith("The query: (interleukin[OWN]) AND 1:5[UID]")
    assert len(server.requests()) == 2


def test_a_dropped_phrase_fails_though_records_were_found(server: StandIn) -> None:
    server.faults.append({"kind": "dropped_phrase", "phrase": '"body battery"[tiab]'})
    with pytest.raises(QueryError, match=r'left "body battery"\[tiab\] out of the query'):
        client_of(server).search("interleukin")


@pytest.mark.parametrize(
    "lists",
    [
        {"errorlist": {"phrasesnotfound": ["the"], "fieldsnotfound": []}},
        {"errorlist": {"phrasesnotfound": [], "fieldsnotfound": ["the"]}},
        {"warninglist": {"phrasesignored": ["the"], "quotedphrasesnotfound": []}},
        {"warninglist": {"phrasesignored": [], "quotedphrasesnotfound": ["the"]}},
    ],
)
def test_every_list_of_dropped_phrases_is_read(server: StandIn, lists: dict[str, Any]) -> None:
    answer = {"esearchresult": {"count": "5", "idlist": [], "querytranslation": "x", **lists}}
    server.faults.append({"kind": "rate_json", "body": json.dumps(answer)})
    with pytest.raises(QueryError, match="left the out of the query"):
        client_of(server).count("the interleukin")


def test_a_raw_line_feed_does_not_hide_a_result(server: StandIn) -> None:
    answer = '{"esearchresult": {"count": "2", "idlist": ["7", "5"], "querytranslation": "a\nb"}}'
    server.faults.append({"kind": "rate_json", "body": answer})
    assert client_of(server).search("interleukin").ids == (7, 5)
    assert len(server.requests()) == 1


@pytest.mark.parametrize(
    "body",
    [
        '{"esearchresult": {"count": "-1", "idlist": []}}',
        '{"esearchresult": {"count": 1e999, "idlist": []}}',
        '{"esearchresult": {"count": "1", "idlist": ["0"]}}',
        '{"esearchresult": {"count": "1", "idlist": ["-7"]}}',
        '{"esearchresult": {"count": "1", "idlist": ["7_0"]}}',
        '{"esearchresult": {"count": "1", "idlist": ["9223372036854775808"]}}',
        '{"esearchresult": {"count": "1", "idlist": ["' + "9" * 5000 + '"]}}',
        '{"esearchresult": {"count": 1, "idlist": [null]}}',
        '{"esearchresult": ' + "[" * 100_000,
    ],
    ids=lambda body: str(body)[:60],
)
def test_numbers_that_are_none_are_asked_for_again(server: StandIn, body: str) -> None:
    server.faults.append({"kind": "rate_json", "body": body})
    assert client_of(server).search("interleukin", retmax=1).ids == (40,)
    assert len(server.requests()) == 2


def test_an_honest_zero_is_a_result(server: StandIn) -> None:
    found = client_of(server).search("nothing")
    assert (found.count, found.ids, found.warnings, found.dropped) == (0, (), ("No items found.",), ())


# ------------------------------------------------------------------------- faults that pass (1-3, 7-16, 24)

PASSING: list[dict[str, Any]] = [
    {"kind": "busy"},
    {"kind": "busy", "headers": {"Retry-After": "2"}},
    *({"kind": "status", "status": status} for status in (500, 502, 503, 504, 408, 302)),
    {"kind": "proxy_stream"},
    {"kind": "query_lost"},
    {"kind": "backend"},
    {"kind": "database"},
    {"kind": "page"},
    {"kind": "database", "body": "<eFetchResult><ERROR>Something never seen</ERROR></eFetchResult>"},
    {"kind": "rate_json"},
    {"kind": "empty"},
    {"kind": "prolog"},
    {"kind": "raw_newline"},
    {"kind": "broken_json"},
    {"kind": "truncate", "at": 0.6},
    {"kind": "incomplete"},
    {"kind": "reset"},
    {"kind": "close"},
    *({"kind": "status", "status": status} for status in (404, 405, 407, 410, 501, 511)),
]


@pytest.mark.parametrize("fault", PASSING, ids=lambda fault: f"{fault['kind']}{fault.get('status', '')}")
@pytest.mark.parametrize("ask", ["search", "fetch"])
def test_a_passing_fault_is_tried_again(server: StandIn, fault: dict[str, Any], ask: str) -> None:
    server.faults.append({**fault, "times": 2})
    client = client_of(server)
    if ask == "fetch":
        assert contents(client.fetch([3, 4])).found == {3, 4}
    else:
        assert client.search("interleukin", retmax=1).ids == (40,)
    assert len(server.requests()) == 3


@pytest.mark.parametrize("fault", PASSING, ids=lambda fault: f"{fault['kind']}{fault.get('status', '')}")
def test_a_fault_that_stays_ends_the_run_as_one_to_repeat(server: StandIn, fault: dict[str, Any]) -> None:
    client = client_of(server)
    client.fetch([3])
    server.faults.append({**fault, "times": 0})
    message = r"127\.0\.0\.1:\d+ gave no usable answer in 4 tries .*efetch.*COMENTION_PUBMED__BASE_URL"
    with pytest.raises(TransientError, match=message):
        client.fetch([3])
    assert len(server.requests()) == 1 + TRIES


@pytest.mark.parametrize("kind", ["stall", "trickle"])
def test_a_socket_that_stalls_or_trickles_is_left(server: StandIn, kind: str) -> None:
    server.faults.append({"kind": kind})
    began = time.monotonic()
    client = client_of(server, timeout=0.2, deadline=0.6, clock=fast(10))
    assert contents(client.fetch([3])).found == {3}
    assert time.monotonic() - began < 6


@pytest.mark.parametrize("ask", ["search", "fetch"])
@pytest.mark.parametrize("kind", SLOW)
def test_a_whole_answer_has_one_deadline(server: StandIn, kind: str, ask: str) -> None:
    """Bytes never stop for as long as a socket may stay silent: in the head, between chunks, after them."""
    server.faults.append({"kind": kind})
    client = client_of(server, timeout=60, deadline=0.4, clock=fast(10))
    began = time.monotonic()
    if ask == "search":
        assert client.count("interleukin") == 31
    else:
        assert contents(client.fetch([3])).found == {3}
    assert time.monotonic() - began < 10
    assert len(server.requests()) == 2


@pytest.mark.parametrize("kind", ENDLESS)
def test_a_whole_answer_has_one_bound_on_its_size(server: StandIn, kind: str) -> None:
    most = 1 << 20
    server.faults.append({"kind": kind})
    client = client_of(server, most=most)
    assert contents(client.fetch([3])).found == {3}
    assert len(server.requests()) == 2
    assert server.dripped < most + (32 << 20)  # what the system buffers on both sides


def test_a_size_that_is_too_large_is_not_waited_for(server: StandIn) -> None:
    server.faults.append({"kind": "incomplete", "headers": {"Content-Length": str(1 << 40)}})
    assert contents(client_of(server, most=1 << 20).fetch([3])).found == {3}
    assert len(server.requests()) == 2


def test_an_answer_as_large_as_allowed_is_read(server: StandIn) -> None:
    size = len(client_of(server).fetch([3]))
    assert contents(client_of(server, most=size + 2000).fetch([3])).found == {3}  # with its headers
    with pytest.raises(TransientError, match=r"an answer of more than [0-9]+ bytes.*pubmed\.base_url"):
        client_of(server, most=size // 2).fetch([3])


def test_a_deadline_that_always_passes_ends_the_run(server: StandIn) -> None:
    server.faults.append({"kind": "slow_headers", "times": 0})
    with pytest.raises(TransientError, match="no whole answer within 0 s") as caught:
        client_of(server, timeout=60, deadline=0.2, clock=fast(10)).fetch([3])
    assert caught.value.exit_code == 4
    assert len(server.requests()) == TRIES


def test_the_time_of_the_tries_is_bounded(server: StandIn) -> None:
    server.faults.append({"kind": "status", "times": 0})
    virtual = Virtual()
    client = client_of(server, clock=virtual.clock, backoff=Backoff(tries=99, total=30))
    with pytest.raises(TransientError):
        client.count("interleukin")
    assert virtual.time - 1000 <= 30
    assert len(server.requests()) < 10


def test_a_pause_longer_than_the_run_may_take_ends_it_at_once(server: StandIn) -> None:
    server.faults.append({"kind": "busy", "headers": {"Retry-After": "86400"}})
    virtual = Virtual()
    with pytest.raises(TransientError, match="rate limit exceeded"):
        client_of(server, clock=virtual.clock).count("interleukin")
    assert virtual.time == 1000


def test_an_interrupt_is_not_held_up_by_a_wait(server: StandIn) -> None:
    server.faults.append({"kind": "busy", "headers": {"Retry-After": "500"}})
    stop = threading.Event()
    virtual = Virtual()

    def sleep(seconds: float) -> None:
        virtual.time += seconds
        stop.set()

    with pytest.raises(TransientError, match="called off"):
        client_of(server, clock=Clock(virtual.clock.now, sleep)).fetch([1], stop=stop)
    assert virtual.time <= 1002


# --------------------------------------------------------------------------- faults that stay (4-6, 8, 22)


@pytest.mark.parametrize(
    ("fault", "error", "message"),
    [
        ({"kind": "ids_empty"}, InvalidIdsError, "ID list is empty! Possibly it has no correct IDs"),
        ({"kind": "bad_request"}, ContractError, "HTTP 400 Bad request: term too long"),
        ({"kind": "bad_request", "status": 414, "body": "URI too long"}, ContractError, "414 URI too long"),
        ({"kind": "page", "status": 403}, ContractError, r"HTTP 403 Maintenance.*pubmed\.base_url"),
        ({"kind": "window"}, WindowError, "'retstart' cannot be larger than 9998"),
        ({"kind": "window", "status": 400}, WindowError, "'retstart' cannot be larger than 9998"),
    ],
    ids=["ids", "400", "414", "403", "window", "window400"],
)
def test_a_refusal_is_not_repeated(
    server: StandIn, fault: dict[str, Any], error: type[ComentionError], message: str
) -> None:
    server.faults.append({**fault, "times": 0})
    with pytest.raises(error, match=message):
        client_of(server).fetch([1])
    assert len(server.requests()) == 1


def test_a_search_past_the_window_is_never_sent_and_read_if_it_is(server: StandIn) -> None:
    with pytest.raises(UsageError, match="9,999 records"):
        client_of(server).search("interleukin", retstart=9999, retmax=1)
    assert not server.requests()
    error = (
        "Search Backend failed: Exception:\n'retstart' cannot be larger than 9998."  # the line feed is raw
    )
    server.faults.append({"kind": "rate_json", "body": f'{{"esearchresult":{{"ERROR":"{error}"}}}}'})
    with pytest.raises(WindowError):
        client_of(server).search("interleukin")


def test_unknown_ids_are_an_empty_set_and_no_failure(server: StandIn) -> None:
    data = client_of(server).fetch([998, 999])
    assert contents(data).found == frozenset()
    assert data.endswith(b"<PubmedArticleSet></PubmedArticleSet>")


def test_text_of_a_record_is_not_taken_for_an_error(server: StandIn) -> None:
    texts = "proxy_stream() &lt;ERROR>Unable to obtain query &lt;html> API key invalid"
    server.corpus.add(document(article(5, texts)))
    assert contents(client_of(server).fetch([5])).found == {5}


# ------------------------------------------------------------------------------------- the key stays secret


@pytest.mark.parametrize(
    "fault",
    [
        {"kind": "bad_request", "body": json.dumps({"error": "API key invalid", "api-key": KEY})},
        {"kind": "bad_request", "body": f"bad URL /efetch.fcgi?api_key={KEY}&id=1"},
        {"kind": "bad_request", "body": "bad URL /efetch.fcgi?api_key=f00dKEY%2B0123456789%2Fabcdef&id=1"},
        {"kind": "bad_request", "body": "no such key: f00dKEY%2B0123456789%2Fabcdef"},
        {"kind": "busy", "body": json.dumps({"error": f"API rate limit exceeded for {KEY}", "api-key": KEY})},
        {"kind": "page", "body": f"<html><title>{KEY}</title></html>"},
        {"kind": "database", "body": f"<eFetchResult><ERROR>{KEY}</ERROR></eFetchResult>"},
        {"kind": "status", "status": 302, "headers": {"Location": f"https://login/{KEY}/?api_key={KEY}"}},
        {"kind": "status", "status": 404, "body": KEY},
        {"kind": "reset"},
        {"kind": "close"},
    ],
)
def test_the_key_is_in_no_exception_log_or_repr(
    server: StandIn, fault: dict[str, Any], caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    server.faults.append({**fault, "times": 0})
    client = client_of(server, key=KEY)
    said = [repr(client), repr(vars(client))]
    for ask in (
        lambda: client.fetch([1]),
        lambda: client.search(f"interleukin {KEY}"),
        lambda: client.search(f"interleukin[{KEY}]"),
    ):
        with pytest.raises(ComentionError) as caught:
            ask()
        said += [str(caught.value), repr(caught.value), *traceback.format_exception(caught.value)]
    said.append(caplog.text)
    for secret in (KEY, "f00dKEY%2B", KEY[:12]):
        assert not [text for text in said if secret in text]
    assert all(request["key"] and not request["in_url"] for request in server.requests())


def test_a_bad_key_is_fatal_and_names_the_setting(server: StandIn) -> None:
    server.keys = frozenset({"another"})
    with pytest.raises(ConfigError, match="COMENTION_PUBMED__API_KEY") as caught:
        client_of(server, key=KEY).count("interleukin")
    assert KEY not in str(caught.value)
    assert len(server.requests()) == 1
