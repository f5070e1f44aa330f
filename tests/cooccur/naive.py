"""Every dataset of the co-occurrence stage by loops over mentions: slow, and plain enough to read."""

from __future__ import annotations

import itertools
import math
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any

from scipy.stats import false_discovery_control, hypergeom

from comention.schemas import DATASETS

Row = dict[str, Any]
Unit = dict[str, list[Row]]

LEVELS = ("title", "sentence", "article")


def span(mention: Row) -> tuple[int, int]:
    return mention["start"], mention["end"]


def group(mentions: Iterable[Row], *, by: str) -> dict[Any, list[Row]]:
    groups: dict[Any, list[Row]] = defaultdict(list)
    for mention in mentions:
        groups[mention[by]].append(mention)
    return groups


def linked(mentions: Iterable[Row]) -> list[Row]:
    return [m for m in mentions if not m["concept_id"].startswith("text:")]


def is_measured(mention: Row) -> bool:
    return bool(mention["entity_type"] == "drug" and mention["role"] == "measured")


def paired(mentions: Iterable[Row], collective: frozenset[str]) -> list[Row]:
    """What pairs and triples are made of."""
    return [m for m in mentions if not is_measured(m) and m["concept_id"] not in collective]


def apart(*sides: Sequence[Row]) -> tuple[Row, ...] | None:
    """The first choice of one mention per side, all at different spans."""
    choices = [
        choice for choice in itertools.product(*sides) if len({span(m) for m in choice}) == len(choice)
    ]
    return min(choices, key=lambda choice: [span(m) for m in choice], default=None)


def concepts(mentions: Sequence[Row]) -> dict[str, Row]:
    return {
        concept: {
            "name": min(m["concept_name"] for m in found),
            "entity_type": found[0]["entity_type"],
        }
        for concept, found in group(linked(mentions), by="concept_id").items()
    }


def ordered(names: dict[str, Row], types: Sequence[str]) -> list[str]:
    kept = (c for c in names if names[c]["entity_type"] in types)
    return sorted(kept, key=lambda c: (names[c]["entity_type"], c))


def either(a: bool | None, b: bool | None) -> bool | None:
    if a or b:
        return True
    return None if a is None or b is None else False


def years(articles: Iterable[Row]) -> Row:
    known = [a["year"] for a in articles if a["year"] is not None]
    return {"first_year": min(known, default=None), "last_year": max(known, default=None)}


def newest(ranked: Iterable[tuple[Any, Row]]) -> list[int]:
    """Up to five PMIDs: lowest rank, then newest year (unknown last), then highest PMID."""
    known = [(rank, a["year"] is None, -(a["year"] or 0), -a["pmid"]) for rank, a in ranked]
    return [-key[3] for key in sorted(known)[:5]]


def sort(rows: list[Row], dataset: str) -> list[Row]:
    def key(row: Row) -> list[Any]:
        return [-row[n] if way == "descending" else row[n] for n, way in DATASETS[dataset].order]

    return sorted(rows, key=key)


def entities(mentions: Sequence[Row], articles: Sequence[Row]) -> list[Row]:
    by_pmid = {a["pmid"]: a for a in articles}
    names = concepts(mentions)
    rows = []
    for concept, found in group(linked(mentions), by="concept_id").items():
        pmids = {m["pmid"] for m in found}
        rows.append(
            {"concept_id": concept}
            | names[concept]
            | {
                "articles": len(pmids),
                "sentences": len({(m["pmid"], m["sentence"]) for m in found}),
                "mentions": len(found),
                "titles": len({m["pmid"] for m in found if m["sentence"] == 0}),
                "articles_not_measured": len({m["pmid"] for m in found if not is_measured(m)}),
                "articles_not_retracted": sum(not by_pmid[p]["retracted"] for p in pmids),
                "articles_independent": len({by_pmid[p]["story"] for p in pmids}),
                "background": None,
            }
            | years(by_pmid[p] for p in pmids)
        )
    return sort(rows, "entities")


def evidence(
    mentions: Sequence[Row], articles: Sequence[Row], types: Sequence[str], *, rolled: bool = False
) -> list[Row]:
    """The rows of evidence, with what each weighs as `weight`, which is no column."""
    by_pmid = {a["pmid"]: a for a in articles}
    names = concepts(mentions)
    rows = []
    for pmid, within in group(linked(mentions), by="pmid").items():
        present = group(within, by="concept_id")
        for a, b in itertools.combinations([c for c in ordered(names, types) if c in present], 2):
            shared = {
                sentence: apart(
                    [m for m in present[a] if m["sentence"] == sentence],
                    [m for m in present[b] if m["sentence"] == sentence],
                )
                for sentence in {m["sentence"] for m in present[a]}
            }
            places = {s: choice for s, choice in shared.items() if choice}
            if not places and (choice := apart(present[a], present[b])):
                places = {-1: choice}
            for sentence, (x, y) in places.items():
                rows.append(
                    {
                        "a_id": a,
                        "b_id": b,
                        "pmid": pmid,
                        "sentence": sentence,
                        "a_start": x["start"],
                        "a_end": x["end"],
                        "b_start": y["start"],
                        "b_end": y["end"],
                        "level": {-1: "article", 0: "title"}.get(sentence, "sentence"),
                        "section": section(sentence),
                        "year": by_pmid[pmid]["year"],
                        "negated": either(x["negated"], y["negated"]),
                        "denied": max(x["denied"] or "", y["denied"] or "") or None,
                        "speculative": either(x["speculative"], y["speculative"]),
                        "retracted": by_pmid[pmid]["retracted"],
                        "context": context(sentence),
                        "weight": weight(
                            [near(present, a, b, sentence)], present, a, b, None if rolled else types
                        ),
                    }
                )
    for found in _by_pair(rows).values():
        ranked = sorted(found, key=best_first)
        for rank, row in enumerate(ranked, 1):
            row["rank"] = rank
    return sort(rows, "evidence")


def near(present: dict[str, list[Row]], a: str, b: str, sentence: int) -> int:
    """How near two concepts come in a sentence, in millionths, by the first two places of each there."""
    sides = [sorted({span(m) for m in present[c] if m["sentence"] == sentence})[:2] for c in (a, b)]
    between = [
        max(max(x[0], y[0]) - min(x[1], y[1]), 0)
        for x in sides[0]
        for y in sides[1]
        if x != y and sentence >= 0
    ]
    return round(1e6 * math.exp(-min(between) / 100)) if between else 0


def weight(
    nears: Sequence[int], present: dict[str, list[Row]], a: str, b: str, types: Sequence[str] | None
) -> int:
    """What places of one article weigh, in millionths; by nearness alone where `types` is None."""
    places = 300_000 + 2 * sum(nears)
    if types is None:
        return places
    mine, most = 1, 1
    for concept in (a, b):
        kind = present[concept][0]["entity_type"]
        mine *= len(present[concept])
        most *= max(len(found) for found in present.values() if found[0]["entity_type"] == kind)
    rich = sum(found[0]["entity_type"] in types for found in present.values())
    return places * mine // (most * rich)


def weights_of_articles(
    evidence_rows: Sequence[Row], mentions: Sequence[Row], types: Sequence[str] | None
) -> dict[tuple[str, str, int], int]:
    """What each article weighs as evidence of each pair."""
    by_pmid = {p: group(m, by="concept_id") for p, m in group(linked(mentions), by="pmid").items()}
    found = {}
    for (a, b), rows in _by_pair(evidence_rows).items():
        for pmid, places in group(rows, by="pmid").items():
            nears = [near(by_pmid[pmid], a, b, row["sentence"]) for row in places]
            found[a, b, pmid] = weight(nears, by_pmid[pmid], a, b, types)
    return found


def section(sentence: int) -> str | None:
    """The label of a sentence of the corpora of these tests; the title and the whole article have none."""
    return f"PART {sentence}" if sentence > 0 else None


def context(sentence: int) -> str | None:
    """In whom a sentence of these tests says that something was seen; some say nothing."""
    return {0: "animal", 2: "mixed"}.get(sentence)


def by_study(articles: Iterable[Row]) -> Row:
    """Articles by the kind of study they report, and where a pair of them was studied."""
    people = {"randomised trial", "other trial", "human observational", "case report"}
    kinds = {
        "human": people,
        "trial": {"randomised trial", "other trial"},
        "animal": {"animal"},
        "in_vitro": {"in vitro"},
    }
    studies = [set(a["study"]) for a in articles]
    counts = {f"articles_{kind}": sum(bool(s & words) for s in studies) for kind, words in kinds.items()}
    if counts["articles_human"]:
        support = "human"
    elif counts["articles_animal"]:
        support = "animal only"
    else:
        support = "in vitro only" if counts["articles_in_vitro"] else "unknown"
    return counts | {"support": support}


def best_first(row: Row) -> tuple[Any, ...]:
    doubted = bool(row["negated"] or row["speculative"])
    newest_year = (row["year"] is None, -(row["year"] or 0))
    level = LEVELS.index(row["level"])
    return (level, doubted, row["retracted"], -row["weight"], newest_year, -row["pmid"], row["sentence"])


def pairs(
    evidence_rows: Sequence[Row],
    entity_rows: Sequence[Row],
    articles: Sequence[Row],
    topic: frozenset[str],
    weights: dict[tuple[str, str, int], int],
) -> list[Row]:
    """The counts of each pair, from its evidence and its concepts; statistics are tested on their own."""
    by_pmid = {a["pmid"]: a for a in articles}
    entity = {e["concept_id"]: e for e in entity_rows}
    rows = []
    for (a, b), found in _by_pair(evidence_rows).items():
        ranks: dict[int, int] = {}
        for row in found:
            rank = LEVELS.index(row["level"])
            ranks[row["pmid"]] = min(rank, ranks.get(row["pmid"], rank))
        together = [by_pmid[p] for p in ranks]
        asserted = [row for row in found if not row["negated"] and not row["speculative"]]
        reviews = {p for p in ranks if by_pmid[p]["review"]}
        rows.append(
            {
                "a_id": a,
                "b_id": b,
                "a_name": entity[a]["name"],
                "b_name": entity[b]["name"],
                "a_type": entity[a]["entity_type"],
                "b_type": entity[b]["entity_type"],
                **sizes("", found),
                "articles_independent": len({by_pmid[p]["story"] for p in ranks}),
                "articles_negated": len({row["pmid"] for row in found if row["negated"]}),
                **sizes("_asserted", asserted),
                **sizes("_not_retracted", [row for row in found if not row["retracted"]]),
                **sizes("_not_review", [row for row in found if row["pmid"] not in reviews]),
                "articles_a": entity[a]["articles_not_measured"],
                "articles_b": entity[b]["articles_not_measured"],
                "articles_total": len(articles),
                "topic": a in topic or b in topic,
                "top_pmids": newest(((rank, -weights[a, b, p]), by_pmid[p]) for p, rank in ranks.items()),
            }
            | years(together)
            | by_study(together)
        )
    return sort(rows, "pairs")


def sizes(which: str, rows: Sequence[Row]) -> Row:
    """Articles, sentences and titles among rows of evidence."""
    return {
        f"articles{which}": len({row["pmid"] for row in rows}),
        f"sentences{which}": sum(row["sentence"] != -1 for row in rows),
        f"titles{which}": len({row["pmid"] for row in rows if row["level"] == "title"}),
    }


def scores(
    evidence_rows: Sequence[Row], mentions: Sequence[Row], types: Sequence[str]
) -> dict[tuple[str, str], float]:
    """STRING's score of each pair, of what its articles weigh."""
    weights: dict[tuple[str, str], float] = defaultdict(float)
    for (a, b, _), of_article in weights_of_articles(evidence_rows, mentions, types).items():
        weights[a, b] += of_article / 1e6
    total = sum(weights.values())
    result = {}
    for (a, b), weight in weights.items():
        of_a, of_b = (sum(w for pair, w in weights.items() if c in pair) for c in (a, b))
        result[a, b] = weight**0.9 * (weight * total / (of_a * of_b)) ** 0.1
    return result


def families(mentions: Sequence[Row], types: Sequence[str]) -> dict[str, set[frozenset[str]]]:
    """The pairs and triples that concepts in three articles or more could form, each one written out."""
    pmids = {c: {m["pmid"] for m in found} for c, found in group(linked(mentions), by="concept_id").items()}
    names = {c: row for c, row in concepts(mentions).items() if len(pmids[c]) >= 3}
    sides = [ordered(names, [t]) for t in ("disease", "drug", "cytokine")]
    return {
        "pairs": {frozenset(pair) for pair in itertools.combinations(ordered(names, types), 2)},
        "triples": {frozenset(triple) for triple in itertools.product(*sides)},
    }


def trends(evidence_rows: Sequence[Row], articles: Sequence[Row]) -> list[Row]:
    rows = []
    for (a, b), found in _by_pair(evidence_rows).items():
        dated = {(row["pmid"], row["year"], row["retracted"]) for row in found if row["year"] is not None}
        for year in {y for _, y, _ in dated}:
            n = sum(y == year for _, y, _ in dated)
            whole = sum(y == year and not retracted for _, y, retracted in dated)
            total = sum(x["year"] == year for x in articles)
            row = {"a_id": a, "b_id": b, "year": year, "articles": n, "share": n / total}
            around = [x["year"] for x in articles if x["year"] in {year - 1, year, year + 1}]
            smoothed = sum(abs(y - year) <= 1 for _, y, _ in dated) / len(around)
            rows.append(row | {"share_smoothed": smoothed, "articles_not_retracted": whole})
    return sort(rows, "trends")


def emerging(
    trend_rows: Sequence[Row], evidence_rows: Sequence[Row], articles: Sequence[Row]
) -> dict[tuple[str, str, int], tuple[float, float, bool]]:
    """p, q and flag of each row of trends: scipy's test of each, scipy's correction of each year's family."""
    result = {}
    meetings = {
        pair: {(row["pmid"], row["year"]) for row in found if row["year"] is not None}
        for pair, found in _by_pair(evidence_rows).items()
    }
    for year in {row["year"] for row in trend_rows}:
        dated = [a["year"] for a in articles if a["year"] is not None and a["year"] <= year]
        recent = sum(y > year - 3 for y in dated)
        tested = {}
        for row in (row for row in trend_rows if row["year"] == year):
            years = [y for _, y in meetings[row["a_id"], row["b_id"]] if y <= year]
            new = sum(y > year - 3 for y in years)
            p = hypergeom.sf(new - 1, len(dated), recent, len(years))
            tested[row["a_id"], row["b_id"]] = (min(float(p), 1.0), new)
        family = [pair for pair, met in meetings.items() if sum(y <= year for _, y in met) >= 3]
        values = [tested[pair][0] if pair in tested else 1.0 for pair in family]
        corrected: Iterable[float] = false_discovery_control(values, method="bh") if values else []
        qs = dict(zip(family, corrected, strict=True))
        for pair, (p, new) in tested.items():
            q = float(qs.get(pair, 1.0))
            result[*pair, year] = (p, q, new >= 3 and q <= 0.05)
    return result


def rolled_up(
    mentions: Sequence[Row],
    articles: Sequence[Row],
    hierarchy: Sequence[Row],
    types: Sequence[str],
    direct: Sequence[Row],
) -> list[Row]:
    """The counts of rolled-up pairs: every mention written out once for each concept that it counts for."""
    names = concepts(mentions)
    above: dict[str, list[Row]] = group(hierarchy, by="concept_id")
    written: dict[tuple[Any, ...], Row] = {}
    for row in linked(mentions):
        own = {"concept_id": row["concept_id"], "concept_name": names[row["concept_id"]]["name"]}
        ancestors = [
            {"concept_id": a["ancestor_id"], "concept_name": a["ancestor_name"]}
            for a in above.get(row["concept_id"], [])
            if a["ancestor_type"] == row["entity_type"]
        ]
        for counted in (own, *ancestors):
            key = (row["pmid"], row["start"], row["end"], counted["concept_id"])
            # of two on one span, the one that is less denied and doubted
            least = min([row, *([written[key]] if key in written else [])], key=_flags)
            written[key] = least | counted
    rolled = list(written.values())
    broad = {a["ancestor_id"] for rows in above.values() for a in rows if rows[0]["concept_id"] in names}
    places = [
        row
        for row in evidence(rolled, articles, types, rolled=True)
        if _type(rolled, row["a_id"]) != _type(rolled, row["b_id"]) and {row["a_id"], row["b_id"]} & broad
    ]
    known = {(row["a_id"], row["b_id"]): row["articles"] for row in direct}
    weights = weights_of_articles(places, rolled, None)
    rows = pairs(places, entities(rolled, articles), articles, frozenset(), weights)
    for row in rows:
        row["articles_direct"] = known.get((row["a_id"], row["b_id"]), 0)
        for name in ("topic", *by_study([])):  # which pairs alone have
            del row[name]
    return sort([row for row in rows if row["articles"] > row["articles_direct"]], "pairs_rolled_up")


def _flags(row: Row) -> tuple[int, int]:
    code = {None: 0, False: 1, True: 2}
    return code[row["negated"]] + (row["denied"] == "thing"), code[row["speculative"]]


def _type(mentions: Sequence[Row], concept: str) -> str:
    return next(str(m["entity_type"]) for m in mentions if m["concept_id"] == concept)


def triples(mentions: Sequence[Row], articles: Sequence[Row]) -> list[Row]:
    """The counts of each triple, and in `table` its seven margins."""
    names = concepts(mentions)
    sides = [ordered(names, [t]) for t in ("disease", "drug", "cytokine")]
    present = {a["pmid"]: group(linked(mentions), by="pmid").get(a["pmid"], []) for a in articles}
    rows = []
    for ids in itertools.product(*sides):
        ranked: list[tuple[int, Row]] = []
        sentences = 0
        for article in articles:
            within = present[article["pmid"]]
            if not apart(*_sides_of(within, ids)):
                continue
            inside = [s for s, found in group(within, by="sentence").items() if apart(*_sides_of(found, ids))]
            ranked.append((0 if inside else 1, article))
            sentences += len(inside)
        if not ranked:
            continue
        row: Row = {"articles": len(ranked), "sentences": sentences, "top_pmids": newest(ranked)}
        best = group(present[row["top_pmids"][0]], by="sentence")
        row["top_sentence"] = min(
            (s for s, found in best.items() if apart(*_sides_of(found, ids))), default=-1
        )
        row["articles_not_retracted"] = sum(not article["retracted"] for _, article in ranked)
        row["articles_independent"] = len({article["story"] for _, article in ranked})
        for which, concept in zip(("disease", "drug", "cytokine"), ids, strict=True):
            row |= {f"{which}_id": concept, f"{which}_name": names[concept]["name"]}
        row["table"] = _margins(ids, present.values())
        rows.append(row | years(a for _, a in ranked))
    return sort(rows, "triples")


def fit(margins: Sequence[int], total: int, rounds: int) -> tuple[float, float]:
    """Iterative proportional fitting of one 2×2×2 table, cell by cell.

    `margins` are ab, ac, bc, a, b, c. Returns the all-three cell and how far the pairwise margins are off.
    """
    ab, ac, bc, a, b, c = margins
    wanted = {
        axes: {(1, 1): xy, (1, 0): x - xy, (0, 1): y - xy, (0, 0): total - x - y + xy}
        for axes, xy, x, y in (((0, 1), ab, a, b), ((0, 2), ac, a, c), ((1, 2), bc, b, c))
    }
    cells = dict.fromkeys(itertools.product((0, 1), repeat=3), 1.0)
    off = 0.0
    for _ in range(rounds):
        off = 0.0
        for (i, j), margin in wanted.items():
            for values, target in margin.items():
                members = [cell for cell in cells if (cell[i], cell[j]) == values]
                size = sum(cells[cell] for cell in members)
                off = max(off, abs(size - target))
                for cell in members:
                    cells[cell] *= target / size if size else 0.0
    return cells[1, 1, 1], off


def interval(both: int, a: int, b: int, total: int) -> tuple[float | None, float | None]:
    """The exact 95 % interval of a log odds ratio: every value of X written out, the ends by halving."""
    least, most = max(a + b - total, 0), min(a, b)
    if least == most or not least <= both <= most:
        return None, None
    ways = [math.comb(a, j) * math.comb(total - a, b - j) for j in range(least, most + 1)]
    logs = [math.log(way) for way in ways]

    def tail(k: int, log_odds: float) -> float:
        """P(X ≥ k)."""
        raised = [log + j * log_odds for j, log in enumerate(logs, least)]
        weights = [math.exp(value - max(raised)) for value in raised]
        return math.fsum(weights[k - least :]) / math.fsum(weights)

    def halved(k: int, share: float) -> float:
        low, high = -100.0, 100.0
        for _ in range(100):
            middle = (low + high) / 2
            low, high = (middle, high) if tail(k, middle) < share else (low, middle)
        return low

    return (
        halved(both, 0.025) if both > least else None,
        halved(both + 1, 0.975) if both < most else None,
    )


def relatedness(one: str, other: str, names: dict[str, Row], hierarchy: Sequence[Row]) -> str:
    """How two concepts stand to each other, read from the rows of the hierarchy and the names alone."""
    above = {
        concept: {row["ancestor_id"]: row["steps"] for row in hierarchy if row["concept_id"] == concept}
        for concept in (one, other)
    }
    if other in above[one] or one in above[other]:
        return "ancestor"
    parents = [{i for i, steps in above[c].items() if steps == 1} for c in (one, other)]
    if parents[0] & parents[1]:
        return "sibling"
    stems = [stem(names[c]["name"]) for c in (one, other)]
    same = names[one]["entity_type"] == names[other]["entity_type"]
    return "family" if same and stems[0] is not None and stems[0] == stems[1] else "none"


def stem(name: str) -> str | None:
    """A name without the letter, Roman numeral or type that ends it; None where nothing like it does."""
    words = name.split(" ")
    if len(words) > 2 and words[-2] == "type" and words[-1].isalnum():
        return " ".join(words[:-2]).removesuffix(",")
    last = name[-1]
    if unicodedata.name(last).startswith("GREEK "):
        return name[:-1].removesuffix("-") if name[-2] == "-" else name[:-1].removesuffix(" ")
    if len(name) > 1 and last.isascii() and last.isalpha() and name[-2].isdigit():
        return name[:-1]
    head, mark, end = name.rpartition(" " if name.rfind(" ") > name.rfind("-") else "-")
    if mark and end and (set(end) <= set("IVX") or (len(end) == 1 and end.isupper() and end.isascii())):
        return head
    return None


def field(
    matrix: Sequence[Sequence[bool]], journals: Sequence[str | None], one: int, other: int, both: int
) -> float:
    """P(as many articles with two concepts, or more) by journal, one trial after the other.

    Row i of the matrix says which articles mention concept i.
    """
    points = [1.0]
    for journal in dict.fromkeys(journals):
        inside = [k for k, name in enumerate(journals) if name == journal]
        rich = [sum(row[k] for row in matrix) for k in inside]
        a, b = (sum(matrix[i][k] for k in inside) for i in (one, other))
        if not a or not b:
            continue
        met = a * b * sum(r * (r - 1) for r in rich) / (sum(rich) * max(sum(rich) - max(a, b), 1))
        chance = min(met / min(a, b), 1.0)
        for _ in range(min(a, b)):
            points = [
                stay * (1 - chance) + come * chance
                for stay, come in zip([*points, 0.0], [0.0, *points], strict=True)
            ]
    return math.fsum(points[both:])


def _by_pair(rows: Iterable[Row]) -> dict[tuple[str, str], list[Row]]:
    groups: dict[tuple[str, str], list[Row]] = defaultdict(list)
    for row in rows:
        groups[row["a_id"], row["b_id"]].append(row)
    return groups


def _sides_of(mentions: Sequence[Row], ids: Sequence[str]) -> list[list[Row]]:
    return [[m for m in mentions if m["concept_id"] == concept] for concept in ids]


def _margins(ids: Sequence[str], corpus: Iterable[Sequence[Row]]) -> list[int]:
    sets = [{m["concept_id"] for m in within} for within in corpus]
    a, b, c = ids
    return [sum(wanted <= s for s in sets) for wanted in ({a, b}, {a, c}, {b, c}, {a}, {b}, {c})]
