"""Coarse kinds of names, and what a title tells of the sentences below it."""

from __future__ import annotations

import pytest

from comention.claims.features import UNTOLD, Layout, features, title_of
from comention.claims.kinds import kind_of
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


def test_a_title_tells_its_concepts_and_words_below_it_alone() -> None:
    text = "Zorimab prevents colitis. We gave zorimab."
    sentences = [Sentence(0, 0, 25, None, in_title=True), Sentence(1, 26, len(text), None, in_title=False)]
    drug = Mention(0, 7, "Zorimab", "drug", "X:z", "zorimab", "lexicon")
    disease = Mention(17, 24, "colitis", "disease", "X:c", "colitis", "lexicon")
    title = title_of(text, sentences, [drug, disease])
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
    assert title_of("Zorimab.", [Sentence(0, 0, 8, None, in_title=False)], []) is UNTOLD
