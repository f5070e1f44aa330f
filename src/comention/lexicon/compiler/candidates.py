"""Names before the build decides whose they are."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Set
from dataclasses import dataclass

from comention.lexicon.folding import BARRIER, fold_name
from comention.lexicon.model import NameEntry, Rank, RivalEntry

#: Ranks in which one name may truly mean several concepts ("IL-12/23p40").
SHARED = (Rank.CYTOKINE, Rank.CYTOKINE_GRAMMAR)


@dataclass(frozen=True, slots=True)
class Candidate:
    """A name that a source gives to a concept. `cased` is False where the source writes all in capitals."""

    text: str
    concept_id: str
    source: str
    rank: Rank
    capitals: int = 0
    needs_definition: bool = False
    cased: bool = True


def is_usable(folded: str) -> bool:
    """Return whether a folded name can be a name at all: two characters, one of them a letter."""
    return len(folded) > 1 and any(c.isalpha() for c in folded)


def is_phrase(folded: str) -> bool:
    """Return whether a usable name has no punctuation inside; "M. tuberculosis infection" is curated only."""
    return is_usable(folded) and BARRIER not in folded


def settle(
    candidates: Iterable[Candidate], is_refused: Callable[[str, Candidate], bool]
) -> dict[str, list[NameEntry]]:
    """Return folded name → its entries, as :func:`contest` decides."""
    return contest(candidates, is_refused)[0]


def contest(
    candidates: Iterable[Candidate], is_refused: Callable[[str, Candidate], bool]
) -> tuple[dict[str, list[NameEntry]], list[RivalEntry]]:
    """Return folded name → its entries, each name decided by rank and then by concept id; and who lost.

    Only a cytokine name may keep several concepts. Of a concept's own spellings the least demanding one
    says what the text must show, spellings in a cased source first. A concept that lost a name is told
    once, with its best claim.
    """
    claims: dict[str, list[Candidate]] = {}
    refused: dict[str, list[Candidate]] = {}
    for candidate in candidates:
        folded = fold_name(candidate.text)
        fits = is_usable if candidate.rank <= Rank.CURATED_BLOCKER else is_phrase
        if fits(folded):
            heard = refused if is_refused(folded, candidate) else claims
            heard.setdefault(folded, []).append(candidate)
    settled = {folded: _decide(claimants) for folded, claimants in sorted(claims.items())}
    lost = [
        rival
        for folded, claimants in claims.items()
        for rival in _rivals(claimants, {entry.concept_id for entry in settled[folded]}, refused=False)
    ]
    lost += [
        rival for claimants in refused.values() for rival in _rivals(claimants, frozenset(), refused=True)
    ]
    return settled, lost


def _rivals(claimants: list[Candidate], winners: Set[str], *, refused: bool) -> Iterator[RivalEntry]:
    best: dict[str, Candidate] = {}
    for claim in sorted(claimants, key=lambda c: (c.concept_id, c.rank, not c.cased, c.text, c.source)):
        if claim.concept_id not in winners:
            best.setdefault(claim.concept_id, claim)
    for claim in best.values():
        yield RivalEntry(claim.text, claim.concept_id, claim.source, claim.rank, refused)


def _decide(claimants: list[Candidate]) -> list[NameEntry]:
    best = min(candidate.rank for candidate in claimants)
    winners = sorted({candidate.concept_id for candidate in claimants if candidate.rank == best})
    if best not in SHARED:
        del winners[1:]
    return [_entry([c for c in claimants if c.concept_id == winner], best) for winner in winners]


def _entry(spellings: list[Candidate], best: Rank) -> NameEntry:
    # A hand-written condition stands; below that, a case-bearing spelling knows more than one in capitals.
    if best <= Rank.CURATED_BLOCKER:
        spellings = [s for s in spellings if s.rank == best]
    else:
        spellings = [s for s in spellings if s.cased] or spellings
    first = min(spellings, key=lambda s: (s.rank, s.capitals, s.needs_definition, s.text))
    return NameEntry(
        first.text,
        first.concept_id,
        first.source,
        min(s.capitals for s in spellings),
        all(s.needs_definition for s in spellings),
        best,
    )
