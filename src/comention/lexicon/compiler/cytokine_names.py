"""How abstracts spell a cytokine: the grammar that turns one curated name into all of its spellings.

Folding already makes "IL-12", "IL12" and "il 12" one name, and "IFN-γ" and "IFN gamma". What it does
not do is written here: Latin letters for Greek ones (IL-1b, TNF-a), Greek letters' names glued to a word
(TNFalpha, interferongamma), long and short forms (IL-17A, interleukin-17A), prefixes that say where a
preparation comes from (rhIL-12, mIL-12), and the systematic names of chemokines and the TNF superfamily.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import partial

_LATIN = {"α": "a", "β": "b", "γ": "g", "δ": "d", "ε": "e", "κ": "k", "λ": "l"}
_NAMES = {
    "α": ("alpha", "alfa"),
    "β": ("beta",),
    "γ": ("gamma",),
    "δ": ("delta",),
    "ε": ("epsilon",),
    "κ": ("kappa",),
    "λ": ("lambda",),
    "ω": ("omega",),
}
_GREEK_AT_END = re.compile(r"[α-ω](\d+|$|/)")
_GREEK_SIGN = re.compile(r"(?P<before>\w)?(?P<hyphen>[- ]?)(?P<letter>[αβγδεκλω])")

#: recombinant, human, murine, and what laboratories make of them; on a plasmid, in an adenovirus.
_PREFIXES = ("r", "rh", "rm", "rhu", "rmu", "rHu", "h", "hu", "hr", "m", "mu", "mr", "mo", "rr", "p", "Ad")
_PREFIXED = re.compile(
    r"(IL-?\d|IFN|TNF|LT-|GM-?CSF|G-?CSF|M-?CSF|VEGF|TGF|EPO|TSLP|Flt3L|C?XCL\d|CCL\d|MIP-|MCP-)"
)

#: The short form's beginning and what it stands for.
_LONG_FORMS = (
    ("IL-", ("interleukin-",)),
    ("IFN-", ("interferon-",)),
    ("TNF-", ("tumor necrosis factor-",)),
    ("TGF-", ("transforming growth factor-",)),
    ("LT-", ("lymphotoxin-",)),
    ("MIP-", ("macrophage inflammatory protein-",)),
    ("MCP-", ("monocyte chemoattractant protein-", "monocyte chemotactic protein-")),
    ("VEGF-", ("vascular endothelial growth factor-",)),
)
_CHEMOKINE = re.compile(r"(CX3C|CXC|CC|XC)L(\d+)")
_SUPERFAMILY = re.compile(r"TNFSF(\d+B?)")


def spellings(name: str) -> Iterator[str]:
    """Yield every spelling of a cytokine's name but the name itself; some may repeat."""
    forms = [name, *_long_forms(name), *_systematic(name)]
    yield from forms[1:]
    for form in forms:
        yield from _greek_spellings(form)
    for form in (name, *_greek_spellings(name)):
        if _PREFIXED.match(form):
            yield from (prefix + form for prefix in _PREFIXES)
    yield from _misread(name)
    if name.endswith("IFN"):
        yield name + "s"


def _misread(name: str) -> Iterator[str]:
    """Yield what letters that look alike make of a name in scanned texts: "IL-l0", "IL-1O", "lFN-α"."""
    if re.match(r"IL-1[0-9αβ]", name) and "/" not in name:
        yield f"IL-l{name[4:]}"
        yield f"IL-I{name[4:]}"
    if re.match(r"IL-[123]0", name):
        yield f"{name[:4]}O{name[5:]}"
    if name.startswith("IFN-"):
        yield f"l{name[1:]}"
    if name == "IFN-γ":
        yield "IFN-y"


def _long_forms(name: str) -> Iterator[str]:
    for short, longs in _LONG_FORMS:
        if name.startswith(short) and name != f"{short}A":  # no "interferon a", see below
            rest = name.removeprefix(short)
            for long in longs:
                yield long + rest
                # "interleukin (IL)-12", as lists of cytokines begin
                yield f"{long[:-1]} ({short[:-1]})-{rest}"


def _greek_spellings(name: str) -> Iterator[str]:
    """Latin letters and glued names in the place of Greek letters, all of them at once."""
    if not _GREEK_SIGN.search(name):
        return
    for nth in (0, 1):
        yield _GREEK_SIGN.sub(partial(_glued, nth=nth), name)
    # "IFN-a" and "IFNa", where the letter ends a word; not inside "interferon-γ-inducing factor", and not
    # "interferon a", which is what "an interferon a day" holds.
    letters = [m.group("letter") for m in _GREEK_SIGN.finditer(name)]
    if name[0].islower() and name.endswith("α"):
        return
    if all(letter in _LATIN for letter in letters) and _GREEK_AT_END.search(name):
        yield _GREEK_SIGN.sub(_latin, name)
        if " " not in name:
            yield _GREEK_SIGN.sub(partial(_latin, hyphen=False), name)


def _latin(match: re.Match[str], *, hyphen: bool = True) -> str:
    return _keep(match) + (match.group("hyphen") if hyphen else "") + _LATIN[match.group("letter")]


def _keep(match: re.Match[str]) -> str:
    return match.group("before") or ""


def _glued(match: re.Match[str], *, nth: int) -> str:
    names = _NAMES[match.group("letter")]
    return _keep(match) + names[min(nth, len(names) - 1)]


def _systematic(name: str) -> Iterator[str]:
    if found := _CHEMOKINE.fullmatch(name):
        family, number = found.groups()
        spaced = "-".join("CX3C" if family == "CX3C" else family)
        spaced = "C-X3-C" if family == "CX3C" else spaced
        for motif in (family, spaced):
            yield f"{motif} motif chemokine ligand {number}"
            yield f"{motif} motif ligand {number}"
            yield f"{motif} motif chemokine {number}"
            yield f"{motif} chemokine ligand {number}"
            yield f"{motif} ligand {number}"
            yield f"chemokine ({motif} motif) ligand {number}"
            yield f"chemokine {motif} motif ligand {number}"
    if found := _SUPERFAMILY.fullmatch(name):
        for family in ("TNF", "TNF ligand", "tumor necrosis factor", "tumor necrosis factor ligand"):
            yield f"{family} superfamily member {found.group(1)}"


_RECEPTOR_ENDS = (
    "receptor", "R", "Rs", "R1", "R2", "RI", "RII", "Rα", "Rβ", "Rγ", "Rα1", "Rα2", "Rβ1", "Rβ2",
    "Ra", "Rb", "Ralpha", "Rbeta", "Rgamma", "Rb1", "Rb2", "Rbeta1", "Rbeta2", "sR", "RAcP", "RAP",
    "binding protein", "BP", "BPa", "converting enzyme", "convertase", "family", "superfamily",
)  # fmt: skip


def receptor_names(name: str) -> Iterator[str]:
    """Yield names that hold a cytokine's name and mean its receptor, a binding protein, or its family."""
    long_form = len(name.split()) > 1
    ends = [end for end in _RECEPTOR_ENDS if not (long_form and end.startswith(("R", "sR", "BP")))]
    for form in {name, *_long_forms(name), *_greek_spellings(name)}:
        yield from (f"{form} {end}" for end in ends)
        yield from (f"{form}{end}" for end in ends if end[0] == "R" and form[-1].isalpha())  # TGFbetaRII
        yield from (f"{before} {form}" for before in ("receptor for", "receptor of", "receptors for"))
