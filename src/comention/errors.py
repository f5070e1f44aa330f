"""What can go wrong, as a small tree. Each class carries the exit code of the command line.

Many small failures (a bad record, a bad line) are values and stand beside the results; an exception
is for a run that cannot go on. Its message is one line and says what to do next.
"""

from __future__ import annotations

from typing import ClassVar


class ComentionError(Exception):
    """Base of every error this package raises on purpose."""

    exit_code: ClassVar[int] = 3


class UsageError(ComentionError):
    """The caller asked for something that does not exist or does not fit together."""

    exit_code = 2


class ConfigError(UsageError):
    """A configuration file, environment variable or `--set` that cannot be used."""


class QueryError(UsageError):
    """A query that PubMed cannot translate in full, or that is blank; `dropped` are phrases it left out."""

    dropped: tuple[str, ...] = ()


class MalformedError(ComentionError):
    """Input that cannot be read: truncated, not XML, not UTF-8, nothing recognised in it."""


class ContractError(ComentionError):
    """A promise of the datasets is broken: the ledger does not add up, a schema does not hold."""


class LockedError(ComentionError):
    """Another run holds the work directory: try again when it is done."""

    exit_code = 4


class StorageError(ComentionError):
    """The disk is full, read-only, closed to this user or gone: try again when it is not."""

    exit_code = 4


class TransientError(ComentionError):
    """A service that may answer later."""

    exit_code = 4
