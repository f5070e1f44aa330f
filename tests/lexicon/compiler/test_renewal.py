"""MeSH of one year with the headings of a later one: what is new, replaced, renamed, gone, and what it is."""

from __future__ import annotations

from pathlib import Path

import pytest

from comention.lexicon.compiler.build import build
from comention.lexicon.compiler.renewal import UNPLACED, renew
from comention.lexicon.compiler.sources import Descriptor, Label, SourceError, Supplement
from comention.lexicon.compiler.tabular import read_labels
from comention.lexicon.model import Replaced

_OF_DISEASES = frozenset({"Q1", "Q2"})
_OF_SUBSTANCES = frozenset({"Q3"})
_MIXED = frozenset({"Q9"})
_DESCRIPTORS = [
    Descriptor("D900001", "Sneezing Diseases", ("Sternutation",), ("C01",)),
    *(Descriptor(f"D90001{i}", f"Ache {i}", (), (f"C02.{i}",)) for i in range(5)),
    *(Descriptor(f"D90002{i}", f"Amine {i}", (), (f"D02.{i}",)) for i in range(6)),
    *(Descriptor(f"D90003{i}", f"Thing {i}", (), (f"{'CE'[i % 2]}03.{i}",)) for i in range(6)),
    Descriptor("D900040", "Old Disease", (), ("C05",)),
    Descriptor("D900041", "Atlantis", (), ("Z01",)),
    Descriptor("D900042", "Lemuria", (), ("Z02",)),
]
_SUPPLEMENTS = [
    Supplement("C900001", "noserol", ("NRL-1",), ("D900020", "D900010")),
    Supplement("C900002", "achoo fever", ("Fever, Achoo",), ("D900001",)),
    Supplement("C900003", "other", (), ("D900001",)),
]
_QUALIFIERS = {"C0": _OF_DISEASES, "D0": _OF_SUBSTANCES}


def _labels(*new: Label) -> list[Label]:
    kept = [d for d in _DESCRIPTORS if d.ui not in {"D900040", "D900041", "D900042"}]
    old = [
        Label(
            d.ui,
            "Sneezing Disorders" if d.ui == "D900001" else d.name,
            _MIXED if d.name.startswith("Thing") else _QUALIFIERS[d.trees[0][:2]],
        )
        for d in kept
    ]
    return [*old, *new]


def _renewed(*new: Label) -> dict[str, Descriptor]:
    return {d.ui: d for d in renew(_DESCRIPTORS, _SUPPLEMENTS, _labels(*new)).descriptors}


def test_nothing_changes_without_headings_of_a_later_year() -> None:
    found = renew(_DESCRIPTORS, _SUPPLEMENTS, [])
    assert (found.descriptors, found.supplements, found.replaced) == (_DESCRIPTORS, _SUPPLEMENTS, ())


def test_a_renamed_heading_keeps_its_old_name() -> None:
    found = renew(_DESCRIPTORS, _SUPPLEMENTS, _labels())
    [renamed] = [d for d in found.descriptors if d.ui == "D900001"]
    assert renamed == Descriptor(
        "D900001", "Sneezing Disorders", ("Sneezing Diseases", "Sternutation"), ("C01",)
    )
    assert found.replaced == (Replaced("D900001", "D900001", "Sneezing Diseases", "Sneezing Disorders"),)


def test_a_descriptor_takes_the_place_and_names_of_the_record_that_it_replaces() -> None:
    found = renew(_DESCRIPTORS, _SUPPLEMENTS, _labels(Label("D900100", "Noserol", _OF_SUBSTANCES)))
    new = next(d for d in found.descriptors if d.ui == "D900100")
    # It stands below the amine, and not below the ache for which it is given.
    assert new == Descriptor("D900100", "Noserol", ("noserol", "NRL-1"), ("D02.0.D900100",))
    assert [s.ui for s in found.supplements] == ["C900002", "C900003"]
    assert Replaced("C900001", "D900100", "noserol", "Noserol") in found.replaced


def test_a_new_disease_stands_below_the_heading_that_its_name_ends_in() -> None:
    new = Label("D900101", "Morning Sternutation", _OF_DISEASES)
    assert _renewed(new)["D900101"].trees == ("C01.D900101",)


@pytest.mark.parametrize(
    ("qualifiers", "trees"),
    [
        (_OF_DISEASES, (f"C.{UNPLACED}.D900102",)),
        (_OF_SUBSTANCES, (f"D02.{UNPLACED}.D900102",)),
        # As many headings with these are diseases as are not, and none has those.
        (_MIXED, ()),
        (frozenset({"Q77"}), ()),
        (frozenset(), ()),
    ],
)
def test_the_kind_is_told_by_the_qualifiers_or_not_at_all(
    qualifiers: frozenset[str], trees: tuple[str, ...]
) -> None:
    assert _renewed(Label("D900102", "Gribbling", qualifiers))["D900102"].trees == trees


def test_what_a_later_year_lacks_is_gone_where_it_holds_the_category() -> None:
    found = _renewed()
    assert "D900040" not in found
    # That extract holds no places at all, so that it says nothing of them.
    assert {"D900041", "D900042"} <= found.keys()


def test_counts_say_what_came_of_it() -> None:
    new = [Label("D900100", "Noserol", _OF_SUBSTANCES), Label("D900102", "Gribbling", _MIXED)]
    counts = renew(_DESCRIPTORS, _SUPPLEMENTS, _labels(*new)).counts
    assert counts == {
        "from_records": 1, "gone": 1, "labels": 20, "new": 2, "placed": 1, "renamed": 1, "typed": 1,
    }  # fmt: skip


def _csv(folder: Path, *rows: str) -> Path:
    path = folder / "subjects_mesh.csv"
    path.write_text("\n".join(("id,scheme,subject", *rows)) + "\n", encoding="utf-8")
    return path


def test_headings_are_read_with_their_qualifiers(tmp_path: Path) -> None:
    at = "https://id.nlm.nih.gov/mesh/"
    path = _csv(
        tmp_path, f'{at}D900001,MeSH,"Sneeze, Long"', f'{at}D900001Q000188,MeSH,"Sneeze, Long/drug therapy"'
    )
    assert list(read_labels(path)) == [Label("D900001", "Sneeze, Long", frozenset({"Q000188"}))]


@pytest.mark.parametrize(
    ("rows", "says"),
    [
        (["D1,MeSH,x"], r":2: .* is no heading of MeSH"),
        (["https://id.nlm.nih.gov/mesh/D1,MeSH"], r":2: .* is no heading"),
        ([f"https://id.nlm.nih.gov/mesh/D1,MeSH,{name}" for name in "ab"], "D1 stands twice"),
    ],
)
def test_a_damaged_table_of_headings_is_refused(tmp_path: Path, rows: list[str], says: str) -> None:
    with pytest.raises(SourceError, match=says):
        list(read_labels(_csv(tmp_path, *rows)))


def test_a_build_gives_out_no_id_that_was_replaced(sources: Path, curated: Path) -> None:
    at = "https://id.nlm.nih.gov/mesh/"
    old = {
        "D900001": "Sneezing Diseases", "D900002": "Sneezing Disease, Chronic", "D900003": "Nose Neoplasms",
        "D900004": "Nosamine", "D900005": "Tickling Amines", "D900008": "Interleukin-99",
        "D900006": "Feathers", "D900007": "Long Sneeze Virus", "D900009": "Noserol",
    }  # fmt: skip
    _csv(sources, *(f'{at}{ui},MeSH,"{name}"' for ui, name in old.items()))
    built = build(sources, curated)
    ids = {concept.concept_id for concept in built.concepts}
    assert "MESH:C900001" not in ids
    assert "MESH:D900009" in ids
    assert "C900001" not in built.mesh_uis
    assert built.replaced == (Replaced("C900001", "D900009", "noserol", "Noserol"),)
    assert {n.text for n in built.names if n.concept_id == "MESH:D900009"} == {
        "Noserol",
        "NRL",
        "3-nosyl-alcohol",
    }
    with (curated / "drugs.tsv").open("a", encoding="utf-8") as out:
        out.write("MESH:C900001\tnoserol\t\t\tus\n")
    with pytest.raises(SourceError, match="MESH:D900009 has replaced it: write that"):
        build(sources, curated)
