"""What kind of study an article reports: what indexers say stands, its text fills what they leave open."""

from __future__ import annotations

from collections.abc import Collection
from typing import NamedTuple, get_args

from comention.records import PEOPLE, StudyMethod, StudyWord, Sureness
from comention.study.indexed import SECONDARY, of_headings, of_types
from comention.study.reading import Told

_ORDER: dict[StudyWord, int] = {word: at for at, word in enumerate(get_args(StudyWord))}


class Study(NamedTuple):
    """Words for a study, the main one first; what says each, and how sure that is; its organisms.

    `species_method` says what names the organisms, None where nothing does.
    """

    words: tuple[StudyWord, ...]
    methods: tuple[StudyMethod, ...]
    certainties: tuple[Sureness, ...]
    species: tuple[str, ...]
    species_method: StudyMethod | None


def judge(types: Collection[str], headings: Collection[str], species: tuple[str, ...], told: Told) -> Study:
    """Return the study of an article of these publication types, MeSH headings, organisms and words."""
    typed = of_types(types)
    headed = of_headings(headings, typed)
    added = _open(set(told.words), typed, headed, headings)
    found: dict[StudyWord, tuple[StudyMethod, Sureness]] = {
        word: ("text", told.words[word]) for word in added
    }
    found |= dict.fromkeys(headed, ("mesh", "sure")) | dict.fromkeys(typed, ("publication_type", "sure"))
    words = tuple(sorted(found, key=_ORDER.__getitem__))
    by: StudyMethod = "mesh" if headings or species else "text"
    named = species if by == "mesh" else told.species
    return Study(
        words,
        tuple(found[word][0] for word in words),
        tuple(found[word][1] for word in words),
        named,
        by if named else None,
    )


def _open(
    told: set[StudyWord], typed: set[StudyWord], headed: set[StudyWord], headings: Collection[str]
) -> set[StudyWord]:
    """Return the words of a text that indexers leave open.

    Headings say which organisms a study has, and with them come publication types for trials, cases and
    reviews; a design without a type, cells and models are often left out. A type of the publisher's settles
    only what it is about.
    """
    if SECONDARY & typed:
        return told & {"meta-analysis", "protocol"}
    if headings:
        left: set[StudyWord] = {"in vitro", "computational", "protocol"}
        if "Humans" in headings and not typed & set(PEOPLE) and "animal" not in headed:
            left.add("human observational")
        return told & left
    if typed & set(PEOPLE):
        return told - set(PEOPLE) - SECONDARY
    return told
