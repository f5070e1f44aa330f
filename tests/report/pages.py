"""The page, written and read."""

from __future__ import annotations

import base64
import hashlib
from pathlib import Path

from lxml import html

from comention.report.page import script_of_page, write_page
from comention.snapshots.snapshot import latest


def written(workdir: Path) -> html.HtmlElement:
    """Write the page of the latest snapshot and read it."""
    path = workdir / "report.html"
    write_page(latest(workdir), path)
    return html.fromstring(path.read_bytes())


def words(element: html.HtmlElement) -> str:
    """The text of an element, blanks as one."""
    return " ".join(element.text_content().split())


def found(page: html.HtmlElement, path: str) -> list[html.HtmlElement]:
    """The elements of an XPath."""
    elements = page.xpath(path)
    assert isinstance(elements, list)
    return [element for element in elements if isinstance(element, html.HtmlElement)]


def listed(page: html.HtmlElement, heading: str) -> list[list[str]]:
    """The rows, drawers aside, of the first table after the heading with an id."""
    body = found(page, f"(//*[@id='{heading}']/following::table)[1]/tbody")[0]
    return [[words(cell) for cell in row] for row in found(body, "./tr[@class='item']")]


def has_one_script_known_by_its_hash(page: html.HtmlElement) -> None:
    """Assert that the page's only script is ours, and that its policy knows it."""
    (script,) = found(page, "//script")
    assert dict(script.attrib) == {}
    assert script.text == script_of_page()
    digest = base64.b64encode(hashlib.sha256(script.text.encode()).digest()).decode()
    (policy,) = found(page, "//meta[@http-equiv='Content-Security-Policy']")
    assert f"script-src 'sha256-{digest}';" in str(policy.get("content"))
