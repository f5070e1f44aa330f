"""What an input file is, by its first bytes: PubMed's formats, others that hold text, and what is refused.

The name of a file counts only where its content says nothing: a text may be a broken file of another kind.
"""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO, Literal, cast

from comention.errors import UsageError
from comention.files.opening import open_source, reading
from comention.pubmed.medline import parse_medline, split_medline
from comention.pubmed.split import Chunk, split
from comention.pubmed.xml import Parsed, RecordError, parse_chunk
from comention.records import Reject

#: `xml` and `medline` hold citations, `pmids` (a list, or a table with such a column) names them, the others
#: hold documents.
Kind = Literal["xml", "medline", "pmids", "bioc-xml", "bioc-json", "pubtator", "text"]

#: The kinds as messages name them.
NAMES: dict[Kind, str] = {
    "xml": "PubMed XML",
    "medline": "PubMed format (MEDLINE, .nbib)",
    "pmids": "a list of PMIDs",
    "bioc-xml": "BioC XML",
    "bioc-json": "BioC JSON",
    "pubtator": "PubTator",
    "text": "plain text",
}

STDIN = "-"
_NAMES_OF_STDIN = frozenset({STDIN, "/dev/stdin", "/dev/fd/0", "/proc/self/fd/0"})
HEAD = 1 << 16  #: bytes that are read at most to learn what an input is


@dataclass(frozen=True, slots=True)
class Refused:
    """A format that is known and not read: its name, and what to do instead."""

    what: str
    way: str

    def __str__(self) -> str:
        return f"{self.what}: {self.way}"


_CITATIONS = 'save the citations from PubMed again with "Format: PubMed", or give a list of their PMIDs'
_TEXT = "save its text as UTF-8 .txt, a document on each line"
_TABLE = "save it as CSV with a column PMID, or copy the PMIDs into a text file"
_UNPACK = "unpack it and name the files in it"

#: PubMed's "Abstract" and "Summary" layouts, which have no fields.
ABSTRACTS = Refused('PubMed\'s "Abstract" or "Summary" text, a layout without fields', _CITATIONS)
_WEB_PAGE = Refused("a web page", f"download the file itself; to annotate the page, {_TEXT}")
_JSON = Refused("JSON, but not BioC", "give BioC JSON, PubMed XML or a text with a document on each line")
_DELIMITED = Refused("a table without a column PMID", f"name that column PMID; to annotate texts, {_TEXT}")
_UTF_16 = Refused("text in UTF-16", "save it as UTF-8")
_BINARY = Refused("a binary file", f"give PubMed XML, PubMed format or a list of PMIDs; else {_TEXT}")

_ROOTS: dict[bytes, Kind | Refused] = {
    b"collection": "bioc-xml",
    b"html": _WEB_PAGE,
    b"article": Refused("the XML of a full text (JATS)", f"give its PMID, or {_TEXT}"),
    b"pmc-articleset": Refused("the XML of full texts (JATS)", f"give their PMIDs, or {_TEXT}"),
    b"xml": Refused("EndNote XML", _CITATIONS),
    b"esearchresult": Refused("an answer of ESearch", "copy the PMIDs in it into a text file"),
    b"esummaryresult": Refused("an answer of ESummary", "ask EFetch for XML, or give a list of PMIDs"),
}
_MAGIC: tuple[tuple[bytes, Refused], ...] = (
    (b"%PDF-", Refused("a PDF", _TEXT)),
    (b"{\\rtf", Refused("RTF", _TEXT)),
    (b"\xd0\xcf\x11\xe0", Refused("an old Word or Excel file", f"{_TEXT}; or {_TABLE}")),
    (b"BZh", Refused("a bzip2 archive", _UNPACK)),
    (b"\xfd7zXZ", Refused("an xz archive", _UNPACK)),
    (b"\x28\xb5\x2f\xfd", Refused("a zstd archive", _UNPACK)),
    (b"7z\xbc\xaf", Refused("a 7z archive", _UNPACK)),
    (b"Rar!", Refused("a RAR archive", _UNPACK)),
    (b"PAR1", Refused("Parquet", _TABLE)),
    (b"\x89PNG", Refused("a picture", _TEXT)),
    (b"\xff\xd8\xff", Refused("a picture", _TEXT)),
)
# What lies in a zip file: names of its parts, which are not compressed.
_ZIPPED: tuple[tuple[bytes, Refused], ...] = (
    (b"xl/", Refused("an Excel file", _TABLE)),
    (b"opendocument.spreadsheet", Refused("an OpenDocument spreadsheet", _TABLE)),
    (b"word/", Refused("a Word file", _TEXT)),
    (b"opendocument.text", Refused("an OpenDocument text", _TEXT)),
    (b"ppt/", Refused("a PowerPoint file", _TEXT)),
    (b"epub+zip", Refused("an EPUB", _TEXT)),
)
_LINES: tuple[tuple[re.Pattern[bytes], Refused], ...] = (
    (re.compile(rb"TY  ?- "), Refused("RIS", _CITATIONS)),
    (re.compile(rb"%[0-9A-Z] "), Refused("an EndNote export (.enw)", _CITATIONS)),
    (re.compile(rb"@[A-Za-z]+\s*\{"), Refused("BibTeX", _CITATIONS)),
    (re.compile(rb"FN (?:Clarivate|Thomson|ISI)"), Refused("a Web of Science export", _CITATIONS)),
    (re.compile(rb"<[0-9]+>\s*$"), Refused("an Ovid export", _CITATIONS)),
)
_SURE = 256  # bytes; of fewer nothing is said by how often they are zero
_BOMS_16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_TAG = re.compile(rb"[A-Z][A-Z0-9]{1,3} {0,2}- ")
_PMID_TAG = re.compile(rb"^PMID- ?[0-9]", re.MULTILINE)
_PUBTATOR = re.compile(rb"[0-9]+\|t\|")
_MARKUP = re.compile(rb"<(?:[A-Za-z_:/?!]|[A-Za-z?!]\x00|\x00)")
_ROOT = re.compile(
    rb"(?:\s|<\?.*?\?>|<!--.*?-->|<!DOCTYPE[^>\[]*(?:\[.*?\]\s*)?>)*<([A-Za-z_:][\w:.-]*)", re.DOTALL | re.I
)
_JSON_START = re.compile(rb'\{\s*["}]|\[\s*[{\]]')
_BIOC_KEYS = re.compile(rb'"(?:documents|passages|bioctype|PubTator3)"\s*:')
_NUMBERED = re.compile(rb"1[.:] ")
# The first line of a citation: journal, date, then volume, DOI or page.
_CITATION = re.compile(
    rb"1[.:] .{2,300}?\. ?(?:1[89]|20)[0-9]{2}(?: [A-Z][a-z]{2}(?:-[A-Z][a-z]{2})?(?: [0-9]{1,2})?)?[;:]"
)
_HAS_PMID = re.compile(rb"(?:^|\s)PMID: ?[0-9]", re.MULTILINE)
_SEPARATOR = re.compile(rb"[\s,;\"]+")  # a table of one column may have its values in quotation marks
_HEADER = re.compile(rb"(?:pmids?|uids?|pubmed[ _]?ids?):?\s*", re.IGNORECASE)
_NUMBER = re.compile(rb"[0-9]{1,9}")
_OTHER_IDS = (
    (
        re.compile(rb"PMC[0-9]+"),
        Refused("a list of PMC ids", "convert them to PMIDs with NCBI's ID Converter"),
    ),
    (
        re.compile(rb"(?:https?://(?:dx\.)?doi\.org/|doi:)?10\.[0-9]{4,9}/\S+"),
        Refused("a list of DOIs", "search for them in PubMed, and give the PMIDs"),
    ),
)


def sniff(head: bytes, *, ended: bool) -> Kind | Refused | None:
    """Return what an input is by its first bytes, None where more of them would say.

    `ended` where no more come: then something is always returned. A byte order mark and white space in
    front do not count.
    """
    if head.startswith(_BOMS_16):
        text = head[2:].decode("utf-16-le" if head[0] == 0xFF else "utf-16-be", "ignore").encode()
        found = sniff(text, ended=ended)
        return found if found in {"xml", "bioc-xml", None} else _UTF_16
    body = head.removeprefix(codecs.BOM_UTF8).lstrip()
    if not body:
        return "text" if ended else None
    if _MARKUP.match(body):
        return _markup(body, ended=ended)
    if _JSON_START.match(body):
        other = _JSON if ended else None
        return "bioc-json" if _BIOC_KEYS.search(body) else other
    return _binary(body) or _of_lines(body, ended=ended)


def _binary(body: bytes) -> Refused | None:
    for magic, refused in _MAGIC:
        if body.startswith(magic):
            return refused
    if body.startswith(b"PK\x03\x04"):
        other = Refused("a zip archive", _UNPACK)
        return next((refused for part, refused in _ZIPPED if part in body), other)
    if body[257:262] == b"ustar":
        return Refused("a tar archive", _UNPACK)
    zeros = 0 if body.startswith((b"<", b"\x00<")) else body.count(0)
    # A text may hold some by accident; letters of two bytes, half of which are zero, are no text in UTF-8.
    many = zeros > len(body) // 3 and len(body) > _SURE
    return _BINARY if many or (zeros and not _is_utf_8(body)) else None


def _is_utf_8(body: bytes) -> bool:
    """Return whether a head is UTF-8 text, which may break off inside a character."""
    try:
        codecs.getincrementaldecoder("utf-8")().decode(body)
    except UnicodeDecodeError:
        return False
    return True


def _markup(body: bytes, *, ended: bool) -> Kind | Refused | None:
    if body[:14].lower() == b"<!doctype html":
        return _WEB_PAGE
    root = _ROOT.match(body)
    if root is None:
        return "xml" if ended or b"\x00" in body[:4] or body.startswith(b"</") else None
    return _ROOTS.get(root[1].lower(), "xml")


def _of_lines(body: bytes, *, ended: bool) -> Kind | Refused | None:
    first, _, rest = body.partition(b"\n")
    first = first.rstrip(b"\r")
    if _TAG.match(first) and _PMID_TAG.search(body):
        return "medline"
    if _TAG.match(first) and not ended and (not rest or _TAG.match(rest)):
        return None
    refused = next((what for begins, what in _LINES if begins.match(first)), None)
    if refused is not None or _PUBTATOR.match(first):
        return refused or "pubtator"
    if _NUMBERED.match(first) and (_CITATION.match(first) or _HAS_PMID.search(body)):
        return ABSTRACTS
    if pmid_column(columns_of(first.decode("utf-8", "replace"))) is not None:
        return "pmids"
    return _listed(body, ended=ended)


def delimiter_of(header: str) -> str:
    """Return what stands between the columns of a table, by its first line."""
    return max(",;\t", key=header.count)


def pmid_column(names: list[str]) -> int | None:
    """Return which column of a table holds PMIDs, None where none is named so."""
    bare = [name.strip().lower() for name in names]
    return next((bare.index(name) for name in ("pmid", "pubmed id", "pubmed_id") if name in bare), None)


def columns_of(header: str) -> list[str]:
    """Return the names of a table's columns, by its first line; none where it is no table."""
    try:
        names = next(csv.reader([header.replace("\r", " ")], delimiter=delimiter_of(header)), [])
    except csv.Error:
        return []
    return names if len(names) > 1 else []


def _listed(body: bytes, *, ended: bool) -> Kind | Refused | None:
    """Return `pmids` for a list of them, a refusal for one of other ids, "text" for anything else."""
    words = list(filter(None, _SEPARATOR.split(_HEADER.sub(b" ", body))))
    if (not ended or len(body) >= HEAD - len(codecs.BOM_UTF8)) and not body[-1:].isspace():
        words = words[:-1] or words  # the last one may be cut
    if not words or all(map(_NUMBER.fullmatch, words)):
        named = bool(words) or _HEADER.search(body) is not None  # a header alone is a list of none
        return ("pmids" if named else "text") if ended else None
    return next(
        (refused for shape, refused in _OTHER_IDS if words and all(map(shape.fullmatch, words))), "text"
    )


def citations(kind: Kind, stream: BinaryIO, source: str) -> Iterator[Chunk]:
    """Yield the records of PubMed XML or PubMed format; raise what :func:`split` raises."""
    return split_medline(stream, source) if kind == "medline" else split(stream, source)


def parse_record(chunk: Chunk, source: str) -> Parsed:
    """Return what a record of either format is; one that cannot be read is a Reject, nothing is raised."""
    if chunk.kind != "medline":
        return parse_chunk(chunk, source)
    try:
        return parse_medline(chunk.data)
    except RecordError as error:
        return Reject(source, chunk.start, chunk.end, error.pmid, error.reason)


def kind_of(head: bytes, name: str) -> Kind:
    """Return what a file is by its first bytes, and by its name where these say no more than "text".

    Raises UsageError, with the way on, for a format that is not read.
    """
    found = sniff(head, ended=True)
    suffix = Path(name.lower().removesuffix(".gz")).suffix
    if found == "text" and suffix in {".xml", ".pubtator"}:
        return "xml" if suffix == ".xml" else "pubtator"
    if found == "text" and suffix in {".csv", ".tsv"}:
        found = _DELIMITED
    if isinstance(found, Refused):
        raise UsageError(f"{name} is {found}")
    assert found is not None  # noqa: S101 - an input that has ended is something
    return found


def file_kind(path: Path) -> Kind:
    """Return what a file on disk is; raises as :func:`kind_of` and `open_source` do."""
    with open_source(path) as stream, reading(str(path)):
        return kind_of(stream.read(HEAD), str(path))


@contextmanager
def open_kind(path: Path | Literal["-"]) -> Iterator[tuple[Kind, BinaryIO]]:
    """Open a file, or standard input for `-`, and say what it is; the stream begins at its beginning.

    Of standard input no more is read than is needed, since what comes through a pipe may come slowly.
    Raises as :func:`kind_of` and `open_source` do.
    """
    label = "standard input" if path == STDIN else str(path)
    with open_source(path) as stream:
        with reading(label):
            head = _head(stream) if path == STDIN else stream.read(HEAD)
        yield kind_of(head, label), cast(BinaryIO, io.BufferedReader(_Replayed(head, stream)))


@contextmanager
def open_citations(path: Path | Literal["-"]) -> Iterator[tuple[Kind, BinaryIO]]:
    """Open a file of citations as :func:`open_kind` does; raise UsageError also for what holds none."""
    with open_kind(path) as (kind, stream):
        check_citations(kind, "standard input" if path == STDIN else str(path))
        yield kind, stream


def check_stdin(names: Iterable[str]) -> None:
    """Raise UsageError where standard input is named twice: it can be read once."""
    if sum(name in _NAMES_OF_STDIN for name in names) > 1:
        raise UsageError("standard input is named twice: name - once")


def check_files(paths: Iterable[Path]) -> None:
    """Raise UsageError for a file that holds no citations, before the first is read.

    What comes through a pipe is not looked at, since it can be read once: it is told when it is read.
    """
    for path in paths:
        if str(path) != STDIN and path.is_file():
            check_citations(file_kind(path), str(path))


def check_citations(kind: Kind, label: str) -> None:
    """Raise UsageError, with the way on, for an input that holds no citations."""
    if kind == "pmids":
        raise UsageError(f"{label} is {NAMES[kind]}, without citations: give it to --pmids")
    if kind not in {"xml", "medline"}:
        raise UsageError(
            f"{label} is {NAMES[kind]}, which has no citations: give PubMed XML or PubMed format (.nbib), "
            "or read it with comention annotate"
        )


def _head(stream: BinaryIO) -> bytes:
    """Return the first lines of a pipe, up to the one after which it is clear what they are."""
    head, looked = b"", 0
    while len(head) < HEAD and (line := stream.readline(HEAD)):
        head += line
        # Each look costs what has come so far: a long list is looked at a few times only.
        if len(head) >= 2 * looked:
            looked = len(head)
            if sniff(head, ended=False) is not None:
                break
    return head


class _Replayed(io.RawIOBase):
    """A stream from its beginning again, after its head has been read; a pipe cannot be rewound."""

    def __init__(self, head: bytes, rest: BinaryIO) -> None:
        self._head = head
        self._rest = cast(io.BufferedIOBase, rest)

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any, /) -> int:
        size = len(buffer)
        data, self._head = self._head[:size], self._head[size:]
        # At most one read of a pipe, so that a line that has come does not wait for a full block.
        data = data or self._rest.read1(size)
        buffer[: len(data)] = data
        return len(data)
