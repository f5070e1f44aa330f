"""Every fault that PubMed was seen to have, met by a whole run: the same store in the end, or a refusal.

The numbers are those of the list that the client was built from; where a fault has another test too, that one
looks closer.
"""

from __future__ import annotations

import json
import logging
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from comention.errors import (
    ComentionError,
    ConfigError,
    ContractError,
    LockedError,
    QueryError,
    TransientError,
    UsageError,
)
from comention.files import checksums
from comention.pubmed.store import Store
from comention.snapshots.snapshot import latest
from tests.support.clients import KEY
from tests.support.corpus import Corpus, document
from tests.support.eutils import StandIn
from tests.support.runs import content, held, quick, run, sums, text

pytestmark = pytest.mark.slow  # sixty whole runs

# Sparse and clustered, 3 batches of EFetch, and several slices of at most 100.
PMIDS = (*range(1000, 1150), *range(500_000, 501_000, 10), *range(30_000_000, 30_000_250))


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[StandIn]:
    quick(monkeypatch, timeout=0.3)
    monkeypatch.setattr("comention.pubmed.slices.CAP", 100)
    with StandIn(Corpus(document(*map(text, PMIDS))), keys=[KEY], quota=None) as service:
        yield service


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    workdir = tmp_path_factory.mktemp("undisturbed")
    with pytest.MonkeyPatch.context() as monkeypatch:
        quick(monkeypatch)
        with StandIn(Corpus(document(*map(text, PMIDS))), keys=[KEY], quota=None) as service:
            run(service, workdir)
    assert len(content(workdir)) == len(PMIDS)
    return workdir


_SEARCH, _FETCH = {"endpoint": "esearch"}, {"endpoint": "efetch"}
_BAD_KEY = json.dumps({"error": "API key invalid", "api-key": KEY})
_ZERO = json.dumps({"esearchresult": {"count": "0", "idlist": [], "querytranslation": "IL-12"}})
_NOTHING = "<PubmedArticleSet></PubmedArticleSet>"
#: What goes away: by number, the faults of a run that ends as the undisturbed one.
PASSING: dict[str, list[dict[str, Any]]] = {
    "1 over the quota": [{"kind": "busy", "match": m, "times": 2} for m in (_SEARCH, _FETCH)],
    "1 with a pause": [{"kind": "busy", "match": _FETCH, "headers": {"Retry-After": "3"}}],
    **{
        f"2 {status}": [{"kind": "status", "status": status, "match": m} for m in (_SEARCH, _FETCH)]
        for status in (500, 502, 503, 504)
    },
    "3 proxy_stream": [{"kind": "proxy_stream", "match": _FETCH}],
    "5 no ids": [{"kind": "ids_empty", "match": _FETCH, "times": 2}],
    "5 no ids, of a search": [{"kind": "ids_empty", "match": _SEARCH}],
    "4 a key that was known": [{"kind": "bad_request", "body": _BAD_KEY, "match": _FETCH, "times": 2}],
    "7 the query is lost": [{"kind": "query_lost", "match": m} for m in (_SEARCH, _FETCH)],
    "8 the backend failed": [{"kind": "backend", "match": _SEARCH, "times": 2}],
    "8 past the window": [{"kind": "window", "match": {"term": "[UID]"}}],
    "8 past the window at its beginning": [{"kind": "window", "match": _SEARCH}],
    "8 past the window when counted": [{"kind": "window", "match": {"retmax": "0"}, "times": 2}],
    "18 a phrase that was there": [{"kind": "dropped_phrase", "phrase": "x", "match": {"term": "[UID]"}}],
    "18 when counted": [{"kind": "dropped_phrase", "phrase": "x", "match": {"retmax": "0"}, "times": 2}],
    "19 a zero": [{"kind": "rate_json", "body": _ZERO, "match": _SEARCH}],
    "19 a zero when counted": [{"kind": "rate_json", "body": _ZERO, "match": {"retmax": "0"}}],
    "19 zeros of slices": [{"kind": "rate_json", "body": _ZERO, "match": {"term": "[UID]"}, "times": 2}],
    "22 an empty set": [{"kind": "page", "body": _NOTHING, "match": _FETCH}],
    "9 not supported": [{"kind": "database", "match": m} for m in (_SEARCH, _FETCH)],
    "10 a page": [{"kind": "page", "match": _SEARCH}, {"kind": "page", "match": _FETCH, "after": 1}],
    "11 JSON for XML": [{"kind": "rate_json", "match": _FETCH}],
    "12 empty": [{"kind": "empty", "match": m} for m in (_SEARCH, _FETCH)],
    "12 prolog": [{"kind": "prolog", "match": _FETCH}],
    "13 truncated": [{"kind": "truncate", "at": at, "match": _FETCH} for at in (0.2, 0.9)],
    "13 incomplete": [{"kind": "incomplete", "match": m} for m in (_SEARCH, _FETCH)],
    "14 reset": [{"kind": "reset", "match": m} for m in (_SEARCH, _FETCH)],
    "14 closed": [{"kind": "close", "match": m} for m in (_SEARCH, _FETCH)],
    "15 stalled": [{"kind": "stall", "match": _FETCH, "seconds": 2}],
    "16 a raw line feed": [{"kind": "raw_newline", "match": _SEARCH}],
    "16 broken JSON": [{"kind": "broken_json", "match": _SEARCH}],
    "21 a short answer": [{"kind": "drop", "id": 1007, "match": {"id": 1007}}],
    "23 twice the same": [{"kind": "repeat", "id": 1007, "match": {"id": 1007}}],
    "23 in another batch": [{"kind": "repeat", "id": 1007, "match": {"id": 30_000_100}}],
    "24 damaged on the way": [{"kind": "spoil", "id": 1007, "match": {"id": 1007}}],
}


@pytest.mark.parametrize("fault", PASSING)
def test_a_fault_that_passes_changes_nothing(
    server: StandIn, tmp_path: Path, undisturbed: Path, fault: str
) -> None:
    server.faults.extend(dict(entry) for entry in PASSING[fault])
    run(server, tmp_path)
    assert not server.faults, "the fault was never met"
    assert content(tmp_path) == content(undisturbed)
    assert sums(tmp_path) == sums(undisturbed)
    assert not (tmp_path / "store" / "incoming").exists()


def lasting(kind: str, match: dict[str, Any], **more: Any) -> list[dict[str, Any]]:
    return [{"kind": kind, "match": match, "times": 0, **more}]


#: What stays: by number, the faults, the error and its exit code, and what the message says.
LASTING: dict[str, tuple[list[dict[str, Any]], type[ComentionError], int, str]] = {
    "1 over the quota": (lasting("busy", _FETCH), TransientError, 4, "API rate limit exceeded"),
    "2 503": (lasting("status", _FETCH, status=503), TransientError, 4, "HTTP 503"),
    "5 no ids": (lasting("ids_empty", _FETCH), TransientError, 4, "PubMed lists citations that it then"),
    "6 a bad request": (lasting("bad_request", _FETCH), ContractError, 3, "term too long"),
    "10 a page": (lasting("page", _FETCH), TransientError, 4, "Maintenance"),
    "14 reset": (lasting("reset", _FETCH), TransientError, 4, "Connection"),
    "18 a dropped phrase": (lasting("dropped_phrase", _SEARCH, phrase="x"), QueryError, 2, "left x out"),
}


@pytest.mark.parametrize("first", [True, False], ids=["first run", "later run"])
@pytest.mark.parametrize("fault", LASTING)
def test_a_fault_that_stays_refuses_the_run_and_loses_nothing(
    server: StandIn, tmp_path: Path, undisturbed: Path, fault: str, first: bool
) -> None:
    script, error, code, message = LASTING[fault]
    before = PMIDS[:-100]
    if not first:
        server.corpus.delete(PMIDS[-100:])
        run(server, tmp_path, day=1)
        server.corpus.add(document(*map(text, PMIDS[-100:])))
    server.faults.extend(dict(entry) for entry in script)
    with pytest.raises(error, match=message) as raised:
        run(server, tmp_path)
    assert (raised.value.exit_code, str(raised.value).count("\n")) == (code, 0)
    assert (len(content(tmp_path)), (tmp_path / "latest").exists()) == (
        (0, False) if first else (len(before), True)
    )
    server.faults.clear()
    run(server, tmp_path, day=3)
    assert content(tmp_path) == content(undisturbed)
    assert sums(tmp_path) == sums(undisturbed)


def test_4_a_key_that_ncbi_does_not_know(server: StandIn, tmp_path: Path) -> None:
    wrong = "0000deadbeef0000"
    with pytest.raises(ConfigError, match="COMENTION_PUBMED__API_KEY") as raised:
        run(server, tmp_path, pubmed__api_key=wrong)
    assert wrong not in str(raised.value)
    assert len(server.log) == 1


def test_5_ids_of_a_user_that_are_none(server: StandIn, tmp_path: Path) -> None:
    (tmp_path / "pmids").write_text("998 999")
    server.faults.extend(lasting("ids_empty", _FETCH))
    with pytest.raises(UsageError, match="none of the ids asked for is a PMID") as raised:
        run(server, tmp_path / "w", pmids=tmp_path / "pmids")
    assert raised.value.exit_code == 2
    assert len(server.requests("efetch")) == 3


def test_17_a_blank_query(server: StandIn, tmp_path: Path) -> None:
    with pytest.raises(QueryError, match="the query is blank"):
        run(server, tmp_path, topic__query=" ( ) ")
    assert not server.log


def test_19_an_honest_zero_where_there_was_a_corpus(server: StandIn, tmp_path: Path) -> None:
    run(server, tmp_path, day=1)
    before = latest(tmp_path).path
    server.corpus.delete(PMIDS)
    with pytest.raises(ContractError, match="implausible"):
        run(server, tmp_path)
    assert latest(tmp_path).path == before
    assert len(content(tmp_path)) == len(PMIDS)


@pytest.mark.parametrize("times", [1, 2, 3])
def test_19_a_zero_that_is_none_is_not_believed(
    server: StandIn, tmp_path: Path, undisturbed: Path, times: int
) -> None:
    run(server, tmp_path, day=1)
    server.faults.append({"kind": "rate_json", "body": _ZERO, "match": _SEARCH, "times": times})
    assert run(server, tmp_path)["articles"] == len(PMIDS)
    assert sums(tmp_path) == sums(undisturbed)


def test_19_a_zero_does_not_hide_revisions(server: StandIn, tmp_path: Path) -> None:
    run(server, tmp_path, day=1)
    server.corpus.add(document(text(1007, "IL-12 in asthma", created="2026/01/02")))
    server.faults.append({"kind": "rate_json", "body": _ZERO, "match": {"term": "[mdat]"}})
    assert run(server, tmp_path)["revised"] == 1
    assert held(tmp_path)[1007].startswith("IL-12 in asthma")


def test_20_a_slice_that_grows_while_it_is_listed(server: StandIn, tmp_path: Path) -> None:
    more = [document(*map(text, range(1150, 1300))).decode()]
    server.faults.append({"kind": "none", "match": {"term": "[UID]"}, "after": 2, "change": {"add": more}})
    run(server, tmp_path)
    assert set(content(tmp_path)) == {*PMIDS, *range(1150, 1300)}


def test_21_and_22_what_stays_absent_is_gone_and_told(server: StandIn, tmp_path: Path) -> None:
    gone = [1007, 1008]
    server.faults.append({"kind": "none", "match": _FETCH, "change": {"delete": gone}})
    result = run(server, tmp_path)
    assert (result["missing"], result["articles"]) == (2, len(PMIDS) - 2)
    accounts = Store.open(tmp_path / "store").accounts(result["run_id"]).to_pylist()
    assert [row["pmid"] for row in accounts if row["outcome"] == "missing"] == gone
    assert sum(i in entry["ids"] for entry in server.requests("efetch") for i in ("1007",)) == 2


def test_22_empty_sets_for_all_are_not_believed(server: StandIn, tmp_path: Path) -> None:
    server.faults.append({"kind": "none", "match": _FETCH, "change": {"delete": list(PMIDS)}})
    with pytest.raises(ContractError, match="does not hand out 500 of them"):
        run(server, tmp_path)
    assert not (tmp_path / "latest").exists()


def test_24_a_record_that_stays_damaged_is_the_only_one_lost(
    server: StandIn, tmp_path: Path, undisturbed: Path
) -> None:
    server.faults.extend(lasting("spoil", {"id": 1007}, id=1007))
    result = run(server, tmp_path)
    assert (result["rejected"], result["missing"]) == (1, 0)
    expected = content(undisturbed)
    del expected[1007]
    assert content(tmp_path) == expected
    (row,) = [
        r
        for r in Store.open(tmp_path / "store").accounts(result["run_id"]).to_pylist()
        if r["outcome"] == "rejected"
    ]
    assert row["pmid"] == 1007


def test_25_a_document_type_of_tomorrow(
    server: StandIn, tmp_path: Path, undisturbed: Path, monkeypatch: pytest.MonkeyPatch, caplog: Any
) -> None:
    from tests.support import eutils

    monkeypatch.setattr(eutils, "_SET", eutils._SET.replace(b"250101", b"990101"))
    with caplog.at_level(logging.WARNING):
        run(server, tmp_path)
    assert content(tmp_path) == content(undisturbed)
    assert sum("pubmed_990101" in message for message in caplog.messages) == 1


@pytest.mark.parametrize(("module", "name"), [("store", "write_checked"), ("state", "write_checked_json")])
@pytest.mark.parametrize("survived", range(6))
def test_28_a_crash_in_the_middle_of_a_commit(
    server: StandIn,
    tmp_path: Path,
    undisturbed: Path,
    monkeypatch: pytest.MonkeyPatch,
    module: str,
    name: str,
    survived: int,
) -> None:
    real = getattr(checksums, name)
    calls = 0

    def crash(*arguments: Any) -> None:
        nonlocal calls
        calls += 1
        if calls > survived:
            raise KeyboardInterrupt
        real(*arguments)

    with monkeypatch.context() as patched:
        patched.setattr(f"comention.pubmed.{module}.{name}", crash)
        try:
            run(server, tmp_path, day=1)
        except KeyboardInterrupt:
            assert not (tmp_path / "latest").exists()
    server.log.clear()
    run(server, tmp_path)
    assert not server.requests("efetch"), "what had come was asked for again"
    assert sums(tmp_path) == sums(undisturbed)


def test_29_two_runs_on_one_work_directory(server: StandIn, tmp_path: Path, undisturbed: Path) -> None:
    server.faults.append({"kind": "stall", "match": _FETCH, "seconds": 1})
    ends: list[object] = []
    thread = threading.Thread(target=lambda: ends.append(run(server, tmp_path)))
    thread.start()
    while not server.requests():
        pass
    with pytest.raises(LockedError, match="in use by another run") as raised:
        run(server, tmp_path)
    thread.join()
    assert raised.value.exit_code == 4
    assert len(ends) == 1
    assert sums(tmp_path) == sums(undisturbed)
    assert len(held(tmp_path)) == len(PMIDS)
