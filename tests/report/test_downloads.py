from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow.parquet as pq
import pytest

from comention.errors import StorageError
from comention.report import downloads
from comention.report.page import Page, gather, write_page
from comention.snapshots.snapshot import latest
from tests.report.pages import found, written
from tests.report.snapshots import LEXICON, NAMES, TEXTS, Text, make, many

pytestmark = pytest.mark.slow


def of(page: Page, folder: Path) -> tuple[str, ...]:
    return downloads.write(page.ranked, page.pairs, page.triples, page.emerging, folder)


def test_every_table_is_read_back_by_other_programs(tmp_path: Path) -> None:
    page = gather(make(tmp_path, many(60, seed=6), names=LEXICON))
    files = of(page, tmp_path / "tables")
    assert set(files) == {path.name for path in (tmp_path / "tables").iterdir()}
    assert {name.split(".")[0] for name in files} >= {"diseases", "drugs", "cytokines", "pairs", "triples"}
    for name in {name.split(".")[0] for name in files}:
        with (tmp_path / "tables" / f"{name}.csv").open(encoding="utf-8", newline="") as lines:
            texts = list(csv.DictReader(lines))
        table = pq.read_table(tmp_path / "tables" / f"{name}.parquet")
        frame = pd.read_csv(tmp_path / "tables" / f"{name}.csv")
        assert list(frame.columns) == table.column_names
        assert len(texts) == len(frame) == table.num_rows
        pd.testing.assert_frame_equal(frame, table.to_pandas(), check_dtype=False)
        assert [{k: _text(v) for k, v in row.items()} for row in table.to_pylist()] == [
            {k: _text(_read(v, table.schema.field(k).type)) for k, v in row.items()} for row in texts
        ]


def _read(text: str, kind: object) -> Any:
    if str(kind) == "string":
        return text or None
    return float(text) if text and text not in {"true", "false"} else text == "true" if text else None


def _text(value: Any) -> Any:
    return float(value) if isinstance(value, int | float) else value


def test_the_tables_say_what_the_page_says(tmp_path: Path) -> None:
    page = gather(make(tmp_path, TEXTS))
    of(page, tmp_path / "tables")
    diseases = pd.read_csv(tmp_path / "tables" / "diseases.csv")
    assert diseases[["name", "concept_id", "articles", "sentences", "goes_with"]].to_numpy().tolist() == [
        ["psoriasis", "MESH:D011565", 4, 3, "IL-12 p40"],
        ["asthma", "MESH:D001249", 1, 0, "interleukin-12"],
    ]
    (pair,) = pd.read_csv(tmp_path / "tables" / "pairs.csv").to_dict("records")
    assert (pair["a_name"], pair["b_type"], pair["articles"], pair["lift"]) == (
        "interferon-γ",
        "disease",
        3,
        1.5,
    )
    assert (pair["first_year"], pair["last_year"]) == (2010, 2012)


def test_columns_keep_their_types_where_nothing_is_known(tmp_path: Path) -> None:
    page = gather(make(tmp_path, [Text(n, "IL-12 in psoriasis.", year=None) for n in (1, 2, 3)]))
    of(page, tmp_path / "tables")
    schema = pq.read_schema(tmp_path / "tables" / "diseases.parquet")
    kinds = {field.name: str(field.type) for field in schema}
    assert (kinds["first_year"], kinds["grade"], kinds["lift"]) == ("int64", "string", "double")
    assert "null" not in kinds.values()


def test_a_name_with_quotes_commas_and_lines_is_one_cell(tmp_path: Path) -> None:
    name = 'a "b", c;\td\ne\u202e <i>é🧬'
    make(tmp_path, TEXTS, names={**NAMES, "psoriasis": ("MESH:D011565", name, "disease")})
    write_page(latest(tmp_path), tmp_path / "r.html")
    with (tmp_path / "r-tables" / "diseases.csv").open(encoding="utf-8", newline="") as lines:
        assert [row["name"] for row in csv.DictReader(lines)] == [name, "asthma"]
    assert pd.read_csv(tmp_path / "r-tables" / "diseases.csv")["name"][0] == name


def test_an_empty_report_has_no_tables(tmp_path: Path) -> None:
    assert of(gather(make(tmp_path, [])), tmp_path / "tables") == ()
    assert not (tmp_path / "tables").exists()


def test_nothing_of_an_earlier_report_is_left(tmp_path: Path) -> None:
    folder = tmp_path / "tables"
    of(gather(make(tmp_path / "rich", many(60, seed=6), names=LEXICON)), folder)
    (folder / "notes.csv").write_text("mine")
    before = (folder / "diseases.csv").read_bytes()
    files = of(gather(make(tmp_path / "poor", [Text(1, "IL-12 in psoriasis.")])), folder)
    assert files == ("diseases.csv", "diseases.parquet")
    assert {path.name for path in folder.iterdir()} == {*files, "notes.csv"}
    assert (folder / "diseases.csv").read_bytes() != before


def test_the_page_links_its_tables_and_no_others(tmp_path: Path) -> None:
    make(tmp_path, TEXTS)
    page = written(tmp_path)
    links = [str(a.get("href")) for a in found(page, "//section[@aria-labelledby='downloads']//a")]
    assert links
    assert {(tmp_path / link).name for link in links} == {
        path.name for path in (tmp_path / "report-tables").iterdir()
    }


def test_the_same_snapshot_gives_the_same_files(tmp_path: Path) -> None:
    snapshot = make(tmp_path, many(40, seed=1), names=LEXICON)
    for name in ("one", "two"):
        of(gather(snapshot), tmp_path / name)
    for path in (tmp_path / "one").iterdir():
        assert path.read_bytes() == (tmp_path / "two" / path.name).read_bytes()


def test_a_folder_that_cannot_be_made(tmp_path: Path) -> None:
    make(tmp_path, TEXTS)
    (tmp_path / "r-tables").write_text("in the way")
    with pytest.raises(StorageError, match="r-tables"):
        write_page(latest(tmp_path), tmp_path / "r.html")
