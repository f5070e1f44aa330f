"""The citations that a work directory holds.

Shards are immutable Parquet files in order of arrival; the index names, for each PMID held, the shard and
the content hash of the row that is alive. A run adds shards, writes a new index, and then replaces
`state.json` in one step: until that step nothing has happened. A long run over bulk files does so several
times, a part of the files each.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, field, replace
from datetime import date, datetime
from pathlib import Path
from typing import Any, NamedTuple

import pyarrow as pa

from comention.errors import ContractError, MalformedError, UsageError
from comention.files import read_parquet, write_json, write_parquet
from comention.pubmed.background import frequencies
from comention.records import Article
from comention.schemas import (
    ACCOUNTS,
    ARTICLES,
    BACKGROUND,
    FREQUENCIES,
    LEDGER,
    REJECTS,
    SCHEMA_VERSION,
    conform,
)

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
    """What `state.json` says.

    `books`: PMIDs of book records, which are listed and never held; `named`: PMIDs that came because a run
    named them. `applied`: bulk files read so far, as (year, first number, last number); `before_year`:
    articles held when the files of a new year began to replace those of the old; `background`: names of its
    parts and of the frequencies counted from them. `unfinished`: a run was interrupted between two parts,
    a `full` one or not; `before`: the index that it began with.
    """

    schema_version: int = SCHEMA_VERSION
    topic: str | None = None
    translation: str | None = None
    shards: tuple[str, ...] = ()
    index: str | None = None
    ledger: str | None = None
    applied: tuple[tuple[int, int, int], ...] = ()
    before_year: int | None = None
    background: tuple[str, ...] = ()
    frequencies: str | None = None
    books: tuple[int, ...] = ()
    named: tuple[int, ...] = ()
    unfinished: bool = False
    full: bool = False
    before: str | None = None


@dataclass(frozen=True, slots=True)
class Part:
    """What a run, or a part of it, commits: the new index, its account, its rejects, what it mentions.

    `anew`: nothing held before counts any more.
    """

    index: dict[int, Held]
    accounts: pa.Table
    rejects: pa.Table
    background: pa.Table | None = None
    anew: bool = False


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


def held_back(article: Article, source: str) -> str | None:
    """Return why the `articles` dataset cannot hold an article, None where it can."""
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
    index: dict[int, Held]
    #: What was held when the run began, of which a part may have been committed since; and its file.
    before: dict[int, Held]
    origin: str | None
    _new_shards: list[str] = field(default_factory=list)

    @classmethod
    def open(cls, root: Path) -> Store:
        """Open the store at a folder, empty where there is none.

        Raises ContractError for a store of another schema version, MalformedError for a damaged one.
        """
        state = _read_state(root)
        index = _read_index(root, state.index)
        if unknown := {held.shard for held in index.values()}.difference(state.shards):
            raise MalformedError(f"{root} has no shard {min(unknown)}: run with --full to fetch anew")
        if state.unfinished:
            return cls(root, state, index, _read_index(root, state.before), state.before)
        return cls(root, state, index, index, state.index)

    def anew(self, *, same: bool) -> Store:
        """Return the store as a full run begins with it: nothing is held, and the ledger goes on.

        `same`: the topic stays, so that what the run changes can be told.
        """
        before, origin = (self.before, self.origin) if same else ({}, None)
        return Store(self.root, State(ledger=self.state.ledger), {}, before, origin)

    def shard_path(self, shard: str) -> Path:
        """Return where a shard lies."""
        return _shard_path(self.root, shard)

    def add_shard(self, table: pa.Table) -> str:
        """Write a shard and return its name, which is made of its content. Nothing is committed."""
        identity = zip(table["pmid"].to_pylist(), table["content_hash"].to_pylist(), strict=True)
        digest = hashlib.blake2b(json.dumps(list(identity)).encode(), digest_size=12)
        name = digest.hexdigest()
        write_parquet(self.shard_path(name), table)
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
        live = {held.shard for held in part.index.values()}
        shards = tuple(dict.fromkeys(s for s in (*self.state.shards, *self._new_shards) if s in live))
        background = () if part.anew else self.state.background
        counted = None if part.anew else self.state.frequencies
        if part.background is not None:
            write_parquet(self._background(name), conform(part.background, BACKGROUND))
            background, counted = (*background, name), None
        if part.rejects.num_rows:
            write_parquet(self.root / "rejects" / f"{name}.parquet", conform(part.rejects, REJECTS))
        write_parquet(self.root / "accounts" / f"{name}.parquet", conform(part.accounts, ACCOUNTS))
        index_file, ledger_file = f"index-{name}.parquet", f"ledger-{name}.parquet"
        write_parquet(self.root / index_file, _index_table(part.index))
        write_parquet(self.root / ledger_file, self._ledger_with(ledger))
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

    def repack(self, index: dict[int, Held], run_id: str) -> None:
        """Make an index the state's that names new shards for some rows; nothing else of the store changes.

        Raises ContractError where it holds other citations than before.
        """
        if {p: h[:2] for p, h in index.items()} != {p: h[:2] for p, h in self.index.items()}:
            raise ContractError("the shards were put together wrongly: nothing is changed")
        live = {held.shard for held in index.values()}
        shards = tuple(dict.fromkeys(s for s in (*self.state.shards, *self._new_shards) if s in live))
        name = f"index-{run_id}-packed.parquet"
        write_parquet(self.root / name, _index_table(index))
        self._switch(replace(self.state, shards=shards, index=name))
        self.index, self._new_shards = index, []

    def count_background(self) -> None:
        """Count the concepts of the background, where it has parts and they are not counted yet."""
        parts = self.state.background
        if not parts or self.state.frequencies == _frequencies_of(parts):
            return
        table = frequencies([self._background(name) for name in parts])
        write_parquet(self.root / _frequencies_of(parts), conform(table, FREQUENCIES))
        self._switch(replace(self.state, frequencies=_frequencies_of(parts)))

    @property
    def frequencies(self) -> Path | None:
        """Where the frequencies of the background lie, None where there is no background."""
        return self.root / self.state.frequencies if self.state.frequencies else None

    def _background(self, name: str) -> Path:
        return self.root / "background" / f"{name}.parquet"

    def _ledger_with(self, row: Mapping[str, Any]) -> pa.Table:
        rows = [
            r for r in self.ledger().to_pylist() if (r["run_id"], r["stage"]) != (row["run_id"], row["stage"])
        ]
        return conform(pa.Table.from_pylist([*rows, dict(row)], schema=LEDGER.schema), LEDGER)

    def _switch(self, state: State) -> None:
        write_json(self.root / "state.json", asdict(state))
        self._sweep(state)
        self.state = state

    def ledger(self) -> pa.Table:
        """Return the ledger rows of all runs so far; raises ContractError for a ledger of another form."""
        if self.state.ledger is None:
            return LEDGER.schema.empty_table()
        table = read_parquet(self.root / self.state.ledger)
        if table.column_names != LEDGER.schema.names:
            raise ContractError(
                f"{self.root} was written by another version of comention: run with --full to fetch anew"
            )
        return table

    def accounts(self, run_id: str) -> pa.Table:
        """Return what became of every citation of a run; raises UsageError where there is no such run."""
        parts = {row["run_id"]: row["parts"] for row in self.ledger().select(["run_id", "parts"]).to_pylist()}
        if run_id not in parts:
            raise UsageError(f"{self.root.parent} has no run {run_id!r}: `comention ledger` lists them")
        # What an interrupted run wrote and did not commit is not told.
        names = [f"{run_id}-{part:04}.parquet" for part in range(1, parts[run_id] + 1)]
        return pa.concat_tables([read_parquet(self.root / "accounts" / name) for name in names])

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
        """Remove files that neither this state nor the one before it names."""
        states = (state, self.state)
        named = {name for s in states for name in (s.index, s.ledger, s.frequencies, s.before) if name}
        for pattern in ("index-*.parquet", "ledger-*.parquet", "frequencies-*.parquet"):
            _keep(self.root.glob(pattern), named)
        for folder, kept in (
            ("shards", {name for s in states for name in s.shards}),
            ("background", {name for s in states for name in s.background}),
        ):
            _keep((self.root / folder).glob("*.parquet"), {f"{name}.parquet" for name in kept})


def glimpse(root: Path) -> tuple[list[tuple[str, Path]], int]:
    """Return name and path of the shards that a store holds, and how many live rows are in them.

    It takes no memory for each row, and raises what :meth:`Store.open` does.
    """
    state = _read_state(root)
    rows = 0 if state.index is None else read_parquet(root / state.index, ["version"]).num_rows
    return [(shard, _shard_path(root, shard)) for shard in state.shards], rows


def _shard_path(root: Path, shard: str) -> Path:
    return root / "shards" / f"{shard}.parquet"


def _read_state(root: Path) -> State:
    path = root / "state.json"
    if not path.exists():
        return State()
    try:
        raw: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        lists = ("shards", "background", "books", "named")
        tuples = {name: tuple(raw.get(name, ())) for name in lists}
        applied = tuple((int(y), int(first), int(last)) for y, first, last in raw.get("applied", ()))
        state = State(**raw | tuples | {"applied": applied})
        names = (state.topic, state.index, state.ledger, state.frequencies, state.before)
        if not all(isinstance(x, str | None) for x in names):
            raise TypeError("a name is no text")
    except (OSError, ValueError, TypeError, KeyError) as error:
        raise MalformedError(f"{path} cannot be read ({error}): run with --full to fetch anew") from None
    if state.schema_version != SCHEMA_VERSION:
        raise ContractError(
            f"{root} was written with schema version {state.schema_version}, this is {SCHEMA_VERSION}: "
            "run with --full to fetch anew"
        )
    return state


def _keep(paths: Iterable[Path], names: set[str]) -> None:
    for path in paths:
        if path.name not in names:
            path.unlink(missing_ok=True)


def _read_index(root: Path, name: str | None) -> dict[int, Held]:
    table = read_parquet(root / name) if name else _INDEX.empty_table()
    columns = (table[column].to_pylist() for column in ("version", "content_hash", "shard"))
    return dict(zip(table["pmid"].to_pylist(), map(Held, *columns), strict=True))


def _index_table(index: Mapping[int, Held]) -> pa.Table:
    pmids = sorted(index)
    columns: list[Any] = list(zip(*(index[p] for p in pmids), strict=True)) or [[], [], []]
    arrays = [pa.array(c, f.type) for c, f in zip([pmids, *columns], _INDEX, strict=True)]
    return pa.Table.from_arrays(arrays, schema=_INDEX)


def _frequencies_of(parts: tuple[str, ...]) -> str:
    digest = hashlib.blake2b(json.dumps(parts).encode(), digest_size=12)
    return f"frequencies-{digest.hexdigest()}.parquet"
