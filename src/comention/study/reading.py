"""What a text says of its study: cues with their places, their sum, and the words that follow from it."""

from __future__ import annotations

import bisect
import functools
import hashlib
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from comention.records import PEOPLE, Context, Section, StudyWord, Sureness
from comention.study.cues import AGES, Cue, cues, pattern

#: Raised with every change that can change what is said of a study, so that the studies held are read again.
VERSION = 1


class Hit(NamedTuple):
    """A cue that begins at `start` of a text, and what it says."""

    start: int
    cue: Cue


class Told(NamedTuple):
    """What a text says of its study: words, each with how sure it is, and organisms by their MeSH names."""

    words: dict[StudyWord, Sureness]
    species: tuple[str, ...]


# How much a cue weighs by its place: what the title says is what the study is; the first part of an abstract
# tells what others found.
_TITLE, _EARLY, _EARLY_PART = 2.0, 0.5, 0.25
_SECTIONS = {"BACKGROUND": 0.5, "OBJECTIVE": 0.8, "METHODS": 1.5, "RESULTS": 1.0, "CONCLUSIONS": 0.6}
# A word that is said so many times what it needs is sure.
_SURE = 2
_TOLD_OF_OTHERS = frozenset({"people", "animal", "cells", "model", "own", "outline"})
KINDS = (
    "random",
    "trial",
    "review",
    "meta",
    "protocol",
    "letter",
    "case",
    "design",
    "people",
    "animal",
    "cells",
    "model",
    "own",
    "outline",
)


def fingerprint() -> str:
    """Return what the study of an article depends on besides the article."""
    return f"studies-{hashlib.sha256(f'{VERSION} {_cues_as_text()}'.encode()).hexdigest()[:12]}"


@functools.cache
def _cues_as_text() -> str:
    return str(sorted(cues().items()))


def hits(text: str) -> list[Hit]:
    """Return the cues of a text in order; those that say nothing are left out."""
    lowered = text.lower()
    if len(lowered) != len(text):  # a few letters become two
        lowered = "".join(small if len(small := letter.lower()) == 1 else letter for letter in text)
    lowered = " " + lowered
    known, found = cues(), []
    for match in pattern().finditer(lowered):
        cue = known[match[1]]
        if cue.weight and (lowered[match.start()] != "-" or match[1].startswith(AGES)):
            found.append(Hit(match.start(), cue))  # the space before the text and the sign before the cue
    return found


def sums(found: Iterable[Hit], title: int, length: int, sections: Sequence[Section] = ()) -> dict[str, float]:
    """Return how much is said of each kind of evidence.

    `title` is the length of the title, `length` that of the text, `sections` the labelled parts of it.
    """
    total = dict.fromkeys(KINDS, 0.0)
    early = title + _EARLY_PART * (length - title)
    labelled = [(s.end, _SECTIONS.get(s.nlm_category or "", 1.0)) for s in sections if s.nlm_category]
    for start, cue in found:
        if start < title:
            place = _TITLE
        elif labelled:
            place = next((weight for end, weight in labelled if start < end), 1.0)
        else:
            place = _EARLY if start < early and cue.kind in _TOLD_OF_OTHERS else 1.0
        total[cue.kind] += cue.weight * place
    return total


def told(found: Sequence[Hit], title: int, length: int, sections: Sequence[Section] = ()) -> Told:
    """Return what the cues of a text say of its study; arguments are those of :func:`sums`."""
    total = sums(found, title, length, sections)
    words = _words(total)
    return Told(words, _species(found, words))


def _words(s: Mapping[str, float]) -> dict[StudyWord, Sureness]:
    return {
        word: "sure" if times >= _SURE else "likely" for word, times in (_secondary(s) or _own(s)).items()
    }


def _secondary(s: Mapping[str, float]) -> dict[StudyWord, float]:
    """Return the kinds of an article without a study of its own, each with how often it is said enough."""
    if s["protocol"] >= 2:
        return {"protocol": s["protocol"] / 2}
    enough: dict[StudyWord, float] = {
        "letter": s["letter"] / 2,
        "meta-analysis": s["meta"] / 2,
        "review": _review(s),
    }
    return {word: times for word, times in enough.items() if times >= 1}


def _own(s: Mapping[str, float]) -> dict[StudyWord, float]:
    """Return the kinds of a study that an article reports, each with how often it is said enough."""
    found: dict[StudyWord, float] = {}
    animals = s["animal"] >= 1 and s["animal"] > 0.4 * s["people"]
    if (
        s["case"] >= 1.2
        and s["case"] > 0.5 * (s["design"] + s["people"] + s["own"]) + s["cells"]
        and s["animal"] < 2
    ):
        found["case report"] = s["case"] / 1.2
    elif not (animals and s["animal"] > s["people"]):
        found |= _of_people(s)
    if animals:
        found["animal"] = s["animal"]
    if s["cells"] >= 2 and s["cells"] > 0.5 * (s["people"] + s["design"]):
        found["in vitro"] = s["cells"] / 2
    if s["model"] >= 2:
        found["computational"] = s["model"] / 2
    return found


def _of_people(s: Mapping[str, float]) -> dict[StudyWord, float]:
    subjects = 1.0 if s["random"] >= 2 and s["people"] and s["animal"] < 1 else _people(s)
    if not subjects:
        return {}
    if s["random"] >= 1:
        return {"randomised trial": s["random"]}
    if s["trial"] >= 1.4:
        return {"other trial": s["trial"] / 1.4}
    return {"human observational": subjects}


def _review(s: Mapping[str, float]) -> float:
    """Return how much is said of a review, 1 or more where it is one: few report findings of their own."""
    others = s["random"] + s["case"] + s["design"] / 2
    if s["review"] >= 0.9 and s["review"] + s["outline"] / 2 > 0.4 * s["own"] + 0.6 * others:
        return (s["review"] + s["outline"] / 2) / 1.2
    seldom = s["own"] < 0.6 and others < 1 and s["people"] < 3 and s["animal"] < 3 and s["model"] < 1.5
    return 1.0 if seldom and s["outline"] + s["review"] >= 1.4 else 0.0


def _people(s: Mapping[str, float]) -> float:
    """Return how much is said of a study of people, 1 or more where it is one."""
    if s["people"] < 0.8:
        return 0.0
    if s["own"] + s["design"] + s["random"] + s["trial"] < 1:  # no study
        return 0.0
    enough = (s["people"] + 0.7 * s["design"]) / 1.5
    return enough if enough >= 1 else 0.0


def _species(found: Sequence[Hit], words: Mapping[StudyWord, Sureness]) -> tuple[str, ...]:
    """Return the organisms that a study of these words is of: none where it has no subjects of its own."""
    named = dict.fromkeys(["Humans"] if words.keys() & set(PEOPLE) else [])
    if words.keys() & {"animal", "in vitro"}:
        said: dict[str, float] = {}
        for _, cue in found:
            if cue.species and (cue.kind == "cells" or "animal" in words or cue.weight < 1):
                said[cue.species] = said.get(cue.species, 0.0) + cue.weight
        most = max(said.values(), default=0.0)
        named |= dict.fromkeys(name for name, weight in said.items() if weight >= max(0.5, most / 4))
    return tuple(named)


def contexts(found: Iterable[Hit], starts: Sequence[int]) -> list[Context | None]:
    """Return in whom each sentence says that something was seen; None where it names nobody.

    `starts` are the starts of the sentences, in order. A word that names the sort of cell alone does not say
    that it was outside of a body.
    """
    said: list[set[Context]] = [set() for _ in starts]
    for start, cue in found:
        if (word := _SUBJECTS.get(cue.kind)) and cue.weight >= _SAYS[word]:
            said[max(bisect.bisect_right(starts, start) - 1, 0)].add(word)
    return [None if not words else next(iter(words)) if len(words) == 1 else "mixed" for words in said]


_SUBJECTS: dict[str, Context] = {"people": "human", "animal": "animal", "cells": "in vitro"}
_SAYS: dict[Context, float] = {"human": 0.4, "animal": 0.7, "in vitro": 1.0}
