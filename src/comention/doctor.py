"""What can go wrong on a machine, checked: `comention doctor`."""

from __future__ import annotations

import locale
import shutil
import sys
from collections.abc import Callable, Iterator
from importlib.metadata import PackageNotFoundError, version
from typing import NamedTuple

from comention.config import Settings, variable
from comention.errors import ComentionError
from comention.files import locked

_NEEDED_BYTES = 1 << 30


class Finding(NamedTuple):
    """One check: `level` is ok, warning or error; `detail` says what was found or what to do."""

    check: str
    level: str
    detail: str


def examine(settings: Settings) -> Iterator[Finding]:
    """Yield the findings of all checks; none of them writes anything but the work directory's lock file."""
    checks: tuple[Callable[[Settings], Finding], ...] = (
        _python,
        _libraries,
        _lexicon,
        _sample,
        _workdir,
        _disk,
        _encoding,
        _email,
    )
    for check in checks:
        yield check(settings)


def _python(settings: Settings) -> Finding:
    del settings
    found = ".".join(map(str, sys.version_info[:3]))
    good = (3, 11) <= sys.version_info[:2] < (3, 13)
    return Finding(
        "python", "ok" if good else "error", found if good else f"{found}: use Python 3.11 or 3.12"
    )


def _libraries(settings: Settings) -> Finding:
    del settings
    names = (
        "biopython",
        "duckdb",
        "lxml",
        "marisa-trie",
        "numpy",
        "pandas",
        "prefect",
        "pyarrow",
        "scispacy",
        "spacy",
    )
    missing = []
    for name in names:
        try:
            version(name)
        except PackageNotFoundError:
            missing.append(name)
    if missing:
        return Finding("libraries", "error", f"missing: {', '.join(missing)}; install from requirements.lock")
    return Finding("libraries", "ok", ", ".join(f"{name} {version(name)}" for name in names))


def _lexicon(settings: Settings) -> Finding:
    from comention.topic import annotator_of

    try:
        annotator = annotator_of(settings)
    except ComentionError as error:
        return Finding("annotator", "error", str(error))
    return Finding("annotator", "ok", f"{annotator.name}, fingerprint {annotator.fingerprint}")


def _sample(settings: Settings) -> Finding:
    del settings
    from comention.resources import sample_files

    try:
        files = sample_files()
    except ComentionError as error:
        return Finding("sample", "error", str(error))
    return Finding("sample", "ok" if files else "error", f"{len(files)} files")


def _workdir(settings: Settings) -> Finding:
    try:
        with locked(settings.workdir):
            return Finding("work directory", "ok", f"{settings.workdir} can be written and is free")
    except ComentionError as error:
        return Finding("work directory", "error", str(error))


def _disk(settings: Settings) -> Finding:
    folder = next(
        p for p in (settings.workdir.absolute(), *settings.workdir.absolute().parents) if p.exists()
    )
    free = shutil.disk_usage(folder).free
    level = "ok" if free > _NEEDED_BYTES else "warning"
    return Finding("disk", level, f"{free / 2**30:.1f} GiB free at {settings.workdir}")


def _encoding(settings: Settings) -> Finding:
    del settings
    found = locale.getpreferredencoding(do_setlocale=False)
    good = found.lower().replace("-", "") == "utf8"
    return Finding("encoding", "ok" if good else "warning", found if good else f"{found}: set LC_ALL=C.UTF-8")


def _email(settings: Settings) -> Finding:
    if settings.pubmed.email:
        key = "with" if settings.pubmed.api_key else "without"
        return Finding("NCBI", "ok", f"{settings.pubmed.email}, {key} an API key")
    needed = "needed" if settings.source.kind == "pubmed" else "needed only for --source pubmed"
    level = "error" if settings.source.kind == "pubmed" else "ok"
    return Finding("NCBI", level, f"no email ({needed}): set pubmed.email or {variable('pubmed.email')}")
