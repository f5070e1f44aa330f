"""Stories: against their definition by reachability, whichever record carries a link and in any order."""

from __future__ import annotations

import random
from collections.abc import Iterable, Sequence
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from comention.pubmed.medline import LINKS
from comention.schemas import CITATIONS
from comention.stages.stories import ABOUT, VERSIONS, settle, stories
from tests.support.properties import examples

Links = list[tuple[int, int]]
_VERSION_WAYS = {"UpdateOf": "UpdateIn", "RepublishedFrom": "RepublishedIn", "ReprintOf": "ReprintIn"}
_TITLE = "Effect of one drug on one disease in adults"


def row(
    pmid: int, *links: tuple[str, int | None], title: str = "", types: Sequence[str] = ()
) -> dict[str, Any]:
    return {
        "pmid": pmid,
        "title": title or f"Title of the work number {pmid} of this journal",
        "journal": "Journal of tests",
        "publication_types": [*types],
        "corrections": [{"ref_type": kind, "pmid": other} for kind, other in links],
    }


def told(*rows: dict[str, Any]) -> dict[int, int]:
    """The story of each row, which is the same in any order of the rows and of their links."""
    found = _stories(rows)
    turned = [one | {"corrections": one["corrections"][::-1]} for one in rows[::-1]]
    assert _stories(turned) == found
    return found


def _stories(rows: Iterable[dict[str, Any]]) -> dict[int, int]:
    held = list(rows)
    schema = pa.schema([CITATIONS.schema.field(name) for name in held[0]])
    table = pa.Table.from_pylist(held, schema=schema)
    # in two chunks, as shards are
    found = stories(lambda: [table.slice(0, 1), table.slice(1)])
    return {pmid: found.get(pmid, pmid) for pmid in table["pmid"].to_pylist()}


def defined(about: Links, versions: Links, held: set[int]) -> dict[int, int]:
    """What a story is: of all that nothing leads away from, the best that can be reached."""
    pmids = {pmid for link in (*about, *versions) for pmid in link}
    ways = {*about, *versions, *((b, a) for a, b in versions)}
    reached = {pmid: {pmid} for pmid in pmids}
    for _ in pmids:
        for a, b in ways:
            reached[a] |= reached[b]
    work = {a: frozenset(b for b in reached[a] if a in reached[b]) for a in pmids}
    ends = {one for one in work.values() if all(reached[pmid] == one for pmid in one)}
    found = {}
    for pmid in pmids:
        mine = [one for one in ends if one <= reached[pmid]]
        found[pmid] = min((not one & held, min(one)) for one in mine)[1]
    return found


_PMID = st.integers(1, 12)
_LINK = st.tuples(_PMID, _PMID)


@given(st.lists(_LINK, max_size=14), st.lists(_LINK, max_size=5), st.sets(_PMID))
@examples(100)
def test_stories_are_what_they_are_defined_as(about: Links, versions: Links, held: set[int]) -> None:
    assert settle(about, versions, held) == defined(about, versions, held)


@pytest.mark.slow
@given(
    st.lists(st.tuples(_LINK, st.sampled_from(sorted(ABOUT)), st.booleans()), max_size=14),
    st.lists(st.tuples(_LINK, st.sampled_from(sorted(_VERSION_WAYS)), st.booleans()), max_size=4),
    st.randoms(use_true_random=False),
)
@examples(50)
def test_either_record_may_carry_a_link_and_no_order_matters(
    about: list[tuple[tuple[int, int], str, bool]],
    versions: list[tuple[tuple[int, int], str, bool]],
    shuffle: random.Random,
) -> None:
    carried: dict[int, list[tuple[str, int | None]]] = {pmid: [] for pmid in range(1, 13)}
    for (a, b), kind, there in about:
        carried[b if there else a].append((ABOUT[kind], a) if there else (kind, b))
    for (a, b), kind, there in versions:
        carried[b if there else a].append((_VERSION_WAYS[kind], a) if there else (kind, b))
    rows = [row(pmid, *links) for pmid, links in carried.items()]
    found = _stories(rows)
    assert _stories(shuffle.sample(rows, len(rows))) == found
    pairs = [[(a, b) for (a, b), _, _ in some if a != b] for some in (about, versions)]
    expected = defined(pairs[0], pairs[1], set(carried))
    assert found == {pmid: expected.get(pmid, pmid) for pmid in carried}


@given(st.lists(_LINK, max_size=14), st.lists(_LINK, max_size=5), st.sets(_PMID))
@examples(60)
def test_works_share_a_story_by_versions_alone(about: Links, versions: Links, held: set[int]) -> None:
    """However much is written about several works at once, it does not join them."""
    by_versions = settle([], versions, held)
    sources = {by_versions.get(a, a) for a, b in about if by_versions.get(a, a) != by_versions.get(b, b)}
    found = settle(about, versions, held)
    works = {by_versions.get(pmid, pmid) for pmid in found} - sources
    assert len({found[work] for work in works}) == len(works)


def test_a_work_and_its_letters_with_their_replies_are_one_story() -> None:
    work = row(10, ("CommentIn", 21), ("CommentIn", 22))
    letters = (row(21, ("CommentOn", 10), ("CommentIn", 31)), row(22, ("CommentIn", 32)))
    replies = (row(31, ("CommentOn", 21)), row(32, ("CommentOn", 22), ("CommentOn", 10)))
    assert set(told(work, *letters, *replies, row(11)).items()) == {(p, 10) for p in (10, 21, 22, 31, 32)} | {
        (11, 11)
    }


def test_letters_about_a_work_that_the_corpus_lacks_are_one_story() -> None:
    letters = [row(pmid, ("CommentOn", 7)) for pmid in (21, 22, 23, 24)]
    assert told(*letters) == dict.fromkeys((21, 22, 23, 24), 7)


def test_an_editorial_on_two_works_does_not_join_them() -> None:
    editorial = row(30, ("CommentOn", 12), ("CommentOn", 11))
    assert told(row(11), row(12), editorial) == {11: 11, 12: 12, 30: 11}
    assert told(row(12), editorial) == {12: 12, 30: 12}, "the work that the corpus has comes first"
    letter = row(40, ("CommentOn", 30))
    assert told(row(11), row(12), editorial, letter) == {11: 11, 12: 12, 30: 11, 40: 11}


def test_versions_join_and_take_along_what_is_about_them() -> None:
    preprint, work, third = row(5, ("UpdateIn", 20)), row(20), row(30, ("RepublishedFrom", 20))
    letters = row(41, ("CommentOn", 5)), row(42, ("CommentOn", 30))
    assert told(preprint, work, third, *letters) == dict.fromkeys((5, 20, 30, 41, 42), 5)
    assert told(row(20, ("UpdateOf", 5)), row(41, ("CommentOn", 5))) == {20: 5, 41: 5}


def test_what_comments_on_each_other_is_one_story() -> None:
    one, other = row(1, ("CommentOn", 2)), row(2, ("CommentOn", 1))
    assert told(one, other) == {1: 1, 2: 1}
    assert told(one, row(2, ("CommentOn", 1), ("CommentOn", 9)), row(9)) == {1: 9, 2: 9, 9: 9}


def test_a_long_chain_leads_to_its_end() -> None:
    size = 3000
    chain = [(pmid, pmid - 1) for pmid in range(2, size + 1)]
    assert settle(chain, [], set()) == dict.fromkeys(range(1, size + 1), 1)
    assert settle([*chain, (1, size)], [], set()) == dict.fromkeys(range(1, size + 1), 1)


@pytest.mark.parametrize(
    "link", [("CommentOn", None), ("CommentOn", 21), ("Cites", 10), ("SomethingNew", 10), ("UpdateOf", None)]
)
def test_what_links_to_nothing_or_itself_stands_alone(link: tuple[str, int | None]) -> None:
    assert told(row(10), row(21, link)) == {10: 10, 21: 21}


def test_no_articles_have_no_stories() -> None:
    assert stories(lambda: [CITATIONS.schema.empty_table()]) == {}


def test_every_link_that_medline_writes_is_known() -> None:
    known = {*ABOUT, *ABOUT.values(), *VERSIONS}
    assert set(LINKS.values()) <= known


LETTER = ("Letter",)


@pytest.mark.parametrize(
    "title",
    [
        f"Reply to: “{_TITLE}.”",
        f"Letter to the editor regarding '{_TITLE}'",
        f"Re: {_TITLE.upper()}",
        f"Comment on an article entitled {_TITLE}",
        f"{_TITLE} - Authors' reply.",
        f"{_TITLE}: a reply",
        f"[{_TITLE}].",
        _TITLE,
    ],
)
def test_a_letter_without_a_link_belongs_to_the_work_that_its_title_names(title: str) -> None:
    work, letter = row(10, title=_TITLE), row(21, title=title, types=LETTER)
    assert told(work, letter) == {10: 10, 21: 10}
    other = letter | {"journal": "Another journal"}
    assert told(work, other) == {10: 10, 21: 21}
    assert told(work, letter | {"journal": None}) == {10: 10, 21: 21}
    odd = {"journal": "A journal\tof tests"}
    assert told(work | odd, letter | odd) == {10: 10, 21: 10}
    article = letter | {"publication_types": ["Journal Article", "Editorial"]}
    assert told(work, article) == {10: 10, 21: 21}, "works of one title are not joined"


def test_letters_with_one_title_are_one_story_where_the_work_is_absent() -> None:
    letters = row(22, title=_TITLE, types=LETTER), row(21, title=f"Reply to {_TITLE}", types=LETTER)
    assert told(*letters) == {21: 21, 22: 21}
    linked = row(23, ("CommentOn", 7), title=f"Comment on {_TITLE}", types=("Letter", "Comment"))
    assert told(*letters, linked) == {21: 7, 22: 7, 23: 7}, "by the one that says which work"


def test_a_title_does_not_overrule_a_link() -> None:
    work, other = row(10, title=_TITLE), row(11)
    letter = row(21, ("CommentOn", 11), title=f"Reply to {_TITLE}", types=LETTER)
    assert told(work, other, letter) == {10: 10, 11: 11, 21: 11}
    # a letter that others comment on is a work, which its title does not lead away from
    first = row(5, title=_TITLE, types=LETTER)
    editorial = row(30, ("CommentOn", 5), ("CommentOn", 4), title=f"Comment on {_TITLE}", types=("Comment",))
    assert told(first, row(4), editorial) == {4: 4, 5: 5, 30: 4}


@pytest.mark.parametrize(
    "title", ["Reply to Smith et al", "In response to the letter to the editor", "Reply."]
)
def test_a_title_that_names_no_work_leads_nowhere(title: str) -> None:
    assert told(row(21, title=title, types=LETTER), row(22, title=title, types=LETTER)) == {21: 21, 22: 22}
