"""The flow over NLM's bulk files: the baseline of a year once, then the update files of every day.

    python pipelines/bulk.py --config config/interleukin-12.toml --input https://ftp.ncbi.nlm.nih.gov/pubmed/

A run goes on after the last file that the one before it had read, also where that was interrupted.
"""

from __future__ import annotations

from typing import Any

from failures import explain
from prefect import flow
from tasks import LockWait, bulk_workdir, job_of, parser, run_now, serve, settings_of, walk

from comention.config import Settings

#: Where NLM keeps baseline and update files.
NLM = "https://ftp.ncbi.nlm.nih.gov/pubmed/"


@flow(name="bulk", flow_run_name="bulk {config}", on_failure=[explain], on_crashed=[explain])
def bulk(
    config: str = "config/interleukin-12.toml",
    inputs: list[str] | None = None,
    workdir: str | None = None,
    overrides: dict[str, Any] | None = None,
    full: bool = False,
    lock_wait: LockWait = 1800,
) -> dict[str, Any]:
    """Read the bulk files that were not read before and return the summary of the run.

    `inputs` are folders or addresses, NLM's where none is given; `workdir` is the configuration's with
    `-bulk` at its end where none is given, since a corpus that PubMed's query chose is another one;
    `overrides` are settings by dotted key; `full` reads every file again;
    `lock_wait` is how many seconds to wait for another run that holds the work directory.
    """
    return walk(job_of(_settings(config, inputs, workdir, overrides), full=full), lock_wait)


def _settings(
    config: str, inputs: list[str] | None, workdir: str | None, overrides: dict[str, Any] | None
) -> Settings:
    given = {**(overrides or {}), "source.kind": "bulk", "source.input": tuple(inputs or [NLM])}
    return settings_of(config, given | {"workdir": bulk_workdir(config, workdir, overrides)}, None)


def main() -> None:
    """Run the flow once, here and now, or by a schedule."""
    options = parser("Read NLM's bulk files, as a Prefect flow.", "config/interleukin-12.toml")
    options.add_argument("--input", action="append", help=f"folder or address, repeatable (default: {NLM})")
    options.add_argument("--workdir", help="folder of store, snapshots and latest")
    options.add_argument("--full", action="store_true", help="read every file again")
    given = options.parse_args()
    parameters = {"config": given.config, "inputs": given.input, "workdir": given.workdir, "full": given.full}

    def settings() -> Settings:
        return _settings(given.config, given.input, given.workdir, None)

    if given.serve:
        serve(bulk, given.serve, parameters, settings)
        return
    run_now(
        lambda: bulk(**parameters, lock_wait=0),
        settings,
        as_json=given.json,
    )


if __name__ == "__main__":
    main()
