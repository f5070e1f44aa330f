"""What the command line shows to people: tables, progress on a terminal, one-line errors."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from comention.config import Settings
    from comention.stages import Progress

_Item = TypeVar("_Item")

_LABELS = {
    "fetch": "reading citations",
    "annotate": "annotating shards",
    "collect": "collecting",
    "cooccur": "counting",
    "publish": "publishing",
}


@contextlib.contextmanager
def progress_bar() -> Iterator[Progress]:
    """Give a progress callback that draws a bar on standard error, where that is a terminal."""
    if not sys.stderr.isatty():
        yield lambda _stage, _done, _total: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        tasks: dict[str, Any] = {}

        def show(stage: str, done: int, total: int | None) -> None:
            if stage not in tasks:
                tasks[stage] = bar.add_task(_LABELS.get(stage, stage), total=total)
            bar.update(tasks[stage], completed=done, total=total)

        yield show


def tracked(items: Iterable[_Item], label: str) -> Iterator[_Item]:
    """Yield the items, counting them on standard error where that is a terminal."""
    with progress_bar() as progress:
        for done, item in enumerate(items, 1):
            yield item
            progress(label, done, None)


def table(rows: Sequence[Mapping[str, Any]], columns: Sequence[str], title: str | None = None) -> None:
    """Print rows as a table on standard output; plain tab-separated text where that is no terminal."""
    if not sys.stdout.isatty():
        print("\t".join(columns))  # noqa: T201 - this module is the command line's voice
        for row in rows:
            print("\t".join(_cell(row[column]) for column in columns))  # noqa: T201
        return
    from rich.console import Console
    from rich.table import Table

    shown = Table(title=title, title_justify="left")
    for column in columns:
        numeric = bool(rows) and isinstance(rows[0][column], int | float)
        shown.add_column(column, justify="right" if numeric else "left", overflow="fold")
    for row in rows:
        shown.add_row(*(_cell(row[column]) for column in columns))
    Console().print(shown)


def summary(result: Mapping[str, Any], settings: Settings) -> None:
    """Tell people what a run did and where its results are."""
    rows = [
        {"": "citations", "count": result["expected"], "of which": _ledger_words(result)},
        {"": "articles", "count": result["articles"], "of which": f"on the topic {settings.topic.name}"},
        {"": "mentions", "count": result["mentions"], "of which": f"{result['concepts']} concepts"},
        {"": "pairs", "count": result["pairs"], "of which": f"{result['evidence']} places of evidence"},
        {"": "triples", "count": result["triples"], "of which": "disease × drug × cytokine"},
    ]
    table(rows, ("", "count", "of which"))
    where = f"{settings.workdir}/latest"
    say(f"{'results' if result['changed'] else 'nothing changed; results'}: {where} -> {result['snapshot']}")
    say(f"next: comention show pairs --workdir {settings.workdir}")


def _ledger_words(result: Mapping[str, Any]) -> str:
    names = ("kept", "off_topic", "superseded", "withdrawn", "books", "rejected", "missing")
    words = [f"{result[name]} {name.replace('_', ' ')}" for name in names if result[name]]
    return ", ".join(words) or "none"


def say(message: str) -> None:
    """Print a line for people on standard error."""
    print(message, file=sys.stderr)  # noqa: T201


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, float):
        return f"{value:.3g}"
    if isinstance(value, list | tuple):
        return ", ".join(map(str, value))
    return str(value)
