"""What articles claim of two concepts, counted from evidence, and in what kind of study."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import duckdb

from comention.claims.leading import foremost, listed
from comention.claims.vocabulary import ALLOWED, LAST, SIGNS
from comention.schemas import NO_CLAIM, SAID
from comention.snapshots.claims import stance
from comention.snapshots.tables import rows

#: What the claims of a place are, in the table of places: the claim in words, and in whom it was seen.
FOUND_CLAIMS = f"""
    array_to_string(list_sort(list(DISTINCT replace(claim, '_', ' ') ||
        CASE WHEN certainty = 'hedged' THEN ' (hedged)' ELSE '' END)
        FILTER (claim <> '{NO_CLAIM}')), ', ') AS claim,
    list_sort(list(DISTINCT claim) FILTER (claim <> '{NO_CLAIM}' AND certainty = 'stated')) AS stated,
    coalesce(bool_or(certainty = 'hedged' AND claim <> '{NO_CLAIM}'), false) AS hedged,
    min(context) AS context
"""


@dataclass(frozen=True, slots=True)
class Said:
    """Articles, without retracted ones, that state each claim, and what the others do.

    One article may state several. `hedged` only hold something for possible, `mentioned` only name both.
    `leading` is the claim that leads as in `pairs`, None where none is stated.
    """

    stated: Mapping[str, int] = field(default_factory=dict)
    hedged: int = 0
    mentioned: int = 0
    leading: str | None = None

    @property
    def parts(self) -> tuple[tuple[str, str, int], ...]:
        """Return stance, words and articles of each claim, most articles first, then hedged and mentioned."""
        order = sorted(self.stated, key=lambda word: (-self.stated[word], SAID.index(word)))
        found = [(stance(word, self.leading), word.replace("_", " "), self.stated[word]) for word in order]
        rest = (("hedged", "hedged", self.hedged), ("mentioned", "mentioned", self.mentioned))
        return (*found, *(part for part in rest if part[2]))

    @property
    def for_(self) -> int:
        """Articles that state the leading claim."""
        return self.stated[self.leading] if self.leading else 0

    @property
    def against(self) -> int:
        """Articles that state its opposite, or no effect; an article that states both counts for each."""
        return sum(n for way, _, n in self.parts if way in {"against", "null"})

    @property
    def words(self) -> str:
        """Return the claims as a listing has them: "treats 33 · no effect 1 · mentioned 7"."""
        return " · ".join(f"{word} {n}" for _, word, n in self.parts)

    @property
    def shares(self) -> tuple[tuple[str, float], ...]:
        """Return what a bar is made of: kinds of claims, and their share of all that is said, 0–1."""
        found: dict[str, int] = dict.fromkeys(KINDS, 0)
        for word, n in self.stated.items():
            found[kind_of(word)] += n
        found["mentioned"] += self.hedged + self.mentioned
        total = sum(found.values())
        return tuple((kind, n / total) for kind, n in found.items() if n)


#: Kinds of claims that share a colour, as they stand in a bar.
KINDS: Mapping[str, str] = {
    "up": "promotes, causes, raises or is raised",
    "down": "treats, protects, lowers or is lowered",
    "null": "no effect, no difference",
    "other": "associated, studied or another claim",
    "mentioned": "only mentioned or held for possible",
}
NOTHING = Said()


def may_claim(one: str, other: str) -> bool:
    """Return whether claims are read of two types of concepts."""
    return bool({(one, other), (other, one)} & set(ALLOWED))


def kind_of(word: str) -> str:
    """Return the kind of a claim: one of KINDS."""
    sign = {str(claim): sign for claim, sign in SIGNS.items()}.get(word)
    if sign is None:
        return "null" if word.startswith("no_") else "other"
    return "up" if sign > 0 else "down"


_STATED = """
SELECT pair, word, count(DISTINCT pmid) AS n
FROM (SELECT pair, pmid, unnest(stated) AS word FROM found WHERE NOT retracted) GROUP BY pair, word
"""
_LEADING = f"""
WITH said AS (SELECT DISTINCT pair, pmid, unnest(stated) AS claim FROM found WHERE NOT retracted)
SELECT pair, {foremost("n", "telling")} AS leading
FROM (SELECT pair, claim, count(*) AS n FROM said GROUP BY ALL)
JOIN (SELECT pair, count(DISTINCT pmid) FILTER (claim NOT IN ({listed(sorted(LAST))})) AS telling
      FROM said GROUP BY ALL) USING (pair)
GROUP BY pair
"""  # noqa: S608 - what is put in is our own
_REST = """
SELECT pair, count(*) FILTER (NOT stated AND hedged) AS hedged,
       count(*) FILTER (NOT stated AND NOT hedged) AS mentioned
FROM (SELECT pair, pmid, bool_or(coalesce(len(stated), 0) > 0) AS stated, bool_or(hedged) AS hedged
      FROM found WHERE NOT retracted GROUP BY pair, pmid)
GROUP BY pair
"""


def said_of(connection: duckdb.DuckDBPyConnection) -> dict[int, Said]:
    """Return what is said of each pair of the table `found`, by its number."""
    stated: dict[int, dict[str, int]] = {}
    for row in rows(connection, _STATED):
        stated.setdefault(row["pair"], {})[row["word"]] = row["n"]
    leading = {row["pair"]: row["leading"] for row in rows(connection, _LEADING)}
    return {
        row["pair"]: Said(
            {word: stated.get(row["pair"], {})[word] for word in SAID if word in stated.get(row["pair"], {})},
            row["hedged"],
            row["mentioned"],
            leading.get(row["pair"]),
        )
        for row in rows(connection, _REST)
    }


def setting(study: Sequence[str], species: Sequence[str], context: str | None) -> str:
    """Return in what kind of study and in whom something was seen: "animal, in vitro · Mice".

    `context` is what the sentence itself says; it is added where the article's kinds do not say it.
    """
    known = {*study, *(["human"] if "Humans" in species else [])}
    own = [f"in this sentence: {context}"] if context and context not in known else []
    return " · ".join(part for part in (", ".join(study), ", ".join(species[:3]), *own) if part)
