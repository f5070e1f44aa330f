"""Every published and stored dataset: columns, types, units, descriptions, keys.

This is the only place that names a column. Writers, the data dictionary, the README's table, the tests
and the pandas types derive from it, and nothing is written without :func:`conform`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

import pyarrow as pa
import pyarrow.compute as pc

from comention.errors import ContractError

#: Raised by one when a column changes its meaning, its type or its name; new columns leave it.
SCHEMA_VERSION = 1

#: `q_value` and `q_richness` up to here are significant, where a dataset counts how many are.
SIGNIFICANT = 0.05

#: Stands in `frequencies` for any concept: its articles are all citations of the background.
ANY_CONCEPT = "*"

#: `sentence` of an evidence row whose two concepts share the article but no sentence.
ARTICLE_LEVEL = -1

#: Ids of names that are not linked to a concept begin so; such ids form no pairs.
UNLINKED = "text:"

Order = Literal["ascending", "descending"]


def _list(kind: pa.DataType) -> pa.DataType:
    # Parquet calls the items "element"; a schema that does too is equal after a round trip.
    return pa.list_(pa.field("element", kind))


_STRINGS = _list(pa.string())
_SECTION = pa.struct(
    [("label", pa.string()), ("nlm_category", pa.string()), ("start", pa.int32()), ("end", pa.int32())]
)
_MESH = pa.struct([("ui", pa.string()), ("name", pa.string()), ("major", pa.bool_())])
_CHEMICAL = pa.struct([("ui", pa.string()), ("name", pa.string()), ("registry_number", pa.string())])
_CORRECTION = pa.struct([("ref_type", pa.string()), ("pmid", pa.int64())])


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its name, Arrow type, what it holds (with its unit), and whether null is allowed."""

    name: str
    type: pa.DataType
    description: str
    nullable: bool = False


@dataclass(frozen=True, slots=True)
class Dataset:
    """One table: columns in order, the key that is unique and never null, and the order of its rows."""

    name: str
    description: str
    key: tuple[str, ...]
    columns: tuple[Column, ...]
    sort: tuple[tuple[str, Order], ...] = ()
    published: bool = True

    @property
    def schema(self) -> pa.Schema:
        """The Arrow schema; each field's metadata holds its description."""
        fields = [pa.field(c.name, c.type, c.nullable, {"description": c.description}) for c in self.columns]
        return pa.schema(
            fields, {b"comention.dataset": self.name, b"comention.schema_version": str(SCHEMA_VERSION)}
        )

    @property
    def order(self) -> list[tuple[str, Order]]:
        """The order of the rows: `sort` where given, then the key."""
        return [*self.sort, *((name, "ascending") for name in self.key if name not in dict(self.sort))]


_PMID = Column("pmid", pa.int64(), "PubMed identifier")
_START = Column("start", pa.int32(), "first code point of the span in title + ' ' + abstract")
_END = Column("end", pa.int32(), "code point after the span")
_RETRACTED = Column(
    "retracted", pa.bool_(), "the article is retracted; null for a text that is no article", True
)
_SENTENCE = Column("sentence", pa.int32(), "sentence number within the article; 0 is the title")


def _pair_sides(*, names: bool) -> tuple[Column, ...]:
    sides = []
    for side, which in (("a", "first"), ("b", "second")):
        sides.append(Column(f"{side}_id", pa.string(), f"{which} concept (order: entity type, then id)"))
        if names:
            sides.append(Column(f"{side}_name", pa.string(), f"preferred name of the {which} concept"))
            sides.append(Column(f"{side}_type", pa.string(), f"entity type of the {which} concept"))
    return tuple(sides)


ARTICLES = Dataset(
    "articles",
    "One row per citation of the corpus; every row counts in articles_total.",
    ("pmid",),
    (
        _PMID,
        Column("version", pa.int32(), "version of the citation"),
        Column(
            "title", pa.string(), "title as PubMed gives it, markup removed; [brackets] mark a translation"
        ),
        Column("abstract", pa.string(), "abstract, its sections joined by one space, labels left out", True),
        Column(
            "sections",
            _list(_SECTION),
            "labelled parts of the abstract; offsets into title + ' ' + abstract",
        ),
        Column("vernacular_title", pa.string(), "title in the original language", True),
        Column("abstract_truncated", pa.bool_(), "PubMed says that it cut the abstract"),
        Column("journal", pa.string(), "journal title", True),
        Column("pub_date", pa.string(), "publication date as precisely as PubMed knows it", True),
        Column("pub_date_precision", pa.string(), "day, month, season or year", True),
        Column("year", pa.int16(), "year of publication", True),
        Column("language", pa.string(), "first language, ISO 639-2", True),
        Column("languages", _STRINGS, "all languages, ISO 639-2"),
        Column("authors", _STRINGS, "authors in order: last name, then fore name; or a collective name"),
        Column("publication_types", _STRINGS, "MeSH publication types"),
        Column("mesh", _list(_MESH), "MeSH headings; major where the heading or a qualifier of it is"),
        Column("chemicals", _list(_CHEMICAL), "substances that indexers added"),
        Column("keywords", _STRINGS, "author keywords"),
        Column("doi", pa.string(), "digital object identifier", True),
        Column("pmcid", pa.string(), "PubMed Central identifier", True),
        Column("corrections", _list(_CORRECTION), "links to corrections, comments, retractions"),
        Column("species", _STRINGS, "organisms among the MeSH headings"),
        Column("retracted", pa.bool_(), "retracted publication (notices of retraction are not)"),
        Column("review", pa.bool_(), "review or systematic review"),
        Column("source", pa.string(), "file or service the citation came from"),
        Column(
            "content_hash", pa.string(), "128-bit BLAKE2b of all that was read from the citation, hexadecimal"
        ),
    ),
)

SENTENCES = Dataset(
    "sentences",
    "The sentences of every article.",
    ("pmid", "sentence"),
    (
        _PMID,
        _SENTENCE,
        _START,
        _END,
        Column("section", pa.string(), "label of the abstract section", True),
        Column("in_title", pa.bool_(), "the sentence is the title"),
        Column("text", pa.string(), "the sentence"),
        _RETRACTED,
    ),
)

MENTIONS = Dataset(
    "mentions",
    "Every place where a text names a concept.",
    ("pmid", "start", "end", "entity_type", "concept_id"),
    (
        _PMID,
        _START,
        _END,
        Column("entity_type", pa.string(), "disease, drug, chemical or cytokine"),
        Column("concept_id", pa.string(), "CURIE of the concept; text:… where the name is not linked"),
        _SENTENCE,
        Column("text", pa.string(), "the span as written"),
        Column("concept_name", pa.string(), "preferred name of the concept"),
        Column(
            "method",
            pa.string(),
            "what found it: lexicon, abbreviation (the text defines it), context (the text names its concept "
            "in full), coordination (put together from a list), model (the trained recogniser), head (the "
            "recogniser, by the name that ends the span), or the name of a spaCy package",
        ),
        Column(
            "score",
            pa.float32(),
            "how likely the trained recogniser holds it to be, 0–1; null where none was asked",
            True,
        ),
        Column("negated", pa.bool_(), "the sentence denies it, or an effect on or of it", True),
        Column("speculative", pa.bool_(), "the sentence says it as possible, supposed or asked", True),
        Column("modifier", pa.string(), "anti, inhibitor, deficient, recombinant, gene therapy", True),
        Column("abbreviation_of", pa.string(), "long form by which the article defines the short form", True),
        _RETRACTED,
    ),
)

REJECTED = Dataset(
    "rejected",
    "Names that were found and do not count.",
    ("pmid", "start", "end"),
    (
        _PMID,
        _START,
        _END,
        Column("text", pa.string(), "the span as written"),
        Column(
            "concept_ids", pa.list_(pa.string()), "what it could mean; empty where the lexicon says nothing"
        ),
        Column("reason", pa.string(), "why it does not count"),
    ),
    published=False,
)

CONCEPTS = Dataset(
    "concepts",
    "Every concept that the corpus mentions.",
    ("concept_id",),
    (
        Column(
            "concept_id", pa.string(), "CURIE: MESH:, HGNC:, UNII:, or COMENTION: for concepts of our own"
        ),
        Column("name", pa.string(), "preferred name"),
        Column("entity_type", pa.string(), "disease, drug, chemical or cytokine"),
        Column("synonyms", _STRINGS, "other names that the lexicon knows, sorted"),
        Column("parents", _STRINGS, "broader concepts, families and complexes"),
        Column("xrefs", _STRINGS, "identifiers of the same concept elsewhere"),
        Column("source", pa.string(), "vocabulary that the concept comes from"),
    ),
)

ENTITIES = Dataset(
    "entities",
    "How often each concept is mentioned.",
    ("concept_id",),
    (
        Column("concept_id", pa.string(), "CURIE of the concept"),
        Column("name", pa.string(), "preferred name"),
        Column("entity_type", pa.string(), "disease, drug, chemical or cytokine"),
        Column("articles", pa.int64(), "articles that mention it"),
        Column("sentences", pa.int64(), "sentences that mention it"),
        Column("mentions", pa.int64(), "mentions"),
        Column("titles", pa.int64(), "articles that mention it in the title"),
        Column("articles_not_retracted", pa.int64(), "articles without the retracted ones"),
        Column(
            "background",
            pa.int64(),
            "citations of the background that mention it; null where no bulk run counted one",
            True,
        ),
        Column("first_year", pa.int16(), "earliest year of publication", True),
        Column("last_year", pa.int16(), "latest year of publication", True),
    ),
    sort=(("articles", "descending"),),
)


def _told_apart(unit: str) -> tuple[Column, ...]:
    """Return the counts of articles, sentences or titles without those that an analyst may leave out."""
    return (
        Column(
            f"{unit}_asserted",
            pa.int64(),
            f"{unit} in which the two stand under neither negation nor speculation",
        ),
        Column(f"{unit}_not_retracted", pa.int64(), f"{unit} without the retracted ones"),
        Column(f"{unit}_not_review", pa.int64(), f"{unit} without reviews"),
    )


PAIRS = Dataset(
    "pairs",
    "Every two concepts mentioned in one article, each unordered pair once. Counts include retractions.",
    ("a_id", "b_id"),
    (
        *_pair_sides(names=True),
        Column("articles", pa.int64(), "articles that mention both, at different places"),
        Column("sentences", pa.int64(), "sentences that mention both"),
        Column("titles", pa.int64(), "articles that mention both in the title"),
        Column("articles_a", pa.int64(), "articles that mention the first"),
        Column("articles_b", pa.int64(), "articles that mention the second"),
        Column("articles_total", pa.int64(), "articles of the corpus"),
        Column("expected", pa.float64(), "articles expected if the two were independent: a·b/total"),
        Column("lift", pa.float64(), "articles / expected"),
        Column("npmi", pa.float64(), "normalised pointwise mutual information, −1 to 1 (Bouma 2009)"),
        Column(
            "log_odds", pa.float64(), "natural log of the odds ratio, 0.5 added to each cell (Haldane 1956)"
        ),
        Column("log_odds_low", pa.float64(), "lower end of its 95 % Wald interval"),
        Column("log_odds_high", pa.float64(), "upper end of its 95 % Wald interval"),
        Column(
            "p_value",
            pa.float64(),
            "one-sided hypergeometric P(X ≥ articles) for this pair alone: Fisher's exact test",
        ),
        Column(
            "q_value",
            pa.float64(),
            "p_value corrected by Benjamini & Hochberg 1995 over every pair that two concepts of the corpus "
            "could form, those no article mentions together included (`families` says how many)",
        ),
        Column(
            "p_richness",
            pa.float64(),
            "P(X ≥ articles) where concepts keep their articles and articles their number of concepts, so "
            "that abstracts that list many cannot make it small: bipartite configuration model (Saracco "
            "2017), from above",
        ),
        Column("q_richness", pa.float64(), "p_richness corrected as q_value is, over the same pairs"),
        Column(
            "score",
            pa.float64(),
            "weighted co-occurrence, c^0.6·(c·c_all/(c_a·c_b))^0.4 (STRING, Franceschini 2013): an article "
            "weighs 1, and 2 for each sentence that the two share, over its number of concepts",
        ),
        Column(
            "grade",
            pa.string(),
            "strong: 5 articles or more that are not retracted, lower bound of the odds ratio 2 or more, "
            "both q ≤ 0.01; moderate: 3, 1 or more, ≤ 0.05; weak: 2, 1 or more; else none",
        ),
        *_told_apart("articles"),
        *_told_apart("sentences"),
        *_told_apart("titles"),
        Column(
            "enrichment",
            pa.float64(),
            "share of the topic's articles that mention the other, over that share of the background; null "
            "for pairs outside the topic and where no bulk run counted a background",
            True,
        ),
        Column(
            "topic",
            pa.bool_(),
            "one of the two is a concept of the topic, so that lift is about 1 by construction",
        ),
        Column("first_year", pa.int16(), "earliest year of publication", True),
        Column("last_year", pa.int16(), "latest year of publication", True),
        Column(
            "top_pmids",
            _list(pa.int64()),
            "up to five articles: title, then sentence, then article level, newest first",
        ),
    ),
    sort=(("articles", "descending"),),
)

TRIPLES = Dataset(
    "triples",
    "Every disease, drug and cytokine mentioned in one article.",
    ("disease_id", "drug_id", "cytokine_id"),
    (
        Column("disease_id", pa.string(), "CURIE of the disease"),
        Column("disease_name", pa.string(), "preferred name of the disease"),
        Column("drug_id", pa.string(), "CURIE of the drug"),
        Column("drug_name", pa.string(), "preferred name of the drug"),
        Column("cytokine_id", pa.string(), "CURIE of the cytokine"),
        Column("cytokine_name", pa.string(), "preferred name of the cytokine"),
        Column("articles", pa.int64(), "articles that mention the three"),
        Column("sentences", pa.int64(), "sentences that mention the three"),
        Column(
            "expected",
            pa.float64(),
            "articles expected from the three pairwise counts without a three-way interaction",
        ),
        Column("lift", pa.float64(), "articles / expected"),
        Column(
            "p_value",
            pa.float64(),
            "P(X ≥ articles) given the three pairwise counts, without a three-way interaction (Zelen 1971)",
        ),
        Column(
            "q_value",
            pa.float64(),
            "p_value corrected by Benjamini & Hochberg 1995 over every disease × drug × cytokine of the "
            "corpus, those no article mentions together included (`families` says how many)",
        ),
        Column("articles_not_retracted", pa.int64(), "articles without the retracted ones"),
        Column("first_year", pa.int16(), "earliest year of publication", True),
        Column("last_year", pa.int16(), "latest year of publication", True),
        Column(
            "top_pmids",
            _list(pa.int64()),
            "up to five articles: with a shared sentence first, then newest",
        ),
    ),
    sort=(("articles", "descending"),),
)

FAMILIES = Dataset(
    "families",
    "How many hypotheses q is corrected for, and how many come out.",
    ("family",),
    (
        Column("family", pa.string(), "pairs, or triples of disease × drug × cytokine"),
        Column(
            "size",
            pa.int64(),
            "hypotheses tested: every pair or triple that the concepts of the corpus could form",
        ),
        Column("seen", pa.int64(), "those that an article mentions together: the rows of the dataset"),
        Column("significant", pa.int64(), "those with q_value ≤ 0.05"),
        Column("significant_richness", pa.int64(), "those with q_richness ≤ 0.05; null for triples", True),
    ),
)

EVIDENCE = Dataset(
    "evidence",
    "Where each pair was read: a row per article and shared sentence, or per article without one.",
    ("a_id", "b_id", "pmid", "sentence"),
    (
        *_pair_sides(names=False),
        _PMID,
        Column("sentence", pa.int32(), "shared sentence; −1 where the two share only the article"),
        Column("a_start", pa.int32(), "span of the first concept: start"),
        Column("a_end", pa.int32(), "span of the first concept: end"),
        Column("b_start", pa.int32(), "span of the second concept: start"),
        Column("b_end", pa.int32(), "span of the second concept: end"),
        Column("level", pa.string(), "title, sentence or article"),
        Column("year", pa.int16(), "year of publication", True),
        Column("negated", pa.bool_(), "one of the two stands under a negation", True),
        Column("speculative", pa.bool_(), "one of the two stands under a speculation", True),
        Column("retracted", pa.bool_(), "the article is retracted"),
    ),
)

TRENDS = Dataset(
    "trends",
    "Articles of each pair by year.",
    ("a_id", "b_id", "year"),
    (
        *_pair_sides(names=False),
        Column("year", pa.int16(), "year of publication"),
        Column("articles", pa.int64(), "articles of that year that mention both"),
        Column("share", pa.float64(), "those as a share of the year's articles in the corpus, 0–1"),
        Column("articles_not_retracted", pa.int64(), "articles without the retracted ones"),
    ),
)

LEDGER = Dataset(
    "ledger",
    "What became of every citation a run was given. "
    "expected = fetched + missing; fetched = parsed + rejected; "
    "parsed = books + superseded + off_topic + withdrawn + kept.",
    ("run_id", "stage"),
    (
        Column("run_id", pa.string(), "the run"),
        Column("stage", pa.string(), "stage of the run that the row accounts for"),
        Column("source", pa.string(), "kind of source: sample, files, bulk or pubmed"),
        Column("complete", pa.bool_(), "the run read all of its source: no --pmids, --since or --limit"),
        Column("query", pa.string(), "query that PubMed was asked", True),
        Column("translation", pa.string(), "that query as PubMed read it", True),
        Column("slices", _STRINGS, "ranges of PMIDs, low:high, that the query was listed by; none: at once"),
        Column("requests", pa.int64(), "HTTP requests sent, those that were repeated included", True),
        Column("expected", pa.int64(), "citations that the source holds for this run"),
        Column("fetched", pa.int64(), "citations received"),
        Column("resumed", pa.int64(), "those among them that an earlier, interrupted run had received"),
        Column("parsed", pa.int64(), "citations read"),
        Column(
            "rejected",
            pa.int64(),
            "citations that could not be read; each is kept in store/rejects with its reason",
        ),
        Column("superseded", pa.int64(), "citations that a later version or a later file replaced"),
        Column("off_topic", pa.int64(), "citations outside the topic"),
        Column("books", pa.int64(), "book citations, which are counted and not kept"),
        Column("withdrawn", pa.int64(), "citations of this run that a later DeleteCitation of it took back"),
        Column("kept", pa.int64(), "citations of this run that belong to the corpus"),
        Column("missing", pa.int64(), "citations announced and not received"),
        Column("deleted", pa.int64(), "PMIDs that DeleteCitation named"),
        Column("retracted", pa.int64(), "retracted articles among the kept"),
        Column("added", pa.int64(), "articles held after the run and not before it"),
        Column("revised", pa.int64(), "articles held before and after, whose record changed"),
        Column("removed", pa.int64(), "articles held before the run and not after it"),
        Column("articles", pa.int64(), "articles held after the run: those before + added − removed"),
        Column("inputs", _STRINGS, "files read, by name, in order"),
        Column("parts", pa.int32(), "parts in which the run was committed; a long bulk run has several"),
        Column(
            "fetched_at",
            pa.timestamp("ms", "UTC"),
            "when reading began; that of the interrupted run where one was resumed",
        ),
    ),
)

ACCOUNTS = Dataset(
    "accounts",
    "The PMIDs behind each number of the ledger: one file for each run and part.",
    ("row",),
    (
        Column("row", pa.int64(), "counts from 0 within the part"),
        Column("source", pa.string(), "file, or PubMed"),
        Column("pmid", pa.int64(), "PMID where it could be read", True),
        Column("version", pa.int32(), "version of the citation; 0 where it says nothing"),
        Column(
            "outcome",
            pa.string(),
            "kept, off_topic, superseded, withdrawn, books, rejected or missing; deleted: a PMID taken out",
        ),
        Column("retracted", pa.bool_(), "kept, and retracted"),
    ),
    published=False,
)

BACKGROUND = Dataset(
    "background",
    "What each citation of a bulk run mentions, on the topic or not.",
    ("pmid",),
    (
        _PMID,
        Column("concepts", _STRINGS, "concepts mentioned, sorted; null: the citation was deleted", True),
    ),
    published=False,
)

FREQUENCIES = Dataset(
    "frequencies",
    "How many citations of the background mention each concept.",
    ("concept_id",),
    (
        Column("concept_id", pa.string(), "CURIE of the concept"),
        Column("articles", pa.int64(), "citations that mention it; in row *, all citations"),
    ),
    published=False,
)

REJECTS = Dataset(
    "rejects",
    "Records that could not be read.",
    ("source", "start"),
    (
        Column("source", pa.string(), "file"),
        Column("start", pa.int64(), "first byte of the record in the decompressed file"),
        Column("end", pa.int64(), "byte after the record"),
        Column("pmid", pa.int64(), "PMID where it could be read", True),
        Column("reason", pa.string(), "what is wrong with it"),
    ),
    published=False,
)

DATASETS: Mapping[str, Dataset] = {
    d.name: d
    for d in (
        ARTICLES,
        SENTENCES,
        MENTIONS,
        CONCEPTS,
        ENTITIES,
        PAIRS,
        TRIPLES,
        FAMILIES,
        EVIDENCE,
        TRENDS,
        LEDGER,
        REJECTS,
        REJECTED,
        ACCOUNTS,
        BACKGROUND,
        FREQUENCIES,
    )
}
PUBLISHED: tuple[Dataset, ...] = tuple(d for d in DATASETS.values() if d.published)


def conform(table: pa.Table, dataset: Dataset) -> pa.Table:
    """Return the table with exactly the dataset's columns, types, metadata and order of rows.

    Raises ContractError, listing *every* discrepancy: columns missing or unknown, values that do not
    fit their type, nulls where none may be, keys that stand twice.
    """
    problems = [f"column {c.name} is missing" for c in dataset.columns if c.name not in table.column_names]
    known = {c.name for c in dataset.columns}
    problems += [f"column {name} is unknown" for name in table.column_names if name not in known]
    columns: list[pa.ChunkedArray[Any]] = []
    for column in dataset.columns:
        if column.name not in table.column_names:
            continue
        values = table.column(column.name)
        try:
            values = values.cast(column.type)
        except (pa.ArrowInvalid, pa.ArrowNotImplementedError) as error:
            problems.append(f"column {column.name}: {error}")
        if values.null_count and not column.nullable:
            problems.append(f"column {column.name} holds {values.null_count} nulls")
        columns.append(values)
    if problems:
        raise ContractError(f"dataset {dataset.name} does not conform: " + "; ".join(problems))
    result = pa.Table.from_arrays(columns, schema=dataset.schema)
    result = result.take(pc.sort_indices(result, sort_keys=dataset.order))
    _check_key(result, dataset)
    return result.combine_chunks()


def _check_key(table: pa.Table, dataset: Dataset) -> None:
    distinct = table.select(list(dataset.key)).group_by(list(dataset.key), use_threads=False).aggregate([])
    if distinct.num_rows != table.num_rows:
        raise ContractError(
            f"dataset {dataset.name}: {table.num_rows - distinct.num_rows} rows repeat the key "
            f"({', '.join(dataset.key)})"
        )
