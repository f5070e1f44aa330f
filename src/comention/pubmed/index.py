"""What a store holds, in arrays: the live row of each PMID takes some fifty bytes and is no object."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

#: The columns of an index on disk.
SCHEMA = pa.schema(
    [("pmid", pa.int64()), ("version", pa.int32()), ("content_hash", pa.string()), ("shard", pa.string())]
)

Numbers = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]


class Held(NamedTuple):
    """The live row of a PMID."""

    version: int
    content_hash: str
    shard: str


class Index(Mapping[int, Held]):
    """The live row of each PMID, in the order of PMIDs; it does not change.

    `table` has the columns of :data:`SCHEMA`, in any order of rows, each PMID once; `shard` may be encoded.
    """

    def __init__(self, table: pa.Table = SCHEMA.empty_table()) -> None:  # noqa: B008 - it does not change
        pmids = table["pmid"].to_numpy()
        if pmids.size and not (np.diff(pmids) > 0).all():
            table = table.take(pa.array(np.argsort(pmids)))
        at = table.schema.get_field_index("shard")
        if not pa.types.is_dictionary(table.schema.field(at).type):
            table = table.set_column(at, "shard", table["shard"].dictionary_encode())
        #: The rows, sorted, with the shards encoded.
        self.rows: pa.Table = table.unify_dictionaries().combine_chunks()
        self.pmids: Numbers = self.rows["pmid"].to_numpy()

    @classmethod
    def of(cls, held: Mapping[int, Held]) -> Index:
        """Return the index with these rows."""
        columns: list[Any] = list(zip(*((pmid, *row) for pmid, row in held.items()), strict=True))
        return cls(pa.table(columns or [[]] * len(SCHEMA), SCHEMA))

    def __len__(self) -> int:
        return self.pmids.size

    def __iter__(self) -> Iterator[int]:
        for start in range(0, self.pmids.size, 1 << 16):
            yield from self.pmids[start : start + (1 << 16)].tolist()

    def __contains__(self, pmid: object) -> bool:
        return isinstance(pmid, int) and self._at(pmid) is not None

    def __getitem__(self, pmid: int) -> Held:
        at = self._at(pmid)
        if at is None:
            raise KeyError(pmid)
        return Held(*(self.rows[name][at].as_py() for name in Held._fields))

    def _at(self, pmid: int) -> int | None:
        at = int(np.searchsorted(self.pmids, pmid))
        return at if at < self.pmids.size and self.pmids[at] == pmid else None

    @property
    def shards(self) -> dict[str, int]:
        """How many live rows each shard has."""
        counted = self.rows["shard"].value_counts().to_pylist()
        return {row["values"]: row["counts"] for row in counted}

    def lives(self, shard: str, pmids: pa.ChunkedArray, hashes: pa.ChunkedArray) -> pa.Array:
        """Return which rows of a shard are live: those that the index names by PMID, content and shard."""
        at, found = self.find(pmids.to_numpy())
        of_shard = pc.equal(self.rows["shard"].take(pa.array(at[found])).cast(pa.string()), shard)
        same = pc.equal(self.rows["content_hash"].take(pa.array(at[found])), hashes.filter(pa.array(found)))
        found[found] = pc.and_(of_shard, same).to_numpy()
        return pa.array(found)

    def find(self, pmids: Numbers) -> tuple[Numbers, Flags]:
        """Return the row of each PMID, and whether it is held; the row of one that is not is any."""
        at = np.minimum(np.searchsorted(self.pmids, pmids), max(self.pmids.size - 1, 0))
        if not self.pmids.size:
            return at, np.zeros(pmids.size, np.bool_)
        return at, self.pmids[at] == pmids

    def changed(self, gone: Numbers, new: pa.Table) -> Index:
        """Return the index without some PMIDs and with rows, as :data:`SCHEMA` has them, of others."""
        kept = self.rows.filter(pa.array(~np.isin(self.pmids, gone)))
        encoded = new.set_column(SCHEMA.get_field_index("shard"), "shard", new["shard"].dictionary_encode())
        return Index(pa.concat_tables([kept.select(SCHEMA.names), encoded]))

    def moved(self, pmids: Numbers, shard: str) -> Index:
        """Return the index with rows that are held lying in another shard."""
        rows = self.rows.take(pa.array(self.find(pmids)[0]))
        there = pa.array([shard] * rows.num_rows, pa.string())
        at = rows.schema.get_field_index("shard")
        return self.changed(pmids, rows.set_column(at, "shard", there))

    def compared(self, before: Index) -> tuple[int, int, int]:
        """Return how many PMIDs were added since another index, removed, and revised in their content."""
        at, found = before.find(self.pmids)
        now = self.rows["content_hash"].filter(pa.array(found))
        then = before.rows["content_hash"].take(pa.array(at[found]))
        both = int(found.sum())
        return len(self) - both, len(before) - both, pc.sum(pc.not_equal(now, then)).as_py() or 0

    def to_table(self) -> pa.Table:
        """Return the rows as they lie on disk."""
        return self.rows.cast(SCHEMA).select(SCHEMA.names)
