"""The tables of `curated/`, written by hand: what no public vocabulary says, or says wrongly.

Tab separated, one header line, `|` between the items of a list. A name may end in `?` (counts only in a
text that defines it) or in `^N` (counts only with at least N upper-case letters).
"""

from __future__ import annotations

import csv
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from importlib import resources
from pathlib import Path

from comention.lexicon.compiler.sources import SourceError
from comention.lexicon.folding import BARRIER, fold_name
from comention.lexicon.model import Replaced
from comention.lexicon.short_forms import capitals_of

#: Where the shipped tables lie.
CURATED = Path(str(resources.files("comention.lexicon") / "curated"))

#: What a concept id may look like.
CONCEPT_ID = re.compile(
    r"MESH:[CD]\d{6,9}|UNII:[0-9A-Z]{10}|HGNC:\d+|CL:\d{7}|CVCL:[0-9A-Z]{4}|COMENTION:(?:class/)?[A-Za-z0-9.-]+"
)

CONCEPT_HEADER = ("concept_id", "name", "synonyms", "parents", "source")
CYTOKINE_HEADER = ("concept_id", "name", "symbol", "parents", "synonyms", "source")
NAME_HEADER = ("name", "reason")
CUT_HEADER = ("concept_id", "name", "parent_id", "parent", "reason")
REPLACED_HEADER = ("concept_id", "name", "replaced_by", "reason")

_RECORD = re.compile(r"MESH:[CD]\d{6,9}")
_CAPITALS = re.compile(r"\^(\d)$")
#: What folds to something for certain; most names are told by it.
_LEGIBLE = re.compile(r"[A-Za-z0-9]")


@dataclass(frozen=True, slots=True)
class CuratedName:
    """A name with the conditions written behind it."""

    text: str
    capitals: int
    needs_definition: bool


@dataclass(frozen=True, slots=True)
class CuratedConcept:
    """A row of a concept table; the preferred name is the first of `names`."""

    concept_id: str
    name: str
    names: tuple[CuratedName, ...]
    parents: tuple[str, ...]
    symbol: str = ""


def parse_name(text: str) -> CuratedName:
    """Read a name with its conditions: "MS?", "LIGHT^5"; without a mark an acronym asks for its capitals."""
    needs_definition = text.endswith("?")
    text = text.removesuffix("?")
    if found := _CAPITALS.search(text):
        return CuratedName(text[: found.start()], int(found.group(1)), needs_definition)
    return CuratedName(text, capitals_of(text), needs_definition)


def read_rows(path: Path, header: tuple[str, ...]) -> list[dict[str, str]]:
    """Return a table's rows; raises SourceError that names the file and the line."""
    try:
        with path.open(encoding="utf-8", newline="") as lines:
            rows = list(csv.reader(lines, delimiter="\t", quoting=csv.QUOTE_NONE))
    except UnicodeDecodeError as error:
        raise SourceError(f"{path}: not UTF-8 ({error.reason}): save it as UTF-8") from error
    if not rows or tuple(rows[0]) != header:
        raise SourceError(f"{path}:1: header is {rows[0] if rows else []}, expected {list(header)}")
    for number, row in enumerate(rows[1:], 2):
        if len(row) != len(header):
            raise SourceError(f"{path}:{number}: {len(row)} columns, expected {len(header)}")
    return [dict(zip(header, row, strict=True)) for row in rows[1:]]


def is_blank(name: str) -> bool:
    """Return whether a name folds to nothing, so that no text can ever hold it."""
    return not _LEGIBLE.search(name) and not fold_name(name).strip(f"{BARRIER} ")


def _check_legible(path: Path, number: int, names: Iterable[str]) -> None:
    for name in names:
        if is_blank(name):
            raise SourceError(
                f"{path}:{number}: {name!r} folds to nothing; give the name letters or remove it"
            )


def items(field: str) -> list[str]:
    """Return the items of a field, which `|` separates."""
    return [item for item in field.split("|") if item]


def read_concepts(
    path: Path, header: tuple[str, ...] = CONCEPT_HEADER, spell: Callable[[str], str] = str
) -> list[CuratedConcept]:
    """Return the concepts of a table; an id of the wrong shape or a repeated id is an error.

    `spell` writes the field of the synonyms out, where a table has a shorter way to say them.
    """
    concepts: dict[str, CuratedConcept] = {}
    for number, row in enumerate(read_rows(path, header), 2):
        identifier, name = row["concept_id"], row["name"]
        if not CONCEPT_ID.fullmatch(identifier) or not name:
            raise SourceError(f"{path}:{number}: {identifier!r} ({name!r}) is no concept id, or has no name")
        if identifier in concepts:
            raise SourceError(f"{path}:{number}: {identifier} stands twice; merge the rows")
        names = tuple(parse_name(text) for text in (name, *items(spell(row["synonyms"]))))
        _check_legible(path, number, (n.text for n in names))
        concepts[identifier] = CuratedConcept(
            identifier, names[0].text, names, tuple(items(row["parents"])), row.get("symbol", "")
        )
    return list(concepts.values())


def read_names(path: Path) -> dict[str, str]:
    """Return the names of a name table with the reason of each."""
    rows = read_rows(path, NAME_HEADER)
    for number, row in enumerate(rows, 2):
        _check_legible(path, number, [row["name"]])
    return {row["name"]: row["reason"] for row in rows}


def read_merged(path: Path) -> dict[str, str]:
    """Return which concept has the names of a former one, by the id of that."""
    return {row["concept_id"]: row["replaced_by"] for row in read_rows(path, REPLACED_HEADER)}


def read_cut(path: Path) -> dict[str, set[str]]:
    """Return the parents that a concept has in its source and shall not have, by its id."""
    found: dict[str, set[str]] = {}
    for number, row in enumerate(read_rows(path, CUT_HEADER), 2):
        if row["parent_id"] in found.setdefault(row["concept_id"], set()):
            raise SourceError(f"{path}:{number}: {row['concept_id']} stands twice with {row['parent_id']}")
        found[row["concept_id"]].add(row["parent_id"])
    return found


def read_replaced(path: Path, concepts: Mapping[str, str]) -> Iterator[Replaced]:
    """Yield the records of MeSH that were concepts once and are names of another one now.

    `concepts` are the names of all by their ids. Raises SourceError for an id that is none of MeSH, for one
    that is a concept still, and for one that is replaced by none.
    """
    for number, row in enumerate(read_rows(path, REPLACED_HEADER), 2):
        old, new = row["concept_id"], row["replaced_by"]
        if not _RECORD.fullmatch(old) or not _RECORD.fullmatch(new) or old in concepts or new not in concepts:
            raise SourceError(f"{path}:{number}: {old} is no former concept of MeSH, or {new} is no concept")
        ui, by = old.removeprefix("MESH:"), new.removeprefix("MESH:")
        yield Replaced(ui, by, row["name"], concepts[new])


def check_ancestry(written: Mapping[str, Iterable[str]], above: Mapping[str, Iterable[str]]) -> None:
    """Raise SourceError where a parent or a class written here makes a concept its own ancestor.

    `written` are the parents of each concept in the curated tables, its classes among them; `above` those
    that the sources give. A cycle among the latter alone is theirs and no error.
    """
    for child, parents in written.items():
        for parent in parents:
            if child in _ancestry(parent, written, above):
                raise SourceError(
                    f"curated tables: {child} is its own ancestor by its parent or class {parent}; remove one"
                )


def _ancestry(start: str, *parents: Mapping[str, Iterable[str]]) -> set[str]:
    """A concept with all that stand above it."""
    seen, waiting = set[str](), [start]
    while waiting:
        if (concept := waiting.pop()) not in seen:
            seen.add(concept)
            waiting.extend(parent for mapping in parents for parent in mapping.get(concept, ()))
    return seen
