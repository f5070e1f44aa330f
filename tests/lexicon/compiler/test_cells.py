"""Names of cells: our table, and the Cell Ontology as a package carries it."""

import json
from pathlib import Path

import pyarrow as pa
import pytest

from comention.lexicon.compiler.cells import candidates, concepts, read_cells, read_ontology
from comention.lexicon.compiler.sources import SourceError

_TERMS: dict[str, dict[str, object]] = {
    "CL:0000988": {"label": "blood-forming cell", "ancestors": {}},
    "CL:0000001": {"label": "nose cell", "ancestors": {"CL:0000988": 1}, "synonyms": ["NC", "nose cyte"]},
    "CL:0000002": {
        "label": "XY-positive nose cell",
        "ancestors": {"CL:0000001": 1, "CL:0000988": 2},
    },
    "CL:0000003": {"label": "leaf cell", "ancestors": {}},
    "CL:0000004": {"label": "old nose cell", "ancestors": {"CL:0000988": 1}, "deprecated": True},
    "GO:0000001": {"label": "nose growth", "ancestors": {}},
}


@pytest.fixture
def ontology(tmp_path: Path) -> Path:
    path = tmp_path / "cl.json.zst"
    terms = {curie: {"deprecated": False, **term} for curie, term in _TERMS.items()}
    with pa.output_stream(str(path), compression="zstd") as stream:
        stream.write(json.dumps(terms).encode())
    return path


def table(folder: Path, row: str) -> Path:
    head = "concept_id\tname\tsynonyms\tparents\tsource\n"
    (folder / "cells.tsv").write_text(head + row + "\n", encoding="utf-8")
    return folder


def test_the_ontology_adds_names_and_what_stands_above(tmp_path: Path, ontology: Path) -> None:
    folder = table(tmp_path, "CL:0000001\tnose cell\t{nasal,nostril} {cells,cytes}\t\tCOMENTION")
    cells = read_cells(folder, read_ontology(ontology))
    names = {(one.text, one.concept_id) for one in candidates(cells)}
    assert ("nostril cytes", "CL:0000001") in names
    assert ("nose cyte", "CL:0000001") in names
    assert ("XY+ nose cell", "CL:0000002") in names
    assert not any(text == "NC" or i in {"CL:0000003", "CL:0000004", "GO:0000001"} for text, i in names)
    found = {one.concept_id: one for one in concepts(cells, {i for _, i in names})}
    assert found["CL:0000002"].parents == ("CL:0000001",)
    assert found["CL:0000001"].entity_type == "cell"


def test_an_id_that_the_ontology_does_not_hold_stops_the_compiler(tmp_path: Path, ontology: Path) -> None:
    folder = table(tmp_path, "CL:0000009\ttoe cell\t\t\tCOMENTION")
    with pytest.raises(SourceError, match=r"CL:0000009 .toe cell. is not in the Cell Ontology"):
        read_cells(folder, read_ontology(ontology))


def test_another_file_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "cl.json.zst"
    path.write_bytes(b"{}")
    with pytest.raises(SourceError, match="not the Cell Ontology"):
        read_ontology(path)
