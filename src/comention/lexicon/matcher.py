"""Names in text: leftmost-longest, whole words, no nesting, on the original offsets.

Each token that begins a name, by itself or with the token behind it, asks the trie once for all names that
are prefixes of the folded text from there on; the longest that stands as whole words and shows the capitals
it needs wins, and the search goes on behind it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from itertools import accumulate, compress, count
from typing import NamedTuple

import marisa_trie

from comention.errors import ConfigError
from comention.lexicon.folding import BARRIER, TOKEN, fold_name, fold_token
from comention.lexicon.store import NEAR, Lexicon, Meaning, far, openings
from comention.records import Concept

# Longest stretch of text that a name is looked for in, in tokens, where a name of more than NEAR may begin.
_REACH = 32

_BRACKETED_SHORT_FORM = re.compile(r"\s\((?!p\d\d)[A-Za-z0-9-]*[A-Z]{2}[A-Za-z0-9-]*$")


_PIECES = re.compile(f"({TOKEN.pattern})")


class _Word(NamedTuple):
    """A token, folded: whether it is a name, and the tokens that follow it in the names that it begins."""

    folded: str
    is_name: bool
    seconds: AbstractSet[str]


class _Tokens(NamedTuple):
    """The tokens of a text, folded, what is known of them, and their spans."""

    folded: list[str]
    words: list[_Word]
    starts: list[int]
    ends: list[int]


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


_NONE: AbstractSet[str] = frozenset()


class _Words(dict[str, _Word]):
    """Every token seen; a text of millions of words has few different ones."""

    _LIMIT = 200_000

    def __init__(self, single: AbstractSet[str], seconds: Mapping[str, AbstractSet[str]]) -> None:
        super().__init__()
        self._single = single
        self._seconds = seconds

    def __missing__(self, token: str) -> _Word:
        if len(self) >= self._LIMIT:
            self.clear()
        folded = fold_token(token)
        self[token] = word = _Word(folded, folded in self._single, self._seconds.get(folded, _NONE))
        return word


class Matcher:
    """Finds the names of a lexicon, with a user's additions, in texts."""

    def __init__(self, lexicon: Lexicon, additions: Additions | None = None) -> None:
        """Prepare a matcher; raises ConfigError for an added name of an unknown concept."""
        additions = additions or Additions()
        self._lexicon = lexicon
        self._trie = lexicon.trie
        self._stopped = frozenset(map(fold_name, additions.stop))
        self._own = self._added(additions.names)
        self._own_trie = marisa_trie.Trie(self._own)
        single, seconds = lexicon.openings
        own_single, own_seconds = openings(self._own)
        self._far = lexicon.far | far(self._own)
        both = seconds | {first: seconds.get(first, set()) | own_seconds[first] for first in own_seconds}
        self._words = _Words(single | own_single, both)
        self._meanings: dict[str, tuple[tuple[Concept, ...], int, bool]] = {}

    def _added(self, names: Mapping[str, str]) -> dict[str, Meaning]:
        added = {}
        for name, concept_id in names.items():
            row = self._lexicon.row_of.get(concept_id)
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

    def _meaning(self, key: str) -> tuple[tuple[Concept, ...], int, bool]:
        known = self._meanings.get(key)
        if known is None:
            meaning = self._own.get(key) or self._lexicon.meaning(self._trie[key])
            concepts = tuple(self._lexicon.concepts[row] for row in meaning.concepts)
            known = self._meanings[key] = (concepts, meaning.capitals, meaning.needs_definition)
        return known

    def meaning_of(self, name: str) -> Match | None:
        """Return what the whole of a name means, or None where it is no name."""
        key = fold_name(name)
        if key in self._stopped or not (key in self._own or key in self._trie):
            return None
        concepts, capitals, needs_definition = self._meaning(key)
        if _whole(name, 0, len(name), capitals) is None:
            return None
        return Match(0, len(name), concepts, needs_definition)

    def find(self, text: str, start: int = 0, end: int | None = None) -> list[Match]:
        """Return the names within `text[start:end]`, in order, blockers included.

        Offsets are into the whole text; no name reaches over `start` or `end`.
        """
        tokens = self._tokens(text[start:end], start)
        following = [*tokens.folded[1:], BARRIER]
        begins = [
            i
            for i, word, second in zip(count(), tokens.words, following, strict=False)
            if word[1] or second in word[2]  # by position, which is faster than by name
        ]
        matches: list[Match] = []
        free = 0  # the first token behind the last match
        for i in begins:
            if i >= free:
                match, used = self._longest(text, tokens, i)
                if match is not None:
                    matches.append(match)
                    free = i + used
        return matches

    def _tokens(self, text: str, offset: int) -> _Tokens:
        # The pieces are a gap, a token, a gap …, a gap.
        pieces = _PIECES.split(text)
        bounds = list(accumulate(map(len, pieces), initial=offset))
        words = list(map(self._words.__getitem__, pieces[1::2]))
        folded = [word[0] for word in words]
        starts, ends = bounds[1::2], bounds[2::2]
        if "" in folded:  # possessives
            kept = list(map(bool, folded))
            starts, ends = list(compress(starts, kept)), list(compress(ends, kept))
            words, folded = list(compress(words, kept)), list(compress(folded, kept))
        return _Tokens(folded, words, starts, ends)

    def _longest(self, text: str, tokens: _Tokens, i: int) -> tuple[Match | None, int]:
        """Return the longest name that begins at token `i`, and how many tokens it takes."""
        folded, words, starts, ends = tokens
        if i and ends[i - 1] == starts[i]:
            return None, 0
        if i + 1 < len(folded) and folded[i + 1] in words[i].seconds:
            window = " ".join(folded[i : i + NEAR])
            if window in self._far:
                window = " ".join(folded[i : i + _REACH])
            keys = self._trie.prefixes(window)
            if self._own:
                keys = sorted({*keys, *self._own_trie.prefixes(window)}, key=len)
        else:  # no name of two tokens begins here
            window = folded[i]
            keys = [window] if words[i].is_name else []
        for key in reversed(keys):
            length = len(key)
            if (length < len(window) and window[length] != " ") or key in self._stopped:
                continue
            used = key.count(" ") + 1
            after = i + used
            end = ends[after - 1]
            if after < len(folded) and starts[after] == end and folded[after] != BARRIER:
                continue
            concepts, capitals, needs_definition = self._meaning(key)
            span = _whole(text, starts[i], end, capitals)
            if span is not None:
                return Match(starts[i], span, concepts, needs_definition), used
        return None, 0


def _whole(text: str, start: int, end: int, capitals: int) -> int | None:
    """Return where the name at `start:end` really ends, or None where its letters say that it is none."""
    surface = text[start:end]
    if capitals and sum(map(str.isupper, surface)) < capitals:
        return None
    if surface[-1] == "a" and surface[-2:-1].isspace():
        return None  # "IL-1 a cytokine": an article, not alpha
    if "(" in surface and surface.count("(") > surface.count(")"):
        if text[end : end + 1] != ")" or _BRACKETED_SHORT_FORM.search(surface):
            return None  # "obstructive pulmonary disease (COPD": a name and its short form
        return end + 1  # poly(I:C)
    return end
