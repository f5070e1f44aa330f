"""What is said where a run fails: the cause, that the snapshot before stays, and how to go on."""

from __future__ import annotations

import inspect
import shlex
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from artifacts import key_of
from prefect import get_client
from prefect.client.schemas.actions import ArtifactCreate
from prefect.logging.loggers import flow_run_logger
from tasks import bulk_workdir

from comention.config import load_settings
from comention.errors import ComentionError
from comention.snapshots.snapshot import latest
from comention.stages import runs


def explain(flow: Any, flow_run: Any, state: Any) -> None:
    """Say in the log and in an artifact how to resume: the hook of every flow, on failure and on a crash."""
    # A deployment keeps the parameters that it was given; the others are the flow's own.
    defaults = {p.name: p.default for p in inspect.signature(flow.fn).parameters.values()}
    parameters = defaults | flow_run.parameters
    text = failure_text(flow.name, parameters, state.message or state.name)
    logger = flow_run_logger(flow_run, flow)
    for line in filter(None, text.splitlines()):
        logger.error(line)
    artifact = ArtifactCreate(
        key=key_of_failure(flow.name, parameters),
        type="markdown",
        description=flow_run.name,
        data=text,
        flow_run_id=flow_run.id,
    )
    try:
        with get_client(sync_client=True) as client:
            client.create_artifact(artifact)
    except Exception as error:  # the cause of the failure may be the server itself
        logger.warning("how to resume is no artifact: %s", error)


def failure_text(flow_name: str, parameters: dict[str, Any], cause: str) -> str:
    """Return the cause of a failure, what there is, and how to resume, as Markdown."""
    lines = [f"# {flow_name} failed", "", f"Cause: {' '.join(cause.split())}", ""]
    lines += _state_of(flow_name, parameters)
    script = _script(flow_name, parameters)
    lines += [
        "To resume, mend the cause and start the same deployment again (`prefect deployment run`, or Run on "
        f"its page){f', or `{script}`' if script else ''}: what was "
        "fetched is not fetched again, and shards that are annotated stay so.",
    ]
    return "\n".join(lines) + "\n"


def _state_of(flow_name: str, parameters: dict[str, Any]) -> list[str]:
    """Return what a work directory holds after a failure; nothing where the settings cannot be read."""
    try:
        workdir = workdir_of(flow_name, parameters)
    except ComentionError:
        return []
    lines = []
    try:
        snapshot = latest(workdir)
        lines.append(f"The previous snapshot stays the latest: `{snapshot.path}`.")
    except ComentionError:
        lines.append(f"`{workdir}` has no snapshot yet.")
    try:
        stages = runs.listed(workdir)
        last = [row for row in stages if row["run_id"] == stages[-1]["run_id"]]
        done = ", ".join(row["stage"] for row in last if row["outcome"] == "ok") or "no stage"
        lines.append(f"Run {last[0]['run_id']} got through {done}.")
    except ComentionError:
        pass
    return [line for text in lines for line in (text, "")]


def key_of_failure(flow_name: str, parameters: Mapping[str, Any]) -> str:
    """Return the key of a failure: of topic and work directory; of the file where settings are broken."""
    what, config = f"failure-{flow_name}", Path(parameters["config"])
    try:
        topic = load_settings(config, parameters.get("overrides") or {}).topic.name
        return key_of(what, topic, workdir_of(flow_name, parameters))
    except ComentionError:
        return key_of(what, config.stem, config)


def workdir_of(flow_name: str, parameters: Mapping[str, Any]) -> Path:
    """Return the work directory that a run of a flow with these parameters has used."""
    config, overrides = parameters["config"], parameters.get("overrides")
    if flow_name == "bulk":
        return Path(bulk_workdir(config, parameters.get("workdir"), overrides))
    return load_settings(Path(config), overrides or {}).workdir


def _script(flow_name: str, parameters: Mapping[str, Any]) -> str | None:
    """Return the command that does the same, None where a flow as a script has no option for a parameter."""
    if parameters.get("overrides") or parameters.get("secrets"):
        return None
    words = ["python", f"pipelines/{flow_name}.py", "--config", parameters["config"]]
    for source in parameters.get("inputs") or ():
        words += ["--input", source]
    if parameters.get("workdir"):
        words += ["--workdir", parameters["workdir"]]
    return shlex.join(words + (["--full"] if parameters.get("full") else []))
