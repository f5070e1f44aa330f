"""PubMed's text format: the same articles as from XML, record by record."""

from __future__ import annotations

import io
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comention.pubmed.formats import parse_record
from comention.pubmed.intake import parse_batch, read_batches
from comention.pubmed.medline import LINKS, parse_medline, split_medline
from comention.pubmed.split import Chunk
from comention.pubmed.xml import SPECIES, Book, parse_article
from comention.records import Article, Correction, Judged, Reject
from tests.support.exports import Citation, medline, medline_file, xml

FULL = Citation(
    pmid=101,
    title="Interleukin-12 in made-up disease: a trial of long-term anti-inflammatory and non-steroidal care.",
    abstract=(
        ("BACKGROUND", "IL-12 (P < .05) was measured in HIV: the ratio was 1:2, and no more is known of it"),
        (
            "MATERIALS AND METHODS",
            "We asked 12 people of a well-known, double-blind and placebo-controlled study.",
        ),
        ("RESULTS", "It rose. TNF-α fell (P<0.05)."),
        ("CONCLUSIONS", "So."),
    ),
    journal="The Journal of made-up: things & more",
    languages=("eng", "fre"),
    authors=(("Doe", "Jane A", "Jr"), ("van der Roe", "Richard", "")),
    group="Made-up Study Group",
    types=("Journal Article", "Review"),
    mesh=(
        ("Humans", False, ()),
        ("Interleukin-12", False, (("immunology", False), ("therapeutic use", True))),
        (
            "Made-up Disease",
            True,
            (("a very long qualifier that is not one of ours but has to be wrapped", False),),
        ),
    ),
    chemicals=(
        ("187348-17-0", "Interleukin-12"),
        (
            "0",
            "a substance (of two (nested) kinds) with a name so long that it must be wrapped somewhere here",
        ),
        ("EC 2.7.11.1", "Protein Kinases"),
    ),
    keywords=(("IL-12", False), ("made-up disease", True)),
    doi="10.1000/made.up(1)",
    pmcid="PMC1234567",
    links=(("CIN", "CommentIn", 7), ("EIN", "ErratumIn", None)),
)


_UIS = {name: ui for ui, name in SPECIES.items()}


def carried(article: Article) -> Article:
    """Return what MEDLINE carries of an article: no ids of MeSH and types, no NLM category, order by tag."""
    return replace(
        article,
        mesh=tuple(replace(heading, ui=_UIS.get(heading.name)) for heading in article.mesh),
        chemicals=tuple(replace(chemical, ui=None) for chemical in article.chemicals),
        publication_type_uis=(),
        retracted=article.retracted or "Retracted Publication" in article.publication_types,
        review=article.review or not {"Review", "Systematic Review"}.isdisjoint(article.publication_types),
    )


def read(citation: Citation, *, trailing: bool = True, end: str = "\n") -> Article:
    (chunk,) = split_medline(io.BytesIO(medline_file([citation], end=end, trailing=trailing)), "x")
    found = parse_record(chunk, "x")
    assert isinstance(found, Article), found
    return found


@pytest.mark.parametrize("end", ["\n", "\r\n"])
@pytest.mark.parametrize(
    "citation",
    [
        FULL,
        Citation(1),
        Citation(2, title="[Not Available].", vernacular="Über die Dinge.", abstract=()),
        Citation(3, title="[A translated title].", vernacular="Titre traduit."),
        Citation(4, abstract=(), other=(("PIP", "eng", "What others wrote of it."),)),
        Citation(5, abstract=(), other=(("Publisher", "spa", "Resumen."), ("KIE", "eng", "A summary."))),
        Citation(6, abstract=(), other=(("Publisher", "eng", "Abstract available from the publisher."),)),
        Citation(7, date=("2019",)),
        Citation(8, date=("2019", "Dec")),
        Citation(9, medline_date="1998 Dec-1999 Jan"),
        Citation(10, medline_date="2001 Spring-Summer"),
        Citation(11, types=("Journal Article", "Retracted Publication")),
        Citation(12, links=(("RIN", "RetractionIn", 77),)),
        Citation(13, types=("Retraction of Publication",), links=(("ROF", "RetractionOf", 11),)),
        Citation(17, links=(("PRIN", "PartialRetractionIn", 77), ("PROF", "PartialRetractionOf", 11))),
        Citation(14, abstract=((None, "It begins so."), ("METHODS", "We did."), ("RESULTS", "It was."))),
        Citation(15, abstract=((None, "Cut. (ABSTRACT TRUNCATED AT 250 WORDS)"),)),
        Citation(16, authors=()),
    ],
    ids=lambda value: str(value.pmid) if isinstance(value, Citation) else None,
)
def test_a_record_is_the_same_in_both_formats(citation: Citation, end: str) -> None:
    of_xml = carried(parse_article(xml(citation).encode()))
    assert read(citation, end=end) == of_xml
    # Old files leave no space where a line was wrapped, and wrap no word.
    assert read(citation, end=end, trailing=False) == of_xml


WORDS = st.text("abcXYZ012αβ-(),.:/%", min_size=1, max_size=12)
PROSE = st.lists(WORDS, min_size=1, max_size=60).map(" ".join)


@given(title=PROSE, text=PROSE, keyword=PROSE, name=PROSE)
def test_wrapping_loses_and_adds_nothing(title: str, text: str, keyword: str, name: str) -> None:
    citation = Citation(1, title=title, abstract=((None, text),), keywords=((keyword, False),), group=name)
    found = parse_medline(medline(citation, trailing=True).encode())
    assert isinstance(found, Article)
    assert (found.title, found.abstract, found.keywords, found.authors[-1]) == (title, text, (keyword,), name)


def test_links_are_named_as_in_xml() -> None:
    lines = "".join(f"{tag:<4}- J. 2001:1. PMID: {number}\n" for number, tag in enumerate(LINKS, 1))
    found = parse_medline(f"PMID- 5\nTI  - T.\n{lines}".encode())
    assert isinstance(found, Article)
    assert found.corrections == tuple(Correction(kind, n) for n, kind in enumerate(LINKS.values(), 1))
    assert found.retracted


def test_a_season_and_a_date_of_electronic_publication() -> None:
    season = parse_medline(b"PMID- 5\nTI  - T.\nDP  - 2019 Spring\n")
    epub = parse_medline(b"PMID- 5\nTI  - T.\nDEP - 20190503\n")
    assert isinstance(season, Article)
    assert isinstance(epub, Article)
    assert (season.pub_date, season.pub_date_precision, season.year) == ("2019 Spring", "season", 2019)
    assert (epub.pub_date, epub.pub_date_precision, epub.year) == ("2019-05-03", "day", 2019)


def test_species_come_by_their_names() -> None:
    found = read(FULL)
    assert found.species == ("Humans",)
    assert [(heading.ui, heading.name) for heading in found.mesh][:2] == [
        ("D006801", "Humans"),
        (None, "Interleukin-12"),
    ]


@given(
    st.lists(st.integers(1, 9), min_size=1, max_size=5, unique=True),
    st.sampled_from(["\n", "\r\n"]),
    st.booleans(),
    st.integers(0, 2),
)
def test_chunks_are_the_bytes_of_the_file(pmids: list[int], end: str, bom: bool, blanks: int) -> None:
    data = b"\xef\xbb\xbf" * bom + (end * blanks).encode()
    data += medline_file([Citation(pmid) for pmid in pmids], end=end)
    chunks = list(split_medline(io.BytesIO(data), "x"))
    found = [parse_record(chunk, "x") for chunk in chunks]
    assert [article.pmid for article in found if isinstance(article, Article)] == pmids
    for chunk in chunks:
        assert data[chunk.start : chunk.end].removeprefix(b"\xef\xbb\xbf").startswith(chunk.data[:20])
        assert chunk.kind == "medline"


def test_records_need_no_blank_line_between_them_and_tags_may_stand_before_the_pmid() -> None:
    tight = b"PMID- 1\nTI  - One.\nPMID- 2\nTI  - Two.\n\nPMC - PMC3\nPMID- 3\nTI  - Three.\n"
    found = [parse_record(chunk, "x") for chunk in split_medline(io.BytesIO(tight), "x")]
    assert [(a.pmid, a.title, a.pmcid) for a in found if isinstance(a, Article)] == [
        (1, "One.", None),
        (2, "Two.", None),
        (3, "Three.", "PMC3"),
    ]


@pytest.mark.parametrize(
    ("data", "pmid", "reason"),
    [
        (b"TI  - T.\n", None, "no PMID"),
        (b"PMID- x1\nTI  - T.\n", None, "PMID is not a number: 'x1'"),
        (b"PMID- 5\nOWN - NLM\n", 5, "no title (TI) and no abstract (AB)"),
        (b"PMID- 5\nTI  - T.\n<html>\n", 5, "a line is neither a tag nor continues one: '<html>'"),
        (b"PMID- 5\nTI  - \xe9.\n", None, "not UTF-8: save the file as UTF-8"),
    ],
)
def test_a_record_that_cannot_be_read_is_a_reject(data: bytes, pmid: int | None, reason: str) -> None:
    assert parse_record(Chunk("medline", 3, 9, data), "a.nbib") == Reject("a.nbib", 3, 9, pmid, reason)


def test_a_book_is_a_book() -> None:
    assert parse_medline(b"PMID- 5\nBTI - A book.\n") == Book(5)


def test_a_chapter_is_of_a_book_as_it_is_in_xml() -> None:
    chapter = b"PMID- 5\nDP  - 2000\nTI  - IL-12 in asthma.\nBTI - A book\nAID - NBK5 [bookaccession]\n"
    assert parse_medline(chapter) == Book(5)


def test_files_of_both_formats_are_read_in_one_run(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_bytes(medline_file([Citation(1), Citation(2)]) + b"\nPMID- 3\nOWN - NLM\n")
    (tmp_path / "b.xml").write_text(f"<PubmedArticleSet>{xml(Citation(4))}</PubmedArticleSet>", "utf-8")
    batches = list(read_batches([tmp_path / "a.txt", tmp_path / "b.xml"]))
    parsed = [parse_batch(batch, lambda articles: [Judged(True) for _ in articles]) for batch in batches]
    assert [(event.kind, event.pmid) for one in parsed for event in one.events] == [
        ("article", 1),
        ("article", 2),
        ("reject", 3),
        ("article", 4),
    ]


@pytest.mark.parametrize(
    ("citation", "title", "abstract"),
    [
        (
            Citation(1, title="[Not Available].", vernacular="Über die Dinge."),
            "Über die Dinge.",
            "An abstract.",
        ),
        (Citation(2, title="[Not Available]."), "[Not Available].", "An abstract."),
        (Citation(3, title=None, vernacular="Titre."), "Titre.", "An abstract."),
        (Citation(4, title="[A title].", vernacular="Titre."), "[A title].", "An abstract."),
        (Citation(5, abstract=(), other=(("PIP", "eng", "By others."),)), "A title.", "By others."),
        (Citation(6, other=(("PIP", "eng", "By others."),)), "A title.", "An abstract."),
        (Citation(7, abstract=(), other=(("Publisher", "ger", "Auf Deutsch."),)), "A title.", None),
        (
            Citation(8, abstract=(), other=(("Publisher", "fre", "Résumé."), ("KIE", "eng", "By others."))),
            "A title.",
            "By others.",
        ),
        (
            Citation(9, abstract=(), other=(("Publisher", "eng", "Abstract available from the publisher."),)),
            "A title.",
            None,
        ),
    ],
)
def test_what_stands_in_for_a_title_and_an_abstract(
    citation: Citation, title: str, abstract: str | None
) -> None:
    for found in (parse_article(xml(citation).encode()), read(citation)):
        assert (found.title, found.abstract) == (title, abstract)
        assert found.text == (title if abstract is None else f"{title} {abstract}")
        assert [found.text[s.start : s.end] for s in found.sections] == ([abstract] if abstract else [])
