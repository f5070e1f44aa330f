"""Whether the articles of a topic mention a concept more often than articles of a background do.

Nearly every article of a topic's corpus mentions the topic, so the corpus itself cannot tell what goes with
it. Two samples are compared: the topic's articles, and articles outside the topic. Both counts are
uncertain, a small background's more so, and the exact test and interval of their 2×2 table say how much.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import duckdb
import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from comention.cooccur.assembly import Corpus, Integers, integers, table, with_columns
from comention.cooccur.association import Counts, Floats, hypergeometric_tail
from comention.cooccur.conditional import tail
from comention.cooccur.interval import odds_interval
from comention.cooccur.multiplicity import benjamini_hochberg
from comention.records import BackgroundKind
from comention.schemas import ANY_CONCEPT, ENRICHMENT, SIGNIFICANT

#: grade: (articles at least, lower end of the odds ratio at least, both q at most); the first that fits.
RULES: dict[str, tuple[int, float, float]] = {
    "strong": (5, 2.0, 0.01),
    "moderate": (3, 1.0, 0.05),
    "weak": (2, 1.0, 0.1),
}
_NONE = "none"


@dataclass(frozen=True, slots=True)
class Background:
    """What a topic is compared with: rows of `frequencies`, and what they were counted from.

    `types` has the entity type of each row, null where that is not known.
    `holds_topic`: the topic's articles are all in it, so that they are counted there, by one annotator.
    """

    counts: pa.Table
    types: pa.Array
    kind: BackgroundKind
    holds_topic: bool = False
    years_matched: bool = False


@dataclass(frozen=True, slots=True)
class Enriched:
    """Statistics of each concept of the corpus, by its number; they count where `known`.

    `columns` are those of the dataset that are numbers (infinite where a ratio has no end); `family` is the
    size of the family of q. Without a background none is known.
    """

    known: npt.NDArray[np.bool_]
    columns: dict[str, Any]
    family: int
    background: Background | None = None

    def mentioned(self, concept: pa.ChunkedArray) -> pa.Array:
        """Return the articles of the background that mention concepts, null where there is no background."""
        if self.background is None:
            return pa.nulls(len(concept), pa.int64())
        return pa.array(self.columns["background"][concept.to_numpy()])

    def ratio(self, concept: Integers, which: npt.NDArray[np.bool_]) -> pa.Array:
        """Return the enrichment of concepts where `which` says so and it is finite, else null."""
        if self.background is None:
            return pa.nulls(len(concept), pa.float64())
        values = self.columns["enrichment"][concept]
        return pa.array(values, mask=~which | np.isinf(values))

    def grade(self, concept: Integers, articles: Counts) -> npt.NDArray[np.str_]:
        """Return the grade of a pair of the topic with a concept in so many articles, as :func:`grade`."""
        if self.background is None:
            return np.full(articles.shape, _NONE)
        values = {name: self.columns[name][concept] for name in ("odds_low", "q_value", "q_richness")}
        return grade(articles, **values)


def grade(articles: Counts, odds_low: Floats, q_value: Floats, q_richness: Floats) -> npt.NDArray[np.str_]:
    """Return strong, moderate, weak or none for each concept, by `RULES`.

    `articles` are independent ones that are not retracted. The lower end of the interval counts, not the
    estimate: of a concept that the background never mentions that is infinite.
    """
    fits = [
        (articles >= least) & (odds_low >= low) & (np.maximum(q_value, q_richness) <= q)
        for least, low, q in RULES.values()
    ]
    return np.select(fits, list(RULES), _NONE)


def test(topic: Counts, other: Counts, sizes: tuple[int, int], richer: float) -> dict[str, Any]:
    """Return the statistics of concepts, one element each, by the names of their columns.

    `topic` and `other` are the articles that mention the concept among the `sizes` of topic and background;
    `richer` is how many times as many concepts an article of the topic mentions as one of the background.
    """
    total = sum(sizes)
    marked, drawn = topic + other, np.full_like(topic, sizes[0])
    low, high = odds_interval(topic, marked, drawn, total)
    with np.errstate(divide="ignore", invalid="ignore"):
        share = (topic / sizes[0]) / (other / sizes[1])
    return {
        "enrichment": share,
        # a concept in every article of both leaves nothing to learn
        "odds_low": np.where(np.isnan(low), 0.0, np.exp(low)),
        "odds_high": np.where(np.isnan(high), np.inf, np.exp(high)),
        "p_value": hypergeometric_tail(topic, marked, drawn, total),
        "p_richness": tail(topic, marked, drawn, total, float(np.log(max(richer, 1.0))))
        if np.isfinite(richer)
        else np.ones(topic.shape),
    }


def findable(marked: Counts, sizes: tuple[int, int]) -> npt.NDArray[np.bool_]:
    """Return which concepts, mentioned by so many articles of topic and background, could be found at 0.05.

    A concept of few articles has a p that is large even where all of them are the topic's. With k the least
    number such that at most k concepts can come to 0.05 / k, those are the family (Tarone 1990, "A Modified
    Bonferroni Method for Discrete Data"; for the false discovery rate Gilbert 2005, J. R. Statist. Soc. C
    54:143). It depends on the margins alone, not on what was found.
    """
    drawn = np.full_like(marked, sizes[0])
    least = hypergeometric_tail(np.minimum(marked, drawn), marked, drawn, sum(sizes))
    ordered = np.sort(least)
    sizes_of_family = np.arange(1, marked.size + 1)
    bounds = SIGNIFICANT / sizes_of_family
    fitting = np.searchsorted(ordered, bounds, side="right") <= sizes_of_family
    if not fitting.any():
        return np.zeros(marked.shape, dtype=np.bool_)
    found: npt.NDArray[np.bool_] = least <= bounds[fitting.argmax()]
    return found


def enriched(of: Corpus, background: Background | None) -> Enriched:
    """Test every concept of the corpus, but the topic's own, against the background."""
    none = Enriched(np.zeros(len(of.concepts.ids), dtype=np.bool_), {}, 0)
    if background is None:
        return none
    background = _without_cells(background)
    counts = background.counts
    totals = counts.filter(pc.equal(counts["concept_id"], ANY_CONCEPT))
    whole, own = (int(integers(totals, name).sum()) for name in ("articles", "articles_topic"))
    sizes = (own if background.holds_topic else of.total, whole - own)
    if min(sizes) == 0:
        return none
    topic, other, unseen = _counted(of, background)
    is_other = ~of.topic
    known = is_other & (topic > 0)
    columns: dict[str, Any] = {"articles": topic, "background": other}
    tested = test(topic[known], other[known], sizes, _richer(of, background, topic, sizes))
    family = findable(np.concatenate([(topic + other)[is_other], unseen]), sizes)
    in_family = np.zeros(known.shape, dtype=np.bool_)
    in_family[is_other] = family[: int(is_other.sum())]
    for name, values in tested.items():
        columns[name] = np.ones(known.shape)
        columns[name][known] = values
    for p, q in (("p_value", "q_value"), ("p_richness", "q_richness")):
        columns[q] = np.ones(known.shape)
        which = known & in_family
        once = np.ones(int(which.sum()), dtype=np.int64)
        columns[q][which] = benjamini_hochberg(columns[p][which], once, int(family.sum()))
    columns |= {"articles_total": sizes[0], "background_total": sizes[1]}
    return Enriched(known, columns, int(family.sum()), background)


def _without_cells(background: Background) -> Background:
    """Leave cells out, which are compared with no background: they pair with cytokines alone."""
    others = pc.fill_null(pc.not_equal(background.types, "cell"), True)
    return replace(background, counts=background.counts.filter(others), types=background.types.filter(others))


def _richer(of: Corpus, background: Background, topic: Counts, sizes: tuple[int, int]) -> float:
    """Return how many times as many concepts an article of the topic mentions as one of the background.

    Of other types than the topic's: articles on a cytokine mention more cytokines because of it, and not
    because they say more.
    """
    own = pc.unique(of.concepts.types.filter(pa.array(of.topic)))
    of_topic = pc.invert(pc.is_in(of.concepts.types, value_set=own))
    of_background = pc.and_(
        pc.is_valid(background.types), pc.invert(pc.is_in(background.types, value_set=own))
    )
    rows = background.counts.filter(of_background)
    there = int((integers(rows, "articles") - integers(rows, "articles_topic")).sum())
    here = int(topic[of_topic.to_numpy(zero_copy_only=False)].sum())
    if not there:
        return np.inf if here else 1.0
    return here / sizes[0] / (there / sizes[1])


def _counted(of: Corpus, background: Background) -> tuple[Integers, Integers, Integers]:
    """Return the articles of topic and of background for each concept of the corpus, and of all others."""
    rows = background.counts
    whole, own = integers(rows, "articles"), integers(rows, "articles_topic")
    by_id = {i: n for n, i in enumerate(rows["concept_id"].to_pylist())}
    at = np.array([by_id.pop(i, -1) for i in of.concepts.ids.to_pylist()], dtype=np.int64)
    by_id.pop(ANY_CONCEPT, None)
    rest = np.array(sorted(by_id.values()), dtype=np.int64)
    counted = np.where(at < 0, 0, own[at])
    topic = counted if background.holds_topic else of.concepts.margins
    return topic, np.where(at < 0, 0, (whole - own)[at]), (whole - own)[rest]


_ABOUT = """
SELECT concept, coalesce(articles_not_retracted, 0) AS articles_not_retracted,
       coalesce(articles_independent, 0) AS articles_independent, coalesce(sure, 0) AS sure,
       first_year, last_year
FROM concept LEFT JOIN (
    SELECT concept, count(*) FILTER (NOT retracted) AS articles_not_retracted,
           count(*) - count(shared) + count(DISTINCT shared) AS articles_independent,
           count(*) FILTER (NOT retracted) - count(shared) FILTER (NOT retracted)
               + count(DISTINCT shared) FILTER (NOT retracted) AS sure,
           min(year) AS first_year, max(year) AS last_year
    FROM concept_in_article JOIN article USING (article) GROUP BY concept) USING (concept)
ORDER BY concept
"""


def rows(connection: duckdb.DuckDBPyConnection, of: Corpus, found: Enriched) -> pa.Table:
    """Return the rows of `enrichment`."""
    if found.background is None:
        return ENRICHMENT.schema.empty_table()
    about = table(connection, _ABOUT).filter(pa.array(found.known))
    which = np.flatnonzero(found.known)
    numbers = {
        name: np.full(which.shape, values) if np.ndim(values) == 0 else values[which]
        for name, values in found.columns.items()
    }
    fewer = {
        name: np.minimum(numbers["articles"], integers(about, name))
        for name in ("articles_not_retracted", "articles_independent", "sure")
    }
    sure = fewer.pop("sure")
    concepts = of.concepts
    names = {"concept_id": concepts.ids, "name": concepts.names, "entity_type": concepts.types}
    infinite = {name: numbers[name] for name in ("enrichment", "odds_high")}
    return with_columns(
        about.drop_columns(["concept", "sure", *fewer]),
        {name: values.take(pa.array(which)) for name, values in names.items()}
        | numbers
        | fewer
        | {name: pa.array(values, mask=np.isinf(values)) for name, values in infinite.items()}
        | {
            "grade": found.grade(which, sure),
            "kind": [found.background.kind] * len(which),
            "years_matched": np.full(which.shape, found.background.years_matched),
        },
    )


def family(found: Enriched) -> list[dict[str, Any]]:
    """Return the row of `families` in a list, which is empty where there is no background."""
    if found.background is None:
        return []
    significant = {
        name: int((found.columns[q][found.known] <= SIGNIFICANT).sum())
        for name, q in (("significant", "q_value"), ("significant_richness", "q_richness"))
    }
    rule = f"concepts that could have a p of {SIGNIFICANT} over their number"
    return [
        {"family": ENRICHMENT.name, "rule": rule, "size": found.family, "seen": int(found.known.sum())}
        | significant
    ]
