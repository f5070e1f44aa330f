"""What is in a PubmedArticleSet, told without reading its records."""

from __future__ import annotations

import io
import re
from typing import NamedTuple

from lxml import etree

from comention.errors import MalformedError
from comention.pubmed.split import split


class Contents(NamedTuple):
    """The PMIDs of a set: of records that can be read, and of records that are not well-formed.

    `nameless` counts the records that do not tell their PMID.
    """

    found: frozenset[int]
    damaged: frozenset[int]
    nameless: int = 0


_OPEN = re.compile(rb"<PubmedArticleSet\s*>")
_CLOSE = b"</PubmedArticleSet>"
_PLAIN = re.compile(r"[0-9]{1,18}")
# Absolute paths: a citation names the PMIDs of others among its references and corrections.
_PATHS = ("PubmedArticle/MedlineCitation/PMID", "PubmedBookArticle/BookDocument/PMID")
_PMID_AT_START = re.compile(
    rb"<PubmedArticle>\s*<MedlineCitation\b[^>]*>\s*<PMID\b[^>]*>\s*(\d{1,18})\s*</PMID>"
    rb"|<PubmedBookArticle>\s*<BookDocument>\s*<PMID\b[^>]*>\s*(\d{1,18})\s*</PMID>"
)


def contents(data: bytes) -> Contents:
    """Return which PMIDs a PubmedArticleSet has; one bad record does not hide the others."""
    root = _parsed(data)
    if root is not None:
        named = _pmids(root)
        return Contents(frozenset(pmid for pmid in named if pmid), frozenset(), named.count(None))
    found: set[int] = set()
    damaged: set[int] = set()
    nameless = 0
    try:
        for chunk in split(io.BytesIO(data), "EFetch's answer"):
            record = _parsed(b"<PubmedArticleSet>" + chunk.data + b"</PubmedArticleSet>")
            if record is not None:
                found.update(pmid for pmid in _pmids(record) if pmid)
            elif (pmid := pmid_at_start(chunk.data)) is not None:
                damaged.add(pmid)
            else:
                nameless += 1
    except MalformedError:  # what the scanner cannot get past is at least one record
        nameless += 1
    return Contents(frozenset(found), frozenset(damaged), nameless)


def pmid_at_start(record: bytes) -> int | None:
    """Return the PMID that the bytes of a record begin with, damaged or not; None where they tell none."""
    start = _PMID_AT_START.match(record)
    return int(start[1] or start[2]) if start else None


def pmid_of(record: bytes) -> int | None:
    """Return the PMID of a record; None where it is damaged before that, or has none."""
    pmid = pmid_at_start(record)
    root = _parsed(b"<PubmedArticleSet>" + record + b"</PubmedArticleSet>") if pmid is None else None
    return next(iter(_pmids(root)), None) if root is not None else pmid


def merged(first: bytes, second: bytes) -> bytes:
    """Return one set with the records of two; either may be empty or no set at all."""
    opening = _OPEN.search(second)
    end = second.rfind(_CLOSE)
    records = second[opening.end() : end].strip() if opening and end >= 0 else b""
    if not records:
        return first or second
    place = first.rfind(_CLOSE)
    return first[:place] + records + b"\n" + first[place:] if place >= 0 else second


def _parsed(data: bytes) -> etree._Element | None:
    # Nothing is loaded, expanded or repaired: `recover` would count a record that breaks off.
    parser = etree.XMLParser(load_dtd=False, no_network=True, resolve_entities=False, huge_tree=True)
    try:
        return etree.fromstring(data, parser)
    except etree.XMLSyntaxError:
        return None


def _pmids(root: etree._Element) -> list[int | None]:
    """The PMIDs of a set's records; None for one that is no positive number of 64 bits."""
    texts = [(element.text or "").strip() for path in _PATHS for element in root.iterfind(path)]
    return [int(text) or None if _PLAIN.fullmatch(text) else None for text in texts]
