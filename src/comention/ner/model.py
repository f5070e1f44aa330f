"""The recogniser's model: weights of features on disk, and the spans that they find in a document.

A model is a folder. `features.marisa` holds the names of the features (a MARISA trie), `weights.npz` their
weights and the transitions, `words.parquet` what the lexicon's names say of words, `names.parquet` the names
that the gold gives to concepts (:mod:`comention.ner.linker`), and `model.json` what it was made from, with
the checksums of the other files. `MODEL_CARD.md` tells the same to people.
"""

from __future__ import annotations

import functools
import hashlib
import json
import threading
import zipfile
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import groupby
from pathlib import Path
from typing import Any, NamedTuple

import marisa_trie
import numpy as np
import pyarrow.parquet as pq
from numpy.typing import NDArray

from comention.errors import MalformedError
from comention.files import sha256
from comention.ner import features
from comention.ner.crf import INSIDE, LABELS, OUTSIDE, Floats, marginals, viterbi
from comention.ner.features import REACH, Sentence

#: Raised when the files change their meaning; a model of another format is refused.
FORMAT = 1

#: The model that is shipped.
BUNDLED = Path(__file__).parent / "model"

FILES = ("features.marisa", "weights.npz", "words.parquet", "names.parquet")

# Tokens of one call to the decoder at most, padding included: what bounds its memory.
_BATCH = 20_000
# Different strings whose weights are kept.
_KEPT = 100_000


class Span(NamedTuple):
    """A stretch of text that a tagger marks. `score`: its probability, the least of its tokens', 0–1."""

    start: int
    end: int
    label: str
    score: float


class Tagged(NamedTuple):
    """The tokens of a document, and for each the probability that a tagger's span covers it.

    `inside` is of shape (tokens, taggers), its columns in the order of `labels`.
    """

    labels: tuple[str, ...]
    starts: list[int]
    ends: list[int]
    inside: Floats
    spans: list[Span]


class _Table(dict[str, int]):
    """The summed weights of the features of each thing of a kind, by the thing's string.

    `rows[table[thing]]` is of shape (offsets, outputs). Row 0 is the thing without features.
    """

    def __init__(
        self, make: Callable[[str], features.Spread], offsets: tuple[int, ...], model: Model
    ) -> None:
        super().__init__()
        self._make = make
        self._offsets = offsets
        self._model = model
        self.rows: Floats = np.zeros((0, len(offsets), model.outputs))
        self.forget()

    def __missing__(self, thing: str) -> int:
        place = len(self)
        if place == len(self.rows):
            self.rows = np.concatenate([self.rows, np.zeros_like(self.rows)])
        row = self.rows[place]
        for offset, name in self._make(thing):
            known = self._model.row(features.at(offset, name))
            if known is not None:
                row[self._offsets.index(offset)] += self._model.weights[known]
        self[thing] = place
        return place

    def forget(self) -> None:
        """Forget all; no row may be in use."""
        self.clear()
        self[""] = 0
        self.rows = np.zeros((1024, len(self._offsets), self._model.outputs))


class Model:
    """A model read from its folder. Raises MalformedError where that is damaged or of another format."""

    def __init__(self, directory: Path) -> None:
        """Read the model; only the names that the linker knows are left for it to read."""
        self.directory = directory
        self.about = _about(directory)
        try:
            self._trie = marisa_trie.Trie().load(str(directory / "features.marisa"))
            with np.load(directory / "weights.npz", allow_pickle=False) as arrays:
                self.weights: Floats = arrays["weights"].astype(np.float64)
                self.transitions: Floats = arrays["transitions"].astype(np.float64)
            table = pq.read_table(directory / "words.parquet")
        except (OSError, ValueError, KeyError, RuntimeError, zipfile.BadZipFile) as error:
            raise MalformedError(
                f"model {directory} cannot be read ({error}): reinstall comention, or train it again"
            ) from error
        self.labels: tuple[str, ...] = tuple(self.about["labels"])
        self.outputs = 3 * len(self.labels)
        shapes = self.weights.shape, self.transitions.shape
        if shapes != ((len(self._trie), self.outputs), (len(self.labels), 3, 3)):
            raise MalformedError(
                f"model {directory} cannot be read (weights for {len(self._trie)} features and "
                f"{len(self.labels)} labels are asked for): reinstall comention, or train it again"
            )
        statistics = dict(zip(*(table[name].to_pylist() for name in ("word", "statistics")), strict=True))
        self._lock = threading.Lock()
        make = features.makers(statistics)
        self._tables = {kind: _Table(make[kind], offsets, self) for kind, offsets in features.KINDS}

    @property
    def fingerprint(self) -> str:
        """A short name of the model's content: 16 hexadecimal digits."""
        return hashlib.sha256(json.dumps(self.about["sha256"], sort_keys=True).encode()).hexdigest()[:16]

    def row(self, name: str) -> int | None:
        """Return the row of a feature in :attr:`weights`, None where it has none."""
        try:
            row: int | None = self._trie.get(name)
        except UnicodeEncodeError:  # half a surrogate pair
            return None
        return row

    def tag(self, sentences: Sequence[Sentence]) -> Tagged:
        """Return what the taggers make of the sentences of a document, in order of position."""
        filled = [sentence for sentence in sentences if sentence.words.surfaces]
        starts = [start for sentence in filled for start in sentence.words.starts]
        ends = [end for sentence in filled for end in sentence.words.ends]
        if not filled:
            return Tagged(self.labels, [], [], np.zeros((0, len(self.labels))), [])
        sizes = [len(sentence.words.surfaces) for sentence in filled]
        labels, chances = self._decoded(self._scores(filled), sizes)
        inside = 1.0 - chances[..., OUTSIDE]
        spans: list[Span] = []
        first = 0
        for size in sizes:
            here = slice(first, first + size)
            for column, label in enumerate(self.labels):
                if labels[here, column].any():
                    spans += _spans(
                        labels[here, column], inside[here, column], starts[here], ends[here], label
                    )
            first += size
        return Tagged(self.labels, starts, ends, inside, sorted(spans))

    def _scores(self, sentences: Sequence[Sentence]) -> Floats:
        with self._lock:  # the tables grow as they are read
            return self._summed(sentences)

    def _summed(self, sentences: Sequence[Sentence]) -> Floats:
        """Return the sums of weights of the tokens of all sentences, of shape (tokens, outputs).

        Sentences are laid out one behind the other; the places between two belong to both, and no feature
        reaches further.
        """
        things: dict[str, list[str]] = {kind: [] for kind in self._tables}
        places: list[int] = []
        for sentence in sentences:
            first = max(len(things["words"]), REACH)
            places += range(first, first + len(sentence.words.surfaces))
            for kind, column in features.columns(sentence).items():
                own = things[kind]
                own += column[REACH:] if own else column
                # The last place of a sentence's pairs is the first behind it.
        size = len(things["words"])
        total = np.zeros((size + 2 * REACH, self.outputs))
        for kind, offsets in features.KINDS:
            table = self._tables[kind]
            if len(table) > _KEPT:
                table.forget()
            found = list(map(table.__getitem__, things[kind]))
            rows = table.rows[found]
            for column_of, offset in enumerate(offsets):
                total[REACH - offset : REACH - offset + size] += rows[:, column_of]
        return total[REACH:][places]

    def _decoded(self, scores: Floats, sizes: Sequence[int]) -> tuple[NDArray[np.int8], Floats]:
        """Return the label of each tagger, of shape (tokens, taggers), and the probability of every label."""
        shaped = scores.reshape(len(scores), len(self.labels), len(LABELS))
        firsts = np.concatenate([[0], np.cumsum(sizes)[:-1]])
        labels = np.empty(shaped.shape[:2], np.int8)
        chances = np.empty_like(shaped)
        for members in _batches(sizes):
            lengths = np.array([sizes[i] for i in members])
            padded = np.zeros((len(members), int(lengths.max()), *shaped.shape[1:]))
            for place, i in enumerate(members):
                padded[place, : sizes[i]] = shaped[firsts[i] : firsts[i] + sizes[i]]
            best = viterbi(padded, self.transitions, lengths)
            sure = marginals(padded, self.transitions, lengths)
            for place, i in enumerate(members):
                here = slice(firsts[i], firsts[i] + sizes[i])
                labels[here], chances[here] = best[place, : sizes[i]], sure[place, : sizes[i]]
        return labels, chances


def _batches(sizes: Sequence[int]) -> Iterator[list[int]]:
    """Yield sentences to decode together: all of a document, but where padding would make that large."""
    if len(sizes) * max(sizes) <= _BATCH:
        yield list(range(len(sizes)))
        return
    order = sorted(range(len(sizes)), key=lambda i: (sizes[i], i))
    for length, group in groupby(order, key=lambda i: sizes[i].bit_length()):
        members = list(group)
        step = max(_BATCH >> length, 1)
        for first in range(0, len(members), step):
            yield members[first : first + step]


def _spans(
    labels: np.ndarray[Any, Any], inside: np.ndarray[Any, Any], starts: list[int], ends: list[int], label: str
) -> list[Span]:
    """Return the spans of one tagger in one sentence."""
    found: list[Span] = []
    for i in np.flatnonzero(labels).tolist():
        sure = float(inside[i])
        if labels[i] == INSIDE and found and i and labels[i - 1] != OUTSIDE:
            last = found[-1]
            found[-1] = Span(last.start, ends[i], label, min(last.score, sure))
        else:
            found.append(Span(starts[i], ends[i], label, sure))
    return [span._replace(score=round(span.score, 4)) for span in found]


def _about(directory: Path) -> dict[str, Any]:
    path = directory / "model.json"
    try:
        about: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        given = about["format"], about["features"]
        sums = dict(about["sha256"].items())
        if not all(isinstance(label, str) for label in about["labels"]):
            raise ValueError("labels are no words")
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise MalformedError(
            f"model {directory} cannot be read ({error}): reinstall comention, or train it again"
        ) from None
    if given != (FORMAT, features.VERSION):
        raise MalformedError(
            f"model {directory} is of format {given[0]}, features {given[1]}; this version reads {FORMAT}, "
            f"{features.VERSION}: train it again"
        )
    for name in FILES:
        file = directory / name
        if not file.is_file():
            raise MalformedError(f"model {directory} lacks {name}: reinstall comention, or train it again")
        if sha256(file) != sums.get(name):
            raise MalformedError(
                f"model {directory}: {name} is damaged, its checksum differs from model.json: "
                "reinstall comention, or train it again"
            )
    return about


def write_weights(
    directory: Path, weights: Mapping[str, Sequence[float]], transitions: Floats, outputs: int
) -> None:
    """Write features with their weights; `outputs` are numbers per feature, 3 for each tagger."""
    trie = marisa_trie.Trie(sorted(weights))
    trie.save(str(directory / "features.marisa"))
    rows = np.zeros((len(trie), outputs), np.float32)
    for name, values in weights.items():
        rows[trie[name]] = values
    np.savez_compressed(directory / "weights.npz", weights=rows, transitions=transitions.astype(np.float32))


@functools.cache
def _open(directory: Path) -> Model:
    return Model(directory)


def open_model(directory: Path | None = None) -> Model:
    """Return the model at a folder (the shipped one where None), opened once in a process."""
    return _open(directory or BUNDLED)


def checksums(directory: Path, names: Iterable[str] = FILES) -> dict[str, str]:
    """Return the SHA-256 of each file."""
    return {name: sha256(directory / name) for name in names}
