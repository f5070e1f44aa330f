"""Names as PubMed reads them: a phrase without what its index does not hold, and a query of phrases.

PubMed folds accents, takes hyphens, slashes and apostrophes for spaces, and spells Greek letters out (PubMed
Help, "Phrase searching"); a quotation mark would end the phrase.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

#: A query of more characters is too long for people to check, and for an address.
MOST_CHARACTERS = 4000

# The last word of what Unicode calls a Greek letter is its name: GREEK SMALL LETTER ALPHA.
_GREEK = re.compile("[\u0370-\u03ff\u00b5]")
_WORD = re.compile(r"[a-z0-9]+")
_UNSAFE = re.compile(r'["\[\]*~]')

# Words of PubMed's list of stop words that stand in names, and those that only the titles of records have.
_FUNCTION = frozenset(
    "a all an and another are as at be both by do each either for from in into is it made may more most no "
    "not of on or other others our over per some such than that the their then these this through to under "
    "up upon very via was what when which with within without versus vs form unspecified due".split()
)
_WORDS_AT_MOST = 4
_LEAST_CHARACTERS = 3


def phrase_of(name: str) -> str | None:
    """Return a name as a phrase of ASCII characters, None where it cannot be one.

    >>> phrase_of("interferon-γ"), phrase_of("Behçet's disease"), phrase_of("CCL12 (mouse)")
    ('interferon-gamma', "Behcet's disease", 'CCL12')
    """
    text = re.sub(r"\s*\((?:mouse|rat|human|disease|disorder)\)$", "", name.replace("’", "'"))
    text = _GREEK.sub(lambda m: unicodedata.name(m[0]).rpartition(" ")[2].lower(), text)
    text = text.replace("ß", "ss").replace("ø", "o").replace("Ø", "O").replace("ł", "l")
    text = "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))
    text = " ".join(text.split())
    return text if text.isascii() and _WORD.search(text.lower()) and not _UNSAFE.search(text) else None


def words_of(phrase: str) -> tuple[str, ...]:
    """Return the words that PubMed makes of a phrase."""
    return tuple(_WORD.findall(phrase.lower()))


# British and American spellings, which PubMed tells apart in titles and abstracts.
_SPELLINGS = tuple(
    tuple(pair.split("/"))
    for pair in (
        "coeliac/celiac anaemi/anemi aemia/emia haem/hem oedema/edema oesophag/esophag oestr/estr "
        "diarrhoea/diarrhea paed/ped caecum/cecum faec/fec foet/fet tumour/tumor colour/color "
        "behaviour/behavior fibre/fiber "
        "ischaem/ischem sulph/sulf gynaec/gynec orthopaed/orthoped"
    ).split()
)


def other_spelling(phrase: str) -> str | None:
    """Return a phrase in British spelling where it is American, or the other way; None where both are one."""
    for british, american in _SPELLINGS:
        for one, other in ((british, american), (american, british)):
            # "hem" is in "hemi" and "ped" in "pedicle" too: American stems begin a word, or end one.
            found = re.search(rf"\b{one}|{one}\b" if one == american else one, phrase, re.IGNORECASE)
            if found and not re.match("hemi", phrase[found.start() :], re.IGNORECASE):
                made = other.capitalize() if found[0][0].isupper() else other
                return phrase[: found.start()] + made + phrase[found.end() :]
    return None


def refusal(phrase: str, *, long: bool = False) -> str | None:
    """Return why a phrase had better not be searched for; None where nothing speaks against it.

    `long`: it is known to be written so, however long it is.
    """
    words = words_of(phrase)
    if len("".join(words)) < _LEAST_CHARACTERS:
        return "too short"
    if re.search(r"[,;:()]", phrase):
        return "not written so in texts"
    if _FUNCTION.issuperset(words):
        return "words that PubMed does not search for"
    if not long and len(words) > _WORDS_AT_MOST:
        return "long, and seldom written so"
    if not _FUNCTION.isdisjoint(words[:-1]):
        return "long, and seldom written so"
    return None


def contains(phrase: Sequence[str], part: Sequence[str]) -> bool:
    """Return whether the words of a phrase have those of another in them, one after the other."""
    return any(tuple(phrase[i : i + len(part)]) == tuple(part) for i in range(len(phrase) - len(part) + 1))
