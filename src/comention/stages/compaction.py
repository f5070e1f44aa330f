"""Worn shards into full ones: nightly runs leave small shards, revisions leave rows that no longer count.

A shard is worn when it holds less than half as many live rows as a shard may. When enough are, their live
rows go into new shards, and what annotators made of them goes along: nothing is annotated again, and no
dataset changes. All is written before the store names it; a run that dies before that has done nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pyarrow as pa

from comention.annotation.shards import REMADE, ShardPaths, paths_for
from comention.claims.reading import fingerprint
from comention.files.checksums import read_checked, write_checked
from comention.pubmed.store import Store


def compact(store: Store, run_id: str, *, size: int, at: int) -> int:
    """Merge worn shards of the store where there are `at` or more; return how many were merged.

    `size` is the articles that a shard may hold. Call it under the lock, when the store is whole.
    """
    live = store.index.shards
    worn = [shard for shard in store.state.shards if is_worn(live.get(shard, 0), size)]
    if len(worn) < at:
        return 0
    homes = [path for path in (store.root / "annotations").glob("*/") if path.is_dir()]
    annotated = {home: _annotations(store, home, worn) for home in homes}
    index = store.index
    rows = pa.concat_tables([_live(store, number, shard) for number, shard in enumerate(worn)])
    for start in range(0, rows.num_rows, size):
        part = rows.slice(start, size).combine_chunks()
        shard = store.add_shard(part.drop_columns(["worn", "row"]))
        index = index.moved(part["pmid"].to_numpy(), shard)
        for home, old in annotated.items():
            if all(paths.annotated for paths in old):
                [new] = _annotations(store, home, [shard])
                _carry(old, new, part)
    store.repack(index, run_id)
    return len(worn)


def is_worn(rows: int, size: int) -> bool:
    """Return whether a shard with so many live rows is to be merged, where one may hold `size` articles."""
    return 2 * rows < size


def _annotations(store: Store, home: Path, shards: Sequence[str]) -> list[ShardPaths]:
    named = [(shard, store.shard_path(shard)) for shard in shards]
    return paths_for(named, home.parent, home.name, fingerprint())


def _live(store: Store, number: int, shard: str) -> pa.Table:
    """Return the live rows of a shard, with where they come from: the worn shard's number, and the row."""
    table = read_checked(store.shard_path(shard))
    live = store.index.lives(shard, table["pmid"], table["content_hash"]).to_pylist()
    last = {pmid: row for row, pmid in enumerate(table["pmid"].to_pylist()) if live[row]}
    rows = sorted(last.values())
    found = table.take(pa.array(rows, pa.int64()))
    found = found.append_column("worn", pa.array([number] * len(rows), pa.int64()))
    return found.append_column("row", pa.array(rows, pa.int64()))


def _carry(old: Sequence[ShardPaths], new: ShardPaths, part: pa.Table) -> None:
    """Write what an annotator made of a new shard's rows, the claims last: they say that it is done."""
    studies = ("studies",) if all(paths.studied for paths in old) else ()  # else they are read again
    claims = ("claims",) if all(paths.claimed for paths in old) else ()
    worn, row = part["worn"].to_numpy(), part["row"].to_numpy()
    for kind in ("sentences", "rejected", "mentions", *studies, *claims):
        found = []
        for number in np.unique(worn):
            table = read_checked(getattr(old[number], kind), mend=REMADE)
            here = np.flatnonzero(worn == number)
            place = np.full(max(int(row[here].max()), int(_most(table))) + 1, -1)
            place[row[here]] = here
            at = place[table["row"].to_numpy()] if table.num_rows else np.empty(0, np.int64)
            moved = table.set_column(0, table.schema.field("row"), pa.array(at, pa.int32()))
            found.append(moved.filter(pa.array(at >= 0)))
        write_checked(getattr(new, kind), pa.concat_tables(found))


def _most(table: pa.Table) -> int:
    return int(table["row"].to_numpy().max()) if table.num_rows else 0
