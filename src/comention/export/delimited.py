"""CSV and TSV as RFC 4180 has them: what holds a separator, a quote or a line end stands in quotes.

A list or a record is a JSON value, an unknown value nothing, a truth value `true` or `false`, a time as ISO
8601 has it, a number as precise as it is. A file is UTF-8 without a byte order mark, its lines end with a
line feed. U+0000 becomes U+FFFD, since readers of such files end a value there.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any


def lines(rows: Iterable[Mapping[str, Any]], columns: Sequence[str], separator: str = ",") -> Iterator[str]:
    """Yield the header and the rows, each with its line end; a row may hold more than the columns."""
    # Python's csv leaves a lone carriage return unquoted, and cannot read it again.
    special = re.compile(f'[{separator}"\r\n]')

    def line(cells: Iterable[str]) -> str:
        joined = separator.join(_quoted(text) if special.search(text) else text for text in cells)
        return f"{joined or _quoted('')}\n"  # one empty cell is no empty line

    yield line(columns)
    for row in rows:
        yield line(cell(row[column]) for column in columns)


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
    return value.isoformat() if isinstance(value, datetime) else str(value)


def json_text(value: Any) -> str:
    """Return a value as JSON on one line; a time as ISO 8601 has it, a number that is none as null."""
    return json.dumps(plain(value), ensure_ascii=False, allow_nan=False, default=str)


def plain(value: Any) -> Any:
    """Return a value as JSON holds it: a time as text, a number that is none as None."""
    if isinstance(value, float) and not math.isfinite(value):
        return None
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, Mapping):
        return {name: plain(part) for name, part in value.items()}
    if isinstance(value, list | tuple):
        return [plain(part) for part in value]
    return value
