from __future__ import annotations

import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from comention.pubmed.pacing import Backoff, Pace
from tests.support.clients import HANG, KEY, Virtual, client_of, fast, wait_until
from tests.support.corpus import Corpus, article, document
from tests.support.eutils import StandIn


def most_in(times: list[float], window: float) -> int:
    return max(sum(start <= t < start + window for t in times) for start in times)


@pytest.mark.parametrize(("key", "quota", "asked"), [(None, 3, 9), (KEY, 10, 24)])
def test_no_second_has_more_requests_than_the_quota(key: str | None, quota: int, asked: int) -> None:
    scale = 1  # a stall of the machine bunches requests the more, the quicker the clock
    with StandIn(Corpus(document(article(1))), match="all", window=1 / scale) as server:
        client = client_of(server, key=key, clock=fast(scale))
        with ThreadPoolExecutor(6) as pool:
            list(pool.map(lambda _: client.count("anything"), range(asked)))
        times = [request["t"] for request in server.requests()]
        assert [request["status"] for request in server.requests()] == [200] * asked
    assert most_in(times, 1 / scale) <= quota
    # No slower than it must be either: four fifths of the quota, less the last gap.
    assert (max(times) - min(times)) * scale < (asked - 1) * 1.2 / quota + 1


def test_retries_count_against_the_quota_and_429_holds_everybody() -> None:
    virtual = Virtual()
    with StandIn(Corpus(document(article(1))), match="all", quota=None) as server:
        server.faults.append({"kind": "busy", "headers": {"Retry-After": "7"}})
        pace = Pace(3, clock=virtual.clock)
        client = client_of(server, clock=virtual.clock, pace=pace)
        client.count("anything")
        assert 1007 <= virtual.time <= 1009
        before = virtual.time
        client.count("anything")
        assert virtual.time > before + 1 / 3
    pace.hold(50)
    pace.wait()
    assert virtual.time >= before + 50


@pytest.mark.parametrize("fault", [{"kind": "busy"}, {"kind": "rate_json"}])
def test_a_429_to_one_thread_holds_the_others(fault: dict[str, Any]) -> None:
    faults = [{**fault, "match": {"id": 1}, "headers": {"Retry-After": "10"}}]
    with StandIn(Corpus(document(article(1), article(2))), quota=None, faults=faults) as server:
        client = client_of(server, clock=fast(20))
        with ThreadPoolExecutor(1) as pool:
            first = pool.submit(client.fetch, [1])
            wait_until(lambda: bool(server.requests()))
            time.sleep(0.1)  # for the answer to arrive
            client.fetch([2])
            first.result()
        refused, *others = [request["t"] for request in server.requests()]
    assert min(others) >= refused + 10 / 20


def test_a_date_to_come_back_at_is_relative_to_the_answer() -> None:
    headers = {"Date": "Wed, 21 Oct 2015 07:28:00 GMT", "Retry-After": "Wed, 21 Oct 2015 07:28:30 GMT"}
    virtual = Virtual()
    with StandIn(Corpus(), faults=[{"kind": "busy", "headers": headers}]) as server:
        client_of(server, clock=virtual.clock).count("interleukin")
    assert 1030 <= virtual.time <= 1032


def test_waits_grow_are_at_least_a_second_and_differ() -> None:
    for random in (0.0, 0.99):
        backoff = Backoff(random=lambda chance=random: chance)  # type: ignore[misc]  # a default argument
        waits = [backoff.delay(failures) for failures in range(1, 12)]
        assert waits == sorted(waits)
        assert 1 <= waits[0] < 2
        assert 60 <= waits[-1] < 120
    assert Backoff().delay(3) != Backoff().delay(3)


def test_the_lock_file_gives_threads_and_clients_one_pace(tmp_path: Path) -> None:
    virtual = Virtual()
    path = tmp_path / "eutils.pace"
    paces = [Pace(3, path=path, clock=virtual.clock) for _ in range(3)]
    times = []
    for turn in range(30):
        paces[turn % 3].wait()
        times.append(virtual.time)
    assert most_in(times, 1.0) <= 3
    paces[0].hold(20)
    paces[1].wait()
    assert virtual.time >= times[-1] + 20
    path.write_text("nonsense")
    paces[2].wait()
    path.write_text("9e99")  # left by a clock that was set back since
    before = virtual.time
    paces[0].wait()
    assert virtual.time == before


_WORKER = """
import sys, time
from pathlib import Path
from typing import Any
from comention.pubmed.pacing import Clock, Pace
clock = Clock(lambda: time.monotonic() * 4, lambda seconds: time.sleep(seconds / 4))
pace = Pace(3, path=Path(sys.argv[1]), clock=clock)
for _ in range(6):
    pace.wait()
    print(clock.now(), flush=True)
"""


@pytest.mark.slow
def test_processes_of_a_run_share_one_pace(tmp_path: Path) -> None:
    workers = [
        subprocess.Popen(
            [sys.executable, "-c", _WORKER, str(tmp_path / "eutils.pace")], stdout=subprocess.PIPE, text=True
        )
        for _ in range(3)
    ]
    times = [float(line) for worker in workers for line in worker.communicate(timeout=HANG)[0].split()]
    assert len(times) == 18
    assert most_in(times, 1.0) <= 3
