"""The explorer on a port of this machine, until it is ended."""

from __future__ import annotations

import contextlib
import ipaddress
import socket
import tempfile
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import uvicorn

from comention.errors import UsageError
from comention.explorer.application import application
from comention.explorer.guarding import LOOPBACK
from comention.explorer.library import Library
from comention.snapshots.query import resolve
from comention.snapshots.snapshot import Snapshot
from comention.snapshots.tables import Bounds

#: Where it listens where nothing else is asked for.
HOST = "127.0.0.1"
# Requests at once; a browser alone asks for few.
_AT_ONCE = 64
_STEP = 0.05
_ENDING = 3  # seconds for answers that are on their way


@dataclass(frozen=True, slots=True)
class Server:
    """An explorer that is being served; `url` is its address."""

    url: str
    ended: threading.Event

    def wait(self) -> None:
        """Wait until the server ends, or until an interrupt."""
        # Not in Thread.join: Python 3.11 takes a thread for ended whose join was interrupted.
        while not self.ended.wait(0.5):
            pass


@contextlib.contextmanager
def serving(
    snapshot: Snapshot,
    *,
    host: str = HOST,
    port: int = 0,
    focus: str | None = None,
    open_to_others: bool = False,
    bounds: Bounds | None = None,
) -> Iterator[Server]:
    """Serve a snapshot until the block ends, at a free port where 0.

    `focus` is what the report begins from: a name, synonym or id. An address that other machines can reach
    is refused unless `open_to_others`. Raises UsageError for such an address, a port that is taken, and a
    focus that is not there; what reading a snapshot raises.
    """
    names = _names(host, open_to_others)
    about = None if focus is None else resolve(snapshot, focus)
    with contextlib.ExitStack() as stack:
        listener = stack.enter_context(_bound(host, port))
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="comention-")))
        library = Library(snapshot, folder, about, bounds or Bounds())
        stack.callback(library.close)
        server = uvicorn.Server(
            uvicorn.Config(
                application(library, names),
                log_config=None,
                log_level="error",
                access_log=False,
                server_header=False,
                limit_concurrency=_AT_ONCE,
                timeout_graceful_shutdown=_ENDING,
                lifespan="off",
                ws="none",
                http="h11",
                loop="asyncio",
            )
        )
        ended = threading.Event()

        def run() -> None:
            try:
                server.run([listener])
            finally:
                ended.set()

        thread = threading.Thread(target=run, daemon=True, name="explorer")
        thread.start()
        try:
            while not server.started and not ended.wait(_STEP):
                pass
            warm = threading.Thread(target=library.prepare, daemon=True, name="prepare")
            warm.start()
            try:
                yield Server(f"http://{_shown(host)}:{listener.getsockname()[1]}/", ended)
            finally:
                library.stop()
                warm.join()
        finally:
            server.should_exit = True
            ended.wait()
            thread.join()


def _names(host: str, open_to_others: bool) -> frozenset[str]:
    """Return the names that a visitor may give; raises UsageError for another address."""
    try:
        address = ipaddress.ip_address("127.0.0.1" if host == "localhost" else host)
    except ValueError:
        raise UsageError(
            f"--host {host!r}: give an address of this machine, such as 127.0.0.1 or ::1"
        ) from None
    if not address.is_loopback and not open_to_others:
        raise UsageError(
            f"--host {host}: other machines could read everything there; add --open-to-others if they may"
        )
    return LOOPBACK | {host, str(address)} | (_own_names() if not address.is_loopback else frozenset())


def _own_names() -> frozenset[str]:
    """Return what other machines may call this one."""
    name = socket.gethostname().lower()
    try:
        found = {str(entry[4][0]) for entry in socket.getaddrinfo(name, None)}
    except OSError:
        found = set()
    return frozenset({name, socket.getfqdn().lower(), *found})


def _shown(host: str) -> str:
    return f"[{host}]" if ":" in host else host


def _bound(host: str, port: int) -> socket.socket:
    """Return a socket that listens; raises UsageError where the port cannot be had."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((host, port))
        listener.listen(128)
    except OSError as error:
        listener.close()
        raise UsageError(
            f"port {port} of {host} cannot be had ({error.strerror}): name another --port"
        ) from None
    return listener
