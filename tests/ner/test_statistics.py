"""What the names of a lexicon say of single words."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from comention.ner.statistics import word_statistics
from comention.records import EntityType


def test_words_are_told_by_the_names_that_they_stand_in() -> None:
    found = word_statistics(
        [
            ("yellow fever", "disease"),
            ("fever", "disease"),
            ("fever bark acid", "chemical"),
            ("fever virus", None),
            ("aspirin", "drug"),
        ]
    )
    assert found == {
        # anywhere in four names, half of diseases and a quarter of a substance; first in two; last in two
        "fever": "aD2C1Y02 fD0C2Y02 lD4C0Y02",
        "yellow": "aD4C0Y01 fD4C0Y01",
        "bark": "aD0C4Y01",
        "acid": "aD0C4Y01 lD0C4Y01",
        "virus": "aD0C0Y01 lD0C0Y01",
        "aspirin": "aD0C4Y01 lD0C4Y01",
    }
    assert list(found) == sorted(found)


def test_drugs_and_chemicals_are_substances_and_a_name_of_both_counts_once() -> None:
    twice = word_statistics([("zinc", "drug"), ("zinc", "chemical"), ("zinc", "drug")])
    assert twice == {"zinc": "aD0C4Y01 lD0C4Y01"}
    assert word_statistics([("zinc", "drug"), ("zinc", "disease")]) == {"zinc": "aD2C2Y02 lD2C2Y02"}


def test_a_name_counts_once_for_a_word_that_it_holds_twice() -> None:
    assert word_statistics([("fever fever", "disease")]) == {"fever": "aD4C0Y01 fD4C0Y01 lD4C0Y01"}


def test_sizes_are_told_coarsely() -> None:
    def size_of(number: int) -> str:
        names: list[tuple[str, EntityType | None]] = [(f"fever {i}", "disease") for i in range(number)]
        return word_statistics(names)["fever"].split()[0][-1]

    assert [size_of(n) for n in (1, 2, 4, 5, 24, 25, 100)] == ["1", "2", "2", "3", "3", "4", "4"]


_NAMES = st.lists(
    st.tuples(
        st.lists(st.sampled_from(["fever", "acid", "q", "9"]), min_size=1, max_size=3).map(" ".join),
        st.sampled_from(["disease", "drug", "chemical", "cytokine", None]),
    ),
    max_size=20,
)


@given(_NAMES, st.randoms(use_true_random=False))
def test_the_order_of_the_names_counts_for_nothing(
    names: list[tuple[str, EntityType | None]], random: object
) -> None:
    mixed = [*names, *names]
    random.shuffle(mixed)  # type: ignore[attr-defined]  # hypothesis gives a random.Random
    first, second = word_statistics(names), word_statistics(mixed)
    assert list(first.items()) == list(second.items())
    assert set(first) == {word for name, _ in names for word in name.split()}
