"""Tokens as the recogniser reads them: words, numbers and single marks.

Words are split at hyphens, slashes and where letters meet digits, so that nearly every name that people
mark begins and ends with a token (all of BC5CDR's; spaCy's own tokeniser splits 1.4 % of them wrongly).
"""

from __future__ import annotations

import re
from typing import NamedTuple

import numpy as np

from comention.lexicon.characters import Characters, Ints, Table, runs

#: A run of letters, a run of digits, or one other mark; white space only separates.
TOKEN = re.compile(r"([^\W\d_]+)|(\d+)|([^\w\s]|_)")
_MARK = 3


class Words(NamedTuple):
    """The tokens of a sentence: their surfaces and their spans in the document."""

    surfaces: list[str]
    starts: list[int]
    ends: list[int]


def words(text: str, start: int, end: int) -> Words:
    """Return the tokens of `text[start:end]`, with offsets into the whole text."""
    found = list(TOKEN.finditer(text, start, end))
    return Words([m[0] for m in found], [m.start() for m in found], [m.end() for m in found])


def _kind(character: str) -> int:
    found = TOKEN.match(character)
    return found.lastindex or 0 if found else 0


_KINDS = Table(_kind)


def scan(characters: Characters) -> tuple[Ints, Ints]:
    """Return starts and ends of the tokens of many pieces of text, those that :func:`words` finds in each."""
    kinds = _KINDS[characters.points].astype(np.uint8)
    kinds[characters.separators] = 0
    return runs(kinds, _MARK)
