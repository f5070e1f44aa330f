"""A visitor's SQL: it reads the datasets, and can do nothing else."""

from __future__ import annotations

import hashlib
import subprocess
import sys
from pathlib import Path
from typing import Any

import httpx
import pytest

from comention.errors import UsageError
from comention.explorer import fence, sql
from comention.schemas import PUBLISHED
from comention.snapshots.snapshot import Snapshot
from comention.snapshots.tables import TooLongError
from tests.explorer.reading import page, text
from tests.report.snapshots import table


@pytest.mark.slow
def test_it_answers_from_every_dataset(snapshot: Snapshot) -> None:
    names = [one.name for one in PUBLISHED]
    query = " UNION ALL ".join(f"SELECT '{name}' AS name, count(*) AS n FROM {name}" for name in names)  # noqa: S608
    found = sql.ask(snapshot, query, 50)
    assert found.columns == ("name", "n")
    assert dict(found.rows) == {name: len(table(snapshot, name)) for name in names}


@pytest.mark.slow
def test_rows_are_bounded(snapshot: Snapshot) -> None:
    found = sql.ask(snapshot, "FROM pairs", 3)
    assert (len(found.rows), found.more) == (3, True)


@pytest.mark.slow
def test_values_of_every_kind_come_as_json(snapshot: Snapshot) -> None:
    query = (
        "SELECT 'nan'::DOUBLE, DATE '2020-01-02', INTERVAL 1 DAY, 1.50::DECIMAL(4, 2), {'a': [1]}, 'x'::BLOB"
    )
    (row,) = sql.ask(snapshot, query, 3).rows
    assert row == (None, "2020-01-02", "1 day, 0:00:00", "1.50", {"a": [1]}, "b'x'")


def _state(folder: Path) -> dict[str, str]:
    return {
        str(path): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


@pytest.mark.parametrize(
    "query",
    [
        "SELECT * FROM read_text('{secret}')",
        "SELECT * FROM read_blob('{secret}')",
        "SELECT * FROM read_csv('{secret}')",
        "SELECT * FROM read_json('{secret}')",
        "SELECT * FROM sniff_csv('{secret}')",
        "SELECT * FROM '{secret}'",
        "SELECT * FROM glob('{folder}/*')",
        "SELECT * FROM read_parquet('{folder}/*.parquet')",
        "SELECT * FROM read_text('/proc/self/environ')",
        "SELECT * FROM query('SELECT * FROM read_text(''{secret}'')')",
        "WITH x AS (SELECT * FROM read_text('{secret}')) SELECT * FROM x",
        "COPY (SELECT 1) TO '{folder}/new.csv'",
        "COPY (SELECT 1 AS a_id) TO '{pairs}' (FORMAT parquet)",
        "SELECT * FROM query('COPY (SELECT 1) TO ''{folder}/new.csv''')",
        "WITH x AS (COPY (SELECT 1) TO '{folder}/new.csv') SELECT 1",
        "EXPLAIN ANALYZE COPY (SELECT 1) TO '{folder}/new.csv'",
        "ATTACH '{folder}/new.db'",
        "EXPORT DATABASE '{folder}/new'",
        "INSTALL httpfs",
        "LOAD '{folder}/x.so'",
        "SET enable_external_access = true",
        "SET lock_configuration = false",
        "RESET allowed_paths",
        "PRAGMA enable_profiling",
        "CREATE TABLE x AS SELECT 1",
        "CREATE OR REPLACE VIEW pairs AS SELECT 1",
        "DELETE FROM pairs",
        "SELECT 1; SELECT 2",
        "CALL pragma_version()",
        "SELECT * FROM arrow_scan(1, 1, 1)",
        "SELECT * FROM arrow_scan(1::BIGINT::POINTER, 1::BIGINT::POINTER, 1::BIGINT::POINTER)",
        "SELECT * FROM pandas_scan(1)",
        "SELECT * FROM order",
        "SELECT * FROM connection",
        "SELECT getenv('HOME')",
        "SELECT * FROM 'https://example.org/x.csv'",
        "",
        ";",
        "SELEC",
        "SELECT * FROM pairs WHERE a_id = $1",
    ],
)
def test_what_is_more_than_a_query_of_the_datasets_is_refused(
    snapshot: Snapshot, tmp_path: Path, query: str
) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("the secret\n")
    before = _state(snapshot.path), _state(tmp_path)
    asked = query.format(secret=secret, folder=tmp_path, pairs=snapshot.file("pairs"))
    files = {one.name: str(snapshot.file(one.name)) for one in PUBLISHED}
    found = fence.answered({"statement": asked, "files": files, "memory": "1GB", "seconds": 60, "rows": 10})
    assert found.keys() == {"refused"}, found
    assert "the secret" not in str(found)
    assert (_state(snapshot.path), _state(tmp_path)) == before


@pytest.mark.slow
def test_the_process_says_why_it_refuses(snapshot: Snapshot) -> None:
    with pytest.raises(UsageError, match="COPY is no query"):
        sql.ask(snapshot, f"COPY (SELECT 1 AS a) TO '{snapshot.file('pairs')}'", 10)


@pytest.mark.slow
def test_the_process_itself_cannot_write(snapshot: Snapshot, tmp_path: Path) -> None:
    """Where DuckDB let something pass, the system would not."""
    code = (
        "import sys\nfrom comention.explorer import fence\nfence.limited(1)\n"
        f"with open({str(tmp_path / 'new')!r}, 'w') as file:\n    file.write('x')\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=False)
    assert done.returncode != 0
    assert not (tmp_path / "new").exists() or (tmp_path / "new").read_bytes() == b""


@pytest.mark.slow
def test_a_secret_of_the_environment_is_not_there(
    snapshot: Snapshot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COMENTION_PUBMED__API_KEY", "key")
    seen: list[dict[str, str]] = []
    run = subprocess.run

    def watched(*words: Any, **options: Any) -> Any:
        seen.append(options["env"])
        return run(*words, **options)

    monkeypatch.setattr(subprocess, "run", watched)
    sql.ask(snapshot, "SELECT 1", 1)
    assert seen
    assert "COMENTION_PUBMED__API_KEY" not in seen[0]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("query", "told"),
    [
        ("SELECT count(*) FROM range(100000000000) a, range(1000) b", "longer than 1 seconds"),
        ("SELECT list(repeat('x', 1000)) FROM range(10000000)", "more than 1GB"),
        ("SELECT repeat('x', 20000000)", "larger than 16 MiB"),
    ],
)
def test_time_memory_and_size_are_bounded(snapshot: Snapshot, query: str, told: str) -> None:
    seconds = 1 if "seconds" in told else 60
    with pytest.raises(TooLongError, match=told):
        sql.ask(snapshot, query, 10, seconds=seconds)


def test_a_long_query_is_refused(client: httpx.Client) -> None:
    told = text(page(client, "/sql?query=" + "x" * 4001, 400))
    assert "4,001 characters" in told


@pytest.mark.slow
def test_the_page_shows_rows_and_what_is_wrong(client: httpx.Client) -> None:
    query = "SELECT '<b>bold</b>' AS html, 12 AS n"
    answer = client.get("/sql", params={"query": query})
    assert "&lt;b&gt;bold&lt;/b&gt;" in answer.text
    assert "<b>bold</b>" not in answer.text
    assert client.get("/sql", params={"query": query, "format": "json"}).json() == [
        {"html": "<b>bold</b>", "n": 12}
    ]
    wrong = client.get("/sql", params={"query": "DROP VIEW pairs"})
    assert wrong.status_code == 400
    assert "DROP is no query" in wrong.text


@pytest.mark.parametrize(
    ("names", "expected"),
    [
        ("", ""),
        ("a b", "a b"),
        ("a a", "a a_2"),
        ("a b a b a", "a b a_2 b_2 a_3"),
        ("a a a_2", "a a_3 a_2"),
        ("a_2 a a a_2", "a_2 a a_3 a_2_2"),
    ],
)
def test_a_name_of_two_columns_is_made_two(names: str, expected: str) -> None:
    assert sql.unique(names.split()) == tuple(expected.split())


@pytest.mark.slow
def test_columns_of_one_name_keep_their_values(client: httpx.Client) -> None:
    query = {"query": "SELECT 1 AS a, 2 AS a"}
    assert client.get("/sql", params=query | {"format": "csv"}).text.splitlines() == ["a,a_2", "1,2"]
    assert client.get("/sql", params=query | {"format": "json"}).json() == [{"a": 1, "a_2": 2}]
