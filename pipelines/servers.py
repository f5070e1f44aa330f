"""The temporary server of a flow that is run by hand."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import Any

import prefect
from prefect.server.api.server import SubprocessASGIServer
from prefect.settings import get_current_settings

from comention.processes import ending_with_this


class Temporary(SubprocessASGIServer):
    """The temporary server that Prefect starts where no other is set.

    Prefect knows one for each port: made first, it is the one that Prefect takes.
    """

    def _run_uvicorn_command(self) -> subprocess.Popen[Any]:
        # As Prefect starts it, but for a watch that is there before the server is: where this process is
        # killed just then, nobody would know its id.
        app = [
            "--app-dir",
            str(prefect.__module_path__.parent),
            "--factory",
            "prefect.server.api.server:create_app",
        ]
        place = ["--host", "127.0.0.1", "--port", str(self.port), "--log-level", "error", "--lifespan", "on"]
        own = {"PREFECT_UI_ENABLED": "0", "PREFECT__SERVER_EPHEMERAL": "1", "PREFECT__SERVER_FINAL": "1"}
        given = get_current_settings().to_environment_variables(exclude_unset=True)
        return ending_with_this(
            [sys.executable, "-m", "uvicorn", *app, *place], {**os.environ, **own, **given}
        )
