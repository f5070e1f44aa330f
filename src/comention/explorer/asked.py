"""What an address asks for: its parameters, checked, and addresses that differ in one of them."""

from __future__ import annotations

import urllib.parse
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from comention.errors import UsageError

#: Characters of an address's values, all together, and of a search.
LONGEST, LONGEST_SEARCH = 6_000, 300
#: Words of a search.
MOST_WORDS = 12
# A page of rows begins at most here; what is further is for downloads.
_LAST_PAGE = 10_000
_YEARS = (1, 9999)


@dataclass(frozen=True, slots=True)
class Asked:
    """The parameters of an address, in their order; a name may stand several times."""

    path: str
    given: tuple[tuple[str, str], ...] = ()

    @classmethod
    def of(cls, path: str, given: Iterable[tuple[str, str]]) -> Asked:
        """Return parameters without those that say nothing; raises UsageError where they are too long."""
        kept = tuple((name, value.strip()) for name, value in given if value.strip())
        if sum(len(name) + len(value) for name, value in kept) > LONGEST:
            raise UsageError(f"the address is longer than {LONGEST:,} characters: ask for less at once")
        if any("\0" in text for pair in kept for text in pair):
            raise UsageError("the address holds a character that no text has (U+0000): leave it out")
        return cls(path, kept)

    def text(self, name: str) -> str:
        """Return the first value of a name, nothing where there is none."""
        return next((value for key, value in self.given if key == name), "")

    def every(self, name: str) -> tuple[str, ...]:
        """Return all values of a name, each once."""
        return tuple(dict.fromkeys(value for key, value in self.given if key == name))

    def number(self, name: str, low: int, high: int) -> int | None:
        """Return a whole number, None where none is given; raises UsageError for another text."""
        text = self.text(name)
        if not text:
            return None
        if not (text.isascii() and text.isdigit() and len(text) < 12 and low <= int(text) <= high):
            raise UsageError(f"{name}={text[:20]!r}: give a whole number from {low} to {high:,}")
        return int(text)

    def year(self, name: str) -> int | None:
        """Return a year, None where none is given."""
        return self.number(name, *_YEARS)

    def words(self, name: str, known: Sequence[str]) -> tuple[str, ...]:
        """Return the values of a name; raises UsageError for one that is not known."""
        found = self.every(name)
        for word in found:
            if word not in known:
                raise UsageError(f"{name}={word[:40]!r} is not one of {', '.join(known)}")
        return found

    def one(self, name: str, known: Sequence[str]) -> str:
        """Return one value of a name, the first of those known where none is given."""
        return next(iter(self.words(name, known)), known[0])

    @property
    def page(self) -> int:
        """The page of a listing, from 1."""
        return self.number("page", 1, _LAST_PAGE) or 1

    @property
    def search(self) -> tuple[str, ...]:
        """The words that are searched for, folded as texts are."""
        text = self.text("q")
        if len(text) > LONGEST_SEARCH:
            raise UsageError(
                f"the search is {len(text):,} characters long: {LONGEST_SEARCH} at most, few words do"
            )
        words = folded(text)
        if len(words) > MOST_WORDS:
            raise UsageError(
                f"the search has {len(words)} words: {MOST_WORDS} at most, fewer words find more"
            )
        if text and not words:
            raise UsageError(f"{text[:40]!r} has neither letter nor digit: search for a word")
        return words

    def url(self, path: str | None = None, /, **changes: object) -> str:
        """Return the address with parameters set anew, and None taken out; a list gives several values.

        A changed choice begins at its first page.
        """
        kept = [(k, v) for k, v in self.given if k not in changes and (k != "page" or not changes)]
        for name, value in changes.items():
            values = value if isinstance(value, list | tuple) else [value]
            kept += [(name, str(one)) for one in values if one is not None]
        return address(self.path if path is None else path, kept)

    def but(self, *names: str) -> tuple[tuple[str, str], ...]:
        """Return the parameters but these."""
        return tuple((k, v) for k, v in self.given if k not in names)

    def without(self, *names: str) -> tuple[tuple[str, str], ...]:
        """Return the parameters but these and the page: what a form carries along."""
        return self.but(*names, "page")

    def toggled(self, name: str, word: str) -> str:
        """Return the address with a word chosen, or no longer chosen."""
        chosen = self.every(name)
        after = [one for one in chosen if one != word] if word in chosen else [*chosen, word]
        return self.url(**{name: after})


def address(path: str, given: Iterable[tuple[str, str]] = ()) -> str:
    """Return a path with parameters."""
    query = urllib.parse.urlencode(list(given))
    return f"{path}?{query}" if query else path


def concept_path(concept_id: str) -> str:
    """Return the address of a concept's page."""
    return "/concept/" + urllib.parse.quote(concept_id, safe=":")


def pair_path(one: str, other: str) -> str:
    """Return the address of a pair's page."""
    return address("/pair", (("a", one), ("b", other)))


#: What separates words, beside blanks: the same in :mod:`comention.explorer.words`, which folds texts.
SEPARATORS = "-/()[]{}.,;:+=*%<>\"'‐‑–—‒−×|"
#: What `str.split` splits at.
BLANKS = "\t\n\v\f\r\x1c\x1d\x1e\x1f \x85\xa0\u1680" + "".join(map(chr, range(0x2000, 0x200B)))
BLANKS += "\u2028\u2029\u202f\u205f\u3000"


def folded(text: str) -> tuple[str, ...]:
    """Return the words of a search, in lower case, each once: `IL-12` is one word of two parts, "il 12"."""
    table = str.maketrans(SEPARATORS, " " * len(SEPARATORS))
    parts = (" ".join(word.translate(table).split()) for word in lower(text).split())
    return tuple(dict.fromkeys(part for part in parts if any(c.isalnum() for c in part)))


def lower(text: str) -> str:
    """Return a text in lower case as DuckDB does: each character by itself, and one for each."""
    return "".join(one.lower()[:1] for one in text)
