"""PubMed as a source: which citations a run asks for, and their answers as batches.

Every run lists all PMIDs of the query, which takes a handful of requests, and fetches the difference: new
ones, those revised since the last run, and those held but no longer listed, which EFetch either still has
(they left the topic) or has not (they are deleted).
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta

from comention.errors import ContractError, QueryError
from comention.pubmed.client import EutilsClient
from comention.pubmed.intake import Batch
from comention.pubmed.slices import fetch_all, list_pmids
from comention.pubmed.split import split

#: What datasets and the ledger call this source.
NAME = "PubMed"

# NLM loads citations for days under an earlier date, so that a window of revisions overlaps the last one.
_OVERLAP = timedelta(days=7)
# More than this share of what is held does not vanish from PubMed between two runs.
_PLAUSIBLE_LOSS = 0.05
_ALWAYS_PLAUSIBLE = 20


@dataclass(frozen=True, slots=True)
class Plan:
    """What a run asks EFetch for: `wanted` belong to the query, `gone` are held and no longer do."""

    listed: frozenset[int]
    wanted: tuple[int, ...]
    gone: tuple[int, ...] = ()
    translation: str | None = None


@dataclass
class Answers:
    """The citations of a plan as batches; what PubMed does not have is known when they are exhausted."""

    client: EutilsClient
    plan: Plan
    missing: list[int] = field(default_factory=list)
    deleted: list[int] = field(default_factory=list)

    def batches(self) -> Iterator[Batch]:
        """Yield the citations, some hundred at a time."""
        gone = frozenset(self.plan.gone)
        for answer in fetch_all(self.client, (*self.plan.wanted, *self.plan.gone)):
            self.missing += (pmid for pmid in answer.missing if pmid not in gone)
            self.deleted += (pmid for pmid in answer.missing if pmid in gone)
            yield Batch(NAME, list(split(io.BytesIO(answer.data), NAME)) if answer.data else [])


def plan(
    client: EutilsClient,
    query: str,
    held: frozenset[int],
    *,
    since: date | None = None,
    last: date | None = None,
    full: bool = False,
) -> Plan:
    """Return what a run asks for.

    `held`: PMIDs in the store; `last`: day of the last run on this query; `since` narrows a one-off run to
    citations added or revised from that day on, and nothing is taken for gone. Raises ContractError where an
    implausible share of what is held is no longer listed, QueryError where PubMed finds nothing at all.
    """
    if since is not None:
        found = list_pmids(client, f"({query}) AND ({_from(since, 'crdt')} OR {_from(since, 'mdat')})")
        return Plan(frozenset(found.pmids) | held, found.pmids, translation=found.translation)
    listing = list_pmids(client, query, newest=max(held, default=0))
    listed = frozenset(listing.pmids)
    gone = held - listed
    if len(gone) > max(_ALWAYS_PLAUSIBLE, _PLAUSIBLE_LOSS * len(held)):
        raise ContractError(
            f"PubMed lists {len(listed)} citations, but {len(gone)} of the {len(held)} held no longer, which "
            "is implausible: check topic.query; --full begins anew with what is listed"
        )
    if not listed:
        raise QueryError("PubMed finds no citation: check topic.query, or --query")
    wanted = listed if full else listed - held
    if held and not full and last is not None:
        revised = list_pmids(client, f"({query}) AND {_from(last - _OVERLAP, 'mdat')}")
        wanted |= listed.intersection(revised.pmids)
    return Plan(listed, tuple(sorted(wanted)), tuple(sorted(gone)), listing.translation)


def plan_of(pmids: frozenset[int], held: frozenset[int]) -> Plan:
    """Return the plan of a one-off run on a list of PMIDs."""
    return Plan(pmids | held, tuple(sorted(pmids)))


def _from(day: date, tag: str) -> str:
    return f"{day:%Y/%m/%d}:3000[{tag}]"
