import pytest
from hypothesis import given
from hypothesis import strategies as st

from comention.annotation.abbreviations import (
    _TURNED,
    Definition,
    _turned,
    brackets,
    brackets_at,
    definition,
)


def definitions(text: str) -> list[Definition]:
    return [found for bracket in brackets(text) if (found := definition(text, bracket))]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("multiple sclerosis (MS) is", [("MS", "multiple sclerosis")]),
        ("We treated rheumatoid arthritis (RA), and", [("RA", "rheumatoid arthritis")]),
        (
            "experimental autoimmune encephalomyelitis (EAE)",
            [("EAE", "experimental autoimmune encephalomyelitis")],
        ),
        ("renal cell carcinomas (RCCs)", [("RCC", "renal cell carcinomas")]),
        ("interferon-gamma (IFN-γ)", [("IFN-γ", "interferon-gamma")]),
        ("collagen-induced arthritis [CIA]", [("CIA", "collagen-induced arthritis")]),
        ("mass spectrometry (MS; Orbitrap)", [("MS", "mass spectrometry")]),
        ("It rose (P < 0.05)", []),
        ("in ten patients (see below)", []),
        ("in a group (n = 12)", []),
        ("the end. Sclerosis was (MS)", []),
        ("IL-12 (IL-12)", []),
        ("nothing (XYZ)", []),
        ("hazard ratio (HR: 1.18)", []),
        ("odds ratio (OR 3.14)", []),
        ("phenobarbital (PB: 15 mg/kg)", [("PB", "phenobarbital")]),
        ("parachlorophenylalanine (PCPA 100 mg per kg)", [("PCPA", "parachlorophenylalanine")]),
        ("serum rate (SR 3 mm)", []),
        ("ribavirin plus interferon (RBV/IFN)", [("RBV", "ribavirin"), ("IFN", "interferon")]),
        ("levodopa and carbidopa (LD+CD)", [("LD", "levodopa"), ("CD", "carbidopa")]),
        ("of interleukin 12 (IL-12/23)", []),
        ("(in DNA)/doxorubicin (DOX)", [("DOX", "doxorubicin")]),
        (
            "mismatch repair (MMR) deficiency (MMRD)",
            [("MMR", "mismatch repair"), ("MMRD", "mismatch repair (MMR) deficiency")],
        ),
    ],
)
def test_definitions(text: str, expected: list[tuple[str, str]]) -> None:
    found = definitions(text)
    assert [(d.short, text[d.long_start : d.long_end]) for d in found] == expected
    assert all(text[d.start : d.start + len(d.short)] == d.short for d in found)


@given(st.text(alphabet="aMS() .-γ[];", max_size=60))
def test_any_text_is_survived_and_spans_are_in_it(text: str) -> None:
    for found in definitions(text):
        assert 0 <= found.long_start < found.long_end < found.start
        assert text[found.start :].startswith(found.short)


@given(
    st.lists(
        st.sampled_from(
            [
                "GBM",
                "MS",
                "é",
                "-",
                "ABCDEFGHIJKL",
                "x",
                " (",
                " ",
                "(",
                ")",
                ",",
                ";",
                "\n",
                "gay",
                " and ",
                "_A1",
            ]
        ),
        max_size=14,
    ).map("".join)
)
def test_turned_definitions_are_looked_for_wherever_their_pattern_matches(text: str) -> None:
    assert [m.span() for m in _turned(text)] == [m.span() for m in _TURNED.finditer(text)]


@given(
    st.lists(
        st.sampled_from(["Lewy body ", "(LB)", "(RBV/IFN)", "[", "(", ")", " dementia", "; ", "s", "5 mg"])
    )
)
def test_brackets_are_read_one_by_one_as_all_together(parts: list[str]) -> None:
    text = f"ribavirin plus interferon (RBV/IFN) {''.join(parts)}"
    one_by_one = [
        found for place, sign in enumerate(text) if sign in "([" for found in brackets_at(text, place)
    ]
    assert one_by_one == list(brackets(text))
