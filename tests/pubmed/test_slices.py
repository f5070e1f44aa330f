from __future__ import annotations

import random
import re
import threading
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from comention.errors import ContractError, TransientError
from comention.pubmed.answers import InvalidIdsError, SearchResult
from comention.pubmed.sets import contents, merged
from comention.pubmed.slices import Fetched, Slice, fetch_all, list_pmids
from tests.support.clients import HANG, client_of, fast, wait_until
from tests.support.corpus import Corpus, article, book, document
from tests.support.eutils import StandIn
from tests.support.faults import FETCH

UIDS = st.integers(1, 40_000_000)
CLUSTERS = st.builds(lambda start, size: range(start, start + size), UIDS, st.integers(1, 60))
CORPORA = st.builds(
    lambda sparse, clusters: sparse.union(*clusters),
    st.sets(UIDS, max_size=60),
    st.lists(CLUSTERS, max_size=4),
)


class Searcher:
    """PubMed as a set of PMIDs that `change` may alter before each request."""

    def __init__(self, pmids: Iterable[int], change: Callable[[set[int], int], None] | None = None) -> None:
        self.pmids = set(pmids)
        self.ever, self.always = set(self.pmids), set(self.pmids)
        self.change = change
        self.asked: list[tuple[str, int]] = []

    def search(self, term: str, *, retmax: int = 9999) -> SearchResult:
        if self.change is not None:
            self.change(self.pmids, len(self.asked))
            self.ever |= self.pmids
            self.always &= self.pmids
        self.asked.append((term, retmax))
        bounds = re.search(r"(\d+):(\d+)\[UID\]$", term)
        low, high = (int(bounds[1]), int(bounds[2])) if bounds else (0, 10**12)
        found = sorted((pmid for pmid in self.pmids if low <= pmid <= high), reverse=True)
        return SearchResult(len(found), tuple(found[:retmax]), f"read: {term}")

    def count(self, term: str) -> int:
        return self.search(term, retmax=0).count


@given(low=st.integers(1, 10**9), width=st.integers(1, 10**9), page=st.lists(st.integers(1, 10**9)))
def test_a_cut_slice_is_tiled(low: int, width: int, page: list[int]) -> None:
    first, second = Slice(low, low + width).cut(page)
    assert (first.low, second.high) == (low, low + width)
    assert first.low <= first.high == second.low - 1 < second.high


@given(pmids=CORPORA, cap=st.integers(1, 40))
def test_a_listing_has_every_pmid_once(pmids: set[int], cap: int) -> None:
    searcher = Searcher(pmids)
    listing = list_pmids(searcher, "topic", cap=cap)
    assert listing.pmids == tuple(sorted(pmids))
    assert (listing.count, listing.translation) == (len(pmids), "read: topic")
    assert max(retmax for _, retmax in searcher.asked) <= cap
    for before, after in pairwise(listing.slices):
        assert before.high < after.low
    for part in listing.slices:
        assert sum(part.low <= pmid <= part.high for pmid in pmids) <= cap


@pytest.mark.slow
@settings(max_examples=200)
@given(pmids=CORPORA, cap=st.integers(1, 40), seed=st.integers(0, 999), chance=st.floats(0, 0.5))
def test_a_listing_of_a_moving_corpus_adds_up_or_fails(
    pmids: set[int], cap: int, seed: int, chance: float
) -> None:
    dice = random.Random(seed)

    def change(present: set[int], request: int) -> None:
        if dice.random() < chance:
            present.add(dice.randrange(1, 40_000_500))
        if present and dice.random() < chance / 2:
            present.discard(dice.choice(sorted(present)))

    searcher = Searcher(pmids, change)
    try:
        listing = list_pmids(searcher, "topic", cap=cap)
    except ContractError:
        return
    assert set(listing.pmids) <= searcher.ever
    assert list(listing.pmids) == sorted(set(listing.pmids))
    if searcher.ever == searcher.always:
        assert set(listing.pmids) == searcher.ever


def test_nothing_depends_on_the_newest_coming_first() -> None:
    searcher = Searcher(range(1, 500_000, 5000))
    newest_last = searcher.search

    def search(term: str, *, retmax: int = 9999) -> SearchResult:
        found = newest_last(term)
        return SearchResult(found.count, tuple(sorted(found.ids))[:retmax], "")

    searcher.search = search  # type: ignore[method-assign]  # another order of results
    assert list_pmids(searcher, "topic", cap=10).pmids == tuple(range(1, 500_000, 5000))


def test_a_long_query_takes_few_requests() -> None:
    """A request and two for every nine tenths of a page, whatever the PMIDs: halving takes 49 here."""
    searcher = Searcher(clustered(45_000))
    assert len(list_pmids(searcher, "topic").pmids) == 45_000
    assert len(searcher.asked) <= 14


def test_records_added_or_deleted_while_listing_are_tolerated() -> None:
    def change(present: set[int], request: int) -> None:
        if request == 3:
            present.update({5, 900})
            present.discard(40)

    searcher = Searcher(range(10, 500, 10), change)
    listing = list_pmids(searcher, "topic", cap=20)
    assert listing.count == 50
    assert searcher.always <= set(listing.pmids) <= searcher.ever


def test_a_slice_that_outgrows_the_cap_between_requests_is_cut_again() -> None:
    def change(present: set[int], request: int) -> None:
        if request == 2:
            present.update(range(100, 140))

    searcher = Searcher(range(10, 500, 10), change)
    listing = list_pmids(searcher, "topic", cap=20)
    assert set(listing.pmids) == set(range(10, 500, 10)) | set(range(100, 140))
    assert all(sum(part.low <= p <= part.high for p in listing.pmids) <= 20 for part in listing.slices)


@pytest.mark.parametrize(
    ("spoil", "message"),
    [
        (lambda term, found: SearchResult(found.count + 3, found.ids, ""), "counts .* but lists"),
        (lambda term, found: SearchResult(found.count, found.ids[1:], ""), "counts .* but lists"),
        (
            lambda term, found: found if "UID" not in term else SearchResult(1, (10**9,), ""),
            "ignored the range",
        ),
        (lambda term, found: SearchResult(99, (1,), ""), "more than one record with the UID 1"),
    ],
    ids=["fewer", "short", "ignored", "piled"],
)
def test_a_listing_that_does_not_add_up_fails(spoil: Any, message: str) -> None:
    searcher = Searcher(range(1000, 1020))
    true = searcher.search
    searcher.search = lambda term, **options: spoil(term, true(term, **options))  # type: ignore[method-assign]
    with pytest.raises(ContractError, match=message):
        list_pmids(searcher, "topic", cap=25 if message.startswith("counts") else 10)


def test_a_total_that_stays_different_fails() -> None:
    searcher = Searcher(range(1, 51))
    searcher.count = lambda term: 49  # type: ignore[method-assign]  # a replica that lacks a record
    searcher.search = lost_record(searcher.search)  # type: ignore[method-assign]
    with pytest.raises(
        ContractError, match=r"than it counts \(48 of 50 to 49; 48 of 49 to 49; 48 of 49 to 49\)"
    ):
        list_pmids(searcher, "topic", cap=10)


def lost_record(search: Callable[..., SearchResult]) -> Callable[..., SearchResult]:
    """A search that never lists the UIDs 20 and 30 in a range."""

    def searched(term: str, **options: int) -> SearchResult:
        found = search(term, **options)
        kept = tuple(pmid for pmid in found.ids if pmid not in {20, 30})
        return SearchResult(found.count - len(found.ids) + len(kept), kept, "") if "UID" in term else found

    return searched


# ----------------------------------------------------------------------------------- against the stand-in


def clustered(size: int, seed: int = 7) -> list[int]:
    """PMIDs as PubMed's are: runs that lie close together and long gaps."""
    dice = random.Random(seed)
    pmids: set[int] = set()
    while len(pmids) < size:
        start = dice.randrange(1, 41_000_000)
        pmids.update(range(start, start + dice.choice([1, 1, 2, 50, 400])))
    return sorted(pmids)[:size]


@pytest.fixture
def server() -> Iterator[StandIn]:
    records = [article(pmid, f"Interleukin {pmid}") for pmid in range(1, 100)]
    with StandIn(Corpus(document(*records, book(100))), quota=None) as running:
        yield running


@pytest.mark.slow
def test_more_than_the_window_is_listed_and_fetched_exactly_once() -> None:
    pmids = clustered(24_000)
    with StandIn(Corpus(document(*map(article, pmids))), quota=None) as server:
        client = client_of(server)
        listing = list_pmids(client, "title")
        assert listing.pmids == tuple(pmids)
        for request in server.requests("esearch"):
            assert int(request["retstart"]) + int(request["retmax"]) <= 9999
        wanted = listing.pmids[::6]
        batches = list(fetch_all(client, wanted))
        fetched = [i for request in server.requests("efetch") for i in request["ids"]]
    assert [pmid for one in batches for pmid in one.found] == list(wanted)
    assert Counter(map(int, fetched)) == Counter(wanted)
    assert [len(one.requested) for one in batches] == [200] * 20
    assert all(contents(one.data).found == set(one.requested) for one in batches)


@pytest.mark.slow
def test_a_slice_that_grows_past_the_window_is_cut_again() -> None:
    old, new = range(1000, 110_000, 10), range(60_001, 70_000, 2)
    with StandIn(Corpus(document(*map(article, old))), quota=None) as server:
        change = {"add": [document(*map(article, new)).decode()]}
        server.faults.append({"kind": "none", "match": {"term": ":110990[UID]"}, "change": change})
        listing = list_pmids(client_of(server), "title")
        assert listing.pmids == tuple(sorted({*old, *new}))
        statuses = {request["status"] for request in server.requests()}
    assert statuses == {200}


def test_batches_come_in_order_and_are_announced(server: StandIn) -> None:
    told: list[Fetched] = []
    batches = list(fetch_all(client_of(server), [9, 3, 9, 100, 5, 3], batch=2, on_batch=told.append))
    assert [one.requested for one in batches] == [(9, 3), (100, 5)]
    assert [one.found for one in batches] == [(9, 3), (100, 5)]
    assert sorted(told, key=batches.index) == batches
    assert list(fetch_all(client_of(server), [])) == []


def test_missing_ids_are_asked_for_once_more_then_reported(server: StandIn) -> None:
    server.faults.append({"kind": "drop", "id": 4})
    (one,) = fetch_all(client_of(server), [3, 4, 500, 5])
    assert (one.found, one.missing, one.damaged, one.unexpected) == ((3, 4, 5), (500,), (), ())
    assert [request["ids"] for request in server.requests()] == [["3", "4", "500", "5"], ["4", "500"]]
    assert contents(one.data) == (frozenset({3, 4, 5}), frozenset(), 0)


def test_ids_that_are_all_gone_are_no_failure(server: StandIn) -> None:
    (one,) = fetch_all(client_of(server), [500, 501])
    assert (one.found, one.missing) == ((), (500, 501))
    server.faults.append({"kind": "ids_empty", "match": {"endpoint": "efetch"}, "after": 1})
    (one,) = fetch_all(client_of(server), [1, 500])
    assert (one.found, one.missing) == ((1,), (500,))


@pytest.mark.parametrize("status", [200, 400])
@pytest.mark.parametrize(
    "said",
    [
        "ID list is empty! Possibly it has no correct IDs.",
        "Empty id list - nothing todo",
        "UID=3: cannot get document summary",
        "Invalid uid 3 at position=0",
    ],
)
def test_that_listed_ids_are_none_is_asked_again(server: StandIn, said: str, status: int) -> None:
    fault = {"kind": "ids_empty", "status": status, "body": FETCH.format(said)}
    server.faults.append({**fault, "match": {"endpoint": "efetch"}, "times": 2})
    (one,) = fetch_all(client_of(server), [3, 4])
    assert (one.found, one.missing) == ((3, 4), ())
    assert len(server.requests()) == 3
    server.faults.append({**fault, "match": {"endpoint": "efetch"}, "times": 0})
    with pytest.raises(InvalidIdsError):
        list(fetch_all(client_of(server), [3, 4]))
    assert len(server.requests()) == 6


def test_a_record_deleted_after_it_was_listed_is_missing(server: StandIn) -> None:
    client = client_of(server)
    listing = list_pmids(client, "interleukin")
    server.corpus.delete([50])
    found = [pmid for one in fetch_all(client, listing.pmids, batch=20) for pmid in one.found]
    assert set(listing.pmids) - set(found) == {50}


@pytest.mark.parametrize(("extra", "unexpected"), [(4, ()), (77, (77,))])
def test_repeated_and_unexpected_records_do_no_harm(
    server: StandIn, extra: int, unexpected: tuple[int, ...]
) -> None:
    server.faults.append({"kind": "repeat", "id": extra})
    (one,) = fetch_all(client_of(server), [3, 4])
    assert (one.found, one.missing, one.unexpected) == ((3, 4), (), unexpected)


def test_pmids_of_other_articles_are_not_taken_for_records(server: StandIn) -> None:
    cited = "<CommentsCorrections><PMID>500</PMID></CommentsCorrections>"
    body = f"<CommentsCorrectionsList>{cited}</CommentsCorrectionsList>"
    server.corpus.add(document(article(3, body=body)))
    (one,) = fetch_all(client_of(server), [3, 500])
    assert (one.found, one.missing) == ((3,), (500,))


def test_damage_on_the_way_is_fetched_again(server: StandIn) -> None:
    server.faults.append({"kind": "spoil", "id": 4})
    (one,) = fetch_all(client_of(server), [3, 4, 5])
    assert (one.found, one.damaged) == ((3, 4, 5), ())
    assert len(server.requests()) == 2


@pytest.mark.parametrize("nameless", [False, True])
def test_damage_at_the_source_is_narrowed_to_the_record(server: StandIn, nameless: bool) -> None:
    server.faults.append({"kind": "spoil", "id": 4, "nameless": nameless, "times": 0})
    (one,) = fetch_all(client_of(server), [3, 4, 5, 500])
    assert (one.found, one.damaged, one.missing) == ((3, 5), (4,), (500,))
    assert b"Synthetic record 4." in one.data


def test_a_run_that_failed_is_resumed_with_what_it_lacks(server: StandIn) -> None:
    server.faults.append({"kind": "status", "match": {"id": 31}, "times": 4})
    done: list[int] = []
    pmids = range(1, 100)
    with pytest.raises(TransientError):
        list(fetch_all(client_of(server), pmids, batch=10, on_batch=lambda one: done.extend(one.found)))
    assert set(range(1, 31)) <= set(done)
    assert not set(done) & set(range(31, 41))
    rest = [pmid for pmid in pmids if pmid not in done]
    for one in fetch_all(client_of(server), rest, batch=10):
        done += one.found
    assert sorted(done) == list(pmids)


def test_leaving_early_calls_off_what_is_under_way(server: StandIn) -> None:
    server.faults.append({"kind": "busy", "match": {"id": 21}, "times": 0, "headers": {"Retry-After": "100"}})
    batches = fetch_all(client_of(server, clock=fast(20)), range(1, 100), batch=10)
    assert next(batches).found == tuple(range(1, 11))
    wait_until(lambda: any(request["status"] == 429 for request in server.requests()))
    batches.close()  # type: ignore[attr-defined]  # a generator
    for thread in threading.enumerate():
        if thread.name.startswith("efetch"):
            thread.join(2)
            assert not thread.is_alive()


def test_no_more_requests_than_allowed_are_under_way() -> None:
    class Fetcher:
        def __init__(self) -> None:
            self.now = self.most = 0
            self.lock = threading.Lock()
            self.together = threading.Barrier(3, timeout=HANG)

        def fetch(self, ids: Sequence[int], *, stop: threading.Event | None = None) -> bytes:
            with self.lock:
                self.now += 1
                self.most = max(self.most, self.now)
            self.together.wait()
            with self.lock:
                self.now -= 1
            return document(*map(article, ids))

        def pause(self, failures: int, stop: threading.Event | None = None) -> None:
            raise NotImplementedError

    fetcher = Fetcher()
    assert len(list(fetch_all(fetcher, range(1, 13), batch=1, in_flight=3))) == 12
    assert fetcher.most == 3


@given(st.lists(st.sets(st.integers(1, 99)), min_size=2, max_size=2))
def test_merged_sets_have_the_records_of_both(two: list[set[int]]) -> None:
    first, second = (document(*map(article, sorted(pmids))) for pmids in two)
    assert contents(merged(first, second)) == (frozenset(two[0] | two[1]), frozenset(), 0)
    assert merged(first, b"") == first
    assert merged(b"", second) == second


def test_a_document_type_of_tomorrow_is_read() -> None:
    head = b'<!DOCTYPE PubmedArticleSet PUBLIC "-//NLM//DTD X" "http://127.0.0.1:9/pubmed_990101.dtd">'
    future = article(3, body="<Novelty><PMID>4</PMID></Novelty>")
    assert contents(head + document(future, b"<PubmedThing/>")) == (frozenset({3}), frozenset(), 0)
