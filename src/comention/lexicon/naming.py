"""Which concept a person means by a name: as it is written, turned round, or without its last word."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from comention.errors import UsageError
from comention.lexicon.folding import BARRIER, fold_name
from comention.lexicon.letters import nearest
from comention.lexicon.store import Lexicon
from comention.records import Concept

#: Words that people leave out at the end of a name: "Crohn's", "Behçet's", "Sjögren".
GENERIC = frozenset({"disease", "syndrome", "disorder", "illness"})

_NEAR = 5
# An id of MeSH as PubMed writes it.
_MESH_UI = re.compile(r"[CD]\d{6,9}", re.IGNORECASE)
# Vocabularies whose ids have no small letter.
_UPPER = frozenset({"MESH", "HGNC", "UNII", "CL"})
_REPLACEABLE = re.compile(r"(?:MESH:[CD]\d+|UNII:[0-9A-Z]{10})$", re.IGNORECASE)


class Near(NamedTuple):
    """A concept that a name may have meant, and its name that is like it."""

    concept: Concept
    text: str


def words(name: str) -> tuple[str, ...]:
    """Return the folded words of a name, without its punctuation."""
    return tuple(word for word in fold_name(name).split() if word != BARRIER)


def spoken(name: str) -> Iterator[str]:
    """Yield a name as it may be meant, folded: as it stands, and an inverted heading turned round.

    "Leukemia, Myeloid, Acute" is turned at its first comma, and at each ("acute myeloid leukemia").
    """
    yield " ".join(words(name))
    parts = name.split(", ")
    for turned in ([*parts[1:], parts[0]], parts[::-1])[: len(parts) - 1]:
        yield " ".join(word for part in turned for word in words(part))


def completes(asked: str, name: str) -> bool:
    """Return whether a folded name is the one that was asked for and generic words behind it."""
    rest = name.removeprefix(f"{asked} ")
    return rest != name and GENERIC.issuperset(rest.split())


def is_short_form(name: str, lexicon: Lexicon) -> bool:
    """Return whether a name means something only where a text defines it ("MS", "RA", "CD")."""
    folded = " ".join(words(name))
    return folded in lexicon.trie and lexicon.meaning(lexicon.trie[folded]).needs_definition


def as_id(text: str) -> str:
    """Return what may be an id as ids are written: "d011565", as MeSH and PubMed have it, is MESH:D011565."""
    if _MESH_UI.fullmatch(text):
        return f"MESH:{text.upper()}"
    prefix, colon, number = text.partition(":")
    return f"{prefix.upper()}:{number.upper()}" if colon and prefix.upper() in _UPPER else text


def find(name: str, lexicon: Lexicon) -> Concept:
    """Return the concept that a name, synonym or id means to the lexicon.

    Raises UsageError for a name that it does not know, with the nearest, and for one with several meanings,
    or that means something only where a text defines it, with what it may mean.
    """
    by_id = {concept_id.casefold(): row for concept_id, row in lexicon.row_of.items()}
    given = lexicon.current(name.strip().upper()) if _REPLACEABLE.match(name.strip()) else name
    if (row := by_id.get(given.strip().casefold())) is not None:
        return lexicon.concepts[row]
    if ", " in name and (headed := lexicon.row_of_heading(name)) is not None:
        return lexicon.concepts[headed]
    folded = next((form for form in spoken(name) if form in lexicon.trie), None)
    if folded is not None:
        return _meant(name, folded, lexicon)
    rows = {row for form in spoken(name) if form for row in _completed(form, lexicon)}
    if len(rows) == 1:
        return lexicon.concepts[rows.pop()]
    if rows:
        found = listed(lexicon.concepts[row] for row in sorted(rows))
        raise UsageError(f"{name!r} may be {found}: {_FULL}")
    near = near_names(name, lexicon)
    names = ", ".join(f"{one.text} ({one.concept.concept_id})" for one in near)
    hint = f"nearest: {names}" if near else "`comention lookup` explains names"
    raise UsageError(f"the lexicon knows nothing named {name!r}; {hint}")


_FULL = "write the one that you mean in full, or its id"


def _meant(name: str, folded: str, lexicon: Lexicon) -> Concept:
    meaning = lexicon.meaning(lexicon.trie[folded])
    found = [lexicon.concepts[row] for row in meaning.concepts]
    if not found:
        raise UsageError(
            f"{name!r} is no disease, drug, chemical or cytokine (perhaps a receptor, organism or other "
            f"protein), as `comention lookup {name!r}` explains: name one of these"
        )
    rivals = [lexicon.concepts[c.concept] for c in lexicon.rivals(folded) if c.concept is not None]
    if meaning.needs_definition:
        raise UsageError(
            f"{name!r} is ambiguous: it may be {listed((*found, *rivals))}, or something that is not in the "
            f"lexicon; {_FULL}"
        )
    if len(found) > 1:
        raise UsageError(f"{name!r} is ambiguous: it may be {listed(found)}; {_FULL}")
    return found[0]


def replacement_notice(where: str, given: str, lexicon: Lexicon) -> str:
    """Return what a user is told of an id that another one has replaced: "names.add: MESH:C1 is now …"."""
    current = lexicon.current(given)
    row = lexicon.row_of.get(current)
    name = f" ({lexicon.concepts[row].name})" if row is not None else ""
    return f"{where}: MeSH has replaced {given} by {current}{name}; that is taken, write it so"


def listed(concepts: Iterable[Concept]) -> str:
    """Return concepts as people read them, each once: "psoriasis (MESH:D011565) or …"."""
    return " or ".join(dict.fromkeys(f"{c.name} ({c.concept_id})" for c in concepts))


def _completed(form: str, lexicon: Lexicon) -> Iterator[int]:
    """Yield the concepts of names that have generic words more."""
    for name in lexicon.trie.keys(f"{form} "):
        if completes(form, name):
            yield from lexicon.meaning(lexicon.trie[name]).concepts


def completed(name: str, lexicon: Lexicon) -> str | None:
    """Return the name that is meant where one is turned round, MeSH's own, or lacks generic words.

    None where none is.
    """
    if ", " in name and (headed := lexicon.row_of_heading(name)) is not None:
        return lexicon.concepts[headed].name
    known = next((form for form in spoken(name) if form in lexicon.trie), None)
    if known is not None:
        return known
    rows = {row for form in spoken(name) if form for row in _completed(form, lexicon)}
    return lexicon.concepts[rows.pop()].name if len(rows) == 1 else None


def near_names(name: str, lexicon: Lexicon) -> list[Near]:
    """Return what a name that is none may have meant: names with all of its words, then with its letters."""
    asked = words(name)
    found: dict[str, Near] = {}
    for folded in sorted(_with_words(asked, lexicon), key=lambda text: (len(text), text)):
        for row in lexicon.meaning(lexicon.trie[folded]).concepts:
            concept = lexicon.concepts[row]
            found.setdefault(concept.concept_id, Near(concept, concept.name))
        if len(found) >= _NEAR:
            break
    by_letters = nearest(name, lexicon)
    # Where few words are asked for, a slip of the pen is likelier than a name of many words.
    slips = {i: Near(lexicon.concepts[lexicon.row_of[i]], text) for text, i in by_letters}
    both = found | slips if any(completes(" ".join(asked), n) for n in found) else slips | found
    return list(both.values())[:_NEAR]


def _with_words(asked: tuple[str, ...], lexicon: Lexicon) -> Iterator[str]:
    if not asked or max(map(len, asked)) < 4:
        return
    longest = max(asked, key=len)
    for folded in lexicon.trie.iterkeys():
        if longest in folded and set(asked) <= set(folded.split()):
            yield folded
