"""Where shards are annotated beside this process: a pool of processes here, or an existing Dask cluster.

Both are executors as `concurrent.futures` has them, so that one path of the program uses either. Only paths
and receipts travel.
"""

from __future__ import annotations

import contextlib
import logging
import platform
import warnings
from collections.abc import Iterator
from concurrent.futures import CancelledError, Executor
from typing import Any

from comention.errors import ConfigError, StorageError, TransientError
from comention.version import __version__

_EXTRA = "pip install 'comention[dask]'"


@contextlib.contextmanager
def dask_cluster(address: str | None, timeout: float) -> Iterator[Executor]:
    """Give the workers of the Dask scheduler at an address, which others have started and others will end.

    `timeout` is in seconds, for the scheduler to answer and for a first worker to be there. Raises
    ConfigError where the address, the package or the workers' versions do not do, TransientError where the
    cluster does not answer or is lost, StorageError where its workers die.
    """
    if not address:
        raise ConfigError(
            "run.executor is dask and dask.address is not set: name the scheduler of your cluster, "
            "--set dask.address=tcp://HOST:8786 (environment: COMENTION_DASK__ADDRESS)"
        )
    try:
        from distributed import Client, KilledWorker
        from distributed.comm.addressing import parse_address
        from distributed.comm.core import CommClosedError
        from distributed.comm.registry import get_backend
    except ImportError:
        raise ConfigError(
            f"run.executor is dask and the package distributed is not installed: {_EXTRA}"
        ) from None
    try:
        get_backend(parse_address(address)[0])
    except ValueError as error:
        raise ConfigError(f"dask.address={address} is none ({error}): write it as tcp://HOST:8786") from None
    lost = f"the Dask scheduler at {address} was lost: start it and run again, shards that are done stay done"
    with _quiet(), _connected(Client, address, timeout) as client:
        _check_workers(client, address, timeout)
        try:
            with client.get_executor(pure=False) as executor:
                try:
                    yield executor
                except BaseException:
                    executor.shutdown(wait=False)  # which cancels what is not done
                    raise
        except KilledWorker:
            raise StorageError(
                "workers of the Dask cluster died over one shard, probably for want of memory: give them "
                "more, or begin with smaller shards (run.shard_size); shards that are done stay done"
            ) from None
        except (CancelledError, CommClosedError):
            raise TransientError(lost) from None


@contextlib.contextmanager
def _connected(client_type: Any, address: str, timeout: float) -> Iterator[Any]:
    hint = f"dask.address={address}: start it with `dask scheduler`, or correct the address"
    try:
        client = client_type(address, timeout=timeout, set_as_default=False)
    except OSError:  # its TimeoutError is one
        raise TransientError(f"no Dask scheduler answers within {timeout:g} s, {hint}") from None
    with client:
        yield client


def _check_workers(client: Any, address: str, timeout: float) -> None:
    """Raise where no worker comes, or where one has another comention or Python than this process."""
    try:
        client.wait_for_workers(1, timeout=timeout)
    except TimeoutError:
        raise TransientError(
            f"the Dask scheduler at {address} has no worker: start some with `dask worker {address}`"
        ) from None
    try:
        found: dict[str, tuple[str, str]] = client.run(versions)
    except ImportError as error:
        raise ConfigError(
            f"the workers of {address} cannot import what they need ({error}): install comention there"
        ) from None
    except OSError as error:
        raise TransientError(f"the workers of {address} do not answer ({error}): run again") from None
    for worker, there in sorted(found.items()):
        if there != versions():
            raise ConfigError(
                f"the Dask worker {worker} has comention {there[0]} on Python {there[1]}, this is "
                f"{versions()[0]} on {versions()[1]}: install the same there"
            )


def versions() -> tuple[str, str]:
    """Return the versions of comention and, to its minor number, of Python in this process."""
    return __version__, ".".join(platform.python_version_tuple()[:2])


@contextlib.contextmanager
def _quiet() -> Iterator[None]:
    """Keep distributed from telling on standard error what an error of ours says in one line."""
    logger = logging.getLogger("distributed")
    loggers = [
        logger,
        *(logging.getLogger(n) for n in logging.root.manager.loggerDict if n.startswith("distributed.")),
    ]
    levels = [(one, one.level) for one in loggers]
    for one in loggers:
        one.setLevel(logging.CRITICAL + 1)
    try:
        with warnings.catch_warnings():
            warnings.filterwarnings("ignore", module="distributed")  # versions are compared above
            yield
    finally:
        for one, level in levels:
            one.setLevel(level)
