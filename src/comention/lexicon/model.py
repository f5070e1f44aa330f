"""What a lexicon is made of, before it is compiled."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import IntEnum
from typing import NamedTuple

from comention.records import ConceptLevel, EntityType

#: Concept id of a name that is matched and then thrown away: receptors, viruses, "PD-L1".
BLOCKER = ""

#: Source of the spellings that a rule makes of curated names: matched, and not shown as synonyms.
BY_RULE = "COMENTION, by rule"


@dataclass(frozen=True, slots=True)
class ConceptEntry:
    """A concept with what is known of it. `parents` and `xrefs` are CURIEs, sorted.

    `mesh_name` is its heading, or the name of its supplementary record, as MeSH writes it; "" where
    it has none.
    `level` is `class` for a class of drugs and for a collective name of cytokines, `line` for a cell line.
    """

    concept_id: str
    name: str
    entity_type: EntityType
    source: str
    parents: tuple[str, ...] = ()
    xrefs: tuple[str, ...] = ()
    mesh_name: str = ""
    level: ConceptLevel = "concept"


@dataclass(frozen=True, slots=True)
class NameEntry:
    """A name of a concept as its source writes it.

    `capitals`: how many upper-case letters a text must show for the name to count ("ALL" asks for 3,
    so that "all" and "All" are words); 0 where case says nothing. `needs_definition`: an
    ambiguous short form, which counts only in a text that defines it as this concept. `rank`: the
    :class:`comention.lexicon.model.Rank` that won the name, which changes nothing of what it means.
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


class Heading(NamedTuple):
    """A descriptor of MeSH that is about a concept: its id ("D018664") and its heading as MeSH writes it."""

    ui: str
    name: str
    concept_id: str


class Replaced(NamedTuple):
    """An id of MeSH ("C000591245") that another one has replaced, and the names of both records.

    A heading that was only renamed keeps its id: `old` is `new`, and the names differ.
    """

    old: str
    new: str
    name_before: str
    name: str


class Rank(IntEnum):
    """Who wins a name that several concepts claim: the smallest rank."""

    CYTOKINE = 0
    CYTOKINE_GRAMMAR = 1
    CURATED = 2
    CURATED_BLOCKER = 3
    MESH_HEADING = 4
    MESH_SYNONYM = 5
    UNII_NAME = 6
    ONTOLOGY = 7
    SCR_NAME = 8
    SCR_SYNONYM = 9
    VARIANT = 10
    UNII_CODE = 11
    DERIVED_BLOCKER = 12
    UNII_FURTHER = 13

    @property
    def label(self) -> str:
        """What people call a name of this rank."""
        return _LABELS[self]


_LABELS = {
    Rank.CYTOKINE: "cytokine name of the curated table",
    Rank.CYTOKINE_GRAMMAR: "spelling by rule of a cytokine name",
    Rank.CURATED: "name of the curated table",
    Rank.CURATED_BLOCKER: "blocker of the curated table",
    Rank.MESH_HEADING: "MeSH heading",
    Rank.MESH_SYNONYM: "MeSH synonym",
    Rank.UNII_NAME: "FDA substance name",
    Rank.ONTOLOGY: "Mondo or DOID name",
    Rank.SCR_NAME: "MeSH supplementary name",
    Rank.SCR_SYNONYM: "MeSH supplementary synonym",
    Rank.VARIANT: "variant by rule of a MeSH name",
    Rank.UNII_CODE: "FDA code, brand or common name",
    Rank.DERIVED_BLOCKER: "name of an organism, protein or gene",
    Rank.UNII_FURTHER: "further FDA name",
}
