from __future__ import annotations

import hashlib
import logging
import os
import random
import socket
import ssl
import subprocess
import sys
import threading
import time
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from errno import ENOSPC
from pathlib import Path
from typing import Any

import pytest

from comention.errors import (
    ConfigError,
    ContractError,
    StorageError,
    TransientError,
    UsageError,
)
from comention.pubmed.downloads import Remote, downloaded, is_url, list_remote
from comention.pubmed.pacing import Backoff
from comention.snapshots import publish
from tests.support.clients import HANG, TRIES, Virtual, fast, wait_until
from tests.support.corpus import Corpus
from tests.support.eutils import StandIn
from tests.support.faults import ENDLESS, SLOW

SIZE = 200_000
NAME = "pubmed26n0001.xml.gz"
SECOND = "pubmed26n0002.xml.gz"
THIRD = "pubmed26n0003.xml.gz"
TRUST = ssl.create_default_context()
QUICK: dict[str, Any] = {
    "clock": fast(1000),
    "backoff": Backoff(tries=TRIES, random=lambda: 0.5),
    "timeout": 5,
}


def content(name: str) -> bytes:
    return random.Random(name).randbytes(SIZE)


def md5(data: bytes) -> str:
    return hashlib.md5(data, usedforsecurity=False).hexdigest()


def part_of(folder: Path, name: str = NAME) -> Path:
    """Where the bytes of a file come in."""
    return folder / f"{name}.{md5(content(name))}.part"


@pytest.fixture(autouse=True)
def trust(monkeypatch: pytest.MonkeyPatch) -> None:
    """Reads the certificates of this machine once for all tests, which takes longer than most of them."""
    monkeypatch.setattr(ssl, "create_default_context", lambda: TRUST)


@pytest.fixture
def nlm(tmp_path: Path) -> Path:
    """The folder that the server shows."""
    folder = tmp_path / "nlm"
    folder.mkdir()
    for name in (NAME, SECOND, THIRD):
        (folder / name).write_bytes(content(name))
    return folder


@pytest.fixture
def server(nlm: Path) -> Iterator[StandIn]:
    with StandIn(Corpus(), files=nlm) as running:
        yield running


@pytest.fixture
def here(tmp_path: Path) -> Path:
    return tmp_path / "work" / "downloads"


def root(server: StandIn) -> str:
    return server.url.removesuffix("entrez/eutils/")


def remote(server: StandIn, name: str = NAME) -> Remote:
    return Remote(name, root(server) + name)


def fault(kind: str, path: str = NAME, **more: Any) -> dict[str, Any]:
    return {"kind": kind, "match": {"path": f"/{path}"}, **more}


def get(server: StandIn, here: Path, *names: str, **options: Any) -> list[Path]:
    return list(downloaded([remote(server, n) for n in names or [NAME]], here, **QUICK | options))


def asked(server: StandIn, path: str = NAME) -> list[tuple[int, str | None]]:
    """Status and Range of each request for a file."""
    return [(e["status"], e.get("Range")) for e in server.requests() if e["endpoint"] == f"/{path}"]


def leave(paths: Iterator[Path]) -> list[threading.Thread]:
    """Leave the files that are still to come; return the threads that go on all the same."""
    assert isinstance(paths, Generator)
    paths.close()
    return threads()


def threads() -> list[threading.Thread]:
    return [thread for thread in threading.enumerate() if thread.name.startswith("download")]


def paces() -> list[threading.Thread]:
    return [thread for thread in threading.enumerate() if thread.name == "pace"]


# ------------------------------------------------------------------------------------------ what there is


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("https://ftp.ncbi.nlm.nih.gov/pubmed/", True),
        ("HTTP://host/x", True),
        ("httpd/files", False),
        ("ftp://host/", False),
        ("-", False),
    ],
)
def test_an_input_is_an_address_or_a_name(text: str, expected: bool) -> None:
    assert is_url(text) is expected


def test_a_folder_lists_its_bulk_files_by_year_and_number(server: StandIn, nlm: Path) -> None:
    others = ["pubmed25n1600.xml.gz", "pubmed26n9999.xml.gz", "pubmed26n10000.xml.gz"]
    for name in (*others, "README.txt", "pubmed26n0001_stats.html"):
        (nlm / name).write_bytes(b"x")
    names = [others[0], NAME, SECOND, THIRD, *others[1:]]
    assert list_remote(root(server), **QUICK) == [Remote(name, root(server) + name) for name in names]


@pytest.mark.parametrize("slash", ["", "/"])
def test_baseline_and_updates_are_one_list(server: StandIn, nlm: Path, slash: str) -> None:
    for folder, name in (("updatefiles", THIRD), ("baseline", SECOND), ("manuals", NAME)):
        (nlm / "pubmed" / folder).mkdir(parents=True)
        (nlm / "pubmed" / folder / name).write_bytes(b"x")
    url = root(server) + "pubmed"
    both = [Remote(SECOND, f"{url}/baseline/{SECOND}"), Remote(THIRD, f"{url}/updatefiles/{THIRD}")]
    assert list_remote(url + slash, **QUICK) == both
    assert list_remote(f"{url}/baseline{slash}", **QUICK) == both[:1]


@pytest.mark.parametrize(
    ("anchor", "path"),
    [
        ('<a href="{name}">', "/pubmed/list/{name}"),
        ("<A class=x HREF='./{name}#top'>", "/pubmed/list/{name}"),
        ('<a href="../other/{name}">', "/pubmed/other/{name}"),
        ('<a href="/pubmed/{name}">', "/pubmed/{name}"),
        ('<a href="//{host}/{name}">', "/{name}"),
        ('<a href="http://{host}/a%20b&amp;c/{name}">', "/a%20b&c/{name}"),
        ('<a href="HTTP://{host}/pubmed%32%36n0001.xml.gz">', "/pubmed%32%36n0001.xml.gz"),
        ('<a href="{name}">x</a><a href="/later/{name}">', "/pubmed/list/{name}"),
        ('<a href="?C=N;O=D">', None),
        ('<a href="{name}?C=N;O=D">', None),
        ('<a href="http://elsewhere.example/{name}">', None),
        ('<a href="ftp://{host}/{name}">', None),
        ('<a href="http://[{name}">', None),
        ('<a href="x-{name}">', None),
        ('<a name="{name}">', None),
        ('<link href="{name}">', None),
        ("<a>{name}", None),
    ],
)
def test_links_of_a_page(server: StandIn, anchor: str, path: str | None) -> None:
    host = root(server).removeprefix("http://").rstrip("/")
    page = anchor.format(name=NAME, host=host)
    body = f'<html><a href="?C=N;O=D">Name</a><a href="/">Up</a><a href="{THIRD}">{page}</a>'
    server.faults.append({"kind": "page", "body": body})
    first, *rest = list_remote(f"{root(server)}pubmed/list/", **QUICK)
    if path is not None:
        assert first == (NAME, f"http://{host}{path.format(name=NAME)}")
        (first,) = rest
    assert first.name == THIRD


def test_the_spelling_of_the_host_does_not_matter(server: StandIn) -> None:
    url = root(server).replace("127.0.0.1", "LocalHost")
    server.faults.append({"kind": "page", "body": f'<a href="{url}{NAME}">'})
    assert list_remote(url, **QUICK) == [Remote(NAME, f"{url.lower()}{NAME}")]


def test_only_folders_below_the_page_are_followed(server: StandIn) -> None:
    body = f'<a href="../updatefiles/">x</a><a href="/pubmed/baseline/">x</a><a href="{NAME}">x</a>'
    server.faults.append({"kind": "page", "body": body})
    assert [r.name for r in list_remote(f"{root(server)}pubmed/baseline/", **QUICK)] == [NAME]
    assert len(server.requests()) == 1


def test_the_address_of_a_file_is_that_file(server: StandIn) -> None:
    assert list_remote(f"  {root(server)}a/{NAME}#x ", **QUICK) == [Remote(NAME, f"{root(server)}a/{NAME}")]
    assert not server.requests()


@pytest.mark.parametrize(
    ("url", "message"),
    [
        ("https://host/mine.xml.gz", "no bulk file .*--source files"),
        ("ftp://host/", "write it as https://host/folder/"),
        ("https:///pubmed/", "write it as"),
        ("https://host:x/", "write it as"),
        ("https://[host/", "write it as"),
        ("https://ho st/", "write it as"),
        ("https://me:hush@host/", "at host has a user name: leave it out"),
    ],
)
def test_an_address_that_is_of_no_use(url: str, message: str) -> None:
    with pytest.raises(UsageError, match=message) as caught:
        list_remote(url, **QUICK)
    assert "hush" not in str(caught.value)


def test_a_page_without_bulk_files(server: StandIn, nlm: Path) -> None:
    for path in nlm.iterdir():
        path.unlink()
    with pytest.raises(UsageError, match=r"links no bulk file .*https://ftp\.ncbi\.nlm\.nih\.gov/pubmed/"):
        list_remote(root(server), **QUICK)


def test_a_list_is_asked_for_again_after_the_pause_that_the_server_names(server: StandIn) -> None:
    server.faults += [{"kind": "busy", "headers": {"Retry-After": "7"}}, {"kind": "incomplete"}]
    virtual = Virtual()
    options = QUICK | {"clock": virtual.clock}
    assert len(list_remote(root(server), **options)) == 3
    assert virtual.time == 1000 + (7 + 0.5) + 2 * 1.5
    assert {entry["User-Agent"] for entry in server.requests()} == {"comention"}


def test_a_list_that_is_refused(server: StandIn) -> None:
    with pytest.raises(ContractError, match=r"http://.*/no/such/ was refused \(HTTP 404\)"):
        list_remote(f"{root(server)}no/such/", **QUICK)
    assert len(server.requests()) == 1


def test_nobody_there_takes_few_tries() -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    options = QUICK | {"backoff": Backoff(tries=8, random=lambda: 0.5)}
    with pytest.raises(TransientError, match=r"in 3 tries .*check address and network"):
        list_remote(f"http://127.0.0.1:{port}/", **options)


def test_redirects_are_followed_within_http(server: StandIn, nlm: Path) -> None:
    (nlm / "moved").mkdir()
    (nlm / NAME).rename(nlm / "moved" / NAME)
    server.faults.append({"kind": "status", "status": 301, "headers": {"Location": "/moved/"}})
    assert list_remote(f"{root(server)}old/", **QUICK) == [Remote(NAME, f"{root(server)}moved/{NAME}")]


@pytest.mark.parametrize("target", ["ftp://127.0.0.1/", "file:///etc/passwd", "/round/"])
def test_redirects_that_lead_nowhere(server: StandIn, target: str) -> None:
    server.faults.append({"kind": "status", "status": 302, "headers": {"Location": target}, "times": 0})
    with pytest.raises(ContractError, match="/round/ leads nowhere"):
        list_remote(f"{root(server)}round/", **QUICK)


def test_proxies_of_the_environment_but_not_for_this_machine(
    server: StandIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("no_proxy", "NO_PROXY", "all_proxy", "ALL_PROXY", "HTTP_PROXY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("http_proxy", root(server))
    assert list_remote("http://nlm.example/", **QUICK)[0] == (NAME, f"http://nlm.example/{NAME}")
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
    assert len(list_remote(root(server), **QUICK)) == 3


def test_a_proxy_that_cannot_be_used(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("http_proxy", "gopher://me:hush@proxy.example")
    with pytest.raises(ConfigError, match="correct http_proxy") as caught:
        list_remote("http://nlm.example/", **QUICK)
    assert "hush" not in str(caught.value)


# ---------------------------------------------------------------------------------------- what comes here


def test_files_come_in_order_and_whole(server: StandIn, here: Path) -> None:
    names = [SECOND, NAME, THIRD]
    paths = get(server, here, *names)
    assert paths == [here / name for name in names]
    assert [path.read_bytes() for path in paths] == [content(name) for name in names]
    assert sorted(path.name for path in here.iterdir()) == sorted(names)
    assert [e["endpoint"] for e in server.requests()] == [f"/{n}{m}" for n in names for m in (".md5", "")]


def test_what_is_there_does_not_come_again(server: StandIn, here: Path) -> None:
    get(server, here, NAME, SECOND)
    (here / SECOND).write_bytes(b"damaged")
    server.log.clear()
    paths = get(server, here, NAME, SECOND)
    assert [path.read_bytes() for path in paths] == [content(NAME), content(SECOND)]
    assert [e["endpoint"] for e in server.requests()] == [f"/{NAME}.md5", f"/{SECOND}.md5", f"/{SECOND}"]


def test_progress_is_told(server: StandIn, here: Path) -> None:
    server.faults.append(fault("incomplete"))
    told: list[tuple[str, int, int | None]] = []
    get(server, here, progress=lambda *values: told.append(values))
    sizes = [done for _, done, _ in told]
    assert {(name, total) for name, _, total in told} == {(NAME, SIZE)}
    assert sizes == sorted(set(sizes))
    assert SIZE // 2 in sizes
    assert sizes[-1] == SIZE


@pytest.mark.parametrize("ahead", [0, 1, 2])
def test_so_many_files_come_ahead_of_the_work(server: StandIn, here: Path, nlm: Path, ahead: int) -> None:
    names = [f"pubmed26n{number:04}.xml.gz" for number in range(1, 6)]
    for name in names:
        (nlm / name).write_bytes(b"x")
    paths = downloaded([remote(server, name) for name in names], here, ahead=ahead, **QUICK)
    for number in range(1, 4):
        next(paths)
        wait_until((here / names[number + ahead - 1]).exists)
        time.sleep(0.01)
        assert len(list(here.iterdir())) == number + ahead
    assert not leave(paths)


@pytest.mark.parametrize("kind", ["incomplete", "stall", "trickle"])
def test_after_an_interruption_only_the_rest_comes(server: StandIn, here: Path, kind: str) -> None:
    server.faults.append(fault(kind))
    (path,) = get(server, here, timeout=0.1)
    assert path.read_bytes() == content(NAME)
    (whole, rest, *again) = asked(server)
    assert whole == (200, None)
    assert rest[0] == 206
    if kind != "trickle":  # which sends what the file does not hold
        assert rest == (206, f"bytes={SIZE // 2}-")
        assert not again


@pytest.mark.parametrize("kind", SLOW)
@pytest.mark.parametrize("path", [NAME, f"{NAME}.md5"])
def test_a_least_rate_counts_all_that_comes(server: StandIn, here: Path, kind: str, path: str) -> None:
    """Bytes never stop for as long as a socket may stay silent, and are too few wherever they are."""
    here.mkdir(parents=True)
    part_of(here).write_bytes(content(NAME)[:1000])
    server.faults.append(fault(kind, path))
    began = time.monotonic()
    (got,) = get(server, here, timeout=0.3, clock=fast(100))
    assert time.monotonic() - began < 10
    assert got.read_bytes() == content(NAME)
    # Some bring bytes that are none of the file, whose MD5 then does not hold.
    assert len(asked(server, path)) in ({2, 3} if path == NAME else {2})
    assert not paces()


@pytest.mark.parametrize("kind", SLOW)
def test_a_list_of_files_has_a_least_rate_too(server: StandIn, kind: str) -> None:
    server.faults.append(fault(kind, ""))
    began = time.monotonic()
    assert len(list_remote(root(server), **QUICK | {"timeout": 0.3, "clock": fast(100)})) == 3
    assert time.monotonic() - began < 10


def test_bytes_that_always_come_too_slowly_are_no_progress(server: StandIn, here: Path) -> None:
    server.faults.append(fault("slow_body", times=0))
    with pytest.raises(TransientError, match=rf"in {TRIES} tries .*less than 100 bytes a second") as caught:
        get(server, here, timeout=0.1, clock=fast(100))
    assert caught.value.exit_code == 4
    assert len(asked(server)) == TRIES
    server.faults.clear()
    assert [path.read_bytes() for path in get(server, here)] == [content(NAME)]


@pytest.mark.slow
@pytest.mark.parametrize("kind", ENDLESS)
def test_what_never_ends_fills_neither_memory_nor_disk(server: StandIn, here: Path, kind: str) -> None:
    most = 1 << 20
    server.faults += [fault(kind), fault(kind, f"{NAME}.md5"), fault(kind, "")]
    for ask in (lambda: list_remote(root(server), **QUICK), lambda: get(server, here, most=most)):
        for _ in range(3):
            try:
                ask()
            except (ContractError, TransientError):
                continue
            break
    assert server.dripped < 3 * most + (96 << 20)  # what the system buffers on both sides
    assert [path.read_bytes() for path in get(server, here)] == [content(NAME)]
    assert list(here.iterdir()) == [here / NAME]


@pytest.mark.parametrize("length", [str(SIZE + 1), str(1 << 50)])
def test_a_file_larger_than_any_is_refused_by_its_length(server: StandIn, here: Path, length: str) -> None:
    server.faults.append(fault("incomplete", headers={"Content-Length": length}))
    with pytest.raises(ContractError, match=r"more than 200,000 bytes, as no bulk file has"):
        get(server, here, most=SIZE)
    assert asked(server) == [(200, None)]
    assert not list(here.iterdir())


def test_more_than_the_stated_size_is_thrown_away(server: StandIn, here: Path) -> None:
    here.mkdir(parents=True)
    part_of(here).write_bytes(content(NAME)[:1000])
    server.faults.append(fault("none", headers={"Content-Range": f"bytes 1000-1999/{SIZE - 1}"}))
    assert [path.read_bytes() for path in get(server, here)] == [content(NAME)]
    assert asked(server) == [(206, "bytes=1000-"), (200, None)]


def test_the_rest_is_of_the_same_version(server: StandIn, here: Path, nlm: Path) -> None:
    """The file is replaced at the server while it comes in."""

    def replace(name: str, done: int, total: int | None) -> None:
        del total
        if done == SIZE // 2:
            (nlm / name).write_bytes(content("new"))

    server.faults.append(fault("incomplete"))
    (path,) = get(server, here, progress=replace)
    assert path.read_bytes() == content("new")
    assert asked(server) == [(200, None), (200, f"bytes={SIZE // 2}-"), (200, None)]
    assert server.requests(f"/{NAME}")[2]["If-Range"]
    assert list(here.iterdir()) == [here / NAME]


def test_a_part_of_another_version_is_not_gone_on_with(server: StandIn, here: Path) -> None:
    here.mkdir(parents=True)
    (here / f"{NAME}.{'0' * 32}.part").write_bytes(b"x" * 100)
    get(server, here)
    assert asked(server) == [(200, None)]
    assert list(here.iterdir()) == [here / NAME]


_CHILD = """
import sys
from pathlib import Path
import comention.pubmed.downloads as downloads
assert "httpx" not in sys.modules
paths = downloads.downloaded(map(downloads.Remote, sys.argv[2::2], sys.argv[3::2]), Path(sys.argv[1]))
next(paths)
"""


@pytest.mark.slow
def test_after_a_kill_only_the_rest_comes(server: StandIn, here: Path) -> None:
    server.faults.append(fault("stall"))
    child = subprocess.Popen([sys.executable, "-c", _CHILD, str(here), *remote(server)])
    wait_until(lambda: part_of(here).exists() and part_of(here).stat().st_size == SIZE // 2)
    child.kill()
    child.wait()
    publish.sweep(here.parent)
    assert [path.read_bytes() for path in get(server, here)] == [content(NAME)]
    assert asked(server) == [(200, None), (206, f"bytes={SIZE // 2}-")]


@pytest.mark.parametrize(
    ("there", "expected"),
    [
        (content(NAME)[:1000], [(206, "bytes=1000-")]),
        (content(NAME), []),  # killed before it was put in place
        (content(NAME) + b"x", [(416, f"bytes={SIZE + 1}-"), (200, None)]),
        (bytes(SIZE), [(416, f"bytes={SIZE}-"), (200, None)]),
        (bytes(1000), [(206, "bytes=1000-"), (200, None)]),  # fails its check
        (b"", [(200, None)]),
    ],
)
def test_what_an_earlier_run_left(
    server: StandIn, here: Path, there: bytes, expected: list[tuple[int, str | None]]
) -> None:
    here.mkdir(parents=True)
    part_of(here).write_bytes(there)
    assert [path.read_bytes() for path in get(server, here)] == [content(NAME)]
    assert asked(server) == expected
    assert list(here.iterdir()) == [here / NAME]


def test_a_server_without_ranges_begins_anew(server: StandIn, here: Path) -> None:
    server.ranges = False
    server.faults += [fault("incomplete")]
    assert [path.read_bytes() for path in get(server, here)] == [content(NAME)]
    assert asked(server) == [(200, None), (200, f"bytes={SIZE // 2}-")]


def test_a_server_without_ranges_that_never_gets_through(server: StandIn, here: Path) -> None:
    server.ranges = False
    server.faults += [fault("incomplete", times=0)]
    with pytest.raises(TransientError, match=f"in {TRIES} tries"):
        get(server, here)
    assert len(asked(server)) == TRIES


def test_another_range_than_asked_for_begins_anew(server: StandIn, here: Path) -> None:
    here.mkdir(parents=True)
    part_of(here).write_bytes(content(NAME)[:1000])
    server.faults.append(fault("none", headers={"Content-Range": f"bytes 900-{SIZE - 1}/{SIZE}"}))
    get(server, here)
    assert asked(server) == [(206, "bytes=1000-"), (200, None)]


def test_a_range_that_ends_early_is_gone_on_with(server: StandIn, here: Path) -> None:
    here.mkdir(parents=True)
    part_of(here).write_bytes(content(NAME)[:1000])
    length = SIZE - 1000
    about = {"Content-Range": f"bytes 1000-{length // 2 + 999}/{SIZE}"}
    server.faults.append(fault("incomplete", headers=about | {"Content-Length": str(length // 2)}))
    get(server, here)
    assert asked(server) == [(206, "bytes=1000-"), (206, f"bytes={1000 + length // 2}-")]


@pytest.mark.parametrize("kind", ["status", "busy", "close", "reset", "page"])
def test_a_try_without_an_answer_costs_nothing(server: StandIn, here: Path, kind: str) -> None:
    here.mkdir(parents=True)
    part_of(here).write_bytes(content(NAME)[:1000])
    server.faults += [fault(kind, times=2), fault(kind, f"{NAME}.md5", times=2)]
    assert [path.read_bytes() for path in get(server, here)] == [content(NAME)]
    assert [asked_for for _, asked_for in asked(server)] == ["bytes=1000-"] * 3


def test_tries_count_anew_while_a_file_grows(server: StandIn, here: Path) -> None:
    server.faults.append(fault("incomplete", times=2 * TRIES))
    assert [path.read_bytes() for path in get(server, here)] == [content(NAME)]
    assert len(asked(server)) == 2 * TRIES + 1


def test_when_the_tries_are_used_up_what_came_is_kept(server: StandIn, here: Path) -> None:
    server.faults += [fault("incomplete", SECOND), fault("status", SECOND, times=0)]
    paths = downloaded([remote(server), remote(server, SECOND)], here, **QUICK)
    assert next(paths) == here / NAME
    kept = rf"{SECOND}: HTTP 500.*run the same command again .*kept, the 100,000 bytes"
    with pytest.raises(TransientError, match=kept) as caught:
        next(paths)
    assert caught.value.exit_code == 4
    server.faults.clear()
    server.log.clear()
    assert len(get(server, here, NAME, SECOND)) == 2
    assert (asked(server), asked(server, SECOND)) == ([], [(206, f"bytes={SIZE // 2}-")])


def test_time_is_bounded_too(server: StandIn, here: Path) -> None:
    server.faults.append(fault("status", times=0))
    with pytest.raises(TransientError, match=r"in [1-9] tries over"):
        get(server, here, backoff=Backoff(tries=99, total=7, random=lambda: 0.0), clock=fast(100))


def test_retries_are_logged(server: StandIn, here: Path, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, "comention")
    server.faults += [fault("status"), fault("reverse")]
    get(server, here)
    ours = [r.getMessage() for r in caplog.records if r.name.startswith("comention")]
    assert len(ours) == 2
    assert f"{NAME}: HTTP 500; waiting 1.5 s (try 1)" in ours[0]
    assert f"{NAME} has MD5 {md5(content(NAME)[::-1])}, not {md5(content(NAME))}" in ours[1]


# ---------------------------------------------------------------------------------------------- checksums


@pytest.mark.parametrize("kind", ["reverse", "truncate"])
def test_wrong_bytes_are_thrown_away(server: StandIn, here: Path, kind: str) -> None:
    server.faults.append(fault(kind, times=2))
    assert [path.read_bytes() for path in get(server, here)] == [content(NAME)]
    assert asked(server) == [(200, None)] * 3
    assert list(here.iterdir()) == [here / NAME]


def test_bytes_that_stay_wrong_are_never_handed_over(server: StandIn, here: Path) -> None:
    server.faults.append(fault("reverse", times=0))
    with pytest.raises(ContractError) as caught:
        get(server, here)
    for told in (NAME, md5(content(NAME)), md5(content(NAME)[::-1]), "3 downloads"):
        assert told in str(caught.value)
    assert asked(server) == [(200, None)] * 3
    assert not list(here.iterdir())


def test_a_file_without_md5_is_not_read(server: StandIn, here: Path) -> None:
    server.faults.append(fault("status", f"{NAME}.md5", status=404))
    with pytest.raises(ContractError, match=rf"{NAME} cannot be checked, http://.*{NAME}\.md5 is absent"):
        get(server, here)
    assert not asked(server)


@pytest.mark.parametrize("form", ["MD5({name})= {md5}\n", "{md5}  {name}\n", "md5 (x) = {md5}", "{upper}"])
def test_forms_of_md5(server: StandIn, here: Path, nlm: Path, form: str) -> None:
    stated = md5(content(NAME))
    (nlm / f"{NAME}.md5").write_text(form.format(name=NAME, md5=stated, upper=stated.upper()))
    assert len(get(server, here)) == 1


@pytest.mark.parametrize("text", ["", "MD5(x)= 0123", f"<html>{'0' * 32}</html>", f"MD5(x)= {'0' * 33}"])
def test_what_states_no_md5(server: StandIn, here: Path, nlm: Path, text: str) -> None:
    (nlm / f"{NAME}.md5").write_text(text)
    with pytest.raises(TransientError, match=f"{NAME}.md5 states no MD5"):
        get(server, here)
    assert not asked(server)


# ----------------------------------------------------------------------------------------- what ends a run


def test_a_file_that_is_refused_ends_the_run_when_it_is_its_turn(server: StandIn, here: Path) -> None:
    server.faults.append(fault("status", SECOND, status=403))
    paths = downloaded([remote(server, name) for name in (NAME, SECOND, THIRD)], here, **QUICK)
    assert next(paths) == here / NAME
    with pytest.raises(ContractError, match=rf"http://.*/{SECOND} was refused \(HTTP 403\)"):
        next(paths)
    assert not threads()


def test_a_folder_that_cannot_be(server: StandIn, here: Path) -> None:
    here.parent.write_text("a file")
    with pytest.raises(StorageError, match="check the folder"):
        get(server, here)


def test_a_full_disk(server: StandIn, here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(descriptor: int) -> None:
        raise OSError(ENOSPC, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", full)
        with pytest.raises(StorageError, match=f"no space left for .*{NAME}: free some"):
            get(server, here)
    assert not (here / NAME).exists()
    get(server, here)
    assert len(asked(server)) == 1


def test_a_file_is_in_place_only_when_it_is_on_disk(
    server: StandIn, here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    synced: list[bool] = []
    monkeypatch.setattr(os, "fsync", lambda descriptor: synced.append((here / NAME).exists()))
    get(server, here)
    assert synced == [False]


@contextmanager
def answering(*answers: bytes) -> Iterator[tuple[str, threading.Event]]:
    """A server that sends each connection one of these, keeps the last one open and says when."""
    sent, stopped = threading.Event(), threading.Event()

    def serve(listening: socket.socket) -> None:
        for number, answer in enumerate(answers, 1):
            connection, _ = listening.accept()
            with connection:
                connection.recv(1 << 16)
                connection.sendall(answer)
                if number == len(answers):
                    sent.set()
                    stopped.wait(HANG)

    with socket.create_server(("127.0.0.1", 0)) as listening:
        thread = threading.Thread(target=serve, args=(listening,))
        thread.start()
        try:
            yield f"http://127.0.0.1:{listening.getsockname()[1]}/", sent
        finally:
            stopped.set()
            thread.join()


# Without a length, so that a connection that is cut looks like the end.
STATED = b"HTTP/1.0 200 OK\r\n\r\n" + md5(content(SECOND)).encode()
BEGUN = b"HTTP/1.0 200 OK\r\n\r\n" + content(SECOND)[:1000]


@pytest.mark.parametrize("answers", [(b"",), (STATED, b""), (STATED, BEGUN)])
def test_leaving_early_waits_for_no_server(server: StandIn, here: Path, answers: tuple[bytes, ...]) -> None:
    came = threading.Event()

    def note(name: str, done: int, total: int | None) -> None:
        del total
        if (name, done) == (SECOND, 1000):
            came.set()

    with answering(*answers) as (url, sent):
        remotes = [remote(server), Remote(SECOND, url + SECOND)]
        paths = downloaded(remotes, here, **QUICK | {"timeout": 60}, progress=note)
        next(paths)
        assert sent.wait(HANG)
        assert answers[-1] == b"" or came.wait(HANG)
        began = time.monotonic()
        assert not leave(paths)
        assert time.monotonic() - began < 30  # waiting for the server takes the 60 s of the timeout
    assert answers[-1] == b"" or part_of(here, SECOND).stat().st_size == 1000


def test_leaving_early_waits_for_no_retry(server: StandIn, here: Path) -> None:
    server.faults.append(fault("status", SECOND, times=0))
    options = {"clock": fast(100), "backoff": Backoff(first=6000, longest=6000, total=1e9)}
    paths = downloaded([remote(server), remote(server, SECOND)], here, **QUICK | options)
    next(paths)
    wait_until(lambda: bool(asked(server, SECOND)))
    began = time.monotonic()
    assert not leave(paths)
    assert time.monotonic() - began < 30  # waiting for the retry takes 60 s: 6000 on this clock
    assert len(asked(server, SECOND)) == 1


@pytest.mark.slow
def test_the_end_of_the_program_waits_for_no_server(server: StandIn, here: Path) -> None:
    server.faults.append(fault("stall", SECOND))
    command = [sys.executable, "-c", _CHILD, str(here), *remote(server), *remote(server, SECOND)]
    done = subprocess.run(command, check=False, capture_output=True, timeout=HANG)
    assert (done.returncode, done.stderr) == (0, b"")


def test_an_error_of_the_caller_ends_the_download(server: StandIn, here: Path) -> None:
    server.faults.append(fault("stall", SECOND))

    def work() -> None:
        for _ in downloaded([remote(server, n) for n in (NAME, SECOND, THIRD)], here, ahead=2, **QUICK):
            wait_until(part_of(here, SECOND).exists)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        work()
    assert not threads()
    assert not asked(server, THIRD)
