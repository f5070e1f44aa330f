"""Folding: one spelling for the many ways in which a name is written.

A text becomes a sequence of tokens. A token is a run of Latin letters, a run of digits, one Greek
letter, or one letter of another script; hyphens, spaces, slashes and brackets only separate. A comma or
full stop before white space is a token of its own ("|"), so that no name reaches over it; the full stop of
"St. Louis" is none. Each token keeps its span in the *original* text, so that no offset is ever mapped back.
Each token folds on its own (case, accents, Greek letters by name, British spelling, plural, "saint" as "st"),
which makes folding a table look-up.
Two names are the same name when their folded tokens, joined by single spaces, are equal:

>>> fold_name("IFN-γ") == fold_name("ifn gamma") == fold_name("IFNγ")
True
>>> fold_name("Crohn's disease"), fold_name("Tumours"), fold_name("IL12p70")
('crohn disease', 'tumor', 'il 12 p 70')
"""

from __future__ import annotations

import functools
import re
import unicodedata

import numpy as np
from numpy.typing import NDArray

from comention.lexicon.characters import Characters, Ints, Table, runs

# Letters that NFKD does not take apart.
_LETTERS = str.maketrans({"ß": "ss", "æ": "ae", "œ": "oe", "ø": "o", "đ": "d", "ł": "l", "ı": "i", "µ": "μ"})

_GREEK = dict(
    zip(
        "αβγδεζηθικλμνξοπρστυφχψω",
        "alpha beta gamma delta epsilon zeta eta theta iota kappa lambda mu nu xi omicron pi rho sigma tau "
        "upsilon phi chi psi omega".split(),
        strict=True,
    )
)
_GREEK.update({"ς": "sigma", "ϵ": "epsilon", "ϑ": "theta", "ϕ": "phi", "ϱ": "rho", "ϰ": "kappa"})

#: What stands between two tokens that no name spans: a punctuation mark before white space.
BARRIER = "|"

# with accents that stand apart, as in "Sjo¨gren" and "Behc¸et"
_LATIN = (
    r"A-Za-zªº\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u024f\u1e00-\u1eff\ufb00-\ufb06\uff21-\uff3a\uff41-\uff5a"
    r"\u0300-\u036f\u00a8\u00b8"
)
_GREEK_LETTER = r"\u0370-\u03ff\u1f00-\u1fff\u00b5\U0001d6a8-\U0001d7cb"
_DIGIT = r"0-9\uff10-\uff19"
_STOPS, _APOSTROPHES = ",;:.!?", "'’‘ʼ`´′ʹ‛᾽＇\"”“\x91\x92"
# The full stop of "St. Louis" ends nothing; "Saint", "St." and "St" are one word.
_SAINT = r"(?<!(?<![^\W_])St)"

# One token each: Latin letters with their combining accents, digits, a barrier, a possessive (dropped), one
# Greek letter, or one letter of another script. Mathematical alphabets (𝛾) are single letters too. No two
# alternatives begin alike; the most frequent stand first.
TOKEN = re.compile(
    rf"[{_LATIN}]+|[{_DIGIT}]+|(?:[,;:!?]|{_SAINT}\.)(?=\s)|(?<=\w)[{_APOSTROPHES}]s\b|[{_GREEK_LETTER}]|[^\W_]"
)

# The same for many texts at once: what a character is, of which tokens are made, and what it says of others.
_LETTERS_RUN, _DIGITS_RUN, _SINGLE, _STOP, _END = 1, 2, 3, 4, 5
_KIND, _IS_WORD, _IS_SPACE, _IS_STOP, _IS_APOSTROPHE = 7, 8, 16, 32, 64

# "Leucocyte", "leucaemia", "leucapheresis": no "leucine", since Leukine is a drug.
_LEUKO = re.compile(r"leuc(?=o|a?em|ap)")
_TUMOUR = re.compile(r"(tum|col|od|behavi|lab|harb|fav|hum|vap|rig)our")
# An acronym that ends in S: of letters without a vowel, or with small letters within it.
_ACRONYM = re.compile(r"[B-DF-HJ-NP-TV-XZ]{4,5}S|(?=.*[a-z])[A-Z][A-Za-z]{0,3}[A-Z]S")
_NOT_PLURAL = ("ss", "us", "is")


# Annotators ask for each new word more than once.
@functools.lru_cache(50_000)
def fold_token(token: str) -> str:
    """Return the folded form of one token, "" for a possessive, "|" for a barrier.

    Case and accents go, a Greek letter becomes its name, `ae`/`oe` become `e`, `-our` becomes
    `-or`, `sulph` `sulf`, `leuco` `leuko`, and a plural of five letters or more loses its ending; the S of an
    acronym ("AcPAS", "MSMDS") is none. "Saint" is "st".
    """
    if token.isdigit() and token.isascii():
        return token
    if not token[0].isalnum() and not unicodedata.combining(token[0]):
        return BARRIER if token in ",;:.!?" else ""
    if token.isascii():
        word = token.lower()
    else:
        decomposed = unicodedata.normalize("NFKD", token.casefold().translate(_LETTERS))
        plain = (c for c in decomposed if not (unicodedata.combining(c) or c.isspace()))  # "ﷺ" is four words
        word = "".join(plain).translate(_LETTERS).casefold()
        if word in _GREEK:
            return _GREEK[word]
    if len(word) < 5 or word == "saint":
        return word if word != "saint" else "st"
    if "leuc" in word:  # before "oe": "leucoencephalopathy"
        word = _LEUKO.sub("leuk", word)
    word = word.replace("ae", "e").replace("oe", "e").replace("sulph", "sulf")
    if "our" in word:
        word = _TUMOUR.sub(r"\1or", word)
    if word[-1] == "s" and not word.endswith(_NOT_PLURAL) and not _ACRONYM.fullmatch(token):
        return word[:-3] + "y" if word.endswith("ies") and len(word) > 5 else word[:-1]
    return word


def _number(character: str) -> int:
    """Return what a character is, and what it says of those beside it, in bits."""
    ways = (
        (_LETTERS_RUN, f"[{_LATIN}]"),
        (_DIGITS_RUN, f"[{_DIGIT}]"),
        (_SINGLE, rf"[{_GREEK_LETTER}]|[^\W_]"),
    )
    number = next((kind for kind, way in ways if re.match(way, character)), 0)
    says = (
        (_IS_WORD, r"\w"),
        (_IS_SPACE, r"\s"),
        (_IS_STOP, f"[{_STOPS}]"),
        (_IS_APOSTROPHE, f"[{_APOSTROPHES}]"),
    )
    return number + sum(bit for bit, way in says if re.match(way, character))


_NUMBERS = Table(_number)


def scan(characters: Characters) -> tuple[Ints, Ints]:
    """Return starts and ends of the tokens of many pieces of text, possessives left out.

    They are those of TOKEN in each piece, with one more behind each, its separator.
    """
    numbers = _NUMBERS[characters.points]
    kinds = (numbers & _KIND).astype(np.uint8)
    kinds[characters.separators] = _END
    # A separator is neither, so that nothing depends on what stands in the next piece, or in the one before.
    stops = (numbers[:-1] & _IS_STOP).astype(bool) & (numbers[1:] & _IS_SPACE).astype(bool)
    stops[_of_saints(characters.points, numbers, stops.nonzero()[0])] = False
    kinds[:-1][stops] = _STOP
    marks = (numbers & _IS_APOSTROPHE).nonzero()[0]
    marks = marks[(characters.points[marks + 1] == ord("s")) & (numbers[marks - 1] & _IS_WORD > 0)]
    marks = marks[numbers[marks + 2] & _IS_WORD == 0]
    kinds[marks] = kinds[marks + 1] = 0
    return runs(kinds, _SINGLE)


def _of_saints(points: NDArray[np.uint32], numbers: NDArray[np.uint16], stops: Ints) -> Ints:
    """Return the full stops among `stops` that stand behind the word "St"."""
    found = stops[points[stops] == ord(".")]
    found = found[(points[found - 1] == ord("t")) & (points[found - 2] == ord("S"))]
    words: Ints = found[(numbers[found - 3] & _KIND) == 0]
    return words


def tokens(text: str) -> list[tuple[str, int, int]]:
    """Return the folded tokens of a text with their spans: `(folded, start, end)`."""
    found = ((fold_token(m.group()), m.start(), m.end()) for m in TOKEN.finditer(text))
    return [token for token in found if token[0]]


@functools.lru_cache(100_000)
def fold_name(name: str) -> str:
    """Return a name's folded form: its folded tokens joined by single spaces ("" where none is left)."""
    words = name.replace("-", " ")
    if words.isascii() and words.replace(" ", "").isalpha():  # most names: each word is one token
        return " ".join(map(fold_token, words.split()))
    return " ".join(token for token, _, _ in tokens(name))
