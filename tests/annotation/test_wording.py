"""Other wordings under which the lexicon may hold what a span says."""

from __future__ import annotations

import pytest

from comention.annotation.wording import diseases_of_parts, other_names


@pytest.mark.parametrize(
    ("name", "other"),
    [
        ("splenic bleeding", "splenic hemorrhage"),
        ("cerebral tumours", "brain neoplasms"),
        ("haematological cancers", "hematologic malignancies"),
        ("pulmonary damage", "lung injury"),
        ("Zornia parva infection", "Zornia infection"),
        ("infection with Zornia parva", "Zornia infection"),
    ],
)
def test_a_disease_is_asked_for_in_other_words(name: str, other: str) -> None:
    assert other in list(other_names(name, "disease"))


def test_one_word_has_no_other_words_but_its_noun() -> None:
    assert list(other_names("bleeding", "disease")) == []
    assert "kidney spasm" not in list(other_names("renal spasm", "chemical"))


def test_words_that_name_no_part_of_the_body_have_no_disease() -> None:
    assert diseases_of_parts("impaired eye movement") == [["eye movement disease", "eye movement disorder"]]
    assert diseases_of_parts("mitochondrial damage") == [[]]
