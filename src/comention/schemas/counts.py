"""Datasets of what is counted: concepts, pairs, triples, their evidence and their years."""

from __future__ import annotations

from typing import get_args

import pyarrow as pa

from comention.records import ENTITY_TYPES, BackgroundKind, Denial, Grade, Level, Relatedness
from comention.schemas.corpus import PMID, TYPES_LISTED
from comention.schemas.model import Column, Dataset, Reference, list_of, listed

#: `q_value` and `q_richness` up to here are significant, where a dataset counts how many are.
SIGNIFICANT = 0.05

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


#: Stands beside `articles` wherever that says how well something is supported.
INDEPENDENT = Column(
    "articles_independent",
    pa.int64(),
    "articles, where those of one `story` count once: a trial and the letters about it are one",
)

ENTITIES = Dataset(
    "entities",
    "How often each concept is mentioned.",
    ("concept_id",),
    (
        Column("concept_id", pa.string(), "CURIE of the concept"),
        Column("name", pa.string(), "preferred name"),
        Column("entity_type", pa.string(), TYPES_LISTED, values=ENTITY_TYPES),
        Column("articles", pa.int64(), "articles that mention it"),
        Column("sentences", pa.int64(), "sentences that mention it"),
        Column("mentions", pa.int64(), "mentions"),
        Column("titles", pa.int64(), "articles that mention it in the title"),
        Column(
            "articles_not_measured",
            pa.int64(),
            "articles without those in which it is a drug that is only measured (`role` of mentions); pairs "
            "have this as articles_a or articles_b",
        ),
        Column("articles_not_retracted", pa.int64(), "articles without the retracted ones"),
        INDEPENDENT,
        Column(
            "background",
            pa.int64(),
            "articles of the background that mention it otherwise than as a measured drug, the topic's own "
            "left out; null where there is no background",
            True,
        ),
        Column("first_year", pa.int16(), "earliest year of publication", True),
        Column("last_year", pa.int16(), "latest year of publication", True),
    ),
    sort=(("articles", "descending"),),
    references=(Reference(("concept_id",), "concepts"),),
)

ENRICHMENT = Dataset(
    "enrichment",
    "Every concept mentioned with the topic, but the topic's own: how much more often than in a background "
    "of articles outside the topic. No rows where there is no background, or the corpus is no one topic's.",
    ("concept_id",),
    (
        Column("concept_id", pa.string(), "CURIE of the concept"),
        Column("name", pa.string(), "preferred name"),
        Column("entity_type", pa.string(), TYPES_LISTED, values=ENTITY_TYPES),
        Column(
            "articles",
            pa.int64(),
            "articles of the topic that mention it, as read by what counted the background: in a bulk run "
            "that is the annotator `fast`",
        ),
        Column("articles_not_retracted", pa.int64(), "articles without the retracted ones"),
        Column("articles_independent", pa.int64(), "articles, those about one work counted once"),
        Column("articles_total", pa.int64(), "articles of the topic"),
        Column("background", pa.int64(), "articles of the background that mention it"),
        Column("background_total", pa.int64(), "articles of the background, the topic's own left out"),
        Column(
            "enrichment",
            pa.float64(),
            "share of the topic's articles that mention it, over that share of the background; null where "
            "none of the background does",
            True,
        ),
        Column(
            "odds_low",
            pa.float64(),
            "lower end of the exact 95 % interval of the odds ratio, topic against background, both counts "
            "uncertain (Fisher's noncentral hypergeometric, Cornfield 1956)",
        ),
        Column(
            "odds_high",
            pa.float64(),
            "upper end of it; null where it has none: no article of the background, or all of the topic, "
            "mention it",
            True,
        ),
        Column(
            "p_value",
            pa.float64(),
            "one-sided Fisher's exact test: P(as many articles of the topic, or more, mention it), the "
            "articles of topic and background that do given",
        ),
        Column(
            "q_value",
            pa.float64(),
            "p_value corrected by Benjamini & Hochberg 1995 over the concepts of topic and background that "
            "could be found (Gilbert 2005: mentioned often enough; `families` says how many); 1 for others",
        ),
        Column(
            "p_richness",
            pa.float64(),
            "the same where an article of the topic mentions every concept as many times as often as it "
            "mentions more concepts of other types than the topic's, so that long abstracts cannot make it "
            "small",
        ),
        Column("q_richness", pa.float64(), "p_richness corrected as q_value is, over the same concepts"),
        Column(
            "grade",
            pa.string(),
            "strong: 5 independent articles or more that are not retracted, odds_low 2 or more, both q ≤ "
            "0.01; moderate: 3, 1 or more, ≤ 0.05; weak: 2, 1 or more, ≤ 0.1; else none",
            values=get_args(Grade),
        ),
        Column(
            "kind",
            pa.string(),
            "the background: bulk (all other records of bulk files), sample (random PMIDs), or table "
            "(counted beforehand)",
            values=get_args(BackgroundKind),
        ),
        Column("years_matched", pa.bool_(), "the background is of the same years as the topic's articles"),
        Column("first_year", pa.int16(), "earliest year of publication", True),
        Column("last_year", pa.int16(), "latest year of publication", True),
    ),
    sort=(("odds_low", "descending"),),
    references=(Reference(("concept_id",), "entities"),),
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


_NEGATED = Column(
    "articles_negated",
    pa.int64(),
    "articles with a place of the pair in `evidence` that is negated: the sentence denies one of the two, or "
    "an effect on or of it; one that asserts them at another place counts in articles_asserted as well",
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

_YEARS = (
    Column("first_year", pa.int16(), "earliest year of publication", True),
    Column("last_year", pa.int16(), "latest year of publication", True),
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
        *_told_apart("sentences"),
        *_told_apart("titles"),
        Column(
            "enrichment",
            pa.float64(),
            "of a pair with one concept of the topic, that of the other in `enrichment`; else null",
            True,
        ),
        Column(
            "topic",
            pa.bool_(),
            "one of the two is a concept of the topic, so that lift is about 1 by construction",
        ),
        *_YEARS,
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
        *_YEARS,
        Column("top_pmids", list_of(pa.int64()), "up to five articles, as in `pairs`"),
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
        INDEPENDENT,
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
            "P(X ≥ articles) given the three pairwise counts, without a three-way interaction (Zelen 1971): "
            "is "
            "there more to the three than to the two and two? Of this triple alone",
        ),
        Column(
            "p_richness",
            pa.float64(),
            "P(X ≥ articles) where concepts keep their articles and articles their number of concepts, as in "
            "`pairs`: do the three meet more often than chance lets them?",
        ),
        Column(
            "q_richness",
            pa.float64(),
            "p_richness corrected by Benjamini & Hochberg 1995 over every disease × drug × cytokine in 3 "
            "articles "
            "or more each (`families` says how many); 1 for those of a rarer concept, which are not tested",
        ),
        Column("articles_not_retracted", pa.int64(), "articles without the retracted ones"),
        *_YEARS,
        Column(
            "top_pmids",
            list_of(pa.int64()),
            "up to five articles: with a shared sentence first, then newest",
        ),
        Column(
            "top_sentence",
            pa.int32(),
            "first sentence of the first of them that mentions the three; −1 where none does",
        ),
    ),
    sort=(("articles", "descending"),),
    references=tuple(Reference((f"{kind}_id",), "entities") for kind in ("disease", "drug", "cytokine")),
)

FAMILIES = Dataset(
    "families",
    "How many hypotheses q is corrected for, and how many come out.",
    ("family",),
    (
        Column(
            "family",
            pa.string(),
            "pairs, triples of disease × drug × cytokine, emerging pairs, or, with a background, enrichment "
            "of a concept",
            values=(PAIRS.name, TRIPLES.name, "emerging", ENRICHMENT.name),
        ),
        Column("rule", pa.string(), "which hypotheses are tested"),
        Column(
            "size",
            pa.int64(),
            "how many these are, those that no article mentions together included; of emerging pairs, of all "
            "years together; of enrichment, concepts of topic and background",
        ),
        Column("seen", pa.int64(), "rows of the dataset (`trends` for emerging), tested or not"),
        Column(
            "significant",
            pa.int64(),
            "those with q_value ≤ 0.05, or q_emerging for emerging pairs; null for triples",
            True,
        ),
        Column(
            "significant_richness", pa.int64(), "those with q_richness ≤ 0.05; null for emerging pairs", True
        ),
        Column(
            "significant_field",
            pa.int64(),
            "those with q_field ≤ 0.05; null but for pairs with journals",
            True,
        ),
    ),
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
