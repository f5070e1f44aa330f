"""Options that several commands have, and what commands do with them."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NamedTuple

import typer

if TYPE_CHECKING:
    from comention.config import Settings
    from comention.snapshots.snapshot import Snapshot
    from comention.stages.draft import Draft
    from comention.stages.window import Window

Config = Annotated[
    Path | None, typer.Option("--config", help="TOML file; the embedded sample's where absent.")
]
Workdir = Annotated[Path | None, typer.Option("--workdir", help="Folder of store, snapshots and latest.")]
AnnotatorName = Annotated[str | None, typer.Option("--annotator", help="standard, fast or scispacy:MODEL.")]
Assignments = Annotated[
    list[str] | None, typer.Option("--set", help="key=value, as in the TOML file; repeatable.")
]


def complete_concept(ctx: typer.Context, incomplete: str) -> list[tuple[str, str]]:
    """Return the concepts of the latest snapshot whose names begin so; none where that cannot be known.

    The snapshot is that of --workdir or --config where they stand before, else of the settings.
    """
    try:
        from comention.snapshots import names, query

        config, workdir = (ctx.params.get(option) for option in ("config", "workdir"))
        snapshot = snapshot_of(config and Path(config), workdir and Path(workdir))
        found = names.completions(incomplete, query.named(snapshot))[:_COMPLETIONS]
        # bash puts what it is given on the line as it stands
        quoted = os.environ.get("_COMENTION_COMPLETE") == "complete_bash" and incomplete.isalnum()
        return [
            (incomplete + _escaped(name[len(incomplete) :]) if quoted else name, of) for name, of in found
        ]
    except Exception:  # what a shell asks for while a person types must not print an error
        return []


_COMPLETIONS = 50


def _escaped(text: str) -> str:
    return "".join(c if c.isalnum() or c in "-_./" else f"\\{c}" for c in text)


Concept = Annotated[
    str,
    typer.Argument(help="A concept: name, synonym or id.", autocompletion=complete_concept),
]
Focus = Annotated[
    str | None,
    typer.Option(
        "--focus",
        help="Concept to begin from: name, synonym or id; the topic.",
        autocompletion=complete_concept,
    ),
]
Json = Annotated[bool, typer.Option("--json", help="One JSON value on stdout, nothing else.")]
Csv = Annotated[bool, typer.Option("--csv", help="CSV with every column on stdout, nothing else.")]
SpreadsheetSafe = Annotated[
    bool,
    typer.Option(
        "--spreadsheet-safe",
        help="In CSV and TSV put ' before a text that a spreadsheet would take for a formula.",
    ),
]
Related = Annotated[
    bool,
    typer.Option(
        "--related", help="Pairs of a concept and a broader one too, as psoriasis and skin disease."
    ),
]
FromYear = Annotated[
    int | None, typer.Option("--from", help="Only articles of this year and later, counted anew.")
]
ToYear = Annotated[
    int | None, typer.Option("--to", help="Only articles of this year and earlier, counted anew.")
]
Without = Annotated[
    str | None, typer.Option("--without", help="Leave these out and count anew: reviews,retracted.")
]
Species = Annotated[
    str | None,
    typer.Option("--species", help="Only articles of studies in one of them: human,mouse …"),
]
Study = Annotated[
    str | None, typer.Option("--study", help="Only such articles: trial, animal, in-vitro, review …")
]
WithQ = Annotated[
    bool,
    typer.Option("--with-q", help="In a large window too count all pairs, so that q and grades are known."),
]
Out = Annotated[
    Path | None,
    typer.Option(
        "-o", "--out", help="File to write; - is stdout, as where absent. A device or FIFO is written to."
    ),
]


def settings_of(config: Path | None, assignments: list[str] | None, **given: Any) -> Settings:
    """Return the settings of a configuration under --set and other options, by key (`a__b` is a.b)."""
    from comention.config import load_settings, parse_assignments

    overrides = parse_assignments(assignments or ())
    overrides |= {key.replace("__", "."): value for key, value in given.items() if value is not None}
    return load_settings(config, overrides)


def names_folder(assignments: list[str] | None) -> bool:
    """Return whether --set or the environment names a work directory."""
    from comention.config import parse_assignments, variable

    return "workdir" in parse_assignments(assignments or ()) or variable("workdir") in os.environ


def drafted(name: str, settings: Settings, *, ask: bool) -> tuple[Draft, int | None]:
    """Return the topic that is made of a name, and how many records PubMed has of it where it is asked."""
    from comention.lexicon.store import open_lexicon
    from comention.pubmed.client import EutilsClient
    from comention.stages import draft

    made = draft.draft(name, open_lexicon())
    return draft.asked(made, EutilsClient(settings.pubmed).count) if ask else (made, None)


def snapshot_of(config: Path | None, workdir: Path | None, window: Window | None = None) -> Snapshot:
    """Return the latest snapshot of the work directory: resolved here, once for the whole command.

    With a window it is narrowed as :func:`narrowed` does.
    """
    from comention.snapshots.snapshot import latest

    settings = settings_of(config, None, workdir=workdir)
    held = latest(settings.workdir)
    return narrowed(held, window, settings) if window else held


def narrowed(snapshot: Snapshot, window: Window, settings: Settings) -> Snapshot:
    """Return a window of a snapshot, counted anew where it is not held; standard error says what it is."""
    from comention.cli import terminal
    from comention.stages.windowed import background_of, windowed

    run = settings.run
    bounds: dict[str, Any] = {"threads": run.processes, "memory_limit": run.memory_limit}
    found = windowed(snapshot, window, background=background_of(snapshot, settings), **bounds)
    if found.manifest.window is not None:
        terminal.say(f"window {found.manifest.window.told}, counted anew")
    return found


def print_json(value: Any, out: Path | None = None) -> None:
    """Print one JSON value, or write it into a file."""
    from comention.files.atomic import json_text

    _put(json_text(value) + "\n", out)


def print_csv(
    rows: Iterable[Mapping[str, Any]], columns: Sequence[str], *, safe: bool, out: Path | None = None
) -> None:
    """Print rows as CSV with a header, which is there without rows too; or write them into a file."""
    from comention.export import delimited

    _put("".join(delimited.lines(rows, columns, spreadsheet_safe=safe)), out)


def printed(
    value: Any,
    rows: Iterable[Mapping[str, Any]],
    columns: Sequence[str],
    form: Form,
    out: Path | None = None,
) -> bool:
    """Print a value as JSON or its rows as CSV, and tell whether that was asked for.

    With `out` they are written into that file: as JSON where it is asked for or the file is named .json, else
    as CSV.
    """
    named_so = out is not None and out.suffix.lower() == ".json" and not form.csv
    if form.json or named_so:
        print_json(value, out)
    elif form.csv or out is not None:
        print_csv(rows, columns, safe=form.safe, out=out)
    return form.json or form.csv or out is not None


def one_of(words: Sequence[str]) -> dict[str, Any]:
    """Return what makes an option take these words, in any case, list them in its help, and complete them.

    The words are those of a column; they come from `records`, since `schemas` loads Arrow, and help does not.
    """

    def chosen(word: str) -> str:
        in_any_case = {known.casefold(): known for known in words}
        if word.casefold() not in in_any_case:
            raise typer.BadParameter(f"{word!r} is not one of {', '.join(map(repr, words))}.")
        return in_any_case[word.casefold()]

    return {
        "parser": chosen,
        "metavar": f"[{'|'.join(words)}]",
        "autocompletion": lambda: list(words),
    }


class Form(NamedTuple):
    """How rows are printed: as a table for people where neither is asked for."""

    json: bool
    csv: bool
    safe: bool


def form_of(as_json: bool, as_csv: bool, safe: bool) -> Form:
    """Return how rows are printed; raises UsageError for options that do not go together."""
    from comention.errors import UsageError

    if as_json and as_csv:
        raise UsageError("--json and --csv: choose one of them")
    if safe and not as_csv:
        raise UsageError("--spreadsheet-safe is for --csv: give both")
    return Form(as_json, as_csv, safe)


def _put(text: str, out: Path | None) -> None:
    from comention.files.outputs import output_of, put

    put("-" if out is None else output_of(out), lambda stream: stream.write(text.encode("utf-8")))
