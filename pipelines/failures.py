"""What is said where a run fails: the cause, that the snapshot before stays, and how to go on."""

from __future__ import annotations

import inspect
from pathlib import Path
from typing import Any

from artifacts import key, key_of
from prefect import get_client
from prefect.client.schemas.actions import ArtifactCreate
from prefect.logging.loggers import flow_run_logger

from comention.config import Settings, load_settings
from comention.errors import ComentionError
from comention.snapshots.snapshot import latest
from comention.stages import runs


def explain(flow: Any, flow_run: Any, state: Any) -> None:
    """Say in the log and in an artifact how to resume: the hook of every flow, on failure and on a crash."""
    defaults = {name: given.default for name, given in inspect.signature(flow.fn).parameters.items()}
    parameters = defaults | flow_run.parameters
    text = failure_text(flow.name, parameters, state.message or state.name)
    logger = flow_run_logger(flow_run, flow)
    for line in filter(None, text.splitlines()):
        logger.error(line)
    artifact = ArtifactCreate(
        key=_key(flow.name, parameters),
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
    lines += [
        "To resume, mend the cause and start the same deployment again (`prefect deployment run`, or Run on "
        f"its page), or `python pipelines/{flow_name}.py --config {parameters.get('config')}`: what was "
        "fetched is not fetched again, and shards that are annotated stay so.",
    ]
    return "\n".join(lines) + "\n"


def _state_of(flow_name: str, parameters: dict[str, Any]) -> list[str]:
    """Return what a work directory holds after a failure; nothing where the settings cannot be read."""
    try:
        workdir = _settings(flow_name, parameters).workdir
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


def _key(flow_name: str, parameters: dict[str, Any]) -> str:
    """Return the key of a failure: of topic and work directory; of the file where settings are broken."""
    what = f"failure-{flow_name}"
    try:
        return key(what, _settings(flow_name, parameters))
    except ComentionError:
        return key_of(what, Path(parameters["config"]).stem, str(Path(parameters["config"]).resolve()))


def _settings(flow_name: str, parameters: dict[str, Any]) -> Settings:
    given = dict(parameters.get("overrides") or {})
    if parameters.get("workdir"):
        given["workdir"] = parameters["workdir"]
    settings = load_settings(Path(parameters["config"]), given)
    if flow_name == "bulk" and "workdir" not in given:
        return settings.model_copy(update={"workdir": Path(f"{settings.workdir}-bulk")})
    return settings
