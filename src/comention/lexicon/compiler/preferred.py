"""Preferred names as a sentence has them: in natural order, and lower case but for proper names.

MeSH writes its headings in title case, a supplementary record begins with a capital or not, FDA's list has
capitals alone. How a word is written inside a sentence is told by Mondo's and DOID's terms ("Crohn
disease", "atopic eczema") and by the words of supplementary records behind the first: a word keeps its
capital where they write it so more often than small, much more often where it ends as medical terms do. A
word that none of them has is a proper name before "disease" or "syndrome" and where it has an apostrophe,
else a common noun.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator

from comention.lexicon.compiler.inversion import turned

#: A word of letters with what follows an apostrophe; hyphens and slashes part words.
_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*")
# Names of several people, of whom one may be called as a thing is: "Charcot-Marie-Tooth".
_CHAIN = re.compile(r"[^\W\d_a-z][a-zà-öø-ÿ]+(?:-[^\W\d_a-z][a-zà-öø-ÿ]+)+")
_PIECE = re.compile(r"\S+")
# A capital, then small letters: everything else ("IgA", "DNA", "B", "McArdle") says what it is.
_TITLE = re.compile(r"[^\W\d_a-z][a-zà-öø-ÿ]*(?:['’]s?)?(?:['’][a-z]+)*")
_ROMAN = re.compile(r"(?=[ivx])(?:x{0,2})(?:ix|iv|v?i{0,3})", re.IGNORECASE)
_EPONYM_BEFORE = frozenset({"disease", "syndrome", "sign", "phenomenon", "triad", "anomaly", "tetralogy"})
# Small words of which titles make capitals, whatever a source counts.
_SMALL = frozenset("a an and as at by due for from in into of on or the to type with without".split())
# Amino acids and protecting groups inside a systematic name: "Tyr-D-Ala".
_SYMBOL_LETTERS = 3


# Behind the last comma of a heading: what stays behind the name ("Usher syndrome, type 1E"), and what shows
# that the commas are those of a list ("torticollis, contractures, and hyperthermia").
_COUNTED = "(?:subtype|type|variant|form|stage|grade|group|class)"
_BEHIND = re.compile(rf"(?:{_COUNTED} .+|\d+[A-Za-z]?|[IVX]+[A-Z]?)", re.IGNORECASE)
_NUMBERED = re.compile(rf"(\D*?[a-z]{{4,}}) ((?:{_COUNTED} )?\d+[A-Za-z]?)", re.IGNORECASE)
_LISTED = re.compile(r"(?:and|or|with|without|of|due|in|plus|by|from|to|including) ", re.IGNORECASE)
# Drugs in one product, as MeSH has them; of some it tells the shares, too.
_COMBINED = re.compile(r"(.+?),? drug combinations?", re.IGNORECASE)
# How common nouns of medicine end, whatever a source writes.
_TERM = re.compile(
    r"(?:itis|itides|oses|osis|omas?|emias?|path(?:y|ies)|ics?|al|ular|ous|ing|ism|ase|ines?|ides?|ates?|tions?|"
    r"plasms?|(?:at|it|tt|iz|is|uc|ifi)ed)$"
)
_MUCH = 3


def readable(name: str) -> str:
    """Return a name of MeSH in natural order, in MeSH's case; lists stay as they are.

    >>> readable("Lupus Erythematosus, Systemic"), readable("Ceroid lipofuscinosis, neuronal, 5")
    ('Systemic Lupus Erythematosus', 'neuronal Ceroid lipofuscinosis 5')
    >>> readable("Neoplasms, Germ Cell and Embryonal"), readable("Usher syndrome, type 1E")
    ('Germ Cell and Embryonal Neoplasms', 'Usher syndrome type 1E')
    >>> readable("Piperacillin, Tazobactam Drug Combination")
    'Piperacillin/Tazobactam'
    """
    combined = _COMBINED.fullmatch(name)
    parts = (combined[1] if combined else name).split(", ")
    if combined and not any(map(_LISTED.match, parts)):
        return "/".join(parts)
    if len(parts) == 1 or "drug combination" in name.lower() or any(map(_LISTED.match, parts[1:])):
        return name
    behind = f" {parts.pop()}" if _BEHIND.fullmatch(parts[-1]) else ""
    if found := _NUMBERED.fullmatch(parts[-1]):
        parts[-1], behind = found[1], f" {found[2]}{behind}"
    if len(parts) == 2 and " and " in parts[1] and " and " not in parts[0]:
        return f"{parts[1]} {parts[0]}{behind}"
    return f"{turned(', '.join(parts)) or ', '.join(parts)}{behind}"


class Preferred:
    """How words are written inside a sentence."""

    def __init__(self, terms: Iterable[str], records: Iterable[str]) -> None:
        """Count the words of ontology terms, all of them, and of supplementary records behind the first."""
        self._capital: Counter[str] = Counter()
        self._small: Counter[str] = Counter()
        for term in terms:
            words = list(_words(term))
            # One word alone may have its capital because it comes first.
            if not _is_title(term) and not (len(words) == 1 and words[0].istitle()):
                self._count(words)
        for record in records:
            first, *others = list(_words(record)) or [""]
            self._count(others if not _is_title(record) else ())
            if first.islower():
                self._small[first] += 1

    def _count(self, words: Iterable[str]) -> None:
        for word in words:
            if word.islower():
                self._small[word] += 1
            elif "-" in word or (_TITLE.fullmatch(word) and len(word) > 1):
                self._capital[word.lower()] += 1

    def name(self, name: str, *, is_disease: bool) -> str:
        """Return a name in the case that it has inside a sentence.

        A name without a capital, or with a code for a name ("PF-06700841"), stays as it is.
        """
        pieces = list(_PIECE.finditer(name))
        out, end = [], 0
        for i, piece in enumerate(pieces):
            following = pieces[i + 1][0].lower() if i + 1 < len(pieces) else ""
            out += [name[end : piece.start()], *self._piece(piece[0], following, is_disease=is_disease)]
            end = piece.end()
        return "".join(out)

    def _piece(self, piece: str, following: str, *, is_disease: bool) -> Iterator[str]:
        """Yield the parts of what stands between two spaces."""
        if not is_disease and _is_symbolic(piece):
            yield piece
            return
        chain = _CHAIN.search(piece)
        if chain is not None and self._is_of_people(chain[0].lower()):
            yield piece
            return
        end = 0
        for found in _WORD.finditer(piece):
            yield piece[end : found.start()]
            last = found.end() == len(piece)
            yield self._word(found[0], following if last else "", is_disease=is_disease)
            end = found.end()
        yield piece[end:]

    def _is_of_people(self, chain: str) -> bool:
        """Return whether sources write a chain of words with capitals, and not all its words small by far."""
        capital = self._capital[chain]
        return bool(capital) and any(self._small[word] <= _MUCH * capital for word in chain.split("-"))

    def _counts(self, word: str) -> tuple[int, int]:
        """Return how often sources write a word, in its singular too, with a capital, and small."""
        bare = re.sub(r"['’]s?$", "", word)
        forms = {word, bare, bare.removesuffix("s"), re.sub("ies$", "y", bare)}
        return sum(self._capital[form] for form in forms), sum(self._small[form] for form in forms)

    def _word(self, word: str, following: str, *, is_disease: bool) -> str:
        if len(word) < 2 or not _TITLE.fullmatch(word):
            return word
        small = word.lower()
        if small in _SMALL:
            return small
        if _ROMAN.fullmatch(small):
            return word.upper() if len(small) > 1 else word
        bare = re.sub(r"['’]s?$", "", small)
        capital, lower = self._counts(small)
        if bare == small and _TERM.search(small):
            lower = max(_MUCH, lower * _MUCH)
        if capital or lower:
            return word if capital > lower else small
        after = following.strip(",()")
        named, common = self._counts(after)
        is_proper = bare != small or (is_disease and (after in _EPONYM_BEFORE or named > common))
        return word if is_proper else small


def _words(text: str) -> Iterator[str]:
    """Yield the words of a text, names of several people as one."""
    end = 0
    for chain in _CHAIN.finditer(text):
        yield from _WORD.findall(text[end : chain.start()])
        yield chain[0]
        end = chain.end()
    yield from _WORD.findall(text[end:])


def _is_title(text: str) -> bool:
    """Return whether all long words of a text of several begin with a capital, so that these say nothing."""
    long = [word for word in _WORD.findall(text) if len(word) > _SYMBOL_LETTERS]
    return len(long) > 1 and not any(word[0].islower() for word in long)


def _is_symbolic(piece: str) -> bool:
    """Return whether a part of a substance's name is made of symbols: "Tyr-D-Ala-Gly", "Ca(2+)"."""
    words = _WORD.findall(piece)
    short = [word for word in words if len(word) <= _SYMBOL_LETTERS]
    return len(words) > 1 and len(short) == len(words) and any(word[:1].isupper() for word in words)
