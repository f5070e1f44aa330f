"""The files of a compiled lexicon, and how they are written.

`keys.marisa` holds the folded names as a MARISA trie (Yata 2011, a succinct trie that is used where it
lies on disk); `names.parquet` what each key means, `concepts.parquet` the concepts, `rivals.parquet` who
else claimed a name, `mesh_uis.parquet` the ids that MeSH holds, `headings.parquet` which of its descriptors
are about which concept, `replaced.parquet` which of its ids others have replaced, `lexicon.json` the sources
with their versions and licences, and the checksums of the other files.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import marisa_trie
import pyarrow as pa
import pyarrow.parquet as pq

from comention.errors import ContractError
from comention.files.atomic import writing
from comention.lexicon.folding import fold_name
from comention.lexicon.model import BLOCKER, ConceptEntry, Heading, NameEntry, Rank, Replaced, RivalEntry
from comention.records import ENTITY_TYPES

#: Raised when the files change their meaning; a lexicon of another format is refused.
FORMAT = 2

# Beyond these, of zstd and of brotli, nothing gets smaller.
_LEVEL, _MOST = 19, 11
_FILES = ("keys.marisa", "names.parquet", "concepts.parquet", "rivals.parquet")
# Absent where MeSH's ids were not given: an empty one would say that MeSH holds none.
MESH_UIS = "mesh_uis.parquet"
HEADINGS = "headings.parquet"
REPLACED = "replaced.parquet"
UI = re.compile(r"[A-Z][0-9]{1,9}")
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
            _save_mesh_uis(directory / MESH_UIS, uis)
            files.append(MESH_UIS)
        if about := sorted(set(headings)):
            _save(directory / HEADINGS, {tuple(heading) for heading in about}, _HEADING, dictionary=False)
            files.append(HEADINGS)
        if gone := sorted(set(replaced)):
            _save(directory / REPLACED, {tuple(one) for one in gone}, _REPLACED_IDS)
            files.append(REPLACED)
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


def _save(path: Path, rows: set[tuple[Any, ...]], schema: pa.Schema, *, dictionary: bool = True) -> None:
    columns: list[Sequence[Any]] = list(zip(*sorted(rows), strict=True)) or [[] for _ in schema]
    arrays = [pa.array(c, f.type) for c, f in zip(columns, schema, strict=True)]
    table = pa.Table.from_arrays(arrays, schema=schema)
    # names as they are written are the most of a wheel, and few commands read them
    packed = {name: "brotli" if name == "text" else "zstd" for name in schema.names}
    levels = {name: _MOST if name == "text" else _LEVEL for name in schema.names}
    pq.write_table(
        table, path, compression=packed, compression_level=levels, use_dictionary=dictionary
    )  # of columns in which no word comes again it takes room


def _save_mesh_uis(path: Path, uis: Iterable[str]) -> None:
    # Sorted, they lie so close together that the differences take a few bits each.
    table = pa.table({"ui": pa.array(sorted(map(ui_number, uis)), pa.int64())})
    encoding = {"ui": "DELTA_BINARY_PACKED"}
    pq.write_table(
        table,
        path,
        compression="zstd",
        compression_level=_LEVEL,
        use_dictionary=False,
        column_encoding=encoding,
    )


def ui_number(ui: str) -> int:
    """Return a number for an id of MeSH that no other has: the letter's, a 1 that keeps zeros, the digits."""
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
    problems += [f"{ui!r} is no id of MeSH" for ui in sorted(uis) if not UI.fullmatch(ui)]
    if problems:
        more = f" and {len(problems) - 10} more" if len(problems) > 10 else ""
        raise ContractError("lexicon: " + "; ".join(problems[:10]) + more)
