"""The numbers and dates of a citation, as XML and MEDLINE write them."""

from __future__ import annotations

import calendar
import functools
import re

from comention.records import DatePrecision

#: A date as published: the text, how precise it is, and its year; None where it is unknown.
Dated = tuple[str | None, DatePrecision | None, int | None]

_YEAR = re.compile(r"(?<![0-9])(?:1[7-9][0-9][0-9]|20[0-9][0-9]|2100)(?![0-9])")
_MONTHS = {name.lower(): number for number, name in enumerate(calendar.month_abbr) if name}
_MONTH_WORD = re.compile(r"\b(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)", re.IGNORECASE)
_SEASON_WORD = re.compile(r"\b(?:spring|summer|autumn|fall|winter|quarter)", re.IGNORECASE)


def number(text: str) -> int | None:
    """Return a positive number that fits 64 bits, None for anything else."""
    plain = text.isascii() and text.isdigit() and len(text) <= 18
    return int(text) or None if plain else None


@functools.lru_cache(4096)
def dated(text: str, season: str, month_text: str, day_text: str) -> tuple[str, DatePrecision, int] | None:
    """Return the date of a year with what there is of season, month and day; None without a year."""
    if not _YEAR.fullmatch(text):
        return None
    year = int(text)
    if season:
        return f"{text} {season}", "season", year
    month = _month(month_text)
    if month is None:
        return text, "year", year
    day = number(day_text)
    if day is None or day > calendar.monthrange(year, month)[1]:
        return f"{text}-{month:02}", "month", year
    return f"{text}-{month:02}-{day:02}", "day", year


def of_medline_date(text: str) -> Dated:
    """Return a date that PubMed writes as a text ("1998 Dec-1999 Jan"); the year is the first in it."""
    found = _YEAR.search(text)
    return text, _precision(text), int(found[0]) if found else None


def _month(text: str) -> int | None:
    found = number(text) or _MONTHS.get(text[:3].lower())
    return found if found is not None and found <= 12 else None


def _precision(medline_date: str) -> DatePrecision:
    if _MONTH_WORD.search(medline_date):
        return "month"
    return "season" if _SEASON_WORD.search(medline_date) else "year"
