"""The compiled lexicon as it is read: mapped into memory by every process.

Finding names reads neither the rivals, nor MeSH's ids, headings and replacements, nor where a name comes
from. What its files hold: :mod:`comention.lexicon.writing`.
"""

from __future__ import annotations

import functools
import hashlib
import json
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

import marisa_trie
import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from comention.errors import MalformedError
from comention.files.arrays import numbers, taken
from comention.lexicon.characters import Ints
from comention.lexicon.model import (
    BY_RULE,
    Heading,
    Rank,
    Replaced,
)
from comention.lexicon.name_keys import NameKeys
from comention.lexicon.writing import FORMAT, HEADINGS, MESH_UIS, REPLACED, UI, ui_number
from comention.records import Concept, ConceptLevel

#: The lexicon that is shipped.
BUNDLED = Path(__file__).parent / "compiled"


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a folded name means. No concepts: a blocker. Several: it names several things at once."""

    concepts: tuple[int, ...]
    capitals: int
    needs_definition: bool


class Claim(NamedTuple):
    """A name that a source gives to a concept, a row of :attr:`Lexicon.concepts`; None for a blocker.

    `text` is the name as the source writes it, `rank` what kind of name it is there, None where it was not
    kept. `refused`: the stop list keeps it from being a name.
    """

    concept: int | None
    source: str
    rank: Rank | None
    text: str
    refused: bool


class ConceptRows:
    """Concepts by row, each made when it is first asked for: texts name few of 160,000."""

    def __init__(self, table: pa.Table) -> None:
        """Read from a table with the columns of concepts."""
        self._columns = [table[name].combine_chunks() for name in ("concept_id", "name", "entity_type")]
        self._made: dict[int, Concept] = {}

    def __len__(self) -> int:
        """Return how many there are."""
        return len(self._columns[0])

    def __iter__(self) -> Iterator[Concept]:
        """Yield all of them, in the order of their ids."""
        return map(self.__getitem__, range(len(self)))

    def __getitem__(self, row: int) -> Concept:
        """Return the concept of a row."""
        if (made := self._made.get(row)) is None:
            made = self._made[row] = Concept(*(column[row].as_py() for column in self._columns))
        return made


class Lexicon:
    """A compiled lexicon, opened read-only. Concepts are rows of :attr:`concepts`."""

    def __init__(self, directory: Path) -> None:
        """Open the lexicon at a directory; raises MalformedError where it is absent or damaged."""
        self.directory = directory
        try:
            self.summary: dict[str, Any] = json.loads(
                (directory / "lexicon.json").read_text(encoding="utf-8")
            )
            self.trie = marisa_trie.Trie()
            self.trie.mmap(str(directory / "keys.marisa"))
            columns = ["key", "concept", "capitals", "needs_definition"]
            names = _read(directory / "names.parquet", columns)
            self._concepts = _read(directory / "concepts.parquet")
            self._ancestors: dict[str, frozenset[str]] = {}
        except (OSError, ValueError, RuntimeError) as error:
            raise MalformedError(
                f"lexicon {directory} cannot be read ({error}): reinstall comention, or build it again"
            ) from error
        if self.summary.get("format") != FORMAT:
            raise MalformedError(
                f"lexicon {directory} has format {self.summary.get('format')}, this version reads {FORMAT}: "
                "build it again"
            )
        # Views, which give plain numbers faster than arrays do.
        keys = np.searchsorted(numbers(names["key"]), np.arange(len(self.trie) + 1))
        self._first_row = keys.data
        self._concept, self._capitals = (numbers(names[column]).data for column in ("concept", "capitals"))
        self._needs_definition = numbers(names["needs_definition"].cast(pa.uint8())).view(bool).data

    @property
    def fingerprint(self) -> str:
        """A short name of all that mentions depend on: 16 hexadecimal digits."""
        sums = {
            name: digest
            for name, digest in self.summary["sha256"].items()
            if name not in {MESH_UIS, HEADINGS, REPLACED}
        }
        return hashlib.sha256(json.dumps(sums, sort_keys=True).encode()).hexdigest()[:16]

    @functools.cached_property
    def concepts(self) -> ConceptRows:
        """All concepts, in the order of their ids."""
        return ConceptRows(self._concepts)

    @functools.cached_property
    def classes(self) -> frozenset[str]:
        """The ids of the concepts of level `class`: classes of drugs, collective names of cytokines."""
        return self._of_level("class")

    @functools.cached_property
    def lines(self) -> frozenset[str]:
        """The ids of the concepts of level `line`: cell lines."""
        return self._of_level("line")

    def _of_level(self, wanted: ConceptLevel) -> frozenset[str]:
        found = self._concepts.filter(pc.equal(self._concepts["level"], wanted))
        return frozenset(found["concept_id"].to_pylist())

    @functools.cached_property
    def row_of(self) -> dict[str, int]:
        """Row of each concept id."""
        return {concept_id: i for i, concept_id in enumerate(self._concepts["concept_id"].to_pylist())}

    def row_of_heading(self, name: str) -> int | None:
        """Return the row of the concept that MeSH calls so, in any case; None where it calls none so."""
        headings = pc.utf8_lower(self._concepts["mesh_name"])
        row = int(pc.index(headings, name.strip().lower()).as_py())
        return None if row < 0 else row

    def meaning(self, key: int) -> Meaning:
        """Return what the name with this key means."""
        rows = slice(self._first_row[key], self._first_row[key + 1])
        concepts = {concept for concept in self._concept[rows].tolist() if concept >= 0}
        capitals, needs_definition = self._capitals[rows].tolist(), self._needs_definition[rows].tolist()
        return Meaning(tuple(sorted(concepts)), min(capitals), all(needs_definition))

    def names(self) -> Iterator[tuple[str, int]]:
        """Yield every folded name with each row of :attr:`concepts` that it means; −1 for a blocker."""
        for name, key in self.trie.items():
            for row in sorted(set(self._concept[self._first_row[key] : self._first_row[key + 1]].tolist())):
                yield name, row

    def folded_names(self, concept_id: str) -> list[str]:
        """Return the folded names of a concept, in no order."""
        rows = np.flatnonzero(np.asarray(self._concept) == self.row_of[concept_id])
        keys = np.unique(np.searchsorted(np.asarray(self._first_row), rows, side="right") - 1)
        return [self.trie.restore_key(key) for key in keys.tolist()]

    def ancestors(self, concept_id: str) -> frozenset[str]:
        """Return the ids of a concept and of all that it is a kind of."""
        if (known := self._ancestors.get(concept_id)) is None:
            known = self._ancestors[concept_id] = frozenset(self._above(concept_id))
        return known

    def _above(self, concept_id: str) -> set[str]:
        found, new = set[str](), [concept_id]
        while new:
            if (one := new.pop()) not in found:
                found.add(one)
                row = self.row_of.get(one)
                new += () if row is None else self._concepts["parents"][row].as_py() or ()
        return found

    def claims(self, folded: str) -> list[Claim]:
        """Return whose the name with this folded form is, and who says so; nothing where it is no name."""
        if folded not in self.trie:
            return []
        key = self.trie[folded]
        first, last = self._first_row[key], self._first_row[key + 1]
        return _claims(self._names.slice(first, last - first))

    def names_of(self, concept_ids: Iterable[str]) -> list[Claim]:
        """Return all names of concepts, spellings made by rule too."""
        rows = self._rows_of_names({self.row_of[i] for i in concept_ids})
        return _claims(taken(self._names, rows))

    def _rows_of_names(self, concepts: Collection[int]) -> Ints:
        wanted = np.fromiter(concepts, np.int32, len(concepts))
        return np.flatnonzero(np.isin(np.asarray(self._concept), wanted))

    def rivals(self, folded: str) -> list[Claim]:
        """Return who else claims the name with this folded form, best first.

        Nothing is known of it where the lexicon was compiled before there were rivals.
        """
        if "rivals.parquet" not in self.summary["sha256"]:
            return []
        found = _claims(self._rivals.filter(pc.equal(self._rivals["folded"], folded)))
        return sorted(found, key=lambda c: (c.refused, c.rank or 0, -1 if c.concept is None else c.concept))

    def holds_mesh(self, concept_id: str) -> bool | None:
        """Return whether an id ("MESH:D011565") is one of the MeSH that the lexicon was compiled from.

        MeSH holds more than the lexicon: headings that are no concepts here. Nothing is known, and None
        returned, where the lexicon was compiled without MeSH's ids.
        """
        known, ui = self._mesh_uis, concept_id.removeprefix("MESH:")
        if known is None or not UI.fullmatch(ui):
            return None if known is None else False
        i = int(np.searchsorted(known, number := ui_number(ui)))
        return i < len(known) and bool(known[i] == number)

    @functools.cached_property
    def headings(self) -> list[Heading]:
        """MeSH's descriptors that are about concepts; none where the lexicon was compiled without them."""
        held = HEADINGS in self.summary["sha256"]
        return [Heading(**row) for row in self._table(self.directory / HEADINGS).to_pylist()] if held else []

    @functools.cached_property
    def replaced(self) -> list[Replaced]:
        """Ids of MeSH that others have replaced, and headings that were renamed; none where none is known."""
        held = REPLACED in self.summary["sha256"]
        return [Replaced(**row) for row in self._table(self.directory / REPLACED).to_pylist()] if held else []

    @functools.cached_property
    def replacements(self) -> dict[str, str]:
        """The id that has replaced another one: {"MESH:C000591245": "MESH:D000099194"}.

        A substance of FDA's list that goes by an id of MeSH has its UNII replaced by that.
        """
        found = {f"UNII:{unii}": concept for unii, concept in self.cross_references("UNII").items()}
        return found | {f"MESH:{one.old}": f"MESH:{one.new}" for one in self.replaced if one.old != one.new}

    def current(self, concept_id: str) -> str:
        """Return the id that has replaced this one; the id itself where none has.

        Reads nothing for the id of a concept, so that it costs nothing as a program starts, nor for a name.
        """
        if concept_id in self.row_of or ":" not in concept_id:
            return concept_id
        return self.replacements.get(concept_id, concept_id)

    @functools.cached_property
    def _names(self) -> pa.Table:
        """All names, in 16 MB: a run asks for details several times."""
        return self._table(self.directory / "names.parquet")

    @functools.cached_property
    def _rivals(self) -> pa.Table:
        """Who else claims a name, read when somebody asks first."""
        return self._table(self.directory / "rivals.parquet")

    @functools.cached_property
    def _mesh_uis(self) -> npt.NDArray[np.int64] | None:
        if MESH_UIS not in self.summary["sha256"]:
            return None
        return numbers(self._table(self.directory / MESH_UIS)["ui"])

    def _table(self, path: Path) -> pa.Table:
        try:
            return _read(path)
        except (OSError, ValueError) as error:
            raise MalformedError(
                f"lexicon: {path} cannot be read ({error}): reinstall comention, or build it again"
            ) from error

    @functools.cached_property
    def name_keys(self) -> NameKeys:
        """The keys of all names, by which they are found in texts."""
        return NameKeys(self.trie.iterkeys())

    @functools.cached_property
    def children(self) -> dict[str, list[str]]:
        """The concepts right below each concept that has any."""
        found: defaultdict[str, list[str]] = defaultdict(list)
        columns = self._concepts.select(["concept_id", "parents"]).to_pydict().values()
        for concept_id, parents in zip(*columns, strict=True):
            for parent in parents:
                found[parent].append(concept_id)
        return dict(found)

    def cross_references(self, prefix: str) -> dict[str, str]:
        """Return the concept of each identifier of another vocabulary: {"3593": "HGNC:5970"} of NCBIGene."""
        xrefs = self._concepts["xrefs"].combine_chunks()
        of, known = pc.list_parent_indices(xrefs), pc.list_flatten(xrefs)
        chosen = pc.starts_with(known, f"{prefix}:")
        ids = self._concepts["concept_id"].take(of.filter(chosen)).to_pylist()
        return {x.partition(":")[2]: i for x, i in zip(known.filter(chosen).to_pylist(), ids, strict=True)}

    def details(self, concept_ids: Iterable[str]) -> list[dict[str, Any]]:
        """Return name, type, synonyms, parents, cross-references, source, MeSH's name and level, by id.

        MeSH's own name ("Arthritis, Rheumatoid") is one of the synonyms, too.
        Spellings made by rule ("rhIL-12") are matched, and left out of the synonyms.
        """
        wanted = {self.row_of[i]: i for i in set(concept_ids) if i in self.row_of}
        synonyms: defaultdict[int, set[str]] = defaultdict(set)
        found = taken(self._names.select(["concept", "source", "text"]), self._rows_of_names(wanted))
        for row, source, text in zip(*_columns(found), strict=True):
            if source != BY_RULE:
                synonyms[row].add(text)
        rows = sorted(wanted)
        entries = taken(self._concepts, np.array(rows, np.int64)).to_pylist()
        return [
            entry | {"synonyms": sorted((synonyms[row] | {entry["mesh_name"]}) - {entry["name"], ""})}
            for row, entry in zip(rows, entries, strict=True)
        ]


def _read(path: Path, columns: list[str] | None = None) -> pa.Table:
    with pq.ParquetFile(path) as file:  # pq.read_table loads pandas, as `files.arrays` says
        return file.read(columns=columns)


def _columns(table: pa.Table) -> list[list[Any]]:
    return [column.to_pylist() for column in table.columns]


def _claims(rows: pa.Table) -> list[Claim]:
    return list(map(_claim, rows.to_pylist()))


def _claim(row: Mapping[str, Any]) -> Claim:
    concept, rank = row["concept"], row.get("rank")
    return Claim(
        None if concept < 0 else concept,
        row["source"],
        Rank[rank] if rank else None,
        row["text"],
        row.get("refused", False),
    )


@functools.cache
def _open(directory: Path) -> Lexicon:
    return Lexicon(directory)


def open_lexicon(directory: Path | None = None) -> Lexicon:
    """Return the lexicon at a directory (the shipped one where None), opened once in a process."""
    return _open(directory or BUNDLED)
