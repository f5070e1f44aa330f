"""Commands that hand results over: files for other programs, pictures, the report in a browser."""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, get_args

import typer

from comention.cli.app import app, plot_app
from comention.cli.options import (
    Concept,
    Config,
    Focus,
    FromYear,
    Out,
    Related,
    Species,
    SpreadsheetSafe,
    Study,
    ToYear,
    Without,
    Workdir,
    complete_concept,
    one_of,
    snapshot_of,
)
from comention.records import ENTITY_TYPES, Grade

if TYPE_CHECKING:
    from matplotlib.figure import Figure


class Value(StrEnum):
    """What the colour of a heat map says."""

    LOG_ODDS = "log-odds"
    ARTICLES = "articles"


MinArticles = Annotated[
    int | None, typer.Option("--min-articles", min=1, help="Articles that a pair has at least; 3.")
]
LeastOfConcept = Annotated[
    int | None,
    typer.Option("--min-articles", min=1, help="Independent articles that a concept has at least; 3."),
]
LeastGrade = Annotated[
    str | None, typer.Option("--grade", help="The least sure grade that is kept.", **one_of(get_args(Grade)))
]
Kinds = Annotated[
    list[str] | None,
    typer.Option("--type", help="Only concepts of this type; repeatable.", **one_of(ENTITY_TYPES)),
]


@app.command()
def export(
    what: Annotated[
        str,
        typer.Argument(
            help="network (the pairs as a graph), kgx (the same with Biolink's words), excel (one workbook), "
            "or a dataset: pairs …"
        ),
    ],
    out: Out = None,
    form: Annotated[
        str | None,
        typer.Option(
            "--format",
            help="network: graphml, cyjs, cx2; kgx: tsv, jsonl; excel: xlsx; a dataset: csv, tsv, jsonl, "
            "parquet; mentions: pubtator and bioc too. By default what the file's suffix says.",
        ),
    ] = None,
    min_articles: MinArticles = None,
    grade: LeastGrade = None,
    kinds: Kinds = None,
    with_name: Annotated[
        str | None,
        typer.Option(
            "--with",
            help="This concept, those it is mentioned with, and the pairs among them.",
            autocompletion=complete_concept,
        ),
    ] = None,
    top: Annotated[int | None, typer.Option(min=1, help="Only so many pairs, the surest.")] = None,
    related: Related = False,
    evidence: Annotated[
        int | None, typer.Option(min=0, help="excel: rows of evidence at most, the best first; 50,000.")
    ] = None,
    spreadsheet_safe: SpreadsheetSafe = False,
    from_year: FromYear = None,
    to_year: ToYear = None,
    without: Without = None,
    species: Species = None,
    study: Study = None,
    workdir: Workdir = None,
    config: Config = None,
) -> None:
    """Write the pair network, a workbook or a dataset of the latest snapshot for another program.

    The network's nodes are concepts (name, type, articles), its edges pairs (articles, sentences, log odds,
    q, score, grade, years): mentioned with one another, which is not interacting. Its filters are the
    options from --min-articles to --related, which narrow kgx too. kgx -o x.tsv writes x_nodes.tsv and
    x_edges.tsv. In CSV and TSV a list is a JSON array and an unknown value is nothing. excel needs
    XlsxWriter (pip install 'comention[excel]').
    """
    from comention.cli import terminal
    from comention.export.files import KGX, TABULAR, kgx_files
    from comention.export.files import export as write
    from comention.files.outputs import is_stream, output_of
    from comention.schemas import DATASETS
    from comention.snapshots.dictionary import DICTIONARY
    from comention.snapshots.network import LEAST, Filters
    from comention.stages.window import chosen

    held = snapshot_of(config, workdir, chosen(from_year, to_year, without, species, study))
    filters = Filters(min_articles or LEAST, grade, tuple(kinds or ()), with_name, top, related)
    given = related or any(value is not None for value in (min_articles, grade, kinds, with_name, top))
    where = out and output_of(out)
    streamed = where is None or is_stream(where)
    asked = filters if given else None
    form = write(held, what, form, where, asked, spreadsheet_safe=spreadsheet_safe, evidence=evidence)
    if isinstance(where, Path) and not streamed:
        written = kgx_files(where) if what == KGX else (where,)
        tabular = what in DATASETS and form in TABULAR and held.manifest.window is None
        meaning = f"; its columns: {held.path / DICTIONARY}" if tabular else ""
        terminal.say(f"{what} as {form}: {', '.join(map(str, written))}{meaning}")


class PictureFormat(StrEnum):
    """How a picture is written."""

    PNG = "png"
    SVG = "svg"
    PDF = "pdf"


Picture = Annotated[
    Path,
    typer.Option(
        "-o",
        "--out",
        help="File to write: .png, .svg or .pdf. - is stdout, which needs --format, as a device does.",
    ),
]
AsPicture = Annotated[
    PictureFormat | None, typer.Option("--format", help="By default what the file's suffix says.")
]


def _drawn(what: str, out: Path, form: PictureFormat | None, picture: Callable[[], Figure]) -> None:
    """Write a picture, and say where it is."""
    from comention.cli import terminal
    from comention.files.outputs import is_stream, output_of
    from comention.plots import canvas

    where = output_of(out)
    streamed = is_stream(where)
    canvas.draw(where, picture, form and form.value)
    if not streamed:
        terminal.say(f"{what}: {where}")


@plot_app.command("heatmap")
def plot_heatmap(
    out: Picture,
    form: AsPicture = None,
    rows: Annotated[str, typer.Option(help="Type of the rows.", **one_of(ENTITY_TYPES))] = "cytokine",
    columns: Annotated[str, typer.Option(help="Type of the columns.", **one_of(ENTITY_TYPES))] = "disease",
    value: Annotated[
        Value, typer.Option(case_sensitive=False, help="Colour: how sure the log odds are, or articles.")
    ] = Value.LOG_ODDS,
    min_articles: MinArticles = None,
    top: Annotated[
        int, typer.Option(min=1, max=60, help="Rows and columns at most, those with most evidence.")
    ] = 20,
    workdir: Workdir = None,
    config: Config = None,
) -> None:
    """Draw concepts of one type against those of another: how surely they are mentioned together."""
    from comention.plots import heatmap
    from comention.snapshots.network import LEAST

    least = min_articles or LEAST

    def picture() -> Figure:
        table = heatmap.table(snapshot_of(config, workdir), rows, columns, least=least, top=top)
        return heatmap.figure(table, value.value)

    _drawn("heat map", out, form, picture)


@plot_app.command("trend")
def plot_trend(
    one: Concept,
    others: Annotated[
        list[str],
        typer.Argument(
            help="What it is mentioned with: up to six concepts.", autocompletion=complete_concept
        ),
    ],
    out: Picture,
    form: AsPicture = None,
    share: Annotated[
        bool, typer.Option("--share", help="Show the share of the year's articles, not their number.")
    ] = False,
    workdir: Workdir = None,
    config: Config = None,
) -> None:
    """Draw the articles by year that mention a concept with others."""
    from comention.plots import trend

    _drawn(
        "trend",
        out,
        form,
        lambda: trend.figure(trend.trend(snapshot_of(config, workdir), one, others), share=share),
    )


@plot_app.command("network")
def plot_network(
    out: Picture,
    form: AsPicture = None,
    focus: Annotated[
        str | None,
        typer.Option(
            "--focus",
            help="The concept in the middle; the topic's where absent.",
            autocompletion=complete_concept,
        ),
    ] = None,
    min_articles: MinArticles = None,
    grade: LeastGrade = None,
    kinds: Kinds = None,
    top: Annotated[int, typer.Option(min=2, max=30, help="Concepts at most.")] = 30,
    workdir: Workdir = None,
    config: Config = None,
) -> None:
    """Draw a concept among those that it is mentioned with."""
    from comention.plots import ego
    from comention.snapshots.network import LEAST, Filters

    kept = Filters(min_articles or LEAST, grade, tuple(kinds or ()), focus, top)
    _drawn("network", out, form, lambda: ego.figure(ego.ego(snapshot_of(config, workdir), kept)))


@plot_app.command("enrichment")
def plot_enrichment(
    out: Picture,
    form: AsPicture = None,
    min_articles: LeastOfConcept = None,
    kinds: Kinds = None,
    top: Annotated[int, typer.Option(min=1, max=100, help="Concepts at most, of all types.")] = 40,
    workdir: Workdir = None,
    config: Config = None,
) -> None:
    """Draw what goes with the topic against articles outside it: odds ratios with their intervals."""
    from comention.plots import enrichment

    least = min_articles or enrichment.LEAST

    def picture() -> Figure:
        held = snapshot_of(config, workdir)
        return enrichment.figure(enrichment.table(held, types=kinds or (), least=least, top=top))

    _drawn("enrichment", out, form, picture)


@plot_app.command("claims")
def plot_claims(
    out: Picture,
    form: AsPicture = None,
    focus: Annotated[
        str | None,
        typer.Option("--focus", help="Only pairs of this concept.", autocompletion=complete_concept),
    ] = None,
    min_articles: Annotated[
        int | None, typer.Option(min=1, help="Articles that state a claim, at least.  [default: 1]")
    ] = None,
    top: Annotated[int, typer.Option(min=1, max=60, help="Pairs at most.")] = 25,
    workdir: Workdir = None,
    config: Config = None,
) -> None:
    """Draw what articles claim of pairs: for to the right, against or no effect to the left."""
    from comention.plots import claims

    def picture() -> Figure:
        held = snapshot_of(config, workdir)
        return claims.figure(claims.table(held, focus, least=min_articles or 1, top=top))

    _drawn("claims", out, form, picture)


@app.command()
def explore(
    port: Annotated[int, typer.Option(min=0, max=65535, help="Port; a free one where 0.")] = 0,
    no_browser: Annotated[bool, typer.Option("--no-browser", help="Open no browser.")] = False,
    host: Annotated[str, typer.Option(help="Address to listen at.")] = "127.0.0.1",
    open_to_others: Annotated[
        bool, typer.Option("--open-to-others", help="Let --host be an address that other machines reach.")
    ] = False,
    focus: Focus = None,
    workdir: Workdir = None,
    config: Config = None,
) -> None:
    """Show everything of the latest snapshot in a browser, from this machine to itself alone, until Ctrl-C.

    Search, listings with filters, pages of concepts, pairs and articles, SQL, downloads, and the report
    (--focus is for that). The address goes to standard output. Nothing is written but to a temporary folder,
    which ends with the command.
    """
    from comention.cli import terminal
    from comention.explorer.serving import serving

    held = snapshot_of(config, workdir)
    with (
        terminal.until_interrupted(),
        serving(held, host=host, port=port, focus=focus, open_to_others=open_to_others) as server,
    ):
        typer.echo(server.url)
        terminal.say("Ctrl-C ends it")
        if not no_browser:
            typer.launch(server.url)
        server.wait()


@app.command("mcp")
def mcp_command(workdir: Workdir = None, config: Config = None) -> None:
    """Answer a language model's questions to the latest snapshot, by MCP on standard streams.

    It only reads. For a client's configuration: command `comention`, arguments `mcp --workdir DIR`. It serves
    the snapshot that was the latest when it started, until its input ends. Needs the MCP SDK
    (pip install 'comention[mcp]').
    """
    from comention.agents import server
    from comention.cli import terminal

    made = server(snapshot_of(config, workdir))
    with terminal.until_interrupted():
        made.run("stdio")
