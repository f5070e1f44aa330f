"""Which diseases, drugs and cytokines are mentioned together in PubMed abstracts.

>>> import comention
>>> pairs = comention.load("pairs")  # doctest: +SKIP
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from comention.version import __version__

__all__ = [
    "Settings",
    "__version__",
    "annotate",
    "claims_for",
    "enrichment",
    "evidence",
    "evidence_for",
    "load",
    "pairs",
    "run",
    "snapshot",
    "top",
    "trends",
    "triples",
    "window",
]

if TYPE_CHECKING:
    from comention.api import (
        annotate,
        claims_for,
        enrichment,
        evidence,
        evidence_for,
        load,
        pairs,
        run,
        snapshot,
        top,
        trends,
        triples,
        window,
    )
    from comention.config import Settings


def __getattr__(name: str) -> Any:
    """Import what is public when it is first used, so that importing the package costs nothing."""
    if name == "Settings":
        from comention.config import Settings

        return Settings
    if name in __all__:
        from comention import api

        return getattr(api, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
