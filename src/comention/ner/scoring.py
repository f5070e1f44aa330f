"""What the features of each token weigh together: looked up by what they are features of, for many at once.

A word, a tag or a short form is numbered when it is first seen, and the weights of its features are summed
once. Most pairs of words and unbroken stretches are seen only once; those that the model knows are looked up
by key.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from comention.lexicon.characters import Characters, Ints, Keys, Numbers, Sums, values_of
from comention.ner import features
from comention.ner.crf import Floats
from comention.ner.features import EDGE, NO_TAG, SPELLED_EDGE, normal, shape
from comention.ner.layout import Layout
from comention.ner.rows import ThingRows, Weights, WordRows

_OFFSETS = dict(features.KINDS)
# Different strings whose weights are kept.
_KEPT = 100_000
_SHIFT = 32
# Bits of the row of a tag: there are fewer than a hundred.
_TAG_SHIFT = 20
# Keeps apart the keys of shapes at different places.
_PLACES = np.uint64(0xD6E8FEB86659FD93)


class _Known:
    """Rows of weights by key; row 0 is that of a key that is not known."""

    def __init__(self, keys: Keys, rows: Floats) -> None:
        keys, first = np.unique(keys, return_index=True)
        self._numbers = Numbers()
        self._numbers.learn(keys, np.arange(1, len(keys) + 1))
        self.rows: Floats = np.concatenate([np.zeros((1, rows.shape[1])), rows[first]])

    def places(self, keys: Keys) -> Ints:
        """Return the row of each key."""
        return np.maximum(self._numbers.of(keys), 0)

    def of(self, places: Ints) -> Floats:
        """Return the weights at places; whole rows are taken faster so than by an index."""
        return self.rows.take(places, axis=0)


def _string_keys(strings: Sequence[str]) -> Keys:
    """Return the keys that stretches of these characters have."""
    laid = Characters([(text, 0, len(text)) for text in strings])
    ends = laid.separators
    return laid.keys(ends - np.array(list(map(len, strings)), np.int64), ends)


_ASCII = 127
# Of each ASCII character: its kind, by which shapes are told, and what it counts in lower case.
_KIND_OF = np.array([*map(ord, "".join(shape(chr(i)) for i in range(_ASCII + 1))), 0], np.uint8)
_LOWERED = values_of(np.array([ord(chr(i).lower()) for i in range(_ASCII + 2)], np.uint32))


class _Stretches:
    """The features of unbroken stretches: in lower case, and their shapes at each place."""

    def __init__(self, weights: Weights) -> None:
        lower, shapes = weights.names("c"), weights.names("cs")
        self._lower = _Known(_string_keys(list(lower)), weights.of([*lower.values()]))
        keys = _placed(
            _string_keys([name[1:] for name in shapes]), np.array([int(n[0]) for n in shapes], np.int64)
        )
        self._shapes = _Known(keys, weights.of([*shapes.values()]))

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
        kinds = _KIND_OF.take(points, mode="clip")
        # Of a run the first two count. Before a stretch stands white space or a separator.
        kept = np.ones(len(kinds), bool)
        differs = kinds[1:] != kinds[:-1]
        kept[2:] = differs[1:] | differs[:-1]
        before = np.concatenate([[0], np.cumsum(kept)])
        lower = Sums(points, _LOWERED.take(points, mode="clip"))(starts, ends)
        shapes = Sums(kinds[kept])(before[starts], before[ends])
        # Other alphabets have rules of their own; and a text may hold what separates sentences.
        other = ((points > _ASCII) | (points == 0)).nonzero()[0]
        odd = (other.searchsorted(starts) < other.searchsorted(ends)).nonzero()[0]
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
        of_second, of_first = weights.names("b"), weights.names("1 a")
        names = sorted({*of_second, *of_first})
        self._numbers: dict[str, int] = {}
        parts = [_parted(name) for name in names]
        keys = np.array([self._number(a) << _SHIFT | self._number(b) for a, b in parts], np.uint64)
        both = np.zeros((len(names), 2, weights.outputs))
        for column, of in enumerate((of_second, of_first)):
            held = [place for place, name in enumerate(names) if name in of]
            both[held, column] = weights.of([of[names[place]] for place in held])
        self._known = _Known(keys, both.reshape(len(names), 2 * weights.outputs))
        self._rows = [np.ascontiguousarray(rows) for rows in np.hsplit(self._known.rows, 2)]

    def _number(self, word: str) -> int:
        return self._numbers.setdefault(word, len(self._numbers) + 1)

    def number_of(self, lower: str) -> int:
        """Return the number of a word in its normal form, 0 where it is in no pair that is known."""
        return self._numbers.get(lower, 0)

    def add(self, total: Floats, layout: Layout, numbers: Ints, edge: int) -> None:
        """Add what pairs of words say of both, given the words' numbers and that of a sentence's bounds."""
        keys = layout.spread(numbers, edge).astype(np.uint64)
        keys[1:] |= keys[:-1] << np.uint64(_SHIFT)
        known = self._known.places(keys)
        # Few pairs are known.
        for rows, offset in zip(self._rows, self._OFFSETS, strict=True):
            places = known[layout.places + offset]
            held = places.nonzero()[0]
            total[held] += rows[places[held]]


def _parted(pair: str) -> tuple[str, str]:
    """Return the two words of a pair's name: no word holds a bar but the bar itself."""
    at = pair.index("|", 1)
    return pair[:at], pair[at + 1 :]


class Scorer:
    """Sums up the weights of the features of tokens. Not for several threads at once."""

    def __init__(self, weights: Weights, statistics: Mapping[str, str]) -> None:
        """`statistics`: what the names of the lexicon say of folded words."""
        self._outputs = weights.outputs
        self._row_of = weights.row_of
        make = features.makers(statistics)
        self._tables = {
            kind: ThingRows(make[kind], offsets, weights)
            for kind, offsets in features.KINDS
            if kind not in {"words", "pairs", "chunks"}
        }
        self._pairs = _Pairs(weights)
        self._stretches = _Stretches(weights)
        self._words = WordRows(_OFFSETS["words"], weights, statistics)
        self._forget()

    def _forget(self) -> None:
        for table in self._tables.values():
            table.forget()
        self._words.forget()
        # What was numbered, by key.
        self._seen, self._tagged, self._threes = Numbers(), Numbers(), Numbers()
        # Of each word by its number: its number in pairs, and its row under the tag of no name.
        self._in_pairs: Ints = np.zeros(0, np.int64)
        self._untagged: Ints = np.zeros(0, np.int64)
        self._of_shape: dict[str, int] = {}
        [self._edge] = self._learn_words([EDGE])
        self._no_tag = {kind: self._tables[kind][NO_TAG] for kind in ("named", "matched")}
        # what is said of a token where no name stands around it
        self._far: Floats = self._tables["threes"].rows[0][self._tables["threes"][" ".join([NO_TAG] * 3)]]
        for kind, row in self._no_tag.items():
            self._far = self._far + self._tables[kind].rows[:, row].sum(0)

    def scores(self, layout: Layout) -> Floats:
        """Return the sums for all tokens, of shape (tokens, outputs)."""
        if max(len(self._words.number_of), *map(len, self._tables.values())) > _KEPT:
            self._forget()
        keys = layout.characters.keys(layout.begins, layout.stops)
        words = self._seen.numbered(keys, lambda tokens: self._learn_words(layout.surfaces(tokens)))
        named, named_tags = self._rows("named", *layout.named())
        matched, _ = self._rows("matched", *layout.matched())
        defined, _ = self._rows("defined", *layout.defined(words, self._words.number_of))
        total = self._of_names(layout, named, matched, named_tags)
        laid = layout.spread(words, self._edge)
        for of_offset, offset in zip(self._words.rows, _OFFSETS["words"], strict=True):
            total += of_offset.take(laid.take(layout.places + offset), axis=0)
        self._pairs.add(total, layout, self._in_pairs[words], int(self._in_pairs[self._edge]))
        total += self._stretches.weights(layout)
        # tables grow as they learn: what is looked up comes before where
        own = {
            "tagged": self._tagged_rows(layout, named, named_tags, words),
            "places": self._place_rows(layout),
        }
        for kind, rows in own.items():
            total += self._tables[kind].rows[0].take(rows, axis=0)
        if held := defined.nonzero()[0].tolist():
            total[held] += self._tables["defined"].rows[0][defined[held]]
        return total

    def _of_names(self, layout: Layout, named: Ints, matched: Ints, tags: Mapping[int, str]) -> Floats:
        """Return what names say of the tokens in and around them, and that there are none of the others."""
        laid = {"named": layout.spread(named, 0), "matched": layout.spread(matched, 0)}
        odd = (laid["named"] != self._no_tag["named"]) | (laid["matched"] != self._no_tag["matched"])
        near = odd[layout.places]
        for offset in (-2, -1, 1, 2):
            near |= odd[layout.places + offset]
        tokens = near.nonzero()[0]
        places = layout.places[tokens]
        threes = self._three_rows(laid["named"], places, tags)
        said = self._tables["threes"].rows[0].take(threes, axis=0)
        for kind, rows in laid.items():
            for of_offset, offset in zip(self._tables[kind].rows, _OFFSETS[kind], strict=True):
                said += of_offset.take(rows.take(places + offset), axis=0)
        total = np.empty((len(near), self._outputs))
        total[:] = self._far
        total[tokens] = said
        return total

    def _rows(self, kind: str, numbers: Ints, strings: Sequence[str]) -> tuple[Ints, dict[int, str]]:
        """Return the rows of things that are told by numbers, and the things by row."""
        table = self._tables[kind]
        rows = [table[thing] for thing in strings]
        return np.array(rows, np.int64)[numbers], dict(zip(rows, strings, strict=True))

    def _learn_words(self, words: Sequence[str]) -> list[int]:
        known = len(self._words.number_of)
        numbers = self._words.learn(words)
        if len(self._words.number_of) > len(self._in_pairs):
            self._in_pairs, self._untagged = (
                np.concatenate([array, np.zeros(2 * len(self._words.number_of), np.int64)])
                for array in (self._in_pairs, self._untagged)
            )
        for word, number in zip(words, numbers, strict=True):
            if number >= known:
                lower = normal(word)
                self._in_pairs[number] = self._pairs.number_of(SPELLED_EDGE if word == EDGE else lower)
                self._untagged[number] = self._untagged_row(word, lower)
        return numbers

    def _untagged_row(self, word: str, lower: str) -> int:
        """Return the row of a word under the tag of no name: one for all unknown words of a shape."""
        # as features.of_tagged has it, without a call
        if self._row_of(f"nw={NO_TAG}{lower}") is not None:
            return self._tables["tagged"][f"{NO_TAG} {word}"]
        form = shape(word)
        if (row := self._of_shape.get(form)) is None:
            row = self._of_shape[form] = self._tables["tagged"][f"{NO_TAG} {word}"]
        return row

    def _tagged_rows(self, layout: Layout, named: Ints, tags: Mapping[int, str], words: Ints) -> Ints:
        found: Ints = self._untagged[words]
        held = (named != self._no_tag["named"]).nonzero()[0]

        def learn(places: Ints) -> list[int]:
            tokens = held[places]
            told = zip(named[tokens].tolist(), layout.surfaces(tokens), strict=True)
            return [self._tables["tagged"][f"{tags[row]} {word}"] for row, word in told]

        keys = (named[held] << _SHIFT | words[held]).astype(np.uint64)
        found[held] = self._tagged.numbered(keys, learn)
        return found

    def _three_rows(self, named: Ints, places: Ints, tags: Mapping[int, str]) -> Ints:
        """Return the rows of what the lexicon says of the tokens at places and of those beside them."""
        told = np.where(named == 0, self._no_tag["named"], named)
        three = [told[places + offset] for offset in (-1, 0, 1)]

        def learn(tokens: Ints) -> list[int]:
            return [
                self._tables["threes"][" ".join(tags[int(rows[token])] for rows in three)]
                for token in tokens.tolist()
            ]

        keys = three[0] << 2 * _TAG_SHIFT | three[1] << _TAG_SHIFT | three[2]
        return self._threes.numbered(keys.astype(np.uint64), learn)

    def _place_rows(self, layout: Layout) -> Ints:
        numbers = 2 * layout.is_first + layout.in_title
        return self._rows("places", numbers, ("body", "title", "first body", "first title"))[0]
