"""A browser that opens the report with the network cut off, and tells of everything that went wrong."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Dialog, Page, sync_playwright

#: What `make browser` fetches.
AXE = Path(__file__).parents[2] / "build" / "node_modules" / "axe-core" / "axe.min.js"
_NAMES = ("chromium", "chromium-browser", "google-chrome")

DESKTOP = {"width": 1280, "height": 900}
PHONE = {"width": 390, "height": 844}


def chromium() -> str:
    """Where Chromium is; skips the test where there is none."""
    named = os.environ.get("COMENTION_CHROMIUM")
    for name in (named,) if named else _NAMES:
        path = shutil.which(name)
        if path:
            return path
    pytest.skip("no Chromium: `make browser`, or name one in COMENTION_CHROMIUM")


@contextmanager
def running() -> Iterator[Browser]:
    """Run the browser. Root needs `--no-sandbox`; the page is ours."""
    path = chromium()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        try:
            yield browser
        finally:
            browser.close()


@contextmanager
def visiting(browser: Browser, report: Path, **options: Any) -> Iterator[Page]:
    """Open a report, and assert when all is done that nothing was asked of anybody and nothing went wrong."""
    wrong: list[str] = []
    asked: list[str] = []

    def dismissed(dialog: Dialog) -> None:
        wrong.append(f"dialog: {dialog.message}")
        dialog.dismiss()

    context = browser.new_context(**{"viewport": DESKTOP, "offline": True, **options})
    try:
        page = context.new_page()
        page.set_default_timeout(10_000)
        page.on("console", lambda message: wrong.append(f"{message.type}: {message.text}"))
        page.on("pageerror", lambda error: wrong.append(f"error: {error}"))
        page.on("dialog", dismissed)
        context.on("request", lambda request: asked.append(request.url))
        page.goto(report.as_uri())
        yield page
        assert not wrong, wrong
        assert {url for url in asked if not url.startswith("blob:file:")} == {report.as_uri()}
    finally:
        context.close()


def numbers(page: Page, script: str) -> list[Any]:
    """What a script tells of the page."""
    told = page.evaluate(script)
    assert isinstance(told, list)
    return told


def is_no_wider_than_its_window(page: Page) -> None:
    """Assert that the body does not scroll sideways."""
    wide, window = numbers(page, "[document.documentElement.scrollWidth, innerWidth]")
    assert wide <= window


def show_every_row(page: Page) -> None:
    """Ask each table for its rows beyond the first."""
    page.evaluate("""for (const button of document.querySelectorAll(".rest:not([hidden])"))
        if (button.textContent.startsWith("Show all")) button.click()""")


def show_every_tab(page: Page) -> None:
    """Put the views that stand behind each other below each other."""
    page.evaluate("document.querySelectorAll('.tucked').forEach((tab) => tab.classList.remove('tucked'))")


def open_every_drawer(page: Page) -> None:
    """Open all that can be opened."""
    page.evaluate("document.querySelectorAll('details:not(.columns)').forEach((d) => { d.open = true; })")
