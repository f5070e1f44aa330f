"""The value types that travel inside a stage. Nothing here imports anything of this package.

Offsets are Unicode code points into :attr:`Article.text`, half-open, as in PubTator. Sentences and
mentions are named tuples, since there are many and a tuple is made faster than a frozen dataclass.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, NamedTuple, get_args

# The words that columns hold, each spelled here alone: types for the code, and through `Column.values` of
# `schemas` what the data may hold. They are here since the command line names them without loading Arrow.
EntityType = Literal["disease", "drug", "chemical", "cytokine", "cell"]
ENTITY_TYPES: tuple[EntityType, ...] = get_args(EntityType)
#: What cells make pairs with; not with each other, nor with what else an article names.
CELL_PARTNERS: tuple[EntityType, ...] = ("cytokine",)
DatePrecision = Literal["day", "month", "season", "year"]
#: Whether a concept is one thing, a class of drugs or cytokines ("JAK inhibitors", "cytokines"), or a line of
#: cells that grows in a dish (THP-1).
ConceptLevel = Literal["concept", "class", "line"]
#: What a text says of a substance: that it is given, or that its amount is measured.
Role = Literal["given", "measured", "unknown"]
#: How sure a pair is, from the surest to the least sure.
Grade = Literal["strong", "moderate", "weak", "none"]
#: How two concepts stand to each other in the vocabulary, the nearest first.
Relatedness = Literal["ancestor", "sibling", "family", "none"]
#: Where a pair was read, the best place first.
Level = Literal["title", "sentence", "article"]
#: What found a mention; the name of a spaCy package may stand there too.
Method = Literal["lexicon", "abbreviation", "context", "coordination", "model", "head"]
#: How a cytokine is meant where it is not the native protein.
Modifier = Literal["anti", "inhibitor", "deficient", "recombinant", "gene therapy"]
#: What a sentence denies of a mention: the thing itself, or an effect, a change or a relation of it.
Denial = Literal["thing", "effect"]
#: What a sentence says of two concepts; `none` where it only mentions them together. Which of these two
#: types may have is in `comention.claims.vocabulary`.
ClaimWord = Literal[
    "treats",
    "causes",
    "no_effect",
    "studied",
    "resistant",
    "raised_in",
    "lowered_in",
    "promotes",
    "protects",
    "no_difference",
    "raises",
    "lowers",
    "made_by",
    "acts_on",
    "associated",
    "none",
]
#: Whether a sentence states what it says, or holds it for possible (may, suggest, hypothesis, aim).
Certainty = Literal["stated", "hedged"]
#: Which of two concepts acts on the other.
Direction = Literal["ab", "ba"]
#: What told a claim.
ClaimMethod = Literal["rule", "model"]
#: What kind of study an article reports; the first that it has is its main one.
StudyWord = Literal[
    "protocol",
    "letter",
    "meta-analysis",
    "review",
    "case report",
    "randomised trial",
    "other trial",
    "human observational",
    "animal",
    "in vitro",
    "computational",
]
#: Words for trials, and for all studies of people; what else an article reports is not counted as in people.
TRIALS: tuple[StudyWord, ...] = ("randomised trial", "other trial")
PEOPLE: tuple[StudyWord, ...] = (*TRIALS, "human observational", "case report")
#: What says so: the publication types, the MeSH headings, or the words of title and abstract.
StudyMethod = Literal["publication_type", "mesh", "text"]
#: How sure that is: what indexers say is sure, words may be but likely.
Sureness = Literal["sure", "likely"]
#: In whom a sentence says that something was seen; `mixed` where it names several.
Context = Literal["human", "animal", "in vitro", "mixed"]
#: Where a pair was studied, by the articles that tell.
Support = Literal["human", "animal only", "in vitro only", "unknown"]
#: Where citations come from.
SourceKind = Literal["sample", "files", "bulk", "pubmed"]
#: What a topic is compared with: other records of bulk files, random PMIDs, or counts made beforehand.
BackgroundKind = Literal["bulk", "sample", "table"]
#: What becomes of a citation, and of a PMID that is taken out.
Outcome = Literal["kept", "off_topic", "superseded", "withdrawn", "books", "rejected", "missing", "deleted"]
#: A part of the work, and how it ended.
StageName = Literal["fetch", "annotate", "collect", "cooccur", "publish"]
StageOutcome = Literal["ok", "failed", "running", "died"]


@dataclass(frozen=True, slots=True)
class Section:
    """One labelled part of a structured abstract; `start:end` are offsets into the article's text."""

    label: str | None
    nlm_category: str | None
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class MeshHeading:
    """A MeSH descriptor of an article; `major` where it or one of its qualifiers is a major topic.

    `ui` is None where a source gives its name alone.
    """

    ui: str | None
    name: str
    major: bool


@dataclass(frozen=True, slots=True)
class Chemical:
    """A substance of an article's chemical list; `registry_number` is a CAS, UNII or EC number."""

    ui: str | None
    name: str
    registry_number: str | None


@dataclass(frozen=True, slots=True)
class Correction:
    """A link to another citation (`ref_type` as NLM names it); notices may lack a PMID."""

    ref_type: str
    pmid: int | None


@dataclass(frozen=True, slots=True)
class Article:
    """One PubMed citation as published in `articles`; None where PubMed says nothing."""

    pmid: int
    version: int
    title: str
    abstract: str | None
    sections: tuple[Section, ...] = ()
    vernacular_title: str | None = None
    abstract_truncated: bool = False
    journal: str | None = None
    pub_date: str | None = None
    pub_date_precision: DatePrecision | None = None
    year: int | None = None
    languages: tuple[str, ...] = ()
    authors: tuple[str, ...] = ()
    publication_types: tuple[str, ...] = ()
    publication_type_uis: tuple[str, ...] = ()
    mesh: tuple[MeshHeading, ...] = ()
    chemicals: tuple[Chemical, ...] = ()
    keywords: tuple[str, ...] = ()
    doi: str | None = None
    pmcid: str | None = None
    corrections: tuple[Correction, ...] = ()
    species: tuple[str, ...] = ()
    retracted: bool = False
    review: bool = False

    @property
    def text(self) -> str:
        """Title, one space, abstract; the title alone where there is no abstract."""
        return self.title if self.abstract is None else f"{self.title} {self.abstract}"


@dataclass(frozen=True, slots=True)
class Reject:
    """A record that could not be read. `start:end` are byte offsets into the decompressed input."""

    source: str
    start: int
    end: int
    pmid: int | None
    reason: str


class Judged(NamedTuple):
    """What a topic makes of an article: whether it belongs, and the concepts it mentions where asked for."""

    on_topic: bool
    concepts: tuple[str, ...] = ()


class Sentence(NamedTuple):
    """One sentence; `number` counts from 0 within the article, the title being sentence 0."""

    number: int
    start: int
    end: int
    section: str | None
    in_title: bool


@dataclass(frozen=True, slots=True)
class Concept:
    """What a name means: a CURIE, its preferred name and its type."""

    concept_id: str
    name: str
    entity_type: EntityType


class Rejected(NamedTuple):
    """A name at `start:end` that does not count, the concepts it could mean, and why it does not."""

    start: int
    end: int
    text: str
    concept_ids: tuple[str, ...]
    reason: str


class Mention(NamedTuple):
    """One concept named at `start:end` of a text.

    `modifier` says how a cytokine is meant where it is not the native protein (`anti`, `deficient`,
    `inhibitor`, `recombinant`, `gene therapy`); `abbreviation_of` is the long form that the same text
    defines the short form by; `method` is what found it: `lexicon`, `abbreviation` (the text defines it),
    `context` (the text names its concept in full elsewhere), `coordination` (put together from a list),
    `model` (the trained recogniser, where the lexicon finds none or another span), `head` (likewise,
    meaning the name that ends the span, a broader concept), or the name of a spaCy package. `score` is how
    likely the recogniser holds it to be, 0–1, None where none was asked. `negated` and `speculative` are
    what the sentence says of it, None where nobody judged; `denied` is what it denies. `role` says of a
    drug or chemical whether it is `given`, `measured` or neither for sure (`unknown`); None for other types.
    """

    start: int
    end: int
    text: str
    entity_type: EntityType
    concept_id: str
    concept_name: str
    method: str
    score: float | None = None
    negated: bool | None = None
    speculative: bool | None = None
    modifier: str | None = None
    abbreviation_of: str | None = None
    role: str | None = None
    denied: Denial | None = None


class Claim(NamedTuple):
    """What a sentence says of two concepts that it names at two spans.

    The two are in the order of pairs (entity type, then id). `direction` says which acts on the other, None
    where none does. `cue_start:cue_end` are the words that decide, None where none do; all offsets are into
    the text of the article. `score` is 0–1.
    """

    sentence: int
    a_id: str
    b_id: str
    a_start: int
    a_end: int
    b_start: int
    b_end: int
    claim: ClaimWord
    direction: Direction | None
    certainty: Certainty
    cue_start: int | None
    cue_end: int | None
    method: ClaimMethod
    score: float


class Reading(NamedTuple):
    """What an annotator makes of a text, in order: the mentions, and the names that do not count."""

    mentions: list[Mention]
    rejected: list[Rejected]
