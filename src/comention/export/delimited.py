"""CSV and TSV as RFC 4180 has them: what holds a separator, a quote or a line end stands in quotes.

A list or a record is a JSON value, an unknown value nothing, a truth value `true` or `false`, a time as ISO
8601 has it, a number as precise as it is. A file is UTF-8 without a byte order mark, its lines end with a
line feed. U+0000 becomes U+FFFD, since readers of such files end a value there.

A spreadsheet takes a text for a formula that begins with one of these: = + - @, a tab, a line end. Where it
is to be safe from that, an apostrophe is put before such a text, and before one that begins with an
apostrophe: with one apostrophe taken away each text is as it was. Numbers stay numbers.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from comention.files.atomic import json_text

# The wide forms too, which spreadsheets take for the narrow ones in some languages.
_FORMULA = tuple("=+-@\t\r\n＝＋－＠'")


def lines(
    rows: Iterable[Mapping[str, Any]],
    columns: Sequence[str],
    separator: str = ",",
    *,
    spreadsheet_safe: bool = False,
) -> Iterator[str]:
    """Yield the header and the rows, each with its line end; a row may hold more than the columns.

    `spreadsheet_safe` keeps a spreadsheet from taking a text for a formula.
    """
    written = _safe_cell if spreadsheet_safe else cell
    # Python's csv leaves a lone carriage return unquoted, and cannot read it again.
    special = re.compile(f'[{separator}"\r\n]')

    def line(cells: Iterable[str]) -> str:
        joined = separator.join(_quoted(text) if special.search(text) else text for text in cells)
        return f"{joined or _quoted('')}\n"  # one empty cell is no empty line

    yield line(columns)
    for row in rows:
        yield line(written(row[column]) for column in columns)


def _quoted(text: str) -> str:
    return '"' + text.replace('"', '""') + '"'


def cell(value: Any) -> str:
    """Return a value as a cell of text."""
    if value is None:
        return ""
    if isinstance(value, str):
        return value.replace("\0", "\ufffd")
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list | tuple | dict):
        return json_text(value).replace("\0", "\ufffd")
    return value.isoformat() if isinstance(value, date) else str(value)


def _safe_cell(value: Any) -> str:
    text = cell(value)
    return f"'{text}" if isinstance(value, str) and text.startswith(_FORMULA) else text
