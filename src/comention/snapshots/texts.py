"""What stands at places of a snapshot: their sentences and the titles of their articles, of these alone."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from comention.snapshots.snapshot import Snapshot
from comention.snapshots.tables import Row, of_articles

_COLUMNS = ("pmid", "sentence", "section", "text", "start")


def texts_of(snapshot: Snapshot, places: Sequence[Row]) -> list[dict[str, Any]]:
    """Return `section`, `text`, `text_start` and `title` of each place, which has a `pmid` and a `sentence`.

    The first three are null where there is no such sentence. Raises what `tables.opened` does.
    """
    pmids = {row["pmid"] for row in places}
    wanted = {(row["pmid"], row["sentence"]) for row in places}
    titles = dict(of_articles(snapshot, "articles", ("pmid", "title"), pmids))
    found = {
        (pmid, sentence): said
        for pmid, sentence, *said in of_articles(snapshot, "sentences", _COLUMNS, pmids)
        if (pmid, sentence) in wanted
    }
    none = (None, None, None)
    rows = ((*found.get((row["pmid"], row["sentence"]), none), titles[row["pmid"]]) for row in places)
    return [dict(zip(("section", "text", "text_start", "title"), row, strict=True)) for row in rows]
