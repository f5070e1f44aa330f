"""What the sheets of a workbook hold: tables of a snapshot, the first rows of their listings first."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import duckdb
import pyarrow as pa

from comention.schemas import DATASETS, Column
from comention.snapshots.snapshot import Snapshot
from comention.snapshots.tables import ENRICHED, SUREST, opened, row

#: Rows that a sheet holds below its header.
#: https://support.microsoft.com/office/excel-specifications-and-limits-1672b34d-7043-467e-8e27-269d656771c3
ROWS = 1_048_575
#: Rows of evidence where nothing else is asked for, the best places of each pair first.
EVIDENCE_ROWS = 50_000
_BATCH = 4096  # rows in memory at once

_TEXT = Column("text", pa.string(), "the sentence; empty where the two share only the article", True)
_NAMES = (
    Column("a_name", pa.string(), "preferred name of the first concept"),
    Column("b_name", pa.string(), "preferred name of the second concept"),
)


@dataclass(frozen=True, slots=True)
class Sheet:
    """A table of a workbook: what its rows are, its columns in order, and the query that returns the rows."""

    name: str
    description: str
    columns: tuple[Column, ...]
    datasets: tuple[str, ...]
    query: str
    order: str


@dataclass(frozen=True, slots=True)
class Extent:
    """How many rows of a table there are, and how many of them, the first, a sheet holds."""

    rows: int
    held: int


def _whole(name: str, order: str) -> Sheet:
    dataset = DATASETS[name]
    columns = ", ".join(f'"{column.name}"' for column in dataset.columns)
    # Columns are the schema's own words.
    query = f"SELECT {columns} FROM {name}"  # noqa: S608
    return Sheet(name, dataset.description, dataset.columns, (name,), query, order)


def _evidence() -> Sheet:
    dataset = DATASETS["evidence"]
    ends = dataset.columns[2:]
    columns = (dataset.columns[0], _NAMES[0], dataset.columns[1], _NAMES[1], *ends, _TEXT)
    own = ", ".join(f'e."{column.name}"' for column in ends)
    query = (
        f"SELECT e.a_id, a.name AS a_name, e.b_id, b.name AS b_name, {own}, s.text "  # noqa: S608
        "FROM evidence e JOIN entities a ON a.concept_id = e.a_id JOIN entities b ON b.concept_id = e.b_id "
        "LEFT JOIN sentences s ON s.pmid = e.pmid AND s.sentence = e.sentence"
    )
    order = "e.rank, e.a_id, e.b_id, e.pmid, e.sentence"
    return Sheet(
        "evidence", dataset.description, columns, ("evidence", "sentences", "entities"), query, order
    )


def sheets() -> tuple[Sheet, ...]:
    """Return the tables of a workbook in their order, the surest and most supported rows first."""
    return (
        _whole("enrichment", ENRICHED),
        _whole("pairs", SUREST),
        _whole("triples", "articles DESC, disease_id, drug_id, cytokine_id"),
        _whole("entities", "articles DESC, concept_id"),
        _evidence(),
    )


def extent(snapshot: Snapshot, sheet: Sheet, most: int) -> Extent:
    """Return how many rows a table has and how many of them a sheet of `most` rows holds."""
    with opened(snapshot, sheet.datasets[0]) as connection:
        number = row(connection, f"SELECT count(*) AS n FROM {sheet.datasets[0]}")["n"]  # noqa: S608
    return Extent(number, min(number, most))


def rows(snapshot: Snapshot, sheet: Sheet, most: int) -> Iterator[tuple[Any, ...]]:
    """Yield the first rows of a table as tuples of its columns; raises MalformedError for a damaged one."""
    with opened(snapshot, *sheet.datasets) as connection:
        connection.execute("SET TimeZone = 'UTC'")
        found: duckdb.DuckDBPyConnection = connection.execute(
            f"{sheet.query} ORDER BY {sheet.order} LIMIT {int(most)}"
        )
        while batch := found.fetchmany(_BATCH):
            yield from batch
