"""What the counted integers stand for, and how they are put into columns."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Any

import duckdb
import numpy as np
import numpy.typing as npt
import pyarrow as pa

_LOW_HALF = (1 << 32) - 1

Integers = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Concepts:
    """Concepts by number: ids, preferred names, entity types, and the articles that count for their pairs."""

    ids: pa.Array
    names: pa.Array
    types: pa.Array
    margins: Integers

    def pair_ids(self, a: Integers, b: Integers) -> dict[str, pa.Array]:
        """Return the columns a_id and b_id."""
        return {"a_id": self.ids.take(pa.array(a)), "b_id": self.ids.take(pa.array(b))}

    def pair_sides(self, a: Integers, b: Integers) -> dict[str, pa.Array]:
        """Return ids, names and types of both sides."""
        columns = self.pair_ids(a, b)
        for side, numbers in (("a", pa.array(a)), ("b", pa.array(b))):
            columns |= {f"{side}_name": self.names.take(numbers), f"{side}_type": self.types.take(numbers)}
        return columns


@dataclass(frozen=True, slots=True)
class Seldom:
    """What few pairs have: articles where one is negated, and articles beyond the first of a story.

    Arrays side by side, in the order of `pair`; `repeated_not_retracted` leaves retracted articles out first.
    """

    pair: Integers
    negated: Integers
    repeated: Integers
    repeated_not_retracted: Integers

    def counts(self, rows: pa.Table) -> dict[str, Integers]:
        """Return the columns articles_negated and articles_independent of rows with pair and articles."""
        pair = integers(rows, "pair")
        articles = integers(rows, "articles")
        return {
            "articles_negated": self._of(pair, self.negated),
            "articles_independent": articles - self._of(pair, self.repeated),
        }

    def sure(self, rows: pa.Table) -> Integers:
        """Return the independent articles that are not retracted, of rows with pair and those not retracted.

        It may be less than both of these counts: one work may be told twice, and another be retracted.
        """
        repeated = self._of(integers(rows, "pair"), self.repeated_not_retracted)
        return integers(rows, "articles_not_retracted") - repeated

    def _of(self, pair: Integers, counted: Integers) -> Integers:
        at = np.searchsorted(self.pair, pair)
        found = np.flatnonzero(at < self.pair.size)
        found = found[self.pair[at[found]] == pair[found]]
        result = np.zeros_like(pair)
        result[found] = counted[at[found]]
        return result


@dataclass(frozen=True, slots=True)
class Corpus:
    """What the integers stand for: concepts by number; articles by number (`pmid` …) and by recency.

    `weights` is what all pairs of a concept weigh.
    """

    concepts: Concepts
    seldom: Seldom
    weights: Integers
    topic: npt.NDArray[np.bool_]
    pmid: pa.Array
    year: pa.Array
    retracted: pa.Array
    pmid_by_recency: pa.Array

    @property
    def total(self) -> int:
        """Articles of the corpus."""
        return len(self.pmid)

    @property
    def weight(self) -> int:
        """What all pairs weigh, each once."""
        return int(self.weights.sum()) // 2


def corpus(connection: duckdb.DuckDBPyConnection, topic_ids: frozenset[str]) -> Corpus:
    """Read what the numbers of the counted tables stand for."""
    concepts = table(
        connection,
        "SELECT concept_id, name, concept.entity_type, coalesce(margin.articles, 0)::BIGINT AS articles, "
        "coalesce(weight, 0)::BIGINT AS weight FROM concept LEFT JOIN margin USING (concept) LEFT JOIN ("
        "SELECT concept, sum(weight) AS weight FROM ("
        "SELECT pair >> 32 AS concept, weight FROM pair_detail UNION ALL "
        "SELECT pair & 4294967295, weight FROM pair_detail) GROUP BY concept) USING (concept) "
        "ORDER BY concept_id",
    )
    articles = table(connection, "SELECT pmid, year, retracted FROM article ORDER BY article")
    recent = table(connection, "SELECT pmid FROM article ORDER BY recency")
    return Corpus(
        concepts=concepts_of(concepts),
        seldom=seldom(connection),
        weights=integers(concepts, "weight"),
        topic=np.array([i in topic_ids for i in concepts.column("concept_id").to_pylist()], dtype=np.bool_),
        pmid=articles.column("pmid").combine_chunks(),
        year=articles.column("year").combine_chunks(),
        retracted=articles.column("retracted").combine_chunks(),
        pmid_by_recency=recent.column("pmid").combine_chunks(),
    )


def seldom(connection: duckdb.DuckDBPyConnection, of: str = "") -> Seldom:
    """Read the table pair_seldom with the prefix `of`."""
    columns = ", ".join(field.name for field in fields(Seldom))
    query = f"SELECT {columns} FROM {of}pair_seldom ORDER BY pair"  # noqa: S608 - our own names
    return Seldom(**columns_of(connection, query))


def concepts_of(table: pa.Table) -> Concepts:
    """Return concepts from the columns concept_id, name, entity_type and articles, in their order."""
    ids, names, types = (
        table.column(name).combine_chunks() for name in ("concept_id", "name", "entity_type")
    )
    return Concepts(ids, names, types, integers(table, "articles"))


def table(connection: duckdb.DuckDBPyConnection, query: str) -> pa.Table:
    """Return the rows of a query."""
    return connection.sql(query).to_arrow_table()


def sides(rows: pa.Table) -> tuple[Integers, Integers]:
    """Return the numbers of the two concepts of the column `pair`."""
    pair = integers(rows, "pair")
    return pair >> 32, pair & _LOW_HALF


def top_pmids(rows: pa.Table, pmid_by_recency: pa.Array) -> pa.Array:
    """Turn lists of keys (level, then recency in the low 32 bits) into lists of PMIDs."""
    top = rows.column("top").combine_chunks()
    offsets = np.concatenate([[0], np.cumsum(top.value_lengths().to_numpy())])
    keys = top.flatten().to_numpy()
    values = pmid_by_recency.take(pa.array(keys & _LOW_HALF))
    return pa.ListArray.from_arrays(pa.array(offsets, pa.int32()), values)


def integers(rows: pa.Table, name: str) -> Integers:
    """Return a column of whole numbers."""
    values: Integers = rows.column(name).to_numpy().astype(np.int64, copy=False)
    return values


def with_columns(rows: pa.Table, columns: dict[str, Any]) -> pa.Table:
    """Return the rows with further columns."""
    for name, values in columns.items():
        rows = rows.append_column(name, values if isinstance(values, pa.ChunkedArray) else pa.array(values))
    return rows


def columns_of(connection: duckdb.DuckDBPyConnection, query: str) -> dict[str, Integers]:
    """Return the rows of a query as a column of whole numbers for each name."""
    rows = table(connection, query)
    return {name: rows.column(name).to_numpy().astype(np.int64, copy=False) for name in rows.column_names}
