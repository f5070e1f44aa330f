"""Names that an infection, or another disease by an organism, has after what causes it.

"Infection of mice with M. tuberculosis" is tuberculosis, "A. hydrophila infection" one by Aeromonas where the
text names the genus, and "Pseudomonas aeruginosa keratitis" a bacterial one.
"""

from __future__ import annotations

import functools
import itertools
import re
from collections.abc import Iterator

from comention.annotation.document import word_before

# An infection whose organism stands beside it.
_INFECTION = re.compile(r"(?i)(?:[a-z]+ )?(?:super|co)?[\s-]?infections?")
_ORGANISM = r"((?:[A-Z]\.|[A-Za-z][\w‐‑–-]*)(?: [\w‐‑–-]+){0,5})"
# Behind "in" stands who has it, and with what else: "infection in patients with measles" is none by measles.
_OF_HOST = re.compile(
    r" (?:of (?:the |an? )?(?:[\w-]+ ){1,4}?(?=with |by |due to |caused by )"
    r"|in (?:the |an? )?(?:[\w-]+ ){1,4}?(?=due to |caused by ))"
)
_BY_ORGANISM = re.compile(rf" (?:with|by|due to|of|caused by|from) (?:the )?{_ORGANISM}")
_CAUSED_BY = re.compile(rf" (?:caused by|due to|by) (?:the )?{_ORGANISM}")
# The organism right before a disease: "Klebsiella pneumoniae pneumonia", "A. hydrophila infection".
# What tells an organism by an adjective.
_ADJECTIVES = {
    "bacterial": "gonococcal enterococcal staphylococcal streptococcal pneumococcal "
    "meningococcal clostridial "
    "listerial borrelial",
    "fungal": "candidal cryptococcal monilial",
    "viral": "herpetic herpesviral enteroviral adenoviral influenza viral",
}
_ORGANISM_BEFORE = re.compile(
    r"(?<![\w-])((?:[A-Z]\. ?|[B-HJ-Z] |[A-Z][a-z]{3,} )[a-z]{4,}|[A-Z][\w‐‑–-]{3,}"
    rf"|{'|'.join(word for words in _ADJECTIVES.values() for word in words.split())}) $"
)
_SHORT_GENUS = re.compile(r"([A-Z])(?:\. ?| )([a-z]{4,})")
# What kind of organism a genus is: "Pseudomonas keratitis" is a bacterial one.
_KINDS = {
    "bacterial": "acinetobacter aeromonas bacillus bacteroides bartonella brucella burkholderia "
    "campylobacter citrobacter "
    "clostridium corynebacterium cutibacterium enterobacter enterococcus escherichia fusobacterium "
    "haemophilus "
    "klebsiella listeria moraxella neisseria nocardia pasteurella propionibacterium proteus pseudomonas "
    "salmonella "
    "serratia sphingomonas staphylococcus stenotrophomonas streptococcus vibrio mrsa mssa",
    "fungal": "aspergillus candida coccidioides cryptococcus curvularia fusarium histoplasma mucor "
    "paecilomyces rhizopus "
    "scedosporium trichosporon",
    "viral": "covid-19 sars-cov-2 influenza h1n1 h7n9 hsv hsv-1 hsv-2 vzv rsv adenovirus coronavirus "
    "enterovirus "
    "coxsackievirus hmpv",
}
_KIND_OF = {
    genus: kind
    for kinds in (_KINDS, _ADJECTIVES)
    for kind, genera in kinds.items()
    for genus in genera.split()
}
OF_ORGANISMS = frozenset(
    {
        "pneumonia",
        "meningitis",
        "encephalitis",
        "endocarditis",
        "keratitis",
        "endophthalmitis",
        "bronchiolitis",
        "conjunctivitis",
        "myocarditis",
        "arthritis",
    }
)
# What stands behind an organism and is no part of its name.
_BEHIND = frozenset(
    "in and or was were is are our the a an at from among who that which after during before by on with of "
    "to has have had can may than as for but".split()
)
# No genus has fewer letters.
_SHORTEST = 3
_REACH = 60
_DASH = re.compile(r"[‐‑–]")


@functools.lru_cache(20_000)
def is_infection(name: str) -> bool:
    """Return whether a name is that of an infection whose organism stands beside it."""
    return _INFECTION.fullmatch(name) is not None


def infections(text: str, start: int, end: int) -> Iterator[str]:
    """Yield the names that an infection has after its organism, behind it or before."""
    host = _OF_HOST.match(text, end)
    for at in (host.end() - 1, end) if host else (end,):
        if found := _BY_ORGANISM.match(text, at):
            words = list(itertools.takewhile(_is_named, _in_full(text, found[1]).split()))
            yield from (f"{' '.join(words[:kept])} infection" for kept in range(len(words), 0, -1))
    if found := _organism_before(text, start):
        organism = _in_full(text, found[1])
        yield f"{organism} infection"
        yield f"{organism.partition(' ')[0]} infection"


def _is_named(word: str) -> bool:
    return word not in _BEHIND


def by_organism(text: str, start: int, end: int, name: str) -> Iterator[str]:
    """Yield the names of a disease with its organism, behind it or before, and with the organism's kind."""
    for found in filter(None, (_CAUSED_BY.match(text, end), _organism_before(text, start))):
        genus = _in_full(text, found[1]).partition(" ")[0]
        yield f"{genus} {name}"
        if kind := _KIND_OF.get(_DASH.sub("-", genus.lower())) or ("viral" if "virus" in genus else None):
            yield f"{kind} {name}"


def _organism_before(text: str, start: int) -> re.Match[str] | None:
    return (
        _ORGANISM_BEFORE.search(text, max(0, start - _REACH), start)
        if text[start - 1 : start] == " "
        else None
    )


def _in_full(text: str, organism: str) -> str:
    """Return an organism by its genus where the text names that: "A. hydrophila"."""
    if not (short := _SHORT_GENUS.match(organism)):
        return organism
    at = text.find(f" {short[2]}")
    while at >= 0:
        genus = word_before(text, at + 1).lstrip("([")
        if len(genus) > _SHORTEST and genus[0] == short[1]:
            return f"{genus} {organism[short.start(2) :]}"
        at = text.find(f" {short[2]}", at + 1)
    return f"{short[1]}. {organism[short.start(2) :]}"
