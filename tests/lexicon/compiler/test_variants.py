"""Names of drugs by rule: combinations in every order, enantiomers by their racemates."""

from __future__ import annotations

import pytest

from comention.lexicon.compiler.variants import combination_names, enantiomer_names


@pytest.mark.parametrize(
    "name",
    [
        "avibactam, ceftazidime drug combination",
        "ceftazidime-avibactam",
        "avibactam - ceftazidime",
        "ceftazidime and avibactam drug combination",
        "ceftazidime / avibactam mixture",
    ],
)
def test_a_combination_in_both_orders(name: str) -> None:
    found = set(combination_names(name, lambda part: part in {"avibactam", "ceftazidime"}))
    assert {"avibactam/ceftazidime", "ceftazidime/avibactam"} <= found
    assert {one for one in found if "plus" in one} == {"ceftazidime plus avibactam"}


def test_salts_are_left_out_too() -> None:
    found = set(combination_names("Budesonide, Formoterol Fumarate Drug Combination", lambda part: True))
    assert {"Formoterol Fumarate/Budesonide", "budesonide/formoterol"} <= found


@pytest.mark.parametrize(
    "name",
    ["aspirin", "VAC combination", "estradiol, testosterone drug combination", "a, b, c, d combination"],
)
def test_no_names_of_what_is_no_combination(name: str) -> None:
    assert list(combination_names(name, lambda part: part != "VAC")) == []


@pytest.mark.parametrize(
    ("name", "racemate", "written"),
    [
        ("dexchlorpheniramine", "chlorpheniramine", "D-chlorpheniramine"),
        ("dextroamphetamine", "amphetamine", "D-amphetamine"),
        ("levofloxacin", "ofloxacin", "L-ofloxacin"),
        ("esketamine", "ketamine", "S-ketamine"),
        ("armodafinil", "modafinil", "R-modafinil"),
    ],
)
def test_an_enantiomer(name: str, racemate: str, written: str) -> None:
    assert written in set(enantiomer_names(name, {racemate}))
    assert list(enantiomer_names(name, {"aspirin"})) == []
