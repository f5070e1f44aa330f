import pytest
from hypothesis import given
from hypothesis import strategies as st

from comention.annotation.document import from_article, from_text, sentence_spans
from comention.records import Article, Section


def split(text: str) -> list[str]:
    return [text[start:end] for start, end in sentence_spans(text, 0, len(text))]


@pytest.mark.parametrize(
    ("text", "sentences"),
    [
        ("One. Two.", ["One.", "Two."]),
        ("It rose (P < 0.05). IL-12 fell.", ["It rose (P < 0.05).", "IL-12 fell."]),
        ("Cytokines, e.g. IL-12, rose. So did IFN-γ.", ["Cytokines, e.g. IL-12, rose.", "So did IFN-γ."]),
        ("We used E. coli. It grew.", ["We used E. coli.", "It grew."]),
        ("It rose vs. Control.", ["It rose vs. Control."]),
        ("As shown by Li et al. The end.", ["As shown by Li et al. The end."]),
        ("A value of 0.5 was seen. 12 mice died.", ["A value of 0.5 was seen.", "12 mice died."]),
        ("Some (see text. More) is here. Next.", ["Some (see text. More) is here.", "Next."]),
        ('He said "stop." Then left.', ['He said "stop."', "Then left."]),
        ("No full stop", ["No full stop"]),
        ("  ", []),
        ("", []),
    ],
)
def test_sentences(text: str, sentences: list[str]) -> None:
    assert split(text) == sentences


@given(st.text(alphabet="Ab1. ()?\n\u00e9", max_size=60))
def test_sentences_cover_all_but_white_space(text: str) -> None:
    covered: set[int] = set()
    last = 0
    for start, end in sentence_spans(text, 0, len(text)):
        assert last <= start < end
        covered.update(range(start, end))
        last = end
    assert all(text[i].isspace() for i in range(len(text)) if i not in covered)


def test_an_article_has_its_title_as_sentence_zero_and_its_sections_as_blocks() -> None:
    title, abstract = "IL-12 in psoriasis", "We asked. It did. Yes."
    begin = len(title) + 1
    sections = (
        Section("AIM", None, begin, begin + 9),
        Section(None, None, begin + 10, begin + len(abstract)),
    )
    document = from_article(Article(1, 1, title, abstract, sections))
    assert [
        (s.number, document.text[s.start : s.end], s.section, s.in_title) for s in document.sentences
    ] == [
        (0, "IL-12 in psoriasis", None, True),
        (1, "We asked.", "AIM", False),
        (2, "It did.", None, False),
        (3, "Yes.", None, False),
    ]
    assert [document.text[a:b] for a, b in document.blocks] == [title, "We asked.", "It did. Yes."]


def test_an_article_without_a_title_begins_at_sentence_one() -> None:
    document = from_article(Article(1, 1, "", "One.", (Section(None, None, 1, 5),)))
    assert [(s.number, document.text[s.start : s.end]) for s in document.sentences] == [(1, "One.")]


def test_a_text_has_no_title() -> None:
    assert [s.number for s in from_text("One. Two.").sentences] == [1, 2]
