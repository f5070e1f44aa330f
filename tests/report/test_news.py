from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from comention.report.news import CHANGES, EMERGING, Turned, emerging, news, timeline, turned
from comention.report.page import gather, render
from comention.snapshots.snapshot import Snapshot
from comention.snapshots.tables import opened
from tests.report.pages import found, words, written
from tests.report.snapshots import Text, make, table
from tests.support.claims import by_chance

pytestmark = pytest.mark.slow

#: psoriasis with ustekinumab in none of 80 articles until 2018, and in all of 30 of 2019 and 2020.
RISING = [Text(n, "IL-12 in psoriasis.", year=2010 + n % 9) for n in range(1, 81)] + [
    Text(n, "IL-12, psoriasis and ustekinumab.", year=2019 + n % 2) for n in range(81, 111)
]


def test_the_corpus_by_year_without_what_has_none(tmp_path: Path) -> None:
    texts = [Text(1, "x.", year=2001), Text(2, "x.", year=1999), Text(3, "x.", year=2001)]
    snapshot = make(tmp_path, [*texts, Text(4, "x.", year=None)])
    with opened(snapshot) as connection:
        assert timeline(connection) == {1999: 1, 2001: 2}
        assert list(timeline(connection)) == [1999, 2001]
    (figure,) = found(written(tmp_path), "//figure[@class='timeline']")
    assert words(found(figure, "figcaption")[0]) == "Articles by year of publication: 4 in all"
    assert found(figure, ".//*[local-name()='svg']")[0].get("aria-label") == (
        "Articles by year, 1999–2001: most in 2001 (2)"
    )


def test_pairs_that_emerge_are_those_of_trends_each_once_in_its_latest_year(tmp_path: Path) -> None:
    snapshot = make(tmp_path, RISING)
    rising = {(r["a_id"], r["b_id"], r["year"]): r for r in table(snapshot, "trends") if r["emerging"]}
    assert rising
    with opened(snapshot) as connection:
        listed = emerging(connection)
    latest = {(a, b): year for a, b, year in sorted(rising) if year >= 2018}
    assert {(e.first.ids[0], e.second.ids[0]): e.year for e in listed} == latest
    for e in listed:
        row = rising[e.first.ids[0], e.second.ids[0], e.year]
        assert (e.articles, e.q_emerging) == (row["articles"], row["q_emerging"])
    assert [e.q_emerging for e in listed] == sorted(e.q_emerging for e in listed)
    assert len(listed) <= EMERGING
    page = written(tmp_path)
    names = [words(a) for a in found(page, "//table[@class='plain']//th/a")]
    assert names == [f"{e.first.name} with {e.second.name}" for e in listed]
    assert "psoriasis with ustekinumab" in names or "ustekinumab with psoriasis" in names
    for link in found(page, "//table[@class='plain']//th/a"):
        assert len(found(page, f"//*[@id='{str(link.get('href'))[1:]}']//blockquote")) > 0


#: Of IL-12 and psoriasis: raised until 2019, lowered since.
TURNING = [Text(n, "IL-12 in psoriasis.", year=2010 + n) for n in range(1, 11)]


def _said(mentions: list[dict[str, Any]]) -> list[dict[str, Any]]:
    stated = {"certainty": "stated", "direction": None, "score": 0.9}
    return [
        row | stated | {"claim": _word(row["pmid"])}
        for row in by_chance(mentions)
        if row["b_id"] == "MESH:D011565"
    ]


def _word(pmid: int) -> str:
    return "associated" if pmid == 1 else "raised_in" if pmid < 6 else "lowered_in"


def _turned(snapshot: Snapshot) -> tuple[Turned, ...]:
    with opened(snapshot) as connection:
        return turned(connection)


def test_what_is_said_otherwise_of_late_is_news(tmp_path: Path) -> None:
    def claims_until(year: int) -> list[Text]:
        return [text for text in TURNING if text.year is not None and text.year <= year]

    assert _turned(make(tmp_path / "a", claims_until(2016), said=_said)) == (), "one article is against it"
    [first] = _turned(make(tmp_path / "b", claims_until(2017), said=_said))
    assert first.history == "raised in since 2012, before associated; contradicted since 2017"
    [last] = _turned(make(tmp_path / "c", TURNING, said=_said))
    assert last.history == "lowered in since 2020, before raised in; contradicted since 2017"
    assert (last.articles_claimed, {last.first.name, last.second.name}) == (
        10,
        {"interleukin-12", "psoriasis"},
    )
    later = [*TURNING, Text(20, "IL-12.", year=2030)]
    assert _turned(make(tmp_path / "d", later, said=_said)) == (), "that was long ago"
    [table] = found(written(tmp_path / "c"), "//table[contains(@class, 'turned')]")
    assert last.history in words(table)


def test_an_emerging_pair_tells_what_articles_say(tmp_path: Path) -> None:
    def said(mentions: list[dict[str, Any]]) -> list[dict[str, Any]]:
        claims = [row for row in by_chance(mentions) if "MESH:D000069549" in (row["a_id"], row["b_id"])]
        treats = {"claim": "treats", "certainty": "stated", "direction": "ba", "score": 0.9}
        return [row | treats for row in claims if row["a_id"] == "MESH:D011565"]

    with opened(make(tmp_path, RISING, said=said)) as connection:
        told = {(one.first.name, one.second.name): one for one in emerging(connection)}
    treated = told["psoriasis", "ustekinumab"]
    assert (treated.history, treated.claim, treated.claim_since) == ("treats since 2019", "treats", 2019)
    assert (treated.claim_before, treated.contradicted_since) == (None, None)
    assert all(one.history == "" for names, one in told.items() if names != ("psoriasis", "ustekinumab"))
    assert "treats since 2019" in words(found(written(tmp_path), "//table[@class='plain']")[0])


def test_what_emerged_long_ago_is_no_news(tmp_path: Path) -> None:
    later = [Text(200 + n, "IL-12.", year=2026) for n in range(3)]
    snapshot = make(tmp_path, [*RISING, *later])
    with opened(snapshot) as connection:
        assert emerging(connection) == ()
    assert "No pair surely grew more than the corpus did in its last years." in words(written(tmp_path))


def test_changes_since_another_snapshot(tmp_path: Path) -> None:
    snapshot = make(tmp_path, [Text(1, "IL-12 in psoriasis.")])
    rows = [
        {"change": "more", "a_name": f"<b>{n}", "b_name": "y", "articles_before": 1, "articles": 2 + n}
        | {"cause": "new article", "a_id": "left out"}
        for n in range(CHANGES + 3)
    ]
    told = news("20250101T000000Z-0000", {"more": 13, "lost": 1}, {"new": 1}, rows)
    assert len(told.changes) == CHANGES
    text = render(gather(snapshot, news=told))
    assert "<b>0" not in text
    assert "&lt;b&gt;0" in text
    assert "Compared with <code>20250101T000000Z-0000</code>: 1 new article. Pairs: 13 more, 1 lost." in text
    nothing = render(gather(snapshot, news=news("20250101T000000Z-0000", {}, {"new": 2}, [])))
    assert "2 new articles. No pair changed." in nothing


@pytest.mark.parametrize("texts", [[], [Text(1, "x.", year=None)]])
def test_a_corpus_without_years_has_no_timeline(tmp_path: Path, texts: list[Text]) -> None:
    make(tmp_path, texts)
    page = written(tmp_path)
    assert not found(page, "//figure[@class='timeline']")
    assert "There is no earlier snapshot to compare with." in words(page)
