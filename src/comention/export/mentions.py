"""The articles of a snapshot with their mentions in PubTator format, which `documents` reads again."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby
from pathlib import Path
from typing import Any

from comention.documents import pubtator
from comention.export.tables import rows
from comention.records import Mention
from comention.snapshots.snapshot import latest

_COLUMNS = ["pmid", "start", "end", "text", "entity_type", "concept_id", "concept_name", "method"]


def lines(workdir: Path) -> Iterator[str]:
    """Yield the lines of every article of the latest snapshot with its mentions, with their ends.

    Articles without a mention are there too. Raises UsageError where there is no snapshot, MalformedError
    for a dataset that is damaged.
    """
    folder = latest(workdir).path
    return (f"{line}\n" for line in pubtator.write(_documents(folder)))


def _documents(folder: Path) -> Iterator[pubtator.TaggedText]:
    """Merge two datasets that both come by PMID."""
    found = groupby(rows(folder / "mentions.parquet", _COLUMNS), lambda row: int(row["pmid"]))
    pmid, mentions = next(found, (None, iter(())))
    for article in rows(folder / "articles.parquet", ["pmid", "title", "abstract"]):
        named: list[Mention] = []
        if pmid == article["pmid"]:
            named = [_mention(row) for row in mentions]
            pmid, mentions = next(found, (None, iter(())))
        yield pubtator.TaggedText(article["pmid"], article["title"], article["abstract"], named)


def _mention(row: dict[str, Any]) -> Mention:
    return Mention(**{name: row[name] for name in _COLUMNS[1:]})
