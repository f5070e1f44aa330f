"""Readers of the vocabularies that are tables: a file in, an iterator of records out."""

from __future__ import annotations

import csv
import re
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TextIO

from comention.lexicon.compiler.sources import Descriptor, Gene, Label, SourceError, Supplement, UniiName


@contextmanager
def _lines(path: Path) -> Iterator[TextIO]:
    try:
        with path.open(encoding="utf-8", newline="") as lines:
            yield lines
    except UnicodeDecodeError as error:
        raise SourceError(f"{path}: not UTF-8 ({error.reason}): download it again") from error
    except csv.Error as error:
        raise SourceError(f"{path}: not a table ({error}): download it again") from error


def _rows(path: Path, columns: int) -> Iterator[tuple[int, list[str]]]:
    with _lines(path) as lines:
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
    with _lines(path) as lines:
        rows = csv.reader(lines, delimiter="\t")
        for fields in rows:
            if len(fields) != 4:
                raise SourceError(f"{path}:{rows.line_num}: {len(fields)} columns, expected 4")
            ui, name, synonyms, mapped = fields
            if not (ui.startswith("C") and ui[1:].isdigit() and name):
                raise SourceError(f"{path}:{rows.line_num}: {ui!r} is no MeSH supplementary record id")
            yield Supplement(ui, name, _list(synonyms), tuple(m.lstrip("*") for m in _list(mapped, ",")))


_LABEL_HEADER = ["id", "scheme", "subject"]
_LABEL_ID = re.compile(r"https?://id\.nlm\.nih\.gov/mesh/(D\d+)(Q\d+)?")


def read_labels(path: Path) -> Iterator[Label]:
    """Read MeSH's headings: a row for each descriptor, and one for each qualifier that it may have."""
    names: dict[str, str] = {}
    qualifiers: defaultdict[str, set[str]] = defaultdict(set)
    with _lines(path) as lines:
        rows = csv.reader(lines)
        if (header := next(rows, [])) != _LABEL_HEADER:
            raise SourceError(f"{path}:1: header is {header}, expected {_LABEL_HEADER}")
        for row in rows:
            found = _LABEL_ID.fullmatch(row[0]) if len(row) == len(_LABEL_HEADER) else None
            if found is None or not row[2]:
                raise SourceError(f"{path}:{rows.line_num}: {','.join(row)!r} is no heading of MeSH")
            if found[2] is not None:
                qualifiers[found[1]].add(found[2])
            elif names.setdefault(found[1], row[2]) != row[2]:
                raise SourceError(f"{path}: {found[1]} stands twice; download the file again")
    for ui, name in names.items():
        yield Label(ui, name, frozenset(qualifiers[ui]))


_HGNC_HEADER = (
    "HGNC ID", "Approved symbol", "Approved name", "Status", "Alias symbols",
    "NCBI Gene ID(supplied by NCBI)", "UniProt ID(supplied by UniProt)",
    "Mouse genome database ID(supplied by MGI)", "Rat genome database ID(supplied by RGD)",
    "Previous symbols", "Ensembl gene ID", "Locus type", "Enzyme IDs",
)  # fmt: skip


def read_genes(path: Path) -> Iterator[Gene]:
    """Read the extract of HGNC's table; withdrawn entries are left out."""
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


_COMPLETE_SET = (
    "hgnc_id", "symbol", "name", "locus_type", "status", "alias_symbol", "prev_symbol", "entrez_id",
    "uniprot_ids", "mgd_id",
)  # fmt: skip


def read_complete_set(path: Path) -> Iterator[Gene]:
    """Read HGNC's own download by its column names, whatever their order; withdrawn entries are left out.

    A list is separated by "|" and then stands in quotation marks.
    """
    with _lines(path) as lines:
        rows = csv.reader(lines, delimiter="\t")
        header = next(rows, [])
        if missing := [column for column in _COMPLETE_SET if column not in header]:
            raise SourceError(f"{path}:1: no columns {missing}; is it HGNC's complete set?")
        for row in rows:
            if len(row) != len(header):
                raise SourceError(f"{path}:{rows.line_num}: {len(row)} columns, expected {len(header)}")
            field = dict(zip(header, row, strict=True))
            if not field["hgnc_id"].startswith("HGNC:"):
                raise SourceError(f"{path}:{rows.line_num}: {field['hgnc_id']!r} is no HGNC id")
            if field["status"] != "Approved":
                continue
            yield Gene(
                field["hgnc_id"],
                field["symbol"],
                field["name"],
                field["locus_type"],
                _list(field["alias_symbol"]) + _list(field["prev_symbol"]),
                field["entrez_id"],
                _list(field["uniprot_ids"]),
                _list(field["mgd_id"]),
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
