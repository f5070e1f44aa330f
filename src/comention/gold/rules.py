"""The rules under which gold and our mentions are compared: which id of the gold counts as which of ours."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from comention.gold.genes import members
from comention.gold.retired import TIMELESS, Today, known_today
from comention.lexicon.store import Lexicon


@dataclass(frozen=True, slots=True)
class Rules:
    """What an id of the gold counts as.

    `genes` is from NCBI Gene ids to cytokines; genes that are not in it are ignored, all of them where it is
    empty. `members` are the cytokines of each complex and family, `collective` the names that name
    no gene. `omim` is from OMIM numbers to concepts;
    the gold's other OMIM ids are left out of the concept measure. `today` is what is known of retired MeSH
    ids. `drug_classes` are the ids that "concept, no drug classes" leaves out.
    """

    genes: Mapping[str, str] = field(default_factory=dict)
    members: Mapping[str, Collection[str]] = field(default_factory=dict)
    collective: frozenset[str] = frozenset()
    omim: Mapping[str, str] = field(default_factory=dict)
    today: Today = TIMELESS
    drug_classes: frozenset[str] = frozenset()


#: Ids as they stand, genes ignored.
PLAIN = Rules()


def rules_of(lexicon: Lexicon) -> Rules:
    """Return the rules that a lexicon's cross-references and MeSH ids give."""
    return Rules(
        genes=lexicon.cross_references("NCBIGene"),
        members=members(lexicon),
        collective=lexicon.classes,
        omim=lexicon.cross_references("OMIM"),
        today=known_today(lexicon),
        drug_classes=frozenset(
            i for i in lexicon.classes if lexicon.concepts[lexicon.row_of[i]].entity_type != "cytokine"
        ),
    )
