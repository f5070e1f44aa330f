"""What sentences claim: constructions, who acts, how surely, by which words."""

from __future__ import annotations

import pytest

from comention.claims.features import Layout
from comention.claims.reading import fingerprint, read
from comention.records import Claim, EntityType, Mention, Sentence

_TYPES: dict[str, EntityType] = {"R": "drug", "D": "disease", "C": "cytokine"}


def claims_of(marked: str, **changes: object) -> tuple[str, list[Claim]]:
    """Return a sentence without its marks ("{R:zorimab}"), and what it claims of the marked names."""
    text, mentions = "", []
    for piece in marked.replace("}", "{").split("{"):
        kind, colon, name = piece.partition(":")
        if colon and kind in _TYPES:
            start = len(text)
            text += name
            concept = f"X:{name}"
            mentions.append(Mention(start, len(text), name, _TYPES[kind], concept, name, "lexicon"))
        else:
            text += piece
    mentions = [m._replace(**changes) if m.entity_type == "cytokine" else m for m in mentions]  # type: ignore[arg-type]
    return text, read(text, [Sentence(0, 0, len(text), None, in_title=False)], mentions)


@pytest.mark.parametrize(
    ("sentence", "claim", "direction"),
    [
        ("Rats developed {R:zorimab}-induced {D:colitis} within days.", "causes", "ba"),
        ("We saw {D:colitis} caused by {R:zorimab} twice.", "causes", "ba"),
        ("In {R:zorimycin}-{D:diabetic} rats weight fell.", "causes", "ba"),
        ("{R:Zorimycin} was used to induce the rat model of {D:diabetes}.", "causes", "ba"),
        ("It lessened {C:IL-12}-driven {D:colitis} in mice.", "promotes", "ab"),
        ("There was {R:zorimab}-induced {C:IL-12} in culture.", "raises", "ba"),
        ("There was {C:IL-18}-induced {C:IL-12} in culture.", "raises", "ba"),
        ("There was {C:IL-12} induced by {C:IL-18} in culture.", "raises", "ba"),
    ],
)
def test_sure_constructions(sentence: str, claim: str, direction: str) -> None:
    _, found = claims_of(sentence)
    assert [(c.claim, c.direction, c.method) for c in found] == [(claim, direction, "rule")]


@pytest.mark.parametrize(
    "sentence",
    [
        "Here {R:zorimab}-resistant {D:melanoma} was sequenced.",
        "Here {R:zorimab}-resistant human {D:melanoma} was sequenced.",
        "Some {D:melanoma} was refractory to {R:zorimab} early.",
        "Of {D:melanoma} with acquired resistance to {R:zorimab} little is known.",
        "A kinase drives {R:zorimab} resistance in advanced {D:melanoma}.",
    ],
)
def test_resistance_is_told_apart_from_a_test_that_failed(sentence: str) -> None:
    text, (found,) = claims_of(sentence)
    assert (found.claim, found.direction, found.method) == ("resistant", "ba", "rule")
    assert found.cue_start is not None
    assert text[found.cue_start : found.cue_end] in {"resistant", "refractory", "resistance"}


@pytest.mark.parametrize(
    ("sentence", "claim"),
    [
        ("We describe late {D:irAEs} in patients who were treated with {R:zorimab}.", "causes"),
        (
            "Therapy with {R:zorimab} was studied, and {D:immune-related adverse events} were counted.",
            "causes",
        ),
        ("{R:Zorimab} was effective in {D:melanoma}.", "treats"),
        ("All {D:irAEs} improved after treatment with {R:prednisolone}.", "treats"),
        ("{R:Zorimab} for the treatment of {D:irAEs} was effective.", "treats"),
    ],
)
def test_an_effect_of_immunotherapy_is_no_indication_of_it(sentence: str, claim: str) -> None:
    _, (found,) = claims_of(sentence)
    assert (found.claim, found.direction) == (claim, "ba")


@pytest.mark.parametrize(
    "sentence",
    [
        "{R:Zorimab} had no effect on {D:colitis}.",
        "{R:Zorimab} did not improve {D:colitis} that was refractory.",
        "The failure of {R:zorimab} to improve {D:colitis} was clear.",
    ],
)
def test_a_test_that_failed_is_not_told_as_resistance(sentence: str) -> None:
    _, (found,) = claims_of(sentence)
    assert found.claim != "resistant"


@pytest.mark.parametrize(
    ("sentence", "modifier", "claim"),
    [
        ("{C:IL-12}-deficient mice were resistant to {D:colitis}.", "deficient", "promotes"),
        ("Anti-{C:IL-12} ameliorated {D:colitis}.", "anti", "promotes"),
        ("{C:IL-12}-deficient mice were susceptible to {D:colitis}.", "deficient", "protects"),
        ("Anti-{C:IL-12} worsened {D:colitis}.", "anti", "protects"),
        ("An anti-{C:IL-12} antibody improves {D:psoriasis}.", "anti", "promotes"),
        ("Antibodies against {C:IL-12} relieved {D:psoriasis}.", None, "promotes"),
        ("Neutralization of {C:IL-12} ameliorated {D:colitis}.", None, "promotes"),
        ("Inhibiting {C:IL-12} alleviated {D:colitis} in mice.", None, "promotes"),
        ("Silencing of {C:IL-12} aggravated {D:colitis}.", None, "protects"),
        ("{C:IL-12} knockdown attenuated {D:arthritis}.", None, "promotes"),
        ("{D:Colitis} improved under {C:IL-12} blockade.", "inhibitor", "promotes"),
        ("Anti-{C:IL-12} not only ameliorated {D:colitis} but also restored weight.", "anti", "promotes"),
    ],
)
def test_the_loss_of_a_cytokine_turns_the_sign(sentence: str, modifier: str, claim: str) -> None:
    _, found = claims_of(sentence, modifier=modifier)
    assert [(c.claim, c.direction, c.method) for c in found] == [(claim, "ab", "rule")]


@pytest.mark.parametrize(
    "sentence",
    [
        "Anti-{C:IL-12} did not ameliorate {D:colitis}.",
        "The decoy, but not anti-{C:IL-12}, ameliorated {D:colitis}.",
        "Anti-{C:IL-12} improved weight loss that is caused by {D:colitis}.",
        "Anti-{C:IL-12} improved sleep, while mice with {D:colitis} died.",
        "In {D:colitis} refractory to anti-{C:IL-12} we tried others.",
        "In {D:colitis} we saw time-dependent changes with anti-{C:IL-12}.",
    ],
)
def test_the_loss_of_a_cytokine_without_an_outcome_of_the_disease_is_no_rule(sentence: str) -> None:
    _, (found,) = claims_of(sentence, modifier="anti")
    assert found.method == "model"


@pytest.mark.parametrize(
    ("sentence", "denials"),
    [
        ("It was not only safe but also effective.", []),
        ("It was not just safe, and not merely cheap.", []),
        ("Whether or not it works is open.", []),
        ("There is no doubt that it works.", []),
        ("It was not safe.", ["not"]),
        ("It was not only safe but did not work.", ["not"]),
        ("There was no effect without it.", ["no", "without"]),
    ],
)
def test_not_only_denies_nothing(sentence: str, denials: list[str]) -> None:
    whole = Sentence(0, 0, len(sentence), None, in_title=False)
    words = Layout(sentence, whole, []).words
    assert [word.word for word in words if word.cue == "deny"] == denials
    assert "in deny" in Layout(sentence, whole, []).everywhere or not denials


@pytest.mark.parametrize(
    ("sentence", "claim"),
    [
        ("{R:Zorimab} is effective in the treatment of {D:psoriasis}.", "treats"),
        ("{R:Zorimab} was associated with an increased risk of {D:pneumonia}.", "causes"),
        ("{R:Zorimab} reduced the production of {C:IL-12} in macrophages.", "lowers"),
        ("{R:Zorimab} increased the production of {C:IL-12} in macrophages.", "raises"),
        ("Serum {C:IL-12} was higher in patients with {D:psoriasis} than in controls.", "raised_in"),
        ("We measured {C:IL-12}, {C:IL-18} and others.", "none"),
    ],
)
def test_plain_sentences_by_the_model(sentence: str, claim: str) -> None:
    _, found = claims_of(sentence)
    assert [(c.claim, c.method) for c in found] == [(claim, "model")]


def test_the_cue_is_a_span_of_the_text() -> None:
    text, (found,) = claims_of("{R:Zorimab} reduced the production of {C:IL-12} in macrophages.")
    assert found.cue_start is not None
    assert text[found.cue_start : found.cue_end] == "reduced"
    assert (text[found.a_start : found.a_end], text[found.b_start : found.b_end]) == ("IL-12", "Zorimab")


def test_a_claim_of_nothing_has_no_cue_and_no_actor() -> None:
    _, (found,) = claims_of("We measured {C:IL-12}, {C:IL-18} and others.")
    assert (found.cue_start, found.cue_end, found.direction, found.certainty) == (None, None, None, "stated")


def test_what_is_held_possible_is_hedged() -> None:
    sentence = "There may be {C:IL-12}-driven {D:colitis}."
    assert [c.certainty for c in claims_of(sentence)[1]] == ["stated"]
    assert [c.certainty for c in claims_of(sentence, speculative=True)[1]] == ["hedged"]


def test_the_nearest_spans_are_taken_and_measured_drugs_have_none() -> None:
    text = "Zorimab failed, then zorimab-induced colitis."
    drug = Mention(0, 7, "Zorimab", "drug", "X:z", "zorimab", "lexicon")
    again = Mention(21, 28, "zorimab", "drug", "X:z", "zorimab", "lexicon")
    disease = Mention(37, 44, "colitis", "disease", "X:c", "colitis", "lexicon")
    sentences = [Sentence(3, 0, len(text), None, in_title=False)]
    (found,) = read(text, sentences, [drug, again, disease])
    assert (found.sentence, found.a_start, found.b_start, found.claim) == (3, 37, 21, "causes")
    assert read(text, sentences, [drug._replace(role="measured"), disease]) == []
    assert read(text, sentences, [drug._replace(concept_id="text:zorimab"), disease]) == []


def test_names_are_no_features() -> None:
    one = claims_of("{R:Zorimine} reduced the production of {C:IL-12} in macrophages.")[1][0]
    other = claims_of("{R:Aspirin} reduced the production of {C:IL-17} in macrophages.")[1][0]
    assert (one.claim, one.score) == (other.claim, other.score)


def test_the_same_text_gives_the_same_claims_and_the_fingerprint_tells_the_model() -> None:
    sentence = "{R:Zorimab} reduced the production of {C:IL-12} in macrophages."
    assert claims_of(sentence) == claims_of(sentence)
    assert fingerprint() == fingerprint()
    assert fingerprint().startswith("claims-")


def test_the_fingerprint_changes_with_the_model(monkeypatch: pytest.MonkeyPatch) -> None:
    before = fingerprint()
    monkeypatch.setattr("comention.claims.reading.content", lambda: "another")
    assert fingerprint() != before
