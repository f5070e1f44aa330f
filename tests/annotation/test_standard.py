"""The standard annotator: how the lexicon's names and the recogniser's spans become one.

The rule is tried on spans and chances that the tests give, over the shipped lexicon and a model without
weights; the shipped model is tried on texts.
"""

from __future__ import annotations

import dataclasses
import itertools
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from comention.annotation import standard
from comention.annotation.annotators import make_annotator
from comention.annotation.document import Document, from_text
from comention.annotation.learnt import SETTLED
from comention.annotation.standard import SLIGHT, SURE, Marked, StandardAnnotator
from comention.annotation.tagging import definitions
from comention.errors import ConfigError, MalformedError
from comention.lexicon.matcher import Additions
from comention.lexicon.store import open_lexicon
from comention.ner.model import Model, Span, Tagged, open_model
from comention.ner.names import Use
from comention.ner.tokens import words
from comention.records import Mention, Reading, Rejected
from tests.support.recogniser import LABELS, write_model

_LEARNT = [
    Use("chemical", "recombinant zornal interleukin-2", ("MESH:D000431",)),
    Use("disease", "TNF flare syndrome", ("MESH:D007249",)),
    Use("disease", "liver zorn", ("MESH:D008103",)),
    Use("disease", "hepatitis", ("MESH:D056486",)),
    Use("disease", "pulmonary and zornal fibrosis", ("MESH:D005355", "MESH:D011658")),
    Use("disease", "psoriasis", ("MESH:D011565",)),
] * SETTLED

#: What a test says that the recogniser marks: (surface, label, score).
Given = tuple[str, str, float]


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Model:
    """A model that marks nothing by itself, with a few learnt names."""
    return Model(write_model(tmp_path_factory.mktemp("model"), {}, uses=_LEARNT))


@pytest.fixture(scope="module")
def plain(model: Model) -> StandardAnnotator:
    return StandardAnnotator(open_lexicon(), model)


@pytest.fixture(scope="module")
def shipped() -> StandardAnnotator:
    return StandardAnnotator(open_lexicon(), open_model())


def merged(
    annotator: StandardAnnotator, text: str, *given_: Given, chances: Mapping[str, float] | None = None
) -> Reading:
    """What is made of a text where the recogniser marks these spans and holds all words for so likely."""
    here = words(text, 0, len(text))
    inside = np.tile([(chances or {}).get(label, 1.0) for label in LABELS], (len(here.surfaces), 1))
    spans = sorted(Span(text.index(s), text.index(s) + len(s), label, score) for s, label, score in given_)
    document = from_text(text)
    tagged = Tagged(LABELS, here.starts, here.ends, inside, spans)
    return annotator.link(document, Marked(annotator.look(document), definitions(text), tagged, spans))


def told(reading: Reading) -> list[tuple[str, str, str]]:
    return [(m.text, m.concept_id, m.method) for m in reading.mentions]


def rejected(reading: Reading) -> list[tuple[str, tuple[str, ...], str]]:
    return [(r.text, r.concept_ids, r.reason) for r in reading.rejected]


# The recogniser's spans come in place of the lexicon's mentions that they touch.


def test_a_span_comes_in_place_of_the_mentions_that_it_touches(plain: StandardAnnotator) -> None:
    reading = merged(plain, "A penile pain after cisplatin.", ("penile pain", "disease", 0.8))
    assert told(reading) == [
        ("penile pain", "MESH:D010146", "head"),
        ("cisplatin", "MESH:D002945", "lexicon"),
    ]
    reading = merged(plain, "In metastatic breast cancer.", ("metastatic breast", "disease", 0.8))
    assert told(reading) == [("metastatic breast", "text:metastatic breast", "model")]
    reading = merged(plain, "A chloro-cisplatin salt.", ("chloro-cisplatin", "chemical", 0.8))
    assert told(reading) == [("chloro-cisplatin", "text:chloro cisplatin", "model")]
    assert reading.mentions[0].entity_type == "chemical"
    [(part, _, reason)] = rejected(reading)
    assert (part, reason) == ("cisplatin", "the words around it mean a part of a molecule")


def test_the_lexicon_says_what_a_span_means(plain: StandardAnnotator) -> None:
    [mention] = merged(plain, "Severe psoriasis.", ("psoriasis", "disease", 0.8)).mentions
    assert mention == Mention(
        start=7,
        end=16,
        text="psoriasis",
        entity_type="disease",
        concept_id="MESH:D011565",
        concept_name="psoriasis",
        method="lexicon",
        score=0.8,
        negated=False,
        speculative=False,
        modifier=None,
        abbreviation_of=None,
    )
    [drug] = merged(plain, "Under cisplatin.", ("cisplatin", "chemical", 0.8)).mentions
    assert drug.entity_type == "drug"


def test_a_short_form_means_its_long_form(plain: StandardAnnotator) -> None:
    text = "In psoriasis (PsO) and zornal drift effect (ZDE), PsO and ZDEs."
    reading = merged(
        plain,
        text,
        ("psoriasis", "disease", 0.9),
        ("zornal drift effect", "disease", 0.9),
        ("ZDEs", "disease", 0.7),
    )
    found = [(m.text, m.concept_id, m.method, m.abbreviation_of) for m in reading.mentions]
    assert found == [
        ("psoriasis", "MESH:D011565", "lexicon", None),
        ("PsO", "MESH:D011565", "abbreviation", "psoriasis"),
        ("zornal drift effect", "text:zornal drift effect", "model", None),
        ("PsO", "MESH:D011565", "abbreviation", "psoriasis"),
        ("ZDEs", "text:zdes", "abbreviation", "zornal drift effect"),
    ]


def test_a_mention_of_the_lexicon_keeps_how_it_was_found(plain: StandardAnnotator) -> None:
    reading = merged(plain, "In psoriasis (PsO), PsO.", ("PsO", "disease", 0.6))
    assert [(m.text, m.method, m.score, m.abbreviation_of) for m in reading.mentions] == [
        ("psoriasis", "lexicon", 1.0, None),
        ("PsO", "abbreviation", 0.6, "psoriasis"),
        ("PsO", "abbreviation", 1.0, "psoriasis"),
    ]


def test_one_span_may_name_several_things(plain: StandardAnnotator) -> None:
    text = "A pulmonary and zornal fibrosis."
    reading = merged(plain, text, ("pulmonary and zornal fibrosis", "disease", 0.8))
    assert told(reading) == [
        ("pulmonary and zornal fibrosis", "MESH:D005355", "model"),
        ("pulmonary and zornal fibrosis", "MESH:D011658", "model"),
    ]
    text = "In breast and ovarian cancer."
    reading = merged(plain, text, ("breast and ovarian cancer", "disease", 0.8))
    assert [(m.text, m.score) for m in reading.mentions] == [("breast and ovarian cancer", 0.8)] * 2
    assert {m.concept_id for m in reading.mentions} == {"MESH:D001943", "MESH:D010051"}


def test_a_substance_within_a_disease_stays_where_the_lexicon_knows_only_its_end(
    plain: StandardAnnotator,
) -> None:
    reading = merged(plain, "A cisplatin nephrotoxicity.", ("cisplatin nephrotoxicity", "disease", 0.8))
    found = [(m.text, m.entity_type, m.method) for m in reading.mentions]
    assert found == [
        ("cisplatin", "drug", "lexicon"),
        ("cisplatin nephrotoxicity", "disease", "head"),
    ]


def test_a_disease_by_its_cause_is_two_where_both_are_marked(plain: StandardAnnotator) -> None:
    text = "Severe levodopa-induced dyskinesia."
    whole = ("levodopa-induced dyskinesia", "MESH:D004409")
    both = [("levodopa", "chemical", 0.9), ("dyskinesia", "disease", 0.9)]
    assert [item[:2] for item in told(merged(plain, text))] == [whole]
    assert [item[:2] for item in told(merged(plain, text, *both))] == [
        ("levodopa", "MESH:D007980"),
        ("dyskinesia", "MESH:D004409"),  # the concept of the whole name
    ]
    for one in both:
        assert [item[:2] for item in told(merged(plain, text, one))] == [whole]


@pytest.mark.parametrize(
    ("text", "substance"),
    [
        ("A nitric oxide synthase.", "nitric oxide"),
        ("A tyrosine kinase rose.", "tyrosine"),
        ("The serotonin transporter.", "serotonin"),
        ("A creatine kinase test.", "creatine"),
        ("Superoxide dismutase fell.", "Superoxide"),
    ],
)
def test_a_substance_in_the_name_of_an_enzyme_never_counts(
    plain: StandardAnnotator, text: str, substance: str
) -> None:
    assert told(merged(plain, text, (substance, "chemical", 1.0))) == []
    assert told(merged(plain, text)) == []


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("Given agents [infliximab] daily.", ["infliximab"]),
        ("A hyaluronan acid gel.", ["hyaluronan"]),
    ],
)
def test_a_name_stays_within_a_chemical_that_means_nothing(
    plain: StandardAnnotator, text: str, names: list[str]
) -> None:
    span = text.split(" ", 1)[1].rsplit(" ", 1)[0]
    assert [item[0] for item in told(merged(plain, text, (span, "chemical", 0.9)))] == names


def test_an_ion_is_its_element(plain: StandardAnnotator) -> None:
    for text in ("A Ca(2+) influx.", "A Ca++ influx."):
        assert [item[:2] for item in told(merged(plain, text, ("Ca", "chemical", 0.9)))] == [
            ("Ca", "MESH:D002118")
        ]
    assert told(merged(plain, "A Ca of 12.", ("Ca", "chemical", 0.8))) == [("Ca", "text:ca", "model")]
    assert told(merged(plain, "A Ca of 12.", ("Ca", "chemical", 0.95))) == [("Ca", "MESH:D002118", "model")]
    assert told(merged(plain, "A K of 12.", ("K", "chemical", 0.95))) == [("K", "text:k", "model")]


# … but a longer name of the lexicon stays, a blocker included.


@pytest.mark.parametrize(
    ("text", "span", "stays"),
    [
        ("In breast cancer cells.", "cancer", ("breast cancer", "MESH:D001943")),
        ("With vitamin D deficiency.", "vitamin D", ("vitamin D deficiency", "MESH:D014808")),
        ("With vitamin D deficiency.", "deficiency", ("vitamin D deficiency", "MESH:D014808")),
    ],
)
def test_a_longer_name_of_the_lexicon_stays(
    plain: StandardAnnotator, text: str, span: str, stays: tuple[str, str]
) -> None:
    for label in ("disease", "chemical"):
        assert [item[:2] for item in told(merged(plain, text, (span, label, 1.0)))] == [stays]


@pytest.mark.parametrize(
    "span", ["Newcastle disease", "disease virus", "Newcastle disease virus", "Newcastle"]
)
def test_a_longer_blocker_holds_a_disease_however_sure(plain: StandardAnnotator, span: str) -> None:
    for score in (0.5, 1.0):
        reading = merged(plain, "A Newcastle disease virus.", (span, "disease", score))
        assert told(reading) == []
        assert [item[0] for item in rejected(reading)] == ["Newcastle disease virus"]


def test_a_span_that_is_longer_than_a_blocker_counts(plain: StandardAnnotator) -> None:
    reading = merged(
        plain, "A Newcastle disease virus fever.", ("Newcastle disease virus fever", "disease", 0.8)
    )
    assert [item[0] for item in told(reading)] == ["Newcastle disease virus fever"]


@pytest.mark.parametrize(
    ("text", "substance", "score", "counts"),
    [
        ("Her LDL cholesterol.", "cholesterol", SURE, True),
        ("Her LDL cholesterol.", "cholesterol", SURE - 0.01, False),
        ("A serotonin receptor.", "serotonin", 1.0, False),
        ("The calcium channels.", "calcium", 1.0, False),
        ("Cholesterol ester transfer protein.", "Cholesterol ester", 1.0, False),
        ("A heparin-binding protein.", "heparin", 1.0, False),  # a drug, which is no chemical
    ],
)
def test_of_a_blocker_only_a_sure_chemical_at_its_end_counts(
    plain: StandardAnnotator, text: str, substance: str, score: float, counts: bool
) -> None:
    found = told(merged(plain, text, (substance, "chemical", score)))
    assert [item[0] for item in found] == ([substance] if counts else [])


# … a cytokine stays, unless the whole of a longer span is a known name.


@pytest.mark.parametrize("label", ["chemical", "disease"])
def test_a_cytokine_wins_over_the_same_words(plain: StandardAnnotator, label: str) -> None:
    reading = merged(plain, "With IL-2 here.", ("IL-2", label, 1.0))
    assert told(reading) == [("IL-2", "HGNC:6001", "lexicon")]


def test_a_short_form_of_a_cytokine_is_that_whatever_else_its_long_form_was_called(
    plain: StandardAnnotator,
) -> None:
    text = "A recombinant zornal interleukin-2 (RZI), RZI."
    reading = merged(plain, text, ("RZI", "chemical", 1.0))
    assert [(m.text, m.concept_id) for m in reading.mentions] == [
        ("interleukin-2", "HGNC:6001"),
        ("RZI", "HGNC:6001"),
        ("RZI", "HGNC:6001"),
    ]


@pytest.mark.parametrize(
    ("text", "label", "ends"),
    [
        ("The IL-2 zornate.", "chemical", "IL-2 zornate"),
        ("The anti-IL-2 zorn.", "chemical", "anti-IL-2"),
        ("An IL-2 pain.", "disease", "IL-2 pain"),  # of which only the end is known
        ("An IL-2 zorn.", "disease", "IL-2 zorn"),
    ],
)
def test_a_cytokine_stays_within_a_longer_span_that_means_nothing(
    plain: StandardAnnotator, text: str, label: str, ends: str
) -> None:
    found = told(merged(plain, text, (ends, label, 1.0)))
    assert ("IL-2", "HGNC:6001", "lexicon") in found
    assert ends not in [item[0] for item in found]


def test_a_cytokine_gives_way_to_a_longer_known_name(plain: StandardAnnotator) -> None:
    reading = merged(plain, "A TNF flare syndrome.", ("TNF flare syndrome", "disease", 0.7))
    assert told(reading) == [("TNF flare syndrome", "MESH:D007249", "model")]
    assert rejected(reading) == [("TNF", ("HGNC:11892",), "part of TNF flare syndrome")]


def test_a_longer_name_with_a_cytokine_in_it_is_one_name(plain: StandardAnnotator) -> None:
    name = "TNF receptor-associated periodic syndrome"
    for given_ in ((), ((name, "disease", 0.9),), (("periodic syndrome", "disease", 0.9),)):
        assert [item[:2] for item in told(merged(plain, f"A {name}.", *given_))] == [(name, "MESH:C536657")]


# … and the names inside a disease that as a whole means nothing stay.


def test_the_names_inside_an_unknown_disease_stay(plain: StandardAnnotator) -> None:
    reading = merged(plain, "A breast cancer metastasis.", ("breast cancer metastasis", "disease", 1.0))
    assert [item[:2] for item in told(reading)] == [
        ("breast cancer", "MESH:D001943"),
        ("metastasis", "MESH:D009362"),
    ]
    reading = merged(plain, "A cisplatin zorn.", ("cisplatin zorn", "disease", 1.0))
    assert [item[:2] for item in told(reading)] == [("cisplatin", "MESH:D002945")]
    reading = merged(plain, "A pain of zorns.", ("pain of zorns", "disease", 1.0))
    assert [item[:2] for item in told(reading)] == [("pain", "MESH:D010146")]


def test_an_unknown_disease_without_names_is_a_mention_of_its_own(plain: StandardAnnotator) -> None:
    reading = merged(plain, "A Zornal flux.", ("Zornal flux", "disease", 0.61))
    [mention] = reading.mentions
    assert mention[3:8] == ("disease", "text:zornal flux", "Zornal flux", "model", 0.61)


# Where the recogniser marks nothing.


@pytest.mark.parametrize(
    ("text", "name", "label"),
    [
        ("Of ten T2D here.", "T2D", "disease"),  # a short form
        ("A low TNF here.", "TNF", "gene"),
        ("A Morris water maze.", "water", "chemical"),  # one plain word
    ],
)
def test_a_name_that_could_be_part_of_something_else_needs_a_slight_chance(
    plain: StandardAnnotator, text: str, name: str, label: str
) -> None:
    likely = dict.fromkeys(LABELS, 1.0)
    for chance, counts in ((1.0, True), (SLIGHT, True), (SLIGHT - 0.005, False), (0.0, False)):
        reading = merged(plain, text, chances=likely | {label: chance})
        assert [(m.text, m.score) for m in reading.mentions] == ([(name, chance)] if counts else [])
        if not counts:
            [found] = reading.rejected
            assert text[found.start : found.end] == found.text == name
            assert found.concept_ids
            assert found.reason.startswith("the recogniser sees no ")
            assert f"({chance:.3f})" in found.reason


def test_a_short_form_that_the_text_defines_needs_no_chance(plain: StandardAnnotator) -> None:
    text = "In multiple sclerosis (MS), MS."
    reading = merged(plain, text, chances=dict.fromkeys(LABELS, 0.0))
    assert [(m.text, m.score) for m in reading.mentions] == [
        ("multiple sclerosis", 0.0),
        ("MS", 0.0),
        ("MS", 0.0),
    ]


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("High BAFF (BLyS) here.", {"BLyS"}),
        ("High BLyS (BAFF) here.", {"BLyS"}),
        ("High BLyS (B-cell activating factor) here.", {"BLyS", "B-cell activating factor"}),
        ("High APRIL (BLyS) here.", set()),
        ("High BLyS (BAFF in serum) here.", set()),
        ("High BAFF, BLyS here.", set()),
    ],
)
def test_a_short_form_that_a_bracket_tells_twice_needs_no_chance(
    plain: StandardAnnotator, text: str, names: set[str]
) -> None:
    reading = merged(plain, text, chances=dict.fromkeys(LABELS, 0.0))
    found = {m.text for m in reading.mentions if m.entity_type == "cytokine"}
    assert found - {"BAFF", "APRIL"} == names


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("In COVID-19 too.", "COVID-19"),
        ("In psoriasis too.", "psoriasis"),
        ("With cisplatin too.", "cisplatin"),  # a drug
        ("With sodium chloride too.", "sodium chloride"),
        ("With interleukin-12 too.", "interleukin-12"),
        ("With lipid too.", "lipid"),  # a class
        ("With Insecticides too.", "Insecticides"),
    ],
)
def test_any_other_name_counts_without_a_chance(plain: StandardAnnotator, text: str, name: str) -> None:
    [mention] = merged(plain, text, chances=dict.fromkeys(LABELS, 0.0)).mentions
    assert (mention.text, mention.score) == (name, 0.0)


def test_the_chance_of_a_mention_is_the_mean_of_its_tokens(plain: StandardAnnotator) -> None:
    text = "A sodium chloride bath."
    here = words(text, 0, len(text))
    inside = np.zeros((5, 3))
    inside[1:3, LABELS.index("chemical")] = 0.5, 0.25
    inside[:, LABELS.index("disease")] = 0.9
    inside[3, LABELS.index("chemical")] = 1.0
    document = from_text(text)
    tagged = Tagged(LABELS, here.starts, here.ends, inside, [])
    [mention] = plain.link(document, Marked(plain.look(document), {}, tagged, [])).mentions
    assert (mention.text, mention.score) == ("sodium chloride", 0.375)


def test_what_the_recogniser_holds_for_nothing_is_rejected_with_the_reason(
    shipped: StandardAnnotator, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = "Levels of TNF and water fell in psoriasis."
    monkeypatch.setattr(standard, "SLIGHT", 1.1)
    monkeypatch.setattr(shipped, "_model", _Silent(shipped._model))
    reading = shipped.read(from_text(text))
    assert [m.text for m in reading.mentions] == ["psoriasis"]
    assert [(r.text, r.reason.partition(" (")[0]) for r in reading.rejected] == [
        ("TNF", "the recogniser sees no cytokine here"),
        ("water", "the recogniser sees no chemical here"),
    ]


class _Silent:
    """A model that marks no spans, and is as sure of each token as another."""

    def __init__(self, model: Model) -> None:
        self.tag_all = lambda clues, asked: [
            tagged._replace(spans=[]) for tagged in model.tag_all(clues, asked)
        ]


# A user's own names.


def test_a_users_own_name_always_counts(model: Model) -> None:
    own = Additions({"Zor": "MESH:D000431", "zornide": "MESH:D000431"})
    annotator = StandardAnnotator(open_lexicon(), model, own)
    nothing = dict.fromkeys(LABELS, 0.0)
    for text in ("With Zor here.", "With zornide here.", "With zornides here."):
        [mention] = merged(annotator, text, chances=nothing).mentions
        assert (mention.concept_id, mention.score) == ("MESH:D000431", 0.0)
    plain = StandardAnnotator(open_lexicon(), model, Additions({"zornide": "MESH:D000431"}))
    assert merged(plain, "With Zor here.", chances=nothing).mentions == []


@pytest.mark.parametrize("label", ["disease", "chemical"])
@pytest.mark.parametrize(
    "span", ["zornide", "zornide-B12", "pre-zornide", "zornide of a kind", "late zornide"]
)
def test_a_users_own_name_counts_within_whatever_is_marked(model: Model, label: str, span: str) -> None:
    annotator = StandardAnnotator(open_lexicon(), model, Additions({"zornide": "MESH:D000431"}))
    reading = merged(annotator, f"A {span} was given.", (span, label, 1.0))
    assert "MESH:D000431" in [m.concept_id for m in reading.mentions]


# What is marked is made fit before it is linked. "first" begins a disease, "bias" goes on with it.
_FIRST = {"first": [0.0] * 4 + [20.0] + [0.0] * 4}
_ALL = _FIRST | {"bias": [0.0] * 5 + [9.0] + [0.0] * 3}


def test_what_is_marked_in_one_place_is_marked_in_others(tmp_path: Path) -> None:
    annotator = StandardAnnotator(open_lexicon(), Model(write_model(tmp_path, _FIRST)))
    text = "Zornia rose and Zornia fell."
    assert [(m.text, m.start) for m in annotator.mentions(from_text(text))] == [("Zornia", 0), ("Zornia", 16)]


def test_what_is_marked_is_trimmed_and_is_more_than_marks(tmp_path: Path) -> None:
    annotator = StandardAnnotator(open_lexicon(), Model(write_model(tmp_path, _ALL)))
    for text, kept in (("Zornal flux.", ["Zornal flux"]), ("-zornia-", ["zornia"]), ("% + (", []), ("-", [])):
        assert [m.text for m in annotator.mentions(from_text(text))] == kept


def test_a_users_stopped_name_never_counts(tmp_path: Path) -> None:
    marking = Model(write_model(tmp_path, _ALL, uses=_LEARNT))
    plain = StandardAnnotator(open_lexicon(), marking)
    own = StandardAnnotator(open_lexicon(), marking, Additions(stop=("psoriasis", "Liver Zorns")))
    for text in ("psoriasis", "Psoriasis", "liver zorn", "liver-zorns"):
        assert [m.text for m in plain.mentions(from_text(text))] == [text]
        assert own.mentions(from_text(text)) == []
    for text in ("late psoriasis", "liver zorn flux"):
        found = own.mentions(from_text(text))
        assert [m.concept_id for m in found] == [f"text:{text}"]


def test_a_short_form_of_a_stopped_name_is_not_that_name(model: Model) -> None:
    annotator = StandardAnnotator(open_lexicon(), model, Additions(stop=("psoriasis",)))
    reading = merged(annotator, "In psoriasis (PsO), PsO.", ("PsO", "disease", 0.9))
    assert "MESH:D011565" not in {m.concept_id for m in reading.mentions}


def test_a_wrong_addition_is_refused(model: Model) -> None:
    with pytest.raises(ConfigError, match=r"names\.add"):
        StandardAnnotator(open_lexicon(), model, Additions({"x": "MESH:none"}))


# Names learnt from gold count only for what the lexicon does not know.


def test_a_learnt_name_counts_for_what_the_lexicon_does_not_know(plain: StandardAnnotator) -> None:
    reading = merged(plain, "A liver zorn.", ("liver zorn", "disease", 0.9))
    assert told(reading) == [("liver zorn", "MESH:D008103", "model")]
    reading = merged(plain, "The hepatitis.", ("hepatitis", "disease", 0.9))
    assert told(reading) == [("hepatitis", "MESH:D006505", "lexicon")]
    reading = merged(plain, "Isoniazid-induced hepatitis.", ("hepatitis", "disease", 0.9))
    assert ("hepatitis", "MESH:D056486", "model") in told(reading)


def test_a_learnt_name_counts_only_where_it_is_marked(plain: StandardAnnotator) -> None:
    assert told(merged(plain, "A liver zorn.")) == []
    assert told(merged(plain, "A late liver zorn.", ("late liver zorn", "disease", 0.9))) == [
        ("late liver zorn", "text:late liver zorn", "model")
    ]


# The shipped model.


def found(annotator: StandardAnnotator, text: str) -> list[tuple[str, str, str]]:
    mentions = annotator.mentions(from_text(text))
    assert all(text[m.start : m.end] == m.text for m in mentions)
    return [(m.text, m.entity_type, m.concept_id) for m in mentions]


def test_texts_as_they_are_written(shipped: StandardAnnotator) -> None:
    text = (
        "Acetaminophen caused severe hepatotoxicity in 3 patients with psoriatic arthritis (PsA). "
        "After ustekinumab, serum IL-12 and TNF-α fell, and PsA improved."
    )
    assert found(shipped, text) == [
        ("Acetaminophen", "drug", "MESH:D000082"),
        ("hepatotoxicity", "disease", "MESH:D056486"),
        ("psoriatic arthritis", "disease", "MESH:D015535"),
        ("PsA", "disease", "MESH:D015535"),
        ("ustekinumab", "drug", "MESH:D000069549"),
        ("IL-12", "cytokine", "COMENTION:IL-12"),
        ("TNF-α", "cytokine", "HGNC:11892"),
        ("PsA", "disease", "MESH:D015535"),
    ]


def test_hepatitis_stays_hepatitis(shipped: StandardAnnotator) -> None:
    # The curators of BC5CDR call it drug-induced liver injury, where that is what the text is about.
    text = "Patients with chronic hepatitis were vaccinated. Their hepatitis did not change."
    assert ("hepatitis", "disease", "MESH:D006505") in found(shipped, text)
    assert "MESH:D056486" not in [concept_id for _, _, concept_id in found(shipped, text)]


def test_a_unit_is_no_disease(shipped: StandardAnnotator) -> None:
    text = "Cells were treated with 10 mg mL-1 of lipopolysaccharide in the Morris water maze."
    assert [item[0] for item in found(shipped, text)] == ["lipopolysaccharide"]


def test_the_names_of_viruses_and_proteins_are_no_mentions(shipped: StandardAnnotator) -> None:
    text = "Lambs were infected with the Newcastle disease virus; the insulin receptor was normal."
    assert "Newcastle disease" not in [item[0] for item in found(shipped, text)]
    assert not [item for item in found(shipped, text) if "insulin" in item[0]]


_PIECES = st.sampled_from(
    [
        *(
            "IL-12",
            "TNF-α",
            "psoriasis",
            "Breast and ovarian cancer",
            "multiple sclerosis (MS)",
            "MS",
            "water",
        ),
        *(
            "cisplatin",
            "hepatotoxicity",
            "Newcastle disease virus",
            "serotonin transporter",
            "-induced",
            "acute",
        ),
        *(
            " ",
            " ",
            " ",
            ". ",
            ", ",
            "(",
            ")",
            " and ",
            "-",
            "\x00",
            "\U0001f600",
            "\u2029",
            "ß",
            "İ",
            "e\u0301",
        ),
    ]
)
_TEXTS = st.one_of(st.text(), st.lists(_PIECES, max_size=14).map("".join))


@pytest.mark.slow
@given(_TEXTS)
def test_offsets_are_those_of_the_text_and_scores_are_chances(shipped: StandardAnnotator, text: str) -> None:
    reading = shipped.read(from_text(text))
    found: list[Mention | Rejected] = [*reading.mentions, *reading.rejected]
    for one in found:
        assert 0 <= one.start < one.end <= len(text)
        assert text[one.start : one.end] == one.text
    for mention in reading.mentions:
        assert mention.text.strip() == mention.text
        assert mention.score is not None
        assert 0 <= mention.score <= 1
        assert mention.concept_id
        assert mention.concept_name
    keys = [(m.start, m.end, m.entity_type, m.concept_id) for m in reading.mentions]
    assert keys == sorted(set(keys))
    assert reading.rejected == sorted(reading.rejected)


@given(
    _TEXTS,
    st.lists(st.tuples(st.integers(0, 60), st.integers(1, 20), st.sampled_from(LABELS[:2]), st.floats(0, 1))),
)
def test_whatever_is_marked_offsets_are_those_of_the_text(
    plain: StandardAnnotator, text: str, marked: list[tuple[int, int, str, float]]
) -> None:
    given_: list[Span] = []
    for start, size, label, score in sorted(marked):
        if start + size <= len(text) and (not given_ or given_[-1].end <= start):
            given_.append(Span(start, start + size, label, score))
    document = from_text(text)
    here = words(text, 0, len(text))
    tagged = Tagged(LABELS, here.starts, here.ends, np.zeros((len(here.starts), 3)), given_)
    reading = plain.link(document, Marked(plain.look(document), definitions(text), tagged, given_))
    found: list[Mention | Rejected] = [*reading.mentions, *reading.rejected]
    for one in found:
        assert text[one.start : one.end] == one.text
    spans = sorted({(m.start, m.end) for m in reading.mentions if m.method != "coordination"})
    assert all(one[1] <= other[0] for one, other in itertools.pairwise(spans))


def test_a_lone_surrogate_is_a_mark_like_any_other(shipped: StandardAnnotator) -> None:
    assert [item[0] for item in found(shipped, "a \ud800 psoriasis")] == ["psoriasis"]


@pytest.mark.parametrize("text", ["", " ", " \n\t\u2009 ", ".", "x", "\x00", "\U0001f600", "12"])
def test_texts_with_nothing_in_them(shipped: StandardAnnotator, text: str) -> None:
    assert shipped.read(from_text(text)) == Reading([], [])


def test_a_text_of_one_name(shipped: StandardAnnotator) -> None:
    assert found(shipped, "psoriasis") == [("psoriasis", "disease", "MESH:D011565")]


def test_a_document_without_sentences_and_blocks_has_nothing(shipped: StandardAnnotator) -> None:
    assert shipped.mentions(Document("psoriasis", (), ())) == []


def test_a_name_outside_all_sentences_has_no_chance(plain: StandardAnnotator) -> None:
    text = "Low water in psoriasis."
    reading = plain.read(Document(text, (), ((0, len(text)),)))
    assert [(m.text, m.score) for m in reading.mentions] == [("psoriasis", None)]
    assert [r.text for r in reading.rejected] == ["water"]


_PARAGRAPH = (
    "Patients with psoriatic arthritis (PsA) and breast and ovarian cancer received ustekinumab, cisplatin "
    "and 10 mg mL-1 of IL-12; hepatotoxicity was seen, and PsA improved. "
)


@pytest.mark.slow
@pytest.mark.parametrize("sentences", [True, False])
def test_a_long_document_takes_seconds(shipped: StandardAnnotator, sentences: bool) -> None:
    paragraph = _PARAGRAPH if sentences else _PARAGRAPH.replace(".", ",")
    text = paragraph * (200_000 // len(paragraph))
    began = time.process_time()
    mentions = shipped.mentions(from_text(text))
    assert time.process_time() - began < 15
    assert all(text[m.start : m.end] == m.text for m in mentions)
    assert len(mentions) >= 8 * (200_000 // len(paragraph))


def test_a_token_of_200000_letters_takes_no_time(shipped: StandardAnnotator) -> None:
    began = time.process_time()
    assert found(shipped, f"{'x' * 200_000} psoriasis") == [("psoriasis", "disease", "MESH:D011565")]
    assert time.process_time() - began < 2


_DOCUMENTS = (
    _PARAGRAPH,
    "Newcastle disease virus; acetaminophen-induced hepatotoxicity (AIH). AIH, TNF-α/IL-6 and zornide.",
    "In COVID-19, serotonin transporter (SERT) and \U0001f600 serotonin.",
)


@pytest.mark.slow
def test_mentions_are_the_same_alone_and_after_other_documents() -> None:
    lexicon, directory = open_lexicon(), open_model().directory
    alone = [StandardAnnotator(lexicon, Model(directory)).read(from_text(text)) for text in _DOCUMENTS]
    annotator = StandardAnnotator(lexicon, Model(directory))
    for number in (0, 1, 2, 1, 0, 2):
        assert annotator.read(from_text(_DOCUMENTS[number])) == alone[number]


@pytest.mark.slow
def test_mentions_are_the_same_in_a_fresh_process() -> None:
    code = (
        "import sys\n"
        "from comention.annotation.annotators import make_annotator\n"
        "from comention.annotation.document import from_text\n"
        "from comention.lexicon.matcher import Additions\n"
        "annotator = make_annotator('standard', Additions(), {})\n"
        "for text in sys.argv[1:]:\n"
        "    print(ascii(annotator.read(from_text(text))), annotator.fingerprint)\n"
    )
    here = make_annotator("standard", Additions(), {})
    assert isinstance(here, StandardAnnotator)
    words_of = [sys.executable, "-c", code, *_DOCUMENTS]
    done = subprocess.run(words_of, capture_output=True, text=True, check=True)
    assert done.stdout.splitlines() == [
        f"{here.read(from_text(text))!a} {here.fingerprint}" for text in _DOCUMENTS
    ]


def test_equal_inputs_have_equal_fingerprints_and_others_have_others(model: Model, tmp_path: Path) -> None:
    lexicon = open_lexicon()
    same = StandardAnnotator(lexicon, model).fingerprint
    own = {"one zorn": "MESH:D000431", "two zorns": "MESH:D000431"}
    assert StandardAnnotator(lexicon, Model(model.directory)).fingerprint == same
    assert StandardAnnotator(lexicon, model, Additions()).fingerprint == same
    turned = Additions(dict(reversed(own.items())), ("a", "b"))
    assert (
        StandardAnnotator(lexicon, model, Additions(own, ("b", "a"))).fingerprint
        == StandardAnnotator(lexicon, model, turned).fingerprint
    )
    others = [
        StandardAnnotator(lexicon, open_model()),
        StandardAnnotator(lexicon, model, Additions(own)),
        StandardAnnotator(lexicon, model, Additions(stop=("psoriasis",))),
        StandardAnnotator(lexicon, Model(write_model(tmp_path, {"bias": [1.0] * 9}, uses=_LEARNT))),
    ]
    prints = {same, make_annotator("fast", Additions(), {}).fingerprint, *(one.fingerprint for one in others)}
    assert len(prints) == 6


def test_a_model_without_a_tagger_is_refused(tmp_path: Path) -> None:
    folder = write_model(tmp_path, {}, labels=("chemical", "disease"))
    with pytest.raises(MalformedError, match=r"has no tagger for gene: train it again") as raised:
        StandardAnnotator(open_lexicon(), Model(folder))
    assert str(folder) in str(raised.value)


def test_the_order_of_a_models_taggers_counts_for_nothing(tmp_path: Path) -> None:
    labels = ("gene", "chemical", "disease")
    first = StandardAnnotator(open_lexicon(), Model(write_model(tmp_path, {}, labels=labels, uses=_LEARNT)))
    text = "A low water; liver zorn."
    here = words(text, 0, len(text))
    inside = np.zeros((len(here.starts), 3))
    inside[:, labels.index("chemical")] = 0.5
    document = from_text(text)
    tagged = Tagged(labels, here.starts, here.ends, inside, [])
    [mention] = first.link(document, Marked(first.look(document), {}, tagged, [])).mentions
    assert (mention.text, mention.score) == ("water", 0.5)


def test_a_mention_is_judged_for_negation(plain: StandardAnnotator) -> None:
    text = "No zornal flux was found. A zornal pain may follow."
    reading = merged(plain, text, ("zornal flux", "disease", 0.9), ("zornal pain", "disease", 0.9))
    assert [(m.text, m.negated, m.speculative) for m in reading.mentions] == [
        ("zornal flux", True, False),
        ("zornal pain", False, True),
    ]


def test_readings_are_plain_values(shipped: StandardAnnotator) -> None:
    for mention in shipped.mentions(from_text(_PARAGRAPH)):
        assert not dataclasses.is_dataclass(mention)
        assert type(mention.score) is float
        assert {type(mention.start), type(mention.end)} == {int}
