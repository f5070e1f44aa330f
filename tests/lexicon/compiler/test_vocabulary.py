from __future__ import annotations

import json
from pathlib import Path

import pytest

from comention.lexicon.compiler.sources import SourceError
from comention.lexicon.compiler.vocabulary import read_vocabulary
from tests.lexicon.compiler import mesh_files as mesh

DESCRIPTORS = mesh.descriptors(
    mesh.descriptor("D900001", "Nosamine", ["D02.100"]),
    mesh.descriptor("D900009", "Sneeze Agents", ["D27.505.954.100"]),
)
SUPPLEMENTS = mesh.supplements(mesh.supplement("C900001", "noserol", ["D900001"]))


def put(folder: Path, **files: str) -> None:
    for name, text in files.items():
        (folder / f"{name}.xml").write_text(text, encoding="utf-8")


def test_sources_in_use_tell_their_versions(sources: Path) -> None:
    pa = mesh.actions(mesh.action("D900009", "Sneeze Agents", ["D900001"]))
    put(sources, desc2026=DESCRIPTORS, supp2026=SUPPLEMENTS, pa2026=pa)
    purl = "http://purl.obolibrary.org/obo/"
    graph = {
        "meta": {"version": purl + "doid/releases/2026-01-31/doid.json"},
        "nodes": [{"id": purl + "DOID_1", "lbl": "itch"}],
    }
    (sources / "doid.json").write_text(json.dumps({"graphs": [graph]}), encoding="utf-8")
    used = read_vocabulary(sources).sources
    assert [(s.key, s.file, s.version) for s in used] == [
        ("mesh", "desc2026.xml", "2026"),
        ("mesh_scr", "supp2026.xml", "2026"),
        ("mesh_pa", "pa2026.xml", "2026"),
        ("mondo", "mondo.json", "as packaged"),
        ("doid", "doid.json", "2026-01-31"),
        ("hgnc", "hgnc_entries.tsv", "as packaged"),
        ("unii", "UNII_Names.txt", "2025-06 (as packaged)"),
    ]


def test_the_complete_set_of_hgnc_is_dated_by_its_name(sources: Path) -> None:
    header = "hgnc_id symbol name locus_type status alias_symbol prev_symbol entrez_id uniprot_ids mgd_id"
    path = sources / "hgnc_complete_set_2026-01-06.txt"
    path.write_text(
        header.replace(" ", "\t")
        + "\nHGNC:1\tIL99\ti\tgene with protein product\tApproved"
        + "\t" * 5
        + "\n",
        encoding="utf-8",
    )
    vocabulary = read_vocabulary(sources)
    assert [gene.symbol for gene in vocabulary.genes] == ["IL99"]
    assert {s.key: s.version for s in vocabulary.sources}["hgnc"] == "2026-01-06"
    path.rename(sources / "hgnc_complete_set.txt")
    assert {s.key: s.version for s in read_vocabulary(sources).sources}["hgnc"] == "undated"


def test_descriptors_of_2024_go_with_the_packaged_supplements(sources: Path) -> None:
    put(sources, desc2024=DESCRIPTORS)
    assert [d.ui for d in read_vocabulary(sources).descriptors] == ["D900001", "D900009"]


@pytest.mark.parametrize(
    ("files", "says"),
    [
        (
            {"desc2026": DESCRIPTORS, "supp2025": SUPPLEMENTS},
            r"several years \(supp2025\.xml of 2025, desc2026\.xml of 2026\): get",
        ),
        ({"desc2026": DESCRIPTORS}, r"mesh_supp_id_label_mappings\.tsv of 2024, desc2026\.xml of 2026"),
        ({"pa2025": mesh.actions()}, r"mesh_supp_id_label_mappings\.tsv of 2024, pa2025\.xml of 2025"),
        ({"pa": mesh.actions()}, r"pa\.xml: which year of MeSH is it"),
        (
            {"desc2024": mesh.descriptors(*[mesh.descriptor("D900001", "N")] * 2)},
            r"desc2024\.xml: D900001 stands twice",
        ),
        (
            {
                "desc2024": mesh.descriptors(
                    mesh.descriptor("D900001", "N", ["C01"]), mesh.descriptor("D900002", "M", ["C01"])
                )
            },
            r"desc2024\.xml: tree number C01 is of D900001 and of D900002",
        ),
        (
            {"pa2024": mesh.actions(mesh.action("D900099", "Agents", []))},
            r"pa2024\.xml: the action D900099 \(Agents\) is no descriptor",
        ),
        (
            {"pa2024": mesh.actions(*[mesh.action("D900001", "Agents", [])] * 2)},
            r"pa2024\.xml: D900001 stands twice",
        ),
    ],
)
def test_files_that_do_not_fit_together_are_an_error(sources: Path, files: dict[str, str], says: str) -> None:
    put(sources, **files)
    with pytest.raises(SourceError, match=says):
        read_vocabulary(sources)


@pytest.mark.parametrize(
    ("file", "identifier"),
    [
        ("mesh_id_label_mappings.tsv", "D900001"),
        ("mesh_supp_id_label_mappings.tsv", "C900001"),
        ("hgnc_entries.tsv", "HGNC:1"),
    ],
)
def test_an_id_that_stands_twice_in_a_table_is_an_error(sources: Path, file: str, identifier: str) -> None:
    path = sources / "package" / "resources" / file
    row = next(line for line in path.read_text("utf-8").splitlines() if line.startswith(identifier))
    with path.open("a", encoding="utf-8") as out:
        out.write(row + "\n")
    with pytest.raises(SourceError, match=rf"{file}: {identifier} stands twice"):
        read_vocabulary(sources)


def test_an_id_that_stands_twice_in_an_ontology_is_an_error(sources: Path) -> None:
    path = sources / "package" / "resources" / "doid.json"
    path.write_text(json.dumps(json.loads(path.read_text("utf-8")) * 2), encoding="utf-8")
    with pytest.raises(SourceError, match=r"doid\.json: DOID:1 stands twice"):
        read_vocabulary(sources)
