"""Further names of drugs by rule: combinations in every order, enantiomers by the hand of the molecule.

MeSH writes "Trifluridine and Tipiracil" or "avibactam, ceftazidime drug combination"; texts write
"ceftazidime-avibactam", "trifluridine/tipiracil". WHO calls an enantiomer dexchlorpheniramine or esketamine;
texts write "D-chlorpheniramine", "S-ketamine".
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Collection, Iterator

from comention.lexicon.compiler.substances import base_name

_WORDS = re.compile(r",?\s*\b(?:drug combinations?|combination(?: product)?|mixture)\b", re.I)
_PARTS = re.compile(r",\s*(?:and\s)?|\s?/\s?|\s(?:-|and|plus|with)\s|(?<=[A-Za-z]{4})-(?=[A-Za-z]{4})", re.I)
_MOST, _FEWEST = 3, 2
# What bodies and meals hold: two of these beside each other are a ratio or a list, and no product.
_NATURAL = re.compile(
    r"(?i)vitamin .*|(?:estradiol|estriol|estrone|testosterone|progesterone|insulin|glucose|water"
    r"|oxygen|carbon dioxide"
    r"|calcium|zinc|sodium|potassium|magnesium|iron|copper|lipids?|cysteine|methionine|arginine|glycine"
    r"|lysine"
    r"|betaine|palmitate|caffeine|ethanol|glycerol|sucrose|inositol)(?: \w+)?|.* acid|amino acids?"
)
#: What is given with another drug alone, so that "and" and "plus" join a product, too.
_NEVER_ALONE = (
    "clavulanate", "clavulanic acid", "tazobactam", "sulbactam", "avibactam", "vaborbactam", "relebactam",
    "enmetazobactam", "cilastatin", "tipiracil", "carbidopa", "benserazide", "cedazuridine",
)  # fmt: skip
_JOINTS = (" and ", " plus ")

_HANDS = (("dextro", "D"), ("dex", "D"), ("levo", "L"), ("lev", "L"), ("es", "S"), ("ar", "R"))
_SHORTEST = 6


def combination_names(name: str, is_drug: Callable[[str], bool]) -> Iterator[str]:
    """Yield the names of a combination, its members in every order; nothing where it names no two drugs.

    >>> sorted(combination_names("avibactam, ceftazidime drug combination", lambda name: True))[:2]
    ['avibactam/ceftazidime', 'ceftazidime and avibactam']
    """
    parts = [part for part in _PARTS.split(_WORDS.sub("", name).strip()) if part]
    if not _FEWEST <= len(parts) <= _MOST or not all(map(is_drug, parts)):
        return
    if sum(_NATURAL.fullmatch(part) is not None for part in parts) > 1:
        return
    bases = [base_name(part.upper()).lower() for part in parts]
    for members in dict.fromkeys((tuple(parts), tuple(bases))):
        for order in itertools.permutations(members):
            yield "/".join(order)
        if len(members) == _FEWEST and members[-1].lower() in _NEVER_ALONE:
            yield from (joint.join(members) for joint in _JOINTS)
        elif len(members) == _FEWEST and members[0].lower() in _NEVER_ALONE:
            yield from (joint.join(reversed(members)) for joint in _JOINTS)


def enantiomer_names(name: str, known: Collection[str]) -> Iterator[str]:
    """Yield what texts call an enantiomer by the name of its racemate, one of the `known` names.

    >>> list(enantiomer_names("dexchlorpheniramine", {"chlorpheniramine"}))
    ['D-chlorpheniramine', 'dex-chlorpheniramine']
    """
    for start, hand in _HANDS:
        racemate = name.removeprefix(start)
        if racemate != name and len(racemate) >= _SHORTEST and racemate in known:
            yield f"{hand}-{racemate}"
            yield f"{start}-{racemate}"
            return
