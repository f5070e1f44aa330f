"""When a short form may count: how many capitals it asks for, and whether a text must define it."""

from __future__ import annotations

#: The longest all-capital name that is taken for an acronym.
_ACRONYM_LETTERS = 6
#: Up to this many letters an acronym means many things, unless the curated list calls it safe.
_AMBIGUOUS_LETTERS = 4
#: Up to this many letters and digits together a code means many things ("C3", "B12", "T4").
_AMBIGUOUS_CODE = 3


def capitals_of(name: str) -> int:
    """Return how many capitals a text must show for the name to count; 0 for a name that is no acronym.

    An acronym of letters alone asks for all of them ("ALL"), one with digits for one ("IL-12",
    "R848"), so that "il 2" in running text is no cytokine.
    """
    letters = [c for c in name if c.isalpha()]
    if (
        not letters
        or len(letters) > _ACRONYM_LETTERS
        or not all(c.isupper() and c.isascii() for c in letters)
    ):
        return 1 if _has_glued_capitals(name) else 0
    if any(c.isdigit() for c in name):
        return 1
    return len(letters) if len(letters) > 1 else 0


def _has_glued_capitals(name: str) -> bool:
    """Short mixed-case names such as "IL-12p40", "FasL", "BLyS"."""
    letters = [c for c in name if c.isalpha()]
    return " " not in name and len(letters) <= _ACRONYM_LETTERS and sum(c.isupper() for c in letters) >= 2


def is_ambiguous(name: str) -> bool:
    """Return whether a name of a disease or substance is too short to be sure of without a definition.

    True for acronyms of up to four letters (GvHD, MS) and codes of up to three characters.
    """
    letters = [c for c in name if c.isalpha()]
    characters = [c for c in name if c.isalnum()]
    if len(characters) <= 2:
        return True
    if any(c.isdigit() for c in characters):
        return len(characters) <= _AMBIGUOUS_CODE
    return len(letters) <= _AMBIGUOUS_LETTERS and sum(c.isupper() for c in letters) >= 2
