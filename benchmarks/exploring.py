"""The explorer beside Datasette on the same tables: first answer, search in everything, facets.

The snapshot is the whole file, every citation kept, `fast`. Datasette gets five of its tables in SQLite,
lists as JSON, with indexes of keys and full-text indexes, which it searches by whole words; it looks for no
facets to suggest, which it would in each of 70 columns. The explorer finds words by how they begin, and makes
its index as it starts: the first search waits for it, and is told apart; Datasette finds its own made. A
search in everything is one page of the explorer, and a page of each table of Datasette, one after another.
Times are those of a client on the same machine, wall clock.

Datasette brings thirteen packages along and is in no lock: `pip install datasette` adds it. Without it the
explorer is measured alone.
"""

from __future__ import annotations

import importlib.util
import json
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import httpx
import pyarrow as pa

from benchmarks import articles, measures, running
from benchmarks.results import BenchFigure, BenchOrder, Findings, Rate
from comention.files.atomic import read_parquet
from comention.snapshots.snapshot import Snapshot, latest

#: The tables of Datasette, the columns that it searches, and the facets that it counts.
TABLES = {
    "pairs": ("a_name", "b_name"),
    "concepts": ("name", "synonyms", "concept_id"),
    "claims": ("claim",),
    "sentences": ("text",),
    "articles": ("title", "abstract", "authors", "journal"),
}
_FACETS = ("grade", "claim", "support")
#: What is searched for, another thing in each turn.
SEARCHES = (
    "psoriasis",
    "melanoma",
    "insulin",
    "asthma",
    "obesity",
    "sepsis",
    "cisplatin",
    "stroke",
    "anemia",
)
_HANG = 120.0
_SEARCH = "search in everything"
_TUNED = ("--setting", "suggest_facets", "off")


def measure(order: BenchOrder) -> Findings:
    """Make a snapshot of the file and its tables in SQLite, then ask both servers by turns."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        path = articles.corpora() / articles.FILE
        if order.records is not None:
            path = folder / "some.xml.gz"
            articles.write(path, articles.records(order.records))
        running.run(path, folder / "work")
        held = latest(folder / "work")
        servers = {"explorer": _explorer(folder / "work")}
        absent: tuple[Rate, ...] = ()
        if importlib.util.find_spec("datasette") is None:
            absent = (Rate(who="Datasette", skipped="datasette is not installed"),)
        else:
            database(held, folder / "tables.db")
            servers["Datasette"] = _datasette(folder / "tables.db")
        taken = _asked(servers, order.rounds)
        rows = held.manifest.datasets
    figures = [
        measures.figure("exploring: pairs", [rows["pairs"].rows], ""),
        measures.figure("exploring: sentences", [rows["sentences"].rows], ""),
        *(measures.figure(what, values, "ms") for what, values in taken.items()),
        *_ratios(taken),
    ]
    return Findings(figures=tuple(figures), rates=absent)


def _explorer(workdir: Path) -> list[str]:
    return ["-m", "comention.cli", "explore", "--no-browser", "--port", "{port}", "--workdir", str(workdir)]


def _datasette(path: Path) -> list[str]:
    return [
        "-m",
        "datasette",
        "serve",
        "--immutable",
        str(path),
        "--host",
        "127.0.0.1",
        "--port",
        "{port}",
        *_TUNED,
    ]


def _pages(who: str, word: str) -> dict[str, list[str]]:
    """Return the addresses of each question."""
    if who == "explorer":
        return {
            _SEARCH: [f"/search?q={word}"],
            "pairs with facets": [f"/pairs?q={word}&least=1"],
            "pairs of a grade": [f"/pairs?grade=moderate&q={word}&least=1"],
        }
    facets = "".join(f"&_facet={name}" for name in _FACETS)
    return {
        _SEARCH: [f"/tables/{table}?_search={word}&_size=6" for table in TABLES],
        "pairs with facets": [f"/tables/pairs?_search={word}&_size=25{facets}"],
        "pairs of a grade": [f"/tables/pairs?_search={word}&_size=25&grade=moderate{facets}"],
    }


def _asked(servers: dict[str, list[str]], rounds: int) -> dict[str, list[float]]:
    """Return the milliseconds of each question to each server, by rounds."""
    taken: dict[str, list[float]] = {}
    for turn in range(rounds):
        for who, words in servers.items():
            started = time.monotonic()
            with _running(words) as client:
                _time(taken, f"{who}: first answer from its start", started)
                for number in range(3):
                    word = SEARCHES[(turn + 3 * number) % len(SEARCHES)]
                    for what, pages in _pages(who, word).items():
                        began = time.monotonic()
                        for page in pages:
                            client.get(page).raise_for_status()
                        if number:  # the first makes ready what the others find made
                            _time(taken, f"{who}: {what}", began)
                        elif what == _SEARCH:
                            _time(taken, f"{who}: first search from its start", started)
    return taken


def _ratios(taken: dict[str, list[float]]) -> list[BenchFigure]:
    """Return how many times as long Datasette took for each question, in the same turn."""
    whats = [what.removeprefix("explorer: ") for what in taken if what.startswith("explorer: ")]
    return [
        measures.figure(
            f"Datasette over explorer: {what}",
            [
                other / own
                for own, other in zip(taken[f"explorer: {what}"], taken[f"Datasette: {what}"], strict=True)
            ],
            "×",
        )
        for what in whats
        if f"Datasette: {what}" in taken
    ]


def _time(taken: dict[str, list[float]], what: str, began: float) -> None:
    taken.setdefault(what, []).append(1_000 * (time.monotonic() - began))


@contextmanager
def _running(words: Sequence[str]) -> Iterator[httpx.Client]:
    """Start a server, and give a client of it when its first page has come."""
    port = measures.free_port()
    command = [sys.executable, *(word.format(port=port) for word in words)]
    with (
        subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process,
        httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=_HANG) as client,
    ):
        try:
            until = time.monotonic() + _HANG
            while not _answers(client):
                if process.poll() is not None or time.monotonic() > until:
                    raise RuntimeError(f"{command[2]} does not answer")
                time.sleep(0.02)
            yield client
        finally:
            process.terminate()


def _answers(client: httpx.Client) -> bool:
    try:
        return client.get("/").is_success
    except httpx.TransportError:
        return False


def database(held: Snapshot, path: Path) -> None:
    """Write the tables of a snapshot as SQLite, with indexes and full-text indexes."""
    connection = sqlite3.connect(path)
    try:
        for name, searched in TABLES.items():
            table = read_parquet(held.file(name))
            columns = [_plain(column) for column in table.columns]
            names = ", ".join(f'"{one}"' for one in table.column_names)
            connection.execute(f"CREATE TABLE {name} ({names})")
            marks = ", ".join("?" * table.num_columns)
            connection.executemany(f"INSERT INTO {name} VALUES ({marks})", zip(*columns, strict=True))  # noqa: S608
            words = ", ".join(searched)
            connection.execute(f"CREATE VIRTUAL TABLE {name}_fts USING fts5({words}, content='{name}')")
            connection.execute(f"INSERT INTO {name}_fts (rowid, {words}) SELECT rowid, {words} FROM {name}")  # noqa: S608
        for column in (*_FACETS, "a_id", "b_id"):
            connection.execute(f"CREATE INDEX pairs_{column} ON pairs ({column})")
        connection.execute("CREATE INDEX sentences_pmid ON sentences (pmid)")
        connection.commit()
    finally:
        connection.close()


def _plain(column: pa.ChunkedArray) -> list[object]:
    values: list[object] = column.to_pylist()
    return [json.dumps(one, default=str) if isinstance(one, list | dict) else one for one in values]
