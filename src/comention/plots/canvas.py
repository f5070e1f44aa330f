"""What all pictures share: colours, fonts, words, and files whose bytes depend on nothing but the data.

A user's own matplotlib settings play no part, nor does the clock: the same picture is the same file.
"""

from __future__ import annotations

import contextlib
import io
import unicodedata
import warnings
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from comention.errors import UsageError
from comention.files.outputs import Output, put

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

#: The formats of a picture, as suffixes name them.
FORMATS = ("png", "svg", "pdf")
#: Colour and marker of each type: Okabe & Ito's palette, told apart by shape as well.
TYPES: Mapping[str, tuple[str, str]] = {
    "disease": ("#D55E00", "o"),
    "drug": ("#0072B2", "s"),
    "cytokine": ("#009E73", "^"),
    "chemical": ("#CC79A7", "D"),
    "cell": ("#E69F00", "P"),
}
INK, FAINT, PAPER = "#1b1f24", "#6b7280", "#ffffff"

# Any: matplotlib types the names of settings one by one.
_DPI = 150
_STYLE: Any = {
    "figure.dpi": _DPI,  # what is measured is what is written
    "font.family": "DejaVu Sans",  # comes with matplotlib and has Greek
    "font.size": 9,
    "axes.edgecolor": FAINT,
    "axes.labelcolor": INK,
    "text.color": INK,
    "xtick.color": INK,
    "ytick.color": INK,
    "figure.facecolor": PAPER,
    "savefig.facecolor": PAPER,
    "svg.hashsalt": "comention",  # names of parts of an SVG, which are random otherwise
    "text.parse_math": False,  # a dollar sign in a name is a dollar sign
    "axes.formatter.use_mathtext": False,
}
_METADATA: Mapping[str, Mapping[str, None]] = {
    "png": {"Software": None},
    "svg": {"Date": None, "Creator": None},
    "pdf": {"CreationDate": None, "Creator": None, "Producer": None},
}


def draw(out: Output, picture: Callable[[], Figure], form: str | None = None) -> None:
    """Draw a picture and write it to a file, whole or not at all, or to standard output for `-`.

    It is of the format that `form` names, else the file's suffix. Raises UsageError for one that is not
    PNG, SVG or PDF, before anything is drawn, and what :func:`comention.files.outputs.put` raises.
    """
    chosen = form if form is not None else ("" if out == "-" else out.suffix[1:].lower())
    if chosen not in FORMATS:
        raise UsageError(f"{out}: a picture is .png, .svg or .pdf; name the file so, or use --format")
    drawn = io.BytesIO()
    with style():
        picture().savefig(drawn, format=chosen, dpi=_DPI, metadata=dict(_METADATA[chosen]))
    put(out, lambda stream: stream.write(drawn.getbuffer()))


@contextlib.contextmanager
def style() -> Iterator[None]:
    """Give a context in which pictures look the same whoever draws them; signs that no font has are boxes."""
    import matplotlib as mpl

    with mpl.rc_context(), warnings.catch_warnings():
        warnings.filterwarnings("ignore", r"Glyph .* missing from", UserWarning)
        mpl.rcdefaults()
        mpl.rcParams.update(_STYLE)
        yield


def label(text: str, most: int = 28) -> str:
    """Return a name as a picture can show it: one line, nothing invisible, at most so many signs."""
    plain = " ".join("".join(" " if c.isspace() else c for c in text if not _invisible(c)).split())
    return plain if len(plain) <= most else f"{plain[: most - 1].rstrip()}…"


def _invisible(character: str) -> bool:
    return not character.isspace() and unicodedata.category(character) in {"Cc", "Cf", "Cn", "Co", "Cs"}


def caption(figure: Figure, text: str) -> None:
    """Put small print under a picture, of as many lines as it needs; call it last, after :func:`headline`."""
    lines = wrapped(figure, text, 7.5)
    _taller(figure, bottom=0.14 * (len(lines) - text.count("\n") - 1))
    height = figure.get_figheight()
    figure.text(0.01, 0.08 / height, "\n".join(lines), ha="left", va="bottom", size=7.5, color=FAINT)


def headline(figure: Figure, title: str, subtitle: str) -> None:
    """Put a title and lines that explain it at the upper left of a picture, which grows where they wrap."""
    above, below = wrapped(figure, title, 13, weight="bold"), wrapped(figure, subtitle, 8.5)
    extra = 0.24 * (len(above) - 1)
    _taller(figure, top=extra + 0.15 * (len(below) - subtitle.count("\n") - 1))
    height = figure.get_figheight()
    put: dict[str, Any] = {"ha": "left", "va": "top"}
    figure.text(0.01, 1 - 0.12 / height, "\n".join(above), size=13, weight="bold", **put)
    figure.text(0.01, 1 - (0.42 + extra) / height, "\n".join(below), size=8.5, color=FAINT, **put)


#: Inches above and below the rows of a list, for words.
_ABOVE, _BELOW = 1.05, 0.85


def rows(deep: float, *, wide: float, row: float, left: float, right: float) -> tuple[Figure, Axes]:
    """Return a picture of so many rows of `row` inches, with so many inches for words at either side."""
    from matplotlib.figure import Figure

    high = _ABOVE + _BELOW + row * deep
    picture = Figure(figsize=(wide, high))
    box = (left / wide, _BELOW / high, (wide - left - right) / wide, row * deep / high)
    axes = picture.add_axes(box)
    axes.set_ylim(deep - 0.5, -0.5)
    axes.grid(axis="x", color="#e5e7eb", linewidth=0.7)
    axes.set_axisbelow(True)
    for side in ("top", "right", "left"):
        axes.spines[side].set_visible(False)
    axes.tick_params(axis="y", length=0)
    return picture, axes


def name_rows(axes: Axes, places: Sequence[float], names: Sequence[str], notes: Sequence[str]) -> None:
    """Put a name at the left of each row and a note at its right."""
    axes.set_yticks(places, names, size=8)
    at: dict[str, Any] = {"xycoords": axes.get_yaxis_transform(), "textcoords": "offset points"}
    for place, note in zip(places, notes, strict=True):
        axes.annotate(note, (1, place), (10, 0), va="center_baseline", size=8, annotation_clip=False, **at)


def wrapped(figure: Figure, text: str, size: float, weight: str = "normal") -> list[str]:
    """Return a text as lines that are no wider than a picture, as measured; a long word is broken."""
    room = figure.get_figwidth() * figure.dpi * 0.96
    probe = figure.text(0, 0, "", size=size, weight=weight)

    def fits(line: str) -> bool:
        probe.set_text(line)
        return bool(probe.get_window_extent().width <= room)

    lines: list[str] = []
    for paragraph in text.split("\n"):
        line = ""
        for word in paragraph.split(" "):
            longer = f"{line} {word}" if line else word
            if fits(longer):
                line = longer
                continue
            lines += [line] if line else []
            line = word
            while not fits(line):
                most = next(n for n in range(len(line) - 1, 0, -1) if n == 1 or fits(line[:n]))
                lines.append(line[:most])
                line = line[most:]
        lines.append(line)
    probe.remove()
    return lines


def _taller(figure: Figure, top: float = 0.0, bottom: float = 0.0) -> None:
    """Add so many inches to a picture; what is drawn stays as large as it is, and where it is."""
    if top <= 0 and bottom <= 0:
        return
    top, bottom = max(top, 0.0), max(bottom, 0.0)
    height = figure.get_figheight()
    whole = height + top + bottom
    for axes in figure.axes:
        box = axes.get_position()
        place = (box.x0, (box.y0 * height + bottom) / whole, box.width, box.height * height / whole)
        axes.set_position(place)
    for text in figure.texts:
        x, y = text.get_position()
        text.set_position((x, (y * height + bottom) / whole))
    figure.set_figheight(whole)
