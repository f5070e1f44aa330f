"""Lists of PMIDs: numbers in a text file, or the column PMID of a table such as PubMed's CSV."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Literal

from comention.errors import MalformedError, UsageError
from comention.files.opening import open_source, reading
from comention.pubmed.formats import HEAD, NAMES, STDIN, Refused, columns_of, delimiter_of, pmid_column, sniff

_PMID = re.compile("[1-9][0-9]{0,8}")
_SEPARATOR = re.compile(r"[\s,;\"]+")
_MARK = re.compile(r"\b(?:PMIDs?|UIDs?|PubMed[ _]?IDs?)\b:?", re.IGNORECASE)


def read_pmids(path: Path | Literal["-"]) -> frozenset[int]:
    """Return the PMIDs of a file, plain or gzip, or of standard input for `-`.

    Raises UsageError for a file that is not there, has none, is of another kind, or holds something else
    among them.
    """
    label = "standard input" if path == STDIN else str(path)
    try:
        with open_source(path) as stream, reading(label):
            data = stream.read()
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise UsageError(f"{label} is no list of PMIDs: it is not UTF-8 text") from None
    except MalformedError as error:
        raise UsageError(f"{error}") from None
    kind = sniff(data[:HEAD], ended=True)
    if isinstance(kind, Refused):
        raise UsageError(f"{label} is {kind}")
    if kind not in {"pmids", "text"}:
        assert kind is not None  # noqa: S101 - the input has ended
        raise UsageError(f"{label} is {NAMES[kind]}, no list of PMIDs: give it to --input")
    try:
        words = list(_cells(text) if pmid_column(_header(text)) is not None else _words(text))
    except csv.Error as error:
        raise UsageError(f"{label} cannot be read as a table ({error}): save it as CSV again") from None
    wrong = next(((line, word) for line, word in words if not _PMID.fullmatch(word)), None)
    if wrong is not None:
        raise UsageError(f"{label}: {wrong[1][:40]!r} in line {wrong[0]} is no PMID: correct or remove it")
    if not words:
        raise UsageError(f"{label} is empty: give a list of PMIDs")
    return frozenset(int(word) for _, word in words)


def _header(text: str) -> list[str]:
    return columns_of(text.lstrip().partition("\n")[0])


def _cells(text: str) -> Iterator[tuple[int, str]]:
    """Yield the PMIDs of a table with the lines that they end in."""
    column = pmid_column(_header(text))
    assert column is not None  # noqa: S101 - this is how a table is known
    body = text.lstrip()
    before = text[: len(text) - len(body)].count("\n")
    rows = csv.reader(io.StringIO(body, newline=""), delimiter=delimiter_of(body.partition("\n")[0]))
    next(rows)
    for row in rows:
        if column < len(row) and (word := row[column].strip()):
            yield before + rows.line_num, word


def _words(text: str) -> Iterator[tuple[int, str]]:
    for number, line in enumerate(text.split("\n"), 1):
        for word in _SEPARATOR.split(_MARK.sub(" ", line)):
            if word:
                yield number, word
