"""A user's documents in: text, PubTator, BioC, PubMed XML and PubMed format."""

from __future__ import annotations

import contextlib
import logging
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, BinaryIO

from comention.annotation.document import Document, from_article, from_text
from comention.documents import bioc
from comention.documents.pubtator import PMID, GoldDocument, Problem, parse, text_lines
from comention.errors import MalformedError, StorageError, UsageError
from comention.files.opening import is_there
from comention.pubmed.formats import (
    NAMES,
    STDIN,
    Kind,
    check_stdin,
    citations,
    file_kind,
    open_kind,
    parse_record,
)
from comention.records import Article, Reject, Section

# What a document may be read from, as messages say it.
_SHAPES: dict[Kind, str] = {
    "text": "text with a document on each line",
    "pubtator": "PubTator (PMID|t|title, then PMID|a|abstract)",
    "xml": "PubMed XML with articles",
    "medline": "PubMed format with articles",
    "bioc-xml": "BioC XML with documents",
    "bioc-json": "BioC JSON with documents",
}

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class NamedDocument:
    """A document with its id: the PMID, or the number of its line in a text (from 1).

    `title` and `abstract` are its text as PubTator writes it; a line of text is all title. `source` is the
    name of its file without the folder, `version` that of a citation.
    """

    id: int
    document: Document
    title: str
    abstract: str | None
    source: str = ""
    version: int | None = None


@dataclass(frozen=True, slots=True)
class Skipped:
    """A part of an input that is no document, or cannot be read: where it stands, and why it is skipped."""

    source: str
    place: str
    reason: str
    pmid: int | None = None

    def __str__(self) -> str:
        named = "" if self.pmid is None else f" (PMID {self.pmid})"
        return f"{self.source}: {self.place}{named}: {self.reason}"


OnSkip = Callable[[Skipped], Any]


def _warn(skipped: Skipped) -> None:
    _log.warning("%s", skipped)


def of_gold(gold: GoldDocument) -> Document:
    """Return what an annotator reads of a PubTator document; its abstract is one section."""
    start = len(gold.title) + 1
    sections = () if gold.abstract is None else (Section(None, None, start, start + len(gold.abstract)),)
    # The number plays no part in a document, and not every gold document has one.
    return from_article(Article(0, 1, gold.title, gold.abstract, sections))


def read_documents(inputs: Sequence[str], on_skip: OnSkip = _warn) -> Iterator[NamedDocument]:
    """Return the documents of inputs, in order, read as they are asked for.

    An input is a file, perhaps with `.gz`, or `-` for standard input: text (a document on each line that is
    not blank), PubTator, PubMed XML, PubMed format or BioC, which its first bytes tell. `on_skip` is called
    for every part that is no document; where none is given, a warning is logged.

    Raises UsageError, before anything is read, for a file that is not there or of another kind, with what to
    do instead; on the way MalformedError for an input without documents and for text that is not UTF-8.
    """
    if not inputs:
        raise UsageError("no input: name files, or - for standard input")
    check_stdin(inputs)
    for name in inputs:
        if name != STDIN:
            _check(Path(name))
    return (document for name in inputs for document in _documents(name, on_skip))


def _check(path: Path) -> None:
    """Raise UsageError for a file that is not there, or holds no documents that can be read."""
    if not is_there(path):
        raise UsageError(f"{path} does not exist: check the name")
    if path.is_file():  # what comes through a pipe can be read once, and is told then
        with contextlib.suppress(MalformedError, StorageError):  # said when it is read
            _readable(file_kind(path), str(path))


def _readable(kind: Kind, label: str) -> Kind:
    if kind == "pmids":
        raise UsageError(
            f"{label} is {NAMES[kind]}, without texts: comention run --source pubmed --pmids fetches them"
        )
    return kind


def _documents(name: str, on_skip: OnSkip) -> Iterator[NamedDocument]:
    """Yield the documents of one input; errors name its whole path, documents the file alone."""
    label = "standard input" if name == STDIN else name
    source = label if name == STDIN else Path(name).name
    documents = 0
    skipped: list[Skipped] = []
    with open_kind("-" if name == STDIN else Path(name)) as (kind, stream):
        found = _readable(kind, label)
        for item in _READERS[found](stream, label, source):
            if isinstance(item, NamedDocument):
                documents += 1
                yield item
            else:
                skipped.append(item)
                on_skip(item)
    if not documents:
        first = f" (the first: {skipped[0].place}: {skipped[0].reason})" if skipped else ""
        raise MalformedError(
            f"{label}: 0 documents read, {len(skipped)} parts skipped{first}: give {_SHAPES[found]}"
        )


def _read_text(stream: BinaryIO, label: str, source: str) -> Iterator[NamedDocument | Skipped]:
    for number, line in enumerate(text_lines(stream, label), 1):
        if line.strip():
            yield NamedDocument(number, from_text(line), line, None, source)


def _read_pubtator(stream: BinaryIO, label: str, source: str) -> Iterator[NamedDocument | Skipped]:
    for item in parse(text_lines(stream, label)):
        if isinstance(item, Problem):
            yield Skipped(source, f"line {item.line}", item.reason)
        elif isinstance(item.pmid, str):
            yield Skipped(source, f"document {item.pmid}", "its id is no PMID: give it a number")
        else:
            yield NamedDocument(item.pmid, of_gold(item), item.title, item.abstract, source)


_Items = Iterator[NamedDocument | Skipped]


def _read_citations(kind: Kind, stream: BinaryIO, label: str, source: str) -> _Items:
    from comention.pubmed.xml import Book

    for chunk in citations(kind, stream, label):
        place = f"bytes {chunk.start} to {chunk.end}"
        item = parse_record(chunk, source)
        if isinstance(item, Article):
            document = from_article(item)
            yield NamedDocument(item.pmid, document, item.title, item.abstract, source, item.version)
        elif isinstance(item, Reject):
            yield Skipped(source, place, item.reason, item.pmid)
        elif isinstance(item, Book):
            yield Skipped(source, place, "a book, which is not annotated", item.pmid)
        # What is left is a list of withdrawn PMIDs, which holds no text.


def _read_bioc(kind: Kind, stream: BinaryIO, label: str, source: str) -> _Items:
    read = bioc.read_xml if kind == "bioc-xml" else bioc.read_json
    for number, item in enumerate(read(stream, label), 1):
        pmid = PMID.fullmatch(item.key)
        laid = bioc.lay_out(item)
        if pmid is None:
            yield Skipped(
                source, f"document {number}", f"its id {item.key[:40]!r} is no PMID: give it a number"
            )
        elif not laid.title and laid.abstract is None:
            yield Skipped(source, f"document {number}", "it has no text", int(item.key))
        else:
            article = Article(int(item.key), 1, *laid)
            yield NamedDocument(article.pmid, from_article(article), article.title, article.abstract, source)


_Reader = Callable[[BinaryIO, str, str], _Items]
_READERS: dict[Kind, _Reader] = {
    "text": _read_text,
    "pubtator": _read_pubtator,
    "xml": partial(_read_citations, "xml"),
    "medline": partial(_read_citations, "medline"),
    "bioc-xml": partial(_read_bioc, "bioc-xml"),
    "bioc-json": partial(_read_bioc, "bioc-json"),
}
