"""Documents as the model reads them: the tokens of many, in arrays, with what is said of each.

It is what :func:`comention.ner.features.sentences` gives as strings, one token at a time, for training.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import chain

import numpy as np

from comention.lexicon.characters import Characters, Ints
from comention.ner.features import LONGEST, NO_TAG, REACH, Clues, tag_of
from comention.ner.tokens import scan

# Bits of an offset within a document.
_SHIFT = 32

Spans = Sequence[tuple[int, int, str]]


class Layout:
    """The tokens of all sentences of some documents, one sentence behind the other.

    Arrays have one entry for each token. `starts` and `ends` are offsets into the document, `documents` its
    number. `firsts` are the first tokens of the sentences that have some. Tokens stand at `places`, of which
    there are `size`: REACH of them are left free before and behind each sentence, shared by neighbours.
    """

    def __init__(self, clues: Sequence[Clues]) -> None:
        """Lay documents out."""
        self._clues = clues
        #: How many documents there are.
        self.count = len(clues)
        told = [sentence for one in clues for sentence in one.sentences]
        texts = chain.from_iterable([one.text] * len(one.sentences) for one in clues)
        pieces = [(text, start, end) for text, (start, end, _) in zip(texts, told, strict=True)]
        self.characters = Characters(pieces)
        #: Offsets into the characters.
        self.begins, self.stops = scan(self.characters)
        piece = self.characters.pieces_of(self.begins)
        self.starts = self.characters.moved(self.begins, piece)
        self.ends = self.characters.moved(self.stops, piece)
        owners = np.repeat(np.arange(len(clues)), [len(one.sentences) for one in clues])
        self.documents: Ints = owners[piece]
        # The tokens' offsets with the numbers of their documents, which ascend over all documents.
        before = self.documents << _SHIFT
        self._starts_of_all, self._ends_of_all = before + self.starts, before + self.ends
        is_first = np.ones(len(piece), bool)
        is_first[1:] = piece[1:] != piece[:-1]
        self.firsts: Ints = is_first.nonzero()[0]
        #: The number of each token's sentence, of those that have tokens.
        self.sentences: Ints = is_first.cumsum() - 1
        self.places: Ints = np.arange(len(piece)) + REACH * (self.sentences + 1)
        self.size = len(piece) + REACH * (len(self.firsts) + 1)
        #: Whether the token stands first, and whether it stands in the title.
        self.is_first = is_first
        self.in_title = np.array([title for _, _, title in told], bool)[piece]

        #: How many tokens each sentence has that has some.
        self.sizes: Ints = np.concatenate([self.firsts[1:], [len(piece)]]) - self.firsts

    def surfaces(self, tokens: Ints) -> list[str]:
        """Return tokens as they are written."""
        text = self.characters.text
        spans = zip(self.begins[tokens].tolist(), self.stops[tokens].tolist(), strict=True)
        return [text[begin:stop] for begin, stop in spans]

    def spread(self, numbers: Ints, outside: int) -> Ints:
        """Return numbers of tokens at the tokens' places, `outside` at the places between sentences."""
        laid: Ints = np.full(self.size, outside, np.int64)
        laid[self.places] = numbers
        return laid

    def sentences_of_names(self, kind: str) -> tuple[Ints, Ints]:
        """Return the first and the last sentence that each of the lexicon's mentions of a kind stands in.

        Mentions without a token are left out.
        """
        given = [
            (document << _SHIFT | start, document << _SHIFT | end)
            for document, one in enumerate(self._clues)
            for start, end, of_kind in one.named
            if of_kind == kind
        ]
        starts, ends = np.array(given, np.int64).reshape(-1, 2).T
        first = self._ends_of_all.searchsorted(starts, "right")
        last = self._starts_of_all.searchsorted(ends) - 1
        held = first <= last
        return self.sentences[first[held]], self.sentences[last[held]]

    def named(self) -> tuple[Ints, list[str]]:
        """Return what the lexicon's mentions say of each token, as a number, and the strings by number."""
        return self._tags([one.named for one in self._clues], marks_end=True)

    def matched(self) -> tuple[Ints, list[str]]:
        """Return what all names that were seen say of each token, likewise."""
        return self._tags([one.matched for one in self._clues], marks_end=False)

    def _tags(self, spans: Sequence[Spans], *, marks_end: bool) -> tuple[Ints, list[str]]:
        flat = list(chain.from_iterable(spans))
        kinds = sorted({kind for _, _, kind in flat})
        tags = [NO_TAG]
        tags += [
            tag_of(kind, begins=b, ends=e) for kind in kinds for e in (False, True) for b in (False, True)
        ]
        found: Ints = np.zeros(len(self.places), np.int64)
        if not flat or not len(found):
            return found, tags
        owners = np.repeat(np.arange(len(spans)), list(map(len, spans))) << _SHIFT
        given = np.array([(start, end, kinds.index(kind)) for start, end, kind in flat], np.int64)
        starts, ends, kind = owners + given[:, 0], owners + given[:, 1], given[:, 2]
        token_starts, token_ends = self._starts_of_all, self._ends_of_all
        # The sentence that a span begins in or behind; its tokens are there, if anywhere.
        sentence = token_starts[self.firsts].searchsorted(starts, "right") - 1
        first = token_starts.searchsorted(starts)
        behind = np.minimum(
            token_ends.searchsorted(ends, "right"), (self.firsts + self.sizes).take(sentence, mode="wrap")
        )
        counts = np.where(sentence >= 0, np.maximum(behind - first, 0), 0)
        # Each token of each span, the spans in order: the last of several that hold a token counts.
        span = np.repeat(np.arange(len(flat)), counts)
        token = np.arange(len(span)) - np.repeat(np.cumsum(counts) - counts, counts) + first[span]
        begin = token_starts[token] == starts[span]
        end = (token_ends[token] == ends[span]) & marks_end
        found[token] = 1 + 4 * kind[span] + 2 * end + begin
        return found, tags

    def defined(self, word_numbers: Ints, number_of: Mapping[str, int]) -> tuple[Ints, list[str]]:
        """Return what the text defines each token as, as a number, and the strings by number.

        `word_numbers` are the numbers of the tokens' words, `number_of` those of words by spelling.
        """
        found: Ints = np.zeros(len(self.places), np.int64)
        strings = [""]
        bounds = np.searchsorted(self.documents, np.arange(len(self._clues) + 1))
        told_of_word = np.zeros(int(word_numbers.max(initial=0)) + 1, np.int64)
        for document, one in enumerate(self._clues):
            here = slice(bounds[document], bounds[document + 1])
            told = {number_of[word]: as_what for word, as_what in one.defined.items() if word in number_of}
            known = [number for number in told if number < len(told_of_word)]
            told_of_word[known] = range(len(strings), len(strings) + len(known))
            strings += [told[number] for number in known]
            found[here] = told_of_word[word_numbers[here]]
            told_of_word[known] = 0
        return found, strings

    def stretches(self) -> tuple[Ints, Ints, Ints, Ints]:
        """Return the starts and ends of unbroken stretches, and each token's stretch and place in it, 0 to 3.

        Starts and ends are offsets into the characters; the end of a long stretch is cut off.
        """
        begins_one = self.is_first.copy()
        begins_one[1:] |= self.begins[1:] != self.stops[:-1]
        firsts = begins_one.nonzero()[0]
        number = np.cumsum(begins_one) - 1
        starts = self.begins[firsts]
        ends = self.stops[np.append(firsts[1:], len(number))[: len(firsts)] - 1]
        place = np.minimum(np.arange(len(number)) - firsts[number], 3)
        return starts, np.minimum(ends, starts + LONGEST), number, place
