"""What the features of each token weigh together: looked up by what they are features of, for many at once.

A word, a tag or a short form is numbered when it is first seen, and the weights of its features are summed
once. Most pairs of words and unbroken stretches are seen only once; those that the model knows are looked up
by key.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping, Sequence

import numpy as np

from comention.lexicon.characters import Characters, Ints, Keys, Sums, numbered
from comention.ner import features
from comention.ner.crf import Floats
from comention.ner.features import EDGE, NO_TAG, SPELLED_EDGE, normal, shape
from comention.ner.layout import Layout

# Different strings whose weights are kept.
_KEPT = 100_000
_FIRST_SIZE = 1024
_SHIFT = 32
# Bits of the row of a tag: there are fewer than a hundred.
_TAG_SHIFT = 20
# Keeps apart the keys of shapes at different places.
_PLACES = np.uint64(0xD6E8FEB86659FD93)


class Weights:
    """The weights of features by name."""

    def __init__(self, number_of: Mapping[str, int], rows: Floats) -> None:
        """`number_of` gives the row of each name in `rows`, which is of shape (features, outputs)."""
        self._number_of = number_of
        self._rows = rows
        self.outputs = int(rows.shape[1])

        #: Returns the row of a feature, None where it has none.
        self.row_of = number_of.get

    def sum(self, rows: Sequence[int]) -> Floats:
        """Return the weights of some features together, added in order."""
        return functools.reduce(np.add, [self._rows[row] for row in rows])

    def beginning(self, prefix: str) -> dict[str, Floats]:
        """Return the weights of all features that begin so, by the rest of their names."""
        return {
            n[len(prefix) :]: self._rows[row] for n, row in self._number_of.items() if n.startswith(prefix)
        }


class _Table(dict[str, int]):
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


class _Known:
    """Rows of weights by key; row 0 is that of a key that is not known."""

    def __init__(self, keys: Keys, rows: Sequence[Floats], outputs: int) -> None:
        order = np.argsort(keys)
        self._keys = np.append(keys[order], np.uint64(0))
        self.rows: Floats = np.zeros((len(keys) + 1, outputs))
        if len(keys):
            self.rows[1:] = np.array(rows)[order]

    def places(self, keys: Keys) -> Ints:
        """Return the row of each key."""
        found = np.searchsorted(self._keys[:-1], keys)
        known = (self._keys[found] == keys) & (found < len(self._keys) - 1)
        return np.where(known, found + 1, 0)

    def of(self, places: Ints) -> Floats:
        """Return the weights at places; whole rows are taken faster so than by an index."""
        return self.rows.take(places, axis=0)


def _string_keys(strings: Sequence[str]) -> Keys:
    """Return the keys that stretches of these characters have."""
    laid = Characters([(text, 0, len(text)) for text in strings])
    ends = laid.separators
    return laid.keys(ends - np.array(list(map(len, strings)), np.int64), ends)


class _Stretches:
    """The features of unbroken stretches: in lower case, and their shapes at each place."""

    def __init__(self, weights: Weights) -> None:
        lower = weights.beginning("c=")
        self._lower = _Known(_string_keys(list(lower)), list(lower.values()), weights.outputs)
        shapes = weights.beginning("cs=")
        keys = _placed(
            _string_keys([name[1:] for name in shapes]), np.array([int(n[0]) for n in shapes], np.int64)
        )
        self._shapes = _Known(keys, list(shapes.values()), weights.outputs)

    def weights(self, layout: Layout) -> Floats:
        """Return the weights of the stretch that each token stands in, of shape (tokens, outputs)."""
        starts, ends, number, place = layout.stretches()
        lower, shapes = self._keys(layout.characters, starts, ends)
        found: Floats = self._lower.of(self._lower.places(lower)[number])
        found += self._shapes.of(self._shapes.places(_placed(shapes[number], place)))
        return found

    @staticmethod
    def _keys(characters: Characters, starts: Ints, ends: Ints) -> tuple[Keys, Keys]:
        """Return the keys of the stretches in lower case, and of their shapes."""
        points = characters.points
        upper = (points >= ord("A")) & (points <= ord("Z"))
        lowered = np.where(upper, points + 32, points)
        kinds = np.where(upper, ord("A"), points)
        kinds[(points >= ord("a")) & (points <= ord("z"))] = ord("a")
        kinds[(points >= ord("0")) & (points <= ord("9"))] = ord("0")
        # Of a run the first two count. Before a stretch stands white space or a separator.
        kept = np.ones(len(kinds), bool)
        kept[2:] = (kinds[2:] != kinds[1:-1]) | (kinds[2:] != kinds[:-2])
        before = np.concatenate([[0], np.cumsum(kept)])
        lower = Sums(lowered)(starts, ends)
        shapes = Sums(kinds[kept])(before[starts], before[ends])
        # Other alphabets have rules of their own; and a text may hold what separates sentences.
        other = np.concatenate([[0], np.cumsum((points > 127) | (points == 0))])
        odd = np.flatnonzero(other[ends] > other[starts])
        written = [characters.text[starts[i] : ends[i]] for i in odd.tolist()]
        if written:
            lower[odd] = _string_keys([text.lower() for text in written])
            shapes[odd] = _string_keys(list(map(shape, written)))
        return lower, shapes


def _placed(keys: Keys, places: Ints) -> Keys:
    """Return keys that are another for each place."""
    found: Keys = keys + places.astype(np.uint64) * _PLACES
    return found


class _Pairs:
    """The features of two words that stand side by side, for the second and for the first.

    Words count in their normal form; `number_of` gives that a number.
    """

    _OFFSETS = (0, 1)

    def __init__(self, weights: Weights) -> None:
        of_second, of_first = weights.beginning("b="), weights.beginning("1 a=")
        names = sorted({*of_second, *of_first})
        self._numbers: dict[str, int] = {}
        parts = [_parted(name) for name in names]
        keys = np.array([self._number(a) << _SHIFT | self._number(b) for a, b in parts], np.uint64)
        nothing = np.zeros(weights.outputs)
        self._known = tuple(
            _Known(keys, [of.get(name, nothing) for name in names], weights.outputs)
            for of in (of_second, of_first)
        )

    def _number(self, word: str) -> int:
        return self._numbers.setdefault(word, len(self._numbers) + 1)

    def number_of(self, word: str) -> int:
        """Return the number of a word, 0 where it is in no pair that is known."""
        return self._numbers.get(SPELLED_EDGE if word == EDGE else normal(word), 0)

    def add(self, total: Floats, layout: Layout, numbers: Ints, edge: int) -> None:
        """Add what pairs of words say of both, given the words' numbers and that of a sentence's bounds."""
        keys = layout.spread(numbers, edge).astype(np.uint64)
        keys[1:] |= keys[:-1] << np.uint64(_SHIFT)
        for known, offset in zip(self._known, self._OFFSETS, strict=True):
            total += known.of(known.places(keys[layout.places + offset]))


def _parted(pair: str) -> tuple[str, str]:
    """Return the two words of a pair's name: no word holds a bar but the bar itself."""
    at = pair.index("|", 1)
    return pair[:at], pair[at + 1 :]


class Scorer:
    """Sums up the weights of the features of tokens. Not for several threads at once."""

    def __init__(self, weights: Weights, statistics: Mapping[str, str]) -> None:
        """`statistics`: what the names of the lexicon say of folded words."""
        self._outputs = weights.outputs
        make = features.makers(statistics)
        self._tables = {
            kind: _Table(make[kind], offsets, weights)
            for kind, offsets in features.KINDS
            if kind not in {"pairs", "chunks"}
        }
        self._pairs = _Pairs(weights)
        self._stretches = _Stretches(weights)
        self._forget()

    def _forget(self) -> None:
        for table in self._tables.values():
            table.forget()
        # What was numbered, by key, and the numbers of words in pairs; a word's number is its row.
        self._words: dict[int, int] = {}
        self._tagged: dict[int, int] = {}
        self._threes: dict[int, int] = {}
        self._in_pairs: Ints = np.zeros(_FIRST_SIZE, np.int64)
        self._edge = self._tables["words"][EDGE]
        self._in_pairs[self._edge] = self._pairs.number_of(EDGE)

    def scores(self, layout: Layout) -> Floats:
        """Return the sums for all tokens, of shape (tokens, outputs)."""
        if max(map(len, self._tables.values())) > _KEPT:
            self._forget()
        keys = layout.characters.keys(layout.begins, layout.stops)
        words = numbered(keys, self._words, functools.partial(self._learn_word, layout))
        named, named_tags = self._rows("named", *layout.named())
        matched, _ = self._rows("matched", *layout.matched())
        defined, _ = self._rows("defined", *layout.defined(words, self._tables["words"]))
        total = np.zeros((len(words), self._outputs))
        self._add(total, layout, "words", words, self._edge)
        self._add(total, layout, "named", named, 0)
        self._add(total, layout, "matched", matched, 0)
        self._pairs.add(total, layout, self._in_pairs[words], int(self._in_pairs[self._edge]))
        total += self._stretches.weights(layout)
        own = {
            "defined": defined,
            "tagged": self._tagged_rows(layout, named, named_tags, words),
            "threes": self._three_rows(layout, named, named_tags),
            "places": self._place_rows(layout),
        }
        for kind, rows in own.items():
            total += self._tables[kind].rows[0].take(rows, axis=0)
        return total

    def _add(self, total: Floats, layout: Layout, kind: str, rows: Ints, outside: int) -> None:
        """Add what a kind of things says of the tokens around them; `outside` stands beside sentences."""
        laid = layout.spread(rows, outside)
        for i, offset in enumerate(dict(features.KINDS)[kind]):
            total += self._tables[kind].rows[i].take(laid.take(layout.places + offset), axis=0)

    def _rows(self, kind: str, numbers: Ints, strings: Sequence[str]) -> tuple[Ints, dict[int, str]]:
        """Return the rows of things that are told by numbers, and the things by row."""
        table = self._tables[kind]
        rows = [table[thing] for thing in strings]
        return np.array(rows, np.int64)[numbers], dict(zip(rows, strings, strict=True))

    def _learn_word(self, layout: Layout, token: int) -> int:
        word = layout.characters.text[layout.begins[token] : layout.stops[token]]
        row = self._tables["words"][word]
        if row >= len(self._in_pairs):
            self._in_pairs = np.concatenate([self._in_pairs, np.zeros_like(self._in_pairs)])
        self._in_pairs[row] = self._pairs.number_of(word)
        return row

    def _tagged_rows(self, layout: Layout, named: Ints, tags: Mapping[int, str], words: Ints) -> Ints:
        def learn(token: int) -> int:
            word = layout.characters.text[layout.begins[token] : layout.stops[token]]
            return self._tables["tagged"][f"{tags[int(named[token])]} {word}"]

        return numbered((named << _SHIFT | words).astype(np.uint64), self._tagged, learn)

    def _three_rows(self, layout: Layout, named: Ints, tags: Mapping[int, str]) -> Ints:
        laid = layout.spread(named, self._tables["named"][NO_TAG])
        three = [laid[layout.places + offset] for offset in (-1, 0, 1)]

        def learn(token: int) -> int:
            return self._tables["threes"][" ".join(tags[int(rows[token])] for rows in three)]

        keys = three[0] << 2 * _TAG_SHIFT | three[1] << _TAG_SHIFT | three[2]
        return numbered(keys.astype(np.uint64), self._threes, learn)

    def _place_rows(self, layout: Layout) -> Ints:
        numbers = 2 * layout.is_first + layout.in_title
        return self._rows("places", numbers, ("body", "title", "first body", "first title"))[0]
