"""The words of texts as numbers: folded, mended where they were misread or cut, and where names may stand.

Many texts are read at once (:mod:`comention.lexicon.characters`): keys tell at which tokens a name may
stand, and how many it takes (:mod:`comention.lexicon.name_keys`).
"""

from __future__ import annotations

import functools
import itertools
import re
from collections.abc import Iterable, Sequence
from typing import NamedTuple

import marisa_trie
import numpy as np
from numpy.typing import NDArray

from comention.lexicon.characters import SEPARATOR, Characters, Ints, Keys, Mask, Numbers, Piece
from comention.lexicon.folding import BARRIER, fold_token, scan
from comention.lexicon.folding import tokens as folded_tokens
from comention.lexicon.misread import NUMERALS, heading_before, other_readings
from comention.lexicon.name_keys import REACH, NameKeys, word_keys
from comention.lexicon.store import Lexicon

# Numbers of folded tokens that are no words: those that fold to nothing, barriers, and the end of a piece.
_NOTHING, _BARRIER, _END = range(3)
# What says behind a number or a Greek letter how much of it a cell has ("IL-5hi") or what gene a mouse has
# ("IL-10fl/fl"), and small words that lost their space ("IL-6and"); the letter of a part that is cut out.
_GRADES = frozenset(
    "hi lo int dim neg pos bright high low null fl flox ko wt cre gfp egfp yfp"
    " and or in was were is are with level".split()
)
# They have the numbers right behind those.
_LAST_GRADE = _END + len(_GRADES)
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


class Tokens(NamedTuple):
    """The tokens of pieces of texts: the numbers of their folded words, and their spans in the texts.

    `pieces` are the pieces that they stand in, of which the last token is no word; `glued` says that a token
    touches the word before it and goes on with it, with one more entry behind the last.
    """

    words: Ints
    starts: Ints
    ends: Ints
    pieces: Ints
    glued: Mask


class Found(NamedTuple):
    """Where names may stand: their first tokens and how many they have, the longest first of each place."""

    begins: Ints
    sizes: Ints


class Words:
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
        for word in ("", BARRIER, SEPARATOR, *_GRADES):  # no name holds the third
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
        """Return the number of a folded word."""
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

    def names(self, tokens: Tokens) -> Found:
        """Return where names may stand, whole words and none over the end of its piece."""
        self._read += len(tokens.words)
        places, sizes = self._by_trie(tokens) if self._read <= _FEW else self._by_keys(tokens)
        whole = ~tokens.glued[places + sizes]
        places, sizes = places[whole], sizes[whole]
        order = np.lexsort((-sizes, places))
        return Found(places[order], sizes[order])

    def _by_trie(self, tokens: Tokens) -> Found:
        """Return where names stand that begin a word, each place asked of the tries."""
        words = [self.folded[number] for number in tokens.words.tolist()]
        found = [
            (place, name.count(" ") + 1)
            for place in (~tokens.glued[:-1]).nonzero()[0].tolist()
            for name in self.begun(" ".join(words[place : place + REACH]))
        ]
        return Found(*np.array(found, np.int64).reshape(-1, 2).T)

    def begun(self, text: str) -> Iterable[str]:
        """Return the names with which folded words begin."""
        names = (name for trie in self._tries for name in trie.prefixes(text))
        return {name for name in names if text[len(name) : len(name) + 1] in ("", " ")}

    def _by_keys(self, tokens: Tokens) -> Found:
        """Return where names may stand that begin a word, all places at once."""
        self._look_up()
        keys = self._keys[tokens.words]
        is_name, begins, follows = self._flags[:, tokens.words]
        free = ~tokens.glued[:-1]
        single = (is_name & free).nonzero()[0]
        pairs = (begins[:-1] & follows[1:] & free[:-1]).nonzero()[0]
        found = [(single, np.ones_like(single)), *self._names.found(keys, pairs)]
        return Found(*map(np.concatenate, zip(*found, strict=True)))

    def tokens(self, pieces: Sequence[Piece]) -> Tokens:
        """Return the tokens of pieces of texts; what was misread or cut is read as it was."""
        characters = Characters(pieces)
        starts, ends = scan(characters)
        words = self.numbers_of(characters, starts, ends)
        kept = words != _NOTHING
        words, starts, ends = words[kept], starts[kept], ends[kept]
        words, starts, ends = self._mended(characters, words, starts, ends)
        glued = np.zeros(len(words) + 1, bool)
        glued[1:-1] = (starts[1:] == ends[:-1]) & (words[1:] > _END) & (words[:-1] > _END)
        glued[1:-1] &= characters.points[starts[1:]] != ord(_CUT_OUT)
        for place in (glued[:-1] & (words > _END) & (words <= _LAST_GRADE)).nonzero()[0].tolist():
            glued[place] = not _is_graded(self.folded[words[place - 1]])
        for place in _maybe_cited(characters.points, starts, ends, glued):
            glued[place] = not _CITED.match(characters.text, starts[place])
        piece = characters.pieces_of(starts)
        moved = characters.moved(starts, piece), characters.moved(ends, piece)
        return Tokens(words, *moved, piece, glued)

    def tokens_of(self, piece: str) -> tuple[list[tuple[str, int, int]], list[bool]]:
        """Return the tokens of one piece, folded, with their spans, and which of them are glued.

        Word by word, it does what :meth:`tokens` does: for a few words arrays take ten times as long.
        """
        tokens = self._mended_short(piece)
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
        return tokens, glued

    def _mended(
        self, characters: Characters, words: Ints, starts: Ints, ends: Ints
    ) -> tuple[Ints, Ints, Ints]:
        """Return tokens with those as one that a hyphen at the end of a line has cut, where one is known.

        Of those that a heading runs into the word behind it is left.
        """
        if run_on := self.run_on:
            for place in np.isin(words, list(run_on)).nonzero()[0].tolist():
                heading, words[place] = run_on[int(words[place])]
                starts[place] += heading
        points, text = characters.points, characters.text
        gaps = (starts[1:] == ends[:-1] + 2).nonzero()[0]
        gaps = gaps[(points[ends[gaps]] == ord("-")) & (points[ends[gaps] + 1] == ord(" "))]
        kept = np.ones(len(words), bool)
        for place in gaps.tolist():
            if kept[place] and (word := self._whole_word(text, starts[place], ends[place], ends[place + 1])):
                words[place], ends[place], kept[place + 1] = self.number(word), ends[place + 1], False
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
            read = word if word == BARRIER else self.read(piece[begin:end])
            found.append((read, begin, end))
        return found

    def _whole_word(self, text: str, start: int, cut: int, end: int) -> str | None:
        """Return what a cut word is, folded; None where no name begins with it."""
        before, behind = text[start:cut], text[cut + 2 : end]
        if len(before) + len(behind) < _SHORTEST_BROKEN or not (before[-1].islower() and behind.islower()):
            return None
        word = fold_token(before + behind)
        return word if self.begins(word) else None


def _is_graded(word: str) -> bool:
    """Return whether behind a folded word stands how much of it there is: a number or a Greek letter."""
    return word.isdigit() or word in _GREEK


def _maybe_cited(points: NDArray[np.uint32], starts: Ints, ends: Ints, glued: Mask) -> list[int]:
    """Return the numbers that are glued to a word in small letters, with nothing glued behind them."""
    places = (glued[1:-1] > glued[2:]).nonzero()[0] + 1
    first, last, sizes = points[starts[places]], points[ends[places - 1] - 1], ends - starts
    found = (sizes[places - 1] >= _SHORTEST_CITED) & (last >= ord("a")) & (last <= ord("z"))
    found &= (first >= ord("0")) & (first <= ord("9")) & (sizes[places] <= 2)
    cited: list[int] = places[found].tolist()
    return cited
