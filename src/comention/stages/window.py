"""Which articles of a snapshot an answer is asked for: of some years, without some, of a species or a study.

A :class:`Window` is a condition on `articles` alone. Organisms and kinds of studies are those of the
columns `species` and `study`: what PubMed's indexers say or, where they have not yet said it, title and
abstract.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from typing import Any, get_args

from comention.errors import UsageError
from comention.records import StudyWord

#: What can be left out, and the condition that is left out.
WITHOUT = {"reviews": "review", "retracted": "retracted"}

_HUMANS = "Humans"
#: Words for organisms, and what MeSH calls them; `animal` is any of them but humans.
SPECIES: dict[str, tuple[str, ...]] = {
    "human": (_HUMANS,),
    "mouse": ("Mice",),
    "rat": ("Rats",),
    "macaque": ("Macaca mulatta", "Macaca fascicularis"),
    "rabbit": ("Rabbits",),
    "dog": ("Dogs",),
    "cat": ("Cats",),
    "cattle": ("Cattle",),
    "pig": ("Swine",),
    "sheep": ("Sheep",),
    "goat": ("Goats",),
    "horse": ("Horses",),
    "guinea-pig": ("Guinea Pigs",),
    "hamster": ("Cricetinae",),
    "chicken": ("Chickens",),
    "zebrafish": ("Zebrafish",),
    "fruit-fly": ("Drosophila melanogaster",),
    "worm": ("Caenorhabditis elegans",),
}
_ANIMALS = tuple(name for names in SPECIES.values() for name in names if name != _HUMANS)
SPECIES["animal"] = _ANIMALS


def _any_of(column: str, names: tuple[str, ...]) -> str:
    """Return the condition that a list holds one of these names, which are this module's own."""
    return f"list_has_any({column}, [{', '.join(repr(name) for name in names)}])"


#: Kinds of studies, and the words of `articles.study` that are one; `trial` is either sort.
STUDIES: dict[str, tuple[str, ...]] = {
    "trial": ("randomised trial", "other trial"),
    **{word.replace(" ", "-"): (word,) for word in get_args(StudyWord)},
}


@dataclass(frozen=True, slots=True)
class Window:
    """A choice of articles: all where nothing is given. Years are inclusive.

    With years, articles of unknown year are out. Of several words of `species`, or of `study`, one is enough.
    """

    first: int | None = None
    last: int | None = None
    without: tuple[str, ...] = ()
    species: tuple[str, ...] = ()
    study: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        """Whether it leaves anything out."""
        return self != Window()

    @property
    def condition(self) -> str:
        """The window as SQL on the columns of `articles`, null where the year is not known."""
        found = [f"NOT {WITHOUT[word]}" for word in self.without]
        if self.first is not None:
            found.append(f"year >= {self.first:d}")
        if self.last is not None:
            found.append(f"year <= {self.last:d}")
        if self.species:
            names = tuple(name for word in self.species for name in SPECIES[word])
            found.append(_any_of("species", names))
        if self.study:
            found.append(_any_of("study", tuple(name for word in self.study for name in STUDIES[word])))
        return " AND ".join(found) or "true"

    @property
    def words(self) -> str:
        """The window as a line says it: "2015–2024, without reviews, human, trial"."""
        years = {
            (True, True): f"{self.first}–{self.last}",
            (True, False): f"from {self.first}",
            (False, True): f"to {self.last}",
        }.get((self.first is not None, self.last is not None))
        without = [f"without {word}" for word in self.without]
        kinds = [" or ".join(words) for words in (self.species, self.study) if words]
        return ", ".join([*([years] if years else []), *without, *kinds])

    @property
    def key(self) -> str:
        """The window as text that is the same for the same choice."""
        return json.dumps(asdict(self), sort_keys=True)


def chosen(
    first: int | None = None,
    last: int | None = None,
    without: Any = None,
    species: Any = None,
    study: Any = None,
) -> Window:
    """Return the window of options; words come with commas between them, or as a list.

    Raises UsageError for an unknown word, with those there are, and for years that leave nothing.
    """
    if first is not None and last is not None and first > last:
        raise UsageError(f"--from {first} is after --to {last}: no year is left, exchange them")
    return Window(
        first,
        last,
        _words("--without", without, WITHOUT),
        _words("--species", species, SPECIES),
        _words("--study", study, STUDIES),
    )


def _words(option: str, given: Any, known: dict[str, Any]) -> tuple[str, ...]:
    parts = given.split(",") if isinstance(given, str) else list(given or ())
    words = {part.strip().lower() for part in parts} - {""}
    if unknown := sorted(words - known.keys()):
        raise UsageError(f"{option} {', '.join(unknown)}: there are {', '.join(known)}")
    return tuple(word for word in known if word in words)
