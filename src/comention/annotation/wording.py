"""Other wordings of what a span says, under which the lexicon may hold it.

Curated vocabularies name things by nouns and in one way; abstracts write "neutropenic", "inflammation of
the bladder", "tri-iodo-thyronine", "acetylsalicylate" and "cardiac complications". None of these wordings is
a name by itself: each is only asked for where the recogniser has marked a whole span that is no name.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator
from itertools import pairwise

# What an adjective of a disease ends in, and its noun: neutropenic, thrombotic, nephritic, dyskinetic,
# diabetic, cataleptic, hypertensive, lymphomatous, dystrophic.
_NOUNS = (
    ("otic", "osis"),
    ("itic", "itis"),
    ("etic", "esia"),
    ("etic", "etes"),
    ("eptic", "epsy"),
    ("ic", "ia"),
    ("ic", "y"),
    ("ive", "ion"),
    ("omatous", "oma"),
)
_ADJECTIVES = tuple(ending for ending, _ in _NOUNS)
_SHORTEST = 6

# Words for one thing, of which vocabularies take one; what follows each is asked for in turn.
_SAME_END = (
    (
        re.compile(r"(?i)(?:cancer|tumou?r|neoplasm|malignan(?:cy|cie)|neoplasia)s?"),
        ("neoplasms", "cancer", "malignancies"),
    ),
    (re.compile(r"(?i)carcinomas?"), ("cancer", "neoplasms")),
    (re.compile(r"(?i)(?:bleeds?|bleedings?|ha?emorrhages?)"), ("hemorrhage", "bleeding")),
    (re.compile(r"(?i)damages?"), ("injury",)),
    (re.compile(r"(?i)(?:emboli|embolus|embolisms?)"), ("embolism",)),
    (re.compile(r"(?i)(?:stenos[ei]s|narrowing)"), ("stenosis", "obstruction")),
)
_SAME_START = {
    "cerebral": ("brain", "intracranial"),
    "brain": ("cerebral", "intracranial"),
    "pulmonary": ("lung",),
    "lung": ("pulmonary",),
    "renal": ("kidney",),
    "kidney": ("renal",),
    "hepatic": ("liver",),
    "liver": ("hepatic",),
    "cardiac": ("heart", "myocardial"),
    "heart": ("cardiac",),
    "myocardial": ("cardiac",),
    "gastric": ("stomach",),
    "gi": ("gastrointestinal",),
    "ocular": ("eye",),
    "cutaneous": ("skin",),
    "dermal": ("skin",),
    "haematological": ("hematologic",),
    "hematological": ("hematologic",),
}
# Nouns and adjectives of other parts of the body, of which vocabularies take either.
_NOUN_ADJECTIVE = (
    "abdomen abdominal, appendix appendiceal, artery arterial, bladder vesical, bronchus bronchial, cervix "
    "cervical, "
    "colon colonic, conjunctiva conjunctival, cornea corneal, endometrium endometrial, esophagus esophageal, "
    "oesophagus esophageal, eyelid palpebral, gingiva gingival, ileum ileal, intestine intestinal, bowel "
    "intestinal, "
    "jejunum jejunal, joint articular, larynx laryngeal, mandible mandibular, maxilla maxillary, meninges "
    "meningeal, "
    "mouth oral, muscle muscular, nose nasal, orbit orbital, ovary ovarian, pancreas pancreatic, penis "
    "penile, "
    "peritoneum peritoneal, pharynx pharyngeal, pituitary hypophyseal, pleura pleural, prostate prostatic, "
    "rectum rectal, retina retinal, scrotum scrotal, spine spinal, spleen splenic, stomach gastric, testis "
    "testicular, "
    "testicle testicular, thymus thymic, tongue lingual, trachea tracheal, urethra urethral, ureter "
    "ureteral, "
    "uterus uterine, vagina vaginal, vein venous, vulva vulvar"
)
for _noun, _adjective in (pair.split() for pair in _NOUN_ADJECTIVE.split(", ")):
    _SAME_START[_noun] = (*_SAME_START.get(_noun, ()), _adjective)
    _SAME_START[_adjective] = (*_SAME_START.get(_adjective, ()), _noun)

_OF = re.compile(r"(?P<what>[\w' -]+?) of (?:the )?(?P<where>[\w' -]+)", re.I)

# An infection by a species, whose genus has a name: "Plasmodium berghei infection", "infected with" it.
_SPECIES = re.compile(
    r"(?:chronic |acute )?(?P<genus>[A-Z][A-Za-z-]{2,}) [\w.-]+(?: [\w.-]+)? infections?"
    r"|infections? (?:with|by|due to|of) (?P<genus2>[A-Z][a-z]{3,})(?: [a-z]+)?"
)

# Words that say of a part of the body only that something is wrong with it.
_HARM = (
    r"(?:toxicit(?:y|ies)|damages?|injur(?:y|ies)|lesions?|complications?|dysfunctions?|abnormalit(?:y|ies)"
    r"|deficits?|impairments?|symptoms?|involvement|defects?|disturbances?|deterioration|disorders?|diseases?"
    r"|problems?|manifestations?|failure)"
)
_PART = r"(?P<part>.+?)(?: functions?)?"
_HARMED = (
    re.compile(rf"{_PART} (?P<harm>{_HARM})", re.I),
    re.compile(rf"(?P<harm>{_HARM}) (?:of|to|in) (?:the )?{_PART}", re.I),
    re.compile(rf"(?:impaired|disturbed|abnormal|altered|disordered|deteriorat(?:ed|ing)) {_PART}", re.I),
)
_ONLY_HARM = re.compile(_HARM, re.I)
_LIST = re.compile(r"\s*,\s*(?:(?:and|or)\s+)?|\s+(?:and/or|and|or)\s+|\s*/\s*")
# Toxicity to these has a name of its own.
_TOXICITY = {
    **dict.fromkeys(("renal", "kidney"), "nephrotoxicity"),
    **dict.fromkeys(("hepatic", "liver"), "hepatotoxicity"),
    **dict.fromkeys(("cardiac", "heart", "myocardial"), "cardiotoxicity"),
    **dict.fromkeys(("neurologic", "neurological", "nervous system"), "neurotoxicity"),
}
# Harms of another part than the one whose disease is called so: the neck's, not the womb's.
_OF_ANOTHER = frozenset(
    {("cervical", "injury"), ("cervical", "injuries")}
    # what a cell of a tumour or of a culture has, and no inborn disease; what an animal does, and no illness
    | {
        (part, harm)
        for part in ("genetic", "chromosome", "chromosomal", "chromatid", "chromatin")
        for harm in ("lesion", "lesions", "damage", "damages", "injury", "injuries")
    }
    | {
        (part, harm)
        for part in ("behavioral", "behavioural", "behavior", "behaviour")
        for harm in (
            "deficit",
            "deficits",
            "impairment",
            "impairments",
            "dysfunction",
            "dysfunctions",
            "defects",
        )
    }
)
# What stands before a harm and is no part of the body, though some disease is called so.
_NO_PARTS = frozenset(
    "systemic local general primary secondary hemorrhagic haemorrhagic ischemic ischaemic infectious "
    "traumatic necrotic cystic degenerative atrophic erosive ulcerative malignant benign precancerous "
    "mitochondrial movement deficiency deficit excess little still best good long young hand down".split()
)
_MOST_WORDS = 8

_PIECE = re.compile(r"[^\W_]+")
_MOST_PIECES = 8
# The hand of a molecule, an isotope in it, or the metal of its salt, before the name that it has without.
_BEFORE = re.compile(
    r"(?:\((?:[+±]|\+/-|[-−–]|[RSEZ])\)|[RSEZDLdl]|DL|dl|cis|trans|rac"
    r"|[\[(]\d{1,3}[A-Z][a-z]?[\])])[-\s]?(?=[A-Za-z]{4})"
    r"|(?:di|tri)?(?:sodium|potassium|calcium|magnesium|lithium) (?=\S{5})"
)
_CHARGE = re.compile(r"\s?(?:\(\d?[+-]\)|\(\d?\+\+\)|\d?\+{1,2}(?![\d/])|\d?[⁺])")
_ELEMENTS = {
    "Na": "sodium",
    "K": "potassium",
    "Ca": "calcium",
    "Mg": "magnesium",
    "Li": "lithium",
    "Zn": "zinc",
    "Fe": "iron",
    "Cu": "copper",
    "Mn": "manganese",
    "Cd": "cadmium",
}
# Those of which a symbol alone is more often something else.
_CHARGED = _ELEMENTS | {
    "Co": "cobalt",
    "Ni": "nickel",
    "Cr": "chromium",
    "Hg": "mercury",
    "Al": "aluminum",
    "Ag": "silver",
    "Ba": "barium",
    "Sr": "strontium",
    "Gd": "gadolinium",
    "La": "lanthanum",
    "Ce": "cerium",
    "Eu": "europium",
    "Tb": "terbium",
    "Yb": "ytterbium",
    "Tm": "thulium",
    "Er": "erbium",
    "Nd": "neodymium",
    "Sm": "samarium",
    "Tl": "thallium",
    "Pd": "palladium",
}
# A symbol with its charge, or with the number of it, behind which the sign stands: "Gd3+", "Co2".
_ION = re.compile(r"([A-Z][a-z])(?: ?\(?[1-6]? ?[+⁺]{1,2}\)?|([2-6]))")
_SIGNS = frozenset("+⁺")


def element(text: str, start: int, end: int, *, seen: bool = False) -> str | None:
    """Return what a symbol stands for that a charge behind it tells, or where a substance is `seen`.

    "Ca" of "Ca(2+)"; None where it is no such symbol. One letter needs a charge.
    """
    if (ion := _ION.fullmatch(text, start, end)) and (not ion[2] or text[end : end + 1] in _SIGNS):
        return _CHARGED.get(ion[1])
    symbol = text[start:end]
    name = _ELEMENTS.get(symbol)
    seen = seen and end - start > 1
    if name and seen:
        return name
    name = _CHARGED.get(symbol)
    return name if name and _CHARGE.match(text, end) else None


def other_names(name: str, label: str) -> Iterator[str]:
    """Yield other spellings of a whole name, of a disease or a chemical, the likeliest first."""
    if label == "disease":
        yield from _nouns(name)
        if "-" in name:
            yield name.replace("-", "")
        if " of " in name.lower() and (found := _OF.fullmatch(name)):
            yield f"{found['where']} {found['what']}"
        yield from _in_other_words(name)
        if "infection" in name and (found := _SPECIES.fullmatch(name)):
            yield f"{found['genus'] or found['genus2']} infection"
    else:
        yield from _joined(name)
        if name.endswith("ate") and len(name) > _SHORTEST:
            yield f"{name[:-3]}ic acid"
        if (found := _BEFORE.match(name)) and found.end() < len(name):
            yield name[found.end() :]


def _nouns(name: str) -> Iterator[str]:
    """Yield the nouns of an adjective: "neutropenic"."""
    lower = name.lower()
    if len(name) >= _SHORTEST and lower.endswith(_ADJECTIVES):
        for ending, noun in _NOUNS:
            if lower.endswith(ending):
                yield name[: -len(ending)] + noun


def _in_other_words(name: str) -> Iterator[str]:
    """Yield a name of two words or more with its first or last one, or both, as vocabularies have it."""
    first, space, rest = name.partition(" ")
    if not space:
        return
    firsts = [first, *_SAME_START.get(first.lower(), ())]
    before, _, last = rest.rpartition(" ")
    lasts = [last, *_same_end(last)]
    for start in firsts:
        for end in lasts:
            if (start, end) != (first, last):
                yield " ".join(filter(None, (start, before, end)))


@functools.lru_cache(20_000)
def _same_end(word: str) -> tuple[str, ...]:
    """Return the words that vocabularies may have in place of the last one of a name."""
    return tuple(other for pattern, words in _SAME_END if pattern.fullmatch(word) for other in words)


def _joined(name: str) -> Iterator[str]:
    """Yield a name with two of its words as one, then with all: "tri-iodo-thyronine"."""
    pieces = list(_PIECE.finditer(name))
    if not 2 <= len(pieces) <= _MOST_PIECES:
        return
    for left, right in pairwise(pieces):
        if left[0].isalpha() and right[0].isalpha() and right.start() == left.end() + 1:
            yield name[: left.end()] + name[right.start() :]
    if ", " not in name and all(piece[0].isalpha() for piece in pieces):
        yield "".join(piece[0] for piece in pieces)


def diseases_of_parts(name: str) -> list[list[str]]:
    """Return for each part of the body that a name calls harmed the names that its disease may have.

    "renal or hepatic toxicity" gives two lists, the likeliest names first; what is no such name, none.
    """
    if name.count(" ") >= _MOST_WORDS:
        return []
    for pattern in _HARMED:
        if found := pattern.fullmatch(name):
            harm = found.groupdict().get("harm") or ""
            parts = [part.strip() for part in _LIST.split(found["part"]) if part.strip()]
            of_parts = [part for part in parts if (part.lower(), harm.lower()) not in _OF_ANOTHER]
            return [list(_names_of_harm(part, harm)) for part in of_parts]
    return []


def _names_of_harm(part: str, harm: str) -> Iterator[str]:
    words = part.split()
    for first in range(len(words)):
        rest = " ".join(words[first:])
        if rest.lower() in _NO_PARTS or (rest.lower(), harm.lower()) in _OF_ANOTHER:
            return
        if harm.lower().startswith("toxic") and (known := _TOXICITY.get(rest.lower())):
            yield known
        yield f"{rest} disease"
        yield f"{rest} disorder"


def is_only_harm(name: str) -> bool:
    """Return whether a name says that something is wrong and not with what: "toxicity", "lesions"."""
    return _ONLY_HARM.fullmatch(name) is not None
