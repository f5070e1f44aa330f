"""What a run reads: files, bulk files or PubMed, each with what it says of itself in store and ledger."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pyarrow.compute as pc

from comention.errors import ContractError, TransientError, UsageError
from comention.pubmed import downloads, plan
from comention.pubmed.bulk import Applied, BulkFile, bulk_file, local_bulk_files
from comention.pubmed.client import EutilsClient
from comention.pubmed.intake import Batch, Intake, Judge, read_batches
from comention.pubmed.kept_answers import Incoming
from comention.pubmed.sources import check_md5
from comention.pubmed.store import Part, State, Store


@dataclass
class SourceReading:
    """Local files, read in their order and committed at once. The base of the other readings."""

    make_judge: Callable[[], Judge]
    shard_size: int
    #: The run leaves a part of its source unread; it may be that it has `chosen` the PMIDs it wants.
    narrowed: bool
    chosen: frozenset[int] | None
    files: Sequence[Path] = ()
    limit: int | None = None
    read: list[str] = field(default_factory=list)

    #: Whether there may be nothing new.
    may_be_empty = False
    #: Citations in all, where that is known.
    total: int | None = None

    def batches(self) -> Iterator[Batch]:
        """Yield the citations in order."""
        return read_batches(self.files, self.limit)

    def intake(self, store: Store) -> Intake:
        """Return what takes the next part in."""
        return Intake(store, self.shard_size, chosen=self.chosen)

    def finished(self, name: str) -> None:
        """Note that all of a file has been taken in."""
        self.read.append(name)

    def ends_part(self, citations: int) -> bool:
        """Tell, between two files, whether so many citations are to be committed before going on."""
        del citations
        return False

    def close(self, intake: Intake) -> None:
        """Account for what did not come, once the batches are exhausted."""

    def state(self, state: State, part: Part, *, done: bool) -> State:
        """Return what the store says of the source after a part; `done` where it is the last."""
        del part, done
        return state

    @property
    def complete(self) -> bool:
        """Whether the store holds, after the last part, all that the source has for it."""
        return not self.narrowed

    def row(self) -> dict[str, Any]:
        """Return what the ledger says of the source."""
        return {"inputs": list(self.read)}

    def committed(self, store: Store, *, done: bool) -> None:
        """Clean up behind a part that the store holds now; `done` where it is the last."""


@dataclass
class BulkReading(SourceReading):
    """NLM's bulk files, in parts of at least `part` citations.

    `waiting` are the files to be read, in order, `paths` yields where each lies; `applied` is what the store
    has read. A `narrowed` run notes nothing of it. Files below `downloads` are removed once they are read.
    With a new year's baseline the share `plausible_loss` of the articles held `before_year` may go.
    """

    part: int = 1
    waiting: list[BulkFile] = field(default_factory=list)
    paths: Iterable[Path] = ()
    applied: Applied = field(default_factory=Applied)
    before_year: int | None = None
    plausible_loss: float = 0.0
    downloads: Path | None = None

    may_be_empty = True

    def batches(self) -> Iterator[Batch]:
        """Yield the citations in order."""
        return read_batches(self.paths, self.limit)

    def intake(self, store: Store) -> Intake:
        """Return what takes the next part in; the first of a new year's baseline begins anew."""
        anew = self._begins_anew()
        if anew and self.before_year is None:
            self.before_year = len(store.index)
        background = not self.narrowed
        return Intake(store, self.shard_size, chosen=self.chosen, anew=anew, background=background)

    def _begins_anew(self) -> bool:
        following = self.waiting[len(self.read) :]
        return not self.narrowed and bool(following) and self.applied.begins_anew(following[0])

    def finished(self, name: str) -> None:
        """Note that all of a file has been taken in."""
        super().finished(name)
        self.applied = self.applied.after(bulk_file(name))

    def ends_part(self, citations: int) -> bool:
        """Tell, between two files, whether so many citations are to be committed before going on."""
        return not self.narrowed and (citations >= self.part or self._begins_anew())

    def state(self, state: State, part: Part, *, done: bool) -> State:
        """Return which files the store has read, and whether others must follow before it is whole."""
        if self.narrowed:
            return state
        if done and self.before_year is not None:
            lost = self.before_year - len(part.index)
            self.before_year = None if lost <= self.plausible_loss * self.before_year else self.before_year
        return replace(
            state,
            applied=self.applied.ranges,
            before_year=self.before_year,
            unfinished=not done or self.before_year is not None,
        )

    @property
    def complete(self) -> bool:
        """Whether the store holds, after the last part, all that the source has for it."""
        return super().complete and self.before_year is None

    def committed(self, store: Store, *, done: bool) -> None:
        """Remove what was downloaded and read; count the background after the last part.

        Raises ContractError where a new year's baseline is not whole: the store has read what there is of
        it, and nothing is published.
        """
        if self.downloads is not None:
            for name in self.read:
                (self.downloads / name).unlink(missing_ok=True)
        if not done or self.narrowed:
            return
        store.count_background()
        if self.before_year is not None:
            raise ContractError(
                f"{len(store.index)} articles are held of the new year's baseline, {self.before_year} were "
                "held before it: add the files that are still missing, and run again; if they are gone for "
                "good, run once with --set pubmed.plausible_loss=1; nothing was published"
            )


def bulk_reading(
    inputs: Sequence[str], store: Store, folder: Path, *, keep: bool, narrowed: bool, **options: Any
) -> BulkReading:
    """Return the reading of bulk files in folders, or below addresses of one server.

    What lies below an address is downloaded into `folder`, and removed when it is read unless `keep`. Raises
    UsageError and ContractError where the files do not follow those that were read before, and UsageError
    for a narrowed run on a store that follows them.
    """
    if narrowed and store.state.applied:
        raise UsageError(
            f"{store.root.parent} follows the bulk files: name another --workdir for --pmids or --limit"
        )
    remote = [downloads.is_url(name) for name in inputs]
    if any(remote) and not all(remote):
        raise UsageError("--input: name folders, or addresses, not both")
    applied = Applied(store.state.applied)
    if any(remote):
        remotes = {r.name: r for name in inputs for r in downloads.list_remote(name)}
        waiting = applied.to_read([bulk_file(name) for name in remotes])
        paths: Iterable[Path] = downloads.downloaded([remotes[f.name] for f in waiting], folder)
    else:
        found = local_bulk_files(inputs)
        places = {path.name: path for path in found}
        waiting = applied.to_read([bulk_file(path.name) for path in found])
        paths = _checked(places[f.name] for f in waiting)
    return BulkReading(
        narrowed=narrowed,
        waiting=waiting,
        paths=paths,
        applied=applied,
        before_year=store.state.before_year,
        downloads=folder if any(remote) and not keep else None,
        **options,
    )


def _checked(paths: Iterable[Path]) -> Iterator[Path]:
    for path in paths:
        check_md5(path)
        yield path


@dataclass
class PubMedReading(SourceReading):
    """What PubMed is asked for; what has come is kept until the store holds it."""

    answers: plan.Answers = field(kw_only=True)
    held: frozenset[int] = frozenset()
    full: bool = False

    may_be_empty = True

    def batches(self) -> Iterator[Batch]:
        """Yield the citations, by PMID; raises TransientError that says what is kept where PubMed fails."""
        try:
            yield from self.answers.batches()
        except TransientError as error:
            raise _kept(error, self.answers.incoming, f" of {len(self.answers.plan.wanted)}") from None

    def close(self, intake: Intake) -> None:
        """Account for what PubMed does not have.

        Raises ContractError where it is not known of every citation that was wanted what became of it.
        """
        self.answers.close(intake)
        lost = {*self.answers.plan.wanted, *self.answers.plan.gone} - intake.accounted()
        if len(lost) > intake.nameless:
            raise ContractError(
                f"{len(lost)} citations were asked for and neither came nor are missing, PMID {min(lost)} "
                "among them: nothing was kept; run it again"
            )

    def state(self, state: State, part: Part, *, done: bool) -> State:
        """Return how PubMed reads the query, which records are books, and which came by their PMIDs alone."""
        del done
        books = pc.equal(part.accounts["outcome"], "books")
        found = part.accounts.filter(books)["pmid"].drop_null().to_pylist()
        named = {*state.named, *(self.chosen or ())} if self.narrowed else set[int]()
        return replace(
            state,
            translation=self.answers.plan.topic or state.translation,
            books=tuple(sorted({*state.books, *found})),
            named=tuple(sorted(named)),
        )

    @property
    def complete(self) -> bool:
        """Whether the store holds all that the source has for it: no record that was revised is missing."""
        return super().complete and self.held.isdisjoint(self.answers.missing)

    def row(self) -> dict[str, Any]:
        """Return query, translation, slices and requests, and how much an earlier run had received."""
        planned = self.answers.plan
        return {
            "inputs": [plan.NAME],
            "query": planned.query,
            "translation": planned.translation,
            "slices": [f"{part.low}:{part.high}" for part in planned.slices],
            "requests": self.answers.client.requests,
            "resumed": len(self.answers.resumed),
            "fetched_at": self.answers.incoming.began.replace(microsecond=0),
        }

    def committed(self, store: Store, *, done: bool) -> None:
        """Drop what was kept, since the store holds it."""
        incoming = self.answers.incoming
        incoming.clear(all_of_it=not self.narrowed and (self.full or not incoming.full))


def pubmed_reading(
    client: EutilsClient,
    query: str,
    store: Store,
    now: datetime,
    *,
    plausible_loss: float,
    since: date | None,
    full: bool,
    listed: Callable[[frozenset[int]], Callable[[], Judge]],
    **options: Any,
) -> PubMedReading:
    """Return the reading of what PubMed lists.

    Raises what :func:`plan.plan` and the client raise, and UsageError for PMIDs together with a day.
    """
    held = frozenset(store.index)
    chosen, limit = options["chosen"], options["limit"]
    if chosen is not None and since is not None:
        raise UsageError(
            "--since asks for what is new, a list of PMIDs for what it names: leave out --since, or the list"
        )
    incoming = Incoming.open(store.root / "incoming", now, full=full, base=store.origin)
    try:
        if chosen is not None:
            planned = plan.plan_of(chosen, held)
        else:
            known = plan.Known(
                held=held,
                before=frozenset(store.before),
                books=frozenset(store.state.books),
                named=frozenset(store.state.named),
                since=store.current_since("pubmed", now),
            )
            planned = plan.plan(client, query, known, plausible_loss=plausible_loss, since=since, full=full)
        if limit is not None:
            planned = planned.newest(limit)
        resumed = plan.resumable(client, planned, incoming, now.date())
    except TransientError as error:
        raise _kept(error, incoming) from None
    reading = PubMedReading(
        make_judge=listed(planned.listed),
        answers=plan.Answers(client, planned, incoming, plausible_loss, resumed),
        held=held,
        full=full,
        **options,
    )
    reading.total = len(planned.wanted) + len(planned.gone)
    return reading


def _kept(error: TransientError, incoming: Incoming, of: str = "") -> TransientError:
    """Return the error with what is kept of the citations that came, and how to go on."""
    return TransientError(
        f"{error}. {len(incoming)}{of} citations that came are kept; run the same command again to go on"
    )
