"""What the page holds beside what it shows: every pair as numbers, and the places where pairs were read.

It stands in the page as JSON, which the script reads to turn pages and to search; without the script the
rows and sentences that the page shows as HTML are still there.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any, get_args

import duckdb
import pyarrow as pa
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


_OUTSIDE = f"""
FROM pairs
WHERE NOT topic AND {UNRELATED} AND NOT list_contains($topic::VARCHAR[], a_id)
      AND NOT list_contains($topic::VARCHAR[], b_id)
"""
_PAIRS = f"SELECT * {_OUTSIDE} ORDER BY {SUREST} LIMIT $limit"

_YEARS = """
SELECT a_id, b_id, list(year ORDER BY year) AS years, list(n ORDER BY year) AS counts
FROM (SELECT a_id, b_id, year, count(DISTINCT pmid) AS n FROM evidence SEMI JOIN held USING (a_id, b_id)
      WHERE year IS NOT NULL GROUP BY ALL)
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
    values = {"topic": list(topic.ids)}
    of_pairs = rows(connection, f"SELECT count(*) AS n {_OUTSIDE}", values)[0]["n"]
    pairs = rows(connection, _PAIRS, values | {"limit": PAIRS_HELD})
    _hold(connection, pairs)
    concepts = _concepts(connection, [i for one, other in shown for i in (*one.ids, *other.ids)])
    number = {row["concept_id"]: n for n, row in enumerate(concepts)}
    years = {(row["a_id"], row["b_id"]): row for row in rows(connection, _YEARS)}
    done = {frozenset(pair) for pair in listed}
    places = _places(connection, [*shown, *_room(pairs, shown, done)], len(shown), number)
    store = {
        "types": list(ENTITY_TYPES),
        "grades": list(get_args(Grade)),
        "concepts": [
            [row["name"], ENTITY_TYPES.index(row["entity_type"]), row["articles"]] for row in concepts
        ],
        "pairs": [
            _pair(row, number, years) for row in pairs if frozenset((row["a_id"], row["b_id"])) not in done
        ],
        **places.content,
    }
    held = len(pairs) + len(done - {frozenset((row["a_id"], row["b_id"])) for row in pairs})
    odds = [0.0, *(row["log_odds"] for row in pairs if row["log_odds"] is not None)]
    return Held(_json(store), held, of_pairs, places.held, min(odds), max(odds))


def _json(value: object) -> Markup:
    """Return JSON that stands as text in HTML: its only signs with a meaning there are escaped."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return Markup(text.replace("&", "&amp;").replace("<", "&lt;"))  # noqa: S704 - escaped


def _hold(connection: duckdb.DuckDBPyConnection, pairs: Sequence[Row]) -> None:
    """Put the ids of pairs into the table `held`."""
    sides = {side: pa.array([row[side] for row in pairs], pa.string()) for side in ("a_id", "b_id")}
    connection.register("held", pa.table(sides))


def _concepts(connection: duckdb.DuckDBPyConnection, ids: Sequence[str]) -> list[Row]:
    """Return the concepts of the pairs held and those of `ids`, by id, with the articles that pairs count."""
    return rows(
        connection,
        "SELECT concept_id, name, entity_type, articles_not_measured AS articles FROM entities "
        "WHERE concept_id IN (SELECT a_id FROM held UNION SELECT b_id FROM held) "
        "OR list_contains($ids::VARCHAR[], concept_id) ORDER BY concept_id",
        {"ids": list(dict.fromkeys(ids))},
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


def _room(
    pairs: Sequence[Row], shown: Sequence[tuple[Side, Side]], listed: set[frozenset[str]]
) -> list[tuple[Side, Side]]:
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
    query = "SELECT pair, count(*) AS n FROM found GROUP BY pair"
    counted = {row["pair"]: row["n"] for row in rows(connection, query)}
    counts = [counted.get(n, 0) for n in range(len(pairs))]
    kept = _kept(counts, first)
    limits = pa.table({"pair": pa.array(range(len(kept)), pa.int64()), "most": pa.array(kept, pa.int64())})
    connection.register("kept", limits)
    connection.execute("DELETE FROM found WHERE pair NOT IN (SELECT pair FROM kept)")
    connection.execute(BEST_FIRST, {"best": max([*kept, 1])})
    connection.execute("DELETE FROM best USING kept WHERE best.pair = kept.pair AND place > most")
    connection.execute(SHOWN)
    held = sum(min(n, most) for n, most in zip(counts, kept, strict=False))
    return _Places(_content(connection, pairs[: len(kept)], counts, number), held)


def _kept(counts: Sequence[int], first: int) -> list[int]:
    """Return how many places are kept of each pair; the last pairs, for which no room is left, have none.

    Of the `first` each may have as many as let all of them have no more than PLACES_HELD together.
    """
    low, high = 1, max([*counts[:first], 1])
    while low < high:
        middle = (low + high + 1) // 2
        if sum(min(n, middle) for n in counts[:first]) <= PLACES_HELD:
            low = middle
        else:
            high = middle - 1
    kept = [low] * first
    room = PLACES_HELD - sum(min(n, low) for n in counts[:first])
    for n in counts[first:]:
        room -= n
        if room < 0:
            break
        kept.append(n)
    return kept


def _content(
    connection: duckdb.DuckDBPyConnection,
    pairs: Sequence[tuple[Side, Side]],
    counts: Sequence[int],
    number: Mapping[str, int],
) -> dict[str, Any]:
    """Return the articles, sentences and places of the tables `best` and `shown`."""
    articles = rows(connection, _ARTICLES)
    sentences = rows(connection, _SENTENCES)
    at = {(row["pmid"], row["sentence"]): n for n, row in enumerate(sentences)}
    words: dict[str, int] = {}
    found = _by_pair(connection, articles, at, words)
    return {
        "articles": [[row["pmid"], row["year"], int(row["retracted"])] for row in articles],
        "texts": [_pieces(row, number) for row in sentences],
        "proofs": [
            [
                [number[i] for i in one.ids if i in number],
                [number[i] for i in other.ids if i in number],
                counts[n],
                found.get(n, []),
            ]
            for n, (one, other) in enumerate(pairs)
        ],
        "words": list(words),
    }


def _by_pair(
    connection: duckdb.DuckDBPyConnection,
    articles: Sequence[Row],
    at: Mapping[tuple[int, int], int],
    words: dict[str, int],
) -> dict[int, list[list[int]]]:
    """Return the places of each pair as numbers: article, section, claim, kind of study, flags, sentences."""
    index = {row["pmid"]: n for n, row in enumerate(articles)}
    found: dict[int, list[list[int]]] = {}
    for (pair, _), group in groupby(rows(connection, _TEXTS), lambda r: (r["pair"], r["place"])):
        texts = list(group)
        row, own = texts[0], articles[index[texts[0]["pmid"]]]
        said = (
            " / ".join(dict.fromkeys(map(section, texts))),
            row["claim"],
            setting(own["study"], own["species"], row["context"]),
        )
        found.setdefault(pair, []).append(
            [
                index[row["pmid"]],
                *(words.setdefault(word, len(words)) for word in said),
                int(row["shared"]) + 2 * int(row["negated"]),
                *(at[text["pmid"], text["sentence"]] for text in texts),
            ]
        )
    return found


def _pieces(row: Row, number: Mapping[str, int]) -> list[str | int]:
    """Return a sentence as texts, each followed by the number of its concept where it names one."""
    spans = [MarkedSpan(**span) for span in row["spans"]]
    pieces: list[str | int] = []
    for piece in cut(row["text"], row["start"], spans):
        pieces.append(piece.text)
        if piece.entity_type is not None and piece.entity_type in number:
            pieces.append(number[piece.entity_type])
    return pieces
