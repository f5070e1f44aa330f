"""The page of a concept: its names, what is above it and below, what it is mentioned with, since when."""

from __future__ import annotations

from typing import Any

import duckdb

from comention.errors import UsageError
from comention.explorer.asked import Asked
from comention.explorer.library import Library
from comention.records import ENTITY_TYPES
from comention.report.evidence import EvidenceTally, Proof, Side
from comention.report.network import NetworkDrawing, network
from comention.report.tables import TYPES, Companion, Mentioned, Ranked
from comention.snapshots.query import PAIR_LEAST
from comention.snapshots.tables import SUREST, UNRELATED, Row, rows
from comention.stages import focused
from comention.stages.window import SPECIES, STUDIES, WITHOUT, Window, chosen

#: Partners of each type, of the network, narrower concepts, articles, and names on the page.
PARTNERS, DRAWN, NARROWER, RECENT = 12, 15, 30, 8

_CONCEPT = """
SELECT c.*, e.* EXCLUDE (concept_id, name, entity_type)
FROM concepts c LEFT JOIN entities e USING (concept_id)
WHERE concept_id = $id
"""
_ABOVE = """
SELECT ancestor_id AS concept_id, ancestor_name AS name, ancestor_type AS entity_type,
       ancestor_id IN (SELECT concept_id FROM entities) AS mentioned
FROM hierarchy WHERE concept_id = $id AND steps = 1 ORDER BY name, ancestor_id
"""
_BELOW = """
SELECT concept_id, name, entity_type, articles FROM hierarchy JOIN entities USING (concept_id)
WHERE ancestor_id = $id AND steps = 1 ORDER BY articles DESC, name, concept_id LIMIT $most
"""
_YEARS = """
SELECT year, count(DISTINCT pmid) AS articles FROM mentions JOIN articles USING (pmid)
WHERE concept_id = $id AND year IS NOT NULL GROUP BY year ORDER BY year
"""
_RECENT = """
SELECT pmid, title, year, journal, study, retracted FROM articles
WHERE pmid IN (SELECT pmid FROM mentions WHERE concept_id = $id)
ORDER BY retracted, year DESC NULLS LAST, pmid DESC LIMIT $most
"""
_PARTNERS = f"""
SELECT *, CASE WHEN a_id = $id THEN b_id ELSE a_id END AS other_id,
       CASE WHEN a_id = $id THEN b_name ELSE a_name END AS other_name,
       CASE WHEN a_id = $id THEN b_type ELSE a_type END AS other_type
FROM pairs WHERE (a_id = $id OR b_id = $id) AND articles_independent >= $least AND {UNRELATED}
ORDER BY {SUREST}
"""  # noqa: S608 - what is put in is our own


def known(connection: duckdb.DuckDBPyConnection, concept_id: str) -> Row:
    """Return a concept and how often it is mentioned; raises UsageError for one that is not there."""
    found = rows(connection, _CONCEPT, {"id": concept_id})
    if not found:
        raise UsageError(f"the snapshot mentions no concept {concept_id[:80]!r}: search for its name")
    return found[0]


def concept_page(
    library: Library, connection: duckdb.DuckDBPyConnection, concept: Row, asked: Asked
) -> dict[str, Any]:
    """Return what the page of a concept shows; raises UsageError for a window that is none.

    With a window in the address, partners are counted anew in it, without q and grade.
    """
    concept_id = concept["concept_id"]
    window, values = window_of(asked), {"id": concept_id}
    least = asked.number("least", 1, 1_000_000) or PAIR_LEAST
    whole = rows(connection, _PARTNERS, values | {"least": least})
    partners = _in_window(library, window, concept_id, least) if window else whole
    enriched = rows(connection, "SELECT * FROM enrichment WHERE concept_id = $id", values)
    return {
        "concept": concept,
        "above": rows(connection, _ABOVE, values),
        "below": rows(connection, _BELOW, values | {"most": NARROWER}),
        "years_of": {one["year"]: one["articles"] for one in rows(connection, _YEARS, values)},
        "recent": rows(connection, _RECENT, values | {"most": RECENT}),
        "enriched": enriched[0] if enriched else None,
        "partners": _by_type(partners),
        "drawing": _drawing(connection, concept, whole),
        "window": window,
        "least": least,
        "words": {"species": tuple(SPECIES), "study": tuple(STUDIES), "without": tuple(WITHOUT)},
    }


def window_of(asked: Asked) -> Window:
    """Return the window of an address; raises UsageError for a word that is not known."""
    return chosen(
        asked.year("from"),
        asked.year("to"),
        list(asked.words("without", tuple(WITHOUT))),
        list(asked.words("species", tuple(SPECIES))),
        list(asked.words("study", tuple(STUDIES))),
    )


def _in_window(library: Library, window: Window, concept_id: str, least: int) -> list[Row]:
    """Return the pairs of a concept in a window, as those of `pairs`."""
    found = []
    for one in focused.pairs_of(library.snapshot, window, concept_id):
        if one["articles_independent"] < least or one["relatedness"] == "ancestor":
            continue
        side = "b" if one["a_id"] == concept_id else "a"
        found.append(one | {f"other_{name}": one[f"{side}_{name}"] for name in ("id", "name", "type")})
    return found


def _by_type(found: list[Row]) -> list[dict[str, Any]]:
    """Return the partners of each type that has some: the first, and how many there are."""
    order = [*TYPES, *(one for one in ENTITY_TYPES if one not in TYPES)]
    groups = [(kind, [one for one in found if one["other_type"] == kind]) for kind in order]
    return [{"type": kind, "rows": of[:PARTNERS], "count": len(of)} for kind, of in groups if of]


def _drawing(connection: duckdb.DuckDBPyConnection, concept: Row, found: list[Row]) -> NetworkDrawing:
    """Return the concept among what it is mentioned with most."""
    middle = Side((concept["concept_id"],), concept["name"], concept["entity_type"], concept["articles"] or 0)
    most = sorted(found, key=lambda one: -one["articles"])
    ranked = []
    for kind in TYPES:
        chosen_ones = [one for one in most if one["other_type"] == kind][:DRAWN]
        ranked.append(
            Ranked(kind, 1, len(chosen_ones), tuple(_mentioned(one, middle) for one in chosen_ones))
        )
    return network(connection, ranked)


def _mentioned(one: Row, middle: Side) -> Mentioned:
    side = "b" if (one["a_id"],) == middle.ids else "a"
    other = Side((one["other_id"],), one["other_name"], one["other_type"], one[f"articles_{side}"])
    names = (
        "articles",
        "lift",
        "log_odds",
        "log_odds_low",
        "log_odds_high",
        "q_value",
        "q_richness",
        "grade",
    )
    companion = Companion(name=middle.name, other_id=middle.ids[0], **{name: one[name] for name in names})
    proof = Proof(other, middle, one["articles_total"], EvidenceTally(), {}, ())
    years = (one["first_year"], one["last_year"])
    return Mentioned(other.name, one["articles"], one["sentences"], *years, 1.0, companion, proof)
