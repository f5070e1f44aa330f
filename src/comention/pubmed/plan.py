"""PubMed as a source: which citations a run asks for, and their answers as batches.

Every run lists all PMIDs of the query, which takes a handful of requests, and fetches the difference: new
ones, those revised since the last run, and those held but no longer listed, which EFetch either still has
(they left the topic) or has not (they are deleted).
"""

from __future__ import annotations

import heapq
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from operator import itemgetter

from comention.errors import ContractError, QueryError, TransientError
from comention.pubmed.answers import InvalidIdsError
from comention.pubmed.client import MAX_IDS, EutilsClient
from comention.pubmed.intake import Batch, Intake
from comention.pubmed.kept_answers import Incoming
from comention.pubmed.slices import Fetched, Listing, Slice, fetch_all, list_pmids
from comention.pubmed.split import split

#: What datasets and the ledger call this source.
NAME = "PubMed"

# NLM loads citations for days under an earlier date, so that a window of revisions overlaps the last one.
_OVERLAP = timedelta(days=7)
# So many citations may vanish between two runs, however few are held.
_ALWAYS_PLAUSIBLE = 20


@dataclass(frozen=True, slots=True)
class Known:
    """What a store knows: PMIDs `held`, and those held `before` a full run that begins anew.

    `books` are listed and never held; `named` came because a run named them; up to the day `since`, records
    are as PubMed has them.
    """

    held: frozenset[int]
    before: frozenset[int] = frozenset()
    books: frozenset[int] = frozenset()
    named: frozenset[int] = frozenset()
    since: date | None = None


@dataclass(frozen=True, slots=True)
class Plan:
    """What a run takes: `wanted` belong to the query, `gone` are held and no longer do.

    `listed` are all that belong to the corpus. `query` is what was asked, `translation` how PubMed read that,
    and `topic` how it reads the query of the topic, which a day may have narrowed.
    """

    listed: frozenset[int]
    wanted: tuple[int, ...]
    gone: tuple[int, ...] = ()
    query: str | None = None
    translation: str | None = None
    slices: tuple[Slice, ...] = ()
    topic: str | None = None

    def newest(self, limit: int) -> Plan:
        """Return the plan of a run that takes only so many, and does not look for what is gone."""
        return replace(self, wanted=self.wanted[-limit:], gone=())


def plan(
    client: EutilsClient,
    query: str,
    known: Known,
    *,
    plausible_loss: float,
    since: date | None = None,
    full: bool = False,
) -> Plan:
    """Return what a run takes.

    `since` narrows a one-off run to citations added or revised from that day on, and nothing is taken for
    gone; a `full` run takes all. Raises ContractError where more than the share `plausible_loss` of what is
    held is no longer listed, QueryError where PubMed finds nothing at all.
    """
    held = known.held
    if since is not None:
        narrowed = f"({query}) AND ({_from(since, 'crdt')} OR {_from(since, 'mdat')})"
        found = list_pmids(client, narrowed)
        topic = client.search(query, retmax=0).querytranslation
        planned = _plan(narrowed, found, frozenset(found.pmids) | held, frozenset(found.pmids))
        return replace(planned, topic=topic)
    compared = (known.before | held) - known.named
    for _ in range(2):  # a listing that contradicts all that is held is asked for again
        listing = list_pmids(client, query, newest=max(held, default=0))
        listed = frozenset(listing.pmids)
        lost = compared - listed
        if _plausible(len(lost), len(compared), plausible_loss):
            break
    gone = held - listed
    if not _plausible(len(lost), len(compared), plausible_loss):
        raise ContractError(
            f"PubMed lists {len(listed)} citations, but {len(lost)} of the {len(compared)} held no longer, "
            "which is implausible: check topic.query; if they are gone for good, run once with --set "
            "pubmed.plausible_loss=1"
        )
    if not listed:
        raise QueryError("PubMed finds no citation: check topic.query, or --query")
    if full or (held and known.since is None):
        wanted = listed
    else:
        wanted = listed - held - known.books
        if held and known.since is not None:
            wanted |= listed & revised(client, query, known.since - _OVERLAP)
    return _plan(query, listing, listed, wanted, gone)


def _plan(
    query: str,
    listing: Listing,
    listed: frozenset[int],
    wanted: frozenset[int],
    gone: frozenset[int] = frozenset(),
) -> Plan:
    return Plan(
        listed,
        wanted=tuple(sorted(wanted)),
        gone=tuple(sorted(gone)),
        query=query,
        translation=listing.translation,
        slices=listing.slices,
        topic=listing.translation,
    )


def plan_of(pmids: frozenset[int], held: frozenset[int]) -> Plan:
    """Return the plan of a one-off run on a list of PMIDs."""
    return Plan(pmids | held, tuple(sorted(pmids)))


def revised(client: EutilsClient, query: str, since: date) -> frozenset[int]:
    """Return the PMIDs of the query whose records were modified from a day on."""
    return frozenset(list_pmids(client, f"({query}) AND {_from(since, 'mdat')}").pmids)


def _plausible(lost: int, of: int, share: float) -> bool:
    return lost <= max(_ALWAYS_PLAUSIBLE, share * of)


def _from(day: date, tag: str) -> str:
    return f"{day:%Y/%m/%d}:3000[{tag}]"


@dataclass
class Answers:
    """The citations of a plan as batches, those of `incoming` that are in `resumed` without asking again.

    What PubMed does not have is known when the batches are exhausted.
    """

    client: EutilsClient
    plan: Plan
    incoming: Incoming
    plausible_loss: float
    resumed: frozenset[int] = frozenset()
    missing: list[int] = field(default_factory=list)
    deleted: list[int] = field(default_factory=list)

    def batches(self) -> Iterator[Batch]:
        """Yield the citations, some hundred at a time, by PMID; last those that are listed no longer."""
        kept = ((first, Batch(NAME, chunks)) for first, chunks in self.incoming.chunks(self.resumed))
        for _, batch in heapq.merge(kept, self._asked(), key=itemgetter(0)):
            yield batch
        for answer in self._fetched_of_gone():
            self.deleted += answer.missing
            yield _batch(answer)

    def _asked(self) -> Iterator[tuple[int, Batch]]:
        for answer in self._fetched(sorted({*self.plan.wanted} - self.resumed)):
            self.missing += answer.missing
            yield answer.requested[0], _batch(answer)

    def _fetched(self, pmids: Sequence[int]) -> Iterator[Fetched]:
        at_once = self.client.at_once
        try:
            yield from fetch_all(self.client, pmids, in_flight=at_once, on_batch=self.incoming.put)
        except InvalidIdsError as error:
            if self.plan.query is None:  # a user named them
                raise
            raise TransientError(f"PubMed lists citations that it then does not know: {error}") from None

    def _fetched_of_gone(self) -> Iterator[Fetched]:
        """Yield what there is of citations that are listed no longer; none of them need be one any more."""
        for start in range(0, len(self.plan.gone), MAX_IDS):
            ids = self.plan.gone[start : start + MAX_IDS]
            try:
                yield from fetch_all(self.client, ids, batch=MAX_IDS, on_batch=self.incoming.put)
            except InvalidIdsError:
                yield Fetched(b"", requested=ids, found=(), missing=ids)

    def close(self, intake: Intake) -> None:
        """Account for what PubMed does not have.

        Raises ContractError where that is an implausible share of what PubMed itself has listed.
        """
        asked = len(self.plan.wanted)
        if self.plan.query is not None and not _plausible(len(self.missing), asked, self.plausible_loss):
            raise ContractError(
                f"PubMed lists {len(self.plan.wanted)} citations and does not hand out {len(self.missing)} "
                "of them, which is implausible: nothing was changed; run it again later"
            )
        for pmid in sorted(self.missing):
            intake.miss(pmid, NAME)
        for pmid in sorted(self.deleted):
            intake.delete(pmid, NAME)


def _batch(answer: Fetched) -> Batch:
    return Batch(NAME, list(split(io.BytesIO(answer.data), NAME)) if answer.data else [])


def resumable(client: EutilsClient, plan: Plan, incoming: Incoming, today: date) -> frozenset[int]:
    """Return the PMIDs of a plan that need not be asked for, because they have come before."""
    usable = frozenset(plan.wanted) & incoming.held.keys()
    if not usable or today <= incoming.began.date():
        return usable
    # Records that came on an earlier day may have been revised since.
    if plan.query is None:
        return frozenset()
    return usable - revised(client, plan.query, incoming.began.date())
