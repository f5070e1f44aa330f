"""The lexicon from its sources: which names there are, whose they are, and when they count.

Priority where several concepts claim one name: cytokine > curated > MeSH heading > MeSH synonym > UNII
name > Mondo and DOID > MeSH supplementary records > variants made by rule > codes and brands
(:class:`comention.lexicon.candidates.Rank`). Everything is a function of the files: same files, same lexicon.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

from comention.lexicon import blockers, diseases, substances
from comention.lexicon.candidates import Candidate, Rank, settle
from comention.lexicon.cytokine_names import spellings
from comention.lexicon.folding import fold_name
from comention.lexicon.grounding import Grounding
from comention.lexicon.model import BLOCKER, BY_RULE, ConceptEntry, NameEntry
from comention.lexicon.short_forms import capitals_of
from comention.lexicon.sources import (
    SOURCES,
    Descriptor,
    Gene,
    SourceError,
    Supplement,
    Term,
    locate,
    read_descriptors,
    read_genes,
    read_supplements,
    read_terms,
    read_uniis,
)
from comention.lexicon.tables import CURATED, CYTOKINE_HEADER, CuratedConcept, read_concepts, read_names
from comention.records import EntityType


def build(
    sources_dir: Path, curated_dir: Path = CURATED
) -> tuple[list[ConceptEntry], list[NameEntry], dict[str, Any]]:
    """Return the concepts (by id), the names (by folded form) and the provenance of both.

    `sources_dir` holds the files of :data:`comention.lexicon.sources.SOURCES`, anywhere below it.
    Provenance: the sources with version and licence, and the counts of what came out. Raises SourceError
    for a missing or malformed file and for a curated id that its source does not know.
    """
    builder = _Builder(sources_dir, curated_dir)
    names = builder.names()
    concepts = builder.concepts(names)
    return concepts, names, builder.provenance(concepts, names)


class _Builder:
    """The files read once, and the steps over them."""

    def __init__(self, sources_dir: Path, curated_dir: Path) -> None:
        paths = locate(sources_dir)
        self.descriptors: list[Descriptor] = list(read_descriptors(paths["mesh"]))
        self.supplements: list[Supplement] = list(read_supplements(paths["mesh_scr"]))
        self.genes: dict[str, Gene] = {gene.hgnc_id: gene for gene in read_genes(paths["hgnc"])}
        self.mondo: list[Term] = list(read_terms(paths["mondo"], "MONDO"))
        self.doid: list[Term] = list(read_terms(paths["doid"], "DOID"))
        self.cytokines = read_concepts(curated_dir / "cytokines.tsv", CYTOKINE_HEADER)
        self.curated: dict[EntityType, list[CuratedConcept]] = {
            "disease": read_concepts(curated_dir / "diseases.tsv"),
            "drug": read_concepts(curated_dir / "drugs.tsv"),
            "chemical": read_concepts(curated_dir / "chemicals.tsv"),
        }
        self.stopped = {fold_name(name) for name in read_names(curated_dir / "stop_names.tsv")}
        self.stopped_headings = set(read_names(curated_dir / "stop_headings.tsv"))
        self.safe = {fold_name(name) for name in read_names(curated_dir / "safe_short_forms.tsv")}
        self.blocked = read_names(curated_dir / "blockers.tsv")
        self._check_curated()
        self.cytokine_names = list(_cytokine_candidates(self.cytokines))
        self.grounding = Grounding(
            self.descriptors,
            self.supplements,
            substances.read_substances(read_uniis(paths["unii"])),
            reserved={fold_name(c.text) for c in self.cytokine_names},
            curated={c.concept_id: kind for kind, table in self.curated.items() for c in table},
            stopped_headings=self.stopped_headings,
        )
        known = {i for i, kind in self.grounding.types.items() if kind == "disease"}
        self.ontology = diseases.ontology_map(self.mondo, self.doid, known)

    def _check_curated(self) -> None:
        known = {f"MESH:{record.ui}" for record in self.descriptors}
        known |= {f"MESH:{record.ui}" for record in self.supplements}
        own = {c.concept_id for c in self.cytokines}
        for table in self.curated.values():
            own |= {c.concept_id for c in table if not c.concept_id.startswith("MESH:")}
        for concept in (c for table in (self.cytokines, *self.curated.values()) for c in table):
            identifier = concept.concept_id
            if identifier.startswith("MESH:") and identifier not in known:
                raise SourceError(
                    f"curated tables: {identifier} ({concept.name}) is not in MeSH; look the id up"
                )
            if identifier.startswith("HGNC:"):
                gene = self.genes.get(identifier)
                if gene is None or gene.symbol != concept.symbol:
                    raise SourceError(f"curated tables: {identifier} is not {concept.symbol} in HGNC")
            if missing := set(concept.parents) - known - own:
                raise SourceError(f"curated tables: {identifier} has unknown parents {sorted(missing)}")

    def _candidates(self) -> Iterator[Candidate]:
        yield from self.cytokine_names
        for table in self.curated.values():
            for concept in table:
                for name in concept.names:
                    yield Candidate(
                        name.text,
                        concept.concept_id,
                        "COMENTION",
                        Rank.CURATED,
                        name.capitals,
                        name.needs_definition,
                    )
        yield from blockers.curated_blockers(self.blocked)
        yield from blockers.receptor_blockers(self.cytokines)
        yield from self.grounding.names()
        yield from diseases.ontology_names(self.ontology)

    def _is_refused(self, folded: str, candidate: Candidate) -> bool:
        return candidate.rank > Rank.CURATED_BLOCKER and folded in self.stopped

    def names(self) -> list[NameEntry]:
        """Every name with its owner, by folded form; blockers made of other vocabularies come last."""
        settled = settle(self._candidates(), self._is_refused)
        meaningful = {f for f, entries in settled.items() if entries[0].concept_id != BLOCKER}
        others = blockers.thesaurus_names(self.descriptors, self.supplements, self.genes.values())
        derived = settle(blockers.derived_blockers(others, meaningful), lambda f, _: f in settled)
        merged = settled | derived
        return [self._relaxed(folded, entry) for folded in sorted(merged) for entry in merged[folded]]

    def _relaxed(self, folded: str, entry: NameEntry) -> NameEntry:
        if entry.needs_definition and folded in self.safe:
            return replace(entry, needs_definition=False)
        return entry

    def concepts(self, names: Iterable[NameEntry]) -> list[ConceptEntry]:
        """Every concept that kept a name, with its nearest kept ancestors and its cross-references."""
        named = {name.concept_id for name in names} - {BLOCKER}
        xrefs = self._xrefs()
        found: dict[str, ConceptEntry] = {}
        for concept in self.cytokines:
            found[concept.concept_id] = self._concept(concept.concept_id, "cytokine", concept, xrefs)
        for kind, table in self.curated.items():
            for concept in table:
                found[concept.concept_id] = self._concept(concept.concept_id, kind, concept, xrefs)
        for identifier, kind in self.grounding.types.items():
            if identifier in named and identifier not in found:
                found[identifier] = self._concept(identifier, kind, None, xrefs)
        kept = {i for i in found if i in named}
        return [
            replace(found[i], parents=self.grounding.kept_parents(found[i].parents, kept))
            for i in sorted(kept)
        ]

    def _concept(
        self, identifier: str, kind: EntityType, curated: CuratedConcept | None, xrefs: dict[str, set[str]]
    ) -> ConceptEntry:
        parents = set(self.grounding.parents.get(identifier, ()))
        name = self.grounding.labels.get(identifier, "")
        source = "COMENTION" if identifier.startswith("COMENTION:") else identifier.partition(":")[0]
        if curated is not None:
            name, parents = curated.name, parents | set(curated.parents)
        return ConceptEntry(
            identifier, name, kind, source, tuple(sorted(parents)), tuple(sorted(xrefs.get(identifier, ())))
        )

    def _xrefs(self) -> dict[str, set[str]]:
        xrefs: dict[str, set[str]] = {}
        for curie, (identifier, _) in self.ontology.items():
            xrefs.setdefault(identifier, set()).add(curie)
        for identifier, uniis in self.grounding.uniis.items():
            xrefs.setdefault(identifier, set()).update(
                f"UNII:{u}" for u in uniis if f"UNII:{u}" != identifier
            )
        headings = {
            fold_name(d.name): d.ui for d in self.descriptors if any(t.startswith("D") for t in d.trees)
        }
        for concept in self.cytokines:
            refs = xrefs.setdefault(concept.concept_id, set())
            refs.update(f"MESH:{headings[f]}" for n in concept.names if (f := fold_name(n.text)) in headings)
            if gene := self.genes.get(concept.concept_id):
                refs.update(f"UniProt:{u}" for u in gene.uniprot)
                refs.update(gene.mgi)
                refs.update([f"NCBIGene:{gene.ncbi_gene}"] if gene.ncbi_gene else [])
        return xrefs

    def provenance(self, concepts: list[ConceptEntry], names: list[NameEntry]) -> dict[str, Any]:
        """What was read, under which licence, and what came of it."""
        kinds = {concept.concept_id: concept.entity_type for concept in concepts}
        read = {
            "mesh": len(self.descriptors),
            "mesh_scr": len(self.supplements),
            "hgnc": len(self.genes),
            "mondo": len(self.mondo),
            "doid": len(self.doid),
            "unii": len(self.grounding.substances),
        }
        return {
            "sources": [{**asdict(source), "records": read[source.key]} for source in SOURCES],
            "concepts": dict(sorted(Counter(kinds.values()).items())),
            "names": dict(sorted(Counter(kinds.get(n.concept_id, "blocker") for n in names).items())),
            "names_by_source": dict(sorted(Counter(n.source for n in names).items())),
        }


def _cytokine_candidates(cytokines: Iterable[CuratedConcept]) -> Iterator[Candidate]:
    for concept in cytokines:
        for name in concept.names:
            yield Candidate(
                name.text,
                concept.concept_id,
                "COMENTION",
                Rank.CYTOKINE,
                name.capitals,
                name.needs_definition,
            )
            if name.needs_definition:
                continue
            for text in spellings(name.text):
                yield Candidate(
                    text,
                    concept.concept_id,
                    BY_RULE,
                    Rank.CYTOKINE_GRAMMAR,
                    capitals_of(text) and name.capitals,
                )
