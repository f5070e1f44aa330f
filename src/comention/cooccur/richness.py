"""A null that keeps both margins: how often two concepts meet where articles differ in richness.

The hypergeometric test takes all articles to be equally rich in concepts. Where a few list many, concepts
meet in those by being listed, and nearly every pair of a list looks significant. The bipartite configuration
model (BiCM; Saracco, Di Clemente, Gabrielli & Squartini 2015, Sci. Rep. 5:10595) is the maximum-entropy
model in which every concept keeps its number of articles and every article its number of concepts, on
average: article k mentions concept i with probability

    p_ik = x_i·y_k / (1 + x_i·y_k)

and independently of all else. The articles that two concepts share then follow a Poisson-binomial
distribution, the test of Saracco et al. 2017 ("Inferring monopartite projections of bipartite networks: an
entropy-based approach", New J. Phys. 19:053022).

Concepts of one margin share their x, and articles of one richness their y, so that all arrays here have one
element for each *distinct* margin, richness or case. Sums have a fixed order; no linear algebra library
takes part, whose results may depend on the machine's threads.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.special import betainc

from comention.cooccur.association import Counts, Floats

#: The fit ends where each expected margin is so near to its observed one, or after so many rounds.
_TOLERANCE = 1e-10
_ROUNDS = 2000

#: Pairs of margins that are held in memory at a time, each with all classes of articles.
_STRETCH = 1 << 14


@dataclass(frozen=True, slots=True)
class RichnessModel:
    """A fitted model: `chance[i, k]`, 0–1, that an article of class k mentions a concept of `margins[i]`.

    `margins` rise. `articles` says how many articles are in each class, those without a concept left out.
    """

    margins: Counts
    articles: Counts
    chance: Floats

    def expected(self, *margins: Counts) -> Floats:
        """Articles expected to mention all of two or three concepts with these margins: Σ_k p_ak·p_bk."""
        return self._of_margins(margins)[0]

    def tail(self, both: Counts, *margins: Counts) -> Floats:
        """P(X ≥ both) for the articles X that two or three concepts of these margins share; 1 for none.

        Exact for one article. For more, the tail of the binomial distribution with as many trials
        and the same mean: never below that of the Poisson-binomial where `both` is at least the mean
        plus 1 (Hoeffding 1956, "On the Distribution of the Number of Successes in Independent Trials",
        theorem 5), so that it errs to the side of caution; nearer to the mean both are above 0.2. It is
        nearly exact where the concepts are rare, and tighter than a Poisson tail.

        Raises ValueError for a margin that the model was not fitted to.
        """
        mean, none = self._of_margins(margins)
        trials = int(self.articles.sum())
        k = np.clip(both, 1, max(trials, 1)).astype(np.float64)
        with np.errstate(divide="ignore", invalid="ignore"):
            share = np.minimum(mean / trials, 1.0)
        binomial = betainc(k, trials - k + 1, share)
        result = np.where(both == 1, -np.expm1(none), np.where(both > trials, 0.0, binomial))
        result[both <= 0] = 1.0
        return result

    def _of_margins(self, margins: Sequence[Counts]) -> tuple[Floats, Floats]:
        """Return Σ_k p_ak·p_bk, and the natural log of the chance that no article mentions all."""
        places = np.sort([self._places(margin) for margin in margins], axis=0)
        number = np.zeros_like(places[0])
        for place in places:
            number = number * max(self.margins.size, 1) + place
        cases, back = np.unique(number, return_inverse=True)
        mean, none = np.empty(cases.size), np.empty(cases.size)
        for start in range(0, cases.size, _STRETCH):
            part = slice(start, start + _STRETCH)
            rest = cases[part]
            together = np.ones((rest.size, self.articles.size))
            for _ in margins:
                rest, place = np.divmod(rest, self.margins.size)
                together *= self.chance[place]
            mean[part] = (together * self.articles).sum(axis=1)
            with np.errstate(divide="ignore"):
                none[part] = (np.log1p(-together) * self.articles).sum(axis=1)
        return mean[back], none[back]

    def _places(self, margin: Counts) -> Counts:
        place = np.searchsorted(self.margins, margin)
        if np.any(place >= self.margins.size) or np.any(self.margins[place] != margin):
            raise ValueError("no concept of the model has this margin: fit it to the margins that are tested")
        return place


def fit(margins: Counts, concepts: Counts, richness: Counts, articles: Counts) -> RichnessModel:
    """Fit the model to how many concepts have each margin, and how many articles have each richness.

    `margins` and `richness` are distinct and above 0, and `margins` rise. Expected margins agree with
    the observed ones to 1e-10 of them. Where the margins decide single cells of the table of concepts and
    articles, and not a whole row or column, which happens in corpora of a few articles, it is about 1e-3.

    Raises ValueError where the two sides do not have the same sum.
    """
    if int((margins * concepts).sum()) != int((richness * articles).sum()):
        raise ValueError("margins and richness count different mentions: count both over the same articles")
    return RichnessModel(margins, articles, _chances(margins, concepts, richness, articles))


def _chances(margins: Counts, concepts: Counts, richness: Counts, articles: Counts) -> Floats:
    """Chances by margin and richness.

    A concept in all articles, or an article with all concepts, is taken out first: its x or y is infinite.
    """
    certain = margins == articles.sum()
    if certain.any():
        chance = np.zeros((margins.size, richness.size))
        chance[certain] = 1.0
        rest = richness - concepts[certain].sum()
        open_ = rest > 0
        chance[np.ix_(~certain, open_)] = _chances(
            margins[~certain], concepts[~certain], rest[open_], articles[open_]
        )
        return chance
    if np.any(richness == concepts.sum()):
        return _chances(richness, articles, margins, concepts).T
    return _fixed_point(margins, concepts, richness, articles)


def _fixed_point(margins: Counts, concepts: Counts, richness: Counts, articles: Counts) -> Floats:
    """Solve for x and y by turns: x_i = margin_i / Σ_k y_k / (1 + x_i·y_k), and so for y."""
    if not margins.size or not richness.size:
        return np.zeros((margins.size, richness.size))
    scale = np.sqrt(float((margins * concepts).sum()))
    x, y = (margins / scale)[:, None], richness / scale
    several = concepts[:, None]
    chance: Floats = x * y
    for _ in range(_ROUNDS):
        x = margins[:, None] / (articles * (y / (1 + x * y))).sum(axis=1, keepdims=True)
        y = richness / (several * (x / (1 + x * y))).sum(axis=0)
        chance = x * y / (1 + x * y)
        if _near((articles * chance).sum(axis=1), margins) and _near(
            (several * chance).sum(axis=0), richness
        ):
            break
    return chance


def _near(fitted: Floats, observed: Counts) -> bool:
    return bool(np.all(np.abs(fitted - observed) <= _TOLERANCE * observed))
