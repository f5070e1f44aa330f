"""What sentences say of cells and cytokines: who makes what, who acts on whom, and what is denied."""

from __future__ import annotations

import pytest

from comention.claims import cells
from comention.claims.reading import read
from comention.records import Claim, EntityType, Mention, Sentence

_TYPES: dict[str, EntityType] = {"L": "cell", "C": "cytokine", "R": "drug"}


def claims_of(marked: str, **changes: object) -> tuple[str, list[Claim]]:
    """Return a sentence without its marks ("{L:T cells}"), and what it claims of the marked names."""
    text, mentions = "", []
    for piece in marked.replace("}", "{").split("{"):
        kind, colon, name = piece.partition(":")
        if colon and kind in _TYPES:
            start = len(text)
            text += name
            mentions.append(Mention(start, len(text), name, _TYPES[kind], f"{kind}:{name}", name, "lexicon"))
        else:
            text += piece
    mentions = [m._replace(**changes) if m.entity_type == "cytokine" else m for m in mentions]  # type: ignore[arg-type]
    return text, read(text, [Sentence(0, 0, len(text), None, in_title=False)], mentions)


@pytest.mark.parametrize(
    "sentence",
    [
        "We saw {C:IL-17}-producing {L:T cells} in skin.",
        "We saw {C:IL-17}+ {L:T cells} in skin.",
        "{L:Mast cell}-derived {C:IL-13} was found.",
        "Much {C:IL-6} was mainly secreted by activated human {L:monocytes}.",
        "{C:IL-6} can be produced by many cells including {L:fibroblasts}.",
        "The production of {C:IL-6} by resting {L:monocytes} fell.",
        "It lowered {C:IL-6} and {C:IL-8} release from {L:monocytes} and human {L:macrophages}.",
        "{L:Macrophages} produce high levels of {C:IL-12}.",
        "{L:Macrophages} had raised levels of {C:IL-12}.",
        "It cut the {L:monocyte} production of {C:IL-6}.",
        "It cut {L:monocyte} {C:IL-6} production.",
        "Expression of {C:IFN-γ} was increased in {L:MAIT cells}.",
        "{C:IL-6} mRNA expression levels were lowered in {L:monocytes}.",
        "{L:Th17} cytokines such as {C:IL-22} rose.",
        "{L:Th2} cytokines ({C:IL-4}, {C:IL-5}) rose.",
        "{L:T cells} are the main source of {C:IL-2} here.",
    ],
)
def test_made_by(sentence: str) -> None:
    # "cytokines" is a name too where the annotator reads a text
    _, found = claims_of(sentence.replace("cytokines", "{C:cytokines}"))
    of_cells = [c for c in found if c.a_id.startswith("L:")]
    assert {(c.claim, c.direction, c.method) for c in of_cells} == {("made_by", "ab", "rule")}


@pytest.mark.parametrize(
    "sentence",
    [
        "We used {C:IL-4}-stimulated {L:monocytes} here.",
        "{C:IL-1β}-induced degradation of matrix in rat {L:chondrocytes} was less.",
        "{L:Monocytes} were first cleaned and then incubated with {C:IL-4} for a day.",
        "We stimulated {L:monocytes} with {C:IL-4}.",
        "Treatment of {L:monocytes} with {C:IL-4} was short.",
        "{C:IL-12} strongly activates resting {L:NK cells}.",
        "{C:TNF} blockade reduced the number of {L:monocytes}.",
        "{C:IL-2} does good: {C:IL-2} promotes the expansion of {L:Tregs}.",
        "The differentiation of {L:Th17 cells} is driven by {C:IL-6}.",
        "{L:Neutrophil} migration toward {C:IL-8} was slow.",
        "{C:IL-8} is chemotactic for {L:neutrophils}.",
        "We asked for the effect of {C:IL-4} on {L:B cells}.",
        "{C:IL-7} is required for survival of {L:T cells}.",
    ],
)
def test_acts_on(sentence: str) -> None:
    _, found = claims_of(sentence)
    assert [(c.claim, c.direction, c.method) for c in found] == [("acts_on", "ba", "rule")]


@pytest.mark.parametrize(
    "sentence",
    [
        "{L:Monocytes} did not produce {C:IL-12}.",
        "There was no {C:IL-12} production by {L:monocytes}.",
        "{C:IL-12} failed to activate {L:NK cells}.",
        "{L:Monocytes} and {C:IL-12} were measured.",
        "{C:IL-12} in serum, and {L:monocytes}, were low.",
        "{C:IL-6} fell; {L:monocytes} released nothing.",
        "They release {C:IL-6} and induce changes in {L:monocytes}.",
    ],
)
def test_what_is_denied_or_only_mentioned_is_no_claim(sentence: str) -> None:
    _, found = claims_of(sentence)
    assert [(c.claim, c.direction) for c in found] == [("none", None)]


def test_a_link_is_an_association() -> None:
    for sentence in ("{L:Monocytes} correlated with {C:IL-6}.", "{L:Th1}-related {C:IFN-γ} fell."):
        assert [c.claim for c in claims_of(sentence)[1]] == ["associated"]


def test_the_one_makes_and_the_other_acts_in_one_sentence() -> None:
    text, found = claims_of("{C:IL-13} suppressed {C:IL-12} production by skin {L:dendritic cells}.")
    told = {(text[c.b_start : c.b_end], c.claim) for c in found if c.a_id == "L:dendritic cells"}
    assert told == {("IL-13", "acts_on"), ("IL-12", "made_by")}


def test_the_cue_is_the_word_that_decides() -> None:
    text, [claim] = claims_of("Both (in vitro) {L:monocytes} (all) secreted much {C:IL-6}.")
    assert claim.cue_start is not None
    assert text[claim.cue_start : claim.cue_end] == "secreted"
    text, [claim] = claims_of("Both {L:monocytes} and {C:IL-6} fell.")
    assert (claim.claim, claim.cue_start, claim.score) == ("none", None, cells.NOTHING)


def test_a_cell_without_a_cytokine_does_not_make_it() -> None:
    _, [claim] = claims_of("{C:IL-12} expressing {L:monocytes} were used.", modifier="deficient")
    assert claim.claim == "none"


def test_hedges_count() -> None:
    _, [claim] = claims_of("{C:IL-12} may activate {L:NK cells}.", speculative=True)
    assert (claim.claim, claim.certainty) == ("acts_on", "hedged")


@pytest.mark.slow
def test_lists_are_read_in_time_however_long_they_are() -> None:
    names = ", ".join(f"{{C:IL-{n}}}" for n in range(60))
    _, found = claims_of(f"{names} and {{L:monocytes}} {'and more ' * 200}.")
    assert len([c for c in found if c.a_id == "L:monocytes"]) == 60
