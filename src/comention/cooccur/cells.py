"""Cells and their pairs with cytokines, counted apart and put beside what else is counted.

Were cells counted with diseases, drugs and cytokines, an article that lists them would be richer in concepts
and share its weight out over more, and every q would be corrected over more pairs: what is said of the others
would change with what is known of cells. They are counted in a corpus of cells and cytokines instead, whose
pairs, all of a cell with a cytokine, are a family of their own.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import duckdb

from comention.cooccur import writing
from comention.files.opening import view_parquet
from comention.records import CELL_PARTNERS
from comention.schemas import CLAIMS, ENTITIES, EVIDENCE, FAMILIES, PAIRS, PAIRS_ROLLED_UP, TRENDS, Dataset

#: Conditions on mentions: what is counted apart, and what is counted without cells.
ONLY = f"entity_type IN {('cell', *CELL_PARTNERS)}"
NONE = "entity_type <> 'cell'"

_OF_PAIRS = "a_type = 'cell' OR b_type = 'cell'"
# of pairs there are those alone, a cell with a cytokine
_KEPT = (
    (ENTITIES, "entity_type = 'cell'"),
    (PAIRS, _OF_PAIRS),
    (PAIRS_ROLLED_UP, _OF_PAIRS),
    (EVIDENCE, "true"),
    (CLAIMS, "true"),
    (TRENDS, "true"),
    (FAMILIES, f"family = '{PAIRS.name}'"),
)
#: What the family of these pairs is called.
FAMILY = "cells"


def are_there(connection: duckdb.DuckDBPyConnection, mentions: Sequence[Path]) -> bool:
    """Return whether any of the files mentions a cell."""
    found = view_parquet(connection, mentions).filter("entity_type = 'cell'").limit(1) if mentions else None
    return found is not None and bool(found.fetchall())


def merge(connection: duckdb.DuckDBPyConnection, apart: Path, out: Path) -> dict[str, int]:
    """Put the rows of cells in `apart` beside those in `out`; return how many the datasets have then."""
    return {dataset.name: _merge(connection, dataset, kept, apart, out) for dataset, kept in _KEPT}


def _merge(connection: duckdb.DuckDBPyConnection, dataset: Dataset, kept: str, apart: Path, out: Path) -> int:
    name = f"{dataset.name}.parquet"
    view_parquet(connection, [out / name]).create_view("others", replace=True)
    view_parquet(connection, [apart / name]).create_view("of_cells", replace=True)
    renamed = f"REPLACE ('{FAMILY}' AS family)" if dataset is FAMILIES else ""
    order = ", ".join(f'"{column}" {"DESC" if way == "descending" else ""}' for column, way in dataset.order)
    query = (
        f"SELECT * FROM (SELECT * FROM others UNION ALL SELECT * {renamed} FROM of_cells WHERE {kept}) "  # noqa: S608 - our own names
        f"ORDER BY {order}"
    )
    merged = apart / f"merged-{name}"
    rows = writing.write(connection, [query], dataset, lambda table: table, merged)
    merged.replace(out / name)
    return rows
