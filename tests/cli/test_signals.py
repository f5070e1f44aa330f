"""What is left when a signal ends the command: no process, no lock, nothing half written, one line."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pytest

from comention.files.atomic import PART
from comention.files.lock import locked
from tests.support.clients import HANG, wait_until
from tests.support.corpus import document
from tests.support.processes import Family, family
from tests.support.runs import sums, text

pytestmark = pytest.mark.slow

#: Seconds after the end of the main process within which the others have ended.
_GONE = 10

_ARTICLES = 2400
_LINES = {
    signal.SIGINT: "interrupted",
    signal.SIGTERM: "terminated",
    signal.SIGHUP: "the terminal was closed",
}


class Kill(NamedTuple):
    """How a run is ended, and whether the whole group gets the signal, as from a terminal."""

    number: signal.Signals
    group: bool

    def send(self, pid: int) -> None:
        (os.killpg if self.group else os.kill)(pid, self.number)


KILLS = [
    Kill(signal.SIGKILL, group=False),
    Kill(signal.SIGTERM, group=False),
    Kill(signal.SIGINT, group=True),
    Kill(signal.SIGHUP, group=True),
]


def written(file: Path, rest: int) -> Path:
    """Write articles, with so many sentences that name nothing."""
    words = "IL-12 in psoriasis and TNF in asthma with methotrexate. " * 5
    words += "The patients came twice in that year, and went home soon. " * rest
    file.write_bytes(document(*(text(i, words) for i in range(1, _ARTICLES + 1))))
    return file


@pytest.fixture(scope="module")
def articles(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Enough for a pool to read them, and one to annotate them."""
    return written(tmp_path_factory.mktemp("articles") / "articles.xml", rest=70)


@pytest.fixture(scope="module")
def short(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """As many that are soon read: enough for a pool to annotate them."""
    return written(tmp_path_factory.mktemp("short") / "articles.xml", rest=0)


def command(articles: Path, workdir: Path) -> list[str]:
    words = [
        sys.executable,
        "-m",
        "comention.cli",
        "run",
        "--input",
        str(articles),
        "--workdir",
        str(workdir),
    ]
    settings = ("topic.match=all", "run.shard_size=200", "run.processes=2", "annotate.annotator=fast")
    return [*words, *(word for setting in settings for word in ("--set", setting))]


def reading(run: Family, _workdir: Path) -> bool:
    return len(run.workers()) == 2


def annotating(run: Family, workdir: Path) -> bool:
    return bool(list(workdir.glob("store/annotations/*/[!.]*.mentions.parquet"))) and bool(run.workers())


def gone(run: Family) -> float:
    """Wait until no process is left, and return how many seconds it took."""
    began = time.monotonic()
    wait_until(lambda: not run.alive(), HANG)
    return time.monotonic() - began


def check_end(run: Family, kill: Kill, workdir: Path) -> float:
    """Check what the run leaves, and return the seconds until its last process was gone."""
    run.process.wait(HANG)
    seconds = gone(run)
    out, err = run.process.communicate(timeout=HANG)  # a process that is left would hold them open
    assert out == b""
    if kill.number == signal.SIGKILL:
        assert run.process.returncode == -signal.SIGKILL
    else:
        line = f"comention: {_LINES[kill.number]}; run the same command again to go on\n"
        assert (run.process.returncode, err.decode()) == (128 + kill.number, line)
        assert not list(workdir.rglob(f".*{PART}"))
        assert not list(workdir.glob("snapshots/.*"))
    with locked(workdir):
        pass
    return seconds


@pytest.mark.slow
@pytest.mark.parametrize(("moment", "corpus"), [(reading, "articles"), (annotating, "short")])
@pytest.mark.parametrize("kill", KILLS, ids=lambda kill: kill.number.name)
def test_no_process_outlives_a_run(
    request: pytest.FixtureRequest,
    tmp_path: Path,
    kill: Kill,
    moment: Callable[[Family, Path], bool],
    corpus: str,
) -> None:
    with family(command(request.getfixturevalue(corpus), tmp_path)) as run:
        wait_until(lambda: moment(run, tmp_path) or run.process.poll() is not None, HANG)
        assert run.process.poll() is None
        kill.send(run.process.pid)
        assert check_end(run, kill, tmp_path) < _GONE


@pytest.mark.slow
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP, signal.SIGINT])
def test_a_file_that_is_being_written_is_not_left(tmp_path: Path, number: signal.Signals) -> None:
    out = tmp_path / "out" / "mentions.jsonl"
    words = [sys.executable, "-m", "comention.cli", "annotate", "-", "-o", str(out), "--annotator", "fast"]
    with family(words, stdin=subprocess.PIPE) as run:
        assert run.process.stdin is not None
        run.process.stdin.write(b"IL-12 in psoriasis.\n")
        run.process.stdin.flush()
        wait_until(lambda: out.parent.exists() and bool(list(out.parent.iterdir())))
        run.process.send_signal(number)
        check_end(run, Kill(number, group=False), tmp_path)
        assert not list(out.parent.iterdir())


def masks(pid: int) -> dict[str, int]:
    """The sets of signals in /proc, as bits: SigCgt those that are handled, SigIgn those that are ignored."""
    rows = (line.split() for line in Path(f"/proc/{pid}/status").read_text("ascii").splitlines())
    return {
        row[0].rstrip(":"): int(row[1], 16) for row in rows if row[0].startswith("Sig") and "/" not in row[1]
    }


@pytest.mark.slow
def test_a_signal_that_is_ignored_stays_ignored(tmp_path: Path) -> None:
    """`nohup` leaves SIGHUP so."""
    words = [sys.executable, "-m", "comention.cli", "annotate", "-", "--annotator", "fast"]
    with family(["nohup", *words], stdin=subprocess.PIPE, cwd=tmp_path) as run:
        term, hup = (1 << (number - 1) for number in (signal.SIGTERM, signal.SIGHUP))
        wait_until(lambda: bool(masks(run.process.pid)["SigCgt"] & term))
        assert masks(run.process.pid)["SigIgn"] & hup
        run.process.send_signal(signal.SIGHUP)
        out, _ = run.process.communicate(b"IL-12 in psoriasis.\n", timeout=HANG)
        assert run.process.returncode == 0
        assert b"psoriasis" in out


def test_compiled_code_that_does_not_return_is_left(tmp_path: Path) -> None:
    """As long as the call is inside, no handler of Python is called."""
    code = (
        "from hashlib import pbkdf2_hmac\nfrom comention.cli import signals\n"
        "with signals.listening(0.2):\n print('here', flush=True)\n"
        " pbkdf2_hmac('sha256', b'', b'', 2**31 - 1)"
    )
    with family([sys.executable, "-c", code], cwd=tmp_path) as run:
        assert run.process.stdout is not None
        assert run.process.stdout.readline() == b"here\n"
        # It has begun to compute: a signal before that finds Python at work.
        began = ticks(run.process.pid)
        wait_until(lambda: ticks(run.process.pid) >= began + 20)
        run.process.terminate()
        check_end(run, Kill(signal.SIGTERM, group=False), tmp_path)


def ticks(process: int) -> int:
    """Return the processor time that a process has taken, in clock ticks (proc(5): utime)."""
    return int(Path(f"/proc/{process}/stat").read_text("ascii").rpartition(")")[2].split()[11])


@pytest.mark.soak
def test_forty_kills_at_any_moment_leave_no_process(articles: Path, tmp_path: Path) -> None:
    chance = random.Random(18)
    slowest, killed = 0.0, 0
    for turn in range(48):
        kill, workdir = KILLS[turn % len(KILLS)], tmp_path / f"{turn % 3}"
        with family(command(articles, workdir)) as run:
            if turn % 6 or kill.number == signal.SIGINT:  # else at its start, where Python answers to Ctrl-C
                wait_until(lambda: bool(run.workers()) or run.process.poll() is not None)
            try:
                run.process.wait(chance.uniform(0, 6))
            except subprocess.TimeoutExpired:
                kill.send(run.process.pid)
                killed += 1
            run.process.wait(HANG)
            slowest = max(slowest, gone(run))
            _, err = run.process.communicate(timeout=HANG)
            assert kill.number == signal.SIGKILL or b"Traceback" not in err, err.decode()
        print(f"{killed} kills, the last process was gone after {slowest:.2f} s at most", flush=True)  # noqa: T201
    assert killed >= 40
    assert slowest < _GONE
    for name in ("0", "1", "2", "whole"):
        subprocess.run(command(articles, tmp_path / name), check=True, capture_output=True)
        assert sums(tmp_path / name) == sums(tmp_path / "0")
