"""What articles claim of pairs: for the leading claim to the right, against it or no effect to the left."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from comention.errors import UsageError
from comention.plots import canvas
from comention.plots.canvas import FAINT, INK, caption, headline, label
from comention.schemas import SAID
from comention.snapshots import query
from comention.snapshots.claims import stance
from comention.snapshots.snapshot import Snapshot
from comention.snapshots.tables import SUREST, select

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

#: Pairs in a picture at most.
MOST = 25
#: Colour and words of each side of a bar, from the middle outwards.
SIDES: Mapping[str, tuple[str, str]] = {
    "for": ("#0072B2", "state the leading claim"),
    "other": ("#56B4E9", "state another claim"),
    "against": ("#D55E00", "state the opposite"),
    "null": ("#9aa1a9", "state no effect or no difference"),
}


@dataclass(frozen=True, slots=True)
class Bar:
    """A pair with its leading claim, and the articles of each of SIDES; one article may state several."""

    name: str
    claim: str
    articles: Mapping[str, int]
    hedged: int
    contradicted: bool


@dataclass(frozen=True, slots=True)
class Claims:
    """The bars of a picture, most articles first; `found` pairs have a claim. `focus` is a name, or None."""

    bars: tuple[Bar, ...]
    found: int
    least: int
    focus: str | None
    topic: str
    run_id: str


_FOUND = f"""
SELECT * FROM pairs
WHERE claim IS NOT NULL AND articles_claimed >= $least
      AND ($focus IS NULL OR a_id = $focus OR b_id = $focus)
ORDER BY articles_claimed DESC, {SUREST}
"""  # noqa: S608 - what is put in is our own


def table(snapshot: Snapshot, focus: str | None = None, *, least: int = 1, top: int = MOST) -> Claims:
    """Return the pairs of a concept, or of all, with most articles that state something: `top` at most.

    Raises UsageError for a concept that is not there, and where no pair has a claim.
    """
    concept_id = None if focus is None else query.resolve(snapshot, focus)
    found = select(snapshot, ("pairs",), _FOUND, {"least": least, "focus": concept_id})
    if not found:
        of = "no pair" if focus is None else f"no pair of {focus}"
        raise UsageError(f"{of} has {least} article{'' if least == 1 else 's'} that state a claim")
    name = None
    if concept_id is not None:
        side = "a" if found[0]["a_id"] == concept_id else "b"
        name = str(found[0][f"{side}_name"])
    return Claims(
        tuple(_bar(row, concept_id) for row in found[:top]),
        len(found),
        least,
        name,
        snapshot.manifest.topic.name,
        snapshot.run_id,
    )


def _bar(row: Mapping[str, Any], focus: str | None) -> Bar:
    sides = dict.fromkeys(SIDES, 0)
    for word in SAID:
        sides[stance(word, row["claim"])] += row[f"articles_{word}"] or 0
    names = f"{row['a_name']} – {row['b_name']}"
    name = names if focus is None else row["b_name"] if row["a_id"] == focus else row["a_name"]
    return Bar(
        name, row["claim"].replace("_", " "), sides, row["articles_hedged"] or 0, bool(row["contradicted"])
    )


def figure(shown: Claims) -> Figure:
    """Return the picture: a bar for each pair, articles against its leading claim to the left of zero."""
    deep = len(shown.bars)
    picture, axes = canvas.rows(deep, wide=9.6, row=0.25, left=3.4, right=1.9)
    _bars(axes, shown)
    of = "pairs" if shown.focus is None else label(shown.focus, 120)
    headline(
        picture,
        f"What articles claim of {of}",
        "Articles that are not retracted, by what their sentences state; a program reads them. "
        "At the right: the leading claim.",
    )
    caption(
        picture,
        f"{label(shown.topic, 120)} · {shown.run_id} · the {deep} of {shown.found:,} pairs with most "
        f"articles that state a claim (at least {shown.least}). An article may state several. "
        "A star: contradicted, with two works or more on either side.",
    )
    return picture


def _bars(axes: Axes, shown: Claims) -> None:
    from matplotlib.ticker import FuncFormatter, MaxNLocator

    for y, bar in enumerate(shown.bars):
        right, left = 0, 0
        for side, (colour, _) in SIDES.items():
            n = bar.articles[side]
            if not n:
                continue
            outwards = side in {"for", "other"}
            axes.barh(y, n if outwards else -n, left=right if outwards else -left, height=0.72, color=colour)
            right, left = (right + n, left) if outwards else (right, left + n)
    said = [f"{bar.claim} {bar.articles['for']}{' ★' if bar.contradicted else ''}" for bar in shown.bars]
    canvas.name_rows(axes, range(len(said)), [label(bar.name, 44) for bar in shown.bars], said)
    axes.axvline(0, color=INK, linewidth=0.8)
    axes.xaxis.set_major_locator(MaxNLocator(nbins=9, integer=True, min_n_ticks=1))
    axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{abs(value):,.0f}"))
    axes.set_xlabel("articles: against or no effect to the left, for to the right", size=8)
    _legend(axes)


def _legend(axes: Axes) -> None:
    from matplotlib.patches import Patch

    marks = [Patch(color=colour, label=words) for colour, words in SIDES.values()]
    place: dict[str, Any] = {"loc": "lower left", "bbox_to_anchor": (-0.5, 1.0), "borderaxespad": 0.2}
    axes.legend(handles=marks, ncols=4, frameon=False, fontsize=7.5, labelcolor=FAINT, **place)
