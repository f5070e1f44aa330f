"""PubMed's own text format ("Format: PubMed", `.nbib`): records in, the same articles as from its XML out.

A line is a tag of up to four letters, `- `, a value; six spaces continue it. Tags are those of NLM's
"MEDLINE/PubMed Data Element (Field) Descriptions". The format has no identifiers of MeSH headings, substances
and publication types, and puts the labels of a structured abstract into its text; they are taken out again,
so that the text of a record is the same as that of its XML.

Biopython's `Bio.Medline` makes values of their own of the continued lines of `RN`, `OT`, `CON` and others,
and loses where a record lies in the file, which rejects are named by.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import BinaryIO

from comention.errors import MalformedError
from comention.files.opening import reading
from comention.pubmed.dates import Dated, dated, number, of_medline_date
from comention.pubmed.split import MAX_RECORD, Chunk
from comention.pubmed.xml import SPECIES, Book, RecordError, clean, is_abstract, title_of
from comention.records import Article, Chemical, Correction, MeshHeading, Section

Fields = Mapping[str, list[str]]

_TAG = re.compile(r"([A-Z][A-Z0-9]{1,3}) {0,2}-(?: (.*)|$)", re.DOTALL)
_FIRST_TAG = re.compile(rb"PMID- ")
_CONTINUED = "      "
_BOM = b"\xef\xbb\xbf"
_SUFFIX = re.compile(r",? (?:Jr|Sr|[1-9](?:st|nd|rd|th))\.?$")
_DATE = re.compile(r"([0-9]{4})(?: (Spring|Summer|Autumn|Fall|Winter)| ([A-Z][a-z]{2})(?: ([0-9]{1,2}))?)?")
_EPUB = re.compile(r"([0-9]{4})([0-9]{2})([0-9]{2})")
_SUBSTANCE = re.compile(r"((?:EC )?\S+) \((.*)\)", re.DOTALL)
_DOI = re.compile(r"(\S+) \[doi\]")
_PMCID = re.compile(r"PMC[0-9]+")
_LINKED = re.compile(r"PMID: ?([0-9]{1,18})(?![0-9])")
_OTHER = re.compile(r"(?:Publisher|AAMC|AIDS|KIE|PIP|NASA|plain-language-summary): ")

#: Links between citations, by their tags, as XML calls them.
LINKS = {
    "AIN": "AssociatedDataset",
    "CIN": "CommentIn",
    "CON": "CommentOn",
    "CRF": "CorrectedandRepublishedFrom",
    "CRI": "CorrectedandRepublishedIn",
    "DDIN": "AssociatedDataset",
    "DRIN": "AssociatedPublication",
    "ECF": "ExpressionOfConcernFor",
    "ECI": "ExpressionOfConcernIn",
    "EFR": "ErratumFor",
    "EIN": "ErratumIn",
    "ORI": "OriginalReportIn",
    "PRIN": "PartialRetractionIn",
    "PROF": "PartialRetractionOf",
    "RIN": "RetractionIn",
    "ROF": "RetractionOf",
    "RPF": "RepublishedFrom",
    "RPI": "RepublishedIn",
    "RRF": "RetractedandRepublishedFrom",
    "RRI": "RetractedandRepublishedIn",
    "SPIN": "SummaryForPatientsIn",
    "UIN": "UpdateIn",
    "UOF": "UpdateOf",
}
_RETRACTED, _REVIEWS = "Retracted Publication", frozenset({"Review", "Systematic Review"})
_SPECIES_UIS = {name: ui for ui, name in SPECIES.items()}

# One of these words is in nearly every label of a structured abstract.
_LABEL_WORDS = frozenset(
    """
    ABSTRACT AIM AIMS ANALYSES ANALYSIS ANIMAL ANIMALS APPROACH APPROACHES AREAS ASSESSMENT AVAILABILITY
    BACKGROUD BACKGROUND CASE CASES CHALLENGES CLINICAL COHORT COLLECTION COMMENT CONCERNS CONCLUSION
    CONCLUSIONS CONTENT CONTEXT CONTRIBUTION CRITERIA DATA DEFINITION DESCRIPTION DESIGN DESIGNS
    DEVELOPMENTS DIAGNOSES DIAGNOSIS DISCUSSION ENDPOINT ENDPOINTS ENVIRONMENT EVALUATION EVIDENCE
    EXPERIMENT EXPERIMENTAL EXPERIMENTS EXPOSURE EXPOSURES FINDING FINDINGS FOLLOW-UP FUNDING GOAL GOALS
    HIGHLIGHTS HYPOTHESES HYPOTHESIS IMPACT IMPLEMENTATION IMPLICATION IMPLICATIONS IMPORTANCE
    INNOVATION INTERPRETATION INTERVENTION INTERVENTIONS INTRODUCTION INVESTIGATION KEY KEYWORDS LESSONS
    LEVEL LIMITATION LIMITATIONS LOCATION MANAGEMENT MATERIAL MATERIALS MEASURE MEASUREMENT MEASUREMENTS
    MEASURES METHOD METHODOLOGY METHODS MOTIVATION NOVELTY OBJECTIVE OBJECTIVES OBSERVATION OBSERVATIONS
    OPINION OUTCOME OUTCOMES PARTICIPANT PARTICIPANTS PATIENT PATIENTS PERSPECTIVES POPULATION PRACTICE
    PRESENTATION PROCEDURE PROCEDURES PROSPERO PURPOSE QUESTION QUESTIONS RATIONALE REASONS
    RECOMMENDATIONS REGISTRATION RELEVANCE RESULT RESULTS REVIEW REVIEWS SAMPLE SCOPE SEARCH SELECTION
    SETTING SETTINGS SIGNIFICANCE SOLUTION SOURCE SOURCES STATEMENT STATISTICAL STUDY SUBJECT SUBJECTS
    SUMMARY SUPPLEMENTARY SYNTHESIS TAKEAWAY TECHNIQUE TECHNIQUES TITLE TRANSPARENCY TREATMENT TRIAL
    UNLABELLED VALIDATION VIEWPOINT
    """.split()
)
# Capitals before a colon, wherever a word begins: of two that overlap the longer one comes first.
_LABEL = re.compile(r"(?<!\S)(?=([A-Z](?:[A-Z0-9,&/()'’-]|\.(?! )| (?=\S)){1,90}): )")
_BEFORE = frozenset(".?!)]:;%\"'”’0123456789")
_JOINING = frozenset({"AND", "OF", "THE", "FOR", "IN", "TO", "MAIN"})
_WORD = re.compile(r"[A-Z][A-Z-]*[A-Z]")


def split_medline(stream: BinaryIO, source: str) -> Iterator[Chunk]:
    """Yield the records of a file in PubMed's format in order, one chunk each.

    A record begins at its PMID, or at the first line after a blank one. Raises MalformedError for a record of
    more than MAX_RECORD bytes, and what reading a stream raises.
    """
    lines: list[bytes] = []
    start = offset = size = 0
    after_blank = named = False
    with reading(source):
        while line := stream.readline(MAX_RECORD + 1):
            blank = not line.strip()
            text = line.removeprefix(_BOM) if offset == 0 else line
            is_pmid = _FIRST_TAG.match(text) is not None
            continues = text.startswith(_CONTINUED.encode())
            if lines and not blank and ((after_blank and not continues) or (is_pmid and named)):
                yield Chunk("medline", start, offset, b"".join(lines))
                lines, named, size = [], False, 0
            if lines or not blank:
                start = start if lines else offset
                lines.append(text)
                size += len(line)
            named |= is_pmid
            after_blank = blank
            offset += len(line)
            if size > MAX_RECORD:
                raise MalformedError(f"{source}: a record of more than {MAX_RECORD >> 20} MiB: divide it")
    if lines:
        yield Chunk("medline", start, offset, b"".join(lines))


def parse_medline(data: bytes) -> Article | Book:
    """Return the citation in the bytes of one record; raise RecordError for one that cannot be read."""
    fields = _fields(data)
    named = _one(fields, "PMID")
    pmid = None if named is None else number(named)
    if pmid is None:
        raise RecordError("no PMID" if named is None else f"PMID is not a number: {named[:40]!r}", None)
    if "BTI" in fields:  # a chapter has a title (TI) beside that of its book
        return Book(pmid)
    if fields.keys().isdisjoint({"TI", "TT", "AB", "OAB"}):
        raise RecordError("no title (TI) and no abstract (AB)", pmid)
    return _article(pmid, fields)


def _article(pmid: int, fields: Fields) -> Article:
    vernacular = _one(fields, "TT")
    title = title_of(_one(fields, "TI"), vernacular)
    abstract, sections = _abstract(_abstract_text(fields), len(title) + 1)
    pub_date, precision, year = _date(fields)
    types = tuple(dict.fromkeys(fields.get("PT", ())))
    mesh = _mesh(fields)
    links = _corrections(fields)
    return Article(
        pmid=pmid,
        version=1,
        title=title,
        abstract=abstract,
        sections=sections,
        vernacular_title=vernacular,
        abstract_truncated=abstract is not None and "(ABSTRACT TRUNCATED" in abstract,
        journal=_one(fields, "JT") or _one(fields, "TA"),
        pub_date=pub_date,
        pub_date_precision=precision,
        year=year,
        languages=tuple(fields.get("LA", ())),
        authors=_authors(fields),
        publication_types=types,
        mesh=mesh,
        chemicals=_chemicals(fields),
        keywords=tuple(dict.fromkeys(word.removeprefix("*").strip() for word in fields.get("OT", ()))),
        doi=_doi(fields),
        pmcid=next((match[0] for text in fields.get("PMC", ()) if (match := _PMCID.match(text))), None),
        corrections=links,
        species=tuple(dict.fromkeys(heading.name for heading in mesh if heading.name in _SPECIES_UIS)),
        retracted=_RETRACTED in types or any(link.ref_type == "RetractionIn" for link in links),
        review=not _REVIEWS.isdisjoint(types),
    )


def _fields(data: bytes) -> Fields:
    """Return the values of each tag, continued lines joined, in the order of the record."""
    try:
        lines = data.decode("utf-8").split("\n")
    except UnicodeDecodeError:
        raise RecordError("not UTF-8: save the file as UTF-8", None) from None
    values: list[tuple[str, list[str]]] = []
    for raw in lines:
        line = raw.removesuffix("\r")
        if found := _TAG.match(line):
            values.append((found[1], [found[2] or ""]))
        elif line.startswith(_CONTINUED) and values:
            values[-1][1].append(line[6:])
        elif line.strip():
            pmid = next((number(parts[0].strip()) for tag, parts in values if tag == "PMID"), None)
            raise RecordError(f"a line is neither a tag nor continues one: {line[:40]!r}", pmid)
    fields: dict[str, list[str]] = {}
    wraps = _wraps_words([part for _, parts in values for part in parts[:-1]])
    for tag, parts in values:
        if value := _joined(parts, wraps):
            fields.setdefault(tag, []).append(value)
    return fields


def _wraps_words(continued: list[str]) -> bool:
    """Return whether a record may have been wrapped after a hyphen inside a word.

    PubMed leaves the space at which it wraps a line at the end of it; older files leave no space there.
    """
    plain = [part for part in continued if not part.endswith("-")]
    return all(part.endswith(" ") for part in plain)


def _joined(parts: list[str], wraps: bool) -> str:
    text = parts[0]
    for part in parts[1:]:
        text += part if wraps and text.endswith("-") else f" {part}"
    return clean(text)


def _one(fields: Fields, tag: str) -> str | None:
    return fields[tag][0] if tag in fields else None


def _abstract_text(fields: Fields) -> str | None:
    """Return the abstract, else the first in English that is not the journal's own, without its type."""
    if "AB" in fields:
        return " ".join(fields["AB"])
    languages = fields.get("OABL", [])
    for place, text in enumerate(fields.get("OAB", ())):
        bare = _OTHER.sub("", text, count=1)
        if (languages[place] if place < len(languages) else "eng") == "eng" and is_abstract(bare):
            return bare
    return None


def _abstract(text: str | None, start: int) -> tuple[str | None, tuple[Section, ...]]:
    """Return an abstract without its labels, with its sections if it lies at `start`."""
    if text is None:
        return None, ()
    texts, sections = [], []
    for label, part in _labelled(text):
        if part:
            texts.append(part)
            sections.append(Section(label, None, start, start + len(part)))
            start += len(part) + 1
    return " ".join(texts) or None, tuple(sections)


def _labelled(text: str) -> Iterator[tuple[str | None, str]]:
    """Yield the parts of an abstract with their labels; one where it neither begins with one nor has two."""
    found: list[re.Match[str]] = []
    for match in _LABEL.finditer(text):
        if (not found or match.start() > found[-1].end(1)) and _is_label(text, match):
            found.append(match)
    if not found or (found[0].start() and len(found) < 2):
        yield None, text
        return
    yield None, text[: found[0].start()].strip()
    ends = [match.start() for match in found[1:]] + [len(text)]
    for match, end in zip(found, ends, strict=True):
        label = None if match[1] == "UNLABELLED" else match[1]
        yield label, text[match.end(1) + 2 : end].strip()


def _is_label(text: str, match: re.Match[str]) -> bool:
    """Return whether capitals before a colon are a label: one word of such, after a sentence; or no other."""
    words = frozenset(_WORD.findall(match[1]))
    if words.isdisjoint(_LABEL_WORDS):
        return False
    before = text[: match.start()].rstrip()
    return not before or before[-1] in _BEFORE or words <= _LABEL_WORDS | _JOINING


def _date(fields: Fields) -> Dated:
    text = _one(fields, "DP")
    if text is not None:
        found = _DATE.fullmatch(text)
        plain = found and dated(found[1], found[2] or "", found[3] or "", found[4] or "")
        return plain or of_medline_date(text)
    epub = _EPUB.fullmatch(_one(fields, "DEP") or "")
    return (epub and dated(epub[1], "", epub[2], epub[3])) or (None, None, None)


def _authors(fields: Fields) -> tuple[str, ...]:
    people = fields["FAU"] if "FAU" in fields else fields.get("AU", [])
    names = [_SUFFIX.sub("", name).replace(", ", " ", 1) for name in people]
    return (*names, *fields.get("CN", []))


def _mesh(fields: Fields) -> tuple[MeshHeading, ...]:
    headings = []
    for text in fields.get("MH", ()):
        descriptor, _, qualifiers = text.partition("/")
        name = descriptor.removeprefix("*")
        headings.append(MeshHeading(_SPECIES_UIS.get(name), name, "*" in descriptor[:1] + qualifiers))
    return tuple(headings)


def _chemicals(fields: Fields) -> tuple[Chemical, ...]:
    """Return the substances of RN, and of NM, where files of years ago put the same or more."""
    chemicals: dict[str, Chemical] = {}
    for text in (*fields.get("RN", ()), *fields.get("NM", ())):
        if found := _SUBSTANCE.fullmatch(text):
            chemicals.setdefault(found[2], Chemical(None, found[2], None if found[1] == "0" else found[1]))
    return tuple(chemicals.values())


def _doi(fields: Fields) -> str | None:
    places = (*fields.get("LID", ()), *fields.get("AID", ()))
    return next((match[1] for text in places if (match := _DOI.search(text))), None)


def _corrections(fields: Fields) -> tuple[Correction, ...]:
    links = []
    for tag, texts in fields.items():
        for text in texts if tag in LINKS else ():
            found = _LINKED.search(text)
            links.append(Correction(LINKS[tag], number(found[1]) if found else None))
    return tuple(links)
