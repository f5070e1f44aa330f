"""Checks of the machine itself: Python, libraries, disk, text encoding, time."""

from __future__ import annotations

import locale
import os
import re
import shutil
import sys
import time
from importlib.metadata import PackageNotFoundError, requires, version
from pathlib import Path
from zoneinfo import ZoneInfo

import comention
from comention.config import Settings
from comention.doctor.finding import Finding, error, ok, warning

_LITTLE, _TOO_LITTLE = 1 << 30, 100 << 20  # bytes
_DAY = 86_400.0
_ANY_ZONE = "Europe/Berlin"
_POSIX = re.compile(r"(?:[A-Za-z]{3,}|<[^>]+>)[+-]?\d.*")  # as in CET-1CEST


def python(settings: Settings) -> Finding:
    """Check the version of Python."""
    del settings
    found = ".".join(map(str, sys.version_info[:3]))
    if (3, 11) <= sys.version_info[:2] < (3, 15):
        return ok("python", found)
    return error("python", found, "use Python 3.11 to 3.14: make PYTHON=python3.13")


def libraries(settings: Settings) -> Finding:
    """Check that every library is there in a version that is asked for."""
    del settings
    from packaging.requirements import Requirement

    try:
        wanted = [Requirement(text) for text in requires("comention") or ()]
    except PackageNotFoundError:
        return error("libraries", "comention is not installed here", "install it: make install")
    found: dict[str, str] = {}
    wrong = []
    for requirement in wanted:
        if requirement.marker is not None and not requirement.marker.evaluate({"extra": ""}):
            if "extra" not in str(requirement.marker):
                found.setdefault(requirement.name, f"no {requirement.name} ({requirement.marker} only)")
            continue
        try:
            held = version(requirement.name)
        except PackageNotFoundError:
            wrong.append(f"{requirement.name} is missing")
            continue
        found[requirement.name] = f"{requirement.name} {held}"
        if not requirement.specifier.contains(held, prereleases=True):
            wrong.append(f"{requirement.name} {held} is not {requirement.specifier}")
    if wrong:
        return error("libraries", "; ".join(wrong), "install them from requirements.lock: make install")
    return ok("libraries", ", ".join(found.values()))


def disk(settings: Settings) -> Finding:
    """Check that there is room for a run."""
    folder = settings.workdir.absolute()
    there = next(path for path in (folder, *folder.parents) if path.exists())
    free = shutil.disk_usage(there).free
    detail = f"{free / 2**30:.1f} GiB free at {settings.workdir}"
    if free >= _LITTLE:
        return ok("disk", detail)
    level = error if free < _TOO_LITTLE else warning
    return level("disk", detail, "free some, or name another --workdir")


def encoding(settings: Settings) -> Finding:
    """Check that the locale is there and that text can hold β."""
    del settings
    fix = "set LC_ALL=C.UTF-8"
    before = locale.setlocale(locale.LC_CTYPE)
    try:
        locale.setlocale(locale.LC_CTYPE, "")
    except locale.Error:
        named = os.environ.get("LC_ALL") or os.environ.get("LC_CTYPE") or os.environ.get("LANG")
        return warning("encoding", f"the locale {named} is not installed", fix)
    finally:
        locale.setlocale(locale.LC_CTYPE, before)
    for what, found in (
        ("files", locale.getpreferredencoding(do_setlocale=False)),
        ("file names", sys.getfilesystemencoding()),
        ("standard output", getattr(sys.stdout, "encoding", None) or "utf-8"),
    ):
        if found.lower().replace("-", "") != "utf8":
            return warning("encoding", f"{what}: {found}, which cannot say β", fix)
    return ok("encoding", "UTF-8")


def time_zone(settings: Settings) -> Finding:
    """Check that time zones are known, which schedules need."""
    del settings
    named = os.environ.get("TZ", "").removeprefix(":")
    if not _known(_ANY_ZONE):
        return warning("time zone", "this machine knows no time zones", "install tzdata (pip install tzdata)")
    if named and not named.startswith("/") and not _POSIX.fullmatch(named) and not _known(named):
        fix = f"set it as in TZ={_ANY_ZONE}, or unset it"
        return warning("time zone", f"TZ={named} is no time zone", fix)
    return ok("time zone", named or "/".join(time.tzname))


def _known(zone: str) -> bool:
    try:
        ZoneInfo(zone)
    except (KeyError, ValueError, OSError):  # ZoneInfoNotFoundError is a KeyError
        return False
    return True


def clock(settings: Settings) -> Finding:
    """Check that the clock is not behind this program's own files."""
    del settings
    installed = Path(comention.__file__).stat().st_mtime
    now = time.time()
    shown = time.strftime("%Y-%m-%d %H:%M UTC", time.gmtime(now))
    if now < installed - _DAY:
        return error(
            "clock", f"{shown}, earlier than this program was installed", "set the clock, or start NTP"
        )
    return ok("clock", shown)
