"""Counting against a pandas self-merge that counts the same, and how its time grows with the corpus.

    python -m benchmarks.counting

The peer merges the mentions of a sentence, and of an article, with themselves, as a notebook would, and
groups. It is told to count what `pairs` counts: articles, sentences and titles of each pair at different
spans, each asserted only, without retractions and without reviews. Ours is timed to the same point, the table
of pairs; with statistics, triples, evidence, trends and files it is told apart.
"""

from __future__ import annotations

import argparse
import json
import re
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from benchmarks import corpora

if TYPE_CHECKING:
    import pandas as pd

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


def _alone(work: str, folder: Path, files: corpora.Files) -> dict[str, float]:
    """Do one piece of work in a process of its own; return its seconds, imports left out, and peak MiB."""
    code = f"from benchmarks.counting import measured; measured({work!r}, {str(folder)!r}, {files.rows})"
    done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    found: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return found


def measured(work: str, folder: str, rows: int) -> None:
    """Print seconds, result and peak memory of one piece of work as JSON."""
    import pandas  # noqa: F401 - imports are not what is measured

    import comention.cooccur.count  # noqa: F401

    place = Path(folder)
    files = corpora.Files(place / "mentions.parquet", place / "articles.parquet", rows)
    began = time.perf_counter()
    result = _WORK[work](place, files)
    seconds = time.perf_counter() - began
    status = Path("/proc/self/status").read_text(encoding="utf-8")
    peak = int(re.findall(r"VmHWM:\s+(\d+)", status)[0]) / 1024
    print(json.dumps({"seconds": seconds, "pairs": result or 0, "peak MiB": peak}))


def against_pandas(rounds: int) -> dict[str, Any]:
    """Count 1 million mentions in 40,000 articles by turns; return medians, ratio, and peaks."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        files = corpora.write(folder, 40_000, 1_000_000)
        runs: dict[str, list[dict[str, float]]] = {work: [] for work in _WORK}
        for _ in range(rounds):
            for work, found in runs.items():
                found.append(_alone(work, folder, files))
    if {run["pairs"] for run in runs["pairs"]} != {run["pairs"] for run in runs["merged"]}:
        sys.exit("pandas finds other pairs: the two do not count the same")
    result: dict[str, Any] = {"mentions": files.rows, "pairs": runs["pairs"][0]["pairs"]}
    for work, found in runs.items():
        result[f"{work}, seconds"] = float(np.median([run["seconds"] for run in found]))
        result[f"{work}, peak MiB"] = max(run["peak MiB"] for run in found)
    result["pandas over ours"] = result["merged, seconds"] / result["pairs, seconds"]
    return result


def growth(sizes: tuple[int, ...]) -> dict[str, Any]:
    """Count corpora of so many mentions, 25 an article; return seconds, peaks and the fitted exponent."""
    found = {}
    for size in sizes:
        with tempfile.TemporaryDirectory() as name:
            files = corpora.write(Path(name), size // 25, size)
            found[files.rows] = _alone("whole", Path(name), files)
    rows, seconds = np.log(list(found)), np.log([run["seconds"] for run in found.values()])
    return {"exponent": float(np.polyfit(rows, seconds, 1)[0]), "runs": found}


def main() -> None:
    """Measure and print."""
    options = argparse.ArgumentParser(description="Counting against pandas, and its growth.")
    options.add_argument("--rounds", type=int, default=3)
    options.add_argument("--most", type=int, default=10_000_000, help="mentions of the largest corpus")
    given = options.parse_args()
    for name, value in against_pandas(given.rounds).items():
        print(f"{name}: {value:,.1f}")
    sizes = tuple(size for size in (100_000, 1_000_000, 10_000_000) if size <= given.most)
    result = growth(sizes)
    for mentions, run in result["runs"].items():
        print(f"{mentions:,} mentions: {run['seconds']:.1f} s, {run['peak MiB']:,.0f} MiB")
    print(f"exponent: {result['exponent']:.2f}")


if __name__ == "__main__":
    main()
