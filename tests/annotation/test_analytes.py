"""Substances that nobody is given: what is analysed, eaten, or built with."""

from __future__ import annotations

import pytest

from comention.annotation.analytes import is_material, is_of_waters, listed


@pytest.mark.parametrize(
    ("text", "word", "told"),
    [
        ("low levels of TSH, free T4, cortisol and zorn", "zorn", "measured"),
        ("the contents of phenols (e.g., ferulic acid, etc.), flavones, zorn", "zorn", "measured"),
        ("the metabolism of glycerolipids, nicotinate and zorn", "zorn", "own"),
        ("the intake of fibre, vitamin K and zorn", "zorn", "eaten"),
        ("four metabolites (zorn, alanine)", "zorn", "measured"),
        ("plasma metabolites such as alanine, zorn", "zorn", "measured"),
        ("other hormones: cortisol, zorn", "zorn", "own"),
        ("tamoxifen and its metabolites (zorn)", "zorn", None),
        ("levels of TSH rose in patients on zorn", "zorn", None),
        ("levels of TSH fell, and zorn was given", "zorn", None),
        ("Levels of TSH fell. Cortisol, zorn", "zorn", None),
        ("we gave aspirin and zorn", "zorn", None),
    ],
)
def test_a_list_is_told_by_the_words_before_it(text: str, word: str, told: str | None) -> None:
    assert listed(text, text.index(word)) == told


@pytest.mark.parametrize(
    ("text", "word", "name", "material"),
    [
        ("FITC-dextran", "dextran", "dextrans", True),
        ("fluorescein isothiocyanate (FITC)-labeled dextran", "dextran", "dextrans", True),
        ("fluorescently labelled insulin", "insulin", "insulin", True),
        ("insulin-FITC", "insulin", "insulin", True),
        ("89Zr-labeled trastuzumab", "trastuzumab", "trastuzumab", False),
        ("dextran was infused", "dextran", "dextrans", False),
        ("removal of the antibiotic tetracycline", "tetracycline", "tetracycline", True),
        ("tetracycline degradation", "tetracycline", "tetracycline", True),
        ("12 ng L-1 (trimethoprim)", "trimethoprim", "trimethoprim", True),
        ("12 mg (trimethoprim)", "trimethoprim", "trimethoprim", False),
        ("a chitosan shell", "chitosan", "chitosan", True),
        ("particles coated with chitosan", "chitosan", "chitosan", True),
        ("chitosan lowered IL-12", "chitosan", "chitosan", False),
        ("paclitaxel-coated balloons", "paclitaxel", "paclitaxel", False),
        ("FA conjugated micelles", "FA", "folic acid", True),
        ("folic acid was given", "folic acid", "folic acid", False),
        ("crystal violet staining", "crystal violet", "gentian violet", True),
        ("gentian violet was painted on", "gentian violet", "gentian violet", False),
        ("vitamin E-blended polyethylene", "vitamin E", "vitamin E", True),
        ("vitamin E capsules", "vitamin E", "vitamin E", False),
    ],
)
def test_what_is_no_drug_here(text: str, word: str, name: str, material: bool) -> None:
    start = text.index(word)
    assert is_material(text, start, start + len(word), name) is material


@pytest.mark.parametrize(
    ("text", "about"),
    [
        ("Zorn in wastewater. River water held less.", True),
        ("An adsorbent; its adsorption capacity.", True),
        ("Zorn in wastewater.", False),
        ("Mice had zorn in their drinking water; the drinking water was changed.", False),
    ],
)
def test_texts_about_waters(text: str, about: bool) -> None:
    assert is_of_waters(text) is about
