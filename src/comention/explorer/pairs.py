"""The page of a pair: its numbers, what articles say of the two, and every place where both were read."""

from __future__ import annotations

from typing import Any

import duckdb

from comention.errors import UsageError
from comention.explorer import listing, quotes
from comention.explorer.asked import Asked
from comention.explorer.kinds import EVIDENCE
from comention.explorer.library import Library
from comention.snapshots.claims import STANCES, claims_for
from comention.snapshots.tables import Row, rows
from comention.snapshots.topic import by_construction

#: Claims of each stance, triples, and articles of two that are no pair, on the page.
SAID, TRIPLES, ARTICLES = 6, 15, 15

_PAIR = "SELECT * FROM pairs WHERE (a_id = $one AND b_id = $other) OR (a_id = $other AND b_id = $one)"
_ROLLED = _PAIR.replace("pairs", "pairs_rolled_up")
_YEARS = "SELECT year, articles FROM trends WHERE a_id = $a AND b_id = $b ORDER BY year"
_ABOUT = """
SELECT pmid, sentence, s.context, study
FROM claims JOIN sentences s USING (pmid, sentence) JOIN articles USING (pmid)
WHERE a_id = $a AND b_id = $b
"""
_TRIPLES = """
SELECT * FROM triples WHERE list_has_all([disease_id, drug_id, cytokine_id], [$a, $b]::VARCHAR[])
ORDER BY articles DESC, sentences DESC, disease_id, drug_id, cytokine_id LIMIT $most
"""
_NAMED = "SELECT * FROM concepts WHERE concept_id IN ($one, $other)"
# Some two that articles name are no pair: cells are counted with cytokines alone, for one.
_WITH_BOTH = """
SELECT * FROM articles WHERE pmid IN (SELECT pmid FROM mentions WHERE concept_id = $one)
AND pmid IN (SELECT pmid FROM mentions WHERE concept_id = $other)
ORDER BY retracted, year DESC NULLS LAST, pmid DESC
"""


def found_pair(connection: duckdb.DuckDBPyConnection, one: str, other: str) -> Row | None:
    """Return the row of `pairs` of two ids, None where they are no pair."""
    found = rows(connection, _PAIR, {"one": one, "other": other})
    return found[0] if found else None


def is_pair(connection: duckdb.DuckDBPyConnection, one: str, other: str) -> bool:
    """Return whether two ids are a pair."""
    return bool(rows(connection, _PAIR.replace("*", "a_id"), {"one": one, "other": other}))


def pair_page(
    library: Library, connection: duckdb.DuckDBPyConnection, pair: Row, asked: Asked
) -> dict[str, Any]:
    """Return what the page of a pair shows; raises UsageError where there is no such page of it."""
    ids = {"a": pair["a_id"], "b": pair["b_id"]}
    evidence = listing.listed(library, connection, EVIDENCE, asked, fixed_of(pair))
    rolled = rows(connection, _ROLLED, {"one": pair["a_id"], "other": pair["b_id"]})
    found = claims_for(library.snapshot, pair["a_id"], pair["b_id"])
    return {
        "pair": pair,
        "claims": _stances(connection, found, tuple(ids.values())),
        "listed": evidence,
        "places": quotes.places(connection, evidence.rows, tuple(ids.values())),
        "years_of": {
            one["year"]: one["articles"] for one in rows(connection, _YEARS, ids) if one["year"] is not None
        },
        "triples": rows(connection, _TRIPLES, ids | {"most": TRIPLES}),
        "rolled": rolled[0] if rolled else None,
        "cells": _cells(pair),
        "by_construction": by_construction(pair),
    }


def fixed_of(pair: Row) -> dict[str, str]:
    """Return what narrows evidence to a pair."""
    return {"e.a_id": pair["a_id"], "e.b_id": pair["b_id"]}


def absent(one: str, other: str) -> UsageError:
    """Return the error that two ids have no pair."""
    return UsageError(f"this snapshot has no pair of {one} and {other}")


def apart_page(connection: duckdb.DuckDBPyConnection, one: str, other: str) -> dict[str, Any]:
    """Return what the page of two concepts shows that are no pair: them, and the articles that name both."""
    ids = {"one": one, "other": other}
    found = rows(connection, _NAMED, ids)
    articles = rows(connection, _WITH_BOTH, ids)
    return {
        "concepts": sorted(found, key=lambda each: each["concept_id"] != one),
        "articles": articles[:ARTICLES],
        "number": len(articles),
    }


def _cells(pair: Row) -> tuple[int, int, int, int]:
    """Articles with both, the first only, the second only, neither; 0 where counting leaves fewer."""
    both, a, b = pair["articles"], pair["articles_a"], pair["articles_b"]
    return both, max(a - both, 0), max(b - both, 0), max(pair["articles_total"] - a - b + both, 0)


def _stances(
    connection: duckdb.DuckDBPyConnection, found: list[Row], ids: tuple[str, ...]
) -> list[dict[str, Any]]:
    """Return the claims of each stance that has some, the first with their sentences in pieces."""
    shown = {stance: [one for one in found if one["stance"] == stance][:SAID] for stance in STANCES}
    pieces = quotes.marked(connection, [one for of in shown.values() for one in of], ids)
    known = rows(connection, _ABOUT, dict(zip("ab", ids, strict=True)))
    about = {(one["pmid"], one["sentence"]): one for one in known}
    return [
        {
            "stance": stance,
            "count": sum(one["stance"] == stance for one in found),
            "rows": [
                one | about[key] | {"pieces": pieces[key]}
                for one in of
                for key in [(one["pmid"], one["sentence"])]
            ],
        }
        for stance, of in shown.items()
        if of
    ]
