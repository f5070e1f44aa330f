"""What is said of pairs and triples by loops over claims: slow, and plain enough to read."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

from tests.cooccur.naive import Row, group

#: Written out once more, so that the tables that the count reads are tested with it.
OF_TYPES = {
    ("cell", "cytokine"): ["made_by", "acts_on", "associated"],
    ("cytokine", "cytokine"): ["raises", "lowers", "associated"],
    ("cytokine", "disease"): [
        "raised_in",
        "lowered_in",
        "promotes",
        "protects",
        "no_difference",
        "associated",
    ],
    ("cytokine", "drug"): ["no_effect", "raises", "lowers", "associated"],
    ("disease", "drug"): ["treats", "causes", "no_effect", "studied"],
}
OPPOSED = [
    ("treats", "causes", "no_effect"),
    ("raises", "lowers", "no_effect"),
    ("raised_in", "lowered_in", "no_difference"),
    ("promotes", "protects", "?"),
]
UP, DOWN = {"causes", "raises", "raised_in", "promotes"}, {"treats", "lowers", "lowered_in", "protects"}
WORDS = dict.fromkeys(
    [*OF_TYPES["disease", "drug"], *OF_TYPES["cytokine", "disease"], *OF_TYPES["cytokine", "drug"]]
    + OF_TYPES["cell", "cytokine"]
)


def read(claims: Sequence[Row], evidence: Sequence[Row], articles: Sequence[Row]) -> list[Row]:
    """The claims of places that evidence has."""
    places = {(r["a_id"], r["b_id"], r["pmid"], r["sentence"]) for r in evidence}
    by_pmid = {a["pmid"]: a for a in articles}
    keyed = {(r["a_id"], r["b_id"], r["pmid"], r["sentence"]): r for r in claims}
    return [
        row | {name: by_pmid[row["pmid"]][name] for name in ("year", "retracted")}
        for key, row in sorted(keyed.items())
        if key in places
    ]


def told(rows: Sequence[Row], types: tuple[str, str], articles: Sequence[Row]) -> Row:
    """What the columns of a pair tell, of its rows of `claims`."""
    words = OF_TYPES.get(types)
    columns: Row = {f"articles_{word}": None for word in WORDS}
    names = ("articles_claimed", "articles_hedged", "articles_null", "contradicted")
    columns |= dict.fromkeys([*names, "claim", "claim_share", "claim_direction"])
    if words is None:
        return columns
    story = {a["pmid"]: a["story"] for a in articles}
    rows = [row for row in rows if row["claim"] != "none" and not row["retracted"]]
    stated = [row for row in rows if row["certainty"] == "stated"]
    claimed = {row["pmid"] for row in stated}
    for word in words:
        columns[f"articles_{word}"] = len({row["pmid"] for row in stated if row["claim"] == word})
    columns["articles_claimed"] = len(claimed)
    columns["articles_hedged"] = len({row["pmid"] for row in rows} - claimed)
    for null in {"no_effect", "no_difference"} & {*words}:
        columns["articles_null"] = columns[f"articles_{null}"]
    if stated:
        found = max(words, key=lambda word: (columns[f"articles_{word}"], -_place(word)))
        columns["claim"] = found
        columns["claim_share"] = columns[f"articles_{found}"] / len(claimed)
        directions = Counter({(row["pmid"], row["direction"]) for row in stated if row["claim"] == found})
        ways = Counter(way for _, way in directions)
        columns["claim_direction"] = max(
            (way for way in ways if way), key=lambda way: (ways[way], way == "ab"), default=None
        )
    columns["contradicted"] = _contradicted(stated, story, types[0] == types[1])
    return columns


def _place(word: str) -> int:
    order = (
        "treats causes no_effect studied raised_in lowered_in promotes protects no_difference raises lowers "
        "made_by acts_on"
    )
    return [*order.split(), "associated"].index(word)


def _contradicted(stated: Sequence[Row], story: dict[Any, Any], turns: bool) -> bool:
    ways = {row["direction"] for row in stated} if turns else {"any"}
    for way in ways:
        works = {
            word: len(
                {
                    story[r["pmid"]]
                    for r in stated
                    if r["claim"] == word and (not turns or r["direction"] == way)
                }
            )
            for word in WORDS
        }
        for up, down, null in OPPOSED:
            enough = [works.get(word, 0) >= 2 for word in (up, down, null)]
            if sum(enough) >= 2:
                return True
    return False


def chain(triple: Row, pairs: dict[tuple[str, str], Row], claims: Sequence[Row]) -> Row:
    """What the columns of a triple tell."""
    sides = {
        "cytokine_drug": (triple["cytokine_id"], triple["drug_id"]),
        "cytokine_disease": (triple["cytokine_id"], triple["disease_id"]),
        "disease_drug": (triple["disease_id"], triple["drug_id"]),
    }
    leading = {side: pairs[key]["claim"] if key in pairs else None for side, key in sides.items()}
    columns: Row = {f"claim_{side}": word for side, word in leading.items()}
    if not all(word in UP | DOWN for word in leading.values()):
        return columns | {"chain": None, "articles_chain": None}
    stating = [
        {
            row["pmid"]
            for row in claims
            if (row["a_id"], row["b_id"]) == key
            and (row["claim"], row["certainty"], row["retracted"]) == (leading[side], "stated", False)
        }
        for side, key in sides.items()
    ]
    fits = sum(word in DOWN for word in leading.values()) % 2 == 0
    return columns | {"chain": fits, "articles_chain": len(set.intersection(*stating))}


def by_pair(rows: Sequence[Row]) -> dict[tuple[str, str], list[Row]]:
    return group([row | {"pair": (row["a_id"], row["b_id"])} for row in rows], by="pair")
