"""Small graphics as inline SVG. Colours come from the page's style sheet, words from the caller."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping

from markupsafe import Markup

_SPARK_WIDTH, _SPARK_HEIGHT = 240, 40
_WHISKER_WIDTH, _WHISKER_HEIGHT = 150, 16
_TEN = math.log(10)


def sparkline(
    articles: Mapping[int, int], first: int, last: int, label: str, class_: str = "spark"
) -> Markup:
    """Return bars of articles by year, from `first` to `last`; `label` is what a screen reader says.

    A year outside the span is left out. The highest bar has the full height.
    """
    inside = {year: n for year, n in sorted(articles.items()) if first <= year <= last and n > 0}
    step = _SPARK_WIDTH / (last - first + 1)
    width = max(step * 0.8, 0.5)
    highest = max(inside.values(), default=1)
    bars = []
    for year, count in inside.items():
        height = max(_SPARK_HEIGHT * count / highest, 1.0)
        left = step * (year - first) + (step - width) / 2
        bars.append(f"M{left:.1f} {_SPARK_HEIGHT}v-{height:.1f}h{width:.1f}v{height:.1f}z")
    return Markup(
        '<svg class="{class_}" role="img" aria-label="{label}" viewBox="0 0 {width} {height}" '
        'preserveAspectRatio="none"><path class="base" d="M0 {height}h{width}"/><path d="{path}"/></svg>'
    ).format(class_=class_, label=label, width=_SPARK_WIDTH, height=_SPARK_HEIGHT, path="".join(bars))


def whisker(low: float, middle: float, high: float, axis: tuple[float, float], label: str) -> Markup:
    """Return an interval with its estimate on an axis that the rows of a table share; a tick marks zero.

    An end that lies beyond the axis has no bar across. Nothing is drawn where one of the three is not a
    number, or the axis has no length.
    """
    start, end = axis
    if not all(map(math.isfinite, (low, middle, high, start, end))) or end <= start:
        return Markup("")

    def at(value: float) -> str:
        return f"{4 + (_WHISKER_WIDTH - 8) * (min(max(value, start), end) - start) / (end - start):.1f}"

    zero = f'<path class="zero" d="M{at(0)} 0v{_WHISKER_HEIGHT}"/>' if start <= 0 <= end else ""
    return Markup(
        '<svg class="whisker" role="img" aria-label="{label}" viewBox="0 0 {width} {height}">{zero}'
        '<path d="{left}M{low} 8H{high}{right}"/><circle cx="{middle}" cy="8" r="3.5"/></svg>'
    ).format(
        label=label,
        width=_WHISKER_WIDTH,
        height=_WHISKER_HEIGHT,
        zero=Markup(zero),  # noqa: S704 - made of numbers
        left=f"M{at(low)} 4v8" if low >= start else "",
        right=f"M{at(high)} 4v8" if high <= end else "",
        low=at(low),
        middle=at(middle),
        high=at(high),
    )


#: Steps between the ticks of an axis in powers of ten, and the share of it that a tick takes.
_STEPS, _APART = (math.log10(2), math.log10(4), 1.0, 2.0, 3.0, 5.0, 10.0, 50.0, 300.0), 0.24


def ticks(axis: tuple[float, float], said: Callable[[float], str]) -> Markup:
    """Return the axis that :func:`whisker` draws on, with what is `said` of some of its values.

    These are log odds of powers of ten, or of two where the axis is short; 0 is one where it is on the axis.
    """
    start, end = axis
    if not (math.isfinite(start) and math.isfinite(end)) or end <= start:
        return Markup("")
    low, high = start / _TEN, end / _TEN
    step = next((step for step in _STEPS if step >= _APART * (high - low)), high - low)
    wide = _WHISKER_WIDTH - 8
    shown = [Markup('<path d="M4 1h{}"/>').format(wide)]
    for n in range(math.ceil(low / step), math.floor(high / step) + 1):
        at = 4 + wide * (n * step - low) / (high - low)
        tick = Markup('<path d="M{0:.1f} 1v3"/><text x="{0:.1f}" y="16" text-anchor="middle">{1}</text>')
        shown.append(tick.format(at, said(n * step * _TEN)))
    return Markup('<svg class="ticks" aria-hidden="true" viewBox="0 0 {} 18">{}</svg>').format(
        _WHISKER_WIDTH, Markup("").join(shown)
    )
