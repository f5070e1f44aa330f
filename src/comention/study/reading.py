"""What a text says of its study: cues with their places, their sum, and the words that follow from it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from comention.records import Section, StudyWord, Sureness
from comention.study.cues import AGES, Cue, cues, pattern


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
_TOLD_OF_OTHERS = frozenset({"people", "animal", "cells", "model", "own", "outline"})
_KINDS = (
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
    total = dict.fromkeys(_KINDS, 0.0)
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


def _words(s: dict[str, float]) -> dict[StudyWord, Sureness]:
    found: dict[StudyWord, float] = {}
    if s["letter"] >= 2:
        found["letter"] = 2
    if s["protocol"] >= 2:
        return {**_graded(found), "protocol": _grade(s["protocol"] / 2)}
    if s["meta"] >= 2:
        found["meta-analysis"] = s["meta"] / 2
    if reviewed := _review(s):
        found["review"] = reviewed
    if found:
        return _graded(found)
    subjects = 1.0 if s["random"] >= 2 and s["people"] and s["animal"] < 1 else _people(s)
    animals = s["animal"] >= 1 and s["animal"] > 0.4 * s["people"]
    if s["case"] >= 1.2 and s["case"] > 0.5 * (s["design"] + s["people"] + s["own"]) + s["cells"] and s["animal"] < 2:
        found["case report"] = s["case"] / 1.2
    elif subjects and not (animals and s["animal"] > s["people"]):
        if s["random"] >= 1:
            found["randomised trial"] = s["random"]
        elif s["trial"] >= 1.4:
            found["other trial"] = s["trial"] / 1.4
        else:
            found["human observational"] = subjects
    if animals:
        found["animal"] = s["animal"]
    if s["cells"] >= 2 and s["cells"] > 0.5 * (s["people"] + s["design"]):
        found["in vitro"] = s["cells"] / 2
    if s["model"] >= 2:
        found["computational"] = s["model"] / 2
    return _graded(found)


def _review(s: dict[str, float]) -> float:
    """Return how much is said of a review, 1 or more where it is one: few report findings of their own."""
    others = s["random"] + s["case"] + s["design"] / 2
    if s["review"] >= 0.9 and s["review"] + s["outline"] / 2 > 0.4 * s["own"] + 0.6 * others:
        return (s["review"] + s["outline"] / 2) / 1.2
    seldom = s["own"] < 0.6 and others < 1 and s["people"] < 3 and s["animal"] < 3 and s["model"] < 1.5
    return 1.0 if seldom and s["outline"] + s["review"] >= 1.4 else 0.0


def _people(s: dict[str, float]) -> float:
    """Return how much is said of a study of people, 1 or more where it is one."""
    if s["people"] < 0.8:
        return 0.0
    if s["own"] + s["design"] + s["random"] + s["trial"] < 1:  # no study
        return 0.0
    enough = (s["people"] + 0.7 * s["design"]) / 1.5
    return enough if enough >= 1 else 0.0


def _graded(found: dict[StudyWord, float]) -> dict[StudyWord, Sureness]:
    return {word: _grade(times) for word, times in found.items()}


def _grade(times: float) -> Sureness:
    """Return how sure a word is that has so many times what it needs."""
    return "sure" if times >= 2 else "likely"


def _species(found: Sequence[Hit], words: dict[StudyWord, Sureness]) -> tuple[str, ...]:
    return ()
