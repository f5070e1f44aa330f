"""Gold that marks every place of a name and holds no text: JSON lines with offsets, for training.

A line is a document: `pmid`, `source` and `sha256` say which text is meant, as in gold of marks
(:mod:`comention.gold.marked`); every other key is a type, whose value lists its spans as [start, end].
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from comention.annotation.document import Document
from comention.documents.pubtator import Annotation, GoldDocument, Problem, text_lines
from comention.errors import MalformedError, UsageError
from comention.files.opening import open_source
from comention.gold.marked import digest, texts_of

#: How the names of such files end; those of gold that holds its texts do not.
SUFFIX = ".jsonl"

_ABOUT = ("pmid", "source", "sha256")


def read_places(gold: Path, texts: Sequence[Path]) -> tuple[list[GoldDocument], list[Problem]]:
    """Return the documents of a file, their annotations without ids, and what could not be read of it.

    `texts` are PubMed files, or folders in which the files are taken that the gold names as `source`; a
    document whose text is not there, or has changed, is a problem. Raises UsageError where no texts are
    named, MalformedError for a line that is of another form and where no document has its text.
    """
    if not texts:
        raise UsageError(f"{gold} holds no texts: name PubMed files or folders that have them with --texts")
    with open_source(gold) as stream:
        rows = {n: line for n, line in enumerate(text_lines(stream, str(gold)), 1) if line.strip()}
    read = {number: _row(line, number, gold) for number, line in rows.items()}
    found = texts_of({row["pmid"]: row for row in read.values()}, texts)
    documents: list[GoldDocument] = []
    problems: list[Problem] = []
    for number, row in read.items():
        document = found.get(row["pmid"])
        if document is None or digest(document.text) != row["sha256"]:
            problems.append(Problem(number, f"PMID {row['pmid']} is in none of the files, or has changed"))
            continue
        try:
            documents.append(_document(row, document))
        except (TypeError, ValueError) as error:
            raise MalformedError(_malformed(gold, number, str(error))) from None
    if not documents:
        raise MalformedError(f"{gold}: no document with a text: name the files with --texts")
    return documents, problems


def _row(line: str, number: int, gold: Path) -> dict[str, Any]:
    try:
        row = json.loads(line)
    except (ValueError, RecursionError):
        row = None
    if not isinstance(row, dict) or not set(_ABOUT) <= row.keys() or not isinstance(row["pmid"], int):
        raise MalformedError(_malformed(gold, number, f"it needs {', '.join(_ABOUT)}"))
    return row


def _malformed(gold: Path, number: int, why: str) -> str:
    return f"{gold}: line {number} is no document of places ({why}): see data/gold/README.md"


def _document(row: Mapping[str, Any], document: Document) -> GoldDocument:
    text = document.text
    title = document.blocks[0][1]
    annotations = []
    for kind, spans in row.items():
        if kind in _ABOUT:
            continue
        for start, end in spans:
            if not 0 <= start < end <= len(text):
                raise ValueError(f"{start} to {end} is no span of the text")
            annotations.append(Annotation(start, end, text[start:end], kind, ()))
    annotations.sort(key=lambda a: (a.start, a.end))
    return GoldDocument(row["pmid"], text[:title], text[title + 1 :] or None, tuple(annotations))
