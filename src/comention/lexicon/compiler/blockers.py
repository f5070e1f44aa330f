"""Names that are matched and thrown away, so that the name inside them does not count."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from comention.lexicon.compiler.candidates import Candidate, is_phrase
from comention.lexicon.compiler.cytokine_names import receptor_names
from comention.lexicon.compiler.inversion import turned
from comention.lexicon.compiler.sources import Descriptor, Gene, Supplement
from comention.lexicon.compiler.substances import PROTEIN_TREES
from comention.lexicon.compiler.tables import CuratedConcept
from comention.lexicon.folding import fold_name
from comention.lexicon.model import BLOCKER, Rank

_LAST_CD = 371
_MAX_TOKENS = 10
#: Stems of antibodies and receptor constructs that are given as drugs.
_ANTIBODY, _STEM = ("mab", "cept"), 6
#: "chemokine CCL2" and "CCL2 chemokine" are CCL2.
_CLASSES = ("chemokine", "cytokine")
#: Names of proteins that end so without "protein" ("dexamethasone induced") would hide what does it.
_PARTICIPLES = frozenset(
    "activated associated dependent derived induced inducible mediated regulated related resistant "
    "responsive sensitive specific stimulated".split()
)
#: "protein, human", which only a thesaurus writes.
_SPECIES = re.compile(
    r"(, | )?(protein|peptide)?, (human|mouse|rat|[A-Z][a-z]+( [a-z]+)?|S cerevisiae|E coli|[a-z]+)$"
)


def curated_blockers(names: Iterable[str]) -> Iterator[Candidate]:
    """Yield the names of the curated table, and CD antigens ("CD-4" is no Crohn's disease)."""
    for name in names:
        yield Candidate(name, BLOCKER, "COMENTION", Rank.CURATED_BLOCKER)
    for number in range(1, _LAST_CD + 1):
        yield Candidate(f"CD{number}", BLOCKER, "COMENTION", Rank.CURATED_BLOCKER)


def receptor_blockers(cytokines: Iterable[CuratedConcept]) -> Iterator[Candidate]:
    """Yield receptors, binding proteins and families of every cytokine that counts without a definition."""
    for cytokine in cytokines:
        for name in cytokine.names:
            if not name.needs_definition:
                for text in sorted(set(receptor_names(name.text))):
                    yield Candidate(text, BLOCKER, "COMENTION", Rank.CURATED_BLOCKER, name.capitals)


def thesaurus_names(
    descriptors: Iterable[Descriptor], supplements: Iterable[Supplement], genes: Iterable[Gene]
) -> Iterator[tuple[str, str]]:
    """Yield (name, source) of organisms, proteins and genes: what may hold a name and not mean it."""
    proteins = set()
    for descriptor in descriptors:
        is_protein = any(tree.startswith(PROTEIN_TREES) for tree in descriptor.trees)
        if is_protein:
            proteins.add(descriptor.ui)
        if is_protein or any(tree.startswith("B") for tree in descriptor.trees):
            for text in (descriptor.name, *descriptor.synonyms):
                if (name := turned(text)) is not None:
                    yield name, "MeSH"
    for supplement in supplements:
        if any(heading in proteins for heading in supplement.mapped_to):
            for text in (supplement.name, *supplement.synonyms):
                yield _SPECIES.sub("", text), "MeSH SCR"
    for gene in genes:
        if gene.locus_type == "gene with protein product":
            yield gene.name, "HGNC"


def derived_blockers(names: Iterable[tuple[str, str]], meaningful: set[str]) -> Iterator[Candidate]:
    """Yield those names that hold one of the lexicon's names and more ("Newcastle disease virus")."""
    for name, source in names:
        folded = fold_name(name)
        if is_phrase(folded) and _holds(folded.split(), meaningful):
            yield Candidate(name, BLOCKER, source, Rank.DERIVED_BLOCKER)


def _holds(tokens: list[str], meaningful: set[str]) -> bool:
    size = len(tokens)
    if not 1 < size <= _MAX_TOKENS:
        return False
    antibodies = (token for token in tokens if len(token) > _STEM and token.endswith(_ANTIBODY))
    if any(token in meaningful for token in antibodies):
        return False  # "trastuzumab biosimilar HLX02", "89Zr-trastuzumab": the antibody is given
    first, last = tokens[0], tokens[-1]
    if first in _CLASSES and " ".join(tokens[1:]) in meaningful:
        return False
    # "breast cancer 1" would hide the disease in "breast cancer 1 year after surgery".
    loose = last in _CLASSES or last in _PARTICIPLES or last.isdigit()
    if loose and " ".join(tokens[:-1]) in meaningful:
        return False
    return any(
        " ".join(tokens[start:end]) in meaningful
        for start in range(size)
        for end in range(start + 1, size + 1)
        if end - start < size
    )
