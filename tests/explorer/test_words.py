"""The index of words finds what every text says, and a search in everything what listings begin with."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comention.explorer import listing, searching, words
from comention.explorer.asked import BLANKS, SEPARATORS, Asked, folded, lower
from comention.explorer.kinds import KINDS
from comention.explorer.library import Library
from comention.schemas import DATASETS
from comention.snapshots.snapshot import Snapshot
from comention.snapshots.tables import Bounds, TooLongError
from tests.report.snapshots import Text, make, table
from tests.support.claims import by_chance

pytestmark = pytest.mark.slow

#: Texts in which words are cut in many ways, and written in many.
_ODD = (
    "IL-12 in psoriasis.",
    "il 12 and IL--12, (IL)-12; IL-\n12p70",
    "İL-12 ΟΔΟΣ tumour-necrosis-factor-α",
    "12 IL; TNF-α/β  in\u00a0psoriasis\u2003and ‘asthma’",
    "anti-IL-12/23 p40: a+b*c % <x>",
    "psoriatic arthritis, psoriasis-like",
    "ustekinumab—psoriasis: IL−12",
    "× | ~ & COVID-19",
)
_PIECES = tuple(
    dict.fromkeys(
        part for one in _ODD for part in re.split(f"[{re.escape(SEPARATORS + BLANKS)}]+", one) if part
    )
)


@pytest.fixture(scope="module")
def odd(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Snapshot, Library]]:
    folder: Path = tmp_path_factory.mktemp("odd")
    texts = [
        Text(
            n, _ODD[n % len(_ODD)], f"{_ODD[(3 * n) % len(_ODD)]}. {_ODD[(5 * n + n // 8) % len(_ODD)]}. p40."
        )
        for n in range(1, 60)
    ]
    held = make(folder / "w", texts, said=by_chance)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(words, "_AT_ONCE", 30)  # many parts
        library = Library(held, folder, None, Bounds())
        library.make_searchable()
    yield held, library
    library.close()


def parts(text: str) -> list[str]:
    """Return the words of a text."""
    return "".join(" " if one in SEPARATORS or one.isspace() else one for one in lower(text)).split()


def has(text: str, word: str) -> bool:
    """Whether a text has a word of a search: its parts after one another, the last one begun."""
    said, (*before, last) = parts(text), word.split()
    size = len(before)
    return any(
        said[at : at + size] == before and said[at + size].startswith(last) for at in range(len(said) - size)
    )


def citation(one: dict[str, Any]) -> str:
    said = [one["title"], one["abstract"], one["vernacular_title"], one["journal"], *one["authors"]]
    said += [*one["keywords"], *(mesh["name"] for mesh in one["mesh"]), one["doi"], one["pmcid"], one["pmid"]]
    return " ".join(str(text) for text in said if text is not None)


def cut(piece: str, number: int) -> str:
    return piece[: max(number % (len(piece) + 1), 1)]


@given(
    pieces=st.lists(st.sampled_from(_PIECES), min_size=1, max_size=4),
    glue=st.sampled_from("-/ .×"),
    number=st.integers(0, 12),
)
def test_the_index_finds_what_every_text_says(
    odd: tuple[Snapshot, Library], pieces: list[str], glue: str, number: int
) -> None:
    held, library = odd
    sentences = [one["text"] for one in table(held, "sentences")]
    articles = [citation(one) for one in table(held, "articles")]
    names = [
        " | ".join([one["name"], *one["synonyms"], one["concept_id"]]) for one in table(held, "concepts")
    ]
    for word in folded(glue.join([*pieces[:-1], cut(pieces[-1], number)])):
        with library.asking() as connection:
            for name, texts in (("in_sentences", sentences), ("in_articles", articles), ("named", names)):
                got = sorted(words.numbers(connection, name, word).tolist())
                assert got == [at for at, text in enumerate(texts) if has(text, word)], (name, word)


def test_blanks_are_what_texts_are_split_at() -> None:
    assert {chr(one) for one in range(0x110000) if chr(one).isspace()} == set(BLANKS)


@pytest.mark.parametrize(
    "search",
    ["psoriasis", "il-12", "ustekinumab psoriasis", "p", "IL-12 IL-23", "interleukin", "zzzyyy", "in", "a b"],
)
@pytest.mark.parametrize("which", ["sample", "odd"])
def test_a_search_in_everything_shows_what_listings_begin_with(
    snapshot: Snapshot, odd: tuple[Snapshot, Library], tmp_path: Path, search: str, which: str
) -> None:
    library = odd[1] if which == "odd" else Library(snapshot, tmp_path, None, Bounds())
    asked = Asked.of("/search", [("q", search)])
    found = searching.everywhere(library, asked)["found"]
    assert [first.kind for first, _ in found] == list(KINDS.values())
    for first, _ in found:
        kind = first.kind
        with library.searching(asked.search, kind.tables) as connection:
            whole = listing.listed(library, connection, kind, asked)
        assert (first.found, first.searched) == (whole.found, whole.searched), kind.name
        assert (first.rarer, first.related) == (whole.rarer, whole.related), kind.name
        assert first.rows == whole.rows[: searching.FIRST[kind.name]], kind.name
        assert len(first.rows) == min(first.found, searching.FIRST[kind.name])
    if which == "sample":
        library.close()


def test_every_order_has_one_place_for_each_row() -> None:
    for kind in KINDS.values():
        for name, order in kind.orders.items():
            assert set(DATASETS[kind.dataset].key) <= set(re.findall(r"\w+", order)), (kind.name, name)


def test_places_of_a_pair_have_one_rank_each(snapshot: Snapshot) -> None:
    places = [(one["a_id"], one["b_id"], one["rank"]) for one in table(snapshot, "evidence")]
    assert len(places) == len(set(places))


def test_nobody_waits_for_ever_while_words_are_indexed(
    snapshot: Snapshot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from comention.explorer import library as libraries

    monkeypatch.setattr(libraries, "_WAIT", 0.01)
    library = Library(snapshot, tmp_path, None, Bounds())
    try:
        with library._indexing, pytest.raises(TooLongError, match="still being indexed: search again"):
            library.make_searchable()
        assert searching.offered(library, Asked.of("/names", [("q", "psoriasis")])) == []
        library.make_searchable()
        assert searching.offered(library, Asked.of("/names", [("q", "psoriasis")])) != []
    finally:
        library.close()


def test_what_does_not_fit_in_memory_is_found_as_well(snapshot: Snapshot, tmp_path: Path) -> None:
    little = Library(snapshot, tmp_path, None, Bounds(memory="60MB"))
    try:
        asked = Asked.of("/search", [("q", "psoriasis")])
        first, _ = searching.everywhere(little, asked)["found"][0]
        assert first.found > 0
    finally:
        little.close()
