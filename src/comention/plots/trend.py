"""Articles by year that mention a concept with one or more others, counted or as a share of the year's."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from comention.errors import UsageError
from comention.plots.canvas import INK, caption, headline, label
from comention.snapshots import query
from comention.snapshots.snapshot import Snapshot
from comention.snapshots.tables import select

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

#: Lines that the eye still tells apart.
MOST = 6
# Okabe & Ito's colours but yellow, which is faint on white, and grey; markers tell the lines apart as well.
_COLOURS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9")
_MARKERS = ("o", "s", "^", "D", "v", "P")


@dataclass(frozen=True, slots=True)
class TrendLine:
    """The other concept of a pair, and the articles that mention both: all, and those of each year."""

    name: str
    total: int
    articles: dict[int, int]

    @property
    def undated(self) -> int:
        """Articles without a year, which the picture has no place for."""
        return self.total - sum(self.articles.values())


@dataclass(frozen=True, slots=True)
class Trend:
    """A concept's lines, and how many articles the corpus has of each year from the first to the last."""

    name: str
    lines: tuple[TrendLine, ...]
    corpus: dict[int, int]
    unfinished: int | None
    run_id: str
    topic: str


def trend(snapshot: Snapshot, one: str, others: Sequence[str]) -> Trend:
    """Return the years of a concept with each of the others; names, synonyms or ids.

    The years run from the first to the last that mentions a pair. `unfinished` is the year in which the
    snapshot was made. Raises UsageError for names that are not there, for more than MOST of them, and for a
    pair that no dated article mentions.
    """
    if len(others) > MOST:
        raise UsageError(f"{len(others)} lines in one picture: name {MOST} at most")
    lines = []
    for other in others:
        first, second = query.resolve_two(snapshot, one, other)
        found = select(
            snapshot,
            ("trends",),
            "SELECT year, articles FROM trends WHERE a_id IN ($one, $other) AND b_id IN ($one, $other)",
            {"one": first, "other": second},
        )
        if not found:
            raise UsageError(f"no dated article mentions both {one} and {other}")
        pair = select(
            snapshot,
            ("pairs",),
            "SELECT articles FROM pairs WHERE a_id IN ($one, $other) AND b_id IN ($one, $other)",
            {"one": first, "other": second},
        )
        by_year = {row["year"]: row["articles"] for row in found}
        lines.append(TrendLine(_name(snapshot, second), pair[0]["articles"], by_year))
    years = [year for line in lines for year in line.articles]
    counted = select(
        snapshot,
        ("articles",),
        "SELECT year, count(*) AS articles FROM articles WHERE year BETWEEN $first AND $last GROUP BY year",
        {"first": min(years), "last": max(years)},
    )
    known = {row["year"]: row["articles"] for row in counted}
    return Trend(
        _name(snapshot, first),
        tuple(lines),
        {year: known.get(year, 0) for year in range(min(years), max(years) + 1)},
        _year(snapshot.manifest.created_at),
        snapshot.run_id,
        snapshot.manifest.topic.name,
    )


def _name(snapshot: Snapshot, concept_id: str) -> str:
    query = "SELECT name FROM concepts WHERE concept_id = $id"
    [row] = select(snapshot, ("concepts",), query, {"id": concept_id})
    return str(row["name"])


def _year(moment: str) -> int | None:
    """Return the year of an ISO time; None where it is none."""
    return int(moment[:4]) if re.match("[0-9]{4}-", moment) else None


def figure(shown: Trend, *, share: bool = False) -> Figure:
    """Return the picture: bars with their counts for one pair, lines for several."""
    from matplotlib.figure import Figure
    from matplotlib.ticker import FuncFormatter, MaxNLocator

    # Above the lines is room for their legend, of two rows at most.
    picture = Figure(figsize=(8.4, 4.4))
    axes = picture.add_axes((0.085, 0.15, 0.895, 0.66 if len(shown.lines) == 1 else 0.60))
    if len(shown.lines) == 1:
        _bars(axes, shown, share=share)
    else:
        _lines(axes, shown, share=share)
    axes.set_ylim(bottom=0)
    axes.set_ylabel("% of the year's articles" if share else "articles a year")
    axes.xaxis.set_major_locator(MaxNLocator(nbins=12, integer=True, min_n_ticks=1))
    axes.yaxis.set_major_locator(MaxNLocator(nbins=6, integer=not share, min_n_ticks=1))
    if share:  # a share of few articles says little
        axes.xaxis.set_major_formatter(
            FuncFormatter(lambda year, _: f"{year:.0f}\nof {shown.corpus.get(round(year), 0):,}")
        )
    axes.set_xlim(min(shown.corpus) - 0.7, max(shown.corpus) + 0.7)
    axes.grid(axis="y", color="#e5e7eb", linewidth=0.8)
    axes.set_axisbelow(True)
    for side in ("top", "right", "left"):
        axes.spines[side].set_visible(False)
    axes.tick_params(length=0)
    _words(picture, shown, share=share)
    return picture


def _words(picture: Figure, shown: Trend, *, share: bool) -> None:
    several = f"each of {len(shown.lines)} others"
    other = label(shown.lines[0].name, 120) if len(shown.lines) == 1 else several
    title = f"{label(shown.name, 120)} mentioned with {other}"
    what = ", as a share of the corpus's articles of that year" if share else ""
    total = f" · {shown.lines[0].total} in all" if len(shown.lines) == 1 else " · in all: beside the names"
    if any(line.undated for line in shown.lines):
        undated = f"{shown.lines[0].undated} of them" if len(shown.lines) == 1 else "some"
        total += f", {undated} without a year"
    headline(picture, title, f"Articles that mention both, by year of publication{what}{total}")
    late = f" · {shown.unfinished} is not complete" if max(shown.corpus) == shown.unfinished else ""
    caption(picture, f"{shown.topic} · {shown.run_id}{late}")


def _values(line: TrendLine, shown: Trend, *, share: bool) -> list[float]:
    """Return a number for each year: articles, or their share in percent, none where the year has none."""
    if not share:
        return [float(line.articles.get(year, 0)) for year in shown.corpus]
    return [100 * line.articles.get(year, 0) / n if n else float("nan") for year, n in shown.corpus.items()]


def _bars(axes: Axes, shown: Trend, *, share: bool) -> None:
    [line] = shown.lines
    values = _values(line, shown, share=share)
    axes.bar(list(shown.corpus), values, width=0.8, color=_COLOURS[0])
    size = 7.5 if len(values) <= 30 else 5.5
    for year, value in zip(shown.corpus, values, strict=True):
        count = line.articles.get(year, 0)
        if count:
            at: dict[str, Any] = {"textcoords": "offset points", "ha": "center", "size": size, "color": INK}
            axes.annotate(f"{count}", (year, value), (0, 2), **at)


def _lines(axes: Axes, shown: Trend, *, share: bool) -> None:
    for line, colour, marker in zip(shown.lines, _COLOURS, _MARKERS, strict=False):
        axes.plot(
            list(shown.corpus),
            _values(line, shown, share=share),
            color=colour,
            marker=marker,
            markersize=4,
            linewidth=1.6,
            label=f"{label(line.name)} ({line.total})",
        )
    axes.legend(
        loc="lower left",
        bbox_to_anchor=(0, 1.0),
        ncols=3,
        frameon=False,
        fontsize=8,
        labelcolor=INK,
        title=None,
        borderaxespad=0.2,
    )
