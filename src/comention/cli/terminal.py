"""What the command line shows to people: tables, progress on a terminal, one-line errors."""

from __future__ import annotations

import contextlib
import shlex
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, TypeVar

from comention.cli import listing

if TYPE_CHECKING:
    from comention.config import Settings
    from comention.stages.draft import Draft
    from comention.stages.job import Progress

_Item = TypeVar("_Item")

_LABELS = {
    "fetch": "reading citations",
    "annotate": "annotating shards",
    "collect": "collecting shards",
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


def table(
    rows: Sequence[Mapping[str, Any]],
    columns: Sequence[str],
    title: str | None = None,
    *,
    wrap: Sequence[str] = (),
    yields: Sequence[str] = (),
) -> None:
    """Print rows as a table on standard output; plain tab-separated text where that is no terminal.

    On a terminal it fits the width: names are cut, but those of the columns `wrap`, and columns that have no
    room, those of `yields` first, are told on standard error.
    """
    if not sys.stdout.isatty():
        print("\t".join(columns))  # noqa: T201 - this module is the command line's voice
        for row in rows:
            print("\t".join(listing.cell(row[column]) for column in columns))  # noqa: T201
        return
    from rich.console import Console

    left_out = listing.print_table(
        Console(highlight=False), rows, columns, wrap=wrap, yields=yields, title=title
    )
    if left_out:
        say(f"no room for {', '.join(left_out)}: widen the terminal, or use --csv or --json")


def evidence(rows: Sequence[Mapping[str, Any]], columns: Sequence[str]) -> None:
    """Print the places of a pair, mentions marked; tab-separated text where that is no terminal."""
    if not sys.stdout.isatty():
        table(rows, columns)
        return
    from rich.console import Console

    listing.print_evidence(Console(highlight=False), rows)


def claims(rows: Sequence[Mapping[str, Any]], columns: Sequence[str]) -> None:
    """Print what sentences say of a pair, marked; tab-separated text where that is no terminal."""
    if not sys.stdout.isatty():
        table(rows, columns)
        return
    from rich.console import Console

    listing.print_claims(Console(highlight=False), rows)


def summary(result: Mapping[str, Any], settings: Settings) -> None:
    """Print what a run did and where its results are."""
    rows = [
        {"": "citations", "count": result["expected"], "of which": _ledger_words(result)},
        {"": "articles", "count": result["articles"], "of which": _kept_words(settings)},
        {"": "mentions", "count": result["mentions"], "of which": f"{result['concepts']} concepts"},
        {"": "pairs", "count": result["pairs"], "of which": f"{result['evidence']} places of evidence"},
        {"": "triples", "count": result["triples"], "of which": "disease × drug × cytokine"},
    ]
    table(rows, ("", "count", "of which"), wrap=("of which",))
    where = f"{settings.workdir}/latest"
    say(f"{'results' if result['changed'] else 'nothing changed; results'}: {where} -> {result['snapshot']}")
    say(f"next: comention show --workdir {shlex.quote(str(settings.workdir))}")


def say_topic(settings: Settings) -> None:
    """Say which citations a run keeps for which no topic was named, and how to keep others."""
    from comention.config import load_settings
    from comention.resources import bundled_config

    shipped = load_settings(bundled_config("sample")).topic
    if settings.source.kind in {"files", "bulk"} and settings.topic == shipped:
        say(
            f"only articles on {shipped.name} are kept, since no topic is named: --topic NAME asks for "
            "another one, --set topic.match=all keeps all"
        )


def say_draft(made: Draft, found: int | None) -> None:
    """Say what a topic that was made of a name takes, and what it leaves out."""
    from comention.stages.topic_file import left_out

    topic = made.topic
    records = "" if found is None else f", {found} records in PubMed"
    say(
        f"topic {topic.name}: {len(topic.concepts)} concepts, {len(topic.mesh)} MeSH records, "
        f"{len(made.phrases)} phrases for PubMed{records}; `comention init` writes them to a file"
    )
    for line in left_out(made):
        say(f"left out: {line}")


def _kept_words(settings: Settings) -> str:
    from comention.topics import EVERYTHING

    topic = settings.topic
    if topic.match == "all":
        return "all that were read" if topic.name == EVERYTHING else f"all of {topic.name}"
    if not topic.concepts and settings.source.kind == "pubmed":
        return f"that PubMed lists for {topic.name}"
    return f"on the topic {topic.name}"


def _ledger_words(result: Mapping[str, Any]) -> str:
    names = ("kept", "off_topic", "superseded", "withdrawn", "books", "rejected", "missing")
    words = [f"{result[name]} {name.replace('_', ' ')}" for name in names if result[name]]
    return ", ".join(words) or "none"


@contextlib.contextmanager
def until_interrupted() -> Iterator[None]:
    """Let an interrupt, and what :mod:`comention.cli.signals` makes one, end the block and nothing else."""
    try:
        yield
    except KeyboardInterrupt:
        say("")


def say(message: str) -> None:
    """Print a line for people on standard error, which a terminal that is closed has taken along."""
    with contextlib.suppress(OSError):
        print(message, file=sys.stderr)  # noqa: T201
