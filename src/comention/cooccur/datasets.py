"""From the counted integers to the datasets: names put to numbers, statistics, Parquet files.

Every dataset streams: DuckDB sorts the integers, and each stretch of rows is given its names and
statistics, conformed and written as one row group. Memory does not grow with the number of pairs.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from comention.cooccur import association
from comention.cooccur.families import Tested
from comention.cooccur.grades import grade
from comention.cooccur.tables import LENGTH_MASK, SPAN_SHIFT, START_SHIFT
from comention.errors import ContractError
from comention.schemas import ANY_CONCEPT, ARTICLE_LEVEL, Dataset, conform

#: Rows of one row group: what is held in memory at a time.
ROWS = 1 << 18

_LEVELS = pa.array(["article", "sentence", "title"])
_LOW_HALF = (1 << 32) - 1

Integers = npt.NDArray[np.int64]
Assemble = Callable[[pa.Table], pa.Table]


@dataclass(frozen=True, slots=True)
class Corpus:
    """What the integers stand for. Concepts by number; articles by number (`pmid` …) and by recency.

    `weights` is what all pairs of a concept weigh, `background` how many of the `background_total` citations
    of the background mention it; all 0 where there is none.
    """

    ids: pa.Array
    names: pa.Array
    types: pa.Array
    margins: Integers
    weights: Integers
    background: Integers
    background_total: int
    topic: npt.NDArray[np.bool_]
    pmid: pa.Array
    year: pa.Array
    retracted: pa.Array
    pmid_by_recency: pa.Array
    year_totals: Integers

    @property
    def total(self) -> int:
        """Articles of the corpus."""
        return len(self.pmid)

    @property
    def weight(self) -> int:
        """What all pairs weigh, each once."""
        return int(self.weights.sum()) // 2


def corpus(connection: duckdb.DuckDBPyConnection, topic_ids: frozenset[str]) -> Corpus:
    """Read what the numbers of the counted tables stand for."""
    concepts = _table(
        connection,
        "SELECT concept_id, name, concept.entity_type, margin.articles, "
        "coalesce(weight, 0)::BIGINT AS weight, "
        "coalesce(frequency.articles, 0) AS background FROM concept JOIN margin USING (concept) "
        "LEFT JOIN frequency USING (concept_id) LEFT JOIN (SELECT concept, sum(weight) AS weight FROM ("
        "SELECT pair >> 32 AS concept, weight FROM pair UNION ALL "
        "SELECT pair & 4294967295, weight FROM pair) GROUP BY concept) USING (concept) ORDER BY concept_id",
    )
    background = _table(connection, "SELECT concept_id, articles FROM frequency")
    whole = background.filter(pc.equal(background.column("concept_id"), ANY_CONCEPT))
    articles = _table(connection, "SELECT pmid, year, retracted FROM article ORDER BY article")
    recent = _table(connection, "SELECT pmid FROM article ORDER BY recency")
    years = articles.column("year").drop_null().to_numpy().astype(np.int64)
    ids = concepts.column("concept_id").combine_chunks()
    return Corpus(
        ids=ids,
        names=concepts.column("name").combine_chunks(),
        types=concepts.column("entity_type").combine_chunks(),
        margins=_integers(concepts, "articles"),
        weights=_integers(concepts, "weight"),
        background=_integers(concepts, "background"),
        background_total=int(_integers(whole, "articles").sum()),
        topic=np.array([i in topic_ids for i in ids.to_pylist()], dtype=np.bool_),
        pmid=articles.column("pmid").combine_chunks(),
        year=articles.column("year").combine_chunks(),
        retracted=articles.column("retracted").combine_chunks(),
        pmid_by_recency=recent.column("pmid").combine_chunks(),
        # years are int16 and may be negative: counted from the smallest
        year_totals=np.bincount(years - np.iinfo(np.int16).min, minlength=1 << 16),
    )


def _table(connection: duckdb.DuckDBPyConnection, query: str) -> pa.Table:
    return connection.sql(query).to_arrow_table()


def write(
    connection: duckdb.DuckDBPyConnection, query: str, dataset: Dataset, assemble: Assemble, path: Path
) -> int:
    """Write the query's rows, assembled and conformed, as zstd Parquet; return how many there are.

    The query sorts as the dataset does. Raises ContractError where it does not, or where a stretch of
    rows does not conform.
    """
    rows = 0
    last: pa.Table | None = None
    with pq.ParquetWriter(path, dataset.schema, compression="zstd") as writer:
        for stretch in stretches(connection.sql(query).to_arrow_reader(ROWS)):
            table = conform(assemble(stretch), dataset)
            if last is not None:
                _check_follows(last, table.slice(0, 1), dataset)
            writer.write_table(table, row_group_size=ROWS)
            rows += table.num_rows
            last = table.slice(table.num_rows - 1)
    return rows


def stretches(reader: pa.RecordBatchReader) -> Iterator[pa.Table]:
    """Cut into tables of ROWS rows and a rest: DuckDB's own batches would show in the files."""
    held: list[pa.Table] = []
    size = 0
    for batch in reader:
        held.append(pa.Table.from_batches([batch]))
        size += batch.num_rows
        while size >= ROWS:
            table = pa.concat_tables(held)
            yield table.slice(0, ROWS).combine_chunks()
            held, size = [table.slice(ROWS)], size - ROWS
    if size:
        yield pa.concat_tables(held).combine_chunks()


def _check_follows(last: pa.Table, first: pa.Table, dataset: Dataset) -> None:
    """Conforming sees one stretch at a time; the order has to hold across them too."""
    both = pa.concat_tables([last, first])
    keys = both.select(list(dataset.key)).to_pylist()
    if keys[0] == keys[1] or both.sort_by(dataset.order).slice(0, 1) != last:
        raise ContractError(f"dataset {dataset.name} is not sorted: {keys[1]} comes after {keys[0]}")


# A concept that the background never mentions has 0 there; where nothing was counted, all have null.
ENTITIES_QUERY = """
SELECT * EXCLUDE concept_id,
       CASE WHEN (SELECT count(*) FROM frequency) > 0 THEN coalesce(
           (SELECT articles FROM frequency WHERE frequency.concept_id = counted.concept_id), 0
       ) END AS background
FROM
    (SELECT concept, concept_id, count(*) AS articles, sum(n)::BIGINT AS mentions,
            count(*) FILTER (NOT retracted) AS articles_not_retracted,
            min(year) AS first_year, max(year) AS last_year
     FROM concept_in_article JOIN article USING (article) JOIN concept USING (concept)
     GROUP BY concept, concept_id) counted
JOIN (SELECT concept, count(*) AS sentences, count(*) FILTER (sentence = 0) AS titles
      FROM concept_in_sentence GROUP BY concept) USING (concept)
ORDER BY articles DESC, concept
"""


def entities(rows: pa.Table, of: Corpus) -> pa.Table:
    """Name the concepts of `ENTITIES_QUERY`."""
    concept = rows.column("concept")
    columns = {"concept_id": of.ids, "name": of.names, "entity_type": of.types}
    return _with(rows.drop_columns("concept"), {k: v.take(concept) for k, v in columns.items()})


PAIRS_QUERY = """
SELECT pair.* EXCLUDE together, number
FROM pair JOIN margin a ON a.concept = pair >> 32 JOIN margin b ON b.concept = pair & 4294967295
JOIN pair_case ON pair_case.articles = pair.articles AND small = least(a.articles, b.articles)
     AND large = greatest(a.articles, b.articles)
ORDER BY pair.articles DESC, pair
"""


def pairs(rows: pa.Table, of: Corpus, tested: Tested) -> pa.Table:
    """Name the pairs of `PAIRS_QUERY` and add their margins and statistics."""
    a, b = _sides(rows)
    both, of_a, of_b = _integers(rows, "articles"), of.margins[a], of.margins[b]
    counts = (both, of_a, of_b, of.total)
    estimate, low, high = association.log_odds(*counts)
    tests = {name: values[_integers(rows, "number")] for name, values in tested.pairs.items()}
    return _with(
        rows.drop_columns(["pair", "top", "number", "weight"]),
        _pair_ids(a, b, of)
        | {
            "a_name": of.names.take(pa.array(a)),
            "a_type": of.types.take(pa.array(a)),
            "b_name": of.names.take(pa.array(b)),
            "b_type": of.types.take(pa.array(b)),
            "articles_a": of_a,
            "articles_b": of_b,
            "articles_total": np.full_like(both, of.total),
            "expected": association.expected(of_a, of_b, of.total),
            "lift": association.lift(*counts),
            "npmi": association.npmi(*counts),
            "log_odds": estimate,
            "log_odds_low": low,
            "log_odds_high": high,
            "score": association.score(_integers(rows, "weight"), of.weights[a], of.weights[b], of.weight),
            "grade": grade(
                _integers(rows, "articles_not_retracted"), low, tests["q_value"], tests["q_richness"]
            ),
            "enrichment": _enrichment(a, b, both, of),
            "topic": of.topic[a] | of.topic[b],
            "top_pmids": _top_pmids(rows, of),
        }
        | tests,
    )


def _enrichment(a: Integers, b: Integers, both: Integers, of: Corpus) -> pa.Array:
    """Return the lift of the topic's pairs against the background; of two concepts of it, `a` is it."""
    topic, other = np.where(of.topic[a], a, b), np.where(of.topic[a], b, a)
    known = of.topic[topic] & (of.background[other] > 0)
    share = both / of.margins[topic]
    background = np.where(known, of.background[other], 1) / max(of.background_total, 1)
    return pa.array(share / background, mask=~known)


TRIPLES_QUERY = """
SELECT triple_counts.* EXCLUDE (xy, xz, yz, articles_x, articles_y, articles_z), number
FROM triple_counts JOIN triple_case USING (articles, xy, xz, yz, articles_x, articles_y, articles_z)
ORDER BY articles DESC, y, z, x
"""


def triples(rows: pa.Table, of: Corpus, tested: Tested) -> pa.Table:
    """Name the triples of `TRIPLES_QUERY` and add what the pairwise counts let expect.

    The pairwise counts are articles that mention the two at any spans, one or two, like the counts of
    one concept: only then do the seven margins belong to one table of articles. What is expected is above 0:
    an article with the three is in the all-three cell of that table, so 0 is at or below the range
    of that cell, and the fit lies inside the range or is its one value.
    """
    concepts = {"cytokine": "x", "disease": "y", "drug": "z"}
    numbers = {name: _integers(rows, side) for name, side in concepts.items()}
    tests = {name: values[_integers(rows, "number")] for name, values in tested.triples.items()}
    ids = {f"{name}_id": of.ids.take(pa.array(number)) for name, number in numbers.items()}
    names = {f"{name}_name": of.names.take(pa.array(number)) for name, number in numbers.items()}
    return _with(
        rows.drop_columns([*concepts.values(), "number", "top"]),
        ids
        | names
        | tests
        | {"lift": _integers(rows, "articles") / tests["expected"], "top_pmids": _top_pmids(rows, of)},
    )


EVIDENCE_QUERY = f"""
SELECT pair, article, {ARTICLE_LEVEL}::INTEGER AS sentence, place_a, place_b
FROM pair_in_article WHERE counts AND sentences IS NULL
UNION ALL
SELECT pair, article, sentence, place_a, place_b FROM pair_in_sentence
ORDER BY pair, article, sentence
"""  # noqa: S608 - the one value put in is a number of ours


def evidence(rows: pa.Table, of: Corpus) -> pa.Table:
    """Unpack the places of `EVIDENCE_QUERY` and look up its articles."""
    a, b = _sides(rows)
    article, sentence = rows.column("article"), _integers(rows, "sentence")
    place_a, place_b = _integers(rows, "place_a"), _integers(rows, "place_b")
    columns = _pair_ids(a, b, of)
    for side, place in (("a", place_a), ("b", place_b)):
        start = place >> START_SHIFT
        columns |= {f"{side}_start": start, f"{side}_end": start + (place >> SPAN_SHIFT & LENGTH_MASK)}
    level = np.where(sentence == ARTICLE_LEVEL, 0, np.where(sentence == 0, 2, 1))
    return _with(
        rows.select(["sentence"]),
        columns
        | {
            "pmid": of.pmid.take(article),
            "level": _LEVELS.take(pa.array(level)),
            "year": of.year.take(article),
            "negated": _either(place_a >> 2, place_b >> 2),
            "speculative": _either(place_a, place_b),
            "retracted": of.retracted.take(article),
        },
    )


def _either(a: Integers, b: Integers) -> pa.Array:
    """Or of two flags of two bits (0 unknown, 1 no, 2 yes): yes if one is, else unknown if one is."""
    a, b = a & 3, b & 3
    yes = (a == 2) | (b == 2)
    return pa.array(yes, mask=~yes & ((a == 0) | (b == 0)))


TRENDS_QUERY = """
SELECT pair, year, count(*) AS articles, count(*) FILTER (NOT retracted) AS articles_not_retracted
FROM pair_in_article JOIN article USING (article)
WHERE counts AND year IS NOT NULL GROUP BY pair, year ORDER BY pair, year
"""


def trends(rows: pa.Table, of: Corpus) -> pa.Table:
    """Name the pairs of `TRENDS_QUERY` and divide by the corpus's articles of the year."""
    totals = of.year_totals[_integers(rows, "year") - np.iinfo(np.int16).min]
    share = _integers(rows, "articles") / totals
    return _with(rows.drop_columns("pair"), _pair_ids(*_sides(rows), of) | {"share": share})


def _sides(rows: pa.Table) -> tuple[Integers, Integers]:
    pair = _integers(rows, "pair")
    return pair >> 32, pair & _LOW_HALF


def _pair_ids(a: Integers, b: Integers, of: Corpus) -> dict[str, Any]:
    return {"a_id": of.ids.take(pa.array(a)), "b_id": of.ids.take(pa.array(b))}


def _top_pmids(rows: pa.Table, of: Corpus) -> pa.Array:
    """Turn lists of keys (level, then recency in the low 32 bits) into lists of PMIDs."""
    top = rows.column("top").combine_chunks()
    offsets = np.concatenate([[0], np.cumsum(top.value_lengths().to_numpy())])
    keys = top.flatten().to_numpy()
    values = of.pmid_by_recency.take(pa.array(keys & _LOW_HALF))
    return pa.ListArray.from_arrays(pa.array(offsets, pa.int32()), values)


def _integers(rows: pa.Table, name: str) -> Integers:
    values: Integers = rows.column(name).to_numpy().astype(np.int64, copy=False)
    return values


def _with(rows: pa.Table, columns: dict[str, Any]) -> pa.Table:
    for name, values in columns.items():
        rows = rows.append_column(name, values if isinstance(values, pa.ChunkedArray) else pa.array(values))
    return rows
