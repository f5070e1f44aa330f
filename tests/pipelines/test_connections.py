"""Nothing calls out: with the settings as shipped, a flow asks its own server and the configured host."""

from __future__ import annotations

import ast
import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.corpus import Corpus, document
from tests.support.eutils import StandIn
from tests.support.prefect import ROOT, shipped
from tests.support.runs import text

pytestmark = pytest.mark.slow

# Runs in every Python process of the flow, since it is what `site` imports: whoever connects, or asks for
# the address of a name, is on file.
_GUARD = """
import os, socket, sys
def watch(event, args):
    if event in ("socket.connect", "socket.getaddrinfo"):
        target = args[1] if event == "socket.connect" else args[:2]
        if isinstance(target, (str, bytes)):
            return  # a socket of this machine
        with open(os.environ["GUARD_LOG"], "a") as log:
            log.write(repr((event, str(target[0]), target[1])) + "\\n")
sys.addaudithook(watch)
"""


def connections(folder: Path, code: str, *words: str, **environment: str) -> set[tuple[str, str, int]]:
    (folder / "guard").mkdir()
    (folder / "guard" / "sitecustomize.py").write_text(_GUARD, "utf-8")
    (folder / "log").touch()
    given = shipped(
        PREFECT_HOME=str(folder / "home"),
        PREFECT_SERVER_EPHEMERAL_STARTUP_TIMEOUT_SECONDS="120",
        GUARD_LOG=str(folder / "log"),
        **environment,
    )
    given["PYTHONPATH"] = f"{folder / 'guard'}:{ROOT / 'pipelines'}:{given.get('PYTHONPATH', '')}"
    done = subprocess.run(
        [sys.executable, "-c", code, *words], env=given, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr[-3000:]
    return {tuple(ast.literal_eval(line)) for line in (folder / "log").read_text("utf-8").splitlines()}


def test_a_flow_connects_to_its_server_and_to_the_configured_host_alone(tmp_path: Path, sample: str) -> None:
    code = "import json, sys, refresh; refresh.refresh(sys.argv[1], json.loads(sys.argv[2]))"
    with StandIn(Corpus(document(*map(text, range(1, 30)))), quota=None) as server:
        overrides = {"source.kind": "pubmed", "workdir": str(tmp_path / "w"), "topic.query": "IL-12"}
        overrides |= {"pubmed.base_url": server.url, "pubmed.email": "you@example.org"}
        found = connections(tmp_path, code, sample, json.dumps(overrides))
        assert server.requests("efetch")
    hosts = {host for _, host, _ in found}
    assert hosts <= {"127.0.0.1", "::1", "localhost", "None"}, found
    port = int(server.url.split(":")[2].split("/")[0])
    assert ("socket.connect", "127.0.0.1", port) in found


def test_the_guard_sees_what_calls_out(tmp_path: Path) -> None:
    code = "import socket\ntry: socket.create_connection(('192.0.2.1', 9), 0.1)\nexcept OSError: pass"
    assert ("socket.connect", "192.0.2.1", 9) in connections(tmp_path, code)
