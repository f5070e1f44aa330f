"""The report on a local server: this machine alone, one folder alone, and a clean end."""

from __future__ import annotations

import http.client
import os
import re
import signal
import socket
import struct
import subprocess
import sys
from pathlib import Path

import httpx
import pytest

from comention.errors import UsageError
from comention.report.serving import serving
from tests.report.snapshots import Text, make
from tests.support.clients import HANG


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    root = tmp_path / "root"
    (root / "data").mkdir(parents=True)
    (root / "index.html").write_text("the page")
    (root / "data" / "pairs.csv").write_text("a,b\n")
    (tmp_path / "secret").write_text("secret")
    (root / "link").symlink_to(tmp_path / "secret")
    return root


def status(url: str, path: str, host: str | None = None) -> int:
    connection = http.client.HTTPConnection(url.split("/")[2], timeout=10)
    connection.request("GET", path, headers={"Host": host} if host else {})
    found = connection.getresponse().status
    connection.close()
    return found


def test_it_serves_the_folder_and_nothing_else(folder: Path) -> None:
    with serving(folder) as server:
        assert server.url.startswith("http://127.0.0.1:")
        answer = httpx.get(server.url)
        assert (answer.text, answer.headers["Cache-Control"]) == ("the page", "no-store")
        assert status(server.url, "/data/pairs.csv") == 200
        for path in ("/data/", "/link", "/../secret", "/%2e%2e/secret", "//etc/hostname", "/absent"):
            assert status(server.url, path) == 404, path
        assert status(server.url, "/", "evil.example:80") == 403
        assert status(server.url, "/", "localhost:1") == 200
        port = int(server.url.rstrip("/").rpartition(":")[2])
        with (
            pytest.raises(UsageError, match=f"port {port} cannot be had .*: name another --port"),
            serving(folder, port),
        ):
            pass
    with pytest.raises(httpx.ConnectError):
        httpx.get(server.url)


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_explore_shows_the_report_until_it_is_interrupted(tmp_path: Path, how: signal.Signals) -> None:
    make(tmp_path / "w", (Text(1, "IL-12 in psoriasis."),))
    command = [sys.executable, "-m", "comention.cli", "explore", "--no-browser", "--workdir"]
    own = tmp_path / "tmp"  # where no other process leaves anything
    own.mkdir()
    with subprocess.Popen(
        [*command, str(tmp_path / "w")],
        env=os.environ | {"TMPDIR": str(own)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout is not None
        url = process.stdout.readline().strip()
        assert re.fullmatch(r"http://127\.0\.0\.1:\d+/", url)
        assert "psoriasis" in httpx.get(url).text
        assert list(own.glob("comention-*"))
        process.send_signal(how)
        _, told = process.communicate(timeout=HANG)
    assert process.returncode == 0
    assert "Traceback" not in told
    assert not list(own.glob("comention-*"))


def raw(url: str, request: bytes) -> bytes:
    """The status line that a request gets, whatever it looks like."""
    host, port = url.split("/")[2].split(":")
    with socket.create_connection((host, int(port)), timeout=20) as connection:
        connection.sendall(request)
        return connection.makefile("rb").readline()


def get(path: bytes, method: bytes = b"GET") -> bytes:
    return method + b" " + path + b" HTTP/1.1\r\nHost: 127.0.0.1:1\r\nConnection: close\r\n\r\n"


@pytest.mark.parametrize("method", [b"GET", b"HEAD"])
@pytest.mark.parametrize(
    ("path", "code"),
    [
        (b"/%00", 400),
        (b"/index.html%00.csv", 400),
        (b"http://evil.example/", 400),
        (b"*", 400),
        (b"/..%2f..%2fsecret", 404),
        (b"/data/..%2f../../secret", 404),
        (b"/%2e%2e%2fsecret", 404),
        (b"/..\\secret", 404),
        (b"//secret", 404),
        (b"//[", 404),
        (b"/%ff%fe", 404),
        (b"/" + b"x" * 5000, 404),
        (b"/" + b"x" * 70_000, 414),
        (b"/link", 404),
        (b"/far/secret", 404),
        (b"/loop", 404),
        (b"/fifo", 404),
        (b"/linked/", 404),
        (b"/data", 404),
        (b"/index.html/", 404),
        (b"/near", 200),
        (b"/?a=%00", 200),
        (b"/#x", 200),
    ],
)
def test_odd_requests_have_an_answer(
    folder: Path, method: bytes, path: bytes, code: int, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / "far").symlink_to(folder.parent)
    (folder / "loop").symlink_to("loop")
    (folder / "near").symlink_to("index.html")
    (folder / "linked").mkdir()
    (folder / "linked" / "index.html").symlink_to(folder.parent / "secret")
    os.mkfifo(folder / "fifo")
    with serving(folder) as server:
        assert raw(server.url, get(path, method)).split()[1] == str(code).encode()
        assert status(server.url, "/") == 200
    assert capsys.readouterr() == ("", "")


@pytest.mark.parametrize(
    "request_", [get(b"/", b"POST"), get(b"/", b"NO-SUCH"), b"\r\n\r\n", b"\xff\n\n", b"GET"]
)
def test_what_is_no_request_ends_without_a_traceback(
    folder: Path, request_: bytes, capsys: pytest.CaptureFixture[str]
) -> None:
    with serving(folder) as server:
        host, port = server.url.split("/")[2].split(":")
        with socket.create_connection((host, int(port)), timeout=20) as connection:
            connection.sendall(request_)
            connection.shutdown(socket.SHUT_WR)
            assert b" 200 " not in connection.makefile("rb").readline()
        assert status(server.url, "/") == 200
    assert capsys.readouterr() == ("", "")


def test_a_visitor_who_leaves_is_no_traceback(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "large").write_bytes(b"x" * (8 << 20))
    with serving(folder) as server:
        host, port = server.url.split("/")[2].split(":")
        for _ in range(3):
            with socket.create_connection((host, int(port)), timeout=20) as connection:
                connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                connection.sendall(get(b"/large"))
                connection.recv(10)
        assert status(server.url, "/large") == 200
    assert capsys.readouterr() == ("", "")
