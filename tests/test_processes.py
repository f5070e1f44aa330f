"""Pools of processes: a worker that dies is told, in words that help."""

import os
import signal
import sys

import pytest

from comention.errors import StorageError
from comention.processes import ending_with_this, process_pool
from tests.support.clients import HANG, wait_until
from tests.support.processes import family


def test_a_worker_that_dies_is_an_error_that_says_what_to_do() -> None:
    with pytest.raises(StorageError, match=r"--set run\.processes=1"), process_pool(1) as pool:
        pool.submit(os._exit, 1).result()


def test_a_pool_gives_what_its_workers_return() -> None:
    with process_pool(2) as pool:
        assert list(pool.map(abs, [-1, 2, -3])) == [1, 2, 3]


_STARTS = """
import os, sys, time
from comention.processes import ending_with_this
process = ending_with_this([sys.executable, "-c", "import time; time.sleep(600)"], dict(os.environ))
time.sleep(float(sys.argv[1]))
os.kill(os.getpid(), 9)
"""


@pytest.mark.parametrize("seconds", ["0", "0.001", "0.01", "0.1"])
def test_what_is_started_ends_with_a_process_that_is_killed_at_any_time(seconds: str) -> None:
    with family([sys.executable, "-c", _STARTS, seconds]) as run:
        assert run.process.wait(HANG) == -signal.SIGKILL
        wait_until(lambda: not run.alive())


@pytest.mark.parametrize(
    ("code", "status"), [("sys.exit(len(sys.stdin.read()))", 0), ("os.kill(os.getpid(), 15)", -15)]
)
def test_what_is_started_has_no_input_and_its_own_status(code: str, status: int) -> None:
    process = ending_with_this([sys.executable, "-c", f"import os, sys; {code}"], dict(os.environ))
    assert process.stdin is not None
    with process.stdin:
        assert process.wait(HANG) == status
