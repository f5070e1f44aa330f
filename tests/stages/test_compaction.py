"""Worn shards are merged by rule: no dataset changes, nothing is annotated again, a death loses nothing."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from comention.config import load_settings
from comention.errors import ContractError
from comention.files.atomic import read_parquet
from comention.pubmed.index import Index
from comention.pubmed.store import Store
from comention.stages import walk
from comention.stages.job import Job
from tests.support.medline import article, deletion, write_set
from tests.support.runs import sums

pytestmark = pytest.mark.slow

NEVER = 1000
SIZE = 10


def run(workdir: Path, file: Path, day: int, merge: int) -> dict[str, dict[str, int]]:
    given = {
        "workdir": workdir,
        "annotate.annotator": "fast",
        "run.shard_size": SIZE,
        "run.merge_shards": merge,
    }
    given |= {"source.kind": "files", "source.input": (str(file),), "topic.match": "all"}
    now = datetime(2026, 1, day, tzinfo=UTC)
    job = Job(load_settings(None, given), f"202601{day:02}T030405Z-0000", now)
    return {receipt.stage: receipt.counts for receipt in walk.walk(job)}


def night(folder: Path, day: int) -> Path:
    """Three new articles, one in two versions; a revision and a deletion of those of the night before."""
    new = [article(10 * day + n, f"IL-12 in psoriasis, night {day}, {n}.") for n in range(3)]
    before = 10 * (day - 1)
    changed = [article(before, f"IL-12 in asthma, revised on {day}.")] if day > 1 else []
    gone = [deletion(before + 1)] if day > 2 else []
    again = [article(10 * day, f"IL-23 in psoriasis, night {day}.", version=2)]
    return write_set(folder / f"{day}.xml", *new, *changed, *again, *gone)


def rows(store: Store) -> int:
    return sum(read_parquet(path).num_rows for _, path in store.live_shards())


def nights(folder: Path, workdir: Path, count: int, merge: int) -> list[dict[str, dict[str, int]]]:
    folder.mkdir(exist_ok=True)
    return [run(workdir, night(folder, day), day, merge) for day in range(1, count + 1)]


@pytest.mark.slow
def test_nights_leave_few_shards_and_the_same_datasets(tmp_path: Path) -> None:
    merged = nights(tmp_path / "files", tmp_path / "merged", 8, 4)
    nights(tmp_path / "files", tmp_path / "kept", 8, NEVER)
    assert sums(tmp_path / "merged") == sums(tmp_path / "kept")
    assert [counts["publish"]["shards_merged"] for counts in merged] == [0, 0, 0, 4, 0, 0, 0, 4], (
        "the first four fill a shard"
    )
    assert [counts["annotate"]["shards_made"] for counts in merged] == [1] * 8, "only the night's own shard"
    small, large = (Store.open(tmp_path / name / "store") for name in ("merged", "kept"))
    assert {p: h[:2] for p, h in small.index.items()} == {p: h[:2] for p, h in large.index.items()}
    assert len(small.state.shards) < len(large.state.shards) == 8
    assert rows(small) < rows(large)


def test_what_no_longer_counts_is_gone_after_merging(tmp_path: Path) -> None:
    nights(tmp_path / "files", tmp_path / "w", 4, 4)
    store = Store.open(tmp_path / "w" / "store")
    assert rows(store) == len(store.index)
    assert {held.shard for held in store.index.values()} == set(store.state.shards)


def test_another_annotators_work_goes_along_where_it_is_whole(tmp_path: Path) -> None:
    nights(tmp_path / "files", tmp_path / "w", 3, NEVER)
    homes = list((tmp_path / "w" / "store" / "annotations").iterdir())
    run(tmp_path / "w", night(tmp_path / "files", 4), 4, 4)
    assert [home.name for home in homes] == [p.name for p in homes[0].parent.iterdir()]
    assert len(list(homes[0].glob("*.mentions.parquet"))) == len(
        Store.open(tmp_path / "w" / "store").state.shards
    )


@pytest.mark.slow
@pytest.mark.parametrize("where", ["add_shard", "repack"])
def test_a_death_while_merging_loses_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, where: str
) -> None:
    nights(tmp_path / "files", tmp_path / "w", 3, NEVER)
    file = night(tmp_path / "files", 4)
    run(tmp_path / "w", file, 4, NEVER)
    before = sums(tmp_path / "w")

    def die(*_: Any) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(Store, where, die)
        with pytest.raises(KeyboardInterrupt):
            run(tmp_path / "w", file, 5, 4)
    assert sums(tmp_path / "w") == before
    run(tmp_path / "w", file, 6, 4)
    assert sums(tmp_path / "w") == before
    store = Store.open(tmp_path / "w" / "store")
    assert rows(store) == len(store.index)


def test_an_index_of_other_citations_is_refused(tmp_path: Path) -> None:
    nights(tmp_path / "files", tmp_path / "w", 1, NEVER)
    store = Store.open(tmp_path / "w" / "store")
    index = Index.of(dict(list(store.index.items())[1:]))
    with pytest.raises(ContractError, match="nothing is changed"):
        store.repack(index, "20260109T030405Z-0000")
    assert Store.open(tmp_path / "w" / "store").index == store.index
