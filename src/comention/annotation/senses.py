"""Words that name a disease or a substance in one sense only, and the words around them that tell of another.

"Stroke volume" is no stroke, "fatigue strength" no fatigue of anybody, "the platelet hyperactivity" no
hyperkinesis, and levels that "were depressed" have no depressive disorder.
"""

from __future__ import annotations

import functools
import re

from comention.annotation.plants import is_of_plants, may_be_of_plants
from comention.annotation.surroundings import ANYWHERE, BESIDE, LIFELESS, LIVING, NEAR
from comention.annotation.words_before import BEFORE
from comention.annotation.words_behind import BEHIND, DASH, LOWERED

_REACH = 90
# What is lowered, as a whole span: "cardiac output depression".
_DEPRESSED_OUTPUT = re.compile(rf"(?:[\w{DASH}]+ )*{LOWERED} depression")
_DEPRESSION = " depression"
_WORDS = frozenset({*BEHIND, *BEFORE, *BESIDE, *NEAR, *LIFELESS, *ANYWHERE})


def another_sense(text: str, start: int, end: int) -> bool:
    """Return whether the words around a name tell of another sense of its word."""
    name = text[start:end]
    if not _has_senses(name):
        return False
    word = name.lower()
    if word.endswith(_DEPRESSION) and _DEPRESSED_OUTPUT.fullmatch(word):
        return True
    if is_of_plants(text, word):
        return True
    if word not in _WORDS and word.removesuffix("s") not in _WORDS:
        return False
    if _is_told_around(text, word, start, end) or another_sense_behind(text, start, end):
        return True
    before = BEFORE.get(word) or BEFORE.get(word.removesuffix("s"))
    return before is not None and before.search(text, max(0, start - _REACH), start) is not None


@functools.lru_cache(20_000)
def _has_senses(name: str) -> bool:
    """Return whether any of the rules is of a name: few names have another sense."""
    word = name.lower()
    return (
        word in _WORDS
        or word.removesuffix("s") in _WORDS
        or word.endswith(_DEPRESSION)
        or may_be_of_plants(word)
    )


def _is_told_around(text: str, word: str, start: int, end: int) -> bool:
    """Return whether words that need not stand right beside a name tell of another sense."""
    begin, stop = max(0, start - _REACH), end + _REACH
    if (beside := BESIDE.get(word)) and not beside.search(text, begin, stop):
        return True
    singular = word.removesuffix("s")
    if (near := NEAR.get(word) or NEAR.get(singular)) and near.search(text, begin, stop):
        return True
    lifeless = LIFELESS.get(word) or LIFELESS.get(singular)
    if lifeless and lifeless.search(text, begin, stop) and not LIVING.search(text):
        return True
    anywhere = ANYWHERE.get(singular)
    return anywhere is not None and anywhere.search(text) is not None


def another_sense_behind(text: str, start: int, end: int) -> bool:
    """Return whether the words behind a name tell of another sense of its word."""
    word = text[start:end].lower()
    behind = BEHIND.get(word) or BEHIND.get(word.removesuffix("s"))
    return behind is not None and behind.match(text, end) is not None
