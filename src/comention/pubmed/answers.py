"""What an answer of the E-utilities means.

NCBI reports errors in many ways: by status, as JSON or XML with status 200, as a web page, as JSON that is
not valid, by ending early. Everything here is a function of the answer; what to do about it is the client's.
"""

from __future__ import annotations

import enum
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from email.utils import parsedate_to_datetime
from typing import Any

from comention.errors import ContractError, UsageError

_CLOSE = b"</PubmedArticleSet>"


class WindowError(ContractError):
    """A search reached past the 9,999 records that PubMed lists for one query: cut it into slices."""


class InvalidIdsError(UsageError):
    """EFetch took none of the ids of a request for a PMID."""


class Verdict(enum.Enum):
    """What to do about an answer that is not the one asked for."""

    BUSY = "over the quota: all wait, then send again"
    AGAIN = "wait, then send again"
    SEARCH_AGAIN = "the service lost what was asked: send all of it again"
    RESLICE = "past the window: cut the query smaller"
    INVALID_IDS = "the ids are no PMIDs"
    BAD_KEY = "the API key is not valid"
    FATAL = "sending it again would not help"
    UNREACHED = "there is no connection"
    STRANGER = "somebody between here and the service answers, or the service is down"
    NO_SERVICE = "the address has no such service"


@dataclass(frozen=True, slots=True)
class Answer:
    """One HTTP answer; names of `headers` in lower case."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    def retry_after(self) -> float | None:
        """The seconds to wait that the service asks for (RFC 9110, 10.2.3), None where it asks for none.

        A date is taken relative to the answer's own Date, so that a wrong clock here does no harm.
        """
        value = self.headers.get("retry-after", "").strip()
        if value.isascii() and value.isdigit():
            return float(value)
        try:
            until = parsedate_to_datetime(value)
            sent = parsedate_to_datetime(self.headers.get("date", ""))
            return max(0.0, (until - sent).total_seconds())
        except (TypeError, ValueError, IndexError, OverflowError):  # no date, or one without a time zone
            return None


@dataclass(frozen=True, slots=True)
class AnswerProblem:
    """An answer that is not the one asked for; `reason` is one line, as the service put it."""

    verdict: Verdict
    reason: str
    retry_after: float | None = None


@dataclass(frozen=True, slots=True)
class SearchResult:
    """What ESearch found: `count` records, of which `ids` is the page asked for, newest first.

    `warnings` are the service's messages that leave the result as it is; `dropped` are parts of the query
    that it could not find and left out.
    """

    count: int
    ids: tuple[int, ...]
    querytranslation: str
    warnings: tuple[str, ...] = ()
    dropped: tuple[str, ...] = ()


# Texts that real answers were seen to contain, the more specific ones first.
_SIGNS = (
    ("proxy_stream()", Verdict.AGAIN),
    ("API key invalid", Verdict.BAD_KEY),
    ("API rate limit exceeded", Verdict.BUSY),
    ("ID list is empty", Verdict.INVALID_IDS),
    ("Empty ID list", Verdict.INVALID_IDS),
    ("cannot get document summary", Verdict.INVALID_IDS),
    ("Invalid UID", Verdict.INVALID_IDS),
    ("UID not found", Verdict.INVALID_IDS),
    ("Unable to obtain query", Verdict.SEARCH_AGAIN),
    ("'retstart' cannot be larger", Verdict.RESLICE),
    ("out of acceptable range", Verdict.RESLICE),
    ("Database is not supported", Verdict.AGAIN),
    ("Search Backend failed", Verdict.AGAIN),
)
_PROLOG = re.compile(r"(?:\s|\ufeff|<\?.*?\?>|<!--.*?-->|<!DOCTYPE[^>\[]*>)*", re.DOTALL | re.IGNORECASE)
_HTML = re.compile(r"<!doctype\s+html\b|<html\b", re.IGNORECASE)
_TITLE = re.compile(r"<title>(.*?)</title>", re.DOTALL | re.IGNORECASE)
_XML_ERROR = re.compile(r"<ERROR>(.*?)</ERROR>", re.DOTALL | re.IGNORECASE)
_JSON_ERROR = re.compile(r'"error"\s*:\s*"((?:[^"\\]|\\.)*)"', re.DOTALL | re.IGNORECASE)
_OF_A_PROXY = frozenset({407, 511})  # it wants a login
_NO_SERVICE = frozenset({404, 405, 410, 501})
_PLAIN = re.compile(r"[0-9]{1,18}")
_HEAD = 4096  # characters in which the root element and every error text were ever seen


def read_search(answer: Answer) -> SearchResult | AnswerProblem:
    """Return what an answer of ESearch in JSON says."""
    problem = _by_status(answer) or _by_error(answer)
    if problem is not None:  # a search names no ids
        invalid = problem.verdict is Verdict.INVALID_IDS
        return replace(problem, verdict=Verdict.AGAIN) if invalid else problem
    try:
        # Not strict: a raw line feed in a message does not hide what the answer says.
        found = json.loads(answer.body, strict=False)["esearchresult"]
        return _search_result(found)
    except (ValueError, TypeError, KeyError, AttributeError, OverflowError, RecursionError):
        return AnswerProblem(Verdict.AGAIN, f"no ESearch result: {_line(_text(answer.body))}")


def read_set(answer: Answer) -> bytes | AnswerProblem:
    """Return the body of an answer of EFetch in XML: one whole PubmedArticleSet, which may be empty."""
    problem = _by_status(answer)
    if problem is not None:
        return problem
    root = _past_prolog(_text(answer.body[:_HEAD]))
    if not re.match(r"<PubmedArticleSet[\s/>]", root):
        return _by_error(answer) or AnswerProblem(Verdict.AGAIN, f"no PubmedArticleSet: {_line(root)}")
    if not answer.body.rstrip().endswith(_CLOSE) and not re.fullmatch(r"<PubmedArticleSet\s*/>\s*", root):
        return AnswerProblem(Verdict.AGAIN, f"truncated XML of {len(answer.body)} bytes")
    return answer.body


def _by_status(answer: Answer) -> AnswerProblem | None:
    status, text = answer.status, _text(answer.body[:_HEAD])
    if 200 <= status < 300:
        return None
    reason = f"HTTP {status} {_line(_error_text(text) or _page_title(text) or text)}".strip()
    if status == 429:
        return AnswerProblem(Verdict.BUSY, reason, answer.retry_after())
    if 300 <= status < 400 or status in _OF_A_PROXY:
        # A redirect leads to a page that says that the address is blocked or the service is down.
        target = answer.headers.get("location", "").partition("?")[0]
        moved = f"a redirect to {_line(target, 100)} (HTTP {status})" if target else reason
        return AnswerProblem(Verdict.STRANGER, moved, answer.retry_after())
    if status in _NO_SERVICE:
        return AnswerProblem(_verdict(text, Verdict.NO_SERVICE), reason, answer.retry_after())
    if status < 400 or status == 408 or status >= 500:
        return AnswerProblem(Verdict.AGAIN, reason, answer.retry_after())
    return AnswerProblem(_verdict(text, Verdict.FATAL), reason, answer.retry_after())


def _by_error(answer: Answer) -> AnswerProblem | None:
    """The error that an answer with status 200 reports instead of what was asked for."""
    text = _text(answer.body[:_HEAD])
    rest = _past_prolog(text)
    error = _error_text(rest)
    if not rest:
        return AnswerProblem(Verdict.AGAIN, "an empty answer")
    if _HTML.search(text) and not rest.startswith("{"):
        title = _line(_page_title(text) or "", 100)
        page = f"a web page titled “{title}”" if title else "a web page without a title"
        return AnswerProblem(_verdict(text, Verdict.STRANGER), page)
    if error is None:
        return None
    # A plain JSON `error` comes from the gateway before the E-utilities, which counts requests; those of
    # the E-utilities themselves are written in capitals.
    gateway = rest.startswith("{") and '"ERROR"' not in rest
    verdict = _verdict(error, Verdict.BUSY if gateway else Verdict.AGAIN)
    return AnswerProblem(verdict, _line(error), answer.retry_after())


def _search_result(found: Mapping[str, Any]) -> SearchResult:
    errors, warnings = found.get("errorlist") or {}, found.get("warninglist") or {}
    dropped = [
        *errors.get("phrasesnotfound", ()),
        *errors.get("fieldsnotfound", ()),
        *warnings.get("quotedphrasesnotfound", ()),
        *warnings.get("phrasesignored", ()),
    ]
    return SearchResult(
        count=_number(found["count"], 0),
        ids=tuple(_number(i, 1) for i in found.get("idlist", ())),
        querytranslation=str(found.get("querytranslation", "")),
        warnings=tuple(str(message) for message in warnings.get("outputmessages", ())),
        dropped=tuple(dict.fromkeys(str(phrase) for phrase in dropped)),
    )


def _number(value: object, least: int) -> int:
    """A count or a PMID; raises ValueError for anything else."""
    if not _PLAIN.fullmatch(str(value)) or int(str(value)) < least:
        raise ValueError(f"{str(value)[:40]} is no count and no PMID")
    return int(str(value))


def _verdict(text: str, default: Verdict) -> Verdict:
    lower = text.lower()
    return next((verdict for sign, verdict in _SIGNS if sign.lower() in lower), default)


def _error_text(text: str) -> str | None:
    found = _XML_ERROR.search(text) or _JSON_ERROR.search(text)
    return found[1] if found else None


def _page_title(text: str) -> str | None:
    found = _TITLE.search(text)
    return found[1] if found else None


def _past_prolog(text: str) -> str:
    prolog = _PROLOG.match(text)
    return text[prolog.end() :] if prolog else text


def _text(body: bytes) -> str:
    return body.decode("utf-8", "replace")


def _line(text: str, limit: int = 300) -> str:
    line = " ".join(text.split())
    return line if len(line) <= limit else line[: limit - 1] + "…"
