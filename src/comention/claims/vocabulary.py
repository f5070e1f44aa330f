"""What may be said of two concepts, by their types."""

from __future__ import annotations

from comention.records import ClaimWord, EntityType

#: The claims of two types that a model tells, the types in the order of pairs.
CLAIMS: dict[tuple[EntityType, EntityType], tuple[ClaimWord, ...]] = {
    ("cytokine", "cytokine"): ("raises", "lowers", "associated", "none"),
    ("cytokine", "disease"): (
        "raised_in",
        "lowered_in",
        "promotes",
        "protects",
        "no_difference",
        "associated",
        "none",
    ),
    ("cytokine", "drug"): ("raises", "lowers", "no_effect", "associated", "none"),
    ("disease", "drug"): ("treats", "causes", "no_effect", "studied", "none"),
}

#: Those that constructions alone tell: there are too few labels to fit a model to.
OF_CELLS: dict[tuple[EntityType, EntityType], tuple[ClaimWord, ...]] = {
    ("cell", "cytokine"): ("made_by", "acts_on", "associated", "none"),
}
#: Claims of others that are told apart when they are read: of those without effect on a disease, the ones
#: that tell resistance. A mention of resistance is no test that failed.
PART_OF: dict[ClaimWord, ClaimWord] = {"resistant": "no_effect"}
#: All claims that two types may have; other types have none.
ALLOWED: dict[tuple[EntityType, EntityType], tuple[ClaimWord, ...]] = (
    CLAIMS
    | OF_CELLS
    | {("disease", "drug"): ("treats", "causes", "no_effect", "studied", "resistant", "none")}
)

#: What the one does to the other, up or down; a cytokine that is raised in a disease goes with it. Other
#: claims have no sign.
SIGNS: dict[ClaimWord, int] = {
    "causes": 1,
    "treats": -1,
    "promotes": 1,
    "protects": -1,
    "raised_in": 1,
    "lowered_in": -1,
    "raises": 1,
    "lowers": -1,
}

#: Claims that tell no outcome: what is studied may treat, and what is associated may promote.
VAGUE: frozenset[ClaimWord] = frozenset({"studied", "associated"})

#: Claims that lead only where nothing else is stated: what resists a drug is often what it is given for.
LAST: frozenset[ClaimWord] = frozenset({"resistant"})

#: Claims whose words name first what is acted on: a cytokine is made by a cell.
PASSIVE: frozenset[ClaimWord] = frozenset({"made_by"})

#: Claims that contradict each other, by the types that may have them: up, down, and what was tested without
#: either. A level and an effect are two questions: a cytokine may be raised in a disease and protect from it.
CONTRASTS: dict[tuple[EntityType, EntityType], tuple[tuple[ClaimWord, ClaimWord, ClaimWord | None], ...]] = {
    ("cytokine", "cytokine"): (("raises", "lowers", None),),
    ("cytokine", "disease"): (("raised_in", "lowered_in", "no_difference"), ("promotes", "protects", None)),
    ("cytokine", "drug"): (("raises", "lowers", "no_effect"),),
    ("disease", "drug"): (("causes", "treats", "no_effect"),),
}

#: The opposite of each claim that has one.
OPPOSITE: dict[ClaimWord, ClaimWord] = {
    "treats": "causes",
    "causes": "treats",
    "protects": "promotes",
    "promotes": "protects",
    "raises": "lowers",
    "lowers": "raises",
    "raised_in": "lowered_in",
    "lowered_in": "raised_in",
}
