from __future__ import annotations

import gzip
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from comention.lexicon.compiler.mesh_xml import mesh_year, read_actions, read_descriptors, read_supplements
from comention.lexicon.compiler.sources import Action, Descriptor, SourceError, Supplement
from tests.lexicon.compiler import mesh_files as mesh

DTD = "nlmdescriptorrecordset_20250101.dtd"


def write(tmp_path: Path, text: str, name: str = "desc2025.xml") -> Path:
    path = tmp_path / name
    data = text.encode()
    path.write_bytes(gzip.compress(data) if name.endswith(".gz") else data)
    return path


@pytest.mark.parametrize("name", ["desc2025.xml", "desc2025.xml.gz"])
def test_a_descriptor_has_the_terms_of_its_preferred_concept_and_its_codes(tmp_path: Path, name: str) -> None:
    concepts = [
        mesh.concept([("Nosamine", "NON"), ("Amine, Nose", "NON"), ("NSM", "ABB"), ("Nosafix", "TRD")]),
        mesh.concept([("NSM-4711", "LAB"), ("NSM 4711", "LAB"), ("Nosalab", "LAB")], preferred=False),
        mesh.concept([("Sneeze", "TRD"), ("Salt of Nosamine", "NON")], preferred=False),
    ]
    text = mesh.descriptors(
        mesh.descriptor("D900001", "Nosamine", ["D02.100", "D03.200.300"], concepts),
        mesh.descriptor("D900002", "Sneezers &amp; Co"),
        dtd=DTD,
    )
    assert list(read_descriptors(write(tmp_path, text, name))) == [
        Descriptor(
            "D900001",
            "Nosamine",
            ("Amine, Nose", "NSM", "Nosafix", "NSM-4711", "NSM 4711"),
            ("D02.100", "D03.200.300"),
        ),
        Descriptor("D900002", "Sneezers & Co", (), ()),
    ]


def test_a_supplement_is_filed_under_headings_each_once(tmp_path: Path) -> None:
    text = mesh.supplements(
        mesh.supplement("C900001", "noserol", ["*D900001", "D900002", "D900001"]),
        mesh.supplement("C900002", "Noseless Syndrome", ["D900003"], "3"),
    )
    assert list(read_supplements(write(tmp_path, text, "supp2025.xml"))) == [
        Supplement("C900001", "noserol", (), ("D900001", "D900002"), "1"),
        Supplement("C900002", "Noseless Syndrome", (), ("D900003",), "3"),
    ]


def test_an_action_lists_its_substances(tmp_path: Path) -> None:
    text = mesh.actions(mesh.action("D900009", "Sneeze Agents", ["D900001", "C900001"]))
    assert list(read_actions(write(tmp_path, text, "pa2025.xml"))) == [
        Action("D900009", "Sneeze Agents", ("D900001", "C900001"))
    ]


def test_no_entity_is_resolved(tmp_path: Path) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("secret", encoding="utf-8")
    doctype = f'<!DOCTYPE DescriptorRecordSet [<!ENTITY leak SYSTEM "{secret.as_uri()}">]>'
    body = mesh.descriptor("D900001", "Nose&leak;").replace("<TreeNumberList></TreeNumberList>", "")
    text = f"{doctype}<DescriptorRecordSet>{body}</DescriptorRecordSet>"
    assert [d.name for d in read_descriptors(write(tmp_path, text))] == ["Nose"]


GOOD = mesh.descriptors(mesh.descriptor("D900001", "Nose"), mesh.descriptor("D900002", "Sneeze"), dtd=DTD)
TWO_PREFERRED = mesh.descriptor("D900001", "Nose", (), [mesh.concept([]), mesh.concept([])])
Reader = Callable[[Path], Iterator[object]]


@pytest.mark.parametrize(
    ("reader", "text", "says"),
    [
        (read_descriptors, GOOD[:-60], r"desc2025\.xml:\d+: truncated, or no XML"),
        (read_descriptors, "", r"desc2025\.xml.*: truncated, or no XML"),
        (read_descriptors, "D900001\tNose\n", r"desc2025\.xml:1: truncated, or no XML"),
        (read_descriptors, mesh.supplements(), "root element is SupplementalRecordSet, expected Descr"),
        (read_descriptors, mesh.descriptors(), "no DescriptorRecord in it"),
        (
            read_descriptors,
            mesh.descriptors(mesh.descriptor("C900001", "N")),
            r"DescriptorRecord 1: 'C900001'",
        ),
        (
            read_descriptors,
            mesh.descriptors(mesh.descriptor("D900001", "")),
            r"DescriptorRecord 1: .*no name",
        ),
        (read_descriptors, mesh.descriptors(TWO_PREFERRED), r"1 \(Nose\): 2 preferred concepts, expected 1"),
        (
            read_supplements,
            mesh.supplements(mesh.supplement("D900001", "n", [])),
            "SupplementalRecord 1: 'D9",
        ),
        (read_actions, mesh.actions("<PharmacologicalAction/>"), "Action 1: no DescriptorReferredTo"),
    ],
)
def test_what_is_not_mesh_is_refused(tmp_path: Path, reader: Reader, text: str, says: str) -> None:
    with pytest.raises(SourceError, match=says):
        list(reader(write(tmp_path, text)))


@pytest.mark.parametrize("data", [gzip.compress(GOOD.encode())[:-30], GOOD.encode()], ids=["cut", "plain"])
def test_broken_gzip_is_told(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "desc2025.xml.gz"
    path.write_bytes(data)
    with pytest.raises(
        SourceError, match=r"desc2025\.xml\.gz: truncated or damaged gzip .*download it again"
    ):
        list(read_descriptors(path))


@pytest.mark.parametrize(
    ("name", "dtd", "year"),
    [
        ("desc2026.xml", "", 2026),
        ("desc2026.xml", DTD, 2026),
        ("desc.xml", DTD, 2025),
        ("pa2025.xml.gz", DTD, 2025),
    ],
)
def test_the_year_is_that_of_the_name_else_of_the_document_type(
    tmp_path: Path, name: str, dtd: str, year: int
) -> None:
    assert mesh_year(write(tmp_path, mesh.descriptors(dtd=dtd), name)) == year


@pytest.mark.parametrize(
    ("name", "dtd", "says"),
    [
        ("desc.xml", "", r"desc\.xml: which year of MeSH is it\? Name it as NLM does"),
        ("desc2024.xml", DTD, r"desc2024\.xml: its document type is of 2025"),
    ],
)
def test_an_unknown_year_is_an_error(tmp_path: Path, name: str, dtd: str, says: str) -> None:
    with pytest.raises(SourceError, match=says):
        mesh_year(write(tmp_path, mesh.descriptors(dtd=dtd), name))


@pytest.mark.corpora
def test_real_mesh_files(corpora: Path) -> None:
    vocab = corpora / "vocab"
    found = {d.ui: d for d in read_descriptors(vocab / "mesh_desc_sample.xml")}
    assert list(found) == ["D000001", "D000002", "D000003", "D000077594", "D006406"]
    assert found["D000001"].synonyms == ("A-23187", "A 23187", "A23187")
    assert found["D000002"].synonyms == ("Temephos",)
    assert len(found["D000077594"].synonyms) == 9
    assert found["D006406"] == Descriptor("D006406", "Hematoma", ("Hematomas",), ("C23.550.414.838",))
    assert list(read_supplements(vocab / "mesh_supp_sample.xml")) == [
        Supplement(
            "C117343", "red yeast rice", ("Chinese red-yeast-rice dietary supplement",), ("D001688",), "1"
        )
    ]
    counted = [(a.ui, a.name, len(a.substances)) for a in read_actions(vocab / "mesh_pa_sample.xml")]
    assert counted == [
        ("D058888", "14-alpha Demethylase Inhibitors", 10),
        ("D058891", "5-alpha Reductase Inhibitors", 46),
    ]
    assert mesh_year(vocab / "mesh_desc_sample.xml") == 2020
    with pytest.raises(SourceError, match="which year of MeSH"):
        mesh_year(vocab / "mesh_pa_sample.xml")
