"""Datasets of what is counted: concepts, what goes with the topic, triples."""

from __future__ import annotations

from typing import get_args

import pyarrow as pa

from comention.records import ENTITY_TYPES, BackgroundKind, Grade
from comention.schemas.claims import OF_TRIPLES
from comention.schemas.corpus import TYPES_LISTED
from comention.schemas.model import Column, Dataset, Reference, list_of

#: `q_value` and `q_richness` up to here are significant, where a dataset counts how many are.
SIGNIFICANT = 0.05

#: Stands beside `articles` wherever that says how well something is supported.
INDEPENDENT = Column(
    "articles_independent",
    pa.int64(),
    "articles, where those of one `story` count once: a trial and the letters about it are one",
)

#: Years of what is counted.
YEARS = (
    Column("first_year", pa.int16(), "earliest year of publication", True),
    Column("last_year", pa.int16(), "latest year of publication", True),
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
        *OF_TRIPLES,
        *YEARS,
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
