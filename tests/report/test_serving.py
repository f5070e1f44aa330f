"""The report on a local server: this machine alone, one folder alone, and a clean end."""

from __future__ import annotations

import http.client
import re
import signal
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
    before = {path.name for path in Path("/tmp").glob("comention-*")}  # noqa: S108 - looked at, not used
    with subprocess.Popen(
        [*command, str(tmp_path / "w")], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        url = process.stdout.readline().strip()
        assert re.fullmatch(r"http://127\.0\.0\.1:\d+/", url)
        assert "psoriasis" in httpx.get(url).text
        process.send_signal(how)
        _, told = process.communicate(timeout=HANG)
    assert process.returncode == 0
    assert "Traceback" not in told
    assert {path.name for path in Path("/tmp").glob("comention-*")} <= before  # noqa: S108
