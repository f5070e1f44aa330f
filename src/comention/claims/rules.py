"""Constructions that say for sure what is claimed; and of any claim who acts, how surely, by which words."""

from __future__ import annotations

from collections.abc import Sequence

from comention.claims.features import Around, Layout
from comention.records import ClaimWord, Direction, Mention

#: Raised with every change of the rules.
VERSION = 1

#: The score of a claim by rule: 20 of 22 were right of the labels at hand when the rules were written, which
#: is no measure of others.
CERTAIN = 0.9

_MADE = frozenset(
    {"induced", "associated", "related", "mediated", "driven", "evoked", "triggered", "provoked"}
)
_BY = frozenset({"by", "to", "with"})
_MAKING = frozenset(
    {"induced", "caused", "due", "secondary", "provoked", "precipitated", "triggered", "evoked"}
)
_RESISTANT = frozenset({"resistant", "refractory", "unresponsive", "resistance"})
_WITHOUT = frozenset({"anti", "inhibitor", "deficient"})
# What is said of a disease that becomes better, and worse.
_BETTER = frozenset({"relieve", "protect", "lower", "inhibit", "work", "resist"})
_WORSE = frozenset({"harm", "raise"})
_MAKES: dict[tuple[str, str], ClaimWord] = {
    ("disease", "drug"): "causes",
    ("cytokine", "disease"): "promotes",
    ("cytokine", "drug"): "raises",
    ("cytokine", "cytokine"): "raises",
}


def ruled(around: Around, a: Mention, b: Mention) -> ClaimWord | None:
    """Return what a sure construction claims of two names, or None where there is none."""
    words = [t.word for t in around.between]
    pair = a.entity_type, b.entity_type
    return _made(around, words, pair) or _resistant(around, words, pair) or _lost(around, a, pair)


def _made(around: Around, words: Sequence[str], pair: tuple[str, str]) -> ClaimWord | None:
    """Judge "X-induced Y" and "Y induced by X"."""
    if not 1 < len(words) < 4:
        return None
    acted = around.second if pair == ("cytokine", "cytokine") else None
    if words[0] == "-" and words[1] in _MADE:
        return _MAKES[pair] if acted or around.second.entity_type == _passive(pair) else None
    if words[0] in _MAKING and words[1] in _BY and len(words) == 2:
        return _MAKES[pair] if acted or around.first.entity_type == _passive(pair) else None
    return None


def _passive(pair: tuple[str, str]) -> str:
    """Return the type of a pair that is acted on."""
    return "disease" if "disease" in pair else "cytokine"


def _resistant(around: Around, words: Sequence[str], pair: tuple[str, str]) -> ClaimWord | None:
    """Judge "X-resistant Y" and "Y refractory to X"."""
    if pair != ("disease", "drug"):
        return None
    drug_first = around.first.entity_type == "drug"
    if drug_first and len(words) == 2 and words[0] == "-" and words[1] in _RESISTANT:
        return "no_effect"
    if not drug_first and len(words) in (2, 3) and words[-1] == "to" and words[-2] in _RESISTANT:
        return "no_effect"
    return None


def _lost(around: Around, a: Mention, pair: tuple[str, str]) -> ClaimWord | None:
    """Judge "IL-12-deficient mice were resistant to Y" and "anti-IL-12 worsened Y"."""
    if pair != ("cytokine", "disease") or a.modifier not in _WITHOUT:
        return None
    cues = [t.cue for t in around.between if t.cue]
    if "deny" in cues or len(cues) > 6:
        return None
    if any(cue in _BETTER for cue in cues):
        return "promotes" if not any(cue in _WORSE for cue in cues) else None
    return "protects" if any(cue in _WORSE for cue in cues) else None


_ACTS = frozenset({"treats", "causes", "no_effect", "promotes", "protects", "raises", "lowers"})

# a is the cell, which makes the cytokine or is acted on
_OF_CELLS: dict[ClaimWord, Direction] = {"made_by": "ab", "acts_on": "ba"}


def direction(around: Around, a: Mention, b: Mention, claim: ClaimWord) -> Direction | None:
    """Return which of two acts: a drug does, else a cytokine on a disease, else what "by" says."""
    if claim in _OF_CELLS:
        return _OF_CELLS[claim]
    if claim not in _ACTS:
        return None
    if b.entity_type == "drug":
        return "ba"
    if b.entity_type == "disease":
        return "ab"
    passive = any(t.word == "by" for t in around.between)
    return "ab" if (around.order == ">") != passive else "ba"


def is_hedged(a: Mention, b: Mention) -> bool:
    """Return whether one of two names stands under a speculation: what is claimed is held for possible."""
    return bool(a.speculative or b.speculative)


_CUES: dict[str, tuple[str, ...]] = {
    "treats": ("relieve", "work", "protect", "lower", "inhibit", "treat", "against"),
    "causes": ("cause", "harm", "stimulate", "raise"),
    "no_effect": ("deny", "resist", "differ"),
    "studied": ("treat", "study", "work"),
    "raised_in": ("raise", "stimulate", "measure"),
    "lowered_in": ("lower", "inhibit", "measure"),
    "promotes": ("mediate", "stimulate", "cause", "harm", "raise", "require", "against", "lose"),
    "protects": ("protect", "relieve", "inhibit", "lower", "work", "lose"),
    "no_difference": ("deny", "differ"),
    "raises": ("raise", "stimulate", "cause"),
    "lowers": ("lower", "inhibit", "relieve", "against", "reverse"),
    "associated": ("link", "mediate", "study", "measure"),
}


def cue(layout: Layout, around: Around, claim: ClaimWord) -> tuple[int, int] | tuple[None, None]:
    """Return the span of the word that speaks most for a claim: between the two, else before, else behind."""
    wanted = _CUES.get(claim)
    if wanted is None:
        return None, None
    before, between, after = around.places
    for words, place, step in (
        (around.between, between, 1),
        (around.before, before, -1),
        (around.after, after, 1),
    ):
        cues = [word.cue for word in words]
        for name in wanted:
            if name in cues:
                near = cues.index(name) if step > 0 else len(cues) - 1 - cues[::-1].index(name)
                return layout.starts[place + near], layout.ends[place + near]
    return None, None
