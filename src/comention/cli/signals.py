"""Signals that end the command: Ctrl-C, SIGTERM, and SIGHUP of a terminal that closes."""

from __future__ import annotations

import contextlib
import os
import signal
import sys
import threading
import time
from collections.abc import Iterator
from typing import NoReturn

# Seconds in which temporary files are removed. What is left then, the next run removes.
_GRACE = 5.0

_WORDS = {
    signal.SIGINT: "interrupted",
    signal.SIGTERM: "terminated",
    signal.SIGHUP: "the terminal was closed",
}


class Ending:
    """The end that a signal asks for: a KeyboardInterrupt, once, and a bound on the time after it.

    `signal` is the first that came, None before.
    """

    def __init__(self, grace: float) -> None:
        """`grace` is the bound, in seconds."""
        self.signal: signal.Signals | None = None
        self._grace = grace
        self._raised = False

    def interrupt(self, number: int, _frame: object) -> None:
        """Handle a signal; no second one, as `timeout` sends it: it would stop the removal of files."""
        self.signal = self.signal or signal.Signals(number)
        if not self._raised:
            self._raised = True
            raise KeyboardInterrupt

    def bound(self, numbers: int) -> None:
        """Read numbers of signals from a pipe until one of ours comes, and leave when the grace is over."""
        while number := os.read(numbers, 1):
            if number[0] in _WORDS:
                self.signal = self.signal or signal.Signals(number[0])
                time.sleep(self._grace)
                self.leave()

    def leave(self) -> NoReturn:
        """Say in one line what ended the command, and end it: the exit code is 128 and the signal's number.

        At once: a thread that waits for an answer would hold the process up. Files are whole or not there.
        """
        number = self.signal or signal.SIGINT
        with contextlib.suppress(OSError, ValueError):  # the terminal is gone
            line = f"comention: {_WORDS[number]}; run the same command again to go on"
            print(line, file=sys.stderr, flush=True)  # noqa: T201 - for people
        os._exit(128 + number)


@contextlib.contextmanager
def listening(grace: float = _GRACE) -> Iterator[Ending]:
    """Let the signals end the block, in the main thread. One that is ignored stays ignored (nohup)."""
    ending = Ending(grace)
    reader, writer = os.pipe()
    os.set_blocking(writer, False)
    # Python's handlers wait until compiled code has returned, in a query of DuckDB for minutes. The number
    # of the signal is in this pipe at once.
    wakeup = signal.set_wakeup_fd(writer, warn_on_full_buffer=False)
    before = {number: signal.getsignal(number) for number in _WORDS}
    heard = [number for number in _WORDS if before[number] is not signal.SIG_IGN]
    thread = threading.Thread(target=ending.bound, args=(reader,), daemon=True, name="signals")
    thread.start()
    try:
        for number in heard:
            signal.signal(number, ending.interrupt)
        yield ending
    finally:
        for number in heard:
            signal.signal(number, before[number])
        signal.set_wakeup_fd(wakeup)
        os.close(writer)
        if ending.signal is None:  # else the thread still bounds the time that is left
            thread.join()
            os.close(reader)
