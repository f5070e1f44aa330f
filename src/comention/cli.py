"""The command line, thin over :mod:`comention.stages`. People's text goes to stderr, data to stdout.

Exit codes: 0 done, 2 usage or configuration, 3 data or contract broken, 4 a service or the work directory
is not available now.
"""

from __future__ import annotations

import json
import logging
import os
import sys
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NoReturn

import typer

from comention import __version__
from comention.errors import ComentionError, UsageError

if TYPE_CHECKING:
    from comention.config import Settings

app = typer.Typer(
    help="Which diseases, drugs and cytokines PubMed abstracts mention together.",
    no_args_is_help=True,
    add_completion=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)


# What a shell reports of a process that SIGINT ended: 128 + 2.
_INTERRUPTED = 130


class SourceKind(StrEnum):
    """Where citations come from."""

    SAMPLE = "sample"
    FILES = "files"
    BULK = "bulk"
    PUBMED = "pubmed"


class Format(StrEnum):
    """How mentions are written."""

    JSONL = "jsonl"
    PUBTATOR = "pubtator"
    PARQUET = "parquet"


Config = Annotated[
    Path | None, typer.Option("--config", help="TOML file; the embedded sample's where absent.")
]
Workdir = Annotated[Path | None, typer.Option("--workdir", help="Folder of store, snapshots and latest.")]
AnnotatorName = Annotated[str | None, typer.Option("--annotator", help="standard, fast or scispacy:MODEL.")]
Assignments = Annotated[
    list[str] | None, typer.Option("--set", help="key=value, as in the TOML file; repeatable.")
]
Json = Annotated[bool, typer.Option("--json", help="One JSON value on stdout, nothing else.")]


def _settings(config: Path | None, assignments: list[str] | None, **given: Any) -> Settings:
    from comention.config import load_settings, parse_assignments

    overrides = parse_assignments(assignments or ())
    overrides |= {key.replace("__", "."): value for key, value in given.items() if value is not None}
    return load_settings(config, overrides)


def _print_json(value: Any) -> None:
    print(json.dumps(value, ensure_ascii=False, default=str))  # noqa: T201 - what --json asks for


@app.command()
def run(
    config: Config = None,
    source: Annotated[SourceKind | None, typer.Option(help="Where citations come from.")] = None,
    inputs: Annotated[
        list[str] | None,
        typer.Option(
            "--input", help="File, folder, or - for standard input; bulk: folder or address; repeatable."
        ),
    ] = None,
    workdir: Workdir = None,
    annotator: AnnotatorName = None,
    query: Annotated[str | None, typer.Option(help="PubMed query in place of the topic's.")] = None,
    pmids: Annotated[Path | None, typer.Option(help="File of PMIDs: keep only these.")] = None,
    since: Annotated[
        datetime | None,
        typer.Option(formats=["%Y-%m-%d"], help="Only what is new or revised since this day."),
    ] = None,
    limit: Annotated[int | None, typer.Option(min=1, help="Read at most so many citations.")] = None,
    full: Annotated[bool, typer.Option("--full", help="Fetch every citation again.")] = False,
    assignments: Assignments = None,
    as_json: Json = False,
) -> None:
    """Fetch, annotate, count and publish one topic."""
    from comention import stages, terminal

    settings = _settings(
        config,
        assignments,
        workdir=workdir,
        annotate__annotator=annotator,
        source__kind=source.value if source else ("files" if inputs else None),
        source__input=tuple(inputs) if inputs else None,
        source__limit=limit,
        topic__query=query,
    )
    if settings.source.kind != "pubmed" and (query is not None or since is not None):
        raise UsageError("--query and --since ask PubMed: use them with --source pubmed")
    if settings.source.kind in {"sample", "pubmed"} and inputs:
        raise UsageError(f"--input is for --source files or bulk, not for {settings.source.kind}")
    now = datetime.now(UTC)
    if since is not None and since.date() > now.date():
        raise UsageError(f"--since {since:%Y-%m-%d} is in the future: name a day that has been")
    job = stages.Job(
        settings, stages.new_run_id(now), now, full=full, pmids=pmids, since=since.date() if since else None
    )
    with terminal.progress_bar() as progress:
        receipts = stages.walk(job, progress)
    result = stages.summary(job, receipts)
    if as_json:
        _print_json(result)
    else:
        terminal.summary(result, settings)


@app.command()
def annotate(
    inputs: Annotated[
        list[str], typer.Argument(help="Text, PubTator or PubMed XML files; - is standard input.")
    ],
    annotator: AnnotatorName = None,
    output_format: Annotated[
        Format, typer.Option("--format", help="How mentions are written.")
    ] = Format.JSONL,
    out: Annotated[
        Path | None, typer.Option("-o", "--out", help="File to write; stdout where absent.")
    ] = None,
    config: Config = None,
    assignments: Assignments = None,
) -> None:
    """Find the mentions in documents of your own."""
    from comention import terminal
    from comention.documents import read_documents, write_mentions
    from comention.topic import annotator_of

    tool = annotator_of(_settings(config, assignments, annotate__annotator=annotator))
    documents = terminal.tracked(read_documents(inputs), "documents")
    write_mentions(((d, tool.read(d.document)) for d in documents), output_format.value, out)


@app.command()
def lookup(
    text: Annotated[str, typer.Argument(help="A name, or a text with names in it.")],
    config: Config = None,
    as_json: Json = False,
) -> None:
    """Show what a name means to the lexicon, why, and its rivals: other concepts that claim the name.

    Says where the name comes from, when it counts, and what else is known of the concept; of a name that
    does not count, why; of a name that is unknown, the nearest.
    """
    from comention import lookup, terminal
    from comention.lexicon.matcher import Additions
    from comention.lexicon.store import open_lexicon

    names = _settings(config, None).names
    rows = lookup.lookup(text, open_lexicon(), Additions(names.add, names.stop))
    if as_json:
        _print_json(rows)
    else:
        terminal.table(lookup.cards(rows), lookup.CARD_COLUMNS)


@app.command()
def show(
    dataset: Annotated[str, typer.Argument(help="pairs, triples or entities.")],
    with_name: Annotated[str | None, typer.Option("--with", help="Only rows with this concept.")] = None,
    entity_type: Annotated[
        str | None, typer.Option("--type", help="disease, drug, chemical or cytokine.")
    ] = None,
    limit: Annotated[int, typer.Option(min=1, help="Rows to show.")] = 20,
    workdir: Workdir = None,
    config: Config = None,
    as_json: Json = False,
) -> None:
    """Show pairs (surest effects first, one-article pairs left out), triples or entities of the snapshot."""
    from comention import query, terminal

    folder = _settings(config, None, workdir=workdir).workdir
    rows = query.show(folder, dataset, with_name=with_name, entity_type=entity_type, limit=limit)
    if as_json:
        _print_json(rows)
    else:
        terminal.table(rows, query.COLUMNS[dataset])


@app.command()
def evidence(
    one: Annotated[str, typer.Argument(help="A concept: name, synonym or id.")],
    other: Annotated[str, typer.Argument(help="The other one.")],
    limit: Annotated[int, typer.Option(min=1, help="Places to show.")] = 20,
    workdir: Workdir = None,
    config: Config = None,
    as_json: Json = False,
) -> None:
    """Show where two concepts were read together: titles first, then sentences, then whole articles."""
    from comention import query, terminal

    folder = _settings(config, None, workdir=workdir).workdir
    rows = query.evidence_for(folder, one, other, limit=limit)
    if as_json:
        _print_json(rows)
    elif rows:
        terminal.table(rows, query.EVIDENCE_COLUMNS)
    else:
        terminal.say(f"no article of {folder} mentions both")


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
) -> None:
    """Show what became of every citation, run by run; of one RUN all that is known, or its PMIDs."""
    from comention import query, terminal

    folder = _settings(config, None, workdir=workdir).workdir
    if run_id is not None and outcome is None:
        row = query.ledger_of(folder, run_id)
        shown = [{"ledger": name, "value": value} for name, value in row.items()]
        _print_json(row) if as_json else terminal.table(shown, ("ledger", "value"))
        return
    if outcome is not None:
        rows, columns = query.accounts(folder, run_id or "last", outcome), query.ACCOUNT_COLUMNS
    else:
        rows, columns = query.ledger(folder), query.LEDGER_COLUMNS
    _print_json(rows) if as_json else terminal.table(rows, columns)


@app.command()
def diff(
    old: Annotated[
        str | None, typer.Argument(help="Run id of the older snapshot; the one before NEW.")
    ] = None,
    new: Annotated[str | None, typer.Argument(help="Run id of the newer snapshot; the latest.")] = None,
    limit: Annotated[int, typer.Option(min=1, help="Pairs to show.")] = 20,
    workdir: Workdir = None,
    config: Config = None,
    as_json: Json = False,
) -> None:
    """Show which pairs two snapshots do not share, and why: articles, retractions, lexicon or model."""
    from comention import changes, terminal

    found = changes.compare(_settings(config, None, workdir=workdir).workdir, old, new)
    if as_json:
        _print_json(found.as_dict())
        return
    terminal.say(f"{found.old} → {found.new}")
    for what, counts in (("pairs", found.counts), ("articles", found.articles)):
        terminal.say(
            f"{what}: " + (", ".join(f"{n} {name}" for name, n in counts.items() if n) or "unchanged")
        )
    for name, (before, after) in found.readers.items():
        terminal.say(f"{name}: {before} → {after}")
    if found.rows:
        terminal.table([changes.shown(row) for row in found.rows[:limit]], changes.COLUMNS)


@app.command()
def report(
    workdir: Workdir = None,
    out: Annotated[
        Path | None, typer.Option("-o", "--out", help="File to write; report.html in the workdir.")
    ] = None,
    config: Config = None,
) -> None:
    """Write the latest snapshot as one self-contained HTML page."""
    from comention import terminal
    from comention.report.page import write_page

    folder = _settings(config, None, workdir=workdir).workdir
    path = out or folder / "report.html"
    write_page(folder, path)
    terminal.say(f"report: {path}")


@app.command()
def evaluate(
    gold: Annotated[Path, typer.Argument(help="Gold annotations in PubTator format.")],
    annotator: AnnotatorName = None,
    errors: Annotated[
        bool, typer.Option("--errors", help="List every difference, grouped by cause.")
    ] = False,
    config: Config = None,
    assignments: Assignments = None,
    as_json: Json = False,
) -> None:
    """Measure an annotator against gold: precision, recall and F1 of spans and of concepts.

    Gold that marks genes measures cytokines: human and mouse genes count as the cytokines they are, a
    complex or family of ours as those members that the gold names on its span. Mentions that the gold
    cannot judge, such as a rat's genes and families, are "unscored". OMIM's ids count as the MeSH concepts
    that Mondo says they are; others are left out and counted. Ids that MeSH has retired since the gold was
    made count as the concept that has the annotated text as a name today; others are left out and counted.
    """
    from comention import terminal
    from comention.evaluate import evaluate_file
    from comention.gene_gold import members
    from comention.lexicon.store import open_lexicon
    from comention.retired import known_today, told
    from comention.topic import annotator_of

    tool = annotator_of(_settings(config, assignments, annotate__annotator=annotator))
    lexicon = open_lexicon()
    result = evaluate_file(
        gold,
        tool,
        lexicon.cross_references("NCBIGene"),
        lambda documents: terminal.tracked(documents, "documents"),
        members=members(lexicon),
        omim=lexicon.cross_references("OMIM"),
        today=known_today(lexicon),
    )
    if as_json:
        _print_json(result.as_dict())
        return
    rows = result.rows()
    terminal.table(rows, tuple(rows[0]))
    if result.unscored:
        by_type = ", ".join(f"{kind} {number}" for kind, number in result.unscored.items())
        terminal.say(f"unscored mentions, which this gold cannot judge: {by_type}")
    if any(result.retired.values()):
        terminal.say(told(result.retired, lexicon))
    if result.problems:
        terminal.say(
            f"{len(result.problems)} gold lines left out (see --json), the first: {result.problems[0]}"
        )
    if errors:
        found = result.errors()
        terminal.table(found, tuple(found[0]) if found else ())


@app.command()
def doctor(config: Config = None, workdir: Workdir = None, as_json: Json = False) -> None:
    """Find what goes wrong on this machine."""
    from comention import terminal
    from comention.doctor import examine

    findings = list(examine(_settings(config, None, workdir=workdir)))
    if as_json:
        _print_json([finding._asdict() for finding in findings])
    else:
        terminal.table([finding._asdict() for finding in findings], ("check", "level", "detail"))
    if any(finding.level == "error" for finding in findings):
        raise typer.Exit(3)


@app.command()
def train(
    gold: Annotated[Path, typer.Option(help="Folder of the gold files (PubTator) that the plan names.")],
    config: Annotated[
        Path | None, typer.Option("--config", help="Plan of the training, TOML; that of the shipped model.")
    ] = None,
    out: Annotated[
        Path | None, typer.Option("-o", "--out", help="Folder of the model; the shipped one.")
    ] = None,
    measure_only: Annotated[
        bool, typer.Option("--measure-only", help="Keep the held-out documents out of the model.")
    ] = False,
    as_json: Json = False,
) -> None:
    """Train the recogniser from gold, measure it on what it has not seen, and write model and card.

    Needs python-crfsuite (pip install 'comention[train]'). A model without the held-out documents is
    measured first; then one is trained on all of them, unless --measure-only. Lines of the gold that cannot
    be read are told, and left out. On the gold of the shipped model it takes about six minutes.
    """
    from comention import terminal, training
    from comention.lexicon.store import open_lexicon
    from comention.ner.model import BUNDLED
    from comention.resources import bundled_config

    plan = training.load_plan(config or bundled_config("ner/standard"))
    found = training.read_gold(plan, gold)
    for name, problems in found.problems.items():
        for problem in problems:
            terminal.say(f"{name}: {problem} (left out)")
    trainer = training.Trainer(plan, found, open_lexicon(), terminal.say)
    folder = out or BUNDLED
    figures = trainer.train(folder, f"{datetime.now(UTC):%Y-%m-%d}", final=not measure_only)
    if as_json:
        _print_json({"model": str(folder), "figures": figures})
        return
    terminal.table(figures, ("gold", "documents", "type", "measure", "precision", "recall", "f1"))
    terminal.say(f"model: {folder}")


lexicon_app = typer.Typer(help="The lexicon of names.", no_args_is_help=True)
app.add_typer(lexicon_app, name="lexicon")


@lexicon_app.command("build")
def lexicon_build(
    sources: Annotated[Path, typer.Option(help="Folder of the public sources, see data/README.md.")],
    out: Annotated[Path | None, typer.Option("-o", "--out", help="Folder to write; the shipped one.")] = None,
) -> None:
    """Compile the lexicon from public sources."""
    from comention import terminal
    from comention.lexicon.build import build
    from comention.lexicon.store import BUNDLED, write

    summary = write(out or BUNDLED, *build(sources))
    terminal.say(
        f"{summary['names']} names of {sum(summary['concepts'].values())} concepts: {out or BUNDLED}"
    )


def _version(value: bool) -> None:
    if value:
        print(f"comention {__version__}")  # noqa: T201 - what --version asks for
        raise typer.Exit


@app.callback()
def _root(
    _: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Show the version.")
    ] = False,
    verbose: Annotated[bool, typer.Option("--verbose", "-v", help="Log what is done.")] = False,
) -> None:
    logging.basicConfig(
        level=logging.INFO if verbose else logging.WARNING, format="%(levelname)s %(name)s: %(message)s"
    )


def main() -> None:
    """Run the command line; an error that we raise on purpose is one line and its exit code."""
    try:
        code = app(standalone_mode=False)
        if code == _INTERRUPTED:  # Typer has caught the interrupt
            raise KeyboardInterrupt
        sys.exit(code)
    except ComentionError as error:
        _fail(str(error), error.exit_code)
    except typer.TyperException as error:
        message = error.format_message()
        if message.startswith("Usage:"):  # no command was named: show what there is
            print(message, file=sys.stderr)  # noqa: T201 - help is for people
            sys.exit(2)
        context = getattr(error, "ctx", None)
        _fail(f"{message} See {context.command_path} --help." if context else message, 2)
    except BrokenPipeError:
        # `comention show … | head` has read enough; what is left in the buffer goes nowhere.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(0)
    except (KeyboardInterrupt, typer.Abort):
        print("comention: interrupted; run the same command again to go on", file=sys.stderr)  # noqa: T201
        sys.stderr.flush()
        # At once: a thread that waits for an answer would hold the process up. Files are whole or not there.
        os._exit(_INTERRUPTED)
    except OSError as error:
        _fail(f"{error}: check the names and the permissions of files", 3)
    except Exception as error:
        logging.getLogger(__name__).info("unexpected", exc_info=True)
        _fail(f"unexpected {type(error).__name__}: {error} (-v shows where; please report it)", 3)


def _fail(message: str, code: int) -> NoReturn:
    print(f"comention: {' '.join(message.split())}", file=sys.stderr)  # noqa: T201 - an error is for people
    sys.exit(code)


if __name__ == "__main__":
    main()
