"""Names of the lexicon that a few letters tell from a text."""

from __future__ import annotations

import itertools
from typing import Any

from comention.files.opening import open_database, view_parquet
from comention.lexicon.model import BY_RULE
from comention.lexicon.store import Lexicon

# A shorter text is like everything; a longer one is no one name, so nothing is like it.
_SHORTEST_NAME = 3
_LONGEST_NAME = 60
_MOST_EDITS = 4
# Distances are dear, so they are taken of the names that share a piece with the text.
_NEAREST = """
    WITH shared AS MATERIALIZED (
        SELECT text, concept FROM names
        WHERE concept >= 0 AND source <> $rule AND abs(length(text) - length($text)) <= $most
            AND len(list_filter($pieces, lambda piece: contains(lower(text), piece))) > 0
    ), measured AS MATERIALIZED (
        SELECT text, concept, damerau_levenshtein(lower(text), lower($text)) AS distance FROM shared
    )
    SELECT arg_min(text, (distance, damerau_levenshtein(text, $text), text)), concept
    FROM measured WHERE distance <= $most
    GROUP BY concept ORDER BY min(distance), concept LIMIT $limit
"""


def nearest(text: str, lexicon: Lexicon, limit: int = 5) -> list[tuple[str, str]]:
    """Return (name, concept id) of the names that a few letters tell from a text, one for each concept.

    The distance is the one of Damerau and Levenshtein, at most a quarter of the text's length and at most
    four; spellings made by rule are left out.
    """
    if not _SHORTEST_NAME <= len(text) <= _LONGEST_NAME:
        return []
    most = max(1, min(len(text) // 4, _MOST_EDITS))
    given: dict[str, Any] = {"text": text, "rule": BY_RULE, "most": most, "limit": limit}
    given["pieces"] = _pieces(text.lower(), most + 1)
    with open_database() as database:
        view_parquet(database, [lexicon.directory / "names.parquet"]).create_view("names")
        found = database.execute(_NEAREST, given).fetchall()
    return [(str(name), lexicon.concepts[row].concept_id) for name, row in found]


def _pieces(text: str, number: int) -> list[str]:
    """Cut a text into pieces; with fewer edits than pieces, one of them is left as it is."""
    bounds = [len(text) * i // number for i in range(number + 1)]
    return [text[start:end] for start, end in itertools.pairwise(bounds) if end > start]
