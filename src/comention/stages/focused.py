"""Pairs of one concept in a window, without counting the window: what depends on no other pair.

Counts come from places of evidence and mentions of the whole snapshot, narrowed to the window's articles;
margins, expectation, interval and p are those of a full count (a test compares them). What is corrected over
all pairs of the window, q and the grade, is not known, and neither are sums over all pairs of a concept.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa

from comention.config import Pairs
from comention.cooccur import association, claims, richness, studies
from comention.cooccur.effects import effects
from comention.cooccur.interval import odds_interval
from comention.records import CELL_PARTNERS
from comention.schemas import ARTICLES, MENTIONS, PAIRS, UNLINKED
from comention.snapshots import query, tables
from comention.snapshots.snapshot import Snapshot
from comention.stages.window import Window
from comention.stages.windows import articles_of, collective, is_held

#: Mentions of a window up to which it is counted whole at once: some seconds.
FEW = 100_000

_MENTIONED = """
CREATE TEMP TABLE mentioned AS
SELECT DISTINCT pmid, concept_id, entity_type FROM mentions SEMI JOIN kept USING (pmid)
WHERE NOT starts_with(concept_id, $unlinked)
  AND NOT (entity_type = 'drug' AND role IS NOT DISTINCT FROM 'measured')
"""
_MARGIN = """
CREATE OR REPLACE TEMP TABLE margin AS
SELECT concept_id, list_contains($types, entity_type) AND NOT list_contains($collective, concept_id) AS pairs,
       count(*) AS articles
FROM mentioned GROUP BY concept_id, entity_type
"""
# what is of the whole snapshot alone stays there: the order of the two, their names, how they are related
_BY_STUDY = ", ".join(
    f"count(DISTINCT pmid) FILTER ({condition}) AS {kind}" for kind, condition in studies.CONDITIONS.items()
)
_TOGETHER = f"""
SELECT p.*, found.* EXCLUDE (one, other, {", ".join(studies.CONDITIONS)}), {studies.COLUMNS},
       a.articles AS articles_a, b.articles AS articles_b, {claims.GIVEN}
FROM (SELECT a_id AS one, b_id AS other, count(DISTINCT pmid) AS articles,
             count(*) FILTER (level <> 'article') AS sentences,
             count(*) FILTER (level = 'title') AS titles,
             count(DISTINCT pmid) FILTER (NOT retracted) AS articles_not_retracted,
             count(DISTINCT story) AS articles_independent, {_BY_STUDY},
             min(year) AS first_year, max(year) AS last_year
      FROM (SELECT a_id, b_id, pmid, level, e.year, e.retracted, story, study
            FROM evidence e JOIN articles USING (pmid) SEMI JOIN kept USING (pmid)
            WHERE a_id = $concept OR b_id = $concept)
      GROUP BY a_id, b_id) found
JOIN (SELECT a_id, a_name, a_type, b_id, b_name, b_type, relatedness, topic FROM pairs
      WHERE (a_id = $concept OR b_id = $concept) AND $cells = (a_type = 'cell' OR b_type = 'cell')) p
  ON p.a_id = one AND p.b_id = other
LEFT JOIN told t ON t.a_id = p.a_id AND t.b_id = p.b_id
JOIN margin a ON a.concept_id = p.a_id JOIN margin b ON b.concept_id = p.b_id
ORDER BY p.a_id, p.b_id
"""  # noqa: S608 - made of words of ours
_SAID = """
SELECT a_id, b_id, pmid AS article, story, c.year, c.claim, direction, certainty, c.score,
       a_type, b_type
FROM claims c JOIN articles USING (pmid) JOIN pairs USING (a_id, b_id) SEMI JOIN kept USING (pmid)
WHERE (a_id = $concept OR b_id = $concept) AND NOT c.retracted
"""
_CLASSES = """
SELECT concepts, count(*) AS n FROM (
    SELECT pmid, count(*) AS concepts FROM mentioned JOIN margin USING (concept_id) WHERE pairs GROUP BY pmid)
GROUP BY concepts ORDER BY concepts
"""
_MARGINS = "SELECT articles, count(*) AS n FROM margin WHERE pairs GROUP BY articles ORDER BY articles"


def is_quicker(snapshot: Snapshot, window: Window) -> bool:
    """Return whether to spare a count: none of the window is held, and it has more than `FEW` mentions.

    These are told by the window's share of the articles. Raises UsageError where it has none.
    """
    if is_held(snapshot, window):
        return False
    rows = {name: snapshot.manifest.datasets[name].rows for name in (ARTICLES.name, MENTIONS.name)}
    share = len(articles_of(snapshot, window)) / max(rows[ARTICLES.name], 1)
    return share * rows[MENTIONS.name] > FEW


def told(snapshot: Snapshot, window: Window) -> str:
    """Return what a listing of these pairs says of the window, and how q is had."""
    whole, kept = snapshot.manifest.datasets[ARTICLES.name].rows, len(articles_of(snapshot, window))
    return (
        f"window {window.words}: {kept:,} of {whole:,} articles; q and grade need all pairs of the window: "
        "--with-q counts them once"
    )


def show(
    snapshot: Snapshot,
    window: Window,
    *,
    with_name: str,
    entity_type: str | None,
    limit: int,
    min_articles: int,
    related: bool,
) -> query.Shown:
    """Return the first rows of :func:`pairs_of` as :func:`comention.snapshots.query.show` does of `pairs`."""
    rows = pairs_of(snapshot, window, with_name)
    if entity_type is not None:
        rows = [row for row in rows if entity_type in (row["a_type"], row["b_type"])]
    enough = [row for row in rows if row["articles_independent"] >= min_articles]
    apart = [row for row in enough if related or row["relatedness"] != "ancestor"]
    return query.Shown(apart[:limit], len(rows) - len(enough), len(enough) - len(apart))


def pairs_of(snapshot: Snapshot, window: Window, name: str) -> list[dict[str, Any]]:
    """Return the pairs of a concept in a window, as rows of `pairs`; what is not known is None.

    Known are names, types and relatedness, articles (also independent, not retracted, by study), what is
    said of the two, sentences, titles, years, margins, what is expected, the effects with their interval, and
    p. `name` is a name, synonym or id. They come by the lower end of the interval, the surest first. Raises
    UsageError for a name that the snapshot does not mention, and for a window without articles.
    """
    concept = query.resolve(snapshot, name)
    pmids = articles_of(snapshot, window)
    types = snapshot.manifest.pair_types or Pairs().types
    rows: list[dict[str, Any]] = []
    with tables.opened(snapshot, "mentions", "evidence", "pairs", "articles", "claims") as connection:
        connection.register("kept", pa.table({"pmid": pa.array(pmids, pa.int64())}))
        connection.execute(_MENTIONED, {"unlinked": UNLINKED})
        connection.execute(f"CREATE TEMP TABLE said AS {_SAID}", {"concept": concept})
        connection.execute(f"CREATE TEMP TABLE told AS {claims.told('said', 'a_id, b_id')}")
        for of_cells in (False, True):  # pairs of cells are tested apart, as counting does
            chosen = ["cell", *CELL_PARTNERS] if of_cells else [one for one in types if one != "cell"]
            connection.execute(_MARGIN, {"types": chosen, "collective": sorted(collective(snapshot))})
            found = connection.sql(_TOGETHER, params={"concept": concept, "cells": of_cells}).to_arrow_table()
            if found.num_rows:
                fitted = (connection.sql(one).to_arrow_table() for one in (_MARGINS, _CLASSES))
                model = richness.fit(*(column for one in fitted for column in _integers(one)))
                rows += _tested(found, model, len(pmids))
    return sorted(rows, key=_order)


def _integers(table: pa.Table) -> list[Any]:
    return [column.to_numpy().astype(np.int64) for column in table.columns]


def _tested(found: pa.Table, model: richness.RichnessModel, total: int) -> list[dict[str, Any]]:
    """Return the counted pairs with their statistics."""
    both, of_a, of_b = _integers(found.select(["articles", "articles_a", "articles_b"]))
    small, large = np.minimum(of_a, of_b), np.maximum(of_a, of_b)
    columns = effects(both, of_a, of_b, total, odds_interval(both, small, large, total))
    columns |= {
        "p_value": association.hypergeometric_tail(both, small, large, total),
        "p_richness": model.tail(both, small, large),
    }
    for name, values in columns.items():
        column = values if isinstance(values, pa.Array) else pa.array(values)
        at = found.schema.get_field_index(name)
        found = found.append_column(name, column) if at < 0 else found.set_column(at, name, column)
    unknown = dict.fromkeys(PAIRS.schema.names)
    return [unknown | row for row in found.to_pylist()]


def _order(row: dict[str, Any]) -> tuple[Any, ...]:
    """What rows of a listing are sorted by."""
    low = row["log_odds_low"]
    return (low is None, -(low or 0.0), -row["articles"], row["a_id"], row["b_id"])
