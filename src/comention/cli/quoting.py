"""Commands that quote the sentences of a pair: where the two were read, and what was said of them."""

from __future__ import annotations

from typing import Annotated

import typer

from comention.cli.app import app
from comention.cli.options import (
    Concept,
    Config,
    Csv,
    FromYear,
    Json,
    Out,
    Species,
    SpreadsheetSafe,
    Study,
    ToYear,
    Without,
    Workdir,
    complete_concept,
    form_of,
    printed,
    snapshot_of,
)


@app.command()
def evidence(
    one: Concept,
    other: Annotated[str, typer.Argument(help="The other one.", autocompletion=complete_concept)],
    limit: Annotated[int, typer.Option(min=1, help="Places to show.")] = 20,
    from_year: FromYear = None,
    to_year: ToYear = None,
    without: Without = None,
    species: Species = None,
    study: Study = None,
    workdir: Workdir = None,
    config: Config = None,
    as_json: Json = False,
    as_csv: Csv = False,
    spreadsheet_safe: SpreadsheetSafe = False,
) -> None:
    """Show where two concepts were read together: titles first, then sentences, then whole articles."""
    from comention.cli import terminal
    from comention.snapshots import frames, query
    from comention.stages.window import chosen

    form = form_of(as_json, as_csv, spreadsheet_safe)
    held = snapshot_of(config, workdir, chosen(from_year, to_year, without, species, study))
    rows = frames.evidence(held, one, other, limit=limit)
    if printed(rows, rows, frames.EVIDENCE_COLUMNS, form):
        return
    if rows:
        terminal.evidence(rows, query.EVIDENCE_COLUMNS)
    else:
        where = "the window" if held.manifest.window else held.workdir
        terminal.say(f"no article of {where} mentions both")


@app.command("claims")
def claims_command(
    one: Concept,
    other: Annotated[str, typer.Argument(help="The other one.", autocompletion=complete_concept)],
    limit: Annotated[
        int, typer.Option(min=1, help="Sentences to show of each kind: for, against, null, other, hedged.")
    ] = 10,
    out: Out = None,
    from_year: FromYear = None,
    to_year: ToYear = None,
    without: Without = None,
    species: Species = None,
    study: Study = None,
    workdir: Workdir = None,
    config: Config = None,
    as_json: Json = False,
    as_csv: Csv = False,
    spreadsheet_safe: SpreadsheetSafe = False,
) -> None:
    """Show what articles say of two concepts, for and against, newest first, each with its sentence.

    `for` states the leading claim, `against` its opposite, `null` that there is no effect or no difference.
    """
    from comention.cli import terminal
    from comention.snapshots import claims
    from comention.stages.window import chosen

    form = form_of(as_json, as_csv, spreadsheet_safe)
    held = snapshot_of(config, workdir, chosen(from_year, to_year, without, species, study))
    rows = claims.claims_for(held, one, other, limit=limit)
    if printed(rows, rows, claims.DETAILS, form, out):
        return
    pair = claims.counts_for(held, one, other)
    if pair is None:
        where = "the window" if held.manifest.window else held.workdir
        terminal.say(f"no article of {where} mentions both")
        return
    terminal.say(claims.told(pair))
    if rows:
        terminal.claims(rows, claims.COLUMNS)
