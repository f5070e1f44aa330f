"""What a check finds."""

from __future__ import annotations

from typing import NamedTuple


class Finding(NamedTuple):
    """One check: `level` is ok, warning or error; `detail` what was found, `fix` what to do, if anything."""

    check: str
    level: str
    detail: str
    fix: str = ""


def ok(check: str, detail: str) -> Finding:
    """Return that all is well."""
    return Finding(check, "ok", detail)


def warning(check: str, detail: str, fix: str) -> Finding:
    """Return what hampers some of the work."""
    return Finding(check, "warning", detail, fix)


def error(check: str, detail: str, fix: str) -> Finding:
    """Return what keeps a run of these settings from its end."""
    return Finding(check, "error", detail, fix)
