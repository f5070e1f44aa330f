"""What a lexicon is made of, before it is compiled."""

from __future__ import annotations

from dataclasses import dataclass, field

from comention.records import EntityType

#: Concept id of a name that is matched and then thrown away: receptors, viruses, "PD-L1".
BLOCKER = ""

#: Source of the spellings that a rule makes of curated names: matched, and not shown as synonyms.
BY_RULE = "COMENTION, by rule"


@dataclass(frozen=True, slots=True)
class ConceptEntry:
    """A concept with what is known of it. `parents` and `xrefs` are CURIEs, sorted."""

    concept_id: str
    name: str
    entity_type: EntityType
    source: str
    parents: tuple[str, ...] = ()
    xrefs: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class NameEntry:
    """A name of a concept as its source writes it.

    `capitals`: how many upper-case letters a text must show for the name to count ("ALL" asks for 3,
    so that "all" and "All" are words); 0 where case says nothing. `needs_definition`: an
    ambiguous short form, which counts only in a text that defines it as this concept. `rank`: the
    :class:`comention.lexicon.candidates.Rank` that won the name, which changes nothing of what it means.
    """

    text: str
    concept_id: str
    source: str
    capitals: int = 0
    needs_definition: bool = False
    rank: int | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class RivalEntry:
    """A name that a source gives to a concept and the lexicon does not.

    Another claim of a smaller `rank` (of the same rank: of a smaller id) has won the name, or, where
    `refused`, the stop list keeps anyone from having it.
    """

    text: str
    concept_id: str
    source: str
    rank: int
    refused: bool = False
