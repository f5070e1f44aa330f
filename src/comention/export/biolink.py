"""What the words of comention are in the Biolink model: categories, prefixes, predicates and qualifiers.

The words are those of Biolink 4.4.6 (https://w3id.org/biolink, CC0), which a test compares them with. A pair
says that articles mention two concepts together and no more. A claim is what sentences say of the two: its
predicate is as wide as such a sentence warrants, so a drug that "treats" is said by
`treats_or_applied_or_studied_to_treat`, which Biolink has for text-mined statements.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from comention.records import ClaimWord, EntityType

#: The version of the model whose words these are.
BIOLINK = "4.4.6"
TOGETHER = "biolink:occurs_together_in_literature_with"
ASSOCIATION = "biolink:Association"
#: Who says so. The name is not in the registry of information resources.
SOURCE = "infores:comention"
AGENT = "text_mining_agent"
#: Of two that meet more often than by chance; and where nothing is known of how sure it is.
CO_OCCURRENCE, NOT_PROVIDED = "text_co_occurrence", "not_provided"

#: Our prefixes that Biolink spells otherwise.
PREFIXES: Mapping[str, str] = {"UniProt": "UniProtKB"}
#: Prefix of concepts that no vocabulary has.
OWN = "COMENTION"

_CATEGORIES: Mapping[EntityType, str] = {
    "disease": "biolink:Disease",
    "drug": "biolink:Drug",
    "chemical": "biolink:ChemicalEntity",
    "cytokine": "biolink:Protein",
    "cell": "biolink:Cell",
}


def category(kind: EntityType, concept_id: str, *, is_class: bool = False) -> str:
    """Return the category of a concept: HGNC names genes, and a class of drugs is no drug."""
    if concept_id.startswith("HGNC:"):
        return "biolink:Gene"
    return "biolink:ChemicalEntity" if kind == "drug" and is_class else _CATEGORIES[kind]


def curie(identifier: str) -> str:
    """Return an identifier with its prefix as Biolink spells it."""
    prefix, colon, local = identifier.partition(":")
    return f"{PREFIXES.get(prefix, prefix)}{colon}{local}"


@dataclass(frozen=True, slots=True)
class Statement:
    """How a claim is said: predicate, which type is its subject, whether it is denied, and qualifiers.

    `subject` is the type that acts; None where the claim's direction says which of the two does.
    """

    predicate: str
    subject: EntityType | None
    negated: bool = False
    qualifiers: Mapping[str, str] = field(default_factory=dict)


def _affects(direction: Literal["increased", "decreased"], subject: EntityType | None) -> Statement:
    return Statement(
        "biolink:affects",
        subject,
        qualifiers={
            "qualified_predicate": "biolink:causes",
            "object_aspect_qualifier": "activity_or_abundance",
            "object_direction_qualifier": direction,
        },
    )


_ASSOCIATED = Statement("biolink:associated_with", "cytokine")

#: The claims of each two types, in the order of `claims.vocabulary`; what says nothing has none.
STATEMENTS: Mapping[tuple[EntityType, EntityType], Mapping[ClaimWord, Statement]] = {
    ("cell", "cytokine"): {
        "made_by": Statement("biolink:produces", "cell"),
        "acts_on": Statement("biolink:affects", "cytokine"),
        "associated": _ASSOCIATED,
    },
    ("cytokine", "cytokine"): {
        "raises": _affects("increased", None),
        "lowers": _affects("decreased", None),
        "associated": _ASSOCIATED,
    },
    ("cytokine", "disease"): {
        "raised_in": Statement("biolink:positively_correlated_with", "cytokine"),
        "lowered_in": Statement("biolink:negatively_correlated_with", "cytokine"),
        "promotes": Statement("biolink:contributes_to", "cytokine"),
        "protects": Statement(
            "biolink:affects", "cytokine", qualifiers={"object_direction_qualifier": "decreased"}
        ),
        "no_difference": Statement("biolink:correlated_with", "cytokine", negated=True),
        "associated": _ASSOCIATED,
    },
    ("cytokine", "drug"): {
        "raises": _affects("increased", "drug"),
        "lowers": _affects("decreased", "drug"),
        "no_effect": Statement("biolink:affects", "drug", negated=True),
        "associated": _ASSOCIATED,
    },
    ("disease", "drug"): {
        "treats": Statement("biolink:treats_or_applied_or_studied_to_treat", "drug"),
        "causes": Statement("biolink:causes", "drug"),
        "no_effect": Statement("biolink:treats", "drug", negated=True),
        "studied": Statement("biolink:studied_to_treat", "drug"),
        "resistant": Statement("biolink:applied_to_treat", "drug"),
    },
}
#: A claim that is only held for possible makes no statement, but for one that is of an aim itself.
EVEN_HEDGED: frozenset[ClaimWord] = frozenset({"studied"})
