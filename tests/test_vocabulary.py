"""The words that columns hold: spelled once, nothing else allowed, the same wherever a user meets them."""

from __future__ import annotations

import ast
from pathlib import Path
from typing import Any, get_args

import pyarrow as pa
import pytest
import typer.main

import comention
from comention.annotation import context
from comention.cli import app
from comention.config import Source
from comention.cooccur import grades
from comention.errors import ContractError, UsageError
from comention.records import ENTITY_TYPES
from comention.schemas import (
    ACCOUNTS,
    DATASETS,
    EVIDENCE,
    LEDGER,
    MENTIONS,
    PAIRS,
    PUBLISHED,
    RUNS,
    Column,
    Dataset,
    conform,
)
from comention.snapshots import network
from comention.snapshots.dictionary import dictionary
from comention.snapshots.snapshot import latest
from comention.stages.steps import STAGES
from tests.report.snapshots import TEXTS, make

pytestmark = pytest.mark.slow

SRC = Path(comention.__file__).parent
WORDED = [(dataset, column) for dataset in DATASETS.values() for column in dataset.columns if column.values]
CLOSED = [(dataset, column) for dataset, column in WORDED if not column.others]


def row_of(dataset: Dataset, **given: Any) -> pa.Table:
    """A row in which every column holds something of its type."""
    values = {
        c.name: pa.array([_something(c, given)], c.type)
        if not c.nullable or c.name in given
        else pa.nulls(1, c.type)
        for c in dataset.columns
    }
    return pa.table(values)


def _something(column: Column, given: dict[str, Any]) -> Any:
    if column.name in given:
        return given[column.name]
    if column.values:
        return held_as(column, column.values[0])
    if pa.types.is_list(column.type):
        return []
    if pa.types.is_boolean(column.type):
        return False
    return "x" if pa.types.is_string(column.type) else 0


def held_as(column: Column, word: str | None) -> Any:
    """A word as a column holds it: as it is, or in a list."""
    return [word] if pa.types.is_list(column.type) else word


@pytest.mark.parametrize(("dataset", "column"), CLOSED, ids=lambda of: of.name)
def test_a_word_that_is_not_allowed_is_refused(dataset: Dataset, column: Column) -> None:
    for word in (*column.values, *([None] if column.nullable else [])):
        assert conform(row_of(dataset, **{column.name: held_as(column, word)}), dataset).num_rows == 1
    for word in ("no such word", "", column.values[0].upper()):
        with pytest.raises(
            ContractError, match=f"column {column.name} holds '{word}': allowed are .*{column.values[-1]}"
        ):
            conform(row_of(dataset, **{column.name: held_as(column, word)}), dataset)


def test_every_column_of_words_has_them() -> None:
    """By name: whoever adds a dataset with such a column gives it its words."""
    for dataset in DATASETS.values():
        for column in dataset.columns:
            if column.name.endswith(
                ("_type", "grade", "level", "method", "modifier", "outcome", "precision", "stage")
            ):
                assert column.values, f"{dataset.name}.{column.name}"
            if column.values:
                assert len(set(column.values)) == len(column.values)
                kind = column.type.value_type if pa.types.is_list(column.type) else column.type
                assert pa.types.is_string(kind)


def test_a_method_may_be_the_name_of_a_package() -> None:
    table = conform(row_of(MENTIONS, method="en_ner_bc5cdr_md"), MENTIONS)
    assert table["method"].to_pylist() == ["en_ner_bc5cdr_md"]


def test_the_dictionary_lists_the_words() -> None:
    sections = {part.partition("\n")[0]: part for part in dictionary().split("\n## ")}
    for dataset, column in WORDED:
        if dataset in PUBLISHED:
            found = [
                line
                for line in sections[dataset.name].splitlines()
                if line.startswith(f"| `{column.name}` |")
            ]
            assert all(word in found[0] for word in column.values), column.name
    assert "One of: `lexicon`" in sections["mentions"]
    assert "or the name of a spaCy package" in sections["mentions"]


def test_the_code_means_the_same_words() -> None:
    assert tuple(stage.name for stage in STAGES) == RUNS.column("stage").values
    assert (*grades.RULES, grades.NONE) == PAIRS.column("grade").values == network.GRADES
    assert get_args(Source.model_fields["kind"].annotation) == LEDGER.column("source").values
    found = {name for name, _ in (*context._BEFORE, *context._AFTER)}
    assert found == set(MENTIONS.column("modifier").values)
    assert MENTIONS.column("entity_type").values == ENTITY_TYPES


def test_what_annotators_say_is_allowed() -> None:
    text = (
        "Interleukin-12 (IL-12) in breast and ovarian cancer. Isoniazid-induced hepatitis; xyzumab and "
        "frobnitis. Anti-IL-12 antibody, IL-12-deficient mice, recombinant IL-12, IL-12 inhibitor, "
        "IL-12 gene therapy."
    )
    for annotator in ("fast", "standard"):
        for mention in comention.annotate(text, annotator=annotator):
            assert mention.method in MENTIONS.column("method").values
            assert mention.modifier in {None, *MENTIONS.column("modifier").values}


# Where the words of a column are listed: types for the code, and what stands for one word each.
_SPELLED = {"records.py"}


def _strings(node: ast.AST) -> set[str]:
    return {n.value for n in ast.walk(node) if isinstance(n, ast.Constant) and isinstance(n.value, str)}


def test_no_other_module_lists_the_words() -> None:
    """A list, a set, a type or a class that holds all words of a column is a second place to change."""
    vocabularies = {column.values for _, column in CLOSED if len(column.values) > 2}
    assert {PAIRS.column("grade").values, EVIDENCE.column("level").values} <= vocabularies
    assert ACCOUNTS.column("outcome").values in vocabularies
    columns = set(LEDGER.schema.names)
    for path in sorted(SRC.rglob("*.py")):
        if path.relative_to(SRC).as_posix() in _SPELLED:
            continue
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Tuple | ast.List | ast.Set | ast.ClassDef):
                held = {str(e.value) for e in getattr(node, "elts", ()) if isinstance(e, ast.Constant)}
                if isinstance(node, ast.ClassDef):
                    held = {s for part in node.body if isinstance(part, ast.Assign) for s in _strings(part)}
                if held <= columns and held not in [set(words) for words in vocabularies]:
                    continue  # columns of the ledger, which are named as the outcomes that they count
                for words in vocabularies:
                    assert not set(words) <= held, f"{path.name}:{node.lineno} lists {', '.join(words)}"


@pytest.mark.parametrize(
    ("words", "option", "column"),
    [
        ("export network", "--grade", PAIRS.column("grade")),
        ("export network", "--type", MENTIONS.column("entity_type")),
        ("show pairs", "--type", MENTIONS.column("entity_type")),
        ("plot network -o x.png", "--grade", PAIRS.column("grade")),
        ("plot network -o x.png", "--type", MENTIONS.column("entity_type")),
        ("plot heatmap -o x.png", "--rows", MENTIONS.column("entity_type")),
        ("plot heatmap -o x.png", "--columns", MENTIONS.column("entity_type")),
        ("run", "--source", LEDGER.column("source")),
    ],
)
def test_an_option_takes_the_words_of_its_column(words: str, option: str, column: Column) -> None:
    command: Any = typer.main.get_command(app)
    given = words.split()
    while hasattr(command, "commands"):
        command = command.commands[given.pop(0)]
    for word in column.values:
        with command.make_context("x", [*given, option, word]) as made:
            assert word in str(made.params)
    with command.make_context("x", [*given, option, column.values[0].upper()]) as made:
        assert column.values[0] in str(made.params)
    with pytest.raises(typer.TyperException) as refused:
        command.make_context("x", [*given, option, "no-such-word"])
    words = ", ".join(map(repr, column.values))
    assert f"'no-such-word' is not one of {words}." in refused.value.format_message()
    with command.make_context("x", [], resilient_parsing=True) as made:
        assert f"[{'|'.join(column.values)}]" in "".join(command.get_help(made).split())


def test_a_network_of_unknown_words_is_refused(tmp_path: Path) -> None:
    make(tmp_path, TEXTS)
    for filters in (network.Filters(grade="sure"), network.Filters(types=("gene",))):
        with pytest.raises(UsageError, match=r"--(grade sure|type gene): there are"):
            network.network_of(latest(tmp_path), filters)
