from __future__ import annotations

import pytest

from comention.lexicon.compiler.numerals import variants


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Type II Diabetes", ["Type 2 Diabetes"]),
        ("Usher syndrome type 2", ["Usher syndrome type II", "Usher syndrome 2", "Usher syndrome II"]),
        ("Mucopolysaccharidosis IIIA", ["Mucopolysaccharidosis 3A", "Mucopolysaccharidosis type IIIA",
                                        "Mucopolysaccharidosis type 3A"]),
        ("Cystinuria 1", ["Cystinuria I", "Cystinuria type 1", "Cystinuria type I"]),
        ("type 1 allergy", ["type I allergy"]),
        # no numbers of types
        ("psoriasis", []),
        ("factor V Leiden", []),
        ("CD 4", []),
        ("trisomy 21", []),
        ("hepatitis C", []),
        ("types 1 and 2", []),
    ],
)  # fmt: skip
def test_numbered_names(name: str, expected: list[str]) -> None:
    assert list(variants(name)) == expected


@pytest.mark.parametrize("name", ["Neurofibromatosis 1", "Type IV Glycogenosis", "Usher syndrome, type 2"])
def test_the_first_variant_has_the_name_among_its_own(name: str) -> None:
    first = next(variants(name))
    assert name.casefold() in {text.casefold() for text in variants(first)}
