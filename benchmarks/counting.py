"""Counting against a pandas self-merge that counts the same.

The peer merges the mentions of a sentence, and of an article, with themselves, as a notebook would, and
groups. It counts what `pairs` counts: articles, sentences and titles of each pair at different
spans, each asserted only, without retractions and without reviews. Ours is timed to the same point, the table
of pairs; with statistics, triples, evidence, trends and files it is timed apart. The corpus is synthetic
(`benchmarks.corpora`); roll-up plays no part, since its concepts have nothing above them.

Each piece of work has a process of its own, whose imports are not counted. Rates are of its CPU time; the
wall clock stands beside, on which comention has two threads and pandas, which cannot use more, one.
"""

from __future__ import annotations

import json
import re
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from benchmarks import corpora, measures
from benchmarks.results import BenchFigure, BenchOrder, Findings

if TYPE_CHECKING:
    import pandas as pd

ARTICLES = 40_000
#: Mentions of an article of a synthetic corpus, as of one of a real corpus.
MENTIONS = 25
_TYPES = ("cytokine", "disease", "drug")


def whole(folder: Path, files: corpora.Files) -> None:
    """Count everything and write it."""
    from comention.cooccur.count import count

    count(
        mentions=[files.mentions],
        articles=[files.articles],
        out=folder / "out",
        topic_ids=frozenset({"cytokine 0"}),
        pair_types=_TYPES,
        threads=2,
    )


def pairs(folder: Path, files: corpora.Files) -> int:
    """Count as far as the table of pairs; return how many there are."""
    from comention.cooccur import pairing, tables

    with tables.connect(folder, 2, None) as connection:
        tables.concepts(connection, [files.mentions], [files.articles], _TYPES)
        pairing.pair(connection, _TYPES)
        found = connection.sql("SELECT count(*) FROM pair WHERE articles > 0").to_arrow_table()
    return int(found.column(0)[0].as_py())


def merged(_: Path, files: corpora.Files) -> int:
    """Count the same by pandas."""
    import pandas as pd

    columns = ["pmid", "sentence", "start", "end", "concept_id", "entity_type", "negated", "speculative"]
    mentions = pd.read_parquet(files.mentions, columns=columns)
    mentions = mentions[mentions.entity_type.isin(_TYPES)]
    mentions["concept"] = pd.factorize(mentions.concept_id, sort=True)[0]
    mentions["asserted"] = ~mentions.negated & ~mentions.speculative
    mentions["span"] = mentions.start.to_numpy(np.int64) << 28 | mentions.end
    mentions = mentions[["pmid", "sentence", "span", "concept", "asserted"]]
    articles = pd.read_parquet(files.articles).set_index("pmid")
    within = _together(mentions, ["pmid", "sentence"])
    within["title"] = within.sentence == 0
    of_article = within.groupby(["a", "b", "pmid"], as_index=False).agg(
        sentences=("sentence", "size"), asserted=("asserted", "sum"), title=("title", "any")
    )
    both = _together(mentions, ["pmid"]).merge(of_article, on=["a", "b", "pmid"], how="left")
    both["retracted"] = articles.retracted.reindex(both.pmid).to_numpy()
    both["review"] = articles.review.reindex(both.pmid).to_numpy()
    parts = [both, both[~both.retracted], both[~both.review]]
    counted = [
        part.groupby(["a", "b"]).agg(
            articles=("pmid", "size"),
            sentences=("sentences", "sum"),
            titles=("title", "sum"),
            asserted=("asserted_y", "sum"),
        )
        for part in parts
    ]
    return len(counted[0])


def _together(mentions: pd.DataFrame, keys: list[str]) -> pd.DataFrame:
    """Return a row for each two concepts that share the keys at different spans."""
    met = mentions.merge(mentions, on=keys, suffixes=("_a", "_b"))
    met = met[(met.concept_a < met.concept_b) & (met.span_a != met.span_b)]
    met["asserted"] = met.asserted_a & met.asserted_b
    met = met.rename(columns={"concept_a": "a", "concept_b": "b"})
    return met.groupby(["a", "b", *keys], as_index=False).agg(asserted=("asserted", "any"))


_WORK = {"whole": whole, "pairs": pairs, "merged": merged}
_NAMES = {
    "pairs": "comention, to the table of pairs",
    "merged": "pandas self-merge",
    "whole": "comention, with all statistics, triples, evidence, trends",
}


def measure(order: BenchOrder) -> Findings:
    """Count a million mentions in 40,000 articles; raises ValueError where pandas finds other pairs."""
    size = min(order.records or ARTICLES, ARTICLES)
    runs: dict[str, list[dict[str, float]]] = {work: [] for work in _NAMES}
    with tempfile.TemporaryDirectory() as name:
        files = corpora.write(Path(name), size, size * MENTIONS)
        for number in range(order.rounds):
            for work in list(runs)[:: 1 if number % 2 else -1]:
                runs[work].append(alone(work, Path(name), files))
    if {run["pairs"] for run in runs["pairs"]} != {run["pairs"] for run in runs["merged"]}:
        raise ValueError("pandas finds other pairs: the two do not count the same")
    rates = {_NAMES[work]: [files.rows / run["cpu"] for run in found] for work, found in runs.items()}
    return Findings(per="mentions", rates=measures.rates(rates), figures=_figures(runs, files.rows))


def _figures(runs: dict[str, list[dict[str, float]]], mentions: int) -> tuple[BenchFigure, ...]:
    wall = {work: [run["wall"] for run in found] for work, found in runs.items()}
    ratio = [theirs / ours for theirs, ours in zip(wall["merged"], wall["pairs"], strict=True)]
    figures = [
        measures.figure("mentions", [mentions], ""),
        measures.figure("pairs", [runs["pairs"][0]["pairs"]], ""),
        measures.figure("pandas over comention to the table of pairs, wall clock", ratio, "times"),
    ]
    for work, name in _NAMES.items():
        figures.append(measures.figure(f"{name}: wall clock", wall[work], "s"))
        figures.append(measures.figure(f"{name}: peak memory", [run["mib"] for run in runs[work]], "MiB"))
    return tuple(figures)


def alone(work: str, folder: Path, files: corpora.Files) -> dict[str, float]:
    """Do a piece of work in a process of its own; return its `wall` and `cpu` seconds, `pairs` and `mib`."""
    code = f"from benchmarks.counting import print_cost; print_cost({work!r}, {str(folder)!r}, {files.rows})"
    found: dict[str, float] = json.loads(measures.alone(["-c", code]).out.splitlines()[-1])
    return found


def print_cost(work: str, folder: str, rows: int) -> None:
    """Do a piece of work and print as JSON what it took, the peak since the process began included."""
    import pandas  # noqa: F401 - imports are not what is measured

    import comention.cooccur.count  # noqa: F401

    place = Path(folder)
    files = corpora.Files(place / "mentions.parquet", place / "articles.parquet", rows)
    began, busy = time.perf_counter(), time.process_time()
    result = _WORK[work](place, files)
    wall, cpu = time.perf_counter() - began, time.process_time() - busy
    status = Path("/proc/self/status").read_text(encoding="utf-8")
    peak = int(re.findall(r"VmHWM:\s+(\d+)", status)[0]) / 1024
    print(json.dumps({"wall": wall, "cpu": cpu, "pairs": result or 0, "mib": peak}))
