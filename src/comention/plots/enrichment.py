"""What goes with the topic, against articles outside it: odds ratios with their intervals, by type."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from comention.errors import UsageError
from comention.plots import canvas
from comention.plots.canvas import FAINT, TYPES, caption, headline, label
from comention.snapshots.snapshot import Snapshot
from comention.snapshots.tables import ENRICHED, select

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

#: Concepts in a picture at most, and articles of the topic that each needs.
MOST, LEAST = 40, 3


@dataclass(frozen=True, slots=True)
class Stick:
    """A concept: articles of the topic and outside it, odds ratio and its 95 % interval, open where None."""

    name: str
    entity_type: str
    articles: int
    background: int
    odds: float
    low: float
    high: float | None
    grade: str


@dataclass(frozen=True, slots=True)
class Lollipops:
    """The concepts of a picture, type by type, and what they are compared with."""

    sticks: tuple[Stick, ...]
    found: int
    least: int
    articles: int
    background: int
    compared: str
    topic: str
    run_id: str


_FOUND = f"""
SELECT * FROM enrichment
WHERE articles_independent >= $least AND list_contains($types::VARCHAR[], entity_type)
ORDER BY {ENRICHED}
"""  # noqa: S608 - made of words of ours


def table(snapshot: Snapshot, *, types: Sequence[str] = (), least: int = LEAST, top: int = MOST) -> Lollipops:
    """Return the surest concepts of each type, as many of each as there are, `top` in all.

    Raises UsageError where the snapshot compares its topic with nothing, and where no concept is left.
    """
    kinds = list(types or ("disease", "drug", "cytokine"))
    found = select(snapshot, ("enrichment",), _FOUND, {"least": least, "types": kinds})
    if not found:
        if not select(snapshot, ("enrichment",), "SELECT 1 FROM enrichment LIMIT 1"):
            raise UsageError(
                "this snapshot compares its topic with nothing: run with a background (`comention run "
                "--help`), or draw `plot heatmap`"
            )
        raise UsageError(f"no concept is in {least} articles of the topic: lower --min-articles")
    chosen = _shared([[row for row in found if row["entity_type"] == kind] for kind in TYPES], top)
    about = snapshot.manifest
    return Lollipops(
        tuple(_stick(row) for row in chosen),
        len(found),
        least,
        found[0]["articles_total"],
        found[0]["background_total"],
        about.background.words if about.background else "",
        about.topic.name,
        snapshot.run_id,
    )


def _shared(groups: list[list[dict[str, Any]]], top: int) -> list[dict[str, Any]]:
    """Return the first rows of each group, the same number of each where there are enough."""
    taken = [0] * len(groups)
    while sum(taken) < top:
        open_ = [n for n, group in enumerate(groups) if taken[n] < len(group)]
        if not open_:
            break
        taken[min(open_, key=lambda n: taken[n])] += 1
    return [row for group, n in zip(groups, taken, strict=True) for row in group[:n]]


def _stick(row: Mapping[str, Any]) -> Stick:
    inside, outside = row["articles"] + 0.5, row["background"] + 0.5
    odds = inside * (row["background_total"] - row["background"] + 0.5)
    odds /= (row["articles_total"] - row["articles"] + 0.5) * outside
    low, high = row["odds_low"], row["odds_high"]
    odds = max(odds, low) if high is None else min(max(odds, low), high)
    return Stick(
        row["name"], row["entity_type"], row["articles"], row["background"], odds, low, high, row["grade"]
    )


def figure(shown: Lollipops) -> Figure:
    """Return the picture: a point with its interval for each concept on a logarithmic axis, by type."""
    rows = _rows(shown.sticks)
    picture, axes = canvas.rows(max(rows.values()) + 1, wide=9.2, row=0.21, left=2.6, right=1.5)
    _sticks(axes, rows)
    _legend(axes, shown)
    headline(
        picture,
        f"What goes with {label(shown.topic, 120)}",
        f"Odds ratio and its 95 % interval: {shown.articles:,} articles of the topic against "
        f"{shown.background:,} outside it. At the right: articles of the topic, and outside it.",
    )
    caption(
        picture,
        f"{label(shown.topic, 120)} · {shown.run_id} · the {len(shown.sticks)} surest of {shown.found:,} "
        f"concepts in at least {shown.least} articles. Hollow: grade none. An arrow: no upper end. "
        f"Compared with: {label(shown.compared, 300)}. Mentioned with one another is no claim that they "
        "interact.",
    )
    return picture


def _rows(sticks: Sequence[Stick]) -> dict[Stick, float]:
    """Return the row of each concept; a type begins half a row lower."""
    rows, at, before = {}, 0.0, sticks[0].entity_type
    for stick in sticks:
        at += 0.6 if stick.entity_type != before else 0.0
        before = stick.entity_type
        rows[stick] = at
        at += 1
    return rows


def _sticks(axes: Axes, rows: Mapping[Stick, float]) -> None:
    from matplotlib.ticker import FuncFormatter

    ends = [end for stick in rows for end in (stick.low, stick.odds, stick.high) if end]
    first, last = min(1.0, *ends) / 1.3, max(1.0, *ends) * 1.3
    axes.set_xscale("log")
    axes.set_xlim(first, last)
    axes.axvline(1, color=FAINT, linewidth=0.8, linestyle="--", zorder=1)
    for stick, y in rows.items():
        colour, marker = TYPES[stick.entity_type]
        axes.plot((stick.low or first, stick.high or last), (y, y), color=colour, linewidth=1.4, zorder=2)
        if stick.high is None:
            axes.plot(last, y, marker=">", color=colour, markersize=5, clip_on=False, zorder=3)
        face = "white" if stick.grade == "none" else colour
        axes.plot(stick.odds, y, marker=marker, color=colour, markerfacecolor=face, markersize=6, zorder=3)
    counts = [f"{stick.articles:,} · {stick.background:,}" for stick in rows]
    canvas.name_rows(axes, list(rows.values()), [label(stick.name, 34) for stick in rows], counts)
    axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:,g}"))
    axes.set_xlabel("odds ratio (logarithmic axis); dashed: as often as outside the topic", size=8)


def _legend(axes: Axes, shown: Lollipops) -> None:
    from matplotlib.lines import Line2D

    there = {stick.entity_type for stick in shown.sticks}
    marks = [
        Line2D([], [], color=colour, marker=marker, markersize=6, label=f"{name}s")
        for name, (colour, marker) in TYPES.items()
        if name in there
    ]
    place: dict[str, Any] = {"loc": "lower left", "bbox_to_anchor": (0, 1.0), "borderaxespad": 0.2}
    axes.legend(handles=marks, ncols=4, frameon=False, fontsize=8, **place)
