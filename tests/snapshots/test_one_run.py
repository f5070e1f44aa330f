"""An answer comes from one run, whatever is published while it is made."""

from __future__ import annotations

import dataclasses
import os
import re
import shutil
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pytest
from typer.main import get_command

import comention
from comention.cli import app, main
from comention.config import load_settings
from comention.doctor import holdings
from comention.errors import StorageError, UsageError
from comention.explorer import serving
from comention.export import files, mentions, tables
from comention.files.atomic import sha256
from comention.snapshots import changes, frames, query
from comention.snapshots.publish import Keep
from comention.snapshots.snapshot import Snapshot, latest
from tests.report.snapshots import Text, make
from tests.support.claims import by_chance
from tests.support.clients import HANG

pytestmark = pytest.mark.slow

_RUNS = ("20260102T030405Z-0000", "20260103T030405Z-0000", "20260104T030405Z-0000")
_ABOVE = [
    {
        "concept_id": concept_id,
        "ancestor_id": "MESH:D012871",
        "ancestor_name": "skin diseases",
        "ancestor_type": "disease",
    }
    for concept_id in ("MESH:D001249", "MESH:D011565")
]
_OTHERS = ("psoriasis", "asthma", "interferon-γ")


def _texts(number: int) -> list[Text]:
    """A corpus in which every count is another one than in that of another number."""
    return [
        Text(
            100 * number + n,
            "IL-12 in psoriasis.",
            "IL-12 and p40 rise in psoriasis. ustekinumab, IFN-γ and asthma meet IL-23.",
            2010 + (n + number) % 5,
        )
        for n in range(1, 8 + 3 * number)
    ]


@pytest.fixture(scope="module")
def workdir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A work directory with three snapshots; `latest` is the third."""
    folder = tmp_path_factory.mktemp("one") / "w"
    for number, name in enumerate(_RUNS):
        make(folder, _texts(number), run_id=name, keep=Keep(5), hierarchy=_ABOVE, said=by_chance)
    return folder


def _link(workdir: Path, name: str) -> None:
    temporary = workdir / ".link"
    temporary.symlink_to(Path("snapshots") / name)
    temporary.replace(workdir / "latest")


class Resolving:
    """Counts how often `latest` is resolved; after each time another snapshot is the latest, or none is."""

    def __init__(self, workdir: Path, after: str) -> None:
        self.times = 0
        self._workdir, self._after, self._readlink = workdir, after, os.readlink

    def __call__(self, path: Any, **options: Any) -> Any:
        found = self._readlink(path, **options)
        if Path(path) == self._workdir / "latest":
            self.times += 1
            if self._after == "removed":
                (self._workdir / "latest").unlink()
            else:
                _link(self._workdir, _RUNS[2] if Path(found).name == _RUNS[1] else _RUNS[1])
        return found


_COMMANDS = {
    "show": "show pairs --json",
    "show first": "show --json",
    "show with": "show pairs_rolled_up --with MESH:D012871 --csv",
    "show type": "show entities --type drug --json",
    "show window": "show pairs --with psoriasis --from 2011 --min-articles 1 --json",
    "evidence window": "evidence psoriasis asthma --to 2013 --without reviews --csv",
    "export window": "export pairs --from 2012 -o {out}.parquet",
    "report window": "report -o {out}.html --from 2011 --without retracted",
    "evidence": "evidence psoriasis asthma --json --limit 99",
    "claims": "claims psoriasis interleukin-12 --json",
    "export csv": "export pairs -o {out}.csv",
    "export parquet": "export evidence -o {out}.parquet",
    "export pubtator": "export mentions --format pubtator",
    "export network": "export network --format cyjs --min-articles 1 --with psoriasis",
    "plot heatmap": "plot heatmap -o {out}.svg --value articles",
    "plot trend": f"plot trend interleukin-12 {' '.join(_OTHERS)} -o {{out}}.svg",
    "plot network": "plot network -o {out}.svg",
    "plot claims": "plot claims -o {out}.svg",
    "report": "report -o {out}.html --focus psoriasis",
    "diff": "diff --json",
    "explore": "explore --no-browser",
}
#: Commands that answer from something else than a published snapshot, or check the link itself.
_OTHER = {
    "mcp",  # has tests of its own, by the SDK's client
    "run",
    "init",
    "annotate",
    "background",
    "evaluate",
    "train",
    "train-claims",
    "lexicon",
    "lookup",
    "ledger",
    "runs",
    "doctor",
}


def test_every_command_is_tried() -> None:
    group: Any = get_command(app)
    pictures = {f"plot {name}" for name in group.commands["plot"].commands}
    pictures -= {"plot enrichment"}  # it needs a background, which these runs do not have
    tried = {" ".join(words.split()[: 2 if words.startswith("plot") else 1]) for words in _COMMANDS.values()}
    assert tried == ({*group.commands} - _OTHER - {"plot"}) | pictures


def _answer(words: str, workdir: Path, out: Path, capture: pytest.CaptureFixture[bytes]) -> dict[str, bytes]:
    """Return what a command put out: standard output, and each file."""
    shutil.rmtree(out.parent, ignore_errors=True)
    out.parent.mkdir()
    sys.argv = ["comention", *words.format(out=out).split(), "--workdir", str(workdir)]
    with pytest.raises(SystemExit) as ended:
        main()
    assert ended.value.code in {0, None}, capture.readouterr().err
    found = {str(path.relative_to(out.parent)): path.read_bytes() for path in _files(out.parent)}
    return found | {"standard output": re.sub(rb"127\.0\.0\.1:\d+", b"", capture.readouterr().out)}


def _files(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.is_file())


@pytest.mark.parametrize("what", _COMMANDS)
def test_a_command_resolves_latest_once_and_answers_from_that_run(
    workdir: Path,
    tmp_path: Path,
    what: str,
    monkeypatch: pytest.MonkeyPatch,
    capfdbinary: pytest.CaptureFixture[bytes],
) -> None:
    monkeypatch.setattr(sys, "argv", [])
    out = tmp_path / "out" / "file"
    pages: list[bytes] = []

    def read(server: serving.Server) -> None:
        paths = (server.url, f"{server.url}report/")
        content = b"".join(httpx.get(path, timeout=HANG).content for path in paths)
        # the page says that there is another one
        pages.append(re.sub(rb'<p class="notice newer">.*\n', b"", content))

    monkeypatch.setattr(serving.Server, "wait", read)
    answers = {}
    for name in _RUNS[1:]:
        _link(workdir, name)
        answers[name] = _answer(_COMMANDS[what], workdir, out, capfdbinary) | {"page": b"".join(pages)}
        pages.clear()
    assert answers[_RUNS[1]] != answers[_RUNS[2]]
    for name in _RUNS[1:]:
        for after in ("switched", "removed"):
            _link(workdir, name)
            resolving = Resolving(workdir, after)
            with monkeypatch.context() as patched:
                patched.setattr(os, "readlink", resolving)
                found = _answer(_COMMANDS[what], workdir, out, capfdbinary) | {"page": b"".join(pages)}
            pages.clear()
            # a server looks for a newer one with its page, where there is one
            times = 2 if (what, after) == ("explore", "switched") else 1
            assert (found == answers[name], resolving.times) == (True, times), (name, after)


_FUNCTIONS: dict[str, Callable[[Path], Any]] = {
    "load": lambda w: comention.load("pairs", w).to_json(),
    "snapshot": lambda w: [
        each.load(name).to_json() for each in [comention.snapshot(w)] for name in ("pairs", "evidence")
    ],
    "of one snapshot": lambda w: [
        found.to_json()
        for held in [comention.snapshot(w)]
        for found in (
            comention.load("articles", held),
            comention.top(workdir=held, limit=99),
            comention.evidence_for("interleukin-12", "psoriasis", held),
        )
    ],
    "top": lambda w: comention.top("pairs_rolled_up", with_name="skin diseases", workdir=w).to_json(),
    "evidence_for": lambda w: comention.evidence_for("interleukin-12", "psoriasis", str(w)).to_json(),
    "pairs": lambda w: comention.pairs("psoriasis", workdir=w).to_json(),
    "evidence": lambda w: comention.evidence("psoriasis", workdir=w).to_json(),
    "trends": lambda w: comention.trends("psoriasis", workdir=w).to_json(),
    "triples": lambda w: comention.triples(workdir=w).to_json(),
    "doctor": lambda w: holdings.snapshot(load_settings(None, {"workdir": w})),
}


@pytest.mark.parametrize("what", _FUNCTIONS)
@pytest.mark.parametrize("after", ["switched", "removed"])
def test_a_function_resolves_latest_once_and_answers_from_that_run(
    workdir: Path, what: str, after: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    answers = {}
    for name in _RUNS[1:]:
        _link(workdir, name)
        answers[name] = _FUNCTIONS[what](workdir)
    assert answers[_RUNS[1]] != answers[_RUNS[2]]
    for name in _RUNS[1:]:
        _link(workdir, name)
        resolving = Resolving(workdir, after)
        with monkeypatch.context() as patched:
            patched.setattr(os, "readlink", resolving)
            assert _FUNCTIONS[what](workdir) == answers[name]
        assert resolving.times == 1


def test_a_file_is_checked_once_for_a_snapshot(workdir: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _link(workdir, _RUNS[2])
    held = latest(workdir)
    checked: list[str] = []

    def counted(path: Path) -> str:
        checked.append(path.stem)
        return sha256(path)

    monkeypatch.setattr("comention.snapshots.snapshot.sha256", counted)
    for _ in range(2):
        frames.evidence(held, "interleukin-12", "psoriasis")
        query.show(held, "pairs", with_name="asthma", entity_type=None, limit=3)
        held.load("pairs")
    assert sorted(checked) == ["concepts", "entities", "evidence", "pairs"]  # of texts only parts are read
    with pytest.raises(dataclasses.FrozenInstanceError):
        held.path = workdir  # type: ignore[misc]  # that it is refused is the test
    assert (held.run_id, held.workdir) == (_RUNS[2], workdir.resolve())
    with pytest.raises(UsageError, match="no dataset 'x': there are articles"):
        held.file("x")


_READERS: dict[str, Callable[[Snapshot], object]] = {
    "load": lambda held: held.load("pairs"),
    "show": lambda held: query.show(held, "pairs", with_name=None, entity_type=None, limit=1).rows,
    "export": lambda held: list(tables.lines(held, "pairs", "csv")),
    "copy": lambda held: files.export(held, "pairs", "parquet", held.workdir / "pairs.parquet", None),
    "pubtator": lambda held: list(mentions.lines(held, "bioc")),
    "diff": lambda held: changes.compare(held, held),
}


@pytest.mark.parametrize("reader", _READERS)
@pytest.mark.parametrize("checked", [True, False])
def test_a_snapshot_that_is_removed_while_it_is_read_is_named(
    workdir: Path, tmp_path: Path, reader: str, checked: bool
) -> None:
    copy = tmp_path / "w"
    shutil.copytree(workdir, copy, symlinks=True)
    _link(copy, _RUNS[2])
    held = latest(copy)
    if checked:
        for dataset in held.manifest.datasets:
            held.file(dataset)
    shutil.rmtree(held.path)
    with pytest.raises(StorageError, match=r"0104T030405Z-0000 was removed while it was read.*: do it again"):
        _READERS[reader](held)
    assert not (copy / "pairs.parquet").exists()
