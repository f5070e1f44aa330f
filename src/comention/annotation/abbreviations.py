"""Short forms that a text defines: "multiple sclerosis (MS)".

The algorithm of Schwartz and Hearst (Pac Symp Biocomput 2003:451): a short form in brackets is matched
backwards, letter by letter, against the words before it; its first letter must begin a word.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator
from typing import NamedTuple

from comention.annotation.document import is_abbreviation

# A short form ends at the bracket, at a mark, or at a dose: "(PB: 15 mg per kg)", "(PCPA 100 mg/kg)".
# Before it may stand that it is one: "(hereafter PSC)", "(abbreviated as “PG”)", "(together, PM/DM)".
_CALLED = r"(?:called|named|termed|denoted|abbreviated|shortened|referred to)"
_FROM_HERE = (
    r"(?:hence(?:forth)?|here(?:after|inafter|in)?|thereafter|further|together|collectively|below|in short)"
)
_LEAD = (
    rf"(?:(?:{_FROM_HERE},?\s(?:{_CALLED}\s)?|{_CALLED}\s(?:{_FROM_HERE}\s)?"
    r"|(?:abbr|abbreviation|acronym|short)[.:,]{0,2}\s|or\s(?:simply\s)?)(?:(?:as|to|by)\s)?(?:the\s)?)"
)
_SHORT = re.compile(
    rf"[(\[]\s*{_LEAD}?[\"“”'‘’]?"
    r"([A-Za-z0-9Α-ωµ][^()\[\];,:=<>%±\"“”]{0,14}?)s?[\"“”'‘’]?(?:,?\s(?:below|here(?:after)?|henceforth|throughout|for\sshort))?\s*(?=[;,)\]]|:?\s?\d+(?:\.\d+)?\s?(?:[munpkμµ]?[gML]|I?U)\b)"
)
# The same without brackets: "myasthenia gravis, or MG for short", "pyoderma gangrenosum, abbreviated as PG".
_TOLD_WORDS = ("for short", "bbreviate", "enceforth", "ereafter", "ereinafter")
_TOLD_SHORT = r"[\"“‘']?([A-Z][A-Za-z0-9-]{1,11}?)[\"”’']?"
_TOLD = re.compile(
    rf"(?:,\s|\s[–—-]\s|\s)(?:(?:is|are|was|were)\s)?(?:(?:or\s)?{_TOLD_SHORT},?\sfor\sshort\b"
    rf"|(?:(?:here|hereafter|henceforth|hereinafter|also|often|usually|commonly|which\swe)\s)?"
    rf"abbreviated?\s(?:(?:here|hereafter|henceforth)\s)?(?:as\s|to\s)?{_TOLD_SHORT}(?![\w-])"
    rf"|(?:hereafter|henceforth|hereinafter),?\s(?:{_CALLED}\s(?:as\s|to\sas\s)?)?{_TOLD_SHORT}(?![\w-]))"
)
# A list of short forms at the end or beginning of an abstract: "Abbreviations: AS, aortic stenosis; …".
_LIST = re.compile(r"\b(?:Abbreviations?|ABBREVIATIONS?)(?:\s(?:used|and\s[Aa]cronyms))?\s?:\s*")
_LISTED = re.compile(r"\s*([A-Z][A-Za-z0-9-]{1,11})\s*[,:=–-]\s*([A-Za-z][^;.:=()]{3,80}?)\s*(?=[;.]|$)[;.]?")
# Two short forms for two things: "ribavirin plus interferon (RBV/IFN)".
_TWO = re.compile(r"([A-Za-z0-9Α-ωµ-]{2,8})(\s?[/+]\s?)([A-Za-z0-9Α-ωµ-]{2,8})")
_BETWEEN_TWO = re.compile(r"\s*(?:\bplus\b|\band\b|\bwith\b|[/+])\s*")

_TURNED_LONG = re.compile(r" \(([A-Za-z][^()\[\],;:]{4,80})[),;]")
_TURNED = re.compile(rf"(?<![\w-])([A-Z][A-Za-z0-9-]{{1,11}}){_TURNED_LONG.pattern}")
_LONGEST_WORD = 12
_LAST_WORD = re.compile(r"(?<![\w-])[A-Z][A-Za-z0-9-]+$")

# How far back a long form is looked for, in characters: more than the words that name something take.
_REACH = 300

# The short names of gene and cell therapies: "axi-cel".
_SMALL_LETTERS = re.compile(r"[a-z]{2,5}-(?:cel|vec|rox)")

# A Greek letter in a short form stands for its name: IFN-γ, interferon-gamma.
_GREEK = str.maketrans("αβγδκλ", "abgdkl")
_STATISTIC = re.compile(r"\d[.:·]\d|^[A-Z]{1,5}[: ]\s*\d")  # "HR: 1.18", "OR 3.14"
# What a figure is told under, in the same brackets: "(OR, 1.61; 95% CI, 1.18-2.18)".
_MEASURES = frozenset(
    adjusted + measure
    for measure in "OR HR RR IRR SHR PR MD SMD WMD CI SD SE SEM IQR AUC NNT PPV NPV".split()
    for adjusted in ("", "a")
)
_CHARGES = frozenset("II III IV VI VII VIII".split())
_FIGURE = re.compile(r"\s*[,;:]?\s*[=<>≈~]?\s*[-−]?\d")
# What makes a long form another thing than the name at its end: "American Joint Committee on Cancer".
_OTHER_HEAD = re.compile(
    r"(?i)\b(?:of|for|in|from|with|by|on|to|against|among|model|assessment|scores?|scales?|ind(?:ex|ices)|criteria"
    r"|inventory|questionnaire|committee|clinic|institute|society|association|foundation|federation|league|network"
    r"|consortium|registry|cooperative|initiative|group|trial|study|tumou?r[\s,/-]+nodes?)\b"
)
# Behind a short form in brackets: its long form goes on, and another does not begin.
_GOES_ON = re.compile(
    r"[\"”’']?[)\]](?:[-‐‑–]|\s)(?!(?:and|or|plus|vs|versus|but|with|in|of|for|from|by|to)\b)(?=[a-z])"
)
_WORD = re.compile(r"(?<!['’](?=s\b))[^\W_]+")  # without the s of a possessive
_SMALL = frozenset({"of", "the", "and", "in", "to", "for", "with", "by", "a", "an", "on", "or"})


class Definition(NamedTuple):
    """A short form, where its definition stands, and the span of the long form."""

    short: str
    start: int
    long_start: int
    long_end: int


class Bracket(NamedTuple):
    """What stands in brackets and could be a short form, where it does, and where the text before it ends."""

    short: str
    start: int
    long_end: int


# Several parts ask the same texts: those of a few batches are kept.
@functools.lru_cache(1024)
def brackets(text: str) -> tuple[Bracket, ...]:
    """Return what a text may define in brackets, in order."""
    found: list[Bracket] = []
    for match in _SHORT.finditer(text) if "(" in text or "[" in text else ():
        found += _of_bracket(text, match)
    if any(word in text for word in _TOLD_WORDS):
        found += _told(text)
        found.sort(key=lambda bracket: bracket.start)
    return tuple(found)


def brackets_at(text: str, place: int) -> list[Bracket]:
    """Return those of :func:`brackets` whose bracket opens at a place."""
    match = _SHORT.match(text, place)
    return _of_bracket(text, match) if match else []


def _of_bracket(text: str, match: re.Match[str]) -> list[Bracket]:
    """Return what a text may define in one bracket: no match of `_SHORT` holds another one."""
    if not _is_short_form(match[1]) or _is_measure(text, match) or _is_charge(text, match):
        return []
    long_end = match.start()
    while long_end and text[long_end - 1].isspace():
        long_end -= 1
    short = match[1]
    two = (
        [b for b in _two(text, match, long_end) if definition(text, b)]
        if "/" in short or "+" in short
        else ()
    )
    return two if len(two) > 1 else [Bracket(short, match.start(1), long_end)]


def _told(text: str) -> Iterator[Bracket]:
    """Yield the short forms that a text tells without brackets, as if they stood in some."""
    for match in _TOLD.finditer(text):
        group = match.lastindex or 1
        if _is_short_form(match[group]):
            yield Bracket(match[group], match.start(group), match.start())


def _is_measure(text: str, match: re.Match[str]) -> bool:
    """Return whether brackets tell a figure and its measure, and define nothing."""
    return match[1] in _MEASURES and _FIGURE.match(text, match.end(1)) is not None


def _is_charge(text: str, match: re.Match[str]) -> bool:
    """Return whether brackets right behind a metal tell its charge: "iridium(III)"."""
    return match[1] in _CHARGES and text[match.start() - 1 : match.start()].isalpha()


def whole_start(text: str, start: int, end: int) -> int:
    """Return where a name begins that holds a short form in brackets: "germinal center (GC) B cells"."""
    if text[start - 1 : start] != "(" or ")" not in text[start:end]:
        return start
    defined = (definition(text, bracket) for bracket in brackets_at(text, start - 1))
    return next((one.long_start for one in defined if one), start)


def means_more(text: str, defined: Definition, start: int) -> bool:
    """Return whether a short form is another thing than the name that begins at `start` in its long form.

    "Homeostasis model assessment for insulin resistance (HOMA-IR)" is no insulin resistance.
    """
    return _OTHER_HEAD.search(text, defined.long_start, max(start, defined.long_start)) is not None


def _two(text: str, match: re.Match[str], long_end: int) -> Iterator[Bracket]:
    """Yield the two short forms of "ribavirin plus interferon (RBV/IFN)", where two stand before it."""
    if not (pair := _TWO.fullmatch(match[1])):
        return
    joints = list(_BETWEEN_TWO.finditer(text, max(0, long_end - _REACH), long_end))
    if joints and joints[-1].end() < long_end:
        first, second = pair[1], pair[3]
        if _is_short_form(first) and _is_short_form(second):
            yield Bracket(first, match.start(1), joints[-1].start())
            yield Bracket(second, match.start(1) + pair.start(3), long_end)


@functools.lru_cache(4096)
def definition(text: str, bracket: Bracket) -> Definition | None:
    """Return what stands in brackets with its long form, or None where it is no short form of that."""
    short, start, long_end = bracket
    long_start = _long_form(short, text, long_end)
    if long_start is None or (
        short in text[long_start:long_end] and not _begins_word(short, text, long_start, long_end)
    ):
        return None
    if short.islower() and not text[long_start:long_end].lower().startswith(short.partition("-")[0]):
        return None
    return Definition(short, start, long_start, long_end)


def _begins_word(short: str, text: str, start: int, end: int) -> bool:
    """Return whether a short form is the beginning of the one word that it stands for: "Psoriasis (Pso)"."""
    behind = start + len(short)
    return len(short) > 2 and text.startswith(short, start) and short.istitle() and text[behind:end].isalpha()


@functools.lru_cache(1024)
def turned_definitions(text: str) -> tuple[Definition, ...]:
    """Return the short forms that stand before their long forms: "GBM (gay and bisexual men)".

    All words of such a long form, small ones left out, give their first letters, and no other letter is left.
    """
    found = []
    for match in _turned(text):
        letters = [c for c in match[1].lower().translate(_GREEK) if c.isalnum()]
        words = [word for word in _WORD.findall(match[2].lower().translate(_GREEK)) if word not in _SMALL]
        if letters == [word[0] for word in words] and _is_short_form(match[1]):
            found.append(Definition(match[1], match.start(1), match.start(2), match.end(2)))
    if "bbreviation" in text or "BBREVIATION" in text:
        found += _listed(text)
    return tuple(found)


def _listed(text: str) -> Iterator[Definition]:
    """Yield the short forms of a list of abbreviations, where each gives its long form's letters."""
    for head in _LIST.finditer(text):
        place = head.end()
        while item := _LISTED.match(text, place):
            letters = [c for c in item[1].lower().translate(_GREEK) if c.isalnum()]
            whole = _last_words(len(letters) + 1, item[2])[1] == letters
            if _is_short_form(item[1]) and (
                whole or _by_letters(letters, text, *item.span(2)) == item.start(2)
            ):
                yield Definition(item[1], item.start(1), *item.span(2))
            place = item.end()


def _turned(text: str) -> Iterator[re.Match[str]]:
    """Yield what `_TURNED` finds, looked for at brackets alone, of which there are few.

    Before each there is one place where the word can begin, and no match holds another bracket.
    """
    for behind in _TURNED_LONG.finditer(text):
        place = behind.start()
        word = _LAST_WORD.search(text, max(0, place - _LONGEST_WORD), place)
        if word and (match := _TURNED.match(text, word.start())):
            yield match


def by_initials(text: str, defined: Definition) -> bool:
    """Return whether every word of a long form gives its first letter to the short form, in order.

    A match of letters alone is sometimes chance ("stimulated with peptides or serum (LPS)").
    """
    letters = iter(c for c in defined.short.lower().translate(_GREEK) if c.isalnum())
    words = _WORD.findall(text[defined.long_start : defined.long_end].lower().translate(_GREEK))
    return all(word[0] in letters for word in words if word not in _SMALL)


def is_initials(text: str, defined: Definition) -> bool:
    """Return whether a short form is the first letters of the words of its long form, and no more."""
    letters = [c for c in defined.short.lower().translate(_GREEK) if c.isalnum()]
    return _last_words(len(letters) + 1, text[defined.long_start : defined.long_end])[1] == letters


def _is_short_form(short: str) -> bool:
    return (
        2 <= len(short) <= 12
        and short.count(" ") <= 1
        and any(map(str.isalpha, short))
        and (not short.islower() or _SMALL_LETTERS.fullmatch(short) is not None)
        and (short.isalnum() or not _STATISTIC.search(short))
    )


def _long_form(short: str, text: str, end: int) -> int | None:
    """Return where the long form before `end` begins, or None."""
    # At most min(n + 5, 2n) words, and none of an earlier sentence.
    words = min(len(short) + 5, len(short) * 2)
    window = max(end - _REACH, 0)
    window = max(_sentence(text, window, end), _behind("; ", text, window, end))
    before = text[window:end].rsplit(None, words)
    first = window + len(before[0]) if len(before) > words else window
    first += len(text[first:end]) - len(text[first:end].lstrip())
    letters = [c for c in short.lower().translate(_GREEK) if c.isalnum()]
    last, initials = _last_words(len(letters), text[first:end])
    # Initials first, since matching letter by letter backwards stops at the nearest word that holds them
    # all: "experimental autoimmune encephalomyelitis (EAE)" would be "encephalomyelitis".
    position = first + last if initials == letters else _by_letters(letters, text, first, end)
    if position is None and short.isupper() and sorted(initials) == sorted(letters):
        position = first + last  # "myotonic dystrophy (DM)" keeps the order of its Latin name
    if position is None:
        return None
    # Take the whole word, hyphenated parts included: "IL-12-deficient", "collagen-induced".
    while position > first and not text[position - 1].isspace() and text[position - 1] not in "([)]":
        position -= 1
    while text[position] in "/-" and position + 1 < end:
        position += 1
    if position and text[position - 1] in "([":
        position = _around_bracket(text, position - 1)
    long_form = text[position:end]
    if any(long_form.count(left) != long_form.count(right) for left, right in ("()", "[]")):
        return None
    return position if len(long_form) > len(short) else None


def _around_bracket(text: str, place: int) -> int:
    """Return where the long form of what stands in the bracket at a place begins, else behind the place.

    "Anti-neutrophil cytoplasmic antibody (ANCA)-associated vasculitis (AAV)": AAV holds what ANCA stands for.
    """
    for inner in brackets_at(text, place):
        behind = inner.start + len(inner.short)
        if (defined := definition(text, inner)) and _GOES_ON.match(text, behind):
            return defined.long_start
    return place + 1


def _sentence(text: str, window: int, end: int) -> int:
    """Return where the sentence that `end` lies in begins, at `window` at the earliest."""
    cut = end
    while (cut := text.rfind(". ", window, cut)) >= 0:
        if not is_abbreviation(text, window, cut + 1):
            return cut + 2
    return window


def _behind(mark: str, text: str, window: int, end: int) -> int:
    """Return the place behind the last mark in `text[window:end]`, `window` without one."""
    place = text.rfind(mark, window, end)
    return window if place < 0 else place + len(mark)


def _last_words(number: int, window: str) -> tuple[int, list[str]]:
    """Return where the last so many words begin, small words left out, and their initials."""
    start, initials = len(window), list[str]()
    for word in reversed(list(_WORD.finditer(window))):
        if len(initials) == number:
            break
        if word[0].lower() not in _SMALL:
            start = word.start()
            initials.append(word[0][0].lower().translate(_GREEK))
    return start, initials[::-1]


def _by_letters(letters: list[str], text: str, first: int, end: int) -> int | None:
    """Return where the long form begins by Schwartz and Hearst's match, backwards from `end`."""
    window = text[first:end].lower().translate(_GREEK)
    if len(window) != end - first:  # a letter that is two in lower case: offsets would be wrong
        return None
    position = len(window)
    for letter in reversed(letters[1:]):
        position = window.rfind(letter, 0, position)
        if position < 0:
            return None
    while (position := window.rfind(letters[0], 0, position)) > 0:
        if not window[position - 1].isalnum():  # the first letter must begin a word
            return first + position
    return first if position == 0 else None


def places(text: str, name: str) -> Iterator[tuple[int, int]]:
    """Yield the places of a name, or of its plural, that stand as whole words."""
    start = text.find(name)
    while start >= 0:
        end = start + len(name)
        end += text.startswith("s", end)
        if not _is_word(text[start - 1 : start]) and not _is_word(text[end : end + 1]):
            yield start, end
            start = text.find(name, end)
        else:
            start = text.find(name, start + 1)


def _is_word(character: str) -> bool:
    return character.isalnum() or character == "_"
