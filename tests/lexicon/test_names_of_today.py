"""Names and ids of today in the shipped lexicon: new headings, replaced ids, codes, preferred names."""

from __future__ import annotations

import logging

import pytest

from comention.errors import ConfigError
from comention.lexicon.folding import fold_name
from comention.lexicon.lookup import lookup
from comention.lexicon.matcher import Additions, Matcher
from comention.lexicon.naming import find
from comention.lexicon.store import open_lexicon


def _meant(text: str) -> list[tuple[str, list[str]]]:
    matches = Matcher(open_lexicon()).find(text)
    return [(text[m.start : m.end], [c.concept_id for c in m.concepts]) for m in matches if m.concepts]


@pytest.mark.parametrize(
    ("text", "name", "concept_id"),
    [
        ("We saw guttate psoriasis twice.", "guttate psoriasis", "MESH:D000098650"),
        ("Uveal melanoma had spread.", "Uveal melanoma", "MESH:D000098943"),
        ("Children with MOGAD relapsed.", "MOGAD", "MESH:D000098542"),
        ("Semaglutide lowered weight.", "Semaglutide", "MESH:D000099194"),
        ("Tirzepatide was given.", "Tirzepatide", "MESH:D000098860"),
        ("Dolutegravir was given.", "Dolutegravir", "MESH:D000099226"),
        ("Avapritinib was given.", "Avapritinib", "MESH:D000099289"),
        ("MASLD is common.", "MASLD", "MESH:D065626"),
        ("MASH is severe.", "MASH", "COMENTION:MASH"),
        ("NASH is severe.", "NASH", "COMENTION:MASH"),
        ("metabolic dysfunction-associated steatohepatitis", None, "COMENTION:MASH"),
        ("metabolic dysfunction-associated steatotic liver disease", None, "MESH:D065626"),
        ("An outbreak of mpox.", "mpox", "MESH:D045908"),
        ("monkeypox", None, "MESH:D045908"),
        ("long COVID", None, "MESH:D000094024"),
        ("post-acute sequelae of SARS-CoV-2 infection", None, "MESH:D000094024"),
        ("generalised pustular psoriasis", None, "COMENTION:generalized-pustular-psoriasis"),
        ("palmoplantar pustulosis", None, "COMENTION:palmoplantar-pustulosis"),
        ("erythrodermic psoriasis", None, "COMENTION:erythrodermic-psoriasis"),
        ("inverse psoriasis", None, "COMENTION:inverse-psoriasis"),
        ("CPVT", None, "MESH:D000098850"),
        ("peripartum cardiomyopathy", None, "MESH:D000099088"),
        ("oral allergy syndrome", None, "MESH:D000099072"),
    ],
)
def test_a_name_of_today_is_known(text: str, name: str | None, concept_id: str) -> None:
    assert _meant(text) == [(name or text, [concept_id])]


@pytest.mark.parametrize(
    ("names", "concept_id"),
    [
        (("levothyroxine", "levothyroxine sodium", "Synthroid"), "MESH:D013974"),
        (("filgotinib", "GLPG0634", "Jyseleca"), "MESH:C584571"),
        (("lomitapide", "lomitapide mesylate", "BMS-201038"), "MESH:C473731"),
        (("risedronate", "risedronate sodium"), "MESH:D000068296"),
        (("BNT162b2", "tozinameran", "Comirnaty", "Pfizer-BioNTech vaccine"), "MESH:D000090982"),
        (("Symbicort", "budesonide/formoterol"), "MESH:D000069502"),
        (("Kaletra", "lopinavir/ritonavir"), "MESH:C558899"),
    ],
)
def test_a_drug_has_one_id_by_all_its_names(names: tuple[str, ...], concept_id: str) -> None:
    assert {name: find(name, open_lexicon()).concept_id for name in names} == dict.fromkeys(names, concept_id)


def test_no_medicine_of_fdas_list_is_called_as_another_drug() -> None:
    lexicon = open_lexicon()
    for row, concept in enumerate(lexicon.concepts):
        folded = fold_name(concept.name)
        if not concept.concept_id.startswith("UNII:") or folded not in lexicon.trie:
            continue
        meant = lexicon.meaning(lexicon.trie[folded]).concepts
        others = [lexicon.concepts[other] for other in meant if row not in meant]
        assert all(o.entity_type != "drug" or o.concept_id in lexicon.classes for o in others), concept


def test_mash_is_the_word_in_small_letters() -> None:
    assert _meant("They mash potatoes, and Mash was mashed.") == []


def test_steatohepatitis_stands_below_the_fatty_liver_that_mesh_counts_it_to() -> None:
    lexicon = open_lexicon()
    assert "MESH:D065626" in lexicon.ancestors("COMENTION:MASH")
    assert "MESH:D011565" in lexicon.ancestors("COMENTION:generalized-pustular-psoriasis")
    assert "MESH:D011565" in lexicon.ancestors("MESH:D000098650")
    assert "MESH:D008545" in lexicon.ancestors("MESH:D000098943")


@pytest.mark.parametrize(
    "name",
    ["brepocitinib", "ritlecitinib", "obefazimod", "foretinib", "miricorilant", "emvododstat"],
)
def test_a_drug_and_its_laboratory_code_are_one_concept(name: str) -> None:
    codes = {
        "brepocitinib": "PF-06700841", "ritlecitinib": "PF-06651600", "obefazimod": "ABX464",
        "foretinib": "GSK 1363089", "miricorilant": "CORT118335", "emvododstat": "PTC299",
    }  # fmt: skip
    [(_, ids)], [(_, of_code)] = _meant(name), _meant(codes[name])
    assert ids == of_code
    concept = find(name, open_lexicon())
    assert (concept.name, concept.entity_type) == (name, "drug")


@pytest.mark.parametrize(
    ("concept_id", "name"),
    [
        ("MESH:D015535", "psoriatic arthritis"),
        ("MESH:D001623", "betamethasone"),
        ("MESH:D003424", "Crohn's disease"),
        ("MESH:D006689", "Hodgkin lymphoma"),
        ("MESH:D000086382", "COVID-19"),
        ("MESH:D005922", "IgA nephropathy"),
        ("MESH:D012859", "Sjögren's syndrome"),
        ("MESH:D064420", "adverse drug reaction"),
        ("MESH:D001172", "rheumatoid arthritis"),
        ("MESH:D008180", "systemic lupus erythematosus"),
        ("MESH:D016393", "B-cell lymphoma"),
        ("MESH:D010051", "ovarian neoplasms"),
        ("MESH:D002607", "Charcot-Marie-Tooth disease"),
        ("MESH:D001416", "back pain"),
        ("MESH:D000098542", "MOG antibody-associated disease"),
        ("MESH:D000077143", "docetaxel"),
    ],
)
def test_a_preferred_name_is_written_as_in_a_sentence(concept_id: str, name: str) -> None:
    lexicon = open_lexicon()
    assert lexicon.concepts[lexicon.row_of[concept_id]].name == name


def test_mesh_own_name_stands_among_the_synonyms() -> None:
    [entry] = open_lexicon().details(["MESH:D001172"])
    assert entry["mesh_name"] == "Arthritis, Rheumatoid"
    assert "Arthritis, Rheumatoid" in entry["synonyms"]
    [own] = open_lexicon().details(["COMENTION:MASH"])
    assert own["mesh_name"] == ""
    assert "" not in own["synonyms"]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("MESH:C000591245", "MESH:D000099194"),
        ("MESH:C000629749", "MESH:D000098860"),
        ("MESH:C562325", "MESH:D000099226"),
        ("UNII:3X8387Q25N", "MESH:C000630838"),
        # Concepts, and what is none, have replaced themselves.
        ("MESH:D011565", "MESH:D011565"),
        ("MESH:D999999", "MESH:D999999"),
        ("", ""),
    ],
)
def test_an_id_that_was_replaced_leads_to_the_new_one(old: str, new: str) -> None:
    lexicon = open_lexicon()
    assert lexicon.current(old) == new
    assert old == new or (old not in lexicon.row_of and new in lexicon.row_of)


def test_no_replaced_id_is_given_out_or_taken_for_one_of_mesh() -> None:
    lexicon = open_lexicon()
    gone = {old for old in lexicon.replacements if old.startswith("MESH:")}
    assert len(gone) > 100
    assert gone.isdisjoint(lexicon.row_of)
    assert {lexicon.holds_mesh(old) for old in gone} == {False}
    assert lexicon.holds_mesh("MESH:D000099194")


def test_own_names_and_look_ups_take_a_replaced_id(caplog: pytest.LogCaptureFixture) -> None:
    lexicon = open_lexicon()
    additions = Additions({"our peptide": "MESH:C000591245"}, ())
    [match] = Matcher(lexicon, additions).find("We gave our peptide.")
    assert [c.concept_id for c in match.concepts] == ["MESH:D000099194"]
    assert find("mesh:C000591245", lexicon).concept_id == "MESH:D000099194"
    with caplog.at_level(logging.WARNING):
        rows = lookup("MESH:C000591245", lexicon)
    assert [row["concept_id"] for row in rows] == ["MESH:D000099194"]
    assert caplog.messages == [
        "the concept: MeSH has replaced MESH:C000591245 by MESH:D000099194 (semaglutide); that is taken, "
        "write it so"
    ]
    with pytest.raises(ConfigError, match="MESH:C999999, which the lexicon does not hold"):
        Matcher(lexicon, Additions({"x y": "MESH:C999999"}, ()))
