"""Commands that read what was made, and the machine it was made on."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from comention.cli.app import app
from comention.cli.options import (
    Config,
    Csv,
    Focus,
    FromYear,
    Json,
    Related,
    Species,
    SpreadsheetSafe,
    Study,
    ToYear,
    Without,
    WithQ,
    Workdir,
    complete_concept,
    form_of,
    narrowed,
    one_of,
    printed,
    settings_of,
    snapshot_of,
)
from comention.records import ENTITY_TYPES

if TYPE_CHECKING:
    from comention.snapshots.query import Shown
    from comention.snapshots.snapshot import Snapshot
    from comention.stages.window import Window

# Pairs that a table of changes shows where no number is asked for.
_CHANGES = 20

_NO_BACKGROUND = (
    "nothing to compare a topic with: the run had no background that its annotator has read "
    "(background.kind), or kept articles of any topic"
)
_NO_BACKGROUND_OF_WINDOW = (
    "nothing to compare the window with: the run had no background, or one of bulk files, or the "
    "configuration given here (--config) is not the run's"
)


@app.command()
def lookup(
    text: Annotated[str, typer.Argument(help="A name, or a text with names in it.")],
    config: Config = None,
    as_json: Json = False,
    as_csv: Csv = False,
    spreadsheet_safe: SpreadsheetSafe = False,
) -> None:
    """Show what a name means to the lexicon, why, and its rivals: other concepts that claim the name.

    Says where the name comes from, when it counts, and what else is known of the concept; of a name that
    does not count, why; of a name that is unknown, the nearest.
    """
    from comention.cli import terminal
    from comention.lexicon import lookup
    from comention.lexicon.matcher import Additions
    from comention.lexicon.store import open_lexicon

    names = settings_of(config, None).names
    form = form_of(as_json, as_csv, spreadsheet_safe)
    rows = lookup.lookup(text, open_lexicon(), Additions(names.add, names.stop))
    if not printed(rows, rows, list(rows[0]), form):
        terminal.table(lookup.cards(rows), lookup.CARD_COLUMNS, wrap=("value",))


@app.command()
def show(
    dataset: Annotated[
        str | None,
        typer.Argument(
            help="enrichment, pairs, pairs_rolled_up, triples or entities; diseases, drugs, cytokines or "
            "cells for pairs of that type; where absent, enrichment (of each type) if the topic has a "
            "background, else pairs."
        ),
    ] = None,
    with_name: Annotated[
        str | None,
        typer.Option(
            "--with",
            help="Only rows with this concept: name, synonym or id.",
            autocompletion=complete_concept,
        ),
    ] = None,
    entity_type: Annotated[
        str | None,
        typer.Option("--type", help="Only rows with a concept of this type.", **one_of(ENTITY_TYPES)),
    ] = None,
    limit: Annotated[int, typer.Option(min=1, help="Rows to show.")] = 20,
    min_articles: Annotated[
        int | None,
        typer.Option(
            min=1,
            help="Independent articles of a pair, or a concept of enrichment, at least; 2 where absent.",
        ),
    ] = None,
    related: Related = False,
    from_year: FromYear = None,
    to_year: ToYear = None,
    without: Without = None,
    species: Species = None,
    study: Study = None,
    with_q: WithQ = False,
    workdir: Workdir = None,
    config: Config = None,
    as_json: Json = False,
    as_csv: Csv = False,
    spreadsheet_safe: SpreadsheetSafe = False,
) -> None:
    """Show what goes with the topic, against a background; pairs, triples or entities of the snapshot.

    Enrichment comes by grade and the lower bound of the odds ratio. In pairs_rolled_up a concept counts for
    all that is above it, psoriasis for "skin diseases".
    """
    from comention.cli import terminal
    from comention.snapshots import claims, query
    from comention.stages.window import chosen

    form = form_of(as_json, as_csv, spreadsheet_safe)
    window = chosen(from_year, to_year, without, species, study)
    held = snapshot_of(config, workdir)
    dataset, entity_type = query.of_type(dataset, entity_type)
    least = query.PAIR_LEAST if min_articles is None else min_articles
    asked: dict[str, Any] = {"with_name": with_name, "limit": limit, "min_articles": least}
    of_one = bool(with_name) and not with_q and (dataset or "").lower() == "pairs"
    found = _uncounted(held, window, entity_type=entity_type, related=related, **asked) if of_one else None
    if window and found is None:
        held = narrowed(held, window, settings_of(config, None, workdir=workdir))
    dataset = (dataset or query.first_table(held)).lower()
    query.check(dataset, min_articles=min_articles, related=related)
    by_type = dataset == "enrichment" and entity_type is None
    if found is None and by_type:
        found = query.enriched(held, **asked)
    elif found is None:
        found = query.show(held, dataset, entity_type=entity_type, related=related, **asked)
    rows, rarer, kin = found
    if printed(rows, rows, query.details(dataset), form):
        return
    shown = [row | {"claim": claims.words(row), "chain": claims.chain_words(row)} for row in rows]
    terminal.table(shown, query.COLUMNS[dataset], yields=query.YIELDS)
    sys.stdout.flush()  # an output that refuses is said before what the table leaves out
    if rarer and (by_type or len(rows) < limit):
        terminal.say(
            f"left out: {rarer:,} with fewer than {least} independent articles; --min-articles 1 shows them"
        )
    if kin:
        terminal.say(f"left out: {kin:,} of a concept and a broader one; --related shows them")
    _explain(held, dataset, rows)


def _uncounted(held: Snapshot, window: Window, **asked: Any) -> Shown | None:
    """Return pairs of a concept in a window that is not counted for it; None where it is, or without one."""
    if not window:
        return None
    from comention.cli import terminal
    from comention.stages import focused  # with scipy, which a listing of the whole snapshot is spared

    if not focused.is_quicker(held, window):
        return None
    found = focused.show(held, window, **asked)
    terminal.say(focused.told(held, window))
    return found


def _explain(held: Snapshot, dataset: str, rows: Sequence[Mapping[str, Any]]) -> None:
    """Say what the rows of a listing were compared with, and where lift means nothing."""
    from comention.cli import terminal
    from comention.snapshots.topic import by_construction

    if dataset == "enrichment":
        about = held.manifest.background
        missing = _NO_BACKGROUND_OF_WINDOW if held.manifest.window else _NO_BACKGROUND
        terminal.say(f"compared with {about.words}" if about else missing)
    if dataset == "pairs" and rows and all(map(by_construction, rows)):
        terminal.say(
            "nearly every article is on the topic, so lift with it is about 1 by construction: see "
            "`comention show enrichment`, or compare with a corpus of all articles (--set topic.match=all)"
        )


@app.command()
def ledger(
    run_id: Annotated[
        str | None, typer.Argument(metavar="RUN", help="A run, or `last`: its query, slices and numbers.")
    ] = None,
    outcome: Annotated[
        str | None,
        typer.Option(help="The PMIDs behind a number of it: kept, missing, rejected, retracted … or all."),
    ] = None,
    workdir: Workdir = None,
    config: Config = None,
    as_json: Json = False,
    as_csv: Csv = False,
    spreadsheet_safe: SpreadsheetSafe = False,
) -> None:
    """Show what became of every citation, run by run; of one RUN all that is known, or its PMIDs."""
    from comention.cli import terminal
    from comention.pubmed.ledger import ACCOUNT_COLUMNS, LEDGER_COLUMNS, accounts, ledger_of
    from comention.pubmed.ledger import ledger as ledger_rows
    from comention.snapshots import query

    folder = settings_of(config, None, workdir=workdir).workdir
    form = form_of(as_json, as_csv, spreadsheet_safe)
    if run_id is not None and outcome is None:
        row = ledger_of(folder, run_id)
        if not printed(row, [row], list(row), form):
            shown = [{"ledger": name, "value": value} for name, value in row.items()]
            terminal.table(shown, ("ledger", "value"), wrap=("value",))
        return
    if outcome is not None:
        rows, columns = accounts(folder, run_id or "last", outcome), ACCOUNT_COLUMNS
        every: Sequence[str] = columns
    else:
        rows, columns = ledger_rows(folder), LEDGER_COLUMNS
        every = query.details("ledger")
    if not printed(rows, rows, every, form):
        terminal.table(rows, columns)


@app.command()
def runs(
    workdir: Workdir = None,
    config: Config = None,
    as_json: Json = False,
    as_csv: Csv = False,
    spreadsheet_safe: SpreadsheetSafe = False,
) -> None:
    """Show what each stage of each run took, and how it ended: those that failed or died too."""
    from comention.cli import terminal
    from comention.schemas import RUNS
    from comention.stages import runs

    form = form_of(as_json, as_csv, spreadsheet_safe)
    rows = runs.listed(settings_of(config, None, workdir=workdir).workdir)
    if not printed(rows, rows, RUNS.schema.names, form):
        terminal.table(rows, runs.COLUMNS)


@app.command()
def diff(
    old: Annotated[
        str | None, typer.Argument(help="Run id of the older snapshot; the one before NEW.")
    ] = None,
    new: Annotated[str | None, typer.Argument(help="Run id of the newer snapshot; the latest.")] = None,
    limit: Annotated[
        int | None,
        typer.Option(min=1, help="Pairs to show; where absent 20 in the table, all in JSON and CSV."),
    ] = None,
    workdir: Workdir = None,
    config: Config = None,
    as_json: Json = False,
    as_csv: Csv = False,
    spreadsheet_safe: SpreadsheetSafe = False,
) -> None:
    """Show which pairs two snapshots do not share, and why: articles, retractions, lexicon or model."""
    from comention.cli import terminal
    from comention.snapshots import changes

    form = form_of(as_json, as_csv, spreadsheet_safe)
    folder = settings_of(config, None, workdir=workdir).workdir
    found = changes.compare(*changes.chosen(folder, old, new))
    first = {name: rows[:limit] for name, rows in (("changes", found.rows), ("claims", found.claims))}
    if printed(found.as_dict() | first, first["changes"], changes.DETAILS, form):
        return
    limit = _CHANGES if limit is None else limit
    terminal.say(f"{found.old} → {found.new}")
    for what, counts in (("pairs", found.counts), ("articles", found.articles)):
        terminal.say(
            f"{what}: " + (", ".join(f"{n} {name}" for name, n in counts.items() if n) or "unchanged")
        )
    for name, (before, after) in found.readers.items():
        terminal.say(f"{name}: {before} → {after}")
    if found.rows:
        terminal.table(
            [changes.shown(row) for row in found.rows[:limit]], changes.COLUMNS, wrap=("cause", "pmids")
        )
    if found.claims:
        terminal.say(f"what is said changed of {len(found.claims)} pairs")
        terminal.table(found.claims[:limit], changes.CLAIM_COLUMNS)


@app.command()
def report(
    workdir: Workdir = None,
    out: Annotated[
        Path | None,
        typer.Option(
            "-o",
            "--out",
            help="File to write; in the workdir report.html where absent, report_window.html with a window. "
            "- is stdout, which gets the page alone, as a device or FIFO does.",
        ),
    ] = None,
    focus: Focus = None,
    from_year: FromYear = None,
    to_year: ToYear = None,
    without: Without = None,
    species: Species = None,
    study: Study = None,
    config: Config = None,
) -> None:
    """Write the latest snapshot as one self-contained HTML page, and its tables into a folder beside it."""
    from comention.cli import terminal
    from comention.files.outputs import output_of
    from comention.report.page import write_report
    from comention.stages.window import chosen

    window = chosen(from_year, to_year, without, species, study)
    held = snapshot_of(config, workdir, window)
    folder = settings_of(config, None, workdir=workdir).workdir
    where = output_of(out or folder / ("report_window.html" if window else "report.html"))
    tables = write_report(held, where, focus)
    if tables is not None:
        terminal.say(f"report: {where}, tables: {tables}")


@app.command()
def doctor(
    config: Config = None,
    workdir: Workdir = None,
    offline: Annotated[bool, typer.Option("--offline", help="Ask no service.")] = False,
    repair: Annotated[
        bool,
        typer.Option("--repair", help="Only bring a damaged store back to its last commit that is whole."),
    ] = False,
    as_json: Json = False,
    as_csv: Csv = False,
    spreadsheet_safe: SpreadsheetSafe = False,
) -> None:
    """Find what goes wrong on this machine and what to do about it; exit code 3 where one is an error."""
    from comention.cli import terminal
    from comention.doctor import Finding, examine, repaired

    form = form_of(as_json, as_csv, spreadsheet_safe)
    settings = settings_of(config, None, workdir=workdir)
    findings = [repaired(settings)] if repair else list(examine(settings, offline=offline))
    rows = [finding._asdict() for finding in findings]
    if not printed(rows, rows, Finding._fields, form):
        terminal.table(rows, Finding._fields, wrap=("detail", "fix"))
    if any(finding.level == "error" for finding in findings):
        raise typer.Exit(3)
