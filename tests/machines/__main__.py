"""The README's two commands on a new, minimal Debian: `python -m tests.machines [SUITE [COMMAND …]]`.

Run it as root. SUITE is trixie (Debian 13) where none is given. Each COMMAND runs in a clone of the last
commit: `make run` and `make test` where none is given.
"""

from __future__ import annotations

import signal
import sys
import tempfile
import time
from pathlib import Path

from tests.machines.debian import make, missing, timed

COMMANDS = ("make run", "make test")
_LIMIT = 7200


def main(suite: str = "trixie", *commands: str) -> int:
    """Print the time and the end of the output of each command; return 0 where all of them succeed."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # as on Ctrl-C, what was made and started goes
    if reason := missing():
        _say(f"skipped: {reason}")
        return 0
    with tempfile.TemporaryDirectory() as folder:
        began = time.monotonic()
        debian = make(Path(folder) / suite, suite)
        python = debian.run("python3 --version", 60).stdout.strip()
        _say(f"{suite}, {python}: made in {time.monotonic() - began:.0f} s")
        for command in commands or COMMANDS:
            took, done = timed(debian, f"cd comention && {command}", _LIMIT)
            _say(done.stdout[-4000:])
            _say(f"{suite}, {python}: {command}: exit code {done.returncode} after {took:.0f} s")
            if done.returncode:
                return 1
    return 0


def _say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
