"""BioC (Comeau et al. 2013, doi:10.1093/database/bat064): documents in, XML or JSON; mentions out, JSON.

Offsets count code points from the beginning of the document, as the `bioc` package does; some writers count
bytes of UTF-8 instead. A document of ours is title, one space, abstract, as in PubTator.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, BinaryIO, NamedTuple

from lxml import etree

from comention.documents.pubtator import Relation, TaggedText, printable
from comention.errors import MalformedError
from comention.files.atomic import json_text
from comention.files.opening import reading
from comention.records import Mention, Section
from comention.schemas import UNLINKED

_TITLES = frozenset({"title", "front", "article-title", "article_title"})
_SURROGATE = re.compile("[\ud800-\udfff]")
# Passages further apart than this are no layout; their offsets count something else.
_MOST_BETWEEN = 8


class Passage(NamedTuple):
    """A stretch of a document: where it says that it begins, what it is, its text."""

    offset: int
    kind: str
    text: str


class BioCDocument(NamedTuple):
    """A document of a collection: its PMID where that is given apart, else its id; its passages."""

    key: str
    passages: tuple[Passage, ...]


class Laid(NamedTuple):
    """A document as title and abstract, with the sections of the abstract."""

    title: str
    abstract: str | None
    sections: tuple[Section, ...]


def lay_out(document: BioCDocument) -> Laid:
    """Return a document as title and abstract: the passage that is the title, then all others.

    Passages stand as far apart as their offsets say, at least one space.
    """
    passages = [passage for passage in document.passages if passage.text.strip()]
    titled = bool(passages) and passages[0].kind in _TITLES
    title = passages[0].text if titled else ""
    sections: list[Section] = []
    text = title
    for passage in passages[titled:]:
        between = passage.offset - len(text)
        text += " " * (between if 1 <= between <= _MOST_BETWEEN else 1)
        start = len(text)
        text += passage.text
        sections.append(Section(None, None, start, len(text)))
    abstract = text[len(title) + 1 :] if sections else None
    return Laid(title, abstract, tuple(sections))


def read_xml(stream: BinaryIO, source: str) -> Iterator[BioCDocument]:
    """Yield the documents of BioC XML in order; raises MalformedError where it is not well-formed."""
    options: dict[str, Any] = {"resolve_entities": False, "no_network": True, "load_dtd": False}
    try:
        with reading(source):
            for _, element in etree.iterparse(stream, tag="document", **options):
                yield BioCDocument(_key_of_xml(element), tuple(map(_passage_of_xml, element.iter("passage"))))
                element.clear()
                while element.getprevious() is not None:
                    del element.getparent()[0]
    except etree.XMLSyntaxError as error:
        raise MalformedError(f"{source} is broken BioC XML ({error.msg}): download it again") from None


def _key_of_xml(element: Any) -> str:
    infons = {infon.get("key"): infon.text or "" for infon in element.iter("infon")}
    return (infons.get("article-id_pmid") or element.findtext("id") or "").strip()


def _passage_of_xml(element: Any) -> Passage:
    infons = {infon.get("key"): infon.text or "" for infon in element.iterchildren("infon")}
    text = element.findtext("text")
    parts = [
        (_number(s.findtext("offset")), s.findtext("text") or "") for s in element.iterchildren("sentence")
    ]
    return _passage(element.findtext("offset"), infons, text, parts)


def read_json(stream: BinaryIO, source: str) -> Iterator[BioCDocument]:
    """Yield the documents of BioC JSON: a collection, several, PubTator's, or a document on each line.

    Raises MalformedError for what is no JSON, and for JSON without documents.
    """
    with reading(source):
        data = stream.read()
    try:
        for number, document in enumerate(_documents(_values(data, source)), 1):
            try:
                yield _document_of_json(document)
            except (TypeError, ValueError, AttributeError, KeyError) as error:
                why = f"document {number} is no BioC ({error})"
                raise MalformedError(f"{source}: {why}: correct it") from None
    except RecursionError:
        raise MalformedError(f"{source} has lists nested too deep, as no BioC has: correct it") from None


def _values(data: bytes, source: str) -> list[Any]:
    """Return the one value of a file, or one of each line; an error is told of the line that has it."""
    try:
        return [json.loads(data)]
    except ValueError as error:
        whole = error
    values: list[Any] = []
    for number, line in enumerate(data.splitlines(), 1):
        try:
            values += [json.loads(line)] if line.strip() else []
        except ValueError as error:
            # of a file that is one value, no line is one by itself
            what, why = (f"{source}: line {number}", error) if values else (source, whole)
            raise MalformedError(f"{what} is not JSON ({why}): download it again") from None
    return values


def _documents(value: Any) -> Iterator[Any]:
    """Yield what is no list and no collection: a document, or what is none and shall be told."""
    if isinstance(value, list):
        for item in value:
            yield from _documents(item)
        return
    held = ("documents", "PubTator3") if isinstance(value, dict) and "passages" not in value else ()
    collection = next((name for name in held if name in value), None)
    if collection is None:
        yield value
    else:
        yield from _documents(value[collection])


def _document_of_json(value: dict[str, Any]) -> BioCDocument:
    passages = []
    for item in value.get("passages") or ():
        sentences = item.get("sentences") or ()
        parts = [(_number(s.get("offset")), s.get("text") or "") for s in sentences]
        passages.append(_passage(item.get("offset"), item.get("infons") or {}, item.get("text"), parts))
    infons = [value.get("infons") or {}, *(item.get("infons") or {} for item in value.get("passages") or ())]
    pmid = next((infon["article-id_pmid"] for infon in infons if infon.get("article-id_pmid")), None)
    return BioCDocument(str(pmid or value.get("id") or "").strip(), tuple(passages))


def _passage(
    offset: Any, infons: dict[str, Any], text: str | None, sentences: Sequence[tuple[int, str]]
) -> Passage:
    """Return a passage, put together of its sentences where it has no text of its own."""
    start = _number(offset)
    if not text:
        text = ""
        for begins, sentence in sentences:
            text += " " * min(max(begins - start - len(text), 1 if text else 0), _MOST_BETWEEN) + sentence
    kind = str(infons.get("type") or infons.get("section_type") or "").lower()
    return Passage(start, kind, _SURROGATE.sub("\ufffd", text))


def _number(value: Any) -> int:
    text = str(value).strip()
    return int(text) if text.isascii() and text.isdigit() and len(text) < 12 else 0


def write_json(documents: Iterable[TaggedText]) -> Iterator[str]:
    """Yield the lines of a BioC collection, without line ends; each document is one line.

    Title and abstract are a passage each, with annotations of the type Disease, Drug, Chemical or Cytokine;
    their `identifier` is the id of the concept, `-` for a mention without one. Texts are `printable`. The
    collection has no date, so that equal input gives equal output.
    """
    head = {"source": "comention", "date": "", "key": "comention.key", "version": "1.0", "infons": {}}
    yield json.dumps(head)[:-1] + ', "documents": ['
    line = ""
    for document in documents:
        if line:
            yield f"{line},"
        line = json_text(_collected(document))
    if line:
        yield line
    yield "]}"


def _collected(document: TaggedText) -> dict[str, Any]:
    start = len(document.title) + 1
    parts = [(0, "title", document.title)] if document.title else []
    parts += [(start, "abstract", document.abstract)] if document.abstract else []
    numbered = list(enumerate(document.mentions, 1))
    return {
        "id": str(document.pmid),
        "infons": {},
        "passages": [
            {
                "offset": offset,
                "infons": {"type": kind},
                "text": printable(text),
                "sentences": [],
                "annotations": [
                    _annotation(number, mention)
                    for number, mention in numbered
                    if offset <= mention.start < offset + len(text)
                ],
                "relations": [],
            }
            for offset, kind, text in parts
        ],
        "annotations": [],
        "relations": [_relation(number, relation) for number, relation in enumerate(document.relations, 1)],
    }


def _relation(number: int, relation: Relation) -> dict[str, Any]:
    return {
        "id": f"R{number}",
        "infons": {key: _infon(value) for key, value in relation.infons.items() if value is not None},
        "nodes": [
            {"refid": str(relation.first + 1), "role": "a"},
            {"refid": str(relation.second + 1), "role": "b"},
        ],
    }


def _annotation(number: int, mention: Mention) -> dict[str, Any]:
    known = not mention.concept_id.startswith(UNLINKED)
    infons = {
        "type": mention.entity_type.capitalize(),
        "identifier": mention.concept_id if known else "-",
        "name": mention.concept_name,
        "method": mention.method,
        "score": mention.score,
        "negated": mention.negated,
        "denied": mention.denied,
        "speculative": mention.speculative,
        "modifier": mention.modifier,
        "abbreviation_of": mention.abbreviation_of,
        "role": mention.role,
    }
    return {
        "id": str(number),
        # The values of infons are texts.
        "infons": {key: _infon(value) for key, value in infons.items() if value is not None},
        "text": printable(mention.text),
        "locations": [{"offset": mention.start, "length": mention.end - mention.start}],
    }


def _infon(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else printable(str(value))
