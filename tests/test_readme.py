"""What the README tells a user to type works."""

from __future__ import annotations

import gzip
import os
import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from typer.main import get_command

from comention.cli import app, main
from tests.support.corpus import Corpus, article, document
from tests.support.eutils import StandIn

ROOT = Path(__file__).parents[1]
TEXT = (ROOT / "README.md").read_text("utf-8")
_BLOCKS = re.findall(r"```(\w+)\n(.*?)```", TEXT, re.DOTALL)


def commands(prefix: str) -> list[str]:
    lines = [
        line.split("  #")[0].strip()
        for kind, block in _BLOCKS
        if kind == "sh"
        for line in block.replace("\\\n", " ").splitlines()
    ]
    return [line for line in lines if line.startswith(prefix)]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A place like a checkout, with the results of `make run`."""
    folder = tmp_path_factory.mktemp("readme")
    for name in ("data", "config"):
        (folder / name).symlink_to(ROOT / name)
    command = [sys.executable, "-m", "comention.cli", "run", "--workdir", "work/sample"]
    subprocess.run(command, cwd=folder, check=True, capture_output=True)
    return folder


@pytest.fixture
def services(tmp_path: Path) -> Iterator[dict[str, str]]:
    """What stands for NCBI's services: the address of each by the one that the README names."""
    sample = next((ROOT / "data" / "sample").glob("*.xml"))
    (tmp_path / "baseline").mkdir()
    with gzip.open(tmp_path / "baseline" / "pubmed26n0001.xml.gz", "wb") as file:
        file.write(sample.read_bytes())
    citations = Corpus(document(*(article(i, "IL-12 in psoriasis") for i in range(1, 30))))
    with StandIn(citations, match="all", quota=None, files=tmp_path) as server:
        yield {
            "https://ftp.ncbi.nlm.nih.gov/pubmed/": server.url.replace("entrez/eutils/", ""),
            "COMENTION_PUBMED__BASE_URL": server.url,
            "COMENTION_PUBMED__EMAIL": "you@example.org",
        }


@pytest.mark.slow
def test_the_commands_of_the_readme_work(
    folder: Path,
    services: dict[str, str],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """In this process: what a process of its own adds is tried in the tests of the command line."""
    found = commands(".venv/bin/comention ")
    assert len(found) >= 12
    assert any("--source pubmed" in line for line in found)
    assert any("--source bulk" in line for line in found)
    monkeypatch.chdir(folder)
    for name, value in services.items():
        if name.startswith("COMENTION"):
            monkeypatch.setenv(name, value)
    for line in found:
        words = [services.get(word, word) for word in shlex.split(line)]
        monkeypatch.setattr(sys, "argv", ["comention", *words[1:]])
        with pytest.raises(SystemExit) as ended:
            main()
        assert ended.value.code in {0, None}, (line, capsys.readouterr().err)


def test_the_code_of_the_readme_works(folder: Path) -> None:
    codes = [block for kind, block in _BLOCKS if kind == "python"]
    assert len(codes) == 3
    printed = ""
    for code in codes:
        strict = {} if "components" in code else {"PYTHONWARNINGS": "error"}  # spaCy's imports warn
        done = subprocess.run(
            [sys.executable, "-c", code],
            cwd=folder,
            capture_output=True,
            text=True,
            check=False,
            env=os.environ | strict,
        )
        assert done.returncode == 0, done.stderr
        printed += done.stdout
    assert "lift" in printed


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
