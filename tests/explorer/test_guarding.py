"""Who may ask, what is answered to anything else, and that nothing of a text becomes part of a page."""

from __future__ import annotations

import http.client
import socket
from pathlib import Path
from urllib.parse import quote

import httpx
import pytest

from comention.explorer.serving import serving
from tests.explorer.reading import page, text
from tests.report.pages import found
from tests.report.snapshots import Text, make
from tests.support.claims import by_chance

_PATHS = ("/", "/search?q=psoriasis", "/pairs", "/sql", "/report/", "/style.css", "/nothing")


def port_of(client: httpx.Client) -> int:
    assert client.base_url.port is not None
    return client.base_url.port


@pytest.mark.parametrize("path", _PATHS)
@pytest.mark.parametrize(
    "host", ["evil.example", "evil.example:80", "127.0.0.1.evil.example", "", "[::2]:1", "127.0.0.1@evil:1"]
)
def test_another_name_is_refused(client: httpx.Client, path: str, host: str) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", port_of(client), timeout=30)
    connection.request("GET", path, headers={"Host": host})
    answer = connection.getresponse()
    body = answer.read().decode()
    connection.close()
    assert answer.status == 403
    assert "psoriasis" not in body


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1", "localhost:99", "[::1]:80"])
def test_names_of_this_machine_are_answered(client: httpx.Client, host: str) -> None:
    assert client.get("/style.css", headers={"Host": host}).status_code == 200


def test_another_site_may_link_here_and_nothing_else(client: httpx.Client) -> None:
    follows = {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "document"}
    assert client.get("/pairs", headers=follows).status_code == 200
    for changed in ({"Sec-Fetch-Mode": "no-cors"}, {"Sec-Fetch-Dest": "iframe"}, {"Sec-Fetch-Mode": "cors"}):
        assert client.get("/pairs", headers=follows | changed).status_code == 403
    assert client.get("/sql", params={"query": "SELECT 1"}, headers=follows).status_code == 403
    own = {"Sec-Fetch-Site": "same-origin", "Sec-Fetch-Mode": "no-cors"}
    assert client.get("/style.css", headers=own).status_code == 200


@pytest.mark.parametrize("path", _PATHS)
@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH", "OPTIONS"])
def test_pages_are_only_read(client: httpx.Client, path: str, method: str) -> None:
    answer = client.request(method, path, content=b"x=1")
    assert answer.status_code == (404 if path == "/nothing" else 405)
    assert "go back" in answer.text or "GET" in answer.text or "search" in answer.text


@pytest.mark.parametrize("path", [*_PATHS, "/pairs?grade=x"])
def test_every_answer_keeps_a_browser_from_more(client: httpx.Client, path: str) -> None:
    headers = client.get(path).headers
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "no-referrer"
    assert headers["cross-origin-resource-policy"] == "same-origin"
    assert headers["cache-control"] == "no-store"
    assert "frame-ancestors 'none'" in headers["content-security-policy"]
    if path != "/report/":
        assert headers["content-security-policy"].startswith("default-src 'none'; style-src 'self';")
        assert "unsafe" not in headers["content-security-policy"]


_ODD = (
    "%",
    "%00",
    "%ff%fe",
    "'",
    "' OR 1=1 --",
    '"><script>alert(1)</script>',
    "{{ 7 * 7 }}",
    "\\",
    "$w0",
    "🧬",
    "a" * 301,
    "a " * 400,
    "a" * 9000,
    "\u202e\u2066",
    ";DROP TABLE pairs",
    "\ud800",
)


@pytest.mark.parametrize("value", _ODD, ids=range(len(_ODD)))
@pytest.mark.parametrize(
    "path",
    [
        "/search?q=",
        "/pairs?q=",
        "/pairs?with=",
        "/pairs?grade=",
        "/pairs?sort=",
        "/pairs?page=",
        "/articles?from=",
        "/claims?format=",
        "/concept/",
        "/concept?name=",
        "/pair?b=psoriasis&a=",
        "/article/",
        "/report/",
        "/sentences?with=psoriasis&q=",
    ],
)
def test_odd_questions_have_an_answer(client: httpx.Client, path: str, value: str) -> None:
    answer = client.get(path + quote(value.encode("utf-8", "surrogatepass"), safe=""))
    assert answer.status_code in {200, 302, 400, 404}, answer.text[-600:]
    assert "<script>alert" not in answer.text
    assert "Traceback" not in answer.text


def test_an_error_says_what_to_do(client: httpx.Client) -> None:
    told = text(page(client, "/pairs?grade=sure", 400))
    assert "grade='sure' is not one of strong, moderate, weak, none" in told
    assert "Nothing here" not in told
    assert "there is no page /nothing" in text(page(client, "/nothing", 404))
    assert "no PMID" in text(page(client, "/article/x", 404))
    assert "mentions nothing named 'MESH:D0'" in text(page(client, "/pair?a=MESH:D011565&b=MESH:D0", 404))


@pytest.mark.parametrize(
    "request_",
    [b"\r\n\r\n", b"\xff\n\n", b"GET", b"GET / HTTP/9\r\n\r\n", b"GET http://evil/ HTTP/1.1\r\n\r\n"],
)
def test_what_is_no_request_ends_alone(client: httpx.Client, request_: bytes) -> None:
    with socket.create_connection(("127.0.0.1", port_of(client)), timeout=30) as connection:
        connection.sendall(request_)
        connection.shutdown(socket.SHUT_WR)
        assert b" 200 " not in connection.makefile("rb").readline()
    assert client.get("/style.css").status_code == 200


@pytest.mark.slow
def test_texts_of_a_snapshot_stay_texts(tmp_path: Path) -> None:
    evil = '"><img src=x onerror=alert(1)>'
    names = {
        "psoriasis": ("MESH:a/b?c#d&e=f%20", f"<b>psoriasis</b>{evil}", "disease"),
        "IL-12": ("COMENTION:'IL' 12", "</title><script>alert(1)</script>", "cytokine"),
        "ustekinumab": ("MESH:{{1}}", "javascript:alert(1)", "drug"),
    }
    texts = [
        Text(
            n, f"<script>alert({n})</script> IL-12.", f"IL-12 in psoriasis {evil} with ustekinumab.", 2000 + n
        )
        for n in range(1, 6)
    ]
    held = make(tmp_path / "w", texts, names, said=by_chance)
    with serving(held) as server, httpx.Client(base_url=server.url, timeout=60) as client:
        seen, wave = set[str](), ["/", "/search?q=IL-12", "/search?q=psoriasis", "/report/"]
        while wave and len(seen) < 40:  # filters make ever more addresses
            path = wave.pop()
            seen.add(path)
            answer = client.get(path, follow_redirects=True)
            assert answer.status_code == 200, (path, answer.text[-400:])
            if path.startswith("/report") or not answer.headers["content-type"].startswith("text/html"):
                continue
            root = page(client, path)
            assert not found(
                root, "//script[text() or not(@src='/names.js')] | //img | //b[not(@aria-hidden)]"
            )
            assert not found(root, "//*[@onerror or @onclick or @style]")
            here = [one.split("#")[0] for one in map(str, root.xpath("//a/@href"))]
            assert all(one.startswith(("/", "https://pubmed.ncbi.nlm.nih.gov/")) or not one for one in here)
            wave += [
                one
                for one in dict.fromkeys(here)
                if one.startswith(("/concept/", "/pair?", "/article/")) and one not in {*seen, *wave}
            ][:20]
        assert len(seen) > 10
