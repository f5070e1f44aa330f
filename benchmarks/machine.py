"""The machine that a benchmark runs on, and what is installed there."""

from __future__ import annotations

import os
import platform
import subprocess
import time
from importlib import metadata
from pathlib import Path

import psutil

from benchmarks.measures import ROOT
from benchmarks.results import Machine

#: What is compared with, and what our own speed stands on.
PACKAGES = (
    "biopython",
    "datasette",
    "duckdb",
    "flashtext2",
    "lxml",
    "netmedex",
    "numpy",
    "pandas",
    "pubmed_parser",
    "pyahocorasick",
    "pyarrow",
    "spacy",
)


def describe() -> Machine:
    """Return this machine in words."""
    return Machine(
        cpu=_cpu(),
        cores=len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1,
        memory_gib=round(psutil.virtual_memory().total / 2**30, 1),
        system=f"{platform.system()} {platform.machine()}",
        python=platform.python_version(),
    )


def _cpu() -> str:
    path = Path("/proc/cpuinfo")
    if path.exists():
        for line in path.read_text("utf-8").splitlines():
            if line.startswith("model name"):
                return line.split(":", 1)[1].strip()
    return platform.processor() or platform.machine()


def packages() -> dict[str, str]:
    """Return the versions of what is installed of `PACKAGES`."""
    found = {}
    for name in PACKAGES:
        try:
            found[name] = metadata.version(name)
        except metadata.PackageNotFoundError:
            continue
    return found


class Others:
    """Counts, from when it is made, the cores that processes other than this and its children use.

    Children count as ours once they were waited for.
    """

    def __init__(self) -> None:
        self._began = time.monotonic(), _busy(), _own()

    def cores(self) -> float:
        """Return their number, on average since then."""
        began, busy, own = self._began
        return max((_busy() - busy) - (_own() - own), 0) / max(time.monotonic() - began, 1e-9)


def _busy() -> float:
    times = psutil.cpu_times()
    # guests are counted among user and nice; what waits for a disk keeps no core busy
    waiting = times.idle + getattr(times, "iowait", 0) + getattr(times, "guest", 0)
    return float(sum(times) - waiting - getattr(times, "guest_nice", 0))


def _own() -> float:
    return sum(os.times()[:4])


#: What :func:`commit` ends with where files were changed.
CHANGED = "-dirty"


def commit() -> str:
    """Return the commit that is checked out, `-dirty` where files differ from it, or "" outside of git."""
    words = ["git", "describe", "--always", "--abbrev=10", "--dirty", "--exclude=*"]
    done = subprocess.run(words, cwd=ROOT, capture_output=True, text=True, check=False)
    return done.stdout.strip()
