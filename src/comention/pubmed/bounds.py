"""HTTP connections whose answers are bounded from the status line to the last byte, in time and in size.

A timeout of a socket bounds the silence between two bytes only: a server that sends one byte every few
seconds, in the headers or in the extension of a chunk, would be waited for without end. Here every read of
an answer is measured, whatever part of it is read.
"""

from __future__ import annotations

import functools
import http.client
import io
import ipaddress
import socket
import ssl
import time
import urllib.request
from typing import IO, Any, NamedTuple
from urllib.parse import urlsplit


class Bounds(NamedTuple):
    """What an answer may take: seconds from the connection to its last byte, and bytes, headers included."""

    seconds: float
    size: int


class TooLongError(OSError):
    """An answer of more bytes than it may have."""

    def __init__(self, bounds: Bounds) -> None:
        super().__init__(f"an answer of more than {bounds.size:,} bytes")


def opener(host: str, tool: str, bounds: Bounds) -> urllib.request.OpenerDirector:
    """Return what sends a request once and hands back whatever comes, an error or a redirect included.

    urllib's own would raise errors that hold the URL, and would follow a redirect without the body. Reading
    an answer raises TimeoutError and :class:`TooLongError` where it is not within `bounds`.
    """
    # Proxies as the environment names them, but nothing stands between this machine and itself.
    proxies = urllib.request.ProxyHandler({} if _is_loopback(host) else None)
    director = urllib.request.OpenerDirector()
    for handler in (proxies, urllib.request.UnknownHandler(), _Plain(bounds), _Secure(bounds)):
        director.add_handler(handler)
    director.addheaders = [("User-Agent", tool)]
    return director


class _Plain(urllib.request.HTTPHandler):
    def __init__(self, bounds: Bounds) -> None:
        super().__init__()
        self._bounds = bounds

    def http_open(self, req: urllib.request.Request) -> http.client.HTTPResponse:
        return self.do_open(functools.partial(_bounded, http.client.HTTPConnection, self._bounds), req)


class _Secure(urllib.request.HTTPSHandler):
    def __init__(self, bounds: Bounds) -> None:
        super().__init__()
        self._bounds = bounds

    @functools.cached_property
    def _trust(self) -> ssl.SSLContext:
        return ssl.create_default_context()

    def https_open(self, req: urllib.request.Request) -> http.client.HTTPResponse:
        kind = functools.partial(_bounded, http.client.HTTPSConnection, self._bounds)
        return self.do_open(kind, req, context=self._trust)


def _bounded(
    kind: type[http.client.HTTPConnection], bounds: Bounds, host: str, **options: Any
) -> http.client.HTTPConnection:
    """A connection whose answers, that of a proxy included, end within the bounds, counted from now."""
    connection = kind(host, **options)
    until = time.monotonic() + bounds.seconds
    connection.response_class = functools.partial(_Response, bounds=bounds, until=until)  # type: ignore[assignment]
    return connection


class _Response(http.client.HTTPResponse):
    """An answer that is read through a :class:`_Metered`."""

    def __init__(self, sock: socket.socket, *args: Any, bounds: Bounds, until: float, **options: Any) -> None:
        super().__init__(sock, *args, **options)
        self.fp: io.BufferedReader = io.BufferedReader(_Metered(self.fp.detach(), sock, bounds, until))


class _Metered(io.RawIOBase):
    """The bytes of a socket, as long as they are within the bounds."""

    def __init__(self, raw: Any, sock: socket.socket, bounds: Bounds, until: float) -> None:
        self._raw: IO[bytes] = raw
        self._sock, self._bounds, self._until = sock, bounds, until
        self._silence = sock.gettimeout() or bounds.seconds
        self._came = 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int | None:
        left = self._until - time.monotonic()
        if left > 0:
            self._sock.settimeout(min(self._silence, left))
            try:
                count: int | None = self._raw.readinto(buffer)  # type: ignore[attr-defined]
            except TimeoutError:
                left = self._until - time.monotonic()
                if left > 0:
                    raise
            else:
                self._came += count or 0
                if self._came > self._bounds.size:
                    raise TooLongError(self._bounds)
                return count
        raise TimeoutError(f"no whole answer within {self._bounds.seconds:.0f} s")

    def close(self) -> None:
        self._raw.close()
        super().close()


def _is_loopback(host: str) -> bool:
    name = urlsplit(f"//{host}").hostname or ""
    try:
        return ipaddress.ip_address(name).is_loopback
    except ValueError:
        return name == "localhost"
