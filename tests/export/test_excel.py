"""Workbooks that openpyxl and LibreOffice open, whatever the texts hold."""

from __future__ import annotations

import csv
import io
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import openpyxl
import pyarrow as pa
import pytest
from openpyxl.utils import get_column_letter
from openpyxl.utils.escape import unescape

from comention.errors import UsageError
from comention.export import excel, sheets
from comention.export.files import export
from comention.schemas import DATASETS, PAIRS
from comention.snapshots.snapshot import Snapshot, latest
from tests.report.snapshots import Text, make, table

pytestmark = pytest.mark.slow

# Names that a spreadsheet takes for a formula or an escape, or that XML cannot hold.
FORMULA, ESCAPE, CONTROL = "=1+1", "_x0041_ +IL", "IL\x07 \ufffe12"
NAMES = {
    "IL-12": ("COMENTION:IL-12", FORMULA, "cytokine"),
    "psoriasis": ("MESH:D011565", "@SUM(A1)", "disease"),
    "asthma": ("MESH:D001249", ESCAPE, "disease"),
    "ustekinumab": ("MESH:D000069549", CONTROL, "drug"),
}
TEXTS = (
    Text(1, "IL-12 in psoriasis.", "-1 ustekinumab with IL-12 in psoriasis."),
    Text(2, "IL-12 in psoriasis and asthma.", year=None),
    Text(3, "IL-12 in psoriasis.", "ustekinumab. " + "long words " * 4000 + "of asthma with IL-12."),
)


@pytest.fixture(scope="module")
def snapshot(tmp_path_factory: pytest.TempPathFactory) -> Snapshot:
    return make(tmp_path_factory.mktemp("excel") / "w", TEXTS, NAMES, background={"*": 50, "psoriasis": 1})


def workbook(snapshot: Snapshot, **given: Any) -> tuple[Any, list[str]]:
    stream = io.BytesIO()
    left_out = excel.write(snapshot, stream, **given)
    return openpyxl.load_workbook(stream), left_out


def cells(page: Any) -> list[dict[str, Any]]:
    """The rows of a sheet; openpyxl leaves escapes in texts that stand in their cell to its users."""
    head, *lines = page.iter_rows(values_only=True)
    read = ([unescape(cell) if isinstance(cell, str) else cell for cell in line] for line in lines)
    return [dict(zip(head, line, strict=True)) for line in read]


def shown(value: Any) -> Any:
    """What openpyxl shows of a value of a dataset; Excel's numbers have 15 digits."""
    if isinstance(value, float):
        return float(f"{value:.15g}")
    return excel.cell(value)[0] if isinstance(value, str | list) else value


def test_a_year_has_no_comma(snapshot: Snapshot) -> None:
    assert {"first_year", "last_year", "claim_since", "contradicted_since"} == {
        column.name for column in PAIRS.columns if pa.types.is_int16(column.type)
    }
    book, _ = workbook(snapshot)
    for sheet in sheets.sheets():
        head = [cell.value for cell in book[sheet.name][1]]
        for column in sheet.columns:
            is_year = column.name.rpartition("_")[2] in {"year", "since"}
            letter = get_column_letter(head.index(column.name) + 1)
            form = book[sheet.name].column_dimensions[letter].number_format
            assert (form == "0") == (is_year or column.name == "pmid"), column.name


def test_openpyxl_reads_every_table_as_it_is(snapshot: Snapshot) -> None:
    book, _ = workbook(snapshot)
    assert book.sheetnames == ["about", "enrichment", "pairs", "triples", "entities", "evidence", "columns"]
    for name in ("enrichment", "pairs", "triples", "entities"):
        key = DATASETS[name].key
        rows = {tuple(row[part] for part in key): row for row in table(snapshot, name)}
        found = cells(book[name])
        assert len(found) == len(rows) > 0
        for row in found:
            expected = rows[tuple(row[part] for part in key)]
            assert {column: shown(value) for column, value in row.items()} == {
                column: shown(value) for column, value in expected.items()
            }
    pair = book["pairs"]
    assert pair.freeze_panes == "A2"
    assert pair.auto_filter.ref == pair.dimensions
    assert [cell.value for cell in pair[1]] == PAIRS.schema.names
    grades = [row["grade"] for row in cells(pair)]
    assert grades == sorted(grades, key=PAIRS.column("grade").values.index)


def test_evidence_has_names_sentences_and_links(snapshot: Snapshot) -> None:
    book, _ = workbook(snapshot)
    rows = cells(book["evidence"])
    assert [row["rank"] for row in rows] == sorted(row["rank"] for row in rows)
    assert len(rows) == len(table(snapshot, "evidence"))
    best = next(
        row for row in rows if (row["a_name"], row["b_name"], row["pmid"]) == (FORMULA, "@SUM(A1)", 1)
    )
    assert best["text"] == "IL-12 in psoriasis."
    column = list(rows[0]).index("pmid") + 1
    link = book["evidence"].cell(2, column)
    assert (link.data_type, link.value) == ("n", rows[0]["pmid"])
    assert link.hyperlink.target == f"https://pubmed.ncbi.nlm.nih.gov/{rows[0]['pmid']}/"
    place = PAIRS.schema.names.index("top_pmids") + 1
    top = book["pairs"].cell(2, place)
    assert top.hyperlink.target == "https://pubmed.ncbi.nlm.nih.gov/?term={}&sort=date".format(
        top.value.replace(", ", ",")
    )


def test_texts_are_texts_and_numbers_numbers(snapshot: Snapshot) -> None:
    book, _ = workbook(snapshot)
    kinds = {cell.data_type for page in book for line in page.iter_rows() for cell in line}
    assert kinds == {"s", "n", "b"}  # no "f": a formula; "n" is an empty cell as well
    names = {row["name"] for row in cells(book["entities"])}
    assert names == {FORMULA, "@SUM(A1)", ESCAPE, "IL\ufffd \ufffd12"}
    [pairs] = [page for page in book if page.title == "pairs"]
    formats = {head.value: cell.number_format for head, cell in zip(pairs[1], pairs[2], strict=True)}
    assert formats["articles"] == "#,##0"
    assert formats["p_value"] == "0.0E+00"
    assert formats["last_year"] == "0"


def test_long_texts_are_cut_and_that_is_told(snapshot: Snapshot) -> None:
    book, left_out = workbook(snapshot)
    texts = [row["text"] or "" for row in cells(book["evidence"])]
    cut = [text for text in texts if text.endswith("(cut)")]
    assert len(cut) == sum(len(text) == excel.CELL for text in texts) > 0
    words = f"texts longer than 32,767 characters that are cut: {len(cut):,}"
    assert left_out == [words]
    assert ("left out", words) in book["about"].values


def test_a_cell_counts_as_excel_does() -> None:
    assert excel.cell("🧬" * 16_383) == ("🧬" * 16_383, False)
    text, cut = excel.cell("🧬" * 16_384)
    assert cut
    assert len(text.encode("utf-16-le")) // 2 <= excel.CELL
    assert text.startswith("🧬" * 16_379)
    assert excel.cell([1, 2])[0] == "1, 2"
    assert excel.cell([{"a": 1}])[0] == '[{"a": 1}]'


def test_rows_that_do_not_fit_are_the_last_and_told(
    snapshot: Snapshot, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, tmp_path: Path
) -> None:
    whole = cells(workbook(snapshot)[0]["pairs"])
    monkeypatch.setattr(sheets, "ROWS", 2)
    export(snapshot, "excel", None, tmp_path / "x.xlsx", None, evidence=1)
    book = openpyxl.load_workbook(tmp_path / "x.xlsx")
    assert cells(book["pairs"]) == whole[:2]
    assert len(cells(book["evidence"])) == 1
    told = [words for name, words in book["about"].values if name == "left out"]
    assert f"pairs: the first 2 of {len(whole)} rows" in told
    assert f"left out: pairs: the first 2 of {len(whole)} rows" in caplog.messages


def test_links_that_a_sheet_cannot_hold_are_numbers(
    snapshot: Snapshot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(excel, "LINKS", 1)
    page = workbook(snapshot)[0]["evidence"]
    column = next(cell.column for cell in page[1] if cell.value == "pmid")
    assert [bool(page.cell(line, column).hyperlink) for line in (2, 3)] == [True, False]
    assert isinstance(page.cell(3, column).value, int)


def test_it_says_what_it_is_of_and_what_columns_hold(snapshot: Snapshot) -> None:
    book, _ = workbook(snapshot)
    about = dict(book["about"].values)
    assert about["snapshot"] == snapshot.run_id
    assert about["query"] == "il12[tiab]"
    assert about["topic"] == "interleukin-12"
    assert snapshot.manifest.datasets["pairs"].sha256 in about["sheet pairs"]
    holds = {(row["sheet"], row["column"]): row["holds"] for row in cells(book["columns"])}
    for page in book.worksheets[1:-1]:
        for cell in page[1]:
            assert holds[page.title, cell.value]
    assert holds["pairs", "lift"] == PAIRS.column("lift").description


def test_the_same_snapshot_gives_the_same_bytes(snapshot: Snapshot, tmp_path: Path) -> None:
    for name in ("one.xlsx", "other.xlsx"):
        export(latest(snapshot.workdir), "excel", None, tmp_path / name, None)
    assert (tmp_path / "one.xlsx").read_bytes() == (tmp_path / "other.xlsx").read_bytes()
    assert openpyxl.load_workbook(tmp_path / "one.xlsx").properties.created.year == 2026


def test_what_does_not_fit_is_told(
    snapshot: Snapshot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(UsageError, match="A workbook is no text: name a file"):
        export(snapshot, "excel", None, None, None)
    with pytest.raises(UsageError, match="--evidence is for excel: pairs is whole"):
        export(snapshot, "pairs", None, tmp_path / "x.csv", None, evidence=3)
    monkeypatch.setitem(sys.modules, "xlsxwriter", None)
    with pytest.raises(UsageError, match=r"pip install 'comention\[excel\]'"):
        export(snapshot, "excel", None, tmp_path / "x.xlsx", None)
    assert not list(tmp_path.iterdir())


@pytest.mark.slow
def test_libreoffice_opens_it(snapshot: Snapshot, tmp_path: Path) -> None:
    office = shutil.which("soffice") or shutil.which("libreoffice")
    if office is None:
        pytest.skip("there is no LibreOffice")
    export(snapshot, "excel", None, tmp_path / "x.xlsx", None)
    # 44,34,76: comma, quote, UTF-8; -1: every sheet as a file of its own
    form = "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,true,false,false,false,-1"
    command = [office, "--headless", f"-env:UserInstallation=file://{tmp_path}/profile", "--convert-to", form]
    subprocess.run([*command, "--outdir", str(tmp_path), str(tmp_path / "x.xlsx")], check=True, timeout=300)
    with (tmp_path / "x-entities.csv").open(encoding="utf-8", newline="") as file:
        assert {row["name"] for row in csv.DictReader(file)} >= {FORMULA, "@SUM(A1)", ESCAPE}
