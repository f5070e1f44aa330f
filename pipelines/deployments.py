"""What `make deploy` does beside deploying: wait for the server, and ask for the e-mail address.

    python pipelines/deployments.py wait
    python pipelines/deployments.py check

A worker may have its address in an environment of its own, so `check` refuses nothing: the flow does, before
its first stage.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import yaml

from comention.config import load_settings, variable
from comention.doctor import services
from comention.errors import ComentionError, TransientError
from comention.pubmed.client import email_of

_PLAN = Path(__file__).parents[1] / "prefect.yaml"

# Seconds that a server may take to start, and between two questions.
_PATIENCE = 120.0
_PACE = 0.5


def wait(patience: float = _PATIENCE, sleep: Callable[[float], object] = time.sleep) -> None:
    """Wait until the server that PREFECT_API_URL names answers; raise TransientError where it does not."""
    settings = load_settings()
    end = time.monotonic() + patience
    while (found := services.prefect_server(settings)).level != "ok":
        if time.monotonic() >= end:
            raise TransientError(f"Prefect server: {found.detail}: {found.fix}")
        sleep(_PACE)


def without_email(plan: Path = _PLAN) -> list[str]:
    """Return the deployments that ask PubMed and name no e-mail address here, as `flow/deployment`."""
    deployments = yaml.safe_load(plan.read_text("utf-8"))["deployments"]
    return [
        f"{one['entrypoint'].rpartition(':')[2]}/{one['name']}"
        for one in deployments
        if _lacks_email(plan.parent, **one["parameters"])
        and not one["entrypoint"].endswith(":bulk")  # which reads files, whatever its configuration names
    ]


def _lacks_email(
    folder: Path,
    config: str,
    overrides: dict[str, Any] | None = None,
    secrets: dict[str, str] | None = None,
    **_others: Any,
) -> bool:
    settings = load_settings(folder / config, overrides)
    if settings.source.kind != "pubmed" or "pubmed.email" in (secrets or {}):
        return False
    try:
        email_of(settings.pubmed)
    except ComentionError:
        return True
    return False


def main() -> None:
    """Do what the command line names; an error of ours is one line and its exit code."""
    options = argparse.ArgumentParser(description="Wait for the server, or ask for the e-mail address.")
    options.add_argument("what", choices=("wait", "check"))
    try:
        if options.parse_args().what == "wait":
            wait()
        elif lacking := without_email():
            print(
                f"comention: {', '.join(lacking)}: no e-mail address, which NCBI asks for: export "
                f"{variable('pubmed.email')}=you@example.org before the worker starts",
                file=sys.stderr,
            )
    except ComentionError as error:
        print(f"comention: {error}", file=sys.stderr)
        sys.exit(error.exit_code)


if __name__ == "__main__":
    main()
