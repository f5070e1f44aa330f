"""The explorer in a browser: questions answered by clicks, on the sample and on a whole file of PubMed."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from comention.explorer.serving import serving
from comention.snapshots.snapshot import Snapshot, latest
from tests.report.browsers import AXE, DESKTOP, PHONE, is_no_wider_than_its_window, running

pytestmark = pytest.mark.slow

_PAGES = (
    "/",
    "/search?q=psoriasis",
    "/pairs?with=psoriasis",
    "/articles?with=psoriasis&with=ustekinumab&not=asthma",
    "/concept/MESH:D011565",
    "/concept/MESH:D011565?from=2012",
    "/pair?a=MESH:D011565&b=MESH:D000069549",
    "/claims",
    "/sentences?q=psoriasis",
    "/articles",
    "/triples",
    "/pairs?types=cell–cytokine",
    "/sql",
    "/help",
    "/nothing",
)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with running() as browser:
        yield browser


@pytest.fixture(scope="module")
def url(browser: Browser, snapshot: Snapshot) -> Iterator[str]:
    """The browser comes first: where there is none, nothing is served."""
    del browser
    with serving(snapshot) as server:
        yield server.url


@contextmanager
def visiting(browser: Browser, url: str, **options: Any) -> Iterator[Page]:
    """Give a page that asks no other address than the server's, and whose console stays empty."""
    wrong: list[str] = []
    context = browser.new_context(**{"viewport": DESKTOP, "base_url": url, **options})
    try:
        page = context.new_page()
        page.set_default_timeout(30_000)
        page.on("console", lambda message: wrong.append(f"{message.type}: {message.text}"))
        page.on("pageerror", lambda error: wrong.append(f"error: {error}"))
        context.on(
            "request", lambda one: wrong.append(one.url) if not one.url.startswith((url, "data:")) else None
        )
        yield page
        assert [one for one in wrong if "404 (Not Found)" not in one] == []
    finally:
        context.close()


def ask(page: Page, words: str) -> None:
    """Search for words from wherever one is."""
    page.get_by_label("Search concepts").fill(words)
    page.get_by_role("button", name="Search").click()


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no scripts"])
def test_from_the_start_to_a_sentence_and_back(browser: Browser, url: str, scripts: bool) -> None:
    with visiting(browser, url, java_script_enabled=scripts) as page:
        page.goto("/")
        ask(page, "ustekinumab psoriasis")
        expect(page).to_have_url(re.compile(r"/search\?q=ustekinumab\+psoriasis"))
        page.get_by_role("link", name="ustekinumab × psoriasis").click()
        expect(page.get_by_role("heading", level=1)).to_have_text("psoriasis × ustekinumab")
        page.locator(".facet").get_by_role("link", name="sentence").first.click()
        expect(page.locator(".chips")).to_contain_text("Where: sentence")
        page.locator(".results .quotes").get_by_role("link", name=re.compile("synthetic|.{20}")).first.click()
        expect(page.locator(".text mark").first).to_be_visible()
        for address in ("level=sentence", "/pair?", "/search?", "/"):
            page.go_back()
            assert address in page.url


def test_filters_stand_in_the_address(browser: Browser, url: str) -> None:
    with visiting(browser, url) as page:
        page.goto("/pairs")
        page.get_by_label("With the concept").fill("psoriasis")
        page.get_by_role("button", name="Apply").click()
        page.locator(".facet").get_by_role("link", name="cytokine–disease").click()
        expect(page.locator(".chips")).to_contain_text("Types: cytokine–disease")
        page.wait_for_load_state()  # its style too, which hides some words
        told = page.locator(".count").first.inner_text()
        again = page.url
        page.goto("/")
        page.goto(again)
        assert page.locator(".count").first.inner_text() == told
        page.get_by_role("link", name="Types: cytokine–disease").click()
        assert page.locator(".count").first.inner_text() != told
        with page.expect_download() as download:
            page.get_by_role("link", name="CSV", exact=True).click()
        assert download.value.suggested_filename == "pairs.csv"
        assert Path(download.value.path()).read_text("utf-8").startswith("a_id,a_name")


def test_a_window_is_asked_for_by_a_form(browser: Browser, url: str) -> None:
    with visiting(browser, url) as page:
        page.goto("/concept/MESH:D011565")
        page.get_by_text("Count in a window").click()
        page.get_by_label("From", exact=True).fill("2012")
        page.get_by_label("Species").select_option("human")
        page.get_by_role("button", name="Count anew").click()
        expect(page.locator(".notice")).to_contain_text("Window: from 2012, human")


def test_names_are_offered_while_one_is_typed(browser: Browser, url: str) -> None:
    with visiting(browser, url) as page:
        page.goto("/search?q=psoriasis")  # which waits until names are there
        page.goto("/pairs")
        field = page.get_by_label("With the concept")
        expect(field).to_have_role("combobox")
        field.press_sequentially("psor", delay=20)
        expect(page.locator("#names option").first).to_have_attribute("value", "psoriasis")
        expect(page.locator("#names option").first).to_have_attribute("label", re.compile("^disease, "))
        field.fill("il12")
        expect(page.locator("#names option").first).to_have_attribute("value", "interleukin-12")
        field.fill("i")
        expect(page.locator("#names option")).to_have_count(0)
        field.fill("psoriasis")
        field.press("Enter")
        expect(page.locator(".chips")).to_contain_text("with psoriasis")
        page.get_by_label("but not with").fill("Crohn's disease")
        page.get_by_role("button", name="Apply").press("Enter")
        expect(page.locator(".chips")).to_contain_text("not with Crohn's disease")


def test_fields_are_plain_without_scripts(browser: Browser, url: str) -> None:
    with visiting(browser, url, java_script_enabled=False) as page:
        page.goto("/articles")
        expect(page.get_by_label("With the concept")).to_have_role("searchbox")
        page.get_by_label("With the concept").fill("psoriasis")
        page.get_by_label("but not with").fill("Crohn's disease")
        page.get_by_role("button", name="Apply").click()
        assert "with=psoriasis" in page.url
        assert "not=Crohn" in page.url
        expect(page.locator(".chips")).to_contain_text("not with Crohn's disease")


@pytest.mark.parametrize("window", [DESKTOP, PHONE], ids=["desktop", "phone"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_pages_are_read_by_everybody(browser: Browser, url: str, scheme: str, window: dict[str, int]) -> None:
    with visiting(browser, url, color_scheme=scheme, viewport=window, bypass_csp=True) as page:
        for path in _PAGES:
            page.goto(path)
            is_no_wider_than_its_window(page)
            if AXE.exists():
                assert violations(page) == [], path


def violations(page: Page) -> list[Any]:
    """Return what axe finds serious or critical."""
    page.evaluate(AXE.read_text("utf-8"))
    found = page.evaluate("axe.run().then((result) => result.violations)")
    assert isinstance(found, list)
    return [
        (one["id"], [node["html"][:120] for node in one["nodes"]][:3])
        for one in found
        if one["impact"] in {"serious", "critical"}
    ]


@pytest.mark.corpora
@pytest.mark.xdist_group("a whole file of PubMed")
def test_a_whole_file_of_pubmed(
    browser: Browser, whole_file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Every article of a file: 45,000 pairs and more, and each question by a few clicks."""
    held = latest(whole_file)
    pairs = held.manifest.datasets["pairs"].rows
    assert pairs > 40_000
    with serving(held) as server, visiting(browser, server.url, viewport=PHONE) as page:
        page.goto("/")
        took = {}
        for words in ("psoriasis", "IL-12", "ustekinumab psoriasis", "zzzyyy"):
            ask(page, words)
            expect(page.get_by_role("heading", level=1)).to_contain_text(words)
            page.wait_for_load_state()  # its style too, which makes it narrow
            assert f"of {pairs:,} pairs" in page.locator(".found").inner_text()
            took[words] = page.evaluate("performance.getEntriesByType('navigation')[0].responseEnd")
            is_no_wider_than_its_window(page)
        with capsys.disabled():
            print({words: f"{ms:.0f} ms" for words, ms in took.items()})  # noqa: T201 - told, not asserted
        for path in _PAGES[:-1]:
            answer = page.goto(path)
            assert answer is not None
            assert answer.status == 200, path
            is_no_wider_than_its_window(page)
