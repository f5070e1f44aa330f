"""Members of a list that leave out what another one says: a family, what a name ends with, what is ill.

"Leukotrienes C4, D4 and E4" are three of a family, "hypo- and hyperthyroidism" share their end, "cancers
of the breast, ovary and pancreas" are three illnesses, "atrial fibrillation or flutter" two.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator
from typing import NamedTuple

from comention.annotation.wording import other_names
from comention.lexicon.matcher import Match, Matcher
from comention.records import Concept

# Between the members of a list: comma, slash, plus, conjunction, or comma and conjunction.
BETWEEN = r"(?:\s?/\s?|\s?\+\s?|,\s?(?:and/or|and|or)\s|,\s?|\s(?:and/or|and|or|as well as|&)\s)"
#: What stands between two members of a list.
JOINT = re.compile(BETWEEN)
# Behind a bare number or letter these say that it counts or names something else.
OTHER = re.compile(
    r"[\s-]+(?:cells?|lymphocytes?|actin|blockers?|galactosidase|patients?|mice|rats?|subjects?|controls?|"
    r"animals?|healthy|normal|other|more|different|new|h|hours?|days?|weeks?|months?|years?|min"
    r"|[npµmk]?[gMLl]|"
    r"of \d|out of|U|IU|units?|times|fold|cases?|men|women|children|infants|vitamin)\b",
)
#: A list of more characters than this is no list that a reader follows.
LONGEST = 200
_MOST_WORDS = 3
# Beginnings before a name that leave out what it ends with: "hypo- and ", "retino-, neuro- and ", "hyper/".
_BEGINNINGS = re.compile(
    r"(?<![\w-])((?:[A-Za-zα-ω]{1,12}[-‐‑–](?:/|,\s(?:and\s|or\s)?|\s?(?:,\s?)?(?:and/or|and|or|to|versus"
    r"|vs\.?)\s))+"
    r"|[A-Za-z]{4,6}/)$"
)
_BEGINNING_WORD = re.compile(r"([A-Za-zα-ω]+)(?=[-‐‑–/])")
_BEGINNING_REACH = 40
_SHORTEST_END = 4
# Behind a disease: where it is, and further places of it.
_OF = " of "
_AT_SITE = re.compile(r"\sof\s(?:the\s)?(?=[a-z])")
_SITE_WORDS = re.compile(r"[a-z]+")
_SITE_ENDS = re.compile(
    r"[,.;:)]|$|\s(?:and|or|in|was|were|is|are|has|have|had|with|by|after|from|as|at|on|during|among|that"
    r"|which|who|may|can|to|for|than|but|not|when|where|while|if|because|since|before|under|between|against"
    r"|using|without|within|into|through|via|whose|then|also|all|occur\w*|develop\w*|ar(?:ise|ose)|increas\w+"
    r"|rose|fell|remain\w*|became|caus\w+|show\w*|express\w*|respond\w*|predict\w*|differ\w*|need\w*"
    r"|require\w*"
    r"|account\w*|contribut\w+|spread|grew|recur\w*|metasta\w+|treated|did|do|does|should|could|might"
    r"|will)\b|/"
)
_SITE_REACH = 40
# A beginning in brackets: "(pre)diabetes", "(hydroxy)chloroquine".
_IN_BRACKETS = re.compile(r"(?<![\w-])\(([A-Za-z]{3,10})-?\)([a-z]{5,})(?![\w-])")
# A further word behind a disease of several words.
_END_WORD = re.compile(rf"(?:{BETWEEN})(?P<word>[a-z]{{5,}})(?![\w-])")
# "Leukotrienes B4": a family and a member, behind which the family is left out.
_OF_FAMILY = re.compile(
    r"(?P<stem>(?!(?i:vitamin))[A-Za-z]{5,}?)s?(?P<glue>[\s-])(?P<body>[A-Z][a-z]?\(?\d?\w*\)?)"
)
_OF_LETTERS = re.compile(r"(?P<stem>LT|PG|TX)(?P<glue>)(?P<body>[A-J]\d?[αa]?)")
_FAMILY_BODY = re.compile(
    rf"(?P<joint>{BETWEEN})(?P<body>[A-Z][a-z]?\(?\d{{0,2}}(?:α|β|alpha|beta|a)?\)?)(?![\w%(·:]|-\w|[.,]\d)"
)
_SUBSTANCES = ("drug", "chemical")


class Shared(NamedTuple):
    """A name put together from a list: the stretch that holds its words, and its concepts.

    `replaces` where the full name that ends with it is none: "diabetes" in "type 1 and 2 diabetes", and
    without concepts "hepatitis B" in "hepatitis B and C viruses".
    """

    start: int
    end: int
    concepts: tuple[Concept, ...]
    replaces: bool = False


def named(name: str, match: Match, matcher: Matcher) -> tuple[Concept, ...]:
    """Return what the whole of a name means where that is of the match's type and another concept."""
    whole = matcher.meaning_of(name)
    if whole is None or not whole.concepts or whole.needs_definition:
        return ()
    fits = whole.concepts[0].entity_type == match.concepts[0].entity_type
    return whole.concepts if fits and set(whole.concepts) != set(match.concepts) else ()


def begun(text: str, first: int, match: Match, matcher: Matcher) -> Iterator[Shared]:
    """Yield the names that have their beginning alone before another: "hyper- and hypothyroidism"."""
    begin = max(first, match.start - _BEGINNING_REACH)
    found = _BEGINNINGS.search(text, begin, match.start)
    if found is None:
        return
    surface = text[match.start : match.end]
    # the longest end that makes a name: of the first word, else further words
    ends = [surface[i:] for i in range(1, len(surface) - _SHORTEST_END + 1)]
    ends = [end for end in ends if end[0].isalpha()]
    for word in _BEGINNING_WORD.finditer(text, found.start(), match.start):
        for end in ends:
            if concepts := named(word[1] + end, match, matcher):
                yield Shared(word.start(), match.end, concepts)
                break


def ended(text: str, match: Match, last: int, matcher: Matcher) -> Iterator[Shared]:
    """Yield the diseases that leave out how the one before them begins: "atrial fibrillation or flutter".

    A word that is a name by itself is that name: "heart failure and fatigue".
    """
    beginning, space, _ = text[match.start : match.end].rpartition(" ")
    end = match.end
    while space and (item := _END_WORD.match(text, end, last)) and _SITE_ENDS.match(text, item.end()):
        own = matcher.meaning_of(item["word"])
        concepts = named(f"{beginning} {item['word']}", match, matcher)
        if own is not None or not concepts:
            return
        yield Shared(match.start, item.end(), concepts)
        end = item.end()


def with_prefix(text: str, first: int, last: int, matcher: Matcher) -> Iterator[Shared]:
    """Yield the names whose beginning stands in brackets, with it: "(hydroxy)chloroquine"."""
    if text.find("(", first, last) < 0:
        return
    for found in _IN_BRACKETS.finditer(text, first, last):
        whole = matcher.meaning_of(found[1] + found[2])
        if whole is not None and whole.concepts and not whole.needs_definition:
            yield Shared(found.start(), found.end(), whole.concepts)


def at_sites(text: str, match: Match, last: int, matcher: Matcher) -> Iterator[Shared]:
    """Yield a disease of further places: "cancers of the breast, ovary and pancreas"."""
    head = text[match.start : match.end]
    at = None
    if _OF in head:
        head, end = head[: head.index(_OF)], match.end
        whole = matcher.meaning_of(head)
        if whole is None or not whole.concepts or whole.concepts[0].entity_type != "disease":
            return  # "levels of depression"
    elif text.startswith(_OF, match.end) and (at := _AT_SITE.match(text, match.end, last)):
        end = _end_of_site(text, at.end(), last)
    else:
        return
    while joint := JOINT.match(text, end, last):
        concepts, stop = _site(text, head, joint.end(), last, match, matcher)
        if not concepts:
            return
        if at:
            first, _ = _site(text, head, at.end(), last, match, matcher)
            if first:
                yield Shared(match.start, match.end, (), replaces=True)
                yield Shared(match.start, end, first)
            at = None
        yield Shared(match.start, stop, concepts)
        end = stop


def _end_of_site(text: str, begin: int, last: int) -> int:
    """Return where the first place ends of which a disease is: "the spine" in "of the spine or kidney"."""
    for word in itertools.islice(_SITE_WORDS.finditer(text, begin, last), _MOST_WORDS):
        if _SITE_ENDS.match(text, word.end()):
            return word.end()
    return begin


def _site(
    text: str, head: str, begin: int, last: int, match: Match, matcher: Matcher
) -> tuple[tuple[Concept, ...], int]:
    """Return what a disease of the place that begins at `begin` is, and where that ends; the longest one."""
    begin += 4 if text.startswith("the ", begin, last) else 0
    words = list(_SITE_WORDS.finditer(text, begin, min(last, begin + _SITE_REACH)))[:_MOST_WORDS]
    for word in reversed(words):
        end, site = word.end(), text[begin : word.end()]
        if not _SITE_ENDS.match(text, end):
            continue
        told = f"{site} {head.lower()}"
        for name in (told, f"{head} of the {site}", f"{head} of {site}", *other_names(told, "disease")):
            whole = matcher.meaning_of(name)
            found = whole.concepts if whole and not whole.needs_definition else ()
            if found and found[0].entity_type == "disease" and set(found) != set(match.concepts):
                return found, end
    return (), begin


def of_family(text: str, match: Match, last: int, matcher: Matcher) -> Iterator[Shared]:
    """Yield the substances that leave out the family of the one before: "leukotrienes C4, D4 and E4"."""
    surface = text[match.start : match.end]
    if not (family := _OF_LETTERS.fullmatch(surface) or _OF_FAMILY.fullmatch(surface)):
        return
    end = match.end
    while (item := _FAMILY_BODY.match(text, end, last)) and item.end() <= match.start + LONGEST:
        whole = matcher.meaning_of(family["stem"] + family["glue"] + item["body"])
        found = whole.concepts if whole and not whole.needs_definition else ()
        if not found or found[0].entity_type not in _SUBSTANCES or OTHER.match(text, item.end()):
            return
        yield Shared(match.start, item.end(), found)
        end = item.end()
