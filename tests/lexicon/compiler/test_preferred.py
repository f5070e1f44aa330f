"""Preferred names: in natural order, lower case but for proper names and abbreviations."""

from __future__ import annotations

import pytest

from comention.lexicon.compiler.preferred import Preferred, readable

_PREFERRED = Preferred(
    ["Crohn disease", "Hodgkin lymphoma", "IgA glomerulonephritis", "Salmonella infection", "Zygomycosis",
     "psoriatic arthritis", "disorder of the eye", "Sjögren syndrome", "Chronic Disease",
     "Charcot-Marie-Tooth disease", "Tooth-Charcot-Bell palsy", "an early onset",
     "of early onset", "its early onset", "in early onset", "Early-Onset ataxia of the eye",
     "Fragile Injury of the eye", "old injury and new injury", "Several Injuries of the eye"],
    ["betamethasone", "Arthritis of the knee", "deficiency of Niemann kind"],
)  # fmt: skip


@pytest.mark.parametrize(
    ("heading", "name"),
    [
        ("Lupus Erythematosus, Systemic", "Systemic Lupus Erythematosus"),
        ("Diabetes Mellitus, Type 1", "Diabetes Mellitus Type 1"),
        ("Usher syndrome, type 1E", "Usher syndrome type 1E"),
        ("Myopathy, distal, 2", "distal Myopathy 2"),
        ("Goiter, multinodular 2", "multinodular Goiter 2"),
        ("Arthrogryposis congenita, distal type 1", "distal Arthrogryposis congenita type 1"),
        ("factor III, vitamin B 12", "vitamin B 12 factor III"),
        ("Wounds, Gunshot and Stab", "Gunshot and Stab Wounds"),
        ("Torticollis, contractures, and hyperthermia", "Torticollis, contractures, and hyperthermia"),
        (
            "Trimethoprim, Sulfamethoxazole Drug Combination",
            "Trimethoprim/Sulfamethoxazole",
        ),
        ("1,3-quorl, noserol, drug combination", "1,3-quorl/noserol"),
        ("quorl, noserol drug combinations", "quorl/noserol"),
        ("quorl, noserol drug combination 30:70", "quorl, noserol drug combination 30:70"),
        ("quorl, and noserol drug combination", "quorl, and noserol drug combination"),
        ("Melanoma", "Melanoma"),
    ],
)
def test_natural_order(heading: str, name: str) -> None:
    assert readable(heading) == name


@pytest.mark.parametrize(
    ("given", "name"),
    [
        ("Psoriatic Arthritis", "psoriatic arthritis"),
        ("Crohn Disease", "Crohn disease"),
        ("Crohn's Disease", "Crohn's disease"),
        ("Non-Hodgkin Lymphoma", "non-Hodgkin lymphoma"),
        ("Tooth Abrasion", "tooth abrasion"),
        ("Charcot-Marie-Tooth Disease", "Charcot-Marie-Tooth disease"),
        ("Quorl Crohn Hodgkin triad", "Quorl Crohn Hodgkin triad"),
        ("IgA Nephropathy", "IgA nephropathy"),
        ("COVID-19", "COVID-19"),
        ("B-Cell Lymphoma", "B-cell lymphoma"),
        ("Sjögren's Syndrome", "Sjögren's syndrome"),
        ("Salmonella Infections", "Salmonella infections"),
        # Known from nowhere: before "syndrome" a name, elsewhere a word.
        ("Quorl Syndrome", "Quorl syndrome"),
        ("Quorl Fever", "quorl fever"),
        # One word alone has its capital for coming first; an ending of medicine is no name's.
        ("Zygomycosis", "zygomycosis"),
        ("Neuropathies of the Eye", "neuropathies of the eye"),
        ("Factor VIII Deficiency", "factor VIII deficiency"),
        ("Hepatitis B", "hepatitis B"),
        # Known in the singular; a participle, and an ending of anatomy.
        ("Knee Injuries", "knee injuries"),
        ("Quorl Injuries", "quorl injuries"),
        ("Sexually Transmitted Disease", "sexually transmitted disease"),
        ("Quorlular Disease", "quorlular disease"),
        # A chain that one source writes in capitals and others in words of their own.
        ("Early-Onset Zygomycosis", "early-onset zygomycosis"),
    ],
)
def test_the_case_of_diseases(given: str, name: str) -> None:
    assert _PREFERRED.name(given, is_disease=True) == name


@pytest.mark.parametrize(
    ("given", "name"),
    [
        ("Betamethasone", "betamethasone"),
        ("Noserol", "noserol"),
        ("PF-06700841", "PF-06700841"),
        ("Tyr-D-Ala-Gly", "Tyr-D-Ala-Gly"),
        ("1-Methyl-3-isobutylxanthine", "1-methyl-3-isobutylxanthine"),
        ("Vitamin B 12", "vitamin B 12"),
        ("Antithrombin III", "antithrombin III"),
    ],
)
def test_the_case_of_substances(given: str, name: str) -> None:
    assert _PREFERRED.name(given, is_disease=False) == name


def test_a_name_in_its_case_stays_so() -> None:
    for name in ("Crohn's disease", "psoriatic arthritis", "COVID-19", "PF-06700841"):
        assert _PREFERRED.name(_PREFERRED.name(name, is_disease=True), is_disease=True) == name
