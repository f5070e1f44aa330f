"""Datasets of the corpus: its articles, their sentences, what they mention."""

from __future__ import annotations

from typing import get_args

import pyarrow as pa

from comention.records import (
    ENTITY_TYPES,
    ConceptLevel,
    Context,
    DatePrecision,
    Denial,
    Method,
    Modifier,
    Role,
    StudyMethod,
    StudyWord,
    Sureness,
)
from comention.schemas.model import STRINGS, Column, Dataset, Reference, list_of, listed

#: Ids of names that are not linked to a concept begin so; such ids form no pairs.
UNLINKED = "text:"

_SECTION = pa.struct(
    [("label", pa.string()), ("nlm_category", pa.string()), ("start", pa.int32()), ("end", pa.int32())]
)
_MESH = pa.struct([("ui", pa.string()), ("name", pa.string()), ("major", pa.bool_())])
_CHEMICAL = pa.struct([("ui", pa.string()), ("name", pa.string()), ("registry_number", pa.string())])
_CORRECTION = pa.struct([("ref_type", pa.string()), ("pmid", pa.int64())])

#: Types of concepts in words.
TYPES_LISTED = listed(ENTITY_TYPES)
_PRECISIONS = get_args(DatePrecision)
_MODIFIERS = get_args(Modifier)
#: What the column `denied` says of a mention.
DENIED = (
    "what the sentence denies where `negated`: thing ('no fever'), or effect: an effect, a change or a "
    "relation ('did not reduce fever')"
)

PMID = Column("pmid", pa.int64(), "PubMed identifier")
START = Column("start", pa.int32(), "first code point of the span in title + ' ' + abstract")
END = Column("end", pa.int32(), "code point after the span")
#: In whom a sentence, or the sentence of a place of evidence, says that something was seen.
CONTEXT = Column(
    "context",
    pa.string(),
    "in whom the sentence says that something was seen: human, animal, in vitro (cells, tissue), or mixed "
    "where "
    "it names several; null where it names none",
    True,
    get_args(Context),
)
RETRACTED = Column(
    "retracted", pa.bool_(), "the article is retracted; null for a text that is no article", True
)
SENTENCE = Column("sentence", pa.int32(), "sentence number within the article; 0 is the title")

CITATIONS = Dataset(
    "citations",
    "What was read of each citation, as a shard of the store holds it.",
    ("pmid",),
    (
        PMID,
        Column("version", pa.int32(), "version of the citation"),
        Column(
            "title", pa.string(), "title as PubMed gives it, markup removed; [brackets] mark a translation"
        ),
        Column("abstract", pa.string(), "abstract, its sections joined by one space, labels left out", True),
        Column(
            "sections",
            list_of(_SECTION),
            "labelled parts of the abstract; offsets into title + ' ' + abstract",
        ),
        Column("vernacular_title", pa.string(), "title in the original language", True),
        Column("abstract_truncated", pa.bool_(), "PubMed says that it cut the abstract"),
        Column("journal", pa.string(), "journal title", True),
        Column("pub_date", pa.string(), "publication date as precisely as PubMed knows it", True),
        Column("pub_date_precision", pa.string(), listed(_PRECISIONS), True, _PRECISIONS),
        Column("year", pa.int16(), "year of publication", True),
        Column("language", pa.string(), "first language, ISO 639-2", True),
        Column("languages", STRINGS, "all languages, ISO 639-2"),
        Column("authors", STRINGS, "authors in order: last name, then fore name; or a collective name"),
        Column("publication_types", STRINGS, "MeSH publication types"),
        Column("mesh", list_of(_MESH), "MeSH headings; major where the heading or a qualifier of it is"),
        Column("chemicals", list_of(_CHEMICAL), "substances that indexers added"),
        Column("keywords", STRINGS, "author keywords"),
        Column("doi", pa.string(), "digital object identifier", True),
        Column("pmcid", pa.string(), "PubMed Central identifier", True),
        Column("corrections", list_of(_CORRECTION), "links to corrections, comments, retractions"),
        Column("species", STRINGS, "organisms among the MeSH headings"),
        Column("retracted", pa.bool_(), "retracted publication (notices of retraction are not)"),
        Column("review", pa.bool_(), "review or systematic review"),
        Column("source", pa.string(), "file or service the citation came from"),
        Column(
            "content_hash", pa.string(), "128-bit BLAKE2b of all that was read from the citation, hexadecimal"
        ),
    ),
    published=False,
)

_STUDIES = get_args(StudyWord)
_SPECIES = Column(
    "species",
    STRINGS,
    "organisms by their MeSH names: those among the MeSH headings, or where there are no headings those "
    "that title "
    "and abstract name as studied; species_method says which",
)

ARTICLES = Dataset(
    "articles",
    "One row per citation of the corpus; every row counts in articles_total.",
    ("pmid",),
    (
        *(_SPECIES if column.name == "species" else column for column in CITATIONS.columns),
        Column(
            "story",
            pa.int64(),
            "PMID of the work that it is, is a version of, or is about (letter, comment, reply, erratum, "
            "notice of retraction …), in the corpus or not: articles that share it are not independent",
        ),
        Column(
            "species_method",
            pa.string(),
            "what names the organisms: mesh, or text where the record has no MeSH headings; null where none "
            "is "
            "named",
            True,
            ("mesh", "text"),
        ),
        Column(
            "study",
            STRINGS,
            "what kind of study the article reports; several where it is several (animal and in vitro), none "
            "where nothing says so",
            values=_STUDIES,
        ),
        Column("study_main", pa.string(), "the first of them in that order", True, _STUDIES),
        Column(
            "study_method",
            STRINGS,
            "what says each of them: publication_type or mesh (the indexers), or text (title and abstract), "
            "which "
            "says only what those leave open",
            values=get_args(StudyMethod),
        ),
        Column(
            "study_certainty",
            STRINGS,
            "how sure each of them is: sure (all that indexers say), or likely",
            values=get_args(Sureness),
        ),
    ),
)

SPLIT = Dataset(
    "split",
    "The sentences of every article, as an annotated shard holds them.",
    ("pmid", "sentence"),
    (
        PMID,
        SENTENCE,
        START,
        END,
        Column("section", pa.string(), "label of the abstract section", True),
        Column("in_title", pa.bool_(), "the sentence is the title"),
        Column("text", pa.string(), "the sentence"),
        RETRACTED,
    ),
    published=False,
)

SENTENCES = Dataset(
    "sentences",
    "The sentences of every article.",
    SPLIT.key,
    (*SPLIT.columns, CONTEXT),
    references=(Reference(("pmid",), "articles"),),
)

MENTIONS = Dataset(
    "mentions",
    "Every place where a text names a concept.",
    ("pmid", "start", "end", "entity_type", "concept_id"),
    (
        PMID,
        START,
        END,
        Column("entity_type", pa.string(), TYPES_LISTED, values=ENTITY_TYPES),
        Column("concept_id", pa.string(), "CURIE of the concept; text:… where the name is not linked"),
        SENTENCE,
        Column("text", pa.string(), "the span as written"),
        Column("concept_name", pa.string(), "preferred name of the concept"),
        Column(
            "method",
            pa.string(),
            "what found it: lexicon, abbreviation (the text defines it), context (the text names its concept "
            "in full), coordination (put together from a list), model (the trained recogniser), head (the "
            "recogniser, by the name that ends the span), or the name of a spaCy package",
            values=get_args(Method),
            others="the name of a spaCy package",
        ),
        Column(
            "score",
            pa.float32(),
            "how likely the trained recogniser holds it to be, 0–1; null where none was asked",
            True,
        ),
        Column("negated", pa.bool_(), "the sentence denies it, or an effect on or of it", True),
        Column("denied", pa.string(), DENIED, True, get_args(Denial)),
        Column("speculative", pa.bool_(), "the sentence says it as possible, supposed or asked", True),
        Column("modifier", pa.string(), ", ".join(_MODIFIERS), True, _MODIFIERS),
        Column("abbreviation_of", pa.string(), "long form by which the article defines the short form", True),
        Column(
            "role",
            pa.string(),
            "what the text says of a drug or chemical: given (to somebody, to cells), measured (in a "
            "sample, or "
            "the body's own), or unknown; null for other types. A measured drug forms no pairs",
            True,
            get_args(Role),
        ),
        RETRACTED,
    ),
    references=(
        Reference(("pmid",), "articles"),
        Reference(("pmid", "sentence"), "sentences"),
        Reference(("concept_id",), "concepts"),
    ),
)

CONCEPTS = Dataset(
    "concepts",
    "Every concept that the corpus mentions.",
    ("concept_id",),
    (
        Column(
            "concept_id",
            pa.string(),
            "CURIE: MESH:, HGNC:, UNII:, CL: (cells), CVCL: (cell lines), or COMENTION: for concepts of our "
            "own; text:… where not linked",
        ),
        Column("name", pa.string(), "preferred name"),
        Column("entity_type", pa.string(), TYPES_LISTED, values=ENTITY_TYPES),
        Column("synonyms", STRINGS, "other names that the lexicon knows, sorted"),
        Column("parents", STRINGS, "broader concepts, families and complexes"),
        Column("xrefs", STRINGS, "identifiers of the same concept elsewhere"),
        Column("source", pa.string(), "vocabulary that the concept comes from"),
        Column(
            "level",
            pa.string(),
            "class: a class of drugs (JAK inhibitors), whose members have it among their parents, or a "
            "collective name of cytokines (chemokines), which forms no pairs; line: a cell line (THP-1), "
            "which forms none either; concept: anything else; null where not linked",
            True,
            get_args(ConceptLevel),
        ),
    ),
)

HIERARCHY = Dataset(
    "hierarchy",
    "The broader concepts of every concept that the corpus mentions, near and far.",
    ("concept_id", "ancestor_id"),
    (
        Column("concept_id", pa.string(), "CURIE of the concept"),
        Column("ancestor_id", pa.string(), "CURIE of a concept above it, mentioned itself or not"),
        Column("ancestor_name", pa.string(), "preferred name of that"),
        Column("ancestor_type", pa.string(), TYPES_LISTED, values=ENTITY_TYPES),
        Column("steps", pa.int32(), "links of the shortest way up: 1 for a parent"),
    ),
    references=(Reference(("concept_id",), "concepts"),),
)
