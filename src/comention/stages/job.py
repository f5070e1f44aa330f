"""One run, and what a stage of it takes and gives."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any, NamedTuple

from comention.config import Settings

#: Called with the stage, how much of it is done, and how much there is (None where that is not known). Every
#: stage calls it from the thread that runs it: at least when it begins and when it has done everything.
Progress = Callable[[str, int, int | None], None]


@dataclass(frozen=True, slots=True)
class Job:
    """One run: what to do, under which name, and when.

    `pmids` narrows a run to a file of PMIDs (`-` is standard input), as do the `lists` that were named as
    inputs; `since` narrows one from PubMed to citations new or revised since a day.
    """

    settings: Settings
    run_id: str
    now: datetime
    full: bool = False
    pmids: Path | None = None
    since: date | None = None
    lists: tuple[str, ...] = ()

    @property
    def store(self) -> Path:
        """Where citations and annotations are held."""
        return self.settings.workdir / "store"


@dataclass(frozen=True, slots=True)
class Receipt:
    """What a stage did: its counts, its seconds, and what its result depends on."""

    stage: str
    seconds: float
    counts: dict[str, int]
    fingerprint: str
    detail: dict[str, Any] = field(default_factory=dict)
    #: Citations, articles or rows that it went through, and what it needed and found there from before.
    records: int = 0
    cache_hits: int | None = None
    #: Largest resident size of one process of the stage, in MiB.
    peak_mib: int = 0

    @property
    def records_per_second(self) -> float:
        """Records by the seconds of the whole stage."""
        return round(self.records / self.seconds, 3) if self.seconds else 0.0


class Stage(NamedTuple):
    """A stage by its name; `network` where it may be worth trying again."""

    name: str
    run: Callable[[Job, Progress], Receipt]
    network: bool = False


def fingerprint_of(*parts: Any) -> str:
    """Return a name of all that something depends on."""
    return hashlib.sha256(json.dumps(parts, sort_keys=True, default=str).encode()).hexdigest()[:16]


def new_run_id(now: datetime) -> str:
    """Return a name for a run that sorts by time: `20260131T235959Z-1a2b`."""
    return f"{now:%Y%m%dT%H%M%SZ}-{os.urandom(2).hex()}"
