"""Which runs of words are names: the keys of all folded names, sorted, to look many runs up at once.

The key of a run of words is a polynomial, modulo 2**64, of the keys of its words
(:mod:`comention.lexicon.characters`). Keys tell where a name may stand; whether it does, the lexicon says.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice

import numpy as np

from comention.lexicon.characters import Ints, Keys, Mask, Sums

#: Words within which most names end.
NEAR = 8
#: No name is looked for in more words than these.
REACH = 32

_BASE = 0xA0761D6478BD642F
_POWERS: Keys = np.array([pow(_BASE, n, 1 << 64) for n in range(REACH)], np.uint64)
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
        none = [np.zeros(0, np.uint64)] * 5
        #: Sorted keys of whole names, of their first and second words where they have two, of both
        #: together, and of the first NEAR words of the few that have more.
        self.whole, self.first, self.second, self.pairs, self.far = (
            np.unique(np.concatenate(of_kind)) for of_kind in zip(none, *parts, strict=True)
        )

    def __or__(self, other: NameKeys) -> NameKeys:
        """Return the keys of both."""
        both = NameKeys(())
        for kind in ("whole", "first", "second", "pairs", "far"):
            setattr(both, kind, np.union1d(getattr(self, kind), getattr(other, kind)))
        return both

    def found(self, words: Keys, begins: Ints, limits: Ints) -> Iterator[tuple[Ints, int]]:
        """Yield the places of names of two words and more with the number of their words, two words first.

        `words` are the keys of words in a row, `begins` the places at which the first two words of a name
        stand, `limits` the places behind which the names that begin there may not reach.
        """
        keys = words[begins]
        for size in range(2, REACH + 1):
            inside = begins + size <= limits
            begins, limits, keys = begins[inside], limits[inside], keys[inside]
            keys = keys + words[begins + size - 1] * _POWERS[size - 1]
            yield begins[held(self.whole, keys)], size
            if size == NEAR:
                go_on = held(self.far, keys)
                begins, limits, keys = begins[go_on], limits[go_on], keys[go_on]
            if not len(begins):
                return


def pair_keys(first: Keys, second: Keys) -> Keys:
    """Return the keys of pairs of words."""
    found: Keys = first + second * _POWERS[1]
    return found


def held(sorted_keys: Keys, keys: Keys) -> Mask:
    """Say which keys are among the sorted ones."""
    if not len(sorted_keys):
        return np.zeros(len(keys), bool)
    places = np.minimum(np.searchsorted(sorted_keys, keys), len(sorted_keys) - 1)
    found: Mask = sorted_keys[places] == keys
    return found


def _blocks(names: Iterable[str]) -> Iterator[list[str]]:
    names = iter(names)
    while block := list(islice(names, _TOGETHER)):
        yield block


def _parts(names: list[str]) -> tuple[Keys, ...]:
    """Return the keys of whole names, first and second words, pairs, and far beginnings."""
    sizes = np.array([name.count(" ") + 1 for name in names], np.int64)
    names = [name for name, size in zip(names, sizes.tolist(), strict=True) if size <= REACH]
    sizes = sizes[sizes <= REACH]
    if not names:
        return (np.zeros(0, np.uint64),) * 5
    words = word_keys("\n".join(names).replace(" ", "\n").split("\n"))
    firsts = np.cumsum(sizes) - sizes
    keys = words * _POWERS[np.arange(len(words)) - np.repeat(firsts, sizes)]
    two, many = firsts[sizes > 1], firsts[sizes > NEAR]
    far = keys[many[:, None] + np.arange(NEAR)].sum(axis=1, dtype=np.uint64)
    return np.add.reduceat(keys, firsts), words[two], words[two + 1], keys[two] + keys[two + 1], far
