from __future__ import annotations

from collections.abc import Iterable

from comention.lexicon.compiler.grounding import Grounding
from comention.lexicon.compiler.sources import Action, Descriptor, Supplement
from comention.lexicon.compiler.substances import Substance
from comention.records import EntityType

DESCRIPTORS = [
    Descriptor("D900001", "Nosamine", (), ("D02.100.200",)),
    Descriptor("D900002", "Nosamines", ("Nose Base",), ("D02.100",)),
    Descriptor("D900003", "Sneeze Agents", ("Snuff Agent",), ("D27.505.954.100",)),
    Descriptor("D900004", "Sneeze Enzyme Inhibitors", (), ("D06.347.100", "D27.505.519.389")),
    Descriptor("D900005", "Ticklemab", (), ("D12.776.124.100",)),
    Descriptor("D900006", "Pepper", (), ("D02.300", "D27.505.519.914")),
    Descriptor("D900007", "Interleukin-99", (), ("D12.644.276",)),
    Descriptor("D900008", "Sneezing", (), ("C08.100",)),
]
ACTIONS = [
    Action("D900003", "Sneeze Agents", ("D900001", "D900005", "D900007", "D900004", "C900001")),
    Action("D900004", "Sneeze Enzyme Inhibitors", ("D900006", "C900002")),
]


def ground(
    *substances: Substance,
    supplements: Iterable[Supplement] = (),
    actions: list[Action] | None = None,
    curated: dict[str, EntityType] | None = None,
) -> Grounding:
    return Grounding(
        DESCRIPTORS,
        list(supplements),
        list(substances),
        reserved={"interleukin 99"},
        curated=curated or {},
        stopped_headings=set(),
        actions=actions or [],
    )


def medicine(unii: str, display: str, *tagged: str) -> Substance:
    return Substance(unii, display, tagged=set(tagged))


def test_an_action_under_therapeutic_uses_makes_a_drug() -> None:
    supplements = [
        Supplement("C900001", "noserol", (), ("D900002",), "1"),
        Supplement("C900002", "itchol", (), ("D900002",), "1"),
    ]
    assert ground(supplements=supplements).types == {
        "MESH:D900001": "chemical",
        "MESH:D900002": "chemical",
        "MESH:D900004": "chemical",
        "MESH:D900006": "chemical",
        "MESH:D900008": "disease",
        "MESH:C900001": "chemical",
        "MESH:C900002": "chemical",
    }
    # The action itself is no drug, nor is a cytokine; what only inhibits an enzyme stays a chemical.
    assert ground(supplements=supplements, actions=ACTIONS).types == {
        "MESH:D900001": "drug",
        "MESH:D900002": "chemical",
        "MESH:D900004": "chemical",
        "MESH:D900005": "drug",
        "MESH:D900006": "chemical",
        "MESH:D900008": "disease",
        "MESH:C900001": "drug",
        "MESH:C900002": "chemical",
    }


def test_the_curated_tables_have_the_last_word() -> None:
    assert ground(actions=ACTIONS, curated={"MESH:D900001": "chemical"}).types["MESH:D900001"] == "chemical"


def test_no_substance_is_grounded_to_an_action() -> None:
    substances = [
        medicine("AAAAAAAAA1", "SNEEZE AGENTS", "SNUFF AGENT"),
        medicine("AAAAAAAAA2", "PEPPER", "PEPPER"),
    ]
    # What stands in a tree of substances as well is a substance.
    assert ground(*substances).uniis == {"UNII:AAAAAAAAA1": {"AAAAAAAAA1"}, "MESH:D900006": {"AAAAAAAAA2"}}


def test_an_action_that_stands_among_hormones_is_known_by_the_list_of_actions() -> None:
    substance = medicine("AAAAAAAAA1", "SNEEZE ENZYME INHIBITORS", "SNEEZE ENZYME INHIBITORS")
    assert list(ground(substance).uniis) == ["MESH:D900004"]
    assert list(ground(substance, actions=ACTIONS).uniis) == ["UNII:AAAAAAAAA1"]


def test_no_substance_is_grounded_to_a_class_of_it() -> None:
    # "NOSE BASE" comes first and names the class; "NOSAMINE" names the record that is filed under it.
    heading = medicine("AAAAAAAAA1", "NOSAMINE", "NOSE BASE")
    assert list(ground(medicine("AAAAAAAAA1", "NOSE BASE", "NOSE BASE")).uniis) == ["MESH:D900002"]
    assert list(ground(heading).uniis) == ["MESH:D900001"]
    noserol = Supplement("C900001", "noserol", (), ("D900002",), "1")
    record = medicine("AAAAAAAAA2", "NOSEROL", "NOSE BASE")
    assert list(ground(record, supplements=[noserol]).uniis) == ["MESH:C900001"]
    far = Supplement("C900001", "noserol", (), ("D900001",), "1")
    assert list(ground(record, supplements=[far]).uniis) == ["MESH:C900001"]


def test_the_class_of_a_record_says_what_it_is() -> None:
    supplements = [
        Supplement("C900001", "Noseless Syndrome", (), ("D900002",), "3"),
        Supplement("C900002", "SNEEZE protocol", (), ("D900001",), "2"),
        Supplement("C900003", "sneezol", (), ("D900008", "D900001"), "1"),
        Supplement("C900004", "sneezing, rare", (), ("D900008",)),
    ]
    types = ground(supplements=supplements).types
    assert {ui: types.get(f"MESH:{ui}") for ui in ("C900001", "C900002", "C900003", "C900004")} == {
        "C900001": "disease",
        "C900002": None,
        "C900003": "chemical",
        "C900004": "disease",
    }


def test_a_combination_of_drugs_is_a_drug() -> None:
    supplements = [
        Supplement("C900001", "noserol", (), ("D900002",), "1"),
        Supplement("C900002", "nosamine and noserol", (), ("D900002",), "1"),
        Supplement("C900003", "nosamine and pepper", (), ("D900002",), "1"),
        Supplement("C900004", "itchol, pepper drug combination", (), ("D900002",), "1"),
    ]
    drugs = [medicine("A1", "NOSAMINE", "NOSAMINE"), medicine("A2", "NOSEROL", "NOSEROL")]
    types = ground(*drugs, supplements=supplements).types
    assert [types[f"MESH:C90000{i}"] for i in (2, 3, 4)] == ["drug", "chemical", "drug"]
