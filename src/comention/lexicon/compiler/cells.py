"""Cells: names of our own table with ids of the Cell Ontology, what that adds to them, and cell lines.

The table says how papers write the cells of blood, immunity and the tissues around them. Where the ontology's
file is there, it checks the ids and adds its own names, what stands above what, and the further cells of the
blood-forming line. Names of cells stand behind all others: whoever else has a name keeps it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa

from comention.lexicon.compiler.candidates import Candidate
from comention.lexicon.compiler.classes import spelled_out
from comention.lexicon.compiler.sources import CellType, SourceError
from comention.lexicon.compiler.tables import CuratedConcept, read_concepts
from comention.lexicon.model import BY_RULE, ConceptEntry, Rank
from comention.lexicon.short_forms import capitals_of

#: Above all cells that the ontology adds by itself: hematopoietic cell, leukocyte.
_ROOTS = frozenset({"CL:0000988", "CL:0000738"})
#: What a name of the ontology ends with, so that no acronym ("T1", "WBC") and no stage comes in unread.
_NOUN = re.compile(
    r"(?:cells?|cytes?|blasts?|clasts?|phages?|phils?|platelets?|thymocytes?|progenitors?|microglia)$", re.I
)
#: Insects and worms, and names that no text writes.
_LEFT_OUT = re.compile(r"sensu|hemocyte|plasmatocyte|crystal cell|lamellocyte|[(,]| OR ")


@dataclass(frozen=True, slots=True)
class Cells:
    """The two tables, and the ontology by id; empty where its file is not there."""

    types: list[CuratedConcept]
    lines: list[CuratedConcept]
    ontology: Mapping[str, CellType]

    @property
    def curated(self) -> list[CuratedConcept]:
        """The concepts of both tables."""
        return [*self.types, *self.lines]


def read_cells(curated_dir: Path, ontology: Iterable[CellType]) -> Cells:
    """Return the cells of the tables, none where a table is not there.

    Raises SourceError for an id that the ontology does not hold.
    """
    types, lines = (
        read_concepts(path, spell=spelled_out) if (path := curated_dir / name).exists() else []
        for name in ("cells.tsv", "cell_lines.tsv")
    )
    known = {one.curie: one for one in ontology}
    own = {one.concept_id for one in types}
    for one in types:
        if known and one.concept_id.startswith("CL:") and one.concept_id not in known:
            raise SourceError(f"cells.tsv: {one.concept_id} ({one.name}) is not in the Cell Ontology")
        if missing := set(one.parents) - own - set(known):
            raise SourceError(f"cells.tsv: {one.concept_id} has unknown parents {sorted(missing)}")
    return Cells(types, lines, known)


def read_ontology(path: Path) -> list[CellType]:
    """Return the cells of the Cell Ontology as a package carries it: JSON in Zstandard, an object by id.

    Deprecated ones and those of other ontologies are left out. Raises SourceError for another file.
    """
    try:
        with pa.input_stream(str(path), compression="zstd") as stream:
            content: Any = json.loads(stream.read())
        found = [_cell_type(curie, term) for curie, term in content.items() if not term["deprecated"]]
    except (OSError, ValueError, AttributeError, KeyError, TypeError) as error:
        raise SourceError(f"{path}: not the Cell Ontology ({error}): download it again") from error
    return [one for one in found if one.curie.startswith("CL:")]


def _cell_type(curie: str, term: Mapping[str, Any]) -> CellType:
    return CellType(curie, str(term["label"]), tuple(term.get("synonyms", ())), frozenset(term["ancestors"]))


def candidates(cells: Cells) -> Iterator[Candidate]:
    """Yield the names of cells: those of the tables, then those of the ontology that end like a cell."""
    for concept in cells.curated:
        for name in concept.names:
            yield Candidate(
                name.text,
                concept.concept_id,
                "COMENTION",
                Rank.CURATED,
                name.capitals,
                name.needs_definition,
            )
    curated = {one.concept_id for one in cells.types}
    for one in cells.ontology.values():
        if one.curie in curated or _is_of_blood(one):
            for text in (one.label, *one.synonyms):
                if _NOUN.search(text) and not _LEFT_OUT.search(text):
                    yield Candidate(text, one.curie, "CL", Rank.ONTOLOGY, _capitals(text))
                    yield Candidate(_as_written(text), one.curie, BY_RULE, Rank.VARIANT, _capitals(text))


def _capitals(text: str) -> int:
    """A name that begins with a single letter needs it as a capital: "T cell"."""
    return max(capitals_of(text), int(text[:1].isupper() and text[1:2] in {" ", "-"}))


def _as_written(text: str) -> str:
    """Return "CD8+ memory T cell" for "CD8-positive memory T cell"."""
    return text.replace("-positive", "+").replace("T-helper ", "Th")


def _is_of_blood(one: CellType) -> bool:
    return not _ROOTS.isdisjoint(one.ancestors) and not _LEFT_OUT.search(one.label)


def concepts(cells: Cells, named: Iterable[str]) -> Iterator[ConceptEntry]:
    """Yield the cells that have a name, each with the nearest of them above it."""
    kept, lines = set(named), {one.concept_id for one in cells.lines}
    written = {one.concept_id: one for one in cells.curated}
    for concept_id in sorted(kept):
        own, term = written.get(concept_id), cells.ontology.get(concept_id)
        above = {*(own.parents if own else ()), *(_nearest(term, cells, kept) if term else ())}
        yield ConceptEntry(
            concept_id,
            own.name if own else term.label if term else concept_id,
            "cell",
            "COMENTION" if concept_id.startswith("COMENTION:") else concept_id.partition(":")[0],
            tuple(sorted(above & kept)),
            level="line" if concept_id in lines else "concept",
        )


def _nearest(term: CellType, cells: Cells, kept: set[str]) -> set[str]:
    """Return the ancestors that are kept and stand above none that is kept as well."""
    above = kept & term.ancestors
    return above - {farther for one in above for farther in cells.ontology[one].ancestors}
