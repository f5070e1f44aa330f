"""A connection to a server of files: asks again where that may help, and can be cut from another thread."""

from __future__ import annotations

import logging
import socket
import ssl
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager, suppress
from typing import TYPE_CHECKING, Any, TypeVar

from comention.errors import ConfigError, ContractError, TransientError
from comention.pubmed.answers import Answer
from comention.pubmed.pacing import Backoff, Clock

if TYPE_CHECKING:
    import httpx

_FEW_TRIES = 3  # where nobody was ever there; a server that was there comes back
_CONNECT = 10.0  # seconds; a longer wait could not be called off
_SLOWEST = 100.0  # bytes a second; a connection that brings less is worth a new one
_REDIRECTS = 20
_BLOCK = 1 << 16  # bytes
_LATER = frozenset({408, 425, 429})  # with all from 500 on: statuses that pass

_T = TypeVar("_T")
_log = logging.getLogger(__name__)


class AgainError(Exception):
    """No usable answer this time; `unreached`: no connection either; `slow`: it came too slowly."""

    def __init__(
        self,
        reason: str,
        retry_after: float | None = None,
        *,
        unreached: bool = False,
        slow: bool = False,
    ) -> None:
        super().__init__(reason)
        self.retry_after, self.unreached, self.slow = retry_after, unreached, slow


class _Pace:
    """Notices that an answer does not come, or comes too slowly, and has its connection shut.

    The head of an answer has to come within a window of so many seconds, and in every window after that some
    bytes of the body. That is seen by a thread of its own: the one that reads learns nothing of bytes that
    are no part of the body, as the extensions of chunks, however slowly they come.
    """

    def __init__(self, window: float, shut: Callable[[], None]) -> None:
        self._window, self._least, self._shut = window, _SLOWEST * window, shut
        self._came = 0.0  # counted by the thread that reads alone
        self._done = threading.Event()
        self._thread = threading.Thread(target=self._watch, name="pace", daemon=True)
        self.late = False

    def __enter__(self) -> None:
        self._thread.start()

    def __exit__(self, *error: object) -> None:
        self._done.set()
        self._thread.join()

    def begin(self) -> None:
        """Note that the head has come, which is as good as the least of a window."""
        self._came += self._least

    def note(self, count: int) -> None:
        """Note that so many bytes of the body have come."""
        self._came += count

    def _watch(self) -> None:
        before = 0.0
        while not self._done.wait(self._window):
            came = self._came
            if came - before < self._least:
                self.late = True
                self._shut()
                return
            before = came


class Connection:
    """The connection to a server: asks again where that may help, and may be cut by another thread."""

    def __init__(self, timeout: float, clock: Clock, backoff: Backoff) -> None:
        self._client, self._timeout = _client(timeout), timeout
        self._clock, self._backoff = clock, backoff
        self._stop = threading.Event()
        self._socket: socket.socket | None = None
        self._pace = _Pace(timeout, self._drop)
        self._answered = False

    def close(self) -> None:
        """Free what the connection holds."""
        self._client.close()

    def cut(self) -> None:
        """Stop whatever another thread does here; it raises TransientError soon."""
        self._stop.set()
        self._drop()

    def _drop(self) -> None:
        if self._socket is not None:
            _shut(self._socket)

    def check(self) -> None:
        """Raise TransientError where the line was cut."""
        if self._stop.is_set():
            raise TransientError("the download was called off")

    def pause(self, failures: int) -> None:
        """Wait as after so many failures in a row."""
        self._clock.wait(self._backoff.delay(failures), self._stop)

    @contextmanager
    def answer(
        self, url: str, headers: Mapping[str, str] | None = None, also: int | None = None
    ) -> Iterator[httpx.Response]:
        """Open the answer to a GET: its status is 200, 206 or `also`, its body is still to be read.

        Raises AgainError, where head or body break off or come too slowly, and ContractError where it would
        not help.
        """
        import httpx

        self._pace = pace = _Pace(self._timeout, self._drop)
        try:
            with pace, closing(self._opened(url, headers)) as response:
                self._answered = True
                self._use(response.extensions["network_stream"])
                pace.begin()
                status = response.status_code
                if status in _LATER or status >= 500:
                    raise AgainError(f"{url}: HTTP {status}", _retry_after(response))
                if status not in {200, 206, also}:
                    raise ContractError(f"{response.url} was refused (HTTP {status}): check the address")
                yield response
        except (httpx.UnsupportedProtocol, httpx.TooManyRedirects, httpx.InvalidURL) as error:
            raise ContractError(f"{url} leads nowhere ({error}): check the address") from None
        except httpx.HTTPError as error:
            self._check_pace(url)
            unreached = isinstance(error, httpx.ConnectError | httpx.ConnectTimeout | httpx.ProxyError)
            raise AgainError(f"{url}: {type(error).__name__} {error}".strip(), unreached=unreached) from None

    def _opened(self, url: str, headers: Mapping[str, str] | None) -> httpx.Response:
        """The answer at the end of all redirects, of which no body is read."""
        import httpx

        request = self._client.build_request("GET", url, headers=headers, extensions={"trace": self._trace})
        for _ in range(_REDIRECTS + 1):
            response = self._client.send(request, stream=True)
            if response.next_request is None:
                return response
            response.close()
            request = response.next_request
        raise httpx.TooManyRedirects(f"more than {_REDIRECTS} redirects", request=request)

    def _check_pace(self, url: object) -> None:
        if self._pace.late:
            raise AgainError(f"{url}: less than {_SLOWEST:.0f} bytes a second came", slow=True)

    def _trace(self, event: str, about: Mapping[str, Any]) -> None:
        """Learn of a new connection, which httpx shows nowhere else before an answer has come."""
        if event.endswith((".connect_tcp.complete", ".start_tls.complete")):
            self._use(about["return_value"])

    def _use(self, stream: Any) -> None:
        """Keep the socket that :meth:`cut` is to shut down; where that came too early for it, do so now."""
        self._socket = opened = stream.get_extra_info("socket")
        if self._stop.is_set() or self._pace.late:
            _shut(opened)

    def blocks(self, response: httpx.Response) -> Iterator[bytes]:
        """Yield the bytes of an answer as they lie on the server, compressed or not.

        Raises AgainError where they come too slowly.
        """
        for block in response.iter_raw():
            self.check()
            yield block
            self._pace.note(len(block))
        self.check()  # a cut may look like the end
        self._check_pace(response.url)

    def text(self, response: httpx.Response, most: int) -> str:
        """Return the text of an answer; raises AgainError for one of more bytes, and as :meth:`blocks`."""
        parts, left = [], most
        for block in response.iter_bytes(_BLOCK):
            self._pace.note(len(block))
            parts.append(block)
            left -= len(block)
            if left < 0:
                raise AgainError(f"{response.url}: more than {most:,} bytes")
        self.check()
        self._check_pace(response.url)
        return b"".join(parts).decode(response.encoding or "utf-8", errors="replace")

    def retried(self, attempt: Callable[[], _T], held: Callable[[], int] = lambda: 0) -> _T:
        """Return what `attempt` returns, at last; tries are counted anew when more bytes are `held`.

        Bytes that come too slowly, time after time, are no reason to go on.

        Raises TransientError that says what is kept.
        """
        most, failures, since, slow = held(), 0, self._clock.now(), False
        while True:
            try:
                return attempt()
            except AgainError as error:
                again = error
            self.check()
            if held() > most:
                most = held()
                if not (again.slow and slow):
                    failures, since = 0, self._clock.now()
            slow = again.slow
            failures += 1
            delay = self._backoff.delay(failures, again.retry_after)
            spent = self._clock.now() - since
            few = again.unreached and not self._answered
            tries = min(self._backoff.tries, _FEW_TRIES) if few else self._backoff.tries
            if failures >= tries or spent + delay > self._backoff.total:
                check = "check address and network (environment: https_proxy, SSL_CERT_FILE); " if few else ""
                kept = f", the {held():,} bytes that came of this one included" if held() else ""
                raise TransientError(
                    f"no usable answer in {failures} tries over {spent:.0f} s ({again}): {check}"
                    f"run the same command again to go on, all that came before is kept{kept}"
                )
            _log.info("%s; waiting %.1f s (try %d)", again, delay, failures)
            self._clock.wait(delay, self._stop)


def _shut(opened: socket.socket) -> None:
    with suppress(OSError):  # closed already
        # By the base class: that of TLS would only forget its state, and not wake a read.
        socket.socket.shutdown(opened, socket.SHUT_RDWR)


def _client(timeout: float) -> httpx.Client:
    import httpx

    try:
        return httpx.Client(
            headers={"User-Agent": "comention", "Accept-Encoding": "identity"},
            timeout=httpx.Timeout(timeout, connect=min(timeout, _CONNECT)),
            verify=ssl.create_default_context(),  # trusts whom this machine trusts; httpx has its own list
            # Proxies as the environment names them, but nothing stands between this machine and itself.
            mounts={f"all://{host}": None for host in ("localhost", "127.0.0.1", "[::1]")},
        )
    except (ImportError, ValueError, httpx.InvalidURL) as error:
        raise ConfigError(
            f"the proxy cannot be used ({error}): correct http_proxy, https_proxy, all_proxy and no_proxy in "
            "the environment"
        ) from None


def _retry_after(response: httpx.Response) -> float | None:
    return Answer(response.status_code, dict(response.headers), b"").retry_after()
