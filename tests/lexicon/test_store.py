import json
import random
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from comention.errors import ContractError, MalformedError
from comention.lexicon.model import BLOCKER, BY_RULE, ConceptEntry, NameEntry, Rank, RivalEntry
from comention.lexicon.store import BUNDLED, Claim, Lexicon, open_lexicon
from comention.lexicon.writing import FORMAT, write

CONCEPTS = [
    ConceptEntry(
        "MESH:D011565", "psoriasis", "disease", "mesh", parents=("MESH:D017444",), xrefs=("DOID:8893",)
    ),
    ConceptEntry("COMENTION:IL-12", "interleukin-12", "cytokine", "curated"),
    ConceptEntry("COMENTION:IL-23", "interleukin-23", "cytokine", "curated"),
]
NAMES = [
    NameEntry("psoriasis", "MESH:D011565", "mesh"),
    NameEntry("psoriasis vulgaris", "MESH:D011565", "mesh", rank=Rank.MESH_SYNONYM),
    NameEntry("IL-12", "COMENTION:IL-12", "curated", capitals=2),
    NameEntry("IL-12/23p40", "COMENTION:IL-12", "curated"),
    NameEntry("IL-12/23p40", "COMENTION:IL-23", "curated"),
    NameEntry("rhIL-12", "COMENTION:IL-12", BY_RULE),
    NameEntry("IL-12 receptor", BLOCKER, "curated"),
]
RIVALS = [
    RivalEntry("Psoriasis, vulgaris", "COMENTION:IL-23", "x", Rank.VARIANT),
    RivalEntry("psoriasis vulgaris", "COMENTION:IL-12", "mesh", Rank.MESH_SYNONYM, refused=True),
    RivalEntry("Psoriasis Vulgaris", BLOCKER, "curated", Rank.CURATED_BLOCKER),
    RivalEntry("psoriasis  vulgaris", "COMENTION:IL-12", "mesh scr", Rank.SCR_NAME),
    RivalEntry("rash", "MESH:D011565", "mesh", Rank.MESH_HEADING, refused=True),
]
UIS = ["D011565", "C067312", "D000077143", "D000002", "C000591739"]


def test_what_is_written_is_read(tmp_path: Path) -> None:
    summary = write(tmp_path, CONCEPTS, NAMES, {"mesh": {"version": "2024"}})
    lexicon = Lexicon(tmp_path)
    assert summary["names"] == 6
    assert summary["concepts"] == {"cytokine": 2, "disease": 1}
    assert lexicon.summary == summary
    assert [c.concept_id for c in lexicon.concepts] == ["COMENTION:IL-12", "COMENTION:IL-23", "MESH:D011565"]
    assert lexicon.meaning(lexicon.trie["il 12 23 p 40"]).concepts == (0, 1)
    assert lexicon.meaning(lexicon.trie["il 12"]).capitals == 2
    assert lexicon.meaning(lexicon.trie["il 12 receptor"]).concepts == ()
    assert len(lexicon.name_keys) == 6
    [entry] = lexicon.details(["MESH:D011565", "MESH:unknown"])
    assert entry["synonyms"] == ["psoriasis vulgaris"]
    assert entry["parents"] == ["MESH:D017444"]
    assert lexicon.details(["COMENTION:IL-12"])[0]["synonyms"] == ["IL-12", "IL-12/23p40"]
    assert lexicon.cross_references("DOID") == {"8893": "MESH:D011565"}


def test_who_claims_a_name(tmp_path: Path) -> None:
    write(tmp_path, CONCEPTS, NAMES, {}, RIVALS)
    lexicon = Lexicon(tmp_path)
    assert lexicon.claims("psoriasis vulgaris") == [
        Claim(2, "mesh", Rank.MESH_SYNONYM, "psoriasis vulgaris", False)
    ]
    assert lexicon.claims("psoriasis") == [Claim(2, "mesh", None, "psoriasis", False)]
    assert lexicon.claims("il 12 receptor") == [Claim(None, "curated", None, "IL-12 receptor", False)]
    assert lexicon.claims("rash") == []
    assert lexicon.rivals("psoriasis vulgaris") == [
        Claim(None, "curated", Rank.CURATED_BLOCKER, "Psoriasis Vulgaris", False),
        Claim(0, "mesh scr", Rank.SCR_NAME, "psoriasis  vulgaris", False),
        Claim(0, "mesh", Rank.MESH_SYNONYM, "psoriasis vulgaris", True),
    ]
    assert lexicon.rivals("rash") == [Claim(2, "mesh", Rank.MESH_HEADING, "rash", True)]
    assert lexicon.rivals("psoriasis") == []
    # A comma in front of a space is a barrier, so that one is another name.
    assert [c.text for c in lexicon.rivals("psoriasis | vulgaris")] == ["Psoriasis, vulgaris"]


def test_finding_names_needs_no_rivals(tmp_path: Path) -> None:
    """A lexicon from before there were rivals is read, and knows none; a damaged file is not passed over."""
    write(tmp_path, CONCEPTS, NAMES, {}, RIVALS)
    (tmp_path / "rivals.parquet").write_bytes(b"no")
    with pytest.raises(MalformedError, match=r"rivals\.parquet cannot be read .*reinstall comention"):
        Lexicon(tmp_path).rivals("rash")
    summary = json.loads((tmp_path / "lexicon.json").read_text())
    del summary["sha256"]["rivals.parquet"]
    (tmp_path / "lexicon.json").write_text(json.dumps(summary))
    assert Lexicon(tmp_path).rivals("rash") == []


def test_which_ids_mesh_holds(tmp_path: Path) -> None:
    write(tmp_path, CONCEPTS, NAMES, {}, mesh_uis=UIS)
    lexicon = Lexicon(tmp_path)
    column = pq.read_metadata(tmp_path / "mesh_uis.parquet").row_group(0).column(0)
    assert (column.num_values, "DELTA_BINARY_PACKED" in column.encodings) == (5, True)
    assert [ui for ui in UIS if not lexicon.holds_mesh(f"MESH:{ui}")] == []
    between = ["C067311", "D077143", "D000000002", "C000077143", "C000001", "D999999999", "X000002"]
    assert [ui for ui in between if lexicon.holds_mesh(f"MESH:{ui}") is not False] == []
    assert [i for i in ("OMIM:1", "MESH:", "MESH:D", "D-11565") if lexicon.holds_mesh(i) is not False] == []


def test_finding_names_needs_no_ids_of_mesh(tmp_path: Path) -> None:
    """They are read when they are asked for, mentions do not depend on them, and there may be none."""
    write(tmp_path / "with", CONCEPTS, NAMES, {}, mesh_uis=UIS)
    write(tmp_path / "without", CONCEPTS, NAMES, {})
    without = Lexicon(tmp_path / "without")
    assert not (tmp_path / "without" / "mesh_uis.parquet").exists()
    assert without.holds_mesh("MESH:D011565") is without.holds_mesh("MESH:C067311") is None
    (tmp_path / "with" / "mesh_uis.parquet").write_bytes(b"no")
    damaged = Lexicon(tmp_path / "with")
    assert damaged.fingerprint == without.fingerprint
    with pytest.raises(MalformedError, match=r"mesh_uis\.parquet cannot be read .*reinstall comention"):
        damaged.holds_mesh("MESH:D011565")


@pytest.mark.slow
def test_the_shipped_lexicon_knows_the_ids_of_mesh() -> None:
    lexicon = open_lexicon()
    assert all(lexicon.holds_mesh(i) for i in lexicon.row_of if i.startswith("MESH:"))
    assert lexicon.holds_mesh("MESH:D006801")  # humans, which are no concept here
    assert lexicon.holds_mesh("MESH:C067311") is False  # docetaxel in 2015
    assert (BUNDLED / "mesh_uis.parquet").stat().st_size < 60_000


def test_the_order_of_the_entries_does_not_matter(tmp_path: Path) -> None:
    write(tmp_path / "a", CONCEPTS, NAMES, {}, RIVALS, UIS)
    shuffled = random.Random(1)
    names, rivals = shuffled.sample(NAMES, len(NAMES)), shuffled.sample(RIVALS, len(RIVALS))
    write(tmp_path / "b", shuffled.sample(CONCEPTS, 3), names, {}, rivals, [*reversed(UIS), UIS[0]])
    summary = json.loads((tmp_path / "a" / "lexicon.json").read_text())
    files = {"keys.marisa", "names.parquet", "concepts.parquet", "rivals.parquet", "mesh_uis.parquet"}
    assert set(summary["sha256"]) == files
    for name in (*files, "lexicon.json"):
        assert (tmp_path / "a" / name).read_bytes() == (tmp_path / "b" / name).read_bytes()


def test_an_empty_lexicon_is_one(tmp_path: Path) -> None:
    write(tmp_path, [], [], {})
    assert list(Lexicon(tmp_path).concepts) == []


def test_every_wrong_entry_is_named(tmp_path: Path) -> None:
    twice = [*CONCEPTS, CONCEPTS[0]]
    wrong = [*NAMES, NameEntry("-", "MESH:D011565", "mesh"), NameEntry("x", "MESH:none", "mesh")]
    with pytest.raises(ContractError) as caught:
        write(tmp_path, twice, wrong, {}, [RivalEntry("y", "MESH:lost", "mesh", Rank.ONTOLOGY)], ["D1", "1"])
    assert "MESH:D011565 stands twice" in str(caught.value)
    assert "'-' of MESH:D011565 folds to nothing" in str(caught.value)
    assert "'x' is of an unknown concept MESH:none" in str(caught.value)
    assert "name 'y' is of an unknown concept MESH:lost" in str(caught.value)
    assert str(caught.value).endswith("; '1' is no id of MeSH")


@pytest.mark.parametrize("damaged", ["keys.marisa", "names.parquet", "concepts.parquet", "lexicon.json"])
def test_a_damaged_lexicon_is_refused(tmp_path: Path, damaged: str) -> None:
    write(tmp_path, CONCEPTS, NAMES, {})
    (tmp_path / damaged).write_bytes(b"no")
    with pytest.raises(MalformedError, match="reinstall comention"):
        Lexicon(tmp_path)


def test_another_format_is_refused(tmp_path: Path) -> None:
    write(tmp_path, CONCEPTS, NAMES, {})
    text = (tmp_path / "lexicon.json").read_text().replace(f'"format": {FORMAT}', '"format": 99')
    (tmp_path / "lexicon.json").write_text(text)
    with pytest.raises(MalformedError, match="format 99"):
        Lexicon(tmp_path)
