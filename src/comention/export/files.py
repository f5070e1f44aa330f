"""What is exported in which format, and where it goes: a file, whole or not at all, or standard output."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from comention.errors import UsageError
from comention.export import graph, mentions, tables
from comention.files.outputs import Output, is_stream, put
from comention.schemas import PUBLISHED
from comention.snapshots.network import Filters, network_of
from comention.snapshots.snapshot import Snapshot

#: What can be exported beside the datasets.
NETWORK = "network"
TABULAR = ("csv", "tsv", "jsonl", "parquet")
_DELIMITED = ("csv", "tsv")
_GRAPHS = {"graphml": graph.graphml, "cyjs": graph.cyjs}
_PUBTATOR = "pubtator"


def export(
    snapshot: Snapshot,
    what: str,
    form: str | None,
    out: Output | None,
    filters: Filters | None,
    *,
    spreadsheet_safe: bool = False,
) -> str:
    """Write a dataset or the pair network of a snapshot and return the name of its format.

    The format is `form`, else what the file's suffix names, else, for what is no file, CSV, or GraphML for
    the network. Without `out`, and for `-`, it goes to standard output. `spreadsheet_safe` keeps a
    spreadsheet from taking a text of CSV or TSV for a formula. Raises UsageError for what is not there or
    does not fit together, and what :func:`comention.files.outputs.put` raises.
    """
    chosen = _format(what, form, out)
    if what != NETWORK and filters is not None:
        raise UsageError(f"filters narrow the network: export {what} whole, or export network")
    if spreadsheet_safe and chosen not in _DELIMITED:
        raise UsageError(f"--spreadsheet-safe is for {' and '.join(_DELIMITED)}, not for {chosen}")
    if chosen == "parquet":
        if out is None:
            raise UsageError("Parquet is no text: name a file with --out, or - for standard output")
        tables.copy(snapshot, what, out)
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
    if what == NETWORK:
        return tuple(_GRAPHS)
    if what not in names:
        raise UsageError(f"export {what}: there are {NETWORK}, {', '.join(names)}")
    return (*TABULAR, _PUBTATOR) if what == "mentions" else TABULAR


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
    lines = mentions.lines(snapshot) if chosen == _PUBTATOR else tables.lines(snapshot, what, chosen)
    return _encoded(lines)


def _encoded(lines: Iterator[str]) -> Iterator[bytes]:
    return (line.encode("utf-8") for line in lines)
