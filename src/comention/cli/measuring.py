"""The commands that measure: an annotator and claims against gold."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from comention.cli.app import app
from comention.cli.options import (
    AnnotatorName,
    Assignments,
    Config,
    Csv,
    Form,
    Json,
    SpreadsheetSafe,
    form_of,
    print_json,
    printed,
    settings_of,
)
from comention.errors import UsageError

if TYPE_CHECKING:
    from comention.annotation.annotator import Annotator
    from comention.gold.scores import Evaluation
    from comention.lexicon.store import Lexicon


@app.command()
def evaluate(
    gold: Annotated[
        Path, typer.Argument(help="Gold annotations: PubTator format, or JSON lines of marked names.")
    ],
    annotator: AnnotatorName = None,
    texts: Annotated[
        list[Path] | None,
        typer.Option(
            "--texts",
            help="PubMed file with the texts of gold that holds none, or a folder with the files that it "
            "names; repeatable.",
        ),
    ] = None,
    errors: Annotated[
        bool,
        typer.Option("--errors", help="List every difference, grouped by cause; in JSON as `differences`."),
    ] = False,
    config: Config = None,
    assignments: Assignments = None,
    as_json: Json = False,
    as_csv: Csv = False,
    spreadsheet_safe: SpreadsheetSafe = False,
) -> None:
    """Measure an annotator against gold: precision, recall and F1 of spans and of concepts.

    Gold that marks genes measures cytokines: human and mouse genes count as the cytokines they are, a
    complex or family of ours as those members that the gold names on its span. Mentions that the gold
    cannot judge, such as a rat's genes and families, are "unscored". OMIM's ids count as the MeSH concepts
    that Mondo says they are; others are left out and counted. Ids that MeSH has retired since the gold was
    made count as the concept that has the annotated text as a name today; others are left out and counted;
    "concept, no id mapped" wants them as they stand. "concept, no drug classes" is "concept" without the ids
    of classes of drugs ("NSAIDs"), the gold's and ours: those of level class in the lexicon; "strict span,
    no drug classes" leaves out the spans that mean nothing but such classes. Much gold of chemicals leaves
    classes unmarked, so that what is found of them counts as wrong in "concept" and "strict span".

    Documents that the annotator's model was trained on are told, and the others measured apart ("unseen").

    Gold that marks names (data/gold/README.md) measures linked mentions: the distinct spellings of a
    document, ours with a concept. A mark is found where a mention of its type contains it or lies in it.
    Optional marks are neither right nor wrong; whatever is found with exactly the spelling of a trap is
    wrong. "cytokine" leaves words for many cytokines aside, "cytokine+cytokine_class" wants them as well;
    drugs and chemicals count together, and each. "concept" is the ids of the marks: its precision is the
    share of right ids among what was found, and marks without a known id are not judged.

    Gold of what sentences claim (claims.jsonl there, or lines with `pmid`, `title`, `text`, `a`, `b` and
    `claim`) measures claims, at the names that it marks: precision, recall and F1 of each claim with its
    types, those with fewer than 25 labels also together. Below: "macro_f1" is the mean F1 of claims with 25
    labels or more, "treats_f1" and "causes_f1" are those of drugs and diseases, "sign_errors" is the share of
    labelled claims told as their opposite (treats for causes), "none_precision" the share of "none" told that
    are none, "right" the share of all. No annotator is asked for the names: `--annotator` and `--errors`
    change nothing there.
    """
    from comention.annotation.annotators import annotator_of
    from comention.cli import terminal
    from comention.gold.retired import retired_summary
    from comention.gold.seen import seen_summary
    from comention.lexicon.store import open_lexicon

    form = form_of(as_json, as_csv, spreadsheet_safe)
    if gold.is_fifo():
        raise UsageError(f"{gold} is a pipe, and gold is read more than once: write it into a file first")
    if _is_of_claims(gold):
        _evaluate_claims(gold, texts or [], open_lexicon(), form)
        return
    if errors and form.csv:
        raise UsageError("--errors is a second table, and --csv holds one: use --json, which holds both")
    tool = annotator_of(settings_of(config, assignments, annotate__annotator=annotator))
    lexicon = open_lexicon()
    result = _measured(gold, texts or [], tool, lexicon)
    rows = result.rows_by_texts()
    told = result.as_dict() | ({"differences": result.errors()} if errors else {})
    if printed(told, rows, tuple(rows[0]), form):
        return
    terminal.table(rows, tuple(rows[0]))
    if said := seen_summary(result):
        terminal.say(said)
    if result.unscored:
        by_type = ", ".join(f"{kind} {number}" for kind, number in result.unscored.items())
        terminal.say(f"unscored mentions, which this gold cannot judge: {by_type}")
    if any(result.retired.values()):
        terminal.say(retired_summary(result.retired, lexicon))
    if result.problems:
        terminal.say(
            f"{len(result.problems)} gold lines left out (see --json), the first: {result.problems[0]}"
        )
    if errors:
        found = result.errors()
        terminal.table(found, tuple(found[0]) if found else ())


#: Columns of a listing of how well claims are told.
COLUMNS_OF_CLAIMS = ("types", "claim", "labels", "predicted", "precision", "recall", "f1")


def _is_of_claims(gold: Path) -> bool:
    from comention.gold.claims import is_of_claims

    return is_of_claims(gold)


def _evaluate_claims(gold: Path, texts: list[Path], lexicon: Lexicon, form: Form) -> None:
    """Print how well claims are told of the pairs that gold marks."""
    from comention.annotation.fast import FastAnnotator
    from comention.claims.model import BUNDLED
    from comention.cli import terminal
    from comention.gold.claim_scores import scores
    from comention.gold.claims import read_claims, seen_in_training, tell

    labelled, problems = read_claims(gold, texts, FastAnnotator(lexicon))
    result = scores(tell(labelled))
    summary = result.summary()
    if printed({**summary, "rows": result.rows()}, result.rows(), COLUMNS_OF_CLAIMS, form):
        return
    terminal.table(result.rows(), COLUMNS_OF_CLAIMS)
    terminal.table([summary], tuple(summary))
    if seen := seen_in_training(labelled, BUNDLED):
        terminal.say(
            f"{seen} of {len(labelled)} pairs are of documents that the model was trained on: "
            "for figures on new texts see its card"
        )
    if problems:
        terminal.say(f"{len(problems)} lines left out, the first: {problems[0]}")


def _measured(gold: Path, texts: list[Path], tool: Annotator, lexicon: Lexicon) -> Evaluation:
    """Return what an annotator reaches on a file of either kind."""
    from comention.annotation.standard import StandardAnnotator
    from comention.cli import terminal
    from comention.gold.evaluate import evaluate_file
    from comention.gold.linked import evaluate_marked
    from comention.gold.marked import is_marked, read_marked
    from comention.gold.rules import rules_of
    from comention.gold.seen import read_seen

    rules = rules_of(lexicon)
    seen = read_seen(tool.model.directory) if isinstance(tool, StandardAnnotator) else None
    if is_marked(gold):
        documents, problems = read_marked(gold, texts, rules.today.named)
        return evaluate_marked(
            documents,
            tool,
            problems=problems,
            track=lambda found: terminal.tracked(found, "documents"),
            seen=seen,
        )
    if texts:
        raise UsageError(f"{gold} is PubTator, which holds its texts: leave out --texts")
    return evaluate_file(gold, tool, rules, lambda found: terminal.tracked(found, "documents"), seen)


@app.command("train-claims")
def train_claims(
    labels: Annotated[
        Path, typer.Argument(help="Labelled pairs that are trained and measured on (JSON lines).")
    ],
    texts: Annotated[
        list[Path],
        typer.Option("--texts", help="PubMed file, or folder of those that the labels name; repeatable."),
    ],
    more: Annotated[
        list[Path] | None,
        typer.Option("--more", help="Labelled pairs that are trained on alone; repeatable."),
    ] = None,
    related: Annotated[
        list[Path] | None,
        typer.Option("--related", help="PubTator file with relations of documents; repeatable."),
    ] = None,
    out: Annotated[
        Path | None, typer.Option("-o", "--out", help="Folder of the model; the shipped one.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Train the model of claims from labelled pairs, measured on folds, and write it with its card.

    A fold's model sees no document of the fold in any of the files. Takes some minutes on the gold of the
    shipped model, see data/gold/README.md.
    """
    from comention.annotation.fast import FastAnnotator
    from comention.claims.model import BUNDLED
    from comention.cli import terminal
    from comention.gold.claim_training import train_files
    from comention.lexicon.store import open_lexicon

    annotator = FastAnnotator(open_lexicon())
    folder = out or BUNDLED
    result = train_files(labels, more or [], related or [], texts, annotator, folder, terminal.say)
    if as_json:
        print_json({"model": str(folder), **result.summary(), "rows": result.rows()})
        return
    terminal.table(result.rows(), COLUMNS_OF_CLAIMS)
    terminal.table([result.summary()], tuple(result.summary()))
    terminal.say(f"model: {folder}")
