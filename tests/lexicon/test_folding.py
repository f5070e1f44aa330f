import doctest
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comention.lexicon import folding
from comention.lexicon.folding import BARRIER, fold_name, fold_token, tokens


def test_the_examples_of_the_documentation_hold() -> None:
    failed, attempted = doctest.testmod(folding)
    assert (failed, attempted) == (0, 2)


@pytest.mark.parametrize(
    ("written", "folded"),
    [
        ("IL-12", "il 12"),
        ("St. Louis", "st louis"),
        ("Saint Louis", "st louis"),
        ("(St. Vitus", "st vitus"),
        ("ESt. Vitus", "est | vitus"),
        ("first. Vitus", "first | vitus"),
        ("IL‑12", "il 12"),
        ("IL12p70", "il 12 p 70"),
        ("IL-12(p40)2", "il 12 p 40 2"),
        ("IFN-γ", "ifn gamma"),
        ("IFN𝛾", "ifn gamma"),
        ("Sjo\u0308gren’s syndrome", "sjogren syndrome"),
        ("Behçet's disease", "behcet disease"),
        ("tumour", "tumor"),
        ("Leukaemias", "leukemia"),
        ("oesophageal", "esophageal"),
        ("sulphasalazine", "sulfasalazine"),
        ("leucocyte", "leukocyte"),
        ("leucaemia", "leukemia"),
        ("leucoencephalopathy", "leukencephalopathy"),
        ("leucine", "leucine"),
        ("neuropathies", "neuropathy"),
        ("psoriasis", "psoriasis"),
        ("diabetes", "diabete"),
        ("AIDS", "aids"),
        ("four", "four"),
        ("lung, cancer", "lung | cancer"),
        ("1,25-dihydroxyvitamin D3", "1 25 dihydroxyvitamin d 3"),
        ("", ""),
        ("--", ""),
    ],
)
def test_a_name_folds_to(written: str, folded: str) -> None:
    assert fold_name(written) == folded


@given(st.text())
def test_tokens_lie_in_order_and_apart_in_the_text(text: str) -> None:
    last = 0
    for folded, start, end in tokens(text):
        assert last <= start < end <= len(text)
        assert folded == BARRIER or " " not in folded
        last = end


@given(st.text(alphabet="aeoursyéΑβ12-ΣIL ", max_size=30))
def test_case_composition_and_hyphens_do_not_matter(text: str) -> None:
    assert fold_name(text.upper().lower()) == fold_name(text.lower())
    assert fold_name(unicodedata.normalize("NFD", text)) == fold_name(unicodedata.normalize("NFC", text))
    assert fold_name(text.replace("-", "\u2011")) == fold_name(text)


@given(st.from_regex(folding.TOKEN, fullmatch=True))
def test_every_token_folds(token: str) -> None:
    assert isinstance(fold_token(token), str)


@given(st.text("abstSsourie -\t'.1é", max_size=20))
def test_a_name_of_plain_words_folds_as_its_tokens_do(name: str) -> None:
    assert fold_name(name) == " ".join(token for token, _, _ in tokens(name))
