"""Answers: pages made of templates, and rows as CSV and JSON."""

from __future__ import annotations

import functools
import urllib.parse
from collections.abc import Iterable, Mapping
from importlib import resources
from typing import Any

import jinja2
from markupsafe import Markup
from starlette.responses import HTMLResponse, Response

from comention.explorer import asked as addresses
from comention.explorer import terms
from comention.explorer.library import Library
from comention.export import delimited
from comention.files.atomic import json_text
from comention.report import graphics, wording
from comention.report.evidence import SYNTHETIC
from comention.report.network import BESIDE, MIDDLE, shortened
from comention.snapshots import claims
from comention.snapshots.tables import Row

#: What an address may ask for instead of a page; `sheet` is CSV in which no text is taken for a formula.
FORMS = ("html", "csv", "sheet", "json")


@functools.cache
def _environment() -> jinja2.Environment:
    environment = jinja2.Environment(
        loader=jinja2.PackageLoader("comention.explorer", "templates"),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=jinja2.StrictUndefined,
    )
    environment.filters |= {
        "number": wording.number,
        "ratio": wording.ratio,
        "p_value": wording.p_value,
        "odds": wording.odds,
        "said": claims.words,
        "chain": claims.chain_words,
        "middle": lambda name: wording.apart(shortened(name, MIDDLE)),
        "word": lambda text: str(text).replace("_", " "),
    }
    environment.globals |= {
        "counted": wording.counted,
        "is_turned": claims.is_turned,
        "plain": terms.plain,
        "years": wording.years,
        "odds_span": wording.odds_span,
        "concept_path": addresses.concept_path,
        "pair_path": addresses.pair_path,
        "address": addresses.address,
        "whisker": whisker,
        "axis_of": axis_of,
        "ticks": lambda axis: graphics.ticks(axis, wording.on_axis),
        "bars": bars,
        "BESIDE": BESIDE,
        "SYNTHETIC": SYNTHETIC,
    }
    return environment


def page(library: Library, template: str, status: int = 200, **values: Any) -> Response:
    """Return a page; every text of the snapshot and of the address is escaped where it is put in."""
    about = library.about()
    text = _environment().get_template(template).render(about=about, **values)
    return HTMLResponse(text, status)


@functools.cache
def style() -> str:
    """Return the style sheet: the report's, and what is the explorer's own."""
    own = resources.files("comention.explorer") / "templates" / "explorer.css"
    return (resources.files("comention.report") / "style.css").read_text("utf-8") + own.read_text("utf-8")


@functools.cache
def script() -> str:
    """Return the one script, which offers names while one is typed."""
    return (resources.files("comention.explorer") / "templates" / "names.js").read_text("utf-8")


def file_of(rows: Iterable[Row], columns: tuple[str, ...], form: str, name: str) -> Response:
    """Return rows as a file to be kept."""
    if form == "json":
        body = (
            "[" + ",\n".join(json_text({column: one[column] for column in columns}) for one in rows) + "]\n"
        )
        kind, suffix = "application/json", "json"
    else:
        body = "".join(delimited.lines(rows, columns, spreadsheet_safe=form == "sheet"))
        kind, suffix = "text/csv; charset=utf-8; header=present", "csv"
    quoted = urllib.parse.quote(f"{name}.{suffix}", safe="")
    return Response(
        body.encode(),
        media_type=kind,
        headers={"Content-Disposition": f"attachment; filename*=UTF-8''{quoted}"},
    )


def axis_of(rows: Iterable[Mapping[str, Any]]) -> tuple[float, float]:
    """Return the ends of the axis of log odds that the intervals of some rows share; zero is on it."""
    names = ("log_odds_low", "log_odds", "log_odds_high")
    known = [value for one in rows for name in names if (value := one[name]) is not None]
    return min([*known, 0.0]), max([*known, 0.0])


def whisker(one: Mapping[str, Any], axis: tuple[float, float]) -> Markup:
    """Return the interval of a row's log odds as a drawing."""
    low, middle, high = one["log_odds_low"], one["log_odds"], one["log_odds_high"]
    if middle is None:
        return Markup("")
    label = f"odds {wording.odds(middle)}, 95 % interval {wording.odds_span(low, high)}"
    ends = axis[0] - 1 if low is None else low, axis[1] + 1 if high is None else high  # beyond: no bar across
    return graphics.whisker(ends[0], middle, ends[1], axis, label)


def bars(years: Mapping[int, int], corpus: Mapping[str, Any]) -> Markup:
    """Return articles by year as bars over the years of the corpus."""
    first, last = corpus["first_year"], corpus["last_year"]
    if not years or first is None or last is None:
        return Markup("")
    peak = max(years, key=lambda year: (years[year], year))
    label = f"Articles by year, {wording.years(min(years), max(years))}: most in {peak} ({years[peak]:,})"
    return graphics.sparkline(years, first, last, label)
