"""Input and settings that the co-occurrence stage refuses, and what it says."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from comention.cooccur import count as counting
from comention.cooccur import tables
from comention.cooccur.count import count
from comention.errors import ComentionError, ContractError, MalformedError, StorageError, UsageError
from comention.schemas import ARTICLES, MENTIONS
from tests.cooccur.corpora import TOPIC, TYPES, article, large_corpus, mention, run, save
from tests.cooccur.naive import Row

ONE = [mention(1, 0, "b:2")]


@pytest.mark.parametrize(
    ("mentions", "articles", "message"),
    [
        (ONE, [article(1), article(1)], "articles.pmid 1 stands 2 times"),
        (ONE, [article(2)], "PMID 1 has 1 mentions and no row in articles"),
        (ONE * 2, [article(1)], "PMID 1 has b:2 at 2 2 times"),
        ([*ONE, mention(1, 1, "b:2") | {"entity_type": "drug"}], [article(1)], "concept b:2 is a disease"),
        ([ONE[0] | {"end": 2}], [article(1)], "PMID 1 has a mention at 2:2"),
    ],
)
def test_rows_that_do_not_fit_together_are_refused(
    tmp_path: Path, mentions: list[Row], articles: list[Row], message: str
) -> None:
    with pytest.raises(ContractError, match=message):
        run(tmp_path, mentions, articles)
    assert list((tmp_path / "out").iterdir()) == []


@pytest.mark.parametrize(
    ("error", "message"),
    [
        (UsageError, "does not exist"),
        (MalformedError, "not a Parquet file"),
        (ContractError, "has no column"),
    ],
)
def test_files_that_cannot_be_used_are_named(
    tmp_path: Path, error: type[ComentionError], message: str
) -> None:
    path = tmp_path / "mentions"
    if error is MalformedError:
        path.write_bytes(b"PAR")
    elif error is ContractError:
        pq.write_table(pa.table({"pmid": [1]}), path)
    with pytest.raises(error, match=f"{path}.*{message}"):
        count(mentions=[path], articles=[], out=tmp_path, topic_ids=TOPIC, pair_types=TYPES, threads=1)


def test_too_little_memory_names_the_setting(tmp_path: Path) -> None:
    mentions, articles = large_corpus()
    with pytest.raises(StorageError, match=r"raise run\.memory_limit, which is 1MB, or lower run\.processes"):
        count(
            mentions=[save(mentions, MENTIONS, tmp_path / "mentions")],
            articles=[save(articles, ARTICLES, tmp_path / "articles")],
            out=tmp_path / "out",
            topic_ids=TOPIC,
            pair_types=TYPES,
            threads=1,
            memory_limit="1MB",
        )


@pytest.mark.slow
def test_counting_begins_anew_with_more_memory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    mentions, articles = large_corpus()
    given: list[str | None] = []
    connected = tables.connect

    def connect(folder: Path, threads: int | None, limit: str | None) -> duckdb.DuckDBPyConnection:
        given.append(limit)
        return connected(folder, threads, limit)

    monkeypatch.setattr(tables, "connect", connect)
    monkeypatch.setattr(counting, "_LEAST_MEMORY", 1_000_000)
    monkeypatch.setattr(counting, "_MEMORY_OF_MENTION", 0)
    done = []

    def progress(step: int, total: int) -> None:
        done.append((step, total))

    receipt = count(
        mentions=[save(mentions, MENTIONS, tmp_path / "mentions")],
        articles=[save(articles, ARTICLES, tmp_path / "articles")],
        out=tmp_path / "out",
        topic_ids=TOPIC,
        pair_types=TYPES,
        threads=1,
        progress=progress,
    )
    assert receipt.articles == len(articles)
    assert list(dict.fromkeys(given))[:2] == ["1000000B", "2000000B"]
    assert done[-1][0] == done[-1][1]


@pytest.mark.parametrize(("threads", "memory_limit"), [(0, None), (1, "lots")])
def test_settings_that_duckdb_does_not_understand(
    tmp_path: Path, threads: int, memory_limit: str | None
) -> None:
    with pytest.raises(UsageError, match=r"(threads = 0|memory_limit = 'lots'): use"):
        count(
            mentions=[],
            articles=[],
            out=tmp_path,
            topic_ids=TOPIC,
            pair_types=TYPES,
            threads=threads,
            memory_limit=memory_limit,
        )


def test_out_that_is_a_file_is_named(tmp_path: Path) -> None:
    (tmp_path / "out").touch()
    with pytest.raises(StorageError, match=f"cannot write {tmp_path / 'out'}"):
        run(tmp_path, [], [])


def test_unknown_type_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"pairs\.types: gene: choose among disease"):
        run(tmp_path, [], [], pair_types=("gene",))
