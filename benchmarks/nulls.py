"""What the flags say where nothing is associated: `python -m benchmarks.nulls FILE… [--shuffles 5]`.

FILE are PubMed files, all of whose articles are kept and read by `fast`, or one work directory of such a run.
Of every concept only the articles that mention it are kept. Then

- *both margins kept*: concepts keep their number of articles, articles their number of concepts (Curveball,
  Strona et al. 2014), and all is counted again: what comes out is false; years are drawn at random;
- *field kept*: the same within each journal, so that a concept keeps its articles there. What a journal with
  one article names together cannot be taken apart and is counted as false with the rest;
- *planted*: pairs put into a corpus without associations, some of them all at once in its last year: what
  comes out is found;
- *split halves*: what the first 50 pairs of two halves of the articles share.
"""

from __future__ import annotations

import argparse
import tempfile
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from benchmarks import running
from comention.cooccur.count import count
from comention.files.opening import open_database
from comention.schemas import ARTICLES, MENTIONS
from comention.snapshots.snapshot import latest
from comention.snapshots.tables import SUREST, UNRELATED

_TYPES = ("cytokine", "disease", "drug")
#: Trades for each article of a shuffle: with five the share of cells that move has settled.
_TRADES = 5
#: Articles of planted pairs, and what each concept of them has.
_PLANTED, _MARGINS, _EACH = (2, 3, 4, 5, 7, 10), (10, 30), 60
_TOP = 50
#: Years of corpora without associations, the last one left out.
_YEARS = (1992, 2022)

Integers = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Corpus:
    """The concepts of each article, by number; their ids and types; journals and years of articles."""

    mentions: list[Integers]
    ids: list[str]
    types: list[str]
    journals: list[str | None]
    years: list[int | None]
    hierarchy: Path


def read(folder: Path) -> Corpus:
    """Return the corpus of the latest snapshot of a work directory."""
    held = latest(folder)
    articles = pq.read_table(held.file("articles"), columns=["pmid", "journal", "year"]).to_pydict()
    mentions = pd.read_parquet(held.file("mentions"), columns=["pmid", "concept_id", "entity_type"])
    known = mentions.entity_type.isin(_TYPES) & ~mentions.concept_id.str.startswith("text:")
    mentions = mentions[known].drop_duplicates()
    types = mentions.groupby("concept_id").entity_type.first()
    number = {concept: n for n, concept in enumerate(types.index)}
    of = (
        mentions.concept_id.map(number)
        .groupby(mentions.pmid)
        .apply(lambda n: np.sort(n.to_numpy()))
        .to_dict()
    )
    none = np.empty(0, dtype=np.int64)
    found = [of.get(pmid, none) for pmid in articles["pmid"]]
    return Corpus(
        found,
        list(types.index),
        types.tolist(),
        articles["journal"],
        articles["year"],
        held.file("hierarchy"),
    )


def shuffled(random: np.random.Generator, of: Corpus, *, field: bool) -> Corpus:
    """Return the corpus with its mentions traded among its articles, or among those of each journal."""
    mentions = [set(found.tolist()) for found in of.mentions]
    groups: dict[str | None, list[int]] = {}
    for article, journal in enumerate(of.journals):
        groups.setdefault(journal if field else None, []).append(article)
    for group in groups.values():
        if len(group) > 1:
            _traded(random, mentions, np.array(group))
    return replace(of, mentions=[np.array(sorted(found), dtype=np.int64) for found in mentions])


def _traded(random: np.random.Generator, mentions: list[set[int]], group: Integers) -> None:
    """Trade between pairs of articles of a group what only one of the two mentions."""
    for _ in range(_TRADES * 2):
        order = random.permutation(group)
        for i, j in zip(order[::2].tolist(), order[1::2].tolist(), strict=False):
            one, other = sorted(mentions[i] - mentions[j]), sorted(mentions[j] - mentions[i])
            if not one or not other:
                continue
            pool = random.permutation([*one, *other]).tolist()
            shared = mentions[i] & mentions[j]
            mentions[i], mentions[j] = shared | set(pool[: len(one)]), shared | set(pool[len(one) :])


def counted(of: Corpus, folder: Path) -> duckdb.DuckDBPyConnection:
    """Count a corpus; return the datasets as views."""
    article = np.repeat(np.arange(len(of.mentions)), [found.size for found in of.mentions])
    place = np.concatenate([np.arange(found.size) for found in of.mentions]) * 10
    concept = np.concatenate(of.mentions).astype(np.int64)
    ids, kinds = (pa.array(values).take(pa.array(concept)) for values in (of.ids, of.types))
    columns: dict[str, Any] = {"pmid": article + 1, "start": place, "end": place + 5, "entity_type": kinds}
    columns |= {"concept_id": ids, "sentence": np.ones_like(place), "concept_name": ids}
    columns |= dict.fromkeys(("negated", "speculative"), np.zeros(place.size, dtype=bool))
    columns |= dict.fromkeys(("denied", "role"), pa.nulls(place.size, pa.string()))
    size = len(of.mentions)
    about: dict[str, Any] = {"pmid": np.arange(1, size + 1), "year": of.years, "journal": of.journals}
    about["story"] = about["pmid"]
    about |= dict.fromkeys(("retracted", "review"), np.zeros(size, dtype=bool)) | {"study": [[]] * size}
    for dataset, values in ((MENTIONS, columns), (ARTICLES, about)):
        schema = pa.schema([dataset.schema.field(name) for name in values])
        table = pa.table(
            [pa.array(values[name]).cast(schema.field(name).type) for name in values], schema=schema
        )
        pq.write_table(table, folder / f"given_{dataset.name}.parquet")
    count(
        mentions=[folder / "given_mentions.parquet"],
        articles=[folder / "given_articles.parquet"],
        hierarchy=of.hierarchy,
        out=folder,
        topic_ids=frozenset(),
        pair_types=_TYPES,
        threads=2,
    )
    connection = open_database()
    for name in ("pairs", "triples", "trends"):
        connection.read_parquet(str(folder / f"{name}.parquet")).create_view(name)
    return connection


#: What users see as a flag, as a count.
FLAGS = {
    "q_value ≤ 0.05": "FROM pairs WHERE q_value <= 0.05",
    "q_richness ≤ 0.05": "FROM pairs WHERE q_richness <= 0.05",
    "q_field ≤ 0.05": "FROM pairs WHERE q_field <= 0.05",
    **{grade: f"FROM pairs WHERE grade = '{grade}'" for grade in ("strong", "moderate", "weak")},
    "triples, q_richness ≤ 0.05": "FROM triples WHERE q_richness <= 0.05",
    "emerging": "FROM trends WHERE emerging",
}


def flags(of: Corpus) -> dict[str, int]:
    """Count a corpus and return how many of each flag it has."""
    with tempfile.TemporaryDirectory() as folder, counted(of, Path(folder)) as connection:
        return {
            name: int(connection.sql(f"SELECT count(*) {what}").fetchall()[0][0])
            for name, what in FLAGS.items()
        }


def null_table(random: np.random.Generator, of: Corpus, shuffles: int) -> list[str]:
    """Return how many flags there are, and how many of them where nothing is associated, as lines."""
    real = flags(of)
    lines = [
        "| Flag | Real | Both margins kept | False share | Field kept | False share |",
        "|---|---|---|---|---|---|",
    ]
    means = []
    for field in (False, True):
        found = pd.DataFrame(
            [flags(_dated(random, shuffled(random, of, field=field))) for _ in range(shuffles)]
        )
        means.append(found.mean())
    for name, number in real.items():
        told = [f"{mean[name]:,.1f} | {mean[name] / number:.1%}" if number else "– | –" for mean in means]
        lines.append(f"| {name} | {number:,} | {' | '.join(told)} |")
    return lines


def _dated(random: np.random.Generator, of: Corpus) -> Corpus:
    """Return a corpus with years at random: a file of PubMed has articles of hardly more than two."""
    return replace(of, years=random.integers(*_YEARS, len(of.mentions)).tolist())


def planted(
    random: np.random.Generator, of: Corpus, size: int, *, burst: bool = False, triples: bool = False
) -> tuple[Corpus, set[frozenset[str]]]:
    """Return a corpus in which pairs of concepts meet in `size` articles, of the last year with `burst`.

    With `triples`, a disease, a drug and a cytokine meet. Concepts keep their number of articles: they leave
    others for these. Years are drawn at random.
    """
    mentions = [set(found.tolist()) for found in of.mentions]
    years = random.integers(*_YEARS, len(mentions))
    margins = np.bincount(np.concatenate(of.mentions), minlength=len(of.ids))
    fit = random.permutation(np.flatnonzero((margins >= _MARGINS[0]) & (margins <= _MARGINS[1])))
    places: dict[int, list[int]] = {}
    for article, found in enumerate(mentions):
        for concept in found:
            places.setdefault(concept, []).append(article)
    rich = np.array([bool(found) for found in mentions])
    pool = np.flatnonzero(rich & (years == _YEARS[1] - 1)) if burst else np.flatnonzero(rich)
    if triples:
        of_type = np.array(of.types)[fit]
        groups = list(zip(*(fit[of_type == kind].tolist() for kind in _TYPES), strict=False))[:_EACH]
    else:
        groups = [tuple(pair) for pair in fit[: 2 * _EACH].reshape(-1, 2).tolist()]
    together = set()
    for group in groups:
        chosen = random.choice(pool, size, replace=False).tolist()
        for concept in group:
            for left in random.permutation(places[concept]).tolist()[:size]:
                mentions[left].discard(concept)
            for article in chosen:
                mentions[article].add(concept)
        together.add(frozenset(of.ids[concept] for concept in group))
    held = [np.array(sorted(found), dtype=np.int64) for found in mentions]
    return replace(of, mentions=held, years=years.tolist()), together


def power_table(random: np.random.Generator, of: Corpus) -> list[str]:
    """Return the share of planted pairs, bursts and triples that are found, as lines."""
    lines = [
        f"| Articles together, of {_MARGINS[0]}–{_MARGINS[1]} each | weak or surer | q_richness ≤ 0.05 | "
        "moderate or surer | strong | emerging, in a burst | triples, q_richness ≤ 0.05 |",
        "|---|---|---|---|---|---|---|",
    ]
    base = shuffled(random, of, field=False)
    asked = [
        "FROM pairs WHERE grade <> 'none'",
        FLAGS["q_richness ≤ 0.05"],
        "FROM pairs WHERE grade IN ('strong', 'moderate')",
        FLAGS["strong"],
    ]
    three = [FLAGS["triples, q_richness ≤ 0.05"]]
    for size in _PLANTED:
        found = _found(*planted(random, base, size), asked)
        found += _found(*planted(random, base, size, burst=True), [FLAGS["emerging"]])
        found += _found(*planted(random, base, size, triples=True), three, _THREE)
        lines.append(f"| {size} | {' | '.join(f'{share:.0%}' for share in found)} |")
    return lines


_TWO, _THREE = "a_id, b_id", "disease_id, drug_id, cytokine_id"


def _found(of: Corpus, together: set[frozenset[str]], asked: Sequence[str], ids: str = _TWO) -> list[float]:
    """Return the share of what was planted among the rows of each question."""
    with tempfile.TemporaryDirectory() as folder, counted(of, Path(folder)) as connection:
        answers = [connection.sql(f"SELECT DISTINCT {ids} {what}").fetchall() for what in asked]
    return [sum(group in set(map(frozenset, rows)) for group in together) / len(together) for rows in answers]


ORDERS = {
    "grade, lower bound": SUREST,
    "lower bound alone": "log_odds_low DESC NULLS LAST, articles DESC, a_id, b_id",
}


def halves_table(random: np.random.Generator, of: Corpus) -> list[str]:
    """Return what the first pairs of two halves share, and how many are in the other at all, as lines."""
    order = random.permutation(len(of.mentions))
    halves = [_part(of, order[side::2].tolist()) for side in (0, 1)]
    first: dict[str, list[list[tuple[Any, ...]]]] = {name: [] for name in ORDERS}
    seen = []
    for half in halves:
        with tempfile.TemporaryDirectory() as folder, counted(half, Path(folder)) as connection:
            for name, by in ORDERS.items():
                listed = f"FROM pairs WHERE articles >= 2 AND {UNRELATED} ORDER BY {by} LIMIT {_TOP}"
                first[name].append(connection.sql(f"SELECT a_id, b_id {listed}").fetchall())
            seen.append(set(connection.sql("SELECT a_id, b_id FROM pairs").fetchall()))
    lines = [
        f"| Order | Of the first {_TOP}, in those of the other half | seen there at all |",
        "|---|---|---|",
    ]
    for name, (one, other) in first.items():
        there = [sum(pair in known for pair in pairs) for pairs, known in ((one, seen[1]), (other, seen[0]))]
        lines.append(f"| {name} | {len({*one} & {*other})} | {sum(there) / (2 * _TOP):.0%} |")
    return lines


def _part(of: Corpus, articles: Iterable[int]) -> Corpus:
    kept = sorted(articles)
    pick: Callable[[Sequence[Any]], list[Any]] = lambda values: [values[k] for k in kept]  # noqa: E731
    return replace(of, mentions=pick(of.mentions), journals=pick(of.journals), years=pick(of.years))


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.nulls", description=__doc__.split("\n")[0])
    parser.add_argument("files", nargs="+", type=Path, help="PubMed files, or a work directory")
    parser.add_argument("--shuffles", type=int, default=5)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = given.files[0]
        if not folder.is_dir():
            folder = Path(name) / "work"
            for path in given.files:
                running.run(path, folder)
        of, random = read(folder), np.random.default_rng(23)
        for lines in (
            null_table(random, of, given.shuffles),
            power_table(random, of),
            halves_table(random, of),
        ):
            print("\n".join(lines), end="\n\n", flush=True)


if __name__ == "__main__":
    main()
