"""Narrower names that the words of a longer name hold, over the shipped lexicon."""

from __future__ import annotations

import pytest

from comention.annotation.document import from_text
from comention.annotation.fast import FastAnnotator
from comention.annotation.narrowing import narrower_meaning, narrower_names
from comention.lexicon.matcher import Matcher
from comention.lexicon.store import open_lexicon

MATCHER = Matcher(open_lexicon())
FAST = FastAnnotator(open_lexicon())


def narrower(before: str, end: str) -> list[str]:
    """The names of what the words before the end of a name tell."""
    known = MATCHER.meaning_of(end)
    assert known is not None
    return [c.name for c in narrower_meaning(MATCHER, before, end, known.concepts[0].concept_id)]


def test_most_words_come_first_and_the_turned_order_last() -> None:
    assert list(narrower_names("two early ", "fistula")) == [
        "two early fistula",
        "two fistula",
        "early fistula",
        "fistula early",
        "fistula two",
    ]


def test_words_of_another_member_of_a_list_are_left_out() -> None:
    assert list(narrower_names("lung and brain ", "edema")) == ["brain edema", "edema brain"]


@pytest.mark.parametrize(
    ("before", "end", "name"),
    [
        ("pontine ", "infarct", "brain stem infarctions"),
        ("severe biliary ", "cancer", "biliary tract neoplasms"),
        ("gangrenous ", "pyoderma", "pyoderma gangrenosum"),
        ("post-herpetic ", "neuralgia", "postherpetic neuralgia"),
        ("jejunal ", "hemorrhage", "gastrointestinal hemorrhage"),
        ("broncho-pulmonary viral ", "pneumonia", "viral pneumonia"),
        ("chronic calcifying ", "pancreatitis", "chronic pancreatitis"),
    ],
)
def test_a_narrower_disease_is_found(before: str, end: str, name: str) -> None:
    assert narrower(before, end) == [name]


@pytest.mark.parametrize(
    ("before", "end"),
    [
        ("unusual ", "hemorrhage"),
        ("brain and ", "infarct"),
        ("cutaneous ", "pneumonia"),
        ("early ", "asthma"),
        ("renal pelvis ", "carcinoma"),
        ("brain wall ", "abscess"),
        ("non-rheumatoid ", "arthritis"),
        ("not viral ", "pneumonia"),
    ],
)
def test_words_that_make_no_narrower_name_tell_nothing(before: str, end: str) -> None:
    assert narrower(before, end) == []


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Acute pontine infarct (API) was seen.", "brain stem infarctions"),
        ("A jejunal hemorrhage (JH) was seen.", "gastrointestinal hemorrhage"),
    ],
)
def test_a_short_form_means_the_narrower_disease(text: str, name: str) -> None:
    short = {m.concept_name for m in FAST.mentions(from_text(text)) if m.method == "abbreviation"}
    assert short == {name}


def found(text: str) -> list[tuple[str, str]]:
    """The words and the concepts of the diseases of a text."""
    return [(m.text, m.concept_name) for m in FAST.mentions(from_text(text)) if m.entity_type == "disease"]


@pytest.mark.parametrize(
    ("text", "word", "name"),
    [
        ("Femoral surface fractures were fixed.", "fractures", "femoral fractures"),
        ("Imaging of genitourinary tumors is difficult.", "tumors", "urogenital neoplasms"),
        ("We saw one tumor of the spleen and its hilum.", "tumor", "splenic neoplasms"),
        ("The risk of cancer in the caecum was raised.", "cancer", "cecal neoplasms"),
        ("They had small bowel bleeding.", "small bowel bleeding", "gastrointestinal hemorrhage"),
    ],
)
def test_words_beside_a_name_make_it_narrower(text: str, word: str, name: str) -> None:
    assert found(text) == [(word, name)]


@pytest.mark.parametrize(
    ("text", "word", "name"),
    [
        ("It is the second commonest cancer.", "cancer", "neoplasms"),
        ("Hip braces can treat osteoarthritis.", "osteoarthritis", "osteoarthritis"),
        ("We report aspergillosis in the lung transplant recipient.", "aspergillosis", "aspergillosis"),
        ("Many non genitourinary tumors grew.", "tumors", "neoplasms"),
        ("Stage II and renal pelvis fractures were fixed.", "fractures", "bone fractures"),
        ("The spleen was hit with tumors elsewhere.", "tumors", "neoplasms"),
    ],
)
def test_other_words_beside_a_name_leave_it(text: str, word: str, name: str) -> None:
    assert found(text) == [(word, name)]
