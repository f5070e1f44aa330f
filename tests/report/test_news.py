from __future__ import annotations

from pathlib import Path

import pytest

from comention.report.news import CHANGES, EMERGING, emerging, news, timeline
from comention.report.page import gather, render
from comention.snapshots.tables import opened
from tests.report.pages import found, words, written
from tests.report.snapshots import Text, make, table

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


def test_what_emerged_long_ago_is_no_news(tmp_path: Path) -> None:
    later = [Text(200 + n, "IL-12.", year=2026) for n in range(3)]
    snapshot = make(tmp_path, [*RISING, *later])
    with opened(snapshot) as connection:
        assert emerging(connection) == ()
    assert "No pair grew more than the corpus did in its last years." in words(written(tmp_path))


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
