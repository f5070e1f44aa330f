"""Concepts of one type against those of another: how surely, or how often, they are mentioned together."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

from comention.errors import UsageError
from comention.plots.canvas import INK, caption, headline, label
from comention.snapshots.network import LEAST
from comention.snapshots.snapshot import Snapshot
from comention.snapshots.tables import select
from comention.snapshots.topic import by_construction

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.cm import ScalarMappable
    from matplotlib.figure import Figure

Value = Literal["log-odds", "articles"]

# Rows and columns come by the articles of the pairs that stand in the map.
_PAIRS = """
SELECT CASE WHEN a_type = $row THEN a_id ELSE b_id END AS row_id,
       CASE WHEN a_type = $row THEN b_id ELSE a_id END AS column_id,
       CASE WHEN a_type = $row THEN a_name ELSE b_name END AS row_name,
       CASE WHEN a_type = $row THEN b_name ELSE a_name END AS column_name,
       articles, log_odds_low, log_odds_high, topic, articles_a, articles_b, articles_total
FROM pairs
WHERE articles >= $least AND ((a_type = $row AND b_type = $column) OR (b_type = $row AND a_type = $column))
"""


class Tile(NamedTuple):
    """A pair of the map; `topic` where that is in nearly every article, so that odds say nothing."""

    articles: int
    log_odds_low: float | None
    log_odds_high: float | None
    topic: bool

    @property
    def surely(self) -> float | None:
        """The end of the 95 % interval that is nearer to 0, or 0 where that is within; None if unknown."""
        low, high = self.log_odds_low, self.log_odds_high
        if low is None and high is None:
            return None
        return max(low or 0.0, 0.0) or min(0.0 if high is None else high, 0.0)


@dataclass(frozen=True, slots=True)
class Grid:
    """Names of rows and columns by id, in order, and the cells by their two ids; most pairs have none."""

    row_type: str
    column_type: str
    least: int
    rows: Mapping[str, str]
    columns: Mapping[str, str]
    cells: Mapping[tuple[str, str], Tile]
    run_id: str
    topic: str


def table(snapshot: Snapshot, row_type: str, column_type: str, *, least: int = LEAST, top: int = 20) -> Grid:
    """Return the concepts of two types with most evidence together: `top` rows and columns at most.

    Evidence is the sum of a concept's articles over its pairs with the other type that `least` articles
    mention; columns are chosen among the pairs of the rows. Raises UsageError for two equal types and
    where no pair is left.
    """
    if row_type == column_type:
        raise UsageError(f"--rows and --columns are both {row_type}: name two types")
    given = {"row": row_type, "column": column_type, "least": least}
    found = select(snapshot, ("pairs",), _PAIRS, given)
    rows = _best(found, "row", top)
    kept = [pair for pair in found if pair["row_id"] in rows]
    columns = _best(kept, "column", top)
    cells = {
        (pair["row_id"], pair["column_id"]): Tile(
            pair["articles"], pair["log_odds_low"], pair["log_odds_high"], by_construction(pair)
        )
        for pair in kept
        if pair["column_id"] in columns
    }
    if not cells:
        raise UsageError(
            f"no {row_type} and {column_type} share {least} articles: lower --min-articles, or other types"
        )
    used = {row for row, _ in cells}
    rows = {concept_id: name for concept_id, name in rows.items() if concept_id in used}
    topic = snapshot.manifest.topic.name
    return Grid(row_type, column_type, least, rows, columns, cells, snapshot.run_id, topic)


def _best(pairs: list[dict[str, object]], side: str, top: int) -> dict[str, str]:
    evidence: dict[tuple[str, str], int] = {}
    for pair in pairs:
        key = (str(pair[f"{side}_id"]), str(pair[f"{side}_name"]))
        evidence[key] = evidence.get(key, 0) + int(str(pair["articles"]))
    ordered = sorted(evidence, key=lambda key: (-evidence[key], key))
    return dict(ordered[:top])


def figure(shown: Grid, value: Value = "log-odds") -> Figure:
    """Return the map: colour is the value, the number in a cell its articles; no pair is hatched."""
    import numpy as np
    from matplotlib.figure import Figure
    from matplotlib.patches import Rectangle

    rows, columns = list(shown.rows), list(shown.columns)
    picture = Figure(figsize=(max(3.5 + 0.42 * len(columns), 6.4), 2.55 + 0.30 * len(rows)))
    width, height = picture.get_size_inches()
    left, bottom = 2.3 / width, 1.75 / height
    axes = picture.add_axes((left, bottom, 0.42 * len(columns) / width, 0.30 * len(rows) / height))
    grid = np.full((len(rows), len(columns)), np.nan)
    for (row, column), cell in shown.cells.items():
        y, x = rows.index(row), columns.index(column)
        if value == "articles":
            grid[y, x] = cell.articles
        elif cell.topic:
            axes.add_patch(Rectangle((x, y), 1, 1, facecolor=_TOPIC, edgecolor="white", linewidth=1))
        else:
            grid[y, x] = np.nan if cell.surely is None else cell.surely
    axes.set_facecolor("#f3f4f6")
    axes.patch.set(hatch="////", edgecolor="#d4d7dc", linewidth=0)
    image = axes.pcolormesh(grid, edgecolors="white", linewidth=1, **_colours(value, grid))
    axes.invert_yaxis()
    _names(axes, shown)
    _numbers(axes, shown, image)
    _scale(picture, axes, image, value)
    headline(
        picture,
        f"{shown.row_type.capitalize()} × {shown.column_type}, mentioned together",
        f"{_EXPLAINED[value]}; in each cell the articles.",
    )
    caption(
        picture,
        f"{shown.topic} · {shown.run_id} · the {len(rows)} and {len(columns)} concepts with most evidence\n"
        f"Hatched: fewer than {shown.least} articles. {_topic_note(shown, value)}"
        "Mentioned with one another is no claim that they interact.",
    )
    return picture


def _scale(picture: Figure, axes: Axes, image: ScalarMappable, value: Value) -> None:
    """Put the scale of the colours beside the lower right corner of the map."""
    from matplotlib.ticker import FuncFormatter, NullLocator

    width, height = picture.get_size_inches()
    box = axes.get_position()
    colours = picture.add_axes((box.x1 + 0.2 / width, box.y0, 0.14 / width, 1.2 / height))
    bar = picture.colorbar(image, cax=colours)
    bar.outline.set_visible(False)
    bar.ax.set_title(_MEANING[value], size=7.5, loc="left", pad=6)
    if value == "articles":
        low, high = bar.mappable.get_clim()
        bar.set_ticks([n for n in _ROUND if low <= n <= high])
        bar.ax.yaxis.set_minor_locator(NullLocator())
    bar.ax.yaxis.set_major_formatter(FuncFormatter(lambda n, _: f"{n:,g}".replace("-", "−")))
    bar.ax.tick_params(labelsize=7.5, length=2)


_TOPIC = "#dfe3e8"
#: From surely less often over not sure to surely more often: brown, white, blue, as in the report.
_ODDS = ("#8c510a", "#ead2b4", "#ffffff", "#a9cbe5", "#1d5a8c")
_ROUND = tuple(n * 10**power for power in range(7) for n in (1, 2, 5))
_MEANING = {"log-odds": "log odds,\nnearer end", "articles": "articles"}
_EXPLAINED = {
    "log-odds": "Colour: the end of the 95 % interval of the log odds that is nearer to 0; blue surely more "
    "often than by chance, brown surely less often, white not sure",
    "articles": "Colour: articles that mention both, on a logarithmic scale",
}


def _topic_note(shown: Grid, value: Value) -> str:
    if value == "articles" or not any(cell.topic for cell in shown.cells.values()):
        return ""
    return "Grey: with the topic, which nearly all articles mention, so that odds say nothing. "


def _colours(value: Value, grid: Any) -> dict[str, Any]:
    """Return map and norm: both maps are read alike by people who see colours otherwise."""
    import numpy as np
    from matplotlib.colors import LinearSegmentedColormap, LogNorm, TwoSlopeNorm

    found = np.asarray(grid)
    if value == "articles":
        low = float(np.nanmin(found))
        return {"cmap": "cividis", "norm": LogNorm(low, max(float(np.nanmax(found)), 2 * low))}
    most = max([0.5, *np.abs(found[~np.isnan(found)]).tolist()])
    return {"cmap": LinearSegmentedColormap.from_list("odds", _ODDS), "norm": TwoSlopeNorm(0.0, -most, most)}


def _names(axes: Axes, shown: Grid) -> None:
    axes.set_xticks(
        [i + 0.5 for i in range(len(shown.columns))],
        [label(name, 24) for name in shown.columns.values()],
        rotation=45,
        ha="right",
        rotation_mode="anchor",
        size=8,
    )
    axes.set_yticks(
        [i + 0.5 for i in range(len(shown.rows))],
        [label(name, 32) for name in shown.rows.values()],
        size=8,
    )
    axes.tick_params(length=0, pad=4)
    for spine in axes.spines.values():
        spine.set_visible(False)


def _numbers(axes: Axes, shown: Grid, image: ScalarMappable) -> None:
    """Write the articles into the cells, dark on light and light on dark."""
    rows, columns = list(shown.rows), list(shown.columns)
    values: Any = image.get_array()
    colours = image.to_rgba(values)
    for (row, column), cell in shown.cells.items():
        y, x = rows.index(row), columns.index(column)
        red, green, blue, alpha = colours[y, x]
        light = alpha == 0 or 0.299 * red + 0.587 * green + 0.114 * blue > 0.55
        colour = INK if light else "white"
        axes.text(x + 0.5, y + 0.5, f"{cell.articles}", ha="center", va="center", size=6.5, color=colour)
