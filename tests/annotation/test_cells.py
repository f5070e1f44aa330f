"""Cells as the curated tables name them, among diseases, cytokines and blockers, by the fast annotator."""

import pytest

from comention.annotation.document import from_text
from comention.annotation.fast import FastAnnotator
from comention.lexicon.compiler.candidates import settle
from comention.lexicon.compiler.cells import candidates, concepts, read_cells
from comention.lexicon.compiler.tables import CURATED
from comention.lexicon.model import BLOCKER, ConceptEntry, NameEntry
from comention.lexicon.store import Lexicon
from comention.lexicon.writing import write

_OTHERS = {
    "T-cell lymphoma": ("MESH:D016399", "disease"),
    "squamous cell carcinoma": ("MESH:D002294", "disease"),
    "giant cell arteritis": ("MESH:D013700", "disease"),
    "neoplasms": ("MESH:D009369", "disease"),
    "IL-12": ("COMENTION:IL-12", "cytokine"),
    "macrophage colony-stimulating factor": ("HGNC:2432", "cytokine"),
    "cytokines": ("MESH:D016207", "cytokine"),
}


@pytest.fixture(scope="module")
def annotator(tmp_path_factory: pytest.TempPathFactory) -> FastAnnotator:
    folder = tmp_path_factory.mktemp("cells")
    cells = read_cells(CURATED, [])
    names = [one for entries in settle(candidates(cells), lambda *_: False).values() for one in entries]
    rows = list(concepts(cells, {name.concept_id for name in names}))
    rows += [ConceptEntry(identifier, name, kind, "test") for name, (identifier, kind) in _OTHERS.items()]  # type: ignore[arg-type]
    names += [NameEntry(name, identifier, "test") for name, (identifier, _) in _OTHERS.items()]
    names += [NameEntry("tumor", "MESH:D009369", "test")]
    names += [NameEntry(name, BLOCKER, "test") for name in ("CD4", "CD8", "CD25")]
    write(folder, sorted(rows, key=lambda row: row.concept_id), names, {})
    return FastAnnotator(Lexicon(folder))


def found(annotator: FastAnnotator, text: str) -> list[str]:
    """The mentions of a text, "surface = concept"."""
    mentions = annotator.mentions(from_text(text))
    assert all(text[m.start : m.end] == m.text for m in mentions)
    return [f"{m.text} = {m.concept_name}" for m in mentions]


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("Naive cells became Th1 or TH17 cells.", ["Th1 = Th1 cell", "TH17 cells = Th17 cell"]),
        ("CD4(+) T lymphocytes grew.", ["CD4(+) T lymphocytes = CD4+ T cell"]),
        ("CD8⁺ T cells grew.", ["CD8⁺ T cells = CD8+ T cell"]),
        ("CD4-positive T cells grew.", ["CD4-positive T cells = CD4+ T cell"]),
        ("Gamma-delta T cells came.", ["Gamma-delta T cells = γδ T cell"]),
        ("Type 2 innate lymphoid cells came.", ["Type 2 innate lymphoid cells = ILC2"]),
        ("CD4+CD25+Foxp3+ Tregs left.", ["CD4+CD25+Foxp3+ Tregs = CD4+CD25+ regulatory T cell"]),
        ("Alveolar macrophages ate.", ["Alveolar macrophages = alveolar macrophage"]),
        ("THP-1 cells ate.", ["THP-1 cells = THP-1"]),
    ],
)
def test_cells_as_papers_write_them(annotator: FastAnnotator, text: str, wanted: list[str]) -> None:
    assert found(annotator, text) == wanted


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("T cell lymphoma recurred.", ["T cell lymphoma = T-cell lymphoma"]),
        ("CD4+ T cell lymphoma recurred.", ["T cell lymphoma = T-cell lymphoma"]),
        ("Mast cell leukemia is rare.", []),
        ("Squamous cell carcinoma grew.", ["Squamous cell carcinoma = squamous cell carcinoma"]),
        ("Giant cell arteritis hurts.", ["Giant cell arteritis = giant cell arteritis"]),
        ("Macrophage colony-stimulating factor rose.", ["Macrophage colony-stimulating factor = "]),
        ("Hepatocyte growth factor rose.", []),
        ("Platelet-derived growth factor rose.", []),
        ("Nuclear factor of activated T cells (NFAT) moved; NFAT stayed.", []),
        ("The T cell receptor was cut.", []),
        ("Mast cell tryptase rose.", []),
        ("Anti-CD4 was given, and the CD4 count fell.", []),
        ("CD4- T cells stayed.", []),
        ("CD4(-)CD8(-) T cells stayed.", []),
        ("Platelet-rich plasma was given.", []),
        ("CD14 cell surface expression fell.", []),
        ("Hematopoietic stem cell transplantation (HSCT) and a stem cell graft were done.", []),
        ("Red blood cell transfusions and platelet transfusion were stopped.", []),
        ("Th1/Th2 cytokine balance and Th2 cytokine expression shifted.", ["cytokine = ", "cytokine = "]),
    ],
)
def test_no_cell_within_a_disease_a_protein_or_a_lack(
    annotator: FastAnnotator, text: str, wanted: list[str]
) -> None:
    got = found(annotator, text)
    assert len(got) == len(wanted)
    assert all(one.startswith(other) for one, other in zip(got, wanted, strict=True))


def test_cells_of_a_procedure_count_where_they_are_told_of(annotator: FastAnnotator) -> None:
    text = "Hematopoietic stem cells were transplanted; platelets fell; Th2 cytokines such as IL-12 rose."
    assert [one.partition(" = ")[0] for one in found(annotator, text)] == [
        "Hematopoietic stem cells",
        "platelets",
        "Th2",
        "cytokines",
        "IL-12",
    ]
    text = "Mesenchymal stem cell transplantation helped."
    assert found(annotator, text) == ["Mesenchymal stem cell = mesenchymal stem cell"]


def test_a_short_form_is_that_of_the_longer_name_before_it(annotator: FastAnnotator) -> None:
    assert found(annotator, "Vascular smooth muscle cells (SMC) grew. SMC moved.")[1:] == [
        "SMC = vascular smooth muscle cell",
        "SMC = vascular smooth muscle cell",
    ]


def test_a_bare_short_form_counts_only_where_the_text_says_what_it_is(annotator: FastAnnotator) -> None:
    assert found(annotator, "A DC of 2 mA ran; NK was blocked; TAM and MC and PDC were read.") == []
    assert found(annotator, "Dendritic cells (DCs) came. DCs left.")[-1] == "DCs = dendritic cell"
    assert found(annotator, "Natural killer (NK) cells came. NK activity fell.")[-1] == "NK = NK cell"
    assert found(annotator, "Natural killer cells came; NK lysis fell.")[-1] == "NK = NK cell"
    assert found(annotator, "Neurokinin (NK) rose, and NK fell.") == []


def test_what_shares_its_last_words_in_a_list(annotator: FastAnnotator) -> None:
    assert found(annotator, "T and B cells came.") == ["T = T cell", "B cells = B cell"]
    assert found(annotator, "CD4+ and CD8+ T cells came.") == [
        "CD4+ = CD4+ T cell",
        "CD8+ T cells = CD8+ T cell",
    ]
    assert found(annotator, "M1/M2 macrophages came.")[0] == "M1 = M1 macrophage"
    assert found(annotator, "These and B cells came.") == ["B cells = B cell"]


def test_a_disease_within_a_cells_name_stays(annotator: FastAnnotator) -> None:
    wanted = ["tumor = neoplasms", "tumor-associated macrophages = tumor-associated macrophage"]
    assert found(annotator, "The tumor-associated macrophages ate.") == wanted


def test_lines_are_told_from_cell_types(annotator: FastAnnotator) -> None:
    lexicon = annotator.matcher._lexicon
    assert "CVCL:0006" in lexicon.lines
    assert "CL:0000235" not in lexicon.lines
