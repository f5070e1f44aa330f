"""The start page, and one search in everything: the first rows of each kind, and how many there are."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import duckdb

from comention.explorer import pairs, quotes
from comention.explorer.asked import Asked
from comention.explorer.firsts import NEEDED, Firsts
from comention.explorer.kinds import CLAIMS, CONCEPTS, EVIDENCE, KINDS, SENTENCES, Kind
from comention.explorer.library import Library
from comention.explorer.listing import Listed
from comention.records import ENTITY_TYPES
from comention.report.tables import TYPES
from comention.report.wording import counted
from comention.snapshots.query import PAIR_LEAST
from comention.snapshots.tables import ENRICHED, SUREST, UNRELATED, Row, rows

#: Rows of each kind that a search in everything shows.
FIRST = {"pairs": 6, "concepts": 6, "claims": 4, "sentences": 4, "articles": 4, "triples": 3}
#: Those whose rows are texts.
TEXTS = ("claims", "sentences", "articles")
#: Names that are offered while one is typed.
OFFERED = 8
_TOP = 10

_MOST = """
SELECT concept_id, name, entity_type, articles FROM entities
QUALIFY row_number() OVER (PARTITION BY entity_type ORDER BY articles DESC, name, concept_id) <= $top
ORDER BY articles DESC, name, concept_id
"""
_WITH_TOPIC = f"""
SELECT concept_id, name, entity_type, articles, enrichment, odds_low, grade FROM enrichment
WHERE articles_independent >= 2
QUALIFY row_number() OVER (PARTITION BY entity_type ORDER BY {ENRICHED}) <= $top
ORDER BY {ENRICHED}
"""  # noqa: S608 - what is put in is our own
_NAMED = """
SELECT concept_id, name, entity_type, articles FROM entities
WHERE list_contains($ids::VARCHAR[], concept_id) ORDER BY articles DESC, concept_id
"""
_STRONGEST = f"""
SELECT * FROM pairs WHERE articles_independent >= $least AND NOT topic AND {UNRELATED}
ORDER BY {SUREST} LIMIT $top
"""  # noqa: S608 - what is put in is our own


def start(library: Library, connection: duckdb.DuckDBPyConnection) -> dict[str, Any]:
    """Return what the start page shows: what there is most of, or what goes with the topic most surely."""
    enriched = rows(connection, _WITH_TOPIC, {"top": _TOP})
    found = enriched or rows(connection, _MOST, {"top": _TOP})
    order = [*TYPES, *(one for one in ENTITY_TYPES if one not in TYPES)]
    topic = library.snapshot.manifest.topic.concepts
    named = rows(
        connection,
        _NAMED,
        {"ids": list(topic)},
    )
    return {
        "enriched": bool(enriched),
        "groups": [
            (kind, of) for kind in order if (of := [one for one in found if one["entity_type"] == kind])
        ],
        "strongest": rows(connection, _STRONGEST, {"least": PAIR_LEAST + 1, "top": _TOP}),
        "topic": named,
        "kinds": KINDS,
    }


def everywhere(library: Library, asked: Asked) -> dict[str, Any]:
    """Return the first rows of each kind that a search finds, and what it names in full.

    Texts are asked for in a thread of their own: what takes time is to plan many small questions.
    """
    firsts, ids = library.make_searchable(), library.exact(asked.text("q"))
    searched = Asked.of("/search", [("q", asked.text("q"))])
    texts = library.meanwhile(lambda: _first(library, firsts, searched, ids, TEXTS))
    with library.asking() as connection:
        exact = _named(connection, ids)
        both = [one["concept_id"] for one in exact] if len(exact) == 2 else []
        apart = pairs.apart_page(connection, *both) if both and not pairs.is_pair(connection, *both) else None
    found = _first(library, firsts, searched, ids, [name for name in KINDS if name not in TEXTS])
    found |= texts.result()
    return {"found": [found[name] for name in KINDS], "exact": exact, "apart": apart}


def _first(
    library: Library, firsts: Firsts, asked: Asked, exact: Sequence[str], names: Sequence[str]
) -> dict[str, tuple[Listed, list[Any]]]:
    """Return the first rows of some kinds, and their sentences in pieces."""
    found = {}
    with library.asking() as connection:
        has = firsts.look_up(connection, asked.search, {table for name in names for table in NEEDED[name]})
        for kind in (KINDS[name] for name in names):
            first = firsts.of(connection, kind, has, exact, FIRST[kind.name])
            one = Listed.of_first(kind, asked, first, library.sizes[kind.dataset])
            found[kind.name] = one, with_sentences(connection, kind, one)
    return found


def offered(library: Library, asked: Asked) -> list[dict[str, str]]:
    """Return concepts that what is typed may become: `name`, and a `label` with what else it is called.

    Those named in full come first, then those that most articles mention. There are none while the words are
    still being indexed: nobody waits for them as they type.
    """
    firsts, typed = library.firsts, asked.text("q").lower()
    if firsts is None or not asked.search:
        return []
    with library.asking() as connection:
        has = firsts.look_up(connection, asked.search, NEEDED["concepts"])
        exact = library.exact(asked.text("q"))
        found = firsts.of(connection, CONCEPTS, has, exact, OFFERED, any_spelling=True).rows
    return [{"name": one["name"], "label": _label(one, typed)} for one in found]


def _label(concept: Row, typed: str) -> str:
    """Return what tells a concept from others; a browser offers what has the letters that are typed."""
    told = f"{concept['entity_type']}, {counted(concept['articles'], 'article')}"
    if typed in concept["name"].lower():
        return told
    also = next((one for one in concept["synonyms"] if typed in one.lower()), typed)
    return f"{also}: {told}"


def _named(connection: duckdb.DuckDBPyConnection, ids: Sequence[str]) -> list[Row]:
    found = rows(
        connection,
        _NAMED,
        {"ids": list(ids)},
    )
    return sorted(found, key=lambda one: ids.index(one["concept_id"]))


def with_sentences(connection: duckdb.DuckDBPyConnection, kind: Kind, listed: Listed) -> list[Any]:
    """Return, for each row of a page, its sentences in pieces; nothing for kinds without sentences."""
    if kind is EVIDENCE:
        ids = sorted({one[side] for one in listed.rows for side in ("a_id", "b_id")})
        return list(quotes.places(connection, listed.rows, ids))
    if kind not in (CLAIMS, SENTENCES):
        return [None] * len(listed.rows)
    pieces = quotes.marked(connection, listed.rows)
    return [[pieces[one["pmid"], one["sentence"]]] for one in listed.rows]
