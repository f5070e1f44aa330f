"""A synthetic citation in PubMed's XML and in its text formats, as its web page exports them."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from xml.sax.saxutils import escape, quoteattr


@dataclass(frozen=True)
class Citation:
    """What both formats carry; `abstract` is a list of (label, text), `mesh` of (name, qualifiers)."""

    pmid: int
    title: str | None = "A title."
    vernacular: str | None = None
    abstract: Sequence[tuple[str | None, str]] = ((None, "An abstract."),)
    other: Sequence[tuple[str, str, str]] = ()  # type, language, text
    date: tuple[str, ...] = ("2019", "May", "3")
    medline_date: str | None = None
    epub: tuple[str, str, str] | None = None
    journal: str = "A journal of things"
    languages: Sequence[str] = ("eng",)
    authors: Sequence[tuple[str, str, str]] = (("Doe", "Jane A", ""),)  # last, fore, suffix
    group: str | None = None
    types: Sequence[str] = ("Journal Article",)
    mesh: Sequence[tuple[str, bool, Sequence[tuple[str, bool]]]] = ()
    chemicals: Sequence[tuple[str, str]] = ()  # registry number, name
    keywords: Sequence[tuple[str, bool]] = ()
    doi: str | None = None
    pmcid: str | None = None
    links: Sequence[tuple[str, str, int | None]] = ()  # tag, RefType, PMID


def xml(citation: Citation) -> str:
    """Write a citation as a `PubmedArticle`."""
    c = citation
    date = _dated(*c.date) if c.medline_date is None else _element("MedlineDate", c.medline_date)
    sections = "".join(
        f"<AbstractText{f' Label={quoteattr(label)}' if label else ''}>{escape(text)}</AbstractText>"
        for label, text in c.abstract
    )
    authors = "".join(
        f"<Author><LastName>{last}</LastName><ForeName>{fore}</ForeName>"
        f"{f'<Suffix>{suffix}</Suffix>' if suffix else ''}</Author>"
        for last, fore, suffix in c.authors
    )
    group = f"<Author><CollectiveName>{escape(c.group)}</CollectiveName></Author>" if c.group else ""
    epub = f"<ArticleDate>{_dated(*c.epub)}</ArticleDate>" if c.epub else ""
    headings = "".join(
        _element_of("MeshHeading", _descriptor(name, major), *(_qualifier(*one) for one in qualifiers))
        for name, major, qualifiers in c.mesh
    )
    return (
        f'<PubmedArticle><MedlineCitation><PMID Version="1">{c.pmid}</PMID><Article><Journal><JournalIssue>'
        f"<PubDate>{date}</PubDate></JournalIssue><Title>{escape(c.journal)}</Title></Journal>"
        + _element("ArticleTitle", c.title)
        + (f'<ELocationID EIdType="doi" ValidYN="Y">{escape(c.doi)}</ELocationID>' if c.doi else "")
        + (f"<Abstract>{sections}</Abstract>" if c.abstract else "")
        + f"<AuthorList>{authors}{group}</AuthorList>"
        + "".join(f"<Language>{language}</Language>" for language in c.languages)
        + f"<PublicationTypeList>{''.join(_element('PublicationType', kind) for kind in c.types)}"
        + "</PublicationTypeList>"
        + _element("VernacularTitle", c.vernacular)
        + epub
        + "</Article><ChemicalList>"
        + "".join(
            f"<Chemical>{_element('RegistryNumber', number)}{_element('NameOfSubstance', name)}</Chemical>"
            for number, name in c.chemicals
        )
        + "</ChemicalList><CommentsCorrectionsList>"
        + "".join(
            f'<CommentsCorrections RefType="{kind}"><RefSource>J.</RefSource>'
            f"{'' if other is None else f'<PMID>{other}</PMID>'}</CommentsCorrections>"
            for _, kind, other in c.links
        )
        + f"</CommentsCorrectionsList><MeshHeadingList>{headings}</MeshHeadingList>"
        + "".join(
            f'<OtherAbstract Type="{kind}" Language="{language}">'
            f"{_element('AbstractText', text)}</OtherAbstract>"
            for kind, language, text in c.other
        )
        + "<KeywordList>"
        + "".join(
            f'<Keyword MajorTopicYN="{_yn(major)}">{escape(word)}</Keyword>' for word, major in c.keywords
        )
        + "</KeywordList></MedlineCitation><PubmedData><ArticleIdList>"
        + (f'<ArticleId IdType="pmc">{c.pmcid}</ArticleId>' if c.pmcid else "")
        + "</ArticleIdList></PubmedData></PubmedArticle>"
    )


def xml_set(*citations: Citation) -> str:
    """Write a `PubmedArticleSet`."""
    return f'<?xml version="1.0"?><PubmedArticleSet>{"".join(map(xml, citations))}</PubmedArticleSet>'


def medline(citation: Citation, *, trailing: bool = True) -> str:
    """Write a citation in PubMed's format; lines that are wrapped end in a space, or not, as in old files."""
    c = citation
    lines: list[tuple[str, str]] = [("PMID", str(c.pmid)), ("OWN", "NLM"), ("STAT", "MEDLINE")]
    lines.append(("DP", c.medline_date or " ".join(c.date)))
    lines += [("TI", c.title)] if c.title is not None else []
    lines += [("LID", f"{c.doi} [doi]")] if c.doi else []
    abstract = " ".join(f"{label}: {text}" if label else text for label, text in c.abstract)
    lines += [("AB", abstract)] if abstract else []
    for kind, language, text in c.other:
        lines += [("OAB", f"{kind}: {text}"), ("OABL", language)]
    for last, fore, suffix in c.authors:
        lines += [("FAU", f"{last}, {fore}{' ' + suffix if suffix else ''}"), ("AU", f"{last} {fore[:1]}")]
        lines.append(("AD", "Department of Made-up Studies, Nowhere."))
    lines += [("CN", c.group)] if c.group else []
    lines += [("LA", language) for language in c.languages]
    lines += [("PT", kind) for kind in c.types]
    lines += [("DEP", "".join(c.epub))] if c.epub else []
    lines += [("TT", c.vernacular)] if c.vernacular else []
    lines += [("TA", "J Things"), ("JT", c.journal)]
    lines += [("RN", f"{number} ({name})") for number, name in c.chemicals]
    lines += [(tag, f"J. 2001:1.{'' if other is None else f' PMID: {other}'}") for tag, _, other in c.links]
    for name, major, qualifiers in c.mesh:
        parts = [f"{'*' if major else ''}{name}", *(f"{'*' if m else ''}{q}" for q, m in qualifiers)]
        lines.append(("MH", "/".join(parts)))
    lines += [("OTO", "NOTNLM")] if c.keywords else []
    lines += [("OT", f"{'*' if major else ''}{word}") for word, major in c.keywords]
    lines += [("PMC", c.pmcid)] if c.pmcid else []
    lines += [("AID", f"{c.doi} [doi]")] if c.doi else []
    lines.append(("SO", "J Things. 2019 May 3;1(1):1-2."))
    return "".join(f"{line}\n" for tag, text in lines for line in _wrapped(tag, text, trailing=trailing))


def medline_file(citations: Iterable[Citation], *, end: str = "\n", trailing: bool = True) -> bytes:
    """Write a file in PubMed's format, which begins with a blank line."""
    text = "\n" + "\n".join(medline(citation, trailing=trailing) for citation in citations)
    return text.replace("\n", end).encode()


def abstract_layout(citation: Citation) -> str:
    """Write PubMed's "Abstract" layout."""
    text = " ".join(part for _, part in citation.abstract)
    return (
        f"1. J Things. 2019 May 3;1(1):1-2. doi: 10.1000/made.up. Epub 2019 Apr 1.\n\n{citation.title}\n\n"
        f"Doe JA(1).\n\nAuthor information:\n(1)Department of Made-up Studies.\n\n{text}\n\n"
        f"DOI: 10.1000/made.up\nPMID: {citation.pmid} [Indexed for MEDLINE]\n"
    )


def summary_layout(citation: Citation) -> str:
    """Write PubMed's "Summary" layout."""
    return (
        f"1: Doe JA. {citation.title} J Things. 2019 May 3;1(1):1-2. doi: 10.1000/x. PMID: {citation.pmid}.\n"
    )


def csv_export(*citations: Citation) -> bytes:
    """Write PubMed's CSV, which begins with a byte order mark."""
    head = "PMID,Title,Authors,Citation,First Author,Journal/Book,Publication Year,Create Date,PMCID,NIHMS ID"
    rows = [
        f'{c.pmid},"{(c.title or "").replace(chr(34), chr(34) * 2)}","Doe JA, Roe R.",'
        f'"J Things. 2019\nMay 3;1(1):1-2.",Doe JA,J Things,2019,2019/05/03,,,{c.doi or ""}'
        for c in citations
    ]
    return "\ufeff".encode() + "\n".join([head, *rows, ""]).encode()


def _wrapped(tag: str, text: str, *, trailing: bool) -> list[str]:
    lines = textwrap.wrap(
        text, 82, drop_whitespace=False, break_long_words=False, break_on_hyphens=trailing
    ) or [""]
    # textwrap puts the space at the beginning of a line where it did not fit.
    for place in range(1, len(lines)):
        bare = lines[place].lstrip(" ")
        lines[place - 1] += " " if len(bare) < len(lines[place]) else ""
        lines[place] = bare
    lines = [
        line if trailing and number < len(lines) - 1 else line.rstrip() for number, line in enumerate(lines)
    ]
    return [f"{tag:<4}- {lines[0]}", *(f"      {line}" for line in lines[1:])]


def _element(tag: str, text: str | None) -> str:
    return "" if text is None else f"<{tag}>{escape(text)}</{tag}>"


def _ui(name: str) -> str:
    return {"Humans": "D006801", "Mice": "D051379"}.get(name, f"D{sum(map(ord, name)):06}")


def _element_of(tag: str, *inside: str) -> str:
    return f"<{tag}>{''.join(inside)}</{tag}>"


def _dated(year: str, month: str = "", day: str = "") -> str:
    parts = zip(("Year", "Month", "Day"), (year, month, day), strict=True)
    return "".join(_element(tag, part) for tag, part in parts if part)


def _descriptor(name: str, major: bool) -> str:
    return f'<DescriptorName UI="{_ui(name)}" MajorTopicYN="{_yn(major)}">{escape(name)}</DescriptorName>'


def _qualifier(name: str, major: bool) -> str:
    return f'<QualifierName MajorTopicYN="{_yn(major)}">{escape(name)}</QualifierName>'


def _keyword(word: str, major: bool) -> str:
    return f'<Keyword MajorTopicYN="{_yn(major)}">{escape(word)}</Keyword>'


def _yn(major: bool) -> str:
    return "Y" if major else "N"
