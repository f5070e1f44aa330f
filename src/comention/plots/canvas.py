"""What all pictures share: colours, fonts, words, and files whose bytes depend on nothing but the data.

A user's own matplotlib settings play no part, nor does the clock: the same picture is the same file.
"""

from __future__ import annotations

import contextlib
import io
import unicodedata
import warnings
from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from comention.errors import UsageError
from comention.files.outputs import Output, put

if TYPE_CHECKING:
    from matplotlib.figure import Figure

#: The formats of a picture, as suffixes name them.
FORMATS = ("png", "svg")
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
_STYLE: Any = {
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
}
_DPI = 150


def draw(out: Output, picture: Callable[[], Figure], form: str | None = None) -> None:
    """Draw a picture and write it to a file, whole or not at all, or to standard output for `-`.

    It is of the format that `form` names, else the file's suffix. Raises UsageError for one that is neither
    PNG nor SVG, before anything is drawn, and what :func:`comention.files.outputs.put` raises.
    """
    chosen = form if form is not None else ("" if out == "-" else out.suffix[1:].lower())
    if chosen not in FORMATS:
        raise UsageError(f"{out}: a picture is .png or .svg; name the file so, or use --format")
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
    """Put a line of small print under a picture."""
    figure.text(0.01, 0.01, text, ha="left", va="bottom", size=7.5, color=FAINT)


def headline(figure: Figure, title: str, subtitle: str) -> None:
    """Put a title and a line that explains it at the upper left of a picture."""
    height = figure.get_figheight()
    figure.text(0.01, 1 - 0.12 / height, title, ha="left", va="top", size=13, weight="bold")
    figure.text(0.01, 1 - 0.42 / height, subtitle, ha="left", va="top", size=8.5, color=FAINT)
