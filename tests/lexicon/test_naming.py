"""Which concept a person means by a name, to the shipped lexicon."""

from __future__ import annotations

import pytest

from comention.errors import UsageError
from comention.lexicon.lookup import lookup
from comention.lexicon.naming import completes, find, near_names, spoken
from comention.lexicon.store import open_lexicon


@pytest.mark.parametrize(
    ("name", "concept_id"),
    [
        ("atopic dermatitis", "MESH:D003876"),
        ("Dermatitis, Atopic", "MESH:D003876"),  # as MeSH heads it
        ("Leukemia, Myeloid, Acute", "MESH:D015470"),
        ("leukemia, lymphocytic, chronic, b-cell", "MESH:D015451"),
        ("Purpura, Thrombocytopenic, Idiopathic", "MESH:D016553"),
        ("Anemia, Hypoplastic, Congenital", "MESH:D029502"),
        ("Behçet's", "MESH:D001528"),
        ("Behcet", "MESH:D001528"),
        ("Crohns", "MESH:D003424"),
        ("sjogren", "MESH:D012859"),
        ("IL-23", "COMENTION:IL-23"),
        ("type 1 interferons", "COMENTION:IFN-I"),
        ("mesh:d001249", "MESH:D001249"),
        ("BCG", "MESH:D001500"),
    ],
)
def test_a_name_is_found_as_people_write_it(name: str, concept_id: str) -> None:
    assert find(name, open_lexicon()).concept_id == concept_id


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("MS", r"'MS' is ambiguous: it may be multiple sclerosis \(MESH:D009103\), or something"),
        ("IL-12/23", r"ambiguous: it may be interleukin-12 \(COMENTION:IL-12\) or interleukin-23"),
        ("IL-12 receptor", "is no disease, drug, chemical or cytokine"),
        ("psoriassis", r"nothing named 'psoriassis'; nearest: psoriasis \(MESH:D011565\)"),
        # by its words, not its letters
        ("ulcerative", r"nearest: ulceration \(MESH:D014456\), ulcerative colitis \(MESH:D003093\)"),
        ("xqzzyq", "`comention lookup` explains names"),
        (" ", "nothing named ' '"),
    ],
)
def test_what_is_unknown_or_ambiguous_is_refused_with_what_it_may_be(name: str, message: str) -> None:
    with pytest.raises(UsageError, match=message):
        find(name, open_lexicon())


def test_only_generic_words_complete_a_name() -> None:
    assert completes("crohn", "crohn disease")
    assert not completes("crohn", "crohn colitis")
    assert not completes("crohn disease", "crohn disease")
    assert [*spoken("Arthritis, Psoriatic")] == ["arthritis psoriatic", "psoriatic arthritis"]
    assert [*spoken("Purpura, Red, Old")] == ["purpura red old", "red old purpura", "old red purpura"]
    assert near_names("methotrexat", open_lexicon())[0].concept.concept_id == "MESH:D008727"


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Crohns", "Crohn's disease"),
        ("Asthma, Bronchial", "asthma"),
        ("Leukemia, Myeloid, Acute", "acute myeloid leukemia"),
        ("psoriasis, vitiligo", None),
    ],
)
def test_lookup_takes_the_same_names(text: str, name: str | None) -> None:
    found = {row["concept_name"] for row in lookup(text, open_lexicon())}
    assert found == ({name} if name else {"psoriasis", "vitiligo"})
