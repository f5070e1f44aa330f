"""The citations that a work directory holds.

Shards are immutable Parquet files in order of arrival; the index names, for each PMID held, the shard and
the content hash of the row that is alive. A run adds shards, writes a new index, and then replaces
`state.json` in one step: until that step nothing has happened. A long run over bulk files does so several
times, a part of the files each.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, field, replace
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa

from comention.errors import ContractError, MalformedError, UsageError
from comention.files.checksums import check, is_checked, read_checked, write_checked
from comention.pubmed.background import frequencies
from comention.pubmed.index import SCHEMA as INDEX
from comention.pubmed.index import Held, Index
from comention.pubmed.state import (
    STORE_VERSION,
    State,
    begin,
    copies,
    is_empty,
    migrated,
    ours,
    read_state,
    way_out,
    write_state,
)
from comention.records import Article
from comention.schemas import ACCOUNTS, BACKGROUND, CITATIONS, FREQUENCIES, LEDGER, REJECTS, conform

__all__ = ["Held", "Index", "Part", "State", "Store", "glimpse", "live_rows", "read_state", "to_table"]

_DERIVED = ("language", "source", "content_hash")


@dataclass(frozen=True, slots=True)
class Part:
    """What a run, or a part of it, commits: the new index, its account, its rejects, what it mentions.

    `anew`: nothing held before counts any more.
    """

    index: Index
    accounts: pa.Table
    rejects: pa.Table
    background: pa.Table | None = None
    anew: bool = False


def to_table(articles: Iterable[Article], hashes: Iterable[str], source: str) -> pa.Table:
    """Return articles as rows of `citations`, in the order given."""
    rows = list(articles)
    columns: dict[str, Any] = {
        "language": [a.languages[0] if a.languages else None for a in rows],
        "source": [source] * len(rows),
        "content_hash": list(hashes),
    }
    for column in CITATIONS.columns:
        if column.name in _DERIVED:
            continue
        values = [getattr(a, column.name) for a in rows]
        if pa.types.is_list(column.type) and pa.types.is_struct(column.type.value_type):
            values = [[asdict(item) for item in value] for value in values]
        columns[column.name] = values
    arrays = [pa.array(columns[f.name], f.type) for f in CITATIONS.schema]
    return pa.Table.from_arrays(arrays, schema=CITATIONS.schema)


def held_back(article: Article, source: str) -> str | None:
    """Return why `citations` cannot hold an article, None where it can."""
    try:
        to_table([article], [""], source)
    except (pa.ArrowException, OverflowError, UnicodeError, TypeError) as error:
        return " ".join(f"no column can hold a value of it: {error}".split())
    return None


@dataclass
class Store:
    """A store opened for reading and for one run's changes. Build it with :meth:`open`."""

    root: Path
    state: State
    index: Index
    #: What was held when the run began, of which a part may have been committed since; and its file.
    before: Index
    origin: str | None
    _new_shards: list[str] = field(default_factory=list)
    _begun: bool = False

    @classmethod
    def open(cls, root: Path) -> Store:
        """Open the store at a folder, empty where there is none.

        Raises ContractError for a store of another schema version, MalformedError for a damaged one.
        """
        state = read_state(root)
        index = _read_index(root, state.index)
        unknown = index.shards.keys() - state.shards
        if unknown:
            raise MalformedError(f"{root} has no shard {min(unknown)}: {way_out(root)}")
        if absent := [path for path in (_shard_path(root, s) for s in state.shards) if not path.exists()]:
            raise MalformedError(f"{absent[0]} is gone: {way_out(root)}")
        if state.unfinished:
            return cls(root, state, index, _read_index(root, state.before), state.before)
        return cls(root, state, index, index, state.index)

    def anew(self, *, same: bool) -> Store:
        """Return the store as a full run begins with it: nothing is held, and the ledger goes on.

        `same`: the topic stays, so that what the run changes can be told.
        """
        before, origin = (self.before, self.origin) if same else (Index(), None)
        state = State(ledger=self.state.ledger, commit=self.state.commit)
        return Store(self.root, state, Index(), before, origin)

    def migrate(self) -> None:
        """Bring a store of an earlier version to this one. Call it under the lock, before anything else."""
        self.state = migrated(self.root, self.state)

    def shard_path(self, shard: str) -> Path:
        """Return where a shard lies."""
        return _shard_path(self.root, shard)

    def add_shard(self, table: pa.Table) -> str:
        """Write a shard and return its name, which is made of its content. Nothing is committed."""
        identity = zip(table["pmid"].to_pylist(), table["content_hash"].to_pylist(), strict=True)
        digest = hashlib.blake2b(json.dumps(list(identity)).encode(), digest_size=12)
        name = digest.hexdigest()
        self._begin()
        write_checked(self.shard_path(name), table)
        self._new_shards.append(name)
        return name

    def commit(self, about: State, part: Part, ledger: Mapping[str, Any]) -> None:
        """Make a part of a run the state of the store: its index, its account, its rejects, its ledger row.

        `about` says what the run was about; the names of the files are filled in. The row takes the place of
        the one that an earlier part of the same run wrote.
        """
        name = f"{ledger['run_id']}-{ledger['parts']:04}"
        if self.state.index == f"index-{name}.parquet":  # what the state names is never written to
            raise ContractError(f"part {name} has been committed: give the run another id")
        self._begin()
        live = part.index.shards
        shards = tuple(dict.fromkeys(s for s in (*self.state.shards, *self._new_shards) if s in live))
        background = () if part.anew else self.state.background
        counted = None if part.anew else self.state.frequencies
        if part.background is not None:
            write_checked(self._background(name), conform(part.background, BACKGROUND))
            background, counted = (*background, name), None
        if part.rejects.num_rows:
            write_checked(self.root / "rejects" / f"{name}.parquet", conform(part.rejects, REJECTS))
        write_checked(self.root / "accounts" / f"{name}.parquet", conform(part.accounts, ACCOUNTS))
        index_file, ledger_file = f"index-{name}.parquet", f"ledger-{name}.parquet"
        write_checked(self.root / index_file, part.index.to_table())
        write_checked(self.root / ledger_file, self._ledger_with(ledger))
        state = replace(
            about,
            shards=shards,
            index=index_file,
            ledger=ledger_file,
            background=background,
            frequencies=counted,
            before=self.origin if about.unfinished else None,
        )
        self._switch(state)
        self.index = part.index
        self._new_shards = []

    def repack(self, index: Index, run_id: str) -> None:
        """Make an index the state's that names new shards for some rows; nothing else of the store changes.

        Raises ContractError where it holds other citations than before.
        """
        kept = ["pmid", "version", "content_hash"]
        if not index.rows.select(kept).equals(self.index.rows.select(kept)):
            raise ContractError("the shards were put together wrongly: nothing is changed")
        live = index.shards
        shards = tuple(dict.fromkeys(s for s in (*self.state.shards, *self._new_shards) if s in live))
        name = f"index-{run_id}-packed.parquet"
        write_checked(self.root / name, index.to_table())
        self._switch(replace(self.state, shards=shards, index=name))
        self.index, self._new_shards = index, []

    def count_background(self) -> None:
        """Count the concepts of the background, where it has parts and they are not counted yet.

        Raises MalformedError for a part that is damaged.
        """
        parts = self.state.background
        if not parts:
            return
        name = _frequencies_of(parts)
        if not is_checked(self.root / name, FREQUENCIES.schema):
            files = [self._checked(self._background(part)) for part in parts]
            counted = frequencies(files, held_pmids(self.root, self.state), self.root / "background")
            write_checked(self.root / name, conform(counted, FREQUENCIES))
        if self.state.frequencies != name:
            self._switch(replace(self.state, frequencies=name))

    @property
    def frequencies(self) -> Path | None:
        """Where the frequencies of the background lie, None where there is no background."""
        return self.root / self.state.frequencies if self.state.frequencies else None

    def _background(self, name: str) -> Path:
        return self.root / "background" / f"{name}.parquet"

    def _checked(self, path: Path) -> Path:
        return check(path, mend=way_out(self.root))

    def _begin(self) -> None:
        if not self._begun and self.state.commit == 0 and is_empty(self.root):
            begin(self.root)
        self._begun = True

    def _ledger_with(self, row: Mapping[str, Any]) -> pa.Table:
        rows = [
            r for r in self.ledger().to_pylist() if (r["run_id"], r["stage"]) != (row["run_id"], row["stage"])
        ]
        return conform(pa.Table.from_pylist([*rows, dict(row)], schema=LEDGER.schema), LEDGER)

    def _switch(self, state: State) -> None:
        state = replace(state, store_version=STORE_VERSION, commit=self.state.commit + 1)
        write_state(self.root, state)
        self._sweep(state)
        self.state = state

    def ledger(self) -> pa.Table:
        """Return the ledger rows of all runs so far; raises what :func:`read_ledger` does."""
        return read_ledger(self.root, self.state)

    def accounts(self, run_id: str) -> pa.Table:
        """Return what became of every citation of a run; raises what :func:`read_accounts` does."""
        return read_accounts(self.root, run_id)

    def current_since(self, source: str, now: datetime) -> date | None:
        """Return the day on which all that is held of a kind of source was as the source had it.

        That of the last complete run; without one, that of the first run at all. None where that is not
        known. A run of which the day is still to come had a wrong clock and says nothing.
        """
        rows = self.ledger().select(["source", "complete", "fetched_at"]).to_pylist()
        known = [row for row in rows if row["source"] == source and row["fetched_at"] <= now]
        days: list[date] = [row["fetched_at"].date() for row in known]
        complete = [day for day, row in zip(days, known, strict=True) if row["complete"]]
        return max(complete) if complete else min(days, default=None)

    def row_of(self, run_id: str) -> dict[str, Any] | None:
        """Return the ledger's row of a run, None where it has committed nothing."""
        return next((row for row in self.ledger().to_pylist() if row["run_id"] == run_id), None)

    def live_shards(self) -> Iterator[tuple[str, Path]]:
        """Yield name and path of the shards that hold a live row."""
        for shard in self.state.shards:
            yield shard, self.shard_path(shard)

    def _sweep(self, state: State) -> None:
        """Remove files that this state does not name, nor the one before, nor the last with other shards.

        To the last of them `comention doctor --repair` goes back where what this one holds is damaged; runs
        that find nothing new leave it where it is.
        """
        earlier = [s for s in copies(self.root) if s.commit < state.commit and s.shards != state.shards]
        states = (state, self.state, *earlier[:1])
        named = {n for s in states for n in (s.copy, s.index, s.ledger, s.frequencies, s.before) if n}
        named.add("state.json")
        # The copies first: what they name must not go before them.
        _keep(sorted(ours(self.root), key=lambda path: path.suffix != ".json"), named)
        for folder, kept in (
            ("shards", {name for s in states for name in s.shards}),
            ("background", {name for s in states for name in s.background}),
        ):
            _keep(ours(self.root, folder), {f"{name}.parquet" for name in kept})


def glimpse(root: Path) -> tuple[list[tuple[str, Path]], int]:
    """Return name and path of the shards that a store holds, and how many live rows are in them.

    It takes no memory for each row, and raises what :meth:`Store.open` does.
    """
    state = read_state(root)
    rows = 0 if state.index is None else _index(root, state.index, ["version"]).num_rows
    return [(shard, _shard_path(root, shard)) for shard in state.shards], rows


def live_rows(root: Path) -> dict[str, int]:
    """Return how many live rows each shard has; it takes no memory for each row."""
    state = read_state(root)
    if state.index is None:
        return {}
    counted = _index(root, state.index, ["shard"])["shard"].value_counts().to_pylist()
    return {row["values"]: row["counts"] for row in counted}


def held_pmids(root: Path, state: State | None = None) -> pa.Array:
    """Return the PMIDs that a store holds, as int64."""
    state = state or read_state(root)
    held = _index(root, state.index, ["pmid"]) if state.index else INDEX.empty_table()
    return held["pmid"].combine_chunks()


def frequencies_of(root: Path) -> Path | None:
    """Return where the frequencies of the background lie, None where there is no background.

    Where they are damaged they are counted anew: call it under the lock. Raises MalformedError where a part
    of the background is damaged.
    """
    state = read_state(root)
    if state.frequencies is None:
        return None
    path = root / state.frequencies
    if not is_checked(path, FREQUENCIES.schema):
        Store(root, state, Index(), Index(), None).count_background()
    return path


def read_ledger(root: Path, state: State | None = None) -> pa.Table:
    """Return the ledger rows of all runs so far.

    Raises ContractError for a ledger of another form, MalformedError for a damaged one.
    """
    state = state or read_state(root)
    if state.ledger is None:
        return LEDGER.schema.empty_table()
    table = read_checked(root / state.ledger, mend=way_out(root))
    if table.column_names != LEDGER.schema.names:
        raise ContractError(
            f"{root} was written by another version of comention: run with --full to fetch anew"
        )
    return conform(table, LEDGER)


def last_ledger(root: Path) -> State:
    """Return a state that holds nothing but the last ledger that can be read, of a store that is damaged."""
    for state in copies(root):
        with contextlib.suppress(MalformedError, ContractError):
            read_ledger(root, state)
            return State(ledger=state.ledger, commit=state.commit)
    return State()


def read_accounts(root: Path, run_id: str) -> pa.Table:
    """Return what became of every citation of a run.

    Raises UsageError where there is no such run, MalformedError for a file that is damaged.
    """
    state = read_state(root)
    rows = read_ledger(root, state).select(["run_id", "parts"]).to_pylist()
    parts = {row["run_id"]: row["parts"] for row in rows}
    if run_id not in parts:
        raise UsageError(f"{root.parent} has no run {run_id!r}: `comention ledger` lists them")
    # What an interrupted run wrote and did not commit is not told.
    paths = [root / "accounts" / f"{run_id}-{part:04}.parquet" for part in range(1, parts[run_id] + 1)]
    lost = "nothing brings back which PMIDs they were; the ledger has the run's numbers"
    return pa.concat_tables(read_checked(path, mend=lost) for path in paths)


def _shard_path(root: Path, shard: str) -> Path:
    return root / "shards" / f"{shard}.parquet"


def _keep(paths: Iterable[Path], names: set[str]) -> None:
    for path in paths:
        if path.name not in names:
            path.unlink(missing_ok=True)


def _index(root: Path, name: str, columns: list[str] | None = None) -> pa.Table:
    return read_checked(root / name, columns, mend=way_out(root))


def _read_index(root: Path, name: str | None) -> Index:
    return Index(_index(root, name)) if name else Index()


def _frequencies_of(parts: tuple[str, ...]) -> str:
    digest = hashlib.blake2b(json.dumps(parts).encode(), digest_size=12)
    return f"frequencies-{digest.hexdigest()}.parquet"
