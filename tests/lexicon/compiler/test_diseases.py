from __future__ import annotations

import pytest

from comention.lexicon.compiler.diseases import (
    Filed,
    heading_names,
    is_disease,
    ontology_names,
    supplement_names,
)
from comention.lexicon.compiler.infections import infection_names
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
    found = [c.text for c in ontology_names(mapped, {"MESH:D9": "Chronic Hepatitis"}, Filed(()))]
    assert found == ["hepatitis", "chronic hepatitis", "viral hepatitis"]
    both = [c.text for c in ontology_names(mapped, {"MESH:D9": "Hepatitis"}, Filed(()))]
    assert "acute hepatitis" in both


def test_the_enzyme_is_no_name_of_its_deficiency() -> None:
    supplement = Supplement("C9", "Zornol reductase deficiency", ("Zornol reductase", "Zornoluria"), ("D9",))
    assert {c.text for c in supplement_names(supplement)} == {"Zornol reductase deficiency", "Zornoluria"}


def test_letters_and_a_number_need_a_definition() -> None:
    supplement = Supplement("C9", "Zornosis 11", ("ZN 11", "ZN11", "ZORN-11-like disease"), ("D9",))
    asked = {c.text: c.needs_definition for c in supplement_names(supplement)}
    assert {text for text, needs in asked.items() if needs} == {"ZN 11", "ZN11"}


@pytest.mark.parametrize(
    ("heading", "written"),
    [
        ("Gastrointestinal Hemorrhage", "digestive bleeding"),
        ("Gastrointestinal Hemorrhage", "GI tract Hemorrhage"),
        ("Pulmonary Infarction", "lung infarct"),
        ("Kidney Calculi", "renal stones"),
        ("Biliary Tract Neoplasms", "biliary cancer"),
        ("Uterine Hemorrhage", "Uterine bleed"),
        ("Kyphosis, Type 7", "Kyphosis Type 7"),
    ],
)
def test_organs_and_what_befalls_them_have_other_words(heading: str, written: str) -> None:
    assert names(heading)[written] == Rank.VARIANT


@pytest.mark.parametrize("heading", ["Hemorrhagic Disorders", "Infarction Of Nothing", "Calculi"])
def test_other_words_are_only_for_the_end_of_a_name(heading: str) -> None:
    assert not any("bleed" in name or "infarct " in name or "stones" in name for name in names(heading))


_ORGANISMS = [
    Descriptor("D1", "Zornella", (), ("B03.100",)),
    Descriptor("D2", "Zornella aurea", ("Zornella aureata", "aurea, Zornella"), ("B03.100.200",)),
    Descriptor("D3", "Staphylococcus", (), ("B03.300",)),
    Descriptor("D4", "Staphylococcus zorni", (), ("B03.300.100",)),
    Descriptor("D5", "Nosilla", (), ("B03.400",)),
    Descriptor("D6", "Zornella Infections", (), ("C01.100",)),
    Descriptor("D7", "Staphylococcal Infections", (), ("C01.200",)),
    Descriptor("D8", "Zornaria", ("Zornaria Disease", "Marsh Ague"), ("C01.300",)),
    Descriptor("D9", "Nosalgia", (), ("C10.300",)),
]


def test_an_inverted_name_without_a_number_is_only_turned() -> None:
    assert "Kyphosis Juvenile" not in names("Kyphosis, Juvenile")


def test_an_infection_is_the_disease_that_its_organism_causes_or_its_virus_is_called_after() -> None:
    descriptors = [
        Descriptor("D1", "Coxiella", (), ("B03.500",)),
        Descriptor("D2", "Coxiella burnetii", (), ("B03.500.100",)),
        Descriptor("D3", "Q Fever", (), ("C01.150.100",)),
        Descriptor("D4", "Marsh disease virus", ("Virus, Zorn",), ("B04.100.100",)),
        Descriptor("D5", "Zornaviridae", (), ("B04.100",)),
        Descriptor("D6", "Zornaviridae Infections", (), ("C01.925.100",)),
        Descriptor("D7", "Marsh Disease", (), ("C01.925.100.200",)),
        Descriptor("D8", "Marsh Disease Pneumonia", ("Zorn",), ("C01.150.200",)),
    ]
    found = {c.text: c.concept_id for c in infection_names(descriptors)}
    assert found["Coxiella burnetii infection"] == found["Coxiella infection"] == "MESH:D3"
    assert found["Marsh disease virus infection"] == found["Zorn Virus infection"] == "MESH:D7"
    assert found["Zornaviridae infection"] == "MESH:D6"


def test_an_infection_is_called_after_its_organism_or_its_disease() -> None:
    assert {(c.text, c.concept_id) for c in infection_names(_ORGANISMS)} == {
        ("Zornella infection", "MESH:D6"),
        ("Zornella aurea infection", "MESH:D6"),
        ("Zornella aureata infection", "MESH:D6"),
        ("Staphylococcus infection", "MESH:D7"),
        ("Staphylococcus zorni infection", "MESH:D7"),
        ("Zornaria infection", "MESH:D8"),
        ("Marsh Ague infection", "MESH:D8"),
    }


def test_an_ontology_names_no_other_disease_of_mesh_no_organism_and_no_enzyme() -> None:
    filed = Filed([*_ORGANISMS, Descriptor("D10", "Ague, Marsh", (), ("C01.400",))])
    given = (
        "marsh ague",
        "Zornella",
        "zornella",
        "zornol synthetase",
        "ague of marshes",
        "zornolase deficiency",
    )
    mapped = {"DOID:9": ("MESH:D8", [Term("DOID:9", "zornaria", given, ())])}
    found = [c.text for c in ontology_names(mapped, {}, filed)]
    assert found == ["zornaria", "zornella", "ague of marshes", "zornolase deficiency"]
    own = {"DOID:9": ("MESH:D10", [Term("DOID:9", "marsh ague", (), ())])}
    assert [c.text for c in ontology_names(own, {}, filed)] == ["marsh ague"]
