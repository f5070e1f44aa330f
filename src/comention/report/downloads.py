"""The tables of the page as files: CSV for spreadsheets, Parquet for programs."""

from __future__ import annotations

import functools
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path

import pyarrow as pa
import pyarrow.csv as pacsv

from comention.files.atomic import storage_error, write_table
from comention.files.outputs import put
from comention.report.enrichment import Enriched
from comention.report.news import Emerging
from comention.report.tables import CELLS, TYPES, Mentioned, Pair, Ranked, Triple
from comention.schemas import ENRICHMENT, PAIRS, TRIPLES
from comention.snapshots.tables import Row

#: The tables that a report can have.
TABLES = (
    ENRICHMENT.name,
    *(f"{entity_type}s" for entity_type in (*TYPES, CELLS)),
    PAIRS.name,
    TRIPLES.name,
    "emerging",
)

_NUMBERS = ("expected", "lift", "log_odds", "log_odds_low", "log_odds_high", "q_value", "q_richness", "grade")
_RATIOS = ("enrichment", "odds_low", "odds_high")
_COUNTS = frozenset(
    "articles articles_total background background_total sentences first_year last_year year "
    "claim_since contradicted_since".split()
)


def write(
    ranked: Sequence[Ranked],
    pairs: Sequence[Pair],
    triples: Sequence[Triple],
    emerging: Sequence[Emerging],
    folder: Path,
    enriched: Sequence[Enriched] = (),
) -> tuple[str, ...]:
    """Write the tables that have rows into a folder; return the files' names. Raises StorageError.

    Of an earlier report's tables none is left: a table that has no rows now has no file either. Files of
    other names stay.
    """
    tables: Mapping[str, list[Row]] = (
        {f"{entity_type}s": [] for entity_type in (*TYPES, CELLS)}
        | {
            f"{table.entity_type}s": [_mentioned(item) for item in (*table.rows, *table.more)]
            for table in ranked
        }
        | {
            "enrichment": [asdict(one) for one in enriched],
            "pairs": [_pair(pair) for pair in pairs],
            "triples": [_triple(triple) for triple in triples],
            "emerging": [_emerging(pair) for pair in emerging],
        }
    )
    names = []
    try:
        for name in TABLES:
            rows, csv, parquet = tables[name], folder / f"{name}.csv", folder / f"{name}.parquet"
            if not rows:
                csv.unlink(missing_ok=True)
                parquet.unlink(missing_ok=True)
                continue
            folder.mkdir(parents=True, exist_ok=True)
            table = pa.Table.from_pylist(rows, schema=pa.schema([(n, _kind(n)) for n in rows[0]]))
            put(parquet, functools.partial(write_table, table))
            put(csv, functools.partial(pacsv.write_csv, table))
            names += [csv.name, parquet.name]
    except OSError as error:
        raise storage_error(folder, error) from error
    return tuple(names)


def _kind(column: str) -> pa.DataType:
    """Return the type of a column: the same in every report, whatever is unknown in its rows."""
    if column in _COUNTS:
        return pa.int64()
    if column == "topic":
        return pa.bool_()
    number = column in {*_NUMBERS, *_RATIOS, "share_smoothed", "q_emerging"} and column != "grade"
    return pa.float64() if number else pa.string()


def _mentioned(item: Mentioned) -> Row:
    other = item.companion
    row = {
        "name": item.name,
        "concept_id": item.proof.first.ids[0],
        "articles": item.articles,
        "sentences": item.sentences,
        "first_year": item.first_year,
        "last_year": item.last_year,
        "claim": item.proof.said.words or None,
        "goes_with": other.name if other else None,
    }
    return row | {name: getattr(other, name) if other else None for name in _NUMBERS[1:]}


def _pair(pair: Pair) -> Row:
    row: Row = {}
    for side, of in (("a", pair.proof.first), ("b", pair.proof.second)):
        row |= {f"{side}_id": of.ids[0], f"{side}_name": of.name, f"{side}_type": of.entity_type}
    row["articles"] = pair.proof.tally.articles
    row |= {name: getattr(pair, name) for name in (*_NUMBERS, "first_year", "last_year")}
    return row | {"claim": pair.claim or None, "support": pair.support}


def _triple(triple: Triple) -> Row:
    names = "disease drug cytokine articles sentences expected lift first_year last_year topic".split()
    return {name: getattr(triple, name) for name in names} | {"chain": triple.chain or None}


def _emerging(pair: Emerging) -> Row:
    row: Row = {"a_name": pair.first.name, "b_name": pair.second.name}
    names = (
        "year articles share_smoothed q_emerging claim claim_since claim_before contradicted_since".split()
    )
    return row | {name: getattr(pair, name) for name in names}
