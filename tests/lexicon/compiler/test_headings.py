"""Which descriptors of MeSH are about which concept."""

from __future__ import annotations

from pathlib import Path

import pytest

from comention.lexicon.compiler.headings import headings
from comention.lexicon.compiler.sources import Descriptor
from comention.lexicon.compiler.tables import CuratedConcept, CuratedName
from comention.lexicon.model import Heading
from comention.lexicon.store import Lexicon, open_lexicon
from comention.lexicon.writing import write


def cytokine(concept_id: str, *names: str) -> CuratedConcept:
    told = tuple(CuratedName(name, 0, needs_definition=name.islower() and len(name) < 4) for name in names)
    return CuratedConcept(concept_id, names[0], told, (), "")


CYTOKINES = (
    cytokine("COMENTION:A", "alphakine", "growth thing", "alk"),
    cytokine("COMENTION:B", "betakine", "growth activator"),
    cytokine("COMENTION:C", "CXCL99"),
)
DESCRIPTORS = [
    Descriptor("D1", "Fever, Odd", (), ("C01",)),
    Descriptor("D2", "Alphakine", ("Growth Activator", "alk"), ("D01",)),  # an entry term that is B's name
    Descriptor("D3", "Growth Things", ("Growth Thing", "Alphakine"), ("D02",)),  # names A, as D2 does
    Descriptor("D4", "Chemokine CXCL99", (), ("D03",)),
    Descriptor("D5", "Something", ("Betakine", "Growth Activator"), ("D04",)),
    Descriptor("D6", "Betakine", (), ("F01",)),  # no substance
]


def test_a_concept_has_its_own_and_a_cytokine_the_one_that_names_it_best() -> None:
    kept = {"MESH:D1", "COMENTION:A", "COMENTION:B", "COMENTION:C"}
    assert headings(DESCRIPTORS, kept, CYTOKINES) == [
        Heading("D1", "Fever, Odd", "MESH:D1"),
        Heading("D3", "Growth Things", "COMENTION:A"),
        Heading("D4", "Chemokine CXCL99", "COMENTION:C"),
        Heading("D5", "Something", "COMENTION:B"),
    ]
    assert headings(DESCRIPTORS, {"COMENTION:C"}, CYTOKINES) == [
        Heading("D4", "Chemokine CXCL99", "COMENTION:C")
    ]


@pytest.mark.parametrize(
    ("concept_id", "heading"),
    [
        ("MESH:D003876", ("D003876", "Dermatitis, Atopic")),
        ("COMENTION:IL-23", ("D053759", "Interleukin-23")),
        ("HGNC:10637", ("D054357", "Chemokine CXCL10")),
        ("HGNC:11892", ("D014409", "Tumor Necrosis Factor-alpha")),
        ("HGNC:5438", ("D007371", "Interferon-gamma")),
        ("HGNC:5970", ("D053762", "Interleukin-12 Subunit p40")),
    ],
)
def test_the_shipped_lexicon_knows_headings(concept_id: str, heading: tuple[str, str]) -> None:
    found = [h for h in open_lexicon().headings if h.concept_id == concept_id]
    assert [(h.ui, h.name) for h in found] == [heading]


def test_mentions_do_not_depend_on_headings(tmp_path: Path) -> None:
    write(tmp_path / "without", [], [], {})
    write(tmp_path / "with", [], [], {}, headings=[Heading("D1", "Fever, Odd", "MESH:D1")])
    without, told = Lexicon(tmp_path / "without"), Lexicon(tmp_path / "with")
    assert without.headings == []
    assert told.headings == [Heading("D1", "Fever, Odd", "MESH:D1")]
    assert told.fingerprint == without.fingerprint
