"""Claims by chance, the same of the same place whatever else is there."""

from __future__ import annotations

import itertools
import random
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from comention.claims.vocabulary import ALLOWED


def by_chance(
    mentions: Iterable[Mapping[str, Any]], scores: Sequence[float] = (0.5,)
) -> list[dict[str, Any]]:
    """Return a claim of most two concepts that a sentence names at spans apart, as rows of `claims`.

    Each has one of the `scores`. Measured drugs and collective names have some, too, which the count has to
    leave out.
    """
    places: dict[tuple[int, int], list[Mapping[str, Any]]] = {}
    for mention in mentions:
        places.setdefault((mention["pmid"], mention["sentence"]), []).append(mention)
    rows = {}
    for (pmid, sentence), found in places.items():
        for one, other in itertools.combinations(found, 2):
            a, b = sorted((one, other), key=lambda m: (m["entity_type"], m["concept_id"]))
            words = ALLOWED.get((a["entity_type"], b["entity_type"]), ())
            apart = a["end"] <= b["start"] or b["end"] <= a["start"]
            chance = random.Random(f"{pmid} {sentence} {a['concept_id']} {b['concept_id']}")
            linked = not (a["concept_id"].startswith("text:") or b["concept_id"].startswith("text:"))
            if words and linked and apart and a["concept_id"] != b["concept_id"] and chance.random() < 0.9:
                key = (a["concept_id"], b["concept_id"], pmid, sentence)
                rows[key] = _row(key, a, b, chance.choice(words), chance) | {"score": chance.choice(scores)}
    return list(rows.values())


def _row(
    key: tuple[str, str, int, int],
    a: Mapping[str, Any],
    b: Mapping[str, Any],
    word: str,
    chance: random.Random,
) -> dict[str, Any]:
    return {
        **dict(zip(("a_id", "b_id", "pmid", "sentence"), key, strict=True)),
        "a_start": a["start"],
        "a_end": a["end"],
        "b_start": b["start"],
        "b_end": b["end"],
        "claim": word,
        "direction": None if word == "none" else chance.choice(["ab", "ba", None]),
        "certainty": chance.choice(["stated", "stated", "stated", "hedged"]),
        "cue_start": a["start"],
        "cue_end": a["end"],
        "method": "rule",
        "score": None,
        "year": None,
        "retracted": None,
    }
