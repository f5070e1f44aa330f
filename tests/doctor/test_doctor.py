"""What goes wrong on a new machine is found, said, and comes with a way out."""

from __future__ import annotations

import json
import locale
import os
import shutil
import socket
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from email.utils import formatdate
from http.server import BaseHTTPRequestHandler, HTTPServer
from importlib.metadata import PackageNotFoundError
from importlib.util import find_spec
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from comention import cli, doctor
from comention.config import Settings, load_settings
from comention.doctor import Finding, examine, holdings, machine, services
from comention.files.lock import locked
from comention.lexicon.store import open_lexicon
from comention.ner.model import BUNDLED, Model, open_model
from tests.report.snapshots import Text, make


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return load_settings(None, {"workdir": tmp_path / "w"})


def of_pubmed(settings: Settings, **pubmed: Any) -> Settings:
    given = {"workdir": settings.workdir, "source.kind": "pubmed"}
    return load_settings(None, given | {f"pubmed.{name}": value for name, value in pubmed.items()})


def assert_told(finding: Finding, level: str, detail: str, fix: str) -> None:
    assert finding.level == level, finding
    assert detail in finding.detail
    assert fix in finding.fix


def test_on_a_sound_machine_all_is_well(settings: Settings) -> None:
    findings = list(examine(settings, offline=True))
    assert [finding for finding in findings if finding.level != "ok"] == []
    assert len(findings) == len({finding.check for finding in findings}) == 17
    assert all(finding.fix == "" for finding in findings)


def test_an_old_python(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    for found in ((3, 10, 1), (3, 15, 0)):
        monkeypatch.setattr(machine, "sys", SimpleNamespace(version_info=found))
        assert_told(machine.python(settings), "error", ".".join(map(str, found)), "Python 3.11 to 3.14")


def test_libraries_that_are_missing_or_of_another_version(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    def version(name: str) -> str:
        if name == "duckdb":
            raise PackageNotFoundError(name)
        return "0.1" if name == "pandas" else "99"

    monkeypatch.setattr(machine, "requires", lambda _: ["duckdb>=2", "pandas>=3", "x<9; extra == 'train'"])
    monkeypatch.setattr(machine, "version", version)
    found = machine.libraries(settings)
    assert_told(found, "error", "duckdb is missing; pandas 0.1 is not >=3", "requirements.lock")

    # One bound for every Python, one for another Python alone, and a library that this Python has not.
    wanted = ["duckdb>=2", "duckdb<1; python_version < '3'", "scispacy; python_version < '3'"]
    monkeypatch.setattr(machine, "requires", lambda _: wanted)
    monkeypatch.setattr(machine, "version", lambda name: {"duckdb": "2.1"}[name])
    found = machine.libraries(settings)
    assert (found.level, found.detail) == ("ok", 'duckdb 2.1, no scispacy (python_version < "3" only)')

    def absent(name: str) -> list[str]:
        raise PackageNotFoundError(name)

    monkeypatch.setattr(machine, "requires", absent)
    assert_told(machine.libraries(settings), "error", "not installed", "make install")


def test_a_lexicon_that_is_damaged(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.copytree(open_lexicon().directory, tmp_path / "lexicon")
    other = SimpleNamespace(directory=tmp_path / "lexicon", summary=open_lexicon().summary)
    monkeypatch.setattr("comention.lexicon.store.open_lexicon", lambda: other)
    damage(tmp_path / "lexicon" / "rivals.parquet")
    assert_told(holdings.lexicon(settings), "error", "rivals.parquet is damaged", "make lexicon")


def damage(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 255
    path.write_bytes(content)


def test_a_model_that_is_damaged(settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shutil.copytree(BUNDLED, tmp_path / "model")
    damage(tmp_path / "model" / "weights.npz")
    monkeypatch.setattr("comention.ner.model.open_model", lambda: Model(tmp_path / "model"))
    found = {finding.check: finding for finding in examine(settings, offline=True)}
    assert_told(found["model"], "error", "weights.npz is damaged", "reinstall comention, or train it again")


def test_an_annotator_that_is_not_installed(settings: Settings) -> None:
    given = {"workdir": settings.workdir, "annotate.annotator": "scispacy:en_no_such_model"}
    found = {f.check: f for f in examine(load_settings(None, given), offline=True)}
    detail = "en_no_such_model is not installed" if find_spec("scispacy") else "needs scispaCy"
    assert_told(found["annotator"], "error", detail, "or use --annotator standard")


def test_an_installation_without_the_sample(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("comention.resources.sample_files", list)
    assert_told(holdings.sample(settings), "error", "no files", "reinstall")


def test_a_work_directory_that_is_in_use_or_a_file(settings: Settings) -> None:
    with locked(settings.workdir):
        found = holdings.work_directory(settings)
    assert_told(found, "error", f"process {os.getpid()}", "wait, or name another --workdir")
    shutil.rmtree(settings.workdir)
    settings.workdir.write_text("")
    checks = {finding.check: finding for finding in examine(settings, offline=True)}
    assert_told(checks["work directory"], "error", "is a file", "choose another --workdir")


def test_files_of_somebody_else(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    store = settings.workdir / "store"
    store.mkdir(parents=True)
    (store / "state.json").write_text("{}")
    for path, mode, word in ((store, os.W_OK, "written"), (store / "state.json", os.R_OK, "read")):
        refused = (path, mode)
        monkeypatch.setattr(
            os, "access", lambda p, m, refused=refused: not (p == refused[0] and m & refused[1])
        )
        assert_told(holdings.permissions(settings), "error", f"{path} cannot be {word}", "chown -R")


def test_no_room_for_temporary_files(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse() -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(tempfile, "TemporaryFile", refuse)
    assert_told(holdings.permissions(settings), "error", "Permission denied", "set TMPDIR")


@pytest.mark.slow
def test_a_snapshot_that_is_not_whole(settings: Settings) -> None:
    again = f"comention run --workdir {settings.workdir}"
    assert_told(holdings.snapshot(settings), "ok", "none yet", "")
    made = make(settings.workdir, [Text(1, "IL-12 in psoriasis.")])
    assert_told(holdings.snapshot(settings), "warning", "another lexicon (beef)", again)
    path = made.path / "pairs.parquet"
    path.write_bytes(path.read_bytes()[:-1])
    assert_told(holdings.snapshot(settings), "error", "pairs.parquet is missing or cut short", again)
    shutil.rmtree(made.path)
    assert_told(holdings.snapshot(settings), "error", "points at nothing", again)


@pytest.mark.parametrize(("free", "level"), [(2 << 30, "ok"), (200 << 20, "warning"), (9 << 20, "error")])
def test_a_disk_that_is_full(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, free: int, level: str
) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda _: SimpleNamespace(free=free))
    assert_told(machine.disk(settings), level, "GiB free", "" if level == "ok" else "another --workdir")


def test_a_locale_that_cannot_say_beta(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patched:
        patched.setattr(locale, "getpreferredencoding", lambda do_setlocale: "ISO-8859-1")
        assert_told(machine.encoding(settings), "warning", "ISO-8859-1", "LC_ALL=C.UTF-8")
    with monkeypatch.context() as patched:
        patched.setenv("LC_ALL", "xx_XX.UTF-8")
        found = machine.encoding(settings)
    assert_told(found, "warning", "xx_XX.UTF-8 is not installed", "LC_ALL=C.UTF-8")


def test_time_zones(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    for good in ("", "Asia/Tokyo", ":Europe/Paris", "CET-1CEST", "/etc/localtime"):
        monkeypatch.setenv("TZ", good)
        assert machine.time_zone(settings).level == "ok", good
    monkeypatch.setenv("TZ", "Europe/Atlantis")
    assert_told(machine.time_zone(settings), "warning", "Europe/Atlantis", "unset it")

    def unknown(zone: str) -> None:
        raise KeyError(zone)

    monkeypatch.setattr(machine, "ZoneInfo", unknown)
    assert_told(machine.time_zone(settings), "warning", "knows no time zones", "install tzdata")


def test_a_clock_that_is_behind(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(time, "time", lambda: 1e9)
    assert_told(machine.clock(settings), "error", "2001-09-09", "NTP")


def test_no_email_address(settings: Settings) -> None:
    assert_told(services.email(settings), "ok", "only --source pubmed needs", "")
    assert_told(services.email(of_pubmed(settings)), "error", "none", "COMENTION_PUBMED__EMAIL")
    given = of_pubmed(settings, email="you@example.org", api_key="secret")
    assert services.email(given).detail == "you@example.org, with an API key"


class _Answers(BaseHTTPRequestHandler):
    status = 200
    date = 0.0

    def do_GET(self) -> None:
        self.send_response_only(self.status)
        self.send_header("Date", formatdate(time.time() + self.date, usegmt=True))
        self.end_headers()

    def log_message(self, *_: Any) -> None:
        pass


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., str]]:
    with HTTPServer(("127.0.0.1", 0), _Answers) as http:
        threading.Thread(target=http.serve_forever, args=(0.05,), daemon=True).start()

        def answering(status: int = 200, date: float = 0.0) -> str:
            monkeypatch.setattr(_Answers, "status", status)
            monkeypatch.setattr(_Answers, "date", date)
            return f"http://127.0.0.1:{http.server_port}/api"

        yield answering
        http.shutdown()


def nobody() -> str:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return f"http://127.0.0.1:{free.getsockname()[1]}/api"


def test_ncbi_out_of_reach(settings: Settings, server: Callable[..., str]) -> None:
    assert_told(services.ncbi(of_pubmed(settings, base_url=server())), "ok", "answers", "")
    broken = services.ncbi(of_pubmed(settings, base_url=server(503)))
    assert_told(broken, "error", "answers 503", "HTTPS_PROXY")
    away = services.ncbi(of_pubmed(settings, base_url=nobody()))
    assert_told(away, "error", "cannot be reached", "--offline")
    offline_source = load_settings(None, {"workdir": settings.workdir, "pubmed.base_url": nobody()})
    assert services.ncbi(offline_source).level == "warning"
    late = services.ncbi(of_pubmed(settings, base_url=server(date=3600)))
    assert_told(late, "warning", "60 minutes behind NCBI's", "set the clock")
    assert "ahead of" in services.ncbi(of_pubmed(settings, base_url=server(date=-3600))).detail


def test_a_search_for_an_address_that_never_ends(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    held = threading.Event()
    monkeypatch.setattr("httpx.get", lambda *_, **__: held.wait(30))
    monkeypatch.setattr(services, "_SECONDS", 0.1)
    began = time.monotonic()
    assert_told(services.ncbi(settings), "warning", "no answer in", "network")
    assert time.monotonic() - began < 5
    held.set()


def test_prefects_server(
    settings: Settings, server: Callable[..., str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.delenv("PREFECT_API_URL", raising=False)
    monkeypatch.delenv("PREFECT_PROFILE", raising=False)
    monkeypatch.setenv("PREFECT_HOME", str(tmp_path))
    assert_told(services.prefect_server(settings), "ok", "none is named", "")
    url = nobody()
    (tmp_path / "profiles.toml").write_text(f'active = "x"\n[profiles.x]\nPREFECT_API_URL = "{url}"\n')
    assert_told(services.prefect_server(settings), "warning", url, "prefect server start")
    monkeypatch.setenv("PREFECT_API_URL", server())
    assert services.prefect_server(settings).level == "ok"
    monkeypatch.setenv("PREFECT_API_URL", server(500))
    assert_told(services.prefect_server(settings), "warning", "answers 500", "PREFECT_API_URL")
    monkeypatch.setenv("PREFECT_API_URL", nobody().replace("//", "//user:secret@"))
    assert "secret" not in str(services.prefect_server(settings))
    monkeypatch.setenv("PREFECT_API_URL", "no address")
    assert services.prefect_server(settings).level == "warning"


def test_offline_no_service_is_asked(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise AssertionError

    monkeypatch.setattr(services, "_asked", fail)
    found = {finding.check: finding for finding in examine(settings, offline=True)}
    assert found["NCBI"].detail == found["Prefect server"].detail == "not asked (--offline)"


def test_a_check_that_breaks_is_a_finding_and_no_stack_trace(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def fail(_: Settings) -> Finding:
        raise RuntimeError("two\nlines")

    monkeypatch.setattr(doctor, "_LOCAL", (("python", fail),))
    monkeypatch.setattr("sys.argv", ["comention", "doctor", "--offline", "--workdir", str(settings.workdir)])
    with pytest.raises(SystemExit) as ended:
        cli.main()
    out, err = capsys.readouterr()
    assert ended.value.code == 3
    assert "python\terror\tunexpected RuntimeError: two lines\treinstall comention" in out
    assert err == ""


@pytest.mark.parametrize(("source", "code"), [("sample", 0), ("pubmed", 3)])
def test_only_errors_end_with_code_3(
    settings: Settings,
    source: str,
    code: int,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("TZ", "Europe/Atlantis")
    monkeypatch.setenv("COMENTION_SOURCE__KIND", source)
    monkeypatch.delenv("COMENTION_PUBMED__EMAIL", raising=False)
    words = ["doctor", "--offline", "--json", "--workdir", str(settings.workdir)]
    monkeypatch.setattr(sys, "argv", ["comention", *words])
    with pytest.raises(SystemExit) as ended:
        cli.main()
    found = json.loads(capsys.readouterr().out)
    assert int(ended.value.code or 0) == code
    assert {f["check"]: f["level"] for f in found if f["level"] != "ok"} == (
        {"time zone": "warning"} | ({"email": "error"} if code else {})
    )
    assert all(bool(f["fix"]) == (f["level"] != "ok") for f in found)


def test_a_model_of_another_lexicon(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(open_model().about, "lexicon", "beef")
    assert_told(
        holdings.model(settings), "warning", "trained with the lexicon beef", "comention train --gold"
    )
