"""A small world of made-up vocabularies and curated tables."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import pytest

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
     "xrefs": [{"namespace": "MESH", "id": "D900001"}, {"namespace": "OMIM", "id": "900001"}]},
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
CLASSES = "concept_id\tname\tsynonyms\tparents\tmembers\tsource\n"
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
        "cytokine_classes.tsv": CYTOKINES + "COMENTION:ILS\tnose cytokines\t\t\tILS?\tCOMENTION\n",
        "drugs.tsv": CONCEPTS,
        "drug_classes.tsv": CLASSES
        + "COMENTION:class/nose-drugs\tnose drugs\t{nose,nasal} {agents,medicines}\t\tNosamine\tCOMENTION\n"
        + "COMENTION:class/nose-biologics\tnose biologics\t\tCOMENTION:class/nose-drugs\tTicklemab"
        "\tCOMENTION\n",
        "chemicals.tsv": CONCEPTS,
        "replaced.tsv": "concept_id\tname\treplaced_by\treason\n",
        "cut_parents.tsv": "concept_id\tname\tparent_id\tparent\treason\n",
        "stop_names.tsv": NAMES + "Tickling Amines\tclass\n",
        "stop_headings.tsv": NAMES + "Feathers\torganism\n",
        "safe_short_forms.tsv": NAMES + "SND\teveryone knows\n",
        "blockers.tsv": NAMES + "nosamine receptor\treceptor\n",
    }
    for name, text in tables.items():
        (folder / name).write_text(text, encoding="utf-8")
    return folder
