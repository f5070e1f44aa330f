"""Substances inside the names of longer molecules: "dansyl glutathione", "poly(vinyl alcohol)", "[N2O]6".

What a text writes in parts may be one word in the lexicon: "polyvinyl pyrrolidone", "amino methylphosphonic
acid". Else a part of a molecule is another substance than the molecule; only where it is a class it still
holds: "allyl ethers" are ethers, while "aryl bromides" hold no ions.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator

_DASH = r"\-‐‑–"  # within a class
# Where on a molecule a part is, and which hand it has: "4-", "N,N-", "α-", "tert-", "L-".
_LOCANT = (
    rf"(?:(?:\d{{1,2}}[′'’]?|[NOSα-ω]|alpha|beta|gamma|omega|tert|sec|iso|[tnomp])"
    rf"(?:,(?:\d{{1,2}}[′'’]?|[NOS]))*[{_DASH}])"
)
_ENDINGS = (
    "yl oxy oxo amino imino chloro fluoro bromo iodo nitro cyano thio seleno phospho sulfo lyso methylene"
).split()
# A part before the rest of a name; what ends as such a part does and is a drug or a word.
_RADICAL = (
    rf"(?:(?!(?i:\w*(?:fentanyl|acodyl|flagyl|proxy)[ {_DASH}]))[A-Za-z]*(?:{'|'.join(_ENDINGS)})"
    rf"|(?i:poly|lyso))"
)
_BEFORE = re.compile(rf"(?<![\w{_DASH}])(?:{_LOCANT}*{_RADICAL}[ {_DASH}]){{1,5}}$", re.I)
_RADICAL_BEFORE = re.compile(rf"(?<![A-Za-z]){_RADICAL}[ {_DASH}]$", re.I)
_LAST = (*_ENDINGS, "poly")
_LAST_LETTERS = frozenset(ending[-1] for ending in _LAST)
_GAPS = re.compile(rf"(?<=[A-Za-z])[ {_DASH}](?=[A-Za-z])")
# Before these parts, a number or letter that says where they are, without a hyphen: "25 hydroxy vitamin D".
_PLACE = re.compile(r"(?<![\w.,])(?:\d{1,2}|N) $")
_HAND = re.compile(rf"(?:[dDlLεγα]|DL|dl)[{_DASH}](?=[a-z])")
_PHOSPHATE = re.compile(rf"[ {_DASH}]5[′'’][{_DASH}]((?:mono|di|tri)phosphates?)\b")
_POLY = re.compile(rf"(?<![A-Za-z])poly ?[(\[]((?:[A-Za-z]+yl[ {_DASH}]){{0,2}})$", re.I)
# Within the brackets of a polymer, not at their beginning: "poly(lactide-co-glycolide)".
_IN_POLYMER = re.compile(r"(?<![A-Za-z])poly ?[(\[][^()\[\]]{0,40}$", re.I)
_COPOLYMER = r"(?:co|block|graft|ran|alt|b|g)"
# What is done together, not a molecule: "cisplatin-co-treated".
_DONE = r"(?:treat|admin|stimul|cultur|incub|inject|express|expos|infus|transport|deliver|factor|load|encaps)"
_JOINED_BEFORE = re.compile(rf"[\w)\]][{_DASH}]{_COPOLYMER}[{_DASH}]$")
_JOINED_BEHIND = re.compile(rf"[)\]]?[{_DASH}]{_COPOLYMER}[{_DASH}](?=[\w(])(?!{_DONE})")
# A bracket of a systematic name right before: "bis(aminomethyl)furan", "bicyclo[3.2.1]octane".
_BRACKET = re.compile(
    rf"(?:[A-Za-z]{{2,}}|[{_DASH}\d])(?:\([^()]*(?:yl|oxy|amino|oro|omo|odo|nitro|oxo|ane|ene)\)|\[\d[\d.,^]*\.\d\])[{_DASH}]?$"
    rf"|[\d{_DASH}]yl\)$"
    # with the place of a part in it, or at the end of a bracket in another
    rf"|(?:\(\d{{1,2}}[′'’]?(?:,\d{{1,2}})*[{_DASH}][^()]*|\))(?:yl|oxy|amino|imino|oro|omo|odo|nitro|oxo|thio|ane|ene)[)\]][{_DASH}]?$"
)
# Before an ether: the alcohol that it is of, "resorufin ethyl ether", "vanillic acid ether".
_ETHER = re.compile(r"(?:(?:di)?(?:m?ethyl|propyl|butyl) )?ether", re.I)
_ALCOHOL = re.compile(r"(?<!\w)(?!(?i:re|con|ob|main)tain )[A-Za-z]{2,}(?:in|ol|one|ene|ide|ine|ose| acid) $")
# Formulas: the group that a molecule ends in ("CO2Me"), atoms before others, a metal before its ligands.
_ENDS_GROUP = re.compile(r" ?(?:Me|Et|[nit]?-?Bu|i?Pr|Bn|Ph|R|H)(?!\w)")
_GROUPS = frozenset({"CO2", "CO 2", "SO2", "SO 2", "SO3", "SO 3"})
_ATOMS = re.compile(r"[A-Z][a-z]?(?: ?\d{1,2})?(?: [A-Z][a-z]?(?: ?\d{1,2})?)+")
_ATOMS_BEFORE = re.compile(r"(?<![A-Za-z])[A-Z][a-z]? ?\d{1,2} $")
_METAL_ATOMS = re.compile(r"[A-Z][a-z] ?\d")
_LIGANDS = re.compile(r"(?: (?=\(CO\)))?\((?!(?:g|s|l|aq)\)|\d?[+\-−⁺])[A-Za-z][\w,′']*\)")
_ATOM = re.compile(r"[A-Z][a-z]?")
_AND_MORE = re.compile(r"\d{1,2}[A-Z(]")
_CARBONYL = re.compile(r"(?<![A-Za-z])[A-Z][a-z] ?\d? ?[(\[]{1,2}$")
_LONGEST_FORMULA = 8
# Behind: where the next part is, and how it begins: "indole-3-propionic acid", "amylose 3,5-dimethyl…".
_GOES_ON = re.compile(
    rf"[ {_DASH}]\d{{1,2}}[′'’]?(?:,\d{{1,2}}[′'’]?)*[{_DASH}](?:[ONCS][{_DASH}]|[αβ][{_DASH}]"
    rf"|(?:mono|di|tri)?(?:phosph|sulf|acet|meth|propi|carbo|benz|hydroxy|amino|gluc|galact|rutin|rhamn|ylid|yl\b))"
    rf"|[ {_DASH}]\w*yl (?:ester|ether)s?\b"
)
# A part of a formula in brackets of which there are more: "(H2O)2", "[N 2 O] 6"; a name has small letters.
_TIMES = re.compile(r"[\])}]\d")
_SPACED_TIMES = re.compile(r" ?[\])}] ?\d")
_WORD = re.compile(r"[a-z]{2}")
# Halves of brackets: "S)-ketamine", "H2 O}2".
_HALF = re.compile(r"[^(\[{]*(?:[)}]|(?P<square>\]))")
# What no plus and no equals sign stands in: "H2O + 2 mM", "N = 556".
_SIGNS = re.compile(r"\s[+=>]\s|=")
_PER_LITRE = frozenset({"L ", "L-", "L("})
_AMOUNT = re.compile(r"(?:g|mol|M|U|units)/$")
_UNIT = 6
_CYCLIC = ("cyclic ", "cyclic-")
_NUCLEOTIDE = re.compile(r"(?:guanosine|adenosine|cytidine|uridine|inosine)\b|[GACUI][MDT]P\b", re.I)
# Names of classes are plurals, but for these: no salt of theirs is in an organic molecule.
_CLASS = re.compile(r"[^suiSUI]s$")
_IONS = frozenset({"bromides", "iodides", "chlorides", "fluorides", "borates", "phosphates", "silicates"})
_SALTS = (" bromide", " chloride", " iodide", " fluoride", " hydroxide")
_POLYMERS = ("poly", "chitosan", "dextran", "povidone", "hyaluron", "alginate")
_CLOSING = (")", "]")
_GAP = (" ", "-", "‐", "‑", "–")
_REACH = 60


def longer_names(text: str, start: int, end: int) -> Iterator[tuple[int, int, str]]:
    """Yield the longer spans around a substance, and the names that these would be in one word."""
    near = text[max(0, start - _REACH) : start]
    if text[end : end + 1] in _CLOSING and "oly" in near and (poly := _POLY.search(near)):
        begin, inside = start - len(near) + poly.start(), poly[1] + text[start:end]
        yield begin, end + 1, f"poly{inside}"
        if hand := _HAND.match(inside):
            yield begin, end + 1, f"poly{inside[hand.end() :]}"
    elif _ends_in_radical(near) and (found := _BEFORE.search(near)):
        begin = start - len(near) + found.start()
        name = _GAPS.sub("", found[0][:-1]) + text[start:end]
        if place := _PLACE.search(near, 0, found.start()):
            yield start - len(near) + place.start(), end, place[0] + name
        yield begin, end, name
        if name.endswith(_SALTS):
            yield begin, end, name[: name.rfind(" ")]
        elif found[0][:4].lower() == "poly" and (hand := _HAND.match(text, start, end)):
            yield begin, end, f"poly{text[hand.end() : end]}"
    if found := _PHOSPHATE.match(text, end):
        yield start, found.end(), f"{text[start:end]} {found[1]}"


def is_part(text: str, start: int, end: int, concept: str) -> bool:
    """Return whether a substance, its concept of that name, is but a part of a molecule that a text names."""
    if _is_of_formula(text, start, end) or (text[start].isupper() and _is_of_atoms(text, start, end)):
        return True
    if (
        text[start - 1 : start] == " "
        and text[end - 3 : end].lower() == "her"
        and _is_ether(text, start, end)
    ):
        return True
    if _is_class(concept):
        return False
    polymer = concept.startswith(_POLYMERS)
    return _goes_on(text, end, polymer=polymer) or _began(text, start, polymer=polymer)


@functools.lru_cache(20_000)
def _is_class(concept: str) -> bool:
    return _CLASS.search(concept) is not None and concept not in _IONS


def _goes_on(text: str, end: int, *, polymer: bool) -> bool:
    """Return whether more of a name stands behind what ends there."""
    behind = text[end : end + 1]
    if behind in _GAP and _GOES_ON.match(text, end):
        return True
    return behind in ("-", ")", "]") and not polymer and _JOINED_BEHIND.match(text, end) is not None


def _began(text: str, start: int, *, polymer: bool) -> bool:
    """Return whether what begins there goes on with a name."""
    near = text[max(0, start - _REACH) : start]
    last = near[-1:]
    if last in _GAP:
        if _ends_in_radical(near) and _RADICAL_BEFORE.search(near):
            return True
        if last != " " and not polymer and _JOINED_BEFORE.search(near):
            return True
        if near.lower().endswith(_CYCLIC):
            return _NUCLEOTIDE.match(text, start) is not None
    if last in (")", "]", "-") and _BRACKET.search(near):
        return True
    return "oly" in near and not polymer and _IN_POLYMER.search(near) is not None


def is_cut(text: str, start: int, end: int) -> bool:
    """Return whether a span holds half a bracket, a sign or a unit: "S)-ketamine", "N = 556", "L glucose"."""
    half = _HALF.match(text, start, end)
    if half and not (half["square"] and text[start - 1 : start] == "["):
        return True
    if text[start - 1 : start] == "/" and text[start : start + 2] in _PER_LITRE:
        return _AMOUNT.search(text, max(0, start - _UNIT), start) is not None
    return _SIGNS.search(text, start, end) is not None and _WORD.search(text, start, end) is None


def is_joined(text: str, start: int) -> bool:
    """Return whether what begins at `start` ends the name of a copolymer: "…-graft-polyethylenimine"."""
    return _JOINED_BEFORE.search(text, max(0, start - _REACH), start) is not None


def _ends_in_radical(before: str) -> bool:
    """Return whether the word before may be a part of a name: a look costs less than a search."""
    if before[-1:] not in _GAP or before[-2:-1].lower() not in _LAST_LETTERS:
        return False
    return before[:-1].lower().endswith(_LAST)


def _is_ether(text: str, start: int, end: int) -> bool:
    """Return whether the word before an ether is the alcohol that it is of."""
    return _ETHER.fullmatch(text, start, end) is not None and (
        _ALCOHOL.search(text, max(0, start - _REACH), start) is not None
    )


def _is_of_atoms(text: str, start: int, end: int) -> bool:
    """Return whether a formula is but a part of a longer one: "CO2Me", "Na" of "Na2SO4", "Pb2(bpp)"."""
    if end - start > _LONGEST_FORMULA:
        return False
    surface, behind = text[start:end], text[end : end + 1]
    if surface in _GROUPS and _ENDS_GROUP.match(text, end):
        return True
    if behind.isdigit() and _ATOM.fullmatch(surface):
        return _AND_MORE.match(text, end) is not None
    if _METAL_ATOMS.fullmatch(surface):
        return behind in ("(", " ") and _LIGANDS.match(text, end) is not None
    if surface == "CO" and behind == ")":
        return _CARBONYL.search(text, max(0, start - _LONGEST_FORMULA), start) is not None
    spaced = " " in surface and _ATOMS.fullmatch(surface) is not None
    return spaced and _ATOMS_BEFORE.search(text, max(0, start - _LONGEST_FORMULA), start) is not None


def _is_of_formula(text: str, start: int, end: int) -> bool:
    behind = text[end : end + 2].lstrip()[:1]
    if behind not in (")", "]", "}") or text[start - 1 : start] not in ("(", "[", "{"):
        return False
    spaced = text.find(" ", start, end) >= 0  # "(5-FU) 50 mg" is an amount, "[N 2 O] 6" is not
    times = _SPACED_TIMES if spaced else _TIMES
    return not _WORD.search(text, start, end) and times.match(text, end) is not None
