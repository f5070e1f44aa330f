"""The tables of the page as files: CSV for spreadsheets, Parquet for programs."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pyarrow as pa
import pyarrow.csv as pacsv

from comention.files import storage_error, write_parquet
from comention.report.news import Emerging
from comention.report.snapshot import Row
from comention.report.tables import Pair, Ranked, Triple

_NUMBERS = ("expected", "lift", "log_odds", "log_odds_low", "log_odds_high", "q_value", "q_richness", "grade")


def write(
    ranked: Sequence[Ranked],
    pairs: Sequence[Pair],
    triples: Sequence[Triple],
    emerging: Sequence[Emerging],
    folder: Path,
) -> tuple[str, ...]:
    """Write the tables that have rows into a folder; return the files' names. Raises StorageError."""
    tables = {
        f"{table.entity_type}s": [_mentioned(table, n) for n in range(len(table.rows))] for table in ranked
    }
    tables |= {
        "pairs": [_pair(pair) for pair in pairs],
        "triples": [_triple(triple) for triple in triples],
        "emerging": [_emerging(pair) for pair in emerging],
    }
    names = []
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name, rows in tables.items():
            if rows:
                table = pa.Table.from_pylist(rows)
                write_parquet(folder / f"{name}.parquet", table)
                pacsv.write_csv(table, folder / f"{name}.csv")
                names += [f"{name}.csv", f"{name}.parquet"]
    except OSError as error:
        raise storage_error(folder, error) from error
    return tuple(names)


def _mentioned(table: Ranked, number: int) -> Row:
    item = table.rows[number]
    other = item.companion
    row = {
        "name": item.name,
        "concept_id": item.proof.first.ids[0],
        "articles": item.articles,
        "sentences": item.sentences,
        "first_year": item.first_year,
        "last_year": item.last_year,
        "goes_with": other.name if other else None,
    }
    return row | {name: getattr(other, name) if other else None for name in _NUMBERS[1:]}


def _pair(pair: Pair) -> Row:
    row: Row = {}
    for side, of in (("a", pair.proof.first), ("b", pair.proof.second)):
        row |= {f"{side}_id": of.ids[0], f"{side}_name": of.name, f"{side}_type": of.entity_type}
    row["articles"] = pair.proof.tally.articles
    return row | {name: getattr(pair, name) for name in (*_NUMBERS, "first_year", "last_year")}


def _triple(triple: Triple) -> Row:
    names = "disease drug cytokine articles sentences expected lift first_year last_year topic".split()
    return {name: getattr(triple, name) for name in names}


def _emerging(pair: Emerging) -> Row:
    row = {"a_name": pair.first.name, "b_name": pair.second.name}
    return row | {name: getattr(pair, name) for name in ("year", "articles", "share_smoothed", "q_emerging")}
