"""Small MEDLINE records for tests, made here."""

from __future__ import annotations

import gzip
import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

from comention.files.opening import open_source
from comention.pubmed.split import Chunk, split
from comention.pubmed.xml import parse_chunk
from comention.records import Article


def article(
    pmid: int,
    title: str = "A title.",
    abstract: str | None = "An abstract.",
    *,
    version: int = 1,
    year: int = 2001,
    mesh: Iterable[str] = (),
    retracted: bool = False,
) -> str:
    """Return a `PubmedArticle` element."""
    headings = "".join(
        f'<MeshHeading><DescriptorName UI="{ui}" MajorTopicYN="N">{ui}</DescriptorName></MeshHeading>'
        for ui in mesh
    )
    body = "" if abstract is None else f"<Abstract><AbstractText>{escape(abstract)}</AbstractText></Abstract>"
    kind = ("D016441", "Retracted Publication") if retracted else ("D016428", "Journal Article")
    return (
        f'<PubmedArticle><MedlineCitation><PMID Version="{version}">{pmid}</PMID><Article>'
        f"<Journal><JournalIssue><PubDate><Year>{year}</Year></PubDate></JournalIssue><Title>T</Title></Journal>"
        f"<ArticleTitle>{escape(title)}</ArticleTitle>{body}<Language>eng</Language>"
        f'<PublicationTypeList><PublicationType UI="{kind[0]}">{kind[1]}</PublicationType>'
        "</PublicationTypeList>"
        f"</Article><MeshHeadingList>{headings}</MeshHeadingList></MedlineCitation></PubmedArticle>"
    )


def deletion(*pmids: int, version: int = 1) -> str:
    """Return a `DeleteCitation` element."""
    named = "".join(f'<PMID Version="{version}">{p}</PMID>' for p in pmids)
    return f"<DeleteCitation>{named}</DeleteCitation>"


def write_set(path: Path, *elements: str) -> Path:
    """Write a `PubmedArticleSet` of elements and return its path."""
    path.write_text(f'<?xml version="1.0"?><PubmedArticleSet>{"".join(elements)}</PubmedArticleSet>', "utf-8")
    return path


def chosen(path: Path, pmids: Collection[int]) -> Iterator[Article]:
    """Yield the articles of a file that have these PMIDs; the others, most of its time, are not parsed."""
    for chunk in _having(path, pmids):
        if isinstance(found := parse_chunk(chunk, path.name), Article):
            yield found


def excerpts(rows: Iterable[Mapping[str, Any]], files: Path, folder: Path) -> Path:
    """Write into a folder the records, in all their versions, that rows of gold name by `source` and `pmid`.

    The `files` hold a hundred times as many, which whoever looks for some would parse.
    """
    wanted: dict[str, set[int]] = {}
    for row in rows:
        wanted.setdefault(row["source"], set()).add(row["pmid"])
    for name in wanted:
        pmids = set().union(*wanted.values())  # a record may stand in another file too, in another version
        with gzip.open(folder / name, "wb", compresslevel=1) as file:
            records = b"".join(chunk.data for chunk in _having(files / name, pmids))
            file.write(b"<PubmedArticleSet>" + records + b"</PubmedArticleSet>")
    return folder


def _having(path: Path, pmids: Collection[int]) -> Iterator[Chunk]:
    with open_source(path) as stream:
        for chunk in split(stream, path.name):
            pmid = re.search(rb"<PMID[^>]*>(\d+)<", chunk.data)
            if chunk.kind == "article" and pmid and int(pmid[1]) in pmids:
                yield chunk
