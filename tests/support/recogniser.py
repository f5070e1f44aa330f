"""Sentences for the recogniser, and models of a few features in folders that look like the shipped one."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from comention.files.atomic import write_json
from comention.ner import features
from comention.ner.crf import Floats
from comention.ner.features import Clues, TokenSentence, chunks, spelled
from comention.ner.model import FORMAT, checksums, write_weights
from comention.ner.names import Use, learnt
from comention.ner.tokens import Words, words

LABELS = ("chemical", "disease", "gene")


def sentence(
    text: str,
    *,
    start: int = 0,
    named: Sequence[str] = (),
    matched: Sequence[str] = (),
    defined: Sequence[str] = (),
    in_title: bool = False,
) -> TokenSentence:
    """The sentence of `text[start:]`; what is not given of its tokens is that nothing is known of them."""
    here = words(text, start, len(text))
    size = len(here.surfaces)
    return TokenSentence(
        here,
        chunks(here, text),
        [*named, *["O"] * (size - len(named))],
        [*matched, *["O"] * (size - len(matched))],
        [*defined, *[""] * (size - len(defined))],
        in_title,
    )


def clues(
    *texts: str, named: Sequence[str] = (), matched: Sequence[str] = (), defined: Sequence[str] = ()
) -> Clues:
    """A document of these sentences, the first its title; of the first tokens of each it is said the same.

    Tags go together as a span has them: "BD", "IED", as many as there are tokens.
    """
    whole = " ".join(texts)
    bounds, names, seen, told, start = [], [], [], dict[str, str](), 0
    for text in texts:
        here = words(whole, start, start + len(text))
        bounds.append((start, start + len(text), start == 0))
        names += _spans(here, named)
        seen += _spans(here, matched)
        told |= {word: one for word, one in zip(here.surfaces, defined, strict=False) if one}
        start += len(text) + 1
    return Clues(whole, bounds, names, seen, told)


def _spans(here: Words, tags: Sequence[str]) -> list[tuple[int, int, str]]:
    found: list[tuple[int, int, str]] = []
    for start, end, tag in zip(here.starts, here.ends, tags, strict=False):
        if tag[0] == "B":
            found.append((start, end, tag[1:].removeprefix("E")))
        elif tag[0] == "I":
            found[-1] = (found[-1][0], end, found[-1][2])
    return found


def random_weights(
    sentences: Iterable[TokenSentence],
    statistics: Mapping[str, str],
    outputs: int,
    seed: int,
    scale: float = 0.1,
) -> dict[str, list[float]]:
    """A weight for each output of every feature that training would spell for the sentences.

    They are numbers that the file's 32 bits hold exactly.
    """
    draw = np.random.default_rng(seed)
    names = sorted({name for s in sentences for row in spelled(s, statistics) for name in row})
    rows = draw.normal(0, scale, (len(names), outputs)).astype(np.float32)
    return dict(zip(names, rows.tolist(), strict=True))


def spelled_sums(
    sentence: TokenSentence,
    statistics: Mapping[str, str],
    weights: Mapping[str, Sequence[float]],
    outputs: int,
) -> Floats:
    """For each token the sums of the weights of its features, by their spelling: (tokens, outputs)."""
    nothing = np.zeros(outputs)
    return np.array(
        [
            sum((np.array(weights[name]) for name in row if name in weights), nothing)
            for row in spelled(sentence, statistics)
        ]
    ).reshape(-1, outputs)


def write_model(
    folder: Path,
    weights: Mapping[str, Sequence[float]],
    transitions: Floats | None = None,
    *,
    labels: Sequence[str] = LABELS,
    statistics: Mapping[str, str] | None = None,
    uses: Iterable[Use] = (),
) -> Path:
    """Write the folder of a model; `uses` are what its learnt names are learnt from."""
    folder.mkdir(parents=True, exist_ok=True)
    steps = np.zeros((len(labels), 3, 3)) if transitions is None else transitions
    write_weights(folder, weights, steps, 3 * len(labels))
    known = statistics or {}
    texts = [pa.array(list(column), pa.string()) for column in (known.keys(), known.values())]
    pq.write_table(pa.table(dict(zip(("word", "statistics"), texts, strict=True))), folder / "words.parquet")
    pq.write_table(learnt(uses), folder / "names.parquet")
    about = {"format": FORMAT, "features": features.VERSION, "labels": list(labels)}
    write_json(folder / "model.json", about | {"sha256": checksums(folder)})
    return folder


def seal(folder: Path, change: Callable[[dict[str, object]], object] = lambda about: None) -> None:
    """Write `model.json` anew, with the checksums of the files as they are now, after a change of it."""
    about = json.loads((folder / "model.json").read_text("utf-8"))
    about["sha256"] = checksums(folder)
    change(about)
    write_json(folder / "model.json", about)
