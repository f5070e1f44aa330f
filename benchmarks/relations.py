"""Does a ranking of pairs put those first that curators call a relation? `python -m benchmarks.relations`.

BC5CDR's curators marked, article by article, which chemical induces which disease (CID); BioRED's marked
relations of all kinds between genes, diseases and chemicals. From the mentions of the gold itself, so that no
recogniser plays a part, pairs are counted by our own counting; a pair is right where some article has it as a
relation. AUC is the chance that a right pair stands before a wrong one, AP the mean precision at right ones,
each with the middle 95 % of what it is on pairs drawn anew with replacement. The training parts are for
choosing, the development parts for telling.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
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

_ALPHA = 0.6
_ROUNDS = 200

Pair = frozenset[str]
Values = npt.NDArray[np.float64]
Right = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Corpus:
    """A corpus of relations: its types as ours, and `between` which two one can be; any where None."""

    name: str
    types: Mapping[str, EntityType]
    between: tuple[str, str] | None = None


CORPORA = (
    Corpus("bc5cdr", {"Disease": "disease", "Chemical": "drug"}, ("disease", "drug")),
    Corpus(
        "biored",
        {"DiseaseOrPhenotypicFeature": "disease", "ChemicalEntity": "drug", "GeneOrGeneProduct": "cytokine"},
    ),
)


def relations(path: Path) -> set[Pair]:
    """Return the pairs that some article of a gold file has as a relation."""
    found = set()
    for line in path.read_text("utf-8").splitlines():
        columns = line.split("\t")
        # a mention has offsets in the second and third place
        if len(columns) >= 4 and not columns[1].isdigit():
            found.add(frozenset((normal_id(columns[2]), normal_id(columns[3]))))
    return found


def pairs_of(documents: Iterable[GoldDocument], folder: Path, of: Corpus) -> pd.DataFrame:
    """Return the pairs of the gold's mentions, with all that counting tells of them."""
    known = ((d, tuple(a for a in d.annotations if a.type in of.types)) for d in documents)
    counted((replace(d, annotations=kept) for d, kept in known), folder, of.types, threads=2)
    pairs = pd.read_parquet(folder / "pairs.parquet")
    if of.between is not None:
        pairs = pairs[(pairs.a_type == of.between[0]) & (pairs.b_type == of.between[1])]
    return pairs


def rankings(pairs: pd.DataFrame) -> dict[str, Values]:
    """Return what each way of ranking gives the pairs; more is better."""
    both, a, b = (pairs[name].to_numpy(float) for name in ("articles", "articles_a", "articles_b"))
    plain = both**_ALPHA * (both * pairs["articles_total"].to_numpy(float) / (a * b)) ** (1 - _ALPHA)
    return {
        "score": pairs["score"].to_numpy(float),
        "articles": both,
        "sentences": pairs["sentences"].to_numpy(float),
        "NPMI": pairs["npmi"].to_numpy(float),
        "log odds, lower bound": pairs["log_odds_low"].fillna(-np.inf).to_numpy(float),
        "STRING's score, plain": plain,
        "p, richness": -pairs["p_richness"].to_numpy(float),
    }


def auc(values: Values, right: Right) -> float:
    """Return the chance that a right pair has a higher value than a wrong one; ties count half."""
    ranks = rankdata(values)
    n, m = right.sum(), (~right).sum()
    return float((ranks[right].sum() - n * (n + 1) / 2) / (n * m))


def average_precision(values: Values, right: Right) -> float:
    """Return the mean precision at the right pairs, where equal values share their mean precision."""
    order = np.argsort(-values, kind="stable")
    hits = np.cumsum(right[order])
    last = np.flatnonzero(np.append(np.diff(values[order]) != 0, True))
    new = np.diff(hits[last], prepend=0)
    return float((hits[last] / (last + 1) * new).sum() / right.sum())


def interval(measure: Callable[[Values, Right], float], values: Values, right: Right) -> tuple[float, float]:
    """Return the middle 95 % of a measure on the pairs drawn anew with replacement."""
    random = np.random.default_rng(17)
    drawn = (random.integers(0, right.size, right.size) for _ in range(_ROUNDS))
    low, high = np.quantile([measure(values[rows], right[rows]) for rows in drawn], [0.025, 0.975])
    return float(low), float(high)


def main() -> None:
    """Print the table for both parts of each corpus."""
    gold = corpora() / "gold"
    print("| Part | Ranked by | Pairs | of which right | AUC | AP |\n|---|---|---|---|---|---|")
    for of in CORPORA:
        for part in ("train", "dev"):
            path = gold / f"{of.name}_{part}.pubtator"
            documents, _ = read(path)
            wanted = relations(path)
            with tempfile.TemporaryDirectory() as folder:
                pairs = pairs_of(documents, Path(folder), of)
            right = np.array([frozenset(pair) in wanted for pair in zip(pairs.a_id, pairs.b_id, strict=True)])
            for name, values in rankings(pairs).items():
                told = " | ".join(_told(measure, values, right) for measure in (auc, average_precision))
                print(f"| {of.name} {part} | {name} | {len(pairs)} | {right.sum()} | {told} |")


def _told(measure: Callable[[Values, Right], float], values: Values, right: Right) -> str:
    low, high = interval(measure, values, right)
    return f"{measure(values, right):.3f} ({low:.3f}–{high:.3f})"


if __name__ == "__main__":
    main()
