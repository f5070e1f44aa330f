"""A report with all that goes into it: the concept it begins from, and what the last run changed."""

from __future__ import annotations

from pathlib import Path

from comention.errors import ContractError, MalformedError
from comention.report.news import News, news
from comention.report.page import write_page
from comention.snapshots.changes import Changes, compare
from comention.snapshots.query import resolve
from comention.snapshots.snapshot import latest, snapshots


def write_report(workdir: Path, path: Path, focus: str | None = None) -> Path:
    """Write the latest snapshot as a page, its tables in a folder beside it; return that folder.

    `focus` is a name, synonym or id of a concept to begin from; the topic where None. Raises UsageError where
    there is no snapshot or nothing of that name, MalformedError where a dataset is damaged, StorageError
    where a file cannot be written.
    """
    ids = () if focus is None else (resolve(workdir, focus),)
    return write_page(workdir, path, focus=ids, news=_news(workdir))


def _news(workdir: Path) -> News | None:
    """Return what the latest snapshot changed; None where there is no other before it that can be read."""
    newest = latest(workdir).path.name
    if snapshots(workdir)[0] == newest:
        return None
    try:
        found: Changes = compare(workdir, new=newest)
    except (ContractError, MalformedError):
        return None
    return news(found.old, found.counts, found.articles, found.rows)
