"""The command itself: its help, its version, and how an error leaves it."""

from __future__ import annotations

import contextlib
import logging
import os
import sys
from collections.abc import Sequence
from enum import StrEnum
from typing import Annotated

import typer

from comention.cli import signals
from comention.errors import ComentionError, UsageError
from comention.logs import JsonFormatter, RunFilter
from comention.version import __version__

app = typer.Typer(
    help="Which diseases, drugs and cytokines PubMed abstracts mention together.",
    no_args_is_help=True,
    add_completion=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)


# What Typer returns where it has caught the interrupt.
_INTERRUPTED = 130

lexicon_app = typer.Typer(help="The lexicon of names.", no_args_is_help=True)
app.add_typer(lexicon_app, name="lexicon")
plot_app = typer.Typer(help="Pictures of the latest snapshot: PNG, SVG or PDF.", no_args_is_help=True)
app.add_typer(plot_app, name="plot")


class LogFormat(StrEnum):
    """How log lines are written."""

    TEXT = "text"
    JSON = "json"


def _version(value: bool) -> None:
    if value:
        print(f"comention {__version__}")  # noqa: T201 - what --version asks for
        raise typer.Exit


@app.callback()
def _root(
    _: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Show the version.")
    ] = False,
    verbose: Annotated[bool, typer.Option("--verbose", "-v", help="Log what is done.")] = False,
    log_format: Annotated[LogFormat, typer.Option(help="Log lines as text or JSON.")] = LogFormat.TEXT,
) -> None:
    handler = logging.StreamHandler()
    handler.addFilter(RunFilter())
    text = logging.Formatter("%(levelname)s %(name)s [%(run_id)s]: %(message)s")
    handler.setFormatter(JsonFormatter() if log_format is LogFormat.JSON else text)
    logging.basicConfig(level=logging.INFO if verbose else logging.WARNING, handlers=[handler])


def main() -> None:
    """Run the command line; an error that we raise on purpose is one line and its exit code.

    A signal that ends it is one line as well; its exit code is 128 and the signal's number.
    """
    # Arrow's own allocator keeps what was freed: 50 to 100 MB of each process of a run
    os.environ.setdefault("ARROW_DEFAULT_MEMORY_POOL", "system")
    _stand_in()
    with signals.listening() as ending:
        try:
            code, message = _outcome()
        except (KeyboardInterrupt, typer.Abort):
            code, message = _INTERRUPTED, "interrupted"
        # Past the handler, whose traceback holds what is to be let go first. An error after a signal comes
        # of it: DuckDB makes a RuntimeError of an interrupt.
        if message and (ending.signal is not None or code == _INTERRUPTED):
            ending.leave()
    if message:
        with contextlib.suppress(OSError):  # standard error may be full or gone too
            print(f"comention: {' '.join(message.split())}", file=sys.stderr)  # noqa: T201 - for people
    try:
        sys.stdout.flush()
    except OSError:
        _discard_output()
    sys.exit(code)


def _outcome() -> tuple[int, str]:
    """Return the exit code, and what went wrong. Raise KeyboardInterrupt where a signal ends the command."""
    try:
        _check_arguments(sys.argv[1:])
        code = app(standalone_mode=False)
        if code == _INTERRUPTED:  # Typer has caught the interrupt
            raise KeyboardInterrupt
        sys.stdout.flush()  # here, where a full disk has its exit code
        return code or 0, ""
    except ComentionError as error:
        return error.exit_code, str(error)
    except typer.TyperException as error:
        message = error.format_message()
        if message.startswith("Usage:"):  # no command was named: show what there is
            print(message, file=sys.stderr)  # noqa: T201 - help is for people
            return 2, ""
        context = getattr(error, "ctx", None)
        return 2, f"{message.rstrip('.')}. See {context.command_path} --help." if context else message
    except (BrokenPipeError, SystemExit) as error:
        # Typer ends a command by SystemExit whose reader has read enough, as in `comention show … | head`.
        if isinstance(error, SystemExit) and not isinstance(error.__context__, BrokenPipeError):
            raise
        _discard_output()
        return 0, ""
    except Exception as error:
        return _unexpected(error)


def _unexpected(error: Exception) -> tuple[int, str]:
    from comention.files.atomic import DISK_ERRORS, storage_error

    if isinstance(error, OSError) and error.errno in DISK_ERRORS:
        refused = storage_error(error.filename or "its output", error, "write elsewhere")
        return refused.exit_code, str(refused)
    if isinstance(error, OSError):
        return 3, f"{error}: check the names and the permissions of files"
    logging.getLogger(__name__).info("unexpected", exc_info=True)
    return 3, f"unexpected {type(error).__name__}: {error} (-v shows where; please report it)"


def _check_arguments(arguments: Sequence[str]) -> None:
    """Raise UsageError for an argument that is not UTF-8, which no dataset could hold."""
    for argument in arguments:
        try:
            argument.encode()
        except UnicodeEncodeError:
            raise UsageError(
                f"the argument {argument[:80]!r} is not UTF-8: write names and values in that encoding"
            ) from None


def _discard_output() -> None:
    """Let what is left in the buffer of standard output go nowhere, so that no error comes at the exit."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _stand_in() -> None:
    """Put something in the place of a closed standard output, which refuses, and error, which swallows.

    Without it Python would say nothing of what is lost, and put messages for people among the data.
    """
    if sys.stdout is None:
        sys.stdout = os.fdopen(os.open(os.devnull, os.O_RDONLY), "w", encoding="utf-8")
    if sys.stderr is None:
        sys.stderr = os.fdopen(os.open(os.devnull, os.O_WRONLY), "w", encoding="utf-8")
