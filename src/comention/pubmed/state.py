"""What a store says of itself: `state.json`, its copies, and how to come back to one of them.

Each commit writes its state twice, beside its index and then as `state.json`, with a checksum both times. A
store that holds files and no readable `state.json` is damaged and not empty: nothing is removed from it until
:func:`repair` has put a copy in place, or a full run has fetched everything anew.
"""

from __future__ import annotations

import contextlib
import json
import logging
import re
import shlex
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, fields, replace
from pathlib import Path
from typing import Any

from comention.errors import ComentionError, ContractError, MalformedError, StorageError
from comention.files.checksums import (
    add_checksum,
    has_checksum,
    is_as_written,
    read_checked,
    write_checked_json,
)
from comention.files.opening import is_there

#: Version of what lies in a store; that of published datasets is another (`schemas.SCHEMA_VERSION`). Raise it
#: when files of a store change their form, and put into MIGRATIONS how to come from the version before.
STORE_VERSION = 2

_RUN = r"\d{8}T\d{6}Z-[0-9a-f]{4}"
_DIGEST = "[0-9a-f]{24}"
_PART = rf"{_RUN}-(?:\d{{4}}|packed)"
#: The files that runs write, by their folder in the store; no other file is ever removed.
WRITTEN: dict[str, str] = {
    ".": rf"(?:index|ledger)-{_PART}\.parquet|state-{_PART}\.json|frequencies-{_DIGEST}\.parquet|state\.json",
    "shards": rf"{_DIGEST}\.parquet",
    "background": rf"{_PART}\.parquet",
    "accounts": rf"{_PART}\.parquet",
    "rejects": rf"{_PART}\.parquet",
    "incoming": r"\d{10,}-[0-9a-f]{16}\.gz|about\.json",
}
_STATE = "state.json"
_log = logging.getLogger(__name__)
# A first run has begun and has committed nothing yet: what lies in the store is not of a lost state.
_BEGUN = "begun"

_TEXTS = ("topic", "translation", "index", "ledger", "frequencies", "before")
_LISTS = {"shards": str, "background": str, "books": int, "named": int}


@dataclass(frozen=True, slots=True)
class State:
    """What `state.json` says.

    `books`: PMIDs of book records, which are listed and never held; `named`: PMIDs that came because a run
    named them. `applied`: bulk files read so far, as (year, first number, last number); `before_year`:
    articles held when the files of a new year began to replace those of the old; `background`: names of its
    parts and of the frequencies counted from them. `unfinished`: a run was interrupted between two parts,
    a `full` one or not; `before`: the index that it began with. `commit` counts the commits.
    """

    store_version: int = STORE_VERSION
    commit: int = 0
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

    @property
    def copy(self) -> str | None:
        """The name of its copy, beside its index."""
        return f"state-{Path(self.index).stem.removeprefix('index-')}.json" if self.index else None


def read_state(root: Path) -> State:
    """Return the state of the store at a folder, that of an empty one where there is none.

    Raises MalformedError for a state that is damaged, or gone from a store that holds files; ContractError
    for one that a newer version wrote; StorageError where it may not be read.
    """
    path = root / _STATE
    try:
        return _parsed(path)
    except FileNotFoundError:
        if (root / _BEGUN).exists() or not (found := _left_in(root)):
            return State()
        raise MalformedError(f"{path} is gone, and {found} is there: {way_out(root)}") from None
    except PermissionError as error:
        raise StorageError(f"{path} cannot be read ({error.strerror}): check its permissions") from None
    except (OSError, ValueError, TypeError, KeyError, RecursionError) as error:
        reason = " ".join(str(error).split())
        raise MalformedError(f"{path} cannot be read ({reason}): {way_out(root)}") from None


def write_state(root: Path, state: State) -> None:
    """Make a state the store's, in one step, its copy first."""
    if state.copy:
        write_checked_json(root / state.copy, asdict(state))
    write_checked_json(root / _STATE, asdict(state))
    (root / _BEGUN).unlink(missing_ok=True)


def begin(root: Path) -> None:
    """Note that a first run writes into an empty store, so that nothing is taken for lost where it dies."""
    root.mkdir(parents=True, exist_ok=True)
    (root / _BEGUN).touch()


def is_empty(root: Path) -> bool:
    """Return whether there is no state, and nothing that only a store with a state has."""
    return not is_there(root / _STATE) and _left_in(root) is None


def _left_in(root: Path) -> str | None:
    """Return the name of a file that only a store with a state has."""
    for folder in (".", "shards", "background"):
        if found := next(ours(root, folder), None):
            return str(found.relative_to(root))
    return None


def ours(root: Path, folder: str = ".") -> Iterator[Path]:
    """Yield the files in a folder of the store that are named as runs name them, by their names."""
    names = re.compile(WRITTEN[folder])
    inside = root / folder
    if inside.is_dir():
        yield from (path for path in sorted(inside.iterdir()) if names.fullmatch(path.name))


def way_out(root: Path) -> str:
    """Return what a user can do about a damaged store."""
    if any(copies(root)):
        workdir = shlex.quote(str(root.parent))
        repair = f"`comention doctor --repair --workdir {workdir}` goes back to the last whole commit"
        return f"{repair}; or run with --full to fetch anew"
    return "run with --full to fetch anew"


def _parsed(path: Path) -> State:
    raw: Any = json.loads(path.read_text(encoding="utf-8"))
    if not isinstance(raw, dict):
        raise TypeError("it is no object")
    version = raw.get("store_version", raw.get("schema_version"))
    if has_checksum(raw):
        if not is_as_written(raw):
            raise ValueError("its checksum is another")
        del raw["sha256"]
    elif "store_version" in raw:
        raise ValueError("it has no checksum")
    if isinstance(version, int) and version > STORE_VERSION and "shards" in raw and "index" in raw:
        raise ContractError(
            f"{path.parent} was written by a newer comention (store version {version}, this reads "
            f"{STORE_VERSION}): install that one, or run with --full to fetch anew"
        )
    gap = [v for v in range(version, STORE_VERSION) if v not in MIGRATIONS] if type(version) is int else []
    if gap:
        raise ContractError(
            f"{path.parent} has store version {version}, and no way leads from {gap[0]} to {gap[0] + 1}: "
            "run with --full, which fetches every citation anew"
        )
    known = {field.name for field in fields(State)}
    if version == 1:
        raw = {"store_version": raw.pop("schema_version"), "commit": 0, **raw}
    if odd := known ^ raw.keys():
        raise ValueError(f"{min(odd)} is {'missing' if min(odd) in known else 'unknown'}")
    return _state_of(raw)


def _state_of(raw: dict[str, Any]) -> State:
    for name in _TEXTS:
        if not isinstance(raw[name], str | None):
            raise TypeError(f"{name} is no text")
    for name, kind in _LISTS.items():
        if not isinstance(raw[name], list) or not all(type(item) is kind for item in raw[name]):
            raise TypeError(f"{name} is no list of {kind.__name__}")
        raw[name] = tuple(raw[name])
    if not all(len(item) == 3 and all(type(n) is int for n in item) for item in raw["applied"]):
        raise TypeError("applied is no list of ranges")
    raw["applied"] = tuple(tuple(item) for item in raw["applied"])
    numbers = [raw["store_version"], raw["commit"], 0 if raw["before_year"] is None else raw["before_year"]]
    if not all(type(number) is int for number in numbers):
        raise TypeError("a number is none")
    if not all(type(raw[name]) is bool for name in ("unfinished", "full")):
        raise TypeError("unfinished or full is no truth value")
    return State(**raw)


def copies(root: Path) -> list[State]:
    """Return the copies that can be read and whose index is there, that of the last commit first."""
    found = []
    for path in ours(root):
        if path.name.startswith("state-"):
            try:
                state = _parsed(path)
            except (OSError, ValueError, TypeError, KeyError, RecursionError, ComentionError):
                continue
            if state.index and (root / state.index).exists():
                found.append(state)
    return sorted(found, key=lambda state: state.commit, reverse=True)


def damage(root: Path, state: State) -> list[Path]:
    """Return the files of a state that are gone, or not as written, or named by its index alone.

    Frequencies are not among them: they are counted anew from the background. All of the files are read.
    """
    names = [name for name in (state.index, state.ledger, state.before) if name]
    paths = [root / name for name in names]
    paths += [root / "shards" / f"{name}.parquet" for name in state.shards]
    paths += [root / "background" / f"{name}.parquet" for name in state.background]
    bad = [path for path in dict.fromkeys(paths) if not _is_whole(path)]
    if state.index and root / state.index not in bad:
        named = read_checked(root / state.index, ["shard"])["shard"].unique().to_pylist()
        bad += [root / "shards" / f"{name}.parquet" for name in sorted({*named} - {*state.shards})]
    return bad


def _is_whole(path: Path) -> bool:
    try:
        read_checked(path)
    except MalformedError:
        return False
    return True


def repair(root: Path) -> State | None:
    """Go back to the last commit whose files are all whole; return its state, None where nothing was damaged.

    Call it under the lock. Raises MalformedError where no commit is whole, and changes nothing then.
    """
    try:
        state = read_state(root)
    except MalformedError:
        pass
    else:
        if not damage(root, state):
            return None
    for state in copies(root):
        if not damage(root, state):
            write_state(root, state)
            return state
    raise MalformedError(f"{root} holds no commit that is whole: run with --full to fetch anew")


def migrated(root: Path, state: State) -> State:
    """Bring the files of a store of an earlier version to this one and return its state; fetch nothing.

    Call it under the lock. A death in between leaves the store as it was, and the next run goes on.
    """
    if state.store_version >= STORE_VERSION or state.index is None:
        return state
    for version in range(state.store_version, STORE_VERSION):
        _log.warning("%s is brought from store version %d to %d", root, version, version + 1)
        MIGRATIONS[version](root)
    state = replace(state, store_version=STORE_VERSION, commit=state.commit + 1)
    write_state(root, state)
    return state


def _add_checksums(root: Path) -> None:
    """From 1 to 2: every Parquet file of the store gets its checksum. All of them are read and written once.

    One that cannot be read stays as it is: it is refused, or made anew, where it is needed.
    """
    folders = [*WRITTEN, *(f"annotations/{home.name}" for home in (root / "annotations").glob("*/"))]
    for folder in folders:
        for path in sorted((root / folder).glob("*.parquet")):
            with contextlib.suppress(MalformedError):
                add_checksum(path)


#: What brings the files of a store from a version to the next one.
MIGRATIONS: dict[int, Callable[[Path], None]] = {1: _add_checksums}
