"""Commands that make something: runs, annotations, models, the lexicon."""

from __future__ import annotations

import shlex
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, get_args

import typer

from comention.cli.app import app, lexicon_app
from comention.cli.options import (
    AnnotatorName,
    Assignments,
    Config,
    Csv,
    Json,
    Out,
    SpreadsheetSafe,
    Workdir,
    drafted,
    form_of,
    names_folder,
    one_of,
    print_json,
    printed,
    settings_of,
)
from comention.errors import UsageError
from comention.records import SourceKind

if TYPE_CHECKING:
    from comention.config import Settings
    from comention.stages.draft import Draft

# Lines of one kind that `init` shows.
_EXAMPLES = 8


class ExecutorKind(StrEnum):
    """Where shards are annotated."""

    LOCAL = "local"
    DASK = "dask"


class Format(StrEnum):
    """How mentions are written."""

    JSONL = "jsonl"
    PUBTATOR = "pubtator"
    BIOC = "bioc"
    PARQUET = "parquet"


@app.command()
def run(
    config: Config = None,
    source: Annotated[
        str | None, typer.Option(help="Where citations come from.", **one_of(get_args(SourceKind)))
    ] = None,
    inputs: Annotated[
        list[str] | None,
        typer.Option(
            "--input",
            help="Citations (PubMed XML, .nbib) or PMIDs (list, CSV): file, folder, - for standard input; "
            "bulk: folder or address; repeatable.",
        ),
    ] = None,
    workdir: Workdir = None,
    annotator: AnnotatorName = None,
    topic: Annotated[
        str | None, typer.Option(help="Topic of this run, by name: what `comention init` makes of it.")
    ] = None,
    query: Annotated[
        str | None, typer.Option(help="PubMed query: the topic, or a narrower one in place of --config's.")
    ] = None,
    pmids: Annotated[
        Path | None,
        typer.Option(help="List of PMIDs or CSV with them, - for standard input: keep only these."),
    ] = None,
    since: Annotated[
        datetime | None,
        typer.Option(formats=["%Y-%m-%d"], help="Only what is new or revised since this day."),
    ] = None,
    limit: Annotated[int | None, typer.Option(min=1, help="Read at most so many citations.")] = None,
    full: Annotated[bool, typer.Option("--full", help="Fetch every citation again.")] = False,
    executor: Annotated[
        ExecutorKind | None,
        typer.Option(case_sensitive=False, help="Annotate here, or on the cluster of --set dask.address=…."),
    ] = None,
    assignments: Assignments = None,
    as_json: Json = False,
) -> None:
    """Fetch, annotate, count and publish one topic: the configuration's, --topic NAME or --query.

    Without any of them it is interleukin-12, on the embedded sample or on your --input. Results are in
    `work/` and a folder that is named for the topic, unless --workdir or the configuration names another.
    """
    from comention.cli import terminal
    from comention.stages import walk
    from comention.stages.inputs import with_lists
    from comention.stages.job import Job, new_run_id

    given: dict[str, Any] = {
        "annotate__annotator": annotator,
        "source__kind": source or ("files" if inputs else None),
        # the sample that is asked for takes the place of a configuration's files
        "source__input": tuple(inputs) if inputs else () if source == "sample" else None,
        "source__limit": limit,
        "topic__query": query,
        "run__executor": executor.value if executor else None,
    }
    if topic is not None and query is not None:
        raise UsageError("--topic drafts a query itself: leave out --topic, or --query")
    settings, draft = _settings_of_run(config, assignments, topic, workdir, given)
    if settings.source.kind != "pubmed" and (query is not None or since is not None):
        raise UsageError("--query and --since ask PubMed: use them with --source pubmed")
    if settings.source.kind == "sample" and inputs:
        raise UsageError("--input is for --source files, bulk or pubmed, not for sample")
    now = datetime.now(UTC)
    if since is not None and since.date() > now.date():
        raise UsageError(f"--since {since:%Y-%m-%d} is in the future: name a day that has been")
    job = with_lists(
        Job(settings, new_run_id(now), now, full=full, pmids=pmids, since=since.date() if since else None)
    )
    with terminal.progress_bar() as progress:
        receipts = walk.walk(job, progress)
    result = walk.summary(job, receipts)
    if as_json:
        print_json(result)
        return
    # Not before: an error is one line.
    if draft is not None:
        terminal.say_draft(*draft)
    elif config is None:
        terminal.say_topic(job.settings)
    terminal.summary(result, job.settings)


def _settings_of_run(
    config: Path | None,
    assignments: list[str] | None,
    topic: str | None,
    workdir: Path | None,
    given: dict[str, Any],
) -> tuple[Settings, tuple[Draft, int | None] | None]:
    """Return the settings of a run, and the topic that was made of its name with its records in PubMed."""
    from comention.topics import folder_of

    folder = {} if workdir is None else {"workdir": workdir}
    settings = settings_of(config, assignments, **given | folder)
    if topic is None:
        return settings, None
    if settings.topic.match == "all":
        raise UsageError("topic.match=all keeps every article, --topic those on it: leave one of them out")
    if settings.source.kind == "sample":
        raise UsageError(f"--topic {topic!r} needs citations: add --input FILE or --source pubmed")
    made, found = drafted(topic, settings, ask=settings.source.kind == "pubmed")
    asked = {f"topic__{key}": value for key, value in made.topic.model_dump().items()}
    if workdir is None and not names_folder(assignments):
        folder["workdir"] = folder_of(made.topic.name)
    return settings_of(config, assignments, **given | asked | folder), (made, found)


@app.command()
def init(
    name: Annotated[str, typer.Argument(help="A disease, drug, chemical or cytokine: name, synonym or id.")],
    out: Annotated[
        Path | None,
        typer.Option(
            "-o", "--out", help="File to write, - is stdout; named for the topic, in config/ where that is."
        ),
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="Overwrite the file.")] = False,
    check: Annotated[
        bool,
        typer.Option("--check", help="Ask PubMed (it needs pubmed.email): count, and drop unknown names."),
    ] = False,
    assignments: Assignments = None,
    as_json: Json = False,
    as_csv: Csv = False,
    spreadsheet_safe: SpreadsheetSafe = False,
) -> None:
    """Write the configuration of a topic of your own, and show what was chosen, what was left out, and why.

    It takes the concept with its narrower ones, their MeSH descriptors, and drafts a query for PubMed from
    MeSH and from names that mean nothing else. The file is yours to change; none is overwritten without
    --force.
    """
    from comention.cli import terminal
    from comention.files.outputs import is_stream, output_of
    from comention.stages import draft, topic_file
    from comention.topics import slug

    form = form_of(as_json, as_csv, spreadsheet_safe)
    _one_on_stdout(out, as_json=as_json, as_csv=as_csv)
    if out is not None:  # before PubMed is asked
        topic_file.check(output_of(out), force=force)
    made, found = drafted(name, settings_of(None, assignments), ask=check)
    path = out or Path("config" if Path("config").is_dir() else "") / f"{slug(made.topic.name)}.toml"
    topic_file.write(made, output_of(path), force=force)
    if is_stream(output_of(path)) and not (as_json or as_csv):
        return  # what goes there is the configuration alone
    told = {
        "file": str(path),
        "records": found,
        "topic": made.topic.model_dump(),
        "choices": draft.rows(made),
    }
    if not printed(told, draft.rows(made), draft.COLUMNS, form):
        terminal.table(draft.rows(made, most=_EXAMPLES), draft.COLUMNS, wrap=("name", "why"))
        terminal.say(f"topic {made.topic.name}: {path}" + (f", {found} records in PubMed" if check else ""))
        command = f"comention run --config {shlex.quote(str(path))}"
        terminal.say(f"next: {command}, or with --input FILE; see what it finds first")


@app.command()
def annotate(
    inputs: Annotated[
        list[str],
        typer.Argument(help="Files: text, PubTator, BioC, PubMed XML, .nbib; - is standard input."),
    ],
    annotator: AnnotatorName = None,
    output_format: Annotated[
        Format, typer.Option("--format", case_sensitive=False, help="How mentions are written.")
    ] = Format.JSONL,
    out: Out = None,
    config: Config = None,
    assignments: Assignments = None,
) -> None:
    """Find the mentions in documents of your own."""
    from comention.annotation.annotators import annotator_of
    from comention.cli import terminal
    from comention.documents.reading import read_documents
    from comention.documents.writing import annotated, write_mentions
    from comention.files.outputs import output_of

    tool = annotator_of(settings_of(config, assignments, annotate__annotator=annotator))
    documents = terminal.tracked(read_documents(inputs), "documents")
    # What comes through a pipe is answered as it comes.
    found = annotated(documents, tool, one_by_one="-" in inputs)
    write_mentions(found, output_format.value, out and output_of(out))


@app.command()
def background(
    inputs: Annotated[
        list[str], typer.Argument(help="Citations of any topic, such as bulk files: PubMed XML or .nbib.")
    ],
    out: Annotated[Path, typer.Option("-o", "--out", help="File to write; - is stdout.")],
    source: Annotated[
        str | None, typer.Option(help="Where the citations are from, for readers; the names of the files.")
    ] = None,
    annotator: AnnotatorName = None,
    config: Config = None,
    assignments: Assignments = None,
    as_json: Json = False,
) -> None:
    """Make a background: what citations of any topic mention, to compare a topic with (background.table).

    It holds PMIDs and ids of concepts, no text, and serves runs of the same annotator, lexicon and names.
    """
    from comention.cli import terminal
    from comention.files.outputs import is_stream, output_of
    from comention.stages import background as tables

    _one_on_stdout(out, as_json=as_json)
    is_stream(output_of(out))  # a folder is refused before anything is read
    settings = settings_of(config, assignments, annotate__annotator=annotator)
    named = source or ", ".join(Path(name).name for name in inputs)
    with terminal.progress_bar() as progress:
        table, about = tables.build(inputs, settings, named, lambda done: progress("background", done, None))
    tables.put_table(output_of(out), table, about)
    if as_json:
        print_json({"file": str(out), **about.told})
        return
    where = "standard output" if output_of(out) == "-" else out
    terminal.say(f"{about.articles:,} articles read by {about.annotator}: {where}")


def _one_on_stdout(out: Path | None, *, as_json: bool, as_csv: bool = False) -> None:
    """Raise UsageError where two things would go to standard output."""
    if out is not None and str(out) == "-" and (as_json or as_csv):
        raise UsageError(f"-o - and --{'json' if as_json else 'csv'} both print: leave one of them out")


@app.command()
def train(
    gold: Annotated[
        list[Path],
        typer.Option(help="Folder with gold files that the plan names; may be given several times."),
    ],
    texts: Annotated[
        list[Path] | None,
        typer.Option(help="PubMed file, or folder of such, with the texts of gold that holds none."),
    ] = None,
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
    be read are told, and left out. On the gold of the shipped model it takes about half an hour.
    """
    from comention.cli import terminal
    from comention.gold import training
    from comention.lexicon.store import open_lexicon
    from comention.ner.model import BUNDLED
    from comention.resources import bundled_config

    plan = training.load_plan(config or bundled_config("ner/standard"))
    found = training.read_gold(plan, gold, texts or [])
    for name, problems in found.problems.items():
        for problem in problems:
            terminal.say(f"{name}: {problem} (left out)")
    trainer = training.Trainer(plan, found, open_lexicon(), terminal.say)
    folder = out or BUNDLED
    figures = trainer.train(folder, f"{datetime.now(UTC):%Y-%m-%d}", final=not measure_only)
    if as_json:
        print_json({"model": str(folder), "figures": figures})
        return
    terminal.table(figures, ("gold", "documents", "type", "measure", "precision", "recall", "f1"))
    terminal.say(f"model: {folder}")


@lexicon_app.command("build")
def lexicon_build(
    sources: Annotated[Path, typer.Option(help="Folder of the public sources, see data/README.md.")],
    out: Annotated[Path | None, typer.Option("-o", "--out", help="Folder to write; the shipped one.")] = None,
    changes: Annotated[
        Path | None, typer.Option(help="File to write with all changes (TSV); else the first are shown.")
    ] = None,
) -> None:
    """Compile the lexicon from public sources, and tell what changed against the shipped one."""
    from comention.cli import terminal
    from comention.lexicon.compiler.build import build
    from comention.lexicon.compiler.changes import compare, concepts_of, listing, write_changes
    from comention.lexicon.store import BUNDLED
    from comention.lexicon.writing import write

    before = concepts_of(BUNDLED)
    built = build(sources)
    summary = write(out or BUNDLED, *built)
    changed = compare(before, built.concepts, built.replaced)
    if changes is not None:
        write_changes(changes, changed)
    for line in listing(changed, _EXAMPLES):
        terminal.say(line)
    if renewal := built.provenance["renewal"]:
        terminal.say("MeSH of a later year: " + ", ".join(f"{n} {what}" for what, n in renewal.items()))
    terminal.say(
        f"{summary['names']} names of {sum(summary['concepts'].values())} concepts: {out or BUNDLED}"
    )
