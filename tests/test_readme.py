"""What the README tells a user to type works."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest
from typer.main import get_command

from comention.cli import app

ROOT = Path(__file__).parents[1]
TEXT = (ROOT / "README.md").read_text("utf-8")
_BLOCKS = re.findall(r"```(\w+)\n(.*?)```", TEXT, re.DOTALL)


def commands(prefix: str) -> list[str]:
    lines = [
        line.split("  #")[0].strip() for kind, block in _BLOCKS if kind == "sh" for line in block.splitlines()
    ]
    return [line for line in lines if line.startswith(prefix)]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A place like a checkout, with the results of `make run`."""
    folder = tmp_path_factory.mktemp("readme")
    (folder / "data").symlink_to(ROOT / "data")
    command = [sys.executable, "-m", "comention.cli", "run", "--workdir", "work/sample"]
    subprocess.run(command, cwd=folder, check=True, capture_output=True)
    return folder


def test_the_commands_of_the_readme_work(folder: Path) -> None:
    found = commands(".venv/bin/comention ")
    assert len(found) >= 8
    for line in found:
        words = shlex.split(line)
        done = subprocess.run(
            [sys.executable, "-m", "comention.cli", *words[1:]],
            cwd=folder,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, (line, done.stderr)


def test_the_code_of_the_readme_works(folder: Path) -> None:
    [code] = [block for kind, block in _BLOCKS if kind == "python"]
    environment = os.environ | {"PYTHONWARNINGS": "error"}
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=folder, capture_output=True, text=True, check=False, env=environment
    )
    assert done.returncode == 0, done.stderr
    assert "lift" in done.stdout


def test_the_make_targets_of_the_readme_exist() -> None:
    makefile = (ROOT / "Makefile").read_text("utf-8")
    named = set(re.findall(r"`?\bmake (\w+)`?", TEXT)) - {"and"}
    assert {"run", "test", "check", "bench", "soak"} <= named
    for target in named:
        assert re.search(rf"^{target}:", makefile, re.MULTILINE), target


def test_every_command_is_in_the_readme() -> None:
    for name in get_command(app).commands:  # type: ignore[attr-defined]  # a group, since there are commands
        assert f"comention {name}" in TEXT or f"make {name}" in TEXT, name


def test_every_dependency_is_explained() -> None:
    import tomllib

    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    for requirement in project["dependencies"]:
        name = re.split(r"[<>=~ ]", requirement)[0]
        assert re.search(rf"^\|[^|]*\b{re.escape(name)}\b", TEXT, re.MULTILINE), name


def test_no_index_and_no_machine_is_named_in_the_lock() -> None:
    lock = (ROOT / "requirements.lock").read_text("utf-8")
    assert "://" not in lock
    pinned = re.findall(r"^[\w.-]+(?:\[[\w,]+\])?==", lock, re.MULTILINE)
    assert len(pinned) > 100
    assert len(re.findall(r"--hash=sha256:", lock)) >= len(pinned)
