"""Fixtures that several parts of the tests share."""

from __future__ import annotations

import os
import signal
from pathlib import Path

import pytest
from hypothesis import settings

# A job in the background ignores interrupts, and so would the processes that tests start and interrupt.
signal.signal(signal.SIGINT, signal.default_int_handler)

# A property that is slow on a loaded machine is not wrong; pytest-timeout ends what hangs.
settings.register_profile("comention", deadline=None)
settings.load_profile("comention")


@pytest.fixture(scope="session")
def corpora() -> Path:
    """Where the real corpora lie: what COMENTION_CORPORA names, else `shared` beside the repository."""
    beside = Path(__file__).resolve().parents[2] / "shared"
    folder = Path(os.environ.get("COMENTION_CORPORA") or beside)
    if not folder.is_dir():
        pytest.skip(f"no corpora at {folder.name}/: set COMENTION_CORPORA to the folder that holds them")
    return folder
