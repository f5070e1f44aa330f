"""Pairs with a topic that nearly every article mentions: none can be mentioned with it more than expected."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

#: Share of the articles from which on nothing can be said to be mentioned with a concept more than expected.
NEARLY_ALL = 0.9


def in_nearly_all(articles: int, total: int) -> bool:
    """Return whether a concept that so many of all articles mention is in nearly every one of them."""
    return articles >= NEARLY_ALL * total


def by_construction(pair: Mapping[str, Any]) -> bool:
    """Return whether a row of `pairs` is with the topic, and shows no association because of that.

    Not every concept of the topic is in nearly every article: a subunit of a complex may be in few.
    """
    more = max(pair["articles_a"], pair["articles_b"])
    return bool(pair["topic"]) and in_nearly_all(more, pair["articles_total"])
