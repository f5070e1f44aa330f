"""The model of claims: weights of features for each pair of types, read with numpy.

A model is a folder: `weights.npz` holds the names of the features, and for each pair of types a weight for
each feature and claim; `model.json` says what it was made from, and `MODEL_CARD.md` tells people.
"""

from __future__ import annotations

import functools
import hashlib
import json
import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from comention.claims import features
from comention.claims.vocabulary import CLAIMS, OPPOSITE
from comention.errors import MalformedError
from comention.files.arrays import write_arrays
from comention.files.atomic import sha256
from comention.records import ClaimWord, EntityType

#: The model that is shipped.
BUNDLED = Path(__file__).parent / "model"

#: What it costs to tell the opposite, beyond what any other wrong claim costs.
OPPOSED = 0.75

Pair = tuple[EntityType, EntityType]
Floats = NDArray[np.float64]

# what a claim is worth by the chance of each (rows) of its pair of types: less where the opposite is likely
_WORTH: Mapping[Pair, Floats] = {
    pair: np.array(
        [[(one == other) - OPPOSED * (OPPOSITE.get(one) == other) for other in claims] for one in claims]
    )
    for pair, claims in CLAIMS.items()
}


class Judgement(NamedTuple):
    """The claim that costs least, and how likely it is, 0–1."""

    claim: ClaimWord
    score: float


class Weights(NamedTuple):
    """What is learnt: features in order, and of each pair of types an array (features, claims).

    `scales` divide the sums of weights before they become chances, `margins` are what a claim needs above
    the others of its pair; both by pair.
    """

    features: tuple[str, ...]
    arrays: Mapping[Pair, Floats]
    scales: Mapping[Pair, float]
    margins: Mapping[Pair, tuple[float, ...]]


class Model:
    """Weights that judge the features of a pair."""

    def __init__(self, weights: Weights) -> None:
        """Take the weights."""
        self._number_of = {name: i for i, name in enumerate(weights.features)}
        # by rows, of which a few are taken for each pair
        self._arrays = {pair: np.ascontiguousarray(array) for pair, array in weights.arrays.items()}
        self._scales = weights.scales
        self._margins = {pair: np.array(values) for pair, values in weights.margins.items()}

    def chances(self, pair: Pair, found: Sequence[str]) -> Floats:
        """Return the chance of each claim of a pair of types, in the order of `CLAIMS`."""
        numbers = [number for number in map(self._number_of.get, found) if number is not None]
        rows = self._arrays[pair].take(np.array(numbers, np.intp), axis=0)
        sums = np.add.reduce(rows, axis=0) / self._scales[pair]
        powers = np.exp(sums - np.maximum.reduce(sums))
        return np.asarray(powers / np.add.reduce(powers))

    def judge(self, pair: Pair, found: Sequence[str]) -> Judgement:
        """Return the claim that features speak for."""
        chances = self.chances(pair, found)
        best = int((worth(pair, chances) + self._margins[pair]).argmax())
        return Judgement(CLAIMS[pair][best], float(chances[best]))


def worth(pair: Pair, chances: Floats) -> Floats:
    """Return how much each claim of a pair of types is to be told, by the chances of all."""
    return chances @ _WORTH[pair]


def name_of(pair: Pair) -> str:
    """Return how files call a pair of types."""
    return f"{pair[0]}-{pair[1]}"


def write_weights(folder: Path, weights: Weights) -> None:
    """Write weights, rounded to what half precision holds: equal ones give equal bytes."""
    arrays: dict[str, Any] = {name_of(pair): weights.arrays[pair].astype(np.float16) for pair in CLAIMS}
    arrays["features"] = np.frombuffer("\n".join(weights.features).encode(), np.uint8)
    arrays["scales"] = np.array([weights.scales[pair] for pair in CLAIMS])
    arrays["margins"] = np.concatenate([weights.margins[pair] for pair in CLAIMS])
    write_arrays(folder / "weights.npz", arrays)


def read_weights(folder: Path) -> Weights:
    """Read weights; raises MalformedError for files that are damaged, or made for other features."""
    path = folder / "weights.npz"
    try:
        about = json.loads((folder / "model.json").read_text("utf-8"))
        if about["features"] != features.VERSION or about["sha256"] != sha256(path):
            raise ValueError("it is of other features than this version reads, or damaged")
        with np.load(path, allow_pickle=False) as held:
            names = tuple(held["features"].tobytes().decode().split("\n"))
            arrays = {pair: held[name_of(pair)].astype(np.float64) for pair in CLAIMS}
            scales = dict(zip(CLAIMS, held["scales"].tolist(), strict=True))
            margins = held["margins"].tolist()
        shapes = {pair: array.shape for pair, array in arrays.items()}
        if shapes != {pair: (len(names), len(claims)) for pair, claims in CLAIMS.items()}:
            raise ValueError(f"weights of {len(names)} features are asked for")
    except (OSError, ValueError, KeyError, zipfile.BadZipFile) as error:
        raise MalformedError(
            f"model {folder} cannot be read ({error}): reinstall comention, or train it again"
        ) from error
    return Weights(names, arrays, scales, _cut(margins))


def _cut(margins: Sequence[float]) -> dict[Pair, tuple[float, ...]]:
    found: dict[Pair, tuple[float, ...]] = {}
    at = 0
    for pair, claims in CLAIMS.items():
        found[pair] = tuple(margins[at : at + len(claims)])
        at += len(claims)
    return found


@functools.cache
def open_model(folder: Path = BUNDLED) -> Model:
    """Return the model in a folder, read once in a process."""
    return Model(read_weights(folder))


@functools.cache
def content(folder: Path = BUNDLED) -> str:
    """Return the SHA-256 of a model's weights, hexadecimal."""
    return hashlib.sha256((folder / "weights.npz").read_bytes()).hexdigest()
