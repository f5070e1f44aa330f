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

#: Claims of each stance, and triples, on the page.
SAID, TRIPLES = 6, 15

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


def found_pair(connection: duckdb.DuckDBPyConnection, one: str, other: str) -> Row | None:
    """Return the row of `pairs` of two ids, None where no article mentions both."""
    found = rows(connection, _PAIR, {"one": one, "other": other})
    return found[0] if found else None


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
    }


def fixed_of(pair: Row) -> dict[str, str]:
    """Return what narrows evidence to a pair."""
    return {"e.a_id": pair["a_id"], "e.b_id": pair["b_id"]}


def absent(connection: duckdb.DuckDBPyConnection, one: str, other: str) -> UsageError:
    """Return the error that no article mentions both."""
    found = rows(
        connection,
        "SELECT name FROM concepts WHERE concept_id IN ($one, $other)",
        {"one": one, "other": other},
    )
    names = " and ".join(each["name"] for each in found) if len(found) == 2 else f"{one} and {other}"
    return UsageError(f"no article of this snapshot mentions both {names}")


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
