"""Many texts as one array of characters: where their tokens lie, and which of them are the same.

What takes a step of the interpreter for every token takes a few for all tokens of many texts. A token is
told by a key of 64 bits, a polynomial of its characters modulo 2**64 (Karp and Rabin 1987), which is the
difference of two sums over all characters, up to its end and up to its start; a key is turned into text only
once, when it is first seen. A million different tokens have two with one key about once in 37 million times.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]
Keys = NDArray[np.uint64]
#: The kind of each character, which the caller defines; 0 is what belongs to no token.
Kinds = NDArray[np.uint8]
Mask = NDArray[np.bool_]

#: A stretch of a text: the text, start and end.
Piece = tuple[str, int, int]

#: What stands behind each piece; it may occur in texts too.
SEPARATOR = "\0"

# The base of the polynomial, any odd number, its inverse modulo 2**64, and what spreads the characters' bits.
_BASE = 0x9E3779B97F4A7C15
_INVERSE = pow(_BASE, -1, 1 << 64)
_SPREAD = np.uint64(0xBF58476D1CE4E5B9)
_HALF = np.uint64(32)
# Polynomials of more characters than this have structure that a hostile text could use.
_LONG = 100


class _Powers:
    """The powers of a number modulo 2**64; a million are kept, what a huge text needs beyond them is not."""

    _KEPT = 1 << 20

    def __init__(self, base: int) -> None:
        self._base = np.uint64(base)
        self._known: Keys = np.ones(1, np.uint64)

    def __call__(self, size: int) -> Keys:
        known = self._known
        if len(known) < size:
            steps = np.full(max(size, 2 * len(known)), self._base)
            steps[0] = 1
            known = np.multiply.accumulate(steps)
            self._known = known[: self._KEPT].copy()
        return known[:size]


_powers, _inverses = _Powers(_BASE), _Powers(_INVERSE)


class Table:
    """A number for every character, found out the first time that the character is met."""

    _UNKNOWN = 0xFFFF

    def __init__(self, number_of: Callable[[str], int]) -> None:
        """`number_of` returns the number of a character, less than 65535."""
        self._number_of = number_of
        self._numbers: NDArray[np.uint16] = np.full(0x110000, self._UNKNOWN, np.uint16)

    def __getitem__(self, points: NDArray[np.uint32]) -> NDArray[np.uint16]:
        """Return the numbers of code points."""
        found: NDArray[np.uint16] = self._numbers.take(points)
        unknown = found == self._UNKNOWN
        if unknown.any():
            for point in np.unique(points[unknown]).tolist():
                self._numbers[point] = self._number_of(chr(point))
            found = self._numbers.take(points)
        return found


class Characters:
    """The characters of pieces of texts, one piece behind the other, a separator behind each."""

    def __init__(self, pieces: Sequence[Piece]) -> None:
        """Lay out the pieces."""
        parts = [text[start:end] for text, start, end in pieces]
        self.text = SEPARATOR.join([*parts, ""])
        #: Code points, of shape (characters,).
        self.points = np.frombuffer(self.text.encode("utf-32-le", "surrogatepass"), "<u4")
        sizes = np.array(list(map(len, parts)), np.int64)
        behind = np.cumsum(sizes + 1)
        #: Where the separator of each piece stands.
        self.separators: Ints = behind - 1
        self._moved = behind - 1 - sizes - np.array([start for _, start, _ in pieces], np.int64)

    def pieces_of(self, places: Ints) -> Ints:
        """Return the piece in which each place lies, its separator included; places must ascend."""
        return self.separators.searchsorted(places)

    def moved(self, places: Ints, pieces: Ints) -> Ints:
        """Return the places in these pieces as offsets into the texts of the pieces."""
        found: Ints = places - self._moved[pieces]
        return found

    def keys(self, starts: Ints, ends: Ints) -> Keys:
        """Return a key of each stretch `starts:ends`, equal where its characters are."""
        keys = Sums(self.points)(starts, ends)
        for i in (ends - starts > _LONG).nonzero()[0].tolist():
            keys[i] = hash(self.text[starts[i] : ends[i]]) & 0xFFFFFFFFFFFFFFFF
        return keys


def values_of(points: NDArray[np.uint32]) -> Keys:
    """Return what each character counts in a key."""
    if len(points) and int(points.max()) < len(_VALUES):
        return _VALUES.take(points)
    return _spread(points)


def _spread(points: NDArray[np.uint32]) -> Keys:
    values = points.astype(np.uint64)
    values += np.uint64(1)
    values *= _SPREAD
    values ^= values >> _HALF
    return values


# Most texts hold no other characters.
_VALUES = _spread(np.arange(1 << 14, dtype=np.uint32))


class Sums:
    """What keys of stretches of an array of code points are taken from."""

    def __init__(self, points: NDArray[np.uint32], values: Keys | None = None) -> None:
        """Sum up the values of characters: those of :func:`values_of` unless they are given."""
        values = values_of(points) if values is None else values
        self._sums = np.zeros(len(points) + 1, np.uint64)
        np.cumsum(values * _powers(len(points)), out=self._sums[1:])

    def __call__(self, starts: Ints, ends: Ints) -> Keys:
        """Return the key of each stretch `starts:ends`: of the same characters, the same in any array."""
        keys: Keys = (self._sums[ends] - self._sums[starts]) * _inverses(len(self._sums))[starts]
        return keys


def runs(kinds: Kinds, single: int) -> tuple[Ints, Ints]:
    """Return starts and ends of the tokens: runs of one kind, single characters from kind `single` on."""
    if not len(kinds):
        return np.zeros(0, np.int64), np.zeros(0, np.int64)
    breaks = (kinds[1:] != kinds[:-1]) | (kinds[1:] >= single)
    edges = np.concatenate([[0], breaks.nonzero()[0] + 1, [len(kinds)]])
    inside = kinds[edges[:-1]] > 0
    return edges[:-1][inside], edges[1:][inside]


class Numbers:
    """The numbers of keys, found for many keys at once, and learnt as new ones are met.

    A table of slots in which a key stands at the place that its bits name, or behind it where that is taken.
    """

    _FIRST = 1 << 10
    _MIX = np.uint64(0x9E3779B97F4A7C15)

    def __init__(self) -> None:
        """Begin with no key."""
        self._known = 0
        self._allot(self._FIRST)

    def _allot(self, slots: int) -> None:
        self._keys: Keys = np.zeros(slots, np.uint64)
        self._numbers: Ints = np.full(slots, -1, np.int64)
        self._last = np.int64(slots - 1)
        self._shift = np.uint64(65 - slots.bit_length())

    def __len__(self) -> int:
        """Return how many keys are known."""
        return self._known

    def of(self, keys: Keys) -> Ints:
        """Return the number of each key, -1 where it is not known."""
        slots = self._begin(keys)
        found: Ints = self._numbers.take(slots)
        other = ((self._keys.take(slots) != keys) & (found >= 0)).nonzero()[0]
        slots = slots[other]
        while len(other):  # another key stands there
            slots = slots + 1 & self._last
            found[other] = numbers = self._numbers.take(slots)
            still = (self._keys.take(slots) != keys[other]) & (numbers >= 0)
            other, slots = other[still], slots[still]
        return found

    def _begin(self, keys: Keys) -> Ints:
        mixed = keys ^ (keys >> _HALF)
        mixed *= self._MIX
        mixed >>= self._shift
        return mixed.view(np.int64)

    def learn(self, keys: Keys, numbers: Ints) -> None:
        """Learn the numbers, none of them negative, of keys that are not known, each once."""
        self._known += len(keys)
        if 4 * self._known > len(self._keys):
            held = self._numbers >= 0
            old = self._keys[held], self._numbers[held]
            self._allot(1 << (4 * self._known).bit_length())
            self._put(*old)
        self._put(keys, numbers)

    def _put(self, keys: Keys, numbers: Ints) -> None:
        slots = self._begin(keys)
        while len(keys):
            free = self._numbers[slots] < 0
            self._keys[slots[free]] = keys[free]  # of several keys at one slot, the last one has it
            self._numbers[slots[free]] = numbers[free]
            left = self._keys[slots] != keys
            left |= self._numbers[slots] != numbers
            keys, numbers, slots = keys[left], numbers[left], slots[left] + 1 & self._last

    def numbered(self, keys: Keys, learn: Callable[[Ints], Sequence[int]]) -> Ints:
        """Return the number of each key; `learn` returns those of new keys, given where each stands first."""
        found = self.of(keys)
        new = (found < 0).nonzero()[0]
        if len(new):
            of_new = keys[new].tolist()
            first: dict[int, int] = {}
            for key, place in zip(of_new, new.tolist(), strict=True):
                first.setdefault(key, place)
            places = np.array(list(first.values()), np.int64)
            number_of = dict(zip(first, learn(places), strict=True))
            self.learn(keys[places], np.array(list(number_of.values()), np.int64))
            found[new] = list(map(number_of.__getitem__, of_new))
        return found
