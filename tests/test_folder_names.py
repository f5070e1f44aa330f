"""A folder may have any name: what DuckDB takes for a pattern, a quotation or a column is a name to us."""

from __future__ import annotations

import shutil
import sys
from datetime import UTC, datetime
from pathlib import Path

import duckdb
import pyarrow as pa
import pytest

import comention
from comention.cli import main
from comention.config import load_settings
from comention.files.atomic import write_parquet
from comention.files.opening import pattern, view_parquet
from comention.lexicon.letters import nearest
from comention.lexicon.store import BUNDLED, open_lexicon
from comention.pubmed.background import frequencies
from comention.schemas import BACKGROUND
from comention.stages import walk
from comention.stages.job import Job
from tests.support.medline import article, deletion, write_set

pytestmark = pytest.mark.slow

#: A name, and another that DuckDB would read in its place.
_NAMES = {
    "w[1]": "w1",
    "[!a]": "b",
    "a*b": "aXb",
    "**": "deep",
    "o'k": "ok",
    "q?": "qq",
    "{x}": "x",
    "{a,b}": "a",
    "w 1": "w",
    "w\\1": "w1",
    "w[[]1]": "w[1]",
    "year=1999": "year",
    "$path": "path",
    "é[é]": "éé",
}
_HOSTILE = "w[1] a*b o'k q? {x}"
_DECOY = "w1 aXb o'k qq {x}"


@pytest.mark.parametrize("name", _NAMES)
def test_a_path_is_read_as_it_stands(tmp_path: Path, name: str) -> None:
    for folder in (name, _NAMES[name]):
        write_parquet(tmp_path / folder / "f.parquet", pa.table({"folder": [folder]}))
    path = tmp_path / name / "f.parquet"
    with duckdb.connect() as connection:
        rows = view_parquet(connection, [path], filename=True).fetchall()
        assert rows == [(name, str(path))]
        assert connection.execute("SELECT folder FROM read_parquet(?)", [pattern(path)]).fetchall() == [
            (name,)
        ]


def test_a_relative_path_is_no_address(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    path = Path("file:w[1]") / "f.parquet"
    write_parquet(path.absolute(), pa.table({"n": [1]}))
    with duckdb.connect() as connection:
        assert view_parquet(connection, [path]).fetchall() == [(1,)]


@pytest.mark.parametrize("name", [_HOSTILE, "concepts=1", "w[1]"])
def test_the_background_is_counted_in_any_folder(tmp_path: Path, name: str) -> None:
    for folder, concept in ((name, "X:1"), (_NAMES.get(name, _DECOY), "X:2")):
        rows = [{"pmid": 1, "concepts": [concept]}, {"pmid": 2, "concepts": []}]
        table = pa.Table.from_pylist(rows, schema=BACKGROUND.schema)
        write_parquet(tmp_path / folder / "1.parquet", table)
        write_parquet(tmp_path / folder / "2.parquet", table.slice(1))
    parts = [tmp_path / name / "1.parquet", tmp_path / name / "2.parquet"]
    found = frequencies(parts, pa.array([2, 3], pa.int64()), tmp_path / name)
    assert found.to_pylist() == [
        {"concept_id": "*", "articles": 2, "articles_topic": 1},
        {"concept_id": "X:1", "articles": 1, "articles_topic": 0},
    ]


@pytest.mark.parametrize("name", [_HOSTILE, "concept=7"])
def test_the_nearest_names_are_found_with_a_lexicon_in_any_folder(tmp_path: Path, name: str) -> None:
    decoy = pa.table({"text": ["psoriasis"], "concept": pa.array([0], pa.int32()), "source": ["x"]})
    write_parquet(tmp_path / _DECOY / "names.parquet", decoy)
    (tmp_path / name).symlink_to(BUNDLED)
    assert nearest("psoriasys", open_lexicon(tmp_path / name)) == nearest("psoriasys", open_lexicon(BUNDLED))


_COMMANDS = (
    "show pairs --json",
    "show pairs_rolled_up --with psoriasis --csv",
    "show entities --json",
    "evidence IL-12 psoriasis --json",
    "ledger --json",
    "ledger last --outcome all --json",
    "diff --json",
    "export pairs",
    "export mentions --format pubtator",
    "export evidence -o {out}.parquet",
    "export network --min-articles 1 -o {out}.graphml",
    "plot heatmap --min-articles 1 -o {out}.svg",
    "plot trend IL-12 psoriasis -o {out}.svg",
    "plot network --min-articles 1 -o {out}.svg",
    "report -o {out}.html",
)


def run(workdir: Path, number: int, *files: Path) -> None:
    given = {"source.kind": "bulk", "source.input": tuple(map(str, files)), "workdir": workdir}
    given |= {"run.processes": 1, "annotate.annotator": "fast"}
    now = datetime(2026, 1, number, 3, 4, 5, tzinfo=UTC)
    walk.walk(Job(load_settings(None, given), f"2026010{number}T030405Z-0000", now))


def test_every_command_works_in_a_folder_of_any_name_and_reads_no_other(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    files = [
        write_set(
            tmp_path / f"pubmed26n000{number}.xml",
            article(number, abstract="IL-12 and TNF in psoriasis, or in asthma."),
            article(9 + number, abstract="IL-12 in psoriasis."),
            *([deletion(1)] if number == 3 else []),
        )
        for number in (1, 2, 3)
    ]
    plain, hostile = (tmp_path / "year=1999" / name for name in ("plain", _HOSTILE))
    for number, added in enumerate(([0, 1], [2]), 1):
        for workdir in (plain, hostile):
            run(workdir, number, *(files[n] for n in added))
    run(tmp_path / "year=1999" / _DECOY, 1, files[1])
    answers: dict[Path, dict[str, bytes]] = {plain: {}, hostile: {}}
    for workdir, found in answers.items():
        for words in _COMMANDS:
            out = tmp_path / "out" / "file"
            shutil.rmtree(out.parent, ignore_errors=True)
            out.parent.mkdir()
            argv = ["comention", *words.format(out=out).split(), "--workdir", str(workdir)]
            monkeypatch.setattr(sys, "argv", argv)
            with pytest.raises(SystemExit) as ended:
                main()
            put, err = capsys.readouterr()
            assert ended.value.code in {0, None}, (words, err)
            found[words] = put.encode() + b"".join(p.read_bytes() for p in sorted(out.parent.rglob("*.*")))
        found["load"] = comention.load("articles", workdir).to_json().encode()
    assert answers[hostile] == answers[plain]
    assert b"psoriasis" in answers[hostile]["show pairs --json"]
