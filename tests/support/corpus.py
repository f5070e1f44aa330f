"""PubMed records as the stand-in holds them, and the part of PubMed's query language that it understands."""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import NamedTuple

from lxml import etree


@dataclass(frozen=True)
class Record:
    pmid: int
    xml: bytes
    text: str  # title and abstract, lower case
    created: str  # YYYY/MM/DD
    modified: str
    published: str


class Corpus:
    """Records by PMID; a record that is added again replaces the one before it."""

    def __init__(self, *documents: bytes) -> None:
        self.records: dict[int, Record] = {}
        for document in documents:
            self.add(document)

    def add(self, document: bytes) -> None:
        parser = etree.XMLParser(load_dtd=False, no_network=True, resolve_entities=False, huge_tree=True)
        root = etree.fromstring(document, parser)
        new = [_record(element) for element in root if element.tag in _PMID]
        self.records = {**self.records, **{record.pmid: record for record in new}}  # replaced, never changed

    def delete(self, pmids: Iterable[int]) -> None:
        gone = set(pmids)
        self.records = {pmid: record for pmid, record in self.records.items() if pmid not in gone}


_PMID = {"PubmedArticle": "MedlineCitation/PMID", "PubmedBookArticle": "BookDocument/PMID"}


def _record(element: etree._Element) -> Record:
    def words(*names: str) -> str:
        texts = (str(text) for name in names for found in element.iter(name) for text in found.itertext())
        return " ".join(texts).lower()

    revised = _date(element.find(".//DateRevised"))
    created = _date(element.find(".//PubMedPubDate[@PubStatus='pubmed']"), revised)
    return Record(
        pmid=int(element.findtext(_PMID[str(element.tag)]) or 0),
        xml=etree.tostring(element, with_tail=False),
        text=words("ArticleTitle", "AbstractText"),
        created=created,
        modified=revised,
        published=_date(element.find(".//PubDate"), created),
    )


def _date(element: etree._Element | None, default: str = "1900/01/01") -> str:
    if element is None or not (element.findtext("Year") or "").isdigit():
        return default
    month, day = (element.findtext(part) or "" for part in ("Month", "Day"))
    return f"{element.findtext('Year')}/{month.zfill(2) if month.isdigit() else '01'}/{(day or '1').zfill(2)}"


def article(pmid: int, title: str = "A title", *, created: str = "2020/01/31", body: str = "") -> bytes:
    """Write one synthetic citation; its abstract names its PMID, `body` is further XML of the citation."""
    year, month, day = created.split("/")
    date = f"<Year>{year}</Year><Month>{month}</Month><Day>{day}</Day>"
    return (
        f'<PubmedArticle><MedlineCitation Status="MEDLINE"><PMID Version="1">{pmid}</PMID>'
        f"<DateRevised>{date}</DateRevised><Article><Journal><JournalIssue><PubDate><Year>{year}</Year>"
        f"</PubDate></JournalIssue></Journal><ArticleTitle>{title}</ArticleTitle><Abstract><AbstractText>"
        f"Synthetic record {pmid}.</AbstractText></Abstract></Article>{body}</MedlineCitation><PubmedData>"
        f'<History><PubMedPubDate PubStatus="pubmed">{date}</PubMedPubDate></History></PubmedData>'
        "</PubmedArticle>"
    ).encode()


def book(pmid: int, title: str = "A chapter") -> bytes:
    """Write one synthetic book record."""
    return (
        f'<PubmedBookArticle><BookDocument><PMID Version="1">{pmid}</PMID>'
        f"<ArticleTitle>{title}</ArticleTitle></BookDocument></PubmedBookArticle>"
    ).encode()


def document(*records: bytes) -> bytes:
    """Put records into one PubmedArticleSet."""
    return b"<PubmedArticleSet>" + b"\n".join(records) + b"</PubmedArticleSet>"


Test = Callable[[Record], bool]


class Read(NamedTuple):
    """A term as PubMed reads it: which records belong to it, and its translation."""

    belongs: Test
    translation: str


_DATES = {
    "Date - Create": "created",
    "Date - Entry": "created",
    "Date - Modification": "modified",
    "Date - Publication": "published",
}
_TEXT = frozenset({"All Fields", "Title", "Abstract", "Title/Abstract", "Text Word"})
#: The fields that are known here, by their tags; any other tag is ignored, as PubMed ignores what it does not
#: know.
_FIELDS = {
    "": "All Fields",
    "all": "All Fields",
    "ab": "Abstract",
    "ti": "Title",
    "tiab": "Title/Abstract",
    "tw": "Text Word",
    "mh": "MeSH Terms",
    "mesh": "MeSH Terms",
    "majr": "MeSH Major Topic",
    "nm": "Supplementary Concept",
    "pt": "Publication Type",
    "la": "Language",
    "sb": "Filter",
    "ta": "Journal",
    "au": "Author",
    "ad": "Affiliation",
    "ot": "Other Term",
    "vi": "Volume",
    "crdt": "Date - Create",
    "edat": "Date - Entry",
    "dp": "Date - Publication",
    "mdat": "Date - Modification",
    "lr": "Date - Modification",
    "pdat": "Date - Publication",
    "uid": "UID",
    "pmid": "UID",
}
_FIELDS |= {name.lower(): name for name in _FIELDS.values()}
_TOKEN = re.compile(r'\(|\)|"[^"]*"|\[[^\]]*\]|[^\s()"\[\]]+')
_RANGE = re.compile(r'"?([\d/]+)"?(?:\[\w+\])?\s*:\s*"?([\d/]+)"?$')


def parse_term(term: str, match: str = "text") -> Read:
    """Return what a term means."""
    tokens = deque(_TOKEN.findall(re.sub(r'"(\s*\[[^\]]*\])?\s*:\s*"', ":", term)))
    return _alternatives(tokens, match)


def _alternatives(tokens: deque[str], match: str) -> Read:
    left = _operand(tokens, match)
    while tokens and tokens[0] != ")":
        operator = tokens.popleft() if tokens[0] in {"AND", "OR", "NOT"} else "AND"
        right = _operand(tokens, match)
        test = _combined(left.belongs, operator, right.belongs)
        left = Read(test, f"{left.translation} {operator} {right.translation}")
    return left


def _combined(left: Test, operator: str, right: Test) -> Test:
    if operator == "OR":
        return lambda record: left(record) or right(record)
    if operator == "NOT":
        return lambda record: left(record) and not right(record)
    return lambda record: left(record) and right(record)


def _operand(tokens: deque[str], match: str) -> Read:
    if tokens[0] == "(":
        tokens.popleft()
        inside = _alternatives(tokens, match)
        tokens.popleft()
        return Read(inside.belongs, f"({inside.translation})")
    words = []
    while tokens and tokens[0] not in {"(", ")", "AND", "OR", "NOT"} and not tokens[0].startswith("["):
        words.append(tokens.popleft().strip('"'))
    tag = tokens.popleft()[1:-1] if tokens and tokens[0].startswith("[") else ""
    name, colon, qualifier = tag.partition(":")
    field = _FIELDS.get(name.strip().lower())
    phrases = [" ".join(words)] if tag else words
    spelled = f"{field}{colon}{qualifier}" if field else "All Fields"
    return _atom(phrases, field or "All Fields", spelled, match)


def _atom(phrases: list[str], field: str, spelled: str, match: str) -> Read:
    bounds = _RANGE.match(phrases[0]) if phrases else None
    low, high = bounds.groups() if bounds else (phrases[0], phrases[0])
    if field == "UID":
        return Read(lambda record: int(low) <= record.pmid <= int(high), f"{low}:{high}[UID]")
    date = _DATES.get(field)
    if date is not None:
        days = f"{(low + '/01/01')[:10]}:{high + {4: '/12/31', 7: '/31'}.get(len(high), '')}"
        return Read(
            lambda record: (
                low <= getattr(record, date)[: len(low)] and (getattr(record, date)[: len(high)] <= high)
            ),
            f"{days}[{spelled}]",
        )
    translation = " AND ".join(f'"{phrase}"[{spelled}]' for phrase in phrases)
    if match == "all":
        return Read(lambda record: True, translation)
    wanted = [phrase.rstrip("*").lower() for phrase in phrases]
    if field in _TEXT:
        return Read(lambda record: all(word in record.text for word in wanted), translation)
    return Read(lambda record: all(word.encode() in record.xml.lower() for word in wanted), translation)
