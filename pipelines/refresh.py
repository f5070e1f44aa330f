"""The flow that keeps one topic current, night by night: the stages of comention as Prefect tasks.

    python pipelines/refresh.py --config config/sample.toml

The order of the work, the lock and the clean-up are comention's; Prefect adds retries, states and schedules.
"""

from __future__ import annotations

from typing import Any

from failures import explain
from prefect import flow
from tasks import LockWait, job_of, parser, run_now, serve, settings_of, walk

from comention.config import Settings


@flow(name="refresh", flow_run_name="refresh {config}", on_failure=[explain], on_crashed=[explain])
def refresh(
    config: str = "config/interleukin-12.toml",
    overrides: dict[str, Any] | None = None,
    secrets: dict[str, str] | None = None,
    full: bool = False,
    lock_wait: LockWait = 1800,
) -> dict[str, Any]:
    """Keep the topic of a configuration current and return the summary of the run.

    `overrides` are settings by dotted key, `{"topic.match": "all"}`; `secrets` names Prefect Secret blocks by
    the setting they hold, `{"pubmed.api_key": "ncbi-api-key"}`; `full` fetches every citation again;
    `lock_wait` is how many seconds to wait for another run that holds the work directory.
    """
    return walk(job_of(settings_of(config, overrides, secrets), full=full), lock_wait)


def main() -> None:
    """Run the flow once, here and now, or by a schedule."""
    options = parser("Keep one topic current, as a Prefect flow.", "config/sample.toml")
    options.add_argument("--full", action="store_true", help="fetch every citation again")
    given = options.parse_args()

    def settings() -> Settings:
        return settings_of(given.config, None, None)

    if given.serve:
        serve(refresh, given.serve, {"config": given.config, "full": given.full}, settings)
        return
    run_now(
        lambda: refresh(given.config, full=given.full, lock_wait=0),
        settings,
        as_json=given.json,
    )


if __name__ == "__main__":
    main()
