"""Whether a name that gold has taught says as much as the concept that it was linked with.

Curators link by what a whole text is about: "permanent disability" is deafness in a text on deafness, and
"platelet aggregation" a disorder of platelets in one on bleeding. Elsewhere such a name means no such thing.
A name counts for a concept that it says in full, be it in words of its own stems ("neutropenic":
neutropenia; "sporadic breast cancer": breast neoplasms). What shares no word with the concept ("asterixis":
dyskinesias), or says a part of its name alone ("weakness": muscle weakness), counts where several uses
agree. It never counts where it says only that there is harm ("toxicity"), or names a part or a function of
the body and not that something is wrong with it ("psychiatric": no mental disorders).
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterable, Sequence
from itertools import takewhile

from comention.lexicon.folding import fold_name

# What says that something is wrong, in folded names.
_HARM = re.compile(
    r"abnormalit\w*|abnormal|alteration|anomal\w*|arrest|attack|blindness|block|damaged?|decline|defect\w*"
    r"|deficienc\w*|deficien\w*|deficit|deformit\w*|degenerati\w*|deteriorat\w*|difficult\w*|disabilit\w*"
    r"|disease"
    r"|disorder\w*|distress|disturb\w*|dysfunction\w*|failure|handicap\w*|illness|impair\w*|infection"
    r"|infectious"
    r"|infestation|injur\w*|insufficienc\w*|insult|intoxication|involvement|lesion|loss|malformation"
    r"|manifestation"
    r"|obstruct\w*|poisoning|problem|sequela\w*|sign|symptom\w*|syndrom\w*|toxic\w*|trauma|complication"
    r"|condition"
)
# Ends of words that are diseases by themselves.
_DISEASE = re.compile(
    r"\w{2,}(?:algia|asthenia|cele|centesis|cytosis|ectasia|ectasis|edema|emia|emic|esthesia|iasis|itis"
    r"|kinesia|lepsy"
    r"|lysis|malacia|mania|megaly|oma|omata|openia|openic|osis|otic|pathy|pathic|penia|phobia|phrenia"
    r"|phrenic|plasia"
    r"|plegia|plegic|paresis|pnea|rhage|rrhagia|rrhea|sclerosis|spasm|stenosis|thymia|tonia|trophy|trophic"
    r"|uria"
    r"|toxicity|toxic|cancer|tumor|neoplasm|malignanc\w*|carcinogenesis|stroke|angina)"
)
_EMPTY = frozenset("a an and the of in to by with due or other type form unspecified nos".split())
# What tells of no disease from another.
_ANY = frozenset("disease disorder syndrome deficiency defect condition abnormality anomaly illness".split())
_TELLS_NOTHING = _EMPTY | _ANY
# A person's name stands for that person's disease; an adjective or a function of the body for none.
_OF_PERSON = re.compile(r"(?!.*(?:ic|al|ar|ry|ive|ous|tion|ing) \w+$).{4,} (?:disease|syndrome)")
_SHORTEST = 4
# How much of the shorter of two words they share where they are of one stem.
_SHARED = 0.55
_ENDING = 6
# From here on, as many uses of gold that agree tell what a name means that shares no word with its concept …
_AGREED = 3
#: … and one that says a part of the concept's name, as "weakness" does of muscle weakness.
SETTLED = 5


def says(name: str, concept: str, names: Iterable[str], uses: int) -> bool:
    """Return whether a name counts for a concept that gold has linked it with.

    `name` and `names`, all those of the concept, are folded; `concept` is its preferred name, and `uses` how
    often gold has it so. `names` are read only where the preferred name does not decide.
    """
    said = name.split()
    wrong = _tells_harm(said)
    folded = fold_name(concept)
    if _is_said(folded, said, wrong=wrong):
        return True
    others = list(names)
    if any(_is_said(other, said, wrong=wrong) for other in others):
        return True
    if all(map(_HARM.fullmatch, said)) or (not wrong and any(map(_HARM.fullmatch, folded.split()))):
        return False
    telling = (word for other in (folded, *others) for word in other.split() if word not in _TELLS_NOTHING)
    return uses >= (SETTLED if any(_is_shared(word, said) for word in telling) else _AGREED)


def _is_said(other: str, said: Sequence[str], *, wrong: bool) -> bool:
    """Return whether words say one name of a concept in full: its stems or initials, and that it is harm."""
    words = other.split()
    content = _content(other)
    if not content:
        return False
    if not wrong and any(map(_HARM.fullmatch, words)):
        return words[:-1] == [*said] and _OF_PERSON.fullmatch(other) is not None
    return _are_initials(words, said) or all(_is_shared(word, said) for word in content)


def _content(name: str) -> list[str]:
    """Return the words of a name that say what is harmed or which disease it is."""
    return [
        word for word in name.split() if word not in _EMPTY and len(word) > 1 and not _HARM.fullmatch(word)
    ]


def _tells_harm(words: Iterable[str]) -> bool:
    return any(_HARM.fullmatch(word) or _DISEASE.fullmatch(word) for word in words)


def _are_initials(words: Sequence[str], said: Sequence[str]) -> bool:
    """Return whether one of the words said is made of the initials of a name: "vhl" of von Hippel-Lindau."""
    initials = "".join(word[0] for word in words)
    return len(words) > 1 and initials in said


def _is_shared(word: str, said: Sequence[str]) -> bool:
    return any(_are_of_one_stem(word, other) for other in said)


@functools.lru_cache(100_000)
def _are_of_one_stem(one: str, other: str) -> bool:
    """Return whether two words begin alike, or end in the same word: "neutropenic", "neutropenia".

    What says less than the `one` of the concept is not of its stem: "degenerative" of "neurodegenerative".
    """
    if one == other:
        return True
    if len(other) >= _SHORTEST and len(one) >= len(other) + _SHORTEST and one.endswith(other):
        return False
    shorter = min(len(one), len(other))
    if shorter < _SHORTEST:
        return shorter > _SHORTEST - 2 and (one.startswith(other) or other.startswith(one))
    alike = _alike(one, other)
    if alike >= max(_SHORTEST, _SHARED * shorter):
        return True
    return _alike(one[::-1], other[::-1]) >= _ENDING and shorter > _ENDING


def _alike(one: str, other: str) -> int:
    """Return how many characters two words begin with alike."""
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(one, other, strict=False)))
