"""NLM's bulk files from where they lie: which there are, and each on this disk, whole as its `.md5` says.

A file comes in as `NAME.MD5.part` (without the leading dot of those that the next run sweeps away), so that
after an interruption of any kind only the rest of the same file is asked for (RFC 9110, section 14).
"""

from __future__ import annotations

import hashlib
import logging
import os
import re
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future
from contextlib import closing, suppress
from dataclasses import dataclass, field
from functools import partial
from html.parser import HTMLParser
from pathlib import Path
from queue import SimpleQueue
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import unquote, urljoin, urlsplit, urlunsplit

from comention.errors import ContractError, UsageError
from comention.files.atomic import PART, open_own, storage_error
from comention.pubmed.connection import AgainError, Connection
from comention.pubmed.pacing import Backoff, Clock
from comention.pubmed.sources import BULK, bulk_number

if TYPE_CHECKING:
    import httpx

#: Takes a file's name, its bytes so far and its bytes in all, where the server says how many.
Progress = Callable[[str, int, int | None], None]

_SCHEMES = ("http", "https")
_FOLDERS = ("baseline/", "updatefiles/")
_NLM = "https://ftp.ncbi.nlm.nih.gov/pubmed/"
_DOWNLOADS = 3  # of one file whose MD5 does not hold
#: Bytes that a bulk file may have; NLM's have some ten million.
LARGEST = 2 << 30
_LARGEST_PAGE, _LARGEST_MD5 = 16 << 20, 1 << 16  # bytes
_LEAVING = 5.0  # seconds; a thread that still waits for a connection then writes nothing more
_STATED = re.compile(r"\s*(?:md5\s*\([^)]*\)\s*=\s*)?([0-9a-f]{32})\b", re.IGNORECASE)
_OURS = re.compile(rf"\.[0-9a-f]{{32}}{re.escape(PART)}$")
_RANGE = re.compile(r"bytes (\d{1,18})-\d{1,18}/(\d{1,18}|\*)")

_log = logging.getLogger(__name__)


class Remote(NamedTuple):
    """A bulk file that lies elsewhere."""

    name: str
    url: str


def is_url(text: str) -> bool:
    """Return whether an input names something to download."""
    return text.lower().startswith(tuple(f"{scheme}://" for scheme in _SCHEMES))


def list_remote(
    url: str, *, timeout: float = 60.0, clock: Clock | None = None, backoff: Backoff | None = None
) -> list[Remote]:
    """Return the bulk files that lie at an address, by year and number.

    The address is that of one file, or of a page that links files or the folders `baseline` and
    `updatefiles`, as NLM's does. Raises UsageError for an address that is none or has no bulk file,
    TransientError where the server does not answer, ContractError where it refuses.
    """
    address = _checked(url)
    name = _name(address)
    if BULK.fullmatch(name):
        return [Remote(name, address)]
    if name.endswith((".xml", ".xml.gz")):
        raise UsageError(
            f"{url} is no bulk file (pubmed26n0001.xml.gz): download it and read it with --source files"
        )
    with closing(Connection(timeout, clock or Clock(), backoff or Backoff())) as line:
        page, links = line.retried(partial(_links, line, address))
        folders = [urljoin(page, folder) for folder in _FOLDERS]
        for folder in folders:
            if folder in links:
                links += line.retried(partial(_links, line, folder))[1]
    found = {_name(link): link for link in reversed(links) if BULK.fullmatch(_name(link))}
    if not found:
        raise UsageError(f"{url} links no bulk file (pubmed26n0001.xml.gz): name NLM's folder, {_NLM}")
    return sorted(
        (Remote(*item) for item in found.items()), key=lambda remote: bulk_number(remote.name) or ()
    )


def downloaded(
    remotes: Iterable[Remote],
    folder: Path,
    *,
    ahead: int = 1,
    timeout: float = 60.0,
    clock: Clock | None = None,
    backoff: Backoff | None = None,
    most: int = LARGEST,
    progress: Progress = lambda *_: None,
) -> Iterator[Path]:
    """Yield where each file lies in a folder, in the order given, once its MD5 is what its `.md5` says.

    While the caller works on one, a thread downloads up to `ahead` more and reports `progress` from there.
    `timeout` is the seconds that a socket may stay silent, in which the headers have to come, and after them
    always some bytes of a file, which has `most` bytes. No other process may use the folder meanwhile.

    Raises TransientError where the server gives no usable answer in the tries and the time of `backoff`,
    counted anew whenever a file has grown; ContractError where it refuses, where a `.md5` is absent, for a
    file of more than `most` bytes or whose MD5 does not hold in three downloads; StorageError where the disk
    is full or refuses.
    """
    coming: deque[Future[Path]] = deque()
    orders: SimpleQueue[_Order | None] = SimpleQueue()
    # A daemon, unlike those of an executor: the end of the program does not wait for it.
    thread = threading.Thread(target=_work, args=(orders,), name="download", daemon=True)
    with closing(Connection(timeout, clock or Clock(), backoff or Backoff())) as line:
        thread.start()
        try:
            for remote in remotes:
                coming.append(Future())
                orders.put((coming[-1], _Download(line, remote, folder, progress, most)))
                if len(coming) > ahead:
                    yield coming.popleft().result()
            while coming:
                yield coming.popleft().result()
        finally:
            line.cut()
            for future in coming:
                future.cancel()
            orders.put(None)
            thread.join(_LEAVING)


def _work(orders: SimpleQueue[_Order | None]) -> None:
    while (order := orders.get()) is not None:
        future, download = order
        if future.set_running_or_notify_cancel():
            try:
                future.set_result(download.run())
            except BaseException as error:
                future.set_exception(error)


def _checked(url: str) -> str:
    """An address without its fragment, that of a folder with a slash at its end."""
    import httpx

    try:
        parts = urlsplit(str(httpx.URL(url.strip())))
    except (ValueError, httpx.InvalidURL):
        parts = urlsplit("")
    if parts.scheme not in _SCHEMES or not parts.hostname or "%" in parts.hostname:
        raise UsageError(f"{url} is not an address: write it as https://host/folder/")
    if parts.username is not None:
        raise UsageError(f"the address at {parts.hostname} has a user name: leave it out, logs would show it")
    folder = "." not in parts.path.rpartition("/")[2]
    path = parts.path.rstrip("/") + "/" if folder else parts.path
    return urlunsplit(parts._replace(path=path, fragment=""))


def _name(url: str) -> str:
    return unquote(urlsplit(url).path.rpartition("/")[2])


class _Anchors(HTMLParser):
    """Collects where a page links to."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "a":
            self.found += [value for name, value in attrs if name == "href" and value]


def _links(line: Connection, url: str) -> tuple[str, list[str]]:
    """The address of a page, and those on its host that it links to, less the ones that only sort it."""
    with line.answer(url) as response:
        page = urlsplit(str(response.url))
        text = line.text(response, _LARGEST_PAGE)
    anchors = _Anchors()
    anchors.feed(text)
    links = []
    for href in anchors.found:
        with suppress(ValueError):  # no address
            parts = urlsplit(urljoin(page.geturl(), href.strip()))
            if parts.scheme in _SCHEMES and parts.netloc.lower() == page.netloc and not parts.query:
                links.append(urlunsplit(parts._replace(netloc=page.netloc, fragment="")))
    return page.geturl(), links


@dataclass
class _Download:
    """One file on its way here."""

    line: Connection
    remote: Remote
    folder: Path
    progress: Progress
    most: int
    #: What the server calls the version of the file that is coming in.
    version: str | None = field(default=None, init=False)

    def run(self) -> Path:
        """Return where the file lies, once it is whole; raises as :func:`downloaded`."""
        path = self.folder / self.remote.name
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            return self._run(path)
        except OSError as error:
            raise storage_error(path, error) from None

    def _run(self, path: Path) -> Path:
        stated = measured = ""
        for failures in range(_DOWNLOADS):
            if failures:
                _log.info("%s has MD5 %s, not %s: downloading it again", path.name, measured, stated)
                self.line.pause(failures)
            stated = self._stated()  # each time, since it may have changed along with the file
            if path.exists() and _md5(path) == stated:
                return path
            part = self._part(stated)
            if not part.exists() or _md5(part) != stated:
                self.line.retried(partial(self._go_on, part), partial(_size, part))
            measured = _md5(part)
            if measured == stated:
                with part.open("rb") as file:
                    os.fsync(file.fileno())
                return part.replace(path)
            part.unlink()
        raise ContractError(
            f"{self.remote.url} has MD5 {measured}, not {stated} as its .md5 says, after {_DOWNLOADS} "
            "downloads: try again later, or name another server"
        )

    def _stated(self) -> str:
        """The MD5 that the file beside this one states."""
        parts = urlsplit(self.remote.url)
        url = urlunsplit(parts._replace(path=f"{parts.path}.md5"))

        def attempt() -> str:
            with self.line.answer(url, also=404) as response:
                if response.status_code == 404:
                    raise ContractError(
                        f"{self.remote.name} cannot be checked, {url} is absent: try again later, or "
                        "download the file and name its folder"
                    )
                stated = _STATED.match(self.line.text(response, _LARGEST_MD5))
            if stated is None:
                raise AgainError(f"{url} states no MD5")
            return stated[1].lower()

        return self.line.retried(attempt)

    def _part(self, stated: str) -> Path:
        """Where the bytes come in that have this MD5; those of another version of the file are removed."""
        part = self.folder / f"{self.remote.name}.{stated}{PART}"
        for other in self.folder.glob(f"{self.remote.name}.*{PART}"):
            if other != part and _OURS.search(other.name):
                other.unlink()
        return part

    def _go_on(self, part: Path) -> None:
        """Get what a part still lacks, or all of it from a server that knows no ranges."""
        name, have = self.remote.name, _size(part)
        headers = {"Range": f"bytes={have}-"} if have else {}
        if have and self.version:
            headers["If-Range"] = self.version
        with self.line.answer(self.remote.url, headers, also=416 if have else None) as response:
            done, total = _span(response)
            if done not in {0, have}:
                part.unlink(missing_ok=True)
                raise AgainError(f"{self.remote.url}: not the bytes asked for, from {have} on")
            if "html" in response.headers.get("Content-Type", ""):
                raise AgainError(f"{self.remote.url}: a web page in place of the file")
            self.version = _version(response)
            self._check_size(part, total or 0)
            with open_own(part, "ab" if done else "wb") as file:
                for block in self.line.blocks(response):
                    file.write(block)
                    done += len(block)
                    self._check_size(part, done)
                    if total is not None and done > total:
                        part.unlink()
                        raise AgainError(f"{self.remote.url}: more than its {total} bytes came")
                    self.progress(name, done, total)
        if total is not None and done < total:
            raise AgainError(f"{self.remote.url}: {done} of {total} bytes came")

    def _check_size(self, part: Path, size: int) -> None:
        """Raise ContractError where a file is larger than one may be; nothing of it is kept."""
        if size > self.most:
            part.unlink(missing_ok=True)
            raise ContractError(
                f"{self.remote.url} has more than {self.most:,} bytes, as no bulk file has: check the address"
            )


_Order = tuple[Future[Path], _Download]


def _span(response: httpx.Response) -> tuple[int, int | None]:
    """Where in the file an answer begins, -1 for nowhere, and how long the file is, where it says so."""
    if response.status_code == 200:
        length = response.headers.get("Content-Length", "")
        return 0, int(length) if length.isdecimal() else None
    named = _RANGE.match(response.headers.get("Content-Range", "")) if response.status_code == 206 else None
    if named is None:
        return -1, None
    return int(named[1]), int(named[2]) if named[2].isdecimal() else None


def _version(response: httpx.Response) -> str | None:
    """What If-Range may name: a strong tag or a date (RFC 9110, 13.1.5)."""
    tag: str = response.headers.get("ETag", "")
    return tag if tag.startswith('"') else response.headers.get("Last-Modified")


def _size(path: Path) -> int:
    return path.stat().st_size if path.exists() else 0


def _md5(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, lambda: hashlib.md5(usedforsecurity=False)).hexdigest()
