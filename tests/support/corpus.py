"""PubMed records as the stand-in holds them, and the part of PubMed's query language that it understands."""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass

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
_DATES = {
    "crdt": "created",
    "edat": "created",
    "mdat": "modified",
    "lr": "modified",
    "dp": "published",
    "pdat": "published",
}
_TOKEN = re.compile(r'\(|\)|"[^"]*"|\[[^\]]*\]|[^\s()"\[\]]+')
_RANGE = re.compile(r'"?([\d/]+)"?(?:\[\w+\])?\s*:\s*"?([\d/]+)"?$')


def parse_term(term: str, match: str = "text") -> Test:
    """Return what tells whether a record belongs to a term."""
    tokens = deque(_TOKEN.findall(re.sub(r'"(\s*\[\w+\])?\s*:\s*"', ":", term)))
    return _alternatives(tokens, match)


def _alternatives(tokens: deque[str], match: str) -> Test:
    left: Test = _operand(tokens, match)
    while tokens and tokens[0] != ")":
        operator = tokens.popleft() if tokens[0] in {"AND", "OR", "NOT"} else "AND"
        left = _combined(left, operator, _operand(tokens, match))
    return left


def _combined(left: Test, operator: str, right: Test) -> Test:
    if operator == "OR":
        return lambda record: left(record) or right(record)
    if operator == "NOT":
        return lambda record: left(record) and not right(record)
    return lambda record: left(record) and right(record)


def _operand(tokens: deque[str], match: str) -> Test:
    if tokens[0] == "(":
        tokens.popleft()
        inside = _alternatives(tokens, match)
        tokens.popleft()
        return inside
    words = []
    while tokens and tokens[0] not in {"(", ")", "AND", "OR", "NOT"} and not tokens[0].startswith("["):
        words.append(tokens.popleft().strip('"'))
    tag = tokens.popleft()[1:-1].lower() if tokens and tokens[0].startswith("[") else ""
    return _atom([" ".join(words)] if tag else words, tag, match)


def _atom(phrases: list[str], tag: str, match: str) -> Test:
    bounds = _RANGE.match(phrases[0]) if phrases else None
    low, high = bounds.groups() if bounds else (phrases[0], phrases[0])
    if tag in {"uid", "pmid"}:
        return lambda record: int(low) <= record.pmid <= int(high)
    field = _DATES.get(tag)
    if field is not None:
        return lambda record: (
            low <= getattr(record, field)[: len(low)] and (getattr(record, field)[: len(high)] <= high)
        )
    if match == "all":
        return lambda record: True
    wanted = [phrase.rstrip("*").lower() for phrase in phrases]
    if tag in {"", "ti", "tiab", "ab", "all", "tw", "title/abstract", "title", "all fields"}:
        return lambda record: all(word in record.text for word in wanted)
    return lambda record: all(word.encode() in record.xml.lower() for word in wanted)
