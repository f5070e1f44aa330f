"""Pages of the explorer, read."""

from __future__ import annotations

import re

import httpx
from lxml import html

from tests.report.pages import found, words


def page(client: httpx.Client, path: str, status: int = 200) -> html.HtmlElement:
    """Return a page, its status being that."""
    answer = client.get(path)
    assert answer.status_code == status, (path, answer.text[-800:])
    assert answer.headers["content-type"].startswith("text/html")
    return html.document_fromstring(answer.content)


def text(root: html.HtmlElement, path: str = "//main") -> str:
    """Return the words of the first element of an XPath."""
    return words(found(root, path)[0])


def counts(root: html.HtmlElement) -> tuple[int, int]:
    """Return how many rows a listing found, and of how many."""
    told = re.match(r"([\d,]+) of ([\d,]+)", text(root, "//p[@class='count']"))
    assert told is not None
    return int(told[1].replace(",", "")), int(told[2].replace(",", ""))


def links(root: html.HtmlElement) -> list[str]:
    """Return all addresses of a page."""
    return [str(one.get("href")) for one in found(root, "//a[@href]")]


def facet(root: html.HtmlElement, title: str) -> dict[str, tuple[int, str]]:
    """Return the words of a facet with their counts and addresses."""
    return {
        words(found(one, "./span[1]")[0]).split(" ✕")[0]: (
            int(words(found(one, "./span[@class='n']")[0]).replace(",", "")),
            str(one.get("href")),
        )
        for one in found(root, f"//section[h3='{title}']//li/a")
    }
