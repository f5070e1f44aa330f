"""Who may import whom: read from the imports, so that the house stays as it is drawn."""

import ast
import importlib
import pkgutil
import re
import subprocess
import sys
from pathlib import Path

import pytest

import comention

SRC = Path(comention.__file__).parent
# What each part may import of the others, from the ground up: a row names rows above it and nothing else. A
# stage (pubmed, annotation, cooccur, report) names no other stage but the snapshots that it answers from.
_GROUND = {"errors", "records", "version", "logs"}
_SHELF = {*_GROUND, "files", "processes", "resources", "schemas"}
_ALLOWED: dict[str, set[str]] = {
    "errors": set(),
    "records": set(),
    "version": set(),
    "logs": set(),
    "files": _GROUND,
    "processes": _GROUND,
    "resources": _GROUND,
    "schemas": _GROUND,
    "topics": set(),
    "config": {*_SHELF, "topics"},
    "lexicon": _SHELF,
    "ner": {*_SHELF, "lexicon"},
    "claims": _SHELF,
    "study": _SHELF,
    "cooccur": {*_SHELF, "claims"},
    "snapshots": {*_SHELF, "config", "topics", "lexicon", "claims"},
    "pubmed": {*_SHELF, "config", "topics"},
    "annotation": {*_SHELF, "config", "topics", "lexicon", "ner", "claims", "study"},
    "report": {*_SHELF, "claims", "snapshots"},
    "plots": {*_SHELF, "claims", "snapshots"},
    "documents": {*_SHELF, "annotation", "pubmed"},
    "stages": {
        *_SHELF,
        "claims",
        "config",
        "topics",
        "lexicon",
        "ner",
        "annotation",
        "cooccur",
        "pubmed",
        "snapshots",
    },
    "gold": {*_SHELF, "claims", "lexicon", "ner", "annotation", "documents"},
    "export": {*_SHELF, "snapshots", "documents"},
    "explorer": {*_SHELF, "lexicon", "snapshots", "report", "stages", "export"},
    "components": {*_SHELF, "claims", "lexicon", "ner", "annotation"},
    "api": {*_SHELF, "claims", "config", "topics", "lexicon", "annotation", "snapshots", "stages"},
    "agents": {*_SHELF, "snapshots"},
    "doctor": {*_SHELF, "claims", "config", "topics", "lexicon", "ner", "annotation", "pubmed", "snapshots"},
    "__init__": {"api", "config", "version"},  # when they are used
}
_ALLOWED["cli"] = set(_ALLOWED)


def imports(path: Path) -> set[str]:
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module and node.module.startswith("comention"):
            parts = node.module.split(".")
            found |= {parts[1]} if len(parts) > 1 else {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom | ast.Import):
            names = [node.module or ""] if isinstance(node, ast.ImportFrom) else [a.name for a in node.names]
            found |= {f"<{name.split('.')[0]}>" for name in names}
    return found


MODULES = {path: path.relative_to(SRC).with_suffix("").parts[0] for path in sorted(SRC.rglob("*.py"))}


def test_every_part_has_a_row() -> None:
    assert set(MODULES.values()) == set(_ALLOWED)


def test_no_row_names_a_row_below_it() -> None:
    above: set[str] = set()
    for part, allowed in _ALLOWED.items():
        assert allowed <= above, part
        above.add(part)


@pytest.mark.parametrize("part", _ALLOWED)
def test_a_part_imports_only_what_it_may(part: str) -> None:
    files = [path for path, owner in MODULES.items() if owner == part]
    assert files, f"there is no {part}"
    for path in files:
        own = {name for name in imports(path) if not name.startswith("<")}
        assert own <= _ALLOWED[part] | {part}, path


def test_reading_a_text_needs_nothing_that_compiles_the_lexicon() -> None:
    room = SRC / "lexicon"
    asking = {
        path.name
        for path in room.glob("*.py")
        if any(
            "compiler" in (node.module or "")
            for node in ast.walk(ast.parse(path.read_text("utf-8")))
            if isinstance(node, ast.ImportFrom)
        )
    }
    assert asking == {"lookup.py"}


def test_files_are_opened_in_duckdb_in_one_way() -> None:
    """DuckDB takes a path for a pattern: only what makes it a literal one opens files there."""
    asking = {path.relative_to(SRC).as_posix(): path.read_text("utf-8") for path in MODULES}
    reading = re.compile(
        r"connection\.read_\w+\(|database\.read_\w+\(|\bFROM (read|parquet)_\w+\(|\bCOPY\b.*\bTO\b"
    )
    assert {name for name, text in asking.items() if reading.search(text)} == {"files/opening.py"}
    opening = {name for name, text in asking.items() if "view_parquet(" in text}
    assert opening == {
        "files/opening.py",
        "snapshots/tables.py",
        "cooccur/cells.py",
        "cooccur/tables.py",
        "pubmed/background.py",
        "lexicon/letters.py",
    }


def test_latest_is_resolved_where_a_command_begins() -> None:
    """What answers from published data takes a snapshot, and none looks `latest` up again."""
    asking = {
        path.relative_to(SRC).as_posix()
        for path in MODULES
        if re.search(r"\blatest\(", path.read_text("utf-8"))
    }
    assert asking == {
        "snapshots/snapshot.py",
        "snapshots/publish.py",
        "snapshots/changes.py",  # `diff` chooses two
        "cli/options.py",
        "doctor/holdings.py",
        "api.py",
    }


@pytest.mark.slow
def test_prefect_is_imported_nowhere_under_src() -> None:
    assert not [path for path in MODULES if "<prefect>" in imports(path)]


def test_every_module_imports() -> None:
    names = [module.name for module in pkgutil.walk_packages([str(SRC)], "comention.")]
    assert len(names) > 30
    for name in names:
        assert importlib.import_module(name)


def test_importing_the_package_loads_nothing_heavy() -> None:
    code = "import sys, comention, comention.cli; print(*sys.modules)"
    loaded = set(
        subprocess.run(
            [sys.executable, "-c", code], capture_output=True, text=True, check=True
        ).stdout.split()
    )
    assert not loaded & {
        "pandas",
        "spacy",
        "prefect",
        "pyarrow",
        "duckdb",
        "numpy",
        "lxml",
        "scipy",
        "dask",
        "distributed",
        "matplotlib",
        "networkx",
        "rich.table",
        "httpx",
    }


def test_every_public_name_is_there() -> None:
    for name in comention.__all__:
        assert getattr(comention, name) is not None
    assert callable(comention.annotate)
    with pytest.raises(AttributeError, match="nothing"):
        _ = comention.nothing
