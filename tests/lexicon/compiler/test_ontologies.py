from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from comention.lexicon.compiler.ontologies import read_terms
from comention.lexicon.compiler.sources import SourceError, Term

PURL = "http://purl.obolibrary.org/obo/"
GRAPH = {
    "graphs": [
        {
            "meta": {"version": PURL + "mondo/releases/2026-01-06/mondo.json"},
            "nodes": [
                {
                    "id": PURL + "MONDO_0900001",
                    "lbl": "sneezing disease",
                    "meta": {
                        "synonyms": [
                            {"pred": "hasExactSynonym", "val": "sternutation disease"},
                            {"pred": "hasExactSynonym", "val": "sternutation disease"},
                            {"pred": "hasBroadSynonym", "val": "nose disease"},
                            {"pred": "hasRelatedSynonym", "val": "cold"},
                        ],
                        "xrefs": [{"val": "MESH:D900001"}, {"val": "MIM:123456"}, {"val": "DOID:1"}],
                    },
                },
                {"id": PURL + "MONDO_0900002", "lbl": "obsolete itch", "meta": {"deprecated": True}},
                {"id": PURL + "HP_0900003", "lbl": "itch"},
                {"id": PURL + "MONDO_0900004"},
                {"id": PURL + "MONDO_0900005", "lbl": "plain disease"},
            ],
        }
    ]
}


def write(tmp_path: Path, content: Any) -> Path:
    path = tmp_path / "bad.json"
    text = content if isinstance(content, str) else json.dumps(content)
    path.write_text(text, encoding="utf-8")
    return path


def test_a_graph_gives_exact_synonyms_of_its_own_living_terms(tmp_path: Path) -> None:
    assert read_terms(write(tmp_path, GRAPH), "MONDO") == (
        "2026-01-06",
        [
            Term(
                "MONDO:0900001",
                "sneezing disease",
                ("sternutation disease",),
                (("MESH", "D900001"), ("OMIM", "123456"), ("DOID", "1")),
            ),
            Term("MONDO:0900005", "plain disease", (), ()),
        ],
    )


def test_a_list_is_an_extract_without_a_release(tmp_path: Path) -> None:
    extract = [{"id": "DOID:1", "name": "itch"}, {"id": "2", "name": "cold", "synonyms": ["flu"]}]
    assert read_terms(write(tmp_path, extract), "DOID") == (
        "",
        [Term("DOID:1", "itch", (), ()), Term("DOID:2", "cold", ("flu",), ())],
    )


def test_a_graph_may_tell_no_release(tmp_path: Path) -> None:
    graph = {"graphs": [{"nodes": [{"id": PURL + "DOID_1", "lbl": "itch"}]}]}
    assert read_terms(write(tmp_path, graph), "DOID") == ("", [Term("DOID:1", "itch", (), ())])


@pytest.mark.parametrize(
    ("content", "says"),
    [
        ("[{]", r"bad\.json:1: not JSON"),
        (json.dumps(GRAPH, indent=1)[:-9], r"bad\.json:\d+: not JSON: .*download it again"),
        ({}, "expected a list of terms, or an object"),
        ({"graphs": [1]}, "expected a list of terms, or an object"),
        ([{"id": "1"}], "term 0 has no id or no name"),
        ({"graphs": [{"nodes": [{"lbl": "itch"}]}]}, "node 0 is no node of an OBO graph"),
        ({"graphs": [{"nodes": []}]}, "no MONDO term in it"),
        ({"graphs": [{"nodes": [{"id": PURL + "DOID_1", "lbl": "itch"}]}]}, "no MONDO term in it"),
    ],
)
def test_what_is_no_ontology_is_refused(tmp_path: Path, content: Any, says: str) -> None:
    with pytest.raises(SourceError, match=says):
        read_terms(write(tmp_path, content), "MONDO")


def test_latin_1_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "mondo.json"
    path.write_bytes('["Sjögren"]'.encode("latin-1"))
    with pytest.raises(SourceError, match=r"mondo\.json: not UTF-8"):
        read_terms(path, "MONDO")
