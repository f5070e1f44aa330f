"""The lexicon from its sources: which names there are, whose they are, and when they count.

Priority where several concepts claim one name: cytokine > curated > MeSH heading > MeSH synonym > UNII
name > Mondo and DOID > MeSH supplementary records > variants made by rule > codes and brands
(:class:`comention.lexicon.model.Rank`) > names of cells. Everything is a function of the files: same
files, same lexicon.
"""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, NamedTuple

from comention.lexicon.compiler import blockers, cells, diseases, substances
from comention.lexicon.compiler.candidates import Candidate, contest, settle
from comention.lexicon.compiler.classes import (
    check_symbols,
    members_of,
    read_classes,
    spelled_out,
    without_targets,
)
from comention.lexicon.compiler.cytokine_names import spellings
from comention.lexicon.compiler.grounding import Grounding
from comention.lexicon.compiler.headings import headings
from comention.lexicon.compiler.infections import infection_names
from comention.lexicon.compiler.inversion import turned
from comention.lexicon.compiler.orthologues import mouse_ids
from comention.lexicon.compiler.preferred import Preferred, readable
from comention.lexicon.compiler.sources import Gene, SourceError
from comention.lexicon.compiler.tables import (
    CURATED,
    CYTOKINE_HEADER,
    CuratedConcept,
    check_ancestry,
    is_blank,
    read_concepts,
    read_cut,
    read_merged,
    read_names,
    read_replaced,
)
from comention.lexicon.compiler.vocabulary import read_vocabulary
from comention.lexicon.folding import fold_name
from comention.lexicon.model import (
    BLOCKER,
    BY_RULE,
    ConceptEntry,
    Heading,
    NameEntry,
    Rank,
    Replaced,
    RivalEntry,
)
from comention.lexicon.short_forms import capitals_of
from comention.records import EntityType


class Built(NamedTuple):
    """What :func:`comention.lexicon.writing.write` writes. `mesh_uis`: of records that no other replaces."""

    concepts: list[ConceptEntry]
    names: list[NameEntry]
    provenance: dict[str, Any]
    rivals: list[RivalEntry]
    mesh_uis: tuple[str, ...] = ()
    headings: tuple[Heading, ...] = ()
    replaced: tuple[Replaced, ...] = ()


def build(sources_dir: Path, curated_dir: Path = CURATED) -> Built:
    """Return concepts (by id), names (by folded form), the provenance of both, rivals, MeSH's ids, headings.

    `sources_dir` holds the files of :data:`comention.lexicon.compiler.sources.SOURCES`, anywhere below it.
    Provenance: the sources in use with version and licence, the counts of what came out, and how many names
    were skipped because they fold to nothing. Rivals: the names
    that other concepts of the lexicon claimed, and those that the stop list refused. Raises SourceError
    for a missing or malformed file, for a curated id that its source does not know, for a member of a class
    that is no drug, for a name of a class that is a gene's symbol, for a curated parent or class that makes a
    concept its own ancestor, and for a replaced id that is no former concept.
    """
    builder = _Builder(sources_dir, curated_dir)
    names = builder.names()
    concepts = builder.concepts(names)
    kept = {concept.concept_id for concept in concepts} | {BLOCKER}
    rivals = [rival for rival in builder.rivals if rival.concept_id in kept]
    about = headings(builder.descriptors, (c.concept_id for c in concepts), builder.cytokines)
    provenance = builder.provenance(concepts, names)
    named = {concept.concept_id: concept.name for concept in concepts}
    merged = [*read_replaced(curated_dir / "replaced.tsv", named)]
    replaced = (*builder.vocabulary.renewal.replaced, *merged)
    gone = {one.old for one in merged}
    mesh_uis = tuple(ui for ui in builder.mesh_uis if ui not in gone)
    return Built(concepts, names, provenance, rivals, mesh_uis, tuple(about), replaced)


class _Builder:
    """The files read once, and the steps over them."""

    def __init__(self, sources_dir: Path, curated_dir: Path) -> None:
        self.vocabulary = read_vocabulary(sources_dir)
        self.descriptors, self.supplements = self.vocabulary.descriptors, self.vocabulary.supplements
        self.mesh_uis = (*(d.ui for d in self.descriptors), *(s.ui for s in self.supplements))
        self.mesh_names = {f"MESH:{one.ui}": one.name for one in self.supplements}
        self.mesh_names |= {f"MESH:{one.ui}": one.name for one in self.descriptors}
        self.genes: dict[str, Gene] = {gene.hgnc_id: gene for gene in self.vocabulary.genes}
        collective = read_concepts(curated_dir / "cytokine_classes.tsv", CYTOKINE_HEADER)
        self.cytokines = [*read_concepts(curated_dir / "cytokines.tsv", CYTOKINE_HEADER), *collective]
        self.classes = read_classes(curated_dir / "drug_classes.tsv")
        check_symbols(self.classes, self.genes.values())
        of_classes = [one.concept for one in self.classes]
        self.collective = {concept.concept_id for concept in (*collective, *of_classes)}
        self.curated: dict[EntityType, list[CuratedConcept]] = {
            "disease": read_concepts(curated_dir / "diseases.tsv", spell=spelled_out),
            "drug": [*read_concepts(curated_dir / "drugs.tsv"), *of_classes],
            "chemical": read_concepts(curated_dir / "chemicals.tsv"),
        }
        self.stopped = {fold_name(name) for name in read_names(curated_dir / "stop_names.tsv")}
        self.stopped_headings = set(read_names(curated_dir / "stop_headings.tsv"))
        self.merged = read_merged(curated_dir / "replaced.tsv")
        self.cut = read_cut(curated_dir / "cut_parents.tsv")
        self.safe = {fold_name(name) for name in read_names(curated_dir / "safe_short_forms.tsv")}
        self.blocked = read_names(curated_dir / "blockers.tsv")
        self.cells = cells.read_cells(curated_dir, self.vocabulary.cells)
        self._check_curated()
        self.cytokine_names = list(_cytokine_candidates(self.cytokines))
        medicines, others = substances.read_substances(self.vocabulary.uniis)
        self.grounding = Grounding(
            self.descriptors,
            self.supplements,
            medicines,
            others,
            actions=self.vocabulary.actions,
            reserved={fold_name(c.text) for c in self.cytokine_names},
            curated={c.concept_id: kind for kind, table in self.curated.items() for c in table},
            stopped_headings=self.stopped_headings,
        )
        self.preferred = Preferred(
            (
                name
                for term in (*self.vocabulary.mondo, *self.vocabulary.doid)
                for name in {term.name, *term.synonyms}
            ),
            (record.name for record in self.supplements),
        )
        known = {i for i, kind in self.grounding.types.items() if kind == "disease"}
        self.ontology = diseases.ontology_map(self.vocabulary.mondo, self.vocabulary.doid, known)
        self.skipped: Counter[str] = Counter()

    def _check_curated(self) -> None:
        known = {f"MESH:{ui}" for ui in self.mesh_uis}
        replaced = {f"MESH:{one.old}": f"MESH:{one.new}" for one in self.vocabulary.renewal.replaced}
        own = {c.concept_id for c in self.cytokines}
        written = [c for table in (self.cytokines, *self.curated.values()) for c in table]
        if twice := [i for i, n in Counter(c.concept_id for c in written).items() if n > 1]:
            raise SourceError(f"curated tables: {', '.join(twice)} stands in two tables; merge the rows")
        for table in self.curated.values():
            own |= {c.concept_id for c in table if not c.concept_id.startswith("MESH:")}
        for concept in written:
            identifier = concept.concept_id
            if identifier.startswith("MESH:") and identifier not in known:
                new = replaced.get(identifier)
                hint = f"{new} has replaced it: write that" if new else "look the id up"
                raise SourceError(f"curated tables: {identifier} ({concept.name}) is not in MeSH; {hint}")
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
        yield from without_targets(self.grounding.names(), self.classes, self.cytokines)
        yield from infection_names(self.descriptors)
        filed = diseases.Filed(self.descriptors)
        yield from diseases.ontology_names(self.ontology, self.grounding.labels, filed)
        yield from self._preferred_names()

    def _legible(self, candidates: Iterable[Candidate]) -> Iterator[Candidate]:
        for candidate in candidates:
            if is_blank(candidate.text):
                self.skipped[candidate.source] += 1
            elif (merged := self.merged.get(candidate.concept_id)) is not None:
                yield replace(candidate, concept_id=merged)
            else:
                yield candidate

    def _is_refused(self, folded: str, candidate: Candidate) -> bool:
        return candidate.rank > Rank.CURATED_BLOCKER and folded in self.stopped

    def names(self) -> list[NameEntry]:
        """Every name with its owner, by folded form; blockers made of other vocabularies come last."""
        settled, self.rivals = contest(self._legible(self._candidates()), self._is_refused)
        owners = {folded: entries[0].concept_id for folded, entries in settled.items() if len(entries) == 1}
        if self.grounding.join(owners, self._curated_ids(), self.collective):
            self.skipped.clear()
            settled, self.rivals = contest(self._legible(self._candidates()), self._is_refused)
        meaningful = {f for f, entries in settled.items() if entries[0].concept_id != BLOCKER}
        others = blockers.thesaurus_names(self.descriptors, self.supplements, self.genes.values())
        derived = settle(blockers.derived_blockers(others, meaningful), lambda f, _: f in settled)
        merged = settled | derived
        # cells last, and of what is left, so that they change no other name
        of_cells = settle(self._legible(cells.candidates(self.cells)), lambda f, _: f in merged)
        merged |= of_cells
        self.above = self._classes_above(settled)
        return [
            self._relaxed(folded, entry)
            for folded in sorted(merged)
            for entry in merged[folded]
            if not hides_own(folded, entry, merged)
        ]

    def _curated_ids(self) -> set[str]:
        """Return the ids of FDA's list that the curated tables write."""
        written = (c.concept_id for table in self.curated.values() for c in table)
        return {i for i in written if i.startswith("UNII:")}

    def _classes_above(self, names: dict[str, list[NameEntry]]) -> dict[str, set[str]]:
        """Return the classes of each drug, by id; raises SourceError where one would be above itself."""
        above = members_of(self.classes, names, self.grounding.types, self.vocabulary.actions)
        curated = (c for table in (self.cytokines, *self.curated.values()) for c in table)
        parents = {c.concept_id: set(c.parents) for c in curated}
        for member, classes in above.items():
            parents.setdefault(member, set()).update(classes)
        check_ancestry(parents, self.grounding.parents)
        return above

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
        others = [
            replace(found[i], parents=self.grounding.kept_parents(found[i].parents, kept)) for i in kept
        ]
        self._check_cut(others)
        others = [replace(one, parents=self._without_cut(one)) for one in others]
        of_cells = cells.concepts(self.cells, named - found.keys())
        return sorted((*others, *of_cells), key=lambda one: one.concept_id)

    def _without_cut(self, concept: ConceptEntry) -> tuple[str, ...]:
        cut = self.cut.get(concept.concept_id, set())
        return tuple(parent for parent in concept.parents if parent not in cut)

    def _check_cut(self, concepts: Iterable[ConceptEntry]) -> None:
        """Raise SourceError where a parent to be cut is none: the source may have mended it."""
        parents = {one.concept_id: set(one.parents) for one in concepts if one.concept_id in self.cut}
        for child, cut in self.cut.items():
            if none := cut - parents.get(child, set()):
                raise SourceError(
                    f"cut_parents.tsv: {', '.join(sorted(none))} is no parent of {child}: remove it"
                )

    def _concept(
        self, identifier: str, kind: EntityType, curated: CuratedConcept | None, xrefs: dict[str, set[str]]
    ) -> ConceptEntry:
        parents = set(self.grounding.parents.get(identifier, ()))
        mesh_name = self.mesh_names.get(identifier, "")
        name = self._preferred(identifier, kind)
        source = "COMENTION" if identifier.startswith("COMENTION:") else identifier.partition(":")[0]
        if curated is not None:
            name, parents = curated.name, parents | set(curated.parents)
        return ConceptEntry(
            identifier,
            name,
            kind,
            source,
            tuple(sorted(parents | self.above.get(identifier, set()))),
            tuple(sorted(xrefs.get(identifier, ()))),
            mesh_name,
            "class" if identifier in self.collective else "concept",
        )

    def _preferred(self, identifier: str, kind: EntityType) -> str:
        """The name of a concept that no curated table names."""
        mesh_name = self.mesh_names.get(identifier, "")
        label = readable(mesh_name) if mesh_name else self.grounding.labels.get(identifier, "")
        return self.preferred.name(
            self.grounding.generic.get(identifier) or label, is_disease=kind == "disease"
        )

    def _preferred_names(self) -> Iterator[Candidate]:
        """Yield names in natural order that no other rule makes of MeSH's."""
        for identifier, kind in self.grounding.types.items():
            mesh_name = self.mesh_names.get(identifier, "")
            if kind == "disease" and ", " in mesh_name:
                text = readable(mesh_name)
                if "," not in text and text != turned(mesh_name):
                    yield Candidate(text, identifier, BY_RULE, Rank.VARIANT, capitals_of(text))

    def _xrefs(self) -> dict[str, set[str]]:
        xrefs: dict[str, set[str]] = {}
        for curie, (identifier, terms) in self.ontology.items():
            omim = {f"OMIM:{i}" for term in terms for space, i in term.xrefs if space == "OMIM"}
            xrefs.setdefault(identifier, set()).update({curie}, omim)
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
        for concept_id, ids in mouse_ids(self.cytokines, self.genes, self.vocabulary.mouse).items():
            xrefs[concept_id].update(f"NCBIGene:{i}" for i in ids)
        return xrefs

    def provenance(self, concepts: list[ConceptEntry], names: list[NameEntry]) -> dict[str, Any]:
        """What was read, under which licence, and what came of it."""
        kinds = {concept.concept_id: concept.entity_type for concept in concepts}
        read = {
            "mesh": len(self.descriptors),
            "mesh_scr": len(self.supplements),
            "mesh_pa": len(self.vocabulary.actions),
            "mesh_labels": self.vocabulary.renewal.counts.get("labels", 0),
            "hgnc": len(self.genes),
            "mondo": len(self.vocabulary.mondo),
            "doid": len(self.vocabulary.doid),
            "unii": len(self.grounding.substances),
            "mgi": len(self.vocabulary.mouse.symbols),
            "ncbi_mouse": len(self.vocabulary.mouse.ids),
            "cl": len(self.vocabulary.cells),
        }
        return {
            "sources": [
                {**source.credits, "records": read[source.key]} for source in self.vocabulary.sources
            ],
            "concepts": dict(sorted(Counter(kinds.values()).items())),
            "classes": sum(concept.level == "class" for concept in concepts),
            "names": dict(sorted(Counter(kinds.get(n.concept_id, "blocker") for n in names).items())),
            "names_by_source": dict(sorted(Counter(n.source for n in names).items())),
            "names_skipped": dict(sorted(self.skipped.items())),
            "renewal": dict(self.vocabulary.renewal.counts),
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


def hides_own(folded: str, entry: NameEntry, names: Mapping[str, Sequence[NameEntry]]) -> bool:
    """Return whether an unsure name of FDA's list holds a sure one of its concept, which would be found.

    "Metformin HCl" counts where the text supports it; without it "metformin" counts everywhere.
    """
    if entry.rank != Rank.UNII_FURTHER:
        return False
    words = folded.split(" ")
    runs = itertools.combinations(range(len(words) + 1), 2)
    parts = (" ".join(words[i:j]) for i, j in runs if j - i < len(words))
    return any(
        other.concept_id == entry.concept_id and not other.needs_definition
        for part in parts
        for other in names.get(part, ())
    )
