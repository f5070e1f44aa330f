"""A text as its authors meant it: without marks, invisible characters and letters that stand for others.

Some texts hold what is no part of their words: numbers of references ("IL-1²" cites the second one), soft
hyphens and zero-width spaces, character references and tags that were escaped twice ("&#946;", "<sub>"), and
letters that only look right ("IL-1ß", "IFN-ɣ"); in some the encoding was lost ("TNF-Î±"), or a Greek
letter is written as in TeX. Names are looked for in the legible text; their places are
those of the text that was given.
"""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Sequence
from typing import NamedTuple

_UNSEEN = "\u00ad\u200b\u200c\u200d\u2060\ufeff"
# Digits of references, letters of footnotes, and those that tell how much of a cytokine a cell has.
_SUPERSCRIPT = "⁰¹²³⁴-⁹ᵃᵇᶜᵈᵉᶠᵍʰⁱˡᵐⁿᵒᵖʳˢᵗᵘᵛʷˣᴱᴷᴼᵂ①-⑳"
_DASHES = r"\-‐‑–−"  # within a class
# Letters of other alphabets that are printed for Greek ones, wherever they stand.
_GREEK = dict(zip("ɣɤƔϒɑꭤɛꞵꭓƛɸᴪ", "γγγγααεβχλφψ", strict=True))
# Cyrillic letters: alone behind a hyphen or digit they are printed for Greek ones, beside Latin letters for
# the Latin ones that they look like.
_CYRILLIC = dict(zip("АВЕЅІЈКМНОРСТХаеѕіјорсухԁһӏԛԝ", "ABESIJKMHOPCTXaesijopcyxdhlqw", strict=True))
# Greek capitals beside Latin ones or before a Latin letter, and a small l for an I that begins a word, where
# none begins so ("lL-6", "lnterferon", "lgE").
_CAPITALS = dict(zip("ΑΒΕΖΗΙΚΜΝΟΡΤΥΧ", "ABEZHIKMNOPTYX", strict=True))
# What is printed for a Latin letter with a mark, between Latin letters ("Behςet").
_MARKED = dict(zip("ςҫӧӓёїӱɡ", "ççöäëïÿg", strict=True))
# Capitals of other alphabets behind the number of an interleukin, or of another name with such members.
_MEMBERS = dict(zip("ΑΒАВ", "ABAB", strict=True))
_CYRILLIC_GREEK = dict(zip("авукүҮ", "αβγκγγ", strict=True))
# Behind interferons and growth factors, further signs and letters of other scripts that look like Greek ones.
_FAMILY_GREEK = dict(zip("∝⍺υΥʏνყꭚѵгẞбʎлⲗ", "ααγγγγγγγγββλλλ", strict=True))

# UTF-8 that was read as Windows' code page 1252: the first of two bytes, and what a further one was read as.
# Other first bytes are capitals with a mark, behind which a closing quotation mark may stand as well.
_CODE_PAGE = "".join(bytes([b]).decode("cp1252", "ignore") or chr(b) for b in range(0x80, 0xC0))
_BYTE_OF = {character: 0x80 + i for i, character in enumerate(_CODE_PAGE)}
_FIRST_BYTES = "ÂÃÎÏâ"
_MISREAD = rf"(?:[ÂÃÎÏ]|â(?=[€‰ˆ†„])[€‰ˆ†„])[{re.escape(_CODE_PAGE)}]"
# The letters of the font Symbol, which some files keep as characters for private use.
_PRIVATE = {
    chr(0xF000 + ord(latin)): greek
    for latin, greek in zip("abgdezhqiklmnxoprstufcyw", "αβγδεζηθικλμνξοπρστυφχψω", strict=True)
}

_ODD_LETTER = re.compile(
    rf"[{_FIRST_BYTES}{''.join(_PRIVATE)}ßᵀᴿ{_UNSEEN}{_SUPERSCRIPT}{''.join(_GREEK)}{''.join(_CAPITALS)}{''.join(_CYRILLIC)}"
    rf"{''.join(_CYRILLIC_GREEK)}{''.join(_FAMILY_GREEK)}{''.join(_MARKED)}]"
)
_MAY_BE_CAPITAL = re.compile(r"l[Lgn]")
# Tags that were escaped once too often, or twice.
_LESS, _GREATER = "(?:<|&(?:amp;){0,2}lt;)", "(?:>|&(?:amp;){0,2}gt;)"
_TAG = rf"{_LESS}/?(?:su[bp]|inf|[biu]|em|strong|italics?|bold|scp?|smallcaps|underline|span|font){_GREATER}"
_RAISED = rf"{_LESS}sup{_GREATER}\s?\d{{1,3}}(?:\s?[,;{_DASHES}]\s?\d{{1,3}}){{0,20}}\s?{_LESS}/sup{_GREATER}"
# A Greek letter as TeX has it, with what is around it where a whole document was left there.
_TEX_LETTERS = dict(
    zip(
        "alpha beta gamma delta epsilon zeta eta theta iota kappa lambda mu nu xi rho sigma tau phi chi psi"
        " omega".split(),
        "αβγδεζηθικλμνξρστφχψω",
        strict=True,
    )
)
_TEX = (
    r"(?:(?:\\documentclass[^$]{0,600}\$+|\\\(|\$+)\s?\{?)?(?:\\(?:mathrm|text|rm|mathbf|boldsymbol)\s?\{?)?"
    rf"\\(?:up|var)?(?P<letter>{'|'.join(_TEX_LETTERS)})(?![A-Za-z])(?:\s?\}})*"
    r"(?:\s?(?:\$+(?:\s?\\end\{document\})?|\\\)))?"
)
_BEHIND_SMALL_L = r"(?=L-?\d|n[a-z]{4}|g[ADEGM]\b)"
_SMALL_L = rf"\bl{_BEHIND_SMALL_L}"
# The same; what begins with a letter is found in a tenth of the time.
_BEGINS_SMALL_L = re.compile(rf"l(?<!\wl){_BEHIND_SMALL_L}")
_ODD = re.compile(rf"{_ODD_LETTER.pattern}|&[#A-Za-z]|{_SMALL_L}|{_TAG}|\\")
_LATIN = "A-Za-zÀ-ÖØ-öø-ÿ"
_ALTERNATIVES = (
    # A number of references behind a word, its tags as text: no power ("10<sup>6") and no unit ("m<sup>2").
    rf"(?P<tagged>(?:(?<=[^\W\d_]{{3}})|(?<=[A-Z\d][{_DASHES}]\d)|(?<=[A-Z][{_DASHES}]\d\d)|(?<=[.)]))"
    rf"{_RAISED}(?![+\w]))"
    rf"|(?P<invisible>[{_UNSEEN}]+|{_TAG})"
    rf"|(?P<misread>{_MISREAD})"
    rf"|(?P<private>[{''.join(_PRIVATE)}])"
    rf"|(?P<tex>{_TEX})"
    r"|(?P<escaped>&(?:amp;)*(?:#\d{2,7}|#[xX][0-9A-Fa-f]{2,6}|[A-Za-z]{2,8}\d{0,2});)"
    # A number of references behind a word ("IL-2⁶,⁷"); no power ("10⁶"), charge ("Ca²⁺") or place ("N⁶-").
    rf"|(?:(?<=[^\W\d]\w)|(?<=\d[^\W\d])|(?<=[^\W\d]\d\d)|(?<=[^\W\d][{_DASHES}][\dα-ω])"
    rf"|(?<=[^\W\d][{_DASHES}]\d\d)"
    # Behind a capital that names a kind ("hepatitis C²").
    rf"|(?<=[a-z]{{3}}[ -][A-Z])(?![{_SUPERSCRIPT},]*[{_DASHES}](?![{_SUPERSCRIPT}])\w)"
    rf"|(?<=[.,;:)\]\"'’”]))(?<![{_SUPERSCRIPT}])(?<!\d[.,]\d)"
    rf"(?P<mark>[{_SUPERSCRIPT}](?:[{_SUPERSCRIPT},;⁾{_DASHES}]|[⁻ /](?=[{_SUPERSCRIPT}]))*"
    rf"(?<=[{_SUPERSCRIPT}⁾])|ᵀᴹ|ˢᴹ|ᴿ)(?![\w⁺⁻+])"
    # As beta, sharp s stands behind no small letter and before none ("TNF-ß", "Aß"; not "Weiß").
    rf"|(?P<sharp>(?<![a-zß-öø-ÿ])ß(?![a-zß-öø-ÿ]))"
    rf"|(?P<member>(?:(?<=IL\d)|(?<=IL[{_DASHES}]\d)|(?<=IL\d\d)|(?<=IL[{_DASHES}]\d\d)|(?<=VEGF[{_DASHES}]))"
    rf"[{''.join(_MEMBERS)}](?!\w))"
    rf"|(?P<capital>(?:(?<!\w)|(?<=[A-Z]))[{''.join(_CAPITALS)}](?=[{_LATIN}])"
    rf"|(?<=[A-Z])[{''.join(_CAPITALS)}](?![^\W\d_])|{_SMALL_L}"
    # Behind a name whose members have Latin letters ("hepatitis Β", "amphotericin Β").
    rf"|(?:(?<=atitis[ {_DASHES}])|(?<=ricin[ {_DASHES}])|(?<=porin[ {_DASHES}])|(?<=orine[ {_DASHES}])"
    rf"|(?<=tamin[ {_DASHES}])|(?<=uenza[ {_DASHES}])|(?<=toxin[ {_DASHES}])|(?<=myxin[ {_DASHES}])"
    rf"|(?<=philia[ {_DASHES}])|(?<=type[ {_DASHES}]))[ΑΒΕ](?![^\W\d_]))"
    rf"|(?P<greek>[{''.join(_GREEK)}])"
    rf"|(?P<single>(?<=[A-Z\d{_DASHES}])[{''.join(_CYRILLIC_GREEK)}](?!(?!B)\w))"
    rf"|(?P<family>(?:(?<=IFN|TNF|TGF)|(?<=(?:IFN|TNF|TGF)[ {_DASHES}])|(?<=interferon[ {_DASHES}])"
    rf"|(?<=IL-1))[{''.join(_FAMILY_GREEK)}](?![^\W\d_⁰¹²³⁴-⁹]))"
    rf"|(?P<marked>(?<=[{_LATIN}])[{''.join(_MARKED)}](?=[{_LATIN}]))"
    # A capital that stands alone behind a word of Latin letters ("hepatitis В", "type Ι").
    rf"|(?P<alone>(?<=[a-z]{{3}}[ {_DASHES}])[Ι{''.join(filter(str.isupper, _CYRILLIC))}](?![^\W\d_]))"
    rf"|(?P<latin>[{''.join(_CYRILLIC)}]+(?=[{_LATIN}])|(?<=[{_LATIN}])[{''.join(_CYRILLIC)}]+)"
)
# All of them begin with an odd letter, which is asked first: to try them all at each character takes long.
_REPAIRS = re.compile(rf"(?={_ODD_LETTER.pattern}|[&l<$\\])(?:{_ALTERNATIVES})")


class Legible(NamedTuple):
    """A legible text, with the places of its characters in the text that was given.

    `starts` holds the place at which each character begins, `ends` the place behind it.
    """

    text: str
    starts: Sequence[int]
    ends: Sequence[int]

    def given(self, start: int, end: int) -> tuple[int, int]:
        """Return the span in the given text of a span that is not empty."""
        return self.starts[start], self.ends[end - 1]


def legible(text: str) -> Legible | None:
    """Return the legible text; None where the text is legible as it is."""
    if not _is_odd(text):
        return None
    parts: list[str] = []
    starts: list[int] = []
    ends: list[int] = []
    done = 0
    changed = False
    for found in _REPAIRS.finditer(text):
        new = _repaired(found)
        if new == found[0]:
            continue
        changed = True
        start, end = found.span()
        parts += text[done:start], new
        starts += range(done, start)
        ends += range(done + 1, start + 1)
        if len(new) == end - start:
            starts += range(start, end)
            ends += range(start + 1, end + 1)
        else:
            starts += [start] * len(new)
            ends += [end] * len(new)
        done = end
    if not changed:
        return None
    parts.append(text[done:])
    starts += range(done, len(text))
    ends += range(done + 1, len(text) + 1)
    return Legible("".join(parts), starts, ends)


def _is_odd(text: str) -> bool:
    """Return whether a text may hold anything to repair; a search for one set of letters is the quicker."""
    if "&" in text or "</" in text or "\\" in text:
        return _ODD.search(text) is not None
    if not text.isascii() and _ODD_LETTER.search(text):
        return True
    # These are the repairs of ASCII letters: seldom does a word begin so, and seldom has a tag no other.
    if not _MAY_BE_CAPITAL.search(text):
        return False
    return _BEGINS_SMALL_L.search(text) is not None or ("<" in text and _ODD.search(text) is not None)


def _repaired(found: re.Match[str]) -> str:
    """Return what a stretch of a text was meant to be."""
    written, kind = found[0], found.lastgroup or ""
    if kind == "tex":
        return _TEX_LETTERS[found["letter"]]
    if kind in ("mark", "tagged"):
        return " " * len(written)
    if kind in _READ:
        return _READ[kind](written)
    if kind == "capital" or written == "Ι":
        return _CAPITALS.get(written, "I")
    return "".join(map(_TABLES.get(kind, _CYRILLIC).__getitem__, written))


def _unescaped(written: str) -> str:
    """Return the character of a reference, as it is written where that names none."""
    read = html.unescape("&" + written[1:].replace("amp;", ""))
    kept = read.startswith("&") and len(read) > 1
    return written if kept else "".join(c for c in read if c not in _UNSEEN)


def _decoded(written: str) -> str:
    """Return the character whose bytes were read one by one, as it is written where there is none."""
    data = bytes([ord(written[0]), *map(_BYTE_OF.__getitem__, written[1:])])
    return data.decode("utf-8", "ignore") or written


_READ: dict[str, Callable[[str], str]] = {
    "invisible": lambda _: "",
    "misread": _decoded,
    "private": _PRIVATE.__getitem__,
    "escaped": _unescaped,
    "sharp": lambda _: "β",
}
_TABLES = {
    "greek": _GREEK,
    "single": _CYRILLIC_GREEK,
    "family": _FAMILY_GREEK,
    "member": _MEMBERS,
    "marked": _MARKED,
}
