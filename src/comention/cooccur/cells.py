"""Cells and their pairs with cytokines, counted apart and put beside what else is counted.

Were cells counted with diseases, drugs and cytokines, an article that lists them would be richer in concepts
and share its weight out over more, and every q would be corrected over more pairs: what is said of the others
would change with what is known of cells. They are counted in a corpus of cells and cytokines instead, whose
pairs, all of a cell with a cytokine, are a family of their own.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from comention.cooccur import writing
from comention.files.opening import view_parquet
from comention.records import CELL_PARTNERS
from comention.schemas import CLAIMS, ENTITIES, EVIDENCE, FAMILIES, PAIRS, PAIRS_ROLLED_UP, TRENDS, Dataset

#: Conditions on mentions: what is counted apart, and what is counted without cells.
ONLY = f"entity_type IN {('cell', *CELL_PARTNERS)}"
NONE = "entity_type <> 'cell'"

_OF_PAIRS = (pc.field("a_type") == "cell") | (pc.field("b_type") == "cell")
# of pairs there are those alone, a cell with a cytokine
_KEPT = (
    (ENTITIES, pc.field("entity_type") == "cell"),
    (PAIRS, _OF_PAIRS),
    (PAIRS_ROLLED_UP, _OF_PAIRS),
    (EVIDENCE, pc.scalar(True)),
    (CLAIMS, pc.scalar(True)),
    (TRENDS, pc.scalar(True)),
    (FAMILIES, pc.field("family") == PAIRS.name),
)
#: What the family of these pairs is called.
FAMILY = "cells"

#: Rows that are read at a time.
_ROWS = 1 << 15


def are_there(connection: duckdb.DuckDBPyConnection, mentions: Sequence[Path]) -> bool:
    """Return whether any of the files mentions a cell."""
    found = view_parquet(connection, mentions).filter("entity_type = 'cell'").limit(1) if mentions else None
    return found is not None and bool(found.fetchall())


def merge(apart: Path, out: Path) -> dict[str, int]:
    """Put the rows of cells in `apart` beside those in `out`; return how many the datasets have then."""
    return {dataset.name: _merge(dataset, kept, apart, out) for dataset, kept in _KEPT}


def _merge(dataset: Dataset, kept: pc.Expression, apart: Path, out: Path) -> int:
    name = f"{dataset.name}.parquet"
    of_cells = (table.filter(kept) for table in _tables(apart / name))
    if dataset is FAMILIES:
        of_cells = (_renamed(table) for table in of_cells)
    merged = apart / f"merged-{name}"
    rows = writing.merge(_tables(out / name), of_cells, dataset, merged)
    merged.replace(out / name)
    return rows


def _tables(path: Path) -> Iterator[pa.Table]:
    with pq.ParquetFile(path) as file:
        for batch in file.iter_batches(_ROWS):
            yield pa.Table.from_batches([batch])


def _renamed(families: pa.Table) -> pa.Table:
    name = families.schema.field("family")
    return families.set_column(0, name, pa.array([FAMILY] * families.num_rows, name.type))
