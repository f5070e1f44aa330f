"""The embedded sample, run once for all tests that only read what it comes to."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NamedTuple

from comention.config import load_settings
from comention.stages import walk
from comention.stages.job import Job

RUN_ID = "20260102T030405Z-0000"
NOW = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)


class Sample(NamedTuple):
    """A finished work directory of the sample, and the summary of its run."""

    workdir: Path
    summary: dict[str, Any]


def run_sample(workdir: Path) -> Sample:
    """Run the sample with the settings as shipped."""
    job = Job(load_settings(None, {"workdir": workdir}), RUN_ID, NOW)
    return Sample(workdir, walk.summary(job, walk.walk(job)))
