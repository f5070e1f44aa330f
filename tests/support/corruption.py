"""A work directory of which one file is damaged, and what each command makes of it.

Right is what the undamaged work directory gives. The only other answer allowed is one line on standard error
that names the file or the run and says what to do, with the exit code of bad data and nothing lost.
"""

from __future__ import annotations

import contextlib
import io
import random
import shutil
import sys
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from comention import cli
from comention.api import load
from tests.support.medline import article, deletion, write_set
from tests.support.runs import sums

#: The kinds of files that a run or a reader reads back, as patterns below the work directory.
KINDS = {
    "state": "store/state.json",
    "copy of the state": "store/state-*.json",
    "index": "store/index-*.parquet",
    "ledger": "store/ledger-*.parquet",
    "shard": "store/shards/*.parquet",
    "background": "store/background/*.parquet",
    "frequencies": "store/frequencies-*.parquet",
    "account": "store/accounts/*.parquet",
    "reject": "store/rejects/*.parquet",
    "sentences": "store/annotations/*/*.sentences.parquet",
    "mentions": "store/annotations/*/*.mentions.parquet",
    "rejected": "store/annotations/*/*.rejected.parquet",
    "run": "runs/*.parquet",
    "manifest": "snapshots/*/manifest.json",
    "dataset": "snapshots/*/*.parquet",
    "lock": ".lock",
}


def _flip(data: bytes, chance: random.Random) -> bytes:
    at, bit = chance.randrange(len(data)), chance.randrange(8)
    return data[:at] + bytes([data[at] ^ 1 << bit]) + data[at + 1 :]


#: What happens to a file; None where it is removed.
DAMAGES: dict[str, Callable[[bytes, random.Random], bytes | None]] = {
    "a bit flipped": _flip,
    "truncated": lambda data, chance: data[: chance.randrange(len(data))],
    "emptied": lambda _data, _chance: b"",
    "removed": lambda _data, _chance: None,
    "garbage": lambda data, chance: chance.randbytes(len(data)),
}


class Answer(NamedTuple):
    """What a command gave."""

    code: int
    out: str
    err: str


class Base(NamedTuple):
    """A finished work directory of two runs, and what is right."""

    workdir: Path
    files: Path
    sums: dict[str, str]
    right: dict[str, str]


def commands(workdir: Path, files: Path) -> dict[str, list[str]]:
    """The commands that meet a damaged file, by name."""
    where = ["--workdir", str(workdir)]
    return {
        "show": ["show", "pairs", *where, "--json"],
        "evidence": ["evidence", "IL-12", "psoriasis", *where, "--json"],
        "report": ["report", *where, "-o", str(workdir / "report.html")],
        "diff": ["diff", *where, "--json"],
        "ledger": ["ledger", *where, "--json"],
        "accounts": ["ledger", "last", "--outcome", "kept", *where, "--json"],
        "run": run_of(workdir, files),
    }


def run_of(workdir: Path, files: Path, *more: str) -> list[str]:
    """The command of a run on bulk files."""
    options = ["--annotator", "fast", "--set", "topic.match=all", "--set", "run.shard_size=4", *more]
    return ["run", "--source", "bulk", "--input", str(files), "--workdir", str(workdir), "--json", *options]


def call(arguments: list[str]) -> Answer:
    """Call the command line in this process, as its `main()` ends it."""
    out, err = (io.TextIOWrapper(io.BytesIO(), encoding="utf-8", write_through=True) for _ in range(2))
    before, code = sys.argv, 0
    sys.argv = ["comention", *arguments]
    try:
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
            cli.main()
    except SystemExit as ended:
        code = int(ended.code or 0)
    finally:
        sys.argv = before
    said = [stream.buffer.getvalue().decode() for stream in (out, err)]
    return Answer(code, *said)


def make(folder: Path) -> Base:
    """Make a work directory by two runs on bulk files, with a deletion and a record that is rejected."""
    files, workdir = folder / "files", folder / "w"
    files.mkdir(parents=True)
    texts = [article(n, abstract=f"IL-12 and TNF in psoriasis, study {n}.") for n in range(1, 11)]
    broken = "<PubmedArticle><MedlineCitation><PMID>9</PMID><Article></MedlineCitation></PubmedArticle>"
    for number, parts in enumerate((texts[:6], [*texts[6:], broken, deletion(2)]), 1):
        write_set(files / f"pubmed26n{number:04}.xml", *parts)
        done = call(run_of(workdir, files))
        assert done.code == 0, done.err
    reading = {name: words for name, words in commands(workdir, files).items() if name != "run"}
    right = {name: _told(name, call(words), workdir) for name, words in reading.items()}
    return Base(workdir, files, sums(workdir), right)


def _told(name: str, answer: Answer, workdir: Path) -> str:
    """What a command said, without the name of the folder."""
    assert answer.code == 0, answer.err
    said = (workdir / "report.html").read_text("utf-8") if name == "report" else answer.out
    return said.replace(str(workdir), "")


def meet(base: Base, folder: Path, kind: str, damage: str, command: str, chance: random.Random) -> str:
    """Damage a file of a copy of a work directory, call a command, and return "right" or what is refused.

    Raises AssertionError for every other outcome.
    """
    workdir = folder / "w"
    shutil.copytree(base.workdir, workdir, symlinks=True)
    path = chance.choice(sorted(workdir.glob(KINDS[kind])))
    damaged = DAMAGES[damage](path.read_bytes(), chance)
    path.unlink() if damaged is None else path.write_bytes(damaged)
    before = _listing(workdir)
    answer = call(commands(workdir, base.files)[command])
    said = f"{path.relative_to(workdir)}: {answer}"
    if answer.code:
        _assert_refused(answer, workdir, said)
        assert _listing(workdir) - {path} >= before - {path}, f"files are gone: {said}"
        return answer.err
    if command == "run":
        assert sums(workdir) == base.sums, said
        rows = load("ledger", workdir)
        assert len(rows) >= 2, said
    else:
        told = _told(command, answer, workdir)
        # A page of the latest snapshot stays, where one before it is damaged, and says so.
        words = f"earlier snapshot cannot be compared with: {path.parent.relative_to(workdir)}"
        named = command == "report" and words in told
        assert told == base.right[command] or named, said
    return "right"


def _listing(workdir: Path) -> set[Path]:
    """All files but those of a run that is over."""
    return {path for path in workdir.rglob("*") if path.is_file() and path.name != "report.html"}


def _assert_refused(answer: Answer, workdir: Path, said: str) -> None:
    lines = [line for line in answer.err.splitlines() if line.startswith("comention: ")]
    assert answer.code in {2, 3, 4}, said
    assert (len(lines), answer.out) == (1, ""), said
    assert "unexpected" not in answer.err, said
    assert "Traceback" not in answer.err, said
    assert str(workdir) in lines[0], said
