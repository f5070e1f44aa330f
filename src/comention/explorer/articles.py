"""The page of an article: its text with every mention marked, and what its sentences say of two concepts."""

from __future__ import annotations

from typing import Any

import duckdb

from comention.errors import UsageError
from comention.explorer import quotes
from comention.snapshots.tables import COUNTED, rows

_ARTICLE = "SELECT * FROM articles WHERE pmid = $pmid"
_SENTENCES = 'SELECT *, "start" AS text_start FROM sentences WHERE pmid = $pmid ORDER BY sentence'
_CONCEPTS = """
SELECT concept_id, any_value(concept_name) AS name, entity_type, count(*) AS mentions FROM mentions
WHERE pmid = $pmid AND NOT starts_with(concept_id, 'text:') GROUP BY concept_id, entity_type
ORDER BY entity_type, mentions DESC, name, concept_id
"""
_CLAIMS = f"""
SELECT c.*, a.name AS a_name, a.entity_type AS a_type, b.name AS b_name, b.entity_type AS b_type
FROM claims c JOIN concepts a ON a.concept_id = c.a_id JOIN concepts b ON b.concept_id = c.b_id
WHERE pmid = $pmid AND {COUNTED} ORDER BY sentence, a_name, b_name, c.a_id, c.b_id
"""  # noqa: S608 - what is put in is our own


def article_page(connection: duckdb.DuckDBPyConnection, pmid: int) -> dict[str, Any]:
    """Return what the page of an article shows; raises UsageError where there is none of that PMID."""
    found = rows(connection, _ARTICLE, {"pmid": pmid})
    if not found:
        raise UsageError(f"this snapshot has no article of PMID {pmid}")
    sentences = rows(connection, _SENTENCES, {"pmid": pmid})
    pieces = quotes.marked(connection, sentences, whole=True)
    concepts = rows(connection, _CONCEPTS, {"pmid": pmid})
    return {
        "article": found[0],
        "sentences": [one | {"pieces": pieces[pmid, one["sentence"]]} for one in sentences],
        "concepts": concepts,
        "names": {one["concept_id"]: one["name"] for one in concepts},
        "claims": rows(connection, _CLAIMS, {"pmid": pmid}),
    }
