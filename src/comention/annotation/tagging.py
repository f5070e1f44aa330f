"""A document as the recogniser reads it: tokens, with what the lexicon and the text itself say of them."""

from __future__ import annotations

import bisect
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from comention.annotation.abbreviations import Definition, brackets, definition
from comention.annotation.document import Document
from comention.annotation.fast import Looked
from comention.lexicon.folding import tokens as folded_tokens
from comention.lexicon.matcher import Match
from comention.ner.features import Sentence, chunks
from comention.ner.tokens import Words, words
from comention.records import EntityType

_LETTER: Mapping[EntityType, str] = {"disease": "D", "drug": "C", "chemical": "C", "cytokine": "Y"}
_BLOCKER = "B"


def definitions(text: str) -> dict[str, Definition]:
    """Return the short forms that a text defines, the first definition of each."""
    found: dict[str, Definition] = {}
    for bracket in brackets(text):
        if bracket.short not in found and (defined := definition(text, bracket)):
            found[defined.short] = defined
    return found


def sentences(document: Document, looked: Looked, defined: Mapping[str, Definition]) -> list[Sentence]:
    """Return the sentences of a document for the recogniser."""
    text = document.text
    named = sorted((m.start, m.end, _LETTER[m.entity_type]) for m in looked.mentions)
    seen = sorted((m.start, m.end, _kinds(m)) for m in looked.matches)
    ending: defaultdict[int, set[str]] = defaultdict(set)
    for mention in looked.mentions:
        ending[mention.end].add(_LETTER[mention.entity_type])
    short_forms: dict[str, str] = {}
    for short, definition_of in defined.items():
        short_forms[short] = short_forms[f"{short}s"] = _told(text, definition_of, ending)
    found = []
    for sentence in document.sentences:
        here = words(text, sentence.start, sentence.end)
        found.append(
            Sentence(
                here,
                chunks(here, text),
                _tags(here, named, marks_end=True),
                _tags(here, seen, marks_end=False),
                [short_forms.get(word, "") for word in here.surfaces],
                sentence.in_title,
            )
        )
    return found


def _kinds(match: Match) -> str:
    kinds = "".join(sorted({_LETTER[concept.entity_type] for concept in match.concepts}))
    return f"{kinds or _BLOCKER}{'?' if match.needs_definition else ''}"


def _told(text: str, found: Definition, ending: Mapping[int, Iterable[str]]) -> str:
    kinds = "".join(sorted(ending.get(found.long_end, ())))
    long_form = folded_tokens(text[found.long_start : found.long_end])
    return f"{kinds or '-'} {long_form[-1][0] if long_form else ''}"


def _tags(here: Words, spans: Sequence[tuple[int, int, str]], *, marks_end: bool) -> list[str]:
    """Return for each token whether a span begins (B), goes on (I) or ends (E) there, and its kind."""
    tags = ["O"] * len(here.surfaces)
    if not tags:
        return tags
    first = bisect.bisect_left(spans, (here.starts[0],))
    last = bisect.bisect_left(spans, (here.ends[-1],))
    for start, end, kind in spans[first:last]:
        i = bisect.bisect_left(here.starts, start)
        while i < len(tags) and here.ends[i] <= end:
            begins, ends = here.starts[i] == start, marks_end and here.ends[i] == end
            tags[i] = f"{'B' if begins else 'I'}{'E' if ends else ''}{kind}"
            i += 1
    return tags
