"""Readers of NLM's MeSH XML: descriptors, supplementary records and pharmacologic actions.

Format: https://www.nlm.nih.gov/mesh/xml_data_elements.html. A file is streamed, one record at a time; no
document type definition is loaded, no entity resolved, nothing fetched.

Which terms are names of a record: all terms of its preferred concept. Every other concept of a record is
related to the preferred one as narrower, broader or otherwise (`ConceptRelation`, NRW, BRD, REL), so it means
something else, and its terms are left out, with one exception: laboratory codes (`LexicalTag` "LAB", with a
letter and a digit: "BMS-936558" of nivolumab), which NLM files as narrower concepts of the substance that
they denote. Trade names (TRD) of such concepts stay out: FDA's list has them with the capital that tells
"Abate" from "abate".
"""

from __future__ import annotations

import gzip
import re
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO, cast

from lxml import etree

from comention.lexicon.compiler.sources import Action, Descriptor, SourceError, Supplement

_Element = etree._Element

_SAFE: dict[str, Any] = {"load_dtd": False, "no_network": True, "resolve_entities": False, "huge_tree": False}
_NAME_YEAR = re.compile(r"^[a-z]+(\d{4})\.xml")
_DTD_YEAR = re.compile(r"_(\d{4})\d{4}\.dtd$")
_DESCRIPTOR_UI = re.compile(r"D\d+")
_SUPPLEMENT_UI = re.compile(r"C\d+")


def read_descriptors(path: Path) -> Iterator[Descriptor]:
    """Read `desc<year>.xml`; raises SourceError that names the record."""
    for where, record in _records(path, "DescriptorRecordSet", "DescriptorRecord"):
        ui, name = _identity(where, record, "DescriptorUI", "DescriptorName", _DESCRIPTOR_UI)
        trees = tuple(_text(tree) for tree in record.iterfind("TreeNumberList/TreeNumber"))
        yield Descriptor(ui, name, _synonyms(where, record, name), trees)


def read_supplements(path: Path) -> Iterator[Supplement]:
    """Read `supp<year>.xml`; raises SourceError that names the record."""
    for where, record in _records(path, "SupplementalRecordSet", "SupplementalRecord"):
        ui, name = _identity(where, record, "SupplementalRecordUI", "SupplementalRecordName", _SUPPLEMENT_UI)
        mapped = record.iterfind("HeadingMappedToList/HeadingMappedTo/DescriptorReferredTo/DescriptorUI")
        headings = tuple(dict.fromkeys(_text(heading).lstrip("*") for heading in mapped))
        yield Supplement(
            ui, name, _synonyms(where, record, name), headings, str(record.get("SCRClass") or "")
        )


def read_actions(path: Path) -> Iterator[Action]:
    """Read `pa<year>.xml`; raises SourceError that names the record."""
    for where, record in _records(path, "PharmacologicalActionSet", "PharmacologicalAction"):
        referred = record.find("DescriptorReferredTo")
        if referred is None:
            raise SourceError(f"{where}: no DescriptorReferredTo; download the file again")
        ui, name = _identity(where, referred, "DescriptorUI", "DescriptorName", _DESCRIPTOR_UI)
        substances = record.iterfind("PharmacologicalActionSubstanceList/Substance/RecordUI")
        yield Action(ui, name, tuple(_text(substance) for substance in substances))


def mesh_year(path: Path) -> int:
    """Return the year of a MeSH file: of its name, else of its document type.

    The document type may lag behind the name, not run ahead of it. Raises SourceError where neither tells a
    year or they contradict each other.
    """
    in_name = _NAME_YEAR.match(path.name)
    in_dtd = _DTD_YEAR.search(_opening(path)[1])
    if in_name is None and in_dtd is None:
        raise SourceError(f"{path}: which year of MeSH is it? Name it as NLM does, like desc2026.xml")
    if in_name is None:
        return int(cast("re.Match[str]", in_dtd)[1])
    year = int(in_name[1])
    if in_dtd is not None and int(in_dtd[1]) > year:
        raise SourceError(f"{path}: its document type is of {in_dtd[1]}: name the file by its true year")
    return year


@contextmanager
def _reading(path: Path) -> Iterator[BinaryIO]:
    try:
        with path.open("rb") as stream:
            yield cast("BinaryIO", gzip.GzipFile(fileobj=stream)) if path.suffix == ".gz" else stream
    except etree.XMLSyntaxError as error:
        line = f":{error.lineno}" if error.lineno else ""
        raise SourceError(f"{path}{line}: truncated, or no XML ({error.msg}): download it again") from error
    except (EOFError, gzip.BadGzipFile, zlib.error) as error:
        raise SourceError(f"{path}: truncated or damaged gzip ({error}): download it again") from error


def _opening(path: Path) -> tuple[str, str]:
    """The root element's name and the address of the document type, "" where there is none."""
    with _reading(path) as stream:
        for _, root in etree.iterparse(stream, events=("start",), **_SAFE):
            return str(root.tag), root.getroottree().docinfo.system_url or ""
    raise SourceError(f"{path}: empty; download it again")


def _records(path: Path, root: str, tag: str) -> Iterator[tuple[str, _Element]]:
    """Yield what to call a record in a message, and the record, which lives until the next one."""
    if (found := _opening(path)[0]) != root:
        raise SourceError(f"{path}: its root element is {found}, expected {root}: is it the right file?")
    number = 0
    with _reading(path) as stream:
        for _, record in etree.iterparse(stream, events=("end",), tag=tag, **_SAFE):
            number += 1
            yield f"{path}: {tag} {number}", record
            record.clear()
            while (parent := record.getparent()) is not None and record.getprevious() is not None:
                del parent[0]
    if not number:
        raise SourceError(f"{path}: no {tag} in it; download it again")


def _identity(
    where: str, record: _Element, ui_tag: str, name_tag: str, shape: re.Pattern[str]
) -> tuple[str, str]:
    ui, name = _text(record.find(ui_tag)), _text(record.find(f"{name_tag}/String"))
    if not shape.fullmatch(ui) or not name:
        raise SourceError(f"{where}: {ui!r} ({name!r}) is no id of its kind, or has no name")
    return ui, name


def _synonyms(where: str, record: _Element, name: str) -> tuple[str, ...]:
    """The record's other names, each once; the module says which terms those are."""
    concepts = record.findall("ConceptList/Concept")
    preferred = [concept for concept in concepts if concept.get("PreferredConceptYN") == "Y"]
    if len(preferred) != 1:
        raise SourceError(f"{where} ({name}): {len(preferred)} preferred concepts, expected 1")
    found = [_text(term.find("String")) for term in preferred[0].iterfind("TermList/Term")]
    for concept in concepts:
        if concept is not preferred[0]:
            terms = concept.iterfind("TermList/Term")
            found += [_text(term.find("String")) for term in terms if _is_laboratory_code(term)]
    return tuple(dict.fromkeys(text for text in found if text and text != name))


def _is_laboratory_code(term: _Element) -> bool:
    text = _text(term.find("String"))
    return term.get("LexicalTag") == "LAB" and any(map(str.isdigit, text)) and any(map(str.isalpha, text))


def _text(element: _Element | None) -> str:
    return "" if element is None or element.text is None else element.text.strip()
