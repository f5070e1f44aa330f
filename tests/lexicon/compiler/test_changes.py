"""What a new compilation tells against an older one."""

from __future__ import annotations

from pathlib import Path

from comention.lexicon.compiler.changes import (
    KINDS,
    Changed,
    compare,
    concepts_of,
    listing,
    write_changes,
)
from comention.lexicon.model import ConceptEntry, Replaced
from comention.lexicon.writing import write
from comention.records import Concept

_OLD = [
    Concept("MESH:C900001", "noserol", "chemical"),
    Concept("MESH:D900001", "Sneezing", "disease"),
    Concept("MESH:D900002", "ache", "disease"),
    Concept("MESH:D900003", "amine", "chemical"),
    Concept("MESH:D900004", "gone", "disease"),
    Concept("UNII:AAAAAAAAA1", "nosatinib", "drug"),
]
_NEW = [
    ConceptEntry("MESH:D900001", "sneezing", "disease", "MESH"),
    ConceptEntry("MESH:D900002", "pain", "disease", "MESH"),
    ConceptEntry("MESH:D900003", "amine", "drug", "MESH"),
    ConceptEntry("MESH:D900005", "new", "disease", "MESH"),
    ConceptEntry("MESH:D900009", "noserol", "chemical", "MESH"),
    ConceptEntry("MESH:C900007", "nosatinib", "drug", "MESH", (), ("UNII:AAAAAAAAA1",)),
]
_CHANGES = [
    Changed("added", "MESH:D900005", "", "new"),
    Changed("lost", "MESH:D900004", "gone", ""),
    Changed("replaced", "MESH:C900001", "noserol", "MESH:D900009"),
    Changed("replaced", "UNII:AAAAAAAAA1", "nosatinib", "MESH:C900007"),
    Changed("renamed", "MESH:D900002", "ache", "pain"),
    Changed("recased", "MESH:D900001", "Sneezing", "sneezing"),
    Changed("retyped", "MESH:D900003", "chemical", "drug"),
]


def test_every_kind_of_change_is_told_once() -> None:
    assert compare(_OLD, _NEW, [Replaced("C900001", "D900009", "noserol", "Noserol")]) == _CHANGES
    assert {change.kind for change in _CHANGES} == set(KINDS)
    assert compare([Concept(c.concept_id, c.name, c.entity_type) for c in _NEW], _NEW, []) == []


def test_the_listing_counts_all_and_shows_some() -> None:
    more = [*_CHANGES, Changed("lost", "MESH:D900008", "gone too", "")]
    lines = listing(more, 1)
    assert lines[0] == "added 1 (concepts that were not there): MESH:D900005 new"
    assert lines[1] == "lost 2 (concepts that are not there any more): MESH:D900004 gone"
    assert lines[2].endswith("MESH:C900001 noserol → MESH:D900009")
    assert listing([], 1)[1] == "lost 0 (concepts that are not there any more)"


def test_all_changes_go_into_a_table(tmp_path: Path) -> None:
    write_changes(tmp_path / "changes.tsv", _CHANGES)
    lines = (tmp_path / "changes.tsv").read_text(encoding="utf-8").splitlines()
    assert lines[0] == "kind\tconcept_id\tbefore\tafter"
    assert lines[3] == "replaced\tMESH:C900001\tnoserol\tMESH:D900009"
    assert len(lines) == len(_CHANGES) + 1


def test_the_concepts_of_a_lexicon_are_read_in_any_format(tmp_path: Path) -> None:
    assert concepts_of(tmp_path) == []
    write(tmp_path, _NEW, [], {})
    path = tmp_path / "lexicon.json"
    path.write_text(path.read_text(encoding="utf-8").replace('"format": 2', '"format": 1'), encoding="utf-8")
    assert concepts_of(tmp_path)[0] == Concept("MESH:C900007", "nosatinib", "drug")
