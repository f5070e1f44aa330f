"""What a dataset is: columns, types, units, descriptions, keys; and that a table is one."""

from __future__ import annotations

import functools
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from comention.errors import ContractError

#: Raised by one when a column changes its meaning, its type or its name; new columns leave it.
SCHEMA_VERSION = 1

Order = Literal["ascending", "descending"]


def list_of(kind: pa.DataType) -> pa.DataType:
    """Return the type of a list, whose items are named as Parquet names them."""
    # Parquet calls the items "element"; a schema that does too is equal after a round trip.
    return pa.list_(pa.field("element", kind))


STRINGS = list_of(pa.string())

# Words that an error names of those that are not allowed.
_NAMED = 5


def listed(words: tuple[str, ...]) -> str:
    """Return words as a sentence lists them: "a, b or c"."""
    return " or ".join(filter(None, (", ".join(words[:-1]), words[-1])))


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its name, Arrow type, what it holds (with its unit), and whether null is allowed.

    `values` are the words that it, or a list in it, may hold, in their order where they have one; any where
    there are none.
    `others` says what else may stand there.
    """

    name: str
    type: pa.DataType
    description: str
    nullable: bool = False
    values: tuple[str, ...] = ()
    others: str = ""


@dataclass(frozen=True, slots=True)
class Reference:
    """A foreign key: each row's values of `columns` are the key of a row of `dataset`.

    Where `unless` is given, rows in which this column has that value refer to nothing.
    """

    columns: tuple[str, ...]
    dataset: str
    unless: tuple[str, object] | None = None


@dataclass(frozen=True, slots=True)
class Dataset:
    """One table: columns in order, the key that is unique and never null, and the order of its rows.

    `references` are the foreign keys that hold within one snapshot.
    """

    name: str
    description: str
    key: tuple[str, ...]
    columns: tuple[Column, ...]
    sort: tuple[tuple[str, Order], ...] = ()
    published: bool = True
    references: tuple[Reference, ...] = ()

    @property
    def schema(self) -> pa.Schema:
        """The Arrow schema; each field's metadata holds its description."""
        fields = [pa.field(c.name, c.type, c.nullable, {"description": c.description}) for c in self.columns]
        return pa.schema(
            fields, {b"comention.dataset": self.name, b"comention.schema_version": str(SCHEMA_VERSION)}
        )

    def column(self, name: str) -> Column:
        """Return a column by its name; raises KeyError where there is none."""
        return {column.name: column for column in self.columns}[name]

    @property
    def order(self) -> list[tuple[str, Order]]:
        """The order of the rows: `sort` where given, then the key."""
        return [*self.sort, *((name, "ascending") for name in self.key if name not in dict(self.sort))]


def conform(table: pa.Table, dataset: Dataset) -> pa.Table:
    """Return the table with exactly the dataset's columns, types, metadata and order of rows.

    Raises ContractError, listing *every* discrepancy: columns missing or unknown, values that do not
    fit their type, nulls where none may be, words that are not allowed, keys that stand twice.
    """
    problems = [f"column {c.name} is missing" for c in dataset.columns if c.name not in table.column_names]
    known = {c.name for c in dataset.columns}
    problems += [f"column {name} is unknown" for name in table.column_names if name not in known]
    columns: list[pa.ChunkedArray[Any]] = []
    for column in dataset.columns:
        if column.name not in table.column_names:
            continue
        values = table.column(column.name)
        try:
            values = values.cast(column.type)
        except (pa.ArrowInvalid, pa.ArrowNotImplementedError) as error:
            problems.append(f"column {column.name}: {error}")
        if values.null_count and not column.nullable:
            problems.append(f"column {column.name} holds {values.null_count} nulls")
        problems += _unknown_words(values, column)
        columns.append(values)
    if problems:
        raise ContractError(f"dataset {dataset.name} does not conform: " + "; ".join(problems))
    result = pa.Table.from_arrays(columns, schema=dataset.schema)
    order = pc.sort_indices(result, sort_keys=dataset.order).to_numpy()
    if (np.diff(order.astype(np.int64)) != 1).any():  # a sorted table is not copied
        result = result.take(pa.array(order))
    _check_key(result, dataset)
    return result.combine_chunks()


def _unknown_words(values: pa.ChunkedArray[Any], column: Column) -> list[str]:
    """Return what is wrong with the words of a column, nothing where all are allowed."""
    if pa.types.is_list(values.type):
        values = pc.list_flatten(values)
    if not column.values or column.others or not pa.types.is_string(values.type):
        return []
    allowed = pc.is_in(values, value_set=pa.array([*column.values, None], pa.string()))
    if pc.all(allowed).as_py() is not False:
        return []
    found = pc.unique(values.filter(pc.invert(allowed))).to_pylist()
    named = ", ".join(map(repr, found[:_NAMED])) + (", …" if len(found) > _NAMED else "")
    return [f"column {column.name} holds {named}: allowed are {', '.join(column.values)}"]


def _check_key(table: pa.Table, dataset: Dataset) -> None:
    """Raise ContractError where rows of a sorted table repeat the key."""
    key = list(dataset.key)
    if {name for name, _ in dataset.order[: len(key)]} == {*key}:
        repeated = _equal_to_next(table.select(key))  # what repeats a key stands beside it
    else:
        distinct = table.select(key).group_by(key, use_threads=False).aggregate([])
        repeated = table.num_rows - distinct.num_rows
    if repeated:
        raise ContractError(f"dataset {dataset.name}: {repeated} rows repeat the key ({', '.join(key)})")


def _equal_to_next(table: pa.Table) -> int:
    """Return how many rows equal the one after them."""
    one, other = table.slice(0, max(table.num_rows - 1, 0)), table.slice(1)
    same = [pc.equal(a, b) for a, b in zip(one.columns, other.columns, strict=True)]
    return pc.sum(functools.reduce(pc.and_, same)).as_py() or 0
