"""Names that share a word: "breast and ovarian cancer", "IL-4, -10 and -12", "hepatitis B and C".

A name that a list leaves out in part is put together from its own words and those of a name that stands in
full: the head that follows ("breast … cancer") or the beginning that went before ("IL- … 10"). It counts
where the whole of what was put together is a name of the same type, so that no list makes a name the
lexicon does not hold. Its span is the shortest stretch of text that holds all of its words, hence it overlaps
the names between ("breast and ovarian cancer" around "ovarian cancer").
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from comention.annotation.abbreviations import brackets_at, definition
from comention.annotation.members import (
    BETWEEN,
    JOINT,
    LONGEST,
    OTHER,
    Shared,
    at_sites,
    begun,
    ended,
    named,
    of_family,
    with_prefix,
)
from comention.lexicon.folding import TOKEN
from comention.lexicon.matcher import Match, Matcher
from comention.records import Concept

# What a list may go on with behind a full name: "-10", "β", "-γ", "p40", "B", "13". What follows decides
# whether it belongs to something else: a decimal, a percentage, a further word glued on, a cell.
_GREEK = r"[α-ωµ]|alpha|beta|gamma|delta|epsilon|lambda|kappa|omega"
_ITEM = re.compile(
    rf"(?P<joint>{BETWEEN}|,?\sbut not\s)"
    rf"(?P<hyphen>[-‐‑–−])?(?P<body>\d{{1,2}}(?:{_GREEK}|[A-F])?\d?|(?:{_GREEK})\d?|p\d\d|[A-G]|I{{1,3}}|IV)"
    rf"(?![\w%·:]|[.,]\d|-\w|\s?[×x]\s?10|\s?%)"
)
# "ILs 4, 5 and 13", "IFNs-α and -β": the beginning that all members share, in the plural.
_PLURAL = re.compile(
    r"(?<![\w-])(?P<stem>IL|CCL|CXCL|IFN)s(?:\)? |\)?-)(?P<body>\d{1,2})(?![\w%]|[.,]\d)"
    rf"|(?<![\w-])(?P<of>IFN)s-(?P<greek>{_GREEK})(?![\w-])"
)
# "Vitamins A, C and E", "vitamins (A, D)", "vitamin D and E": letters, with numbers where they have any.
_VITAMIN = r"(?:B[-‐‑]?\d{1,2}|[ADK]\d?|[CE])(?![\w-]|\.\s?[a-z])"
_VITAMINS = re.compile(rf"(?<![\w-])[Vv]itamins?\s\(?(?P<members>{_VITAMIN}(?:{BETWEEN}{_VITAMIN})+)")
# Behind a tumour: what is taken of it, and of the blood that stands before it in a list.
_SAMPLED = re.compile(r" (?:biops|specimen|sample|tissue|extract)")
# "IL (interleukin)-6", "TNF (tumor necrosis factor)-α".
_LONG_WITHIN = re.compile(
    r"(?<![\w-])([A-Z]{2,5}) ?\([a-z][a-z -]{4,40}\)-(\d{1,2}[A-Fβα]?|[αβγλ]\d?|alpha|beta|gamma)(?![\w-])"
)
# "Interferon beta-1a and -1b", "interferon-α2b and -β1a": what such drugs end in.
_ENDED = re.compile(r"(?P<greek>[αβ]|alpha|alfa|beta)?[- ]?\d[ab]$")
_ENDING = re.compile(rf"{BETWEEN}[-‐‑–−](?P<body>(?P<greek>[αβ]|alpha|alfa|beta)?[- ]?\d[ab])(?![\w-])")
_TAIL = re.compile(r"\)\s([a-z]{4,})(?!\w)")
# A bracket's end and the word behind it, how far that reaches behind the bracket, and what must stand before.
_CLOSED = re.compile(r"\)\s[a-z]{4}")
_CLOSED_REACH = 5
_OPENED = re.compile(r"[(\[]\s*[^\s()\[\];,:=<>%±][^()\[\];,:=<>%±]{0,14}")
# Behind one bare number these say that it counts nothing: "CCL17 and 22 were".
_MADE = re.compile(r"\s(?:levels?|production|secretion|expression|concentrations?|mRNAs?|release|genes?)\b")
_CHEMOKINE = re.compile(r"C?XCL-?\d|CCL-?\d")
_NO_COUNT = re.compile(
    r"\s?[.,;:)\]]|\s(?:in|were|was|are|is|had|have|from|by|after|levels?"
    r"|rose|fell|increased?|decreased?|declined|remained|correlated?|did|do|induced?|that|which|may"
    r"|might|can|could"
    r"|attract|recruit|drive|promote|mediate|bind|act|play|contribute|stimulate|inhibit|suppress"
    r"|enhance|activate"
    r"|peaked|differed|predicted?|changed)\b"
)
# "IL-4 and 13;": a number that nothing follows counts nothing.
_ENDS_THERE = re.compile(r"\s?[.;)](?!\d)")
_DIGITS = re.compile(r"\d{1,2}")
# "CXCL9-11", "IFN-λ1-3": a range of names, for chemokines and Greek letters alone, since "IL-4-10" is none.
_HYPHENS = ("-", "‐", "‑", "–")
_RANGE = re.compile(r"[-‐‑–](\d{1,2})(?![\w%]|[.,]\d|[-‐‑–]\d)")
_RANGED = re.compile(r"(?:C?XCL|CCL)-?(\d{1,2})$|(?:λ|lambda|β|beta)[- ]?(\d)$")

# Before a full name: the words of a member that leaves its head out, and where heads begin in the full name.
_WORD = re.compile(r"[A-Za-zÀ-ÿ0-9α-ω][\w'’-]*")
_HEAD = re.compile(r"(?<=[\s-])\S")
_JOINT_AT_END = re.compile(rf"(?:{BETWEEN}|(?<=[A-Za-z])[-–])$")
_LONGEST_JOINT = 12
_MOST_WORDS = 3
# How a joint begins and ends, to leave quickly where there is none.
_BEGINS = (*_HYPHENS, ",", "/", "+", " and", " or ", " /", " +", " as ", " &", " but not ")
_ENDS = (" and ", " or ", "/or ", "/", "/ ", "-", "–", "+", "+ ", ", ", ",and ", " as ", "well as ", "& ")
# Between the members of a combination of drugs.
_COMBINED = re.compile(
    r"\s?/\s?|\s?\+\s?|(?<=[a-z]{4})[-‐‑–](?=[A-Za-z]{4})|\s(?:and|plus|with|&)\s|,\s(?:and\s)?"
)
# What is given with another drug alone: "amoxicillin plus clavulanate" is one product.
_NEVER_ALONE = re.compile(
    r"(?i)clavulan|bactam\b|cilastatin|tipiracil|carbidopa|benserazide|cedazuridine|sul(?:f|ph)amethoxazole"
)
# "type 1 and 2 diabetes", "types I and II diabetes"
_KINDS = re.compile(
    rf"\b[Tt]ypes?[\s-](?P<first>\d|I{{1,3}}|IV|[A-C]){BETWEEN}(?:[Tt]ype[\s-])?(?P<second>\d|I{{1,3}}|IV"
    r"|[A-C])\s$"
)
_KIND_REACH = 24
_BEGINNING = re.compile(rf"(?<![\w-])([A-Z]{{1,3}})[-–]{BETWEEN}$")
_VIRUS = re.compile(r"[\s-]+(?:virus|viral|virion)", re.I)
_REACH = 60

# Heads that share the beginning of the name before them, and what joins them; of "cancer", "hypertension" or
# "infection" that would be guessed wrongly.
_HARM = re.compile(
    r"(?i)infarct(?:ion)?s?|(?:adeno)?carcinomas?|adenomas?|fibrosis|isch[ae]e?mia|o?edema|embolism"
    r"|thrombosis"
    r"|ha?emorrhages?|stenosis|regurgitation|insufficiency|atrophy|necrosis|abscess(?:es)?|ulcers?|rupture"
    r"|perforation|dysplasia|hyperplasia|polyps?|cysts?|fistulas?|calcification|hypertrophy|prolapse"
    r"|aneurysms?"
    r"|dissection|effusion|cirrhosis"
)
_TWO = re.compile(r"\s?/\s?|,?\s(?:and/or|and|or)\s")
_LONGEST_TWO = len(", and/or ")
# What tells two kinds of a disease apart, behind the word that the first of them leaves its head out of.
_CONTRASTS = (
    " versus ",
    " than ",
    " vs ",
    " vs. ",
    " from ",
    " not ",
    " after ",
    " in ",
    " with ",
    " for ",
    " of ",
)
_CONTRAST = re.compile(
    r"(?:\s(?:versus|vs\.?)|\sthan(?: (?:in|for|with|of|after))?|\s(?P<apart>from)|,?\sbut not(?: (?:after"
    r"|in|with|for|of|by|from))?)\s$"
)
_CONTRAST_REACH = 20
_APART = re.compile(r"(?i)\b(?:distinguish|differentiat|discriminat|separat|delineat|t(?:ell|old)\b)[^.;]*$")
_APART_REACH = 100
# An earlier name that is the first word of a member: "ischemic", not "hypertension".
_ADJECTIVE = re.compile(r"(?i)[\w-]*(?:ic|al|ous|ive|ed|ar|ary)")
_SUBSTANCES = ("drug", "chemical")
#: What a list of names may be of; a list of substances ("sodium and potassium") would be guessed wrongly.
_TYPES = ("disease", "cytokine")


def shared_names(
    text: str, matches: Sequence[Match], matcher: Matcher, block: tuple[int, int] | None = None
) -> list[Shared]:
    """Return the names that lists leave out in part, in order; no list reaches over the edge of the block.

    `matches` are the names found in full in that block, all of the text where it is None.
    """
    first, last = block or (0, len(text))
    found = list(_plurals(text, first, last, matcher))
    found += _around(text, first, last, matcher)
    found += _vitamins(text, first, last, matcher)
    found += _spelt_within(text, first, last, matcher)
    found += with_prefix(text, first, last, matcher)
    for position, match in enumerate(matches):
        if match.concepts and not match.needs_definition:
            found += _with(text, first, last, matches, position, matcher)
        elif not match.concepts and text.endswith("receptors", match.start, match.end):
            found += _receptors(text, matches, position)
    return sorted(found, key=lambda s: (s.start, s.end)) if found else found


def _with(
    text: str, first: int, last: int, matches: Sequence[Match], position: int, matcher: Matcher
) -> Iterator[Shared]:
    """Yield the names that share a word with one that stands in full."""
    match = matches[position]
    kind = match.concepts[0].entity_type
    if kind == "drug":
        yield from _members(text, match, matcher)
        yield from _endings(text, match, matcher)
    if kind in _SUBSTANCES and text.startswith(_BEGINS, match.end):
        yield from of_family(text, match, last, matcher)
    if kind not in _TYPES:
        return
    if text.startswith(_BEGINS, match.end):
        limit = matches[position + 1].start if position + 1 < len(matches) else last
        yield from _behind(text, match, limit, matcher, matches[position + 1 : position + 2])
    if kind == "cytokine":
        if not (kinds := _kinds(text, first, match, matcher)) and text.endswith(_ENDS, first, match.start):
            yield from _hyphened(text, first, match, matcher)
        yield from kinds
        return
    yield from _diseases_with(text, first, last, matches, position, matcher)
    yield from at_sites(text, match, last, matcher)


def _diseases_with(
    text: str, first: int, last: int, matches: Sequence[Match], position: int, matcher: Matcher
) -> Iterator[Shared]:
    """Yield the diseases that share a word with one, but for its places."""
    match = matches[position]
    if kinds := _kinds(text, first, match, matcher):
        yield from kinds
    elif text.endswith(_ENDS, first, match.start):
        yield from _before(text, first, matches, position, matcher)
        yield from begun(text, first, match, matcher)
    elif text.endswith(_CONTRASTS, first, match.start):
        yield from _contrasted(text, first, matches, position, matcher)
    yield from _second(text, matches, position, matcher)
    if text.startswith(_BEGINS, match.end):
        yield from ended(text, match, last, matcher)


def _members(text: str, match: Match, matcher: Matcher) -> Iterator[Shared]:
    """Yield the drugs that the name of a combination joins: "bamlanivimab and etesevimab".

    Words join a list, which is its members, but for what is given with another drug alone; signs
    ("trimethoprim-sulfamethoxazole") a product, which counts beside them. A hyphen joins where a name of the
    concept calls it a combination.
    """
    surface = text[match.start : match.end]
    if surface.isalnum() or not (joints := _COMBINED.findall(surface)):
        return
    words = any(map(str.isalpha, "".join(joints)))
    if not words and "/" not in joints and not _is_combination(match, matcher):
        return
    members = []
    place = match.start
    for part in _COMBINED.split(surface):
        named = matcher.meaning_of(part)
        if named is None or named.needs_definition or {c.entity_type for c in named.concepts} != {"drug"}:
            return
        place = text.index(part, place)
        members.append(Shared(place, place + len(part), named.concepts))
        place += len(part)
    if words and not _NEVER_ALONE.search(surface):
        yield Shared(match.start, match.end, (), replaces=True)
    yield from members


def _is_combination(match: Match, matcher: Matcher) -> bool:
    names = (name for concept in match.concepts for name in matcher.names_of(concept.concept_id))
    return any("combination" in name.split() for name in names)


def _around(text: str, first: int, last: int, matcher: Matcher) -> Iterator[Shared]:
    """Yield the names that hold a short form of their beginning: "Lewy body (LB) dementia"."""
    block = ""
    for closed in _CLOSED.finditer(text, first, last + _CLOSED_REACH):
        end = closed.start()
        opened = max(text.rfind("(", first, end), text.rfind("[", first, end))
        if opened < 0 or not _OPENED.fullmatch(text, opened, end):
            continue
        block = block or text[first:last]
        for bracket in brackets_at(block, opened - first):
            behind = _TAIL.match(text, first + bracket.start + len(bracket.short))
            defined = behind and definition(block, bracket)
            if not behind or not defined:
                continue
            start = first + defined.long_start
            whole = matcher.meaning_of(f"{text[start : first + defined.long_end]} {behind[1]}")
            if whole is not None and not whole.needs_definition:
                yield Shared(start, behind.end(), whole.concepts)


def _receptors(text: str, matches: Sequence[Match], position: int) -> Iterator[Shared]:
    """Yield the cytokines before a list of receptors as no names: "IL-2 and IL-15 receptors"."""
    receptor = matches[position]
    begin = receptor.start
    for match in reversed(matches[:position]):
        cytokine = bool(match.concepts) and match.concepts[0].entity_type == "cytokine"
        if not cytokine or not JOINT.fullmatch(text, match.end, begin):
            return
        if text.startswith(text[match.start : match.end], receptor.start):
            return  # "IL-12 and IL-12 receptors": a ligand and its receptors
        yield Shared(match.start, match.end, (), replaces=True)
        begin = match.start


def _behind(
    text: str, match: Match, limit: int, matcher: Matcher, following: Sequence[Match] = ()
) -> list[Shared]:
    """Return the members of a list that begins with a full name: "IL-4, -10 and -12"."""
    surface = text[match.start : match.end]
    if (span := _RANGE.match(text, match.end)) and (first := _RANGED.search(surface)):
        return list(_ranged(text, match, span, int(first[1] or first[2]), matcher))
    names = list(TOKEN.finditer(surface))
    plural = len(names) > 1 and names[0][0][-1] == "s"
    members: list[Shared] = []
    sure = 0  # how many of them are beyond doubt
    closed = False
    end = match.end
    limit = min(limit, match.start + LONGEST)
    while (item := _ITEM.match(text, end)) and item.end() <= limit:
        concepts = _continued(surface, names, item, match, matcher)
        if not concepts or (not item["hyphen"] and OTHER.match(text, item.end())):
            break
        members.append(Shared(match.start, item.end(), concepts))
        end = item.end()
        closed = closed or item["joint"].strip(" ,") in {"and", "or", "and/or"}
        if item["hyphen"] or plural or "/" in item["joint"] or not _DIGITS.fullmatch(item["body"]):
            sure = len(members)
    if members and match.concepts[0].entity_type == "disease" and _VIRUS.match(text, end):
        return [Shared(match.start, match.end, (), replaces=True)]
    # "IL-2, 4 and 10": bare numbers count in a list of three or more that is closed and counts nothing.
    bare = len(members) - sure
    if bare >= 2 and (
        (closed and _NO_COUNT.match(text, end)) or _closes(text, end, match.concepts, following)
    ):
        return members
    if bare == 1 and closed and (_counts_nothing(text, surface, end) or _ENDS_THERE.match(text, end)):
        return members
    return members[:sure]


def _counts_nothing(text: str, surface: str, end: int) -> bool:
    """Return whether one bare number is a member: of chemokines, or where what is made of it follows."""
    chemokine = _CHEMOKINE.match(surface) is not None
    return _MADE.match(text, end) is not None or (chemokine and _NO_COUNT.match(text, end) is not None)


def _closes(text: str, end: int, concepts: Sequence[Concept], following: Sequence[Match]) -> bool:
    """Return whether a name of the same type ends a list of bare numbers: "IL-2, 4, 6 and TNF"."""
    if not following or not following[0].concepts:
        return False
    joint = JOINT.fullmatch(text, end, following[0].start)
    return joint is not None and following[0].concepts[0].entity_type == concepts[0].entity_type


def _plurals(text: str, first: int, last: int, matcher: Matcher) -> Iterator[Shared]:
    """Yield the members of lists that begin with a plural: "ILs 4, 5 and 13"."""
    if text.find("Ls", first, last) < 0 and text.find("Ns", first, last) < 0:  # how their stems end
        return
    for plural in _PLURAL.finditer(text, first, last):
        stem = plural["stem"] or plural["of"]
        whole = matcher.meaning_of(f"{stem}-{plural['body'] or plural['greek']}")
        if whole is None or not whole.concepts or whole.needs_definition:
            continue
        members = [Shared(plural.start(), plural.end(), whole.concepts)]
        while (item := _ITEM.match(text, members[-1].end)) and item.end() <= plural.start() + LONGEST:
            named = matcher.meaning_of(f"{stem}-{item['body']}")
            if named is None or not named.concepts or OTHER.match(text, item.end()):
                break
            members.append(Shared(plural.start(), item.end(), named.concepts))
        yield from members


def _vitamins(text: str, first: int, last: int, matcher: Matcher) -> Iterator[Shared]:
    """Yield the vitamins of a list but the one that stands in full: "vitamins C and E"."""
    if text.find("itamin", first, last) < 0:
        return
    for found in _VITAMINS.finditer(text, first, last):
        begin = found.start("members")
        for letter in re.finditer(_VITAMIN, text[begin : found.end()]):
            whole = matcher.meaning_of(f"vitamin {letter[0]}")
            if whole and not whole.needs_definition and (letter.start() or text[begin - 1] == "("):
                yield Shared(found.start(), begin + letter.end(), whole.concepts)


def _spelt_within(text: str, first: int, last: int, matcher: Matcher) -> Iterator[Shared]:
    """Yield the cytokines that hold the long form of their beginning: "IL (interleukin)-6"."""
    if text.find(")-", first, last) < 0:
        return
    for found in _LONG_WITHIN.finditer(text, first, last):
        whole = matcher.meaning_of(f"{found[1]}-{found[2]}")
        if whole and not whole.needs_definition and {c.entity_type for c in whole.concepts} == {"cytokine"}:
            yield Shared(found.start(), found.end(), whole.concepts)


def _endings(text: str, match: Match, matcher: Matcher) -> Iterator[Shared]:
    """Yield the drugs that leave out what the one before begins with: "interferon beta-1a and -1b"."""
    surface = text[match.start : match.end]
    if not (ended := _ENDED.search(surface)):
        return
    if item := _ENDING.match(text, match.end):
        kept = surface[: ended.start()] + ("" if item["greek"] else ended["greek"] or "")
        if concepts := named(f"{kept}-{item['body']}", match, matcher):
            yield Shared(match.start, item.end(), concepts)


def _continued(
    surface: str, names: Sequence[re.Match[str]], item: re.Match[str], match: Match, matcher: Matcher
) -> tuple[Concept, ...]:
    """Return what a member means with the longest beginning of the full name that makes it a name."""
    body = item["body"]
    for kept in range(len(names) - 1, 0, -1):
        left, token = surface[: names[kept - 1].end()], names[kept][0]
        if not body[0].isdigit() and len(body) == 1 and body.isascii() and len(token) > 1:
            continue  # "lung cancer A": a letter continues only a letter
        if body[0].isdigit() and left[-1].isdigit():
            continue  # "IL-1β, -6": the 6 makes no 16 of the 1
        for glue in ("-", ""):
            if concepts := named(left + glue + body, match, matcher):
                return concepts
    return ()


def _ranged(text: str, match: Match, span: re.Match[str], first: int, matcher: Matcher) -> Iterator[Shared]:
    last = int(span[1])
    stem = text[match.start : match.end].rstrip("0123456789")
    if first < last <= first + 5:
        for number in range(first + 1, last + 1):
            if concepts := named(f"{stem}{number}", match, matcher):
                yield Shared(match.start, span.end(), concepts)


def _before(
    text: str, first: int, matches: Sequence[Match], position: int, matcher: Matcher
) -> Iterator[Shared]:
    """Yield the members that leave out the head of a disease: "breast, colon and ovarian cancer"."""
    match = matches[position]
    begin = match.start
    while text.endswith(_ENDS, first, begin):
        # What ends before the list is an earlier name, unless that name is a member ("colon").
        before = [m for m in matches[:position] if m.end <= begin]
        floor = max((m.end for m in before), default=first)
        joint = _JOINT_AT_END.search(text, max(floor, begin - _LONGEST_JOINT), begin)
        if joint is None or (begin == match.start and joint[0].strip() == ","):
            return  # a list that ends in a bare comma goes on: "in adrenal glands, prostate cancer and blood"
        member = _member(text, before, floor, joint.start(), match, matcher)
        if member is None or member.start < match.end - LONGEST:
            return
        yield member
        begin = member.start


def _member(
    text: str, before: Sequence[Match], floor: int, end: int, match: Match, matcher: Matcher
) -> Shared | None:
    """Return the name that the words before `end` make with the head of a disease.

    They may be an earlier name themselves: a substance ("iron and vitamin D deficiency"), an adjective
    ("ischemic versus hemorrhagic stroke"), what a virus is called after ("dengue and Zika virus infection").
    """
    if floor < end or not before:
        return _headed(text, _word_starts(text, floor, end), end, match, matcher)
    last = max(before, key=lambda m: m.end)
    head = text[match.start : match.end]
    if "virus infection" in head:
        head = head[head.index("virus infection") :]
        whole = matcher.meaning_of(f"{text[last.start : end].removesuffix(' virus')} {head}")
        meant = whole.concepts if whole and not whole.needs_definition else ()
        own = {c.entity_type for c in meant} == {"disease"} and set(meant) != set(match.concepts)
        return Shared(last.start, match.end, meant) if own else None
    kind = last.concepts[0].entity_type if last.concepts else None
    if kind == "cell" or (kind == "disease" and not _ADJECTIVE.fullmatch(text, last.start, end)):
        return None
    member = _headed(text, [last.start], end, match, matcher)
    return None if member is None or set(member.concepts) == set(last.concepts) else member


def _contrasted(
    text: str, first: int, matches: Sequence[Match], position: int, matcher: Matcher
) -> Iterator[Shared]:
    """Yield what a disease is told apart from: "ischemic versus hemorrhagic stroke"."""
    match = matches[position]
    before = [m for m in matches[:position] if m.end <= match.start]
    floor = max((m.end for m in before), default=first)
    joint = _CONTRAST.search(text, max(floor, match.start - _CONTRAST_REACH), match.start)
    if joint is None or not text[joint.start() - 1].isalpha():
        return
    if joint["apart"] and not _APART.search(text, max(first, joint.start() - _APART_REACH), joint.start()):
        return
    if member := _member(text, before, floor, joint.start(), match, matcher):
        yield member


def _second(text: str, matches: Sequence[Match], position: int, matcher: Matcher) -> Iterator[Shared]:
    """Yield what the beginning of the name before makes of a head: "myocardial ischemia or infarction"."""
    match = matches[position]
    before = matches[position - 1]
    if position == 0 or not before.end < match.start <= before.end + _LONGEST_TWO:
        return
    if not before.concepts or before.concepts[0].entity_type != "disease" or before.needs_definition:
        return
    if not _TWO.fullmatch(text, before.end, match.start) or not _HARM.fullmatch(text, match.start, match.end):
        return
    beginning, space, _ = text[before.start : before.end].rpartition(" ")
    if space:
        concepts = named(f"{beginning} {text[match.start : match.end]}", match, matcher)
        if concepts:
            yield Shared(match.start, match.end, concepts, replaces=True)


def _word_starts(text: str, floor: int, end: int) -> list[int]:
    """Return where the last words before `end` begin, three at most, the first one first."""
    found: list[int] = []
    for word in reversed(list(_WORD.finditer(text, max(floor, end - _REACH), end))):
        if text[word.end() : found[-1] if found else end].strip(" "):
            break  # punctuation between: the words are no phrase
        found.append(word.start())
        if len(found) == _MOST_WORDS:
            break
    return found[::-1]


def _headed(text: str, starts: Sequence[int], end: int, match: Match, matcher: Matcher) -> Shared | None:
    """Return the name that the most words before `end` make with the longest end of the full name."""
    # "Bone and cancer" are two: only a name with a beginning of its own shares its head.
    # "Pancreatic and bile duct cancer" shares the cancer, not the duct.
    heads = [
        head.start()
        for head in _HEAD.finditer(text, match.start + 1, match.end)
        if not text.startswith("duct ", head.start())
    ]
    sampled = _SAMPLED.match(text, match.end)  # "blood or lung tumor specimens"
    for start in starts:
        if sampled and text[start:end].lower() == "blood":
            continue
        for head in heads:
            if concepts := named(f"{text[start:end]} {text[head : match.end]}", match, matcher):
                return Shared(start, match.end, concepts)
    return None


def _kinds(text: str, first: int, match: Match, matcher: Matcher) -> list[Shared]:
    """Return "type 1 diabetes" and "type 2 diabetes" of "type 1 and 2 diabetes"."""
    begin = max(first, match.start - _KIND_REACH)
    if text.find("ype", begin, match.start) < 0 or not (found := _KINDS.search(text, begin, match.start)):
        return []
    surface = text[match.start : match.end]
    return [
        Shared(found.start(), match.end, concepts, replaces=True)
        for number in (found["first"], found["second"])
        if (concepts := named(f"type {number} {surface}", match, matcher))
    ]


def _hyphened(text: str, first: int, match: Match, matcher: Matcher) -> Iterator[Shared]:
    """Yield the cytokine whose beginning stands before that of another: "GM- and G-CSF"."""
    found = _BEGINNING.search(text, max(first, match.start - _KIND_REACH), match.start)
    _, hyphen, rest = text[match.start : match.end].partition("-")
    if found and hyphen and (concepts := named(f"{found[1]}-{rest}", match, matcher)):
        yield Shared(found.start(1), match.end, concepts)
