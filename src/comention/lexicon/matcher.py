"""Names in text: leftmost-longest, whole words, no nesting, on the original offsets.

Many texts are read at once (:mod:`comention.lexicon.characters`): keys tell at which tokens a name may
stand, and how many it takes (:mod:`comention.lexicon.name_keys`). Of each of these the lexicon then says
whether it is one; the longest that stands as whole words and shows the capitals it needs wins, and the next
begins behind it.
"""

from __future__ import annotations

import functools
import itertools
import re
import threading
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

import marisa_trie
import numpy as np
from numpy.typing import NDArray

from comention.errors import ConfigError
from comention.lexicon.characters import SEPARATOR, Characters, Ints, Keys, Mask, Numbers, Piece
from comention.lexicon.folding import BARRIER, fold_name, fold_token, scan
from comention.lexicon.folding import tokens as folded_tokens
from comention.lexicon.misread import NUMERALS, heading_before, other_readings, with_capitals
from comention.lexicon.name_keys import REACH, NameKeys, word_keys
from comention.lexicon.store import Lexicon, Meaning
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

# Numbers of folded tokens that are no words: those that fold to nothing, barriers, and the end of a piece.
_NOTHING, _BARRIER, _END = range(3)
# What says behind a number or a Greek letter how much of it a cell has ("IL-5hi") or what gene a mouse has
# ("IL-10fl/fl"), and small words that lost their space ("IL-6and"); the letter of a part that is cut out.
_GRADES = frozenset(
    "hi lo int dim neg pos bright high low null fl flox ko wt cre gfp egfp yfp"
    " and or in was were is are with level".split()
)
_GREEK = frozenset("alpha beta gamma delta kappa lambda".split())
_CUT_OUT = "Δ"
# Numbers of references that are glued to a word: "arteritis1,2".
_CITED = re.compile(r"\d{1,2}(?:[,–-]\d{1,2}){0,9}(?![\w%+−⁺-]|[.,·]\d)")
_SHORTEST_CITED = 6
# So many letters a word has at least that the end of a line cuts: "inflam- matory".
_SHORTEST_BROKEN = 7
# Different tokens that are kept, folded; a text of millions of words has few different ones.
_KEPT = 200_000
# So many tokens are read with the tries alone: a quarter of the time that the keys of all names take.
_FEW = 100_000
# So few characters are read sooner word by word than in arrays.
_SHORT = 160


class _Tokens(NamedTuple):
    """The tokens of pieces of texts: the numbers of their folded words, and their spans in the texts.

    `pieces` are the pieces that they stand in, of which the last token is no word; `glued` says that a token
    touches the word before it and goes on with it, with one more entry behind the last.
    """

    words: Ints
    starts: Ints
    ends: Ints
    pieces: Ints
    glued: Mask


class _Found(NamedTuple):
    """Where names may stand: their first tokens and how many they have, the longest first of each place."""

    begins: Ints
    sizes: Ints


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


class _Words:
    """The tokens that were seen, folded and numbered, and how a name may begin with them."""

    def __init__(self, lexicon: Lexicon, own: Iterable[str]) -> None:
        self._lexicon, self._own = lexicon, list(own)
        self._tries = [lexicon.trie, *([marisa_trie.Trie(self._own)] if self._own else ())]
        self._read = 0
        self._forget()

    @functools.cached_property
    def _names(self) -> NameKeys:
        # a second's work and tens of megabytes, which a process that reads few texts is spared
        keys = self._lexicon.name_keys
        return keys | NameKeys(self._own) if self._own else keys

    def _forget(self) -> None:
        self.folded: list[str] = []
        self._numbers: dict[str, int] = {}
        self._known = Numbers()
        # Of words that a heading runs into: how many letters it has, and the number of the word behind it.
        self.run_on: dict[int, tuple[int, int]] = {}
        # Of each word: its key, and whether it is a name, begins longer ones, stands second in one.
        self._keys: Keys = np.zeros(0, np.uint64)
        self._flags: NDArray[np.bool_] = np.zeros((3, 0), bool)
        self._looked_up = 0
        for word in ("", BARRIER, SEPARATOR):  # no name holds the last
            self.number(word)

    def numbers_of(self, characters: Characters, starts: Ints, ends: Ints) -> Ints:
        """Return the numbers of tokens."""
        if len(self._known) > _KEPT:
            self._forget()
        keys = characters.keys(starts, ends)
        text = characters.text

        def learn(places: Ints) -> list[int]:
            separators = frozenset(characters.separators.tolist())
            spans = zip(starts[places].tolist(), ends[places].tolist(), strict=True)
            return [_END if start in separators else self._learn(text[start:end]) for start, end in spans]

        return self._known.numbered(keys, learn)

    def are_grades(self, words: Ints) -> Mask:
        """Return which of numbered words say how much of something a cell has."""
        found: Mask = np.isin(words, [self._numbers[word] for word in _GRADES if word in self._numbers])
        return found

    def _learn(self, token: str) -> int:
        """Return the number of a token; of one that a heading runs into, that of both in one word."""
        number = self.number(self.read(token))
        if heading := heading_before(token):
            self.run_on[number] = heading, self.number(self.read(token[heading:]))
        return number

    def read(self, token: str) -> str:
        """Return a token folded, as it was before letters in it were misread."""
        word = fold_token(NUMERALS.get(token, token))
        for other in other_readings(token):
            if self.begins(word):
                break
            if self.begins(folded := fold_token(other)):
                return folded
        return word

    def begins(self, word: str) -> bool:
        """Return whether a folded word is a name, or the first of one."""
        return any(
            word in trie or next(iter(trie.iterkeys(f"{word} ")), None) is not None for trie in self._tries
        )

    def number(self, folded: str) -> int:
        number = self._numbers.setdefault(folded, len(self.folded))
        if number == len(self.folded):
            self.folded.append(folded)
        return number

    def _look_up(self) -> None:
        """Find out what the names say of new words."""
        if new := self.folded[self._looked_up :]:
            first, self._looked_up = self._looked_up, len(self.folded)
            if self._looked_up > len(self._keys):
                room = 2 * self._looked_up
                self._keys = np.append(self._keys, np.zeros(room, np.uint64))
                self._flags = np.append(self._flags, np.zeros((3, room), bool), axis=1)
            keys = word_keys(new)
            self._keys[first : self._looked_up] = keys
            for row, kind in zip(self._flags, ("whole", "first", "second"), strict=True):
                row[first : self._looked_up] = self._names.held(kind, keys)

    def names(self, tokens: _Tokens) -> _Found:
        """Return where names may stand, whole words and none over the end of its piece."""
        self._read += len(tokens.words)
        places, sizes = self._by_trie(tokens) if self._read <= _FEW else self._by_keys(tokens)
        whole = ~tokens.glued[places + sizes]
        places, sizes = places[whole], sizes[whole]
        order = np.lexsort((-sizes, places))
        return _Found(places[order], sizes[order])

    def _by_trie(self, tokens: _Tokens) -> _Found:
        """Return where names stand that begin a word, each place asked of the tries."""
        words = [self.folded[number] for number in tokens.words.tolist()]
        found = [
            (place, name.count(" ") + 1)
            for place in (~tokens.glued[:-1]).nonzero()[0].tolist()
            for name in self.begun(" ".join(words[place : place + REACH]))
        ]
        return _Found(*np.array(found, np.int64).reshape(-1, 2).T)

    def begun(self, text: str) -> Iterable[str]:
        """Return the names with which folded words begin."""
        names = (name for trie in self._tries for name in trie.prefixes(text))
        return {name for name in names if text[len(name) : len(name) + 1] in ("", " ")}

    def _by_keys(self, tokens: _Tokens) -> _Found:
        """Return where names may stand that begin a word, all places at once."""
        self._look_up()
        keys = self._keys[tokens.words]
        is_name, begins, follows = self._flags[:, tokens.words]
        free = ~tokens.glued[:-1]
        single = (is_name & free).nonzero()[0]
        pairs = (begins[:-1] & follows[1:] & free[:-1]).nonzero()[0]
        found = [(single, np.ones_like(single)), *self._names.found(keys, pairs)]
        return _Found(*map(np.concatenate, zip(*found, strict=True)))


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
    def _words(self) -> _Words:
        return _Words(self._lexicon, self._own)

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
            tokens = self._tokens(pieces)
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
        tokens = self._mended_short(piece)
        words = [word for word, _, _ in tokens]
        glued = [
            start == before
            and BARRIER not in (word, previous)
            and not (word in _GRADES and _is_graded(previous))
            and piece[start] != _CUT_OUT
            for (previous, _, before), (word, start, _) in itertools.pairwise(tokens)
        ]
        glued = [False, *glued, False]
        for place, ((_, start, end), (_, after, _)) in enumerate(itertools.pairwise(tokens), 1):
            long = end == after and end - start >= _SHORTEST_CITED and "a" <= piece[end - 1] <= "z"
            if long and not glued[place + 1] and _CITED.match(piece, after):
                glued[place] = False
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

    def _tokens(self, pieces: Sequence[Piece]) -> _Tokens:
        characters = Characters(pieces)
        starts, ends = scan(characters)
        words = self._words.numbers_of(characters, starts, ends)
        kept = words != _NOTHING
        words, starts, ends = words[kept], starts[kept], ends[kept]
        words, starts, ends = self._mended(characters, words, starts, ends)
        glued = np.zeros(len(words) + 1, bool)
        glued[1:-1] = (starts[1:] == ends[:-1]) & (words[1:] > _END) & (words[:-1] > _END)
        glued[1:-1] &= characters.points[starts[1:]] != ord(_CUT_OUT)
        for place in (glued[:-1] & self._words.are_grades(words)).nonzero()[0].tolist():
            glued[place] = not _is_graded(self._words.folded[words[place - 1]])
        for place in _maybe_cited(characters.points, starts, ends, glued):
            glued[place] = not _CITED.match(characters.text, starts[place])
        piece = characters.pieces_of(starts)
        moved = characters.moved(starts, piece), characters.moved(ends, piece)
        return _Tokens(words, *moved, piece, glued)

    def _mended(
        self, characters: Characters, words: Ints, starts: Ints, ends: Ints
    ) -> tuple[Ints, Ints, Ints]:
        """Return tokens with those as one that a hyphen at the end of a line has cut, where one is known.

        Of those that a heading runs into the word behind it is left.
        """
        if run_on := self._words.run_on:
            for place in np.isin(words, list(run_on)).nonzero()[0].tolist():
                heading, words[place] = run_on[int(words[place])]
                starts[place] += heading
        points, text = characters.points, characters.text
        gaps = (starts[1:] == ends[:-1] + 2).nonzero()[0]
        gaps = gaps[(points[ends[gaps]] == ord("-")) & (points[ends[gaps] + 1] == ord(" "))]
        kept = np.ones(len(words), bool)
        for place in gaps.tolist():
            if kept[place] and (word := self._whole_word(text, starts[place], ends[place], ends[place + 1])):
                words[place], ends[place], kept[place + 1] = self._words.number(word), ends[place + 1], False
        return words[kept], starts[kept], ends[kept]

    def _mended_short(self, piece: str) -> list[tuple[str, int, int]]:
        """Return the tokens of a piece, misread and cut words as they were: what :meth:`_mended` does."""
        found: list[tuple[str, int, int]] = []
        cut = False
        for word, start, end in folded_tokens(piece):
            before = found[-1] if found else (BARRIER, -1, -1)
            is_cut = not cut and start == before[2] + 2 and piece.startswith("- ", before[2])
            if is_cut and (whole := self._whole_word(piece, *before[1:], end)):
                found[-1] = (whole, before[1], end)
                cut = True
                continue
            cut = False
            begin = start + heading_before(piece[start:end])
            read = word if word == BARRIER else self._words.read(piece[begin:end])
            found.append((read, begin, end))
        return found

    def _whole_word(self, text: str, start: int, cut: int, end: int) -> str | None:
        """Return what a cut word is, folded; None where no name begins with it."""
        before, behind = text[start:cut], text[cut + 2 : end]
        if len(before) + len(behind) < _SHORTEST_BROKEN or not (before[-1].islower() and behind.islower()):
            return None
        word = fold_token(before + behind)
        return word if self._words.begins(word) else None

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


def _is_graded(word: str) -> bool:
    """Return whether behind a folded word stands how much of it there is: a number or a Greek letter."""
    return word.isdigit() or word in _GREEK


def _maybe_cited(points: NDArray[np.uint32], starts: Ints, ends: Ints, glued: Mask) -> list[int]:
    """Return the numbers that are glued to a word in small letters, with nothing glued behind them."""
    last = points[ends[:-1] - 1]
    long = (ends - starts)[:-1] >= _SHORTEST_CITED
    first, sizes = points[starts[1:]], (ends - starts)[1:]
    found = glued[1:-1] & ~glued[2:] & long & (last >= ord("a")) & (last <= ord("z"))
    found &= (first >= ord("0")) & (first <= ord("9")) & (sizes <= 2)
    places: list[int] = (found.nonzero()[0] + 1).tolist()
    return places


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
