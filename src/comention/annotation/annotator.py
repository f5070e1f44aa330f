"""What every annotator is: something that reads documents, many at a time or one."""

from __future__ import annotations

import abc
import contextlib
import gc
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence

from comention.annotation.document import Document
from comention.lexicon.legible import Legible, legible
from comention.records import Mention, Reading

# Documents, and characters, that are read together at most: enough to be quick, few enough for little memory.
_TOGETHER, _CHARACTERS = 200, 400_000


class Annotator(abc.ABC):
    """Anything that finds mentions; equal fingerprints mean equal mentions on every text.

    `name` is what the command line calls it, `fingerprint` a short name of all that its mentions depend on.
    What it makes of a document depends on no other document.
    """

    name: str
    fingerprint: str

    @abc.abstractmethod
    def read_together(self, documents: Sequence[Document]) -> list[Reading]:
        """Return what it makes of each of a few documents, whose texts are legible."""

    def read_all(self, documents: Iterable[Document]) -> Iterator[Reading]:
        """Yield what it makes of each document, in order; quicker than one by one.

        What it reads is the legible text (:mod:`comention.lexicon.legible`); offsets and texts of what it
        returns are those of the document.
        """
        for few in _batches(documents):
            texts = [legible(document.text) for document in few]
            with _without_collections():
                readings = self.read_together([readable(*pair) for pair in zip(few, texts, strict=True)])
            for document, text, reading in zip(few, texts, readings, strict=True):
                yield reading if text is None else as_given(document, text, reading)

    def read(self, document: Document) -> Reading:
        """Return the mentions of a document, and the names in it that do not count, both in order."""
        return next(self.read_all([document]))

    def mentions(self, document: Document) -> list[Mention]:
        """Return the mentions of a document, ordered by position, then concept id."""
        return self.read(document).mentions


@contextlib.contextmanager
def _without_collections() -> Iterator[None]:
    """Search for no cycles of objects meanwhile: nothing here makes any, and a lexicon is much to search."""
    if not gc.isenabled():
        yield
        return
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


def readable(document: Document, text: Legible | None) -> Document:
    """Return a document with a legible text."""
    if text is None:
        return document

    def place(offset: int) -> int:
        return bisect_left(text.starts, offset)

    sentences = tuple(s._replace(start=place(s.start), end=place(s.end)) for s in document.sentences)
    return Document(text.text, sentences, tuple((place(start), place(end)) for start, end in document.blocks))


def as_given(document: Document, text: Legible, reading: Reading) -> Reading:
    """Return what was read of a legible text as what it says of the text that was given."""
    mentions = []
    for mention in reading.mentions:
        start, end = text.given(mention.start, mention.end)
        mentions.append(mention._replace(start=start, end=end, text=document.text[start:end]))
    rejected = []
    for name in reading.rejected:
        start, end = text.given(name.start, name.end)
        rejected.append(name._replace(start=start, end=end, text=document.text[start:end]))
    return Reading(mentions, rejected)


def _batches(documents: Iterable[Document]) -> Iterator[list[Document]]:
    batch: list[Document] = []
    characters = 0
    for document in documents:
        batch.append(document)
        characters += len(document.text)
        if len(batch) == _TOGETHER or characters >= _CHARACTERS:
            yield batch
            batch, characters = [], 0
    if batch:
        yield batch
