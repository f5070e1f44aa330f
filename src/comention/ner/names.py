"""Names that gold annotations give to concepts: what curators call things, and vocabularies do not.

"Hepatotoxicity" is MESH:D056486 to the curators of BC5CDR, and no name of it in MeSH. Such a name counts only
where the recogniser has marked it as a whole, with the same label; it is no name of the lexicon.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, NamedTuple

import pyarrow as pa
import pyarrow.parquet as pq

from comention.errors import MalformedError
from comention.lexicon.folding import fold_name

SCHEMA = pa.schema(
    [
        pa.field("label", pa.string(), nullable=False),
        pa.field("name", pa.string(), nullable=False),
        pa.field("concept_ids", pa.list_(pa.string()), nullable=False),
        pa.field("count", pa.int32(), nullable=False),
    ]
)

#: A label and a folded name.
Key = tuple[str, str]

#: What each name means: the ids of what it names, which are several for "renal and hepatic failure".
Names = Mapping[Key, tuple[str, ...]]


class Use(NamedTuple):
    """One place where gold names something."""

    label: str
    text: str
    concept_ids: tuple[str, ...]


def learnt(uses: Iterable[Use]) -> pa.Table:
    """Return what each name means, in the order of the names, as a table.

    What it means in two of three uses or more; a name of which gold says now this and now that is left out.
    """
    counts: defaultdict[tuple[str, str], Counter[tuple[str, ...]]] = defaultdict(Counter)
    for use in uses:
        if folded := fold_name(use.text):
            counts[use.label, folded][tuple(sorted(use.concept_ids))] += 1
    rows = []
    for (label, name), meanings in sorted(counts.items()):
        ids, count = min(meanings.items(), key=lambda item: (-item[1], item[0]))
        if ids and 3 * count >= 2 * meanings.total():
            rows.append({"label": label, "name": name, "concept_ids": list(ids), "count": count})
    return pa.Table.from_pylist(rows, schema=SCHEMA)


def read_names(path: Path) -> dict[Key, tuple[str, ...]]:
    """Return the names of a model. Raises MalformedError where the file is no such table."""
    return {(row["label"], row["name"]): tuple(row["concept_ids"]) for row in _rows(path)}


def read_uses(path: Path) -> dict[Key, int]:
    """Return how often gold has each name of a model so; raises as :func:`read_names` does."""
    return {(row["label"], row["name"]): row["count"] for row in _rows(path)}


def _rows(path: Path) -> list[dict[str, Any]]:
    try:
        table = pq.ParquetFile(path).read()  # read_table loads pandas
        if not table.schema.equals(SCHEMA):
            raise ValueError("its columns are others")
        return list(table.to_pylist())
    except (OSError, ValueError) as error:
        raise MalformedError(
            f"model: {path} cannot be read ({error}): reinstall comention, or train it again"
        ) from error
