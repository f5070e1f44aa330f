"""Which documents a model was trained on, so that no one takes what it remembers for what it knows.

A model's folder holds `documents.npy`: 64-bit hashes of the PMIDs and of the titles of its training
documents, no text. A title counts by its letters and digits, without case; one that has few of them could
be another's, and counts with its abstract. Either suffices, since corpora revise texts, and some give
their documents other ids than PMIDs.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Protocol, TypeVar

import numpy as np

from comention.annotation.document import Document
from comention.errors import MalformedError
from comention.gold.scores import Evaluation
from comention.records import Mention

if TYPE_CHECKING:
    from comention.gold.evaluate import MentionFinder

NAME = "documents.npy"

# Letters and digits of a title that is no one else's.
_LONG = 30


class Text(Protocol):
    """A document of any gold."""

    @property
    def pmid(self) -> int | str:
        """Its id."""

    @property
    def title(self) -> str:
        """Its title."""

    @property
    def text(self) -> str:
        """Title and abstract."""


_Text = TypeVar("_Text", bound=Text)


class Seen:
    """The training documents of a model."""

    def __init__(self, hashes: Iterable[int]) -> None:
        """Take the hashes, see :func:`hashes`."""
        self._hashes = frozenset(hashes)

    def __contains__(self, document: Text) -> bool:
        """Return whether a document has the PMID or the title of one of them."""
        return not self._hashes.isdisjoint(hashes(document))


def hashes(document: Text) -> tuple[int, int]:
    """Return the hashes of a document's PMID and of its title, the first 64 bits of a SHA-256 each."""
    title = _plain(document.title)
    named = title if len(title) >= _LONG else _plain(document.text)
    keys = (f"pmid:{document.pmid}", f"title:{named}")
    pmid, text = (int.from_bytes(hashlib.sha256(key.encode()).digest()[:8], "big") for key in keys)
    return pmid, text


def _plain(text: str) -> str:
    return "".join(filter(str.isalnum, text.casefold()))


def write_seen(folder: Path, documents: Iterable[Text]) -> None:
    """Write the hashes of training documents into a model's folder, sorted and each once."""
    found = {key for document in documents for key in hashes(document)}
    np.save(folder / NAME, np.array(sorted(found), np.uint64), allow_pickle=False)


def read_seen(folder: Path) -> Seen | None:
    """Return the training documents of a model, None where its folder does not tell them.

    Raises MalformedError for a file that is damaged.
    """
    path = folder / NAME
    if not path.is_file():
        return None
    try:
        found = np.load(path, allow_pickle=False)
        if found.ndim != 1 or found.dtype != np.uint64:
            raise ValueError("no list of hashes")
    except (OSError, ValueError, EOFError) as error:
        raise MalformedError(
            f"{path} cannot be read ({error}): reinstall comention, or train it again"
        ) from None
    return Seen(found.tolist())


class _Once:
    """An annotator that reads no text twice."""

    def __init__(self, annotator: MentionFinder) -> None:
        self._annotator = annotator
        self._found: dict[str, list[Mention]] = {}

    def mentions(self, document: Document) -> list[Mention]:
        if document.text not in self._found:
            self._found[document.text] = self._annotator.mentions(document)
        return self._found[document.text]


def with_unseen(
    measure: Callable[[Sequence[_Text], MentionFinder], Evaluation],
    documents: Sequence[_Text],
    annotator: MentionFinder,
    seen: Seen | None,
) -> Evaluation:
    """Return the evaluation of documents, with that of those not seen in training.

    `unseen` is None where none was seen, where all were, and where the others have nothing to measure on.
    """
    if seen is None:
        return measure(documents, annotator)
    once = _Once(annotator)
    result = measure(documents, once)
    others = [document for document in documents if document not in seen]
    known = len(documents) - len(others)
    apart = None
    if known and others:
        try:
            apart = measure(others, once)
        except MalformedError:
            apart = None  # of no annotation in them the type is known
    return replace(result, seen=known, unseen=apart)


def seen_summary(result: Evaluation) -> str | None:
    """Return what people are told of documents that the model was trained on, None where it saw none."""
    if not result.seen:
        return None
    said = f"{result.seen} of {result.documents} documents were in the training of this annotator's model"
    if result.unseen is None:
        return f"{said}: their figures say what it remembers, not what it finds in new texts"
    return f'{said}: the figures for new texts are those of the {result.unseen.documents} "unseen" ones'
