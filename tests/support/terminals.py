"""A command as a person sees it: run on a pseudo terminal of some width."""

from __future__ import annotations

import fcntl
import os
import pty
import struct
import subprocess
import sys
import termios
from collections.abc import Mapping


def on_terminal(*words: object, width: int = 80, env: Mapping[str, str] | None = None) -> str:
    """Return what a command of ours writes to a terminal, its standard error left out."""
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 50, width, 0, 0))
    unset = {"COLUMNS", "NO_COLOR", "FORCE_COLOR"}
    around = {name: value for name, value in os.environ.items() if name not in unset}
    command = [sys.executable, "-m", "comention.cli", *map(str, words)]
    with subprocess.Popen(
        command,
        stdout=theirs,
        stderr=subprocess.DEVNULL,
        env=around | {"TERM": "xterm-256color", **(env or {})},
    ) as process:
        os.close(theirs)
        found = b""
        while True:
            try:
                part = os.read(ours, 65536)
            except OSError:  # Linux says so when the other end is closed
                break
            if not part:
                break
            found += part
    os.close(ours)
    assert process.returncode == 0
    return found.decode("utf-8").replace("\r\n", "\n")
