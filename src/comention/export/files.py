"""What is exported in which format, and where it goes: a file, whole or not at all, or standard output."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from pathlib import Path

from comention.errors import UsageError
from comention.export import cx2, excel, graph, kgx, mentions, sheets, tables
from comention.files.outputs import Output, is_stream, put
from comention.schemas import PUBLISHED
from comention.snapshots.network import Filters, network_of
from comention.snapshots.snapshot import Snapshot

#: What can be exported beside the datasets.
NETWORK, KGX, EXCEL = "network", "kgx", "excel"
#: What filters narrow.
NARROWED = (NETWORK, KGX)
TABULAR = ("csv", "tsv", "jsonl", "parquet")
_DELIMITED = ("csv", "tsv")
_GRAPHS = {"graphml": graph.graphml, "cyjs": graph.cyjs, "cx2": cx2.cx2}
_KNOWLEDGE = ("tsv", "jsonl")
_WORKBOOK = "xlsx"

_log = logging.getLogger(__name__)


def export(
    snapshot: Snapshot,
    what: str,
    form: str | None,
    out: Output | None,
    filters: Filters | None,
    *,
    spreadsheet_safe: bool = False,
    evidence: int | None = None,
) -> str:
    """Write a dataset, the pair network or a workbook of a snapshot and return the name of its format.

    The format is `form`, else what the file's suffix names, else, for what is no file, CSV, or GraphML for
    the network. Without `out`, and for `-`, it goes to standard output. KGX is two files beside each other,
    see :func:`kgx_files`. `spreadsheet_safe` keeps a spreadsheet from taking a text of CSV or TSV for a
    formula; `evidence` is how many rows of it a workbook holds at most. What a workbook leaves out is logged
    as a warning. Raises UsageError for what is not there or does not fit together, and what
    :func:`comention.files.outputs.put` raises.
    """
    chosen = _format(what, form, out)
    _check(what, chosen, filters, spreadsheet_safe=spreadsheet_safe, evidence=evidence)
    if chosen in {"parquet", _WORKBOOK}:
        if out is None:
            name = "Parquet" if chosen == "parquet" else "A workbook"
            raise UsageError(f"{name} is no text: name a file with --out, or - for standard output")
        if chosen == "parquet":
            tables.copy(snapshot, what, out)
        else:
            _workbook(snapshot, out, sheets.EVIDENCE_ROWS if evidence is None else evidence)
        return chosen
    if what == KGX:
        _knowledge(snapshot, chosen, out, filters or Filters())
        return chosen
    if chosen in _DELIMITED:
        content = _encoded(tables.lines(snapshot, what, chosen, spreadsheet_safe=spreadsheet_safe))
    else:
        content = _content(snapshot, what, chosen, filters or Filters())
    put("-" if out is None else out, lambda stream: stream.writelines(content))
    return chosen


def formats(what: str) -> tuple[str, ...]:
    """Return the formats of the network or of a dataset, the usual one first; raises UsageError."""
    names = [dataset.name for dataset in PUBLISHED]
    beside = {NETWORK: tuple(_GRAPHS), KGX: _KNOWLEDGE, EXCEL: (_WORKBOOK,)}
    if what in beside:
        return beside[what]
    if what not in names:
        raise UsageError(f"export {what}: there are {', '.join((*beside, *names))}")
    return (*TABULAR, *mentions.FORMATS) if what == "mentions" else TABULAR


def kgx_files(out: Path) -> tuple[Path, Path]:
    """Return where the nodes and the edges go: `x.tsv` is `x_nodes.tsv` and `x_edges.tsv`, as KGX has it."""
    nodes, edges = (out.with_name(f"{out.stem}_{part}{out.suffix}") for part in ("nodes", "edges"))
    return nodes, edges


def _check(
    what: str, chosen: str, filters: Filters | None, *, spreadsheet_safe: bool, evidence: int | None
) -> None:
    """Raise UsageError for options that do not go with what is exported."""
    if what not in NARROWED and filters is not None:
        raise UsageError(f"filters narrow the network: export {what} whole, or export network")
    if spreadsheet_safe and (chosen not in _DELIMITED or what == KGX):
        raise UsageError(f"--spreadsheet-safe is for {' and '.join(_DELIMITED)} of datasets, not for {what}")
    if evidence is not None and what != EXCEL:
        raise UsageError(f"--evidence is for {EXCEL}: {what} is whole")


def _workbook(snapshot: Snapshot, out: Output, evidence: int) -> None:
    left_out: list[str] = []
    put(out, lambda stream: left_out.extend(excel.write(snapshot, stream, evidence)))
    for words in left_out:
        _log.warning("left out: %s", words)


def _knowledge(snapshot: Snapshot, chosen: str, out: Output | None, filters: Filters) -> None:
    if not isinstance(out, Path) or is_stream(out):
        raise UsageError("KGX is two files: name one with --out, as x.tsv for x_nodes.tsv and x_edges.tsv")
    found = kgx.graph_of(snapshot, filters)
    rows = ((found.nodes, kgx.NODE), (found.edges, found.edge_columns))
    for path, (row, columns) in zip(kgx_files(out), rows, strict=True):
        _put_lines(path, kgx.lines(row, columns, chosen))


def _put_lines(path: Path, lines: Iterator[str]) -> None:
    put(path, lambda stream: stream.writelines(_encoded(lines)))


def _format(what: str, form: str | None, out: Output | None) -> str:
    known = formats(what)
    chosen = form if form is not None else (out.suffix[1:].lower() if isinstance(out, Path) else "")
    if form is None and chosen not in known and (out is None or is_stream(out)):
        return known[0]
    if chosen not in known:
        asked = f"--format {form}" if form is not None else f"{out}"
        raise UsageError(
            f"{asked}: {what} is exported as {', '.join(known)} (--format, or the file's suffix)"
        )
    return chosen


def _content(snapshot: Snapshot, what: str, chosen: str, filters: Filters) -> Iterator[bytes]:
    if chosen in _GRAPHS:
        return iter([_GRAPHS[chosen](network_of(snapshot, filters))])
    if chosen in mentions.FORMATS:
        return _encoded(mentions.lines(snapshot, chosen))
    return _encoded(tables.lines(snapshot, what, chosen))


def _encoded(lines: Iterator[str]) -> Iterator[bytes]:
    return (line.encode("utf-8") for line in lines)
