"""What can go wrong on a machine, checked: `comention doctor`."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator

from comention.config import Settings
from comention.doctor import holdings, machine, services
from comention.doctor.finding import Finding, error
from comention.doctor.holdings import repaired
from comention.errors import ComentionError

__all__ = ["Finding", "examine", "repaired"]

Check = Callable[[Settings], Finding]

_LOCAL: tuple[tuple[str, Check], ...] = (
    ("python", machine.python),
    ("libraries", machine.libraries),
    ("lexicon", holdings.lexicon),
    ("model", holdings.model),
    ("annotator", holdings.annotator),
    ("sample", holdings.sample),
    ("work directory", holdings.work_directory),
    ("permissions", holdings.permissions),
    ("store", holdings.store),
    ("snapshot", holdings.snapshot),
    ("disk", machine.disk),
    ("encoding", machine.encoding),
    ("time zone", machine.time_zone),
    ("clock", machine.clock),
    ("email", services.email),
)
_SERVICES: tuple[tuple[str, Check], ...] = (
    ("NCBI", services.ncbi),
    ("Prefect server", services.prefect_server),
)


def examine(settings: Settings, *, offline: bool = False) -> Iterator[Finding]:
    """Yield the findings of all checks, none of which raises.

    They write nothing but the work directory's lock file and a file in the folder of temporary files that is
    gone at once. Offline, no service is asked.
    """
    for name, check in _LOCAL:
        yield _found(name, check, settings)
    for name, check in _SERVICES:
        yield Finding(name, "ok", "not asked (--offline)") if offline else _found(name, check, settings)


def _found(name: str, check: Check, settings: Settings) -> Finding:
    try:
        return check(settings)
    except ComentionError as failure:
        detail, _, fix = str(failure).rpartition(": ")
        return error(name, detail or str(failure), fix)
    except Exception as failure:
        logging.getLogger(__name__).info("unexpected", exc_info=True)
        told = " ".join(f"{type(failure).__name__}: {failure}".split())
        return error(name, f"unexpected {told}", "reinstall comention; where that changes nothing, report it")
