"""What a run tells on Prefect's pages: the ledger, what changed, where the results are, how far it is.

An artifact that cannot be made is told in the log; it is no reason for a run to fail.
"""

from __future__ import annotations

import contextvars
import hashlib
import shlex
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any
from uuid import UUID

from prefect import get_run_logger
from prefect.artifacts import (
    create_markdown_artifact,
    create_progress_artifact,
    create_table_artifact,
    update_progress_artifact,
)

from comention.config import Settings
from comention.errors import ComentionError
from comention.pubmed.ledger import LEDGER_COLUMNS, ledger
from comention.report.page import write_report
from comention.snapshots import changes
from comention.snapshots.snapshot import Snapshot, before, opened
from comention.stages.job import Job, Receipt
from comention.topics import slug

# Seconds between two updates of progress; seconds that the server has to take an artifact; pairs that
# the report of changes names.
_PACE = 5.0
_PATIENCE = 20.0
_NAMED = 50

# Digits of a checksum in a key.
_DIGITS = 8

# What a stage counts on its way.
_UNITS = {
    "fetch": "citations",
    "annotate": "shards",
    "collect": "shards",
    "cooccur": "steps",
    "publish": "steps",
}


def key(what: str, settings: Settings) -> str:
    """Return an artifact's key, `run-asthma-5e0c13b7`: another topic or work directory has another."""
    return key_of(what, settings.topic.name, settings.workdir)


def key_of(what: str, name: str, path: Path) -> str:
    """Return a key of lower-case letters, digits and dashes, all that Prefect takes.

    Its last digits are those of a checksum: a slug keeps neither blanks nor punctuation of a name.
    """
    digest = hashlib.sha256(f"{name}\0{path.resolve()}".encode()).hexdigest()
    return f"{what}-{slug(name)}-{digest[:_DIGITS]}"


def tell(job: Job, summary: Mapping[str, Any], receipts: Sequence[Receipt]) -> None:
    """Make the artifacts of a run that is done."""
    settings = job.settings
    # A server that does not answer is asked once, not for each of them.
    if _try("the summary", lambda: _summary(settings, summary, receipts)):
        _try("the ledger", lambda: _ledger(settings))
        _try("what changed", lambda: _changes(settings, summary))


def _try(what: str, make: Callable[[], object]) -> bool:
    """Make an artifact, for a bounded time; return whether it was made."""
    attempt = _Attempt(what, make)
    attempt.join(_PATIENCE)
    if attempt.is_alive():
        get_run_logger().warning("%s is no artifact: the server has not answered for %d s", what, _PATIENCE)
    return attempt.made


class _Attempt(threading.Thread):
    """Makes an artifact beside the run, which a server that does not answer shall not hold up."""

    def __init__(self, what: str, make: Callable[[], object]) -> None:
        super().__init__(name=f"artifact: {what}", daemon=True)
        self._what, self._make = what, make
        self._context = contextvars.copy_context()  # an artifact belongs to the run that makes it
        self.made = False
        self.start()

    def run(self) -> None:
        """Make it, or tell why not."""
        self._context.run(self._attempt)

    def _attempt(self) -> None:
        try:
            self._make()
            self.made = True
        except Exception as error:  # the run goes on, whatever the server says
            get_run_logger().warning("%s is no artifact: %s", self._what, " ".join(str(error).split()))


def _ledger(settings: Settings) -> None:
    names = ("fetched_at", *LEDGER_COLUMNS)
    rows = [{name: _plain(row[name]) for name in names} for row in ledger(settings.workdir)]
    create_table_artifact(rows, key("ledger", settings), "What became of every citation, run by run.")


def _plain(value: Any) -> Any:
    return value if isinstance(value, int | str | None) else str(value)


def _changes(settings: Settings, summary: Mapping[str, Any]) -> None:
    held = _snapshot(settings, summary)
    if not summary["changed"] or (earlier := before(held)) is None:
        return
    text = changes_text(changes.compare(opened(settings.workdir, earlier), held))
    create_markdown_artifact(text, key("changes", settings), "What changed since the snapshot before.")


def changes_text(found: changes.Changes) -> str:
    """Return what changed between two snapshots as Markdown."""
    lines = [f"# {found.old} → {found.new}", ""]
    for what, counts in (("Pairs", found.counts), ("Articles", found.articles)):
        told = ", ".join(f"{number} {name}" for name, number in counts.items() if number) or "unchanged"
        lines.append(f"- {what}: {told}")
    lines += [f"- {name}: {before} → {after}" for name, (before, after) in found.readers.items()]
    if found.rows:
        lines += ["", f"| {' | '.join(changes.COLUMNS)} |", "|---" * len(changes.COLUMNS) + "|"]
        for row in map(changes.shown, found.rows[:_NAMED]):
            cells = (str(row[column]).replace("|", "\\|") for column in changes.COLUMNS)
            lines.append(f"| {' | '.join(cells)} |")
        if len(found.rows) > _NAMED:
            lines += ["", f"and {len(found.rows) - _NAMED} more: `comention diff --workdir …`"]
    return "\n".join(lines) + "\n"


def _snapshot(settings: Settings, summary: Mapping[str, Any]) -> Snapshot:
    """Return the snapshot of this very run, whatever another one has published since."""
    return opened(settings.workdir, Path(summary["snapshot"]).name)


def _summary(settings: Settings, summary: Mapping[str, Any], receipts: Sequence[Receipt]) -> None:
    held = _snapshot(settings, summary)
    paths = {"snapshot": held.path}
    report = settings.workdir.resolve() / "report.html"
    try:
        write_report(held, report)
        paths["report"] = report
    except ComentionError as error:
        get_run_logger().warning("no report: %s", error)
    text = summary_text(settings, summary, receipts, paths)
    create_markdown_artifact(text, key("run", settings), "What the run made, and how to open it.")


def summary_text(
    settings: Settings,
    summary: Mapping[str, Any],
    receipts: Sequence[Receipt],
    paths: Mapping[str, Path],
) -> str:
    """Return what a run did, where its results are and how to open them, as Markdown.

    No links: a browser does not open a file from a page of a server.
    """
    workdir = shlex.quote(str(settings.workdir.resolve()))
    lines = [f"# {settings.topic.name}: run {summary['run_id']}", ""]
    lines.append(
        "A new snapshot." if summary["changed"] else "Nothing changed; the snapshot is an earlier run's."
    )
    lines += [
        "",
        *(f"- {name}: `{path}`" for name, path in paths.items()),
        f"- work directory: `{settings.workdir.resolve()}`",
        "",
        "To open them, on the machine where the run was:",
        "",
        "```sh",
        f"comention explore --workdir {workdir}       # everything in a browser, the report too",
        f"comention show pairs --workdir {workdir}",
        "```",
    ]
    lines += [
        "",
        "| stage | seconds | records | a second | peak MiB | from before |",
        "|---|---|---|---|---|---|",
    ]
    for r in receipts:
        hits = "" if r.cache_hits is None else str(r.cache_hits)
        speed = f"{r.seconds:.1f} | {r.records} | {r.records_per_second:.0f}"
        lines.append(f"| {r.stage} | {speed} | {r.peak_mib} | {hits} |")
    counts = ("articles", "mentions", "concepts", "pairs", "triples", "added", "revised", "removed")
    lines += ["", ", ".join(f"{summary[name]} {name}" for name in counts)]
    return "\n".join(lines) + "\n"


class Progress:
    """The progress of one stage, as an artifact that is updated every few seconds at most."""

    def __init__(self, settings: Settings, stage: str, clock: Callable[[], float] = time.monotonic) -> None:
        self._key = key(f"progress-{stage}", settings)
        self._stage = stage
        self._clock = clock
        self._artifact: UUID | None = None
        self._due = clock()
        self._attempt: _Attempt | None = None
        self._percent, self._text = 0.0, stage

    def __call__(self, stage: str, done: int, total: int | None) -> None:
        """Note what is done; report it where that is due and the server has answered the report before."""
        del stage
        of = "" if total is None else f" of {total}"
        self._percent = 100 * done / total if total else 0.0
        self._text = f"{self._stage}: {done}{of} {_UNITS[self._stage]}"
        if self._clock() >= self._due and not (self._attempt and self._attempt.is_alive()):
            self._send()

    def finish(self) -> None:
        """Report that the stage is done, where the server answers in time."""
        if self._attempt is not None:
            self._attempt.join(_PATIENCE)
            if self._attempt.is_alive():
                return
        self._percent = 100.0
        self._send().join(_PATIENCE)

    def _send(self) -> _Attempt:
        self._due = self._clock() + _PACE
        percent, text = self._percent, self._text
        self._attempt = _Attempt("progress", lambda: self._tell(percent, text))
        return self._attempt

    def _tell(self, percent: float, text: str) -> None:
        if self._artifact is None:
            made = create_progress_artifact(percent, self._key, text)
            assert isinstance(made, UUID)  # noqa: S101 - what making one now, not later, returns
            self._artifact = made
        else:
            update_progress_artifact(self._artifact, percent, text)
