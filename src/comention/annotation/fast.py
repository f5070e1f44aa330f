"""The fast annotator: the lexicon's names over raw text, with the text's own abbreviations."""

from __future__ import annotations

import bisect
import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass

from comention.annotation.abbreviations import Definition, definitions
from comention.annotation.context import modifier
from comention.annotation.document import Document
from comention.lexicon.matcher import Additions, Match, Matcher
from comention.lexicon.store import Lexicon
from comention.records import Concept, Mention

#: Raised with every change that can change a sentence or a mention, so that they are made again.
VERSION = 2


@dataclass(frozen=True, slots=True)
class _Binding:
    """What a text binds a short form to; `whole` where one name covers the whole long form."""

    concepts: tuple[Concept, ...]
    long_form: str
    whole: bool


class FastAnnotator:
    """Finds names by the lexicon alone: no tokeniser, no model."""

    name = "fast"

    def __init__(self, lexicon: Lexicon, additions: Additions | None = None) -> None:
        """Prepare an annotator over a lexicon and a user's own names."""
        self._matcher = Matcher(lexicon, additions)
        own = additions or Additions()
        state = [VERSION, lexicon.fingerprint, sorted(own.names.items()), sorted(own.stop)]
        self.fingerprint = hashlib.sha256(json.dumps(state).encode()).hexdigest()[:16]

    def mentions(self, document: Document) -> list[Mention]:
        """Return the mentions of a document, ordered by position, then concept id."""
        text = document.text
        matches = [m for start, end in document.blocks for m in self._matcher.find(text, start, end)]
        bound = _bindings(text, matches)
        found = list(_resolved(text, matches, bound))
        found += _further(text, matches, bound)
        found.sort(key=lambda m: (m.start, m.end, m.entity_type, m.concept_id))
        return found


def _mention(text: str, start: int, end: int, concept: Concept, long_form: str | None) -> Mention:
    return Mention(
        start=start,
        end=end,
        text=text[start:end],
        entity_type=concept.entity_type,
        concept_id=concept.concept_id,
        concept_name=concept.name,
        method="lexicon" if long_form is None else "abbreviation",
        modifier=modifier(text, start, end) if concept.entity_type == "cytokine" else None,
        abbreviation_of=long_form,
    )


def _bindings(text: str, matches: list[Match]) -> dict[str, _Binding]:
    """Return what each short form that the text defines stands for; the first definition wins."""
    bound: dict[str, _Binding] = {}
    found = definitions(text)
    ending = {match.end: match for match in matches} if found else {}
    for definition in found:
        if definition.short not in bound:
            bound[definition.short] = _binding(text, definition, ending.get(definition.long_end))
    return bound


def _binding(text: str, definition: Definition, match: Match | None) -> _Binding:
    long_form = text[definition.long_start : definition.long_end]
    if match is None or match.needs_definition:
        return _Binding((), long_form, whole=False)
    return _Binding(match.concepts, long_form, whole=match.start <= definition.long_start)


def _resolved(text: str, matches: list[Match], bound: dict[str, _Binding]) -> Iterator[Mention]:
    """Yield the mentions of the matches, short forms as the text defines them."""
    for match in matches:
        surface = text[match.start : match.end]
        binding = bound.get(surface)
        concepts, long_form = match.concepts, None
        if binding is not None and (binding.whole or match.needs_definition):
            concepts, long_form = binding.concepts, binding.long_form
        elif match.needs_definition:
            continue
        for concept in concepts:
            yield _mention(text, match.start, match.end, concept, long_form)


def _further(text: str, matches: list[Match], bound: dict[str, _Binding]) -> Iterator[Mention]:
    """Yield the places of bound short forms that the lexicon does not know as names, the longest first."""
    taken = sorted((match.start, match.end) for match in matches)
    for short in sorted(bound, key=lambda short: (-len(short), short)):
        for start, end in _places(text, short):
            before = bisect.bisect_left(taken, (end, 0))
            if before and taken[before - 1][1] > start:
                continue
            taken.insert(before, (start, end))
            for concept in bound[short].concepts:
                yield _mention(text, start, end, concept, bound[short].long_form)


def _places(text: str, short: str) -> Iterator[tuple[int, int]]:
    """Yield the spans of a short form, or its plural, that stand as whole words."""
    start = text.find(short)
    while start >= 0:
        end = start + len(short)
        end += text.startswith("s", end)
        if not _is_word(text[start - 1 : start]) and not _is_word(text[end : end + 1]):
            yield start, end
        start = text.find(short, end)


def _is_word(character: str) -> bool:
    return character.isalnum() or character == "_"
