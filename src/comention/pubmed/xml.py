"""One PubMed record as XML bytes → one value. Pure: no files, no network, no DTD, no entity but XML's own.

Only absolute paths are followed: `ArticleId`, `PMID` and `AbstractText` also occur inside references,
corrections and abstracts in other languages, where they mean something else. Element names are those of
NLM's `pubmed_190101.dtd` to `pubmed_250101.dtd`; unknown elements are ignored.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable
from dataclasses import dataclass

from lxml import etree

from comention.pubmed.dates import dated, number, of_medline_date
from comention.pubmed.markup import set_apart
from comention.pubmed.split import Chunk
from comention.records import Article, Chemical, Correction, DatePrecision, MeshHeading, Reject, Section


class RecordError(ValueError):
    """A record that cannot be read: why, and its PMID where that much can be read."""

    def __init__(self, reason: str, pmid: int | None) -> None:
        super().__init__(reason)
        self.reason = reason
        self.pmid = pmid


@dataclass(frozen=True, slots=True)
class Book:
    """A `PubmedBookArticle`, counted and not read further."""

    pmid: int | None


@dataclass(frozen=True, slots=True)
class Deletions:
    """A `DeleteCitation`: what NLM withdraws, as (PMID, version) in the order given."""

    citations: tuple[tuple[int, int], ...]

    @property
    def newest(self) -> dict[int, int]:
        """The PMIDs in the order given, each with the highest version of it that is named."""
        found: dict[int, int] = {}
        for pmid, version in self.citations:
            found[pmid] = max(version, found.get(pmid, 0))
        return found


Parsed = Article | Reject | Book | Deletions

_Element = etree._Element
# The children of an element by name, in order.
_Parts = dict[str, list[_Element]]
_PARSER = etree.XMLParser(
    resolve_entities=False,
    no_network=True,
    load_dtd=False,
    huge_tree=False,
    collect_ids=False,
    remove_comments=True,
    remove_pis=True,
)

_PMID_IN_BYTES = re.compile(
    rb"<(?:MedlineCitation|BookDocument)(?:\s[^<>]*)?>\s*<PMID(?:\s[^<>]*)?>\s*([0-9]{1,18})\s*</PMID>"
)
_MOST_VERSION = (1 << 31) - 1  # what the column `version` holds
_IDS = ("doi", "pmc")
_DATE_PARTS = ("Year", "Season", "Month", "Day")
_WHITE_RUN = re.compile(r"[ \t\r\n]+")  # what XML calls white space; NBSP and thin spaces are text
_PMCID = re.compile(r"PMC[0-9]+")
_NO_TITLE = re.compile(r"\[?Not Available\]?\.?", re.IGNORECASE)

_RETRACTED_UI = "D016441"  # Retracted Publication; the notice itself is D016440
_REVIEW_UIS = frozenset({"D016454", "D000078182"})  # Review, Systematic Review

#: Organisms among the MeSH descriptors (tree B01.050), and `Humans`, which indexers add as check tags.
SPECIES = {
    "D006801": "Humans",
    "D051379": "Mice",
    "D051381": "Rats",
    "D008253": "Macaca mulatta",
    "D008252": "Macaca fascicularis",
    "D011817": "Rabbits",
    "D004285": "Dogs",
    "D002415": "Cats",
    "D002417": "Cattle",
    "D013552": "Swine",
    "D012756": "Sheep",
    "D006041": "Goats",
    "D006736": "Horses",
    "D006168": "Guinea Pigs",
    "D006224": "Cricetinae",
    "D002645": "Chickens",
    "D015027": "Zebrafish",
    "D004331": "Drosophila melanogaster",
    "D017173": "Caenorhabditis elegans",
}

_FIELDS = {kind: kind.__slots__ for kind in (Article, Section, MeshHeading, Chemical, Correction)}


def parse_chunk(chunk: Chunk, source: str) -> Parsed:
    """What a chunk holds. A record that cannot be read is a Reject with the reason; nothing is raised."""
    try:
        if chunk.kind == "article":
            return parse_article(chunk.data)
        if chunk.kind == "book":
            return _book(_tree(chunk.data))
        return _deletions(_tree(chunk.data))
    except RecordError as error:
        return Reject(source, chunk.start, chunk.end, error.pmid, error.reason)


def parse_article(data: bytes) -> Article:
    """The citation in the bytes of one `PubmedArticle` or `MedlineCitation`, which are UTF-8.

    Raises RecordError where it is not well-formed, has no PMID or no `Article`.
    """
    root = _tree(data)
    citation = _child(root, "MedlineCitation") if root.tag == "PubmedArticle" else root
    if citation is None:
        raise RecordError("no MedlineCitation", None)
    inside = _parts(citation)
    pmid, version = _identity(_first(inside, "PMID"), "MedlineCitation/PMID")
    article = _first(inside, "Article")
    if article is None:
        raise RecordError("no Article", pmid)
    return _article(pmid, version, inside, _parts(article), _child(root, "PubmedData"))


def _article(pmid: int, version: int, citation: _Parts, article: _Parts, data: _Element | None) -> Article:
    vernacular = _text_or_none(_first(article, "VernacularTitle"))
    title = title_of(_text_or_none(_first(article, "ArticleTitle")), vernacular)
    abstract, sections = _abstract(_all(article, "Abstract", "AbstractText"), len(title) + 1)
    if abstract is None and "OtherAbstract" in citation:
        abstract, sections = _other_abstract(citation["OtherAbstract"], len(title) + 1)
    pub_date, precision, year = _date(article)
    types = _all(article, "PublicationTypeList", "PublicationType")
    type_uis = tuple(ui for element in types if (ui := element.get("UI")))
    mesh, corrections = _mesh(citation), _corrections(citation, pmid)
    doi, pmcid = _article_ids(citation, article, data)
    return Article(
        pmid=pmid,
        version=version,
        title=title,
        abstract=abstract,
        sections=sections,
        vernacular_title=vernacular,
        abstract_truncated=abstract is not None and "(ABSTRACT TRUNCATED" in abstract,
        journal=_journal(citation, article),
        pub_date=pub_date,
        pub_date_precision=precision,
        year=year,
        languages=_texts(article.get("Language", ())),
        authors=_authors(article),
        publication_types=_texts(types),
        publication_type_uis=type_uis,
        mesh=mesh,
        chemicals=_chemicals(citation),
        keywords=_keywords(citation),
        doi=doi,
        pmcid=pmcid,
        corrections=corrections,
        species=tuple(dict.fromkeys(SPECIES[heading.ui] for heading in mesh if heading.ui in SPECIES)),
        retracted=_RETRACTED_UI in type_uis or any(link.ref_type == "RetractionIn" for link in corrections),
        review=not _REVIEW_UIS.isdisjoint(type_uis),
    )


def content_hash(article: Article) -> str:
    """32 hex digits over every field, the same in every run and on every platform.

    Another field, or another order of them in the dataclass, changes it for every article.
    """
    text = json.dumps(_values(article), default=_values, ensure_ascii=False, separators=(",", ":"))
    return hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()


def _values(record: Article | Section | MeshHeading | Chemical | Correction) -> list[object]:
    return [getattr(record, name) for name in _FIELDS[type(record)]]


def _tree(data: bytes) -> _Element:
    try:
        return etree.fromstring(data, _PARSER)
    except etree.XMLSyntaxError as error:
        found = _PMID_IN_BYTES.search(data)
        reason = " ".join(str(error.msg or "not well-formed").split())
        raise RecordError(reason, int(found[1]) or None if found else None) from None


def _identity(element: _Element | None, where: str) -> tuple[int, int]:
    """The PMID and its version, which is 1 where none is named."""
    if element is None:
        raise RecordError(f"no {where}", None)
    text = _text(element)
    pmid = number(text)
    if pmid is None:
        raise RecordError(f"{where} is not a positive number: {text[:40]!r}", None)
    version = number(element.get("Version", "1"))
    if version is None or version > _MOST_VERSION:
        raise RecordError(f"the Version of {where} is not a number from 1 to {_MOST_VERSION}", pmid)
    return pmid, version


def _book(root: _Element) -> Book:
    document = _child(root, "BookDocument")
    named = None if document is None else _child(document, "PMID")
    return Book(None if named is None else _identity(named, "BookDocument/PMID")[0])


def _deletions(root: _Element) -> Deletions:
    return Deletions(tuple(_identity(child, "DeleteCitation/PMID") for child in root.iterchildren("PMID")))


def _child(element: _Element, tag: str) -> _Element | None:
    return next(element.iterchildren(tag), None)


def _parts(element: _Element) -> _Parts:
    parts: _Parts = {}
    for child in element:
        if (tag := child.tag) in parts:
            parts[tag].append(child)
        else:
            parts[tag] = [child]
    return parts


def _first(parts: _Parts, tag: str) -> _Element | None:
    return parts[tag][0] if tag in parts else None


def _all(parts: _Parts, container: str, tag: str) -> list[_Element]:
    """The children of this name in the first container of that name."""
    return [child for child in parts[container][0] if child.tag == tag] if container in parts else []


def _text(element: _Element) -> str:
    """All text inside, markup and formulae included; reference marks and headings in it stand apart."""
    if len(element):
        set_apart(element)  # then as itertext(), ten times as fast
        return clean(etree.tostring(element, method="text", encoding="unicode", with_tail=False))
    return clean(element.text or "")


def clean(text: str) -> str:
    """The text with the white space of XML's layout as one space, "" where there is nothing else in it."""
    if text.isalnum():
        return text
    if "\n" in text or "  " in text or "\t" in text or "\r" in text:
        text = _WHITE_RUN.sub(" ", text)
    text = text.strip(" \t\r\n")
    return "" if text.isspace() else text


def _text_or_none(element: _Element | None) -> str | None:
    return None if element is None else _text(element) or None


def _text_of(element: _Element, tag: str) -> str | None:
    return _text_or_none(_child(element, tag))


def _texts(elements: Iterable[_Element]) -> tuple[str, ...]:
    return tuple(text for element in elements if (text := _text(element)))


def title_of(title: str | None, vernacular: str | None) -> str:
    """Return the title; the one in the original language where PubMed has no translation."""
    if vernacular and (title is None or _NO_TITLE.fullmatch(title)):
        return vernacular
    return title or ""


def is_abstract(text: str) -> bool:
    """Return whether a text is an abstract, and not the note that there is one elsewhere."""
    return not text.startswith("Abstract available from the publisher")


def _other_abstract(others: list[_Element], start: int) -> tuple[str | None, tuple[Section, ...]]:
    """The first abstract in English that is not the journal's own (of PIP, KIE, a summary in plain words)."""
    for other in others:
        if other.get("Language", "eng") == "eng":  # the DTD's default
            abstract, sections = _abstract(list(other.iterchildren("AbstractText")), start)
            if abstract is not None and is_abstract(abstract):
                return abstract, sections
    return None, ()


def _abstract(elements: list[_Element], start: int) -> tuple[str | None, tuple[Section, ...]]:
    """The sections that are not empty, joined by one space; their offsets if the first lies at `start`."""
    texts: list[str] = []
    sections: list[Section] = []
    for element in elements:
        if text := _text(element):
            texts.append(text)
            end = start + len(text)
            label, category = element.get("Label"), element.get("NlmCategory")
            sections.append(Section(label or None, category or None, start, end))
            start = end + 1
    return " ".join(texts) or None, tuple(sections)


def _journal(citation: _Parts, article: _Parts) -> str | None:
    journal, info = _first(article, "Journal"), _first(citation, "MedlineJournalInfo")
    places = ((journal, "Title"), (journal, "ISOAbbreviation"), (info, "MedlineTA"))
    return next(filter(None, (_text_of(place, tag) for place, tag in places if place is not None)), None)


def _date(article: _Parts) -> tuple[str | None, DatePrecision | None, int | None]:
    """The date of the journal issue as precise as it is given, else that of electronic publication.

    Year, month and day as in ISO 8601 ("2019-05-03", "2019-05", "2019"); a season ("2019 Spring") and a
    MedlineDate ("1998 Dec-1999 Jan") as PubMed writes them. The year is the first that occurs.
    """
    journal = _first(article, "Journal")
    issue = None if journal is None else _child(journal, "JournalIssue")
    issued = None if issue is None else _child(issue, "PubDate")
    for date in (issued, _first(article, "ArticleDate")):
        if date is not None:
            parts = {str(part.tag): _text(part) for part in date}
            if text := parts.get("MedlineDate"):
                return of_medline_date(text)
            year, season, month, day = (parts.get(name, "") for name in _DATE_PARTS)
            if found := dated(year, season, month, day):
                return found
    return None, None, None


def _authors(article: _Parts) -> tuple[str, ...]:
    """Last name and forename, or the name of a group; those that NLM marks as not valid are left out."""
    names = []
    for author in _all(article, "AuthorList", "Author"):
        if author.get("ValidYN") != "N":
            last = given = initials = None
            for part in author:
                if (tag := part.tag) == "LastName":
                    last = part.text
                elif tag == "ForeName":
                    given = part.text
                elif tag == "Initials":
                    initials = part.text
            name = clean(f"{last or ''} {given or initials or ''}") or _text_of(author, "CollectiveName")
            if name:
                names.append(name)
    return tuple(names)


def _mesh(citation: _Parts) -> tuple[MeshHeading, ...]:
    headings = []
    for heading in _all(citation, "MeshHeadingList", "MeshHeading"):
        descriptor = _child(heading, "DescriptorName")
        ui = None if descriptor is None else descriptor.get("UI")
        if descriptor is not None and ui:  # a name alone is no key
            major = any(name.get("MajorTopicYN") == "Y" for name in heading.iterchildren())
            headings.append(MeshHeading(ui, _text(descriptor), major))
    return tuple(headings)


def _chemicals(citation: _Parts) -> tuple[Chemical, ...]:
    chemicals = []
    for chemical in _all(citation, "ChemicalList", "Chemical"):
        substance = _child(chemical, "NameOfSubstance")
        if substance is not None and (name := _text(substance)):
            registry = _text_of(chemical, "RegistryNumber")
            chemicals.append(
                Chemical(substance.get("UI") or None, name, None if registry == "0" else registry)
            )
    return tuple(chemicals)


def _keywords(citation: _Parts) -> tuple[str, ...]:
    """The keywords of every list (authors', NLM's, NASA's …), each once."""
    lists = citation.get("KeywordList", ())
    return tuple(dict.fromkeys(word for found in lists for word in _texts(found.iterchildren("Keyword"))))


def _corrections(citation: _Parts, pmid: int) -> tuple[Correction, ...]:
    """Links to other citations. `Cites`, in files of 2016 and before, lists references and is left out."""
    links = []
    for link in _all(citation, "CommentsCorrectionsList", "CommentsCorrections"):
        ref_type = link.get("RefType")
        if ref_type and ref_type != "Cites":
            named = _text_of(link, "PMID")
            other = number(named) if named else None
            if named and other is None:
                raise RecordError(
                    f"the PMID of {ref_type[:40]} is not a positive number: {named[:40]!r}", pmid
                )
            links.append(Correction(ref_type, other))
    return tuple(links)


def _article_ids(citation: _Parts, article: _Parts, data: _Element | None) -> tuple[str | None, str | None]:
    """The DOI and the PMC id of the article itself, never of its references.

    A valid ELocationID wins over the ArticleIdList. Old files, which have no such list, give the PMC id as
    OtherID ("PMC4688250 [Available on 12/22/16]").
    """
    listed = None if data is None else _child(data, "ArticleIdList")
    found = () if listed is None else listed.iterchildren(reversed=True)
    ids = {kind: _text(one) for one in found if (kind := one.get("IdType")) in _IDS}
    dois = [
        _text(place)
        for place in article.get("ELocationID", ())
        if place.get("EIdType") == "doi" and place.get("ValidYN") != "N"
    ]
    pmcs = [ids.get("pmc", ""), *_texts(citation.get("OtherID", ()))]
    pmc = next((match for text in pmcs if (match := _PMCID.match(text))), None)
    return next(filter(None, [*dois, ids.get("doi")]), None), pmc[0] if pmc else None
