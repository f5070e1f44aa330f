"""From a source to the store: read what a run asks for, account for it, commit.

Local files and PubMed are committed at once; bulk files in parts, so that a run over all of them can be
interrupted and needs the memory of a part only.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date, datetime
from pathlib import Path
from typing import Any

from comention.config import Settings
from comention.errors import ContractError, MalformedError, UsageError
from comention.pubmed.client import EutilsClient
from comention.pubmed.formats import check_files
from comention.pubmed.index import Index
from comention.pubmed.intake import Judge, Tally, parse_all
from comention.pubmed.readings import SourceReading, bulk_reading, pubmed_reading
from comention.pubmed.sources import local_files
from comention.pubmed.store import Store, last_ledger, read_ledger, read_state

_log = logging.getLogger(__name__)

#: Is told how many citations were read, and how many there are where that is known.
Progress = Callable[[int, int | None], None]


@dataclass(frozen=True, slots=True)
class Order:
    """What a run is to read.

    `topic` names all that decides which articles are held, `formerly` what a store of the same topic may be
    called. `local` makes what tells whether an article of a file belongs to the topic, `listed` the same
    where PubMed's own list of PMIDs decides; both travel to worker processes. `sample` are the files of the
    embedded sample.
    """

    settings: Settings
    root: Path
    run_id: str
    now: datetime
    topic: str
    local: Callable[[], Judge]
    listed: Callable[[frozenset[int]], Callable[[], Judge]]
    sample: Sequence[Path]
    full: bool = False
    pmids: frozenset[int] | None = None
    since: date | None = None
    formerly: str | None = None

    @property
    def narrowed(self) -> bool:
        """Whether the run leaves a part of its source unread."""
        return not (self.pmids is None and self.since is None and self.settings.source.limit is None)


def fetch(order: Order, progress: Progress) -> dict[str, int]:
    """Read a source into the store, a ledger row with it, and return the numbers of that row.

    A run that is tried again under its name when it has read everything reads nothing. Nothing of a part is
    kept where it does not add up. Raises what sources, parser and store raise; what had come from PubMed by
    then is kept for the next run.
    """
    if (counts := _done(order)) is not None:
        return counts
    store = open_store(order)
    reading = _reading(order, store)
    # A run that is tried again under its name goes on with the parts that it has committed.
    earlier = store.row_of(order.run_id) or {"parts": 0, "inputs": []}
    total = Tally(**{name: earlier.get(name, 0) for name in Tally.__dataclass_fields__})
    parts, rejects = earlier["parts"], 0
    intake = reading.intake(store)

    def commit(*, done: bool) -> None:
        nonlocal total, parts, rejects
        part = intake.finish(may_be_empty=reading.may_be_empty)
        total, parts, rejects = total + intake.tally, parts + 1, rejects + part.rejects.num_rows
        state = replace(store.state, topic=order.topic, unfinished=False, full=order.full)
        state = reading.state(state, part, done=done)
        row = _row(order, total, parts) | reading.row() | {"complete": done and reading.complete}
        store.commit(state, part, row | {"inputs": [*earlier["inputs"], *row["inputs"]]})
        reading.committed(store, done=done)

    between_files = False
    for parsed in parse_all(reading.batches(), reading.make_judge, order.settings.run.processes):
        if between_files and reading.ends_part(intake.tally.expected):
            commit(done=False)
            intake = reading.intake(store)
        intake.take(parsed)
        between_files = parsed.last
        if parsed.last:
            reading.finished(parsed.source)
        progress(total.expected + intake.tally.expected, reading.total)
    reading.close(intake)
    commit(done=True)
    if rejects:
        where = order.root / "rejects"
        _log.warning("%d records rejected, see %s", rejects, where / f"{order.run_id}-*.parquet")
    return {"fetched": total.fetched, "resumed": reading.row().get("resumed", 0), **asdict(total)}


def _done(order: Order) -> dict[str, int] | None:
    """Return the numbers of a run that has committed its last part, None where it has not."""
    try:
        state = read_state(order.root)
        rows = [] if state.unfinished else read_ledger(order.root, state).to_pylist()
    except (ContractError, MalformedError):  # told, or made anew, where the store is opened
        return None
    row = next((row for row in rows if row["run_id"] == order.run_id), None)
    if row is None:
        return None
    if state.background and state.frequencies is None:
        Store.open(order.root).count_background()
    return {name: row[name] for name in ("fetched", "resumed", *Tally.__dataclass_fields__)}


def _row(order: Order, tally: Tally, parts: int) -> dict[str, Any]:
    """What the ledger says of a run so far; a reading adds to it."""
    return {
        "run_id": order.run_id,
        "stage": "fetch",
        "source": order.settings.source.kind,
        "fetched_at": order.now.replace(microsecond=0),
        "parts": parts,
        "query": None,
        "translation": None,
        "slices": [],
        "requests": None,
        "resumed": 0,
        "fetched": tally.fetched,
        **asdict(tally),
    }


def open_store(order: Order) -> Store:
    """Open the store of a run: what it held is left out of account where the run is a full one.

    A full run that was interrupted between two parts goes on. Raises UsageError for a store of another
    topic, and for a full run that is narrowed.
    """
    if order.full:
        if order.narrowed:
            raise UsageError("--full fetches all anew: leave out --pmids, --since and --limit")
        try:
            held = Store.open(order.root)
            held.ledger()
            held.migrate()
        except (ContractError, MalformedError):
            kept = last_ledger(order.root)
            fate = "goes on" if kept.ledger else "is lost"
            _log.warning(
                "%s cannot be used and is made anew; the ledger of earlier runs %s", order.root, fate
            )
            return Store(order.root, kept, Index(), Index(), None)
        same = held.state.topic in {order.topic, order.formerly}
        if same and held.state.unfinished and held.state.full:
            _log.warning("going on with the full run that was interrupted")
            return held
        return held.anew(same=same)
    store = Store.open(order.root)
    if store.state.topic not in {None, order.topic, order.formerly}:
        raise UsageError(
            f"{order.root.parent} holds another topic, or this one read with other names, or the sample: "
            "name another --workdir, or read all sources anew with --full"
        )
    store.migrate()
    return store


def hold(order: Order) -> dict[str, int]:
    """Leave the store as it is, for a run that only publishes it anew; return the numbers of no citations.

    Raises what :func:`open_store` raises.
    """
    store = open_store(order)
    return {"fetched": 0, "resumed": 0, **asdict(Tally(articles=len(store.index)))}


def _reading(order: Order, store: Store) -> SourceReading:
    settings, source = order.settings, order.settings.source
    options: dict[str, Any] = {
        "shard_size": settings.run.shard_size,
        "narrowed": order.narrowed,
        "chosen": order.pmids,
        "limit": source.limit,
    }
    if source.kind == "pubmed":
        return pubmed_reading(
            EutilsClient(settings.pubmed, lock_dir=settings.workdir),
            settings.topic.query,
            store,
            order.now,
            plausible_loss=settings.pubmed.plausible_loss,
            since=order.since,
            full=order.full,
            listed=order.listed,
            **options,
        )
    if source.kind == "bulk":
        return bulk_reading(
            source.input,
            store,
            settings.workdir / "downloads",
            keep=source.keep_downloads,
            part=settings.run.part_size,
            plausible_loss=settings.pubmed.plausible_loss,
            make_judge=order.local,
            **options,
        )
    files = order.sample if source.kind == "sample" else local_files(source.input)
    check_files(files)
    return SourceReading(make_judge=order.local, files=list(files), **options)
