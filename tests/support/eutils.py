"""A stand-in for NCBI's E-utilities on the loopback interface, with its window, its quota and its faults.

In a test: ``with StandIn(Corpus(xml)) as server: server.url``. As a process, which prints its address:
``python -m tests.support.eutils --corpus FILES --port 0 --log FILE --faults FILE``.

A term is read as PubMed reads it as far as AND, OR, NOT (left to right), parentheses, `lo:hi[UID]` and date
ranges go; any other part matches a record that has it as a substring, or every record with `match="all"`. A
field tag that `tests.support.corpus` does not know is ignored, as its translation shows.
A fault is ``{"kind": …, "match": {"endpoint", "path", "term", "id", "retmax"}, "after": 0, "times": 1}``,
`times` 0 being always. Its kind is one of those in `tests.support.faults`, or "none"; with `change` the
corpus changes before the request is answered. POST a JSON object to `/_control` to change a running
process: `add` (documents), `delete` (PMIDs), `faults`.
"""

from __future__ import annotations

import argparse
import gzip
import hashlib
import io
import json
import re
import socket
import struct
import threading
import time
from collections import defaultdict, deque
from collections.abc import Iterable, Mapping
from contextlib import suppress
from email.message import Message
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import TracebackType
from typing import Any
from urllib.parse import parse_qsl, urlsplit
from xml.sax.saxutils import escape

from tests.support.corpus import Corpus, parse_term
from tests.support.faults import (
    CONNECTION_FAULTS,
    FAULTS,
    FETCH,
    PAGE,
    PAST_WINDOW,
    SEARCH,
    UNENDING,
    Reply,
    changed,
    drip,
)

WINDOW = 9999
_SERVICE = "/entrez/eutils/"
_FILE = "application/octet-stream"

_SET = (
    b'<?xml version="1.0" ?>\n<!DOCTYPE PubmedArticleSet PUBLIC '
    b'"-//NLM//DTD PubMedArticle, 1st January 2025//EN"'
    b' "https://dtd.nlm.nih.gov/ncbi/pubmed/out/pubmed_250101.dtd">\n<PubmedArticleSet>'
)


class StandIn:
    """The service, on a thread of its own. `log` has a dict for each request, `faults` may be changed.

    `window` is the seconds that the quota counts over: tests that run on a faster clock shorten it. `ranges`
    tells whether a part of a file can be asked for.
    """

    def __init__(
        self,
        corpus: Corpus,
        *,
        port: int = 0,
        match: str = "text",
        quota: int | None = 3,
        window: float = 1.0,
        keys: Iterable[str] = (),
        faults: Iterable[dict[str, Any]] = (),
        log_file: Path | None = None,
        files: Path | None = None,
    ) -> None:
        self.corpus, self.match, self.quota, self.window, self.files = corpus, match, quota, window, files
        self.keys, self.faults, self.log_file = frozenset(keys), list(faults), log_file
        self.ranges = True
        self.dripped = 0  # bytes of answers that never end
        self.log: list[dict[str, Any]] = []
        self.history: dict[str, tuple[int, ...]] = {}
        self.arrivals: defaultdict[str, deque[float]] = defaultdict(deque)
        self.lock = threading.Lock()
        self.stopped = threading.Event()
        handler = type("Handler", (_Handler,), {"service": self})
        self.server = ThreadingHTTPServer(("127.0.0.1", port), handler)
        self.server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}{_SERVICE}"
        self._thread = threading.Thread(target=self.server.serve_forever, args=(0.005,), daemon=True)

    def __enter__(self) -> StandIn:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stopped.set()
        self.server.shutdown()
        self.server.server_close()
        self._thread.join()

    def requests(self, endpoint: str = "") -> list[dict[str, Any]]:
        with self.lock:
            return [entry for entry in self.log if entry["endpoint"].startswith(endpoint)]

    def record(self, entry: dict[str, Any]) -> None:
        with self.lock:
            self.log.append(entry)
            if self.log_file is not None:
                with self.log_file.open("a", encoding="utf-8") as file:
                    file.write(json.dumps(entry) + "\n")

    def arrived(self, who: str, now: float) -> int:
        """Count a request; return those of the last window, this one included and refused ones as well."""
        with self.lock:
            recent = self.arrivals[who]
            recent.append(now)
            while recent[0] <= now - self.window:
                recent.popleft()
            return len(recent)

    def remember(self, ids: tuple[int, ...]) -> str:
        """Keep ids on the history server; return the name of the session."""
        with self.lock:
            session = f"MCID_{len(self.history):024x}"
            self.history[session] = ids
        return session

    def next_fault(self, params: Mapping[str, str], endpoint: str) -> dict[str, Any] | None:
        with self.lock:
            for fault in self.faults:
                if not _matches(fault.get("match", {}), params, endpoint):
                    continue
                if fault.get("after", 0) > 0:
                    fault["after"] -= 1
                    continue
                if fault.get("times", 1) == 1:
                    self.faults.remove(fault)
                elif fault.get("times"):
                    fault["times"] -= 1
                return fault
        return None

    def control(self, order: Mapping[str, Any]) -> None:
        for document in order.get("add", ()):
            self.corpus.add(document.encode())
        self.corpus.delete(order.get("delete", ()))
        self.faults.extend(order.get("faults", ()))


def _matches(match: Mapping[str, Any], params: Mapping[str, str], endpoint: str) -> bool:
    """`endpoint` and `term` are parts of the request's, `path` and `retmax` all of it, `id` one of its."""
    return (
        match.get("path", endpoint) == endpoint
        and str(match.get("endpoint", "")) in endpoint
        and str(match.get("term", "")) in params.get("term", "")
        and str(match.get("retmax", params.get("retmax"))) == str(params.get("retmax"))
        and ("id" not in match or str(match["id"]) in params.get("id", "").split(","))
    )


class _Handler(BaseHTTPRequestHandler):
    service: StandIn
    disable_nagle_algorithm = True  # or a body waits 40 ms for the acknowledgement of its headers

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the name of the base class
        pass

    def do_GET(self) -> None:
        self._serve(time.monotonic())

    do_POST = do_GET  # noqa: N815 - the name that http.server looks for

    def _serve(self, now: float) -> None:
        address = urlsplit(self.path)
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        if address.path == "/_control":
            self.service.control(json.loads(body))
            self._send(200, "text/plain", b"done")
            return
        text = "&".join(filter(None, (address.query, body.decode())))
        params = dict(parse_qsl(text, keep_blank_values=True))
        is_service = address.path.startswith(_SERVICE) and address.path.endswith(".fcgi")
        endpoint = address.path.removeprefix(_SERVICE) if is_service else address.path
        fault = self.service.next_fault(params, endpoint) or {"kind": "none"}
        self.service.control(fault.get("change", {}))
        limit, remaining = self._quota(params, endpoint, now)
        file_headers: dict[str, str] = {}
        if remaining < 0:
            reply: Reply = FAULTS["busy"]
        else:
            reply = self._refusal(params, fault) or _answer(self.service, endpoint, params)
            true = reply[2]
            reply = changed(reply, fault, self.service.corpus)
            if reply[1] == _FILE and self.service.ranges:
                reply, file_headers = _part(reply, true, self.headers)
        entry: dict[str, Any] = {
            key: params[key] for key in ("tool", "email", "term", "retstart", "retmax") if key in params
        }
        entry |= {"t": now, "endpoint": endpoint, "method": self.command, "status": reply[0]}
        entry |= {"key": "api_key" in params, "in_url": address.query, "fault": fault["kind"]}
        entry["ids"] = params["id"].split(",") if params.get("id") else []
        entry |= {
            name: self.headers[name] for name in ("Range", "If-Range", "User-Agent") if name in self.headers
        }
        self.service.record(entry)
        headers = {"X-RateLimit-Limit": str(limit), "X-RateLimit-Remaining": str(max(0, remaining))}
        content = reply[2].encode() if isinstance(reply[2], str) else reply[2]
        with suppress(ConnectionError):  # a client that gave up
            if fault["kind"] in CONNECTION_FAULTS:
                self._break(fault, reply[0], content, file_headers | fault.get("headers", {}))
            else:
                self._send(reply[0], reply[1], content, headers | file_headers | fault.get("headers", {}))

    def _quota(self, params: Mapping[str, str], endpoint: str, now: float) -> tuple[int, int]:
        """The requests allowed in a window, and how many are left; below 0 this one is too many."""
        key = params.get("api_key")
        if self.service.quota is None or not endpoint.endswith(".fcgi"):
            return 0, 0
        limit = 10 if key else self.service.quota
        return limit, limit - self.service.arrived(key or self.client_address[0], now)

    def _refusal(self, params: Mapping[str, str], fault: Mapping[str, Any]) -> Reply | None:
        key = params.get("api_key")
        if key is not None and (not key or (self.service.keys and key not in self.service.keys)):
            error = {"error": "API key invalid", "api-key": key, "type": "invalid", "status": "unknown"}
            return 400, "application/json", json.dumps(error)
        if fault["kind"] in FAULTS:
            status, kind, body = FAULTS[fault["kind"]]
            return fault.get("status", status), kind, fault.get("body", body)
        return None

    def _send(self, status: int, kind: str, body: bytes, headers: Mapping[str, str] | None = None) -> None:
        self.send_response(status)
        for name, value in {
            "Content-Type": kind,
            "Content-Length": str(len(body)),
            **(headers or {}),
        }.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def _break(self, fault: Mapping[str, Any], status: int, body: bytes, headers: Mapping[str, str]) -> None:
        if fault["kind"] == "reset":
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            self.rfile.close()
            self.wfile.close()
            self.connection.close()
            self.wfile = io.BytesIO()  # what http.server flushes afterwards
        if fault["kind"] in {"reset", "close"}:
            return
        if fault["kind"] in UNENDING:
            self.close_connection = True
            for part in drip(fault, self.service.stopped):
                self.wfile.write(part)
                self.service.dripped += len(part)
            return
        self.send_response(status)
        for name, value in {"Content-Length": str(len(body)), **headers}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body[: len(body) // 2])
        self.wfile.flush()
        if fault["kind"] == "stall":
            self.service.stopped.wait(fault.get("seconds", 60))
        while fault["kind"] == "trickle" and not self.service.stopped.wait(fault.get("seconds", 0.05)):
            self.wfile.write(b" ")
            self.wfile.flush()


def _answer(service: StandIn, endpoint: str, params: Mapping[str, str]) -> Reply:
    if endpoint == "esearch.fcgi":
        return _esearch(service, params)
    if endpoint == "efetch.fcgi":
        return _efetch(service, params)
    if endpoint == "epost.fcgi":
        ids = tuple(int(i) for i in params.get("id", "").split(",") if i.strip().isdigit())
        session = service.remember(ids)
        answer = f"<ePostResult><QueryKey>1</QueryKey><WebEnv>{session}</WebEnv></ePostResult>"
        return 200, "text/xml", '<?xml version="1.0" encoding="UTF-8" ?>\n' + answer
    return _file(service.files, endpoint)


def _esearch(service: StandIn, params: Mapping[str, str]) -> Reply:
    json_wanted = params.get("retmode") == "json"
    if not params.get("term", "").strip():
        empty = json.dumps({"esearchresult": {"ERROR": "Empty term and query_key - nothing todo"}})
        return 200, "application/json", empty
    if int(params.get("retstart") or 0) > WINDOW - 1:
        if json_wanted:  # not valid JSON: the line feed stands as it is
            message = f'{{"header":{{"type":"esearch"}},"esearchresult":{{"ERROR":"{PAST_WINDOW}"}}}}'
            return 200, "application/json", message
        return FAULTS["window"]
    ids, translation = _found(service, params)
    start, size = int(params.get("retstart") or 0), int(params.get("retmax") or 20)
    messages = [] if ids else ["No items found."]
    if min(start + size, len(ids)) > WINDOW:
        size = WINDOW - start
        messages.append(f"Restrictions achieved. start and count adjusted to {start}, {size}")
    page = ids[start : start + size]
    session = service.remember(ids) if params.get("usehistory") == "y" else None
    if json_wanted:
        found = {"count": str(len(ids)), "retmax": str(len(page)), "retstart": str(start)}
        if session:
            found |= {"querykey": "1", "webenv": session}
        lists = {"phrasesignored": [], "quotedphrasesnotfound": [], "outputmessages": messages}
        rest = {"idlist": [str(i) for i in page], "translationset": [], "querytranslation": translation}
        warned = {"warninglist": lists} if messages else {}
        answer = {"header": {"type": "esearch", "version": "0.3"}, "esearchresult": found | rest | warned}
        return 200, "application/json", json.dumps(answer)
    answer_xml = f"<Count>{len(ids)}</Count><RetMax>{len(page)}</RetMax><RetStart>{start}</RetStart>"
    if session:
        answer_xml += f"<QueryKey>1</QueryKey><WebEnv>{session}</WebEnv>"
    answer_xml += f"<IdList>{''.join(f'<Id>{i}</Id>' for i in page)}</IdList><TranslationSet/>"
    answer_xml += f"<QueryTranslation>{escape(translation)}</QueryTranslation>"
    for message in messages:
        answer_xml += f"<WarningList><OutputMessage>{message}</OutputMessage></WarningList>"
    return 200, "text/xml", SEARCH.format(answer_xml)


def _found(service: StandIn, params: Mapping[str, str]) -> tuple[tuple[int, ...], str]:
    """The PMIDs of a search, newest first, and how the term was read."""
    read = parse_term(params["term"], service.match)
    found = (pmid for pmid, record in service.corpus.records.items() if read.belongs(record))
    return tuple(sorted(found, reverse=True)), read.translation


def _efetch(service: StandIn, params: Mapping[str, str]) -> Reply:
    if "WebEnv" in params and "id" not in params:
        if params["WebEnv"] not in service.history:
            return FAULTS["query_lost"]
        start = int(params.get("retstart") or 0)
        if start > WINDOW - 1:
            return 400, "text/xml", FETCH.format(escape(PAST_WINDOW))
        end = min(start + int(params.get("retmax") or 20), WINDOW)  # shortened without a word
        ids: Iterable[int] = service.history[params["WebEnv"]][start:end]
    else:
        ids = [int(i) for i in params.get("id", "").split(",") if i.strip().isdigit() and int(i) > 0]
        if not ids:
            return FAULTS["ids_empty"]
    records = service.corpus.records
    inside = b"\n".join(records[pmid].xml for pmid in dict.fromkeys(ids) if pmid in records)
    return 200, "text/xml; charset=UTF-8", _SET + inside + b"</PubmedArticleSet>"


def _file(folder: Path | None, path: str) -> Reply:
    """A file of the bulk folder, its .md5 computed where there is none, or the list of a folder."""
    wanted = (folder / path.lstrip("/")).resolve() if folder is not None else None
    if folder is None or wanted is None or not wanted.is_relative_to(folder.resolve()):
        return 404, "text/html", PAGE.format("Not Found", "Not Found")
    if wanted.is_dir():
        found = {f.name for f in wanted.iterdir() if f.is_file()}
        names = sorted(found | {f"{name}.md5" for name in found if not name.endswith(".md5")})
        names += sorted(f"{f.name}/" for f in wanted.iterdir() if f.is_dir())
        return 200, "text/html", "<pre>" + "\n".join(f'<a href="{n}">{n}</a>' for n in names) + "</pre>"
    if wanted.is_file():
        return 200, _FILE, wanted.read_bytes()
    source = wanted.with_suffix("")
    if wanted.suffix == ".md5" and source.is_file():
        digest = hashlib.md5(source.read_bytes(), usedforsecurity=False).hexdigest()
        return 200, "text/plain", f"MD5({source.name})= {digest}\n"
    return 404, "text/html", PAGE.format("Not Found", "Not Found")


def _part(reply: Reply, true: str | bytes, asked: Message) -> tuple[Reply, dict[str, str]]:
    """What a Range asks for of a file, with headers (RFC 9110, section 14); `true` is the file unspoilt."""
    status, kind, body = reply
    assert isinstance(true, bytes)
    tag = f'"{hashlib.sha256(true).hexdigest()[:16]}"'
    wanted = re.fullmatch(r"bytes=(\d+)-", asked.get("Range", ""))
    headers = {"ETag": tag, "Accept-Ranges": "bytes"}
    if wanted is None or asked.get("If-Range", tag) != tag:
        return (status, kind, body), headers
    start = int(wanted[1])
    if start >= len(body):
        headers["Content-Range"] = f"bytes */{len(body)}"
        return (416, "text/html", PAGE.format("Error", "Range Not Satisfiable")), headers
    headers["Content-Range"] = f"bytes {start}-{len(body) - 1}/{len(body)}"
    return (206, kind, body[start:]), headers


def main() -> None:
    parser = argparse.ArgumentParser(
        prog="python -m tests.support.eutils", description="E-utilities stand-in"
    )
    parser.add_argument("--corpus", nargs="*", type=Path, default=[], help="PubMed XML, plain or .gz")
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--log", type=Path, help="JSON lines, one for each request")
    parser.add_argument("--faults", type=Path, help="a JSON list of faults")
    parser.add_argument("--files", type=Path, help="folder of bulk files, served under /")
    parser.add_argument("--match", choices=["text", "all"], default="text")
    parser.add_argument(
        "--quota", type=int, default=3, help="requests in a window without a key; 0: no limit"
    )
    parser.add_argument("--window", type=float, default=1.0, help="seconds that the quota counts over")
    parser.add_argument("--key", action="append", default=[], help="an API key that is valid; none: all are")
    arguments = parser.parse_args()
    documents = (path.read_bytes() for path in arguments.corpus)
    service = StandIn(
        Corpus(*(gzip.decompress(d) if d.startswith(b"\x1f\x8b") else d for d in documents)),
        port=arguments.port,
        match=arguments.match,
        quota=arguments.quota or None,
        window=arguments.window,
        keys=arguments.key,
        faults=json.loads(arguments.faults.read_text(encoding="utf-8")) if arguments.faults else (),
        log_file=arguments.log,
        files=arguments.files,
    )
    with service, suppress(KeyboardInterrupt):
        print(service.url, flush=True)  # noqa: T201 - whoever started this process reads the address
        service.stopped.wait()


if __name__ == "__main__":
    main()
