"""What texts say of their studies; the texts are made up."""

from __future__ import annotations

import pytest

from comention.records import Section
from comention.study.reading import contexts, hits, sums, told

_TEXTS = {
    "A randomised trial of novakine in psoriasis.": (
        "Patients were randomly assigned to novakine or placebo. The outcome was measured at week 12.",
        {"randomised trial"},
    ),
    "Novakine in psoriasis: an open-label phase 2 trial.": (
        "Twenty patients received novakine. The response was measured in all patients.",
        {"other trial"},
    ),
    "Serum novakine in psoriasis.": (
        "In this retrospective cohort study, 40 patients and 20 healthy controls were compared.",
        {"human observational"},
    ),
    "Psoriasis under novakine: a case report.": (
        "A 64-year-old woman was admitted with fever. The patient was given novakine.",
        {"case report"},
    ),
    "Novakine lowers arthritis in mice.": (
        "C57BL/6 mice were given novakine for 8 weeks, and paws were examined.",
        {"animal"},
    ),
    "Novakine slows growth.": (
        "Cultured HeLa cells were incubated with novakine in vitro, and cell proliferation was measured.",
        {"in vitro"},
    ),
    "Novakine slows tumours of mice.": (
        "Growth is slow. HeLa cells were transfected in vitro. BALB/c mice bearing xenografts were treated.",
        {"animal", "in vitro"},
    ),
    "Docking of novakine.": (
        "Molecular docking and molecular dynamics simulations were performed.",
        {"computational"},
    ),
    "Novakine: biology and therapy.": (
        "In this review, we discuss recent advances in patients and in mice.",
        {"review"},
    ),
    "Novakine for psoriasis: a meta-analysis.": (
        "We searched PubMed. Randomized trials of patients were pooled by meta-analysis.",
        {"meta-analysis", "review"},
    ),
    "Novakine for psoriasis: study protocol for a randomised trial.": (
        "Patients will be randomly assigned and will be recruited at ten sites.",
        {"protocol"},
    ),
    "Synthesis of novakine.": ("The compound was prepared in four steps.", set()),
}


@pytest.mark.parametrize("title", _TEXTS)
def test_a_text_says_what_it_reports(title: str) -> None:
    abstract, words = _TEXTS[title]
    text = f"{title} {abstract}"
    assert told(hits(text), len(title), len(text)).words.keys() == words


def test_a_title_says_more_than_what_others_found() -> None:
    text = "Mice fall ill. Rats are known. Nothing of note follows here at all, whatever was made of it then."
    one = sums(hits(text), 14, len(text))
    assert one["animal"] == 2 + 0.5  # the title twice, the first quarter half


def test_labelled_parts_weigh_by_their_category() -> None:
    text = "T. Patients. Patients."
    parts = (Section("AIM", "OBJECTIVE", 3, 12), Section("HOW", "METHODS", 13, 22))
    assert sums(hits(text), 2, len(text), parts)["people"] == 0.8 + 1.5


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        ("in vitro fertilization", []),
        ("in vitro", ["cells"]),
        ("rabbit polyclonal antibodies", []),
        ("COVID-19 patients", ["people"]),
        ("mouse-adapted", ["animal"]),
        ("xeno-mice", []),
        ("7-year-old girl", ["case"]),
    ],
)
def test_the_longest_cue_counts(text: str, kinds: list[str]) -> None:
    assert [hit.cue.kind for hit in hits(f"a {text} b")] == kinds


def test_places_are_those_of_the_text_where_small_letters_are_longer() -> None:
    text = "İİİ mice"
    (hit,) = hits(text)
    assert text[hit.start :] == "mice"


def test_organisms_are_of_studies_alone() -> None:
    def species(text: str) -> tuple[str, ...]:
        return told(hits(text), 0, len(text)).species

    assert species("Nothing was here. Wistar rats were treated, rats were examined.") == ("Rats",)
    assert species("Nothing. HeLa cells were cultured in vitro, then HeLa cells were treated.") == ("Humans",)
    assert species("Nothing was here. In this review we discuss mice.") == ()


def test_a_sentence_says_in_whom() -> None:
    sentences = ["Patients fell ill.", "Mice did.", "HeLa cells grew.", "Mice and patients did.", "None."]
    text = " ".join(sentences)
    starts = [text.index(sentence) for sentence in sentences]
    assert contexts(hits(text), starts) == ["human", "animal", "in vitro", "mixed", None]
    assert contexts([], []) == []
