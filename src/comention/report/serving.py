"""One folder, shown by HTTP to this machine alone."""

from __future__ import annotations

import contextlib
import functools
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from http import HTTPStatus
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from comention.errors import UsageError

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
        server = ThreadingHTTPServer((_HOST, port), handler)
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


class _Handler(SimpleHTTPRequestHandler):
    """Files of one folder: no lists of files, nothing outside, no visitor who came by another name."""

    def send_head(self) -> Any:
        """Answer a request, or say why not."""
        root = Path(self.directory).resolve()
        path = Path(self.translate_path(self.path))
        host = (self.headers.get("Host") or "").rpartition(":")[0]
        if host not in {_HOST, "localhost"}:  # a page elsewhere that had its own name point here
            return self.send_error(HTTPStatus.FORBIDDEN)
        if not path.resolve().is_relative_to(root):  # a link that leads out
            return self.send_error(HTTPStatus.NOT_FOUND)
        return super().send_head()

    def list_directory(self, path: Any) -> Any:
        """List nothing."""
        del path
        return self.send_error(HTTPStatus.NOT_FOUND)

    def end_headers(self) -> None:
        """Keep a browser from showing an older report, which had the same address."""
        self.send_header("Cache-Control", "no-store")
        super().end_headers()

    def log_message(self, *_: Any) -> None:
        """Say nothing of each request."""
