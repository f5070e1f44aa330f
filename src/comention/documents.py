"""A user's documents in: text, PubTator, PubMed XML; their mentions out: JSON lines, PubTator, Parquet."""

from __future__ import annotations

import codecs
import io
import itertools
import json
import logging
import re
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO, Literal, NamedTuple, cast

from comention.annotation.annotator import Annotator
from comention.annotation.document import Document, from_article, from_text
from comention.errors import MalformedError, UsageError
from comention.files import open_source, reading, write_atomic, write_parquet
from comention.pubmed.split import split
from comention.pubtator import GoldDocument, Problem, Tagged, parse, text_lines, write
from comention.records import Article, Mention, Reading, Reject, Section

STDIN = "-"

Kind = Literal["text", "pubtator", "xml"]
Format = Literal["jsonl", "pubtator", "parquet"]

_SUFFIXES: dict[str, Kind] = {".txt": "text", ".pubtator": "pubtator", ".xml": "xml"}
_SHAPES: dict[Kind, str] = {
    "text": "text with a document on each line",
    "pubtator": "PubTator (PMID|t|title, then PMID|a|abstract)",
    "xml": "PubMed XML with articles",
}
_FORMATS = ("jsonl", "pubtator", "parquet")
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


class Written(NamedTuple):
    """How much was written."""

    documents: int
    mentions: int


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
    if not path.exists():
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

Annotated = tuple[NamedDocument, Reading]


def annotated(
    documents: Iterable[NamedDocument], tool: Annotator, *, one_by_one: bool
) -> Iterator[Annotated]:
    """Yield documents with what an annotator makes of them; one by one is slower, and waits for no other."""
    if one_by_one:
        return ((one, tool.read(one.document)) for one in documents)
    told, kept = itertools.tee(documents)  # a batch apart
    return zip(kept, tool.read_all(one.document for one in told), strict=True)


def write_mentions(items: Iterable[Annotated], output_format: str, out: Path | None) -> Written:
    """Write documents with their mentions to a file, whole or not at all, or to standard output.

    `jsonl` is an object per document (id, source, text, mentions, rejected), `pubtator` that format,
    `parquet` the `mentions` dataset, for which ids must not repeat. Raises UsageError for another format,
    for Parquet without a file, and for Parquet with two documents of one id; StorageError where the disk
    refuses.
    """
    if output_format not in _FORMATS:
        raise UsageError(f"no format {output_format!r}: there are {', '.join(_FORMATS)}")
    if output_format == "parquet":
        if out is None:
            raise UsageError("Parquet is no text: name a file with --out")
        return _write_parquet(items, out)
    counted = _Counted(items)
    lines = _json_lines(counted) if output_format == "jsonl" else write(map(_tagged, counted))
    if out is None:
        # Bytes, since the terminal's encoding may be unable to say "β".
        sys.stdout.flush()
        _put_lines(lines, sys.stdout.buffer)
        sys.stdout.buffer.flush()
    else:
        write_atomic(out, lambda temporary: _put_file(lines, temporary))
    return Written(counted.documents, counted.mentions)


class _Counted:
    """The items, counted as they pass."""

    def __init__(self, items: Iterable[Annotated]) -> None:
        self._items = items
        self.documents = 0
        self.mentions = 0

    def __iter__(self) -> Iterator[Annotated]:
        for document, found in self._items:
            self.documents += 1
            self.mentions += len(found.mentions)
            yield document, found


def _json_lines(items: Iterable[Annotated]) -> Iterator[str]:
    for document, found in items:
        row = {
            "id": document.id,
            "source": document.source,
            "text": document.document.text,
            "mentions": [_json_mention(mention) for mention in found.mentions],
            "rejected": [candidate._asdict() for candidate in found.rejected],
        }
        yield json.dumps(row, ensure_ascii=False, allow_nan=False)


def _json_mention(mention: Mention) -> dict[str, Any]:
    return {"type" if name == "entity_type" else name: value for name, value in mention._asdict().items()}


def _tagged(item: Annotated) -> Tagged:
    document, found = item
    return Tagged(document.id, document.title, document.abstract, found.mentions)


def _put_lines(lines: Iterable[str], stream: BinaryIO) -> None:
    for line in lines:
        stream.write(line.encode("utf-8") + b"\n")


def _put_file(lines: Iterable[str], path: Path) -> None:
    with path.open("wb") as stream:
        _put_lines(lines, stream)


def _write_parquet(items: Iterable[Annotated], out: Path) -> Written:
    import pyarrow as pa

    from comention.annotation.shards import mention_rows
    from comention.schemas import MENTIONS, conform

    rows: list[tuple[Any, ...]] = []
    ids: set[int] = set()
    for document, found in items:
        if document.id in ids:
            raise UsageError(
                f"two documents have the id {document.id} (the second in {document.source}), the key of "
                "Parquet: write one file for each input, or --format jsonl"
            )
        ids.add(document.id)
        rows += mention_rows(document.id, document.document, found.mentions)
    names = MENTIONS.schema.names
    table = pa.Table.from_pylist([dict(zip(names, row, strict=True)) for row in rows], schema=MENTIONS.schema)
    write_parquet(out, conform(table, MENTIONS))
    return Written(len(ids), len(rows))
