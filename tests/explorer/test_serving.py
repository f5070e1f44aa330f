"""The server as a command: where it listens, what it refuses, and how it ends."""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import httpx
import pytest
from starlette.testclient import TestClient

from comention.errors import UsageError
from comention.explorer import serving as servers
from comention.explorer.application import application
from comention.explorer.library import Library
from comention.explorer.serving import serving
from comention.snapshots.publish import Keep
from comention.snapshots.snapshot import Snapshot, latest
from comention.snapshots.tables import Bounds, Held, Row, TooLongError, rows
from tests.explorer.reading import page, text
from tests.report.snapshots import TEXTS, Text, make
from tests.support.clients import HANG

pytestmark = pytest.mark.slow


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_explore_answers_until_it_is_interrupted(tmp_path: Path, how: signal.Signals) -> None:
    make(tmp_path / "w", (Text(1, "IL-12 in psoriasis."),))
    own = tmp_path / "tmp"  # where no other process leaves anything
    own.mkdir()
    with subprocess.Popen(
        [sys.executable, "-m", "comention.cli", "explore", "--no-browser", "--workdir", str(tmp_path / "w")],
        env=os.environ | {"TMPDIR": str(own)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout is not None
        url = process.stdout.readline().strip()
        assert re.fullmatch(r"http://127\.0\.0\.1:\d+/", url)
        assert "psoriasis" in httpx.get(url, timeout=HANG).text
        assert list(own.glob("comention-*"))
        process.send_signal(how)
        out, told = process.communicate(timeout=HANG)
    assert (process.returncode, out) == (0, "")
    assert told.strip() == "Ctrl-C ends it"
    assert not list(own.glob("comention-*"))


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("--host", "0.0.0.0"), "add --open-to-others if they may"),  # noqa: S104 - what is refused
        (("--host", "example.org"), "give an address of this machine"),
        (("--focus", "nothing of that name"), "mentions nothing named"),
        (("--workdir", "nowhere"), "nowhere holds no snapshot"),
    ],
)
def test_what_cannot_be_is_one_line(tmp_path: Path, words: tuple[str, ...], told: str) -> None:
    make(tmp_path / "w", (Text(1, "IL-12 in psoriasis."),))
    done = subprocess.run(
        [sys.executable, "-m", "comention.cli", "explore", "--no-browser", "--workdir", "w", *words],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout) == (2, "")
    assert len(done.stderr.splitlines()) == 1
    assert told in done.stderr


def test_a_port_that_is_taken_is_one_error(snapshot: Snapshot) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with (
            pytest.raises(UsageError, match=rf"port {port} of 127\.0\.0\.1 cannot be had .*: name another"),
            serving(snapshot, port=port),
        ):
            pass


def test_it_listens_to_this_machine_alone(snapshot: Snapshot) -> None:
    with serving(snapshot) as server:
        port = int(server.url.rstrip("/").rpartition(":")[2])
        own = [entry[4][0] for entry in socket.getaddrinfo(socket.gethostname(), None, socket.AF_INET)]
        for address in {str(one) for one in own} - {"127.0.0.1"}:
            if address.startswith("127."):
                continue
            with pytest.raises(OSError, match=r"refused|timed out|unreachable"):
                socket.create_connection((address, port), timeout=5).close()
    with pytest.raises(httpx.ConnectError):
        httpx.get(server.url)


def test_others_are_let_in_only_where_that_is_asked_for(snapshot: Snapshot) -> None:
    with serving(snapshot, host="0.0.0.0", open_to_others=True) as server:  # noqa: S104 - asked for
        url = server.url.replace("0.0.0.0", "127.0.0.1")  # noqa: S104
        assert httpx.get(url, headers={"Host": "evil.example"}).status_code == 403
        assert httpx.get(url, headers={"Host": f"{socket.gethostname()}:1"}).status_code == 200


def test_a_newer_snapshot_is_told_and_answers_stay_as_they_were(tmp_path: Path) -> None:
    first = make(tmp_path, TEXTS, keep=Keep(5))
    with serving(first) as server, httpx.Client(base_url=server.url, timeout=60) as client:
        before = page(client, "/")
        make(tmp_path, TEXTS[:3], run_id="20260202T030405Z-0000", keep=Keep(5))
        after = page(client, "/")
        assert "20260202T030405Z-0000 was published since" in text(after, "//p[contains(@class,'newer')]")
        assert text(after) == text(before)
        assert first.run_id in text(after, "//footer")


def test_a_snapshot_that_is_removed_is_told(tmp_path: Path) -> None:
    held = make(tmp_path, TEXTS)
    with serving(held) as server, httpx.Client(base_url=server.url, timeout=60) as client:
        page(client, "/search?q=psoriasis")  # which waits for the copies of what listings read
        shutil.rmtree(held.path)
        assert "of 6 articles" in text(page(client, "/articles"))
        told = text(page(client, "/concept/COMENTION:IL-12", 500))
        assert "removed" in told or "cannot be read" in told


def test_an_answer_that_takes_too_long_ends(snapshot: Snapshot, monkeypatch: pytest.MonkeyPatch) -> None:
    from comention.explorer import searching

    monkeypatch.setattr(
        searching, "_STRONGEST", "SELECT count(*) FROM range(100000000000) a, range($least * $top) b"
    )
    with serving(snapshot, bounds=Bounds(seconds=0.5)) as server:
        began = time.monotonic()
        answer = httpx.get(server.url, timeout=60)
        assert answer.status_code == 503
        assert "takes too long" in answer.text
        assert time.monotonic() - began < 30


def test_a_server_that_is_ended_ends_what_it_does(
    snapshot: Snapshot, monkeypatch: pytest.MonkeyPatch
) -> None:
    from comention.explorer import searching

    endless = "SELECT count(*) FROM range(100000000000) a, range($least * $top) b"
    began = threading.Event()

    def told(connection: duckdb.DuckDBPyConnection, sql: str, values: dict[str, Any]) -> list[Row]:
        if sql == endless:
            began.set()
        return rows(connection, sql, values)

    monkeypatch.setattr(searching, "_STRONGEST", endless)
    monkeypatch.setattr(searching, "rows", told)
    asked: list[int] = []
    with serving(snapshot, bounds=Bounds(seconds=600)) as server:
        thread = threading.Thread(target=lambda: asked.append(httpx.get(server.url, timeout=60).status_code))
        thread.start()
        assert began.wait(HANG)
    thread.join(HANG)
    assert asked == [503]


def test_the_page_that_says_what_failed_asks_nothing(
    snapshot: Snapshot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    @contextlib.contextmanager
    def over(*_: object) -> Iterator[None]:
        raise TooLongError("the answer takes too long or too much memory")
        yield

    library = Library(snapshot, tmp_path, None, Bounds())
    monkeypatch.setattr(Held, "asking", over)
    try:
        client = TestClient(application(library), base_url="http://127.0.0.1")
        for path in ("/", "/search?q=psoriasis", "/pairs", "/concept/COMENTION:IL-12", "/pair?a=IL-12&b=TNF"):
            answer = client.get(path)
            assert (answer.status_code, "takes too long" in answer.text) == (503, True), path
            assert "Snapshot" in answer.text
    finally:
        library.close()


def test_many_questions_at_once_are_all_answered(client: httpx.Client) -> None:
    answers: list[int] = []

    def ask(path: str) -> None:
        answers.append(client.get(path).status_code)

    paths = ["/search?q=psoriasis", "/pairs?with=IL-12", "/concept/COMENTION:IL-12?from=2010", "/claims"] * 4
    threads = [threading.Thread(target=ask, args=(path,)) for path in paths]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert answers == [200] * len(paths)


def test_the_address_of_the_latest_is_what_is_served(snapshot: Snapshot) -> None:
    assert latest(snapshot.workdir).run_id == snapshot.run_id
    assert servers.HOST == "127.0.0.1"
