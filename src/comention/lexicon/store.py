"""The compiled lexicon: a directory that is written once and mapped into memory by every process.

`keys.marisa` holds the folded names as a MARISA trie (Yata 2011, a succinct trie that is used where it
lies on disk); `names.parquet` what each key means, `concepts.parquet` the concepts, `rivals.parquet` who
else claimed a name, `mesh_uis.parquet` the ids that MeSH holds, `headings.parquet` which of its descriptors
are about which concept, `replaced.parquet` which of its ids others have replaced, `lexicon.json` the sources
with their versions and licences, and the checksums of the other files. Finding names reads neither the
rivals, nor MeSH's ids, headings and replacements, nor where a name comes from.
"""

from __future__ import annotations

import functools
import hashlib
import json
import re
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

import marisa_trie
import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.parquet as pq

from comention.errors import ContractError, MalformedError
from comention.files.arrays import numbers, taken
from comention.files.atomic import writing
from comention.lexicon.characters import Ints
from comention.lexicon.folding import fold_name
from comention.lexicon.model import (
    BLOCKER,
    BY_RULE,
    ConceptEntry,
    Heading,
    NameEntry,
    Rank,
    Replaced,
    RivalEntry,
)
from comention.lexicon.name_keys import NameKeys
from comention.records import ENTITY_TYPES, Concept, ConceptLevel

#: Raised when the files change their meaning; a lexicon of another format is refused.
FORMAT = 2

#: The lexicon that is shipped.
BUNDLED = Path(__file__).parent / "compiled"

# Beyond it nothing gets smaller.
_LEVEL = 19
_FILES = ("keys.marisa", "names.parquet", "concepts.parquet", "rivals.parquet")
# Absent where MeSH's ids were not given: an empty one would say that MeSH holds none.
_MESH_UIS = "mesh_uis.parquet"
_HEADINGS = "headings.parquet"
_REPLACED = "replaced.parquet"
_UI = re.compile(r"[A-Z][0-9]{1,9}")
# Ranks are written by name, which stays when one is put between two others.
_WORD = pa.dictionary(pa.int8(), pa.string())
_NAMES = pa.schema(
    [
        ("key", pa.int32()),
        ("concept", pa.int32()),
        ("capitals", pa.uint8()),
        ("needs_definition", pa.bool_()),
        ("source", _WORD),
        ("text", pa.string()),
        ("rank", _WORD),
    ]
)
_RIVALS = pa.schema(
    [
        ("folded", pa.string()),
        ("concept", pa.int32()),
        ("source", _WORD),
        ("rank", _WORD),
        ("text", pa.string()),
        ("refused", pa.bool_()),
    ]
)
_HEADING = pa.schema([("ui", pa.string()), ("name", pa.string()), ("concept_id", pa.string())])
_REPLACED_IDS = pa.schema([(name, pa.string()) for name in Replaced._fields])
_STRINGS = pa.list_(pa.string())
_CONCEPTS = pa.schema(
    [
        ("concept_id", pa.string()),
        ("name", pa.string()),
        ("entity_type", pa.string()),
        ("source", pa.string()),
        ("parents", _STRINGS),
        ("xrefs", _STRINGS),
        ("mesh_name", pa.string()),
        ("level", _WORD),
    ]
)


def write(
    directory: Path,
    concepts: Iterable[ConceptEntry],
    names: Iterable[NameEntry],
    provenance: Mapping[str, Any],
    rivals: Iterable[RivalEntry] = (),
    mesh_uis: Iterable[str] = (),
    headings: Iterable[Heading] = (),
    replaced: Iterable[Replaced] = (),
) -> dict[str, Any]:
    """Compile concepts and names into a directory; return what `lexicon.json` says.

    `mesh_uis` are the ids of all records of MeSH ("D011565"), those that are no concepts here among them;
    none means that they are not known. `headings` are those of the descriptors that are about a concept,
    `replaced` ids of MeSH that others have replaced. The
    same entries in any order give the same bytes. Raises ContractError for a concept that stands twice,
    a type that does not exist, a name (or a rival's) of an unknown concept or one that folds to nothing, what
    is no id of MeSH; StorageError where the disk refuses.
    """
    rows = sorted(concepts, key=lambda c: c.concept_id)
    index = {c.concept_id: i for i, c in enumerate(rows)} | {BLOCKER: -1}
    folded = [(fold_name(n.text), n) for n in names]
    losers = [(fold_name(r.text), r) for r in rivals]
    uis = set(mesh_uis)
    _check(rows, [*folded, *losers], index, uis)
    with writing(directory, "name another folder with --out"):
        directory.mkdir(parents=True, exist_ok=True)
        trie = marisa_trie.Trie(sorted({key for key, _ in folded}))
        (directory / "keys.marisa").write_bytes(trie.tobytes())
        entries = {
            (trie[k], index[n.concept_id], n.capitals, n.needs_definition, n.source, n.text, _word(n.rank))
            for k, n in folded
        }
        _save(directory / "names.parquet", entries, _NAMES)
        claims = {(k, index[r.concept_id], r.source, Rank(r.rank).name, r.text, r.refused) for k, r in losers}
        _save(directory / "rivals.parquet", claims, _RIVALS)
        entries_of = [{f.name: getattr(c, f.name) for f in _CONCEPTS} for c in rows]
        table = pa.Table.from_pylist(entries_of, schema=_CONCEPTS)
        pq.write_table(table, directory / "concepts.parquet", compression="zstd", compression_level=_LEVEL)
        files = [*_FILES]
        if uis:
            _save_mesh_uis(directory / _MESH_UIS, uis)
            files.append(_MESH_UIS)
        if about := sorted(set(headings)):
            _save(directory / _HEADINGS, {tuple(heading) for heading in about}, _HEADING)
            files.append(_HEADINGS)
        if gone := sorted(set(replaced)):
            _save(directory / _REPLACED, {tuple(one) for one in gone}, _REPLACED_IDS)
            files.append(_REPLACED)
        summary = {
            "format": FORMAT,
            "names": len(trie),
            "concepts": dict(sorted(Counter(c.entity_type for c in rows).items())),
            "sources": provenance,
            "sha256": {name: hashlib.sha256((directory / name).read_bytes()).hexdigest() for name in files},
        }
        text = json.dumps(summary, indent=1, sort_keys=True, ensure_ascii=False)
        (directory / "lexicon.json").write_text(f"{text}\n", encoding="utf-8")
    return summary


def _word(rank: int | None) -> str:
    return "" if rank is None else Rank(rank).name


def _save(path: Path, rows: set[tuple[Any, ...]], schema: pa.Schema) -> None:
    columns: list[Sequence[Any]] = list(zip(*sorted(rows), strict=True)) or [[] for _ in schema]
    arrays = [pa.array(c, f.type) for c, f in zip(columns, schema, strict=True)]
    table = pa.Table.from_arrays(arrays, schema=schema)
    pq.write_table(table, path, compression="zstd", compression_level=_LEVEL)


def _save_mesh_uis(path: Path, uis: Iterable[str]) -> None:
    # Sorted, they lie so close together that the differences take a few bits each.
    table = pa.table({"ui": pa.array(sorted(map(_ui_number, uis)), pa.int64())})
    encoding = {"ui": "DELTA_BINARY_PACKED"}
    pq.write_table(
        table,
        path,
        compression="zstd",
        compression_level=_LEVEL,
        use_dictionary=False,
        column_encoding=encoding,
    )


def _ui_number(ui: str) -> int:
    """A number for an id of MeSH that no other id has: the letter's, a 1 that keeps zeros, the digits."""
    return int(f"{ord(ui[0])}1{ui[1:]}")


def _check(
    rows: list[ConceptEntry],
    folded: Sequence[tuple[str, NameEntry | RivalEntry]],
    index: Mapping[str, int],
    uis: Iterable[str],
) -> None:
    twice = [i for i, n in Counter(c.concept_id for c in rows).items() if n > 1]
    problems = [f"concept {i} stands twice" for i in twice]
    problems += [
        f"concept {c.concept_id}: no type {c.entity_type}" for c in rows if c.entity_type not in ENTITY_TYPES
    ]
    for key, name in folded:
        if not key:
            problems.append(f"name {name.text!r} of {name.concept_id or 'a blocker'} folds to nothing")
        if name.concept_id not in index:
            problems.append(f"name {name.text!r} is of an unknown concept {name.concept_id}")
    problems += [f"{ui!r} is no id of MeSH" for ui in sorted(uis) if not _UI.fullmatch(ui)]
    if problems:
        more = f" and {len(problems) - 10} more" if len(problems) > 10 else ""
        raise ContractError("lexicon: " + "; ".join(problems[:10]) + more)


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
            if name not in {_MESH_UIS, _HEADINGS, _REPLACED}
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
        levels = self._concepts.select(["concept_id", "level"]).to_pydict().values()
        return frozenset(concept_id for concept_id, level in zip(*levels, strict=True) if level == wanted)

    @functools.cached_property
    def row_of(self) -> dict[str, int]:
        """Row of each concept id."""
        return {concept_id: i for i, concept_id in enumerate(self._concepts["concept_id"].to_pylist())}

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
        return _claims(self._table(self.directory / "names.parquet").slice(first, last - first))

    def names_of(self, concept_ids: Iterable[str]) -> list[Claim]:
        """Return all names of concepts, spellings made by rule too."""
        rows = self._rows_of_names({self.row_of[i] for i in concept_ids})
        return _claims(taken(self._table(self.directory / "names.parquet"), rows))

    def _rows_of_names(self, concepts: Collection[int]) -> Ints:
        wanted = np.fromiter(concepts, np.int32, len(concepts))
        return np.flatnonzero(np.isin(np.asarray(self._concept), wanted))

    def rivals(self, folded: str) -> list[Claim]:
        """Return who else claims the name with this folded form, best first.

        Nothing is known of it where the lexicon was compiled before there were rivals.
        """
        if "rivals.parquet" not in self.summary["sha256"]:
            return []
        rivals = self._table(self.directory / "rivals.parquet")
        rows = [row for row, name in enumerate(rivals["folded"].to_pylist()) if name == folded]
        found = _claims(taken(rivals, np.array(rows, np.int64)))
        return sorted(found, key=lambda c: (c.refused, c.rank or 0, -1 if c.concept is None else c.concept))

    def holds_mesh(self, concept_id: str) -> bool | None:
        """Return whether an id ("MESH:D011565") is one of the MeSH that the lexicon was compiled from.

        MeSH holds more than the lexicon: headings that are no concepts here. Nothing is known, and None
        returned, where the lexicon was compiled without MeSH's ids.
        """
        known, ui = self._mesh_uis, concept_id.removeprefix("MESH:")
        if known is None or not _UI.fullmatch(ui):
            return None if known is None else False
        i = int(np.searchsorted(known, number := _ui_number(ui)))
        return i < len(known) and bool(known[i] == number)

    @functools.cached_property
    def headings(self) -> list[Heading]:
        """MeSH's descriptors that are about concepts; none where the lexicon was compiled without them."""
        held = _HEADINGS in self.summary["sha256"]
        return [Heading(**row) for row in self._table(self.directory / _HEADINGS).to_pylist()] if held else []

    @functools.cached_property
    def replaced(self) -> list[Replaced]:
        """Ids of MeSH that others have replaced, and headings that were renamed; none where none is known."""
        held = _REPLACED in self.summary["sha256"]
        return (
            [Replaced(**row) for row in self._table(self.directory / _REPLACED).to_pylist()] if held else []
        )

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
    def _mesh_uis(self) -> npt.NDArray[np.int64] | None:
        if _MESH_UIS not in self.summary["sha256"]:
            return None
        return numbers(self._table(self.directory / _MESH_UIS)["ui"])

    def _table(self, path: Path, columns: list[str] | None = None) -> pa.Table:
        try:
            return _read(path, columns)
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
        found: dict[str, str] = {}
        rows = self._concepts.select(["concept_id", "xrefs"]).to_pydict()
        for concept_id, xrefs in zip(rows["concept_id"], rows["xrefs"], strict=True):
            found.update((x.partition(":")[2], concept_id) for x in xrefs if x.startswith(f"{prefix}:"))
        return found

    def details(self, concept_ids: Iterable[str]) -> list[dict[str, Any]]:
        """Return name, type, synonyms, parents, cross-references, source, MeSH's name and level, by id.

        MeSH's own name ("Arthritis, Rheumatoid") is one of the synonyms, too.
        Spellings made by rule ("rhIL-12") are matched, and left out of the synonyms.
        """
        wanted = {self.row_of[i]: i for i in set(concept_ids) if i in self.row_of}
        names = self._table(self.directory / "names.parquet", ["concept", "source", "text"])
        synonyms: defaultdict[int, set[str]] = defaultdict(set)
        for row, source, text in zip(*_columns(taken(names, self._rows_of_names(wanted))), strict=True):
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
