"""Ids of gold that MeSH does not hold today, and the concepts that have their names now.

Gold keeps the MeSH of its year: docetaxel was the supplementary record C067311 in 2015 and is the descriptor
D000077143 today. Who knows today's MeSH cannot give the old id. These rules make the two comparable:

0. An id that MeSH has replaced counts as the one that replaced it, where the lexicon knows that.
1. A retired id counts as the concept that has the whole text of its span as a name today: the only one, of
   a type that fits, and not by an ambiguous short form. Where a span has several ids, its text is none's.
2. On a span that says nothing so ("LTG"), an id counts as what its other spans in the document say, if all
   say the same.
3. Any other is left out of the concept measure: the id is not wanted, and ids of ours that stand only on
   such spans, end for end, are not held against us.

The figures without these rules stand beside them ("concept, no id mapped"): there an old id is wanted as it
stands, and nobody who knows today's MeSH gives it.

The names are those of the lexicon: what it does not know is left out, where an oracle would have it missed.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from comention.documents.pubtator import GoldDocument
from comention.gold.genes import Key, Spans
from comention.lexicon.matcher import Matcher
from comention.lexicon.store import Lexicon

#: Stands before a retired id that is left out.
LEFT_OUT = "retired:"

_MESH = "MESH:"
# What a concept may be that takes the place of an id of a class; all other classes are substances.
_FITTING = {"disease": frozenset({"disease"}), "cytokine": frozenset({"cytokine"})}
_SUBSTANCES = frozenset({"drug", "chemical"})


@dataclass(frozen=True, slots=True)
class Today:
    """Whether MeSH holds an id, and which concept a text names as one of a class ("chemical+drug")."""

    holds: Callable[[str], bool]
    named: Callable[[str, str], str | None]
    current: Callable[[str], str] = str


#: Under which no id is retired.
TIMELESS = Today(lambda _: True, lambda *_: None)


class Renewed(NamedTuple):
    """The gold spans of a document after rules 1 and 2, and how many retired ids are "mapped", "left out"."""

    spans: Spans
    became: Mapping[str, int]


def known_today(lexicon: Lexicon) -> Today:
    """Return what a lexicon knows; where it was compiled without MeSH's ids, none is retired."""
    matcher = Matcher(lexicon)

    def named(text: str, name: str) -> str | None:
        match = matcher.meaning_of(text)
        if match is None or match.needs_definition or len(match.concepts) != 1:
            return None
        (concept,) = match.concepts
        return concept.concept_id if concept.entity_type in _FITTING.get(name, _SUBSTANCES) else None

    return Today(lambda concept_id: lexicon.holds_mesh(concept_id) is not False, named, lexicon.current)


def renew(document: GoldDocument, gold: Spans, today: Today) -> Renewed:
    """Return the gold spans of a document with today's concepts; ids that are left out bear LEFT_OUT."""
    gold = {key: {today.current(i) for i in ids} for key, ids in gold.items()}
    every = {i for ids in gold.values() for i in ids}
    gone = {i for i in every if i.startswith(_MESH) and not today.holds(i)}
    own: dict[Key, str] = {}
    said: defaultdict[str, set[str]] = defaultdict(set)
    for key, ids in gold.items():
        name, start, end = key
        if len(ids) == 1 and ids <= gone and (found := today.named(document.text[start:end], name)):
            own[key] = found
            said[next(iter(ids))].add(found)
    agreed = {i: next(iter(found)) for i, found in said.items() if len(found) == 1}
    spans = {
        key: {own.get(key) or agreed.get(i, LEFT_OUT + i) if i in gone else i for i in ids}
        for key, ids in gold.items()
    }
    return Renewed(spans, {"mapped": len(said), "left out": len(gone) - len(said)})


def is_partly_left_out(ids: Iterable[str]) -> bool:
    """Return whether one of the ids of a span is left out."""
    return any(i.startswith(LEFT_OUT) for i in ids)


def unjudged(gold: Spans, ours: Spans) -> set[str]:
    """Return those of our ids that rule 3 takes out of the concept measure."""
    silent = {key for key, ids in gold.items() if is_partly_left_out(ids)}
    elsewhere = {i for key in ours.keys() - silent for i in ours[key]}
    return {i for ids in ours.values() for i in ids} - elsewhere


def retired_summary(retired: Mapping[str, int], lexicon: Lexicon) -> str:
    """Return what people are told of the retired ids of an evaluation."""
    sources = lexicon.summary["sources"].get("sources", ())
    year = next((s["version"].partition(" ")[0] for s in sources if s["key"] == "mesh"), "of the lexicon")
    mapped, left_out = retired["mapped"], retired["left out"]
    return (
        f"{mapped + left_out} MeSH ids that are not in MeSH {year}: {mapped} counted as today's concept of "
        f"that name, {left_out} left out"
    )
