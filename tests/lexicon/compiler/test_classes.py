"""Classes of drugs: their table, their members, and what MeSH's actions add."""

from __future__ import annotations

from pathlib import Path

import pytest

from comention.lexicon.compiler.build import build
from comention.lexicon.compiler.candidates import Candidate
from comention.lexicon.compiler.classes import (
    CLASS_HEADER,
    DrugClass,
    check_symbols,
    members_of,
    read_classes,
    spelled_out,
    without_targets,
)
from comention.lexicon.compiler.sources import Action, Gene, SourceError
from comention.lexicon.compiler.tables import CURATED, CuratedConcept, parse_name, read_names
from comention.lexicon.folding import fold_name
from comention.lexicon.model import NameEntry, Rank
from comention.lexicon.store import open_lexicon


def drug_class(identifier: str, *members: str) -> DrugClass:
    return DrugClass(CuratedConcept(identifier, identifier, (parse_name("x"),), ()), members)


def test_choices_are_written_out() -> None:
    assert spelled_out("{a,b} {c,d}|e|f {g}") == "a c|a d|b c|b d|e|f g"
    assert spelled_out("") == ""
    assert spelled_out("{,pan-}JAK") == "JAK|pan-JAK"


def test_a_table_of_classes_reads_as_written(tmp_path: Path) -> None:
    path = tmp_path / "drug_classes.tsv"
    row = "COMENTION:class/a\tA drugs\t{A,B} blockers|ABB?\tMESH:D000001\tone|two\tCOMENTION"
    path.write_text("\t".join(CLASS_HEADER) + f"\n{row}\n", encoding="utf-8")
    (one,) = read_classes(path)
    assert one.members == ("one", "two")
    assert [name.text for name in one.concept.names] == ["A drugs", "A blockers", "B blockers", "ABB"]
    assert one.concept.parents == ("MESH:D000001",)


def test_members_are_drugs_of_the_lexicon() -> None:
    names = {
        "one": [NameEntry("one", "MESH:D1", "MeSH")],
        "two": [NameEntry("two", "MESH:D2", "MeSH")],
        "both": [NameEntry("both", "MESH:D1", "x"), NameEntry("both", "MESH:D3", "x")],
    }
    types = {"MESH:D1": "drug", "MESH:D2": "chemical", "MESH:D3": "drug"}
    classes = [drug_class("COMENTION:class/a", "One"), drug_class("MESH:D9", "one")]
    assert members_of(classes, names, types) == {"MESH:D1": {"COMENTION:class/a", "MESH:D9"}}  # type: ignore[arg-type] # literals
    action = Action("D9", "acts", ("D1", "D2", "D3"))
    assert members_of([drug_class("MESH:D9")], names, types, [action]) == {  # type: ignore[arg-type] # literals
        "MESH:D1": {"MESH:D9"},
        "MESH:D3": {"MESH:D9"},
    }
    wrong = [drug_class("COMENTION:class/a", "two", "three", "both")]
    with pytest.raises(SourceError, match=r"'two' of .*, 'three' of .*, 'both' of .*comention lookup"):
        members_of(wrong, names, types)  # type: ignore[arg-type] # literals


def gene(symbol: str) -> Gene:
    return Gene("HGNC:1", symbol, "a receptor", "gene with protein product", (), "", (), ())


@pytest.mark.parametrize(
    ("name", "symbol"),
    [("IL2RA", "IL2RA"), ("il-6R", "IL6R"), ("ACE 2", "ACE2"), ("kit", "KIT"), ("JAK-1", "JAK1")],
)
def test_the_symbol_of_a_gene_is_no_class(name: str, symbol: str) -> None:
    named = DrugClass(CuratedConcept("COMENTION:class/a", "A drugs", (parse_name(name),), ()), ())
    check_symbols([named], [gene("ABC1")])
    with pytest.raises(SourceError, match=rf"drug_classes.tsv: '{name}' of A drugs: .* take the name out"):
        check_symbols([named], [gene("ABC1"), gene(symbol)])


def test_an_antibody_against_a_cytokine_mentions_the_cytokine() -> None:
    cytokine = CuratedConcept("HGNC:1", "IL-6", (parse_name("IL-6"),), ())

    def candidate(text: str, concept: str = "MESH:D9", rank: Rank = Rank.MESH_SYNONYM) -> Candidate:
        return Candidate(text, concept, "MeSH", rank)

    kept = [
        candidate("IL-6 Inhibitors"),
        candidate("Anti-Allergic Agents"),
        candidate("Anti-IL-6 Agents", "MESH:D8"),
    ]
    given = [*kept, candidate("Anti-IL-6 Agents"), candidate("Anti IL6 Agents")]
    assert list(without_targets(given, [drug_class("MESH:D9")], [cytokine])) == kept


def test_a_class_among_its_own_members_is_refused(sources: Path, curated: Path) -> None:
    table = curated / "drug_classes.tsv"
    text = table.read_text("utf-8").replace("\t\tNosamine\t", "\tMESH:D900004\tNosamine\t")
    table.write_text(text, encoding="utf-8")
    with pytest.raises(SourceError, match="is its own ancestor by its parent or class"):
        build(sources, curated)


def test_a_concept_in_two_tables_is_refused(sources: Path, curated: Path) -> None:
    with (curated / "drugs.tsv").open("a", encoding="utf-8") as out:
        out.write("COMENTION:class/nose-drugs\tnasal drops\t\t\tCOMENTION\n")
    with pytest.raises(SourceError, match="COMENTION:class/nose-drugs stands in two tables"):
        build(sources, curated)


def test_no_name_of_a_class_is_that_of_another() -> None:
    owner: dict[str, str] = {}
    for one in read_classes(CURATED / "drug_classes.tsv"):
        for name in one.concept.names:
            assert owner.setdefault(fold_name(name.text), one.concept.name) == one.concept.name, name.text
    assert not {fold_name(n) for n in read_names(CURATED / "stop_names.tsv")} & owner.keys()


@pytest.mark.parametrize(
    ("member", "classes"),
    [
        ("MESH:C479163", {"MESH:D000075242", "COMENTION:class/tsDMARDs", "COMENTION:class/DMARDs"}),
        ("MESH:D000069285", {"MESH:D000079424", "COMENTION:class/bDMARDs", "COMENTION:class/DMARDs"}),
        ("MESH:D001241", {"MESH:D000894", "MESH:D000893"}),
        ("MESH:D016559", {"MESH:D065095", "MESH:D007166"}),
        ("MESH:D005665", {"MESH:D049994", "MESH:D004232"}),
        ("MESH:D017706", {"MESH:D000806", "COMENTION:class/RAS-inhibitors", "MESH:D000959"}),
        ("MESH:D014859", {"COMENTION:class/VKAs", "MESH:D000925", "COMENTION:class/antithrombotics"}),
    ],
)
def test_members_stand_below_their_classes(member: str, classes: set[str]) -> None:
    lexicon = open_lexicon()
    assert classes <= lexicon.ancestors(member)
    assert classes <= lexicon.classes
