"""Where the words around a name say that something else is meant: its opposite, a protein, a society.

"Non-communicable diseases" are the opposite of what the name inside says, "zinc finger" is no zinc, "National
Cancer Institute" no cancer, and "LIGHT MICROSCOPY" in a title of capitals no cytokine.
"""

from __future__ import annotations

import re

from comention.records import EntityType

_DASH = r"\-‐‑–−"  # within a class
_NON = re.compile(rf"(?<![\w])non(?:[{_DASH}]\s?|\s)$", re.I)
_REACH = 24

# Behind a substance: what makes it the name of a protein.
_ENZYME = re.compile(
    rf"[\s{_DASH}](?:(?!\w*(?:le|re|se|ch|ph|b|c|er|ur)ase)\w{{3,}}ases?"
    rf"|\w*(?:transfer|polymer|telomer|isomer|ester|nucle)ases?)(?!\w)"
)
_CARRIER = re.compile(
    rf"[\s{_DASH}](?:(?:co)?transporters?|receptors?|channels?|exchangers?|symporters?|antiporters?"
    rf"|pumps?)(?!\w)"
)
_BEHIND: dict[str, re.Pattern[str]] = {
    "shock": re.compile(rf"[\s{_DASH}]?(?:waves?|proteins?|absor\w+)\b", re.I),
    "stroke": re.compile(
        rf"[\s{_DASH}](?:volumes?|work|rates?|length|output|distance|ind(?:ex|ices)|counts?)\b", re.I
    ),
    "coma": re.compile(r"\s(?:scales?|scores?)\b", re.I),
    "gold": re.compile(rf"[\s{_DASH}](?:standards?|medal\w*|open access|stages?|grades?|criteria)\b", re.I),
    "hypoxia": re.compile(rf"[\s{_DASH}](?:inducible|responsive|response elements?)\b", re.I),
    "hypoxic": re.compile(rf"[\s{_DASH}](?:inducible)\b", re.I),
    "lead": re.compile(rf"[\s{_DASH}](?:time|authors?|compounds?|candidates?|investigators?|to|in)\b", re.I),
    "silver": re.compile(rf"[\s{_DASH}](?:standards?|lining|stain\w*)\b", re.I),
    "zinc": re.compile(rf"[\s{_DASH}](?:fingers?|ribbons?)\b", re.I),
    "depression": re.compile(r"\sof (?:the )?(?:ST|S-T|PR|conductivity|freezing)\b", re.I),
    "iron": re.compile(r"\slung\b", re.I),
}
_BEFORE: dict[str, re.Pattern[str]] = {
    "depression": re.compile(
        rf"(?:long[\s{_DASH}]term|synaptic|spreading|segment|\bST|inbreeding|point|paired[\s{_DASH}]pulse"
        rf"|post[\s{_DASH}]?tetanic)[\s{_DASH}]$",
        re.I,
    ),
    "shock": re.compile(rf"(?:heat|cold|osmotic|electric\w*|foot|culture|thermal)[\s{_DASH}]?$", re.I),
    "stroke": re.compile(rf"(?:brush|power|two|four|swim\w*|breast|piston)[\s{_DASH}]$", re.I),
    "coma": re.compile(r"\bGlasgow\s$", re.I),
}
# Behind a metal or a mineral: what makes it a material, not a substance that a body is given.
_MATERIAL = re.compile(
    rf"[\s{_DASH}](?:(?:ion|based|coated|doped|air|metal|polymer|sulfur|sulphur|oxide|phosphate|plated"
    rf"|sputtered"
    rf"|screen[\s{_DASH}]printed)[\s{_DASH}])?(?:batter(?:y|ies)|alloys?|electrodes?|anodes?|cathodes?"
    rf"|wires?|foils?|foams?"
    rf"|nano(?:particles?|rods?|wires?|clusters?|sheets?|tubes?|cages?|stars?|shells?|structures?"
    rf"|materials?|composites?)"
    r"|substrates?|surfaces?|plates?|implants?|catalysts?|cells? batter(?:y|ies)|thin films?|scaffolds?"
    r"|crowns?"
    r"|prosthe(?:sis|ses)|screws?|stents?|mesh(?:es)?|NPs?)(?!\w)",
    re.I,
)
_METALS = frozenset(
    "lithium magnesium silver gold platinum titanium copper zinc iron aluminum aluminium nickel cobalt "
    "palladium "
    "manganese calcium sodium potassium tin selenium cerium silicon carbon".split()
)
# Behind a disease in capitals: what makes it the name of a body.
_BODY = re.compile(
    r"(?:['’]s?)?\s(?:(?:and|&)\s[A-Z]\w+\s)?(?:Institutes?|Society|Societies|Foundation|Association|Cent(?:er|re)s?"
    r"|Federation"
    r"|Organi[sz]ation|Network|Alliance|Consortium|Initiative|Hospital|Council|Committee|League|Agency|Trust"
    r"|Research UK|Genome Atlas|Control and Prevention|Campaign|Academy|College)\b"
)
# Cytokines whose short names are words.
_ORDINARY = frozenset({"LIGHT", "APRIL", "TRAIL", "TWEAK", "FAS", "RANK", "MIG", "LARC", "MEC"})
_MONTH_OF = re.compile(r"\s(?:\d{1,2}(?:,|\s|$)|(?:19|20)\d\d\b)")
_IN_LIGHT_OF = re.compile(r"\bin (?:the )?LIGHT of\b", re.I)
_CAPITALS_BEFORE = re.compile(r"(?<![\w-])[A-Z]{3,}\s$")
_CAPITALS_BEHIND = re.compile(r"\s[A-Z]{3,}(?![\w-])")
# A gene of the other strand: IFNG-AS1.
_ANTISENSE = re.compile(rf"[{_DASH}](?:AS|OT|IT|DT)\d?\b")
_VIRAL = re.compile(rf"(?<![\w{_DASH}])(?:viral|virus[{_DASH}]encoded|EBV|cytomegalovirus|CMV)\s$", re.I)


def is_opposite(text: str, start: int) -> bool:
    """Return whether what stands before a name turns it round: "non-cancer"."""
    return _NON.search(text, max(0, start - _REACH), start) is not None


def is_protein(text: str, end: int) -> bool:
    """Return whether the words behind a substance make it the name of a protein: "tyrosine kinase"."""
    return _ENZYME.match(text, end) is not None or _CARRIER.match(text, end) is not None


def another_thing(text: str, start: int, end: int, entity_type: EntityType) -> str | None:
    """Return what the words around a name make of it where it is not what it says; else None."""
    if is_opposite(text, start):
        return "its opposite"
    surface = text[start:end]
    begin = max(0, start - _REACH)
    if entity_type == "cytokine":
        return _other_cytokine(text, begin, start, end)
    word = surface.lower()
    behind, before = _BEHIND.get(word), _BEFORE.get(word)
    if (behind and behind.match(text, end)) or (before and before.search(text, begin, start)):
        return "another expression"
    if word in _METALS and _MATERIAL.match(text, end):
        return "a material"
    if entity_type == "disease" and surface[0].isupper() and _BODY.match(text, end):
        return "the name of a body"
    return None


def _other_cytokine(text: str, begin: int, start: int, end: int) -> str | None:
    surface = text[start:end]
    if _ANTISENSE.match(text, end):
        return "the gene of the other strand"
    if _VIRAL.search(text, begin, start):
        return "the protein of a virus"
    if surface in _ORDINARY:
        if surface == "APRIL" and _MONTH_OF.match(text, end):
            return "a month"
        if surface == "LIGHT" and _IN_LIGHT_OF.search(text, begin, end + 3):
            return "an ordinary word"
        if _CAPITALS_BEFORE.search(text, begin, start) or _CAPITALS_BEHIND.match(text, end):
            return "a word in capitals"
    return None
