"""A damaged manifest is one line, however it is damaged."""

from __future__ import annotations

import json
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from comention.cli import main
from comention.errors import ContractError, MalformedError
from comention.schemas import PUBLISHED
from comention.snapshots.manifest import Manifest, read_manifest
from comention.snapshots.publish import Keep
from tests.report.snapshots import Text, make

pytestmark = pytest.mark.slow

_RUNS = ("20260102T030405Z-0000", "20260103T030405Z-0000")
_MODEL = {"fingerprint": "cafe", "figures": [{"gold": "g", "type": "disease", "measure": "concept", "f1": 1}]}


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("manifest") / "w"
    for number, name in enumerate(_RUNS, 1):
        texts = [Text(n, "IL-12 in psoriasis.") for n in range(1, 2 + number)]
        make(folder, texts, run_id=name, keep=Keep(5), model=_MODEL)
    return folder


@pytest.fixture
def workdir(made: Path, tmp_path: Path) -> Path:
    shutil.copytree(made, tmp_path / "w", symlinks=True)
    return tmp_path / "w"


def places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Yield the way to every value of a JSON value."""
    parts = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, part in parts:
        yield (*path, key)
        yield from places(part, (*path, key))


_WRONG: tuple[Any, ...] = (None, True, -1, 1.5, "x", [], {}, [[]], {"x": None}, "\ud800", "absent")


def damaged(manifest: Any, path: tuple[Any, ...], value: Any) -> str:
    """Return a manifest with one value that is another, or not there."""
    copy = json.loads(json.dumps(manifest))
    at = copy
    for key in path[:-1]:
        at = at[key]
    if value == "absent":
        del at[path[-1]]
    else:
        at[path[-1]] = value
    return json.dumps(copy)


def test_one_wrong_value_anywhere_is_read_or_named_in_one_line(workdir: Path) -> None:
    folder = (workdir / "latest").resolve()
    path = folder / "manifest.json"
    whole = json.loads(path.read_text("utf-8"))
    del whole["sha256"]  # as an earlier comention wrote it: what follows is not found by the checksum alone
    refused: dict[tuple[Any, ...], list[str]] = {}
    for place in places(whole):
        for value in _WRONG:
            path.write_text(damaged(whole, place, value), encoding="utf-8")
            try:
                assert isinstance(read_manifest(folder), Manifest)
            except (MalformedError, ContractError) as error:
                refused.setdefault(place, []).append(str(error))
    # A few of the places at which a wrong value is no manifest, at every depth.
    messages = [message for each in refused.values() for message in each]
    assert all(message.startswith(str(folder)) and len(message.splitlines()) == 1 for message in messages)
    assert {("run_id",), ("datasets", "pairs", "sha256"), ("topic", "concepts", 0)} <= {*refused}
    assert {("model", "figures", 0, "f1"), ("lexicon", "sources", "sources", 0, "title")} <= {*refused}


_TEXTS = {
    "nothing": b"",
    "half": b'{"run_id": "2026',
    "no object": b"[]",
    "null": b"null",
    "no UTF-8": b'{"run_id": "\xff"}',
    "deep": b"[" * 100_000,
    "a deep value": b'{"schema_version": 1, "datasets": ' + b"[" * 100_000,
    "a number that is none": b'{"schema_version": NaN}',
    "a huge number": b'{"schema_version": 1' + b"0" * 5000 + b"}",
    "no datasets": b'{"schema_version": 1, "run_id": "x"}',
    "datasets of another type": b'{"schema_version": 1, "run_id": "x", "datasets": []}',
}
_COMMANDS = (
    "show pairs",
    "evidence interleukin-12 psoriasis",
    "report",
    "export pairs",
    "plot heatmap -o {out}.svg",
)


@pytest.mark.parametrize("what", _TEXTS)
def test_every_command_names_a_damaged_manifest(
    workdir: Path, what: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (workdir / "latest" / "manifest.json").write_bytes(_TEXTS[what])
    for words in _COMMANDS:
        argv = ["comention", *words.format(out=workdir / "x").split(), "--workdir", str(workdir)]
        monkeypatch.setattr(sys, "argv", argv)
        with pytest.raises(SystemExit) as ended:
            main()
        out, err = capsys.readouterr()
        assert (ended.value.code, out, err.count("\n")) == (3, "", 1), err
        assert "unexpected" not in err
        assert _RUNS[1] in err


def test_another_value_of_the_right_type_is_found_by_the_checksum(workdir: Path) -> None:
    folder = (workdir / "latest").resolve()
    text = (folder / "manifest.json").read_text("utf-8")
    for one, other in (("interleukin-12", "interleukin-13"), ('"number": 2', '"number": 3')):
        assert one in text
        (folder / "manifest.json").write_text(text.replace(one, other), encoding="utf-8")
        with pytest.raises(MalformedError, match="its checksum is another"):
            read_manifest(folder)


def test_the_manifest_holds_what_was_published(workdir: Path) -> None:
    folder = (workdir / "latest").resolve()
    manifest = read_manifest(folder)
    assert (manifest.run_id, manifest.previous, manifest.number) == (_RUNS[1], _RUNS[0], 2)
    assert [*manifest.datasets] == sorted(dataset.name for dataset in PUBLISHED)
    assert manifest.datasets["articles"].rows == 3
    assert manifest.topic.concepts == ("COMENTION:IL-12", "HGNC:5970")
    assert manifest.model is not None
    assert manifest.model.figures[0].f1 == 1
    first = read_manifest(workdir / "snapshots" / _RUNS[0])
    assert (first.previous, first.number) == (None, 1)
