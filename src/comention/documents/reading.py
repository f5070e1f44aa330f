"""A user's documents in: text, PubTator, PubMed XML."""

from __future__ import annotations

import codecs
import io
import logging
import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO, Literal, cast

from comention.annotation.document import Document, from_article, from_text
from comention.documents.pubtator import GoldDocument, Problem, parse, text_lines
from comention.errors import MalformedError, UsageError
from comention.files import is_there, open_source, reading
from comention.pubmed.split import split
from comention.records import Article, Reject, Section

STDIN = "-"

Kind = Literal["text", "pubtator", "xml"]

_SUFFIXES: dict[str, Kind] = {".txt": "text", ".pubtator": "pubtator", ".xml": "xml"}
_SHAPES: dict[Kind, str] = {
    "text": "text with a document on each line",
    "pubtator": "PubTator (PMID|t|title, then PMID|a|abstract)",
    "xml": "PubMed XML with articles",
}
_HEAD = 1 << 16  # bytes that may be read to tell what an input is
_PUBTATOR_HEAD = re.compile(rb"[0-9]+\|t\|")
_UTF_16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class NamedDocument:
    """A document with its id: the PMID, or the number of its line in a text (from 1).

    `title` and `abstract` are its text as PubTator writes it; a line of text is all title. `source` is the
    name of its file without the folder.
    """

    id: int
    document: Document
    title: str
    abstract: str | None
    source: str = ""


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

    An input is a `.txt` (a document on each line that is not blank), a `.pubtator` or PubMed `.xml` file,
    each perhaps with `.gz`; or `-` for standard input, which is told, as a file without a suffix is, by its
    first bytes. `on_skip` is told every part that is no document; where none is given, a warning is logged.

    Raises UsageError, before anything is read, for a file that is not there or of another kind; on the way
    MalformedError for an input without documents and for text that is not UTF-8.
    """
    if not inputs:
        raise UsageError("no input: name files, or - for standard input")
    if list(inputs).count(STDIN) > 1:
        raise UsageError("standard input is named twice: name - once")
    kinds = [(name, _kind(name)) for name in inputs]
    return (document for name, kind in kinds for document in _documents(name, kind, on_skip))


def _kind(name: str) -> Kind | None:
    """Return what a file is by its suffix, None where its first bytes must tell."""
    if name == STDIN:
        return None
    path = Path(name)
    if not is_there(path):
        raise UsageError(f"{path} does not exist: check the name")
    suffix = Path(path.stem if path.suffix.lower() == ".gz" else path.name).suffix.lower()
    if suffix and suffix not in _SUFFIXES and not path.is_dir():
        known = ", ".join(_SUFFIXES)
        raise UsageError(f"{path} is of an unknown kind: name files that end in {known} (or those with .gz)")
    return _SUFFIXES.get(suffix)


def _documents(name: str, kind: Kind | None, on_skip: OnSkip) -> Iterator[NamedDocument]:
    """Yield the documents of one input; errors name its whole path, documents the file alone."""
    label = "standard input" if name == STDIN else name
    source = label if name == STDIN else Path(name).name
    documents = 0
    skipped: list[Skipped] = []
    with _opened(name, kind, label) as (found, stream):
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


@contextmanager
def _opened(name: str, kind: Kind | None, label: str) -> Iterator[tuple[Kind, BinaryIO]]:
    with open_source("-" if name == STDIN else Path(name)) as stream:
        if kind is not None:
            yield kind, stream
            return
        head = b""
        with reading(label):
            while not _body(head) and len(head) < _HEAD and (line := stream.readline(_HEAD)):
                head += line
        yield sniff(head), cast(BinaryIO, io.BufferedReader(_Replayed(head, stream)))


def sniff(head: bytes) -> Kind:
    """Return what an input is by its first bytes, up to and with its first line that is not blank."""
    first = _body(head)
    if first.startswith(b"<") or head.startswith(_UTF_16):
        return "xml"
    return "pubtator" if _PUBTATOR_HEAD.match(first) else "text"


def _body(head: bytes) -> bytes:
    return head.removeprefix(codecs.BOM_UTF8).lstrip()


class _Replayed(io.RawIOBase):
    """A stream from its beginning again, after its head has been read; a pipe cannot be rewound."""

    def __init__(self, head: bytes, rest: BinaryIO) -> None:
        self._head = head
        self._rest = rest

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any, /) -> int:
        size = len(buffer)
        data, self._head = self._head[:size], self._head[size:]
        data = data or self._rest.read(size)
        buffer[: len(data)] = data
        return len(data)


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


def _read_xml(stream: BinaryIO, label: str, source: str) -> Iterator[NamedDocument | Skipped]:
    from comention.pubmed.xml import Book, parse_chunk

    for chunk in split(stream, label):
        place = f"bytes {chunk.start} to {chunk.end}"
        item = parse_chunk(chunk, source)
        if isinstance(item, Article):
            yield NamedDocument(item.pmid, from_article(item), item.title, item.abstract, source)
        elif isinstance(item, Reject):
            yield Skipped(source, place, item.reason, item.pmid)
        elif isinstance(item, Book):
            yield Skipped(source, place, "a book, which is not annotated", item.pmid)
        # What is left is a list of withdrawn PMIDs, which holds no text.


_READERS: dict[Kind, Callable[[BinaryIO, str, str], Iterator[NamedDocument | Skipped]]] = {
    "text": _read_text,
    "pubtator": _read_pubtator,
    "xml": _read_xml,
}
