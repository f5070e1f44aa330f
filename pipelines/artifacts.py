"""What a run tells on Prefect's pages: the ledger, what changed, where the results are, how far it is.

An artifact that cannot be made is told in the log; it is no reason for a run to fail.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any
from uuid import UUID

from prefect import get_run_logger
from prefect.artifacts import (
    create_link_artifact,
    create_markdown_artifact,
    create_progress_artifact,
    create_table_artifact,
    update_progress_artifact,
)

from comention import changes, query, stages
from comention.config import Settings
from comention.errors import ComentionError
from comention.publish import snapshots
from comention.report.page import write_page

# Seconds between two updates of a progress artifact, and pairs that the report of changes names.
_PACE = 5.0
_NAMED = 50


def key(what: str, settings: Settings) -> str:
    """Return an artifact's key: lower-case letters, digits and dashes."""
    return re.sub("[^a-z0-9]+", "-", f"{what}-{settings.topic.name}".lower()).strip("-")


def tell(job: stages.Job, summary: Mapping[str, Any], receipts: Sequence[stages.Receipt]) -> None:
    """Make the artifacts of a run that is done."""
    settings = job.settings
    _try("the ledger", lambda: _ledger(settings))
    _try("what changed", lambda: _changes(settings, bool(summary["changed"])))
    _try("the summary", lambda: _summary(settings, summary, receipts))


def _try(what: str, make: Callable[[], object]) -> bool:
    try:
        make()
    except Exception as error:  # the run is done, whatever the server says
        get_run_logger().warning("%s is no artifact: %s", what, " ".join(str(error).split()))
        return False
    return True


def _ledger(settings: Settings) -> None:
    names = ("fetched_at", *query.LEDGER_COLUMNS)
    rows = [{name: _plain(row[name]) for name in names} for row in query.ledger(settings.workdir)]
    create_table_artifact(rows, key("ledger", settings), "What became of every citation, run by run.")


def _plain(value: Any) -> Any:
    return value if isinstance(value, int | str | None) else str(value)


def _changes(settings: Settings, changed: bool) -> None:
    if len(snapshots(settings.workdir)) < 2 or not changed:
        return
    text = changes_text(changes.compare(settings.workdir))
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


def _summary(settings: Settings, summary: Mapping[str, Any], receipts: Sequence[stages.Receipt]) -> None:
    snapshot = Path(summary["snapshot"]).resolve()
    links = {"snapshot": snapshot}
    report = settings.workdir.resolve() / "report.html"
    try:
        write_page(settings.workdir, report)
        links["report"] = report
    except ComentionError as error:
        get_run_logger().warning("no report: %s", error)
    create_markdown_artifact(
        summary_text(settings, summary, receipts, links), key("run", settings), "What the run made."
    )
    for name, path in links.items():
        create_link_artifact(path.as_uri(), path.name, key(name, settings), f"The {name} of the latest run.")


def summary_text(
    settings: Settings,
    summary: Mapping[str, Any],
    receipts: Sequence[stages.Receipt],
    links: Mapping[str, Path],
) -> str:
    """Return what a run did, and where its results are, as Markdown."""
    lines = [f"# {settings.topic.name}: run {summary['run_id']}", ""]
    lines.append(
        "A new snapshot." if summary["changed"] else "Nothing changed; the snapshot is an earlier run's."
    )
    lines += [
        "",
        *(f"- {name}: `{path}`" for name, path in links.items()),
        f"- work directory: `{settings.workdir}`",
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
    """Tells how far the annotation is, as an artifact that is updated every few seconds at most."""

    def __init__(self, settings: Settings, clock: Callable[[], float] = time.monotonic) -> None:
        self._key = key("progress", settings)
        self._clock = clock
        self._artifact: UUID | None = None
        self._told = 0.0
        self._works = True

    def __call__(self, stage: str, done: int, total: int | None) -> None:
        """Tell that so many shards of so many are done."""
        if stage != "annotate" or not total or not self._works:
            return
        now = self._clock()
        if self._artifact is None or now - self._told >= _PACE or done == total:
            self._told = now
            self._works = _try(
                "progress", lambda: self._tell(100 * done / total, f"{done} of {total} shards")
            )

    def _tell(self, percent: float, text: str) -> None:
        if self._artifact is None:
            made = create_progress_artifact(percent, self._key, text)
            assert isinstance(made, UUID)  # noqa: S101 - what making one now, not later, returns
            self._artifact = made
        else:
            update_progress_artifact(self._artifact, percent, text)
