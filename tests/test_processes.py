"""Pools of processes: a worker that dies is told, in words that help."""

import os

import pytest

from comention.errors import StorageError
from comention.processes import process_pool


def test_a_worker_that_dies_is_an_error_that_says_what_to_do() -> None:
    with pytest.raises(StorageError, match=r"--set run\.processes=1"), process_pool(1) as pool:
        pool.submit(os._exit, 1).result()


def test_a_pool_gives_what_its_workers_return() -> None:
    with process_pool(2) as pool:
        assert list(pool.map(abs, [-1, 2, -3])) == [1, 2, 3]
