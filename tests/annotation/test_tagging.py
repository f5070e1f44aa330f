"""A document as the recogniser reads it: what lexicon and text say of each token."""

from __future__ import annotations

import time

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from comention.annotation.abbreviations import Definition
from comention.annotation.document import from_article, from_text
from comention.annotation.fast import FastAnnotator, Looked
from comention.annotation.tagging import clues, definitions
from comention.lexicon.model import BLOCKER, ConceptEntry, NameEntry
from comention.lexicon.store import Lexicon
from comention.lexicon.writing import write
from comention.ner.features import TokenSentence, sentences
from comention.ner.layout import Layout
from comention.records import Article, EntityType, Mention, Section

_CONCEPTS: dict[str, EntityType] = {
    "COMENTION:IL-12": "cytokine",
    "HGNC:5970": "cytokine",
    "MESH:D001943": "disease",
    "MESH:D010051": "disease",
    "MESH:D009103": "disease",
    "MESH:D014212": "drug",
    "MESH:D008070": "chemical",
}
_NAMES = [
    ("IL-12", "COMENTION:IL-12", False),
    ("p40", "HGNC:5970", True),
    ("breast cancer", "MESH:D001943", False),
    ("ovarian cancer", "MESH:D010051", False),
    ("multiple sclerosis", "MESH:D009103", False),
    ("MS", "MESH:D009103", True),
    ("retinoic acid", "MESH:D014212", False),
    ("RA", "MESH:D014212", True),
    ("lipopolysaccharide", "MESH:D008070", False),
    ("IL-12 receptor", BLOCKER, False),
]


@pytest.fixture(scope="module")
def annotator(tmp_path_factory: pytest.TempPathFactory) -> FastAnnotator:
    folder = tmp_path_factory.mktemp("lexicon")
    concepts = [ConceptEntry(i, i, t, "test") for i, t in _CONCEPTS.items()]
    names = [NameEntry(text, i, "test", needs_definition=d) for text, i, d in _NAMES]
    write(folder, concepts, names, {})
    return FastAnnotator(Lexicon(folder))


def read(annotator: FastAnnotator, text: str) -> list[TokenSentence]:
    document = from_text(text)
    return sentences(clues(document, annotator.look(document), definitions(text)))


def tags(annotator: FastAnnotator, text: str, column: str) -> list[tuple[str, str]]:
    """The tokens of which something is said, with that."""
    return [
        (surface, tag)
        for one in read(annotator, text)
        for surface, tag in zip(one.words.surfaces, getattr(one, column), strict=True)
        if tag not in {"O", ""}
    ]


def test_mentions_begin_go_on_and_end(annotator: FastAnnotator) -> None:
    assert tags(annotator, "Retinoic acid, IL-12 and lipopolysaccharide in multiple sclerosis.", "named") == [
        ("Retinoic", "BC"),
        ("acid", "IEC"),
        ("IL", "BY"),
        ("-", "IY"),
        ("12", "IEY"),
        ("lipopolysaccharide", "BEC"),
        ("multiple", "BD"),
        ("sclerosis", "IED"),
    ]


def test_names_that_do_not_count_are_seen_but_not_named(annotator: FastAnnotator) -> None:
    text = "The IL-12 receptor and MS."
    assert tags(annotator, text, "named") == []
    assert tags(annotator, text, "matched") == [
        ("IL", "BB"),
        ("-", "IB"),
        ("12", "IB"),
        ("receptor", "IB"),
        ("MS", "BD?"),
    ]


def test_a_list_that_shares_a_word_is_named_over_its_whole_stretch(annotator: FastAnnotator) -> None:
    assert tags(annotator, "breast and ovarian cancer", "named") == [
        ("breast", "BD"),
        ("and", "ID"),
        ("ovarian", "BD"),
        ("cancer", "IED"),
    ]


def test_no_tag_reaches_into_another_sentence(annotator: FastAnnotator) -> None:
    first, second = read(annotator, "We saw IL-12. Multiple sclerosis rose.")
    assert first.named == ["O", "O", "BY", "IY", "IEY", "O"]
    assert second.named == ["BD", "IED", "O", "O"]
    assert second.words.starts[0] == 14
    assert (first.in_title, second.in_title) == (False, False)


def test_the_title_is_told_from_the_abstract(annotator: FastAnnotator) -> None:
    article = Article(1, 1, "On MS.", "It rose. It fell.", (Section(None, None, 7, 24),))
    document = from_article(article)
    found = sentences(clues(document, annotator.look(document), {}))
    assert [one.in_title for one in found] == [True, False, False]
    assert [one.words.surfaces[0] for one in found] == ["On", "It", "It"]


def test_a_short_form_is_told_by_its_long_form(annotator: FastAnnotator) -> None:
    text = "In multiple sclerosis (MS), MS of local multiple scars (LMS): MS, LMSs, MSs."
    assert tags(annotator, text, "defined") == [
        ("MS", "D sclerosis"),
        ("MS", "D sclerosis"),
        ("LMS", "- scar"),
        ("MS", "D sclerosis"),
        ("LMSs", "- scar"),
        ("MSs", "D sclerosis"),
    ]


def test_the_first_definition_of_a_short_form_counts() -> None:
    found = definitions("By mass spectrometry (MS). In multiple sclerosis (MS) and (RA) and 3 of 5 (60%).")
    assert {short: (d.long_start, d.long_end) for short, d in found.items()} == {"MS": (3, 20)}
    assert definitions("") == {}


def test_every_token_has_one_of_each(annotator: FastAnnotator) -> None:
    for one in read(
        annotator, "IL-12p40 (p40)! In breast- and ovarian cancer… \U0001f600 retinoic\u00a0acid \x00"
    ):
        size = len(one.words.surfaces)
        assert {len(column) for column in (one.chunks, one.named, one.matched, one.defined)} == {size}


_PIECES = st.sampled_from(
    [*(name for name, _, _ in _NAMES), " ", " ", " (MS)", ". ", "-", " and ", "x", "\U0001f600", "\x00", "\n"]
)


@given(st.lists(_PIECES, max_size=15).map("".join))
def test_tags_agree_with_the_mentions_that_lie_within_a_sentence(annotator: FastAnnotator, text: str) -> None:
    document = from_text(text)
    looked = annotator.look(document)
    found = sentences(clues(document, looked, definitions(text)))
    for one in found:
        for start, end, tag in zip(one.words.starts, one.words.ends, one.named, strict=True):
            over = [m for m in looked.mentions if m.start <= start and end <= m.end]
            assert (tag != "O") == bool(over) or any(m.start < one.words.starts[0] for m in over)
            if tag.startswith("B"):
                assert any(m.start == start for m in over)
    assert [one.words.surfaces for one in found] == [
        [text[i:j] for i, j in zip(one.words.starts, one.words.ends, strict=True)] for one in found
    ]


@pytest.mark.slow
def test_many_definitions_take_no_square_of_time() -> None:
    long_form, number = "Multiple sclerosis", 12_000
    text = "".join(f"{long_form} ({i:05}S). " for i in range(number))
    each = len(text) // number
    mentions, defined = [], {}
    for i in range(number):
        start, end = i * each, i * each + len(long_form)
        mentions.append(
            Mention(start, end, long_form, "disease", "MESH:D009103", "multiple sclerosis", "lexicon")
        )
        short = text[end + 2 : end + 8]
        defined[short] = Definition(short, end + 2, start, end)
    document = from_text(text)
    given = clues(document, Looked([], mentions, [], []), defined)
    began = time.process_time()
    found = sentences(given)
    assert time.process_time() - began < 2
    assert len(found) == number
    layout = Layout([given])
    words = np.arange(len(layout.starts))
    began = time.process_time()
    numbers, strings = layout.defined(words, {short: place for place, short in enumerate(defined)})
    assert time.process_time() - began < 2
    assert (np.count_nonzero(numbers), len(strings)) == (number, number + 1)
