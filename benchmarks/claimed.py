"""What claims say of whole documents and of known truths: `python -m benchmarks.claimed [WORK DIRECTORY]`.

From the names of gold, so that no recogniser plays a part, and in documents that the shipped model has not
seen: which chemical induces which disease (CID, BC5CDR's development part), and which correlations are
positive and negative (BioRED's), where some sentence claims it surely enough to count. Beside CID what
standing in one sentence gives. With a work directory: of how many pairs of `data/gold/known_truths.tsv` its
snapshot has the known claim as the leading one, or in a sentence.
"""

from __future__ import annotations

import argparse
import csv
import json
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

import pandas as pd

from benchmarks.articles import corpora
from benchmarks.measures import ROOT
from comention.claims import reading
from comention.claims.model import BUNDLED
from comention.documents.pubtator import GoldDocument, read
from comention.documents.reading import of_gold
from comention.gold.claims import hashed
from comention.gold.relations import CID, names_of, read_relations
from comention.records import Claim, ClaimWord
from comention.schemas.claims import SURE
from comention.snapshots.snapshot import latest

#: What a relation of a document is told by. The last is standing in one sentence, whatever that claims.
MEASURED: Mapping[str, tuple[str, str, frozenset[ClaimWord] | None]] = {
    "CID": ("bc5cdr_dev", CID, frozenset({"causes"})),
    "positive correlation": (
        "biored_dev",
        "Positive_Correlation",
        frozenset({"causes", "promotes", "raised_in", "raises"}),
    ),
    "negative correlation": (
        "biored_dev",
        "Negative_Correlation",
        frozenset({"treats", "protects", "lowered_in", "lowers"}),
    ),
    "CID, by standing in one sentence": ("bc5cdr_dev", CID, None),
}

Pairs = set[tuple[str, frozenset[str]]]


def unseen(documents: Iterable[GoldDocument], model: Path = BUNDLED) -> list[GoldDocument]:
    """Return the documents that a model of claims was not trained on."""
    seen = frozenset(json.loads((model / "model.json").read_text("utf-8"))["documents"])
    return [document for document in documents if hashed(document.pmid) not in seen]


def claims(document: GoldDocument) -> list[Claim]:
    """Return what the sentences of a document claim of every two names that gold marks."""
    return reading.read(document.text, of_gold(document).sentences, names_of(document))


def told(documents: Iterable[GoldDocument], by: frozenset[ClaimWord] | None) -> Pairs:
    """Return the pairs of concepts of which a document's sentences claim one of `by`; any pair where None."""
    return {
        (str(document.pmid), frozenset((claim.a_id, claim.b_id)))
        for document in documents
        for claim in claims(document)
        if by is None or (claim.claim in by and claim.score >= SURE)
    }


def related(path: Path, documents: Iterable[GoldDocument], relation: str) -> Pairs:
    """Return the pairs of concepts that documents have in a relation."""
    known = read_relations(path)
    pmids = {str(document.pmid) for document in documents}
    return {
        (pmid, ids)
        for pmid, held in known.items()
        if pmid in pmids
        for ids, said in held.items()
        if said == relation
    }


def rates(found: Pairs, wanted: Pairs) -> tuple[float, float, float]:
    """Return precision, recall and F1; 0 where there is nothing to divide by."""
    right = len(found & wanted)
    precision, recall = right / max(1, len(found)), right / max(1, len(wanted))
    return precision, recall, 2 * right / max(1, len(found) + len(wanted))


def truths(workdir: Path) -> Iterator[tuple[str, str, str, str | None, bool]]:
    """Yield of each known truth its names, its claim, what leads in a snapshot, whether a sentence has it."""
    snapshot = latest(workdir)
    columns = ["a_id", "b_id", "claim"]
    pairs = pd.read_parquet(snapshot.file("pairs").as_uri(), columns=columns)
    said = pd.read_parquet(snapshot.file("claims").as_uri(), columns=[*columns, "score"])
    leading = pairs.set_index(["a_id", "b_id"])["claim"].to_dict()
    sentences = set(said[said["score"] >= SURE][columns].itertuples(index=False, name=None))
    with (ROOT / "data/gold/known_truths.tsv").open(encoding="utf-8") as file:
        for row in csv.DictReader(file, delimiter="\t"):
            pair = row["a_id"], row["b_id"]
            leads = leading.get(pair)
            said_so = (*pair, row["claim"]) in sentences
            yield (
                row["a_name"],
                row["b_name"],
                row["claim"],
                leads if isinstance(leads, str) else None,
                said_so,
            )


def main() -> None:
    """Print the figures."""
    options = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    options.add_argument("workdir", type=Path, nargs="?", help="whose snapshot is asked for known truths")
    given = options.parse_args()
    gold = corpora() / "gold"
    print("| Relation | Documents unseen | Pairs | Precision | Recall | F1 |\n|---|---|---|---|---|---|")
    for name, (part, relation, by) in MEASURED.items():
        path = gold / f"{part}.pubtator"
        documents = unseen(read(path)[0])
        wanted = related(path, documents, relation)
        precision, recall, f1 = rates(told(documents, by), wanted)
        print(f"| {name} | {len(documents)} | {len(wanted)} | {precision:.3f} | {recall:.3f} | {f1:.3f} |")
    if given.workdir is not None:
        known = list(truths(given.workdir))
        for a, b, claim, leads, _ in known:
            if leads != claim:
                print(f"{a}, {b}: known {claim}, leading {leads}")
        right, seen = sum(one[2] == one[3] for one in known), sum(one[4] for one in known)
        print(f"known truths: {len(known)}, leading {right}, in a sentence {seen}")


if __name__ == "__main__":
    main()
