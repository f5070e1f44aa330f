"""Every PMID of a query, and every record of a list of PMIDs, however many.

PubMed lists 9,999 records of a query. A longer one is cut into ranges of UIDs until each fits: a record has
exactly one UID, so the ranges tile, which ranges of dates do not. EDirect halves the ranges; here they are
cut where the page that PubMed gives anyway, the newest records first, comes to its end.
"""

from __future__ import annotations

import collections
import itertools
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from typing import NamedTuple, Protocol, TypeVar

from comention.errors import ComentionError, ContractError, QueryError
from comention.pubmed.answers import InvalidIdsError, SearchResult, WindowError
from comention.pubmed.sets import Contents, contents, merged

#: Records of one slice; below the window of 9,999, so that a slice may grow while it is listed.
CAP = 9000

_ABOVE_NEWEST = 1000  # UIDs above the newest known one in which records added meanwhile are looked for
_ROUNDS = 3  # listings, or answers to one request, before one that contradicts the others ends the run
_MISREAD = (QueryError, WindowError)  # nothing that a query can be whose first page has come

_T = TypeVar("_T")


class Searcher(Protocol):
    """What of the client a listing needs."""

    def search(self, term: str, *, retmax: int = ...) -> SearchResult:
        """As :meth:`EutilsClient.search`."""

    def count(self, term: str) -> int:
        """As :meth:`EutilsClient.count`."""


class Fetcher(Protocol):
    """What of the client fetching needs."""

    def fetch(self, ids: Sequence[int], *, stop: threading.Event | None = ...) -> bytes:
        """As :meth:`EutilsClient.fetch`."""

    def pause(self, failures: int, stop: threading.Event | None = ...) -> None:
        """As :meth:`EutilsClient.pause`."""


class Slice(NamedTuple):
    """The UIDs from `low` to `high`, both included."""

    low: int
    high: int

    def term(self, query: str) -> str:
        """Return the query for the records of this slice."""
        return f"({query}) AND {self.low}:{self.high}[UID]"

    def cut(self, page: Sequence[int] = ()) -> tuple[Slice, Slice]:
        """Return two slices that have every UID of this one exactly once.

        The upper one has nine of ten PMIDs of a page, so that it fits if the page is of the highest ones and
        some more were left out of it. Without a page, or where that is no place to cut, they are halves.
        """
        middle = (self.low + self.high + 1) // 2
        if page:
            lowest = sorted(page)[len(page) // 10]
            middle = lowest if self.low < lowest <= self.high else middle
        return Slice(self.low, middle - 1), Slice(middle, self.high)


@dataclass(frozen=True, slots=True)
class Listing:
    """The PMIDs of a query, ascending, each once; `count` is what PubMed counted when the listing was done.

    `translation` is the whole query as PubMed read it. `slices` is empty where one page held all of it.
    """

    pmids: tuple[int, ...]
    count: int
    translation: str
    slices: tuple[Slice, ...] = ()


def list_pmids(client: Searcher, query: str, *, newest: int = 0, cap: int | None = None) -> Listing:
    """Return every PMID of a query, at most `cap` (:data:`CAP`) at a time.

    `newest` is the highest PMID that the caller knows of, if any. The ranges reach 1,000 above that, or above
    the highest PMID on the query's first page (newest records come first), whichever is more. Nothing
    depends on that guess: where PubMed then counts more than was listed, the listing is repeated, with a
    reach 100 times as long.

    While a listing runs, records come and go. It is accepted when its size lies between the counts of
    PubMed before and after it; raises ContractError when that fails three times, and what the client
    raises. That nothing is found is asked again before it is believed: a service in trouble says so, too.
    """
    cap = cap or CAP
    first = _open_first(client, query, cap)
    if first.count <= cap:
        return Listing(tuple(sorted(first.ids)), first.count, first.querytranslation)
    tried = []
    for turn in range(_ROUNDS):
        before = first.count if turn == 0 else _count(client, query)
        high = max(newest, *first.ids) + _ABOVE_NEWEST * 100**turn
        pmids, slices = _tile(client, query, Slice(1, high).cut(first.ids if turn == 0 else ()), cap)
        after = _count(client, query)
        if min(before, after) <= len(pmids) <= max(before, after):
            return Listing(tuple(sorted(pmids)), after, first.querytranslation, tuple(slices))
        tried.append(f"{len(pmids)} of {before} to {after}")
    raise ContractError(
        f"PubMed lists fewer or more records than it counts ({'; '.join(tried)}): run it again"
    )


def _again(
    ask: Callable[[], _T],
    wrong: type[ComentionError] | tuple[type[ComentionError], ...],
    pause: Callable[[int], None] = lambda failures: None,
) -> _T:
    """What `ask` returns; an answer that contradicts what PubMed has said before is asked for again."""
    for failures in itertools.count(1):
        try:
            return ask()
        except wrong:
            if failures == _ROUNDS:
                raise
            pause(failures)
    raise AssertionError("unreachable")


def _open_first(client: Searcher, query: str, cap: int) -> SearchResult:
    """The first page of a query. No page of it lies past the window, whatever PubMed says."""
    for _ in range(2):  # that there is nothing at all is not believed at once
        found = _again(lambda: _open(client, query, cap), WindowError)
        if found.count:
            break
    return found


def _count(client: Searcher, query: str) -> int:
    """The count of a query of which PubMed has listed a page: it has read it, and can read it again."""
    return _again(lambda: client.count(query), _MISREAD)


def _tile(client: Searcher, query: str, parts: Sequence[Slice], cap: int) -> tuple[set[int], list[Slice]]:
    """The PMIDs of adjacent `parts`, and the slices that they were listed by, in order."""
    pmids: set[int] = set()
    slices = []
    waiting = list(reversed(parts))
    while waiting:
        part = waiting.pop()
        found = _open_slice(client, query, part, cap)
        if found is None or found.count > cap:
            waiting.extend(reversed(part.cut(found.ids if found else ())))
        elif found.ids:
            pmids.update(found.ids)
            slices.append(part)
    return pmids, slices


def _open_slice(client: Searcher, query: str, part: Slice, cap: int) -> SearchResult | None:
    """What PubMed has of a slice; None where it would not list it because there is too much.

    Counted and listed by one answer, so that a slice that grows in between is noticed and cut again.
    """
    try:
        found = _again(lambda: _open(client, part.term(query), cap), QueryError)
    except WindowError:
        found = None
    if found is not None and any(not part.low <= pmid <= part.high for pmid in found.ids):
        raise ContractError(f"PubMed lists records outside {part.low}:{part.high}[UID]: it ignored the range")
    if part.low == part.high and (found is None or found.count > cap):
        raise ContractError(f"PubMed counts more than one record with the UID {part.low}")
    return found


def _open(client: Searcher, term: str, cap: int) -> SearchResult:
    for _ in range(_ROUNDS):
        found = client.search(term, retmax=cap)
        if found.count > cap or len(set(found.ids)) == found.count:
            return found
    raise ContractError(
        f"PubMed counts {found.count} records but lists {len(set(found.ids))}, {_ROUNDS} times: run it again "
        f"later. The query: {term}"
    )


@dataclass(frozen=True, slots=True)
class Fetched:
    """The records of one batch: `data` is one PubmedArticleSet as EFetch sent it.

    `requested` is `found`, `damaged` (there, but not well-formed: its bytes are in `data`) and `missing`
    (asked for twice and absent: PubMed does not have it) together, each PMID in one of them. `unexpected`
    were not asked for but are in `data`.
    """

    data: bytes
    requested: tuple[int, ...]
    found: tuple[int, ...]
    missing: tuple[int, ...] = ()
    damaged: tuple[int, ...] = ()
    unexpected: tuple[int, ...] = ()


def fetch_all(
    client: Fetcher,
    pmids: Iterable[int],
    *,
    batch: int = 200,
    in_flight: int = 3,
    on_batch: Callable[[Fetched], None] | None = None,
) -> Iterator[Fetched]:
    """Yield the records of PMIDs in the order of the PMIDs, `batch` at a time, a repeated one once.

    `in_flight` batches are asked for at once. That none of a batch is a PMID is asked again, with a pause,
    before it is believed. To resume, pass what is still lacking. `on_batch` is called
    with each batch as soon as it is whole, by one of several threads. Raises what the client or `on_batch`
    raises; batches before it were yielded.
    """
    waiting = _batches(dict.fromkeys(pmids), batch)
    stop = threading.Event()
    pool = ThreadPoolExecutor(in_flight, thread_name_prefix="efetch")
    running: collections.deque[Future[Fetched]] = collections.deque()
    try:
        while True:
            for ids in itertools.islice(waiting, in_flight - len(running)):
                running.append(pool.submit(_fetch_batch, client, ids, stop, on_batch))
            if not running:
                return
            yield running.popleft().result()
    finally:
        stop.set()  # a thread that waits to try again must not hold up an interrupt
        pool.shutdown(wait=False, cancel_futures=True)


def _batches(pmids: Iterable[int], size: int) -> Iterator[tuple[int, ...]]:
    rest = iter(pmids)
    while ids := tuple(itertools.islice(rest, size)):
        yield ids


def _fetch_batch(
    client: Fetcher,
    ids: tuple[int, ...],
    stop: threading.Event,
    on_batch: Callable[[Fetched], None] | None,
) -> Fetched:
    fetched = _fetch(client, ids, stop)
    if on_batch is not None:
        on_batch(fetched)
    return fetched


def _fetch(client: Fetcher, ids: tuple[int, ...], stop: threading.Event) -> Fetched:
    data = _ask(client, ids, stop)
    inside = contents(data)
    if inside.damaged or inside.nameless:  # damage of the transport goes away, damage at the source stays
        data = _ask(client, ids, stop)
        inside = contents(data)
    found, damaged = inside.found, inside.damaged
    lacking = tuple(pmid for pmid in ids if pmid not in found | damaged)
    if lacking:
        late, there = _once_more(client, lacking, stop)
        data = merged(data, late)
        found, damaged = found | there.found, damaged | there.damaged
    damaged -= found
    return Fetched(
        data=data,
        requested=ids,
        found=tuple(pmid for pmid in ids if pmid in found),
        damaged=tuple(pmid for pmid in ids if pmid in damaged),
        missing=tuple(pmid for pmid in ids if pmid not in found | damaged),
        unexpected=tuple(sorted((found | damaged).difference(ids))),
    )


def _ask(client: Fetcher, ids: tuple[int, ...], stop: threading.Event) -> bytes:
    """What EFetch has of PMIDs. That none of them is one contradicts where they come from."""
    return _again(
        lambda: client.fetch(ids, stop=stop), InvalidIdsError, lambda failures: client.pause(failures, stop)
    )


def _once_more(client: Fetcher, ids: tuple[int, ...], stop: threading.Event) -> tuple[bytes, Contents]:
    """What EFetch has of PMIDs that it left out before.

    Where records came that do not even tell their PMID, the PMIDs are halved until each has its own answer.
    """
    try:
        data = _ask(client, ids, stop)
    except InvalidIdsError:  # taken for PMIDs among others, but for none by themselves: gone
        return b"", Contents(frozenset(), frozenset())
    inside = contents(data)
    if not inside.nameless:
        return data, inside
    if len(ids) == 1:
        return data, Contents(inside.found, inside.damaged.union(ids))
    middle = len(ids) // 2
    (left, first), (right, second) = (_once_more(client, part, stop) for part in (ids[:middle], ids[middle:]))
    return merged(left, right), Contents(first.found | second.found, first.damaged | second.damaged)
