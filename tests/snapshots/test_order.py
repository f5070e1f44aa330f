"""What came before what: the manifests say, and not the clock."""

from __future__ import annotations

import json
import shutil
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from lxml import html

from comention.errors import StorageError
from comention.files.checksums import write_checked_json
from comention.report.page import write_report
from comention.report.provenance import provenance
from comention.snapshots.changes import chosen, compare
from comention.snapshots.publish import Keep
from comention.snapshots.snapshot import before, latest, opened, snapshots
from comention.snapshots.tables import opened as opened_datasets
from tests.report.pages import found as elements
from tests.report.pages import words
from tests.report.snapshots import Text, make

pytestmark = pytest.mark.slow

# The clock goes back after the second, forth after the fourth.
_RUNS = (
    "20260510T000000Z-0000",
    "20260511T000000Z-0000",
    "20200101T000000Z-0000",
    "20200102T000000Z-0000",
    "20260512T000000Z-0000",
)


def publish(workdir: Path, number: int, keep: Keep | None = None) -> str:
    texts = [Text(n, "IL-12 in psoriasis.") for n in range(1, 3 + number)]
    return make(workdir, texts, run_id=_RUNS[number], keep=keep or Keep(9)).run_id


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("order") / "w"
    for number in range(len(_RUNS)):
        publish(folder, number)
    return folder


@pytest.fixture
def workdir(made: Path, tmp_path: Path) -> Path:
    shutil.copytree(made, tmp_path / "w", symlinks=True)
    return tmp_path / "w"


def point(workdir: Path, number: int) -> None:
    (workdir / "latest").unlink()
    (workdir / "latest").symlink_to(Path("snapshots") / _RUNS[number])


def change(workdir: Path, which: int, **values: Any) -> None:
    """Change keys of a manifest; None takes one out."""
    path = workdir / "snapshots" / _RUNS[which] / "manifest.json"
    manifest = json.loads(path.read_text("utf-8")) | values
    write_checked_json(path, {name: value for name, value in manifest.items() if value is not None})


def told(workdir: Path, tmp_path: Path) -> str:
    """What the report of the latest snapshot says of the one before."""
    write_report(latest(workdir), tmp_path / "r.html")
    page = html.fromstring((tmp_path / "r.html").read_bytes())
    [section] = elements(page, "//section[@aria-labelledby='news']")
    return words(section)


def test_the_order_is_that_of_publishing_whatever_the_clock_said(workdir: Path, tmp_path: Path) -> None:
    assert snapshots(workdir) == list(_RUNS)
    for number, name in enumerate(_RUNS):
        held = opened(workdir, name)
        assert before(held) == held.manifest.previous == (_RUNS[number - 1] if number else None)
    point(workdir, 2)
    found = compare(*chosen(workdir))
    assert (found.old, found.new, found.articles["new"]) == (_RUNS[1], _RUNS[2], 1)
    assert found.counts == {"more": 1}
    assert f"Compared with {_RUNS[1]}: 1 new article" in told(workdir, tmp_path)


def test_a_snapshot_that_is_gone_or_damaged_leaves_the_others_in_order(workdir: Path) -> None:
    shutil.rmtree(workdir / "snapshots" / _RUNS[1])
    assert snapshots(workdir) == [_RUNS[0], *_RUNS[2:]]
    assert before(opened(workdir, _RUNS[2])) == _RUNS[0]
    (workdir / "snapshots" / _RUNS[3] / "manifest.json").write_text("{")
    assert snapshots(workdir) == [_RUNS[3], _RUNS[0], _RUNS[2], _RUNS[4]]
    assert before(latest(workdir)) == _RUNS[3]  # the latest names it


def test_manifests_without_the_keys_are_in_the_order_of_their_names(workdir: Path) -> None:
    for which in range(4):
        change(workdir, which, previous=None, number=None)
    assert snapshots(workdir) == [*sorted(_RUNS[:4]), _RUNS[4]]
    assert before(opened(workdir, _RUNS[3])) == _RUNS[2]
    assert before(opened(workdir, _RUNS[2])) is None
    assert before(latest(workdir)) == _RUNS[3]


def test_what_is_published_after_an_older_one_was_linked_comes_after_it(workdir: Path) -> None:
    point(workdir, 1)
    later = make(workdir, [Text(1, "IL-23 in asthma.")], run_id="20260601T000000Z-0000", keep=Keep(9))
    assert later.manifest.previous == before(later) == _RUNS[1]
    assert snapshots(workdir) == [*_RUNS, later.run_id]


def test_retention_keeps_those_published_last(tmp_path: Path) -> None:
    for number in range(len(_RUNS)):
        publish(tmp_path, number, Keep(2))
        assert snapshots(tmp_path) == list(_RUNS[max(number - 2, 0) : number + 1])


def test_a_snapshot_is_as_young_as_those_before_it(tmp_path: Path) -> None:
    rule = Keep(9, 30, datetime(2026, 5, 13, tzinfo=UTC))
    assert rule.old(_RUNS) == []
    assert Keep(9, 30, datetime(2026, 7, 13, tzinfo=UTC)).old(_RUNS) == [*reversed(_RUNS[:4])]
    for number in range(len(_RUNS)):
        publish(tmp_path, number, rule)
    assert snapshots(tmp_path) == list(_RUNS)


@pytest.mark.parametrize("what", ["manifest", "dataset", "version"])
def test_the_report_says_that_the_snapshot_before_cannot_be_compared_with(
    workdir: Path, tmp_path: Path, what: str
) -> None:
    earlier = workdir / "snapshots" / _RUNS[3]
    if what == "version":
        change(workdir, 3, schema_version=0)
    else:
        (earlier / ("manifest.json" if what == "manifest" else "evidence.parquet")).write_text("{")
    why = {
        "manifest": f"{_RUNS[3]} has no readable manifest (",
        "dataset": f"{_RUNS[3]}/evidence.parquet is damaged, ",
        "version": f"{_RUNS[3]} has schema version 0, ",
    }
    text = told(workdir, tmp_path)
    assert f"The earlier snapshot cannot be compared with: snapshots/{why[what]}" in text
    assert str(workdir) not in text
    assert "There is no earlier snapshot" not in text


def test_the_first_snapshot_has_none_before_it(workdir: Path, tmp_path: Path) -> None:
    point(workdir, 0)
    assert "There is no earlier snapshot to compare with." in told(workdir, tmp_path)


def test_the_run_that_published_is_the_last_of_the_report(workdir: Path) -> None:
    held = latest(workdir)
    with opened_datasets(held, "ledger", "concepts") as connection:
        connection.execute(
            "CREATE TEMP TABLE ledger AS SELECT * FROM memory.main.ledger UNION ALL "
            "SELECT * REPLACE ('20300101T000000Z-0000' AS run_id, fetched_at + INTERVAL 9 YEAR AS fetched_at)"
            " FROM memory.main.ledger"
        )
        runs = [run.run_id for run in provenance(connection, held.manifest).runs]
    assert runs == ["20300101T000000Z-0000", held.run_id]


def test_a_snapshot_that_goes_while_it_is_opened_is_named(workdir: Path) -> None:
    with pytest.raises(StorageError, match=r"0000 was removed while it was read.*: do it again"):
        opened(workdir, "20300101T000000Z-0000")
