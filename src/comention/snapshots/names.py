"""Which concept of a snapshot a person means by a name, and what else it may have been.

The concepts are rows with `concept_id`, `name`, `synonyms` and `articles`; nothing is read here.
"""

from __future__ import annotations

import difflib
import logging
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from comention.errors import UsageError
from comention.lexicon.naming import (
    as_id,
    completes,
    is_short_form,
    listed,
    replacement_notice,
    spoken,
    words,
)
from comention.lexicon.store import open_lexicon
from comention.records import Concept
from comention.schemas import UNLINKED

Row = Mapping[str, Any]

_log = logging.getLogger(__name__)

_NEAR = 5
_ALIKE = 0.75
# Shorter words are in everything.
_WORD = 4
_FULL = "write the one that you mean in full, or its id"


class Known(NamedTuple):
    """A concept of the snapshot with its names folded, the preferred one first."""

    row: Row
    names: tuple[str, ...]

    @property
    def shown(self) -> str:
        """How a hint names it."""
        articles = self.row["articles"]
        return f"{self.row['name']} ({articles:,} article{'' if articles == 1 else 's'})"


class UnclearNameError(UsageError):
    """A name that means no concept of the snapshot, or several; `near` are those that may be meant.

    `what` is the message without a hint for the command line.
    """

    def __init__(self, message: str, what: str = "", name: str = "", near: Sequence[Known] = ()) -> None:
        super().__init__(message)
        self.what, self.name = what or message, name
        self.near = tuple((str(one.row["concept_id"]), str(one.row["name"])) for one in near)


def known(concepts: Iterable[Row]) -> list[Known]:
    """Return concepts with their names folded: what :func:`resolve` makes of them each time it is asked."""
    return [Known(row, tuple(_folded((row["name"], *row["synonyms"])))) for row in concepts]


def resolve(name: str, concepts: Iterable[Row | Known], written: Callable[[], Mapping[str, int]]) -> str:
    """Return the id of the concept that a name, synonym or id means.

    The preferred name comes before synonyms, these before names that lack "disease" or "syndrome" behind
    them, in any case, number, spelling, order and punctuation. `written` gives, for concepts by id, the
    articles that write just this name for them.

    Raises UsageError for a name with several meanings, or with none by itself ("MS"), with what it may mean
    here, and for one that is not there, with the nearest.
    """
    found = list(concepts)
    held = [one for one in found if isinstance(one, Known)]
    held = held or known(one for one in found if not isinstance(one, Known))
    return _resolved(name, held, written)


def _resolved(name: str, known: Sequence[Known], written: Callable[[], Mapping[str, int]]) -> str:
    if (by_id := _by_id(name.strip(), known)) is not None:
        return by_id
    if found := _named(name, known):
        return _only(name, found)
    if (by_id := _by_id(as_id(name.strip()), known)) is not None:
        return by_id
    if is_short_form(name, open_lexicon()):
        raise _ambiguous(name, _forms(name), known, written())
    if defined := written():
        return _only(name, [one for one in known if one.row["concept_id"] in defined])
    held = _in_lexicon(name)
    meant = f" ({listed(held)})" if held else ""
    what = f"the snapshot mentions nothing named {name!r}{meant}"
    first: dict[str, Known] = {}
    for one in _near(name, known):
        first.setdefault(one.shown, one)
    near = [*first.values()][:_NEAR]
    raise UnclearNameError(f"{what}; {_hint(near)}", what, name, near)


def _by_id(asked: str, known: Sequence[Known]) -> str | None:
    for one in known:
        if one.row["concept_id"].casefold() == asked.casefold():
            return str(one.row["concept_id"])
    return _renewed(asked.upper(), known)


def _forms(name: str) -> list[str]:
    return [form for form in spoken(name) if form]


def _named(name: str, known: Sequence[Known]) -> list[Known]:
    """Return the concepts of a name: by their preferred one, else, where it is no short form, by others."""
    forms = _forms(name)
    if found := _alone([one for one in known if one.names[:1] and one.names[0] in forms]):
        return found
    if is_short_form(name, open_lexicon()):
        return []
    for fits in (_is_one_of, _is_completed):
        if found := [one for one in known if fits(one, forms)]:
            return found
    return []


def resolve_among(name: str, concepts: Iterable[Row]) -> str | None:
    """Return what :func:`resolve` does of concepts among which are all with a name that :func:`begun` finds.

    None where the name is none of theirs, so that all concepts must be asked.
    """
    found = _named(name, known(concepts))
    return _only(name, found) if found else None


def begun(name: str) -> str:
    """Return a regular expression (RE2) that finds the names which may mean what `name` does, and others.

    It finds, in names on lines of their own, those with the first two letters that folding leaves, whatever
    stood there before it, and all that are not ASCII.
    """
    heads = [head for form in _forms(name) if (head := _head(form))]
    return rf"(?im)^[^a-z0-9\n]*(?:{'|'.join(heads)})|[^\x00-\x7f]" if heads else r"[^\x00-\x7f]"


def _head(form: str) -> str:
    """Return how a name in ASCII that folds to this one begins; "" where none does."""
    first, second = form[0], form[1:2].strip()
    if not (first + second).isascii():
        return ""
    before = {"e": "[eao]", "t": "[ta]"}.get(second, second)  # "ae" and "oe" are e, "saint" is "st"
    return f"{first}{before}|[ao]e" if first == "e" else f"{first}{before}"


def _renewed(name: str, known: Iterable[Known]) -> str | None:
    """Return the id here of a concept whose id was replaced since, or that was replaced before."""
    if not name.startswith(("MESH:", "UNII:")):
        return None
    lexicon = open_lexicon()
    ids = (str(one.row["concept_id"]) for one in known)
    held = next((i for i in ids if lexicon.current(i) == lexicon.current(name)), None)
    if held is not None and lexicon.current(name) != name:
        _log.warning("%s", replacement_notice("the concept", name, lexicon))
    return held


def _folded(names: Iterable[str]) -> Iterator[str]:
    for name in names:
        yield " ".join(words(name))


def _alone(found: list[Known]) -> list[Known]:
    """Return the concepts of a name, without those of texts alone where the lexicon has another."""
    linked = [one for one in found if not str(one.row["concept_id"]).startswith(UNLINKED)]
    return linked or found


def _is_one_of(one: Known, forms: Sequence[str]) -> bool:
    return not set(forms).isdisjoint(one.names)


def _is_completed(one: Known, forms: Sequence[str]) -> bool:
    return any(completes(form, name) for form in forms for name in one.names)


def _only(name: str, found: Sequence[Known]) -> str:
    if len(found) == 1:
        return str(found[0].row["concept_id"])
    ranked = _by_articles(found)
    several = " or ".join(f"{one.shown}, {one.row['concept_id']}" for one in ranked)
    raise UnclearNameError(f"{name!r} is ambiguous: it may be {several}; {_FULL}", name=name, near=ranked)


def _ambiguous(
    name: str, forms: Sequence[str], known: Sequence[Known], written: Mapping[str, int]
) -> UnclearNameError:
    """Return the error that tells what a short form may mean in this snapshot."""
    found = _by_articles(one for one in known if _is_one_of(one, forms) or one.row["concept_id"] in written)
    if not found:
        return UnclearNameError(
            f"{name!r} is ambiguous, and the snapshot mentions nothing of that name; {_FULL}", name=name
        )
    several = " or ".join(
        f"{one.shown}, written so in {written.get(one.row['concept_id'], 0):,}" for one in found
    )
    message = f"{name!r} is ambiguous: here it may be {several}; {_FULL}"
    return UnclearNameError(message, name=name, near=found)


def _by_articles(found: Iterable[Known]) -> list[Known]:
    return sorted(found, key=lambda one: (-one.row["articles"], one.row["name"]))


def _hint(near: Sequence[Known]) -> str:
    return f"nearest: {', '.join(one.shown for one in near)}" if near else "see `comention show entities`"


def _near(name: str, known: Sequence[Known]) -> Iterator[Known]:
    """Yield concepts of the snapshot that a name is near to: by its words, its letters, its meaning."""
    asked = words(name)
    whole = " ".join(asked)
    ranked = _by_articles(known)
    yield from (one for one in ranked if asked and any(set(asked) <= set(n.split()) for n in one.names))
    begun = [one for one in ranked if any(n.startswith(whole) for n in one.names)]
    yield from begun if len(whole) >= _WORD else ()
    yield from _alike(whole, ranked)
    yield from _related(name, ranked)
    long = {word for word in asked if len(word) > _WORD}
    yield from (one for one in ranked if any(not long.isdisjoint(n.split()) for n in one.names))


def _alike(whole: str, ranked: Sequence[Known]) -> list[Known]:
    """Return concepts with a name that few letters tell from another one, the most alike first."""
    by_name = {name: one for one in reversed(ranked) for name in one.names}
    return [by_name[n] for n in difflib.get_close_matches(whole, by_name, n=_NEAR, cutoff=_ALIKE)]


def _related(name: str, ranked: Sequence[Known]) -> list[Known]:
    """Return concepts above and below what the lexicon knows by this name, which the snapshot lacks."""
    lexicon = open_lexicon()
    ids = {concept.concept_id for concept in _in_lexicon(name)}
    near = {parent for entry in lexicon.details(ids) for parent in entry["parents"]}
    near |= {child for concept_id in ids for child in lexicon.children.get(concept_id, ())}
    return [one for one in ranked if one.row["concept_id"] in near]


def _in_lexicon(name: str) -> list[Concept]:
    """Return the concepts that the lexicon knows by a name, whatever the snapshot mentions."""
    lexicon = open_lexicon()
    folded = next((form for form in spoken(name) if form in lexicon.trie), None)
    rows = () if folded is None else lexicon.meaning(lexicon.trie[folded]).concepts
    return [lexicon.concepts[row] for row in rows]


def completions(begun: str, concepts: Iterable[Row]) -> list[tuple[str, str]]:
    """Return the names that complete what was typed, each with the concept that it names.

    They begin with what was typed as it was typed, which means the same in any case. Preferred names come
    first, then synonyms; among these the concepts that most articles mention.
    """
    ranked = sorted(concepts, key=lambda row: (-row["articles"], row["name"]))
    found: dict[str, str] = {}
    seen: set[str] = set()
    for names in ([row["name"]] for row in ranked), (row["synonyms"] for row in ranked):
        for row, of_row in zip(ranked, names, strict=True):
            for name in sorted(of_row):
                if name.casefold().startswith(begun.casefold()) and row["concept_id"] not in seen:
                    seen.add(row["concept_id"])
                    found.setdefault(begun + name[len(begun) :], row["concept_id"])
    of = {row["concept_id"]: f"{row['name']}, {row['articles']:,} articles" for row in ranked}
    return [(shown, of[concept_id]) for shown, concept_id in found.items()]
