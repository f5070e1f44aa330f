"""Who may import whom: read from the imports, so that the house stays as it is drawn."""

import ast
import importlib
import pkgutil
import subprocess
import sys
from pathlib import Path

import pytest

import comention

SRC = Path(comention.__file__).parent
_FOUNDATION = {"records", "schemas", "config", "errors", "files", "processes", "resources", "version"}

# What each part may import beside itself. `lexicon` and `ner` are what annotation stands on, no stages.
_ALLOWED: dict[str, set[str]] = {
    "records": set(),
    "errors": set(),
    "schemas": {"errors"},
    "files": {"errors"},
    "version": set(),
    "processes": {"errors"},
    "resources": {"errors"},
    "config": {"errors", "records", "resources"},
    "lexicon": _FOUNDATION,
    "ner": {*_FOUNDATION, "lexicon"},
    "pubmed": _FOUNDATION,
    "annotation": {*_FOUNDATION, "lexicon", "ner"},
    "cooccur": _FOUNDATION,
    "corpus": _FOUNDATION,
    "snapshots": {*_FOUNDATION, "lexicon"},
    "report": {*_FOUNDATION, "snapshots"},
    "documents": {*_FOUNDATION, "pubmed", "annotation"},
    "plots": {*_FOUNDATION, "snapshots"},
    "export": {*_FOUNDATION, "snapshots", "documents"},
    "runs": _FOUNDATION,
}


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


@pytest.mark.parametrize("part", sorted(_ALLOWED))
def test_a_part_imports_only_what_it_may(part: str) -> None:
    files = [path for path, owner in MODULES.items() if owner == part]
    assert files, f"there is no {part}"
    for path in files:
        own = {name for name in imports(path) if not name.startswith("<")}
        assert own <= _ALLOWED[part] | {part}, path


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
