"""The report in a browser: every view is used, with the network cut off."""

from __future__ import annotations

import csv
import itertools
import json
import math
import random
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from comention.report import wording
from comention.report.page import write_page
from comention.snapshots.snapshot import latest
from comention.snapshots.tables import select
from tests.report.browsers import (
    AXE,
    DESKTOP,
    PHONE,
    is_no_wider_than_its_window,
    numbers,
    open_every_drawer,
    running,
    show_every_row,
    show_every_tab,
    visiting,
)
from tests.report.geometry import apart
from tests.support.sample import Sample

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with running() as browser:
        yield browser


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory, browser: Browser, sample_run: Sample) -> Path:
    """The report of the sample. The browser comes first: where there is none, nothing is computed."""
    del browser
    file = tmp_path_factory.mktemp("sample") / "report.html"
    write_page(latest(sample_run.workdir), file)
    return file


@pytest.fixture
def page(browser: Browser, report: Path) -> Iterator[Page]:
    with visiting(browser, report) as page:
        yield page


#: Every thing that the filters reach, with what it was made of and whether it is seen.
_FILTERED = """[...document.querySelectorAll("[data-years]")].map((e) => ({
    view: e.closest(".network") ? "network" : e.closest(".heat") ? "heat" : e.closest(".strip") ? "strip" :
        e.closest("table").classList.contains("plain") ? "emerging" :
        ["with", "outside", "three", "enriched"].find((name) => e.closest("table").classList.contains(name)),
    years: e.dataset.years.split(" ").filter(Boolean).map((part) => part.split(":").map(Number)),
    undated: Number(e.dataset.undated), q: e.dataset.q === undefined ? 0 : Number(e.dataset.q),
    seen: (e.matches("td") ? e.querySelector("a") : e).checkVisibility({ visibilityProperty: true }),
    count: (e.matches("[data-count]") ? e : e.querySelector("[data-count]"))?.textContent ?? null,
}))"""


def check_filter(page: Page, articles: int, q: float, year: int | None) -> dict[str, tuple[int, int]]:
    """Assert that each view shows what has enough articles and q; return how many of how many, by view."""
    show_every_row(page)
    show_every_tab(page)
    shown: dict[str, tuple[int, int]] = {}
    for one in numbers(page, _FILTERED):
        n = sum(k for at, k in one["years"] if year is None or at >= year)
        n += one["undated"] if year is None else 0
        keeps = n >= articles and one["q"] <= q
        assert one["seen"] is keeps, one
        if one["count"] is not None:
            assert one["count"] == f"{n:,}"
        some, of = shown.get(one["view"], (0, 0))
        shown[one["view"]] = (some + keeps, of + 1)
    return shown


def rows_left(page: Page) -> int:
    """The rows of all tables, seen or on a further page, as the page says."""
    told = re.fullmatch(
        r"([\d,]+) rows are left by the filter", page.locator("p[role=status]").text_content() or ""
    )
    assert told
    return int(told[1].replace(",", ""))


def test_the_three_sliders_change_every_view(page: Page) -> None:
    whole = check_filter(page, 1, 1, None)
    assert whole.keys() >= {"with", "outside", "three", "heat", "network"}
    assert all(some == of for some, of in whole.values())
    page.get_by_label("Articles at least").fill("4")
    four = check_filter(page, 4, 1, None)
    assert all(four[view][0] < whole[view][0] for view in ("strip", "three", "heat", "network"))
    rows_of_four = rows_left(page)
    assert all(four[view][0] > 0 for view in ("with", "outside", "heat", "network"))
    page.get_by_label("Counting from").fill("2010")
    later = check_filter(page, 4, 1, 2010)
    assert all(later[view][0] < four[view][0] for view in ("heat", "network"))
    assert 0 < rows_left(page) < rows_of_four
    for told in page.locator(".filtered").all_text_contents():
        assert told.strip().startswith("Filtered: at least 4 articles, articles since 2010. Only numbers of")
    page.get_by_role("button", name="Reset").click()
    expect(page.locator(".filtered").first).to_have_text("")
    page.wait_for_function(
        "document.querySelector('#by-year').value === document.querySelector('#by-year').min"
    )
    assert check_filter(page, 1, 1, None) == whole
    every_row = rows_left(page)
    slider = page.get_by_label("q at most")
    slider.focus()
    page.keyboard.press("ArrowRight")
    expect(page.locator("#filter output").nth(1)).to_have_text("0.05")
    sure = check_filter(page, 1, 0.05, None)
    assert all(sure[view][0] < whole[view][0] for view in ("heat", "network"))
    assert 0 < rows_left(page) < every_row


#: Tables of what goes with the topic, which come before the others.
ENRICHED = 3


#: Rows of a table that are seen before one asks for the rest.
FIRST = 6


def table(page: Page, heading: str) -> Locator:
    """The first table after a heading."""
    return page.locator(f"xpath=(//*[@id='{heading}']/following::table)[1]")


def column(rows: Locator, number: int) -> list[str]:
    """The texts of a column as the page's own export has them."""
    own = """(cells) => cells.map((cell) => {
        const copy = cell.cloneNode(true);
        copy.querySelectorAll(".spoken, .open, svg").forEach((part) => part.remove());
        return copy.textContent.trim().replace(/\\s+/g, " ");
    })"""
    return [str(text) for text in rows.locator(f"> :nth-child({number})").evaluate_all(own)]


def test_search_leaves_the_rows_that_hold_the_words(page: Page) -> None:
    page.get_by_role("tab", name="Cytokines 67").click()
    rows = table(page, "cytokine").locator("tr.item")
    search = page.get_by_label("Search: 67 cytokines mentioned with")
    assert rows.locator("visible=true").count() == FIRST
    search.fill("INTERLEUKIN psoriasis")
    seen = rows.locator("visible=true")
    assert 0 < seen.count() < 15
    for text in seen.all_inner_texts():
        assert "interleukin" in text.lower()
        assert "psoriasis" in text.lower()
    told = page.locator(".count", has_text=f"{seen.count()} of 67 rows with “INTERLEUKIN psoriasis”")
    expect(told).to_be_visible()
    search.fill("nothing at all")
    expect(
        page.locator(".count", has_text="No row holds “nothing at all”: 67 rows were looked at")
    ).to_be_visible()
    search.fill("")
    assert rows.locator("visible=true").count() == FIRST
    page.get_by_role("button", name="Show all 67 rows: 67 cytokines").click()
    assert rows.locator("visible=true").count() == 25
    pager = page.locator(".pager", has_text="1–25 of 67")
    pager.get_by_role("button", name="Next").click()
    page.locator(".pager", has_text="26–50 of 67").get_by_role("button", name="Next").click()
    assert rows.locator("visible=true").count() == 67 - 50
    page.get_by_role("button", name="Show the first 6 rows: 67 cytokines").click()
    assert rows.locator("visible=true").count() == FIRST


def test_no_row_is_left_out_before_anything_is_asked(page: Page) -> None:
    show_every_tab(page)
    assert set(page.locator(".count").all_text_contents()) == {""}


def test_all_pairs_are_in_the_page(page: Page, sample_run: Sample) -> None:
    asked = """SELECT count(*) AS n FROM pairs WHERE NOT topic AND relatedness <> 'ancestor'
               AND NOT list_contains($topic, a_id) AND NOT list_contains($topic, b_id)"""
    found = latest(sample_run.workdir)
    topic = {"topic": list(found.manifest.topic.concepts)}
    total = select(found, ("pairs",), asked, topic)[0]["n"]
    assert total > 3000
    search = page.get_by_label(f"Search: {total:,} pairs")
    rare = select(
        found,
        ("pairs",),
        f"{asked.replace('count(*) AS n', 'a_name, b_name, articles, a_type, b_type')} "
        "ORDER BY log_odds_low, a_id, b_id LIMIT 1",
        topic,
    )[0]
    search.fill(f"{rare['a_name']} {rare['b_name']}")
    row = table(page, "pairs").locator("tr.item:visible").last
    expect(row).to_contain_text(rare["b_name"])
    search.fill("")
    kinds = page.get_by_label(f"Types: {total:,} pairs")
    kinds.select_option("disease with drug")
    shown = table(page, "pairs").locator("tr.item:visible")
    assert shown.count() == 25
    assert {
        text.count("(disease)") + text.count("(drug)") for text in shown.locator("th").all_text_contents()
    } == {2}
    shown.last.locator("td").nth(0).click()
    proof = table(page, "pairs").locator(".proof:visible")
    expect(proof.locator("blockquote").first).to_be_visible()
    expect(proof.locator(".square td.both")).to_have_text(shown.last.locator("td").first.inner_text())


def test_the_script_writes_numbers_as_the_page_does(page: Page) -> None:
    chance = random.Random(1)
    logs = [chance.uniform(-9, 12) for _ in range(150)] + [0.0, -0.0001, 30.0]
    for name, own, values in (
        ("odds", wording.odds, logs),
        ("ratio", wording.ratio, [math.exp(value) for value in logs] + [0.125, 1.125, 2.5, 99.95, 0.0]),
        ("pValue", wording.p_value, [math.exp(-abs(value) * 9) for value in logs[:-1]] + [0.0, 0.995, 0.001]),
    ):
        assert numbers(page, f"{json.dumps(values)}.map(wording.{name})") == [own(value) for value in values]
    ends = [[a, b] for a in (None, -1.5, 0.0) for b in (None, 0.25, 7.0)]
    for name, spelled in (("oddsSpan", wording.odds_span), ("span", wording.span)):
        told = numbers(page, f"{json.dumps(ends)}.map(([low, high]) => wording.{name}(low, high))")
        assert told == [spelled(low, high) for low, high in ends]


def _sorted(rows: Locator, number: int, kind: str) -> list[Any]:
    cells = rows.locator(f"> :nth-child({number})")
    if kind == "text":
        return [text.lower() for text in column(rows, number)]
    told = cells.evaluate_all("(cells) => cells.map((c) => [c.dataset.value ?? null, c.innerText])")
    return [float(value) if value is not None else float(text.replace(",", "")) for value, text in told]


@pytest.mark.parametrize(
    ("heading", "columns"),
    [
        ("pairs", {1: "Pair", 2: "Articles", 4: "Lift", 5: "Association", 6: "q"}),
        ("cytokine", {2: "Articles", 1: "Name"}),
    ],
)
def test_a_header_sorts_its_column_both_ways(page: Page, heading: str, columns: dict[int, str]) -> None:
    show_every_tab(page)
    show_every_row(page)
    for number, name in columns.items():
        check_order(table(page, heading), number, name)


def check_order(own: Locator, number: int, name: str) -> None:
    """Sort by a column, texts from their first and numbers from their largest, and then the other way."""
    kind, first = ("text", "ascending") if number == 1 else ("number", "descending")
    head = own.locator("> thead th").nth(number - 1)
    expect(head).to_contain_text(name)
    rows = own.locator("> tbody > tr.item")
    for order in (first, "descending" if first == "ascending" else "ascending"):
        head.get_by_role("button").click()
        expect(head).to_have_attribute("aria-sort", order)
        values = _sorted(rows, number, kind)
        assert values == sorted(values, reverse=order == "descending")
    assert rows.locator("visible=true").count() == 25
    assert len(own.locator("> thead th[aria-sort]").all()) == 1
    pairs = own.locator("> tbody > tr").evaluate_all("(rows) => rows.map((r) => r.classList[0])")
    assert pairs == ["item", "drawer"] * rows.count()


def test_only_the_tables_own_headers_are_buttons_and_columns(page: Page) -> None:
    show_every_tab(page)
    assert page.locator(".square button").count() == 0
    page.locator(".columns summary").nth(ENRICHED).click()
    boxes = page.locator(".columns").nth(ENRICHED).get_by_role("checkbox")
    names = [
        text.strip() for text in page.locator(".columns").nth(ENRICHED).locator("label").all_inner_texts()
    ]
    assert names == [
        "Articles",
        "Sentences",
        "Years",
        "Goes with (articles, lift)",
        "Association of that (95 % CI)",
        "Grade",
        "Claim",
    ]
    boxes.nth(2).uncheck()
    own = table(page, "disease")
    assert own.locator("> thead th:visible").count() == 6
    assert own.locator("> tbody > tr.item").first.locator("> :visible").count() == 6
    expect(own.locator("> tbody > tr.item").first.locator("> td[data-label=years]")).to_be_hidden()
    assert table(page, "drug").locator("> thead th:visible").count() == 7
    page.keyboard.press("Escape")
    expect(boxes.first).to_be_hidden()
    expect(page.locator(".columns summary").nth(ENRICHED)).to_be_focused()


def test_export_is_read_back(page: Page, tmp_path: Path) -> None:
    show_every_tab(page)
    page.get_by_label("Articles at least").fill("5")
    page.locator(".columns summary").nth(ENRICHED + 4).click()
    page.locator(".columns").nth(ENRICHED + 4).get_by_label("Expected").check()
    with page.expect_download() as download:
        page.get_by_role("button", name="Export CSV").nth(ENRICHED + 4).click()
    assert download.value.suggested_filename == "pairs-8.csv"
    download.value.save_as(tmp_path / "pairs.csv")
    with (tmp_path / "pairs.csv").open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines))
    show_every_row(page)
    seen = table(page, "pairs").locator("> tbody > tr.item:visible")
    assert len(rows) > seen.count() == 25  # those of further pages are exported too
    assert [row["Articles"] for row in rows[:25]] == column(seen, 2)
    assert list(rows[0]) == [
        "Pair", "Articles", "Expected", "Lift", "Association (95 % CI)", "q", "q (richness-adjusted)",
        "Grade", "Claim",
    ]  # fmt: skip
    for row in rows:
        found = re.fullmatch(r"(\S+) \[(\S*), (\S*)\]", row["Association (95 % CI)"])
        assert found
        # an end that is open is empty
        middle, low, high = float(found[1]), float(found[2] or "-inf"), float(found[3] or "inf")
        assert low < middle < high
        assert float(row["Lift"]) == pytest.approx(int(row["Articles"]) / float(row["Expected"]), rel=1e-5)


def test_a_table_is_copied(browser: Browser, report: Path) -> None:
    with visiting(browser, report, permissions=["clipboard-read", "clipboard-write"]) as page:
        tab = page.get_by_role("tab", name=re.compile(r"^Drugs \d")).last
        tab.click()
        page.get_by_role("button", name="Copy").locator("visible=true").nth(1).click()
        expect(page.locator("p[role=status]")).to_have_text("The table is copied")
        lines = str(page.evaluate("navigator.clipboard.readText()")).splitlines()
        assert len(lines) == 1 + int(tab.inner_text().split()[-1]) > FIRST  # rows that are not seen as well
        first = column(table(page, "drug").locator("tr.item:visible"), 1)
        assert [line.split("\t")[0] for line in lines[1 : 1 + FIRST]] == first
        assert {line.count("\t") for line in lines} == {6}


def opener(page: Page, proof: str) -> Locator:
    """The button of a row that opens its drawer."""
    return page.locator(f"button.open[aria-controls={proof}]")


def test_a_row_opens_its_drawer(page: Page) -> None:
    row = table(page, "disease").locator("tr.item").first
    proof = page.locator("#disease-1")
    expect(proof).to_be_hidden()
    row.locator("td").nth(2).click()
    expect(proof).to_be_visible()
    expect(opener(page, "disease-1")).to_have_attribute("aria-expanded", "true")
    assert proof.locator("blockquote").count() > 0
    row.locator("td").nth(2).click()
    expect(proof).to_be_hidden()
    expect(opener(page, "disease-1")).to_have_attribute("aria-expanded", "false")


def test_opening_a_row_moves_no_column(page: Page) -> None:
    places = """() => [...document.querySelectorAll('table.rows')].filter((table) => table.offsetWidth).map(
        (table) => [...table.tHead.rows[0].cells].map(
            (head) => Math.round(head.getBoundingClientRect().left)))"""
    before = page.evaluate(places)
    assert len(before) > 2
    for table in page.locator("table.rows:visible").all():
        if (first := table.locator("button.open:visible").first).count():
            first.click()
    assert page.locator("tr.drawer details[open]").count() > 2
    assert page.evaluate(places) == before


def test_evidence_beside_the_page_goes_back_to_its_place(page: Page) -> None:
    cell = page.locator(".heat td a").first
    cell.scroll_into_view_if_needed()
    before = numbers(page, "[scrollX, scrollY]")
    cell.click()
    expect(page.locator("#panel .proof")).to_be_visible()
    assert numbers(page, "[scrollX, scrollY]") == before
    page.keyboard.press("Escape")
    expect(page.locator("#panel")).to_be_hidden()
    expect(cell).to_be_focused()
    href = str(cell.get_attribute("href"))
    assert page.locator(f"details > {href}").count() == 1


def test_all_places_of_a_pair_are_turned_page_by_page(page: Page) -> None:
    opener(page, "disease-1").click()
    proof = page.locator("#disease-1")
    quotes = proof.locator("> .quotes > li")
    told = proof.locator(".turn [role=status]").inner_text()
    total = int(re.fullmatch(r"1–5 of (\d+) places", told)[1])  # type: ignore[index]
    seen = quotes.all_inner_texts()
    for _ in range((total - 1) // 5):
        proof.get_by_role("button", name="Next").click()
        seen += quotes.all_inner_texts()
    assert len(seen) == len(set(seen)) == total > 14  # of fourteen articles
    expect(proof.get_by_role("button", name="Next")).to_be_disabled()
    page.get_by_label("Counting from").fill("2020")
    expect(proof.locator(".turn [role=status]")).to_contain_text(f"chosen of {total} places")


def test_sentences_of_one_claim_section_or_kind_of_study_are_chosen(page: Page) -> None:
    opener(page, "disease-2").click()
    proof = page.locator("#disease-2")
    quotes = proof.locator("> .quotes > li")
    for label, word in (("Section of the abstract", "title"), ("Claim of the sentence", "associated")):
        proof.get_by_label(label).select_option(word)
        assert quotes.count() > 0
        for source in quotes.locator(".source").all_inner_texts():
            assert word in source.split(" · ")
        proof.get_by_label(label).select_option("")
    kinds = proof.get_by_label("Kind of study")
    kind = str(kinds.locator("option").nth(1).get_attribute("value"))
    kinds.select_option(kind)
    assert all(kind in source for source in quotes.locator(".source").all_inner_texts())
    assert proof.locator(".claims .claim.for").count() == 1


def test_tabs_are_turned_by_keys_and_come_forth_where_a_link_leads(page: Page) -> None:
    first = page.get_by_role("tab", name=re.compile(r"^Diseases \d")).last
    first.focus()
    page.keyboard.press("ArrowRight")
    expect(page.get_by_role("tab", name=re.compile(r"^Drugs \d")).last).to_be_focused()
    expect(table(page, "drug")).to_be_visible()
    expect(table(page, "disease")).to_be_hidden()
    page.get_by_role("navigation").get_by_role("link", name="Cells").click()
    expect(table(page, "cell")).to_be_visible()
    expect(page.get_by_role("tab", name="Cells 24")).to_have_attribute("aria-selected", "true")


def test_the_page_is_short_before_anything_is_opened(browser: Browser, report: Path) -> None:
    with visiting(browser, report, viewport={"width": 1400, "height": 900}) as page:
        assert numbers(page, "[document.documentElement.scrollHeight]")[0] <= 6000
        assert report.stat().st_size < 3_000_000


def test_no_number_is_cut_or_runs_into_the_next(page: Page) -> None:
    show_every_tab(page)
    show_every_row(page)
    for width in (1024, 1400):
        page.set_viewport_size({"width": width, "height": 800})
        cut = """[...document.querySelectorAll("table.rows td.n, table.rows td.interval")].filter((cell) => {
            const range = document.createRange();
            range.selectNodeContents(cell);
            const box = cell.getBoundingClientRect(), text = range.getBoundingClientRect();
            return text.width > 0 && (text.left < box.left - 1 || text.right > box.right + 1);
        }).map((cell) => cell.closest("table").className + " " + cell.textContent.trim())"""
        assert numbers(page, cut) == [], width


def has_opened(page: Page, href: str) -> None:
    """Assert that the evidence at the end of a link is seen, in the window, and has the focus."""
    proof = page.locator(href)
    expect(proof).to_be_visible()
    expect(proof).to_be_focused()
    expect(proof).to_be_in_viewport()
    assert proof.locator("blockquote").count() > 0


def test_a_cell_of_the_heat_map_opens_its_evidence(page: Page) -> None:
    for number in (0, 7):
        cell = page.locator(".heat td a").nth(number)
        href = str(cell.get_attribute("href"))
        count = cell.locator("[data-count]").inner_text()
        cell.click()
        has_opened(page, href)
        assert page.locator(f"{href} td.both").inner_text() == count
        page.get_by_role("button", name="Close").click()
        expect(page.locator("#panel")).to_be_hidden()


def test_a_node_and_a_line_of_the_network_open_their_evidence(page: Page) -> None:
    node = page.locator(".network a.node").nth(3)
    node.locator("text").click()
    has_opened(page, str(node.get_attribute("href")))
    page.keyboard.press("Escape")
    page.locator(".network").scroll_into_view_if_needed()
    x, y, href = numbers(
        page,
        """(() => {
          for (const path of document.querySelectorAll(".network .touch")) {
            path.closest("svg").scrollIntoView({ block: "center" });
            const point = path.getPointAtLength(path.getTotalLength() * 0.3);
            const at = point.matrixTransform(path.getScreenCTM());
            const link = document.elementFromPoint(at.x, at.y).closest("a.bent");
            if (link) return [at.x, at.y, link.getAttribute("href")];
          }
          return [];
        })()""",
    )
    page.mouse.click(x, y)
    has_opened(page, href)


def test_a_link_opens_evidence_that_the_filters_had_hidden(page: Page) -> None:
    page.get_by_label("Articles at least").fill("5")
    link = table(page, "disease").locator("td a:visible").first
    href = str(link.get_attribute("href"))
    link.click()
    has_opened(page, href)


def test_the_address_of_evidence_opens_it(browser: Browser, report: Path) -> None:
    with visiting(browser, report) as page:
        page.evaluate("location.hash = '#drug-1'")
        has_opened(page, "#drug-1")
        for odd in ("#%", "#absent", "#", "#disease"):
            page.evaluate("(odd) => { location.hash = odd; }", odd)


def focused(page: Page) -> str:
    return str(page.evaluate("document.activeElement.outerHTML.slice(0, 200)"))


def test_the_keyboard_alone_opens_a_drawer(page: Page) -> None:
    page.keyboard.press("Tab")
    expect(page.get_by_text("Skip to the results")).to_be_in_viewport()
    page.keyboard.press("Enter")
    for _ in range(200):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.matches('[aria-controls=disease-1]')"):
            break
    else:
        raise AssertionError(focused(page))
    expect(page.locator("#disease-1")).to_be_hidden()
    page.keyboard.press("Enter")
    expect(page.locator("#disease-1")).to_be_visible()
    for _ in range(3):  # past the links of the row
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.matches('#disease-1 select')"):
            break
    assert page.evaluate("document.activeElement.matches('#disease-1 select')")
    opener(page, "disease-1").focus()
    page.keyboard.press("Space")
    expect(page.locator("#disease-1")).to_be_hidden()
    page.locator(".heat td a").first.focus()
    href = str(page.locator(".heat td a").first.get_attribute("href"))
    page.keyboard.press("Enter")
    has_opened(page, href)


def test_a_dark_page_where_that_is_asked(browser: Browser, report: Path) -> None:
    light = {}
    for scheme in ("light", "dark"):
        with visiting(browser, report, color_scheme=scheme) as page:
            body = "(({ backgroundColor, color }) => [backgroundColor, color])"
            colours = f"{body}(getComputedStyle(document.body))"
            light[scheme] = [_lightness(colour) for colour in numbers(page, colours)]
    paper, ink = light["light"]
    assert (paper > 240, ink < 60) == (True, True)
    paper, ink = light["dark"]
    assert (paper < 40, ink > 200) == (True, True)


def _lightness(colour: str) -> float:
    return sum(map(float, re.findall(r"[\d.]+", colour)[:3])) / 3


@pytest.mark.parametrize("widths", [(320, 390), (800, 1024, 1280, 1900)], ids=["phones", "desktops"])
def test_no_window_scrolls_sideways(browser: Browser, report: Path, widths: tuple[int, ...]) -> None:
    with visiting(browser, report, viewport={"width": widths[0], "height": 800}) as page:
        open_every_drawer(page)
        for width in widths:
            page.set_viewport_size({"width": width, "height": 800})
            is_no_wider_than_its_window(page)
            page.locator(".columns summary").last.click()
            is_no_wider_than_its_window(page)
            page.keyboard.press("Escape")


def test_a_phone_shows_what_a_desktop_shows(browser: Browser, report: Path) -> None:
    with visiting(browser, report, viewport=PHONE, has_touch=True, is_mobile=True) as page:
        rows = table(page, "disease").locator("tr.item")
        show_every_row(page)
        assert rows.count() == rows.locator("visible=true").count() == 25
        for text in rows.first.locator("> td").evaluate_all(
            "(cells) => cells.map((c) => getComputedStyle(c, '::before').content)"
        )[1:]:
            assert text not in {"none", '""'}
        opener(page, "disease-1").tap()
        expect(page.locator("#disease-1")).to_be_visible()
        page.locator("details.says > summary").first.tap()
        expect(page.locator("details.says dl").first).to_be_visible()


def test_it_prints_without_its_controls(page: Page) -> None:
    opener(page, "disease-1").click()
    show_every_row(page)
    page.emulate_media(media="print")
    for selector in ("#filter", ".tools", "nav", ".skip", ".pager", ".tablist", ".turn"):
        assert page.locator(selector).locator("visible=true").count() == 0
    expect(page.locator("#disease-1 blockquote").first).to_be_visible()
    assert table(page, "pairs").locator("tr.item").locator("visible=true").count() == 25
    expect(page.locator("caption", has_text=re.compile(r"\d diseases mentioned with"))).to_contain_text(
        "On paper: the first 15."
    )
    for heading in ("disease", "drug", "cytokine", "cell"):  # behind each other on the screen alone
        expect(table(page, heading).locator("tr.item").first).to_be_visible()
    assert page.pdf().startswith(b"%PDF")


def test_without_a_script_evidence_is_opened_and_read(browser: Browser, report: Path) -> None:
    with visiting(browser, report, java_script_enabled=False) as page:
        expect(page.locator("#filter")).to_be_hidden()
        assert page.locator("main button, main input, main select").count() == 0
        for heading in ("disease", "drug", "cytokine", "pairs", "triples"):
            own = table(page, heading)
            own.locator("summary").first.click()
            expect(own.locator("blockquote").first).to_be_visible()
        page.locator("details.says > summary").first.click()
        expect(page.locator("details.says dd").first).to_be_visible()


_LABELS = """[...document.querySelectorAll(".network .node text, .network text.middle")].map((text) => {
    const box = text.getBBox(), at = text.getCTM(), from = text.closest("svg").getCTM().inverse();
    return [[box.x, box.y], [box.x + box.width, box.y], [box.x + box.width, box.y + box.height],
            [box.x, box.y + box.height]]
        .map(([x, y]) => new DOMPoint(x, y).matrixTransform(from.multiply(at))).map(({ x, y }) => [x, y]);
})"""


def labels_are_apart(page: Page) -> int:
    """Assert that no two labels meet and none leaves the drawing, as drawn; return how many there are."""
    box = str(page.locator(".network").get_attribute("viewBox"))
    left, top, width, height = map(float, box.split())
    labels = [[(x, y) for x, y in corners] for corners in numbers(page, _LABELS)]
    for corners in labels:
        for x, y in corners:
            assert left <= x <= left + width
            assert top <= y <= top + height
    for one, other in itertools.combinations(labels, 2):
        assert apart(one, other)
    return len(labels)


def test_labels_of_the_network_are_apart_as_drawn(page: Page) -> None:
    assert labels_are_apart(page) == 30


def violations(page: Page) -> list[str]:
    """What axe-core finds that is serious or critical."""
    if not AXE.exists():
        pytest.skip("no axe-core: `make browser` fetches it by npm")
    page.evaluate(AXE.read_text("utf-8") + "; 0")
    found: list[dict[str, Any]] = page.evaluate("axe.run(document).then((r) => r.violations)")
    return [
        f"{v['id']}: {node['html'][:150]} {node['failureSummary'][:300]}"
        for v in found
        if v["impact"] in {"serious", "critical"}
        for node in v["nodes"][:3]
    ]


#: One of each kind of thing that can be opened.
_OPENED = (
    *(f"details:has(> #{n}-1)" for n in ("disease", "drug", "pair", "triple", "more")),
    "details.says",
    "details.columns",
)


@pytest.mark.parametrize("window", [DESKTOP, PHONE], ids=["desktop", "phone"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_serious(
    browser: Browser, report: Path, scheme: str, window: dict[str, int]
) -> None:
    with visiting(browser, report, color_scheme=scheme, viewport=window) as page:
        for selector in _OPENED:
            page.locator(selector).first.evaluate("(d) => { d.open = true; }")
        assert violations(page) == []


@pytest.mark.corpora
@pytest.mark.xdist_group("a whole file of PubMed")
def test_the_report_of_a_real_corpus(
    browser: Browser, whole_file: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A whole update file of PubMed, all of its articles kept."""
    report = tmp_path / "report.html"
    write_page(latest(whole_file), report, focus=("COMENTION:IL-12",))  # all articles have no topic
    assert report.stat().st_size < 15_000_000
    with visiting(browser, report) as page:
        loaded = page.evaluate("performance.getEntriesByType('navigation')[0].loadEventEnd")
        with capsys.disabled():
            print(f"{report.stat().st_size:,} bytes, opened in {loaded:.0f} ms")  # noqa: T201 - told, not asserted
        whole = check_filter(page, 1, 1, None)
        page.get_by_label("Articles at least").fill("5")
        page.get_by_label("q at most").fill("2")
        sure = check_filter(page, 5, 0.01, None)
        assert all(0 < sure[view][0] < whole[view][0] for view in ("heat", "network"))
        page.get_by_role("button", name="Reset").click()
        page.wait_for_function("document.querySelector('#by-articles').value === '1'")
        cell = page.locator(".heat td a").nth(20)
        href = str(cell.get_attribute("href"))
        cell.click()
        has_opened(page, href)
        assert page.locator(f"{href} a[href^='https://pubmed.ncbi.nlm.nih.gov/']").count() > 0
        assert labels_are_apart(page) <= 30
        for selector in ("details:has(> #disease-1)", "details.says"):
            page.locator(selector).first.evaluate("(d) => { d.open = true; }")
        assert violations(page) == []
        page.set_viewport_size({"width": PHONE["width"], "height": PHONE["height"]})
        open_every_drawer(page)
        is_no_wider_than_its_window(page)


def test_on_a_phone_the_filters_wait_until_they_are_asked_for(browser: Browser, report: Path) -> None:
    with visiting(browser, report, viewport=PHONE) as page:
        articles = page.get_by_label("Articles at least")
        expect(articles).to_be_hidden()
        page.get_by_text("Filter every view").click()
        expect(articles).to_be_visible()
    with visiting(browser, report) as page:
        expect(page.get_by_label("Articles at least")).to_be_visible()
        expect(page.get_by_text("Filter every view", exact=True)).to_be_hidden()


def test_no_number_or_grade_is_cut(page: Page) -> None:
    show_every_tab(page)
    for width in (1400, 1024):
        page.set_viewport_size({"width": width, "height": 900})
        cut = numbers(
            page,
            """[...document.querySelectorAll("table.rows > tbody > tr.item > *")]
            .filter((cell) => cell.matches(".n, .interval, [data-label=grade]"))
            .filter((cell) => cell.checkVisibility() && cell.scrollWidth > cell.clientWidth + 1)
            .map((cell) => `${cell.dataset.label} ${cell.textContent}`)""",
        )
        assert cut == [], width


def test_a_claim_has_its_column_where_any_row_has_one(page: Page) -> None:
    show_every_tab(page)
    assert page.locator("table.outside > thead th:visible", has_text="Claim").count() == 1
    assert page.locator("table.enriched > thead th:visible", has_text="Claim").count() == ENRICHED
