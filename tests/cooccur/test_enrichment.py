"""Enrichment against a background: each row against scipy, the family by hand, and the grades of pairs."""

from __future__ import annotations

import math
import random
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest
from scipy.stats import false_discovery_control, hypergeom
from scipy.stats.contingency import odds_ratio

from comention.cooccur.count import count
from comention.cooccur.enrichment import RULES, Background, findable, grade
from comention.records import BackgroundKind
from comention.schemas import ANY_CONCEPT, ARTICLES, ENRICHMENT, FREQUENCIES, MENTIONS
from tests.cooccur.corpora import CONCEPTS, TOPIC, TYPES, article, large_corpus, mention, read, save
from tests.cooccur.naive import Row
from tests.cooccur.noncentral import above

pytestmark = pytest.mark.slow

#: The topic is B:1; rows of `frequencies`: all citations, and those of the topic among them.
COUNTS = {
    ANY_CONCEPT: (1000, 5),
    "B:1": (9, 5),
    "b:2": (20, 2),
    "C:3": (400, 1),
    "A:5": (1, 1),  # nowhere else
    "X:9": (7, 0),  # not in the corpus
    "X:10": (1, 0),
}


def background(
    counts: dict[str, tuple[int, int]], kind: BackgroundKind = "table", *, holds_topic: bool = False
) -> Background:
    rows = [{"concept_id": i, "articles": n, "articles_topic": own} for i, (n, own) in counts.items()]
    types = pa.array([CONCEPTS.get(i) for i in counts], pa.string())
    table = pa.Table.from_pylist(rows, schema=FREQUENCIES.schema)
    return Background(table, types, kind, holds_topic, kind == "sample")


def counted(
    folder: Path,
    mentions: list[Row],
    articles: list[Row],
    against: Background | None,
    topic: frozenset[str] = TOPIC,
    threads: int = 1,
) -> dict[str, Row]:
    folder.mkdir(exist_ok=True)
    count(
        mentions=[save(mentions, MENTIONS, folder / "mentions")],
        articles=[save(articles, ARTICLES, folder / "articles")],
        out=folder / "out",
        topic_ids=topic,
        pair_types=TYPES,
        threads=threads,
        background=against,
    )
    return {row["concept_id"]: row for row in read(folder, "enrichment")}


PLAN: dict[int, tuple[str, ...]] = {
    1: ("B:1", "b:2", "C:3"),
    2: ("B:1", "b:2", "A:5", "C:3"),
    3: ("B:1", "C:3"),
    4: ("B:1", "C:3"),
    5: ("b:2", "C:3"),
}
PLANNED = [mention(p, place, i) for p, ids in PLAN.items() for place, i in enumerate(ids)]


def naive(
    here: dict[str, int], there: dict[str, int], sizes: tuple[int, int], types: dict[str, str | None]
) -> dict[str, dict[str, float]]:
    """The statistics of each concept by scipy, from the articles of the topic and those of the others."""
    n, m = sizes
    everywhere = {i: here.get(i, 0) + there.get(i, 0) for i in {*here, *there} - TOPIC}
    own = {types[i] for i in TOPIC}
    others = [i for i in everywhere if types.get(i) is not None and types[i] not in own]
    per_article = [sum(of.get(i, 0) for i in others) / size for of, size in ((here, n), (there, m))]
    ratio = per_article[0] / per_article[1]
    found: dict[str, dict[str, float]] = {}
    for i, marked in everywhere.items():
        if not (x := here.get(i, 0)):
            continue
        ends = odds_ratio([[x, n - x], [marked - x, m - marked + x]]).confidence_interval(0.95)
        found[i] = {
            "odds_low": float(ends.low),
            "odds_high": float(ends.high),
            "p_value": float(hypergeom.sf(x - 1, n + m, marked, n)),
            "p_richness": float(above(x - 1, n + m, marked, n, max(ratio, 1))),
        }
    least = {i: hypergeom.sf(min(k, n) - 1, n + m, k, n) for i, k in everywhere.items()}
    size = next(k for k in range(1, len(least) + 2) if sum(p <= 0.05 / k for p in least.values()) <= k)
    family = {i for i, p in least.items() if p <= 0.05 / size}
    for p, q in (("p_value", "q_value"), ("p_richness", "q_richness")):
        tested = [i for i in found if i in family]
        values = [found[i][p] for i in tested] + [1.0] * (len(family) - len(tested))
        corrected = dict(zip(tested, false_discovery_control(values) if values else [], strict=False))
        for i, row in found.items():
            row[q] = corrected.get(i, 1.0)
    return found


def test_each_row_is_what_scipy_says(tmp_path: Path) -> None:
    rows = counted(tmp_path, PLANNED, [article(p) for p in PLAN], background(COUNTS))
    there = {i: n - own for i, (n, own) in COUNTS.items() if i != ANY_CONCEPT}
    expected = naive({"b:2": 3, "C:3": 5, "A:5": 1}, there, (5, 995), dict(CONCEPTS))
    assert rows.keys() == expected.keys()
    for concept, row in rows.items():
        for name, value in expected[concept].items():
            finite = None if math.isinf(value) else pytest.approx(value, rel=1e-6)
            assert row[name] == finite, (concept, name)
    assert rows["b:2"]["enrichment"] == pytest.approx((3 / 5) / (18 / 995))
    assert {row["articles_total"] for row in rows.values()} == {5}
    assert {row["background_total"] for row in rows.values()} == {995}
    (family,) = (row for row in read(tmp_path, "families") if row["family"] == "enrichment")
    assert family["seen"] == 3
    assert family["significant"] == sum(row["q_value"] <= 0.05 for row in rows.values())


def test_a_random_corpus_is_what_scipy_says(tmp_path: Path) -> None:
    mentions, articles = large_corpus()
    chooser = random.Random(3)
    names = [i for i in CONCEPTS if not i.startswith("text:")] + [f"X:{n}" for n in range(60)]
    counts = {i: (chooser.randrange(1, 900), 0) for i in names} | {ANY_CONCEPT: (3000, 0)}
    rows = counted(tmp_path, mentions, articles, background(counts))
    here: dict[str, int] = {}
    for concept in names:
        if found := {m["pmid"] for m in mentions if m["concept_id"] == concept}:
            here[concept] = len(found)
    there = {i: n for i, (n, _) in counts.items() if i != ANY_CONCEPT}
    expected = naive(here, there, (len(articles), 3000), dict(CONCEPTS))
    assert rows.keys() == expected.keys() >= {"b:2", "Y:1"}  # chemicals too, which form no pairs
    for concept, row in rows.items():
        for name, value in expected[concept].items():
            if not math.isinf(value):
                assert row[name] == pytest.approx(value, rel=1e-6, abs=1e-9), (concept, name)  # scipy's sums


def test_where_a_ratio_has_no_end_it_is_null(tmp_path: Path) -> None:
    """A:5 is nowhere in the background, C:3 in every article of the topic."""
    rows = counted(tmp_path, PLANNED, [article(p) for p in PLAN], background(COUNTS))
    assert (rows["A:5"]["background"], rows["A:5"]["enrichment"], rows["A:5"]["odds_high"]) == (0, None, None)
    assert rows["A:5"]["odds_low"] > 0
    assert (rows["C:3"]["articles"], rows["C:3"]["odds_high"]) == (5, None)
    assert rows["C:3"]["enrichment"] == pytest.approx(1 / (399 / 995))


def test_the_topics_own_articles_are_left_out_of_the_background(tmp_path: Path) -> None:
    found = counted(tmp_path / "a", PLANNED, [article(p) for p in PLAN], background(COUNTS))
    without = {i: (n - own, 0) for i, (n, own) in COUNTS.items()}
    assert found == counted(tmp_path / "b", PLANNED, [article(p) for p in PLAN], background(without))
    entities = {row["concept_id"]: row["background"] for row in read(tmp_path / "a", "entities")}
    assert entities == {"B:1": 4, "b:2": 18, "C:3": 399, "A:5": 0}


def test_a_background_that_holds_the_topic_counts_both_sides(tmp_path: Path) -> None:
    """Another annotator read it: of the topic it found b:2 in two articles, where the corpus has three."""
    counts = background(COUNTS, "bulk", holds_topic=True)
    rows = counted(tmp_path, PLANNED, [article(p) for p in PLAN], counts)
    assert {i: row["articles"] for i, row in rows.items()} == {"b:2": 2, "C:3": 1, "A:5": 1}
    assert {row["kind"] for row in rows.values()} == {"bulk"}


@pytest.mark.parametrize(
    "counts", [{ANY_CONCEPT: (5, 5), "b:2": (2, 2)}, {ANY_CONCEPT: (0, 0)}], ids=["all topic", "empty"]
)
def test_no_other_articles_are_no_background(tmp_path: Path, counts: dict[str, tuple[int, int]]) -> None:
    assert counted(tmp_path, PLANNED, [article(p) for p in PLAN], background(counts)) == {}
    assert [row["family"] for row in read(tmp_path, "families")] == ["emerging", "pairs", "triples"]
    assert {row["background"] for row in read(tmp_path, "entities")} == {None}


def test_without_a_background_there_are_no_rows(tmp_path: Path) -> None:
    assert counted(tmp_path, PLANNED, [article(p) for p in PLAN], None) == {}
    assert {row["enrichment"] for row in read(tmp_path, "pairs")} == {None}


def test_a_corpus_without_a_concept_of_the_topic_is_compared_too(tmp_path: Path) -> None:
    """A query of PubMed's names no concept: then every concept has a row."""
    rows = counted(tmp_path, PLANNED, [article(p) for p in PLAN], background(COUNTS), frozenset())
    assert rows.keys() == {"B:1", "b:2", "C:3", "A:5"}


def test_a_background_without_any_other_concept_says_nothing_of_lists(tmp_path: Path) -> None:
    counts = {ANY_CONCEPT: (1000, 0), "B:1": (4, 0)}
    rows = counted(tmp_path, PLANNED, [article(p) for p in PLAN], background(counts))
    assert {row["p_richness"] for row in rows.values()} == {1.0}
    assert {row["grade"] for row in rows.values()} == {"none"}


def test_one_article_of_a_topic_is_compared(tmp_path: Path) -> None:
    rows = counted(tmp_path, [mention(1, 0, "B:1"), mention(1, 1, "b:2")], [article(1)], background(COUNTS))
    (row,) = rows.values()
    assert (row["articles"], row["articles_total"], row["odds_high"]) == (1, 1, None)
    assert row["p_value"] == pytest.approx(hypergeom.sf(0, 996, 19, 1))


def test_the_family_is_what_could_be_found() -> None:
    """41 of 20,783 articles: a concept that one article mentions has p .002 at best, one that two do 4e-6."""
    marked = np.array([1] * 5000 + [2] * 3000, dtype=np.int64)
    assert findable(marked, (41, 20_742)).tolist() == [False] * 5000 + [True] * 3000
    assert findable(marked[:3], (41, 20_742)).all()  # three hypotheses: .002 is below .05 / 3
    assert not findable(np.array([1, 1]), (500, 500)).any()
    assert findable(np.array([], dtype=np.int64), (5, 5)).size == 0


def test_by_chance_there_are_no_discoveries() -> None:
    """Articles of the topic drawn blindly from the background's own."""
    from comention.cooccur.enrichment import test as statistics
    from comention.cooccur.multiplicity import benjamini_hochberg

    random_ = np.random.default_rng(11)
    everywhere = np.minimum(random_.zipf(1.5, 4000), 5000).astype(np.int64)
    flagged = []
    for _ in range(20):
        here = random_.hypergeometric(everywhere, 20_000 - everywhere, 60)
        seen = here > 0
        found = statistics(here[seen], (everywhere - here)[seen], (60, 19_940), 1.0)
        family = findable(everywhere, (60, 19_940))
        inside = family[seen]
        q = np.ones(int(seen.sum()))
        q[inside] = benjamini_hochberg(
            found["p_value"][inside], np.ones(int(inside.sum()), dtype=np.int64), int(family.sum())
        )
        flagged.append(int((grade(here[seen], found["odds_low"], q, q) != "none").sum()))
    assert sum(n > 0 for n in flagged) <= 4, flagged  # weak allows a tenth of its own to be false


def test_the_dictionary_states_the_rule() -> None:
    stated = ENRICHMENT.column("grade").description
    for name, (articles, low, q) in RULES.items():
        assert f"{name}: {articles}" in stated, stated
        assert f"≤ {q:g}" in stated
        assert f"{low:g} or more" in stated


def test_a_grade_needs_articles_bound_and_both_q() -> None:
    rows = [
        ((5, 2.0, 0.01, 0.01), "strong"),
        ((4, 2.0, 0.01, 0.01), "moderate"),
        ((5, 1.9, 0.01, 0.01), "moderate"),
        ((5, 2.0, 0.01, 0.06), "weak"),
        ((3, 1.0, 0.05, 0.05), "moderate"),
        ((2, 1.0, 0.1, 0.1), "weak"),
        ((2, 0.9, 0.0, 0.0), "none"),
        ((1, 9.0, 0.0, 0.0), "none"),
        ((9, 9.0, 0.11, 0.0), "none"),
    ]
    articles, low, q, lists = (np.array(values) for values in zip(*(row for row, _ in rows), strict=True))
    assert grade(articles, low, q, lists).tolist() == [name for _, name in rows]


def test_pairs_of_the_topic_have_the_grade_of_the_other_and_their_own_articles(tmp_path: Path) -> None:
    """B:1 and Z:1 are the topic; b:2 is in five of its articles, with B:1 in all, with Z:1 in one."""
    plan = dict.fromkeys(range(1, 6), ("B:1", "b:2")) | {6: ("Z:1", "B:1")}
    mentions = [mention(p, place, i) for p, ids in plan.items() for place, i in enumerate(ids)]
    mentions.append(mention(5, 4, "Z:1"))
    counts = {ANY_CONCEPT: (20_000, 0), "b:2": (10, 0), "C:3": (9000, 0)}
    articles = [article(p) for p in plan]
    rows = counted(tmp_path, mentions, articles, background(counts), TOPIC | {"Z:1"})
    assert (rows["b:2"]["grade"], rows["b:2"]["articles"]) == ("strong", 5)
    pairs = {(p["a_id"], p["b_id"]): p for p in read(tmp_path, "pairs")}
    found = {pair: (p["articles"], p["grade"]) for pair, p in pairs.items()}
    assert found[("B:1", "b:2")] == (5, "strong")
    assert found[("Z:1", "b:2")] == (1, "none")
    assert pairs["B:1", "b:2"]["enrichment"] == rows["b:2"]["enrichment"]
    both = next(p for pair, p in pairs.items() if set(pair) == {"B:1", "Z:1"})
    assert both["enrichment"] is None
    retracted = [article(p, retracted=p <= 2) for p in plan]
    counted(tmp_path, mentions, retracted, background(counts), TOPIC | {"Z:1"})
    grades = {(p["a_id"], p["b_id"]): p["grade"] for p in read(tmp_path, "pairs")}
    assert grades["B:1", "b:2"] == "moderate"
    assert next(iter(read(tmp_path, "enrichment")))["articles_not_retracted"] == 3


def test_same_rows_same_bytes(tmp_path: Path) -> None:
    mentions, articles = large_corpus()
    contents = set()
    for threads, order in ((1, 1), (2, -1)):
        counts = dict(list(dict.fromkeys(CONCEPTS, (500, 9)).items())[::order]) | {ANY_CONCEPT: (3000, 9)}
        counted(tmp_path, mentions[::order], articles, background(counts), threads=threads)
        contents.add((tmp_path / "out" / "enrichment.parquet").read_bytes())
    assert len(contents) == 1


def test_an_article_that_is_told_again_does_not_stand_for_one_that_is_retracted(tmp_path: Path) -> None:
    """Six articles: two of one work, one of the others retracted. Five are independent, five are not
    retracted, and four are both, which the grade asks for: five would be strong."""
    pmids = range(1, 7)
    mentions = [mention(p, place, i) for p in pmids for place, i in enumerate(("B:1", "b:2"))]
    articles = [article(p, retracted=p == 6, story=1 if p == 2 else None) for p in pmids]
    counts = {ANY_CONCEPT: (20_000, 0), "b:2": (10, 0), "C:3": (9000, 0)}
    rows = counted(tmp_path, mentions, articles, background(counts))
    found = rows["b:2"]
    assert (found["articles_not_retracted"], found["articles_independent"]) == (5, 5)
    assert found["grade"] == "moderate"
    [pair] = read(tmp_path, "pairs")
    assert (pair["articles_not_retracted"], pair["articles_independent"]) == (5, 5)
    assert pair["grade"] == "moderate"
    # of pairs apart from the topic too, among articles that mention one concept each
    others = [mention(p, 0, "C:3" if p % 2 else "A:5") for p in range(7, 107)]
    whole = [*articles, *(article(p) for p in range(7, 107))]
    counted(tmp_path, [*mentions, *others], whole, None, frozenset())
    [pair] = read(tmp_path, "pairs")
    assert max(pair["q_value"], pair["q_richness"]) <= 0.01
    assert pair["grade"] == "moderate"
    # a work that is told once more by an article that is retracted loses nothing
    again = [article(p, retracted=p == 6, story=1 if p == 6 else None) for p in pmids]
    counted(tmp_path, mentions, again, background(counts))
    assert next(iter(read(tmp_path, "enrichment")))["grade"] == "strong"
    assert next(iter(read(tmp_path, "pairs")))["grade"] == "strong"
