"""Fixtures that several parts of the tests share, and how the tests are spread over processes."""

from __future__ import annotations

import functools
import gc
import logging
import os
import shutil
import signal
import threading
import warnings
from collections.abc import Iterator
from pathlib import Path

import pytest
import typer.main
from hypothesis import settings
from hypothesis.errors import HypothesisDeprecationWarning

import comention
from tests.support.sample import Sample, run_sample

# A job in the background ignores interrupts, one under nohup hangups; so would processes that tests start.
signal.signal(signal.SIGINT, signal.default_int_handler)
signal.signal(signal.SIGHUP, signal.SIG_DFL)

# A property that is slow on a loaded machine is not wrong; pytest-timeout ends what hangs. `make soak` tries
# each property on ten times as many examples.
settings.register_profile("comention", deadline=None)
settings.register_profile("soak", deadline=None, max_examples=1000)
settings.load_profile("comention")

#: The groups that take longest, in turn: a process that is left with one at the end keeps all waiting.
LONGEST = (
    "tests/pipelines/test_schedule.py",
    "tests/test_corpora.py",
    "a whole file of PubMed",
    "flows in this process",
    "tests/test_docs.py",
    "tests/test_bench.py",
)


@pytest.hookimpl(tryfirst=True)  # before pytest-xdist reads the groups
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Keep each module in one process, so that what it prepares is made once; begin with the long groups."""
    if not hasattr(config, "workerinput"):  # one process: nothing to spread
        return
    for item in items:
        if item.get_closest_marker("xdist_group") is None:
            module = item.path.relative_to(config.rootpath).as_posix()
            item.add_marker(pytest.mark.xdist_group(module))
    groups = [_group(item) for item in items]
    slow = {group for item, group in zip(items, groups, strict=True) if item.get_closest_marker("slow")}
    first = {group: number for number, group in enumerate(LONGEST)}
    items.sort(key=lambda item: (first.get(_group(item), len(first)), _group(item) not in slow))  # stable


def _group(item: pytest.Item) -> str:
    mark = item.get_closest_marker("xdist_group")
    assert mark is not None
    return str(mark.args[0])


@pytest.fixture(scope="module", autouse=True)
def _collected() -> None:
    """Take what lives on (modules, tests, fixtures) out of the garbage collector's sight.

    A run collects after every stage. Walking through all that the test session holds would take longer than
    the run itself.
    """
    gc.collect()
    gc.freeze()


@pytest.fixture(autouse=True)
def _random_of_prefect() -> None:
    """Let Prefect's thread, once there is one, use `random` while Hypothesis draws.

    It lives on behind the tests of flows, and draws for its pings and pauses. Hypothesis compares the state
    of `random` before and after, and would take that for a strategy's.
    """
    if any(thread.name == "GlobalEventLoopThread" for thread in threading.enumerate()):
        message = "Do not use the `random` module inside strategies"
        warnings.filterwarnings("ignore", message, HypothesisDeprecationWarning)


@pytest.fixture(autouse=True)
def _own_handlers() -> Iterator[None]:
    """Take away log handlers that a call of the command line leaves: they hold the stream of their test."""
    before = list(logging.root.handlers)
    yield
    for handler in set(logging.root.handlers) - set(before):
        if not type(handler).__module__.startswith("_pytest"):
            logging.root.removeHandler(handler)


@pytest.fixture(scope="session", autouse=True)
def _one_tree_of_commands() -> Iterator[None]:
    """Let Typer read the signatures of all commands once, not with each call of the command line."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(typer.main, "get_command", functools.cache(typer.main.get_command))
        yield


@pytest.fixture(scope="session", autouse=True)
def _thawed() -> Iterator[None]:
    """Let the collector see everything when the session ends, so that what leaked is reported."""
    yield
    gc.unfreeze()


@pytest.fixture(scope="session")
def sample_run(tmp_path_factory: pytest.TempPathFactory) -> Sample:
    """A finished run of the sample; nobody changes it: who must, changes a copy (`sample_copy`)."""
    return run_sample(tmp_path_factory.mktemp("sample") / "w")


@pytest.fixture
def sample_copy(sample_run: Sample, tmp_path: Path) -> Path:
    """A work directory of one's own with the sample in it."""
    return shutil.copytree(sample_run.workdir, tmp_path / "copy", symlinks=True)


@pytest.fixture(scope="session")
def corpora() -> Path:
    """Where the real corpora lie: what COMENTION_CORPORA names, else `shared` beside the repository."""
    beside = Path(__file__).resolve().parents[2] / "shared"
    folder = Path(os.environ.get("COMENTION_CORPORA") or beside)
    if not folder.is_dir():
        pytest.skip(f"no corpora at {folder.name}/: set COMENTION_CORPORA to the folder that holds them")
    return folder


@pytest.fixture(scope="session")
def whole_file(corpora: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A work directory with every article of a file of PubMed; its tests are a group, in one process."""
    workdir = tmp_path_factory.mktemp("whole file")
    comention.run(
        workdir=workdir,
        source__kind="files",
        source__input=(str(corpora / "pubmed" / "pubmed21n1298.xml.gz"),),
        topic__match="all",
        annotate__annotator="fast",
    )
    return workdir
