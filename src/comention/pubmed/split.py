"""Cut PubMed XML into records without parsing it.

The scanner looks for the few tags that begin and end a record and hands out the bytes between, so that each
record is parsed on its own: a malformed one never costs its neighbours, memory stays at one record and one
block, and no document type definition is ever read. Between records it reads as a tokenizer does (comments,
CDATA, instructions); inside one it searches for the end tag and reads closely only where something there
could mislead that search.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain
from typing import BinaryIO, Literal, NoReturn

from comention.errors import MalformedError
from comention.files.opening import reading
from comention.pubmed.dtd import HEAD, warn_of_newer_dtd

ChunkKind = Literal["article", "book", "delete", "medline"]

BLOCK = 1 << 20  #: bytes read at a time
MAX_RECORD = 64 << 20  #: bytes that one record, or one comment between records, may have
_HEAD = 1024  # bytes; enough for an XML declaration in UTF-16
_LOOKAHEAD = 64  # bytes; longer than any tag name below

_KINDS: dict[bytes, ChunkKind] = {
    b"PubmedArticle": "article",
    b"MedlineCitation": "article",
    b"PubmedBookArticle": "book",
    b"DeleteCitation": "delete",
}
_SETS = frozenset({b"PubmedArticleSet", b"MedlineCitationSet", b"PubmedBookArticleSet"})

_TAG = re.compile(rb"<(?:(?P<mark>!--|!\[CDATA\[|\?|![A-Za-z]*)|(?P<close>/?)(?P<name>[A-Za-z_:][\w:.-]*))")
_DOCTYPE_HTML = re.compile(rb"<!doctype\s+html\b", re.IGNORECASE)
_DECLARED = re.compile(rb"\s*<\?xml\s[^>]*?encoding\s*=\s*[\"']([^\"'>]*)[\"']")

# What ends a record early, or hides an end tag; for `MedlineCitation` its own start tag as well, which
# begins no record inside `PubmedArticle`.
_CAREFUL = {
    name: re.compile(
        rb"(?P<comment><!--)|(?P<cdata><!\[CDATA\[)|(?P<end></" + name + rb"\s*>)|<\?xml\s|<!DOCTYPE\s"
        rb"|</?(?:PubmedArticle|PubmedBookArticle|MedlineCitation)Set(?=[\s/>])"
        rb"|<(?:PubmedArticle|PubmedBookArticle|DeleteCitation" + own + rb")(?=[\s/>])"
    )
    for name in _KINDS
    for own in [rb"|MedlineCitation" if name == b"MedlineCitation" else b""]
}
# Where none of these occurs before the end tag, the end tag is the end. One pass is six times as fast as six.
_SIGNS = {
    name: re.compile(rb"<(?:!|\?|PubmedArticle|PubmedBook|DeleteCit|" + own + rb")")
    for name, own in [(b"PubmedArticle", b"MedlineCitationSet"), (b"MedlineCitation", b"MedlineCitation")]
}
_WEB_PAGE = "is a web page, not PubMed XML: download it again"
_CLOSES = {b"?": b"?>", b"!--": b"-->", b"![CDATA[": b"]]>"}

# Encodings that a file may declare; codecs that are no character sets (rot13, base64, idna) are left out.
_CHARSET = re.compile(r"ascii|utf-(8|16|32)|iso8859-|latin|cp\d|koi8|gb|big5|shift_jis|euc|mac-")
_BOMS = {codecs.BOM_UTF8: "utf-8-sig", codecs.BOM_UTF16_LE: "utf-16", codecs.BOM_UTF16_BE: "utf-16"}


@dataclass(frozen=True, slots=True)
class Chunk:
    """One record as it stands in the input: `data` is what lies at the bytes `start:end`.

    Offsets count from the beginning of the decompressed input, a byte order mark included. Input in
    another encoding is recoded first; they then count bytes of its UTF-8 form.
    """

    kind: ChunkKind
    start: int
    end: int
    data: bytes


def split(stream: BinaryIO, source: str, *, block: int = BLOCK) -> Iterator[Chunk]:
    """Yield the records of a PubMed file in order, one chunk each; `block` changes speed and nothing else.

    Records are `PubmedArticle`, `PubmedBookArticle`, `DeleteCitation`, and `MedlineCitation` outside
    `PubmedArticle`, with or without a set around them; several sets may follow one another. A record that
    breaks off before another begins is yielded as far as it goes, and so is an end tag without a beginning:
    neither parses. Other elements between records are skipped.

    Raises MalformedError for what is not PubMed XML, declares entities, is truncated (after the records
    before that point have been yielded), or has a record of more than MAX_RECORD bytes.
    """
    yield from _Scanner(stream, source, max(block, 1)).chunks()


class _Window:
    """The part of the input that is being looked at: `data`, which begins at byte `offset` of the input."""

    def __init__(self, blocks: Iterator[bytes], offset: int, block: int) -> None:
        self._blocks = blocks
        self._block = block
        self.offset = offset
        self.data = b""
        self.ended = False

    def grow(self, keep: int) -> bool:
        """Drop what lies before position `keep`, which becomes 0, and read on; False where there is no more.

        The window doubles, so that a long record read in small blocks costs linear time.
        """
        parts = [self.data[keep:]]
        wanted = min(max(len(parts[0]), self._block), MAX_RECORD)
        while wanted > 0 and not self.ended:
            part = next(self._blocks, b"")
            self.ended = not part
            parts.append(part)
            wanted -= len(part)
        self.offset += keep
        self.data = b"".join(parts)
        return len(self.data) > len(parts[0])


class _Scanner:
    """One pass over one input. Positions are into the window, which moves."""

    def __init__(self, stream: BinaryIO, source: str, block: int) -> None:
        self.source = source
        blocks = _blocks(stream, source, block)
        offset, self.declared, decoded = _decoded(blocks, source)
        self.window = _Window(decoded, offset, block)
        self.records = 0
        self.open_sets: list[bytes] = []
        self.seen_set = False
        self.broken = False  # the last record broke off; end tags up to the next record are its debris
        self.root = b""  # the first element that is neither a record nor a set

    def chunks(self) -> Iterator[Chunk]:
        position = self._first_tag()
        while (position := self._next_tag(position)) >= 0:
            tag = _TAG.match(self.window.data, position)
            if tag is None:
                position += 1
            elif tag["mark"] is not None:
                position = self._skip(position, tag["mark"])
            elif tag["name"] in _KINDS:
                closing = bool(tag["close"])
                end, chunk = self._record(position, tag["name"], closing=closing)
                if not (closing and self.broken):
                    self.records += 1
                    yield chunk
                bare = chunk.data.rstrip(b"> \t\r\n")
                self.broken = closing or not bare.endswith((b"</" + tag["name"], b"/"))
                position = end
            elif tag["name"] in _SETS:
                position = self._set(position, tag["name"], closing=bool(tag["close"]))
            else:
                self.root = self.root or tag["name"]
                if self.root.lower() == b"html":
                    self._fail(_WEB_PAGE)
                position = tag.end()
        if self.open_sets or not (self.records or self.seen_set or self.root):
            self._truncated("no end of the set")
        if not self.records and not self.seen_set:
            self._fail(f"holds no PubMed records (it begins with <{self.root.decode()}>): name another file")

    def _first_tag(self) -> int:
        """The position of the first `<`, before which only white space may stand."""
        while True:
            text = self.window.data.lstrip()
            if text:
                if not text.startswith(b"<"):
                    self._fail("is not XML: name a file of PubMed XML, plain or .gz")
                return len(self.window.data) - len(text)
            if not self.window.grow(len(self.window.data)):
                self._fail("is empty: download it again")

    def _next_tag(self, position: int) -> int:
        """The position of the next `<`, with enough of the input after it to tell the tag; -1 at the end."""
        window = self.window
        while (found := window.data.find(b"<", position)) < 0:
            if not window.grow(len(window.data)):
                return -1
            position = 0
        while len(window.data) - found < _LOOKAHEAD and not window.ended:
            window.grow(found)
            found = 0
        return found

    def _skip(self, position: int, mark: bytes) -> int:
        """The position after a comment, CDATA section, instruction or declaration that begins here."""
        if (close := _CLOSES.get(mark)) is not None:
            position, end = self._find(position, close)
            if mark == b"?":
                self._check_declaration(position, end)
            return end + len(close)
        if mark.upper() != b"!DOCTYPE":
            self._fail("declares entities, which is refused: take the file from PubMed")
        position, end = self._find(position, b">")
        doctype = self.window.data[position:end]
        if _DOCTYPE_HTML.match(doctype):
            self._fail(_WEB_PAGE)
        if b"[" in doctype:
            self._fail("declares entities in its DOCTYPE, which is refused: take the file from PubMed")
        warn_of_newer_dtd(doctype[:HEAD], self.source)
        return end + 1

    def _check_declaration(self, position: int, end: int) -> None:
        name = _declaration(self.window.data, position, end + 2, self.source)
        if name is not None and name != self.declared and {name, self.declared} - {"utf-8", "ascii", None}:
            self._fail(
                f"changes its encoding at byte {self.window.offset + position}: split it into its files"
            )

    def _find(self, position: int, needle: bytes) -> tuple[int, int]:
        """Where `position` lies now, and where `needle` begins after it."""
        while (found := self.window.data.find(needle, position, position + MAX_RECORD)) < 0:
            if len(self.window.data) - position >= MAX_RECORD:
                self._fail(
                    f"has markup of more than {MAX_RECORD >> 20} MiB at byte {self.window.offset + position}"
                )
            if not self.window.grow(position):
                self._truncated(f"{needle.decode()} is missing after byte {self.window.offset}")
            position = 0
        return position, found

    def _record(self, start: int, name: bytes, *, closing: bool) -> tuple[int, Chunk]:
        """The record that begins at `start` and the position after it."""
        window = self.window
        while True:
            final = window.ended or len(window.data) - start >= MAX_RECORD
            limit = min(len(window.data), start + MAX_RECORD)
            if closing:
                end = window.data.find(b">", start, limit) + 1
            else:
                end = _record_end(window.data, start, limit, name, final=final)
            if end > 0:
                data, offset = window.data[start:end], window.offset
                return end, Chunk(_KINDS[name], offset + start, offset + end, data)
            if not final:
                window.grow(start)
                start = 0
            elif len(window.data) - start >= MAX_RECORD:
                self._fail(
                    f"has a record of more than {MAX_RECORD >> 20} MiB at byte {self.window.offset + start}"
                )
            else:
                self._truncated(f"the record at byte {self.window.offset + start} breaks off")

    def _set(self, position: int, name: bytes, *, closing: bool) -> int:
        position, end = self._find(position, b">")
        self.seen_set = True
        if not closing:
            if self.window.data[end - 1 : end] != b"/":
                self.open_sets.append(name)
        elif self.open_sets:  # one too many is the debris of a malformed record
            self.open_sets.pop()
        return end + 1

    def _truncated(self, what: str) -> NoReturn:
        self._fail(f"is truncated after {self.records} records ({what}): download it again")

    def _fail(self, what: str) -> NoReturn:
        raise MalformedError(f"{self.source} {what}")


def _record_end(data: bytes, start: int, limit: int, name: bytes, *, final: bool) -> int:
    """The position after the record at `start`, -1 where `data[:limit]` does not tell.

    `final` says that no more will come. What it answers for a part of the input it answers for all of it.
    """
    tag_end = data.find(b">", start, limit)
    if tag_end > 0 and data[tag_end - 1] == ord("/"):
        return tag_end + 1
    close = b"</" + name + b">"
    found = data.find(close[:-1], start, limit)
    if found < 0 and not final:
        return -1
    end = found + len(close)
    plain = found >= 0 and end <= limit and data[end - 1] == ord(">") and name in _SIGNS
    if plain and not _SIGNS[name].search(data, start + 1, found):
        return end
    return _careful_end(data, start, limit, name, final=final)


def _careful_end(data: bytes, start: int, limit: int, name: bytes, *, final: bool) -> int:
    """As `_record_end`, reading past comments and CDATA and stopping where something else begins.

    A comment or CDATA section that is never closed, or a comment with `--` in it, makes the record
    malformed; it is then read as text, so that the damage ends with the record.
    """
    position = start + 1
    while (mark := _CAREFUL[name].search(data, position, limit)) is not None:
        if mark["end"]:
            return mark.end()
        if not mark["comment"] and not mark["cdata"]:
            return mark.start()
        found = data.find(b"--" if mark["comment"] else b"]]>", mark.end(), limit)
        known = found >= 0 and found + 3 <= limit
        if not known and not final:
            return -1
        position = found + 3 if known and data[found + 2] == ord(">") else mark.end()
    return -1


def _blocks(stream: BinaryIO, source: str, block: int) -> Iterator[bytes]:
    """Read to the end, with the errors of gzip and of the disk in this package's words."""
    while True:
        with reading(source):
            data = stream.read(block)
        if not data:
            return
        yield data


def _decoded(blocks: Iterator[bytes], source: str) -> tuple[int, str | None, Iterator[bytes]]:
    """The offset of the first byte handed on, the encoding declared, and the input as UTF-8."""
    head = b""
    while len(head) < _HEAD and (data := next(blocks, b"")):
        head += data
    actual = next((name for mark, name in _BOMS.items() if head.startswith(mark)), None)
    if actual is None or actual == "utf-8-sig":
        offset = len(codecs.BOM_UTF8) if actual else 0
        encoding = _declaration(head, offset, len(head), source)
        # What could be read byte by byte up to here is not UTF-16 or UTF-32, whatever it says.
        if actual or encoding is None or encoding.startswith(("utf-", "ascii")):
            return offset, encoding, chain(filter(None, [head[offset:]]), blocks)
        actual = encoding
    recoded = _recoded(chain([head], blocks), actual, source)
    head = next(recoded, b"")
    return 0, _declaration(head, 0, len(head), source), chain(filter(None, [head]), recoded)


def _recoded(blocks: Iterator[bytes], encoding: str, source: str) -> Iterator[bytes]:
    decoder = codecs.getincrementaldecoder(encoding)()
    try:
        for data in blocks:
            if text := decoder.decode(data):
                yield text.encode()
        decoder.decode(b"", final=True)
    except UnicodeError:
        raise MalformedError(f"{source} is truncated or not {encoding}: download it again") from None


def _declaration(data: bytes, start: int, end: int, source: str) -> str | None:
    """The codec that an XML declaration at `start` names, None where it names none.

    Raises MalformedError for one that is unknown or no character set.
    """
    declared = _DECLARED.match(data, start, end)
    if declared is None:
        return None
    name = declared[1].decode("ascii", "replace")
    try:
        codec = codecs.lookup(name).name
    except (LookupError, ValueError):  # ValueError: a null character in the name
        codec = ""
    if not _CHARSET.match(codec):
        raise MalformedError(f"{source} declares the unknown encoding {name!r}: convert it to UTF-8")
    return codec
