"""The citations that a work directory holds.

Shards are immutable Parquet files in order of arrival; the index names, for each PMID held, the shard and
the content hash of the row that is alive. A run adds shards, writes a new index, and then replaces
`state.json` in one step: until that step nothing has happened.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple

import pyarrow as pa

from comention.errors import ContractError, MalformedError
from comention.files import read_parquet, write_json, write_parquet
from comention.records import Article
from comention.schemas import ARTICLES, LEDGER, REJECTS, SCHEMA_VERSION, conform

_INDEX = pa.schema(
    [("pmid", pa.int64()), ("version", pa.int32()), ("content_hash", pa.string()), ("shard", pa.string())]
)
_DERIVED = ("language", "source", "content_hash")


class Held(NamedTuple):
    """The live row of a PMID."""

    version: int
    content_hash: str
    shard: str


@dataclass(frozen=True, slots=True)
class State:
    """What `state.json` says."""

    schema_version: int = SCHEMA_VERSION
    topic: str | None = None
    translation: str | None = None
    shards: tuple[str, ...] = ()
    index: str | None = None
    ledger: str | None = None


def to_table(articles: Iterable[Article], hashes: Iterable[str], source: str) -> pa.Table:
    """Return articles as rows of the `articles` dataset, in the order given."""
    rows = list(articles)
    columns: dict[str, Any] = {
        "language": [a.languages[0] if a.languages else None for a in rows],
        "source": [source] * len(rows),
        "content_hash": list(hashes),
    }
    for column in ARTICLES.columns:
        if column.name in _DERIVED:
            continue
        values = [getattr(a, column.name) for a in rows]
        if pa.types.is_list(column.type) and pa.types.is_struct(column.type.value_type):
            values = [[asdict(item) for item in value] for value in values]
        columns[column.name] = values
    arrays = [pa.array(columns[f.name], f.type) for f in ARTICLES.schema]
    return pa.Table.from_arrays(arrays, schema=ARTICLES.schema)


@dataclass
class Store:
    """A store opened for reading and for one run's changes. Build it with :meth:`open`."""

    root: Path
    state: State
    index: dict[int, Held]
    _new_shards: list[str] = field(default_factory=list)

    @classmethod
    def open(cls, root: Path) -> Store:
        """Open the store at a folder, empty where there is none.

        Raises ContractError for a store of another schema version, MalformedError for a damaged one.
        """
        path = root / "state.json"
        if not path.exists():
            return cls(root, State(), {})
        try:
            raw: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
            state = State(**raw | {"shards": tuple(raw["shards"])})
            if not all(isinstance(x, str | None) for x in (state.topic, state.index, state.ledger)):
                raise TypeError("a name is no text")
        except (OSError, ValueError, TypeError, KeyError) as error:
            raise MalformedError(f"{path} cannot be read ({error}): run with --full to fetch anew") from None
        if state.schema_version != SCHEMA_VERSION:
            raise ContractError(
                f"{root} was written with schema version {state.schema_version}, this is {SCHEMA_VERSION}: "
                "run with --full to fetch anew"
            )
        table = read_parquet(root / state.index) if state.index else _INDEX.empty_table()
        columns = (table[name].to_pylist() for name in ("version", "content_hash", "shard"))
        index = dict(zip(table["pmid"].to_pylist(), map(Held, *columns), strict=True))
        return cls(root, state, index)

    def shard_path(self, shard: str) -> Path:
        """Return where a shard lies."""
        return self.root / "shards" / f"{shard}.parquet"

    def add_shard(self, table: pa.Table) -> str:
        """Write a shard and return its name, which is made of its content. Nothing is committed."""
        identity = zip(table["pmid"].to_pylist(), table["content_hash"].to_pylist(), strict=True)
        digest = hashlib.blake2b(json.dumps(list(identity)).encode(), digest_size=12)
        name = digest.hexdigest()
        write_parquet(self.shard_path(name), table)
        self._new_shards.append(name)
        return name

    def commit(
        self,
        about: State,
        *,
        run_id: str,
        ledger: Mapping[str, Any],
        rejects: pa.Table,
        index: dict[int, Held],
    ) -> None:
        """Make a run's changes the state of the store: its index, its ledger row and its rejects.

        `about` says what the run was about; the names of the files are filled in.
        """
        live = {held.shard for held in index.values()}
        shards = tuple(dict.fromkeys(s for s in (*self.state.shards, *self._new_shards) if s in live))
        pmids = sorted(index)
        columns: list[Any] = list(zip(*(index[p] for p in pmids), strict=True)) or [[], [], []]
        arrays = [pa.array(c, f.type) for c, f in zip([pmids, *columns], _INDEX, strict=True)]
        index_file, ledger_file = f"index-{run_id}.parquet", f"ledger-{run_id}.parquet"
        state = replace(about, shards=shards, index=index_file, ledger=ledger_file)
        write_parquet(self.root / index_file, pa.Table.from_arrays(arrays, schema=_INDEX))
        row = pa.Table.from_pylist([dict(ledger)], schema=LEDGER.schema)
        write_parquet(self.root / ledger_file, conform(pa.concat_tables([self.ledger(), row]), LEDGER))
        if rejects.num_rows:
            write_parquet(self.root / "rejects" / f"{run_id}.parquet", conform(rejects, REJECTS))
        write_json(self.root / "state.json", asdict(state))
        self._sweep(state)
        self.state, self.index = state, index

    def ledger(self) -> pa.Table:
        """Return the ledger rows of all runs so far."""
        if self.state.ledger is None:
            return LEDGER.schema.empty_table()
        return read_parquet(self.root / self.state.ledger)

    def last_complete_run(self, source: str) -> date | None:
        """Return the day of the last run that read all of a kind of source, or None."""
        rows = self.ledger().select(["source", "complete", "fetched_at"]).to_pylist()
        days = [row["fetched_at"].date() for row in rows if row["source"] == source and row["complete"]]
        return max(days, default=None)

    def live_shards(self) -> Iterator[tuple[str, Path]]:
        """Yield name and path of the shards that hold a live row."""
        for shard in self.state.shards:
            yield shard, self.shard_path(shard)

    def _sweep(self, state: State) -> None:
        """Remove indexes, ledgers and shards that neither this state nor the one before it names."""
        keep = {state.index, state.ledger, self.state.index, self.state.ledger}
        for path in [*self.root.glob("index-*.parquet"), *self.root.glob("ledger-*.parquet")]:
            if path.name not in keep:
                path.unlink(missing_ok=True)
        shards = {*state.shards, *self.state.shards}
        for path in (self.root / "shards").glob("*.parquet"):
            if path.stem not in shards:
                path.unlink(missing_ok=True)
