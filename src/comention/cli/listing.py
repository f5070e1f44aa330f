"""Tables and sentences as a terminal shows them: within its width, names cut with …, numbers never."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from rich.console import Console
    from rich.text import Text

Row = Mapping[str, Any]

_GAP = 2  # cells between two columns
_LEAST = 12  # cells that a name keeps before a column is given up
# What ends a line or a column somewhere is a space; what would command the terminal, or turn the direction of
# what follows, is shown as U+FFFD. One sign for one, so that no offset moves.
_BREAK = re.compile("[\t\n\r\v\f\x1c-\x1e\x85\u2028\u2029]")
_COMMAND = re.compile("[\x00-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
_STYLES = {"a": "bold cyan", "b": "bold magenta"}


@dataclass(frozen=True, slots=True)
class ListColumn:
    """A column of a table: how many cells its widest value takes, and how few it can live with."""

    name: str
    widest: int
    least: int


def harmless(text: str) -> str:
    """Return a text that stays on its line and tells a terminal nothing, as long as it was."""
    return _COMMAND.sub("\ufffd", _BREAK.sub(" ", text))


def cell(value: Any) -> str:
    """Return a value as people read it: three digits of a fraction, nothing for what is unknown."""
    if value is None:
        return ""
    if isinstance(value, float):
        return f"{value:.3g}"
    if isinstance(value, list | tuple):
        return harmless(", ".join(map(str, value)))
    return harmless(str(value))


def fitted(columns: Sequence[ListColumn], width: int, yields: Sequence[str] = ()) -> dict[str, int]:
    """Return the cells of each column so that a table of `width` holds them.

    Where the columns fit even at their least, the widest are narrowed first; where they do not, columns are
    given up: first those that `yields` names, in its order, then from the right. Two always stay.
    """
    kept = list(columns)
    leaving = [*yields, *reversed([column.name for column in columns])]
    while len(kept) > 2 and sum(c.least + _GAP for c in kept) - _GAP > width:
        gone = next(name for name in leaving if name in {c.name for c in kept})
        kept = [column for column in kept if column.name != gone]
    cells = {column.name: column.widest for column in kept}
    least = {column.name: column.least for column in kept}
    room = width - _GAP * (len(kept) - 1)
    while sum(cells.values()) > room:
        wide = [name for name in cells if cells[name] > least[name]]
        if not wide:
            break
        cells[max(wide, key=lambda name: cells[name])] -= 1
    return cells


def print_table(
    console: Console,
    rows: Sequence[Row],
    columns: Sequence[str],
    *,
    wrap: Sequence[str] = (),
    yields: Sequence[str] = (),
    title: str | None = None,
) -> list[str]:
    """Print rows within the console's width and return the columns that had no room.

    A text that is too long ends with …; in the columns that `wrap` names it goes on on the next line. A
    number is never cut and never broken.
    """
    from rich import box
    from rich.table import Table
    from rich.text import Text

    numeric = {name for name in columns if _is_numeric(rows, name)}
    measured = [_measured(rows, name, rigid=name in numeric) for name in columns]
    cells = fitted(measured, console.width, yields)
    shown = Table(
        box=box.SIMPLE_HEAD,
        show_edge=False,
        pad_edge=False,
        padding=(0, 1, 0, 0),
        title=title,
        title_justify="left",
    )
    upright = "top" if wrap else "bottom"
    for name, width in cells.items():
        side = "right" if name in numeric else "left"
        shown.add_column(_header(name), justify=side, width=width, vertical=upright)  # type: ignore[arg-type]  # two of its literals
    for row in rows:
        overflow = {name: ("fold", False) if name in wrap else ("ellipsis", True) for name in cells}
        shown.add_row(
            *(Text(cell(row[n]), overflow=overflow[n][0], no_wrap=overflow[n][1]) for n in cells)  # type: ignore[arg-type]  # two of its literals
        )
    console.print(shown, crop=False)
    return [name for name in columns if name not in cells]


def _is_numeric(rows: Sequence[Row], name: str) -> bool:
    values = [row[name] for row in rows if row[name] is not None]
    return bool(values) and all(isinstance(v, int | float) and not isinstance(v, bool) for v in values)


def _header(name: str) -> str:
    return name.replace("_", " ")


def _measured(rows: Sequence[Row], name: str, *, rigid: bool) -> ListColumn:
    from rich.cells import cell_len

    longest = max((cell_len(cell(row[name])) for row in rows), default=0)
    word = max((cell_len(part) for part in _header(name).split()), default=0)
    widest = max(longest, word)
    return ListColumn(name, widest, widest if rigid else max(min(widest, _LEAST), word))


def print_evidence(console: Console, rows: Sequence[Row]) -> None:
    """Print the places of a pair: PMID, year and place on a line, below it the sentence, mentions marked."""
    from rich.padding import Padding
    from rich.text import Text

    for number, row in enumerate(rows):
        if number:
            console.print()
        head = Text(str(row["pmid"]), style="bold")
        head.append(" · ".join(["", *_place(row)]), style="not bold dim")
        console.print(head, soft_wrap=True)
        console.print(Padding(_marked(row), (0, 0, 0, 2)))


def _place(row: Row) -> Iterator[str]:
    yield "year unknown" if row["year"] is None else str(row["year"])
    yield str(row["level"])
    if row["section"]:
        yield harmless(str(row["section"]).lower())
    if row["context"]:
        yield str(row["context"])
    if row["negated"]:
        yield "negated" if row["denied"] == "thing" else "effect denied"
    yield from (flag for flag in ("speculative", "retracted") if row[flag])
    if row["claim"] not in (None, "none"):
        yield _claim(row)


def _claim(row: Row) -> str:
    word = str(row["claim"]).replace("_", " ")
    return f"{word} (hedged)" if row["certainty"] == "hedged" else word


def print_claims(console: Console, rows: Sequence[Row]) -> None:
    """Print what sentences say of a pair by stance: PMID, year and claim on a line, below it the sentence.

    Mentions are marked, and the words that decide are underlined.
    """
    from rich.padding import Padding
    from rich.text import Text

    for stance, of_stance in itertools.groupby(rows, lambda row: row["stance"]):
        console.print(Text(str(stance), style="bold reverse"))
        for row in of_stance:
            place = ["year unknown" if row["year"] is None else str(row["year"]), _claim(row)]
            place += [harmless(row["section"].lower())] if row["section"] else []
            place += ["retracted"] if row["retracted"] else []
            head = Text(str(row["pmid"]), style="bold")
            head.append(" · ".join(["", *place]), style="not bold dim")
            console.print(head, soft_wrap=True)
            text = _marked(row)
            if row["cue_start"] is not None:
                text.stylize("underline", *(row[f"cue_{at}"] - row["text_start"] for at in ("start", "end")))
            console.print(Padding(text, (0, 0, 0, 2)))
        console.print()


def _marked(row: Row) -> Text:
    """Return the sentence with its mentions marked; the article's title where the two share no sentence."""
    from rich.text import Text

    if row["text"] is None:
        return Text(f"no sentence names both; the article: {harmless(row['title'])}", style="italic")
    text = Text(harmless(row["text"]))
    for side, style in _STYLES.items():
        start, end = (row[f"{side}_{at}"] - row["text_start"] for at in ("start", "end"))
        text.stylize(style, start, end)
    return text
