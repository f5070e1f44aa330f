"""What is exported in which format, and where it goes: a file, whole or not at all, or standard output."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

from comention.errors import UsageError
from comention.export import graph, mentions, tables
from comention.files import write_atomic
from comention.schemas import PUBLISHED
from comention.snapshots.network import Filters, network_of
from comention.snapshots.snapshot import Snapshot

#: What can be exported beside the datasets.
NETWORK = "network"
TABULAR = ("csv", "tsv", "jsonl", "parquet")
_GRAPHS = {"graphml": graph.graphml, "cyjs": graph.cyjs}
_PUBTATOR = "pubtator"


def export(snapshot: Snapshot, what: str, form: str | None, out: Path | None, filters: Filters | None) -> str:
    """Write a dataset or the pair network of a snapshot and return the name of its format.

    The format is `form`, else what the file's suffix names, else CSV, or GraphML for the network. Without
    `out` it goes to standard output. Raises UsageError for what is not there or does not fit together.
    """
    chosen = _format(what, form, out)
    if what != NETWORK and filters is not None:
        raise UsageError(f"filters narrow the network: export {what} whole, or export network")
    if chosen == "parquet":
        if out is None:
            raise UsageError("Parquet is no text: name a file with --out")
        tables.copy(snapshot, what, out)
        return chosen
    content = _content(snapshot, what, chosen, filters or Filters())
    if out is None:
        # Bytes, since the terminal's encoding may be unable to say "β".
        sys.stdout.flush()
        for part in content:
            sys.stdout.buffer.write(part)
        sys.stdout.buffer.flush()
    else:
        write_atomic(out, lambda temporary: _put(content, temporary))
    return chosen


def formats(what: str) -> tuple[str, ...]:
    """Return the formats of the network or of a dataset, the usual one first; raises UsageError."""
    names = [dataset.name for dataset in PUBLISHED]
    if what == NETWORK:
        return tuple(_GRAPHS)
    if what not in names:
        raise UsageError(f"export {what}: there are {NETWORK}, {', '.join(names)}")
    return (*TABULAR, _PUBTATOR) if what == "mentions" else TABULAR


def _format(what: str, form: str | None, out: Path | None) -> str:
    known = formats(what)
    if form is None and out is None:
        return known[0]
    chosen = form if form is not None else (out.suffix[1:].lower() if out else "")
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
    return (line.encode("utf-8") for line in lines)


def _put(content: Iterable[bytes], path: Path) -> None:
    with path.open("wb") as stream:
        stream.writelines(content)
