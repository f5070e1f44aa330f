"""Names that share a word, over the shipped lexicon: spans are asserted by their text."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comention.annotation.coordination import shared_names
from comention.annotation.document import from_article, from_text
from comention.annotation.fast import FastAnnotator
from comention.lexicon.matcher import Matcher
from comention.lexicon.store import open_lexicon
from comention.records import Article, Section

MATCHER = Matcher(open_lexicon())
ANNOTATOR = FastAnnotator(open_lexicon())


def shared(text: str) -> list[tuple[str, tuple[str, ...]]]:
    """What a text's lists leave out in part: the stretch and the names of its concepts."""
    found = shared_names(text, MATCHER.find(text), MATCHER)
    return [(text[s.start : s.end], tuple(c.name for c in s.concepts)) for s in found if s.concepts]


def mentioned(text: str) -> list[tuple[str, str]]:
    return [(m.text, m.concept_name) for m in ANNOTATOR.mentions(from_text(text))]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "IL-4, -10 and -12 rose.",
            [("IL-4, -10", "interleukin-10"), ("IL-4, -10 and -12", "interleukin-12")],
        ),
        ("IL-2 and -12 rose.", [("IL-2 and -12", "interleukin-12")]),
        ("Interleukin (IL)-4 and -13.", [("Interleukin (IL)-4 and -13", "interleukin-13")]),
        (
            "The interleukins 2, 12 and 15 rose.",
            [("interleukins 2, 12", "interleukin-12"), ("interleukins 2, 12 and 15", "interleukin-15")],
        ),
        ("IL-2, 4 and 10 levels", [("IL-2, 4", "interleukin-4"), ("IL-2, 4 and 10", "interleukin-10")]),
        ("The IL-10/12 ratio", [("IL-10/12", "interleukin-12")]),
        ("IL-17A and F", [("IL-17A and F", "interleukin-17F")]),
        ("IL-1α and -1β", [("IL-1α and -1β", "interleukin-1β")]),
        ("IFN-α and -γ", [("IFN-α and -γ", "interferon-γ")]),
        ("interferon alpha and gamma", [("interferon alpha and gamma", "interferon-γ")]),
        ("IL-12p40 and p70", [("IL-12p40 and p70", "interleukin-12")]),
        (
            "TGF-β1, -β2 and -β3",
            [
                ("TGF-β1, -β2", "transforming growth factor-β2"),
                ("TGF-β1, -β2 and -β3", "transforming growth factor-β3"),
            ],
        ),
        ("CXCL9-11 fell.", [("CXCL9-11", "CXCL10"), ("CXCL9-11", "CXCL11")]),
        ("CXCL9, -10 and -11", [("CXCL9, -10", "CXCL10"), ("CXCL9, -10 and -11", "CXCL11")]),
        ("MIP-1α and -1β", [("MIP-1α and -1β", "CCL4")]),
        (
            "IL-1β, -6 and -8 rose.",
            [("IL-1β, -6", "interleukin-6"), ("IL-1β, -6 and -8", "interleukin-8")],
        ),
        (
            "interleukins 1α, 2 and 7 fell.",
            [("interleukins 1α, 2", "interleukin-2"), ("interleukins 1α, 2 and 7", "interleukin-7")],
        ),
        ("CCL2, 3 and 4 recruit", [("CCL2, 3", "CCL3"), ("CCL2, 3 and 4", "CCL4")]),
        ("IL-4, 5 and 13 that", [("IL-4, 5", "interleukin-5"), ("IL-4, 5 and 13", "interleukin-13")]),
        ("IL-1ra, -6", [("IL-1ra, -6", "interleukin-6")]),
        ("IL-17A and -22", [("IL-17A and -22", "interleukin-22")]),
    ],
)
def test_a_list_of_cytokines_goes_on_with_numbers_and_letters(
    text: str, expected: list[tuple[str, str]]
) -> None:
    assert shared(text) == [(stretch, (name,)) for stretch, name in expected]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("breast and ovarian cancer", [("breast and ovarian cancer", "breast neoplasms")]),
        ("breast/ovarian cancer", [("breast/ovarian cancer", "breast neoplasms")]),
        ("breast-ovarian cancer", [("breast-ovarian cancer", "breast neoplasms")]),
        (
            "women with breast, colon and ovarian cancers",
            [
                ("breast, colon and ovarian cancers", "breast neoplasms"),
                ("colon and ovarian cancers", "colonic neoplasms"),
            ],
        ),
        ("rheumatoid/psoriatic arthritis", [("rheumatoid/psoriatic arthritis", "rheumatoid arthritis")]),
        ("acute and chronic renal failure", [("acute and chronic renal failure", "acute kidney injury")]),
        ("hepatitis B and C", [("hepatitis B and C", "hepatitis C")]),
        (
            "type 1 and 2 diabetes",
            [("type 1 and 2 diabetes", "type 1 diabetes"), ("type 1 and 2 diabetes", "type 2 diabetes")],
        ),
        ("types I and II diabetes", [("types I and II diabetes", "type 1 diabetes"),
                                     ("types I and II diabetes", "type 2 diabetes")]),
        ("type 1 and type 2 diabetes", [("type 1 and type 2 diabetes", "type 1 diabetes")]),
    ],
)  # fmt: skip
def test_a_list_of_diseases_leaves_out_the_head_or_the_beginning(
    text: str, expected: list[tuple[str, str]]
) -> None:
    assert shared(text) == [(stretch, (name,)) for stretch, name in expected]


@pytest.mark.parametrize(
    "text",
    [
        "IL-2, 4 and 10 patients had fever.",
        "IL-2, 4 and 10 wells had it.",
        "IL-12, 18 mice and 20 rats.",
        "IL-12 or -12",
        "IL-6, -8% of the baseline.",
        "IL-6 and 8 h later",
        "IL-17A and B cells",
        "IFN-alpha and beta-actin",
        "IL-12 and 5 healthy controls",
        "IL-10/1.5 ng",
        "IL-4 and IL-13",
        "cirrhosis and liver cancer",
        "Crohn's disease and ulcerative colitis",
        "fatigue and lung cancer",
        "sodium and potassium chloride",
        "We saw mice and lung cancer.",
    ],
)
def test_what_only_looks_like_a_list_adds_nothing(text: str) -> None:
    assert shared(text) == []


def test_names_found_in_full_stand_beside_those_put_together() -> None:
    assert mentioned("In breast and ovarian cancer, IL-2 and -12 fell.") == [
        ("breast and ovarian cancer", "breast neoplasms"),
        ("ovarian cancer", "ovarian neoplasms"),
        ("IL-2", "interleukin-2"),
        ("IL-2 and -12", "interleukin-12"),
    ]


def test_the_common_word_is_no_member_of_its_own() -> None:
    assert [name for _, name in mentioned("type 1 and 2 diabetes")] == ["type 1 diabetes", "type 2 diabetes"]


def test_a_list_of_viruses_or_receptors_names_no_disease_and_no_cytokine() -> None:
    assert mentioned("hepatitis B and C viruses") == []
    assert mentioned("IL-2 and IL-15 receptors") == []
    assert mentioned("IL-2, IL-7 and IL-15 receptors") == []
    # its receptors beside a ligand: the ligand counts
    assert mentioned("IL-12 and IL-12 receptor") == [("IL-12", "interleukin-12")]
    assert mentioned("IL-12 and IL-12 receptors") == [("IL-12", "interleukin-12")]


@pytest.mark.parametrize(
    ("title", "abstract", "names"),
    [
        ("On breast", "and ovarian cancer.", ["ovarian cancer"]),
        ("On IL-2", "and -12.", ["IL-2"]),
        ("Of type 1", "and 2 diabetes.", ["diabetes"]),
    ],
)
def test_no_list_reaches_from_the_title_into_the_abstract(
    title: str, abstract: str, names: list[str]
) -> None:
    begin = len(title) + 1
    article = Article(1, 1, title, abstract, (Section(None, None, begin, begin + len(abstract)),))
    assert [m.text for m in ANNOTATOR.mentions(from_article(article))] == names


def test_a_mention_says_that_it_was_put_together() -> None:
    methods = {m.concept_name: m.method for m in ANNOTATOR.mentions(from_text("IL-2 and -12"))}
    assert methods == {"interleukin-2": "lexicon", "interleukin-12": "coordination"}


@pytest.mark.parametrize("text", ["breast and " * 50_000 + "ovarian cancer", "IL-1, -2" + ", -2" * 50_000])
def test_a_list_without_an_end_is_no_trouble(text: str) -> None:
    found = ANNOTATOR.mentions(from_text(text))
    assert found
    assert max(m.end - m.start for m in found) <= 200


_PIECES = st.sampled_from(
    "IL-2|-12|interleukins|4|and|or|,|/|breast|ovarian|cancer|type 1|2|diabetes|hepatitis B|C|α|-β|TGF-β1|"
    "CXCL9-11|receptors|viruses|cells|(|)|IFN|é|𝛾".split("|")
)


@given(st.lists(_PIECES, max_size=14), st.sampled_from(["", " "]))
def test_every_stretch_lies_in_the_text_and_holds_a_name_found_in_full(pieces: list[str], glue: str) -> None:
    text = re.sub(r"\s+", " ", glue.join(pieces))
    matches = MATCHER.find(text)
    for name in shared_names(text, matches, MATCHER):
        assert 0 <= name.start < name.end <= len(text)
        assert any(name.start <= match.start and match.end <= name.end for match in matches)
        assert text[name.start : name.end] == text[name.start : name.end].strip()


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Brain edema or infarction was seen.", "brain infarction"),
        ("Pulmonary edema and embolism were seen.", "pulmonary embolism"),
        ("A gastric polyp or ulcer.", "stomach ulcer"),
        ("Hepatic steatosis and fibrosis.", "liver cirrhosis"),
        ("Aortic regurgitation/stenosis.", "aortic valve stenosis"),
        ("Retinal detachment and hemorrhage.", "retinal hemorrhage"),
    ],
)
def test_a_head_shares_the_beginning_of_the_name_before(text: str, name: str) -> None:
    assert mentioned(text)[-1][1] == name


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Heart disease and cancer.", "neoplasms"),
        ("Pulmonary fibrosis and hypertension.", "hypertension"),
        ("Brain edema, and in one an infarction.", "infarction"),
        ("Asthma or fibrosis.", "fibrosis"),
        ("Bone and cancer.", "neoplasms"),
        ("Of blood and tumor.", "neoplasms"),
        ("In adrenal glands, prostate cancer and blood.", "prostatic neoplasms"),
    ],
)
def test_other_heads_stand_by_themselves(text: str, name: str) -> None:
    assert mentioned(text)[-1][1] == name
    assert shared(text) == []
