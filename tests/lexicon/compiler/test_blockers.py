from __future__ import annotations

from comention.lexicon.compiler.blockers import derived_blockers


def test_a_name_inside_another_is_blocked_unless_it_is_said_what_kind_it_is() -> None:
    names = [
        "CCL2 protein kinase",
        "chemokine CCL2",
        "CCL2 chemokine",
        "chemokine-like CCL2",
        "CCL2",
        "CCL2 3",
        "kinase",
    ]
    found = derived_blockers(((name, "MeSH") for name in names), {"ccl 2", "ccl 2 3"})
    assert [candidate.text for candidate in found] == ["CCL2 protein kinase", "chemokine-like CCL2"]


def test_an_antibody_inside_another_name_is_not_blocked() -> None:
    names = [
        "ticklemab biosimilar HLX02",
        "89Zr-ticklemab",
        "ticklecept HYP",
        "somab receptor",
        "nosemab kinase",
    ]
    found = derived_blockers(
        ((name, "MeSH") for name in names), {"ticklemab", "ticklecept", "receptor", "kinase"}
    )
    assert [candidate.text for candidate in found] == ["somab receptor", "nosemab kinase"]


def test_a_protein_that_is_named_after_what_acts_on_it_hides_no_name() -> None:
    names = [
        "ticklerol induced",
        "ticklerol-resistant",
        "ticklerol associated",
        "ticklerol induced kinase",
        "kinase induced",
    ]
    found = derived_blockers(((name, "HGNC") for name in names), {"ticklerol"})
    assert [candidate.text for candidate in found] == ["ticklerol induced kinase"]
