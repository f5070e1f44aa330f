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

import pyarrow as pa

from comention.errors import UsageError
from comention.lexicon.store import open_lexicon
from comention.snapshots.manifest import Manifest
from comention.snapshots.snapshot import Snapshot, before, latest, opened, snapshots
from comention.snapshots.tables import opened_both, rows

Change = Literal["gained", "lost", "more", "fewer", "moved", "retracted"]

#: The columns of a change, for a table.
COLUMNS = ("change", "a_name", "b_name", "articles_before", "articles", "cause", "pmids")
#: The columns of a change of what is said of a pair, for a table.
CLAIM_COLUMNS = ("change", "a_name", "b_name", "claim_before", "claim", "articles_claimed", "articles_null")
#: All that is known of a change.
DETAILS = ("change", "a_id", "a_name", "b_id", "b_name", "articles_before", "articles", "cause", "pmids")
# PMIDs that a row names at most; the counts are whole.
_NAMED = 5

# What reads claims.
_CLAIMS_READ = "claims"
# The datasets of the two snapshots that are compared.
_DATASETS = ("articles", "evidence", "concepts", "pairs")
# An id that was replaced between the two is the same concept: a pair has the ids of today, in the order in
# which the newer snapshot has them, if it has the pair at all. Two ids that became one are no pair.
_PAIRS = """
CREATE TABLE {side} AS
WITH mapped AS (
  SELECT DISTINCT COALESCE(x.new, a_id) AS a, COALESCE(y.new, b_id) AS b, pmid,
    x.new IS NOT NULL OR y.new IS NOT NULL AS is_mapped
  FROM {side}_evidence LEFT JOIN replaced x ON x.old = a_id LEFT JOIN replaced y ON y.old = b_id
), turned AS (SELECT DISTINCT a_id AS b, b_id AS a FROM new_evidence)
SELECT DISTINCT CASE WHEN t.a IS NULL THEN m.a ELSE m.b END AS a_id,
  CASE WHEN t.a IS NULL THEN m.b ELSE m.a END AS b_id, pmid
FROM mapped m LEFT JOIN turned t ON m.is_mapped AND t.a = m.a AND t.b = m.b
WHERE m.a <> m.b;
"""
_NAMES = """
CREATE TABLE names AS SELECT concept_id, first(name ORDER BY age) AS name FROM (
  SELECT concept_id, name, 0 AS age FROM new_concepts
  UNION ALL SELECT COALESCE(r.new, concept_id), name, 1
  FROM old_concepts LEFT JOIN replaced r ON r.old = concept_id
) GROUP BY concept_id;
"""
_ARTICLES = """
SELECT count(*) FILTER (o.pmid IS NULL) AS new, count(*) FILTER (n.pmid IS NULL) AS removed,
  count(*) FILTER (o.content_hash <> n.content_hash) AS revised,
  count(*) FILTER (n.retracted AND NOT o.retracted) AS retracted
FROM old_articles o FULL JOIN new_articles n USING (pmid)
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

# Of pairs that replaced ids made one, the one with most articles was the pair before. Which of its ids comes
# first may differ: both are put in order, for a join on equality (one with OR is a loop over all pairs).
_CLAIMS = """
WITH before AS (
  SELECT least(COALESCE(x.new, a_id), COALESCE(y.new, b_id)) AS one,
    greatest(COALESCE(x.new, a_id), COALESCE(y.new, b_id)) AS other, claim, contradicted,
    articles, a_id AS old_a, b_id AS old_b
  FROM old_pairs LEFT JOIN replaced x ON x.old = a_id LEFT JOIN replaced y ON y.old = b_id
)
SELECT CASE WHEN n.contradicted AND NOT COALESCE(b.contradicted, false) THEN 'contradicted' ELSE 'claim' END
    AS change,
  a_id, a_name, b_id, b_name, b.claim AS claim_before, n.claim AS claim, n.contradicted, articles_claimed,
  articles_null
FROM new_pairs n JOIN before b ON b.one = least(a_id, b_id) AND b.other = greatest(a_id, b_id)
QUALIFY row_number() OVER (PARTITION BY a_id, b_id ORDER BY b.articles DESC, old_a, old_b) = 1
  AND (n.claim IS DISTINCT FROM b.claim OR (n.contradicted AND NOT COALESCE(b.contradicted, false)))
ORDER BY change DESC, articles_claimed DESC, a_id, b_id
"""


@dataclass(frozen=True, slots=True)
class Changes:
    """What changed from one snapshot to another.

    `rows` are the pairs, those that changed most first; `counts` how many of each change; `claims` are the
    pairs of both that are contradicted for the first time, or whose leading claim is another; `articles` how
    many of the corpus are new, removed, revised and newly retracted; `readers` what reads the texts
    otherwise than before ("lexicon", "model", "names" …), as old and new.
    """

    old: str
    new: str
    counts: Mapping[str, int]
    articles: Mapping[str, int]
    readers: Mapping[str, tuple[Any, Any]]
    rows: list[dict[str, Any]]
    claims: list[dict[str, Any]]

    def as_dict(self) -> dict[str, Any]:
        """Return all of it for JSON."""
        return {
            "old": self.old,
            "new": self.new,
            "pairs": dict(self.counts),
            "articles": dict(self.articles),
            "readers": {name: {"old": old, "new": new} for name, (old, new) in self.readers.items()},
            "changes": self.rows,
            "claims": self.claims,
        }


def compare(old: Snapshot, new: Snapshot) -> Changes:
    """Return what changed from one snapshot to another; raises MalformedError where one is damaged.

    A concept whose id of MeSH was replaced in between is one concept, under the new id.
    """
    readers = _readers(old.manifest, new.manifest)
    with opened_both(old, new, *_DATASETS) as database:
        database.register("replaced", _replaced())
        for side in ("old", "new"):
            database.execute(_PAIRS.format(side=side))
        database.execute(_NAMES)
        database.execute(_DIFFERENCES)
        found = rows(database, _ROWS)
        [articles] = rows(database, _ARTICLES)
        claims = rows(database, _CLAIMS)
    counts: dict[str, int] = {}
    for row in found:
        counts[row["change"]] = counts.get(row["change"], 0) + 1
        row["cause"] = ", ".join(_cause_text(cause, readers) for cause in row.pop("causes"))
    return Changes(old.run_id, new.run_id, dict(sorted(counts.items())), articles, readers, found, claims)


def _replaced() -> pa.Table:
    """The ids that others have replaced, as `old` and `new`."""
    lexicon = open_lexicon()
    pairs = [(old, new) for old, new in lexicon.replacements.items() if old not in lexicon.row_of]
    return pa.table(
        {
            "old": pa.array([old for old, _ in pairs], pa.string()),
            "new": pa.array([new for _, new in pairs], pa.string()),
        }
    )


def shown(row: Mapping[str, Any]) -> dict[str, Any]:
    """Return a change as people see it: a few PMIDs, and how many more there are."""
    pmids = row["pmids"]
    more = f" and {len(pmids) - _NAMED} more" if len(pmids) > _NAMED else ""
    return {**row, "pmids": ", ".join(map(str, pmids[:_NAMED])) + more}


def chosen(workdir: Path, old: str | None = None, new: str | None = None) -> tuple[Snapshot, Snapshot]:
    """Return two snapshots of a work directory by their run ids.

    By default the new one is the latest, and the old one the one that came before the new one. Raises
    UsageError where one is not there, or there is but one.
    """
    names = snapshots(workdir)
    for name in (old, new):
        if name is not None and name not in names:
            raise UsageError(f"{workdir} has no snapshot {name}: there are {', '.join(names) or 'none'}")
    if not names:
        raise UsageError(f"{workdir} holds 0 snapshots: a comparison needs two")
    after = latest(workdir) if new is None else opened(workdir, new)
    earlier = old or before(after)
    if earlier is None:
        raise UsageError(
            f"{workdir} holds {len(names)} snapshots, and none before {after.run_id}: a comparison needs two"
        )
    return opened(workdir, earlier), after


def _readers(old: Manifest, new: Manifest) -> dict[str, tuple[Any, Any]]:
    """Return what reads the texts and differs between two manifests."""

    def parts(manifest: Manifest) -> dict[str, Any]:
        annotator, types = manifest.annotator, manifest.pair_types
        names = annotator and annotator.names and annotator.names.model_dump()
        return {
            "annotator": annotator and annotator.name,
            "lexicon": manifest.lexicon and manifest.lexicon.fingerprint,
            "model": manifest.model and manifest.model.fingerprint,
            "names": json.dumps(names, sort_keys=True),
            "pair types": None if types is None else list(types),
            "fingerprint": annotator and annotator.fingerprint,
        }

    one, other = parts(old), parts(new)
    found = {name: (one[name], other[name]) for name in one if one[name] != other[name]}
    if len(found) > 1:
        found.pop("fingerprint", None)  # it only sums the others up
    elif "fingerprint" in found:
        found = {"program": (old.comention, new.comention)}
    if old.claims != new.claims:
        found[_CLAIMS_READ] = (old.claims, new.claims)
    return found


def _cause_text(cause: str, readers: Mapping[str, Any]) -> str:
    if cause != "read otherwise":
        return cause
    others = [name for name in readers if name != _CLAIMS_READ]  # no pair depends on these
    return f"another {', another '.join(others)}" if others else "unexplained"
