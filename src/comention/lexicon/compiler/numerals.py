"""Numbers of types: "type II diabetes" and "type 2 diabetes", "cystinuria 1" and "cystinuria type I"."""

from __future__ import annotations

import re
from collections.abc import Iterator

_ROMAN = ("I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X")
_SWAPPED = {roman: str(n) for n, roman in enumerate(_ROMAN, 1)} | {
    str(n): roman for n, roman in enumerate(_ROMAN, 1)
}
_NUMBER = r"(?P<number>VIII|VII|III|IX|IV|VI|II|I|V|X|10|[1-9])(?P<part>[A-C]?)"
#: Behind "type" anywhere, or at the end of a name of at least one long word; the X of "trisomy X" is no ten.
_TYPED = re.compile(rf"(?P<type>\btype )(?:{_NUMBER})(?=[\s,)]|$)", re.IGNORECASE)
_LAST = re.compile(rf"(?<=[a-z]{{4}} )(?<!somy )(?<!fragile )(?:{_NUMBER})$")


def variants(name: str) -> Iterator[str]:
    """Yield a numbered name with the other kind of numeral, and with and without the word "type".

    >>> list(variants("Type II Diabetes")), list(variants("Cystinuria 1"))
    (['Type 2 Diabetes'], ['Cystinuria I', 'Cystinuria type 1', 'Cystinuria type I'])
    """
    if found := _TYPED.search(name):
        other = _other(found)
        before, behind = name[: found.start()], name[found.end() :]
        yield before + found["type"] + other + behind
        if not behind and _LAST.search(f"{before}{found['number']}"):
            yield before + found["number"] + found["part"]
            yield before + other
    elif found := _LAST.search(name):
        before = name[: found.start()]
        yield before + _other(found)
        yield f"{before}type {found[0]}"
        yield f"{before}type {_other(found)}"


def _other(found: re.Match[str]) -> str:
    return _SWAPPED[found["number"].upper()] + found["part"]
