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
    ("disease", "drug"): ["treats", "causes", "no_effect", "studied", "resistant"],
}
SURE = 0.4
OPPOSED = [
    ("treats", "causes", "no_effect"),
    ("raises", "lowers", "no_effect"),
    ("raised_in", "lowered_in", "no_difference"),
    ("promotes", "protects", "?"),
]
_OF_LEADING = ["claim", "claim_share", "claim_direction"]
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
    columns |= dict.fromkeys([*names, *_OF_LEADING])
    if words is None:
        return columns
    story = {a["pmid"]: a["story"] for a in articles}
    rows = [r for r in rows if r["claim"] != "none" and not r["retracted"] and r["score"] >= SURE]
    stated = [row for row in rows if row["certainty"] == "stated"]
    claimed = {row["pmid"] for row in stated}
    for word in words:
        columns[f"articles_{word}"] = len({row["pmid"] for row in stated if row["claim"] == word})
    columns["articles_claimed"] = len(claimed)
    columns["articles_hedged"] = len({row["pmid"] for row in rows} - claimed)
    for null in {"no_effect", "no_difference"} & {*words}:
        columns["articles_null"] = columns[f"articles_{null}"]
    if stated:
        found = columns["claim"] = leading(stated, words)
        columns["claim_share"] = columns[f"articles_{found}"] / len(claimed)
        directions = Counter({(row["pmid"], row["direction"]) for row in stated if row["claim"] == found})
        ways = Counter(way for _, way in directions)
        columns["claim_direction"] = max(
            (way for way in ways if way), key=lambda way: (ways[way], way == "ab"), default=None
        )
    columns["contradicted"] = _contradicted(stated, story, types[0] == types[1])
    return columns | _since(stated, story, words, columns["claim"], turns=types[0] == types[1])


def _since(
    stated: Sequence[Row], story: dict[Any, Any], words: Sequence[str], found: str | None, *, turns: bool
) -> Row:
    """Since when what is said is said: a count anew of the articles up to each year."""
    columns: Row = dict.fromkeys(("claim_since", "claim_before", "contradicted_since"))
    years = sorted({row["year"] for row in stated if row["year"] is not None})
    led: list[tuple[int, str]] = []
    for year in years:
        so_far = [row for row in stated if row["year"] is not None and row["year"] <= year]
        word = leading(so_far, words)
        if not led or led[-1][1] != word:
            led.append((year, word))
        if columns["contradicted_since"] is None and _contradicted(so_far, story, turns):
            columns["contradicted_since"] = year
    if led and led[-1][1] == found:
        columns["claim_since"] = led[-1][0]
        columns["claim_before"] = led[-2][1] if len(led) > 1 else None
    return columns


def leading(stated: Sequence[Row], words: Sequence[str]) -> str:
    """The claim that leads, of rows that state one."""
    articles = {word: len({row["pmid"] for row in stated if row["claim"] == word}) for word in words}
    telling = len({row["pmid"] for row in stated if row["claim"] != "resistant"})
    return max(filter(articles.get, words), key=lambda word: _rank(word, articles[word], telling))


def _rank(word: str, articles: int, telling: int) -> tuple[bool, bool, int, int]:
    outcome = word not in ("studied", "associated", "resistant")
    tells = outcome and (articles >= 2 or word == "treats") and 4 * articles >= telling
    return word != "resistant" or not telling, tells, articles, -_place(word)


def _place(word: str) -> int:
    order = (
        "treats causes no_effect studied resistant raised_in lowered_in promotes protects no_difference "
        "raises lowers made_by acts_on"
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
            and row["score"] >= SURE
        }
        for side, key in sides.items()
    ]
    fits = sum(word in DOWN for word in leading.values()) % 2 == 0
    return columns | {"chain": fits, "articles_chain": len(set.intersection(*stating))}


def by_pair(rows: Sequence[Row]) -> dict[tuple[str, str], list[Row]]:
    return group([row | {"pair": (row["a_id"], row["b_id"])} for row in rows], by="pair")
