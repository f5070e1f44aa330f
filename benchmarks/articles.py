"""Real PubMed articles for benchmarks: read, repeated under new PMIDs, written as PubMed files."""

from __future__ import annotations

import functools
import gzip
import itertools
import os
import re
import sys
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from benchmarks.measures import ROOT
from comention.files.opening import open_source
from comention.pubmed.split import split
from comention.pubmed.xml import parse_article
from comention.records import Article

#: The file that all stages read, beneath the folder of the real corpora.
FILE = "pubmed/pubmed21n1298.xml.gz"
#: Above every PMID that the file holds.
FIRST_NEW = 100_000_000

_HEAD = (
    b'<?xml version="1.0" encoding="utf-8"?>\n<!DOCTYPE PubmedArticleSet PUBLIC "-//NLM//DTD PubMedArticle, '
    b'1st January 2019//EN" "https://dtd.nlm.nih.gov/ncbi/pubmed/out/pubmed_190101.dtd">\n<PubmedArticleSet>'
)
_FOOT = b"</PubmedArticleSet>"
_PMID = re.compile(rb"(<PMID\b[^>]*>)\s*(\d+)\s*(</PMID>)")


def corpora() -> Path:
    """Return the folder of the real corpora, or end the program with how to name it."""
    folder = Path(os.environ.get("COMENTION_CORPORA") or ROOT.parent / "shared")
    if not (folder / FILE).exists():
        sys.exit(f"no {FILE}: set COMENTION_CORPORA to the folder that holds the real corpora")
    return folder


@functools.cache
def records(limit: int | None = None) -> Sequence[bytes]:
    """Return the article records of the file, or so many of them, as bytes."""
    path = corpora() / FILE
    with open_source(path) as stream:
        found = (chunk.data for chunk in split(stream, path.name) if chunk.kind == "article")
        return list(itertools.islice(found, limit))


def abstracts(limit: int | None = None) -> list[Article]:
    """Return the articles of those records that have an abstract."""
    return [article for record in records(limit) if (article := parse_article(record)).abstract]


def document(articles: Iterable[bytes]) -> bytes:
    """Return records as one PubMed document."""
    return _HEAD + b"".join(articles) + _FOOT


def renumbered(record: bytes, pmid: int) -> bytes:
    """Return a record under another PMID: its own, and its own ArticleId; what it cites stays.

    Raises ValueError for a record without a PMID.
    """
    found = _PMID.search(record)  # that of the citation comes before those of comments and references
    if found is None:
        raise ValueError("a record without a PMID")
    new = b"%d" % pmid
    head, tail = record[: found.start(2)], record[found.end(2) :]
    own, named = (b'<ArticleId IdType="pubmed">' + number + b"</ArticleId>" for number in (found[2], new))
    return head + new + tail.replace(own, named, 1)


def repeated(articles: Sequence[bytes], size: int, first: int = FIRST_NEW) -> Iterator[bytes]:
    """Yield so many records, each under a PMID of its own from `first` on; the text repeats."""
    for number, record in enumerate(itertools.islice(itertools.cycle(articles), size)):
        yield renumbered(record, first + number)


def write(path: Path, articles: Iterable[bytes]) -> None:
    """Write records as a compressed PubMed file, in the memory of one of them."""
    with gzip.open(path, "wb", compresslevel=1) as stream:
        stream.write(_HEAD)
        for record in articles:
            stream.write(record)
        stream.write(_FOOT)
