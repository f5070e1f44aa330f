"""The flow that keeps one topic current: the stages of comention as Prefect tasks.

    python pipelines/refresh.py --config config/sample.toml

The order of the work, the lock and the clean-up are comention's; Prefect adds retries, states and schedules.
"""

from __future__ import annotations

import argparse
import json
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from prefect import flow, get_run_logger, task

from comention import stages, terminal
from comention.config import load_settings
from comention.errors import ComentionError, TransientError

# Seconds before a stage that uses the network is tried again.
_RETRY_DELAYS: list[float] = [10, 60, 300]


def _is_transient(task: Any, task_run: Any, state: Any) -> bool:
    """Tell Prefect to try again only where the service may answer later."""
    del task, task_run
    return isinstance(state.result(raise_on_failure=False), TransientError)


@task(task_run_name="{stage_name}", retry_condition_fn=_is_transient)
def run_stage(stage_name: str, job: stages.Job) -> stages.Receipt:
    """Run one stage of a job."""
    stage = next(stage for stage in stages.STAGES if stage.name == stage_name)
    receipt = stage.run(job, lambda _stage, _done, _all: None)
    get_run_logger().info("%s: %s in %.1f s", stage.name, receipt.counts, receipt.seconds)
    return receipt


def _job(config: str, overrides: dict[str, Any], *, full: bool) -> stages.Job:
    now = datetime.now(UTC)
    return stages.Job(load_settings(Path(config), overrides), stages.new_run_id(now), now, full=full)


@flow(name="refresh", flow_run_name="refresh {config}")
def refresh(
    config: str = "config/interleukin-12.toml", overrides: dict[str, Any] | None = None, full: bool = False
) -> dict[str, Any]:
    """Keep the topic of a configuration current and return the summary of the run.

    `overrides` are settings by dotted key, `{"topic.match": "all"}`; `full` fetches every citation again.
    """
    job = _job(config, overrides or {}, full=full)
    receipts = []
    with stages.session(job):
        for stage in stages.STAGES:
            retries = len(_RETRY_DELAYS) if stage.network else 0
            attempt = run_stage.with_options(retries=retries, retry_delay_seconds=_RETRY_DELAYS)
            receipts.append(attempt(stage.name, job))
    return stages.summary(job, receipts)


def main() -> None:
    """Run the flow once, here and now."""
    parser = argparse.ArgumentParser(description="Keep one topic current, as a Prefect flow.")
    parser.add_argument("--config", default="config/sample.toml", help="TOML file (default: %(default)s)")
    parser.add_argument("--full", action="store_true", help="fetch every citation again")
    parser.add_argument("--json", action="store_true", help="print the summary as JSON")
    given = parser.parse_args()
    try:
        result = refresh(given.config, full=given.full)
    except ComentionError as error:
        print(f"comention: {error}", file=sys.stderr)
        sys.exit(error.exit_code)
    if given.json:
        print(json.dumps(result))
    else:
        terminal.summary(result, load_settings(Path(given.config)))


if __name__ == "__main__":
    main()
