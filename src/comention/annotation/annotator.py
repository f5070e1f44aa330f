"""What every annotator is: something that reads documents, many at a time or one."""

from __future__ import annotations

import abc
from collections.abc import Iterable, Iterator, Sequence

from comention.annotation.document import Document
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
        """Return what it makes of each of a few documents."""

    def read_all(self, documents: Iterable[Document]) -> Iterator[Reading]:
        """Yield what it makes of each document, in order; quicker than one by one."""
        for few in _batches(documents):
            yield from self.read_together(few)

    def read(self, document: Document) -> Reading:
        """Return the mentions of a document, and the names in it that do not count, both in order."""
        return self.read_together([document])[0]

    def mentions(self, document: Document) -> list[Mention]:
        """Return the mentions of a document, ordered by position, then concept id."""
        return self.read(document).mentions


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
