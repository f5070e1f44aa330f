"""What gold that marks genes says of cytokines, and where it is silent.

Corpora of genes (GNormPlus, NLM-Gene, BioRED) write NCBI Gene's ids, one gene and one species each. Four
rules make a measure of cytokines of them:

1. A gene counts as the cytokine that the caller's map gives its id, whatever the species.
2. A complex or a family ("IL-12", "TGF-beta") has no gene. Where ours stands on a span of the gold, end for
   end, it stands for those of its members that the gold names there; elsewhere it is as wrong as any.
3. A mention of ours is not scored where the gold marks the same span, end for end, and cannot say which
   cytokine it is: as a family (GNormPlus and NLM-Gene: FamilyName), as a gene without an id, or with ids that
   the map does not know, of a rat's gene, say. Where the gold tells the species of its genes, ids of human
   and mouse do not count as unknown; where it does not, a wrong concept on the right span goes unseen.
4. A collective name of ours ("cytokines", "chemokines") names no gene: where the gold has none it is not
   scored.

What lies elsewhere stays wrong: on no span of the gold, or on a part of one ("TNF" of "TNF receptor"). What
we miss is missed, generic words with a list of ids ("chemokines") among it.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from comention.documents.pubtator import Annotation, GoldDocument
from comention.lexicon.store import Lexicon

#: Gold types, in lower case, whose ids are NCBI Gene's.
GENE_TYPES = frozenset({"gene", "geneorgeneproduct"})
#: Gold types of what has no gene of its own.
FAMILY_TYPES = frozenset({"familyname"})

_TAXON = re.compile(r"\(tax:([0-9]+)\)$", re.IGNORECASE)  # GNormPlus: "22339(Tax:10090)", human without
_MAPPED_TAXA = frozenset({"9606", "10090"})

# A span of a class, and the ids that stand on it.
Key = tuple[str, int, int]
Spans = dict[Key, set[str]]


class Weighed(NamedTuple):
    """Our spans after rules 2 to 4; `settled` are the ids that these took out of the concept measure."""

    spans: Spans
    unscored: int
    settled: set[str]


@dataclass(frozen=True, slots=True)
class GeneGold:
    """How the genes of a gold corpus are read; without `cytokines` they are not."""

    cytokines: Mapping[str, str] = field(default_factory=dict)
    members: Mapping[str, Collection[str]] = field(default_factory=dict)
    collective: frozenset[str] = frozenset()
    tells_species: bool = False

    def named(self, annotation: Annotation) -> frozenset[str]:
        """Return the cytokines that an annotation names."""
        if annotation.type.lower() not in GENE_TYPES:
            return frozenset()
        bare = (without_taxon(raw) for raw in annotation.ids)
        return frozenset(self.cytokines[gene] for gene in bare if gene in self.cytokines)

    def is_silent(self, annotation: Annotation) -> bool:
        """Return whether an annotation may mark a cytokine and cannot say which (rule 3)."""
        kind = annotation.type.lower()
        if kind in FAMILY_TYPES:
            return True
        return (
            kind in GENE_TYPES and not self.named(annotation) and all(map(self._is_foreign, annotation.ids))
        )

    def _is_foreign(self, raw: str) -> bool:
        taxon = _TAXON.search(raw)
        return not self.tells_species or (taxon is not None and taxon[1] not in _MAPPED_TAXA)

    def weigh(self, document: GoldDocument, gold: Spans, ours: Spans) -> Weighed:
        """Return our spans of a document as rules 2 to 4 leave them."""
        result = Weighed({}, 0, set())
        if not self.cytokines:
            return result._replace(spans=ours)
        silent = {(a.start, a.end) for a in document.annotations if self.is_silent(a)}
        unscored = 0
        for key, ids in ours.items():
            theirs = gold.get(key, set())
            unknown = key[1:] in silent or ids <= self.collective
            if key[0] == "cytokine" and not theirs and unknown:
                unscored += len(ids)
                result.settled.update(ids)
                continue
            stands_for = {i: theirs.intersection(self.members.get(i, ())) for i in ids - theirs}
            result.settled.update(i for i, members in stands_for.items() if members)
            result.spans[key] = set().union(*(stands_for.get(i) or {i} for i in ids))
        return result._replace(unscored=unscored)


def read_genes(
    documents: Iterable[GoldDocument],
    cytokines: Mapping[str, str] | None,
    members: Mapping[str, Collection[str]] | None,
    collective: frozenset[str] = frozenset(),
) -> GeneGold:
    """Return how the genes of these documents are read; the species are told where any id bears one."""
    ids = (raw for document in documents for annotation in document.annotations for raw in annotation.ids)
    return GeneGold(cytokines or {}, members or {}, collective, any(map(_TAXON.search, ids)))


def without_taxon(raw: str) -> str:
    """Return a gene's id without the species that GNormPlus writes behind it."""
    return _TAXON.sub("", raw.strip())


def members(lexicon: Lexicon) -> dict[str, frozenset[str]]:
    """Return what stands below each cytokine of a lexicon, at any depth: the subunits of "IL-12"."""
    rows = lexicon.details(c.concept_id for c in lexicon.concepts if c.entity_type == "cytokine")
    parents: dict[str, list[str]] = {row["concept_id"]: row["parents"] for row in rows}
    found: defaultdict[str, set[str]] = defaultdict(set)
    for concept_id, direct in parents.items():
        above, waiting = set[str](), list(direct)
        while waiting:
            if (parent := waiting.pop()) not in above:
                above.add(parent)
                waiting += parents.get(parent, ())
        for parent in above:
            found[parent].add(concept_id)
    return {parent: frozenset(below) for parent, below in found.items()}
