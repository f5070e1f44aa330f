"""Which runs of words are names: the keys of all folded names, sorted, to look many runs up at once.

The key of a run of words is a polynomial, modulo 2**64, of the keys of its words
(:mod:`comention.lexicon.characters`). Keys tell where a name may stand; whether it does, the lexicon says.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice

import numpy as np

from comention.lexicon.characters import Ints, Keys, Mask, Sums

#: No name is looked for in more words than these.
REACH = 32
#: After so many words it is looked whether any name begins so.
BEGINNINGS = (2, 3, 9)

_KINDS: tuple[str | int, ...] = ("whole", "first", "second", *BEGINNINGS)

# Bits of a key that tell at once that most keys are those of no name: a search takes many steps.
_FILTERED = 22
_MIX = np.uint64(0x9E3779B97F4A7C15)
_BASE = 0xA0761D6478BD642F
_POWERS: Keys = np.array([pow(_BASE, n, 1 << 64) for n in range(REACH)], np.uint64)
# Keys that no word has, which stand behind the last word.
_BEHIND: Keys = np.full(REACH, _MIX, np.uint64)
# So few keys are sooner looked up than that the bits of most are left out.
_FEW = 64
# Names that are worked out together: few enough for the processor's caches.
_TOGETHER = 20_000


def word_keys(words: Iterable[str]) -> Keys:
    """Return the key of each word."""
    text = "".join(f"{word}\n" for word in words)
    points = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), "<u4")
    ends = np.flatnonzero(points == ord("\n"))
    return Sums(points)(np.append(0, ends[:-1] + 1)[: len(ends)], ends)


class NameKeys:
    """The keys of names, and of their beginnings. Names are folded: words that single spaces separate."""

    def __init__(self, names: Iterable[str]) -> None:
        """Work out the keys; names of more than REACH words are left out."""
        parts = [_parts(block) for block in _blocks(names)]
        none = [np.zeros(0, np.uint64)] * len(_KINDS)
        self._sorted = {
            kind: np.unique(np.concatenate(keys))
            for kind, keys in zip(_KINDS, zip(none, *parts, strict=True), strict=True)
        }

        self._filled: dict[str | int, Mask] = {}

    def __or__(self, other: NameKeys) -> NameKeys:
        """Return the keys of both."""
        both = NameKeys(())
        both._sorted = {kind: np.union1d(keys, other._sorted[kind]) for kind, keys in self._sorted.items()}
        return both

    def __len__(self) -> int:
        """Return how many names there are."""
        return len(self._sorted["whole"])

    def held(self, kind: str | int, keys: Keys) -> Mask:
        """Return which keys are those of a "whole" name, or of the "first" or "second" word of a longer one.

        A number asks for the first so many words of a name that has as many or more; see BEGINNINGS.
        """
        known = self._sorted[kind]
        if not len(known):
            return np.zeros(len(keys), bool)
        if len(keys) <= _FEW:
            return _among(known, keys)
        found: Mask = self._may_hold(kind)[_bits(keys)]
        if len(likely := found.nonzero()[0]):
            found[likely] = _among(known, keys[likely])
        return found

    def _may_hold(self, kind: str | int) -> Mask:
        """Return for each value of some bits of a key whether a key of a kind has it: few others do."""
        if (filled := self._filled.get(kind)) is None:
            filled = np.zeros(1 << _FILTERED, bool)
            filled[_bits(self._sorted[kind])] = True
            self._filled[kind] = filled
        return filled

    def found(self, words: Keys, begins: Ints) -> Iterator[tuple[Ints, Ints]]:
        """Yield the places of names of two words and more with the numbers of their words.

        `words` are the keys of words in a row, those that stand in no name between texts; `begins` are the
        places at which names may begin.
        """
        keys = words[begins]
        words = np.concatenate([words, _BEHIND])
        size = 1
        # Up to each size at which it is looked whether a name goes on, all sizes at once.
        for last in (*BEGINNINGS, REACH):
            if not len(begins):
                return
            keys_of = words[begins[:, None] + np.arange(size, last)]
            keys_of *= _POWERS[size:last]
            np.cumsum(keys_of, axis=1, out=keys_of)
            keys_of += keys[:, None]
            named = self.held("whole", keys_of.ravel()).nonzero()[0]
            rows, columns = np.divmod(named, last - size)
            yield begins[rows], columns + (size + 1)
            size = last
            if last in BEGINNINGS:
                going_on = self.held(last, keys_of[:, -1]).nonzero()[0]
                begins, keys = begins[going_on], keys_of[going_on, -1]


def _among(known: Keys, keys: Keys) -> Mask:
    """Return which keys are among some that are sorted."""
    found: Mask = known.take(known.searchsorted(keys), mode="clip") == keys
    return found


def _bits(keys: Keys) -> Ints:
    """Return some bits of keys, which other keys seldom share."""
    return (keys * _MIX >> np.uint64(64 - _FILTERED)).view(np.int64)


def _blocks(names: Iterable[str]) -> Iterator[list[str]]:
    names = iter(names)
    while block := list(islice(names, _TOGETHER)):
        yield block


def _parts(names: list[str]) -> list[Keys]:
    """Return the keys of each kind."""
    sizes = np.array([name.count(" ") + 1 for name in names], np.int64)
    names = [name for name, size in zip(names, sizes.tolist(), strict=True) if size <= REACH]
    sizes = sizes[sizes <= REACH]
    if not names:
        return [np.zeros(0, np.uint64)] * len(_KINDS)
    words = word_keys("\n".join(names).replace(" ", "\n").split("\n"))
    firsts = np.cumsum(sizes) - sizes
    keys = words * _POWERS[np.arange(len(words)) - np.repeat(firsts, sizes)]
    two = firsts[sizes > 1]
    begun = [
        keys[firsts[sizes >= size][:, None] + np.arange(size)].sum(axis=1, dtype=np.uint64)
        for size in BEGINNINGS
    ]
    return [np.add.reduceat(keys, firsts), words[two], words[two + 1], *begun]
