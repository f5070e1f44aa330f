"""Names in text: leftmost-longest, whole words, no nesting, on the original offsets.

:mod:`comention.lexicon.words` tells at which words a name may stand, and how many it takes. Of each of these
the lexicon then says whether it is one; the longest that stands as whole words and shows the capitals it
needs wins, and the next begins behind it.
"""

from __future__ import annotations

import functools
import re
import threading
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from comention.errors import ConfigError
from comention.lexicon.characters import Piece
from comention.lexicon.folding import fold_name
from comention.lexicon.misread import with_capitals
from comention.lexicon.name_keys import REACH
from comention.lexicon.store import Lexicon, Meaning
from comention.lexicon.words import Words
from comention.records import Concept

_BRACKETED_SHORT_FORM = re.compile(r"\s\((?!p\d\d)[A-Za-z0-9-]*[A-Z]{2}[A-Za-z0-9-]*$")

# "IL-10+ B cells", "IL-17 A cells": the letter is that of the cells.
_OF_CELLS = re.compile(r"(?:[+⁺]|\d)\s+[A-Z]$")
_CELLS = re.compile(r"[\s\-‐‑–]+(?:cells?|lymphocytes?|lineage|blasts?)\b", re.I)

# What no name holds: a sign between a value and what it is of, the end of a sentence without a space behind
# it, and a plural with an article, "risk factors-a case study".
_VALUE = re.compile(r"[=<>≤≥≈]|\+ \d+(?![\dA-Z])|[a-z]{4}\.[A-Z]|s-a$")
_SIGNS = frozenset("=<>≤≥≈+.")
# The last number of a name, and the rest of a decimal: "95% CI 22.9".
_LAST_NUMBER = re.compile(r"[\s\[(:]\d{1,3}$")
_DECIMAL = re.compile(r"[.·]\d")

# A receptor or its ligand, and what inhibits either, folded.
_EITHER = re.compile(r"PD[-‐‑–]?\(L\)[-‐‑–]?1")
_OF_BOTH = fold_name("immune checkpoint inhibitors")

# Different names that are kept, with what they mean.
_KEPT = 200_000
# So few characters are read sooner word by word than in arrays.
_SHORT = 160


class Match(NamedTuple):
    """A name at `start:end`. Without concepts it is a blocker."""

    start: int
    end: int
    concepts: tuple[Concept, ...]
    needs_definition: bool


@dataclass(frozen=True, slots=True)
class Additions:
    """Names that a user adds to the lexicon (name → concept id) and names that the user takes out."""

    names: Mapping[str, str] = field(default_factory=dict)
    stop: tuple[str, ...] = ()


#: Concepts, how many capitals the name needs, and whether it needs a definition.
_Meant = tuple[tuple[Concept, ...], int, bool]


class Matcher:
    """Finds the names of a lexicon, with a user's additions, in texts."""

    def __init__(self, lexicon: Lexicon, additions: Additions | None = None) -> None:
        """Prepare a matcher; raises ConfigError for an added name of an unknown concept."""
        additions = additions or Additions()
        self._lexicon = lexicon
        self._trie = lexicon.trie
        self._stopped = frozenset(map(fold_name, additions.stop))
        self._own = self._added(additions.names)
        self._lock = threading.Lock()
        self._meanings: dict[str, _Meant | None] = {}
        self._names: dict[str, list[str]] = {}
        self._wholes: dict[tuple[str, bool], Match | None] = {}

    @functools.cached_property
    def _words(self) -> Words:
        return Words(self._lexicon, self._own)

    def _added(self, names: Mapping[str, str]) -> dict[str, Meaning]:
        added = {}
        for name, concept_id in names.items():
            row = self._lexicon.row_of.get(self._lexicon.current(concept_id))
            key = fold_name(name)
            if not key:
                raise ConfigError(f"names.add: {name!r} has no letter or digit")
            if row is None:
                raise ConfigError(
                    f"names.add: {name!r} names {concept_id}, which the lexicon does not hold: "
                    "find its id with `comention lookup`"
                )
            added[key] = Meaning((row,), 0, needs_definition=False)
        return added

    def _meaning(self, key: str) -> _Meant | None:
        """Return what a folded name means, None where it is none or was taken out."""
        if (known := self._meanings.get(key)) is not None:
            return known
        meaning = self._own.get(key)
        if meaning is None and key in self._trie:
            meaning = self._lexicon.meaning(self._trie[key])
        if meaning is None or key in self._stopped:
            return None
        concepts = tuple(self._lexicon.concepts[row] for row in meaning.concepts)
        known = self._meanings[key] = (concepts, meaning.capitals, meaning.needs_definition)
        return known

    def names_of(self, concept_id: str) -> list[str]:
        """Return the folded names of a concept, each once, in order; a user's own are among them."""
        if (known := self._names.get(concept_id)) is None:
            row = self._lexicon.row_of[concept_id]
            own = [name for name, meaning in self._own.items() if row in meaning.concepts]
            known = self._names[concept_id] = sorted({*self._lexicon.folded_names(concept_id), *own})
        return known

    def is_above(self, upper: str, lower: str) -> bool:
        """Return whether a concept is an ancestor of another."""
        return upper in self._lexicon.ancestors(lower)

    def meaning_of(self, name: str, *, cells: bool = False) -> Match | None:
        """Return what the whole of a name means, or None where it is no name; cells only where asked for."""
        try:
            return self._wholes[name, cells]
        except KeyError:
            if len(self._wholes) > _KEPT:
                self._wholes.clear()
            found = self._wholes[name, cells] = self._meaning_of(name, cells=cells)
            return found

    def _meaning_of(self, name: str, *, cells: bool) -> Match | None:
        if (meaning := self._meaning(fold_name(name))) is None:
            return None
        concepts, capitals, needs_definition = meaning
        if _are_cells(concepts) != cells or _whole(name, 0, len(name), capitals) is None:
            return None
        return Match(0, len(name), self._of_either(name, concepts), needs_definition)

    def find(self, text: str, start: int = 0, end: int | None = None) -> list[Match]:
        """Return the names within `text[start:end]`, in order, blockers included, cells left out.

        Offsets are into the whole text; no name reaches over `start` or `end`.
        """
        stop = len(text) if end is None else end
        if stop - start <= _SHORT:
            return self._find_short(text[start:stop], text, start)[0]
        return self.find_all([(text, start, stop)])[0]

    def find_all(self, pieces: Sequence[Piece]) -> list[list[Match]]:
        """Return the names within each piece of a text, as :meth:`find` does; quicker than one by one."""
        return [names for names, _ in self.find_apart(pieces)]

    def find_apart(self, pieces: Sequence[Piece]) -> list[tuple[list[Match], list[Match]]]:
        """Return the names within each piece of a text, those of cells apart.

        Neither takes the place of the other: "CD4+ T cell lymphoma" is a disease, and a cell that begins
        before it, of which the caller chooses.
        """
        found: list[tuple[list[Match], list[Match]]] = [([], []) for _ in pieces]
        if not pieces:
            return found
        with self._lock:  # words are learnt as they are read
            tokens = self._words.tokens(pieces)
            begins, sizes = self._words.names(tokens)
            starts, ends = tokens.starts[begins].tolist(), tokens.ends[begins + sizes - 1].tolist()
            piece_of, places = tokens.pieces[begins].tolist(), begins.tolist()
            last = [_NO_PLACE, _NO_PLACE]  # of names, and of cells
            for place, size, piece, *span in zip(places, sizes.tolist(), piece_of, starts, ends, strict=True):
                if place + size > min(last[0].behind, last[1].behind):
                    words = tokens.words[place : place + size].tolist()
                    if match := self._match(pieces[piece][0], words, *span):
                        _take(match, _Place(place, place + size), last, found[piece])
        return found

    def _find_short(self, piece: str, text: str, moved: int) -> tuple[list[Match], list[Match]]:
        """Return what :meth:`find_apart` does of one piece, word by word; it begins at `moved` in the text.

        Arrays take ten times as long to be made for a few words.
        """
        found: tuple[list[Match], list[Match]] = ([], [])
        tokens, glued = self._words.tokens_of(piece)
        words = [word for word, _, _ in tokens]
        last = [_NO_PLACE, _NO_PLACE]
        for place in range(len(tokens)):
            if glued[place]:
                continue
            names = self._words.begun(" ".join(words[place : place + REACH]))
            for size, name in sorted(((name.count(" ") + 1, name) for name in names), reverse=True):
                if glued[place + size] or place + size <= min(last[0].behind, last[1].behind):
                    continue
                start, end = tokens[place][1] + moved, tokens[place + size - 1][2] + moved
                if match := self._named(name, text, start, end):
                    _take(match, _Place(place, place + size), last, found)
        return found

    def _match(self, text: str, words: Iterable[int], start: int, end: int) -> Match | None:
        """Return the name at `start:end`, given the numbers of its words; None where it is none after all."""
        folded = self._words.folded
        return self._named(" ".join([folded[word] for word in words]), text, start, end)

    def _named(self, name: str, text: str, start: int, end: int) -> Match | None:
        """Return the folded name that stands at `start:end`; None where it is none after all."""
        if (meaning := self._meaning(name)) is None:
            return None
        concepts, capitals, needs_definition = meaning
        span = _whole(text, start, end, capitals)
        if span is None:
            return None
        return Match(start, span, self._of_either(text[start:span], concepts), needs_definition)

    def _of_either(self, surface: str, concepts: tuple[Concept, ...]) -> tuple[Concept, ...]:
        """Return what inhibits a receptor or its ligand as that: "PD-(L)1 inhibitors" fold to PD-L1's."""
        if "(L)" not in surface or not concepts or not _EITHER.search(surface):
            return concepts
        both = self._meaning(_OF_BOTH)
        return both[0] if both else concepts


class _Place(NamedTuple):
    """The tokens of a match: the numbers of the first, and of the one behind the last."""

    first: int
    behind: int

    def yields(self, first: int, behind: int) -> bool:
        """Return whether a name of more tokens begins within this one and reaches beyond it."""
        return self.first < first and self.behind < behind and self.behind - self.first < behind - first


_NO_PLACE = _Place(0, 0)


def _take(match: Match, at: _Place, last: list[_Place], found: tuple[list[Match], ...]) -> None:
    """Add a match to those of its kind, if no match reaches over its first token.

    It takes the place of one of another type that does and has fewer tokens: of "splenic tumor necrosis
    factor" the last three are the name. Of one type the first stays: "Merkel cell carcinoma of the head".
    """
    kind = _are_cells(match.concepts)
    if at.first >= last[kind].behind:
        found[kind].append(match)
    elif last[kind].yields(*at) and _type(match) and _type(found[kind][-1]) not in (None, _type(match)):
        found[kind][-1] = match
    else:
        return
    last[kind] = at


def _type(match: Match) -> str | None:
    """Return the entity type of a match, None of a blocker."""
    return match.concepts[0].entity_type if match.concepts else None


def _are_cells(concepts: tuple[Concept, ...]) -> bool:
    return bool(concepts) and concepts[0].entity_type == "cell"


@functools.lru_cache(20_000)
def _holds_value(surface: str) -> bool:
    """Return whether a name's words are a value and what it is of: "N = 803" is a number of patients."""
    signs = surface[-2:] == "-a" or not _SIGNS.isdisjoint(surface)
    return signs and _VALUE.search(surface) is not None


def _is_joined(text: str, surface: str, end: int) -> bool:
    """Return whether a name's words belong to different things: a value, a sentence, an article, cells."""
    if _holds_value(surface):
        return True
    if surface[-1].isdigit() and _DECIMAL.match(text, end) and _LAST_NUMBER.search(surface):
        return True
    if not surface[-2:-1].isspace():
        return False
    # "IL-1 a cytokine": an article, not alpha
    return surface[-1] == "a" or bool(_OF_CELLS.search(surface) and _CELLS.match(text, end))


def _whole(text: str, start: int, end: int, capitals: int) -> int | None:
    """Return where the name at `start:end` really ends, or None where its letters say that it is none."""
    surface = text[start:end]
    if (
        capitals
        and sum(map(str.isupper, surface)) < capitals
        and sum(map(str.isupper, with_capitals(surface))) < capitals
    ):
        return None
    if _is_joined(text, surface, end):
        return None
    if "(" in surface and surface.count("(") > surface.count(")"):
        if text[end : end + 1] != ")" or _BRACKETED_SHORT_FORM.search(surface):
            return None  # "obstructive pulmonary disease (COPD": a name and its short form
        return end + 1  # poly(I:C)
    return end
