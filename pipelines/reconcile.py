"""The flow that fetches one topic anew, week by week: what PubMed changed without a date comes in, too.

    python pipelines/reconcile.py --config config/sample.toml

It also leaves the store compact, since nothing of what was held before stays but what is fetched again.
"""

from __future__ import annotations

from typing import Any

from failures import explain
from prefect import flow
from tasks import LockWait, job_of, parser, run_now, serve, settings_of, walk

from comention.config import Settings


@flow(name="reconcile", flow_run_name="reconcile {config}", on_failure=[explain], on_crashed=[explain])
def reconcile(
    config: str = "config/interleukin-12.toml",
    overrides: dict[str, Any] | None = None,
    secrets: dict[str, str] | None = None,
    lock_wait: LockWait = 6 * 3600,
) -> dict[str, Any]:
    """Fetch every citation of a topic again and return the summary of the run.

    The parameters are those of `refresh`; this one waits longer for a run that holds the work directory.
    """
    return walk(job_of(settings_of(config, overrides, secrets), full=True), lock_wait)


def main() -> None:
    """Run the flow once, here and now, or by a schedule."""
    given = parser("Fetch one topic anew, as a Prefect flow.", "config/sample.toml").parse_args()

    def settings() -> Settings:
        return settings_of(given.config, None, None)

    if given.serve:
        serve(reconcile, given.serve, {"config": given.config}, settings)
        return
    run_now(
        lambda: reconcile(given.config, lock_wait=0),
        settings,
        as_json=given.json,
    )


if __name__ == "__main__":
    main()
