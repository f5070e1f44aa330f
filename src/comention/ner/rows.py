"""Rows of weights that are summed when a thing is first seen, and kept: of words, tags and short forms."""

from __future__ import annotations

import functools
import itertools
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence

import numpy as np

from comention.ner import features
from comention.ner.crf import Floats

_FIRST_SIZE = 1024


class Weights:
    """The weights of features by name."""

    def __init__(self, number_of: Mapping[str, int], rows: Floats) -> None:
        """`number_of` gives the row of each name in `rows`, which is of shape (features, outputs)."""
        self._rows = rows
        self.outputs = int(rows.shape[1])
        self._by_kind: defaultdict[str, dict[str, int]] = defaultdict(dict)
        for name, row in number_of.items():
            kind, _, rest = name.partition("=")
            self._by_kind[kind][rest] = row

        #: Returns the row of a feature, None where it has none.
        self.row_of = number_of.get

    def sum(self, rows: Sequence[int]) -> Floats:
        """Return the weights of some features together, added in order."""
        return functools.reduce(np.add, [self._rows[row] for row in rows])

    def names(self, kind: str) -> Mapping[str, int]:
        """Return the rows of all features of a kind ("c", "1 a"), by the rest of their names."""
        return self._by_kind.get(kind, {})

    def of(self, rows: Sequence[int]) -> Floats:
        """Return the weights of some features, of shape (features, outputs)."""
        return self._rows.take(np.array(rows, np.int64), axis=0)


class ThingRows(dict[str, int]):
    """The summed weights of the features of each thing of a kind, by the thing's string.

    `rows[i][table[thing]]` are for its i-th offset. Row 0 is the thing without features.
    """

    def __init__(
        self, make: Callable[[str], features.Spread], offsets: tuple[int, ...], weights: Weights
    ) -> None:
        super().__init__()
        self._make = make
        self._offsets = offsets
        self._weights = weights
        self.rows = self._none()
        self.forget()

    def _none(self) -> Floats:
        return np.zeros((len(self._offsets), _FIRST_SIZE, self._weights.outputs))

    def __missing__(self, thing: str) -> int:
        place = len(self)
        if place == self.rows.shape[1]:
            self.rows = np.concatenate([self.rows, np.zeros_like(self.rows)], axis=1)
        found: dict[int, list[int]] = {}
        row_of = self._weights.row_of
        for offset, name in self._make(thing):
            row = row_of(f"{offset} {name}" if offset else name)  # as features.at has it, without a call
            if row is not None:
                found.setdefault(offset, []).append(row)
        for offset, rows in found.items():
            self.rows[self._offsets.index(offset), place] = self._weights.sum(rows)
        self[thing] = place
        return place

    def forget(self) -> None:
        """Forget all; no row may be in use."""
        self.clear()
        self[""] = 0
        self.rows = self._none()


class WordRows:
    """The summed weights of the features of words, by number; `rows[i][number]` are for the i-th offset."""

    def __init__(self, offsets: tuple[int, ...], weights: Weights, statistics: Mapping[str, str]) -> None:
        self._parts_of = functools.partial(features.parts_of_word, statistics=statistics)
        self._parts, self._weights = _parts(offsets, weights)
        self._shape = len(offsets), weights.outputs
        self.forget()

    def forget(self) -> None:
        """Forget all words; no row may be in use."""
        self.number_of: dict[str, int] = {}
        self.rows: Floats = np.zeros((self._shape[0], _FIRST_SIZE, self._shape[1]))

    def learn(self, words: Sequence[str]) -> list[int]:
        """Return the numbers of words, new ones among them."""
        number_of = self.number_of
        new = [word for word in dict.fromkeys(words) if word not in number_of]
        first = len(number_of)
        number_of.update(zip(new, range(first, first + len(new)), strict=True))
        if len(number_of) > self.rows.shape[1]:
            room = np.zeros((len(self.rows), 2 * len(number_of), self._shape[1]))
            room[:, :first] = self.rows[:, :first]
            self.rows = room
        place_of = self._parts.get
        found = [[place_of(part, 0) for part in self._parts_of(word)] for word in new]
        sums = np.zeros((len(new), *self._shape))
        for parts in itertools.zip_longest(*found, fillvalue=0):  # one after the other, the first one first
            sums += self._weights.take(parts, axis=0)
        self.rows[:, first : len(number_of)] = sums.transpose(1, 0, 2)
        return [number_of[word] for word in words]


def _parts(offsets: tuple[int, ...], weights: Weights) -> tuple[dict[str, int], Floats]:
    """Return the places of the features of words, and the weights at each place for every offset.

    These are of shape (places, offsets, outputs); place 0 is that of a feature without weights.
    """
    places: dict[str, int] = {}
    given: list[tuple[int, int, int]] = []
    for column, offset in enumerate(offsets):
        for kind in features.WORD_KINDS:
            for rest, row in weights.names(features.at(offset, kind)).items():
                name = f"{kind}={rest}"
                if offset in features.reach_of(name):
                    given.append((places.setdefault(name, len(places) + 1), column, row))
    rows = np.zeros((len(places) + 1, len(offsets), weights.outputs))
    if given:
        at, column_of, row_of = zip(*given, strict=True)
        rows[list(at), list(column_of)] = weights.of(row_of)
    return places, rows
