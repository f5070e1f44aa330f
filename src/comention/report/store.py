"""What the page holds beside what it shows: every pair as numbers, and the places where pairs were read.

It stands in the page as JSON, which the script reads to turn pages and to search; without the script the
rows and sentences that the page shows as HTML are still there.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, get_args

import duckdb
from markupsafe import Markup

from comention.records import ENTITY_TYPES, Grade
from comention.report.evidence import BEST_FIRST, SHOWN, Side, asked_for, section, sides_of
from comention.report.said import setting
from comention.report.sentences import MarkedSpan, cut
from comention.snapshots import claims
from comention.snapshots.tables import SUREST, UNRELATED, Row, rows

#: Pairs and places that a page holds at most.
PAIRS_HELD, PLACES_HELD = 60_000, 15_000

_NUMBERS = ("expected", "lift", "log_odds", "log_odds_low", "log_odds_high", "q_value", "q_richness")


@dataclass(frozen=True, slots=True)
class Held:
    """The JSON of a page, and how much of what the snapshot has is in it.

    `lowest` and `highest` are the ends of the log odds of its pairs, 0 being between them.
    """

    text: Markup
    pairs: int
    pairs_of: int
    places: int
    lowest: float
    highest: float


_PAIRS = f"""
SELECT * FROM pairs
WHERE NOT topic AND {UNRELATED} AND NOT list_contains($topic::VARCHAR[], a_id)
      AND NOT list_contains($topic::VARCHAR[], b_id)
ORDER BY {SUREST}
"""  # noqa: S608 - what is put in is our own

_YEARS = """
SELECT a_id, b_id, list(year ORDER BY year) AS years, list(n ORDER BY year) AS counts
FROM (SELECT a_id, b_id, year, count(DISTINCT pmid) AS n FROM evidence WHERE year IS NOT NULL GROUP BY ALL)
GROUP BY a_id, b_id
"""


def hold(
    connection: duckdb.DuckDBPyConnection,
    topic: Side,
    shown: Sequence[tuple[Side, Side]],
    listed: Iterable[tuple[str, str]],
) -> Held:
    """Return what the page holds: pairs outside the topic, and the places of `shown` pairs and of others.

    `listed` are the ids of pairs that the page has as rows already. Places of `shown` pairs come first; each
    keeps its best ones where there are more than PLACES_HELD, and what room is left goes to the surest pairs.
    """
    found = rows(connection, _PAIRS, {"topic": list(topic.ids)})
    concepts = _concepts(connection)
    number = {row["concept_id"]: n for n, row in enumerate(concepts)}
    pairs, of_pairs = found[:PAIRS_HELD], len(found)
    years = {(row["a_id"], row["b_id"]): row for row in rows(connection, _YEARS)}
    others = _room(pairs, shown, {frozenset(pair) for pair in listed})
    places = _places(connection, [*shown, *others], len(shown), number)
    done = {frozenset(pair) for pair in listed}
    store = {
        "types": list(ENTITY_TYPES),
        "grades": list(get_args(Grade)),
        "concepts": [
            [row["name"], ENTITY_TYPES.index(row["entity_type"]), row["articles"]] for row in concepts
        ],
        "pairs": [
            _pair(row, number, years)
            for row in pairs
            if frozenset((row["a_id"], row["b_id"])) not in done
        ],
        **places.content,
    }
    held = len(pairs) + sum(frozenset((row["a_id"], row["b_id"])) in done for row in found[PAIRS_HELD:])
    odds = [0.0, *(row["log_odds"] for row in pairs if row["log_odds"] is not None)]
    return Held(_json(store), held, of_pairs, places.held, min(odds), max(odds))


def _json(value: object) -> Markup:
    """Return JSON that stands as text in HTML: its only signs with a meaning there are escaped."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return Markup(text.replace("&", "&amp;").replace("<", "&lt;"))  # noqa: S704 - escaped


def _concepts(connection: duckdb.DuckDBPyConnection) -> list[Row]:
    """Return the concepts that make pairs, by id."""
    return rows(
        connection,
        "SELECT concept_id, name, entity_type, articles FROM entities "
        "WHERE concept_id IN (SELECT a_id FROM pairs UNION SELECT b_id FROM pairs) ORDER BY concept_id",
    )


def _pair(row: Row, number: Mapping[str, int], years: Mapping[tuple[str, str], Row]) -> list[Any]:
    of = years.get((row["a_id"], row["b_id"]), {"years": [], "counts": []})
    by_year = " ".join(f"{year}:{n}" for year, n in zip(of["years"], of["counts"], strict=True))
    return [
        number[row["a_id"]],
        number[row["b_id"]],
        row["articles"],
        *(_short(row[name]) for name in _NUMBERS),
        get_args(Grade).index(row["grade"]),
        claims.words(row),
        int(bool(row["contradicted"])),
        by_year,
        "" if row["support"] in {"human", "unknown", None} else row["support"],
    ]


def _short(value: float | None) -> float | None:
    """Return a number to six digits, as it is shown to three."""
    if value is None:
        return None
    short = float(f"{value:.6g}")
    return int(short) if short.is_integer() and abs(short) < 1e6 else short


def _room(pairs: Sequence[Row], shown: Sequence[tuple[Side, Side]], listed: set[frozenset[str]]) -> list[tuple[Side, Side]]:
    """Return the surest pairs whose places may have room beside those of the pairs shown."""
    known = listed | {frozenset((*one.ids, *other.ids)) for one, other in shown}
    chosen, taken = [], 0
    for row in pairs:
        if frozenset((row["a_id"], row["b_id"])) in known:
            continue
        taken += row["articles"]
        if taken > PLACES_HELD:
            break
        chosen.append(sides_of(row))
    return chosen


@dataclass(frozen=True, slots=True)
class _Places:
    content: Mapping[str, Any]
    held: int


_TEXTS = """
SELECT pair, place, s.pmid, s.sentence, s.section, s.in_title, shared, negated, claim, shown.context
FROM shown JOIN sentences s USING (pmid, sentence)
ORDER BY pair, place, s."start"
"""
_SENTENCES = """
SELECT s.pmid, s.sentence, s.text, s."start",
       list({'start': m."start", 'end': m."end", 'entity_type': m.concept_id}
            ORDER BY m."start", m."end", m.concept_id) AS spans
FROM (SELECT DISTINCT pmid, sentence FROM shown) JOIN sentences s USING (pmid, sentence)
     JOIN mentions m USING (pmid, sentence)
     JOIN entities USING (concept_id)
GROUP BY ALL ORDER BY s.pmid, s.sentence
"""
_ARTICLES = """
SELECT pmid, year, retracted, study, species FROM articles
WHERE pmid IN (SELECT pmid FROM shown) ORDER BY pmid
"""


def _places(
    connection: duckdb.DuckDBPyConnection,
    pairs: Sequence[tuple[Side, Side]],
    first: int,
    number: Mapping[str, int],
) -> _Places:
    """Return the places of pairs, the first of them before the others, and the sentences they are in."""
    asked_for(connection, pairs)
    counts = {row["pair"]: row["n"] for row in rows(connection, "SELECT pair, count(*) AS n FROM found GROUP BY pair")}
    most = _most([counts.get(n, 0) for n in range(first)])
    room = PLACES_HELD - sum(min(counts.get(n, 0), most) for n in range(first))
    kept = {n: most for n in range(first)}
    for n in range(first, len(pairs)):
        room -= counts.get(n, 0)
        if room < 0:
            break
        kept[n] = counts.get(n, 0)
    connection.execute(f"DELETE FROM found WHERE pair > {max(kept, default=-1)}")
    connection.execute(BEST_FIRST, {"best": max(most, *kept.values(), 1) if kept else 1})
    connection.execute(f"DELETE FROM best WHERE pair < {first} AND place > {most}")
    connection.execute(SHOWN)
    content = _content(connection, pairs, counts, number)
    held = sum(min(counts.get(n, 0), limit) for n, limit in kept.items())
    return _Places(content, held)


def _most(counts: Sequence[int]) -> int:
    """Return how many places each pair may have so that all have no more than PLACES_HELD together."""
    low, high = 1, max([*counts, 1])
    while low < high:
        middle = (low + high + 1) // 2
        if sum(min(n, middle) for n in counts) <= PLACES_HELD:
            low = middle
        else:
            high = middle - 1
    return low


def _content(
    connection: duckdb.DuckDBPyConnection,
    pairs: Sequence[tuple[Side, Side]],
    counts: Mapping[int, int],
    number: Mapping[str, int],
) -> dict[str, Any]:
    words: dict[str, int] = {}
    articles = rows(connection, _ARTICLES)
    article = {row["pmid"]: n for n, row in enumerate(articles)}
    texts, at = [], {}
    for row in rows(connection, _SENTENCES):
        at[row["pmid"], row["sentence"]] = len(texts)
        texts.append(_pieces(row, number))
    found: dict[int, dict[int, list[Any]]] = {}
    for row in rows(connection, _TEXTS):
        places = found.setdefault(row["pair"], {})
        text = at.get((row["pmid"], row["sentence"]))
        if row["place"] in places:
            known = places[row["place"]]
            named = section(row)
            held = next(word for word, n in words.items() if n == known[1])
            if named != held:
                known[1] = _word(words, f"{held} / {named}")
            known.append(text)
            continue
        own = articles[article[row["pmid"]]]
        places[row["place"]] = [
            article[row["pmid"]],
            _word(words, section(row)),
            _word(words, row["claim"]),
            _word(words, setting(own["study"], own["species"], row["context"])),
            int(row["shared"]) + 2 * int(row["negated"]),
            text,
        ]
    return {
        "articles": [[row["pmid"], row["year"], int(row["retracted"])] for row in articles],
        "texts": texts,
        "proofs": [
            [
                [number[i] for i in one.ids if i in number],
                [number[i] for i in other.ids if i in number],
                counts.get(n, 0),
                [found[n][place] for place in sorted(found[n])] if n in found else [],
            ]
            for n, (one, other) in enumerate(pairs[: max(found, default=-1) + 1])
        ],
        "words": list(words),
    }


def _word(words: dict[str, int], text: str) -> int:
    return words.setdefault(text, len(words))


def _pieces(row: Row, number: Mapping[str, int]) -> list[Any]:
    """Return a sentence as texts, each followed by the number of its concept where it names one."""
    spans = [MarkedSpan(**span) for span in row["spans"]]
    pieces: list[Any] = []
    for piece in cut(row["text"], row["start"], spans):
        pieces.append(piece.text)
        if piece.entity_type is not None and piece.entity_type in number:
            pieces.append(number[piece.entity_type])
    return pieces

