"""The fast annotator: the lexicon's names over raw text, with the text's own abbreviations."""

from __future__ import annotations

import bisect
import hashlib
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from comention.annotation.abbreviations import Definition, brackets, definition, places
from comention.annotation.annotator import Annotator
from comention.annotation.context import asserted, modifier
from comention.annotation.coordination import JOINT, Shared, shared_names
from comention.annotation.document import Document
from comention.lexicon.matcher import Additions, Match, Matcher
from comention.lexicon.store import Lexicon
from comention.records import Concept, Mention, Reading, Rejected

#: Raised with every change that can change a sentence or a mention, so that they are made again.
VERSION = 4


@dataclass(frozen=True, slots=True)
class Binding:
    """What a text binds a short form to; `whole` where one name covers the whole long form."""

    concepts: tuple[Concept, ...]
    long_form: str
    whole: bool


class Looked(NamedTuple):
    """What the lexicon alone makes of a text: every name it holds, and those of them that count, in no order.

    `matches` are all names, blockers included; the mentions are not judged for negation.
    """

    matches: list[Match]
    mentions: list[Mention]
    rejected: list[Rejected]


class FastAnnotator(Annotator):
    """Finds names by the lexicon alone: no tokeniser, no model."""

    name = "fast"

    def __init__(self, lexicon: Lexicon, additions: Additions | None = None) -> None:
        """Prepare an annotator over a lexicon and a user's own names."""
        self.matcher = Matcher(lexicon, additions)
        own = additions or Additions()
        state = [VERSION, lexicon.fingerprint, sorted(own.names.items()), sorted(own.stop)]
        self.fingerprint = hashlib.sha256(json.dumps(state).encode()).hexdigest()[:16]

    def read_together(self, documents: Sequence[Document]) -> list[Reading]:
        """Return the mentions of each document and the names that do not count, both in order."""
        return [
            Reading(asserted(document, looked.mentions), looked.rejected)
            for document, looked in zip(documents, self.look_all(documents), strict=True)
        ]

    def look_all(self, documents: Sequence[Document]) -> list[Looked]:
        """Return the names of each document before its sentences are read."""
        pieces = [(document.text, *block) for document in documents for block in document.blocks]
        found = iter(self.matcher.find_all(pieces))
        return [self._looked(document, [next(found) for _ in document.blocks]) for document in documents]

    def look(self, document: Document) -> Looked:
        """Return the names of a document before its sentences are read."""
        return self.look_all([document])[0]

    def _looked(self, document: Document, found_in: Sequence[list[Match]]) -> Looked:
        """Return what a document's names say, given those of each block."""
        text = document.text
        matches: list[Match] = []
        shared: list[Shared] = []
        for block, found_here in zip(document.blocks, found_in, strict=True):
            matches += found_here
            shared += shared_names(text, found_here, self.matcher, block)
        bound = _bindings(text, matches, self.matcher)
        replaced = {name.end for name in shared if name.replaces}
        plain = [m for m in matches if m.end not in replaced]
        rejected: list[Rejected] = []
        in_full = _named_in_full(plain, shared) if any(m.needs_definition for m in plain) else set[str]()
        found = list(_resolved(text, plain, bound, in_full, rejected))
        found += (
            _mention(text, name.start, name.end, concept, "coordination")
            for name in shared
            for concept in name.concepts
        )
        found += _further(text, matches, bound)
        return Looked(matches, found, rejected)


def _named_in_full(matches: list[Match], shared: list[Shared]) -> set[str]:
    """Return the ids of the concepts that a text names beyond doubt."""
    sure = [m.concepts for m in matches if not m.needs_definition] + [s.concepts for s in shared]
    return {concept.concept_id for concepts in sure for concept in concepts}


def _mention(
    text: str, start: int, end: int, concept: Concept, method: str, long_form: str | None = None
) -> Mention:
    return Mention(
        start=start,
        end=end,
        text=text[start:end],
        entity_type=concept.entity_type,
        concept_id=concept.concept_id,
        concept_name=concept.name,
        method=method,
        negated=False,
        speculative=False,
        modifier=modifier(text, start, end) if concept.entity_type == "cytokine" else None,
        abbreviation_of=long_form,
    )


def _bindings(text: str, matches: list[Match], matcher: Matcher) -> dict[str, Binding]:
    """Return what each short form that the text defines stands for; the first definition wins.

    Left out are those that change nothing: no name ends before the brackets, the short form is no name that
    needs a definition, and none that matters stands inside it.
    """
    bound: dict[str, Binding] = {}
    found = brackets(text)
    if not found:
        return bound
    ending = {match.end: match for match in matches}
    ambiguous = {text[match.start : match.end] for match in matches if match.needs_definition}
    matter = {short for short, _, end in found if end in ending or short in ambiguous}
    for bracket in found:
        if bracket.short in bound or not any(short in bracket.short for short in matter):
            continue
        if defined := definition(text, bracket):
            match = ending.get(defined.long_end)
            if match is not None and _is_list(text, defined, match, matches):
                match = None
            bound[defined.short] = _binding(text, defined, match, matcher)
    return bound


def _is_list(text: str, defined: Definition, last: Match, matches: list[Match]) -> bool:
    """Return whether a long form names several: "fluorouracil, leucovorin and irinotecan (FOLFIRI)"."""
    return any(
        match.concepts
        and defined.long_start <= match.start
        and match.end <= last.start
        and JOINT.search(text, match.end, last.start)
        for match in matches
    )


def _binding(text: str, defined: Definition, match: Match | None, matcher: Matcher) -> Binding:
    long_form = text[defined.long_start : defined.long_end]
    if match is not None and match.start < defined.long_start:
        # "maternal phenylketonuria (PKU)": the short form is that of the shorter name.
        match = matcher.meaning_of(long_form) or match
        if not match.needs_definition:
            return Binding(match.concepts, long_form, whole=True)
    if match is None or match.needs_definition:
        return Binding((), long_form, whole=False)
    return Binding(match.concepts, long_form, whole=match.start == defined.long_start)


def _resolved(
    text: str, matches: list[Match], bound: dict[str, Binding], in_full: set[str], rejected: list[Rejected]
) -> Iterator[Mention]:
    """Yield the mentions of the matches, short forms as the text defines or supports them.

    What does not count is added to `rejected`. A short form that needs a definition counts without one
    where the text names its concept in full elsewhere.
    """
    for match in matches:
        surface = text[match.start : match.end]
        binding = bound.get(surface)
        if binding is None and match.concepts and not match.needs_definition:
            for concept in match.concepts:
                yield _mention(text, match.start, match.end, concept, "lexicon")
            continue
        concepts, long_form, method = match.concepts, None, "lexicon"
        reason = "holds a name and means something else" if not concepts else ""
        if binding is not None and (binding.whole or match.needs_definition):
            concepts, long_form, method = binding.concepts, binding.long_form, "abbreviation"
            if match.concepts and set(concepts) != set(match.concepts):
                reason = f"the text defines it as {long_form}"
        elif match.needs_definition:
            concepts = tuple(c for c in concepts if c.concept_id in in_full)
            method = "context"
            reason = "" if concepts else "ambiguous; the text neither defines it nor names it in full"
        if reason:
            ids = tuple(c.concept_id for c in match.concepts if c not in concepts)
            rejected.append(Rejected(match.start, match.end, surface, ids, reason))
        for concept in concepts:
            yield _mention(text, match.start, match.end, concept, method, long_form)


def _further(text: str, matches: list[Match], bound: dict[str, Binding]) -> Iterator[Mention]:
    """Yield the places of bound short forms that the lexicon does not know as names, the longest first."""
    if not bound:
        return
    taken = [(match.start, match.end) for match in matches]
    for short in sorted(bound, key=lambda short: (-len(short), short)):
        for start, end in places(text, short):
            before = bisect.bisect_left(taken, (end, 0))
            if before and taken[before - 1][1] > start:
                continue
            taken.insert(before, (start, end))
            for concept in bound[short].concepts:
                yield _mention(text, start, end, concept, "abbreviation", bound[short].long_form)
