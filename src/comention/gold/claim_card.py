"""The card of the model of claims: what it is and was made from, how good it is, how to make it again."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

_CARD = """\
# Model card: what comention's sentences claim

**What it does.** Says what a sentence of a PubMed abstract claims of two concepts that it names: a
multinomial logistic regression over the words around them, of the title and next to the two in the text's
other sentences, their order, types and coarse kinds (tumour, vaccine). Names are no features. Its weights
lie near those that relations of whole documents ask for.

**What it is for.** Counting claims over many articles, each with its sentence beside it. Not for a decision
on a patient; a single claim is wrong too often for that, see the figures.

**Made** by comention {comention}; features {features}. Nothing is drawn at random: the same gold gives the
same bytes.

## Figures

Measured by `comention train-claims` on {pairs} labelled pairs in five folds by document; a fold's model saw
no document of the fold in any file, and scales and margins were chosen on the other folds. The shipped model
was then fitted on all of them. Rates with 95 % intervals (Wilson).

| Types | Claim | Labels | Predicted | Precision | Recall | F1 |
|---|---|---|---|---|---|---|
{rows}

{summary}

How often the likeliest claim is right, by its chance, in the same folds:

| Chance | Pairs | Mean chance | Right |
|---|---|---|---|
{calibration}

## Gold

{gold}

No text is in the model: its features are word stems, classes of words and types. `documents` of
`model.json` are hashes of the training documents' PMIDs.

## To make it again

`comention train-claims LABELS --more LABELS --related FILE --related FILE --texts DIR`, with the files above.
"""


def card(about: Mapping[str, Any]) -> str:
    """Return the card of a model in Markdown, from what `model.json` says of it."""
    figures = about["figures"]
    rows = (
        (
            row["types"],
            row["claim"],
            row["labels"],
            row["predicted"],
            _rate(row["precision"], row["precision_interval"]),
            _rate(row["recall"], row["recall_interval"]),
            _rate(row["f1"]),
        )
        for row in figures["rows"]
    )
    summary = "; ".join(
        f"{name.replace('_', ' ')} {_rate(value)}" for name, value in figures["summary"].items()
    )
    calibration = (
        (f"{low:.1f}-{high:.1f}", pairs, _rate(mean), _rate(right))
        for low, high, pairs, mean, right in figures["calibration"]
    )
    gold = "\n".join(
        f"- `{name}`, {use['use']}: {use['pairs']} pairs; SHA-256 `{use['sha256'][:16]}`"
        for name, use in about["gold"].items()
    )
    return _CARD.format(
        comention=about["comention"],
        features=about["features"],
        pairs=figures["summary"]["pairs"],
        rows=_lines(rows),
        summary=summary,
        calibration=_lines(calibration),
        gold=gold,
    )


def _lines(rows: Iterable[Iterable[Any]]) -> str:
    return "\n".join(f"| {' | '.join(map(str, row))} |" for row in rows)


def _rate(value: Any, interval: Any = None) -> str:
    if value is None:
        return "–"
    shown = f"{value:.3f}" if isinstance(value, float) else str(value)
    return shown if interval is None else f"{shown} ({interval[0]:.2f}-{interval[1]:.2f})"
