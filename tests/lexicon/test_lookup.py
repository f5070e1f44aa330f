"""What `comention lookup` says of a name: what it means, why, and who else claims it."""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from comention import cli
from comention.errors import UsageError
from comention.lexicon.compiler.candidates import Candidate, contest
from comention.lexicon.letters import nearest
from comention.lexicon.lookup import CARD_COLUMNS, cards, lookup
from comention.lexicon.matcher import Additions
from comention.lexicon.model import BLOCKER, BY_RULE, ConceptEntry, NameEntry, Rank, RivalEntry
from comention.lexicon.store import Lexicon, open_lexicon
from comention.lexicon.writing import write

PSORIASIS, DERMATITIS, IL12, IL23 = "MESH:D011565", "MESH:D003872", "COMENTION:IL-12", "COMENTION:IL-23"
CONCEPTS = [
    ConceptEntry(PSORIASIS, "psoriasis", "disease", "MESH", ("MESH:D017444",), ("DOID:8893",)),
    ConceptEntry("MESH:D017444", "papulosquamous disease", "disease", "MESH"),
    ConceptEntry(DERMATITIS, "dermatitis", "disease", "MESH"),
    ConceptEntry(IL12, "interleukin-12", "cytokine", "COMENTION"),
    ConceptEntry(IL23, "interleukin-23", "cytokine", "COMENTION"),
    ConceptEntry("UNII:AAAAAAAAA1", "scalin", "drug", "UNII"),
]
NAMES = [
    NameEntry("psoriasis", PSORIASIS, "MeSH", rank=Rank.MESH_HEADING),
    NameEntry("Scaly Tumor", PSORIASIS, "MeSH", rank=Rank.MESH_SYNONYM),
    NameEntry("PSO", PSORIASIS, "MeSH", 3, True, Rank.MESH_SYNONYM),
    NameEntry("PSA", PSORIASIS, "MeSH", 3, rank=Rank.MESH_SYNONYM),
    NameEntry("papulosquamous disease", "MESH:D017444", "DOID", rank=Rank.ONTOLOGY),
    NameEntry("dermatitis", DERMATITIS, "MeSH", rank=Rank.MESH_HEADING),
    NameEntry("IL-12", IL12, "COMENTION", 1, rank=Rank.CYTOKINE),
    NameEntry("rhIL-12", IL12, BY_RULE, 1, rank=Rank.CYTOKINE_GRAMMAR),
    NameEntry("IL-12/23p40", IL12, "COMENTION", 1, rank=Rank.CYTOKINE),
    NameEntry("IL-12/23p40", IL23, "COMENTION", 1, rank=Rank.CYTOKINE),
    NameEntry("Scalin", "UNII:AAAAAAAAA1", "MeSH SCR", rank=Rank.UNII_NAME),
    NameEntry("IL-12 receptor", BLOCKER, "COMENTION", rank=Rank.CURATED_BLOCKER),
    NameEntry("PD-L1", BLOCKER, "COMENTION", rank=Rank.CURATED_BLOCKER),
    NameEntry("psoriasis virus", BLOCKER, "MeSH", rank=Rank.DERIVED_BLOCKER),
]
RIVALS = [
    RivalEntry("Scaly tumors", DERMATITIS, "MONDO", Rank.ONTOLOGY),
    RivalEntry("scaly tumor", "MESH:D017444", "MeSH", Rank.MESH_SYNONYM),
    RivalEntry("RHIL-12", BLOCKER, "COMENTION", Rank.CURATED_BLOCKER),
    RivalEntry("Diseases", DERMATITIS, "MeSH", Rank.MESH_SYNONYM, refused=True),
]
STOP_REASON = "the stop list refuses it: generic: no particular disease"


@pytest.fixture
def lexicon(tmp_path: Path) -> Lexicon:
    write(tmp_path / "lexicon", CONCEPTS, NAMES, {}, RIVALS)
    return Lexicon(tmp_path / "lexicon")


def only(rows: list[dict[str, Any]]) -> dict[str, Any]:
    (row,) = rows
    return row


def test_a_row_says_all(lexicon: Lexicon) -> None:
    text = "In scaly tumours"
    row = only(lookup(text, lexicon))
    assert text[row["start"] : row["end"]] == "scaly tumours"
    assert row == {
        "start": 3,
        "end": 16,
        "name": "scaly tumours",
        "folded": "scaly tumor",
        "status": "counts",
        "concept_id": PSORIASIS,
        "concept_name": "psoriasis",
        "entity_type": "disease",
        "level": "concept",
        "source": "MESH",
        "why": "MeSH synonym",
        "name_source": "MeSH",
        "rank": "MeSH synonym",
        "written": "Scaly Tumor",
        "by_rule_of": None,
        "difference": "spelling",
        "capitals": 0,
        "needs_definition": False,
        "synonyms": ["PSA", "PSO", "Scaly Tumor"],
        "parents": [{"concept_id": "MESH:D017444", "concept_name": "papulosquamous disease"}],
        "members": [],
        "xrefs": ["DOID:8893"],
        "blocks": [],
        "rivals": [
            {
                "concept_id": "MESH:D017444",
                "concept_name": "papulosquamous disease",
                "entity_type": "disease",
                "source": "MeSH",
                "rank": "MeSH synonym",
                "written": "scaly tumor",
                "why": "both claim it as MeSH synonym: the smaller id wins",
            },
            {
                "concept_id": DERMATITIS,
                "concept_name": "dermatitis",
                "entity_type": "disease",
                "source": "MONDO",
                "rank": "Mondo or DOID name",
                "written": "Scaly tumors",
                "why": "MeSH synonym before Mondo or DOID name",
            },
        ],
    }


@pytest.mark.parametrize(
    ("text", "status", "why", "difference"),
    [
        ("Psoriasis", "counts", "MeSH heading", "case"),
        ("PSO", "needs definition", "MeSH synonym", "none"),
        ("pso", "too few capitals", "MeSH synonym", "case"),
        ("il-12", "too few capitals", "cytokine name of the curated table", "case"),
        ("IL12", "counts", "cytokine name of the curated table", "hyphens, spaces or brackets"),
        ("rhIL-12", "counts", "spelling by rule of a cytokine name, IL-12", "none"),
        ("scalin", "counts", "FDA substance name, as MeSH's supplementary list writes it", "case"),
        ("papulosquamous diseases", "counts", "Mondo or DOID name, as DOID writes it", "spelling"),
        ("psoriasis virus", "blocker", "name of an organism, protein or gene", "none"),
        ("disease", "refused", STOP_REASON, None),
    ],
)
def test_why_a_name_counts_or_not(
    lexicon: Lexicon, text: str, status: str, why: str, difference: str | None
) -> None:
    row = only(lookup(text, lexicon))
    assert (row["status"], row["why"], row["difference"]) == (status, why, difference)


def test_what_a_name_demands(lexicon: Lexicon) -> None:
    row = only(lookup("pso", lexicon))
    assert (row["capitals"], row["needs_definition"]) == (3, True)
    said = {line["what"]: line["value"] for line in cards([row])}
    assert said["counts"] == (
        "not so: only written with 3 capitals or more and where the text defines it or says elsewhere what "
        "it means"
    )
    [line] = [x for x in cards(lookup("IL-12", lexicon)) if x["what"] == "counts"]
    assert line["value"] == "only written with 1 capital or more"
    [line] = [x for x in cards(lookup("psoriasis", lexicon)) if x["what"] == "counts"]
    assert line["value"] == "always"


def test_a_name_of_two_cytokines_has_two_rows_and_no_rival(lexicon: Lexicon) -> None:
    rows = lookup("IL-12/23p40", lexicon)
    assert [(row["concept_id"], row["rivals"]) for row in rows] == [(IL12, []), (IL23, [])]


def test_a_blocker_says_what_it_blocks(lexicon: Lexicon) -> None:
    receptor = only(lookup("IL-12 receptor", lexicon))
    assert receptor["concept_id"] is None
    assert receptor["blocks"] == [{"name": "IL-12", "concept_ids": [IL12]}]
    assert receptor["why"].startswith("blocker made by rule: a CD antigen, or a receptor")
    listed = only(lookup("PD-L1", lexicon))
    assert listed["blocks"] == []
    assert listed["why"].startswith("blocker of the curated table: receptor or ligand")
    [rival] = only(lookup("rhIL-12", lexicon))["rivals"]
    assert (rival["concept_id"], rival["written"]) == (None, "RHIL-12")
    assert rival["why"] == "spelling by rule of a cytokine name before blocker of the curated table"


def test_a_refused_name_says_who_claimed_it(lexicon: Lexicon) -> None:
    row = only(lookup("diseases", lexicon))
    assert (row["status"], row["concept_id"]) == ("refused", None)
    [rival] = row["rivals"]
    assert (rival["concept_id"], rival["written"], rival["why"]) == (DERMATITIS, "Diseases", STOP_REASON)
    assert ("counts", "never") in {(line["what"], line["value"]) for line in cards([row])}


def test_the_user_has_the_last_word(lexicon: Lexicon) -> None:
    own = Additions({"psoriasis": DERMATITIS, "itch": PSORIASIS}, ("dermatitis",))
    first, second = lookup("Psoriasis and itch", lexicon, own)
    assert (first["concept_id"], first["why"], first["capitals"]) == (
        DERMATITIS,
        "names.add of your settings",
        0,
    )
    [rival] = first["rivals"]
    assert (rival["concept_id"], rival["rank"], rival["why"]) == (
        PSORIASIS,
        "MeSH heading",
        "names.add of your settings come first",
    )
    assert (second["concept_id"], second["rivals"]) == (PSORIASIS, [])
    taken = only(lookup("dermatitis", lexicon, own))
    assert (taken["status"], taken["concept_id"]) == ("taken out", DERMATITIS)


def test_an_unknown_name_offers_the_nearest(lexicon: Lexicon) -> None:
    with pytest.raises(UsageError, match=r"no name in 'psoriasys'; nearest: psoriasis \(MESH:D011565\)$"):
        lookup("psoriasys", lexicon)
    with pytest.raises(UsageError, match=r"nor one like it; names\.add"):
        lookup("qwertyuiop", lexicon)
    # Spellings by rule and blockers are no names to offer.
    assert nearest("rhIL-13", lexicon) == []
    assert nearest("PD-L2", lexicon) == []
    assert nearest("dermatits", lexicon) == [("dermatitis", DERMATITIS)]
    assert nearest("interleukin-12/23p40" * 4, lexicon) == []
    assert nearest("IL", lexicon) == []


def test_the_nearest_of_all_names_takes_less_than_a_second() -> None:
    shipped = open_lexicon()
    assert shipped.concepts
    began = time.process_time()
    assert nearest("tofacitinb", shipped) == [("tofacitinib", "MESH:C479163")]
    assert time.process_time() - began < 1


def test_a_lexicon_from_before_there_were_rivals_has_none(tmp_path: Path) -> None:
    write(tmp_path, CONCEPTS, [NameEntry("psoriasis", PSORIASIS, "MeSH")], {}, RIVALS)
    summary = json.loads((tmp_path / "lexicon.json").read_text())
    del summary["sha256"]["rivals.parquet"]
    (tmp_path / "lexicon.json").write_text(json.dumps(summary))
    (tmp_path / "rivals.parquet").unlink()
    row = only(lookup("psoriasis", Lexicon(tmp_path)))
    assert (row["why"], row["rank"], row["rivals"]) == ("name from MeSH", None, [])


def test_cards_say_each_thing_once(lexicon: Lexicon) -> None:
    lines = cards(lookup("scaly tumour, scaly tumour", lexicon))
    assert all(tuple(line) == CARD_COLUMNS for line in lines)
    assert [(line["what"], line["value"]) for line in lines] == [
        ("means", "psoriasis (MESH:D011565), disease"),
        ("counts", "always"),
        ("why", "MeSH synonym"),
        ("written", "Scaly Tumor in MeSH; differs in spelling"),
        ("other names", "PSA; PSO; Scaly Tumor"),
        ("parents", "papulosquamous disease (MESH:D017444)"),
        ("see also", "DOID:8893"),
        (
            "rival",
            "papulosquamous disease (MESH:D017444), scaly tumor in MeSH: both claim it as MeSH synonym: the "
            "smaller id wins",
        ),
        ("rival", "dermatitis (MESH:D003872), Scaly tumors in MONDO: MeSH synonym before Mondo or DOID name"),
    ]


def test_a_long_list_is_cut_for_people(tmp_path: Path) -> None:
    names = [NameEntry("psoriasis", PSORIASIS, "MeSH")]
    names += [NameEntry(f"scale {chr(97 + i)}x", PSORIASIS, "MeSH") for i in range(14)]
    write(tmp_path, CONCEPTS, names, {})
    rows = lookup("psoriasis", Lexicon(tmp_path))
    assert len(rows[0]["synonyms"]) == 14
    [line] = [line for line in cards(rows) if line["what"] == "other names"]
    assert line["value"].endswith("scale lx and 2 more (--json lists them)")


def test_every_rank_has_its_words() -> None:
    labels = [rank.label for rank in Rank]
    assert len(set(labels)) == len(Rank) == 14


def test_losers_are_told_once_with_their_best_claim() -> None:
    claims = [
        Candidate("Achoo", "B", "MeSH", Rank.MESH_SYNONYM),
        Candidate("achoo", "A", "MeSH", Rank.MESH_HEADING),
        Candidate("ACHOO", "B", "UNII", Rank.UNII_NAME, cased=False),
        Candidate("achoos", "A", "DOID", Rank.ONTOLOGY),
        Candidate("rash", "C", "MeSH", Rank.MESH_HEADING),
    ]
    settled, rivals = contest(claims, lambda folded, _: folded == "rash")
    assert list(settled) == ["achoo"]
    assert settled["achoo"][0].rank == Rank.MESH_HEADING
    assert rivals == [
        RivalEntry("Achoo", "B", "MeSH", Rank.MESH_SYNONYM),
        RivalEntry("rash", "C", "MeSH", Rank.MESH_HEADING, refused=True),
    ]


@pytest.mark.slow
def test_the_command(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    def call(*arguments: str) -> int:
        monkeypatch.setattr(sys, "argv", ["comention", "lookup", *arguments])
        with pytest.raises(SystemExit) as ended:
            cli.main()
        return int(ended.value.code or 0)

    assert call("IL-12p70") == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[:2] == ["name\twhat\tvalue", "IL-12p70\tmeans\tinterleukin-12 (COMENTION:IL-12), cytokine"]
    assert call("psoriasys", "--json") == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err == (
        "comention: the lexicon knows no name in 'psoriasys'; nearest: psoriasis (MESH:D011565)\n"
    )


def test_a_class_shows_its_members(tmp_path: Path) -> None:
    concepts = [
        ConceptEntry("COMENTION:class/scalins", "scalins", "drug", "COMENTION", level="class"),
        ConceptEntry("UNII:AAAAAAAAA1", "scalin one", "drug", "UNII", ("COMENTION:class/scalins",)),
    ]
    names = [
        NameEntry("scalins", "COMENTION:class/scalins", "COMENTION", rank=Rank.CURATED),
        NameEntry("scalin one", "UNII:AAAAAAAAA1", "UNII", rank=Rank.UNII_NAME),
    ]
    write(tmp_path, concepts, names, {})
    row = only(lookup("scalins", Lexicon(tmp_path)))
    members = [{"concept_id": "UNII:AAAAAAAAA1", "concept_name": "scalin one"}]
    assert (row["level"], row["members"]) == ("class", members)
    shown = {card["what"]: card["value"] for card in cards([row])}
    assert shown["means"] == "scalins (COMENTION:class/scalins), drug class"
    assert shown["members"] == "scalin one (UNII:AAAAAAAAA1)"
    assert only(lookup("scalin one", Lexicon(tmp_path)))["members"] == []


@pytest.mark.parametrize("written", ["MESH:D011565", "mesh:d011565", "D011565", "d011565", " D011565 "])
def test_an_id_is_looked_up_as_it_is_written_elsewhere(lexicon: Lexicon, written: str) -> None:
    assert {row["concept_id"] for row in lookup(written, lexicon)} == {PSORIASIS}
