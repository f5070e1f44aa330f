"""The articles of a snapshot with their mentions in PubTator format, which `documents` reads again."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby
from typing import Any

from comention.documents import pubtator
from comention.export.tables import rows
from comention.records import Mention
from comention.snapshots.snapshot import Snapshot

_COLUMNS = ["pmid", "start", "end", "text", "entity_type", "concept_id", "concept_name", "method"]


def lines(snapshot: Snapshot) -> Iterator[str]:
    """Yield the lines of every article of a snapshot with its mentions, with their ends.

    Articles without a mention are there too. Raises MalformedError for a dataset that is damaged.
    """
    tagged = _documents(
        rows(snapshot, "articles", ["pmid", "title", "abstract"]), rows(snapshot, "mentions", _COLUMNS)
    )
    return (f"{line}\n" for line in pubtator.write(tagged))


def _documents(
    articles: Iterator[dict[str, Any]], mentioned: Iterator[dict[str, Any]]
) -> Iterator[pubtator.TaggedText]:
    """Merge two datasets that both come by PMID."""
    found = groupby(mentioned, lambda row: int(row["pmid"]))
    pmid, mentions = next(found, (None, iter(())))
    for article in articles:
        named: list[Mention] = []
        if pmid == article["pmid"]:
            named = [_mention(row) for row in mentions]
            pmid, mentions = next(found, (None, iter(())))
        yield pubtator.TaggedText(article["pmid"], article["title"], article["abstract"], named)


def _mention(row: dict[str, Any]) -> Mention:
    return Mention(**{name: row[name] for name in _COLUMNS[1:]})
