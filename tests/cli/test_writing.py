"""Where commands write: through what is there, to disks that refuse, to readers that leave."""

from __future__ import annotations

import contextlib
import csv
import io
import itertools
import json
import os
import stat
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from comention.export import delimited
from comention.lexicon.store import open_lexicon
from comention.snapshots.snapshot import Snapshot
from tests.files.test_outputs import device, names
from tests.report.snapshots import TEXTS, make
from tests.support.commands import Result, assert_one_line
from tests.support.medline import article, write_set

pytestmark = pytest.mark.slow

Call = Callable[..., Result]

#: Commands that have `-o FILE`, and the suffix of that file.
COMMANDS = {
    "export csv": (("export", "pairs", "--format", "csv"), ".csv"),
    "export parquet": (("export", "pairs", "--format", "parquet"), ".parquet"),
    "export pubtator": (("export", "mentions", "--format", "pubtator"), ".pubtator"),
    "export network": (("export", "network", "--format", "graphml", "--min-articles", "1"), ".graphml"),
    "plot png": (("plot", "heatmap", "--format", "png", "--min-articles", "1"), ".png"),
    "plot svg": (("plot", "network", "--format", "svg", "--min-articles", "1"), ".svg"),
    "report": (("report",), ".html"),
    "annotate jsonl": (("annotate", "{notes}", "--annotator", "fast"), ".jsonl"),
    "annotate parquet": (("annotate", "{notes}", "--annotator", "fast", "--format", "parquet"), ".parquet"),
    "background parquet": (("background", "{citations}", "--annotator", "fast"), ".parquet"),
    "init": (("init", "psoriasis", "--force"), ".toml"),
}


@pytest.fixture(scope="module")
def snapshot(tmp_path_factory: pytest.TempPathFactory) -> Snapshot:
    folder = tmp_path_factory.mktemp("writing")
    (folder / "notes.txt").write_text("IL-12 in psoriasis.\nUstekinumab in asthma.\n")
    write_set(folder / "citations.xml", article(1, abstract="IL-12 in psoriasis."))
    return make(folder / "w", TEXTS)


@pytest.fixture
def command(snapshot: Snapshot, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], list[str]]:
    """The words of a command on the snapshot."""
    workdir = snapshot.path.parents[1]
    monkeypatch.setenv("COMENTION_WORKDIR", str(workdir))

    def words(name: str) -> list[str]:
        files = {"notes": workdir.parent / "notes.txt", "citations": workdir.parent / "citations.xml"}
        return [word.format(**files) for word in COMMANDS[name][0]]

    return words


def read_through(path: Path, write: Callable[[], Any]) -> bytes:
    """What a command writes to a FIFO, to a reader that is there."""
    found: list[bytes] = []
    reader = threading.Thread(target=lambda: found.append(path.read_bytes()), daemon=True)
    reader.start()
    write()
    reader.join(60)
    return found[0]


@pytest.mark.parametrize("name", COMMANDS)
def test_a_command_writes_through_what_is_there(
    call: Call, command: Callable[[str], list[str]], tmp_path: Path, name: str
) -> None:
    suffix = COMMANDS[name][1]
    expected = tmp_path / f"expected{suffix}"
    assert call(*command(name), "-o", expected).code == 0
    whole = expected.read_bytes()
    if name == "report":  # what is piped has no tables beside it
        assert b"expected-tables/" in whole
        plain = subprocess.run(
            [sys.executable, "-m", "comention.cli", *command(name), "-o", "-"],
            capture_output=True,
            check=True,
        )
        whole = plain.stdout
        assert b"-tables/" not in whole

    fifo = tmp_path / "fifo"
    os.mkfifo(fifo)
    before = names(tmp_path)
    assert read_through(fifo, lambda: call(*command(name), "-o", fifo)) == whole
    assert stat.S_ISFIFO(fifo.lstat().st_mode)
    assert names(tmp_path) == before

    (tmp_path / "far").mkdir()
    target, link = tmp_path / "far" / f"target{suffix}", tmp_path / f"link{suffix}"
    target.write_bytes(b"before")
    link.symlink_to(target)
    assert call(*command(name), "-o", link).code == 0
    assert link.is_symlink()
    assert target.read_bytes() == whole if name != "report" else b"link-tables/" in target.read_bytes()
    assert names(tmp_path / "far") == {target.name}

    assert_one_line(call(*command(name), "-o", tmp_path / "far"), 2, "is a directory: name a file in it")


@pytest.mark.parametrize("name", COMMANDS)
def test_a_device_stays_a_device(
    call: Call, command: Callable[[str], list[str]], tmp_path: Path, name: str
) -> None:
    null, full = device(tmp_path / "null", 3), device(tmp_path / "full", 7)
    result = call(*command(name), "-o", null)
    assert (result.code, result.out) == (0, "")
    assert_one_line(call(*command(name), "-o", full), 4, "no space left for", "full")
    assert all(stat.S_ISCHR(path.lstat().st_mode) for path in (null, full))
    assert names(tmp_path) == {"null", "full"}


@pytest.mark.parametrize("name", [name for name in COMMANDS if "parquet" not in name and "png" not in name])
def test_a_dash_is_standard_output(
    call: Call, command: Callable[[str], list[str]], tmp_path: Path, name: str
) -> None:
    before = names(Path())
    result = call(*command(name), "-o", "-")
    assert (result.code, result.err) == (0, "")
    out = tmp_path / f"x{COMMANDS[name][1]}"
    if name != "report":
        assert call(*command(name), "-o", out).code == 0
        assert result.out.encode() == out.read_bytes()
    assert names(Path()) == before


def test_two_things_do_not_go_to_standard_output(call: Call, command: Callable[[str], list[str]]) -> None:
    for name, form in (("background parquet", "--json"), ("init", "--json"), ("init", "--csv")):
        assert_one_line(call(*command(name), "-o", "-", form), 2, f"-o - and {form} both print")


def test_a_configuration_that_is_there_stays_before_pubmed_is_asked(
    call: Call, command: Callable[[str], list[str]], tmp_path: Path
) -> None:
    (tmp_path / "mine.toml").write_text("mine")
    (tmp_path / "link.toml").symlink_to("mine.toml")
    for name in ("mine.toml", "link.toml"):
        result = call(*command("init")[:2], "-o", tmp_path / name, "--check", "--set", "pubmed.email=")
        assert_one_line(result, 2, name, "exists and stays as it is")
    assert (tmp_path / "mine.toml").read_text() == "mine"


def test_a_folder_is_refused_before_anything_is_read(
    call: Call, command: Callable[[str], list[str]], tmp_path: Path
) -> None:
    result = call("background", tmp_path / "none.xml", "-o", tmp_path)
    assert_one_line(result, 2, "is a directory: name a file in it")


def test_a_picture_without_a_suffix_needs_a_format(
    call: Call, command: Callable[[str], list[str]], tmp_path: Path
) -> None:
    for out in ("-", tmp_path / "x"):
        assert_one_line(call(*command("plot png")[:2], "-o", out), 2, ".png, .svg or .pdf", "--format")


@contextlib.contextmanager
def disk(folder: Path, options: str) -> Iterator[Path]:
    """A small disk of the test's own."""
    folder.mkdir()
    words = ["mount", "-t", "tmpfs", "-o", options, "tmpfs", str(folder)]
    if os.geteuid() or subprocess.run(words, capture_output=True, check=False).returncode:
        pytest.skip("no right to mount a disk here")
    try:
        yield folder
    finally:
        subprocess.run(["umount", "-l", str(folder)], check=True)


@pytest.fixture(params=["full", "read-only"])
def bad_disk(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[tuple[Path, str]]:
    """A disk that refuses, and what is said of it."""
    options = "size=64k,nr_inodes=64" if request.param == "full" else "ro"
    with disk(tmp_path / "disk", options) as folder:
        if request.param == "full":
            with contextlib.suppress(OSError), (folder / "filler").open("wb", buffering=0) as filler:
                while filler.write(b"x" * 4096):
                    pass
        yield folder, "no space left for" if request.param == "full" else "Read-only file system"


@pytest.mark.parametrize("name", COMMANDS)
def test_a_disk_that_refuses_has_its_exit_code(
    call: Call, command: Callable[[str], list[str]], bad_disk: tuple[Path, str], name: str
) -> None:
    folder, words = bad_disk
    before = names(folder)
    result = call(*command(name), "-o", folder / f"x{COMMANDS[name][1]}")
    assert_one_line(result, 4, words, str(folder))
    assert names(folder) - {"x-tables"} == before


def test_a_disk_that_refuses_a_run_has_its_exit_code(call: Call, bad_disk: tuple[Path, str]) -> None:
    folder, words = bad_disk
    assert_one_line(call("run", "--workdir", folder / "w", "--annotator", "fast"), 4, words, str(folder))


def test_a_disk_that_refuses_a_lexicon_has_its_exit_code(
    call: Call, bad_disk: tuple[Path, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With the concepts of the shipped lexicon, and no public source."""
    concepts = list(itertools.islice(open_lexicon().concepts, 2000))
    monkeypatch.setattr("comention.lexicon.compiler.build.build", lambda _: (concepts, [], {}))
    folder, words = bad_disk
    result = call("lexicon", "build", "--sources", tmp_path, "-o", folder / "lexicon")
    assert_one_line(result, 4, words, str(folder))


@pytest.mark.parametrize(
    "words", [("show", "pairs"), ("show", "pairs", "--json"), ("export", "pairs"), ("--help",)]
)
@pytest.mark.parametrize("how", ["/dev/full", "closed"])
def test_standard_output_that_refuses_has_the_exit_code_of_a_disk(
    snapshot: Snapshot, words: tuple[str, ...], how: str
) -> None:
    if how == "/dev/full" and not Path(how).exists():
        pytest.skip("no /dev/full here")
    redirect = ">&-" if how == "closed" else f"> {how}"
    done = subprocess.run(
        ["bash", "-c", f'"$@" {redirect}', "-", sys.executable, "-m", "comention.cli", *words],
        env=os.environ | {"COMENTION_WORKDIR": str(snapshot.path.parents[1])},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 4, done
    assert done.stderr.count("\n") == 1, done.stderr
    assert done.stderr.startswith("comention: ")


def test_people_who_do_not_listen_change_nothing(snapshot: Snapshot) -> None:
    """Standard error closed, or full: the data is the same, and holds no message."""
    words = [sys.executable, "-m", "comention.cli", "lookup", "IL-12", "--json"]
    expected = subprocess.run(words, capture_output=True, check=True).stdout
    for redirect in ("2>&-", "2> /dev/full"):
        done = subprocess.run(
            ["bash", "-c", f'"$@" {redirect}', "-", *words], stdout=subprocess.PIPE, check=False
        )
        assert (done.returncode, done.stdout) == (0, expected)


@pytest.mark.parametrize(
    "words",
    [
        ("show", "pairs"),
        ("export", "articles", "--format", "jsonl"),
        ("export", "pairs", "-o", "/dev/stdout"),
    ],
)
def test_a_reader_that_leaves_is_no_error(snapshot: Snapshot, words: tuple[str, ...]) -> None:
    """The pipe has no reader from the beginning, so that the first byte meets none."""
    reader, writer = os.pipe()
    os.close(reader)
    try:
        done = subprocess.run(
            [sys.executable, "-m", "comention.cli", *words],
            env=os.environ | {"COMENTION_WORKDIR": str(snapshot.path.parents[1])},
            stdout=writer,
            stderr=subprocess.PIPE,
            check=False,
        )
    finally:
        os.close(writer)
    assert (done.returncode, done.stderr) == (0, b"")


def test_json_and_csv_write_a_time_alike(call: Call, command: Callable[[str], list[str]]) -> None:
    from comention.files.atomic import plain

    del command
    [row] = list(csv.DictReader(io.StringIO(call("export", "ledger").out)))
    lines = call("export", "ledger", "--format", "jsonl").out
    assert row["fetched_at"] == json.loads(lines)["fetched_at"] == "2026-01-02T03:04:05+00:00"
    assert plain({"a": (1, {2}), "b": float("nan")}) == {"a": [1, [2]], "b": None}


HOSTILE = ("=1+1", "+1", "-1", "@SUM(A1)", "\tx", "\rx", "\nx", "＝1", "'=1")
HARMLESS = ("IL-12", "a=b", " =1", "", "β", "1-2", '"=1"')


@pytest.mark.parametrize("separator", [",", "\t"])
def test_a_spreadsheet_takes_no_text_for_a_formula(separator: str) -> None:
    rows = [{"text": text, "number": -1.5, "list": ["=1"], "none": None} for text in (*HOSTILE, *HARMLESS)]
    columns = list(rows[0])

    def written(*, safe: bool) -> list[dict[str, str]]:
        lines = "".join(delimited.lines(rows, columns, separator, spreadsheet_safe=safe))
        return list(csv.DictReader(io.StringIO(lines, newline=""), delimiter=separator))

    assert [row["text"] for row in written(safe=False)] == [*HOSTILE, *HARMLESS]
    safe = written(safe=True)
    assert [row["text"] for row in safe] == [*(f"'{text}" for text in HOSTILE), *HARMLESS]
    assert {row["number"] for row in safe} == {"-1.5"}
    assert {row["list"] for row in safe} == {'["=1"]'}


@pytest.mark.parametrize("form", ["csv", "tsv"])
def test_an_export_can_be_made_safe(call: Call, tmp_path: Path, form: str) -> None:
    make(tmp_path / "w", (*TEXTS, *_formula()))
    words = ("export", "articles", "--workdir", tmp_path / "w", "--format", form)
    for options, expected in (((), "=1+1 IL-12."), (("--spreadsheet-safe",), "'=1+1 IL-12.")):
        found = csv.DictReader(
            io.StringIO(call(*words, *options).out), delimiter="," if form == "csv" else "\t"
        )
        assert expected in {row["title"] for row in found}


def _formula() -> Any:
    from tests.report.snapshots import Text

    return (Text(77, "=1+1 IL-12."),)


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("export", "pairs", "--format", "jsonl", "--spreadsheet-safe"), "for csv and tsv"),
        (("export", "network", "--spreadsheet-safe"), "for csv and tsv"),
        (("show", "pairs", "--spreadsheet-safe"), "for --csv"),
        (("show", "pairs", "--json", "--spreadsheet-safe"), "for --csv"),
    ],
)
def test_what_cannot_be_made_safe_says_so(
    call: Call, command: Callable[[str], list[str]], words: tuple[str, ...], message: str
) -> None:
    del command
    assert_one_line(call(*words), 2, message)
