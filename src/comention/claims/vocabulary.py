"""What may be said of two concepts, by their types."""

from __future__ import annotations

from comention.records import ClaimWord, EntityType

#: The claims that two types may have, the types in the order of pairs; other types have none.
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
