"""The flow that keeps one topic current: the stages of comention as Prefect tasks.

    python pipelines/refresh.py --config config/sample.toml

The order of the work, the lock and the clean-up are comention's; Prefect adds retries, states and schedules.
"""

from __future__ import annotations

import argparse
from typing import Any

from prefect import flow
from tasks import job_of, run_now, settings_of, walk


@flow(name="refresh", flow_run_name="refresh {config}")
def refresh(
    config: str = "config/interleukin-12.toml",
    overrides: dict[str, Any] | None = None,
    secrets: dict[str, str] | None = None,
    full: bool = False,
) -> dict[str, Any]:
    """Keep the topic of a configuration current and return the summary of the run.

    `overrides` are settings by dotted key, `{"topic.match": "all"}`; `secrets` names Prefect Secret blocks by
    the setting they hold, `{"pubmed.api_key": "ncbi-api-key"}`; `full` fetches every citation again.
    """
    return walk(job_of(settings_of(config, overrides, secrets), full=full))


def main() -> None:
    """Run the flow once, here and now."""
    parser = argparse.ArgumentParser(description="Keep one topic current, as a Prefect flow.")
    parser.add_argument("--config", default="config/sample.toml", help="TOML file (default: %(default)s)")
    parser.add_argument("--full", action="store_true", help="fetch every citation again")
    parser.add_argument("--json", action="store_true", help="print the summary as JSON")
    given = parser.parse_args()
    run_now(
        lambda: refresh(given.config, full=given.full),
        lambda: settings_of(given.config, None, None),
        as_json=given.json,
    )


if __name__ == "__main__":
    main()
