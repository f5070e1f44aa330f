"""A null that keeps the field as well: whether two concepts meet more often than their journals bring about.

A concept is mentioned in some journals and hardly in others. Two of one field meet in its journals, whatever
they have to do with each other, and the null of both margins (:mod:`comention.cooccur.richness`), which
spreads them over all articles, calls that a discovery. Here each journal is a corpus of its own: a concept
keeps its articles in each journal, and each article its number of concepts. Articles without a journal are
one of their own.

Where a journal's mentions are dealt out at random over its articles, two concepts are expected to meet in

    a·b·Σ r·(r − 1) / (M·(M − max(a, b))),  but in no more than min(a, b),

of them, a and b being their articles in the journal, r the concepts of each article, and M the sum of these:
a share r/M of a falls into an article, and of its other r − 1 places b has its share of all that is not a.
How often they meet in the journal is taken to be min(a, b) trials of equal chance, which varies more than
what can be, and all trials together give a Poisson-binomial distribution, whose tail is worked out exactly.
"""

from __future__ import annotations

from collections.abc import Iterator

import duckdb
import numpy as np
import pyarrow as pa

from comention.cooccur.assembly import columns_of
from comention.cooccur.association import Counts, Floats
from comention.cooccur.multiplicity import benjamini_hochberg
from comention.cooccur.stretches import append
from comention.schemas import SIGNIFICANT

#: Cells of the tables of distributions that are held in memory at a time.
_STRETCH = 1 << 20

_STRATA = """
CREATE TABLE stratum AS
SELECT stratum, sum(concepts)::BIGINT AS mentions, sum(concepts * (concepts - 1))::BIGINT AS met
FROM richness JOIN article USING (article) GROUP BY stratum;
CREATE TABLE concept_in_stratum AS
SELECT concept, stratum, count(*) AS articles
FROM concept_in_article JOIN article USING (article)
WHERE concept IN (SELECT pair >> 32 FROM asked UNION SELECT pair & 4294967295 FROM asked)
GROUP BY concept, stratum
"""

_TRIALS = """
SELECT asked.pair, least(a.articles, b.articles) AS fewer, greatest(a.articles, b.articles) AS more,
       mentions, met
FROM asked JOIN concept_in_stratum a ON a.concept = pair >> 32
JOIN concept_in_stratum b ON b.concept = pair & 4294967295 AND b.stratum = a.stratum
JOIN stratum ON stratum.stratum = a.stratum
ORDER BY pair, stratum.stratum
"""

_ASKED = """
CREATE TABLE asked AS
SELECT pair.pair, pair.articles, pair_case.number
FROM pair JOIN margin a ON a.concept = pair >> 32 JOIN margin b ON b.concept = pair & 4294967295
JOIN (SELECT pair_case.* FROM pair_case JOIN promising USING (number)) pair_case
    ON pair_case.articles = pair.articles AND small = least(a.articles, b.articles)
       AND large = greatest(a.articles, b.articles)
"""


def tested(
    connection: duckdb.DuckDBPyConnection, p_richness: Floats, q_richness: Floats, family: int
) -> int | None:
    """Create the table `field` (pair, p_field, q_field) of the pairs with q_richness up to `SIGNIFICANT`.

    The two statistics are those of the cases of pairs, by number. p_field is never below p_richness, so that
    the others, of which nothing is asked, could be no discoveries of the same `family`. Returns how many are;
    None, without a row of the table, where no article has a journal.
    """
    connection.execute("CREATE TABLE field (pair BIGINT, p_field DOUBLE, q_field DOUBLE)")
    known = columns_of(connection, "SELECT count(journal) AS n FROM article_file")
    if int(known["n"][0]) == 0:
        return None
    connection.register("promising", pa.table({"number": np.flatnonzero(q_richness <= SIGNIFICANT)}))
    for statement in (_ASKED, _STRATA):
        connection.execute(statement)
    connection.unregister("promising")
    asked = columns_of(connection, "SELECT pair, articles, number FROM asked ORDER BY pair")
    trials = columns_of(connection, _TRIALS)
    number = np.searchsorted(asked["pair"], trials.pop("pair"))
    p = np.maximum(
        p_richness[asked["number"]], tail(asked["articles"], number, chances(**trials), trials["fewer"])
    )
    q = benjamini_hochberg(p, np.ones_like(asked["pair"]), family)
    append(connection, "field", {"pair": asked["pair"], "p_field": p, "q_field": q})
    return int((q <= SIGNIFICANT).sum())


def chances(fewer: Counts, more: Counts, mentions: Counts, met: Counts) -> Floats:
    """Return the chance of each of `fewer` trials that two concepts meet in a journal.

    `fewer` and `more` are the articles of the two there, `mentions` the concepts of its articles together,
    and `met` the sum of r·(r − 1) over articles of r concepts.
    """
    share = more * met.astype(np.float64) / (mentions.astype(np.float64) * np.maximum(mentions - more, 1))
    result: Floats = np.minimum(share, 1.0)
    return result


def tail(both: Counts, number: Counts, chance: Floats, trials: Counts) -> Floats:
    """P(X ≥ both) for the successes X among the trials of each pair, `both` at least 1.

    Row i of the last three is `trials[i]` trials of chance `chance[i]` for the pair `number[i]`; numbers
    rise.
    """
    size = np.bincount(number, trials, minlength=both.size).astype(np.int64)
    chance, begin = np.repeat(chance, trials), np.cumsum(size) - size
    result = np.zeros(both.size)
    for rows in _alike(both):
        result[rows] = _reached(both[rows], begin[rows], size[rows], chance)
    return result


def _alike(both: Counts) -> Iterator[Counts]:
    """Yield pairs of like numbers of articles, so many that their distributions have `_STRETCH` cells."""
    order = np.argsort(both, kind="stable")
    at = 0
    while at < order.size:
        most = 2 * int(both[order[at]])
        alike = int(np.searchsorted(both, most, "right", sorter=order))
        end = min(alike, at + max(_STRETCH // (most + 1), 1))
        yield order[at:end]
        at = end


def _reached(both: Counts, begin: Counts, size: Counts, chance: Floats) -> Floats:
    """Return how likely each pair reaches `both` in so many trials, whose chances begin there."""
    order = np.argsort(-size, kind="stable")  # those with trials left are the first
    both, begin, size = both[order], begin[order], size[order]
    states = np.zeros((both.size, int(both.max()) + 1))  # P(X = 0), P(X = 1) … so far
    states[:, 1] = 1.0  # the first column stays empty
    found, row = np.zeros(both.size), np.arange(both.size)
    for trial in range(int(size[0])):
        left = int(np.searchsorted(-size, -trial))
        p = chance[begin[:left] + trial]
        # what reaches `both` stays there
        found[:left] += states[row[:left], both[:left]] * p
        here = states[:left, : trial + 3]  # beyond it nothing has come yet
        here[:, 1:] += (here[:, :-1] - here[:, 1:]) * p[:, None]
    result = np.empty_like(found)
    result[order] = found
    return result
