from __future__ import annotations

from collections.abc import Iterable

from comention.lexicon.compiler.build import hides_own
from comention.lexicon.compiler.grounding import Grounding
from comention.lexicon.compiler.sources import Action, Descriptor, Supplement
from comention.lexicon.compiler.substances import Substance
from comention.lexicon.model import NameEntry, Rank
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
        Supplement("C900005", "itchol-pepper combination", (), ("D900002",), "1"),
        Supplement("C900006", "pepper, combination", (), ("D900002",), "1"),
    ]
    drugs = [medicine("A1", "NOSAMINE", "NOSAMINE"), medicine("A2", "NOSEROL", "NOSEROL")]
    types = ground(*drugs, supplements=supplements).types
    found = [types[f"MESH:C90000{i}"] for i in (2, 3, 4, 5, 6)]
    assert found == ["drug", "chemical", "drug", "drug", "chemical"]


def test_a_medicine_that_mesh_has_under_another_of_its_names_is_that_record() -> None:
    # "NOSAZOL" is its international name; that FDA's list has the heading among the others is enough …
    nosazol = Substance("AAAAAAAAA1", "NOSAZOL", tagged={"NOSAZOL"}, untagged={"NOSAMINE"})
    assert list(ground(nosazol).uniis) == ["MESH:D900001"]
    # … unless another medicine has the heading by its own name, two claim it, or it is a protein's.
    nosamine = medicine("AAAAAAAAA2", "NOSAMINE", "NOSAMINE")
    assert list(ground(nosazol, nosamine).uniis) == ["UNII:AAAAAAAAA1", "MESH:D900001"]
    rival = Substance("AAAAAAAAA3", "NOSOL", tagged={"NOSOL"}, untagged={"NOSAMINE"})
    assert list(ground(nosazol, rival).uniis) == ["UNII:AAAAAAAAA1", "UNII:AAAAAAAAA3"]
    protein = Substance("AAAAAAAAA4", "TICKLER", tagged={"TICKLER"}, untagged={"TICKLEMAB"})
    assert list(ground(protein).uniis) == ["UNII:AAAAAAAAA4"]


def test_a_medicine_that_mesh_has_by_the_code_of_its_salt_is_that_record() -> None:
    # MeSH has lomitapide by a code of its mesylate; the base is listed after, and before, its salt.
    record = Supplement("C900001", "XY 1234", (), ("D900001",), "1")
    for base, salt in (("AAAAAAAAA1", "AAAAAAAAA2"), ("AAAAAAAAA2", "AAAAAAAAA1")):
        itchinib = medicine(base, "ITCHINIB", "ITCHINIB")
        of_salt = Substance(salt, "ITCHINIB MESYLATE", tagged={"ITCHINIB MESYLATE"}, codes={"XY-1234"})
        found = ground(*sorted((itchinib, of_salt), key=lambda s: s.unii), supplements=[record])
        assert list(found.uniis.items()) == [("MESH:C900001", {base, salt})]
        assert found.generic == {"MESH:C900001": "itchinib"}


def test_a_salt_is_the_medicine_that_is_listed_behind_it() -> None:
    salt = medicine("AAAAAAAAA1", "SNEEZATE SODIUM", "SNEEZATE SODIUM")
    base = Substance("AAAAAAAAA2", "SNEEZATE", tagged={"SNEEZATUM"})
    assert list(ground(salt, base).uniis) == ["UNII:AAAAAAAAA2"]


def test_a_salt_is_the_drug_that_its_name_without_the_salt_means() -> None:
    # "Risedronate" is MeSH's risedronic acid by a rule, "levothyroxine" its thyroxine by a curated name.
    salt = medicine("AAAAAAAAA1", "NOSATE SODIUM", "NOSATE SODIUM")
    grounding = ground(salt, actions=ACTIONS)
    owners = {"nosate": "MESH:D900001"}
    assert not grounding.join(owners, kept={"UNII:AAAAAAAAA1"}, classes=())
    assert not grounding.join(owners, kept=(), classes={"MESH:D900001"})
    assert not grounding.join({"nosate": "MESH:D900007"}, kept=(), classes=())  # no drug
    assert grounding.join(owners, kept=(), classes=())
    assert grounding.uniis["MESH:D900001"] == {"AAAAAAAAA1"}
    assert {n.concept_id for n in grounding.names() if n.text == "NOSATE SODIUM"} == {"MESH:D900001"}
    assert not grounding.join(owners, kept=(), classes=())


def test_the_metal_before_a_salt_is_no_part_of_its_name() -> None:
    nosaminate = Supplement("C900001", "nosaminate", (), ("D900001",), "1")
    salt = medicine("AAAAAAAAA1", "SODIUM NOSAMINATE", "SODIUM NOSAMINATE")
    assert list(ground(salt, supplements=[nosaminate]).uniis) == ["MESH:C900001"]
    # What is left of a salt that is named after its acid is no medicine.
    phosphate = Supplement("C900001", "phosphate", (), ("D900001",), "1")
    salt = medicine("AAAAAAAAA1", "SODIUM PHOSPHATE", "SODIUM PHOSPHATE")
    assert list(ground(salt, supplements=[phosphate]).uniis) == ["UNII:AAAAAAAAA1"]


def test_the_singular_of_a_heading_is_the_record_of_that_name() -> None:
    names = {(c.text, c.concept_id, c.rank) for c in ground().names() if "osamine" in c.text}
    assert names == {
        ("Nosamine", "MESH:D900001", Rank.MESH_HEADING),
        ("Nosamines", "MESH:D900002", Rank.VARIANT),
        ("Nosamine derivative", "MESH:D900002", Rank.VARIANT),
        ("Nosamine compound", "MESH:D900002", Rank.VARIANT),
    }


def test_what_is_no_medicine_has_further_names_that_a_text_must_support() -> None:
    pepper = Substance(
        "AAAAAAAAA1", "PEPPER", untagged={"SPICY NOSE DUST", "DUST, OF PEPPER"}, codes={"PEP-1234", "7"}
    )
    both = Substance("AAAAAAAAA2", "NOSAMINE", untagged={"PEPPER"})
    grounding = Grounding(
        DESCRIPTORS, [], [], [pepper, both], reserved=set(), curated={}, stopped_headings=set()
    )
    found = [c for c in grounding.names() if c.rank == Rank.UNII_FURTHER]
    assert {(c.text, c.concept_id) for c in found} == {
        ("PEPPER", "MESH:D900006"),
        ("SPICY NOSE DUST", "MESH:D900006"),
        ("PEP-1234", "MESH:D900006"),
    }
    assert all(c.needs_definition for c in found)
    assert grounding.types["MESH:D900006"] == "chemical"


def test_the_brand_of_a_hydrate_is_that_of_its_medicine() -> None:
    medicines = [medicine("AAAAAAAAA1", "ITCHINIB", "ITCHINIB")]
    hydrate = Substance(
        "AAAAAAAAA2", "ITCHINIB HEMIHYDRATE", untagged={"ITCHINIB HYDRATE"}, brands={"ITCHOX"}
    )
    other = Substance("AAAAAAAAA3", "PEPPERWORT", brands={"WORTEX"})
    grounding = Grounding(
        DESCRIPTORS, [], medicines, [hydrate, other], reserved=set(), curated={}, stopped_headings=set()
    )
    found = {(c.text, c.concept_id, c.needs_definition) for c in grounding.names()}
    assert ("ITCHOX", "UNII:AAAAAAAAA1", False) in found
    assert "WORTEX" not in {text for text, _, _ in found}


def test_a_biological_counts_without_its_greek_letter_where_the_list_has_that_name() -> None:
    both = Substance("AAAAAAAAA1", "SNEEZIMOD ALFA", tagged={"SNEEZIMOD ALFA"}, untagged={"SNEEZIMOD"})
    alone = Substance("AAAAAAAAA2", "COUGHIMOD ALFA", tagged={"COUGHIMOD ALFA"})
    sure = {c.text for c in ground(both, alone).names() if not c.needs_definition}
    assert "SNEEZIMOD" in sure
    assert "COUGHIMOD" not in sure


def test_an_unsure_name_that_holds_a_sure_one_of_its_concept_is_left_out() -> None:
    sure = NameEntry("noserol", "MESH:C900001", "MeSH SCR", rank=Rank.SCR_NAME)
    unsure = NameEntry("NOSEROL HCL", "MESH:C900001", "UNII", needs_definition=True, rank=Rank.UNII_FURTHER)
    names = {"noserol": [sure], "noserol hcl": [unsure]}
    assert hides_own("noserol hcl", unsure, names)
    assert not hides_own("noserol hcl", unsure, {"noserol hcl": [unsure]})
    # of another concept, an impurity or a relative, the longer name is right to hide it
    other = NameEntry("noserol", "MESH:C900002", "MeSH SCR", rank=Rank.SCR_NAME)
    assert not hides_own("noserol hcl", unsure, {"noserol": [other]})
    # what counts nowhere by itself is no loss, and sure names stay
    doubtful = NameEntry("noserol", "MESH:C900001", "UNII", needs_definition=True, rank=Rank.UNII_FURTHER)
    assert not hides_own("noserol hcl", unsure, {"noserol": [doubtful]})
    assert not hides_own("noserol", sure, names)
