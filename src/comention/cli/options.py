"""Options that several commands have, and what commands do with them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from comention.config import Settings

Config = Annotated[
    Path | None, typer.Option("--config", help="TOML file; the embedded sample's where absent.")
]
Workdir = Annotated[Path | None, typer.Option("--workdir", help="Folder of store, snapshots and latest.")]
AnnotatorName = Annotated[str | None, typer.Option("--annotator", help="standard, fast or scispacy:MODEL.")]
Assignments = Annotated[
    list[str] | None, typer.Option("--set", help="key=value, as in the TOML file; repeatable.")
]
Json = Annotated[bool, typer.Option("--json", help="One JSON value on stdout, nothing else.")]


def settings_of(config: Path | None, assignments: list[str] | None, **given: Any) -> Settings:
    """Return the settings of a configuration under --set and other options, by key (`a__b` is a.b)."""
    from comention.config import load_settings, parse_assignments

    overrides = parse_assignments(assignments or ())
    overrides |= {key.replace("__", "."): value for key, value in given.items() if value is not None}
    return load_settings(config, overrides)


def print_json(value: Any) -> None:
    """Print one JSON value."""
    print(json.dumps(value, ensure_ascii=False, default=str))  # noqa: T201 - what --json asks for
