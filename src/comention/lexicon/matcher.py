"""Names in text: leftmost-longest, whole words, no nesting, on the original offsets.

Each token that begins a name, by itself or with the token behind it, asks the trie once for all names that
are prefixes of the folded text from there on; the longest that stands as whole words and shows the capitals
it needs wins, and the search goes on behind it.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from typing import NamedTuple

import marisa_trie
import numpy as np
from numpy.typing import NDArray

from comention.errors import ConfigError
from comention.lexicon.characters import Characters, Ints, Piece, numbered
from comention.lexicon.folding import BARRIER, fold_name, fold_token, scan
from comention.lexicon.store import NEAR, Lexicon, Meaning, far, openings
from comention.records import Concept

# Longest stretch of text that a name is looked for in, in tokens, where a name of more than NEAR may begin.
_REACH = 32

_BRACKETED_SHORT_FORM = re.compile(r"\s\((?!p\d\d)[A-Za-z0-9-]*[A-Z]{2}[A-Za-z0-9-]*$")


# Numbers of folded tokens that are no words: those that fold to nothing, barriers, and the end of a piece.
_NOTHING, _BARRIER, _END = range(3)
# Different tokens that are kept, folded; a text of millions of words has few different ones.
_KEPT = 200_000


class _Tokens(NamedTuple):
    """The tokens of pieces of texts: numbers of their folded words, their spans, and where names may begin.

    Spans are offsets into the texts. `glued` says that a token touches the word before it. `begins` are the
    tokens at which a name may begin, `pieces` their pieces, `longer` whether the token behind each may go on.
    """

    words: list[int]
    starts: list[int]
    ends: list[int]
    glued: list[bool]
    begins: list[int]
    pieces: list[int]
    longer: list[bool]


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


class _Words:
    """The tokens that were seen, folded and numbered, and how a name may begin."""

    def __init__(self, single: AbstractSet[str], seconds: Mapping[str, AbstractSet[str]]) -> None:
        self._single = single
        self._seconds = seconds
        self._follow = frozenset().union(*seconds.values())
        self._forget()

    def _forget(self) -> None:
        self.folded: list[str] = []
        self._numbers: dict[str, int] = {}
        self._known: dict[int, int] = {}
        self._seconds_of: list[AbstractSet[str]] = []
        # Of each word: is a name, begins longer ones, stands second in one.
        self._flags: NDArray[np.bool_] = np.zeros((3, 1024), bool)
        for word in ("", BARRIER, "\n"):  # no name holds a line break
            self._number(word)

    def numbers_of(self, characters: Characters, starts: Ints, ends: Ints) -> Ints:
        """Return the numbers of tokens."""
        if len(self._known) > _KEPT:
            self._forget()
        keys = characters.keys(starts, ends)
        text, separators = characters.text, frozenset(characters.separators.tolist())

        def learn(place: int) -> int:
            start = int(starts[place])
            return _END if start in separators else self._number(fold_token(text[start : ends[place]]))

        return numbered(keys, self._known, learn)

    def _number(self, folded: str) -> int:
        number = self._numbers.setdefault(folded, len(self.folded))
        if number == len(self.folded):
            self.folded.append(folded)
            self._seconds_of.append(self._seconds.get(folded, _NONE))
            if number == self._flags.shape[1]:
                self._flags = np.concatenate([self._flags, np.zeros_like(self._flags)], axis=1)
            self._flags[:, number] = folded in self._single, folded in self._seconds, folded in self._follow
        return number

    def may_begin(self, words: Ints) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
        """Return for each of the words in a row whether a name may begin there, and whether a longer one."""
        is_name, begins, follows = self._flags[:, words]
        first = np.flatnonzero(begins[:-1] & follows[1:])
        ones, twos = words[first].tolist(), words[first + 1].tolist()
        folded, seconds = self.folded, self._seconds_of
        longer = np.zeros(len(words), bool)
        longer[first] = [folded[two] in seconds[one] for one, two in zip(ones, twos, strict=True)]
        return is_name | longer, longer


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
        self._lock = threading.Lock()
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
        return self.find_all([(text, start, len(text) if end is None else end)])[0]

    def find_all(self, pieces: Sequence[Piece]) -> list[list[Match]]:
        """Return the names within each piece of a text, as :meth:`find` does; quicker than one by one."""
        found: list[list[Match]] = [[] for _ in pieces]
        if not pieces:
            return found
        with self._lock:  # words are learnt as they are read
            tokens = self._tokens(pieces)
            free = 0  # the first token behind the last match
            for i, piece, longer in zip(tokens.begins, tokens.pieces, tokens.longer, strict=True):
                if i >= free:
                    match, used = self._longest(pieces[piece][0], tokens, i, longer=longer)
                    if match is not None:
                        found[piece].append(match)
                        free = i + used
        return found

    def _tokens(self, pieces: Sequence[Piece]) -> _Tokens:
        characters = Characters(pieces)
        starts, ends = scan(characters)
        words = self._words.numbers_of(characters, starts, ends)
        kept = words != _NOTHING
        words, starts, ends = words[kept], starts[kept], ends[kept]
        glued = np.zeros(len(words) + 1, bool)
        glued[1:-1] = (starts[1:] == ends[:-1]) & (words[1:] > _END) & (words[:-1] > _END)
        begins, longer = self._words.may_begin(words)
        places = np.flatnonzero(begins & ~glued[:-1])
        piece = characters.pieces_of(starts)
        return _Tokens(
            words.tolist(),
            characters.moved(starts, piece).tolist(),
            characters.moved(ends, piece).tolist(),
            glued.tolist(),
            places.tolist(),
            piece[places].tolist(),
            longer[places].tolist(),
        )

    def _longest(self, text: str, tokens: _Tokens, i: int, *, longer: bool) -> tuple[Match | None, int]:
        """Return the longest name that begins at token `i`, and how many tokens it takes."""
        words, starts, ends, glued, *_ = tokens
        folded = self._words.folded
        if longer:
            window = " ".join([folded[word] for word in words[i : i + NEAR]])
            if window in self._far:
                window = " ".join([folded[word] for word in words[i : i + _REACH]])
            keys = self._trie.prefixes(window)
            if self._own:
                keys = sorted({*keys, *self._own_trie.prefixes(window)}, key=len)
        else:  # no name of two tokens begins here
            window = folded[words[i]]
            keys = [window]
        for key in reversed(keys):
            length = len(key)
            if (length < len(window) and window[length] != " ") or key in self._stopped:
                continue
            used = key.count(" ") + 1
            if glued[i + used]:
                continue
            concepts, capitals, needs_definition = self._meaning(key)
            span = _whole(text, starts[i], ends[i + used - 1], capitals)
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
