"""The recogniser's model: weights of features on disk, and the spans that they find in a document.

A model is a folder. `features.marisa` holds the names of the features (a MARISA trie), `weights.npz` their
weights and the transitions, `words.parquet` what the lexicon's names say of words, `names.parquet` the names
that the gold gives to concepts (:mod:`comention.ner.names`), and `model.json` what it was made from, with
the checksums of the other files. `MODEL_CARD.md` tells the same to people.
"""

from __future__ import annotations

import functools
import hashlib
import json
import threading
import zipfile
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import marisa_trie
import numpy as np
import pyarrow.parquet as pq
from numpy.typing import NDArray

from comention.errors import MalformedError
from comention.files.arrays import write_arrays
from comention.files.atomic import sha256
from comention.lexicon.characters import Ints
from comention.ner import features
from comention.ner.crf import INSIDE, LABELS, OUTSIDE, Floats, marginals, possible, viterbi
from comention.ner.features import Clues
from comention.ner.layout import Layout
from comention.ner.rows import Weights
from comention.ner.scoring import Scorer

#: Raised when the files change their meaning; a model of another format is refused.
FORMAT = 1

#: The model that is shipped.
BUNDLED = Path(__file__).parent / "model"

FILES = ("features.marisa", "weights.npz", "words.parquet", "names.parquet")

# Tokens of one call to the decoder at most, padding included: what bounds its memory.
_BATCH = 20_000


class Span(NamedTuple):
    """A stretch of text that a tagger marks. `score`: its probability, the least of its tokens', 0–1."""

    start: int
    end: int
    label: str
    score: float


class Tagged(NamedTuple):
    """The tokens of a document, and for each the probability that a tagger's span covers it.

    `inside` is of shape (tokens, taggers), its columns in the order of `labels`; NaN where it was not asked.
    """

    labels: tuple[str, ...]
    starts: list[int]
    ends: list[int]
    inside: Floats
    spans: list[Span]


class Asked(NamedTuple):
    """What is wanted of a document: the spans of these labels, and how likely those of its names are.

    `names` are the labels by the kinds of the clues' names; probabilities are told of the sentences that hold
    such a name, or a span.
    """

    spans: Collection[str]
    names: Mapping[str, str]


class Model:
    """A model read from its folder. Raises MalformedError where that is damaged or of another format."""

    def __init__(self, directory: Path) -> None:
        """Read the model; only the names that the linker knows are left for it to read."""
        self.directory = directory
        self.about = _about(directory)
        try:
            # A dictionary takes more memory than the trie, and a tenth of its time.
            number_of = dict(marisa_trie.Trie().load(str(directory / "features.marisa")).items())
            with np.load(directory / "weights.npz", allow_pickle=False) as arrays:
                self.weights: Floats = arrays["weights"].astype(np.float64)
                self.transitions: Floats = arrays["transitions"].astype(np.float64)
            table = pq.ParquetFile(directory / "words.parquet").read()  # read_table loads pandas
        except (OSError, ValueError, KeyError, RuntimeError, zipfile.BadZipFile) as error:
            raise MalformedError(
                f"model {directory} cannot be read ({error}): reinstall comention, or train it again"
            ) from error
        self.labels: tuple[str, ...] = tuple(self.about["labels"])
        self.outputs = 3 * len(self.labels)
        shapes = self.weights.shape, self.transitions.shape
        if shapes != ((len(number_of), self.outputs), (len(self.labels), 3, 3)):
            raise MalformedError(
                f"model {directory} cannot be read (weights for {len(number_of)} features and "
                f"{len(self.labels)} labels are asked for): reinstall comention, or train it again"
            )
        statistics = dict(zip(*(table[name].to_pylist() for name in ("word", "statistics")), strict=True))
        self._lock = threading.Lock()
        self._scorer = Scorer(Weights(number_of, self.weights), statistics)

    @property
    def fingerprint(self) -> str:
        """A short name of the model's content: 16 hexadecimal digits."""
        return hashlib.sha256(json.dumps(self.about["sha256"], sort_keys=True).encode()).hexdigest()[:16]

    @property
    def lexicon(self) -> str:
        """The fingerprint of the lexicon that it was trained with."""
        return str(self.about.get("lexicon", "unknown"))

    def tag(self, clues: Clues) -> Tagged:
        """Return what the taggers make of a document."""
        return self.tag_all([clues])[0]

    def tag_all(self, clues: Sequence[Clues], asked: Asked | None = None) -> list[Tagged]:
        """Return what the taggers make of each document, as :meth:`tag` does; quicker than one by one.

        Where only some things are `asked`, no more than those are worked out.
        """
        layout = Layout(clues)
        with self._lock:  # the scorer learns as it reads
            scores = self._scorer.scores(layout)
        shaped = scores.reshape(len(scores), len(self.labels), len(LABELS)).transpose(1, 0, 2)
        labels = self._best(shaped, layout, asked)
        bounds = [_bounds(of_label, layout) for of_label in labels]
        inside = self._inside(shaped, layout, self._wanted(layout, bounds, asked))
        spans = self._spans(bounds, inside, layout)
        documents = np.searchsorted(layout.documents, np.arange(len(clues) + 1)).tolist()
        starts, ends = layout.starts.tolist(), layout.ends.tolist()
        return [
            Tagged(self.labels, starts[first:last], ends[first:last], inside[first:last], sorted(found))
            for first, last, found in zip(documents, documents[1:], spans, strict=False)
        ]

    def _best(self, scores: Floats, layout: Layout, asked: Asked | None) -> NDArray[np.int8]:
        """Return the labels of tokens, O by taggers whose spans nobody asks for, of shape (taggers, tokens).

        `scores` are of shape (taggers, tokens, 3).
        """
        labels = np.zeros(scores.shape[:2], np.int8)
        if not labels.size:
            return labels
        may_be = np.zeros(labels.shape, bool)
        of = [i for i, label in enumerate(self.labels) if asked is None or label in asked.spans]
        may_be[of] = possible(scores[of], self.transitions[of], layout.sentences)
        # Stretches of one sentence and tagger between tokens that are O; those of all taggers in a row.
        begins_one = may_be.copy()
        begins_one[:, 1:] &= ~may_be[:, :-1] | layout.is_first[1:]
        flat = may_be.ravel()
        begins = begins_one.ravel().nonzero()[0]
        breaks = _and_behind(begins_one.ravel() | ~flat)
        behind = breaks[breaks.searchsorted(begins, "right")]
        taggers_of, firsts = np.divmod(begins, len(layout.is_first))
        at_end = np.concatenate([layout.is_first, [True]])[firsts + behind - begins]
        for members in _batches(behind - begins):
            sizes = (behind - begins)[members]
            mine = taggers_of[members]
            steps, inside, padded = _padded(scores, mine, firsts[members], sizes)
            moves = self.transitions[mine]
            padded[:, 0] += np.where(layout.is_first[firsts[members]][:, None], 0.0, moves[:, OUTSIDE])
            rows = np.arange(len(members))
            padded[rows, sizes - 1] += np.where(at_end[members][:, None], 0.0, moves[..., OUTSIDE])
            best = viterbi(padded, moves, sizes)
            labels[np.repeat(mine, sizes), steps[inside]] = best[inside]
        return labels

    def _wanted(
        self, layout: Layout, bounds: Sequence[tuple[Ints, Ints]], asked: Asked | None
    ) -> NDArray[np.bool_]:
        """Return which sentences need probabilities, of shape (taggers, sentences)."""
        shape = len(self.labels), len(layout.firsts)
        if asked is None:
            return np.ones(shape, bool)
        wanted = np.zeros(shape, bool)
        for row, (begins, _) in zip(wanted, bounds, strict=True):
            row[layout.sentences[begins]] = True
        for kind, label in asked.names.items():
            firsts, lasts = layout.sentences_of_names(kind)
            row = wanted[self.labels.index(label)]
            while len(firsts):  # nearly every name stands in one sentence
                row[firsts] = True
                firsts, lasts = firsts[firsts < lasts] + 1, lasts[firsts < lasts]
        return wanted

    def _inside(self, scores: Floats, layout: Layout, wanted: NDArray[np.bool_]) -> Floats:
        """Return how likely any label but O is, of shape (tokens, taggers); NaN where nobody asks."""
        inside = np.full(scores.shape[1::-1], np.nan)
        taggers, sentences = np.nonzero(wanted)
        for members in _batches(layout.sizes[sentences]):
            here, mine = sentences[members], taggers[members]
            sizes = layout.sizes[here]
            steps, held, padded = _padded(scores, mine, layout.firsts[here], sizes)
            chances = marginals(padded, self.transitions[mine], sizes)[..., OUTSIDE]
            inside[steps[held], np.repeat(mine, sizes)] = 1.0 - chances[held]
        return inside

    def _spans(self, bounds: Sequence[tuple[Ints, Ints]], inside: Floats, layout: Layout) -> list[list[Span]]:
        """Return the spans in each document, those of one tagger in order."""
        found: list[list[Span]] = [[] for _ in range(layout.count)]
        for column, (label, (begins, behind)) in enumerate(zip(self.labels, bounds, strict=True)):
            if not len(begins):
                continue
            edges = np.stack([begins, behind], axis=1).ravel()
            least = np.minimum.reduceat(np.concatenate([inside[:, column], [1.0]]), edges)[::2]
            starts, ends = layout.starts[begins].tolist(), layout.ends[behind - 1].tolist()
            documents = layout.documents[begins].tolist()
            for document, start, end, score in zip(documents, starts, ends, least.tolist(), strict=True):
                found[document].append(Span(start, end, label, round(score, 4)))
        return found


def _bounds(labels: NDArray[np.int8], layout: Layout) -> tuple[Ints, Ints]:
    """Return the first tokens of the spans of one tagger, and those behind their last."""
    goes_on = labels == INSIDE
    goes_on[1:] &= labels[:-1] != OUTSIDE
    goes_on[layout.firsts] = False
    begins = ((labels != OUTSIDE) & ~goes_on).nonzero()[0]
    # a span ends before the first token behind its begin that does not go on
    breaks = _and_behind(~goes_on)
    return begins, breaks[breaks.searchsorted(begins, "right")]


def _and_behind(marked: NDArray[np.bool_]) -> Ints:
    """Return the places that are marked, and the one behind the last place."""
    return np.concatenate([marked.nonzero()[0], [len(marked)]])


def _padded(
    scores: Floats, taggers: Ints, firsts: Ints, sizes: Ints
) -> tuple[Ints, NDArray[np.bool_], Floats]:
    """Return the tokens of sequences, which of them are theirs, and their scores, in rows of equal lengths.

    Behind the end of a sequence stands anything, here its last token.
    """
    steps = np.arange(int(sizes[-1]))
    tokens = firsts[:, None] + np.minimum(steps, sizes[:, None] - 1)
    return tokens, steps < sizes[:, None], scores[taggers[:, None], tokens]


def _batches(sizes: Ints) -> Iterator[Ints]:
    """Yield sentences to decode together, of like lengths so that little is padding."""
    order = np.argsort(sizes, kind="stable")
    ascending = sizes[order]
    first = 0
    while first < len(order):
        many = np.arange(1, len(order) + 1 - first) * ascending[first:] > _BATCH
        last = first + max(1, int(many.argmax())) if many.any() else len(order)
        yield order[first:last]
        first = last


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
    arrays = {"weights": rows, "transitions": transitions.astype(np.float32)}
    write_arrays(directory / "weights.npz", arrays)


@functools.cache
def _open(directory: Path) -> Model:
    return Model(directory)


def open_model(directory: Path | None = None) -> Model:
    """Return the model at a folder (the shipped one where None), opened once in a process."""
    return _open(directory or BUNDLED)


def checksums(directory: Path, names: Iterable[str] = FILES) -> dict[str, str]:
    """Return the SHA-256 of each file."""
    return {name: sha256(directory / name) for name in names}
