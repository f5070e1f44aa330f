from __future__ import annotations

from pathlib import Path

import pytest

from comention.lexicon.compiler.candidates import is_usable
from comention.lexicon.compiler.classes import read_classes, spelled_out
from comention.lexicon.compiler.cytokine_names import receptor_names, spellings
from comention.lexicon.compiler.sources import SourceError
from comention.lexicon.compiler.tables import (
    CONCEPT_HEADER,
    CURATED,
    CYTOKINE_HEADER,
    CuratedConcept,
    CuratedName,
    parse_name,
    read_concepts,
    read_names,
)
from comention.lexicon.folding import fold_name

TABLES = {
    "cytokine": [
        *read_concepts(CURATED / "cytokines.tsv", CYTOKINE_HEADER),
        *read_concepts(CURATED / "cytokine_classes.tsv", CYTOKINE_HEADER),
    ],
    "disease": read_concepts(CURATED / "diseases.tsv", spell=spelled_out),
    "drug": [
        *read_concepts(CURATED / "drugs.tsv"),
        *(one.concept for one in read_classes(CURATED / "drug_classes.tsv")),
    ],
    "chemical": read_concepts(CURATED / "chemicals.tsv"),
}
NAME_TABLES = ("stop_names.tsv", "stop_headings.tsv", "safe_short_forms.tsv", "blockers.tsv")


def cytokine_ids() -> dict[str, set[str]]:
    """Folded curated name → ids, explicit names first, then what the grammar adds to free names."""
    explicit: dict[str, set[str]] = {}
    for concept in TABLES["cytokine"]:
        for name in concept.names:
            explicit.setdefault(fold_name(name.text), set()).add(concept.concept_id)
    found = {folded: set(ids) for folded, ids in explicit.items()}
    for concept in TABLES["cytokine"]:
        for name in concept.names:
            for text in () if name.needs_definition else spellings(name.text):
                if fold_name(text) not in explicit:
                    found.setdefault(fold_name(text), set()).add(concept.concept_id)
    return found


CYTOKINES = cytokine_ids()


@pytest.mark.parametrize("kind", TABLES)
def test_every_curated_name_folds_to_something(kind: str) -> None:
    assert len(TABLES[kind]) > 50
    for concept in TABLES[kind]:
        for name in concept.names:
            assert is_usable(fold_name(name.text)), (concept.concept_id, name)


def test_no_curated_name_means_two_types() -> None:
    owner: dict[str, tuple[str, str]] = {}
    for kind, concepts in TABLES.items():
        for concept in concepts:
            for name in concept.names:
                if (
                    name.needs_definition
                ):  # "LTA" is lymphotoxin and lipoteichoic acid; the definition decides
                    continue
                folded = fold_name(name.text)
                assert owner.setdefault(folded, (kind, ""))[0] == kind, (folded, concept.concept_id)


@pytest.mark.parametrize("kind", ["disease", "drug", "chemical"])
def test_no_curated_name_means_two_concepts_of_one_type(kind: str) -> None:
    owner: dict[str, str] = {}
    for concept in TABLES[kind]:
        for name in concept.names:
            folded = fold_name(name.text)
            assert owner.setdefault(folded, concept.concept_id) == concept.concept_id, folded


@pytest.mark.parametrize("file", NAME_TABLES)
def test_every_listed_name_has_a_reason(file: str) -> None:
    names = read_names(CURATED / file)
    assert names
    assert all(fold_name(name) and reason for name, reason in names.items())


@pytest.mark.parametrize(
    ("text", "ids"),
    [
        ("IL-12", {"COMENTION:IL-12"}),
        ("interleukin 12", {"COMENTION:IL-12"}),
        ("IL12p70", {"COMENTION:IL-12"}),
        ("rhIL-12", {"COMENTION:IL-12"}),
        ("NKSF", {"COMENTION:IL-12"}),
        ("cytotoxic lymphocyte maturation factor", {"COMENTION:IL-12"}),
        ("IL-12/23p40", {"COMENTION:IL-12", "COMENTION:IL-23"}),
        ("IL-12/IL-23p40", {"COMENTION:IL-12", "COMENTION:IL-23"}),
        ("IL-12(p40)2", {"HGNC:5970"}),
        ("IL12B", {"HGNC:5970"}),
        ("IL-12p35", {"HGNC:5969"}),
        ("IL-27", {"COMENTION:IL-27"}),
        ("IL-27p28", {"HGNC:19157"}),
        ("IL-17", {"HGNC:5981"}),
        ("IL-1b", {"HGNC:5992"}),
        ("IL-1 receptor antagonist", {"HGNC:6000"}),
        ("TNFalpha", {"HGNC:11892"}),
        ("TNF-a", {"HGNC:11892"}),
        ("cachectin", {"HGNC:11892"}),
        ("interferongamma", {"HGNC:5438"}),
        ("interferon-gamma-inducing factor", {"HGNC:5986"}),
        ("type I interferons", {"COMENTION:IFN-I"}),
        ("C-C motif chemokine ligand 2", {"HGNC:10618"}),
        ("IP-10", {"HGNC:10637"}),
    ],
)
def test_spellings_of_cytokines(text: str, ids: set[str]) -> None:
    assert CYTOKINES[fold_name(text)] == ids


def test_a_subunit_names_its_complexes_as_parents() -> None:
    parents = {concept.concept_id: concept.parents for concept in TABLES["cytokine"]}
    assert parents["HGNC:5969"] == ("COMENTION:IL-12", "COMENTION:IL-35")
    assert parents["HGNC:5970"] == ("COMENTION:IL-12", "COMENTION:IL-23")


def test_only_these_names_mean_several_cytokines() -> None:
    shared = {folded for folded, ids in CYTOKINES.items() if len(ids) > 1}
    assert all(any(c.isdigit() for c in folded) for folded in shared)
    assert {"il 12 23 p 40", "il 1 alpha beta"} <= shared
    assert shared.isdisjoint({"il 12", "il 23", "ifn alpha", "il 36", "tgf beta"})


@pytest.mark.slow
def test_no_receptor_is_a_cytokine() -> None:
    antagonists = {"HGNC:6000", "HGNC:15561", "HGNC:6001"}  # IL-1Ra and IL-36Ra are cytokines of that name
    for concept in TABLES["cytokine"]:
        for name in concept.names:
            for receptor in receptor_names(name.text):
                ids = CYTOKINES.get(fold_name(receptor), set()) - antagonists
                # The families of IL-17 and of TNF are concepts of their own.
                assert not ids - {"COMENTION:IL-17", "COMENTION:TNFSF"}, (receptor, ids)


@pytest.mark.parametrize(
    "text",
    [
        "IL-12 receptor",
        "interleukin-12 receptor",
        "IL-12 Rβ1",
        "receptor for IL-12",
        "TNF receptor",
        "IFN-γ receptor",
    ],
)
def test_receptors_are_blocked(text: str) -> None:
    blocked = {fold_name(r) for c in TABLES["cytokine"] for n in c.names for r in receptor_names(n.text)}
    assert fold_name(text) in blocked
    assert fold_name(text) not in CYTOKINES


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("MS?", CuratedName("MS", 2, True)),
        ("LIGHT^5", CuratedName("LIGHT", 5, False)),
        ("CCL4^3", CuratedName("CCL4", 3, False)),  # CCl4 is carbon tetrachloride
        ("COVID-19^0", CuratedName("COVID-19", 0, False)),
        ("IL-12", CuratedName("IL-12", 1, False)),
        ("TNF-α", CuratedName("TNF-α", 1, False)),
        ("psoriasis", CuratedName("psoriasis", 0, False)),
    ],
)
def test_conditions_behind_a_name(text: str, name: CuratedName) -> None:
    assert parse_name(text) == name


def write(path: Path, *lines: str) -> Path:
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def test_a_table_reads_as_written(tmp_path: Path) -> None:
    path = write(
        tmp_path / "t.tsv", "\t".join(CONCEPT_HEADER), "MESH:D000001\tachoo\tsneeze|AC?\tMESH:D000002\tus"
    )
    names = (CuratedName("achoo", 0, False), CuratedName("sneeze", 0, False), CuratedName("AC", 2, True))
    assert read_concepts(path) == [CuratedConcept("MESH:D000001", "achoo", names, ("MESH:D000002",))]


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("MESH:X1\tachoo\t\t\tus", "t.tsv:2: 'MESH:X1'"),
        ("MESH:D000001\tachoo", "t.tsv:2: 2 columns"),
        ("MESH:D000001\ta\t\t\tus\nMESH:D000001\tb\t\t\tus", "stands twice"),
    ],
)
def test_a_bad_row_names_its_line(tmp_path: Path, line: str, says: str) -> None:
    path = write(tmp_path / "t.tsv", "\t".join(CONCEPT_HEADER), line)
    with pytest.raises(SourceError, match=says):
        read_concepts(path)


def test_a_bad_header_names_the_file(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match=r"t\.tsv:1: header"):
        read_names(write(tmp_path / "t.tsv", "nome\treason"))


@pytest.mark.parametrize(
    "text", ["interferon a", "mOsm", "mLIF", "IL-12 receptor", "IFN-?", "PD-L1", "CCl4 "]
)
def test_what_only_looks_like_a_cytokine(text: str) -> None:
    concepts = {concept.concept_id: concept for concept in TABLES["cytokine"]}
    ids = CYTOKINES.get(fold_name(text), set())
    if text == "CCl4 ":  # carbon tetrachloride; the chemokine asks for three capitals
        (identifier,) = ids
        (name,) = [n for n in concepts[identifier].names if fold_name(n.text) == fold_name(text)]
        assert name.capitals > sum(c.isupper() for c in text)
    elif text == "IFN-?":  # a lost letter is not guessed: an interferon, and no more
        assert ids == {"COMENTION:IFN"}
    else:
        assert ids == set()


def test_a_list_of_cytokines_may_begin_with_the_short_form() -> None:
    assert CYTOKINES[fold_name("interleukin (IL)-12")] == {"COMENTION:IL-12"}
    assert CYTOKINES[fold_name("tumor necrosis factor (TNF)-α")] == {"HGNC:11892"}
