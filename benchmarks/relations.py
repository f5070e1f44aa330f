"""Does a ranking of pairs put those first that curators call a relation? `python -m benchmarks.relations`.

BC5CDR's curators marked, article by article, which chemical induces which disease (CID). From the mentions
of the gold itself, so that no recogniser plays a part, pairs of chemical and disease are counted by our own
counting; a pair is right where some article has it as CID. AUC is the chance that a right pair stands before
a wrong one, AP the mean precision at the right ones. The training part is for choosing, the development part
for telling.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterable
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.stats import rankdata

from benchmarks.articles import corpora
from benchmarks.networks import counted
from comention.documents.pubtator import GoldDocument, read
from comention.gold.evaluate import normal_id
from comention.records import EntityType

_TYPES: dict[str, EntityType] = {"Disease": "disease", "Chemical": "drug"}
_ALPHA = 0.6

Pair = tuple[str, str]


def relations(path: Path) -> set[Pair]:
    """Return the pairs (disease, chemical) that some article of a gold file has as CID."""
    found = set()
    for line in path.read_text("utf-8").splitlines():
        columns = line.split("\t")
        if len(columns) == 4 and columns[1] == "CID":
            found.add((normal_id(columns[3]), normal_id(columns[2])))
    return found


def pairs_of(documents: Iterable[GoldDocument], folder: Path) -> pd.DataFrame:
    """Return the pairs of the gold's mentions, with all that counting tells of them."""
    counted(documents, folder, _TYPES, threads=2)
    pairs = pd.read_parquet(folder / "pairs.parquet")
    return pairs[(pairs.a_type == "disease") & (pairs.b_type == "drug")]


def rankings(pairs: pd.DataFrame) -> dict[str, npt.NDArray[np.float64]]:
    """Return what each way of ranking gives the pairs; more is better."""
    both, a, b = (pairs[name].to_numpy(float) for name in ("articles", "articles_a", "articles_b"))
    plain = both**_ALPHA * (both * pairs["articles_total"].to_numpy(float) / (a * b)) ** (1 - _ALPHA)
    return {
        "score": pairs["score"].to_numpy(float),
        "articles": both,
        "sentences": pairs["sentences"].to_numpy(float),
        "NPMI": pairs["npmi"].to_numpy(float),
        "log odds, lower bound": pairs["log_odds_low"].to_numpy(float),
        "STRING's score, plain": plain,
        "p, richness": -pairs["p_richness"].to_numpy(float),
    }


def auc(values: npt.NDArray[np.float64], right: npt.NDArray[np.bool_]) -> float:
    """Return the chance that a right pair has a higher value than a wrong one; ties count half."""
    ranks = rankdata(values)
    n, m = right.sum(), (~right).sum()
    return float((ranks[right].sum() - n * (n + 1) / 2) / (n * m))


def average_precision(values: npt.NDArray[np.float64], right: npt.NDArray[np.bool_]) -> float:
    """Return the mean precision at the right pairs, where equal values share their mean precision."""
    frame = pd.DataFrame({"value": values, "right": right}).groupby("value")["right"].agg(["sum", "size"])
    frame = frame.sort_index(ascending=False)
    precision = frame["sum"].cumsum() / frame["size"].cumsum()
    return float((precision * frame["sum"]).sum() / right.sum())


def main() -> None:
    """Print the table for both parts."""
    gold = corpora() / "gold"
    print("| Part | Ranked by | Pairs | of which right | AUC | AP |\n|---|---|---|---|---|---|")
    for part in ("train", "dev"):
        path = gold / f"bc5cdr_{part}.pubtator"
        documents, _ = read(path)
        wanted = relations(path)
        with tempfile.TemporaryDirectory() as folder:
            pairs = pairs_of(documents, Path(folder))
        right = np.array([pair in wanted for pair in zip(pairs.a_id, pairs.b_id, strict=True)])
        for name, values in rankings(pairs).items():
            print(
                f"| {part} | {name} | {len(pairs)} | {right.sum()} | {auc(values, right):.3f} | "
                f"{average_precision(values, right):.3f} |"
            )


if __name__ == "__main__":
    main()
