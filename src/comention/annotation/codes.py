"""Codes and short names that are something else where they stand: a statistic, a strain, a number and a word.

"Grade 3 AEs" are no 3-AES, "ST93" a type of a bacterium, and "no aspirin" no NO-aspirin.
"""

from __future__ import annotations

import re

_DASH = r"\-‐‑–−"  # within a class
# A number and a word that the text has apart; short forms of drugs are written so, too: "5 FU".
_COUNTED = re.compile(r"\d{1,2} [A-Za-z]{2,6}")
_GRADED = re.compile(
    r"\b(?:grades?|phases?|stages?|levels?|class|steps?|groups?|arms?|cycles?|weeks?|days?|tables?) $",
    re.I,
)
# A statistic, its name and its number apart.
_STATISTIC = re.compile(r"(?:CI|OR|HR|RR|SD|SEM?|IQR|AUC|CV|df|[NnPp]) \d{1,2}")
_WAVE = re.compile(r"P-?300")
# Types of bacteria by the sequences of their genes.
_TYPE_OF_STRAIN = re.compile(rf"ST[\s{_DASH}]?\d{{1,4}}")
_CODES = (
    (_STATISTIC, "a statistic"),
    (_WAVE, "a wave of the electroencephalogram"),
    (_TYPE_OF_STRAIN, "a type of a bacterium"),
)
# The end of the name of a line of cells, and what it was made to express: "SK-BR-3/Hpa".
_END_OF_LINE = re.compile(r"\d{1,3}/\w+")
_LINE = re.compile(rf"[A-Z]{{2,}}[{_DASH}]$")
# A word of everyday language, or a unit, that a name begins with: what is behind it counts.
_SMALL = re.compile(r"(?:[Ii][nst]|[Nn]o|[Aa][nt]|[Oo][nfr]|[Bb]y|[Tt]o|[Ww]e) ")
_UNIT = re.compile(r"[Ll] \(?")
# Two alleles, and not a member of a family with another: "VEGF C/A 2578".
_ALLELES = re.compile(r"/[ACGT](?: ?[-−+]?\d{2,}|\)? (?:polymorphism|allele|genotype|variant|SNP))")
# How long a name with a number in it may be that is looked at.
_LONGEST = 14


def other_code(text: str, start: int, end: int) -> str | None:
    """Return what a short name with a number is by what stands around it, None where it may be a name."""
    if end - start > _LONGEST:
        return None
    surface = text[start:end]
    if surface[0].isdigit():
        return _counted(text, start, surface)
    if not surface[-1].isdigit():
        return None
    return next((what for pattern, what in _CODES if pattern.fullmatch(surface)), None)


def _counted(text: str, start: int, surface: str) -> str | None:
    """Return what a name that begins with a number is, where that counts something or ends another name."""
    if _COUNTED.fullmatch(surface):
        word = surface.rpartition(" ")[2]
        if (
            word == "CpG"
            or not (word[0].isupper() and word[-1].isupper())
            or _GRADED.search(text, max(0, start - 16), start)
        ):
            return "a number and a word"
    elif _END_OF_LINE.fullmatch(surface) and _LINE.search(text, max(0, start - 8), start):
        return "a line of cells"
    return None


def begins_with_word(text: str, start: int, end: int) -> int:
    """Return where a name goes on behind a small word or a unit that it seems to begin with, else 0.

    "19 ng/L (ketoconazole)" holds no levoketoconazole.
    """
    found = _SMALL.match(text, start, end)
    if found is None and text[start - 1 : start] == "/":
        found = _UNIT.match(text, start, end)
    return found.end() if found else 0


def are_alleles(text: str, end: int) -> bool:
    """Return whether the letter that a name ends in is one of two alleles."""
    return text[end : end + 1] == "/" and _ALLELES.match(text, end) is not None
