"""Words that were misread or run together: "rheurnatoid", "ceIl", "lmatinib", "ObjectivesTakayasu".

Scanned texts hold letters read for others that look like them. Another reading counts only where no name
begins with the word as it stands, and one begins with the other.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

# A capital I within small letters, or before a vowel at the beginning; a small l within capitals, or before a
# consonant at the beginning; an m that was read as two letters.
_INNER = re.compile(r"(?<=[a-z]{2})I(?=[a-z])|(?<=[a-z])I(?=[a-z]{3})")
_FIRST_I = re.compile(r"I(?=[aeiouy][a-z]{3})")
_FIRST_L = re.compile(r"l(?=[bcdfghmnprstvz][a-z]{3})")
# not the chlorine or aluminium of a formula
_AMONG_CAPITALS = re.compile(r"(?<=[DHIMNORSUVW])l(?=[A-Z])|(?<=\bA)l(?=DS\b)")
_SHORTEST_M = 7
#: Roman numbers in small letters; no name is written so.
NUMERALS = {"ll": "II", "lll": "III", "lV": "IV", "Vl": "VI", "Vll": "VII", "Vlll": "VIII", "lX": "IX"}

_HEADING_WORDS = (
    "Background Introduction Context Rationale Objectives? Aims? Purpose Methods? Design Setting Patients"
    " Participants Interventions? Measurements? Results? Findings Discussion Conclusions? Interpretation"
    " Significance Limitations".split()
)
_RUN_ON = re.compile(
    rf"(?:{'|'.join(_HEADING_WORDS)}|{'|'.join(_HEADING_WORDS).upper()})(?=[A-Z][a-z]{{2}}|(?<=[a-z])[A-Z]{{2,5}}$)"
)


def other_readings(token: str) -> Iterator[str]:
    """Yield what a token of Latin letters may have been before it was misread, the likeliest first."""
    if "I" in token and not token.isupper():
        yield from _changed(_INNER, "l", token)
        if _FIRST_I.match(token):
            yield f"l{token[1:]}"
    if "l" in token:
        yield from _changed(_AMONG_CAPITALS, "I", token)
        if _FIRST_L.match(token):
            yield f"I{token[1:]}"
    if "rn" in token and len(token) >= _SHORTEST_M:
        yield token.replace("rn", "m")


def heading_before(token: str) -> int:
    """Return how many letters of a token are a heading that runs into the word behind it, 0 for none."""
    found = _RUN_ON.match(token)
    return found.end() if found else 0


def with_capitals(surface: str) -> str:
    """Return a short form with the capital that a small l within it stands for: "AlDS"."""
    return _AMONG_CAPITALS.sub("I", surface)


def _changed(pattern: re.Pattern[str], letter: str, token: str) -> Iterator[str]:
    if (changed := pattern.sub(letter, token)) != token:
        yield changed
