"""The mentions of a user's documents out: JSON lines, PubTator, BioC JSON, Parquet."""

from __future__ import annotations

import itertools
import logging
from collections.abc import Callable, Iterable, Iterator
from typing import Any, BinaryIO, Literal, NamedTuple

from comention.annotation.annotator import Annotator
from comention.documents import bioc
from comention.documents.pubtator import TaggedText, write
from comention.documents.reading import NamedDocument
from comention.errors import UsageError
from comention.files.atomic import json_text, write_table
from comention.files.outputs import Output, put
from comention.records import Reading

Format = Literal["jsonl", "pubtator", "bioc", "parquet"]

_FORMATS = ("jsonl", "pubtator", "bioc", "parquet")

_log = logging.getLogger(__name__)


class Written(NamedTuple):
    """How much was written."""

    documents: int
    mentions: int


Annotated = tuple[NamedDocument, Reading]


def annotated(
    documents: Iterable[NamedDocument], tool: Annotator, *, one_by_one: bool
) -> Iterator[Annotated]:
    """Yield documents with what an annotator makes of them; one by one is slower, and waits for no other."""
    if one_by_one:
        return ((one, tool.read(one.document)) for one in documents)
    told, kept = itertools.tee(documents)  # a batch apart
    return zip(kept, tool.read_all(one.document for one in told), strict=True)


def write_mentions(items: Iterable[Annotated], output_format: str, out: Output | None) -> Written:
    """Write documents with their mentions to a file, whole or not at all; to standard output without one.

    `jsonl` is an object per document (id, source, text, mentions, rejected), `pubtator` that format,
    `bioc` a BioC collection as JSON, `parquet` the `mentions` dataset, for which ids must not repeat: of the
    citations of a PMID the newest version counts, of equal ones the last. Raises UsageError for another
    format, for Parquet without a file, and for Parquet with two other documents of one id; and what
    :func:`comention.files.outputs.put` raises.
    """
    if output_format not in _FORMATS:
        raise UsageError(f"no format {output_format!r}: there are {', '.join(_FORMATS)}")
    if output_format == "parquet":
        if out is None:
            raise UsageError("Parquet is no text: name a file with --out, or - for standard output")
        return _write_parquet(items, out)
    counted = _Counted(items)
    lines = _LINES[output_format](counted)
    put("-" if out is None else out, lambda stream: _put_lines(lines, stream))
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
            "mentions": [mention._asdict() for mention in found.mentions],
            "rejected": [candidate._asdict() for candidate in found.rejected],
        }
        yield json_text(row)


def _tagged(item: Annotated) -> TaggedText:
    document, found = item
    return TaggedText(document.id, document.title, document.abstract, found.mentions)


_LINES: dict[str, Callable[[Iterable[Annotated]], Iterator[str]]] = {
    "jsonl": _json_lines,
    "pubtator": lambda items: write(map(_tagged, items)),
    "bioc": lambda items: bioc.write_json(map(_tagged, items)),
}


def _put_lines(lines: Iterable[str], stream: BinaryIO) -> None:
    for line in lines:
        stream.write(line.encode("utf-8") + b"\n")


def _write_parquet(items: Iterable[Annotated], out: Output) -> Written:
    import pyarrow as pa

    from comention.annotation.shards import mention_rows
    from comention.schemas import MENTIONS, conform

    held: dict[int, list[tuple[Any, ...]]] = {}
    versions: dict[int, int | None] = {}
    again: list[int] = []
    for document, found in items:
        if document.id in held:
            before = versions[document.id]
            if before is None or document.version is None:
                raise UsageError(
                    f"two documents have the id {document.id} (the second in {document.source}), the key of "
                    "Parquet: write one file for each input, or --format jsonl"
                )
            again.append(document.id)
            if document.version < before:
                continue
        versions[document.id] = document.version
        held[document.id] = list(mention_rows(document.id, document.document, found.mentions))
    if again:
        _log.warning(
            "%d citations that came again, %d the first, count once: the newest version, or the last",
            *(len(again), again[0]),
        )
    names = MENTIONS.schema.names
    rows = [dict(zip(names, row, strict=True)) for found in held.values() for row in found]
    table = conform(pa.Table.from_pylist(rows, schema=MENTIONS.schema), MENTIONS)
    put(out, lambda stream: write_table(table, stream))
    return Written(len(held), len(rows))
