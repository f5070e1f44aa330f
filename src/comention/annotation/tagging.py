"""What the recogniser is given of a document: what the lexicon and the text itself say of its words."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping

from comention.annotation.abbreviations import Definition, brackets, definition
from comention.annotation.document import Document
from comention.annotation.fast import Looked
from comention.lexicon.folding import tokens as folded_tokens
from comention.lexicon.matcher import Match
from comention.ner.features import Clues
from comention.records import EntityType

#: How a name's type is told.
LETTERS: Mapping[EntityType, str] = {"disease": "D", "drug": "C", "chemical": "C", "cytokine": "Y"}
_BLOCKER = "B"


def definitions(text: str) -> dict[str, Definition]:
    """Return the short forms that a text defines, the first definition of each."""
    found: dict[str, Definition] = {}
    for bracket in brackets(text):
        if bracket.short not in found and (defined := definition(text, bracket)):
            found[defined.short] = defined
    return found


def clues(document: Document, looked: Looked, defined: Mapping[str, Definition]) -> Clues:
    """Return what the recogniser is given of a document."""
    text = document.text
    ending: defaultdict[int, set[str]] = defaultdict(set)
    for mention in looked.mentions:
        ending[mention.end].add(LETTERS[mention.entity_type])
    short_forms: dict[str, str] = {}
    for short, definition_of in defined.items():
        short_forms[short] = short_forms[f"{short}s"] = _long_form_clue(text, definition_of, ending)
    return Clues(
        text,
        [(sentence.start, sentence.end, sentence.in_title) for sentence in document.sentences],
        sorted([(m.start, m.end, LETTERS[m.entity_type]) for m in looked.mentions]),
        sorted([(m.start, m.end, _kinds(m)) for m in looked.matches]),
        short_forms,
    )


def _kinds(match: Match) -> str:
    kinds = "".join(sorted({LETTERS[concept.entity_type] for concept in match.concepts}))
    return f"{kinds or _BLOCKER}{'?' if match.needs_definition else ''}"


def _long_form_clue(text: str, found: Definition, ending: Mapping[int, Iterable[str]]) -> str:
    kinds = "".join(sorted(ending.get(found.long_end, ())))
    long_form = folded_tokens(text[found.long_start : found.long_end])
    return f"{kinds or '-'} {long_form[-1][0] if long_form else ''}"
