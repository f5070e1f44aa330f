"""Numbers, years and probabilities as people read them."""

from __future__ import annotations

import math
import unicodedata

_SUPERSCRIPT = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")
UNKNOWN = "–"
_TURNING = frozenset("R AL RLE RLO LRE LRO RLI LRI FSI PDF PDI".split())


def number(value: int) -> str:
    """Return a count with its thousands set apart: 12,345."""
    return f"{value:,}"


def counted(value: int, noun: str, plural: str | None = None) -> str:
    """Return a count and its noun: `1 article`, `2 articles`."""
    return f"{number(value)} {noun if value == 1 else plural or noun + 's'}"


def decimal(value: float, digits: int = 2) -> str:
    """Return a number with so many digits after the point, its minus sign typographic."""
    text = f"{value:,.{digits}f}"
    if not text.strip("-0.,"):
        text = text.lstrip("-")
    return text.replace("-", "−")


def span(low: float | None, high: float | None, digits: int = 2) -> str:
    """Return an interval: `0.1 to 2.3`, `0.1 or more` without an upper end, a dash where it is unknown."""
    if low is None or high is None:
        known = low if low is not None else high
        more = "more" if low is not None else "less"
        return UNKNOWN if known is None else f"{decimal(known, digits)} or {more}"
    return f"{decimal(low, digits)} to {decimal(high, digits)}"


def ratio(value: float) -> str:
    """Return a positive number to about three digits: 3,464 · 12.3 · 0.87 · 0.0014 · 3.1 × 10⁻⁶."""
    if value <= 0 or value >= 0.095:
        return decimal(value, 0 if value >= 100 else 1 if value >= 10 else 2)
    return p_value(value)


def p_value(value: float) -> str:
    """Return a probability: plain down to 0.001, as a power of ten below; 0 is below what a float holds."""
    if value <= 0:
        return "< 10⁻³⁰⁰"
    if value >= 0.001:
        return f"{value:#.2g}" if value < 0.995 else "1"
    mantissa, exponent = f"{value:.1e}".split("e")
    return f"{mantissa} × 10{str(int(exponent)).translate(_SUPERSCRIPT)}"


def apart(text: str) -> str:
    """Return a text whose direction of writing changes nothing around it, where no `bdi` can stand.

    Text with a letter or a mark that writes from right to left stands between U+2068 and U+2069.
    """
    turned = any(unicodedata.bidirectional(character) in _TURNING for character in text)
    return f"\u2068{text}\u2069" if turned else text


def years(first: int | None, last: int | None) -> str:
    """Return a span of years, one year, or a dash where none is known."""
    if first is None or last is None:
        return UNKNOWN
    return str(first) if first == last else f"{first}–{last}"


def brief(claims: str) -> str:
    """Return what articles say of a pair without those that say nothing: "treats 33 · no effect 1"."""
    said, mentioned, _ = claims.rpartition("mentioned ")
    return (said.removesuffix(" · ") or "only mentioned") if mentioned else claims


def on_axis(log: float) -> str:
    """Return a log odds ratio as an axis of odds has it: 0.01 · 0.1 · 1 · 4 · 16 · 100 · 10³."""
    power = log / math.log(10)
    whole = math.isclose(power, round(power), abs_tol=1e-6)
    if abs(power) > (2.5 if whole else 6):
        return f"10{str(round(power)).translate(_SUPERSCRIPT)}"
    value = 10**power * (1 + 1e-9)  # 1/16 is 0.063 whatever the last digit of its power
    return f"{value:.2g}" if power < 0.9 else f"{value:,.0f}"


def listing(words: list[str]) -> str:
    """Return words as an enumeration: `a`, `a and b`, `a, b and c`."""
    return " and ".join([*([", ".join(words[:-1])] if words[:-1] else []), *words[-1:]])


def odds(log: float) -> str:
    """Return a log odds ratio as odds: "× 12", "÷ 3", "× 1" where the two meet as often as by chance."""
    return ("÷ " if log < 0 else "× ") + _times(abs(log))


def odds_span(low: float | None, high: float | None) -> str:
    """Return an interval of log odds as odds, open where an end is None: "3.1–48", "2 or more"."""
    ends = [None if end is None else ratio(math.exp(min(end, 500.0))) for end in (low, high)]
    if ends[0] is None:
        return UNKNOWN if ends[1] is None else f"{ends[1]} or less"
    return f"{ends[0]} or more" if ends[1] is None else f"{ends[0]}–{ends[1]}"


def _times(log: float) -> str:
    times = math.exp(min(log, 500.0))
    return f"{times:,.0f}" if times >= 10 else f"{times:.1f}".removesuffix(".0")
