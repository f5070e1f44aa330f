"""The model card: what a model is, what it was made from, how good it is, and how to make it again."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

_CARD = """\
# Model card: comention's recogniser

**What it does.** Marks diseases, chemicals and genes in the text of English biomedical abstracts: three
linear-chain conditional random fields over the same features, which are words, their neighbours and
affixes, what the lexicon says of them, and short forms that the text defines. comention links what it marks
to concepts.

**What it is for.** Finding mentions in PubMed abstracts, as the annotator `standard`. Not for clinical notes,
full texts, patents or other languages, on which it was never measured, and for no decision on a patient.

**Made** {date} by comention {comention} with python-crfsuite {crfsuite}; format {format}, features
{features}, lexicon `{lexicon}`; penalties L1 {c1} and L2 {c2}, at most {iterations} iterations. No random
number is drawn: the same gold and lexicon give the same weights.

## Figures

Measured by `comention train` on documents that the measured model saw in no file. {shipped}

{figures}

*Strict span*: both ends agree. *Concept*: the set of ids of each document, where ids that MeSH has retired
count as today's concept of that name, or are left out; *concept, no id mapped*: retired ids as they stand;
*no drug classes*: without what means nothing but a class of drugs ("NSAIDs"), which BC5CDR leaves unmarked.
Features, penalties and the rule that merges recogniser and lexicon were chosen on these same documents, so
that a fresh text may fare a little worse.

## Gold

Documents trained on: {used}.

{gold}

No text of these corpora is in the model. It holds weights of features, words and parts of words among them,
in `names.parquet` names with the concept ids that curators gave them, and in `documents.npy` hashes of the
documents' PMIDs and titles, by which `comention evaluate` tells what the model has seen. The corpora are of
the U.S. National Library of Medicine and its partners, who ask to be cited and do not endorse this model;
`.jsonl` files are comention's own marks in PubMed abstracts, by readers who were shown BC5CDR's.

## To make it again

`comention train --gold CORPORA --gold data/gold --texts PUBMED`, with the corpora's files in `CORPORA`,
those of comention in `data/gold` of its repository, and the files of PubMed that these name in `PUBMED`; it
needs `pip install 'comention[train]'`.
"""
_ALL = (
    "This model was then trained on all documents, the held-out ones included; the figures are those of the "
    "model before it."
)
_MEASURED = "This is the model that was measured."


_KEYS = ("gold", "documents", "type", "measure")


def card(about: Mapping[str, Any]) -> str:
    """Return the card of a model in Markdown, from what `model.json` says of it."""
    made, crf, sources = about["made_by"], about["plan"]["crf"], about["plan"]["sources"]
    figures = _table(
        ("Gold", "Documents", "Type", "Measure", "Precision", "Recall", "F1"),
        (
            [*(r[k] for k in _KEYS), *(_rate(r[k]) for k in ("precision", "recall", "f1"))]
            for r in shown_figures(about["figures"])
        ),
    )
    gold = _table(
        ("File", "Corpus", "Documents", "Lines left out", "SHA-256"),
        (
            (name, sources.get(name, ""), g["documents"], len(g["lines left out"]), f"`{g['sha256'][:16]}`")
            for name, g in about["gold"].items()
        ),
    )
    return _CARD.format(
        date=made["date"],
        comention=made["comention"],
        crfsuite=made["python-crfsuite"],
        format=about["format"],
        features=about["features"],
        lexicon=about["lexicon"],
        **crf,
        shipped=_MEASURED if about["held out"] else _ALL,
        figures=figures,
        used=", ".join(f"{label} {number}" for label, number in about["documents"].items()),
        gold=gold,
    )


def shown_figures(figures: Iterable[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """Return the figures that say something of their own: no total of one type, no relaxed span."""
    rows = list(figures)
    types = {(row["gold"], row["type"]) for row in rows}
    several = {gold for gold, _ in types if sum(gold == other for other, _ in types) > 2}
    return [
        row
        for row in rows
        if row["measure"] != "relaxed span" and (row["type"] != "total" or row["gold"] in several)
    ]


def _table(header: Iterable[str], rows: Iterable[Iterable[Any]]) -> str:
    names = list(header)
    lines = [names, ["---"] * len(names), *([str(cell) for cell in row] for row in rows)]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _rate(value: float | None) -> str:
    return "–" if value is None else f"{value:.3f}"
