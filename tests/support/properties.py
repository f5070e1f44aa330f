"""How often a property is tried."""

from __future__ import annotations

from hypothesis import settings


def examples(count: int) -> settings:
    """Try a property whose examples are dear on `count` of them; `make soak` tries ten times as many."""
    return settings(max_examples=count * settings().max_examples // 100, deadline=None)
