"""The stages of comention as Prefect tasks: what the flows of this folder share."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from prefect import get_run_logger, task
from prefect.blocks.system import Secret

from comention import stages, terminal
from comention.config import SECRETS, Settings, load_settings, variable
from comention.errors import ComentionError, ConfigError, TransientError

# Seconds before a stage that uses the network is tried again; it goes on with what had come.
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


def walk(job: stages.Job) -> dict[str, Any]:
    """Run all stages of a job as tasks, under the lock of its work directory; return the run's summary."""
    receipts = []
    with stages.session(job):
        for stage in stages.STAGES:
            retries = len(_RETRY_DELAYS) if stage.network else 0
            attempt = run_stage.with_options(retries=retries, retry_delay_seconds=_RETRY_DELAYS)
            receipts.append(attempt(stage.name, job))
    return stages.summary(job, receipts)


def job_of(settings: Settings, *, full: bool) -> stages.Job:
    """Return the job of a run that begins now."""
    now = datetime.now(UTC)
    return stages.Job(settings, stages.new_run_id(now), now, full=full)


def settings_of(
    config: str, overrides: Mapping[str, Any] | None, secrets: Mapping[str, str] | None
) -> Settings:
    """Return the settings of a configuration under overrides and secrets.

    `overrides` are values by dotted key; `secrets` are names of Prefect Secret blocks by dotted key, as
    `{"pubmed.api_key": "ncbi-api-key"}`. Raises ConfigError for a secret among the overrides, where Prefect
    would keep it for all to read, and for a block that does not exist.
    """
    given = dict(overrides or {})
    for key in SECRETS.intersection(_keys(given)):
        raise ConfigError(
            f"overrides hold {key}, and Prefect has stored them in plain text: revoke it, and set "
            f'{variable(key)}, or name a Secret block, secrets={{"{key}": "ncbi-api-key"}}'
        )
    return load_settings(
        Path(config), given | {key: _secret(key, name) for key, name in (secrets or {}).items()}
    )


def _keys(tree: Mapping[str, Any], above: str = "") -> set[str]:
    keys = set()
    for name, value in tree.items():
        keys |= _keys(value, f"{above}{name}.") if isinstance(value, Mapping) else {f"{above}{name}"}
    return keys


def _secret(key: str, name: str) -> Any:
    try:
        block = Secret.load(name)
    except ValueError:
        raise ConfigError(
            f"{key}: there is no Prefect Secret block {name!r}: make it on the server's page of blocks"
        ) from None
    assert isinstance(block, Secret)  # noqa: S101 - what loading one now, not later, returns
    return block.get()


def run_now(flow: Callable[[], dict[str, Any]], settings: Callable[[], Settings], *, as_json: bool) -> None:
    """Run a flow once, here, and print its summary; an error of ours is one line and its exit code."""
    try:
        result = flow()
        if as_json:
            print(json.dumps(result))
        else:
            terminal.summary(result, settings())
    except ComentionError as error:
        print(f"comention: {error}", file=sys.stderr)
        sys.exit(error.exit_code)
