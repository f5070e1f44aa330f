"""Coarse kinds of names, and what a text tells of each of its sentences."""

from __future__ import annotations

import itertools

import pytest

from comention.claims.features import Layout, context_of, features
from comention.claims.kinds import is_remedy, kind_of
from comention.records import EntityType, Mention, Sentence


@pytest.mark.parametrize(
    ("name", "entity_type", "kind"),
    [
        ("hepatocellular carcinoma", "disease", "tumour"),
        ("glioblastoma", "disease", "tumour"),
        ("cancer pain", "disease", "tumour"),  # the first kind that fits
        ("hepatotoxicity", "disease", "harm"),
        ("neutropenia", "disease", "symptom"),
        ("gastritis", "disease", "inflammation"),
        ("aplasia", "disease", "other"),
        ("infliximab", "drug", "antibody"),
        ("BCG", "drug", "vaccine"),
        ("JAK inhibitors", "drug", "many"),
        ("Prednisolone", "drug", "steroid"),
        ("zorimine", "drug", "other"),
        ("IL-12", "cytokine", ""),
    ],
)
def test_kinds_of_names(name: str, entity_type: EntityType, kind: str) -> None:
    assert kind_of(name, entity_type) == kind


@pytest.mark.parametrize(
    ("drug", "disease", "expected"),
    [
        ("Analgesics", "postoperative pain", True),
        ("opioid analgesics", "neuralgia", True),
        ("antihypertensive drugs", "hypertension", True),
        ("antidepressants", "pain", False),
        ("opioids", "pain", False),  # not called after it
        ("anticonvulsant", "Epilepsy", True),
    ],
)
def test_a_class_called_after_what_it_is_for_is_its_remedy(drug: str, disease: str, expected: bool) -> None:
    assert is_remedy(drug, disease) is expected


def test_what_a_drug_makes_in_a_disease_is_another_thing() -> None:
    text = "Zorimab-induced dyskinesia in colitis; zorimab-induced colitis."
    drug = Mention(0, 7, "Zorimab", "drug", "X:z", "zorimab", "lexicon")
    disease = Mention(30, 37, "colitis", "disease", "X:c", "colitis", "lexicon")
    sentence = Sentence(0, 0, len(text), None, in_title=False)
    layout = Layout(text, sentence, [drug, disease], context_of(text, [sentence], [drug, disease]))
    assert "makes another in" in features(layout, layout.around(disease, drug), disease, drug)
    made = drug._replace(start=39, end=46, text="zorimab"), disease._replace(start=55, end=62)
    layout = Layout(text, sentence, [*made], context_of(text, [sentence], [*made]))
    found = features(layout, layout.around(made[1], made[0]), made[1], made[0])
    assert not [feature for feature in found if feature.startswith("makes another")]


def test_a_title_tells_its_concepts_and_words_below_it_alone() -> None:
    text = "Zorimab prevents colitis. We gave zorimab."
    sentences = [Sentence(0, 0, 25, None, in_title=True), Sentence(1, 26, len(text), None, in_title=False)]
    drug = Mention(0, 7, "Zorimab", "drug", "X:z", "zorimab", "lexicon")
    disease = Mention(17, 24, "colitis", "disease", "X:c", "colitis", "lexicon")
    title = context_of(text, sentences, [drug, disease])
    assert title.concepts == {"X:z", "X:c"}
    assert title.features == ("title protect",)
    again = drug._replace(start=34, end=41)
    other = Mention(29, 33, "gave", "disease", "X:o", "gave", "lexicon")
    below = Layout(text, sentences[1], [other, again], title)
    found = features(below, below.around(other, again), other, again)
    assert {"title protect", "title has b"} <= {*found}
    itself = Layout(text, sentences[0], [drug, disease], title)
    found = features(itself, itself.around(disease, drug), disease, drug)
    assert "title has ab" in found
    assert "title protect" not in found


def test_a_text_without_a_title_tells_nothing_of_it() -> None:
    name = Mention(0, 7, "Zorimab", "drug", "X:z", "zorimab", "lexicon")
    told = context_of("Zorimab.", [Sentence(0, 0, 8, None, in_title=False)], [name])
    assert (told.concepts, told.features) == (frozenset(), ())


def _named(text: str, *names: tuple[str, EntityType]) -> list[Mention]:
    found: list[Mention] = []
    for name, kind in names:
        start = found[-1].end if found else 0
        start = text.index(name, start)
        found.append(Mention(start, start + len(name), name, kind, f"X:{name.lower()}", name, "lexicon"))
    return found


def _found(text: str, mentions: list[Mention], *ends: int) -> set[str]:
    """Return the features of the last two names, in the last of the sentences that end at `ends`."""
    bounds = (0, *ends, len(text))
    sentences = [
        Sentence(i, x, y, None, in_title=False) for i, (x, y) in enumerate(itertools.pairwise(bounds))
    ]
    inside = [m for m in mentions if m.start >= bounds[-2]]
    layout = Layout(text, sentences[-1], inside, context_of(text, sentences, mentions))
    a, b = sorted(inside[-2:], key=lambda m: m.entity_type)
    return {*features(layout, layout.around(a, b), a, b)}


def test_other_sentences_tell_of_a_name_by_the_words_next_to_it() -> None:
    text = "Severe colitis improved. Zorimab was given. Some had colitis and zorimab."
    names = _named(
        text, ("colitis", "disease"), ("Zorimab", "drug"), ("colitis", "disease"), ("zorimab", "drug")
    )
    found = _found(text, names, 24, 43)
    assert {"else a<severe", "else a>improv", "else a:relieve", "else a 1", "else b>was", "else b 1"} <= found
    assert not found & {"else a<some", "else a>and", "else b<improv", "else b:relieve"}


def test_the_own_sentence_and_other_names_tell_nothing_as_others_do() -> None:
    text = "Zorimab colitis. Colitis and zorimab."
    names = _named(
        text, ("Zorimab", "drug"), ("colitis", "disease"), ("Colitis", "disease"), ("zorimab", "drug")
    )
    assert {name for name in _found(text, names, 16) if name.startswith("else")} == {"else a 1", "else b 1"}


def test_what_is_told_in_the_clause_of_two_names_counts_apart_from_other_clauses() -> None:
    text = "Fever worsened, whereas colitis improved and was prevented by zorimab although pain was not."
    found = _found(text, _named(text, ("colitis", "disease"), ("zorimab", "drug")))
    assert {name for name in found if name.startswith(("clause", "beyond", "parts"))} == {
        "parts 0",
        "clause protect",
        "clause relieve",
        "clause protect relieve",
        "beyond deny",
        "beyond harm",
    }
    parted = "Colitis improved but zorimab failed."
    assert "parts 1" in _found(parted, _named(parted, ("Colitis", "disease"), ("zorimab", "drug")))


def test_capitals_that_grow_when_lowered_move_no_word() -> None:
    text = "\u0130\u0130\u0130 severe colitis improved. Colitis and zorimab."
    names = _named(text, ("colitis", "disease"), ("Colitis", "disease"), ("zorimab", "drug"))
    assert {"else a<severe", "else a>improv"} <= _found(text, names, text.index("Colitis") - 1)
