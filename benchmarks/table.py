"""A benchmark as Markdown: rates, figures and curves beside their targets, and where each was measured.

A target is judged at full size only: parts that were measured with fewer records show figures alone.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

from benchmarks.results import Bench, BenchPart, Curve, Spread
from benchmarks.targets import EXPONENT, FIGURES, RATIOS, Target

#: What docs/benchmarks.md shows.
MEASURED = Path(__file__).parent / "measured.json"
#: The generated part of docs/benchmarks.md stands between `<!-- bench -->` and `<!-- /bench -->`.
NAME = "bench"

_SECONDS = ("s", "CPU s")
_FIGURES = ("Stage", "What", "measured", "least–most", "target", "")


def markdown(bench: Bench) -> str:
    """Return all parts of a benchmark as tables with what they were measured on."""
    parts = {stage: part for stage, part in bench.parts.items() if part.error is None}
    blocks = [
        _table(
            ("Stage", "Who", "per CPU-second", "comention does", "least–most", "target", ""),
            [row for stage, part in parts.items() for row in _rates(stage, part)],
        ),
        _table(_FIGURES, [row for stage, part in parts.items() for row in _figures(stage, part, aimed=True)]),
        *[_curves(stage, part) for stage, part in parts.items()],
        _folded(
            "What else was measured",
            _table(
                _FIGURES[:-2],
                [row[:-2] for stage, part in parts.items() for row in _figures(stage, part, aimed=False)],
            ),
        ),
        *[f"{stage} failed: {part.error}" for stage, part in bench.parts.items() if part.error],
        _origins(bench),
    ]
    return "\n\n".join(block for block in blocks if block)


def placed(text: str, name: str, made: str) -> str:
    """Return a text of Markdown with what is generated between the marks of a name made anew."""
    return re.sub(
        rf"(<!-- {name} -->\n).*?(<!-- /{name} -->)",
        lambda match: f"{match[1]}{made}\n{match[2]}",
        text,
        flags=re.DOTALL,
    )


def _table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    if not rows:
        return ""
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _folded(title: str, block: str) -> str:
    """Return a block that a reader opens, where it is not empty."""
    return block and f"<details><summary>{title}</summary>\n\n{block}\n\n</details>"


def _rates(stage: str, part: BenchPart) -> Iterable[Sequence[str]]:
    for rate in part.findings.rates:
        target = RATIOS.get((stage, rate.who))
        yield (
            stage,
            rate.who,
            f"{number(rate.rate.median)} {part.findings.per}" if rate.rate else f"skipped: {rate.skipped}",
            f"{rate.ratio.median:.2f} ×" if rate.ratio else "",
            _span(rate.ratio, ratio=True),
            *_judged(target, rate.ratio.median if rate.ratio else None, part, " ×"),
        )


def _figures(stage: str, part: BenchPart, *, aimed: bool) -> Iterable[Sequence[str]]:
    """Yield a row for each figure that has a target, or for each that has none."""
    for figure in part.findings.figures:
        target = FIGURES.get((stage, figure.what))
        if (target is not None) != aimed:
            continue
        judged = _judged(target, figure.value.median, part, f" {figure.unit}")
        measured = f"{number(figure.value.median)} {figure.unit}".strip()
        yield (stage, figure.what, measured, _span(figure.value), *judged)


def _curves(stage: str, part: BenchPart) -> str:
    """Return the curves of a part: sizes across, then exponents over all sizes and over the last two."""
    curves = part.findings.curves
    sizes = sorted({size for curve in curves for size in curve.points})
    head = (stage, *[f"{size:,} articles" for size in sizes], "exponent", "of the last two", "target", "")
    return _table(head if curves else (), [_curve(curve, sizes, part) for curve in curves])


def _curve(curve: Curve, sizes: Sequence[int], part: BenchPart) -> Sequence[str]:
    timed = curve.unit in _SECONDS
    worst = max((value for value in (curve.exponent, curve.last) if value is not None), default=None)
    return (
        f"{curve.what}, {curve.unit}",
        *[number(curve.points[size]) if size in curve.points else "" for size in sizes],
        "" if curve.exponent is None else f"{curve.exponent:.2f}",
        "" if curve.last is None else f"{curve.last:.2f}",
        *_judged(EXPONENT if timed and len(sizes) > 2 else None, worst, part),
    )


def _judged(target: Target | None, value: float | None, part: BenchPart, unit: str = "") -> tuple[str, str]:
    if target is None:
        return "", ""
    full = part.records is None and value is not None
    return f"{target}{unit}", ("met" if target.met(value or 0) else "**missed**") if full else ""


def _span(spread: Spread | None, *, ratio: bool = False) -> str:
    if spread is None or spread.low == spread.high:
        return ""
    return "–".join(f"{value:.2f}" if ratio else number(value) for value in (spread.low, spread.high))


def number(value: float) -> str:
    """Return a number with three digits, or all it has before the point."""
    if value == int(value):
        return f"{value:,.0f}"
    if value and abs(value) < 0.1:
        return f"{value:.2g}"
    return f"{value:,.2f}" if abs(value) < 10 else f"{value:,.1f}" if abs(value) < 100 else f"{value:,.0f}"


def _origins(bench: Bench) -> str:
    """Say where the parts are from: once where they agree, else for each group of stages that do."""
    said = (_grouped("Measured on", bench, _origin), _others(bench), _grouped("With", bench, _packages))
    return " ".join(one for one in said if one)


def _others(bench: Bench) -> str:
    """Say how busy the machine was with other things."""
    cores = [part.others for part in bench.parts.values() if part.others is not None]
    if not cores:
        return ""
    span = f"{min(cores):.1f} to {max(cores):.1f}" if len(cores) > 1 else f"{cores[0]:.1f}"
    return f"Other processes used {span} cores meanwhile."


def _grouped(begin: str, bench: Bench, of: Callable[[BenchPart], str]) -> str:
    groups: dict[str, list[str]] = {}
    for stage, part in bench.parts.items():
        groups.setdefault(of(part), []).append(stage)
    if len(groups) == 1:
        only = next(iter(groups))
        return f"{begin} {only}." if only else ""
    return " ".join(f"{', '.join(stages)}: {begin.lower()} {what}." for what, stages in groups.items())


def _origin(part: BenchPart) -> str:
    machine = part.machine
    words = [
        f"{machine.cpu}, {machine.cores} cores, {machine.memory_gib:g} GiB, {machine.system}",
        f"Python {machine.python}",
        f"comention {part.version}" + (f" ({part.commit})" if part.commit else ""),
        f"{part.rounds} rounds" if part.rounds != 1 else "1 round",
        *([f"{part.records:,} records at most"] if part.records is not None else []),
    ]
    return "; ".join(words)


def _packages(part: BenchPart) -> str:
    return ", ".join(f"{name} {version}" for name, version in part.packages.items())
