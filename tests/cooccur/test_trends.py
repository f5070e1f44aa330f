"""Pairs by year: a pair that grows emerges, one that grows with the corpus or is rare does not."""

from __future__ import annotations

from pathlib import Path

import pytest
from scipy.stats import hypergeom

from tests.cooccur.corpora import article, mention, read, run
from tests.cooccur.naive import Row

pytestmark = pytest.mark.slow

YEARS = range(2000, 2012)


def counted(directory: Path, met: dict[int, int], articles: dict[int, int]) -> dict[int, Row]:
    """Trends of one pair that `met` says how often, by year, in as many articles as `articles` says."""
    rows = [article(1000 * year + n, year) for year, size in articles.items() for n in range(size)]
    mentions = [
        mention(1000 * year + n, place, concept)
        for year, size in met.items()
        for n in range(size)
        for place, concept in enumerate(("b:2", "A:5"))
    ]
    run(directory, mentions, rows)
    return {row["year"]: row for row in read(directory, "trends")}


def test_a_pair_that_grows_emerges_where_it_has_grown(tmp_path: Path) -> None:
    met = {year: 8 if year >= 2010 else 1 for year in YEARS}
    found = counted(tmp_path, met, dict.fromkeys(YEARS, 30))
    assert [year for year, row in found.items() if row["emerging"]] == [2010, 2011]
    last = found[2011]
    assert last["p_emerging"] == pytest.approx(hypergeom.sf(16, 360, 90, 26), rel=1e-9)
    assert last["q_emerging"] == pytest.approx(last["p_emerging"])
    assert last["share"] == 8 / 30
    assert last["share_smoothed"] == 16 / 60, "the year after it is not there"
    assert found[2009]["share_smoothed"] == 10 / 90


def test_a_pair_that_grows_as_the_corpus_does_not_emerge(tmp_path: Path) -> None:
    articles = {year: 10 * (year - 1999) for year in YEARS}
    found = counted(tmp_path, {year: size // 5 for year, size in articles.items()}, articles)
    assert not any(row["emerging"] for row in found.values())


def test_nothing_emerges_in_a_corpus_of_three_years(tmp_path: Path) -> None:
    found = counted(tmp_path, {2001: 9, 2002: 9}, {2000: 20, 2001: 20, 2002: 20})
    assert [(row["p_emerging"], row["emerging"]) for row in found.values()] == [(1.0, False)] * 2


@pytest.mark.parametrize(("burst", "emerges"), [(2, False), (5, True)])
def test_a_burst_is_found_among_pairs_that_are_seen_once(tmp_path: Path, burst: int, emerges: bool) -> None:
    # 300 pairs of one article each, which cannot emerge, are no hypotheses of the year
    rows = [article(1000 * year + n, year) for year in YEARS for n in range(60)]
    mentions = [
        mention(2011000 + n, place, c) for n in range(burst) for place, c in enumerate(("b:2", "A:5"))
    ]
    for number, row in enumerate(rows[:300]):
        for place, side in enumerate("xy"):
            once = mention(row["pmid"], place + 3, "b:2") | {"concept_id": f"{side}:{number}"}
            mentions.append(once | {"concept_name": f"{side} {number}"})
    run(tmp_path, mentions, rows)
    found = [row for row in read(tmp_path, "trends") if row["articles"] == burst]
    assert [row["emerging"] for row in found] == [emerges]
    (family,) = (row for row in read(tmp_path, "families") if row["family"] == "emerging")
    assert family["size"] == (burst >= 3)


def test_two_new_articles_are_too_few(tmp_path: Path) -> None:
    found = counted(tmp_path, {2011: 2}, {**dict.fromkeys(YEARS, 200), 2009: 1, 2010: 1, 2011: 2})
    assert (found[2011]["p_emerging"] < 0.001, found[2011]["q_emerging"]) == (True, 1.0)
    assert not found[2011]["emerging"]


def test_the_best_sentence_of_a_triple_is_the_first_that_holds_it(tmp_path: Path) -> None:
    three = ("Z:1", "b:2", "A:5")
    mentions = [mention(1, place, concept) for place, concept in enumerate(three)]
    mentions += [mention(2, 3 * s + n, c) for s in (2, 1) for n, c in enumerate(three)]
    mentions += [mention(3, 4 * n, concept) for n, concept in enumerate(three)]
    run(tmp_path, mentions, [article(1, 2001), article(2, 2002), article(3, 2003)])
    (row,) = read(tmp_path, "triples")
    assert (row["top_pmids"], row["top_sentence"]) == ([2, 1, 3], 1)
