"""Which claim of a pair leads, as SQL: the same in what is counted and in what a page tells of it."""

from __future__ import annotations

from collections.abc import Sequence

from comention.claims.vocabulary import LAST, VAGUE
from comention.records import ClaimWord
from comention.schemas import SAID

#: Articles that a claim with an outcome needs to lead before more articles that tell none: so many, and this
#: share of those that state anything. Of 168 labelled sentences that tell no outcome a reader took 29 for
#: one that does (docs/method.md); a quarter is more than such errors make. One article is enough for
#: `treats`: what is studied for a disease and told once to help is nearly always given for it.
LEADS_FROM = 2
LEADS_SHARE = 0.25
LEADS_FROM_ONE: ClaimWord = "treats"


def foremost(n: str, telling: str) -> str:
    """Return the claim that leads, of those that `n` articles each state; `telling` state any but LAST."""
    return f"arg_max(claim, {rank(n, telling)})"


def rank(n: str, telling: str) -> str:
    """Return what claims are ranked by: with an outcome first, those of `LAST` last, then by articles."""
    outcome = f"claim NOT IN ({listed(sorted(VAGUE | LAST))})"
    enough = f"({n} >= {LEADS_FROM} OR claim = '{LEADS_FROM_ONE}') AND {n} >= {LEADS_SHARE} * {telling}"
    leads = f"{outcome} AND {enough}"
    place = f"{n} * 32 - list_position([{listed(SAID)}], claim)"
    return f"(claim NOT IN ({listed(sorted(LAST))}), {leads}, {place})"


def listed(words: Sequence[str]) -> str:
    """Return words as SQL lists them."""
    return ", ".join(f"'{word}'" for word in words)
