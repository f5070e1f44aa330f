"""What every stage of every run took: the dataset `runs` of a work directory, one small file for each run.

A row is written when a stage begins and again when it ends, the whole file in one step each time. A process
that is killed leaves `running` behind, which the next run calls `died`.
"""

from __future__ import annotations

import logging
import re
import shlex
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

import pyarrow as pa

from comention.errors import ComentionError, ContractError, MalformedError, UsageError
from comention.files.checksums import read_checked, write_checked
from comention.files.opening import is_there
from comention.schemas import RUNS, conform

#: What a list of runs shows.
COLUMNS: tuple[str, ...] = (
    "run_id",
    "stage",
    "outcome",
    "seconds",
    "records",
    "records_per_second",
    "peak_mib",
    "cache_hits",
    "snapshot",
    "error",
)

#: The files of its folder; no other file is read or written.
WRITTEN = r"\d{8}T\d{6}Z-[0-9a-f]{4}\.parquet"

_log = logging.getLogger(__name__)


def began(workdir: Path, run_id: str, stage: str, at: datetime, version: str) -> None:
    """Write that a stage of a run begins."""
    earlier = next((row for row in of_run(workdir, run_id) if row["stage"] == stage), None)
    attempts = earlier["attempts"] + 1 if earlier else 1
    row = {"stage": stage, "attempts": attempts, "began_at": at, "outcome": "running", "version": version}
    _put(workdir, run_id, dict.fromkeys(column.name for column in RUNS.columns) | row)


def ended(workdir: Path, run_id: str, stage: str, told: Mapping[str, Any]) -> None:
    """Write how a stage that began ended: `told` are columns of the dataset, `counts` a mapping."""
    row = next((row for row in of_run(workdir, run_id) if row["stage"] == stage), None)
    if row is not None:
        _put(workdir, run_id, {**row, **told})


def bury(workdir: Path) -> None:
    """Call what never ended `died`. Call it under the lock, where nothing runs."""
    for path in _files(workdir):
        rows = of_run(workdir, path.stem)
        if any(row["outcome"] == "running" for row in rows):
            _write(path, [_dead(row) for row in rows])


def _dead(row: dict[str, Any]) -> dict[str, Any]:
    if row["outcome"] != "running":
        return row
    return {**row, "outcome": "died", "error": "the process ended before the stage did"}


def of_run(workdir: Path, run_id: str) -> list[dict[str, Any]]:
    """Return the rows of a run in the order of its stages, none where there are none that can be read."""
    path = _folder(workdir) / f"{run_id}.parquet"
    if not is_there(path):
        return []
    try:
        rows: list[dict[str, Any]] = conform(read_checked(path), RUNS).to_pylist()
    except (MalformedError, ContractError) as error:
        _log.warning("%s is left out: %s", path, error)
        return []
    return [row | {"counts": _mapping(row["counts"])} for row in rows]


def _mapping(pairs: Any) -> dict[str, int] | None:
    return None if pairs is None else {pair["name"]: pair["value"] for pair in pairs}


def listed(workdir: Path) -> list[dict[str, Any]]:
    """Return the rows of all runs, the oldest first; raises UsageError where there is no run."""
    rows = [row for path in _files(workdir) for row in of_run(workdir, path.stem)]
    if not rows:
        raise UsageError(
            f"{workdir} holds no run: make one with `comention run --workdir {shlex.quote(str(workdir))}`"
        )
    return rows


def _files(workdir: Path) -> list[Path]:
    return [path for path in sorted(_folder(workdir).glob("*.parquet")) if re.fullmatch(WRITTEN, path.name)]


def _folder(workdir: Path) -> Path:
    return workdir / "runs"


def _put(workdir: Path, run_id: str, row: dict[str, Any]) -> None:
    others = [other for other in of_run(workdir, run_id) if other["stage"] != row["stage"]]
    _write(_folder(workdir) / f"{run_id}.parquet", [*others, {**row, "run_id": run_id}])


def _write(path: Path, rows: list[dict[str, Any]]) -> None:
    """Write the rows of a run. What is told of a run is no reason to end it: a failure is logged."""
    stored = [row | {"counts": _pairs(row["counts"])} for row in rows]
    try:
        write_checked(path, conform(pa.Table.from_pylist(stored, schema=RUNS.schema), RUNS))
    except ComentionError as error:
        _log.warning("what the run took is not on file: %s", error)


def _pairs(counts: Mapping[str, int] | None) -> list[dict[str, Any]] | None:
    return None if counts is None else [{"name": name, "value": value} for name, value in counts.items()]
