"""What messages tell a user to do exists: each setting, variable, command and option that a text names."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import typer.main
from pydantic import BaseModel

import comention
from comention.cli import app
from comention.config import CORPORA, Settings, variable
from comention.schemas import DATASETS

ROOT = Path(__file__).parents[1]
SRC = Path(comention.__file__).parent
FILES = [*sorted(SRC.rglob("*.py")), *sorted((ROOT / "pipelines").glob("*.py"))]

_COMMAND = re.compile(r"`comention ((?:[^`{]|\{\})+)`|next: comention (.+)")
_SETTING = re.compile(r"(?<![\w./`-])`?({})\.([a-z_]+)(?![\w(/])".format("|".join(Settings.model_fields)))
_BARE = re.compile(r"\b(?:raise|lower|change|set) ([a-z]+_[a-z_]+)")
_SET = re.compile(r"--set ([a-z_]+\.[a-z_.]+|[a-z_]+)=")
_OPTION = re.compile(r"(?<![\w-])--[a-z][a-z-]+")
# Options of a command that a user copies, with a path behind them.
_PATH = re.compile(r"comention .*--(?:workdir|config|input) $|comention .* -o $")
_VARIABLE = re.compile(r"COMENTION_[A-Z_]+")
# What files are called, not settings.
_SUFFIXES = {"parquet", "csv", "json", "jsonl", "html", "js", "py", "toml", "xml", "gz", "png", "svg", "txt"}
# Options of other programs that a text names, and of scripts of the repository.
_OTHERS = {"--no-deps", "--serve", "--dest"}


def texts(path: Path) -> Iterator[tuple[int, str]]:
    """Every text of a module, `{}` for what is filled in; adjacent ones are one."""
    tree = ast.parse(path.read_text("utf-8"))
    parts = {id(value) for node in ast.walk(tree) if isinstance(node, ast.JoinedStr) for value in node.values}
    for node in ast.walk(tree):
        if isinstance(node, ast.JoinedStr):
            held = (str(part.value) if isinstance(part, ast.Constant) else "{}" for part in node.values)
            yield node.lineno, "".join(held)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in parts:
            yield node.lineno, node.value


def commands(command: Any, above: str = "") -> dict[str, set[str]]:
    """The options of each command by its name."""
    found: dict[str, set[str]] = {}
    for name, below in getattr(command, "commands", {}).items():
        found |= commands(below, f"{above}{name} ")
    own = {option for param in command.params for option in (*param.opts, *param.secondary_opts)}
    return found | {above.strip(): own | {"--help"}}


COMMANDS = commands(typer.main.get_command(app))
SETTINGS = {
    key
    for section, field in Settings.model_fields.items()
    for key in (
        [f"{section}.{name}" for name in field.annotation.model_fields]
        if isinstance(field.annotation, type) and issubclass(field.annotation, BaseModel)
        else [section]
    )
}
OPTIONS = {option for own in COMMANDS.values() for option in own}
#: A dataset may have the name of a section: "pairs.lift" is a column.
COLUMNS = {f"{dataset.name}.{column.name}" for dataset in DATASETS.values() for column in dataset.columns}


def wrong(text: str) -> list[str]:
    """What a text names and is not there."""
    found = []
    for match in _COMMAND.finditer(text):
        line = (match[1] or match[2]).replace("\n", " ")
        name = max((n for n in COMMANDS if n and f"{line} ".startswith(f"{n} ")), key=len, default="")
        if not name and not line.startswith("-"):
            found.append(f"comention {line}")
        found += [
            f"comention {name} {o}" for o in _OPTION.findall(line) if o not in COMMANDS[name] | COMMANDS[""]
        ]
    for match in _SETTING.finditer(text):
        if match[2] not in _SUFFIXES and f"{match[1]}.{match[2]}" not in SETTINGS | COLUMNS:
            found.append(f"{match[1]}.{match[2]}")
    for key in _SET.findall(text):
        if key not in {*SETTINGS, "key"} and not key.startswith(("names.add", "annotate.labels")):
            found.append(f"--set {key}")
    found += _BARE.findall(text)  # a setting without its section, which nobody can set
    known = {variable(key) for key in SETTINGS} | {
        CORPORA,
        "COMENTION_",
        "COMENTION_COMPLETE",
    }  # the last is the shell's
    found += [name for name in _VARIABLE.findall(text) if name not in known]
    scripts = {
        *re.findall(
            r'"(--[a-z-]+)"', "".join(p.read_text("utf-8") for p in FILES if p.parent.name == "pipelines")
        )
    }
    found += [option for option in _OPTION.findall(text) if option not in OPTIONS | scripts | _OTHERS]
    return found


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_what_a_text_names_exists(path: Path) -> None:
    for line, text in texts(path):
        assert not wrong(text), f"{path.name}:{line}: {text}"


def unquoted(source: str) -> list[str]:
    """Paths in commands to copy that a shell would take for several words or a pattern."""
    tree = ast.parse(source)
    quoted = {
        target.id
        for node in ast.walk(tree)
        if isinstance(node, ast.Assign) and ast.unparse(node.value).startswith("shlex.quote(")
        for target in node.targets
        if isinstance(target, ast.Name)
    }
    found = []
    for node in ast.walk(tree):
        before = ""
        for part in node.values if isinstance(node, ast.JoinedStr) else ():
            if isinstance(part, ast.FormattedValue):
                said = ast.unparse(part.value)
                if _PATH.search(before) and not said.startswith("shlex.quote(") and said not in quoted:
                    found.append(said)
                before += "{}"
            else:
                before += ast.literal_eval(part)
    return found


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_a_path_in_a_command_to_copy_is_quoted(path: Path) -> None:
    assert not unquoted(path.read_text("utf-8"))


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ('f"`comention run --workdir {folder}` does"', ["folder"]),
        ('f"{n}: comention export pairs -o {out.name}"', ["out.name"]),
        ('f"comention run --workdir {shlex.quote(str(folder))}"', []),
        ('name = shlex.quote(folder)\nf"comention run --workdir {name}"', []),
    ],
)
def test_the_check_of_quotes_can_fail(source: str, found: list[str]) -> None:
    assert unquoted(source) == found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("run `comention rum --workdir {}`", ["comention rum --workdir {}", "comention  --workdir"]),
        ("run `comention show --full`", ["comention show --full"]),
        ("raise run.memory", ["run.memory"]),
        ("raise memory_limit ({})", ["memory_limit"]),
        ("use --set topic.matches=all", ["--set topic.matches", "topic.matches"]),
        ("set COMENTION_PUBMED__KEY", ["COMENTION_PUBMED__KEY"]),
        ("run with --fully", ["--fully"]),
        ("`comention plot trend {} {} -o x.png`, --set run.memory_limit=4GB, pairs.parquet", []),
    ],
)
def test_the_check_can_fail(text: str, found: list[str]) -> None:
    assert sorted(wrong(text)) == sorted(found)
