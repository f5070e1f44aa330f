"""What the README and the docs tell a user to type works."""

from __future__ import annotations

import gzip
import json
import os
import re
import shlex
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from typer.main import get_command

from comention.cli import app, main
from comention.snapshots.dictionary import dictionary
from tests.support.corpus import Corpus, article, document
from tests.support.eutils import StandIn
from tests.test_contributing import make_targets

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[1]
README = ROOT / "README.md"
PAGES = [README, *sorted((ROOT / "docs").glob("*.md"))]
#: Pages that name commands, links and files as well, beside those.
OTHERS = [ROOT / "CONTRIBUTING.md", *sorted((ROOT / "data").rglob("*.md"))]
#: Folders of the repository, which paths in code begin with.
FOLDERS = ("benchmarks", "config", "data", "docs", "findings", "pipelines", "src", "tests")
TEXTS = {path.name: path.read_text("utf-8") for path in PAGES}
TEXT = "\n".join(TEXTS.values())


def _text(path: Path) -> str:
    return path.read_text("utf-8")


# Of a Parquet file that pandas opens, a thread of pyarrow's may let go while Python ends, which aborts it.
OPENED_BY_ARROW = "import pandas.io.parquet\npandas.io.parquet.get_handle = None\n"


def blocks(text: str, kind: str) -> list[str]:
    return [block for name, block in re.findall(r"```(\w+)\n(.*?)```", text, re.DOTALL) if name == kind]


def commands(text: str, prefix: str = ".venv/bin/comention ") -> list[str]:
    lines = [
        line.split("  #")[0].strip()
        for block in blocks(text, "sh")
        for line in block.replace("\\\n", " ").splitlines()
    ]
    return [line for line in lines if line.startswith(prefix)]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A place like a checkout, with the results of `make run` and of the README's first run."""
    folder = tmp_path_factory.mktemp("readme")
    for name in ("data", "config"):
        (folder / name).symlink_to(ROOT / name)
    run = [sys.executable, "-m", "comention.cli", "run"]
    for words in (["--workdir", "work/sample"], ["--input", "data/sample", "--workdir", "work/mine"]):
        subprocess.run([*run, *words], cwd=folder, check=True, capture_output=True)
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


def test_every_way_in_is_among_the_commands() -> None:
    found = commands(TEXT)
    assert len(found) >= 30
    for source in ("files", "pubmed", "bulk"):
        assert any(
            f"--source {source}" in line or (source == "files" and "--input data" in line) for line in found
        )


@pytest.mark.slow
@pytest.mark.parametrize("page", [name for name, text in TEXTS.items() if commands(text)])
def test_the_commands_of_a_page_work(
    page: str,
    folder: Path,
    services: dict[str, str],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """In this process: what a process of its own adds is tried in the tests of the command line."""
    monkeypatch.chdir(folder)
    for name, value in services.items():
        if name.startswith("COMENTION"):
            monkeypatch.setenv(name, value)
    for line in dict.fromkeys(commands(TEXTS[page])):
        words = [services.get(word, word) for word in shlex.split(line)][1:]
        if words[0] == "explore":
            explored(words)
            continue
        monkeypatch.setattr(sys, "argv", ["comention", *words])
        with pytest.raises(SystemExit) as ended:
            main()
        assert ended.value.code in {0, None}, (line, capsys.readouterr().err)


def explored(words: list[str]) -> None:
    """Let `comention explore` begin, in a process of its own, and interrupt it."""
    with subprocess.Popen(
        [sys.executable, "-m", "comention.cli", *words],
        env=os.environ | {"BROWSER": "true"},  # a browser that opens nothing
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout is not None
        assert "http://127.0.0.1" in process.stdout.readline()
        process.send_signal(signal.SIGINT)
        _, errors = process.communicate()
    assert process.returncode == 0, errors


def test_the_code_of_the_docs_works(folder: Path) -> None:
    codes = [OPENED_BY_ARROW + code for code in blocks(TEXT, "python") + blocks(dictionary(), "python")]
    assert len(codes) >= 5
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


def test_the_tutorial_runs_from_nothing_to_a_figure(tmp_path: Path) -> None:
    cells = json.loads((ROOT / "docs" / "tutorial.ipynb").read_text("utf-8"))["cells"]
    assert all(not cell.get("outputs") for cell in cells)
    code = "\n".join("".join(cell["source"]) for cell in cells if cell["cell_type"] == "code")
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=tmp_path,
        env=os.environ | {"MPLBACKEND": "agg", "PYTHONWARNINGS": "error"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert "psoriasis" in done.stdout
    assert (tmp_path / "work" / "tutorial" / "drugs.png").stat().st_size > 10_000


def test_the_readme_is_short() -> None:
    assert len(README.read_bytes()) <= 8 * 1024


@pytest.mark.parametrize(
    "path", [*PAGES, *OTHERS], ids=lambda path: str(path.relative_to(ROOT).with_suffix(""))
)
def test_links_lead_somewhere(path: Path) -> None:
    for target in re.findall(r"\]\(([^)#\s]+)(?:#[^)]*)?\)", _text(path)):
        assert "://" in target or (path.parent / target).exists(), target
    for target in re.findall(rf"`((?:{'|'.join(FOLDERS)})/[^`\s]*)`", _text(path)):
        assert list(ROOT.glob(target)) if "*" in target else (ROOT / target).exists(), target


def test_every_page_is_in_the_readme() -> None:
    for path in PAGES[1:]:
        assert f"docs/{path.name}" in TEXTS["README.md"], path.name


def test_the_make_targets_of_the_docs_exist() -> None:
    makefile = (ROOT / "Makefile").read_text("utf-8")
    named = make_targets("\n".join([*TEXTS.values(), *map(_text, OTHERS)]))
    assert {"run", "test", "check", "bench", "soak", "lexicon", "background"} <= named
    for target in named:
        assert re.search(rf"^{target}:", makefile, re.MULTILINE), target


def test_every_command_is_in_the_docs() -> None:
    text = TEXT + (ROOT / "CONTRIBUTING.md").read_text("utf-8")
    for name in get_command(app).commands:  # type: ignore[attr-defined]  # a group, since there are commands
        assert f"comention {name}" in text or f"make {name}" in text, name


def test_every_dependency_is_explained() -> None:
    import tomllib

    text = (ROOT / "CONTRIBUTING.md").read_text("utf-8")
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    for requirement in project["dependencies"]:
        name = re.split(r"[<>=~ ]", requirement)[0]
        assert re.search(rf"^\|[^|]*\b{re.escape(name)}\b", text, re.MULTILINE), name


def test_no_index_and_no_machine_is_named_in_the_lock() -> None:
    lock = (ROOT / "requirements.lock").read_text("utf-8")
    assert "://" not in lock
    pinned = re.findall(r"^[\w.-]+(?:\[[\w,]+\])?==", lock, re.MULTILINE)
    assert len(pinned) > 100
    assert len(re.findall(r"--hash=sha256:", lock)) >= len(pinned)
