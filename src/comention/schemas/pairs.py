"""Datasets of pairs of concepts: the pairs, their evidence and their years."""

from __future__ import annotations

from typing import get_args

import pyarrow as pa

from comention.records import ENTITY_TYPES, Denial, Grade, Level, Relatedness, Support
from comention.schemas.claims import OF_PAIRS, OF_PLACES
from comention.schemas.corpus import CONTEXT, PMID
from comention.schemas.counts import INDEPENDENT, YEARS
from comention.schemas.model import Column, Dataset, Reference, list_of, listed

#: `sentence` of an evidence row whose two concepts share the article but no sentence.
ARTICLE_LEVEL = -1


def _pair_sides(*, names: bool) -> tuple[Column, ...]:
    sides = []
    for side, which in (("a", "first"), ("b", "second")):
        sides.append(Column(f"{side}_id", pa.string(), f"{which} concept (order: entity type, then id)"))
        if names:
            sides.append(Column(f"{side}_name", pa.string(), f"preferred name of the {which} concept"))
            kind = f"entity type of the {which} concept"
            sides.append(Column(f"{side}_type", pa.string(), kind, values=ENTITY_TYPES))
    return tuple(sides)


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


_NEGATED = Column(
    "articles_negated",
    pa.int64(),
    "articles with a place of the pair in `evidence` that is negated: the sentence denies one of the two, or "
    "an effect on or of it; one that asserts them at another place counts in articles_asserted as well",
)

#: Counts by kind of study, and what follows from them.
_BY_STUDY = (
    Column(
        "articles_human",
        pa.int64(),
        "articles that report a trial, an observational study of people or a case (`study` of articles); "
        "one that "
        "studies animals as well counts in articles_animal too; reviews, letters and what tells no kind in "
        "none",
    ),
    Column("articles_trial", pa.int64(), "articles that report a trial in people, randomised or not"),
    Column("articles_animal", pa.int64(), "articles that report a study of animals"),
    Column("articles_in_vitro", pa.int64(), "articles that report a study of cells or tissue"),
    Column(
        "support",
        pa.string(),
        "human: an article in people; animal only: none, and one in animals or more; in vitro only: "
        "neither, and one "
        "in cells or tissue; unknown: no article of these",
        values=get_args(Support),
    ),
)

_COUNTS = (
    Column("articles", pa.int64(), "articles that mention both, at different places"),
    INDEPENDENT,
    Column("sentences", pa.int64(), "sentences that mention both"),
    Column("titles", pa.int64(), "articles that mention both in the title"),
    Column(
        "articles_a",
        pa.int64(),
        "articles that mention the first; where it is a drug, not those that only measure it",
    ),
    Column(
        "articles_b",
        pa.int64(),
        "articles that mention the second; where it is a drug, not those that only measure it",
    ),
    Column("articles_total", pa.int64(), "articles of the corpus"),
    Column("expected", pa.float64(), "articles expected if the two were independent: a·b/total"),
    Column("lift", pa.float64(), "articles / expected"),
    Column("npmi", pa.float64(), "normalised pointwise mutual information, −1 to 1 (Bouma 2009)"),
    Column(
        "log_odds",
        pa.float64(),
        "natural log of the odds ratio, 0.5 added to each cell (Haldane 1956): a point estimate; null where "
        "one "
        "of the two is in every article",
        True,
    ),
    Column(
        "log_odds_low",
        pa.float64(),
        "lower end of the exact 95 % interval of the log odds ratio, the margins given (Cornfield 1956: "
        "noncentral hypergeometric); null where log_odds is, and where there is no such end",
        True,
    ),
    Column(
        "log_odds_high",
        pa.float64(),
        "upper end of that interval; null where log_odds is, and where one of the two is never without the "
        "other",
        True,
    ),
)

PAIRS = Dataset(
    "pairs",
    "Every two concepts mentioned in one article, each unordered pair once. Counts include retractions, "
    "and leave "
    "out measured drugs (`role` of mentions) and collective names of cytokines (`level` of concepts).",
    ("a_id", "b_id"),
    (
        *_pair_sides(names=True),
        *_COUNTS,
        Column(
            "p_value",
            pa.float64(),
            "one-sided hypergeometric P(X ≥ articles) for this pair alone: Fisher's exact test",
        ),
        Column(
            "q_value",
            pa.float64(),
            "p_value corrected by Benjamini & Hochberg 1995 over every pair that two concepts in 3 articles "
            "or "
            "more could form, those no article mentions together included (`families` says how many); 1 for "
            "pairs of a rarer concept, which are not tested. It fails "
            "where articles list many names: of 200 random corpora with the richness of lists, each had a "
            "discovery at 0.05; by q_richness none had",
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
            "p_field",
            pa.float64(),
            "P(X ≥ articles) where concepts also keep their articles in each journal, so that being of one "
            "field "
            "does not make it small: Poisson, from above, and never below p_richness; null where q_richness "
            "is "
            "above 0.05, and where no article has a journal",
            True,
        ),
        Column("q_field", pa.float64(), "p_field corrected as q_richness is; null where p_field is", True),
        Column(
            "score",
            pa.float64(),
            "a rank, no probability: weighted co-occurrence, c^0.9·(c·c_all/(c_a·c_b))^0.1 (STRING, "
            "Franceschini "
            "2013): an article weighs 0.3, and up to 2 for each sentence that the two share, the nearer the "
            "more, "
            "times how much of it is about the two, over its number of concepts",
        ),
        Column(
            "grade",
            pa.string(),
            "strong: 5 independent articles or more that are not retracted, lower bound of the odds ratio 2 "
            "or more, both q ≤ 0.01; moderate: 3, 1 or more, ≤ 0.05; weak: 2, 1 or more, p_richness ≤ 0.003; "
            "else none. Of a pair with one concept of the topic, interval and q are those of the other in "
            "`enrichment`, by its rule, where that has rows",
            values=get_args(Grade),
        ),
        Column(
            "relatedness",
            pa.string(),
            "ancestor: one is above the other in the vocabulary (left out of listings); sibling: one parent; "
            "family: names that differ in a last letter or type; else none",
            values=get_args(Relatedness),
        ),
        *_told_apart("articles"),
        _NEGATED,
        *_BY_STUDY,
        *_told_apart("sentences"),
        *_told_apart("titles"),
        *OF_PAIRS,
        Column(
            "enrichment",
            pa.float64(),
            "of a pair with one concept of the topic, that of the other in `enrichment`; else null",
            True,
        ),
        Column(
            "topic",
            pa.bool_(),
            "one of the two is a concept of the topic; where nearly every article mentions that one, lift is "
            "about 1 by construction",
        ),
        *YEARS,
        Column(
            "top_pmids",
            list_of(pa.int64()),
            "up to five articles: title, then sentence, then article level; then by what the article weighs "
            "for "
            "score; then newest",
        ),
    ),
    sort=(("articles", "descending"),),
    references=(Reference(("a_id",), "entities"), Reference(("b_id",), "entities")),
)

PAIRS_ROLLED_UP = Dataset(
    "pairs_rolled_up",
    "Pairs of two types with a broader concept in whose place all below it count: psoriasis counts for skin "
    "diseases. Only where that adds articles.",
    ("a_id", "b_id"),
    (
        *_pair_sides(names=True),
        *_COUNTS,
        Column(
            "p_value",
            pa.float64(),
            "one-sided hypergeometric P(X ≥ articles) for this pair alone; rolled-up pairs overlap, so no q",
        ),
        *_told_apart("articles"),
        _NEGATED,
        *_told_apart("sentences"),
        *_told_apart("titles"),
        Column("articles_direct", pa.int64(), "those that name both concepts themselves, as in `pairs`"),
        *YEARS,
        Column("top_pmids", list_of(pa.int64()), "up to five articles, as in `pairs`"),
    ),
    sort=(("articles", "descending"),),
)

EVIDENCE = Dataset(
    "evidence",
    "Where each pair was read: a row per article and shared sentence, or per article without one.",
    ("a_id", "b_id", "pmid", "sentence"),
    (
        *_pair_sides(names=False),
        PMID,
        Column("sentence", pa.int32(), "shared sentence; −1 where the two share only the article"),
        Column("a_start", pa.int32(), "span of the first concept: start"),
        Column("a_end", pa.int32(), "span of the first concept: end"),
        Column("b_start", pa.int32(), "span of the second concept: start"),
        Column("b_end", pa.int32(), "span of the second concept: end"),
        Column("level", pa.string(), listed(get_args(Level)), values=get_args(Level)),
        Column("section", pa.string(), "label of the sentence's abstract section", True),
        Column(
            "rank",
            pa.int32(),
            "place among the pair's rows, from 1: title, sentence, article; then asserted; then not "
            "retracted; then the nearer the two stand and the more the article is about them; then newest",
        ),
        Column("year", pa.int16(), "year of publication", True),
        Column("negated", pa.bool_(), "one of the two stands under a negation", True),
        Column(
            "denied",
            pa.string(),
            "what is denied where `negated`: thing, where one of the two is; else effect",
            True,
            get_args(Denial),
        ),
        Column("speculative", pa.bool_(), "one of the two stands under a speculation", True),
        Column("retracted", pa.bool_(), "the article is retracted"),
        CONTEXT,
        *OF_PLACES,
    ),
    references=(
        Reference(("a_id", "b_id"), "pairs"),
        Reference(("pmid",), "articles"),
        Reference(("pmid", "sentence"), "sentences", unless=("sentence", ARTICLE_LEVEL)),
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
        Column(
            "share_smoothed",
            pa.float64(),
            "share in the three years around it: their articles together over the corpus's",
        ),
        Column("articles_not_retracted", pa.int64(), "articles without the retracted ones"),
        Column(
            "p_emerging",
            pa.float64(),
            "P(as many of the pair's articles up to this year, or more, fall into its last three years), "
            "hypergeometric, the corpus's articles given; 1 where the corpus is no older",
        ),
        Column(
            "q_emerging",
            pa.float64(),
            "p_emerging corrected by Benjamini & Hochberg 1995 over every pair with 3 articles or more up "
            "to this "
            "year; 1 for a pair with fewer, which is not tested",
        ),
        Column("emerging", pa.bool_(), "3 articles or more in those three years, and q_emerging ≤ 0.05"),
    ),
    references=(Reference(("a_id", "b_id"), "pairs"),),
)
