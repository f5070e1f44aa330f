"""The record parser: fixtures written for it, and the counts of the real files where they are at hand."""

from __future__ import annotations

import dataclasses
import gzip
import unicodedata
from collections import Counter
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from comention.files.opening import open_source
from comention.pubmed.split import Chunk, ChunkKind, split
from comention.pubmed.xml import (
    Book,
    Deletions,
    Parsed,
    RecordError,
    content_hash,
    parse_article,
    parse_chunk,
)
from comention.records import Article, Chemical, Correction, MeshHeading, Reject, Section

FULL = """<PubmedArticle>
  <MedlineCitation Status="MEDLINE" Owner="NLM">
    <PMID Version="2">99000001</PMID>
    <Article PubModel="Print">
      <Journal>
        <JournalIssue CitedMedium="Print">
          <PubDate><Year>2019</Year><Month>May</Month><Day>03</Day></PubDate>
        </JournalIssue>
        <Title>Journal of Invented Results</Title>
        <ISOAbbreviation>J Inv Res</ISOAbbreviation>
      </Journal>
      <ArticleTitle>IFN-&#x3b3; in <i>Sox2<sup>+</sup>/Fgf3<sup>+</sup></i>
        cells.</ArticleTitle>
      <ELocationID EIdType="pii" ValidYN="Y">S1</ELocationID>
      <ELocationID EIdType="doi" ValidYN="N">10.1000/wrong</ELocationID>
      <ELocationID EIdType="doi" ValidYN="Y">10.1000/right</ELocationID>
      <ELocationID EIdType="doi" ValidYN="Y">10.1000/second</ELocationID>
      <Abstract>
        <AbstractText Label="AIM" NlmCategory="OBJECTIVE">To see\u00a0<b>all</b>  of\tit.</AbstractText>
        <AbstractText Label="EMPTY" NlmCategory="METHODS"> </AbstractText>
        <AbstractText Label="RESULT"
          >x<mml:math xmlns:mml="m"><mml:mi>y</mml:mi><mml:mn>2</mml:mn></mml:math> rose.</AbstractText>
        <CopyrightInformation>Copyright nobody.</CopyrightInformation>
      </Abstract>
      <AuthorList CompleteYN="Y">
        <Author ValidYN="Y"><LastName>Doe</LastName><ForeName>Jane A</ForeName><Initials>JA</Initials>
          <AffiliationInfo><Affiliation>Nowhere</Affiliation></AffiliationInfo></Author>
        <Author ValidYN="N"><LastName>Dough</LastName><ForeName>Jane</ForeName></Author>
        <Author><CollectiveName>The <i>Invented</i> Group</CollectiveName></Author>
        <Author><LastName>Solo</LastName></Author>
      </AuthorList>
      <Language>eng</Language><Language>ger</Language>
      <PublicationTypeList>
        <PublicationType UI="D016428">Journal Article</PublicationType>
        <PublicationType UI="D016454">Review</PublicationType>
      </PublicationTypeList>
      <VernacularTitle>Titel im Original.</VernacularTitle>
      <ArticleDate DateType="Electronic"><Year>2018</Year><Month>12</Month><Day>24</Day></ArticleDate>
    </Article>
    <MedlineJournalInfo><MedlineTA>J Inv</MedlineTA></MedlineJournalInfo>
    <ChemicalList>
      <Chemical><RegistryNumber>82115-62-6</RegistryNumber>
        <NameOfSubstance UI="D007371">Interferon-gamma</NameOfSubstance></Chemical>
      <Chemical><RegistryNumber>0</RegistryNumber>
        <NameOfSubstance UI="D016207">Cytokines</NameOfSubstance></Chemical>
    </ChemicalList>
    <CommentsCorrectionsList>
      <CommentsCorrections RefType="ErratumIn"><RefSource>J Inv Res</RefSource>
        <PMID Version="1">99000009</PMID></CommentsCorrections>
      <CommentsCorrections RefType="RetractionIn"><RefSource>J Inv Res</RefSource></CommentsCorrections>
      <CommentsCorrections RefType="Cites"><RefSource>J Inv Res</RefSource>
        <PMID>99000010</PMID></CommentsCorrections>
    </CommentsCorrectionsList>
    <MeshHeadingList>
      <MeshHeading><DescriptorName UI="D051379" MajorTopicYN="N">Mice</DescriptorName></MeshHeading>
      <MeshHeading><DescriptorName UI="D007249" MajorTopicYN="N">Inflammation</DescriptorName>
        <QualifierName UI="Q000276" MajorTopicYN="Y">immunology</QualifierName></MeshHeading>
      <MeshHeading><DescriptorName UI="D006801" MajorTopicYN="N">Humans</DescriptorName></MeshHeading>
    </MeshHeadingList>
    <OtherAbstract Type="Publisher" Language="ger"><AbstractText>Nicht dieser.</AbstractText></OtherAbstract>
    <KeywordList Owner="NOTNLM"><Keyword MajorTopicYN="N">interferon <i>gamma</i></Keyword>
      <Keyword>mice</Keyword></KeywordList>
    <KeywordList Owner="NASA"><Keyword>mice</Keyword></KeywordList>
    <SomethingNew>of 2031</SomethingNew>
  </MedlineCitation>
  <PubmedData>
    <ArticleIdList>
      <ArticleId IdType="pubmed">99000001</ArticleId><ArticleId IdType="doi">10.1000/list</ArticleId>
      <ArticleId IdType="pmc">PMC9900001</ArticleId>
    </ArticleIdList>
    <ReferenceList><Reference><ArticleIdList>
      <ArticleId IdType="doi">10.1000/reference</ArticleId><ArticleId IdType="pmc">PMC1</ArticleId>
    </ArticleIdList></Reference></ReferenceList>
  </PubmedData>
</PubmedArticle>"""


def article(inside: str = "", beside: str = "", data: str = "") -> Article:
    """A small record with `inside` in its Article, `beside` after that, and `data` in its PubmedData."""
    return parse_article(
        f"<PubmedArticle><MedlineCitation><PMID>7</PMID><Article>{inside}</Article>{beside}</MedlineCitation>"
        f"<PubmedData>{data}</PubmedData></PubmedArticle>".encode()
    )


def test_every_field_of_a_full_record() -> None:
    title = "IFN-γ in Sox2+/Fgf3+ cells."
    abstract = "To see\u00a0all of it. xy2 rose."
    found = parse_article(FULL.encode())
    assert found == Article(
        pmid=99000001,
        version=2,
        title=title,
        abstract=abstract,
        sections=(Section("AIM", "OBJECTIVE", 28, 45), Section("RESULT", None, 46, 55)),
        vernacular_title="Titel im Original.",
        abstract_truncated=False,
        journal="Journal of Invented Results",
        pub_date="2019-05-03",
        pub_date_precision="day",
        year=2019,
        languages=("eng", "ger"),
        authors=("Doe Jane A", "The Invented Group", "Solo"),
        publication_types=("Journal Article", "Review"),
        publication_type_uis=("D016428", "D016454"),
        mesh=(
            MeshHeading("D051379", "Mice", False),
            MeshHeading("D007249", "Inflammation", True),
            MeshHeading("D006801", "Humans", False),
        ),
        chemicals=(
            Chemical("D007371", "Interferon-gamma", "82115-62-6"),
            Chemical("D016207", "Cytokines", None),
        ),
        keywords=("interferon gamma", "mice"),
        doi="10.1000/right",
        pmcid="PMC9900001",
        corrections=(Correction("ErratumIn", 99000009), Correction("RetractionIn", None)),
        species=("Mice", "Humans"),
        retracted=True,
        review=True,
    )
    assert [found.text[s.start : s.end] for s in found.sections] == ["To see\u00a0all of it.", "xy2 rose."]


def test_a_bare_record_has_nothing_made_up() -> None:
    assert article() == Article(pmid=7, version=1, title="", abstract=None)


def test_an_abstract_without_labels_is_one_section() -> None:
    abstract = "<Abstract><AbstractText> One <i>two</i>. </AbstractText></Abstract>"
    found = article(f"<ArticleTitle>T.</ArticleTitle>{abstract}")
    assert (found.text, found.sections) == ("T. One two.", (Section(None, None, 3, 11),))


@pytest.mark.parametrize("empty", ["", "<AbstractText/><CopyrightInformation>c</CopyrightInformation>"])
def test_an_empty_abstract_is_none(empty: str) -> None:
    found = article(f"<ArticleTitle>T.</ArticleTitle><Abstract>{empty}</Abstract>")
    assert (found.abstract, found.sections, found.text) == (None, (), "T.")


@pytest.mark.parametrize("note", [" AT 250 WORDS", " AT 400 WORDS", ""])
def test_a_truncated_abstract_is_marked_and_kept(note: str) -> None:
    found = article(f"<Abstract><AbstractText>Long. (ABSTRACT TRUNCATED{note})</AbstractText></Abstract>")
    assert found.abstract_truncated
    assert found.abstract == f"Long. (ABSTRACT TRUNCATED{note})"


def test_titles_in_other_languages() -> None:
    vernacular = "<VernacularTitle>Der Titel.</VernacularTitle>"
    found = article(f"<ArticleTitle>[The title].</ArticleTitle>{vernacular}")
    assert (found.title, found.vernacular_title) == ("[The title].", "Der Titel.")
    found = article(f"<ArticleTitle/>{vernacular}")
    assert (found.title, found.vernacular_title) == ("Der Titel.", "Der Titel.")


def test_only_the_white_space_of_xml_is_layout() -> None:
    text = "\u00a0a\u2009b \t\n c&#13;d&#160; "
    assert article(f"<ArticleTitle>{text}</ArticleTitle>").title == "\u00a0a\u2009b c d\u00a0"
    assert article("<ArticleTitle>\u00a0 \n</ArticleTitle>").title == ""


def test_comments_instructions_and_cdata_inside_text() -> None:
    text = "a<!-- <b> -->b<?x y?>c<![CDATA[ <d> & ]]>e &lt;&amp;&#956;"
    assert article(f"<ArticleTitle>{text}</ArticleTitle>").title == "abc <d> & e <&μ"


@pytest.mark.parametrize(
    ("date", "expected"),
    [
        ("<Year>2019</Year><Month>Feb</Month><Day>28</Day>", ("2019-02-28", "day", 2019)),
        ("<Year>2019</Year><Month>2</Month><Day>30</Day>", ("2019-02", "month", 2019)),
        ("<Year>2019</Year><Month>12</Month>", ("2019-12", "month", 2019)),
        ("<Year>2019</Year><Month>September</Month>", ("2019-09", "month", 2019)),
        ("<Year>2019</Year><Month>13</Month>", ("2019", "year", 2019)),
        ("<Year>2019</Year><Day>3</Day>", ("2019", "year", 2019)),
        ("<Year>2019</Year><Season>Spring</Season>", ("2019 Spring", "season", 2019)),
        ("<Year>1782</Year>", ("1782", "year", 1782)),
        ("<MedlineDate>1998 Dec-1999 Jan</MedlineDate>", ("1998 Dec-1999 Jan", "month", 1998)),
        ("<MedlineDate>1976-1977 Fall-Winter</MedlineDate>", ("1976-1977 Fall-Winter", "season", 1976)),
        ("<MedlineDate>2020 3rd Quarter</MedlineDate>", ("2020 3rd Quarter", "season", 2020)),
        ("<MedlineDate>1975-1976</MedlineDate>", ("1975-1976", "year", 1975)),
        ("<MedlineDate>Summer, no 12345</MedlineDate>", ("Summer, no 12345", "season", None)),
        ("<Year>19</Year>", (None, None, None)),
        ("", (None, None, None)),
    ],
)
def test_dates_as_precise_as_they_are_given(date: str, expected: tuple[str, str, int]) -> None:
    found = article(f"<Journal><JournalIssue><PubDate>{date}</PubDate></JournalIssue></Journal>")
    assert (found.pub_date, found.pub_date_precision, found.year) == expected


def test_the_electronic_date_stands_in() -> None:
    found = article("<ArticleDate><Year>2020</Year><Month>01</Month><Day>05</Day></ArticleDate>")
    assert (found.pub_date, found.pub_date_precision, found.year) == ("2020-01-05", "day", 2020)


@pytest.mark.parametrize(
    ("journal", "expected"),
    [
        ("<Journal><Title>Full</Title><ISOAbbreviation>Iso</ISOAbbreviation></Journal>", "Full"),
        ("<Journal><ISOAbbreviation>Iso</ISOAbbreviation></Journal>", "Iso"),
        ("<Journal/>", "Ta"),
    ],
)
def test_the_name_of_the_journal(journal: str, expected: str) -> None:
    info = "<MedlineJournalInfo><MedlineTA>Ta</MedlineTA></MedlineJournalInfo>"
    assert article(journal, info).journal == expected


def test_ids_come_from_the_article_never_from_its_references() -> None:
    both = '<ArticleId IdType="doi">{}</ArticleId><ArticleId IdType="pmc">{}</ArticleId>'
    ids = f"<ArticleIdList>{both}</ArticleIdList>"
    reference = f"<ReferenceList><Reference>{ids.format('10.1/other', 'PMC4')}</Reference></ReferenceList>"
    own = ids.format("10.1/own", "PMC5")
    assert article(data=reference).doi is None
    assert article(data=reference + own).doi == "10.1/own"
    assert article(data=reference + own).pmcid == "PMC5"
    twice = own.replace("</ArticleIdList>", '<ArticleId IdType="doi">10.1/late</ArticleId></ArticleIdList>')
    assert article(data=twice).doi == "10.1/own"
    old = "<OtherID>NIHMS1</OtherID><OtherID>PMC77 [Available on 12/22/16]</OtherID>"
    assert article(beside=old).pmcid == "PMC77"


@pytest.mark.parametrize(
    ("ui", "retracted", "review"),
    [
        ("D016441", True, False),  # Retracted Publication
        ("D016440", False, False),  # Retraction Notice
        ("D016454", False, True),  # Review
        ("D000078182", False, True),  # Systematic Review
        ("D017418", False, False),  # Meta-Analysis
    ],
)
def test_publication_types_that_mean_something(ui: str, retracted: bool, review: bool) -> None:
    kind = f'<PublicationType UI="{ui}">x</PublicationType>'
    found = article(f"<PublicationTypeList>{kind}</PublicationTypeList>")
    assert (found.retracted, found.review) == (retracted, review)


def test_a_retraction_notice_is_not_retracted() -> None:
    links = '<CommentsCorrections RefType="RetractionOf"><PMID>3</PMID></CommentsCorrections>'
    found = article(beside=f"<CommentsCorrectionsList>{links}</CommentsCorrectionsList>")
    assert (found.retracted, found.corrections) == (False, (Correction("RetractionOf", 3),))


@pytest.mark.parametrize(
    ("data", "pmid", "reason"),
    [
        ("<PubmedArticle/>", None, "no MedlineCitation"),
        ("<MedlineCitation><Article/></MedlineCitation>", None, "no MedlineCitation/PMID"),
        ("<MedlineCitation><PMID>7</PMID></MedlineCitation>", 7, "no Article"),
        ("<MedlineCitation><PMID>0</PMID><Article/></MedlineCitation>", None, "not a positive number"),
        (f"<MedlineCitation><PMID>{'9' * 30}</PMID><Article/></MedlineCitation>", None, "not a positive"),
        ("<MedlineCitation><PMID>٧</PMID><Article/></MedlineCitation>", None, "not a positive number"),
        ('<MedlineCitation><PMID Version="b">7</PMID><Article/></MedlineCitation>', 7, "Version"),
        (
            "<MedlineCitation><PMID>7</PMID><Article>&nope;</Article></MedlineCitation>",
            7,
            "'nope' not defined",
        ),
        (
            '<MedlineCitation a="1">\n<PMID>7</PMID><Article>\x02</Article></MedlineCitation>',
            7,
            "invalid Char",
        ),
        ("<MedlineCitation><PMID>7</PMID><Article></MedlineCitation>", 7, "Opening and ending tag mismatch"),
        ("<MedlineCitation><Article><PMID>7</PMID>", None, "Premature end"),
        ("", None, ""),
    ],
)
def test_a_record_that_cannot_be_read_says_why(data: str, pmid: int | None, reason: str) -> None:
    with pytest.raises(RecordError) as caught:
        parse_article(data.encode())
    assert caught.value.pmid == pmid
    assert reason in caught.value.reason
    assert "\n" not in caught.value.reason
    reject = parse_chunk(Chunk("article", 10, 20, data.encode()), "some.xml")
    assert reject == Reject("some.xml", 10, 20, pmid, caught.value.reason)


def test_entities_are_never_read_even_if_a_record_declares_them(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("hunter2", encoding="utf-8")
    data = (
        f'<!DOCTYPE a [<!ENTITY x SYSTEM "{secret.as_uri()}">]><MedlineCitation><PMID>7</PMID>'
        "<Article><ArticleTitle>a&x;<i/>b</ArticleTitle></Article></MedlineCitation>"
    )
    assert "hunter2" not in repr(parse_article(data.encode()))


def chunk(kind: ChunkKind, text: str) -> Parsed:
    return parse_chunk(Chunk(kind, 0, len(text), text.encode()), "some.xml")


def test_deletions_are_whole_or_rejected() -> None:
    two = "<DeleteCitation><PMID Version='2'>5</PMID><PMID>6</PMID><PMID>5</PMID></DeleteCitation>"
    found = chunk("delete", two)
    assert isinstance(found, Deletions)
    assert (found.citations, found.newest) == (((5, 2), (6, 1), (5, 1)), {5: 2, 6: 1})
    assert chunk("delete", "<DeleteCitation/>") == Deletions(())
    assert isinstance(chunk("delete", two.replace(">6<", ">six<")), Reject)


def test_books_are_counted_with_or_without_a_pmid() -> None:
    book = "<PubmedBookArticle><BookDocument><PMID>5</PMID></BookDocument></PubmedBookArticle>"
    assert chunk("book", book) == Book(5)
    assert chunk("book", "<PubmedBookArticle/>") == Book(None)
    broken = chunk("book", book.replace("</BookDocument>", ""))
    assert isinstance(broken, Reject)
    assert broken.pmid == 5


WORDS = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs", "Cn"]), max_size=12)


@given(title=WORDS, texts=st.lists(WORDS, max_size=5), data=st.data())
def test_sections_are_slices_of_the_text(title: str, texts: list[str], data: st.DataObject) -> None:
    layout = st.sampled_from(["", " ", "\n   ", "<i/>", "<!-- c -->"])
    written = "".join(
        f'<AbstractText Label="L{n}">{data.draw(layout)}{escape(text)}{data.draw(layout)}</AbstractText>'
        for n, text in enumerate(texts)
    )
    found = article(f"<ArticleTitle>{escape(title)}</ArticleTitle><Abstract>{written}</Abstract>")
    assert found.text == (found.title if found.abstract is None else f"{found.title} {found.abstract}")
    expected = {f"L{n}": plain for n, text in enumerate(texts) if (plain := clean(text))}
    assert {s.label: found.text[s.start : s.end] for s in found.sections} == expected
    assert found.title == clean(title)
    assert found.abstract == (" ".join(expected.values()) or None)


def clean(text: str) -> str:
    while "  " in text:
        text = text.replace("  ", " ")
    return "" if text.isspace() else text.strip(" ")


CHANGES: dict[str, Any] = {
    "pmid": 1,
    "abstract": None,
    "sections": (),
    "mesh": (),
    "retracted": False,
    "authors": ("Doe Jane A, The Invented Group", "Solo"),
    "doi": "",
}


def test_the_hash_is_stable_and_sees_every_field() -> None:
    full = parse_article(FULL.encode())
    assert (
        content_hash(Article(pmid=7, version=1, title="Ä β", abstract=None))
        == "35bcfe48ef02cca78061764fafd107f3"
    )
    assert content_hash(full) == content_hash(parse_article(FULL.encode()))
    hashes = {content_hash(full)}
    for field in dataclasses.fields(Article):
        changed = CHANGES.get(field.name, "changed")
        hashes.add(content_hash(dataclasses.replace(full, **{field.name: changed})))
    assert len(hashes) == 1 + len(dataclasses.fields(Article))


def read(path: Path) -> list[Parsed]:
    with open_source(path) as stream:
        return [parse_chunk(chunk, path.name) for chunk in split(stream, path.name)]


def articles(found: list[Parsed]) -> list[Article]:
    return [one for one in found if isinstance(one, Article)]


@pytest.fixture(scope="module")
def update_file(corpora: Path) -> list[Parsed]:
    """All of a real file."""
    return read(corpora / "pubmed/pubmed21n1298.xml.gz")


@pytest.mark.corpora
@pytest.mark.slow
def test_the_counts_of_a_real_update_file(update_file: list[Parsed]) -> None:
    found = update_file
    assert Counter(type(one).__name__ for one in found) == {"Article": 20_788, "Deletions": 1}
    all_versions = articles(found)
    last = list({one.pmid: one for one in all_versions}.values())
    assert len(last) == 20_783
    # One more has an Abstract element whose only text is a copyright line.
    assert sum(one.abstract is not None for one in last) == 18_440
    # One more has an only label over no text.
    assert sum(any(section.label for section in one.sections) for one in last) == 6_494
    assert sum(len(one.sections) > 1 for one in last) == 6_392
    assert sum(one.retracted for one in last) == 4
    assert sum("RetractionIn" in {link.ref_type for link in one.corrections} for one in last) == 4
    assert sum(one.vernacular_title is not None for one in last) == 345
    assert sum(not one.title for one in last) == 1
    assert sum(one.doi is not None for one in all_versions) == 20_605
    (deleted,) = [one for one in found if isinstance(one, Deletions)]
    assert len(deleted.newest) == 20
    assert all(one.text[s.start : s.end].strip(" ") for one in last for s in one.sections)


@pytest.mark.corpora
@pytest.mark.slow
def test_the_counts_of_a_real_baseline_file(corpora: Path) -> None:
    found = articles(read(corpora / "pubmed/pubmed20n0014.xml.gz"))
    assert len(found) == 30_000
    assert sum(one.abstract is not None for one in found) == 14_871  # 39 of them in English by others
    assert sum(one.title.startswith("[") for one in found) == 7_723
    assert sum(one.abstract_truncated for one in found) == 6


@pytest.mark.corpora
def test_the_counts_of_a_real_file_of_2016(corpora: Path) -> None:
    found = read(corpora / "pubmed/medline16n0902.xml.gz")
    assert Counter(type(one).__name__ for one in found) == {"Article": 604, "Deletions": 1}
    assert sum(one.pmcid is not None for one in articles(found)) == 368


def _bare(text: str) -> str:
    """Return a text without white space, superscript characters as plain ones."""
    return "".join(unicodedata.normalize("NFKC", text).split())


@pytest.mark.corpora
@pytest.mark.slow
def test_every_text_of_a_real_file_agrees_with_a_naive_reading(
    corpora: Path, update_file: list[Parsed]
) -> None:
    ours = {(one.pmid, one.version): one for one in articles(update_file)}
    seen = Counter[str]()
    with gzip.open(corpora / "pubmed/pubmed21n1298.xml.gz") as stream:
        for _, element in etree.iterparse(stream, tag="PubmedArticle"):
            pmid = element.find("MedlineCitation/PMID")
            assert pmid is not None
            one = ours[int(pmid.text or ""), int(pmid.get("Version", ""))]
            texts = element.findall("MedlineCitation/Article/Abstract/AbstractText")
            plain = [" ".join("".join(map(str, text.itertext())).split()) for text in texts]
            # Marks of references are raised, headings stand apart; nothing else differs.
            assert _bare(one.abstract or "") == _bare("".join(plain))
            date = element.findtext("MedlineCitation/Article/Journal/JournalIssue/PubDate/MedlineDate")
            assert date is None or one.pub_date == date
            seen["MedlineDate"] += date is not None
            seen["inline"] += any(len(text) for text in texts)
            for other in element.iterfind("MedlineCitation/OtherAbstract/AbstractText"):
                text = " ".join("".join(map(str, other.itertext())).split())
                assert text not in (one.abstract or "") or _bare(text) in map(_bare, plain)
            seen["OtherAbstract"] += element.find("MedlineCitation/OtherAbstract") is not None
            element.clear()
    assert seen == {"MedlineDate": 419, "inline": 5_017, "OtherAbstract": 86}


@pytest.mark.corpora
def test_every_efetch_answer_and_edge_case_parses(corpora: Path) -> None:
    found = {path: read(path) for path in sorted((corpora / "pubmed").glob("e*/*.xml"))}
    kinds = Counter(type(one).__name__ for each in found.values() for one in each)
    assert kinds == {"Article": 408, "Book": 1, "Deletions": 4}
    assert found[corpora / "pubmed/edge/book_article_20301577.xml"] == [Book(20301577)]
    for path, each in found.items():
        pmid = path.stem.removeprefix("pubmed_")
        if pmid.isdigit():
            # EFetch leaves out what has been deleted: one answer is an empty set.
            assert [one.pmid for one in articles(each)] == ([int(pmid)] if pmid != "37909814" else [])
