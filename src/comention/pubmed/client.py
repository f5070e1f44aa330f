"""The E-utilities client: search PubMed and fetch citations, as NCBI asks its users to.

Bio.Entrez builds the requests. It does not send them: its public functions hard-code NCBI's host, send
through `urlopen` without a timeout behind an unlocked global throttle, put the API key into URLs, and repeat
a request that was answered with 429 at once (Biopython 1.88). `Bio.Entrez._build_request`, which has kept its
signature since 1.80, takes the address as an argument; the request it returns is sent from here, with
timeouts, with one pace for all threads and processes of a run, and with the key in the body only.
"""

from __future__ import annotations

import http.client
import itertools
import logging
import re
import ssl
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, NoReturn, TypeVar
from urllib.parse import quote_plus, urlsplit

from comention.config import PubMed, variable
from comention.errors import (
    ComentionError,
    ConfigError,
    ContractError,
    QueryError,
    TransientError,
    UsageError,
)
from comention.pubmed.answers import (
    Answer,
    AnswerProblem,
    InvalidIdsError,
    SearchResult,
    Verdict,
    WindowError,
    read_search,
    read_set,
)
from comention.pubmed.bounds import Bounds, TooLongError, opener
from comention.pubmed.dtd import HEAD, warn_of_newer_dtd
from comention.pubmed.pacing import QUOTA, QUOTA_WITH_KEY, Backoff, Clock, Pace
from comention.pubmed.terms import checked_term, lost_tags

#: Records of a query that ESearch lists at most, at offsets 0 to 9,998.
WINDOW = 9999
#: Ids that one EFetch request carries at most.
MAX_IDS = 200

_BLOCK = 1 << 16  # bytes read at a time
# What tells that this is not PubMed. A service that was there comes back; one that never was, does not.
_ELSEWHERE = frozenset({Verdict.UNREACHED, Verdict.STRANGER, Verdict.NO_SERVICE})
_FEW_TRIES = 3
_FEW_SECONDS = 15.0  # a try that waited for its timeout was long enough

_SETTING = f"pubmed.base_url (environment: {variable('pubmed.base_url')})"
_VISIBLE = re.compile(r"[!-~]+")

_AT_ONCE, _AT_ONCE_WITH_KEY = 3, 8

_T = TypeVar("_T")
_log = logging.getLogger(__name__)


def email_of(settings: PubMed) -> str:
    """Return the e-mail address that NCBI asks for; raise ConfigError where there is none."""
    if email := (settings.email or "").strip():
        return email
    name = variable("pubmed.email")
    raise ConfigError(
        f"NCBI asks for an e-mail address: set pubmed.email, or export {name}=you@example.org "
        "(for a schedule: before its worker starts)"
    )


class EutilsClient:
    """Searches PubMed and fetches citations; to be shared by threads.

    `lock_dir` is a folder that the processes of one run share, for one pace among them. `timeout` is the
    seconds a socket may stay silent, `deadline` the seconds that an answer may take in all, headers included,
    `most` the bytes that it may have. Raises ConfigError where the settings lack an e-mail address or hold an
    address that is not one of http.

    Every method raises TransientError when PubMed gives no usable answer in the tries and the time of
    `backoff`, or in three tries as long as nothing at the address has answered as PubMed does; ConfigError
    for an API key that NCBI does not know and for an address that has no such service; and ContractError for
    a refusal that another try would not change. The API key is in no message, log record or `repr`.
    """

    def __init__(
        self,
        settings: PubMed,
        *,
        lock_dir: Path | None = None,
        timeout: float = 60.0,
        deadline: float = 300.0,
        most: int = 64 << 20,
        clock: Clock | None = None,
        backoff: Backoff | None = None,
        pace: Pace | None = None,
    ) -> None:
        self._email = email_of(settings)
        self._settings = settings
        self._tool = _checked_tool(settings.tool)
        self._base, self._host = _checked_base(settings.base_url)
        self._bounds = Bounds(deadline, most)
        self._opener = opener(self._host, self._tool, self._bounds)
        self._timeout = timeout
        self._clock = clock or Clock()
        self._backoff = backoff or Backoff()
        self._pace = pace or Pace(
            QUOTA_WITH_KEY if self._key() else QUOTA,
            path=lock_dir / "eutils.pace" if lock_dir else None,
            clock=self._clock,
        )
        self._lock = threading.Lock()
        self._sent = 0
        self._answered = False  # becomes True and stays so: threads need no lock for it
        self._dtds: set[str] = set()

    @property
    def requests(self) -> int:
        """The HTTP requests sent so far, each that was sent again included."""
        with self._lock:
            return self._sent

    def __repr__(self) -> str:
        return f"EutilsClient(host={self._host!r}, key={'yes' if self._key() else 'no'})"

    @property
    def at_once(self) -> int:
        """The requests that may be under way at once, since an answer takes a second or more."""
        return _AT_ONCE_WITH_KEY if self._key() else _AT_ONCE

    def search(
        self,
        term: str,
        *,
        retstart: int = 0,
        retmax: int = WINDOW,
    ) -> SearchResult:
        """Return how many records a query finds and a page of their PMIDs, newest first.

        Dates stand in the term: `2026/01/01:2026/01/31[crdt]` are those of creation.

        Raises QueryError for a query that PubMed would not read, or did not read, as it is written, even
        where it found records; UsageError for a page past the window.
        """
        try:
            term = checked_term(term)
        except QueryError as error:
            raise QueryError(self._redacted(str(error))) from None
        if retstart < 0 or retmax < 0 or retstart + retmax > WINDOW:
            raise UsageError(
                f"PubMed lists {WINDOW:,} records of a query, asked for {retmax} from offset {retstart}: "
                "cut the query into slices with slices.list_pmids"
            )
        params = {"term": term, "retstart": retstart, "retmax": retmax, "retmode": "json"}
        result = self._call("esearch.fcgi", params, read_search)
        self._check_translation(term, result)
        for warning in result.warnings:
            if warning != "No items found.":  # that is what a count of 0 says
                _log.warning("ESearch: %s", self._redacted(warning))
        return result

    def _check_translation(self, term: str, result: SearchResult) -> None:
        """Raise QueryError where PubMed did not read all of the query."""
        lost = ", ".join(f"[{tag}]" for tag in lost_tags(term, result.querytranslation))
        if result.dropped:
            what = f"PubMed left {', '.join(result.dropped)} out of the query"
        elif lost:
            what = f"PubMed ignored {lost} and searched all fields: it knows no such field"
        else:
            return
        error = QueryError(
            f"{self._redacted(what)}. Correct it in topic.query (environment: {variable('topic.query')}). "
            f"The query: {self._redacted(term)}"
        )
        error.dropped = result.dropped
        raise error

    def count(self, term: str) -> int:
        """Return how many records a query finds; raises as :meth:`search`.

        Not by `rettype=count`, which hides what PubMed left out of the query.
        """
        return self.search(term, retmax=0).count

    def fetch(self, ids: Sequence[int], *, stop: threading.Event | None = None) -> bytes:
        """Return one PubmedArticleSet in XML with the records of at most 200 PMIDs.

        PMIDs that PubMed does not know, or no longer, are absent from it. The bytes end with the set, and
        are otherwise not looked at. Raises InvalidIdsError where EFetch takes none of the ids for a PMID,
        and TransientError soon after `stop` is set.
        """
        if not 0 < len(ids) <= MAX_IDS or min(ids) < 1:
            raise ValueError(
                f"EFetch takes 1 to {MAX_IDS} positive PMIDs, not {len(ids)} from {min(ids, default=0)}"
            )
        params = {"id": ",".join(map(str, ids)), "retmode": "xml"}
        data = self._call("efetch.fcgi", params, read_set, stop)
        warn_of_newer_dtd(data[:HEAD], "EFetch's answer", self._dtds)
        return data

    def pause(self, failures: int, stop: threading.Event | None = None) -> None:
        """Wait as after so many failures in a row; raises TransientError soon after `stop` is set."""
        self._clock.wait(self._backoff.delay(failures), stop)

    def _call(
        self,
        endpoint: str,
        params: Mapping[str, Any],
        read: Callable[[Answer], _T | AnswerProblem],
        stop: threading.Event | None = None,
    ) -> _T:
        """Send a request until its answer can be used, or an AnswerProblem says that it never will."""
        started = self._clock.now()
        strange = 0
        for failures in itertools.count(1):
            self._pace.wait(stop)
            began = time.monotonic()
            outcome = self._attempt(endpoint, params, read)
            if not isinstance(outcome, AnswerProblem):
                self._answered = True
                return outcome
            if outcome.verdict in _ELSEWHERE and not self._answered:
                strange += 1
                took = time.monotonic() - began
                if strange >= min(_FEW_TRIES, self._backoff.tries) or took > _FEW_SECONDS:
                    raise self._not_pubmed(endpoint, outcome)
                outcome = replace(outcome, retry_after=None)  # it is not PubMed that asks for it
            reason = f"{endpoint}: {self._redacted(outcome.reason)}"
            # A key that NCBI has taken before is known to it; that it is not is asked again.
            if not (outcome.verdict is Verdict.BAD_KEY and self._answered and failures < _FEW_TRIES):
                self._refuse(outcome.verdict, reason)
            delay = self._backoff.delay(failures, outcome.retry_after)
            spent = self._clock.now() - started
            if failures >= self._backoff.tries or spent + delay > self._backoff.total:
                raise TransientError(
                    f"{self._host} gave no usable answer in {failures} tries over {spent:.0f} s, the last "
                    f"{reason}. Run it again later; if it stays so, check the network and {_SETTING}"
                )
            _log.info("%s; waiting %.1f s (try %d)", reason, delay, failures)
            if outcome.verdict is Verdict.BUSY:
                self._pace.hold(delay)  # everybody's quota, so everybody waits
            else:
                self._clock.wait(delay, stop)
        raise AssertionError("unreachable")

    def _attempt(
        self, endpoint: str, params: Mapping[str, Any], read: Callable[[Answer], _T | AnswerProblem]
    ) -> _T | AnswerProblem:
        request = self._request(endpoint, params)
        with self._lock:
            self._sent += 1
        try:
            answer = self._send(request)
        except urllib.error.URLError as error:  # raised where the request could not be handed over
            return _unreached(error.reason)
        except (OSError, http.client.HTTPException) as error:
            return AnswerProblem(Verdict.AGAIN, f"{type(error).__name__}: {error}")
        return read(answer)

    def _not_pubmed(self, endpoint: str, problem: AnswerProblem) -> ComentionError:
        """The error for an address at which PubMed has never answered."""
        address, reason = urlsplit(self._base + endpoint), self._redacted(problem.reason)
        if problem.verdict is Verdict.NO_SERVICE:
            return ConfigError(f"{self._host} has no {address.path} ({reason}): correct {_SETTING}")
        met = f"{self._host} answered with {reason} instead of PubMed"
        if problem.verdict is Verdict.UNREACHED:
            met = f"no connection to {self._host} ({reason})"
        proxy = f"{address.scheme}_proxy"
        return TransientError(f"{met}: check the network, the proxy (environment: {proxy}) and {_SETTING}")

    def _refuse(self, verdict: Verdict, reason: str) -> None:
        """Raise for a verdict that another try would not change."""
        if verdict is Verdict.FATAL:
            raise ContractError(
                f"{self._host} refused a request ({reason}): check topic.query, the proxy and {_SETTING}"
            )
        if verdict is Verdict.BAD_KEY:
            raise ConfigError(
                f"NCBI does not know the API key: correct or unset {variable('pubmed.api_key')} ({reason})"
            )
        if verdict is Verdict.INVALID_IDS:
            raise InvalidIdsError(f"none of the ids asked for is a PMID: check them ({reason})")
        if verdict is Verdict.RESLICE:
            raise WindowError(f"the query was asked for past PubMed's window ({reason})")

    def _request(self, endpoint: str, params: Mapping[str, Any]) -> urllib.request.Request:
        from Bio import Entrez

        # Each of these is given, None for a key that is left out, so that no global of Bio.Entrez is used.
        # Always by POST: a URL stands in logs and exceptions, and there the key would too.
        identity = {"db": "pubmed", "tool": self._tool, "email": self._email, "api_key": self._key()}
        build = Entrez._build_request  # Biopython is marked as typed, but its functions are not
        request = build(self._base + endpoint, {**params, **identity}, post=True)  # type: ignore[no-untyped-call]
        assert isinstance(request, urllib.request.Request)  # noqa: S101 - a private function's type
        return request

    def _send(self, request: urllib.request.Request) -> Answer:
        with self._opener.open(request, timeout=self._timeout) as response:
            if (response.length or 0) > self._bounds.size:
                raise TooLongError(self._bounds)
            parts = []
            # An answer that breaks off ends here like any other: neither JSON nor a set is whole then.
            while part := response.read1(_BLOCK):
                parts.append(part)
            headers = {name.lower(): value for name, value in response.headers.items()}
            return Answer(response.status, headers, b"".join(parts))

    def _key(self) -> str | None:
        key = self._settings.api_key
        return (key.get_secret_value().strip() or None) if key else None

    def _redacted(self, text: str) -> str:
        key = self._key()
        for form in {key, quote_plus(key)} if key else ():
            text = text.replace(form, "***")
        # Whatever else stands where a key stands: an answer may be cut, or echo another one.
        return re.sub(r'(api[-_]key"?\s*[=:]\s*"?)[^"&\s,}]+', r"\1***", text, flags=re.IGNORECASE)


def _unreached(reason: str | BaseException) -> AnswerProblem:
    if isinstance(reason, ssl.SSLCertVerificationError):
        why = f"its certificate is not trusted: {reason.verify_message}; environment: SSL_CERT_FILE"
        return AnswerProblem(Verdict.UNREACHED, why)
    if isinstance(reason, ConnectionError) and not isinstance(reason, ConnectionRefusedError):
        return AnswerProblem(
            Verdict.AGAIN, f"{type(reason).__name__}: {reason}"
        )  # it was there, and broke off
    return AnswerProblem(Verdict.UNREACHED, getattr(reason, "strerror", None) or str(reason))


def _checked_base(url: str) -> tuple[str, str]:
    """The base address with a slash at its end, and its host and port, for messages."""

    def wrong(why: str) -> NoReturn:
        raise ConfigError(f"pubmed.base_url {why} (environment: {variable('pubmed.base_url')})") from None

    if not _VISIBLE.fullmatch(url.strip()):
        wrong("has spaces or letters that an address cannot have: write it as https://host/path/")
    try:
        parts = urlsplit(url.strip())
        port = parts.port
        (parts.hostname or "").encode("idna")
    except ValueError:
        wrong("is not an address: write it as https://host/path/")
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        wrong("is not an address: write it as https://host/path/")
    if parts.username is not None or parts.query or parts.fragment:
        wrong("has more than host and path: leave user name, ? and # out of it")
    host = parts.hostname if port is None else f"{parts.hostname}:{port}"
    return url.strip().rstrip("/") + "/", host


def _checked_tool(tool: str) -> str:
    """The name of this program as a header can carry it."""
    name = " ".join(tool.split()) or "comention"
    if not (name.isascii() and name.isprintable()):
        raise ConfigError(f"pubmed.tool {name!r} is not ASCII (environment: {variable('pubmed.tool')})")
    return name
