"""The same shards on a pool and on a Dask cluster; what is said where the cluster does not do."""

from __future__ import annotations

import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from comention.annotation import executors, shards
from comention.annotation.annotators import annotator_maker, annotator_of
from comention.annotation.executors import dask_cluster
from comention.annotation.shards import Task
from comention.claims import reading
from comention.cli import main
from comention.errors import ConfigError, ContractError, StorageError, TransientError
from comention.stages import walk
from tests.stages.test_stages import job, run
from tests.support.dask import Cluster, cluster, free_port
from tests.support.runs import sums

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def two_workers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    with cluster(tmp_path_factory.mktemp("dask")) as found:
        yield found


def on(address: str | None, **options: Any) -> dict[str, Any]:
    return {"run__executor": "dask", "dask__address": address, "run__shard_size": 20} | options


def test_a_cluster_makes_what_this_process_makes(
    two_workers: Cluster, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run(tmp_path / "here", run__processes=1)
    monkeypatch.chdir(tmp_path)
    work = job(Path("there"), **on(two_workers.address))  # relative, and the workers are elsewhere
    receipt = {receipt.stage: receipt for receipt in walk.walk(work)}["annotate"]
    assert sums(tmp_path / "there") == sums(tmp_path / "here")
    assert receipt.counts == {"shards": 5, "shards_made": 5}
    assert (receipt.records, receipt.cache_hits) == (83, 0)
    pids = {int(worker.rpartition(":")[2]) for worker in receipt.detail["workers"]}
    assert pids == {worker.pid for worker in two_workers.workers}


def test_the_command_line_says_what_to_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    port = free_port()
    words = ["comention", "run", "--executor", "dask", "--workdir", str(tmp_path)]
    for address, code, message in (
        ([], 2, "run.executor is dask and dask.address is not set"),
        (["--set", f"dask.address=tcp://127.0.0.1:{port}"], 4, "no Dask scheduler answers within 1 s"),
        (["--set", "dask.address=nonsense://x"], 2, "dask.address=nonsense://x is none"),
    ):
        monkeypatch.setattr(sys, "argv", [*words, "--set", "dask.timeout=1", *address])
        with pytest.raises(SystemExit) as ended:
            main()
        told = capsys.readouterr().err
        assert (ended.value.code, len(told.splitlines())) == (code, 1), told
        assert message in told


def test_a_scheduler_without_workers_is_told(tmp_path: Path) -> None:
    with (
        cluster(tmp_path, workers=0) as found,
        pytest.raises(TransientError, match="has no worker: start some with `dask worker"),
        dask_cluster(found.address, 1),
    ):
        pass


def test_workers_of_another_version_are_refused(
    two_workers: Cluster, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(executors, "__version__", "9.9.9")
    with (
        pytest.raises(ConfigError, match=r"has comention .* this is 9\.9\.9 on .*: install the same"),
        dask_cluster(two_workers.address, 10),
    ):
        pass


def test_a_worker_with_another_lexicon_is_refused(tmp_path: Path, two_workers: Cluster) -> None:
    work = job(tmp_path, **on(two_workers.address))
    run(tmp_path, run__shard_size=20)
    maker = annotator_maker(work.settings)
    todo = shards.paths_for(
        [("x", Path(__file__))], tmp_path / "annotations", "another", reading.fingerprint()
    )
    with pytest.raises(ContractError, match="has another lexicon or model than this run"):
        shards.annotate_shards(
            todo,
            Task(maker, "another", reading.fingerprint()),
            processes=1,
            rows=1,
            cluster=lambda: dask_cluster(two_workers.address, 10),
        )


def test_a_folder_that_workers_do_not_see_is_told(tmp_path: Path, two_workers: Cluster) -> None:
    work = job(tmp_path, **on(two_workers.address))
    task = Task(
        annotator_maker(work.settings), annotator_of(work.settings).fingerprint, reading.fingerprint()
    )
    todo = shards.paths_for(
        [("x", tmp_path / "nowhere")], tmp_path / "annotations", "f", reading.fingerprint()
    )
    with pytest.raises(StorageError, match=r"does not see .*nowhere: put the work directory"):
        shards.annotate_shards(
            todo, task, processes=1, rows=1, cluster=lambda: dask_cluster(two_workers.address, 10)
        )


@pytest.mark.parametrize("victim", ["worker", "scheduler"])
def test_a_cluster_that_is_lost_is_told_and_what_is_done_stays(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, victim: str
) -> None:
    """With its only worker gone nothing is lost: another one takes over. Without scheduler the run ends."""
    with cluster(tmp_path / "dask", workers=1) as found:
        process = found.workers[0] if victim == "worker" else found.scheduler

        def kill(stage: str, done: int, total: int | None) -> None:
            if (stage, done) == ("annotate", 2):
                process.kill()
                if victim == "worker":
                    found.add_worker()

        work = job(tmp_path / "w", **on(found.address, run__shard_size=2, annotate__annotator="standard"))
        if victim == "worker":
            receipts = {receipt.stage: receipt for receipt in walk.walk(work, kill)}
            assert len(receipts["annotate"].detail["workers"]) == 2
            return
        with pytest.raises(TransientError, match=r"the Dask scheduler at .* was lost"):
            walk.walk(work, kill)
    again = job(tmp_path / "w", run="20260103T030405Z-0000", run__shard_size=2, run__processes=1)
    receipts = {receipt.stage: receipt for receipt in walk.walk(again)}
    assert receipts["annotate"].cache_hits is not None
    assert receipts["annotate"].cache_hits >= 2


def test_an_annotator_is_made_once_for_all_threads_of_a_process(monkeypatch: pytest.MonkeyPatch) -> None:
    made = []

    def make() -> Any:
        made.append(threading.get_ident())
        time.sleep(0.05)
        return SimpleNamespace(fingerprint="f")

    monkeypatch.setattr(shards, "_annotators", {})
    monkeypatch.setattr(shards, "annotate_shard", lambda _shard, _annotator: 1)
    shard = shards.ShardPaths(*(Path(__file__),) * 6)
    threads = [
        threading.Thread(target=Task(make, "f", reading.fingerprint()), args=(shard,)) for _ in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(made) == 1


def test_no_secret_travels_to_a_worker(tmp_path: Path) -> None:
    import pickle

    work = job(tmp_path, pubmed__api_key="0123456789abcdef")
    assert work.settings.pubmed.api_key is not None
    assert b"0123456789abcdef" not in pickle.dumps(
        Task(annotator_maker(work.settings), "f", reading.fingerprint())
    )
