"""What a command of this package came to, and what every refusal of one looks like."""

from __future__ import annotations

from typing import NamedTuple


class Result(NamedTuple):
    code: int
    out: str
    err: str


def assert_one_line(result: Result, code: int, *words: str) -> None:
    """The error is one line that names what it should, and nothing is on stdout."""
    assert result.code == code, result
    assert result.err.startswith("comention: ")
    assert result.err.count("\n") == 1, result.err
    assert not result.out
    for word in words:
        assert word in result.err
