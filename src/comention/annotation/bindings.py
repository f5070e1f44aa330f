"""What the short forms of a text stand for, by its own definitions.

A definition wins over what the lexicon says of a short form: over an ambiguous one always, over a sure one
("HCC") where the long form is another name, or shares no telling word with any name of what the lexicon means
("hair cortisol concentration (HCC)"). Of two definitions of one short form each holds from its place on, the
first before it too.
"""

from __future__ import annotations

import bisect
import functools
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from comention.annotation.abbreviations import (
    Definition,
    brackets,
    brackets_at,
    by_initials,
    definition,
    is_initials,
    means_more,
    turned_definitions,
)
from comention.annotation.linking import is_ion, is_metal
from comention.annotation.members import JOINT
from comention.annotation.molecules import is_joined, is_part
from comention.annotation.namesakes import another_thing
from comention.annotation.narrowing import narrower_meaning
from comention.lexicon.folding import fold_name
from comention.lexicon.matcher import Match, Matcher
from comention.records import Concept

# Words that many names share, so that they tell nothing of what a name means.
_COMMON = frozenset(
    "acute and cancer carcinoma cell cellular chronic disease disorder factor for from human induced"
    " infection injury ligand member molecule of primary protein receptor related secondary severe subunit"
    " superfamily syndrome system the tissue total type with".split()
)
# So many letters at the beginning of two words make them forms of one: autoimmune, autoimmunity.
_STEM = 6
_SHORTEST_WORD = 3
# Registries of trials and of genes have such numbers, too; their letters are left out.
_CODE = re.compile(r"(?!NCT|CRD|CID|CAS|UMIN|ISRCTN|REF|EUR|USD|ATCC|DSM|INN)[A-Z]{2,5}[- ]?\d{3,8}[A-Z]?")

# Proteins that cells are stained for, which stand in brackets behind the cells.
_MARKERS = frozenset({"NeuN", "MAP2", "GFAP", "Iba1", "Olig2"})

# A long form that is about people, about what they lack, or letters of the genetic code.
_PEOPLE = re.compile(r"(?i)(?:people|persons?|women|men|individuals|patients|adults|youth) (?:who|that) ")
_LACK = re.compile(r"(?i)\b(?:no|not|without) $")
_BASES = re.compile(r"(?i)(?:(?:cytosine|adenine|guanine|thymine|uracil)[\s/,-]*){3,}")

# So near, in characters, a bracket may stand within the long form of the next one.
_NEAR = 60

_NUMBERED = re.compile(r"([A-Z]{2,5})[-‐‑]\d{1,2}[αβγ]?")


@dataclass(frozen=True, slots=True)
class Binding:
    """What a text binds a short form to; `whole` where one name covers the whole long form.

    `sure` says that the words of the long form begin with the letters of the short form.
    """

    concepts: tuple[Concept, ...]
    long_form: str
    whole: bool
    sure: bool
    start: int


class Bindings:
    """The short forms that a text defines.

    Left out are those that change nothing: no name ends before the brackets, and no name of the lexicon
    stands inside them.
    """

    def __init__(self, text: str, matches: Sequence[Match], matcher: Matcher, *, cells: bool = False) -> None:
        """Read the definitions of a text, given its names: those of cells, or all others."""
        self._matcher = matcher
        self._bound: dict[str, list[Binding]] = {}
        self._stems: dict[str, str] = {}
        found = tuple(bracket for bracket in brackets(text) if bracket.short not in _MARKERS)
        turned = turned_definitions(text)
        if not (found or turned):
            return
        ending = {match.end: match for match in matches}
        short_names = {text[m.start : m.end] for m in matches if m.concepts or m.needs_definition}
        stems = {stem for name in short_names if (stem := _stem(name))}
        self._stems = {
            b.short: text[d.long_start : d.long_end]
            for b in found
            if b.short in stems and (d := definition(text, b)) and by_initials(text, d)
        }
        short_names |= {name.removesuffix("s") for name in short_names}
        matter = {short for short, _, end in found if end in ending or short in short_names}
        within = {b.start: m for b in found if cells and (m := _around(b.start, matches))}
        matter |= {b.short for b in found if b.start in within}
        if not cells:
            matter |= {
                outer.short
                for inner, outer in pairwise(found)
                if 0 < outer.long_end - inner.start < _NEAR
                and (d := definition(text, outer))
                and _meant_without_bracket(text, d, matcher)
            }
        read = [
            definition(text, bracket) for bracket in found if any(map(bracket.short.__contains__, matter))
        ]
        known = {defined.short for defined in read if defined}
        spans = {(match.start, match.end) for match in matches} if turned else set[tuple[int, int]]()
        read += [
            d
            for d in turned
            if d.short not in known and (d.short in short_names or (d.long_start, d.long_end) in spans)
        ]
        for bracket in found:
            match = ending.get(bracket.long_end)
            if (
                match is not None
                and _is_code_of(bracket.short, match)
                and not self._is_member(bracket.short, match)
            ):
                meant = text[match.start : match.end]
                self._add(
                    bracket.short, Binding(match.concepts, meant, whole=True, sure=True, start=bracket.start)
                )
        for defined in sorted(filter(None, read), key=lambda d: d.start):
            match = ending.get(defined.long_end)
            if match is None and (around := within.get(defined.start)):
                match = around._replace(start=max(around.start, defined.long_start))
            if match is not None and (
                _is_list(text, defined, match, matches) or _ends_molecule(text, defined, match, matches)
            ):
                match = None
            binding = _binding(text, defined, match, matcher, cells=cells)
            # "indocyanine green (ICG) angiography (ICG-A)": what the long form names, the short form holds
            if binding.concepts or defined.short in matter or "(" not in binding.long_form:
                self._add(defined.short, binding)

    def _add(self, short: str, binding: Binding) -> None:
        """Add a definition; a further one of a short form counts if sure or whole, and of another thing."""
        known = self._bound.setdefault(short, [])
        if not known or ((binding.sure or binding.whole) and binding.concepts != known[-1].concepts):
            known.append(binding)

    def _is_member(self, code: str, match: Match) -> bool:
        """Return whether a code is known as another substance than the name before it: one of a class."""
        known = self._matcher.meaning_of(code)
        return known is not None and not set(match.concepts) & set(known.concepts)

    def __bool__(self) -> bool:
        """Whether the text defines anything."""
        return bool(self._bound)

    def __iter__(self) -> Iterator[str]:
        """Yield the short forms, the longest first."""
        return iter(sorted(self._bound, key=lambda short: (-len(short), short)))

    def of(self, short: str, start: int) -> Binding | None:
        """Return what a short form, or its plural, stands for at a place; None where nothing defines it."""
        known = self._bound.get(short) or (self._bound.get(short[:-1]) if short.endswith("s") else None)
        if known is None and len(short) >= _SHORTEST_WORD and short.istitle():
            known = self._bound.get(short.upper())  # "Dex" where the text defines DEX
        if known is None:
            return None
        return known[max(0, bisect.bisect_right(known, start, key=lambda b: b.start) - 1)]

    def wins(self, binding: Binding, match: Match) -> bool:
        """Return whether a definition counts, and not what the lexicon says of the short form."""
        if binding.whole or match.needs_definition:
            return True
        if not match.concepts or not binding.sure:
            return False
        return not any(self._could_mean(binding.long_form, concept) for concept in match.concepts)

    def is_part_of_another(self, surface: str, match: Match) -> bool:
        """Return whether what stands before a name's number is short for something else in the text.

        Where "metacarpophalangeal (MCP) joints" are told of, "MCP-1" is one of them and no chemokine.
        """
        long_form = self._stems.get(_stem(surface)) if self._stems else None
        if long_form is None:
            return False
        return not any(self._could_mean(long_form, concept) for concept in match.concepts)

    def _could_mean(self, long_form: str, concept: Concept) -> bool:
        """Return whether a long form shares a telling word with a name of a concept."""
        words = _telling(long_form)
        known = {stem for name in self._matcher.names_of(concept.concept_id) for stem in _telling(name)}
        return not words.isdisjoint(known)


@functools.lru_cache(20_000)
def _stem(name: str) -> str:
    """Return the letters before the hyphen and number that a name ends in, "" where it is no such name."""
    found = _NUMBERED.fullmatch(name)
    return found[1] if found else ""


def _telling(name: str) -> set[str]:
    """Return the stems of the words of a name that few names share."""
    words = fold_name(name).split()
    return {word[:_STEM] for word in words if len(word) >= _SHORTEST_WORD and word not in _COMMON}


def long_forms(text: str) -> Mapping[str, Sequence[Definition]]:
    """Return the definitions of each short form of a text, in order: the first, then those that are sure."""
    found: dict[str, list[Definition]] = {}
    for bracket in brackets(text):
        defined = definition(text, bracket)
        if defined and (bracket.short not in found or by_initials(text, defined)):
            found.setdefault(bracket.short, []).append(defined)
    for defined in turned_definitions(text):
        found.setdefault(defined.short, [defined])
    return found


def long_form_of(short: str, start: int, defined: Mapping[str, Sequence[Definition]]) -> Definition | None:
    """Return the definition that holds at a place of a short form, or of its plural; None without one."""
    known = defined.get(short) or defined.get(short.removesuffix("s"))
    if not known and len(short) >= _SHORTEST_WORD and short.istitle():
        known = defined.get(short.upper())
    if not known:
        return None
    return known[max(0, bisect.bisect_right(known, start, key=lambda d: d.start) - 1)]


def _around(place: int, matches: Sequence[Match]) -> Match | None:
    """Return the name that a place stands within: "natural killer (NK) cells"."""
    return next((m for m in matches if m.start < place < m.end and not m.needs_definition), None)


def _is_code_of(short: str, match: Match) -> bool:
    """Return whether a bracket behind a name of one substance holds a maker's code: "(PF-06651600)"."""
    if len(match.concepts) != 1 or match.needs_definition or not _CODE.fullmatch(short):
        return False
    return match.concepts[0].entity_type in {"drug", "chemical"}


def _is_list(text: str, defined: Definition, last: Match, matches: Sequence[Match]) -> bool:
    """Return whether a long form names several: "fluorouracil, leucovorin and irinotecan (FOLFIRI)"."""
    return any(
        match.concepts
        and defined.long_start <= match.start
        and match.end <= last.start
        and JOINT.search(text, match.end, last.start)
        for match in matches
    )


def _ends_molecule(text: str, defined: Definition, last: Match, matches: Sequence[Match]) -> bool:
    """Return whether a substance ends the name of a longer one: "malondialdehyde acetaldehyde (MAA)"."""
    if last.start <= defined.long_start or not _are_substances(last):
        return False
    # a drug on a carrier is that drug, beside another drug one of two
    kinds = {"drug"} if last.concepts[0].entity_type == "drug" else {"drug", "chemical"}
    return is_joined(text, last.start) or any(
        not kinds.isdisjoint(concept.entity_type for concept in match.concepts)
        and defined.long_start <= match.start
        and match.end in (last.start - 1, last.start)
        and not is_metal(text[match.start : match.end])
        for match in matches
    )


def _are_substances(match: Match) -> bool:
    return any(concept.entity_type in {"drug", "chemical"} for concept in match.concepts)


def _binding(
    text: str, defined: Definition, match: Match | None, matcher: Matcher, *, cells: bool
) -> Binding:
    long_form = text[defined.long_start : defined.long_end]
    sure = by_initials(text, defined)
    nothing = Binding((), long_form, whole=False, sure=sure, start=defined.start)
    if match is not None and match.start < defined.long_start:
        # "maternal phenylketonuria (PKU)": the short form is that of the shorter name.
        # A cell's stays that of the longer one: "vascular smooth muscle cells (SMC)".
        meant = None if cells else matcher.meaning_of(long_form)
        if meant is None and _are_diseases(match) and is_initials(text, defined):
            return nothing  # "high blood pressure (BP)"
        match = meant or match
        if not match.needs_definition:
            return Binding(match.concepts, long_form, whole=True, sure=sure, start=defined.start)
    if match is None and not cells and (concepts := _meant_without_bracket(text, defined, matcher)):
        return Binding(concepts, long_form, whole=True, sure=sure, start=defined.start)
    if match is None or match.needs_definition or _is_of_others(text, defined, match):
        return nothing
    whole = match.start == defined.long_start
    if not whole and (
        means_more(text, defined, match.start)
        or _is_another(text, match)
        or is_ion(long_form, match.start - defined.long_start, match.end - defined.long_start)
    ):
        return nothing
    concepts = match.concepts if whole else _narrowed(text, defined, match, matcher)
    return Binding(concepts, long_form, whole=whole, sure=sure, start=defined.start)


def _meant_without_bracket(text: str, defined: Definition, matcher: Matcher) -> tuple[Concept, ...]:
    """Return what a long form that holds a short form means without it, or with it alone.

    "Anti-neutrophil cytoplasmic antibody (ANCA)-associated vasculitis (AAV)".
    """
    place = text.find("(", defined.long_start, defined.long_end)
    for inner in brackets_at(text, place) if place > 0 else ():
        if not (within := definition(text, inner)) or within.long_start < defined.long_start:
            continue
        behind = text[text.find(")", place) + 1 : defined.long_end]
        begun = text[defined.long_start : within.long_start]
        for name in (text[within.long_start : within.long_end], inner.short):
            match = matcher.meaning_of(f"{begun}{name}{behind}")
            if match and match.concepts and not match.needs_definition:
                return match.concepts
    return ()


def _is_of_others(text: str, defined: Definition, match: Match) -> bool:
    """Return whether a long form ends in a name and means another thing: "people who use fentanyl (PWUF)"."""
    if _LACK.search(text, max(defined.long_start, match.start - 9), match.start):
        return True
    if not match.concepts or match.concepts[0].entity_type not in {"drug", "chemical"}:
        return False
    if _PEOPLE.match(text, defined.long_start):
        return True
    return _BASES.fullmatch(text, defined.long_start, defined.long_end) is not None


def _narrowed(text: str, defined: Definition, match: Match, matcher: Matcher) -> tuple[Concept, ...]:
    """Return what a name means, or the narrower disease that the words of its long form make of it."""
    if len(match.concepts) != 1 or not _are_diseases(match):
        return match.concepts
    before, end = text[defined.long_start : match.start], text[match.start : match.end]
    return narrower_meaning(matcher, before, end, match.concepts[0].concept_id) or match.concepts


def _are_diseases(match: Match) -> bool:
    return any(concept.entity_type == "disease" for concept in match.concepts)


def _is_another(text: str, match: Match) -> bool:
    """Return whether the words before a name make it something else: "non-communicable diseases (NCDs)"."""
    if not match.concepts or match.concepts[0].entity_type == "cell":
        return False
    concept = match.concepts[0]
    if another_thing(text, match.start, match.end, concept.entity_type) is not None:
        return True
    return _are_substances(match) and is_part(text, match.start, match.end, concept.name)
