"""What stands in a sentence around two of its names, as the features of a linear model.

Names are never features: a name counts as its type, a coarse kind (`kinds.py`) and the shape of its letters,
so that nothing is learnt of a concept.
"""

from __future__ import annotations

import bisect
import itertools
import re
from collections.abc import Iterable, Mapping, Sequence
from types import MappingProxyType
from typing import NamedTuple

from comention.claims.cues import WORD, Word, classed
from comention.claims.kinds import is_remedy, kind_of
from comention.records import Mention, Sentence

#: Raised with every change of the features; a model of another number is refused.
VERSION = 5

_WINDOW = 8  # words before and after a pair that count one by one
_BUCKETS = (0, 1, 2, 3, 5, 8, 12, 18, 30)
_SECTIONS = (
    ("results", re.compile(r"result|finding|outcome", re.I)),
    ("conclusions", re.compile(r"conclu|interpret|discuss|significance|implication", re.I)),
    ("methods", re.compile(r"method|design|setting|patients|participants|intervention|measures", re.I)),
    ("background", re.compile(r"background|introduc|objective|aim|purpose|context|importance|goal", re.I)),
)
_PREPOSITIONS = frozenset(
    "of in with for by on to against from after during without via under than as between and or through "
    "following versus vs".split()
)
_GOVERNING = _PREPOSITIONS - {"and", "or"}
_BETWEEN_NAMES = frozenset({",", "and", "or", "/", "(", "the", "a", "an", "-"})
# "X-induced Y in Z": how many words stand at least between X and Z, what makes Y, and what Z depends on.
_SHORTEST_OTHER = 3
_MAKING = frozenset({"induced", "associated", "related"})
_BETWEEN_THINGS = frozenset({"in", "among", "of", "with", "and", "for"})
#: Words between two names that part them.
PARTING = frozenset({",", ";", ":", "(", ")", "and", "or", "but", "while", "whereas", "which", "that"})
# what ends a clause, and the classes of words that tell what it claims
_CLAUSE = frozenset(
    "; but while whereas although though which who where because whether however since despite".split()
)
_TELLING = frozenset(
    "relieve work protect lower inhibit cause harm raise stimulate deny differ resist study treat link "
    "mediate".split()
)
_BESIDE = 40  # characters on each side of a name in other sentences, of which two words count
_JOINING = frozenset({",", "and", "or", "/", "(", ")", "as", "well", "such", "including", "-", "–", "plus"})


class Around(NamedTuple):
    """The words around two names; `order` is ">" where `a` stands first, else "<".

    `places` are the numbers, in the sentence, of the first word before, between and behind the two.
    """

    order: str
    first: Mention
    second: Mention
    before: list[Word]
    between: list[Word]
    after: list[Word]
    places: tuple[int, int, int]


class Beside(NamedTuple):
    """The starts of a concept's mentions in a text, in order, and the features of the words next to them.

    Of each feature the first two places are kept that stand in different sentences, which is enough to tell
    whether another sentence than a given one has it, however long the text is.
    """

    starts: list[int]
    first: dict[str, list[int]]

    def add(self, start: int, sentence: Sentence, found: Iterable[str]) -> None:
        """Add a mention, behind those that are there, and what is found next to it."""
        self.starts.append(start)
        for feature in found:
            places = self.first.setdefault(feature, [start])
            if len(places) == 1 and places[0] < sentence.start:
                places.append(start)

    def elsewhere(self, sentence: Sentence) -> tuple[int, list[str]]:
        """Return how many mentions stand outside a sentence, and the features of those, in their order."""
        begin, end = (bisect.bisect_left(self.starts, at) for at in (sentence.start, sentence.end))
        outside = [
            (place, feature)
            for feature, places in self.first.items()
            for place in places
            if not sentence.start <= place < sentence.end
        ]
        # twice where both places are others; the earlier counts
        found = dict.fromkeys(feature for _, feature in sorted(outside, key=lambda item: item[0]))
        return len(self.starts) - end + begin, list(found)


class Context(NamedTuple):
    """What a text tells of all its sentences: its title's concepts, classes of words as features, and words.

    `beside` has the words next to the mentions of each concept.
    """

    concepts: frozenset[str] = frozenset()
    features: tuple[str, ...] = ()
    beside: Mapping[str, Beside] = MappingProxyType({})


#: A sentence without a text.
ALONE = Context()


#: "not only X but also Y" denies nothing, nor does "whether or not".
_NO_DENIALS = frozenset(
    {("not", "only"), ("not", "just"), ("not", "merely"), ("not", "solely"), ("not", "simply")}
)
_NO_DENIALS |= frozenset({("or", "not"), ("not", "surprisingly"), ("not", "least"), ("no", "doubt")})


def context_of(text: str, sentences: Sequence[Sentence], mentions: Sequence[Mention]) -> Context:
    """Return what a text tells of all its sentences."""
    beside = _beside_names(text, sentences, mentions)
    title = next((s for s in sentences if s.in_title), None)
    if title is None:
        return Context(beside=beside)
    concepts = frozenset(m.concept_id for m in mentions if title.start <= m.start < title.end)
    cues = {classed(word).cue for word in WORD.findall(lowered(text[title.start : title.end]))}
    return Context(concepts, tuple(f"title {cue}" for cue in sorted(cues) if cue), beside)


def _beside_names(text: str, sentences: Sequence[Sentence], mentions: Sequence[Mention]) -> dict[str, Beside]:
    """Return of each concept where it stands, and the words next to it that belong to no name."""
    found: dict[str, Beside] = {}
    ordered = sorted(mentions, key=lambda m: m.start)
    starts = [m.start for m in ordered]
    low = lowered(text)
    for sentence in sentences:
        end = sentence.start
        first = bisect.bisect_left(starts, sentence.start)
        for m in ordered[first : bisect.bisect_left(starts, sentence.end, first)]:
            i = bisect.bisect_left(starts, m.end)
            until = min(m.end + _BESIDE, sentence.end, starts[i] if i < len(starts) else sentence.end)
            before = WORD.findall(low, max(end, m.start - _BESIDE), m.start)[-2:]
            after = [word[0] for word in itertools.islice(WORD.finditer(low, m.end, until), 2)]
            held = found.setdefault(m.concept_id, Beside([], {}))
            held.add(m.start, sentence, _next_to(before, after))
            end = max(end, m.end)
    return found


def _next_to(before: Sequence[str], after: Sequence[str]) -> list[str]:
    """Return the features of up to two words on each side of a name."""
    found = [f"<{classed(word).stem}" for word in before[-1:]] + [
        f">{classed(word).stem}" for word in after[:1]
    ]
    return found + [f":{cue}" for word in (*before, *after) if (cue := classed(word).cue)]


def lowered(text: str) -> str:
    """Return a text in lower case, as long as it was."""
    low = text.lower()
    if len(low) == len(text):
        return low
    return "".join(c.lower() if len(c.lower()) == 1 else c for c in text)


class Layout:
    """The words of a sentence outside its names, and the names, in order."""

    __slots__ = (
        "breaks",
        "context",
        "ends",
        "everywhere",
        "names",
        "position",
        "section",
        "sentence",
        "starts",
        "text",
        "words",
    )

    def __init__(
        self, text: str, sentence: Sentence, mentions: Sequence[Mention], context: Context = ALONE
    ) -> None:
        """Take a sentence, the mentions that begin in it, in order, and what the text tells."""
        self.text = text
        self.sentence = sentence
        self.context = context
        self.words: list[Word] = []
        self.starts: list[int] = []
        self.ends: list[int] = []
        self.names: list[tuple[int, int, str]] = []
        at = sentence.start
        for m in mentions:
            if m.start >= at:
                self._cut(text, at, m.start)
                self.names.append((m.start, m.end, m.entity_type))
                at = m.end
        self._cut(text, at, sentence.end)
        self._undeny()
        self.breaks = [i for i, word in enumerate(self.words) if word.word in _CLAUSE]
        self.section = _section(sentence)
        self.position = f"part {sentence.start * 5 // max(1, len(text))}"
        self.everywhere = [f"in {cue}" for cue in sorted({w.cue for w in self.words if w.cue})]
        self.everywhere += [f"any {stem}" for stem in sorted({w.stem for w in self.words if w.tells})]
        if not sentence.in_title:
            self.everywhere += context.features

    def _cut(self, text: str, begin: int, end: int) -> None:
        for found in WORD.finditer(lowered(text[begin:end])):
            start, stop = found.span()
            self.starts.append(begin + start)
            self.ends.append(begin + stop)
            self.words.append(classed(found[0]))

    def _undeny(self) -> None:
        """Let words that deny nothing where they stand be of no class."""
        words = self.words
        for i, word in enumerate(words):
            if word.cue == "deny" and (
                (word.word, words[i + 1].word if i + 1 < len(words) else "") in _NO_DENIALS
                or (words[i - 1].word if i else "", word.word) in _NO_DENIALS
            ):
                words[i] = classed(f"{word.word}~")

    def around(self, a: Mention, b: Mention) -> Around:
        """Return the words around two of its names."""
        first, second, order = (a, b, ">") if a.start <= b.start else (b, a, "<")
        words, starts = self.words, self.starts
        i = bisect.bisect_left(starts, first.start)
        j = bisect.bisect_left(starts, first.end, i)
        k = bisect.bisect_left(starts, second.start, j)
        m = bisect.bisect_left(starts, second.end, k)
        h = max(0, i - _WINDOW)
        return Around(order, first, second, words[h:i], words[j:k], words[m : m + _WINDOW], (h, j, m))


def _section(sentence: Sentence) -> str:
    if sentence.in_title:
        return "title"
    label = sentence.section
    if label:
        for name, pattern in _SECTIONS:
            if pattern.search(label):
                return name
    return "none" if label is None else "other"


def features(layout: Layout, around: Around, a: Mention, b: Mention) -> list[str]:
    """Return the features of two names of a sentence, each once, in order."""
    order, first, second, before, between, after, _ = around
    far = bisect.bisect_right(_BUCKETS, len(between))
    found = ["bias", order, f"at {layout.section}", f"far {far}{order}"]
    found += layout.everywhere
    for place, words in ((f"b{order}", before), (f"m{order}", between), (f"f{order}", after)):
        for word in words:
            found += word.at[place]
    found += _sequence(order, before, between, after)
    found += _beside(order, before, between, after)
    found += _company(layout, first, second, between)
    found += _own("a", a)
    found += _own("b", b)
    one, other = ("a", "b") if order == ">" else ("b", "a")
    found += _governed(one, before) + _governed(other, between)
    found += _near(one, before, between) + _near(other, between, after)
    found += _denied(order, before, between, after)
    found += _led(order, between)
    found.append(layout.position)
    found += _drug_and_disease(order, between, a, b)
    found += _clauses(layout, around)
    found += _elsewhere("a", layout, a) + _elsewhere("b", layout, b)
    in_title = layout.context.concepts
    found.append(f"title has {'a' * (a.concept_id in in_title)}{'b' * (b.concept_id in in_title)}")
    return list(dict.fromkeys(found))


def _drug_and_disease(order: str, between: Sequence[Word], a: Mention, b: Mention) -> list[str]:
    """Return that a drug is called after what it is for, and that it makes another thing in a disease.

    "Analgesics for pain"; "levodopa-induced dyskinesia in Parkinson's disease".
    """
    if (a.entity_type, b.entity_type) != ("disease", "drug"):
        return []
    found = ["remedy"] if is_remedy(b.text, a.text) else []
    words = [word.word for word in between]
    if order == "<" and len(words) > _SHORTEST_OTHER and words[0] == "-" and words[1] in _MAKING:
        inside = next((word for word in reversed(words) if word in _BETWEEN_THINGS), None)
        found += [f"makes another {inside}"] if inside else []
    return found


def _governed(side: str, words: Sequence[Word]) -> list[str]:
    """Return the preposition that a name depends on, and what that depends on: "risk of", "treated with"."""
    at = len(words)
    while at and words[at - 1].word in _BETWEEN_NAMES:
        at -= 1
    for i in range(at - 1, max(at - 5, -1), -1):
        word = words[i].word
        if word in PARTING:
            break
        if word in _GOVERNING:
            head = words[i - 1] if i else None
            if head is None:
                return [f"{side} under {word}"]
            found = [f"{side} under {word}", f"{side} under {word} {head.stem}"]
            return [*found, f"{side} under {word}:{head.cue}"] if head.cue else found
    return [f"{side} under"]


def _clauses(layout: Layout, around: Around) -> list[str]:
    """Return what is told in the clauses of the two names, and what in others of the sentence."""
    words, breaks = layout.words, layout.breaks
    first = bisect.bisect_left(breaks, around.places[0] + len(around.before))
    last = bisect.bisect_left(breaks, around.places[2], first)
    begin = breaks[first - 1] + 1 if first else 0
    end = breaks[last] if last < len(breaks) else len(words)
    own = _cues(words[begin:end])
    found = [f"parts {min(2, last - first)}"]
    found += [f"clause {cue}" for cue in own]
    found += [f"clause {x} {y}" for x, y in itertools.combinations(own, 2)]
    if begin or end < len(words):
        found += [f"beyond {cue}" for cue in _cues([*words[:begin], *words[end:]])]
    return found


def _cues(words: Iterable[Word]) -> list[str]:
    return sorted({w.cue for w in words if w.cue in _TELLING})


def _elsewhere(side: str, layout: Layout, name: Mention) -> list[str]:
    """Return the words next to a name in the other sentences of the text, and how often it stands there."""
    held = layout.context.beside.get(name.concept_id)
    count, words = held.elsewhere(layout.sentence) if held else (0, [])
    found = [f"else {side}{word}" for word in words]
    return [*found, f"else {side} {min(count, 4)}"]


def _near(side: str, before: Sequence[Word], after: Sequence[Word]) -> list[str]:
    """Return the words next to a name, whichever of the two stands first."""
    found = []
    for place, word in (("<", before[-1] if before else None), (">", after[0] if after else None)):
        if word is not None:
            found.append(f"{side}{place}{word.stem}")
            if word.cue:
                found.append(f"{side}{place}:{word.cue}")
    return found


def _denied(order: str, *places: Sequence[Word]) -> list[str]:
    """Return the cues that stand up to three words behind a denial."""
    found = []
    for place, words in zip("bmf", places, strict=True):
        for i, word in enumerate(words):
            if word.cue == "deny":
                found += [f"{place}not{order}{w.cue}" for w in words[i + 1 : i + 4] if w.cue]
    return found


def _led(order: str, between: Sequence[Word]) -> list[str]:
    """Return each preposition between the two with the cue right before it: "lower by"."""
    return [
        f"lead{order}{x.cue} {y.word}"
        for x, y in itertools.pairwise(between)
        if x.cue and y.word in _GOVERNING
    ]


def _sequence(
    order: str, before: Sequence[Word], between: Sequence[Word], after: Sequence[Word]
) -> list[str]:
    """Return the nearest cues on each side and those between, in their order."""
    inner = [t.cue for t in between if t.cue]
    found = [f"chain{order}{' '.join(inner[:3])}"] if inner else [f"chain{order}"]
    if inner:
        found += [f"first{order}{inner[0]}", f"last{order}{inner[-1]}"]
        found += [f"{x}+{y}{order}" for x, y in itertools.pairwise(inner)]
    left = next((t.cue for t in reversed(before) if t.cue), "")
    right = next((t.cue for t in after if t.cue), "")
    found += [f"left{order}{left}", f"right{order}{right}", f"sides{order}{left}|{right}"]
    if inner:
        found += [f"l{order}{left}|{inner[0]}", f"r{order}{inner[-1]}|{right}"]
    return found


def _beside(order: str, before: Sequence[Word], between: Sequence[Word], after: Sequence[Word]) -> list[str]:
    """Return the words next to the two names, and the prepositions between them."""
    found = []
    p1 = before[-1].word if before else "^"
    p2 = before[-2].stem if len(before) > 1 else "^"
    found += [f"p1{order}{p1}", f"p2{order}{p2} {p1}"]
    n1 = after[0].word if after else "$"
    n2 = after[1].stem if len(after) > 1 else "$"
    found += [f"n1{order}{n1}", f"n2{order}{n1} {n2}"]
    if between:
        x1, y1 = between[0], between[-1]
        found += [f"x1{order}{x1.word}", f"y1{order}{y1.word}", f"xy{order}{x1.word}|{y1.word}"]
        if len(between) > 1:
            found += [
                f"x2{order}{x1.word} {between[1].stem}",
                f"y2{order}{between[-2].stem} {y1.word}",
            ]
        if len(between) <= 4:
            found.append(f"whole{order}{' '.join(t.stem for t in between)}")
        prepositions = [t.word for t in between if t.word in _PREPOSITIONS]
        found.append(f"prep{order}{' '.join(prepositions[:3])}")
    return found


def _company(layout: Layout, first: Mention, second: Mention, between: Sequence[Word]) -> list[str]:
    """Return what other names stand between and beside, and whether all of them make a list."""
    found = []
    inside = [kind for start, _, kind in layout.names if first.end <= start < second.start]
    for kind in sorted(set(inside)):
        same = "own" if kind == first.entity_type else "its" if kind == second.entity_type else "third"
        found.append(f"mid {same}{min(inside.count(kind), 3)}")
    if all(t.word in _JOINING for t in between):
        found.append("listed")
    if any(t.word in (";", ":") for t in between):
        found.append("parted")
    for side, name in (("1", first), ("2", second)):
        count = sum(kind == name.entity_type for _, _, kind in layout.names)
        found.append(f"peers{side} {min(count, 4)}")
    return found


def _own(side: str, name: Mention) -> list[str]:
    """Return what the annotator says of a name."""
    found = [f"{side} {word}" for word in (name.modifier, name.role, name.denied) if word]
    if name.speculative:
        found.append(f"{side} maybe")
    if name.concept_id.startswith("COMENTION:"):
        found.append(f"{side} class")
    text = name.text
    kind = name.entity_type
    if said := kind_of(text, kind):
        found.append(f"{kind} {said}")
    if text.isupper():
        found.append(f"{side}{kind} capitals {min(len(text), 5)}")
    found.append(f"{side}{kind} words {min(text.count(' '), 3)}")
    found.append(f"{side} by {name.method}")
    return found
