"""One folder, shown by HTTP to this machine alone."""

from __future__ import annotations

import contextlib
import functools
import logging
import threading
import urllib.parse
from collections.abc import Iterator
from dataclasses import dataclass
from http import HTTPStatus
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from comention.errors import UsageError

_log = logging.getLogger(__name__)

#: The page of the folder itself.
INDEX = "index.html"
_HOST = "127.0.0.1"


@dataclass(frozen=True, slots=True)
class Server:
    """A folder that is being served; `url` is its address."""

    url: str
    thread: threading.Thread

    def wait(self) -> None:
        """Wait until the server ends, or until an interrupt."""
        while self.thread.is_alive():
            self.thread.join(0.5)  # an interrupt comes through between two of them


@contextlib.contextmanager
def serving(folder: Path, port: int = 0) -> Iterator[Server]:
    """Serve the files of a folder on the loopback interface, at a free port where 0, until the block ends.

    Raises UsageError where the port is taken.
    """
    handler = functools.partial(_Handler, directory=str(folder))
    try:
        server = _Server((_HOST, port), handler)
    except OSError as error:
        raise UsageError(f"port {port} cannot be had ({error.strerror}): name another --port") from None
    with server:
        thread = threading.Thread(target=server.serve_forever, args=(0.1,), daemon=True)
        thread.start()
        try:
            yield Server(f"http://{_HOST}:{server.server_port}/", thread)
        finally:
            server.shutdown()
            thread.join()


class _Server(ThreadingHTTPServer):
    """A server that says nothing of a visitor who leaves in the midst of an answer."""

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Log what went wrong with one request; the others go on."""
        del request
        _log.info("a request of %s was not answered", client_address, exc_info=True)


class _Handler(SimpleHTTPRequestHandler):
    """Files of one folder: no lists of files, nothing outside, no visitor who came by another name."""

    def send_head(self) -> Any:
        """Answer a request, or say why not."""
        host = (self.headers.get("Host") or "").rpartition(":")[0]
        if host not in {_HOST, "localhost"}:  # a page elsewhere that had its own name point here
            return self.send_error(HTTPStatus.FORBIDDEN)
        path = urllib.parse.unquote(self.path.partition("?")[0].partition("#")[0], errors="surrogateescape")
        if not path.startswith("/") or "\0" in path:
            return self.send_error(HTTPStatus.BAD_REQUEST)
        try:
            return super().send_head() if self._is_inside(path) else self.send_error(HTTPStatus.NOT_FOUND)
        except (OSError, ValueError, RuntimeError):  # a name that no file can have, a loop of links
            return self.send_error(HTTPStatus.NOT_FOUND)

    def _is_inside(self, path: str) -> bool:
        """Return whether a request means a regular file of the folder, links followed."""
        root, found = Path(self.directory).resolve(), Path(self.translate_path(self.path))
        if found.is_dir() and path.endswith("/"):
            found /= INDEX
        return found.resolve().is_relative_to(root) and found.is_file()

    def end_headers(self) -> None:
        """Keep a browser from showing an older report, which had the same address."""
        self.send_header("Cache-Control", "no-store")
        super().end_headers()

    def log_message(self, *_: Any) -> None:
        """Say nothing of each request."""
