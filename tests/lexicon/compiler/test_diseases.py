from __future__ import annotations

import pytest

from comention.lexicon.compiler.diseases import heading_names, is_disease, ontology_names, supplement_names
from comention.lexicon.compiler.sources import Descriptor, Supplement, Term
from comention.lexicon.model import BY_RULE, Rank


def names(heading: str, *synonyms: str) -> dict[str, Rank]:
    return {c.text: c.rank for c in heading_names(Descriptor("D9", heading, synonyms, ("C01",)))}


def test_a_class_of_diseases_has_the_names_that_abstracts_use() -> None:
    found = names("Kidney Diseases")
    assert found["Kidney Diseases"] == Rank.MESH_HEADING
    made = {name for name, rank in found.items() if rank == Rank.VARIANT}
    assert {"Kidney disorder", "Kidney dysfunction", "renal Diseases", "renal disorder"} <= made


def test_what_a_rule_makes_is_no_name_of_mesh() -> None:
    candidates = list(heading_names(Descriptor("D9", "Kidney Diseases", ("Nephropathy Type 2",), ("C12",))))
    sources = {c.text: c.source for c in candidates}
    assert sources["Kidney Diseases"] == sources["Nephropathy Type 2"] == "MeSH"
    assert sources["renal disorder"] == sources["Nephropathy Type II"] == BY_RULE


def test_an_organ_is_written_as_noun_and_adjective() -> None:
    assert names("Heart Failure")["cardiac Failure"] == Rank.VARIANT
    assert names("Renal Colic")["kidney Colic"] == Rank.VARIANT
    assert {"gastric Neoplasms", "gastric cancer", "Stomach cancer"} <= names("Stomach Neoplasms").keys()
    assert not any("cardiac" in name for name in names("Sneezing Heart"))  # not at the beginning


def test_a_numbered_disease_has_both_numerals() -> None:
    found = names("Diabetes Mellitus, Type 2")
    assert found["Type 2 Diabetes Mellitus"] == Rank.MESH_HEADING
    assert found["Type II Diabetes Mellitus"] == Rank.VARIANT


@pytest.mark.parametrize(
    ("trees", "disease"),
    [
        (("C01.100",), True),
        (("F03.100",), True),
        (("C23.550.291.125",), False),  # Acute Disease
        (("C23.550.210.050.750",), False),  # Trisomy
        (("C04.697.098", "C23.550.727.098"), False),  # Carcinogenesis
        (("C23.550.210.050", "C16.131"), True),  # a change of chromosomes that is a syndrome as well
        (("D02.100",), False),
    ],
)
def test_which_trees_are_diseases(trees: tuple[str, ...], disease: bool) -> None:
    assert is_disease(Descriptor("D9", "X", (), trees)) is disease


def test_a_synonym_that_says_the_contrary_is_refused() -> None:
    term = Term("DOID:9", "hepatitis", ("acute hepatitis", "chronic hepatitis", "viral hepatitis"), ())
    mapped = {"DOID:9": ("MESH:D9", [term])}
    found = [c.text for c in ontology_names(mapped, {"MESH:D9": "Chronic Hepatitis"})]
    assert found == ["hepatitis", "chronic hepatitis", "viral hepatitis"]
    both = [c.text for c in ontology_names(mapped, {"MESH:D9": "Hepatitis"})]
    assert "acute hepatitis" in both


def test_the_enzyme_is_no_name_of_its_deficiency() -> None:
    supplement = Supplement("C9", "Zornol reductase deficiency", ("Zornol reductase", "Zornoluria"), ("D9",))
    assert {c.text for c in supplement_names(supplement)} == {"Zornol reductase deficiency", "Zornoluria"}


def test_letters_and_a_number_need_a_definition() -> None:
    supplement = Supplement("C9", "Zornosis 11", ("ZN 11", "ZN11", "ZORN-11-like disease"), ("D9",))
    asked = {c.text: c.needs_definition for c in supplement_names(supplement)}
    assert {text for text, needs in asked.items() if needs} == {"ZN 11", "ZN11"}
