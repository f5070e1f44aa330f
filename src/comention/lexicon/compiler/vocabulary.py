"""All sources read once, each by its reader, and checked against each other."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TypeVar

from comention.lexicon.compiler import mesh_xml, tabular
from comention.lexicon.compiler.cells import read_ontology
from comention.lexicon.compiler.ontologies import read_terms
from comention.lexicon.compiler.orthologues import MouseGenes, read_mouse_genes
from comention.lexicon.compiler.renewal import Renewal, renew
from comention.lexicon.compiler.sources import (
    Action,
    CellType,
    Descriptor,
    Gene,
    Label,
    Located,
    SourceError,
    Supplement,
    Term,
    UniiName,
    VocabularySource,
    locate,
)

_Record = TypeVar("_Record")
_YEAR = re.compile(r"^\d{4}")
# Files of MeSH that name each other's records.
_ONE_YEAR = ("mesh", "mesh_scr", "mesh_pa")
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """The records of every source. `uniis` are read as they are asked for; `sources` are those in use."""

    descriptors: list[Descriptor]
    supplements: list[Supplement]
    actions: list[Action]
    genes: list[Gene]
    mondo: list[Term]
    doid: list[Term]
    uniis: Iterable[UniiName]
    mouse: MouseGenes
    sources: tuple[VocabularySource, ...]
    renewal: Renewal
    cells: list[CellType]


def read_vocabulary(sources_dir: Path) -> Vocabulary:
    """Read the files below a directory.

    Raises SourceError where one is missing, twice there, not what its name says, or names an id twice; where
    the MeSH files are of different years; and where an action or a tree number makes no sense.
    """
    located = {key: _dated(key, found) for key, found in locate(sources_dir).items()}
    _check_years([found for key, found in located.items() if key in _ONE_YEAR])
    mesh, scr, genes = located["mesh"], located["mesh_scr"], located["hgnc"]
    read_mesh = mesh_xml.read_descriptors if mesh.source.published else tabular.read_descriptors
    read_scr = mesh_xml.read_supplements if scr.source.published else tabular.read_supplements
    read_hgnc = tabular.read_complete_set if genes.source.published else tabular.read_genes
    releases = {key: read_terms(located[key].path, key.upper()) for key in ("mondo", "doid")}
    for key, (release, _) in releases.items():
        if located[key].source.published:
            located[key] = _versioned(located[key], release or "undated")
    descriptors = _unique(mesh.path, read_mesh(mesh.path), lambda d: d.ui)
    _check_trees(mesh.path, descriptors)
    supplements = _unique(scr.path, read_scr(scr.path), lambda s: s.ui)
    renewal = renew(descriptors, supplements, _labels(located))
    vocabulary = Vocabulary(
        renewal.descriptors,
        renewal.supplements,
        _actions(located.get("mesh_pa")),
        _unique(genes.path, read_hgnc(genes.path), lambda g: g.hgnc_id),
        _unique(located["mondo"].path, releases["mondo"][1], lambda t: t.curie),
        _unique(located["doid"].path, releases["doid"][1], lambda t: t.curie),
        tabular.read_uniis(located["unii"].path),
        read_mouse_genes(located.get("ncbi_mouse"), located.get("mgi")),
        tuple(found.source for found in located.values()),
        renewal,
        read_ontology(located["cl"].path) if "cl" in located else [],
    )
    if vocabulary.actions:
        _check_actions(located["mesh_pa"].path, vocabulary)
    return vocabulary


def _versioned(found: Located, version: str) -> Located:
    return replace(found, source=replace(found.source, version=version, file=found.path.name))


def _dated(key: str, found: Located) -> Located:
    """A published file with the version that its name or head tells; an ontology tells its own when read."""
    if not found.source.published:
        return found
    if key.startswith("mesh"):
        return _versioned(found, str(mesh_xml.mesh_year(found.path)))
    date = _DATE.search(found.path.name)
    return _versioned(found, date[0] if date else "undated")


def _check_years(found: list[Located]) -> None:
    """Raise SourceError unless all MeSH files are of one year."""
    years = {}
    for located in found:
        if year := _YEAR.match(located.source.version):
            years[year[0]] = located.path.name
    if len(years) > 1:
        told = ", ".join(f"{name} of {year}" for year, name in sorted(years.items()))
        raise SourceError(
            f"{found[0].path}: MeSH files of several years ({told}): get descriptors (desc), supplements "
            "(supp) and actions (pa) of one year, or remove those of the other"
        )


def _unique(path: Path, records: Iterable[_Record], identify: Callable[[_Record], str]) -> list[_Record]:
    found: dict[str, _Record] = {}
    for record in records:
        identifier = identify(record)
        if identifier in found:
            raise SourceError(f"{path}: {identifier} stands twice; download the file again")
        found[identifier] = record
    return list(found.values())


def _labels(located: dict[str, Located]) -> list[Label]:
    """The headings of a later year than the descriptors are of; none where there is no later one."""
    found = located.get("mesh_labels")
    if found is None or _year(found) <= _year(located["mesh"]):
        located.pop("mesh_labels", None)
        return []
    return list(tabular.read_labels(found.path))


def _year(found: Located) -> int:
    year = _YEAR.match(found.source.version)
    return int(year[0]) if year else 0


def _actions(found: Located | None) -> list[Action]:
    if found is None:
        return []
    return _unique(found.path, mesh_xml.read_actions(found.path), lambda a: a.ui)


def _check_trees(path: Path, descriptors: Iterable[Descriptor]) -> None:
    """Raise SourceError where two descriptors stand at one place of the tree.

    Tree numbers cannot form a cycle; descriptors can, since each may stand at several places (in MeSH 2024
    "Strabismus" stands above and below "Ocular Motility Disorders").
    """
    owners: dict[str, str] = {}
    for ui, tree in ((d.ui, tree) for d in descriptors for tree in d.trees):
        if owners.setdefault(tree, ui) != ui:
            raise SourceError(
                f"{path}: tree number {tree} is of {owners[tree]} and of {ui}; download it again"
            )


def _check_actions(path: Path, vocabulary: Vocabulary) -> None:
    known = {descriptor.ui for descriptor in vocabulary.descriptors}
    for action in vocabulary.actions:
        if action.ui not in known:
            raise SourceError(
                f"{path}: the action {action.ui} ({action.name}) is no descriptor: get the file of the "
                "descriptors' year"
            )
