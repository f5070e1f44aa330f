"""Constructions that say for sure what is claimed; and of any claim who acts, how surely, by which words."""

from __future__ import annotations

import re
from collections.abc import Sequence

from comention.claims.features import PARTING, Around, Layout
from comention.records import ClaimWord, Direction, Mention

#: Raised with every change of the rules.
VERSION = 4

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
_RESISTANT = frozenset({"resistant", "refractory", "unresponsive", "nonresponsive", "resistance"})
# words between two names of one construction
_NEAR = 6
_CLAUSE = frozenset({";", "but", "while", "whereas", "which", "who"})
# "inhibition of IL-12", "antibodies against IL-12", "IL-12 silencing"; "neutralizing IL-12"
_OF = frozenset({"of", "against", "to", "in", "for"})
_LOSING = re.compile(
    r"(?:inhibit(?:ion|ors?)|block(?:ade|ers?|ing)|antagonis(?:ts?|m)|neutrali[sz]|antibod(?:y|ies)$|"
    r"knock-?(?:out|down)|silencing|ablation|deplet|delet|deficien|loss$|lack$|absence$|antisera|antiserum)"
)
_BLOCKING = re.compile(r"(?:block|inhibit|neutrali[sz]|antagoni[sz]|silenc|delet|deplet|lack)ing$")
_RESISTING = frozenset({"resist", "refrac", "nonres", "unresp", "intrac", "failur"})
_RESPONSE = _RESISTING | {"respon"}
# cues with which no effect of a lost cytokine on the disease itself is told: "prevented death caused by"
_NO_PLAIN = frozenset({"deny", "cause", "stimulate"})
_WITHOUT = frozenset({"anti", "inhibitor", "deficient"})
# What is said of a disease that becomes better, and worse.
_BETTER = frozenset({"relieve", "protect", "lower", "inhibit", "work", "resist"})
_WORSE = frozenset({"harm", "raise"})
# What immunotherapy does beside what it is for, what is given against that, and words that say so.
_IMMUNE_RELATED = re.compile(r"(?i)^irAEs?$|^immune[ -](?:related|mediated) (?:adverse|toxic)")
_CALMING = re.compile(
    r"(?i)steroid|predniso|dexameth|inflix|vedoliz|tociliz|mycophen|globulin|rituximab|cyclosp"
)
_MANAGING = re.compile(
    r"treatments?$|(?:manag|resolv|improv|respon|reliev|reduc|prevent|revers|allevi|amelior)"
)
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
    """Judge "X-induced Y", "Y induced by X", "X-diabetic" and "X was used to induce Y"."""
    if pair == ("disease", "drug") and around.first.entity_type == "drug" and _models(words):
        return "causes"
    if not 1 < len(words) < 4:
        return None
    acted = around.second if pair == ("cytokine", "cytokine") else None
    if words[0] == "-" and words[1] in _MADE:
        return _MAKES[pair] if acted or around.second.entity_type == _passive(pair) else None
    if words[0] in _MAKING and words[1] in _BY and len(words) == 2:
        return _MAKES[pair] if acted or around.first.entity_type == _passive(pair) else None
    return None


def _models(words: Sequence[str]) -> bool:
    """Return whether a drug makes a model of a disease, by the words between the two."""
    used = ("used", "to", "induce") in zip(words, words[1:], words[2:], strict=False)
    return list(words) == ["-"] or (used and len(words) <= _NEAR + 2 and PARTING.isdisjoint(words))


def _passive(pair: tuple[str, str]) -> str:
    """Return the type of a pair that is acted on."""
    return "disease" if "disease" in pair else "cytokine"


def _resistant(around: Around, words: Sequence[str], pair: tuple[str, str]) -> ClaimWord | None:
    """Judge "X-resistant Y", "X resistance in Y", "Y refractory to X" and "Y with resistance to X"."""
    if pair != ("disease", "drug") or len(words) > _NEAR or not _RESISTANT.intersection(words):
        return None
    if not PARTING.isdisjoint(words):
        return None
    if around.first.entity_type == "drug":
        return "no_effect" if next(w for w in words if w != "-") in _RESISTANT else None
    return "no_effect" if words[-1] == "to" and words[-2] in _RESISTANT else None


def _lost(around: Around, a: Mention, pair: tuple[str, str]) -> ClaimWord | None:
    """Judge "IL-12-deficient mice were resistant to Y" and "anti-IL-12 worsened Y"."""
    if pair != ("cytokine", "disease") or not is_lost(around, a):
        return None
    # a disease that responds to the loss, or resists it, says nothing of its outcome
    cues = [
        t.cue
        for t in around.between
        if t.cue and (around.order == ">" or t.stem not in _RESPONSE) and not t.word.endswith("-dependent")
    ]
    if len(cues) > 6 or not _NO_PLAIN.isdisjoint(cues) or _CLAUSE & {t.word for t in around.between}:
        return None
    if any(t.cue == "deny" for t in around.before[-4:]):
        return None
    if any(cue in _BETTER for cue in cues):
        return "promotes" if not any(cue in _WORSE for cue in cues) else None
    return "protects" if any(cue in _WORSE for cue in cues) else None


def is_lost(around: Around, a: Mention) -> bool:
    """Return whether a cytokine is blocked or missing: "anti-IL-12", "inhibition of", "IL-12 silencing"."""
    if a.modifier in _WITHOUT:
        return True
    ahead, behind = (around.before, around.between) if a is around.first else (around.between, around.after)
    words = [t.word for t in ahead[-3:] if t.word not in ("the", "both")]
    if len(words) > 1 and words[-1] in _OF and _LOSING.match(words[-2]):
        return True
    if words and _BLOCKING.match(words[-1]):
        return True
    after = [t.word for t in behind[:2] if t.word != "-"]
    return bool(after and _LOSING.match(after[0]))


def refined(around: Around, pair: tuple[str, str], claim: ClaimWord) -> ClaimWord:
    """Return a claim, or what words make of it: resistance is no test that failed, an irAE no indication."""
    if pair == ("disease", "drug") and claim in {"treats", "studied"} and _is_side_effect(around):
        return "causes"
    if claim != "no_effect" or pair != ("disease", "drug"):
        return claim
    near = [*around.before[-3:], *around.between, *around.after[:3]]
    fails = around.between[0].word == "to" if around.between else False  # "failure of X to relieve Y"
    fails = fails or any(t.cue == "deny" for t in near)
    return "resistant" if not fails and any(t.stem in _RESISTING for t in near) else claim


def _is_side_effect(around: Around) -> bool:
    """Return whether the disease is called an effect of immunotherapy, and the drug is not given for it."""
    drug_first = around.first.entity_type == "drug"
    disease, drug = (around.second, around.first) if drug_first else (around.first, around.second)
    if not _IMMUNE_RELATED.search(disease.text) or _CALMING.search(drug.text):
        return False
    near = [*around.before[-3:], *around.between, *around.after[:3]]
    return not any(_MANAGING.match(t.word) for t in near)


_ACTS = frozenset({"treats", "causes", "no_effect", "resistant", "promotes", "protects", "raises", "lowers"})

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
    wanted = _CUES.get(claim, ())
    before, between, after = around.places
    for words, place, step in (
        (around.between, between, 1),
        (around.before, before, -1),
        (around.after, after, 1),
    ):
        cues = [word.cue for word in words]
        if claim == "resistant":
            wanted, cues = ("resist",), ["resist" if word.stem in _RESISTING else "" for word in words]
        for name in wanted:
            if name in cues:
                near = cues.index(name) if step > 0 else len(cues) - 1 - cues[::-1].index(name)
                return layout.starts[place + near], layout.ends[place + near]
    return None, None
