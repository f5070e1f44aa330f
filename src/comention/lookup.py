"""What a name or a text means to the lexicon, and why."""

from __future__ import annotations

from typing import Any

from comention.lexicon.folding import fold_name
from comention.lexicon.matcher import Matcher
from comention.lexicon.store import Lexicon


def lookup(text: str, lexicon: Lexicon, matcher: Matcher) -> list[dict[str, Any]]:
    """Return a row for each name in a text: its span, its concept, and what makes it count or not.

    A blocker has no concept: it is matched so that nothing inside it is.
    """
    rows: list[dict[str, Any]] = []
    for match in matcher.find(text):
        name = text[match.start : match.end]
        row = {"start": match.start, "end": match.end, "name": name, "folded": fold_name(name)}
        note = "counts only where the text defines it" if match.needs_definition else ""
        if not match.concepts:
            empty = {"concept_id": None, "concept_name": None, "entity_type": None, "source": None}
            rows.append(row | empty | {"xrefs": [], "note": "a blocker: matched and not counted"})
        for entry in lexicon.details(c.concept_id for c in match.concepts):
            known = {"concept_id": entry["concept_id"], "concept_name": entry["name"]}
            known |= {name: entry[name] for name in ("entity_type", "source", "xrefs")}
            rows.append(row | known | {"note": note})
    return rows
