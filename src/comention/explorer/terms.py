"""What the words of the pages mean: a plain sentence each, and what the datasets say of their columns."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from comention.explorer.kinds import Kind
from comention.schemas import DATASETS, SAID
from comention.schemas.claims import MEANINGS


@dataclass(frozen=True, slots=True)
class Term:
    """A word of the pages: its heading there, a plain sentence, and the columns that it is made from."""

    key: str
    word: str
    plain: str
    columns: tuple[str, ...] = ()

    @property
    def described(self) -> tuple[tuple[str, str], ...]:
        """Each column behind the name of its dataset, and its description in the data dictionary."""
        return tuple((column, _described(column)) for column in self.columns)


def _described(column: str) -> str:
    dataset, name = column.split(".")
    (found,) = (one for one in DATASETS[dataset].columns if one.name == name)
    return found.description.replace("`", "")


TERMS = (
    Term("articles", "Articles", "Articles of this snapshot that mention both.", ("pairs.articles",)),
    Term(
        "independent",
        "Independent articles",
        "Articles, where a work and the letters about it count once.",
        ("pairs.articles_independent", "articles.story"),
    ),
    Term(
        "expected",
        "Expected",
        "How many articles would mention both if the one had nothing to do with the other.",
        ("pairs.expected",),
    ),
    Term("lift", "Lift", "How many times as many articles as expected.", ("pairs.lift", "triples.lift")),
    Term(
        "association",
        "Association (odds)",
        "The odds ratio: how many times the odds of one are higher where the other is mentioned; × 1 is no "
        "association, ÷ is fewer than expected. The bar is its 95 % interval; few articles give long bars.",
        ("pairs.log_odds", "pairs.log_odds_low", "pairs.log_odds_high"),
    ),
    Term(
        "q",
        "q",
        "The share of false discoveries to expect among all pairs with a q up to this one: smaller is surer.",
        ("pairs.p_value", "pairs.q_value"),
    ),
    Term(
        "richness",
        "q (richness-adjusted)",
        "q where an article that lists many names counts for less surprise. Smaller is surer; it is the one "
        "to read.",
        ("pairs.p_richness", "pairs.q_richness"),
    ),
    Term(
        "field",
        "q within journals",
        "q where two names of one field are expected to meet in its journals.",
        ("pairs.p_field", "pairs.q_field"),
    ),
    Term(
        "grade",
        "Grade",
        "How surely two names share articles; not how the two act on each other, nor how good the articles "
        "are.",
        ("pairs.grade",),
    ),
    Term(
        "claim",
        "Claim",
        "The leading claim of the two, as a program reads sentences: what most articles state, but that what "
        "tells an outcome comes before “studied” and “associated” where enough do. 33/40: 33 of the 40 "
        "articles that are not retracted state it.",
        ("pairs.claim", "pairs.articles_claimed", "pairs.articles_not_retracted"),
    ),
    Term(
        "contradicted",
        "Contradicted",
        "Articles state a claim, and as surely its opposite or that there is no effect.",
        ("pairs.contradicted",),
    ),
    Term(
        "hedged",
        "Held for possible (hedged)",
        "The sentence does not state it: it may be so, is supposed, aimed at or asked.",
        ("claims.certainty", "pairs.articles_hedged"),
    ),
    Term(
        "support",
        "Support",
        "In whom the two were studied together, by the articles of this snapshot alone: “animal only” does "
        "not say that there are no studies of people elsewhere.",
        ("pairs.support", "pairs.articles_human"),
    ),
    Term("study", "Study", "What kind of study the article reports.", ("articles.study",)),
    Term("context", "Seen in", "In whom the sentence says that it was seen.", ("sentences.context",)),
    Term(
        "related",
        "A concept and one above it",
        "Such a pair is left out of listings: psoriasis and skin diseases share articles by their meaning.",
        ("pairs.relatedness",),
    ),
    Term("years", "Years", "Of the first and the last article.", ("pairs.first_year", "pairs.last_year")),
    Term(
        "enrichment",
        "Enrichment",
        "How many times as often articles of the topic mention it as articles of other topics.",
        ("enrichment.enrichment", "enrichment.odds_low", "enrichment.grade"),
    ),
    Term(
        "chain",
        "Claims of the three",
        "Shown where the claims of drug, cytokine and disease fit together.",
        ("triples.chain", "triples.articles_chain"),
    ),
)
_PLAIN = {one.key: one.plain for one in TERMS}

#: What each claim says, in the words of the pages.
CLAIMED: Mapping[str, str] = {word.replace("_", " "): MEANINGS[word] for word in SAID}


# Where the columns of a listing come from, the first that has one of the name.
_BEHIND: Mapping[str, tuple[str, ...]] = {
    "concepts": ("entities", "concepts"),
    "claims": ("claims", "pairs", "sentences", "articles"),
    "sentences": ("sentences", "articles"),
    "evidence": ("evidence", "sentences", "articles"),
}


def columns_of(kind: Kind) -> tuple[tuple[str, str], ...]:
    """Return the columns of a listing's download, and what the data dictionary says of each."""
    behind = _BEHIND.get(kind.name, (kind.dataset,))
    return tuple((name, _in_one_of(behind, name)) for name in kind.columns)


def _in_one_of(datasets: tuple[str, ...], column: str) -> str:
    found = (one for one in datasets if column in DATASETS[one].schema.names)
    return _described(f"{next(found)}.{column}")


def plain(key: str) -> str:
    """Return the plain sentence of a term: what the title of a table's head says."""
    return _PLAIN[key]
