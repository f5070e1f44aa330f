"""The first table of the page: what goes with the topic, against articles outside it."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from comention.report.page import gather, render, write_page
from tests.report.pages import found, words, written
from tests.report.snapshots import TEXTS, make
from tests.snapshots.test_show import COMPARED, FOUND

pytestmark = pytest.mark.slow


def test_the_page_begins_with_what_goes_with_the_topic(tmp_path: Path) -> None:
    make(tmp_path, COMPARED, background=FOUND)
    page = written(tmp_path)
    first = found(page, "//main/section")[0]
    assert first.get("aria-labelledby") == "enrichment"
    rows = [[words(cell) for cell in row] for row in found(first, ".//tbody/tr")]
    assert [(row[0], row[1], row[2], row[-2]) for row in rows] == [
        ("psoriasis", "4", "40", "moderate"),
        ("interleukin-23", "6", "20", "strong"),
    ]
    assert [row[3] for row in rows] == ["83.3", "250"]
    text = words(first)
    assert "some records (10,000 articles, 2019–2021, 2021 in the middle), read by fast" in text
    assert "No drug is in 2 articles of the topic." in text
    links = found(first, ".//tbody//a")
    assert len(links) == 2
    for link in links:  # to the sentences
        place = str(link.get("href")).removeprefix("#")
        assert found(page, f"//*[@id='{place}']")


def test_without_a_background_or_from_another_concept_there_is_no_such_table(tmp_path: Path) -> None:
    assert not gather(make(tmp_path / "a", TEXTS)).enriched
    snapshot = make(tmp_path / "b", COMPARED, background=FOUND)
    page = gather(snapshot, ("MESH:D011565",))
    assert not page.enriched
    assert 'id="enrichment"' not in render(page)


def test_what_is_never_outside_is_sorted_as_most(tmp_path: Path) -> None:
    make(tmp_path, COMPARED, background={name: n for name, n in FOUND.items() if name != "COMENTION:IL-23"})
    cells = found(written(tmp_path), "//section[@aria-labelledby='enrichment']//td[@data-label='times']")
    told = {words(cell): (cell.get("data-value"), cell.get("data-export")) for cell in cells}
    assert told.pop("∞") == ("Infinity", "∞")
    assert told
    assert all(value and float(value) < 1000 for value, _ in told.values())


def test_the_table_is_a_file_too(tmp_path: Path) -> None:
    folder = write_page(make(tmp_path, COMPARED, background=FOUND), tmp_path / "report.html")
    assert folder is not None
    table = pd.read_csv(folder / "enrichment.csv")
    assert table[["name", "articles", "background", "grade"]].to_numpy().tolist() == [
        ["psoriasis", 4, 40, "moderate"],
        ["interleukin-23", 6, 20, "strong"],
    ]
