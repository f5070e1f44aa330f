"""Nobody at the address, or somebody else: told in seconds, as long as PubMed has never answered there."""

from __future__ import annotations

import socket
import ssl
from collections.abc import Iterator
from typing import Any, NoReturn

import pytest

from comention.errors import ConfigError, TransientError
from comention.pubmed.client import EutilsClient
from comention.pubmed.pacing import Backoff
from comention.pubmed.sets import contents
from tests.support.clients import Virtual, client_at, client_of
from tests.support.corpus import Corpus, article, document
from tests.support.eutils import StandIn

FEW = 3
CHECK = (
    "check the network, the proxy (environment: http_proxy) and pubmed.base_url (environment: "
    "COMENTION_PUBMED__BASE_URL)"
)


@pytest.fixture
def server() -> Iterator[StandIn]:
    with StandIn(Corpus(document(*map(article, range(1, 10)))), quota=None) as running:
        yield running


def patient(url: str) -> tuple[EutilsClient, Virtual]:
    """A client with the patience that users' clients have, and its clock."""
    virtual = Virtual()
    return client_at(url, clock=virtual.clock, backoff=Backoff(random=lambda: 0.5)), virtual


STRANGERS: list[tuple[dict[str, Any], str]] = [
    ({"kind": "page"}, "a web page titled “Maintenance”"),
    ({"kind": "page", "body": "<html>\n<title>\n Log in\n</title></html>"}, "a web page titled “Log in”"),
    ({"kind": "page", "body": "<html><p>Log in"}, "a web page without a title"),
    (
        {"kind": "page", "status": 302, "headers": {"Location": "https://login.example.org/?from=x"}},
        "a redirect to https://login.example.org/ (HTTP 302)",
    ),
    ({"kind": "page", "status": 303}, "HTTP 303 Maintenance"),
    ({"kind": "page", "status": 407}, "HTTP 407 Maintenance"),
    ({"kind": "page", "status": 511, "headers": {"Retry-After": "60"}}, "HTTP 511 Maintenance"),
]


@pytest.mark.parametrize(("fault", "met"), STRANGERS)
def test_somebody_else_is_told_in_seconds(server: StandIn, fault: dict[str, Any], met: str) -> None:
    server.faults.append({**fault, "times": 0})
    client, virtual = patient(server.url)
    with pytest.raises(TransientError) as caught:
        client.count("asthma")
    host = server.url.split("/")[2]
    assert str(caught.value) == f"{host} answered with {met} instead of PubMed: {CHECK}"
    assert client.requests == len(server.requests()) == FEW
    assert 2 < virtual.time - 1000 < 7


@pytest.mark.parametrize(("fault", "met"), STRANGERS)
def test_somebody_else_after_pubmed_has_answered_is_waited_for(
    server: StandIn, fault: dict[str, Any], met: str
) -> None:
    client, _ = patient(server.url)
    client.count("asthma")
    server.faults.append({**fault, "times": 5})
    assert contents(client.fetch([3])).found == {3}
    assert client.requests == 7


@pytest.mark.parametrize("status", [404, 405, 410, 501])
def test_an_address_without_the_service_is_a_wrong_setting(server: StandIn, status: int) -> None:
    server.faults.append({"kind": "page", "status": status, "times": 0})
    client, virtual = patient(server.url)
    with pytest.raises(ConfigError, match=f"HTTP {status} Maintenance") as caught:
        client.fetch([1])
    assert caught.value.exit_code == 2
    assert (client.requests, virtual.time < 1007) == (FEW, True)


def test_a_wrong_path_is_shown(server: StandIn) -> None:
    client, _ = patient(server.url.replace("eutils", "eutil"))
    with pytest.raises(ConfigError) as caught:
        client.count("asthma")
    host = server.url.split("/")[2]
    assert str(caught.value) == (
        f"{host} has no /entrez/eutil/esearch.fcgi (HTTP 404 Not Found): correct pubmed.base_url "
        "(environment: COMENTION_PUBMED__BASE_URL)"
    )


def test_a_service_that_moved_away_in_the_middle_is_waited_for(server: StandIn) -> None:
    client, _ = patient(server.url)
    client.count("asthma")
    server.faults.append({"kind": "page", "status": 404, "times": 0})
    with pytest.raises(TransientError, match="gave no usable answer in 8 tries"):
        client.fetch([1])


@pytest.mark.parametrize(
    "fault",
    [
        {"kind": "busy"},
        {"kind": "page", "body": "<html><p>API rate limit exceeded</p></html>"},
        {"kind": "status", "status": 503},
        {"kind": "close"},
    ],
)
def test_trouble_of_the_service_itself_is_waited_for_from_the_first(
    server: StandIn, fault: dict[str, Any]
) -> None:
    server.faults.append({**fault, "times": 0})
    client, _ = patient(server.url)
    with pytest.raises(TransientError, match="gave no usable answer in 8 tries"):
        client.count("asthma")


def test_trouble_of_the_service_does_not_count_as_somebody_else(server: StandIn) -> None:
    server.faults += [{"kind": kind} for kind in ("page", "status", "busy", "status", "page", "status")]
    client, _ = patient(server.url)
    assert client.count("synthetic") == 9
    assert client.requests == 7


def test_what_no_connection_comes_from_is_told(server: StandIn, monkeypatch: pytest.MonkeyPatch) -> None:
    untrusted = ssl.SSLCertVerificationError(1, "verify failed")
    untrusted.verify_message = "self-signed certificate"
    causes = {
        socket.gaierror(-2, "Name or service not known"): "Name or service not known",
        OSError(101, "Network is unreachable"): "Network is unreachable",
        OSError(113, "No route to host"): "No route to host",
        TimeoutError("timed out"): "timed out",
        OSError("Tunnel connection failed: 407"): "Tunnel connection failed: 407",
        untrusted: "its certificate is not trusted: self-signed certificate; environment: SSL_CERT_FILE",
    }
    for cause, told in causes.items():

        def fail(*_: object, cause: OSError = cause, **__: object) -> NoReturn:
            raise cause

        monkeypatch.setattr(socket, "create_connection", fail)
        client, virtual = patient(server.url)
        with pytest.raises(TransientError) as caught:
            client.count("asthma")
        assert str(caught.value) == f"no connection to {server.url.split('/')[2]} ({told}): {CHECK}"
        assert (client.requests, virtual.time < 1007) == (FEW, True)


def test_a_port_where_nobody_listens() -> None:
    with StandIn(Corpus()) as gone:
        pass
    client, _ = patient(gone.url)
    with pytest.raises(
        TransientError, match=r"no connection to 127\.0\.0\.1:\d+ \(Connection refused\): check"
    ):
        client.count("asthma")
    assert client.requests == FEW


def test_a_port_that_speaks_no_tls(server: StandIn) -> None:
    client, _ = patient(server.url.replace("http:", "https:"))
    with pytest.raises(TransientError, match=r"no connection to 127.*SSL.*environment: https_proxy"):
        client.count("asthma")
    assert client.requests == FEW


@pytest.mark.parametrize(
    ("has_answered", "cause"),
    [(True, OSError(101, "Network is unreachable")), (False, ConnectionResetError(104, "Connection reset"))],
)
def test_a_connection_that_is_lost_is_waited_for(
    server: StandIn, has_answered: bool, cause: OSError, monkeypatch: pytest.MonkeyPatch
) -> None:
    client, _ = patient(server.url)
    if has_answered:
        client.count("asthma")
    connect, left = socket.create_connection, [1] * 5

    def fail(*arguments: Any, **options: Any) -> socket.socket:
        if left:
            left.pop()
            raise cause
        return connect(*arguments, **options)

    monkeypatch.setattr(socket, "create_connection", fail)
    assert contents(client.fetch([3])).found == {3}


def test_a_try_that_waits_for_its_timeout_is_not_repeated(
    server: StandIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("comention.pubmed.client._FEW_SECONDS", -1.0)
    server.faults.append({"kind": "page"})
    client = client_of(server)
    with pytest.raises(TransientError, match="instead of PubMed"):
        client.count("asthma")
    assert client.requests == 1
