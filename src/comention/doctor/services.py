"""Checks of the services that a run may need: NCBI and Prefect's server."""

from __future__ import annotations

import os
import re
import threading
import time
import tomllib
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import TYPE_CHECKING

from comention.config import Settings, variable
from comention.doctor.finding import Finding, error, ok, warning

if TYPE_CHECKING:
    import httpx

_SECONDS = 5.0  # that an answer may take
_SKEW = 300.0  # seconds that two clocks may differ


def email(settings: Settings) -> Finding:
    """Check that there is the address that NCBI asks for."""
    if settings.pubmed.email:
        key = "with" if settings.pubmed.api_key else "without"
        return ok("email", f"{settings.pubmed.email}, {key} an API key")
    if settings.source.kind != "pubmed":
        return ok("email", "none, which only --source pubmed needs")
    return error("email", "none, and NCBI asks for one", f"set pubmed.email or {variable('pubmed.email')}")


def ncbi(settings: Settings) -> Finding:
    """Ask the E-utilities for one small answer, and compare the clocks."""
    level = error if settings.source.kind == "pubmed" else warning
    url = settings.pubmed.base_url.rstrip("/") + "/einfo.fcgi"
    given = {"retmode": "json", "tool": settings.pubmed.tool, "email": settings.pubmed.email or ""}
    answer = _asked(url, given)
    fix = "check network, HTTPS_PROXY and pubmed.base_url; --offline leaves this out"
    if isinstance(answer, str):
        return level("NCBI", f"{settings.pubmed.base_url} cannot be reached ({answer})", fix)
    if answer.status_code >= 400:
        return level("NCBI", f"{settings.pubmed.base_url} answers {answer.status_code}", fix)
    behind = _skew(answer.headers.get("date"))
    if abs(behind) > _SKEW:
        told = f"this clock is {abs(behind) / 60:.0f} minutes {'behind' if behind > 0 else 'ahead of'} NCBI's"
        return warning("NCBI", told, "set the clock, or start NTP")
    return ok("NCBI", f"{settings.pubmed.base_url} answers")


def _skew(date: str | None) -> float:
    """Return by how many seconds this clock is behind a Date header; 0 where that says nothing."""
    try:
        return parsedate_to_datetime(date or "").timestamp() - time.time()
    except (TypeError, ValueError):
        return 0.0


def prefect_server(settings: Settings) -> Finding:
    """Ask the server that Prefect is set to, if any."""
    del settings
    address = os.environ.get("PREFECT_API_URL") or _of_profile()
    if not address:
        return ok("Prefect server", "none is named: a flow starts its own and ends it")
    answer = _asked(address.rstrip("/") + "/health", {})
    url = re.sub("//[^/@]*@", "//…@", address)  # no password is told
    fix = "start it (prefect server start), or correct or unset PREFECT_API_URL; only flows need it"
    if isinstance(answer, str):
        return warning("Prefect server", f"{url} cannot be reached ({answer})", fix)
    if answer.status_code >= 400:
        return warning("Prefect server", f"{url} answers {answer.status_code}", fix)
    return ok("Prefect server", f"{url} answers")


def _of_profile() -> str | None:
    """Return the address in Prefect's active profile."""
    path = Path(os.environ.get("PREFECT_HOME") or Path.home() / ".prefect") / "profiles.toml"
    try:
        with path.open("rb") as file:
            profiles = tomllib.load(file)
        active = os.environ.get("PREFECT_PROFILE") or profiles["active"]
        return str(profiles["profiles"][active]["PREFECT_API_URL"])
    except (OSError, ValueError, KeyError, TypeError, RecursionError):
        return None


def _asked(url: str, given: dict[str, str]) -> httpx.Response | str:
    """Return an answer, or why there is none, in _SECONDS at most, the search for the address included."""
    import httpx

    found: list[httpx.Response | str] = []

    def ask() -> None:
        try:
            found.append(httpx.get(url, params=given, timeout=_SECONDS))
        except (httpx.HTTPError, httpx.InvalidURL, OSError, ValueError) as failure:
            found.append(str(failure) or type(failure).__name__)

    # A thread, since no timeout ends the search for an address.
    thread = threading.Thread(target=ask, daemon=True)
    thread.start()
    thread.join(_SECONDS + 1)
    return found[0] if found else f"no answer in {_SECONDS:.0f} s"
