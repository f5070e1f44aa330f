"""The stages of comention as Prefect tasks: what the flows of this folder share."""

from __future__ import annotations

import argparse
import json
import logging
import sys
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any, NoReturn

from artifacts import Progress, key_of, tell
from prefect import get_run_logger, tags, task
from prefect.blocks.system import Secret
from prefect.client.schemas.objects import ConcurrencyLimitConfig, ConcurrencyLimitStrategy
from prefect.schedules import Cron
from pydantic import Field

from comention.cli import signals, terminal
from comention.config import SECRETS, Settings, load_settings, variable
from comention.errors import ComentionError, ConfigError, TransientError
from comention.pubmed.client import email_of
from comention.stages.inputs import with_lists
from comention.stages.job import Job, Receipt, new_run_id
from comention.stages.steps import STAGES
from comention.stages.walk import perform, session, summary

# Seconds before a stage that uses the network is tried again; it goes on with what had come.
_RETRY_DELAYS: list[float] = [10, 60, 300]

#: Hours after which a stage is given up. A whole baseline of PubMed takes a night to fetch.
TIMEOUTS: dict[str, float] = {"fetch": 24, "annotate": 48, "collect": 4, "cooccur": 8, "publish": 2}

# Seconds after a signal in which Prefect puts a run's state on its server.
_GRACE = 30.0

#: Seconds for which a flow waits where another run holds the work directory.
LockWait = Annotated[float, Field(ge=0, le=86_400)]


def _is_transient(task: Any, task_run: Any, state: Any) -> bool:
    """Tell Prefect to try again only where the service may answer later."""
    del task, task_run
    return isinstance(state.result(raise_on_failure=False), TransientError)


@task(task_run_name="{stage_name}", retry_condition_fn=_is_transient)
def run_stage(stage_name: str, job: Job) -> Receipt:
    """Run one stage of a job."""
    stage = next(stage for stage in STAGES if stage.name == stage_name)
    progress = Progress(job.settings, stage.name)
    receipt = perform(stage, job, progress)
    progress.finish()
    get_run_logger().info("%s: %s in %.1f s", stage.name, receipt.counts, receipt.seconds)
    return receipt


def walk(job: Job, lock_wait: float) -> dict[str, Any]:
    """Run all stages of a job as tasks, under the lock of its work directory; return the run's summary.

    Another run that holds the work directory is waited for, so many seconds; then LockedError.
    """
    logging.getLogger("comention").setLevel(logging.INFO)
    get_run_logger().info("run %s in %s", job.run_id, job.settings.workdir.resolve())
    receipts = []
    with tags("comention", job.settings.topic.name), session(job, lock_wait):
        for stage in STAGES:
            attempt = run_stage.with_options(
                retries=len(_RETRY_DELAYS) if stage.network else 0,
                retry_delay_seconds=_RETRY_DELAYS,
                timeout_seconds=3600 * TIMEOUTS[stage.name],
            )
            receipts.append(attempt(stage.name, job))
        result = summary(job, receipts)
        tell(job, result, receipts)
    return result


def job_of(settings: Settings, *, full: bool) -> Job:
    """Return the job of a run that begins now; raises what :func:`check_source` raises."""
    now = datetime.now(UTC)
    job = with_lists(Job(settings, new_run_id(now), now, full=full))
    check_source(job.settings)  # a list of PMIDs alone is fetched from PubMed
    return job


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


def check_source(settings: Settings) -> None:
    """Raise ConfigError for settings by which PubMed is asked without an e-mail address."""
    if settings.source.kind == "pubmed":
        email_of(settings.pubmed)


def bulk_workdir(config: str, workdir: str | None, overrides: Mapping[str, Any] | None) -> str:
    """Return the work directory of a bulk run: what is named, else the configuration's with `-bulk` added."""
    if named := workdir or (overrides or {}).get("workdir"):
        return str(named)
    return f"{settings_of(config, overrides, None).workdir}-bulk"


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


def parser(description: str, config: str) -> argparse.ArgumentParser:
    """Return the options that all flows have as scripts."""
    options = argparse.ArgumentParser(description=description)
    options.add_argument("--config", default=config, help="TOML file (default: %(default)s)")
    options.add_argument("--json", action="store_true", help="print the summary as JSON")
    options.add_argument(
        "--serve",
        metavar="CRON",
        help="stay, and run by this schedule (UTC), as '15 3 * * *'; needs a server",
    )
    return options


def serve(flow: Any, cron: str, parameters: Mapping[str, Any], settings: Callable[[], Settings]) -> None:
    """Stay and run a flow by a schedule, one run at a time: a deployment without work pool and worker.

    Each topic and work directory has a deployment of its own: Prefect keeps one of each name, and pauses it
    when the process that serves it ends. Settings that no run could use are refused now, in one line, not
    when the first run is due.
    """
    try:
        used = settings()
        check_source(used)
    except ComentionError as error:
        _refuse(error)
    name = key_of("served", used.topic.name, used.workdir)
    flow.serve(
        name=name,
        schedule=Cron(cron, timezone="UTC", slug=name),
        parameters=dict(parameters),
        tags=["comention"],
        limit=1,
        global_limit=ConcurrencyLimitConfig(limit=1, collision_strategy=ConcurrencyLimitStrategy.ENQUEUE),
    )


def run_now(flow: Callable[[], dict[str, Any]], settings: Callable[[], Settings], *, as_json: bool) -> None:
    """Run a flow once, here, and print its summary; an error of ours is one line and its exit code.

    So is a signal that ends it. Prefect's temporary server ends with this process, however that ends.
    """
    from servers import Temporary  # noqa: PLC0415 - a worker's runs need none, and it takes seconds to import

    with signals.listening(_GRACE) as ending:
        try:
            Temporary()
            result = flow()
            if as_json:
                print(json.dumps(result))
            else:
                terminal.summary(result, settings())
        except ComentionError as error:
            _refuse(error)
        except KeyboardInterrupt:
            pass  # left below, when its traceback holds nothing any more
        else:
            return
        ending.leave()


def _refuse(error: ComentionError) -> NoReturn:
    print(f"comention: {error}", file=sys.stderr)
    sys.exit(error.exit_code)
