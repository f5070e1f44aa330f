"""What indexers say stands, and the text fills what they leave open."""

from __future__ import annotations

import pytest

from comention.records import StudyWord, Sureness
from comention.study.judgement import Study, judge
from comention.study.reading import Told


def _study(
    types: set[str],
    headings: set[str],
    told: dict[StudyWord, Sureness] | None = None,
    species: tuple[str, ...] = (),
) -> dict[str, tuple[str, str]]:
    study = judge(types, headings, species, Told(told or {}, ()))
    return dict(zip(study.words, zip(study.methods, study.certainties, strict=True), strict=True))


@pytest.mark.parametrize(
    ("types", "headings", "words"),
    [
        ({"Randomized Controlled Trial", "Clinical Trial, Phase III"}, set(), {"randomised trial"}),
        ({"Clinical Trial, Phase II"}, {"Humans", "Adult"}, {"other trial"}),
        ({"Clinical Trial Protocol"}, set(), {"protocol"}),
        ({"Journal Article"}, {"Humans", "Cohort Studies"}, {"human observational"}),
        ({"Journal Article"}, {"Humans"}, set()),
        ({"Journal Article"}, {"Humans", "Animals", "Mice", "Adult"}, {"animal"}),
        ({"Journal Article"}, {"Humans", "Cell Line, Tumor", "Adult"}, {"in vitro"}),
        ({"Case Reports"}, {"Humans", "Adult"}, {"case report"}),
        ({"Review"}, {"Humans", "Animals", "Cells, Cultured"}, {"review"}),
    ],
)
def test_indexers_words(types: set[str], headings: set[str], words: set[str]) -> None:
    assert _study(types, headings).keys() == words


def test_what_headings_settle_a_text_does_not_add_to() -> None:
    told: dict[StudyWord, Sureness] = {"randomised trial": "sure", "animal": "sure", "in vitro": "likely"}
    assert _study({"Journal Article"}, {"Humans", "Adult"}, told) == {
        "human observational": ("mesh", "sure"),
        "in vitro": ("text", "likely"),
    }


def test_a_text_fills_a_record_that_nobody_has_indexed() -> None:
    assert _study({"Journal Article"}, set(), {"randomised trial": "sure", "in vitro": "likely"}) == {
        "randomised trial": ("text", "sure"),
        "in vitro": ("text", "likely"),
    }
    assert _study({"Case Reports"}, set(), {"randomised trial": "sure", "review": "sure"}) == {
        "case report": ("publication_type", "sure")
    }
    assert _study({"Review"}, set(), {"animal": "sure", "meta-analysis": "likely"}) == {
        "meta-analysis": ("text", "likely"),
        "review": ("publication_type", "sure"),
    }


def test_organisms_of_headings_stand() -> None:
    told = Told({}, ("Mice",))
    assert judge((), {"Humans"}, ("Humans",), told) == Study((), (), (), ("Humans",), "mesh")
    assert judge((), {"Neoplasms"}, (), told).species == ()
    assert judge((), (), (), told)[3:] == (("Mice",), "text")
    assert judge((), (), (), Told({}, ()))[3:] == ((), None)
