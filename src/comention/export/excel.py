"""A snapshot as one Excel workbook: a sheet for each table, one that says what it is, one of the columns.

Numbers are numbers, a text is a text and never a formula, whatever it begins with. A list is its items with
commas between. U+FFFD stands for a character that XML cannot hold. What a sheet cannot hold is left out, the
least sure rows first, or cut, and the sheet `about` says so. The same snapshot gives the same bytes.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from contextlib import suppress
from datetime import datetime
from typing import TYPE_CHECKING, Any, BinaryIO

import pyarrow as pa

from comention.errors import UsageError
from comention.export import sheets
from comention.export.sheets import EVIDENCE_ROWS, Extent, Sheet
from comention.export.xml import held
from comention.files.atomic import json_text
from comention.schemas import Column
from comention.snapshots.manifest import Manifest
from comention.snapshots.snapshot import Snapshot

if TYPE_CHECKING:
    import xlsxwriter
    from xlsxwriter.format import Format
    from xlsxwriter.worksheet import Worksheet

#: UTF-16 units that a cell holds, and links that a sheet does: Excel's limits.
CELL, LINKS = 32_767, 65_530
_CUT = " … (cut)"
_ARTICLE = "https://pubmed.ncbi.nlm.nih.gov/{}/"
_ARTICLES = "https://pubmed.ncbi.nlm.nih.gov/?term={}&sort=date"
# Where a manifest gives no date. A workbook has no time zones.
_UNIX = datetime(1970, 1, 1)
_FORMATS = {
    "head": {"bold": True, "bottom": 1, "bg_color": "#E5E7EB", "valign": "top"},
    "count": {"num_format": "#,##0"},
    "plain": {"num_format": "0"},
    "number": {"num_format": "0.000"},
    "chance": {"num_format": "0.0E+00"},
    "text": {"num_format": "@"},
    "link": {"font_color": "#0563C1", "underline": 1, "num_format": "0"},
    "bold": {"bold": True, "valign": "top"},
    "wrapped": {"text_wrap": True, "valign": "top"},
}
_WIDE = {"name": 28, "text": 90, "title": 60, "id": 17, "level": 10, "section": 14}


def write(snapshot: Snapshot, stream: BinaryIO, evidence: int = EVIDENCE_ROWS) -> list[str]:
    """Write the workbook, with so many rows of evidence at most, and return what it had to leave out.

    Raises UsageError where XlsxWriter is not installed, and what reading a snapshot raises.
    """
    workbook = _workbook(snapshot.manifest, stream)
    kept = {sheet.name: sheets.extent(snapshot, sheet, _most(sheet, evidence)) for sheet in sheets.sheets()}
    left_out = _left_out(kept)
    formats = {name: workbook.add_format(values) for name, values in _FORMATS.items()}
    try:
        about = workbook.add_worksheet("about")
        cut = 0
        for sheet in sheets.sheets():
            page = workbook.add_worksheet(sheet.name)
            cut += _Page(page, sheet, formats).fill(snapshot, kept[sheet.name])
        _explain(workbook.add_worksheet("columns"), formats)
        left_out += [f"texts longer than {CELL:,} characters that are cut: {cut:,}"] if cut else []
        _tell(about, [*_about(snapshot, kept), *(("left out", words) for words in left_out)], formats)
        _close(workbook)
    except BaseException:
        _abandon(workbook)
        raise
    return left_out


def _workbook(manifest: Manifest, stream: BinaryIO) -> xlsxwriter.Workbook:
    try:
        import xlsxwriter
    except ImportError:
        raise UsageError(
            "Excel needs XlsxWriter, which is not installed: pip install 'comention[excel]'"
        ) from None
    workbook = xlsxwriter.Workbook(stream, {"constant_memory": True, "strings_to_formulas": False})
    workbook.use_zip64()  # where a sheet has more than 4 GB
    made = _UNIX
    with suppress(ValueError):
        made = datetime.fromisoformat(manifest.created_at).replace(tzinfo=None, microsecond=0)
    workbook.set_properties(
        {
            "title": held(f"comention: {manifest.topic.name or 'all articles'}"),
            "comments": f"snapshot {manifest.run_id}",
            "author": "comention",
            "created": made,
        }
    )
    return workbook


def _close(workbook: xlsxwriter.Workbook) -> None:
    from xlsxwriter.exceptions import FileCreateError

    try:
        workbook.close()
    except FileCreateError as error:  # what the disk or the reader answered
        raise error.args[0] from None


def _abandon(workbook: xlsxwriter.Workbook) -> None:
    """Close the temporary files of a workbook that is not written."""
    for page in workbook.worksheets():
        with suppress(OSError):
            page._opt_close()
    workbook.fileclosed = True


def _most(sheet: Sheet, evidence: int) -> int:
    return min(evidence, sheets.ROWS) if sheet.name == "evidence" else sheets.ROWS


def _left_out(kept: Mapping[str, Extent]) -> list[str]:
    return [
        f"{name}: the first {extent.held:,} of {extent.rows:,} rows"
        for name, extent in kept.items()
        if extent.held < extent.rows
    ]


class _Page:
    """A sheet that is filled row by row, since a workbook of constant memory takes no row twice."""

    def __init__(self, page: Worksheet, sheet: Sheet, formats: Mapping[str, Format]) -> None:
        self.page, self.sheet, self.formats = page, sheet, formats
        self.kinds = [_kind(column) for column in sheet.columns]
        self.links = self.cut = 0

    def fill(self, snapshot: Snapshot, extent: Extent) -> int:
        """Write header and rows; return how many texts were cut."""
        page, last = self.page, len(self.sheet.columns) - 1
        page.freeze_panes(1, 0)
        for number, (column, kind) in enumerate(zip(self.sheet.columns, self.kinds, strict=True)):
            page.set_column(number, number, _width(column), self.formats.get(kind))
            page.write_string(0, number, column.name, self.formats["head"])
        page.autofilter(0, 0, extent.held, last)
        for line, values in enumerate(sheets.rows(snapshot, self.sheet, extent.held), start=1):
            for number, value in enumerate(values):
                if value is not None:
                    self._put(line, number, value)
        return self.cut

    def _put(self, line: int, number: int, value: Any) -> None:
        kind, column = self.kinds[number], self.sheet.columns[number]
        style = self.formats.get(kind)
        if column.name in {"pmid", "top_pmids"} and value and self.links < LINKS:
            self.links += 1
            pmids = ",".join(map(str, value if isinstance(value, list) else [value]))
            url = (_ARTICLES if isinstance(value, list) else _ARTICLE).format(pmids)
            self.page.write_url(line, number, url, self.formats["link"], pmids.replace(",", ", "))
            if not isinstance(value, list):  # the link stays, and what it stands on is a number
                self.page.write_number(line, number, value, self.formats["link"])
        elif isinstance(value, bool):
            self.page.write_boolean(line, number, value)
        elif isinstance(value, int | float) and math.isfinite(value):
            self.page.write_number(line, number, value, style)
        elif not (isinstance(value, float) and math.isnan(value)):
            text, cut = cell(value)
            self.cut += cut
            self.page.write_string(line, number, text, style)


def cell(value: Any) -> tuple[str, bool]:
    """Return a value as a text that a cell can hold, and whether it had to be cut."""
    if isinstance(value, list | tuple):
        flat = all(isinstance(item, str | int | float) for item in value)
        value = ", ".join(map(str, value)) if flat else json_text(value)
    text = held(str(value))
    if len(text) * 2 <= CELL:  # no character has more than two units
        return text, False
    units = text.encode("utf-16-le")
    if len(units) <= 2 * CELL:
        return text, False
    return units[: 2 * (CELL - len(_CUT))].decode("utf-16-le", "ignore") + _CUT, True


def _kind(column: Column) -> str:
    """Return which of the formats the numbers or texts of a column have."""
    name = column.name
    if pa.types.is_floating(column.type):
        return "chance" if name.startswith(("p_", "q_")) else "number"
    if pa.types.is_integer(column.type):
        # years are the only numbers of 16 bits, whatever their columns are called
        return "plain" if pa.types.is_int16(column.type) or name == "pmid" else "count"
    return "" if pa.types.is_boolean(column.type) else "text"


def _width(column: Column) -> float:
    """Return the width of a column in characters: room for its header, its filter and its usual values."""
    return max(len(column.name) + 4, _WIDE.get(column.name.rpartition("_")[2], 9))


def _about(snapshot: Snapshot, kept: Mapping[str, Extent]) -> Iterable[tuple[str, str]]:
    """Yield what the workbook is of: name and value."""
    manifest = snapshot.manifest
    topic = manifest.topic
    yield "topic", topic.name or "all articles"
    yield "query", topic.query
    yield "concepts of the topic", ", ".join(topic.concepts)
    yield "articles that count", topic.match
    yield "window", manifest.window.told if manifest.window else ""
    yield "compared with", manifest.background.words if manifest.background else ""
    yield "snapshot", manifest.run_id
    yield "made at", manifest.created_at
    yield "comention", manifest.comention or ""
    yield "schema version", str(manifest.schema_version)
    if manifest.annotator:
        yield "annotator", f"{manifest.annotator.name}, {manifest.annotator.fingerprint}"
    yield "lexicon", (manifest.lexicon and manifest.lexicon.fingerprint) or ""
    for name, extent in kept.items():
        published = manifest.datasets[name]
        yield (
            f"sheet {name}",
            f"{extent.held:,} of {extent.rows:,} rows; dataset's SHA-256 {published.sha256}",
        )
    yield (
        "meaning",
        (
            "a pair is two concepts that articles mention together, which is no biological relation; the "
            "sheet columns says what each number is"
        ),
    )
    yield "attribution", manifest.attribution


def _tell(page: Worksheet, lines: Iterable[tuple[str, str]], formats: Mapping[str, Format]) -> None:
    page.set_column(0, 0, 24)
    page.set_column(1, 1, 110)
    for number, (name, value) in enumerate((name, value) for name, value in lines if value):
        page.write_string(number, 0, name, formats["bold"])
        page.write_string(number, 1, cell(value)[0], formats["wrapped"])


def _explain(page: Worksheet, formats: Mapping[str, Format]) -> None:
    """Write what each sheet and each of its columns holds."""
    page.freeze_panes(1, 0)
    for number, (name, width) in enumerate({"sheet": 14, "column": 26, "holds": 110, "words": 50}.items()):
        page.set_column(number, number, width)
        page.write_string(0, number, name, formats["head"])
    lines = [
        line
        for sheet in sheets.sheets()
        for line in (
            (sheet.name, "", sheet.description, ""),
            *((sheet.name, c.name, c.description, ", ".join(c.values)) for c in sheet.columns),
        )
    ]
    page.autofilter(0, 0, len(lines), 3)
    for line, texts in enumerate(lines, start=1):
        for number, text in enumerate(texts):
            page.write_string(line, number, text, formats["wrapped"])
