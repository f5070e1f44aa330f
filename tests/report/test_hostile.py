"""A report whose names, titles and abstracts mean harm, in a browser."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from comention.report.page import write_page
from comention.snapshots.snapshot import latest
from tests.report.browsers import (
    DESKTOP,
    PHONE,
    is_no_wider_than_its_window,
    open_every_drawer,
    running,
    show_every_tab,
    visiting,
)
from tests.report.snapshots import Text, make
from tests.report.test_browser import has_opened, labels_are_apart, violations

pytestmark = pytest.mark.slow

#: Surfaces, and the names of their concepts.
EVIL = {
    "<script>alert(1)</script>": "<script>window.run = 1; alert(1)</script>",
    "</script>": "</script></style></textarea></title><script>window.run = 2</script>",
    "<img src=x onerror=alert(2)>": "<img src=https://example.org/x onerror=window.run=3>",
    "&amp;lt;&": "&lt;b&gt; &amp; & \u0026 &#60;script&#62;",
    "quo\"te'd`": '" onmouseover="window.run=4" x=\'',
    "javascript:alert(3)": "javascript:window.run=5",
    "{{7*7}}": "{{7*7}} {% raw %} ${7*7} #{7*7}",
    "\u202eevil\u202c": "\u202egnp.tfos\u202e unclosed",
    "שלום": "שלום (עולם) 12",
    "🧬👩‍🔬": "🧬👩‍🔬🏳️‍🌈 " + "é\u0301\u0323" * 10,
    "W" * 5000: "W" * 5000,
    "漢字": "漢" * 300,
}
TYPES = ("disease", "drug", "cytokine")
NAMES = {"IL-12": ("COMENTION:IL-12", "interleukin-12", "cytokine")} | {
    surface: (f"MESH:<{n}>\"'&", name, TYPES[n % 3]) for n, (surface, name) in enumerate(EVIL.items())
}


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with running() as browser:
        yield browser


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> Path:
    workdir = tmp_path_factory.mktemp("hostile")
    surfaces = list(EVIL)
    texts = [
        Text(
            100 + 10 * n + copy,
            f"{surface} of IL-12",
            f"IL-12 with {surface} and {surfaces[n - 1]} beside {surfaces[n - 5]}. {surface} again.",
            2010 + copy,
        )
        for n, surface in enumerate(surfaces)
        for copy in range(3)
    ]
    evil = "<script>window.run = 6</script>"
    topic = {
        "name": f"{evil} & \u202eelbuort " + "x" * 500,
        "query": f"</pre>{evil}",
        "mesh": [evil, "y" * 900],
    }
    make(workdir, texts, names=NAMES, topic=topic, ledger={"inputs": [evil, "z" * 900]})
    write_page(latest(workdir), workdir / "report.html")
    return workdir / "report.html"


@pytest.fixture(params=[DESKTOP, PHONE], ids=["desktop", "phone"])
def page(browser: Browser, report: Path, request: pytest.FixtureRequest) -> Iterator[Page]:
    with visiting(browser, report, viewport=request.param) as page:
        yield page
        assert page.evaluate("window.run") is None


def test_every_name_is_text(page: Page) -> None:
    names = page.locator("table.with tr.item > th bdi")
    assert set(names.evaluate_all("(names) => names.map((n) => n.textContent)")) == set(EVIL.values())
    assert page.locator("script").count() == 1
    assert page.locator("img, iframe, object, embed, link, base").count() == 0
    given = "[...document.querySelectorAll('*')].flatMap((e) => e.getAttributeNames())"
    assert not [name for name in page.evaluate(given) if name.startswith("on")]
    links = page.locator("a").evaluate_all("(links) => links.map((a) => a.getAttribute('href'))")
    assert all(
        str(link).startswith(("#", "https://pubmed.ncbi.nlm.nih.gov/", "report-tables/")) for link in links
    )


def test_every_sentence_is_text(page: Page) -> None:
    open_every_drawer(page)
    marks = set(page.locator("blockquote mark").evaluate_all("(marks) => marks.map((m) => m.textContent)"))
    assert {surface for surface in EVIL if len(surface) < 1000} <= marks
    assert any(mark.startswith("W" * 160) and len(mark) < 400 for mark in marks)


def test_nothing_runs_however_it_is_used(page: Page) -> None:
    show_every_tab(page)
    page.mouse.move(300, 300)
    if not page.get_by_label("Articles at least").is_visible():  # on a phone
        page.get_by_text("Filter every view").click()
    page.get_by_label("Articles at least").fill("2")
    for button in page.get_by_role("button", name="Copy").all():
        button.click()
    for head in page.locator("thead th button").all():
        head.evaluate("(button) => { button.click(); button.click(); }")
    for search in page.get_by_label("Search").all():
        search.fill("<script> javascript:")
    expect(page.locator("table.with tr.item:visible")).to_have_count(0)
    for search in page.get_by_label("Search").all():
        search.fill("")
    for select in page.locator(".proof select").all():
        select.evaluate("(s) => { s.selectedIndex = 1; s.dispatchEvent(new Event('change')); }")
    page.evaluate("location.hash = '#<img src=x onerror=alert(1)>'")
    link = page.locator(".network a.node").first
    href = str(link.get_attribute("href"))
    link.locator("circle").click()
    has_opened(page, href)


def test_nothing_is_wider_than_its_window(page: Page) -> None:
    is_no_wider_than_its_window(page)
    open_every_drawer(page)
    is_no_wider_than_its_window(page)
    for chooser in page.locator(".columns").all():
        chooser.evaluate("(details) => { details.open = true; }")
    is_no_wider_than_its_window(page)


def test_labels_are_apart_and_in_the_drawing(page: Page) -> None:
    assert labels_are_apart(page) == len(EVIL) + 1


def test_marks_that_turn_text_turn_nothing_beside_them(page: Page) -> None:
    """What follows an override in a row still runs from left to right: each character right of the last."""
    row = page.locator("tr.item", has=page.locator("bdi", has_text="unclosed")).first
    cell = row.locator("[data-count]").first
    assert cell.evaluate("(cell) => getComputedStyle(cell).direction") == "ltr"
    label = page.locator(".network .node text", has_text="unclosed").first
    text = str(label.text_content())
    places = label.evaluate("(t) => [...t.textContent].map((c, i) => t.getStartPositionOfChar(i).x)")
    count = list(zip(text, places, strict=True))[text.rindex("(") :]
    assert "".join(c for c, _ in sorted(count, key=lambda place: float(place[1]))) == f"({cell.inner_text()})"


def test_axe_finds_nothing_serious(page: Page) -> None:
    assert violations(page) == []
