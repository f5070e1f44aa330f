"""Gold that marks names and not places: JSON lines with the distinct spellings of each document, and traps.

Two forms are read, and told apart by their keys. One holds its texts and names its concepts (`title`,
`abstract`, `marks` as [spelling, type, concept], `traps` as [spelling, reason]); the other holds offsets and
ids and no text (`pmid`, `sha256`, `marks` and `traps` as objects with `start` and `end`), whose texts come
from PubMed records; data/gold/README.md describes it.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from comention.annotation.document import Document
from comention.documents.pubtator import GoldDocument, Problem, text_lines
from comention.documents.reading import NamedDocument, Skipped, of_gold, read_documents
from comention.errors import MalformedError, UsageError
from comention.files.opening import open_source
from comention.records import ENTITY_TYPES

KINDS = (*ENTITY_TYPES, "cytokine_class")

Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Mark:
    """A spelling that is a mention in its document; `ids` are empty where its concept is not judged.

    `places` are the spans of the spelling that count, in order.
    """

    text: str
    kind: str
    ids: frozenset[str]
    optional: bool
    places: tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class MarkedDocument:
    """A document with the distinct spellings marked in it; `traps` are from spelling to reason."""

    pmid: int | str
    document: Document
    marks: tuple[Mark, ...]
    traps: Mapping[str, str] = field(default_factory=dict)

    @property
    def title(self) -> str:
        """The text of its first block."""
        start, end = self.document.blocks[0] if self.document.blocks else (0, 0)
        return self.document.text[start:end]

    @property
    def text(self) -> str:
        """What its spans count in."""
        return self.document.text


@dataclass(frozen=True, slots=True)
class _Raw:
    text: str
    kind: str
    ids: frozenset[str]
    optional: bool
    own: Span | None


#: The id of the concept that a name names as one of a type, or None.
Named = Callable[[str, str], str | None]


def is_marked(path: Path) -> bool:
    """Return whether a file holds JSON lines; raises what opening it raises."""
    with open_source(path) as stream:
        return stream.read(4096).removeprefix(b"\xef\xbb\xbf").lstrip()[:1] == b"{"


def read_marked(
    gold: Path, texts: Sequence[Path], named: Named
) -> tuple[list[MarkedDocument], list[Problem]]:
    """Return the documents of a file of marks, and what could not be read of it.

    `texts` are PubMed files, or folders in which the files are taken that the gold names as `source`;
    a document whose text is not there, or is another than the one marked, is a problem. Raises UsageError
    for a file that is not there and for gold without texts where none are named, MalformedError for a line
    that is not JSON or none of the two forms.
    """
    with open_source(gold) as stream:
        rows = [
            (number, _row(line, number, str(gold)))
            for number, line in enumerate(text_lines(stream, str(gold)), 1)
            if line.strip()
        ]
    documents: list[MarkedDocument] = []
    problems: list[Problem] = []
    apart = [(number, row) for number, row in rows if "sha256" in row]
    if apart and not texts:
        raise UsageError(f"{gold} holds no texts: name PubMed files or folders that have them with --texts")
    found = texts_of({row["pmid"]: row for _, row in apart}, texts) if apart else {}
    for number, row in rows:
        try:
            documents.append(_document(row, found, named))
        except _NoTextError as error:
            problems.append(Problem(number, str(error)))
        except (KeyError, TypeError, ValueError) as error:
            raise MalformedError(
                f"{gold}: line {number} is no document of marks ({error}): see data/gold/README.md"
            ) from None
    if not documents:
        first = f" (the first: {problems[0]})" if problems else ""
        raise MalformedError(f"{gold}: 0 documents with a text{first}: name the files with --texts")
    return documents, problems


class _NoTextError(Exception):
    """The text of a document is not at hand."""


def _row(line: str, number: int, source: str) -> dict[str, Any]:
    try:
        row = json.loads(line)
    except (ValueError, RecursionError):
        row = None
    if not isinstance(row, dict) or not {"pmid", "marks"} <= row.keys():
        raise MalformedError(f"{source}: line {number} is no document of marks: see data/gold/README.md")
    return row


def digest(text: str) -> str:
    """Return what gold without texts tells a text by: 16 hexadecimal digits of its SHA-256."""
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def texts_of(wanted: Mapping[int, Mapping[str, Any]], texts: Sequence[Path]) -> dict[int, Document]:
    """Return the documents of PMIDs in files: of several versions the one that was marked."""
    found: dict[int, Document] = {}
    sources = {row.get("source") for row in wanted.values()}
    for named in _read(list(_files(texts, sources))):
        row = wanted.get(named.id)
        if row is not None and (named.id not in found or digest(named.document.text) == row.get("sha256")):
            found[named.id] = named.document
    return found


def _read(files: Sequence[Path]) -> Iterator[NamedDocument]:
    def skip(_: Skipped) -> None:
        """A record that is not read is missing where the gold wants it, and told there."""

    return read_documents([str(path) for path in files], skip) if files else iter(())


def _files(texts: Iterable[Path], sources: Iterable[str | None]) -> Iterator[Path]:
    names = set(sources)
    for path in texts:
        if path.is_dir():
            yield from sorted(p for p in path.rglob("*") if p.name in names and p.is_file())
        else:
            yield path


def _document(row: Mapping[str, Any], texts: Mapping[int, Document], named: Named) -> MarkedDocument:
    pmid = row["pmid"]
    if "sha256" not in row:
        document = of_gold(GoldDocument(pmid, row["title"], row["abstract"] or None))
        raw = [_of_name(text, kind, concept, named) for text, kind, concept in row["marks"]]
        return _placed(pmid, document, raw, dict(row.get("traps", ())))
    if pmid not in texts:
        raise _NoTextError(f"PMID {pmid} is in none of the files of --texts")
    document = texts[pmid]
    if digest(document.text) != row["sha256"]:
        raise _NoTextError(f"PMID {pmid} has another text in the files of --texts than the one marked")
    raw = [_of_offsets(mark, document.text) for mark in row["marks"]]
    traps = {document.text[t["start"] : t["end"]]: t["reason"] for t in row["traps"]}
    return _placed(pmid, document, raw, traps)


def _of_name(text: str, kind: str, concept: str, named: Named) -> _Raw:
    optional, kind = kind.endswith("?"), kind.removesuffix("?")
    found = named(concept, "cytokine" if kind == "cytokine_class" else kind) if concept else None
    return _Raw(text, _known(kind), frozenset({found} if found else ()), optional, None)


def _of_offsets(mark: Mapping[str, Any], text: str) -> _Raw:
    start, end, concept = mark["start"], mark["end"], mark["concept"]
    if not 0 <= start < end <= len(text):
        raise ValueError(f"{start} to {end} is no span of the text")
    ids = frozenset({concept} if concept else ())
    return _Raw(text[start:end], _known(mark["type"]), ids, mark.get("optional", False), (start, end))


def _known(kind: str) -> str:
    if kind not in KINDS:
        raise ValueError(f"{kind!r} is no type: give {', '.join(KINDS)}")
    return kind


def _placed(
    pmid: int | str, document: Document, raw: Sequence[_Raw], traps: Mapping[str, str]
) -> MarkedDocument:
    """Put the marks of one spelling and type together, and find where the spelling stands."""
    together: dict[tuple[str, str], list[_Raw]] = {}
    for mark in raw:
        together.setdefault((mark.text, mark.kind), []).append(mark)
    spellings = {mark.text for mark in raw} | set(traps)
    everywhere = {text: occurrences(document.text, text) for text in spellings}
    marks = []
    for (text, kind), several in together.items():
        own = {mark.own for mark in several if mark.own is not None}
        longer = [place for other in spellings if len(other) > len(text) for place in everywhere[other]]
        free = {p for p in everywhere[text] if not any(a <= p[0] and p[1] <= b for a, b in longer)}
        places = tuple(sorted(free | own or set(everywhere[text])))
        if not places:
            raise ValueError(f"{text!r} is not in the text of {pmid}")
        ids = frozenset().union(*(mark.ids for mark in several))
        marks.append(Mark(text, kind, ids, all(mark.optional for mark in several), places))
    return MarkedDocument(pmid, document, tuple(marks), dict(traps))


def occurrences(text: str, spelling: str) -> tuple[Span, ...]:
    """Return the spans of a spelling that begin and end at words' ends; where none does, all of them."""
    spans = [(m.start(), m.end()) for m in re.finditer(re.escape(spelling), text)] if spelling else []
    whole = [
        (start, end)
        for start, end in spans
        if not (spelling[0].isalnum() and text[start - 1 : start].isalnum())
        and not (spelling[-1].isalnum() and text[end : end + 1].isalnum())
    ]
    return tuple(whole or spans)
