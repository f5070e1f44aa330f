"""The PubTator format: gold annotations in, our mentions out.

A document is `PMID|t|title`, `PMID|a|abstract`, then a line of tab-separated columns per annotation: PMID,
start, end, text, type, ids. Offsets are code points into title, one space, abstract (Wei et al. 2013,
doi:10.1093/nar/gkt441). Blank lines stand between documents.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import BinaryIO, NamedTuple

from comention.errors import MalformedError
from comention.files.opening import open_source, reading
from comention.records import Mention
from comention.schemas import UNLINKED

_TEXT_LINE = re.compile(r"([^|\t]*)\|([ta])\|(.*)", re.DOTALL)
PMID = re.compile(r"[0-9]{1,18}")  # what fits a 64-bit integer
_KEY = re.compile(r"\S{1,64}")
_OFFSET = re.compile(r"[0-9]{1,9}")
_ID_SEPARATOR = re.compile(r"[|;,+]")  # NCBI disease joins the ids of one mention by "+" as well as by "|"
_NO_ID = frozenset({"", "-", "-1"})
_NOVELTY = frozenset({"Novel", "No"})  # BioRED's fifth column of a relation
# Whatever some reader takes for the end of a line or of a column; each is one code point, as is a space.
_BREAK = re.compile("[\t\n\r\v\f\x1c-\x1e\x85\u2028\u2029]")
# Other control characters, halves of pairs, and what is no character: XML holds none, few programs read them.
_CONTROL = re.compile("[\x00-\x08\x0e-\x1b\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufffe\uffff]")
_ALIKE: dict[int, str | None] = {
    **dict.fromkeys(map(ord, "\u2010\u2011\u2012\u2013\u2212\ufe63\uff0d"), "-"),  # hyphens and minus
    **dict.fromkeys(map(ord, "\u00ad\u200b\u200c\u200d\u2060\ufeff"), None),  # of no width
}


@dataclass(frozen=True, slots=True)
class Annotation:
    """A span of a gold document; `ids` as the file writes them, composite ones apart, none where unlinked."""

    start: int
    end: int
    text: str
    type: str
    ids: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class GoldDocument:
    """A document with its annotations in the order of the file; `abstract` is None where it is empty.

    `pmid` is a number, or a text in the few corpora that name a document otherwise ("97218353-2").
    """

    pmid: int | str
    title: str
    abstract: str | None
    annotations: tuple[Annotation, ...] = ()

    @property
    def text(self) -> str:
        """What the offsets count in: title, one space, abstract; the title alone without an abstract."""
        return self.title if self.abstract is None else f"{self.title} {self.abstract}"


@dataclass(frozen=True, slots=True)
class Problem:
    """A line, or a document that begins at a line, that could not be read; lines count from 1."""

    line: int
    reason: str
    #: An annotation whose offsets do not give its text.
    misfit: bool = field(default=False, compare=False)

    def __str__(self) -> str:
        return f"line {self.line}: {self.reason}"


class Relation(NamedTuple):
    """What a document says of two mentions, which stand at `first` and `second` in its list (from 0)."""

    first: int
    second: int
    infons: Mapping[str, object]


class TaggedText(NamedTuple):
    """A document to write, with the mentions found in it; PubTator has no place for the relations."""

    pmid: int | str
    title: str
    abstract: str | None
    mentions: Sequence[Mention]
    relations: Sequence[Relation] = ()


def printable(text: str) -> str:
    """Return a text without tabs, line breaks and control characters, one code point for each.

    What breaks a line becomes a space, any other U+FFFD, so that no offset moves.
    """
    return _CONTROL.sub("\ufffd", _BREAK.sub(" ", text))


def write(documents: Iterable[TaggedText]) -> Iterator[str]:
    """Yield the lines of documents, without line ends; a blank line stands between two documents.

    The type is Disease, Drug, Chemical or Cytokine; the id is `-` for a mention without a concept. Texts are
    :func:`printable`.
    """
    for number, document in enumerate(documents):
        if number:
            yield ""
        yield f"{document.pmid}|t|{printable(document.title)}"
        yield f"{document.pmid}|a|{printable(document.abstract or '')}"
        for m in document.mentions:
            concept_id = "-" if m.concept_id.startswith(UNLINKED) else m.concept_id
            text = printable(m.text)
            yield "\t".join(
                (str(document.pmid), str(m.start), str(m.end), text, m.entity_type.capitalize(), concept_id)
            )


def read(source: Path | str | Iterable[str]) -> tuple[list[GoldDocument], list[Problem]]:
    """Return the documents of a file (plain or gzip), or of lines, and what could not be read of it.

    A line that is broken, or whose offsets do not give its text, is a problem and costs nothing but itself.
    A document that repeats a PMID is left out as one problem. Relations are no annotations and are skipped.
    Raises UsageError for a file that is not there, MalformedError for one that is not UTF-8.
    """
    if not isinstance(source, Path | str):
        items = list(parse(source))
    else:
        path = Path(source)
        with open_source(path) as stream:
            items = list(parse(text_lines(stream, str(path))))
    documents = [item for item in items if isinstance(item, GoldDocument)]
    return documents, [item for item in items if isinstance(item, Problem)]


def text_lines(stream: BinaryIO, source: str) -> Iterator[str]:
    r"""Yield the lines of UTF-8 text without their ends (`\n` or `\r\n`) and without a byte order mark.

    Raises MalformedError, naming the line, where the text is not UTF-8.
    """
    with reading(source):
        for number, raw in enumerate(stream, 1):
            try:
                line = raw.removesuffix(b"\n").removesuffix(b"\r").decode("utf-8")
            except UnicodeDecodeError:
                raise MalformedError(
                    f"{source}: line {number} is not UTF-8: convert the file to UTF-8"
                ) from None
            yield line.removeprefix("\ufeff") if number == 1 else line


@dataclass(slots=True)
class _Draft:
    """A document that is being read: `refused` says why it is left out as a whole."""

    line: int
    key: str
    title: str
    abstract: str | None = None
    rows: list[tuple[int, list[str]]] = field(default_factory=list)
    refused: str | None = None


def parse(lines: Iterable[str]) -> Iterator[GoldDocument | Problem]:
    """Yield the documents of lines and the problems with them, each document after its own problems."""
    draft: _Draft | None = None
    seen: set[int | str] = set()
    for number, raw in enumerate(lines, 1):
        line = raw.removesuffix("\n").removesuffix("\r")
        found = _TEXT_LINE.match(line)
        if not line.strip() or (found and found[2] == "t"):
            yield from _finished(draft)
            draft = _begun(number, found[1], found[3], seen) if found else None
        elif draft is None or draft.key != (found[1] if found else line.split("\t", 1)[0]):
            yield Problem(number, f"{_short(line)} belongs to no document: put PMID|t|title before it")
        elif found is None:
            draft.rows.append((number, line.split("\t")))
        elif draft.abstract is not None:
            yield Problem(number, f"a second abstract of {draft.key}: keep one")
        else:
            draft.abstract = found[3]
    yield from _finished(draft)


def _begun(line: int, key: str, title: str, seen: set[int | str]) -> _Draft:
    draft = _Draft(line, key, title)
    if not _KEY.fullmatch(key):
        draft.refused = f"{_short(key)} is no id of a document: give it its PMID"
    elif _pmid(key) in seen:
        draft.refused = f"the document {key} stands a second time, and is left out: keep one"
    else:
        seen.add(_pmid(key))
    return draft


def _pmid(key: str) -> int | str:
    return int(key) if PMID.fullmatch(key) else key


def _finished(draft: _Draft | None) -> Iterator[GoldDocument | Problem]:
    if draft is None:
        return
    if draft.refused is not None:
        yield Problem(draft.line, draft.refused)
        return
    rows = [(number, columns) for number, columns in draft.rows if not _is_relation(columns)]
    bare = _placed(draft, [columns for _, columns in rows])
    annotations: list[Annotation] = []
    for number, columns in rows:
        item = _annotation(columns, bare.text)
        if isinstance(item, Annotation):
            annotations.append(item)
        else:
            yield replace(item, line=number)
    yield replace(bare, annotations=tuple(annotations))


def _placed(draft: _Draft, rows: Sequence[list[str]]) -> GoldDocument:
    """Return a document with the text that its offsets count in.

    Some files keep a space at the end of a title, or at either end of an abstract, that their offsets do
    not count. Of the ways to read it that one is right which most annotations fit, and as it stands if none
    is better.
    """
    title, abstract = draft.title, draft.abstract or None
    readings = [(title, abstract)]
    if rows:
        bare = abstract.lstrip() if abstract else None
        readings += [(title.rstrip(), abstract), (title, bare), (title.rstrip(), bare), (title.strip(), bare)]
    documents = [GoldDocument(_pmid(draft.key), *one) for one in dict.fromkeys(readings)]
    if len(documents) == 1:
        return documents[0]
    return max(documents, key=lambda one: sum(isinstance(_annotation(r, one.text), Annotation) for r in rows))


def _is_relation(columns: list[str]) -> bool:
    """Tell `PMID CID chemical disease` (BioCreative V) and BioRED's, which say Novel or No, from the rest."""
    width = len(columns)
    shaped = width == 4 or (width == 5 and columns[4] in _NOVELTY)
    return shaped and columns[1].replace("_", "").isalpha()


def _annotation(columns: list[str], text: str) -> Annotation | Problem:
    """Return the annotation in the columns of a line, or what is wrong with it (at line 0).

    The ids may be absent; a seventh column (BioCreative V: the names that a composite mention joins) is not
    read. The text of the annotation is that of the document, which may have other hyphens and spaces.
    """
    if not 5 <= len(columns) <= 7:
        reason = "an annotation has PMID, start, end, text, type and id, between tabs"
        return Problem(0, f"{len(columns)} columns: {reason}")
    _, first, last, surface, kind = columns[:5]
    if not (_OFFSET.fullmatch(first) and _OFFSET.fullmatch(last)):
        reason = f"the offsets {_short(first)} and {_short(last)} are no numbers: count code points from 0"
        return Problem(0, reason)
    start, end = int(first), int(last)
    if not 0 <= start < end <= len(text):
        reason = f"the offsets {start}:{end} lie outside the text of {len(text)} code points: correct them"
        return Problem(0, reason, misfit=True)
    found = text[start:end]
    if found != surface and plain(found) != plain(surface):
        reason = f"the text at {start}:{end} is {_short(found)}, not {_short(surface)}: correct one"
        return Problem(0, reason, misfit=True)
    if not kind.strip():
        return Problem(0, f"{_short(surface)} has no type: name it in column 5")
    return Annotation(start, end, found, kind.strip(), _ids(columns[5] if len(columns) > 5 else ""))


def plain(text: str) -> str:
    """Return a text with one sort of hyphen, single spaces, and characters in their compatible form."""
    return " ".join(unicodedata.normalize("NFKC", text).translate(_ALIKE).split())


def check_fit(documents: Sequence[GoldDocument], problems: Sequence[Problem], source: str) -> None:
    """Raise MalformedError, with an example, where most annotations do not fit their documents."""
    misfits = [problem for problem in problems if problem.misfit]
    fitting = sum(len(document.annotations) for document in documents)
    if len(misfits) > fitting:
        raise MalformedError(
            f"{source}: {len(misfits)} of {len(misfits) + fitting} annotations do not fit their text (the "
            f"first: {misfits[0]}): give offsets that count code points in title, one space, abstract"
        )


def _ids(column: str) -> tuple[str, ...]:
    parts = (part.strip() for part in _ID_SEPARATOR.split(column))
    return tuple(dict.fromkeys(part for part in parts if part not in _NO_ID))


def _short(text: str) -> str:
    """The text quoted on one line, at most 80 code points of it."""
    return repr(text if len(text) <= 80 else f"{text[:79]}…")
