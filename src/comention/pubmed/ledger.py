"""The ledger as people ask it: a row for each run, and the PMIDs behind each number."""

from __future__ import annotations

import difflib
from pathlib import Path
from typing import Any

import pyarrow.compute as pc

from comention.errors import UsageError
from comention.pubmed.intake import OUTCOMES
from comention.pubmed.store import read_accounts, read_ledger

#: What the list of runs shows; a run by itself shows every column.
LEDGER_COLUMNS: tuple[str, ...] = (
    "run_id",
    "source",
    "complete",
    "expected",
    "fetched",
    "missing",
    "rejected",
    "kept",
    "off_topic",
    "superseded",
    "withdrawn",
    "books",
    "deleted",
    "retracted",
    "added",
    "revised",
    "removed",
    "articles",
)

ACCOUNT_COLUMNS: tuple[str, ...] = ("pmid", "version", "outcome", "retracted", "source")


def ledger(workdir: Path) -> list[dict[str, Any]]:
    """Return the ledger of a work directory, a row for each run; raises UsageError where there is no run."""
    rows: list[dict[str, Any]] = read_ledger(workdir / "store").to_pylist()
    if not rows:
        raise UsageError(f"{workdir} holds no run: make one with `comention run`")
    return rows


def ledger_of(workdir: Path, run_id: str) -> dict[str, Any]:
    """Return the ledger's row of a run, `last` for the last one; raises UsageError where there is none."""
    rows = ledger(workdir)
    if run_id == "last":
        return rows[-1]
    found = [row for row in rows if row["run_id"] == run_id]
    if not found:
        close = difflib.get_close_matches(run_id, [row["run_id"] for row in rows], n=1)
        hint = f"the nearest is {close[0]}" if close else "`comention ledger` lists them"
        raise UsageError(f"{workdir} has no run {run_id!r}: {hint}")
    return found[0]


def accounts(workdir: Path, run_id: str, outcome: str) -> list[dict[str, Any]]:
    """Return the PMIDs behind a number of a run: `outcome` as `accounts` names it, `retracted`, or `all`."""
    if outcome not in (known := (*OUTCOMES, "retracted", "all")):
        raise UsageError(f"--outcome {outcome}: there are {', '.join(known)}")
    run_id = ledger_of(workdir, run_id)["run_id"]
    table = read_accounts(workdir / "store", run_id)
    if outcome == "retracted":
        table = table.filter(table["retracted"])
    elif outcome != "all":
        table = table.filter(pc.equal(table["outcome"], outcome))
    rows: list[dict[str, Any]] = table.drop_columns(["row"]).to_pylist()
    return rows
