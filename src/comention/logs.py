"""Log records that know their run: whoever configures logging adds :class:`RunFilter` to the handler."""

from __future__ import annotations

import contextlib
import json
import logging
from collections.abc import Iterator
from datetime import UTC, datetime

# Of this process, not of a thread: those that fetch log for the run too, and a process does one at a time.
_current: list[str] = []


@contextlib.contextmanager
def of_run(run_id: str) -> Iterator[None]:
    """Name the run that log records are of."""
    _current.append(run_id)
    try:
        yield
    finally:
        _current.remove(run_id)


class RunFilter(logging.Filter):
    """Gives each record the attribute `run_id`, "-" outside a run."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Let every record pass."""
        record.run_id = _current[-1] if _current else "-"
        return True


class JsonFormatter(logging.Formatter):
    """One JSON object a line: time, level, logger, run_id, message, and error where there is one."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line."""
        told = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "run_id": getattr(record, "run_id", "-"),
            "message": record.getMessage(),
        }
        if record.exc_info:
            told["error"] = self.formatException(record.exc_info)
        return json.dumps(told, ensure_ascii=False)
