"""What changed between two snapshots, pair by pair, and why: articles, retractions, or who read them.

Two snapshots are compared by the articles of each pair. An article that a pair gained is new to the corpus,
was revised, or is read otherwise: by another annotator, lexicon, model or version of the program. Where the
text is the same and so is all that reads it, nothing can change; a pair that did is said to be unexplained.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import duckdb

from comention.errors import MalformedError, UsageError
from comention.snapshots.snapshot import Snapshot, opened, snapshots, verified

Change = Literal["gained", "lost", "more", "fewer", "moved", "retracted"]

#: The columns of a change, for a table.
COLUMNS = ("change", "a_name", "b_name", "articles_before", "articles", "cause", "pmids")
#: All that is known of a change.
DETAILS = ("change", "a_id", "a_name", "b_id", "b_name", "articles_before", "articles", "cause", "pmids")
# PMIDs that a row names at most; the counts are whole.
_NAMED = 5

_ARTICLES = """
CREATE TABLE {side}_articles AS SELECT pmid, content_hash, retracted FROM read_parquet(?);
"""
_PAIRS = """
CREATE TABLE {side} AS SELECT DISTINCT a_id, b_id, pmid FROM read_parquet(?);
"""
_NAMES = """
CREATE TABLE names AS SELECT concept_id, any_value(name) AS name FROM (
  SELECT concept_id, name FROM read_parquet(?) UNION ALL SELECT concept_id, name FROM read_parquet(?)
) GROUP BY concept_id;
"""
# An article is told why a pair has it on one side only, or why it counts otherwise on both.
_DIFFERENCES = """
CREATE TABLE differences AS
SELECT a_id, b_id, pmid, o.pmid IS NOT NULL AS before, n.pmid IS NOT NULL AS after,
  CASE
    WHEN oa.pmid IS NULL THEN 'new article'
    WHEN na.pmid IS NULL THEN 'removed article'
    WHEN o.pmid IS NOT NULL AND n.pmid IS NOT NULL THEN 'retraction'
    WHEN oa.content_hash <> na.content_hash THEN 'revised article'
    ELSE 'read otherwise'
  END AS cause
FROM old o FULL JOIN new n USING (a_id, b_id, pmid)
LEFT JOIN old_articles oa ON oa.pmid = COALESCE(o.pmid, n.pmid)
LEFT JOIN new_articles na ON na.pmid = COALESCE(o.pmid, n.pmid)
WHERE o.pmid IS NULL OR n.pmid IS NULL OR oa.retracted <> na.retracted;
"""
_ROWS = """
WITH changed AS (
  SELECT a_id, b_id, count(*) FILTER (after AND NOT before) AS more, count(*) FILTER (before AND NOT after)
  AS fewer,
    list_sort(list(DISTINCT cause)) AS causes, list_sort(list(DISTINCT pmid)) AS pmids
  FROM differences GROUP BY a_id, b_id
),
before AS (SELECT a_id, b_id, count(*) AS articles FROM old GROUP BY a_id, b_id),
after AS (SELECT a_id, b_id, count(*) AS articles FROM new GROUP BY a_id, b_id)
SELECT
  CASE
    WHEN b.articles IS NULL THEN 'gained'
    WHEN a.articles IS NULL THEN 'lost'
    WHEN more > fewer THEN 'more'
    WHEN more < fewer THEN 'fewer'
    WHEN more = 0 THEN 'retracted'
    ELSE 'moved'
  END AS change,
  a_id, x.name AS a_name, b_id, y.name AS b_name,
  COALESCE(b.articles, 0) AS articles_before, COALESCE(a.articles, 0) AS articles, causes, pmids
FROM changed JOIN names x ON x.concept_id = a_id JOIN names y ON y.concept_id = b_id
LEFT JOIN before b USING (a_id, b_id) LEFT JOIN after a USING (a_id, b_id)
ORDER BY abs(COALESCE(a.articles, 0) - COALESCE(b.articles, 0)) DESC, more + fewer DESC, a_id, b_id
"""


@dataclass(frozen=True, slots=True)
class Changes:
    """What changed from one snapshot to another.

    `rows` are the pairs, those that changed most first; `counts` how many of each change; `articles` how
    many of the corpus are new, removed, revised and newly retracted; `readers` what reads the texts
    otherwise than before ("lexicon", "model", "names" …), as old and new.
    """

    old: str
    new: str
    counts: Mapping[str, int]
    articles: Mapping[str, int]
    readers: Mapping[str, tuple[Any, Any]]
    rows: list[dict[str, Any]]

    def as_dict(self) -> dict[str, Any]:
        """Return all of it for JSON."""
        return {
            "old": self.old,
            "new": self.new,
            "pairs": dict(self.counts),
            "articles": dict(self.articles),
            "readers": {name: {"old": old, "new": new} for name, (old, new) in self.readers.items()},
            "changes": self.rows,
        }


def compare(workdir: Path, old: str | None = None, new: str | None = None) -> Changes:
    """Return what changed between two snapshots of a work directory: by default, the last two.

    `old` and `new` are run ids. Raises UsageError where one is not there, or there is but one.
    """
    before, after = _chosen(workdir, old, new)
    readers = _readers(before.manifest, after.manifest)
    try:
        with duckdb.connect() as database:
            for side, snapshot in (("old", before), ("new", after)):
                database.execute(_ARTICLES.format(side=side), [_literal(snapshot, "articles")])
                database.execute(_PAIRS.format(side=side), [_literal(snapshot, "evidence")])
            database.execute(_NAMES, [_literal(s, "concepts") for s in (after, before)])
            database.execute(_DIFFERENCES)
            found = database.execute(_ROWS)
            columns = [column[0] for column in found.description or ()]
            rows = [dict(zip(columns, row, strict=True)) for row in found.fetchall()]
            articles = _article_counts(database)
    except duckdb.Error as error:
        message = str(error).split("\n", maxsplit=1)[0]
        raise MalformedError(
            f"{before.path} or {after.path} cannot be read ({message}): run again to publish anew"
        ) from None
    counts: dict[str, int] = {}
    for row in rows:
        counts[row["change"]] = counts.get(row["change"], 0) + 1
        row["cause"] = ", ".join(_cause_text(cause, readers) for cause in row.pop("causes"))
    return Changes(before.path.name, after.path.name, dict(sorted(counts.items())), articles, readers, rows)


def shown(row: Mapping[str, Any]) -> dict[str, Any]:
    """Return a change as people see it: a few PMIDs, and how many more there are."""
    pmids = row["pmids"]
    more = f" and {len(pmids) - _NAMED} more" if len(pmids) > _NAMED else ""
    return {**row, "pmids": ", ".join(map(str, pmids[:_NAMED])) + more}


def _chosen(workdir: Path, old: str | None, new: str | None) -> tuple[Snapshot, Snapshot]:
    names = snapshots(workdir)
    for name in (old, new):
        if name is not None and name not in names:
            raise UsageError(f"{workdir} has no snapshot {name}: there are {', '.join(names) or 'none'}")
    after = new or (names[-1] if names else None)
    earlier = [name for name in names if after is not None and name < after]
    before = old or (earlier[-1] if earlier else None)
    if before is None or after is None:
        raise UsageError(f"{workdir} holds {len(names)} snapshots: a comparison needs two")
    return opened(workdir, before), opened(workdir, after)


def _literal(snapshot: Snapshot, name: str) -> str:
    return str(verified(snapshot, name))


def _article_counts(database: duckdb.DuckDBPyConnection) -> dict[str, int]:
    statement = """
        SELECT count(*) FILTER (o.pmid IS NULL) AS new, count(*) FILTER (n.pmid IS NULL) AS removed,
          count(*) FILTER (o.content_hash <> n.content_hash) AS revised,
          count(*) FILTER (n.retracted AND NOT o.retracted) AS retracted
        FROM old_articles o FULL JOIN new_articles n USING (pmid)
    """
    row = database.execute(statement).fetchone() or (0, 0, 0, 0)
    return dict(zip(("new", "removed", "revised", "retracted"), row, strict=True))


def _readers(old: Mapping[str, Any], new: Mapping[str, Any]) -> dict[str, tuple[Any, Any]]:
    """Return what reads the texts and differs between two manifests."""

    def parts(manifest: Mapping[str, Any]) -> dict[str, Any]:
        annotator, model = manifest.get("annotator") or {}, manifest.get("model") or {}
        return {
            "annotator": annotator.get("name"),
            "lexicon": (manifest.get("lexicon") or {}).get("fingerprint"),
            "model": model.get("fingerprint"),
            "names": json.dumps(annotator.get("names"), sort_keys=True),
            "pair types": manifest.get("pair_types"),
            "fingerprint": annotator.get("fingerprint"),
        }

    before, after = parts(old), parts(new)
    found = {name: (before[name], after[name]) for name in before if before[name] != after[name]}
    if len(found) > 1:
        found.pop("fingerprint", None)  # it only sums the others up
    elif "fingerprint" in found:
        found = {"program": (old.get("comention"), new.get("comention"))}
    return found


def _cause_text(cause: str, readers: Mapping[str, Any]) -> str:
    if cause != "read otherwise":
        return cause
    return f"another {', another '.join(readers)}" if readers else "unexplained"
