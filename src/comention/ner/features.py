"""What the recogniser looks at: the features of each token of a text.

Every feature belongs to something at a place in the sentence: a word, the unbroken chunk of text that it
stands in, what the lexicon says of it, what the text defines it as. Each such thing is told by one string, so
that its features, for its own token and for the tokens around it, are found once for each string and kept.
Training spells the features out (:func:`spelled`), the model adds up their weights by string; both read
the same columns of things, which is what makes them agree.
"""

from __future__ import annotations

import bisect
import functools
import re
from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

from comention.lexicon.folding import fold_token
from comention.ner.tokens import Words, words

#: Raised with every change that can change a feature; a model of another version is refused.
VERSION = 1

#: How far a feature reaches, in tokens to each side.
REACH = 2

#: What stands before and behind a sentence in place of a word.
EDGE = "\n"
#: How features spell it: names of features are lines of what crfsuite tells of them.
SPELLED_EDGE = "<edge>"

#: What is said of a token of which nothing is said.
NO_TAG = "O"

# Features of a thing: for its own token (0), for the one before it (1), for the one behind it (-1) …
Spread = list[tuple[int, str]]

_AFFIXES = (2, 3, 4, 5)
# The ending that counts for the tokens beside a word, too.
_TOLD_BESIDE = 3
#: A longer stretch counts by its beginning, in characters.
LONGEST = 30


class Clues(NamedTuple):
    """A document to tag, and what the lexicon and the text itself say of stretches of it.

    `sentences` are start, end, and whether it is the title, in order. `named` are the lexicon's mentions,
    `matched` all names that were seen, those that do not count included: start, end and kind ("D": disease,
    "C": chemical, "Y": cytokine; "B": blocker, "?": a short form that needs a definition), in order.
    `defined` is what the text defines a word as: the kinds of its long form, and the last word of that.
    """

    text: str
    sentences: Sequence[tuple[int, int, bool]]
    named: Sequence[tuple[int, int, str]]
    matched: Sequence[tuple[int, int, str]]
    defined: Mapping[str, str]


class TokenSentence(NamedTuple):
    """A sentence, for training. One string a token in each list.

    `chunks` are the unbroken stretches of text and the place in them, `named` the lexicon's mentions ("BD",
    "IED": begins, inside, ends; disease, chemical, cytokine), `matched` all names that were seen, those
    that do not count included, `defined` what the text defines the token as ("" for most).
    """

    words: Words
    chunks: list[str]
    named: list[str]
    matched: list[str]
    defined: list[str]
    in_title: bool


def sentences(clues: Clues) -> list[TokenSentence]:
    """Return the sentences of a document, with what is said of each of their tokens."""
    found = []
    for start, end, in_title in clues.sentences:
        here = words(clues.text, start, end)
        found.append(
            TokenSentence(
                here,
                chunks(here, clues.text),
                _tags(here, clues.named, marks_end=True),
                _tags(here, clues.matched, marks_end=False),
                [clues.defined.get(word, "") for word in here.surfaces],
                in_title,
            )
        )
    return found


def tag_of(kind: str, *, begins: bool, ends: bool) -> str:
    """Return what is said of a token in a span: "BD", "ID", "IED" where it begins, goes on or ends there."""
    return f"{'B' if begins else 'I'}{'E' if ends else ''}{kind}"


def _tags(here: Words, spans: Sequence[tuple[int, int, str]], *, marks_end: bool) -> list[str]:
    """Return for each token what the spans that begin in its sentence say of it, the last one of several."""
    tags = [NO_TAG] * len(here.surfaces)
    if not tags:
        return tags
    first = bisect.bisect_left(spans, (here.starts[0],))
    last = bisect.bisect_left(spans, (here.ends[-1],))
    for start, end, kind in spans[first:last]:
        i = bisect.bisect_left(here.starts, start)
        while i < len(tags) and here.ends[i] <= end:
            tags[i] = tag_of(kind, begins=here.starts[i] == start, ends=marks_end and here.ends[i] == end)
            i += 1
    return tags


@functools.lru_cache(100_000)
def shape(word: str) -> str:
    """Return the kinds of a word's characters, runs shortened to two: "IFNγ" is "AAa"."""
    if word.isascii() and word.isalpha():  # what most words are, told without a look at each letter
        if word.islower():
            return "aa"[: len(word)]
        if word.isupper():
            return "AA"[: len(word)]
        if word[1:].islower():
            return "Aaa"[: len(word)]
    kinds = "".join("A" if c.isupper() else "a" if c.islower() else "0" if c.isdigit() else c for c in word)
    return re.sub(r"(.)\1+", r"\1\1", kinds)


def normal(word: str) -> str:
    """Return the word in lower case; of a number only how long it is."""
    return "0" * len(word) if word.isdigit() else word.lower()


def chunks(words: Words, text: str) -> list[str]:
    """Return for each token its place (0 to 3) in the unbroken stretch that it stands in, and that, cut."""
    surfaces, starts, ends = words
    found: list[str] = []
    first = 0
    for i in range(len(surfaces)):
        if i + 1 == len(surfaces) or starts[i + 1] != ends[i]:
            stretch = text[starts[first] : min(ends[i], starts[first] + LONGEST)]
            found += (f"{min(place, 3)}{stretch}" for place in range(i + 1 - first))
            first = i + 1
    return found


# How far a feature of a word reaches: to its own token, to those beside it, or two tokens on.
_OWN, _BESIDE, _ROUND = (0,), (0, -1, 1), (0, -2, -1, 1, 2)
_AROUND = (-2, -1, 1, 2)
#: The kinds of the features of words, with how far they reach.
_REACHES = {"w": _ROUND, "s": _BESIDE, "l": _BESIDE, "p": _OWN, "x": _OWN}
WORD_KINDS = tuple(_REACHES)
_EDGE_PART = f"w={SPELLED_EDGE}"


def reach_of(part: str) -> tuple[int, ...]:
    """Return the offsets at which a feature of a word counts."""
    if part == _EDGE_PART:
        return _AROUND
    kind, _, rest = part.partition("=")
    return _BESIDE if kind == "x" and len(rest) == _TOLD_BESIDE else _REACHES[kind]


def parts_of_word(word: str, statistics: Mapping[str, str]) -> list[str]:
    """Return the features of a word; many words share most of theirs.

    `statistics`: what the names of the lexicon say of folded words.
    """
    if word == EDGE:
        return [_EDGE_PART]
    lower = normal(word)
    parts = [f"w={lower}", f"s={shape(word)}"]
    size = len(word)
    for n in _AFFIXES[: max(size - _AFFIXES[0], 0)]:
        parts += (f"p={lower[:n]}", f"x={lower[-n:]}")
    if word.isalnum() and (known := statistics.get(fold_token(word))):
        parts += [f"l={part}" for part in known.split()]
    return parts


def of_word(word: str, statistics: Mapping[str, str]) -> Spread:
    """Return the features of a word, as :func:`parts_of_word` does, each with its offsets."""
    return [(offset, name) for name in parts_of_word(word, statistics) for offset in reach_of(name)]


def of_chunk(chunk: str) -> Spread:
    """Return the features of the unbroken stretch that a token stands in."""
    place, stretch = chunk[0], chunk[1:]
    return [(0, f"c={stretch.lower()}"), (0, f"cs={place}{shape(stretch)}")]


def of_named(tag: str) -> Spread:
    """Return the features of what the lexicon's mentions say of a token."""
    return [(offset, f"n={tag}") for offset in range(-REACH, REACH + 1)]


def of_matched(tag: str) -> Spread:
    """Return the features of what all names seen say of a token."""
    return [(offset, f"m={tag}") for offset in range(-REACH, REACH + 1)]


def of_defined(definition: str, statistics: Mapping[str, str]) -> Spread:
    """Return the features of a short form by its long form: the lexicon's type of it, and its last word."""
    if not definition:
        return []
    kind, _, last = definition.partition(" ")
    known = statistics.get(last, "").split()
    return [(0, f"d={kind}"), (0, f"dw={last}"), *((0, f"dl={part}") for part in known)]


def of_tagged(tag_and_word: str) -> Spread:
    """Return the features of a word under what the lexicon says of it: "BED psoriasis"."""
    tag, _, word = tag_and_word.partition(" ")
    return [(0, f"ns={tag}{shape(word)}"), (0, f"nw={tag}{normal(word)}")]


def of_three(tags: str) -> Spread:
    """Return the feature of what the lexicon says of a token and of those beside it: "O BD IED"."""
    return [(0, f"nn={tags}")]


def of_pair(pair: str) -> Spread:
    """Return the features of two words that stand side by side, for the second and for the first."""
    return [(0, f"b={pair}"), (1, f"a={pair}")]


def of_place(place: str) -> Spread:
    """Return what holds of a token by where it stands: "first", "title", both or neither."""
    return [(0, name) for name in ("bias", *place.split())]


#: A column of things, its offsets, and what makes features of one thing. The order is that of `columns`.
KINDS: tuple[tuple[str, tuple[int, ...]], ...] = (
    ("words", (-2, -1, 0, 1, 2)),
    ("named", (-2, -1, 0, 1, 2)),
    ("matched", (-2, -1, 0, 1, 2)),
    ("pairs", (0, 1)),
    ("chunks", (0,)),
    ("defined", (0,)),
    ("tagged", (0,)),
    ("threes", (0,)),
    ("places", (0,)),
)


def makers(statistics: Mapping[str, str]) -> dict[str, Callable[[str], Spread]]:
    """Return for each kind of thing what makes its features. `statistics`: see :func:`of_word`."""
    return {
        "words": functools.partial(of_word, statistics=statistics),
        "named": of_named,
        "matched": of_matched,
        "pairs": of_pair,
        "chunks": of_chunk,
        "defined": functools.partial(of_defined, statistics=statistics),
        "tagged": of_tagged,
        "threes": of_three,
        "places": of_place,
    }


def columns(sentence: TokenSentence) -> dict[str, list[str]]:
    """Return the things of a sentence by kind, laid out from REACH places before it to as many behind it.

    A place without a thing holds "", which has no features; before and behind the words stand edges.
    """
    surfaces, named = sentence.words.surfaces, sentence.named
    size = len(surfaces)
    outside = [""] * REACH
    edge = [EDGE] * REACH
    words = list(map(normal, surfaces))
    in_title = "title" if sentence.in_title else "body"
    return {
        "words": [*edge, *surfaces, *edge],
        "named": [*outside, *named, *outside],
        "matched": [*outside, *sentence.matched, *outside],
        "pairs": [
            *outside,
            *map("|".join, zip([SPELLED_EDGE, *words], [*words, SPELLED_EDGE], strict=True)),
            *outside[1:],
        ],
        "chunks": [*outside, *sentence.chunks, *outside],
        "defined": [*outside, *sentence.defined, *outside],
        "tagged": [*outside, *map(" ".join, zip(named, surfaces, strict=True)), *outside],
        "threes": [
            *outside,
            *map(" ".join, zip(["O", *named[:-1]], named, [*named[1:], "O"], strict=True)),
            *outside,
        ],
        "places": [*outside, f"first {in_title}", *[in_title] * (size - 1), *outside],
    }


def spelled(sentence: TokenSentence, statistics: Mapping[str, str]) -> list[list[str]]:
    """Return the names of all features of each token of a sentence that has some, for training."""
    rows: list[list[str]] = [[] for _ in sentence.words.surfaces]
    make = makers(statistics)
    for kind, things in columns(sentence).items():
        for place, thing in enumerate(things, -REACH):
            for offset, name in make[kind](thing) if thing else ():
                if 0 <= place - offset < len(rows):
                    rows[place - offset].append(at(offset, name))
    return rows


def at(offset: int, name: str) -> str:
    """Return the name that a feature of a neighbour has: "-1 w=acute" where the token before is "acute"."""
    return f"{offset} {name}" if offset else name
