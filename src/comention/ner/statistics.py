"""What the names of the lexicon say of single words: how often a word is part of the name of a disease."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping

from comention.records import EntityType

_LETTERS: Mapping[EntityType, str] = {"disease": "D", "drug": "C", "chemical": "C", "cytokine": "Y"}
_BLOCKER = "B"
# A word of fewer names than these is told by a lower digit.
_SIZES = (2, 5, 25)


def word_statistics(names: Iterable[tuple[str, EntityType | None]]) -> dict[str, str]:
    """Return for each folded word what kinds of names it stands in, coarsely, in words for features.

    `names` are folded names with their type, None for a blocker. A part "aD4C0Y03" says that of the names
    with the word anywhere (`a`; `f`: first, `l`: last) more than 80 % are of diseases, under 20 % of
    substances and of cytokines, and that there are 5 to 24 of them.
    """
    counts: dict[str, defaultdict[str, Counter[str]]] = {part: defaultdict(Counter) for part in "afl"}
    for name, kind in sorted({(n, _LETTERS[k] if k else _BLOCKER) for n, k in names}):
        words = name.split(" ")
        for word in set(words):
            counts["a"][word][kind] += 1
        counts["l"][words[-1]][kind] += 1
        if len(words) > 1:
            counts["f"][words[0]][kind] += 1
    return {
        word: " ".join(f"{part}{_rendered(counts[part][word])}" for part in "afl" if word in counts[part])
        for word in sorted(counts["a"])
    }


def _rendered(counts: Counter[str]) -> str:
    total = counts.total()
    shares = "".join(f"{letter}{min(4, 5 * counts[letter] // total)}" for letter in "DCY")
    return f"{shares}{1 + sum(total >= size for size in _SIZES)}"
